package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/sandbox/trace"
)

// program is the one that is told things: it answers handshakes and keeps what
// comes.
type program struct {
	mu   sync.Mutex
	told []string // change and title's first word of the event, or the lifecycle event
	w    *world
}

func (p *program) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if token := r.URL.Query().Get("validationToken"); token != "" {
		rw.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(rw, token)
		return
	}
	var body struct {
		Value []struct {
			ChangeType, LifecycleEvent string
			ResourceData               struct{ ID string }
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		p.w.t.Error(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, v := range body.Value {
		e, _ := p.w.Microsoft.Event(ana, v.ResourceData.ID)
		p.told = append(p.told, strings.TrimSpace(v.ChangeType+v.LifecycleEvent+" "+e.Subject))
	}
	rw.WriteHeader(http.StatusAccepted)
}

// heard is what came since the last time, once nothing is on its way.
func (p *program) heard() []string {
	p.w.t.Helper()
	if err := p.w.Microsoft.AwaitQuiet(p.w.t.Context()); err != nil {
		p.w.t.Fatal(err)
	}
	return p.sofar()
}

func (p *program) sofar() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	told := p.told
	p.told = nil
	return told
}

// listening starts a program that can be notified.
func listening(t *testing.T) (*world, *program, object) {
	w := setup(t)
	p := &program{w: w}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	return w, p, object{"changeType": "created,updated,deleted", "resource": "me/events", "clientState": "state",
		"notificationUrl": server.URL + "/hooks/graph", "lifecycleNotificationUrl": server.URL + "/hooks/graph/lifecycle",
		"expirationDateTime": w.clock.Now().Add(10_000 * time.Minute).Format(time.RFC3339)}
}

// subscribed is listening for ana's calendar.
func subscribed(t *testing.T) (*world, *program) {
	w, p, form := listening(t)
	if got := w.subscribe(form); got.status != 201 {
		t.Fatalf("subscribe: %d %s", got.status, got.body)
	}
	return w, p
}

func (w *world) subscribe(form object) reply {
	return w.as(w.t.Context(), ana, "POST", "/v1.0/subscriptions", form, "Prefer", `IdType="ImmutableId"`)
}

func (w *world) title(title string) { w.make(ana, object{"title": title}) }

func TestBrokenNotifications(t *testing.T) {
	t.Parallel()
	t.Run("lost", func(t *testing.T) {
		t.Parallel()
		w, p := subscribed(t)
		w.breaks(sandbox.Break{Fault: sandbox.NoticeLost, Times: 1, Who: bo})
		w.breaks(sandbox.Break{Fault: sandbox.NoticeLost, Times: 2, Who: ana})
		for _, title := range []string{"A", "B", "C"} {
			w.title(title)
		}
		if got := p.heard(); !slices.Equal(got, []string{"created C"}) {
			t.Errorf("heard %q", got)
		}
		w.logged(sandbox.NoticeLost, 2)
	})
	t.Run("doubled", func(t *testing.T) {
		t.Parallel()
		w, p := subscribed(t)
		w.breaks(sandbox.Break{Fault: sandbox.NoticeDoubled, Times: 1})
		w.title("A")
		w.title("B")
		if got := p.heard(); !slices.Equal(slices.Sorted(slices.Values(got)), []string{"created A", "created A", "created B"}) {
			t.Errorf("heard %q", got)
		}
		w.logged(sandbox.NoticeDoubled, 1)
	})
	t.Run("late", func(t *testing.T) {
		t.Parallel()
		w, p := subscribed(t)
		w.breaks(sandbox.Break{Fault: sandbox.NoticeLate, Times: 1, Wait: 5 * time.Minute})
		w.title("A")
		mark := w.Trace.Last()
		w.title("B")
		w.delivered(mark)
		if got := p.sofar(); !slices.Equal(got, []string{"created B"}) {
			t.Errorf("heard %q at first", got)
		}
		w.clock.Advance(5 * time.Minute)
		if got := p.heard(); !slices.Equal(got, []string{"created A"}) {
			t.Errorf("heard %q five minutes later", got)
		}
		w.logged(sandbox.NoticeLate, 1)
	})
	t.Run("reordered", func(t *testing.T) {
		t.Parallel()
		w, p := subscribed(t)
		w.breaks(sandbox.Break{Fault: sandbox.NoticeReordered, Times: 2})
		for _, title := range []string{"A", "B", "C", "D", "E"} {
			mark := w.Trace.Last()
			w.title(title)
			if title == "B" || title == "D" {
				w.delivered(mark)
				if err := w.Microsoft.AwaitQuiet(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		// No clock has moved: each comes because another overtook it.
		if got := p.heard(); !slices.Equal(got, []string{"created B", "created A", "created D", "created C", "created E"}) {
			t.Errorf("heard %q", got)
		}
	})
	t.Run("held with nothing to overtake it", func(t *testing.T) {
		t.Parallel()
		w, p := subscribed(t)
		w.breaks(sandbox.Break{Fault: sandbox.NoticeReordered, Times: 1, Wait: time.Minute})
		w.title("A")
		w.clock.Advance(time.Minute)
		if got := p.heard(); !slices.Equal(got, []string{"created A"}) {
			t.Errorf("heard %q", got)
		}
	})
	t.Run("before the subscription is known", func(t *testing.T) {
		t.Parallel()
		w, p, form := listening(t)
		w.title("A")
		w.breaks(sandbox.Break{Fault: sandbox.NoticeEarly, Times: 1})
		mark := w.Trace.Last()
		if got := w.subscribe(form); got.status != 201 {
			t.Fatalf("subscribe: %d %s", got.status, got.body)
		}
		// What was told before the answer is here without waiting.
		if got := p.sofar(); !slices.Equal(got, []string{"updated A"}) {
			t.Errorf("heard %q", got)
		}
		var order []string
		for _, e := range w.Trace.Since(mark) {
			if e.Fault == string(sandbox.NoticeEarly) {
				order = append(order, string(e.Service))
			}
		}
		if !slices.Equal(order, []string{"notification", "graph"}) {
			t.Errorf("logged in the order %q", order)
		}
	})
}

// delivered waits for the next notification that was taken.
func (w *world) delivered(mark int64) {
	w.t.Helper()
	_, err := w.Trace.Await(w.t.Context(), mark, func(e trace.Entry) bool { return e.Service == trace.Notification && e.Status == 202 })
	if err != nil {
		w.t.Fatal(err)
	}
}

// logged checks how often a fault struck.
func (w *world) logged(f sandbox.Fault, want int) {
	w.t.Helper()
	got := 0
	for _, e := range w.Trace.Since(0) {
		if e.Fault == string(f) && e.Service == trace.Notification {
			got++
		}
	}
	if got != want {
		w.t.Errorf("%s is logged %d times, want %d", f, got, want)
	}
}

func TestBrokenSubscriptions(t *testing.T) {
	t.Parallel()
	t.Run("granted lifetime", func(t *testing.T) {
		t.Parallel()
		w, _, form := listening(t)
		for _, life := range []time.Duration{time.Minute, 7 * 24 * time.Hour} {
			w.breaks(sandbox.Break{Fault: sandbox.ShortSubscription, Wait: life, Times: 1})
			var sub struct {
				ID                 string
				ExpirationDateTime time.Time
			}
			w.subscribe(form).into(t, &sub)
			if got := sub.ExpirationDateTime.Sub(w.clock.Now()); got != life {
				t.Errorf("granted %s, want %s", got, life)
			}
			// Renewals are as asked for again.
			renewed := w.as(t.Context(), ana, "PATCH", "/v1.0/subscriptions/"+sub.ID, object{"expirationDateTime": w.clock.Now().Add(48 * time.Hour).Format(time.RFC3339)})
			renewed.into(t, &sub)
			if got := sub.ExpirationDateTime.Sub(w.clock.Now()); got != 48*time.Hour {
				t.Errorf("renewed for %s", got)
			}
			w.breaks(sandbox.Break{Fault: sandbox.SubscriptionVanishes, Who: ana})
		}
	})
	t.Run("mailbox that cannot be subscribed", func(t *testing.T) {
		t.Parallel()
		w, _, form := listening(t)
		b := w.breaks(sandbox.Break{Fault: sandbox.NoSubscription, Who: ana})
		for range 2 {
			if got := w.subscribe(form); got.status != 404 {
				t.Errorf("answered %d %s", got.status, got.body)
			}
		}
		if got := w.as(t.Context(), bo, "POST", "/v1.0/subscriptions", form); got.status != 201 {
			t.Errorf("another mailbox: %d %s", got.status, got.body)
		}
		w.Mend(b.ID)
		if got := w.subscribe(form); got.status != 201 {
			t.Errorf("mended: %d %s", got.status, got.body)
		}
	})
	for _, c := range []struct {
		fault sandbox.Fault
		heard []string
		left  int
	}{
		{sandbox.SubscriptionVanishes, nil, 0},
		{sandbox.SubscriptionRemoved, []string{"subscriptionRemoved"}, 0},
		{sandbox.SubscriptionMissed, []string{"missed"}, 1},
		{sandbox.SubscriptionReauthor, []string{"reauthorizationRequired"}, 1},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			t.Parallel()
			w, p := subscribed(t)
			if _, err := w.Break(sandbox.Break{Fault: c.fault, Who: bo}); err == nil {
				t.Error("bo has no subscription, and nothing is said")
			}
			b := w.breaks(sandbox.Break{Fault: c.fault})
			if got := p.heard(); !slices.Equal(got, c.heard) {
				t.Errorf("heard %q, want %q", got, c.heard)
			}
			if left := len(w.Microsoft.Subscriptions(ana)); left != c.left {
				t.Errorf("%d subscriptions left, want %d", left, c.left)
			}
			if b.ID != 0 || len(w.Broken()) != 0 {
				t.Errorf("it is over, but at work: %+v", w.Broken())
			}
		})
	}
}
