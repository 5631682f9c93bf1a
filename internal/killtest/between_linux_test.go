//go:build killtest

package killtest

import (
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/trace"
)

// killAt kills the process when its next such call has arrived and before it
// has the answer: the call has its effect, and nobody to note it.
func (w *world) killAt(p *process, method, path string) (killed <-chan struct{}) {
	done := make(chan struct{})
	var once sync.Once
	see := func(r *http.Request) bool {
		wanted := r.Method == method && strings.Contains(r.URL.Path, path)
		if wanted {
			once.Do(func() { p.kill(); close(done) })
		}
		return false
	}
	w.seen.Store(&see)
	return done
}

// TestKilledBetween kills the program between an effect elsewhere and its own
// note of it, for each kind of effect.
func TestKilledBetween(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{database: "sqlite://" + filepath.Join(t.TempDir(), "scheduler.db"), seed: 41, people: []string{ana}})
	p := w.fleet[0]
	at := func(days int) (from, to fakems.DateTimeTimeZone) {
		start := time.Now().UTC().Truncate(time.Hour).AddDate(0, 0, days)
		return fakems.At(start, "UTC"), fakems.At(start.Add(time.Hour), "UTC")
	}
	var id string
	create := func() { id = w.create(ana) }
	remove := func() { w.remove(ana, id) }
	restore := func() { w.restore(ana, id) }
	rename := func(title string) func() { return func() { w.rename(ana, id, title) } }
	move := func(days int) func() { return func() { from, to := at(days); w.move(ana, id, from, to) } }
	invite := func(guests ...fakems.Attendee) func() {
		return func() { w.change(ana, id, func(e *fakems.Event) { e.Attendees = guests }) }
	}
	guest := fakems.Attendee{Type: "required", EmailAddress: fakems.EmailAddress{Address: "late@elsewhere.example"}}
	for _, c := range []struct {
		name         string
		method, path string
		act          func()
		meanwhile    func() // while nobody is at work
	}{
		{"a meeting made", "POST", "/v1/meetings", create, func() {}},
		{"a meeting made, the event deleted", "POST", "/v1/meetings", create, remove},
		{"a meeting made, the event moved and renamed", "POST", "/v1/meetings", create, func() { move(3)(); rename("Third")() }},
		{"an event written", "PATCH", "/v1.0/users/", create, func() { move(1)(); rename("First")() }},
		{"a meeting renamed", "PATCH", "/v1/meetings/", rename("Second"), func() {}},
		{"a meeting renamed, the event renamed back", "PATCH", "/v1/meetings/", rename("First"), rename("Second")},
		{"a meeting moved", "PATCH", "/v1/meetings/", move(2), func() {}},
		{"a meeting moved, the event moved back", "PATCH", "/v1/meetings/", move(3), move(2)},
		{"a guest invited", "POST", "/v1/meetingInvitees", invite(guest), func() {}},
		{"a guest taken off, and invited again", "DELETE", "/v1/meetingInvitees", invite(), invite(guest)},
		{"a guest taken off", "DELETE", "/v1/meetingInvitees", invite(), func() {}},
		{"a guest invited, and taken off again", "POST", "/v1/meetingInvitees", invite(guest), invite()},
		{"a meeting deleted, the event restored", "DELETE", "/v1/meetings/", remove, restore},
		{"a meeting deleted", "DELETE", "/v1/meetings/", remove, func() {}},
	} {
		killed := w.killAt(p, c.method, c.path)
		c.act()
		select {
		case <-killed:
		case <-w.within(time.Minute).Done():
			t.Fatalf("%s: no such call came", c.name)
		}
		c.meanwhile()
		p.start()
		if v := w.rest(); !v.clean() {
			t.Fatalf("%s, and killed then: %v", c.name, v)
		}
	}
}

// TestKilledSubscribing kills it when Graph has subscribed and the answer is
// lost. (Graph asks back before it answers: there is no killing it earlier.)
func TestKilledSubscribing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{database: "sqlite://" + filepath.Join(t.TempDir(), "scheduler.db"), seed: 42, people: []string{ana}})
	subscribes := func(method, path string) bool { return method == http.MethodPost && path == "/v1.0/subscriptions" }
	var first atomic.Bool
	see := func(r *http.Request) bool {
		return subscribes(r.Method, r.URL.Path) && first.CompareAndSwap(false, true)
	}
	w.seen.Store(&see)
	seq, ctx := w.box.Trace.Last(), w.within(time.Minute)
	w.connect(ctx, bo)
	if _, err := w.box.Trace.Await(ctx, seq, func(e trace.Entry) bool { return subscribes(e.Method, e.Path) }); err != nil {
		t.Fatal("nobody subscribes")
	}
	w.fleet[0].kill()
	w.fleet[0].start()
	w.people = append(w.people, bo)
	w.create(bo)
	w.rest()
	if _, err := w.box.Trace.Await(ctx, seq, func(e trace.Entry) bool {
		return e.Method == http.MethodDelete && strings.HasPrefix(e.Path, "/v1.0/subscriptions/") && e.Status < 300
	}); err != nil {
		t.Error("the subscription that nobody knows of is not taken down")
	}
	if all := w.box.Microsoft.Subscriptions(bo); len(all) != 1 {
		t.Errorf("%d subscriptions live, want 1: %+v", len(all), all)
	}
}
