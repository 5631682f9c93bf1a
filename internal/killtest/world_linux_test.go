//go:build killtest

package killtest

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/seal"
)

// People of the sandbox who have a calendar and may host.
const (
	ana   = "ana@contoso.example"
	bo    = "bo@contoso.example"
	deepa = "deepa@contoso.example"
	mia   = "mia@fabrikam.example"
)

const (
	lease = 2 * time.Second
	sweep = 3 * time.Second
)

// options says how a world is made.
type options struct {
	processes int    // 0: one
	program   string // a build of it; "": of this tree
	database  string // of all processes
	seed      uint64
	people    []string // who connect; nil: all four

	// behind gives a process another address of the same database; nil: database.
	behind func(process int) string
	// webex wraps the sandbox as one process sees Webex; nil: as it is.
	webex func(process int, box http.Handler) http.Handler
}

// world is a fleet at work, the sandbox it works with, and people who edit.
type world struct {
	t      testing.TB
	box    *sandbox.Sandbox
	url    string // of the fleet
	boxURL string
	fleet  []*process
	keys   string
	people []string
	random *mathrand.Rand
	diary  diary

	// seen sees each call to the sandbox before it has its effect; true: the
	// answer is lost.
	seen atomic.Pointer[func(*http.Request) bool]
}

// newWorld starts sandbox and fleet and connects people. At the test's end the
// processes that are left are killed.
func newWorld(t testing.TB, o options) *world {
	t.Helper()
	w := &world{t: t, keys: seal.NewKey(rand.Reader), people: o.people, random: mathrand.New(mathrand.NewPCG(o.seed, 0x6b696c6c))}
	if w.people == nil {
		w.people = []string{ana, bo, deepa, mia}
	}
	w.url = newFront(t, func() []*process { return w.fleet })
	w.startSandbox(o.seed)
	for n := range max(o.processes, 1) {
		database, webex := o.database, w.boxURL
		if o.behind != nil {
			database = o.behind(n)
		}
		if o.webex != nil {
			webex = serve(t, o.webex(n, w.box.Handler()))
		}
		p := &process{t: t, name: fmt.Sprint("process ", n+1), program: cmp.Or(o.program, binary), env: w.environment(database, webex)}
		w.fleet = append(w.fleet, p)
		p.start()
		t.Cleanup(p.kill)
	}
	ctx := w.within(time.Minute)
	for _, p := range w.fleet {
		p.awaitServing(ctx)
	}
	for _, who := range w.people {
		w.connect(ctx, who)
	}
	return w
}

// startSandbox starts a calm one. What it does to a program by itself is
// tested elsewhere; here its limits would only make everybody wait.
func (w *world) startSandbox(seed uint64) {
	w.t.Helper()
	w.box = sandbox.New(sandbox.Config{
		Seed: seed, Calm: true, SchedulerURL: w.url,
		RedirectURIs: []string{w.url + "/signin/callback", w.url + "/connect/webex/callback"},
	})
	w.box.Webex.RateLimit, w.box.Webex.CreateQuota = -1, -1
	w.box.Microsoft.OnRequest = func(r *http.Request) *fakems.Fault {
		if f := w.seen.Load(); f != nil && (*f)(r) {
			return &fakems.Fault{Reset: true, When: fakems.After}
		}
		return nil
	}
	w.box.Webex.OnRequest = func(r *http.Request) *fakewebex.Fault {
		if f := w.seen.Load(); f != nil && (*f)(r) {
			return &fakewebex.Fault{Reset: true, After: true}
		}
		return nil
	}
	w.box.Microsoft.Unexpected = func(msg string) { w.t.Errorf("unexpected at Microsoft: %s", msg) }
	w.box.Webex.Unexpected = func(msg string) { w.t.Errorf("unexpected at Webex: %s", msg) }
	w.boxURL = serve(w.t, w.box.Handler())
	w.box.SetBaseURL(w.boxURL)
	w.t.Cleanup(w.box.Close) // first: it ends what the server would wait for
}

// serve serves the handler as localhost until the test ends.
func serve(t testing.TB, h http.Handler) (address string) {
	server := httptest.NewServer(h)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	return "http://localhost:" + port
}

func (w *world) environment(database, webex string) []string {
	return []string{
		"SCHEDULER_PUBLIC_URL=" + w.url,
		"SCHEDULER_LISTEN=127.0.0.1:0",
		"SCHEDULER_DATABASE_URL=" + database,
		"SCHEDULER_SECRET_KEYS=" + w.keys,
		"SCHEDULER_MICROSOFT_CLIENT_ID=" + w.box.MicrosoftClientID,
		"SCHEDULER_MICROSOFT_CLIENT_SECRET=" + w.box.MicrosoftClientSecret,
		"SCHEDULER_MICROSOFT_LOGIN_URL=" + w.boxURL,
		"SCHEDULER_MICROSOFT_GRAPH_URL=" + w.boxURL,
		"SCHEDULER_WEBEX_CLIENT_ID=" + w.box.WebexClientID,
		"SCHEDULER_WEBEX_CLIENT_SECRET=" + w.box.WebexClientSecret,
		"SCHEDULER_WEBEX_API_URL=" + webex,
		"SCHEDULER_LEASE=" + lease.String(),
		"SCHEDULER_SWEEP_INTERVAL=" + sweep.String(),
		"SCHEDULER_LOG_FORMAT=json",
		"SCHEDULER_LOG_LEVEL=debug",
	}
}

// connect signs somebody in, links their Webex account and waits until their
// calendar is subscribed to. It returns where they are signed in.
func (w *world) connect(ctx context.Context, who string) *browser {
	w.t.Helper()
	b := w.newBrowser()
	b.open(w.url + "/")
	b.click(who)
	w.accept(b) // to be signed in, and the calendar
	b.click("Connect Webex")
	w.accept(b)
	if _, err := w.box.Microsoft.AwaitSubscription(ctx, who); err != nil {
		w.t.Fatalf("%s has no subscription: %v\n%s", who, err, w.about("/subscriptions", "/hooks/"))
	}
	return b
}

// accept says yes to whatever is asked, until the account page is there: who said
// yes before is asked less.
func (w *world) accept(b *browser) {
	w.t.Helper()
	for range 3 {
		if strings.HasPrefix(b.at.String(), w.url+"/account") {
			return
		}
		b.click("Accept")
	}
	w.t.Fatalf("saying yes ended at %s:\n%s", b.at, text(b.page))
}

// within bounds a wait.
func (w *world) within(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(w.t.Context(), d)
	w.t.Cleanup(cancel)
	return ctx
}
