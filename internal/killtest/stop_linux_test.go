//go:build killtest

package killtest

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"webex-scheduler/internal/sandbox/trace"
	"webex-scheduler/internal/store/storetest"
)

// TestStopped freezes one of three processes for longer than its leases last
// while people go on; then it wakes up in the middle of what it was at.
func TestStopped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{database: storetest.PostgresDatabase(t).URL, processes: 3, seed: 11})
	for range 5 {
		w.busy(4)
		frozen := w.fleet[w.random.IntN(len(w.fleet))]
		frozen.signal(syscall.SIGSTOP)
		for _, who := range w.people { // followed by others only once the leases are over
			id := w.create(who)
			w.awaitMeeting(who, id)
			w.rename(who, id, "Followed")
		}
		frozen.signal(syscall.SIGCONT)
	}
	w.rest()
}

// awaitMeeting waits until the event shows a meeting.
func (w *world) awaitMeeting(who, id string) {
	w.t.Helper()
	w.awaitMeetingFor(time.Minute, who, id)
}

func (w *world) awaitMeetingFor(long time.Duration, who, id string) {
	w.t.Helper()
	ctx, seq := w.within(long), int64(0)
	for {
		e, ok := w.box.Microsoft.Event(who, id)
		if ok && strings.HasPrefix(e.Location.DisplayName, "https://") {
			return
		}
		seen, err := w.box.Trace.Await(ctx, seq, func(e trace.Entry) bool { return e.Service == trace.Graph && e.Write })
		if err != nil {
			w.t.Fatalf("event %s of %s gets no meeting while something is broken:\n%s", id, who, w.about(id))
		}
		seq = seen.Seq
	}
}

// gate holds one request back and stops the process that sent it, as if it had
// been stopped the moment before.
type gate struct {
	mu    sync.Mutex
	wants func(*http.Request) bool // nil: nothing is held
	held  chan int                 // the process whose request is held
	open  chan struct{}
}

func (g *gate) before(process int, next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		hold := g.wants != nil && g.wants(r)
		if hold {
			g.wants = nil
		}
		g.mu.Unlock()
		if hold {
			g.held <- process
			<-g.open
		}
		next.ServeHTTP(rw, r)
	})
}

// hold holds the next request that wants likes.
func (g *gate) hold(wants func(*http.Request) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.wants, g.held, g.open = wants, make(chan int, 1), make(chan struct{})
}

// awaitHeld waits for that request and stops the process that sent it.
func (w *world) awaitHeld(g *gate) *process {
	w.t.Helper()
	select {
	case n := <-g.held:
		w.fleet[n].signal(syscall.SIGSTOP)
		return w.fleet[n]
	case <-w.within(time.Minute).Done():
		w.t.Fatal("the awaited call never came")
		return nil
	}
}

// awaitWebex waits for a call there that answered well.
func (w *world) awaitWebex(seq int64, method, part string) {
	w.t.Helper()
	_, err := w.box.Trace.Await(w.within(time.Minute), seq, func(e trace.Entry) bool {
		return e.Service == trace.Webex && e.Method == method && strings.Contains(e.Path, part) && e.Status < 300
	})
	if err != nil {
		w.t.Fatalf("nobody takes over: no %s of %q comes", method, part)
	}
}

// TestLateWrite lets a call reach Webex after its process lost the lease and
// another one has worked the same event.
func TestLateWrite(t *testing.T) {
	t.Parallel()
	setup := func(t *testing.T) (*world, *gate) {
		t.Parallel()
		g := &gate{}
		return newWorld(t, options{
			database: storetest.PostgresDatabase(t).URL, processes: 3, seed: 12, people: []string{ana}, webex: g.before,
		}), g
	}
	t.Run("a rename arrives after a newer one", func(t *testing.T) {
		w, g := setup(t)
		id := w.create(ana)
		w.awaitMeeting(ana, id)
		g.hold(func(r *http.Request) bool { return r.Method == http.MethodPatch })
		w.rename(ana, id, "Earlier")
		frozen := w.awaitHeld(g)
		seq := w.box.Trace.Last()
		w.rename(ana, id, "Later")
		w.awaitWebex(seq, http.MethodPatch, "/v1/meetings/")
		close(g.open)
		frozen.signal(syscall.SIGCONT)
		w.rest()
	})
	t.Run("a rename arrives after a newer one, and its process is dead", func(t *testing.T) {
		w, g := setup(t)
		id := w.create(ana)
		w.awaitMeeting(ana, id)
		g.hold(func(r *http.Request) bool { return r.Method == http.MethodPatch })
		w.rename(ana, id, "Earlier")
		dead := w.awaitHeld(g)
		dead.kill()
		dead.start()
		seq := w.box.Trace.Last()
		w.rename(ana, id, "Later")
		w.awaitWebex(seq, http.MethodPatch, "/v1/meetings/")
		close(g.open)
		w.rest()
	})
	t.Run("a create arrives after it was looked for", func(t *testing.T) {
		w, g := setup(t)
		g.hold(func(r *http.Request) bool { return r.Method == http.MethodPost && r.URL.Path == "/v1/meetings" })
		seq := w.box.Trace.Last()
		w.create(ana)
		frozen := w.awaitHeld(g)
		w.awaitWebex(seq, http.MethodGet, "integrationTag")
		close(g.open)
		frozen.signal(syscall.SIGCONT)
		w.rest()
	})
	t.Run("a deletion arrives after another one", func(t *testing.T) {
		w, g := setup(t)
		id := w.create(ana)
		w.awaitMeeting(ana, id)
		g.hold(func(r *http.Request) bool { return r.Method == http.MethodDelete })
		w.remove(ana, id)
		frozen := w.awaitHeld(g)
		seq := w.box.Trace.Last()
		w.awaitWebex(seq, http.MethodDelete, "/v1/meetings/")
		close(g.open)
		frozen.signal(syscall.SIGCONT)
		w.rest()
	})
	t.Run("a deletion arrives after the event was restored", func(t *testing.T) {
		w, g := setup(t)
		id := w.create(ana)
		w.awaitMeeting(ana, id)
		g.hold(func(r *http.Request) bool { return r.Method == http.MethodDelete })
		w.remove(ana, id)
		frozen := w.awaitHeld(g)
		seq := w.box.Trace.Last()
		w.restore(ana, id)
		w.awaitWebex(seq, http.MethodPost, "/v1/meetings")
		close(g.open)
		frozen.signal(syscall.SIGCONT)
		w.rest()
	})
}

// TestTerminated ends processes the clean way in the middle of a burst.
func TestTerminated(t *testing.T) {
	t.Parallel()
	const limit = 15 * time.Second
	for name, make := range map[string]func(*testing.T) options{
		"sqlite": func(t *testing.T) options {
			return options{database: "sqlite://" + filepath.Join(t.TempDir(), "scheduler.db"), seed: 13}
		},
		"postgres": func(t *testing.T) options {
			return options{database: storetest.PostgresDatabase(t).URL, processes: 3, seed: 14}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, make(t))
			for range 5 {
				w.busy(6)
				p := w.fleet[w.random.IntN(len(w.fleet))]
				p.awaitServing(w.within(time.Minute))
				ctx, cancel := context.WithTimeout(t.Context(), 2*limit)
				if code, took := p.terminate(ctx); code != 0 || took > limit {
					t.Errorf("after SIGTERM: code %d after %v, want 0 within %v\n%s", code, took, limit, p.tail(20))
				}
				cancel()
				p.start()
			}
			w.rest()
			for _, p := range w.fleet {
				if lines := p.mentions(`"level":"ERROR"`); len(lines) > 0 {
					t.Errorf("a clean stop logs errors:\n%s", strings.Join(lines, "\n"))
				}
			}
		})
	}
}
