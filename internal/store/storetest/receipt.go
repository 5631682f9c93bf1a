package storetest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
	"webex-scheduler/internal/store"
)

// plantReceipts writes three days of two mailboxes, the third of which is open,
// and the second of which anna has to herself.
func (w *world) plantReceipts() {
	w.Helper()
	for day := range 3 {
		for _, account := range []meeting.AccountID{anna, ben} {
			if day == 1 && account == ben {
				continue
			}
			for range 2 { // bites
				ctx := receipt.Keep(w.Context(), "")
				book := receipt.BookOf(ctx)
				book.Because("keyword")
				book.Note(w.clock.Now(), "graph", "read events", "200")
				book.Note(w.clock.Now(), "webex", "create meeting", "200")
				w.must(w.KeepReceipts(ctx, account))
				w.clock.Advance(time.Minute)
			}
		}
		if day < 2 {
			w.clock.Advance(24 * time.Hour)
			_, err := w.CloseReceipts(w.Context())
			w.must(err)
		}
	}
}

func (w *world) receipts() []string {
	w.Helper()
	findings, _, _, err := w.VerifyReceipts(w.Context())
	w.must(err)
	return findings
}

func testReceipts(w *world) {
	w.plantReceipts()
	findings, rows, last, err := w.VerifyReceipts(w.Context())
	w.must(err)
	// Two days of anna's are closed, one of ben's: four each, with the day's own two.
	w.same([]any{findings, rows, last.Day, last.Chains}, []any{[]string(nil), 3*6 + 2*5, receipt.DayOf(start) + 1, 1}, "receipts as they were written")
	newest, err := w.Receipts(w.Context(), anna, 3)
	w.must(err)
	w.same(len(newest), 3, "newest receipts")
	w.same([]any{newest[0].Operation, newest[1].Operation, newest[0].Reason, newest[0].Result, newest[0].At.Before(newest[2].At)},
		[]any{"create meeting", "read events", "keyword", "200", false}, "newest first")
	again, err := w.CloseReceipts(w.Context())
	w.must(err)
	w.same(again.Closed(), false, "days closed once")
	w.same(w.receipts(), []string(nil), "after closing again")

	// Erased, and said so.
	days, err := w.EraseReceipts(w.Context(), anna, "erased")
	w.must(err)
	w.same(days, 3, "days erased")
	w.same(w.receipts(), []string(nil), "after an erasure")
	w.must(w.KeepReceipt(w.Context(), anna, receipt.Entry{At: w.clock.Now(), Service: "console", Operation: "pause"}))
	w.same(w.receipts(), []string(nil), "begun again on the day of the erasure")
	w.clock.Advance(25 * time.Hour)
	_, err = w.CloseReceipts(w.Context())
	w.must(err)
	w.same(w.receipts(), []string(nil), "that day closed")
	if written := w.Dump(w); strings.Contains(rowsOf(written, "receipt_removals"), string(anna)) {
		w.Errorf("an erasure names whose receipts they were:\n%s", written)
	}

	// Kept no longer, and said so.
	w.clock.Advance(40 * 24 * time.Hour)
	_, err = w.CloseReceipts(w.Context())
	w.must(err)
	_, rows, _, err = w.VerifyReceipts(w.Context())
	w.must(err)
	w.same([]any{w.receipts(), rows}, []any{[]string(nil), 0}, "after their time")
	w.must(w.KeepReceipt(w.Context(), ben, receipt.Entry{At: w.clock.Now(), Service: "graph", Operation: "sweep"}))
	w.same(w.receipts(), []string(nil), "begun again")
}

func rowsOf(dump, table string) string {
	var rows []string
	for line := range strings.SplitSeq(dump, "\n") {
		if strings.HasPrefix(line, table) {
			rows = append(rows, line)
		}
	}
	return strings.Join(rows, "\n")
}

// testReceiptsTampered: whoever has the database and not the keys leaves traces.
func testReceiptsTampered(w *world) {
	w.plantReceipts()
	first := int64(receipt.DayOf(start))
	a := fmt.Sprintf("chain = '%s'", anna)
	day := func(n int64) string { return fmt.Sprintf("day = %d", first+n) }
	copied := "INSERT INTO receipts (day, chain, seq, at, actor, service, operation, reason, result, mac) SELECT "
	for what, statements := range map[string][]string{
		"a result changed":                          {"UPDATE receipts SET result = '500' WHERE operation = 'create meeting' AND seq = 2 AND " + day(0) + " AND " + a},
		"a time changed":                            {"UPDATE receipts SET at = at + 1 WHERE seq = 3 AND " + day(2) + " AND " + a},
		"an actor changed":                          {"UPDATE receipts SET actor = 'contoso/other' WHERE seq = 1 AND " + day(1)},
		"one given to another mailbox":              {"UPDATE receipts SET seq = 99, chain = '" + string(ben) + "' WHERE seq = 4 AND " + day(2) + " AND " + a},
		"one deleted":                               {"DELETE FROM receipts WHERE seq = 2 AND " + day(0) + " AND " + a},
		"one deleted, and the others moved up":      {"DELETE FROM receipts WHERE seq = 2 AND " + day(0) + " AND " + a, "UPDATE receipts SET seq = seq - 1 WHERE seq > 2 AND seq < 5 AND " + day(0) + " AND " + a, "UPDATE receipts SET seq = 4 WHERE seq = 5 AND " + day(0) + " AND " + a},
		"the first of a day deleted":                {"DELETE FROM receipts WHERE seq = 0 AND " + day(1)},
		"the last of a closed day deleted":          {"DELETE FROM receipts WHERE seq = 5 AND " + day(1)},
		"the end of a closed day cut":               {"DELETE FROM receipts WHERE seq >= 3 AND " + day(0) + " AND " + a},
		"a closing entry forged after a cut":        {"DELETE FROM receipts WHERE seq IN (3, 4) AND " + day(1), "UPDATE receipts SET seq = 3, result = '3' WHERE seq = 5 AND " + day(1)},
		"two changed places":                        {"UPDATE receipts SET seq = 50 WHERE seq = 1 AND " + day(0) + " AND " + a, "UPDATE receipts SET seq = 1 WHERE seq = 2 AND " + day(0) + " AND " + a, "UPDATE receipts SET seq = 2 WHERE seq = 50"},
		"one put in at the end of an open day":      {copied + "day, chain, 5, at, actor, service, operation, reason, result, mac FROM receipts WHERE seq = 4 AND " + day(2) + " AND " + a},
		"one put in of another mailbox":             {copied + "day, '" + string(anna) + "x', seq, at, actor, service, operation, reason, result, mac FROM receipts WHERE " + day(2) + " AND " + a},
		"one put in after the end of a day":         {copied + "day, chain, 6, at, actor, service, operation, reason, result, mac FROM receipts WHERE seq = 4 AND " + day(1)},
		"a whole day of a mailbox deleted":          {"DELETE FROM receipts WHERE " + day(0) + " AND " + a},
		"the last closed day of a mailbox deleted":  {"DELETE FROM receipts WHERE " + day(1)},
		"a mailbox deleted":                         {"DELETE FROM receipts WHERE " + a},
		"a day's key deleted":                       {"DELETE FROM receipt_days WHERE " + day(1)},
		"a day deleted, with its key":               {"DELETE FROM receipts WHERE " + day(1), "DELETE FROM receipt_days WHERE " + day(1)},
		"the first day deleted, with its key":       {"DELETE FROM receipts WHERE " + day(0), "DELETE FROM receipt_days WHERE " + day(0)},
		"a day opened again, and cut":               {"UPDATE receipt_days SET mac = NULL WHERE " + day(0), "DELETE FROM receipts WHERE seq > 2 AND " + day(0) + " AND " + a},
		"a roll that says less":                     {"UPDATE receipt_days SET chains = 1 WHERE " + day(0), "DELETE FROM receipts WHERE " + day(0) + " AND chain = '" + string(ben) + "'"},
		"a day said to be kept no longer":           {"DELETE FROM receipts WHERE " + day(0), "UPDATE receipt_days SET removed = 'kept no longer', removal = mac WHERE " + day(0)},
		"a mailbox said to be erased":               {"INSERT INTO receipt_removals (day, name, last, reason, mac) SELECT day, mac, mac, 'erased', mac FROM receipts WHERE seq = 5 AND " + day(1), "DELETE FROM receipts WHERE " + day(1)},
		"a day's key put in the place of another's": {fmt.Sprintf("UPDATE receipt_days SET key_sealed = (SELECT key_sealed FROM receipt_days WHERE day = %d) WHERE day = %d", first, first+1)},
	} {
		saved := w.save("receipts", "receipt_days", "receipt_removals")
		for _, statement := range statements {
			exec(w, w.raw, statement)
		}
		if w.receipts() == nil {
			w.Errorf("%s: not found", what)
		}
		saved()
		if findings := w.receipts(); findings != nil {
			w.Fatalf("%s: the world was not put back: %q", what, findings)
		}
	}
	// What nobody can see: the end of the open day.
	exec(w, w.raw, "DELETE FROM receipts WHERE seq > 2 AND "+day(2)+" AND "+a)
	w.same(w.receipts(), []string(nil), "a cut at the end of the open day")
}

// save keeps tables, to be put back.
func (w *world) save(tables ...string) (back func()) {
	w.Helper()
	for _, table := range tables {
		exec(w, w.raw, "CREATE TABLE saved_"+table+" AS SELECT * FROM "+table)
	}
	return func() {
		w.Helper()
		for _, table := range tables {
			exec(w, w.raw, "DELETE FROM "+table)
			exec(w, w.raw, "INSERT INTO "+table+" SELECT * FROM saved_"+table)
			exec(w, w.raw, "DROP TABLE saved_"+table)
		}
	}
}

// testReceiptsWithResults: they are stored with the result or not at all, and the
// calls of a lease that was lost are written down too.
func testReceiptsWithResults(w *world) {
	w.idle(anna)
	w.mark(anna, "a", "b")
	claim := w.claim(anna)
	works := w.bite(claim)
	ctx := receipt.Keep(w.Context(), "")
	note := func() { receipt.BookOf(ctx).Note(w.clock.Now(), "graph", "read events", "200") }
	count := func(want int, what string) {
		w.Helper()
		rows, err := w.Receipts(w.Context(), anna, 100)
		w.must(err)
		w.same(len(rows), want, what)
	}
	note()
	w.must(w.Done(ctx, claim, works[0]))
	count(1, "with the event's result")
	note()
	lost := claim
	lost.Lease--
	w.is(w.Done(ctx, lost, works[1]), errs.Conflict, "done without the lease")
	count(1, "without a result")
	note()
	w.must(w.Release(ctx, lost))
	count(3, "of a lease that was lost")
	w.must(w.Release(ctx, claim))
	count(3, "none twice")
	w.same(w.receipts(), []string(nil), "findings")
}

// testReceiptsRace: processes append to one chain at once.
func testReceiptsRace(w *world) {
	others := []*store.Store{w.Store}
	if strings.HasPrefix(w.URL, "postgres") {
		others = append(others, w.Open(w, w.clock))
	}
	const writers, each = 4, 5
	ended := make(chan error, writers)
	for i := range writers {
		go func() {
			for range each {
				if err := others[i%len(others)].KeepReceipt(context.WithoutCancel(w.Context()), anna, receipt.Entry{At: w.clock.Now(), Service: "graph", Operation: "read"}); err != nil {
					ended <- err
					return
				}
			}
			ended <- nil
		}()
	}
	for range writers {
		w.must(<-ended)
	}
	findings, rows, _, err := w.VerifyReceipts(w.Context())
	w.must(err)
	w.same([]any{findings, rows}, []any{[]string(nil), writers*each + 1}, "appended at once")
}
