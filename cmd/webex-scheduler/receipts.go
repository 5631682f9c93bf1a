package main

import (
	"context"
	"crypto/rand"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/config"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
	"webex-scheduler/internal/seal"
	"webex-scheduler/internal/store"
)

type receiptsCommand struct {
	Verify verifyReceiptsCommand `cmd:"" help:"Look whether receipts were changed or left out; also while the server runs."`
	Export exportReceiptsCommand `cmd:"" help:"Write receipts to standard output; also while the server runs."`
	Erase  eraseReceiptsCommand  `cmd:"" help:"Remove a mailbox's receipts; the chain says that something was erased, and not whose. On SQLite stop the server for it."`
}

type verifyReceiptsCommand struct{}

// Run prints what is wrong, and fails then. The last roll is printed too: kept
// elsewhere, it shows a cut that nothing in the database can.
func (verifyReceiptsCommand) Run(env *environment) error {
	return looking(env, func(ctx context.Context, db *store.Store) error {
		findings, rows, last, err := db.VerifyReceipts(ctx)
		if err != nil {
			return err
		}
		for _, finding := range findings {
			fmt.Fprintln(env.out, finding)
		}
		if last.Closed() {
			fmt.Fprintf(env.out, "%d receipts; the last day that was closed is %s, its roll %s\n", rows, last.Day, hex.EncodeToString(last.MAC))
		} else {
			fmt.Fprintf(env.out, "%d receipts; no day was closed yet\n", rows)
		}
		if len(findings) > 0 {
			return fmt.Errorf("receipts: they are not as they were written (%d findings)", len(findings))
		}
		return nil
	})
}

type exportReceiptsCommand struct {
	Mailbox string `placeholder:"TENANT-ID/OBJECT-ID" help:"Of this mailbox alone; TENANT-ID/organization: of an organisation's administrators. All of them if left out."`
	Format  string `enum:"jsonl,csv" default:"jsonl" help:"jsonl or csv (${default})."`
}

// exported is a receipt as it is written; a reader may hold on to it.
type exported struct {
	At        string `json:"at"`
	Mailbox   string `json:"mailbox"`
	Actor     string `json:"actor,omitempty"`
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Reason    string `json:"reason,omitempty"`
	Result    string `json:"result,omitempty"`
	Day       string `json:"day"`
	Number    int    `json:"number"`
	MAC       string `json:"mac"`
}

func newExported(r receipt.Row) exported {
	return exported{
		At: r.At.Format(time.RFC3339Nano), Mailbox: string(r.Chain), Actor: string(r.Actor), Service: r.Service, Operation: r.Operation,
		Reason: r.Reason, Result: r.Result, Day: r.Day.String(), Number: r.Seq, MAC: hex.EncodeToString(r.MAC),
	}
}

// Run writes them ordered by mailbox, day and number.
func (c exportReceiptsCommand) Run(env *environment) error {
	write, flush := jsonLines(env.out)
	if c.Format == "csv" {
		write, flush = commaSeparated(env.out)
	}
	return looking(env, func(ctx context.Context, db *store.Store) error {
		err := db.EachReceipt(ctx, receipt.Chain(c.Mailbox), func(r receipt.Row) error { return write(newExported(r)) })
		return errors.Join(err, flush())
	})
}

func jsonLines(out io.Writer) (write func(exported) error, flush func() error) {
	lines := json.NewEncoder(out)
	return func(e exported) error { return lines.Encode(e) }, func() error { return nil }
}

func commaSeparated(out io.Writer) (write func(exported) error, flush func() error) {
	w, begun := csv.NewWriter(out), false
	begin := func() error {
		if begun {
			return nil
		}
		begun = true
		return w.Write([]string{"at", "mailbox", "actor", "service", "operation", "reason", "result", "day", "number", "mac"})
	}
	return func(e exported) error {
			if err := begin(); err != nil {
				return err
			}
			return w.Write([]string{e.At, e.Mailbox, e.Actor, e.Service, e.Operation, e.Reason, e.Result, e.Day, strconv.Itoa(e.Number), e.MAC})
		}, func() error {
			err := begin()
			w.Flush()
			return errors.Join(err, w.Error())
		}
}

type eraseReceiptsCommand struct {
	Mailbox string `arg:"" placeholder:"TENANT-ID/OBJECT-ID" help:"Whose."`
}

// Run erases.
func (c eraseReceiptsCommand) Run(env *environment) error {
	account, err := meeting.ParseAccountID(c.Mailbox)
	if err != nil {
		return err
	}
	db, err := openStore(env, true)
	if err != nil {
		return err
	}
	days, err := db.EraseReceipts(env.ctx, account, "erased")
	if err == nil {
		_, err = fmt.Fprintf(env.out, "%d days erased\n", days)
	}
	return errors.Join(err, db.Close())
}

// looking opens the configured database to read it.
func looking(env *environment, look func(context.Context, *store.Store) error) error {
	databaseURL, keys, err := config.Database(env.get, true)
	if err != nil {
		return err
	}
	box, err := seal.New(keys)
	if err != nil {
		return err
	}
	db, err := store.Look(env.ctx, databaseURL, box, clockwork.NewRealClock(), rand.Reader, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return errors.Join(look(env.ctx, db), db.Close())
}
