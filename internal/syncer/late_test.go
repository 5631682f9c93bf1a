package syncer_test

import (
	"context"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/store"
	"webex-scheduler/internal/syncer"
)

func titled(title string) func(*meeting.Event) {
	return func(e *meeting.Event) { e.Subject = title }
}

func moved(hours int) func(*meeting.Event) {
	return func(e *meeting.Event) {
		e.Start = time.Date(2026, time.March, 3, 9+hours, 0, 0, 0, time.UTC)
		e.End = e.Start.Add(time.Hour)
	}
}

func inviting(guests ...string) func(*meeting.Event) {
	return func(e *meeting.Event) {
		e.Attendees = nil
		for _, guest := range guests {
			e.Attendees = append(e.Attendees, meeting.Attendee{Address: guest + "@elsewhere.example"})
		}
	}
}

// lateWrites are changes, an earlier one whose write arrives late and a later
// one that somebody else has followed by then.
var lateWrites = map[string]struct{ first, earlier, later func(*meeting.Event) }{
	"title":                         {titled("First"), titled("Earlier"), titled("Later")},
	"title, changed back":           {titled("First"), titled("Earlier"), titled("First")},
	"time":                          {moved(1), moved(2), moved(3)},
	"a guest invited, then another": {inviting(), inviting("a"), inviting("b")},
	"a guest invited, and not":      {inviting("b"), inviting("a", "b"), inviting("b")},
	"a guest taken off, and not":    {inviting("a", "b"), inviting("b"), inviting("a", "b")},
	"title, then a guest":           {titled("First"), titled("Earlier"), func(e *meeting.Event) { titled("First")(e); inviting("a")(e) }},
}

// TestLateWrite: a write is sent under a lease that is lost before it arrives,
// the next holder follows a newer change, and then it arrives. Its sender marks
// that, and it is mended: at once, or a minute after the newer write.
func TestLateWrite(t *testing.T) {
	t.Parallel()
	for name, test := range lateWrites {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lateWrite(t, test.first, test.earlier, test.later, 0)
		})
		t.Run(name+", hours later", func(t *testing.T) {
			t.Parallel()
			lateWrite(t, test.first, test.earlier, test.later, 3*time.Hour)
		})
	}
}

func lateWrite(t *testing.T, first, earlier, later func(*meeting.Event), frozen time.Duration) {
	h := newHouse(t)
	h.change(first)
	h.rest()
	h.right("at the beginning")
	h.webex.arrive = func(effect func()) error {
		h.clock.Advance(lease + time.Second)
		h.change(later)
		h.must(h.round())
		h.right("followed by the next holder")
		h.clock.Advance(frozen)
		h.rest()
		effect()
		return nil
	}
	h.change(earlier)
	if err := h.round(); !errs.Is(err, errs.Conflict) {
		t.Fatalf("round under a lost lease: got %v, want kind conflict", err)
	}
	if h.wrong() == "" {
		t.Fatal("the late write changed nothing: the test shows nothing")
	}
	if frozen == 0 {
		h.clock.Advance(time.Minute)
	}
	h.rest()
	h.right("at the end")
	h.resting()
}

// resting fails the test if something is written although nothing changed.
func (h *house) resting() {
	h.t.Helper()
	writes := h.webex.writes
	h.change(func(*meeting.Event) {})
	h.clock.Advance(time.Hour)
	h.rest()
	if h.webex.writes != writes {
		h.t.Error("at rest something is written")
	}
}

// died is what a process says that is killed in the middle of a write.
type died struct{}

func (h *house) dies() {
	h.t.Helper()
	defer func() {
		if p := recover(); p != (died{}) {
			h.t.Fatalf("the process did not come to where it is killed: %v", p)
		}
	}()
	_ = h.round()
}

// TestLateWriteOfTheDead: the sender is killed, or waits no longer, and nobody
// is left to tell that the write arrived after all.
func TestLateWriteOfTheDead(t *testing.T) {
	t.Parallel()
	for end, sent := range map[string]func(*house){
		"killed":        func(h *house) { h.dies(); h.clock.Advance(lease + time.Second) },
		"waits no more": func(h *house) { h.must(h.round()) },
	} {
		for name, test := range lateWrites {
			t.Run(end+", "+name, func(t *testing.T) {
				t.Parallel()
				h := newHouse(t)
				h.change(test.first)
				h.rest()
				var late func()
				h.webex.arrive = func(effect func()) error {
					late = effect
					if end == "killed" {
						panic(died{})
					}
					return errs.New(errs.Uncertain, "no answer")
				}
				h.change(test.earlier)
				sent(h)
				h.change(test.later)
				h.rest()
				h.right("followed by the next holder")
				h.clock.Advance(30 * time.Second)
				late()
				if h.wrong() == "" {
					t.Fatal("the late write changed nothing: the test shows nothing")
				}
				h.clock.Advance(31 * time.Second)
				h.rest()
				h.right("a minute later")
				h.resting()
			})
		}
	}
}

// TestLateWriteOfAnEndedRound: losing the lease ends the wait for an answer,
// and the write arrives after that.
func TestLateWriteOfAnEndedRound(t *testing.T) {
	t.Parallel()
	for name, test := range lateWrites {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.change(test.first)
			h.rest()
			ctx, lost := context.WithCancel(t.Context())
			var late func()
			h.webex.arrive = func(effect func()) error {
				h.clock.Advance(lease + time.Second)
				h.change(test.later)
				h.must(h.round())
				h.clock.Advance(time.Hour)
				h.rest()
				late = effect
				lost()
				return errs.New(errs.Uncertain, "no answer")
			}
			h.change(test.earlier)
			if err := h.sync.Round(ctx, h.claim()); err == nil {
				t.Fatal("round whose context ended: got no error")
			}
			h.rest()
			h.clock.Advance(30 * time.Second)
			late()
			if h.wrong() == "" {
				t.Fatal("the late write changed nothing: the test shows nothing")
			}
			h.clock.Advance(30 * time.Second)
			h.rest()
			h.right("a minute later")
			h.resting()
		})
	}
}

// TestLateDelete: a meeting whose deletion is on its way is not kept for an
// event that comes back; it gets another.
func TestLateDelete(t *testing.T) {
	t.Parallel()
	for end, answers := range map[string]bool{"frozen": true, "killed": false} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.change(titled("First"))
			h.rest()
			back := *h.event.now
			var late func()
			restored := func() {
				h.clock.Advance(lease + time.Second)
				h.event.now = &back
				h.change(titled("Restored"))
				h.must(h.round())
				h.right("restored")
			}
			h.webex.arrive = func(effect func()) error {
				if late = effect; !answers {
					panic(died{})
				}
				restored()
				effect()
				return nil
			}
			h.event.now = nil
			h.must(h.db.Mark(t.Context(), []meeting.Mark{{Mailbox: mailbox, Event: "event", Deleted: true}}))
			if answers {
				if err := h.round(); !errs.Is(err, errs.Conflict) {
					t.Fatalf("round under a lost lease: got %v, want kind conflict", err)
				}
			} else {
				h.dies()
				restored()
				late()
			}
			h.clock.Advance(2 * time.Minute)
			h.rest()
			h.right("at the end")
		})
	}
}

// TestLateCreate: a create arrives when it was looked for in vain, given up and
// made anew, and its intent is gone.
func TestLateCreate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.webex.arrive = func(effect func()) error {
		for range 20 {
			h.clock.Advance(time.Minute)
			h.rest()
		}
		h.right("made by the next holder")
		effect()
		return nil
	}
	h.change(titled("First"))
	if err := h.round(); !errs.Is(err, errs.Conflict) {
		t.Fatalf("round under a lost lease: got %v, want kind conflict", err)
	}
	if n := len(h.webex.meetings); n != 2 {
		t.Fatalf("%d meetings, want 2: the test shows nothing", n)
	}
	h.rest()
	h.clock.Advance(15 * time.Minute)
	h.rest()
	h.right("at the end")
	h.resting()
}

// TestLateWriteWhileTheDatabaseIsAway: who cannot tell of a late write goes on trying.
func TestLateWriteWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.change(titled("First"))
	h.rest()
	away := &away{Store: h.db, clock: h.clock, left: 3}
	lost := syncer.New(func() syncer.Config { c := h.sync.Config; c.Store = away; return c }())
	h.webex.arrive = func(effect func()) error {
		h.clock.Advance(lease + time.Second)
		h.change(titled("Later"))
		h.must(h.round())
		h.clock.Advance(time.Hour)
		h.rest()
		effect()
		return nil
	}
	h.change(titled("Earlier"))
	if err := lost.Round(t.Context(), h.claim()); !errs.Is(err, errs.Conflict) {
		t.Fatalf("round under a lost lease: got %v, want kind conflict", err)
	}
	if away.left != 0 {
		t.Fatal("the database was not away: the test shows nothing")
	}
	h.rest()
	h.right("at the end")
}

// away is a store that cannot take marks for a while.
type away struct {
	syncer.Store
	clock *clockwork.FakeClock
	left  int
}

func (a *away) Mark(ctx context.Context, marks []meeting.Mark) error {
	if a.left == 0 {
		return a.Store.Mark(ctx, marks)
	}
	a.left--
	go func() { _ = a.clock.BlockUntilContext(ctx, 1); a.clock.Advance(time.Second) }()
	return errs.New(errs.Busy, "database away")
}

// TestNoSubscriptionUnderALostLease: a process that stood still before the call
// does not subscribe beside the next holder.
func TestNoSubscriptionUnderALostLease(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.change(titled("First"))
	claim := h.claim()
	h.must(h.db.SubscriptionWork(t.Context(), claim, h.clock.Now(), false))
	h.must(h.db.Release(t.Context(), claim))
	var calls subscriber
	c := h.sync.Config
	c.Store, c.Subscriber = &slow{h.db, h.clock}, &calls
	if err := syncer.New(c).Round(t.Context(), h.claim()); !errs.Is(err, errs.Conflict) {
		t.Errorf("round under a lost lease: got %v, want kind conflict", err)
	}
	if calls.made > 0 {
		t.Errorf("%d subscriptions were made under a lost lease", calls.made)
	}
}

// slow is a store that takes longer than a lease to save a subscription.
type slow struct {
	*store.Store
	clock *clockwork.FakeClock
}

func (s *slow) SaveSubscription(ctx context.Context, claim meeting.Claim, sub meeting.Subscription, state meeting.Secret) error {
	defer s.clock.Advance(lease + time.Second)
	return s.Store.SaveSubscription(ctx, claim, sub, state)
}

// subscriber counts subscriptions.
type subscriber struct {
	syncer.Subscriber
	made int
}

func (s *subscriber) Subscribe(_ context.Context, _ meeting.AccountID, _ meeting.Authority, _ meeting.Secret, until time.Time) (string, time.Time, error) {
	s.made++
	return "subscription", until, nil
}

// TestRefusedWriteIsNotDoubted: a write that is known to have had no effect
// arrives neither late nor at all.
func TestRefusedWriteIsNotDoubted(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]error{
		"throttled":      errs.New(errs.Throttled, "slow down"),
		"no connection":  errs.New(errs.Unavailable, "no connection"),
		"in progress":    errs.New(errs.InProgress, "meeting is in progress"),
		"refused as bad": errs.New(errs.Invalid, "bad title"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.change(titled("First"))
			h.rest()
			h.webex.arrive = func(func()) error { return refusal }
			writes := h.webex.writes
			h.change(titled("Second"))
			h.rest()
			h.change(titled("Third"))
			for range 40 { // a running meeting is asked for every half hour
				h.clock.Advance(time.Minute)
				h.rest()
			}
			h.right("at the end")
			if got := h.webex.writes - writes; got != 2 {
				t.Errorf("%d writes, want the one that was refused and another", got)
			}
		})
	}
}
