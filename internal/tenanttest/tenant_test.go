package tenanttest

import (
	"database/sql"
	"flag"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/store/storetest"
)

var people = flag.Int("tenant.people", 0, "how many people the tenant gets; 0: the program is not run")

const (
	wishers = 50 // people with wishes, at most
	wishes  = 3  // events of each that ask for a meeting

	step      = 500 * time.Millisecond // of the sandbox's clock
	patience  = step                   // on the wall: the clock is never slower than that, for leases are kept by PostgreSQL's
	longest   = 2 * time.Hour          // in the sandbox's clock, until it must be done
	everyTick = 4                      // steps between two looks at how far it is
)

// run is one tenant on its way.
type run struct {
	*apptest.World
	t     *testing.T
	clock *clockwork.FakeClock
	lines *lines
	raw   *sql.DB
	admin *apptest.Browser
	table table

	kept         int // mailboxes that are to be kept in the end
	reachable    int // those of them that there are: licensed people may have none
	began        time.Time
	beganOnWall  time.Time
	seenOnWay    []time.Duration // of the console, while the tenant was taken up
	stops, kills int
}

// TestTenant takes up a tenant; see the package's comment.
func TestTenant(t *testing.T) {
	if *people == 0 {
		t.Skip("a program of minutes: make tenant")
	}
	r := &run{t: t, clock: clockwork.NewFakeClockAt(time.Now().UTC().Truncate(time.Second)), lines: newLines()}
	database := storetest.Postgres(t)
	var err error
	if r.raw, err = sql.Open("pgx", database.URL); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.raw.Close() })
	r.World = apptest.Start(t, apptest.Options{
		Unpleasant: true, Quiet: true, Clock: r.clock, Transport: r.lines, DatabaseURL: r.lines.relay(t, database.URL), Settle: r.settle,
		Settings: map[string]string{"SWEEP_INTERVAL": "12h"},
	})
	r.authorise()
	r.choose()
	r.follow()
	r.check()
	r.pages()
	t.Logf("\n%s", r.table)
	if path := os.Getenv("TENANT_TABLE"); path != "" {
		if err := os.WriteFile(path, []byte(r.table.String()), 0o644); err != nil {
			t.Error(err)
		}
	}
}

func upn(i int) string { return fmt.Sprintf("person%05d@contoso.example", i) }

// settle moves the people in.
func (r *run) settle(s *sandbox.Sandbox) {
	s.Microsoft.WholePages = true
	for i := range *people {
		name := fmt.Sprintf("Person %05d", i)
		s.Microsoft.AddUser(fakems.User{
			TenantID: apptest.Contoso, UserPrincipalName: upn(i), DisplayName: name, Licensed: true, PreferredLanguage: "en-GB",
			ProxyAddresses: []string{"SMTP:" + upn(i), fmt.Sprintf("smtp:p%d@contoso.example", i)},
		})
		s.Webex.AddPerson(fakewebex.Person{Email: upn(i), DisplayName: name, Sites: []string{"contoso.webex.com"}, Org: apptest.Contoso})
	}
	for i := range min(wishers, *people) {
		for n := range wishes {
			at := func(hour int) fakems.DateTimeTimeZone {
				day := r.clock.Now().AddDate(0, 0, 2+n)
				return fakems.DateTimeTimeZone{DateTime: day.Format("2006-01-02T") + fmt.Sprintf("%02d:00:00.0000000", hour), TimeZone: "UTC"}
			}
			_, err := s.Microsoft.CreateEvent(upn(r.wisher(i)), fakems.Event{
				Subject: fmt.Sprintf("Review %d", n), Start: at(10), End: at(11), Location: fakems.Location{DisplayName: "@webex"},
			})
			if err != nil {
				r.t.Fatal(err)
			}
		}
	}
	s.Microsoft.ForgetMails()
}

// wisher is the i-th of those with wishes, who are spread over all people.
func (r *run) wisher(i int) int { return i * *people / min(wishers, *people) }

// drive lets time pass until done, which is asked now and then.
func (r *run) drive(what string, done func() bool) {
	r.t.Helper()
	end := r.clock.Now().Add(longest)
	for i := 0; ; i++ {
		if i%everyTick == 0 && done() {
			return
		}
		if r.clock.Now().After(end) {
			r.t.Fatalf("not in %v: %s\n%s", longest, what, r.progress())
		}
		r.Tick(step)
		r.Rested(patience)
	}
}

func (r *run) authorise() {
	r.t.Helper()
	r.admin = r.AuthoriseMicrosoft(apptest.Ana)
	r.drive("the tenant is authorised", func() bool {
		r.admin.Open(r.URL + "/admin")
		return r.admin.URL.Path == "/admin"
	})
	r.AuthoriseWebex(r.admin, apptest.Ana)
}

// choose has everybody kept in step.
func (r *run) choose() {
	r.t.Helper()
	for _, u := range r.Sandbox.Microsoft.Users() {
		if u.TenantID != apptest.Contoso || !u.Licensed || u.Disabled {
			continue
		}
		r.kept++
		if !u.NoMailbox {
			r.reachable++
		}
	}
	r.began, r.beganOnWall = r.clock.Now(), time.Now()
	r.admin.Post(r.URL+"/admin/mailboxes", url.Values{"who": {"everybody"}})
	if r.admin.Status != 200 {
		r.t.Fatalf("choosing everybody: status %d\n%s", r.admin.Status, r.admin.Text())
	}
}

// follow lets all mailboxes be taken up, with a stop after a third of them and
// an end without a word after two thirds.
func (r *run) follow() {
	r.t.Helper()
	quarter, members := 1, false
	r.drive("everybody is subscribed and swept", func() bool {
		if n := r.count("SELECT count(*) FROM mailboxes"); n >= r.kept && !members {
			members = true
			r.table.add("everybody is a member", r.since(), fmt.Sprintf("%d mailboxes", n))
		}
		n := r.inStep()
		if n >= quarter*r.kept/4 && quarter < 4 {
			r.seenOnWay = append(r.seenOnWay, r.admin.Time(r.URL+"/admin"))
			r.admin.Open(r.URL + "/admin")
			r.t.Logf("%s: %s", r.since(), r.progress())
			r.table.add(fmt.Sprintf("%d %% subscribed and swept", 25*quarter), r.since(), r.shown())
			quarter++
		}
		switch {
		case n >= r.kept/3 && r.stops == 0:
			r.stops++
			if err := r.Stop(); err != nil {
				r.t.Fatal(err)
			}
			r.table.add("stopped (SIGTERM)", r.since(), fmt.Sprintf("%d in step", r.inStep()))
			r.Restart()
		case n >= 2*r.kept/3 && r.kills == 0:
			r.kills++
			r.Tick(step) // something is in hand
			r.Kill(r.lines.sever)
			r.table.add("cut off", r.since(), fmt.Sprintf("%d in step, %d leases left", r.inStep(),
				r.count("SELECT count(*) FROM mailboxes WHERE lease_until > 0")))
			r.lines.mend()
			r.Restart()
		}
		return n >= r.reachable
	})
	r.table.add("everybody subscribed and swept", r.since(), fmt.Sprintf("%d of %d; the others have no mailbox", r.inStep(), r.kept))
	want := min(wishers, *people) * wishes
	r.drive("each wish has a meeting", func() bool { return len(r.wished()) >= want })
	r.table.add("each wish has its meeting", r.since(), fmt.Sprintf("%d meetings", want))
	r.drive("nothing waits any more", func() bool {
		return r.count("SELECT count(*) FROM work WHERE reason <> 'no host'")+r.count("SELECT count(*) FROM intents") == 0
	})
}

// inStep counts the mailboxes that are subscribed and swept.
func (r *run) inStep() int {
	return r.count(`SELECT count(*) FROM mailboxes WHERE swept_at > 0 AND EXISTS
		(SELECT 1 FROM subscriptions AS sub WHERE sub.mailbox = mailboxes.id AND sub.graph_id <> '' AND NOT sub.removed)`)
}

func (r *run) wished() (all []fakewebex.Meeting) {
	for _, m := range r.Sandbox.Webex.Meetings("") {
		if strings.HasPrefix(m.Host, "person") {
			all = append(all, m)
		}
	}
	return all
}

func (r *run) count(query string) (n int) {
	r.t.Helper()
	if err := r.raw.QueryRowContext(r.t.Context(), query).Scan(&n); err != nil {
		r.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// shown is what the console says of how far it is.
func (r *run) shown() string {
	text := r.admin.Text()
	for _, part := range []string{" still to be looked through"} {
		if i := strings.Index(text, part); i > 0 {
			return "console: " + text[strings.LastIndexByte(text[:i], ' ')+1:i+len(part)]
		}
	}
	return "console: all looked through"
}

func (r *run) progress() string {
	return fmt.Sprintf("%d of %d in step, %d subscribed, %d swept, work %d, intents %d", r.inStep(), r.kept,
		r.count("SELECT count(DISTINCT mailbox) FROM subscriptions WHERE graph_id <> ''"),
		r.count("SELECT count(*) FROM mailboxes WHERE swept_at > 0"),
		r.count("SELECT count(*) FROM work"), r.count("SELECT count(*) FROM intents"))
}

func (r *run) since() lapse {
	return lapse{sandbox: r.clock.Since(r.began), wall: time.Since(r.beganOnWall)}
}
