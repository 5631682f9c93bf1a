package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/store"
)

const (
	starts  = 5
	askings = 20 // of each question, at the most; fewer if it is slow
	rest    = 10 * time.Second
)

// size measures the program on a database of a hundred thousand mailboxes: how
// soon it is ready, the memory it takes, and what its questions cost.
func size(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "benchtest")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary := filepath.Join(dir, "webex-scheduler")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "webex-scheduler/cmd/webex-scheduler")
	build.Env, build.Stderr = append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	if err := build.Run(); err != nil {
		return err
	}
	return databases(ctx, func(name, address string) error { return sizeOn(ctx, binary, name, address) })
}

func sizeOn(ctx context.Context, binary, name, address string) error {
	c, err := newCrowd(address)
	if err != nil {
		return err
	}
	open := func() (*store.Store, error) {
		return store.Open(ctx, address, c.box, clockwork.NewRealClock(), rand.Reader, slog.New(slog.DiscardHandler))
	}
	db, err := open()
	if err != nil {
		return err
	}
	if err := errors.Join(db.Migrate(ctx), db.Close()); err != nil {
		return err
	}
	began := time.Now()
	if err := c.plant(ctx); err != nil {
		return err
	}
	fmt.Printf("%s: %d mailboxes of one tenant, %d linked events, planted in %v\n\n", name, c.size, c.size*linksEach, time.Since(began).Round(time.Second))
	if db, err = open(); err != nil {
		return err
	}
	cookie := meeting.NewSecret(base64.RawURLEncoding.EncodeToString([]byte(rand.Text() + "......")))
	err = errors.Join(
		db.SaveOwner(ctx, meeting.Owner{Account: c.account(0), UPN: "person-000000@contoso.example", By: meeting.OwnerProven}),
		db.SaveAccount(ctx, meeting.Account{ID: c.account(0), UPN: "person-000000@contoso.example", Name: "Person 0"}),
		db.CreateSession(ctx, cookie, c.account(0)),
		db.Close(), // on SQLite the program alone has it
	)
	if err != nil {
		return err
	}
	if err := c.start(ctx, binary, name, cookie); err != nil {
		return err
	}
	clock := clockwork.NewFakeClockAt(c.now)
	if db, err = store.Open(ctx, address, c.box, clock, rand.Reader, slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return c.ask(ctx, name, db, clock)
}

// start starts the program several times and looks at the console once.
func (c *crowd) start(ctx context.Context, binary, name string, cookie meeting.Secret) error {
	var ready []time.Duration
	for n := range starts {
		cmd := exec.CommandContext(ctx, binary, "serve")
		cmd.Env = []string{
			"SCHEDULER_PUBLIC_URL=http://127.0.0.1:1", "SCHEDULER_LISTEN=127.0.0.1:0", "SCHEDULER_DATABASE_URL=" + c.address, "SCHEDULER_SECRET_KEYS=" + c.keys,
			"SCHEDULER_MICROSOFT_CLIENT_ID=x", "SCHEDULER_MICROSOFT_CLIENT_SECRET=x", "SCHEDULER_MICROSOFT_LOGIN_URL=http://127.0.0.1:1", "SCHEDULER_MICROSOFT_GRAPH_URL=http://127.0.0.1:1",
			"SCHEDULER_WEBEX_CLIENT_ID=x", "SCHEDULER_WEBEX_CLIENT_SECRET=x", "SCHEDULER_WEBEX_API_URL=http://127.0.0.1:1", "SCHEDULER_LOG_FORMAT=json",
		}
		log, err := cmd.StderrPipe()
		if err != nil {
			return err
		}
		began := time.Now()
		if err := cmd.Start(); err != nil {
			return err
		}
		address, err := serving(log)
		if err != nil {
			return errors.Join(err, cmd.Wait())
		}
		if _, err := get("http://"+address+"/readyz", meeting.Secret{}); err != nil {
			return err
		}
		ready = append(ready, time.Since(began))
		if n == starts-1 {
			slices.Sort(ready)
			fmt.Printf("| %s: the program | least | median | most |\n| --- | --- | --- | --- |\n| start to ready | %s | %s | %s |\n", name, ms(ready[0]), ms(ready[len(ready)/2]), ms(ready[len(ready)-1]))
			time.Sleep(rest)
			fmt.Printf("| memory at rest (RSS; peak) | | %s; %s | |\n", memory(cmd.Process.Pid, "VmRSS"), memory(cmd.Process.Pid, "VmHWM"))
			page := func() error { _, err := get("http://"+address+"/admin", cookie); return err }
			if _, err := measure("`/admin`, counted anew", page, 1, 0); err != nil {
				return err
			}
			if _, err := measure("`/admin`", page, askings, 0); err != nil {
				return err
			}
			fmt.Printf("| memory after (RSS; peak) | | %s; %s | |\n", memory(cmd.Process.Pid, "VmRSS"), memory(cmd.Process.Pid, "VmHWM"))
		}
		if err := errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()); err != nil {
			return err
		}
	}
	return nil
}

// serving reads a log until the program says where it serves, and goes on
// reading so that it can write.
func serving(log io.Reader) (address string, err error) {
	lines := bufio.NewScanner(log)
	var said []string
	for lines.Scan() {
		var line struct{ Msg, Address string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "serving" {
			go func() { _, _ = io.Copy(io.Discard, log) }()
			return line.Address, nil
		}
		said = append(said, lines.Text())
	}
	return "", errors.New("the program does not serve: " + strings.Join(said, "\n"))
}

// get wants the page itself, not another one.
func get(address string, cookie meeting.Secret) (body string, err error) {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	if !cookie.Empty() {
		req.AddCookie(&http.Cookie{Name: "scheduler-session", Value: cookie.Reveal()})
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s, to %q", address, res.Status, res.Header.Get("Location"))
	}
	return string(text), err
}

// memory is a figure of the kernel's; "–" where there is none.
func memory(pid int, what string) string {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return "–"
	}
	var kib int
	if _, after, ok := strings.Cut(string(status), what+":"); ok {
		_, _ = fmt.Sscan(after, &kib)
	}
	return fmt.Sprintf("%d MiB", kib/1024)
}

// measure does it some times and prints the least, the median and the most, and
// how often the median is the unit, if there is one.
func measure(what string, do func() error, times int, unit time.Duration) (median time.Duration, err error) {
	var took []time.Duration
	for began := time.Now(); len(took) < times && time.Since(began) < 5*time.Second; {
		at := time.Now()
		if err := do(); err != nil {
			return 0, fmt.Errorf("%s: %w", what, err)
		}
		took = append(took, time.Since(at))
	}
	slices.Sort(took)
	median = took[len(took)/2]
	fmt.Printf("| %s | %s | %s | %s |", what, ms(took[0]), ms(median), ms(took[len(took)-1]))
	if unit > 0 {
		fmt.Printf(" %.1f |", float64(median)/float64(unit))
	}
	fmt.Println()
	return median, nil
}

func ms(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000)
}

// ask asks what the program asks, in one process, nobody else at work.
func (c *crowd) ask(ctx context.Context, name string, db *store.Store, clock *clockwork.FakeClock) error {
	one := c.account(c.size / 2)
	row := func() error { _, err := db.Subscriptions(ctx, one); return err }
	fmt.Printf("\n| %s: question | least | median | most | in rows |\n| --- | --- | --- | --- | --- |\n", name)
	unit, err := measure("a mailbox's subscription, one row by an index", row, 200, 0)
	if err != nil {
		return err
	}
	claim := func() error {
		claims, err := db.Claim(ctx, 4, 0) // a lease that is over at once
		if err == nil && len(claims) != 4 {
			err = fmt.Errorf("%d claims", len(claims))
		}
		return err
	}
	until := func(d time.Duration) func() error { return func() error { clock.Advance(d); return nil } }
	next := func() error { _, _, err := db.NextDue(ctx); return err }
	var held meeting.Claim
	questions := []struct {
		what  string
		first func() error
		do    func() error
	}{
		{"when the next mailbox is due, none being so", nil, next},
		{"claim four of some hundred due mailboxes", until(24*time.Hour + time.Second), claim},
		{"claim four, all mailboxes being due", until(15 * time.Minute), claim},
		{"when the next mailbox is due, all being so", nil, next},
		{"a mailbox's links (sweep)", nil, func() error { _, err := db.LiveLinks(ctx, one, c.now); return err }},
		{"its drafts", nil, func() error { _, err := db.Drafts(ctx, one); return err }},
		{"its host", nil, func() error {
			if _, err := db.Host(ctx, one); err != nil && !errs.Is(err, errs.NotFound) {
				return err
			}
			return nil
		}},
		{"its due events", func() (err error) {
			claims, err := db.Claim(ctx, 1, time.Hour)
			if err == nil {
				held = claims[0]
			}
			return err
		}, func() error { _, err := db.Bite(ctx, held, 20); return err }},
		{"the sweep's end, stored", nil, func() error { return db.Swept(ctx, held, c.now, nil, c.now.Add(time.Hour)) }},
		{"a link by its meeting", nil, func() error {
			_, err := db.LinkByMeeting(ctx, meeting.MeetingID(fmt.Sprintf("%032x", 77)))
			return err
		}},
		{"deletions in the tenant, for one that is planned", nil, func() error { _, err := db.Deletions(ctx, one, c.now); return err }},
		{"console, first page of 50", nil, func() error {
			_, err := db.ConsoleMailboxes(ctx, tenant, meeting.ConsoleQuery{Limit: 50})
			return err
		}},
		{"console, those with problems", nil, func() error {
			_, err := db.ConsoleMailboxes(ctx, tenant, meeting.ConsoleQuery{Limit: 50, State: meeting.MailboxProblems})
			return err
		}},
		{"console, a search that one fits", nil, func() error {
			_, err := db.ConsoleMailboxes(ctx, tenant, meeting.ConsoleQuery{Limit: 50, Search: "person-099999@"})
			return err
		}},
		{"figures for /metrics", nil, func() error {
			_, _, _, err := db.Work(ctx)
			_, _, other := db.Subscribed(ctx)
			return errors.Join(err, other)
		}},
		{"are all keys there (start)", nil, func() error { return db.Readable(ctx) }},
		{"what is over is removed (hourly)", nil, func() error { return db.PurgeExpired(ctx) }},
	}
	for _, q := range questions {
		if q.first != nil {
			if err := q.first(); err != nil {
				return fmt.Errorf("%s: %w", q.what, err)
			}
		}
		if *only != "" && !strings.Contains(q.what, *only) {
			continue
		}
		if _, err := measure(q.what, q.do, askings, unit); err != nil {
			return err
		}
	}
	fmt.Println()
	return nil
}
