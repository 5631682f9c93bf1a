package storetest

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"webex-scheduler/internal/meeting"
)

// model is the work set of one mailbox as simply as it can be said.
type model struct {
	marked int // marks so far
	works  map[meeting.EventID]modelWork
}

type modelWork struct {
	mark             int // number of its newest mark: stands for the generation
	notBefore        time.Time
	hold             bool
	deleted, missing bool
	attempts         int
}

func (m *model) mark(event meeting.EventID, deleted, missing bool, now time.Time) {
	work, ok := m.works[event]
	if !ok {
		work.notBefore = now
	}
	m.marked++
	work.mark = m.marked
	if !work.hold && now.Before(work.notBefore) {
		work.notBefore = now
	}
	work.deleted, work.missing = work.deleted || deleted, work.missing || missing
	m.works[event] = work
}

func (m *model) done(event meeting.EventID, mark int) {
	work, ok := m.works[event]
	switch {
	case ok && work.mark == mark:
		delete(m.works, event)
	case ok:
		work.attempts, work.hold = 0, false
		m.works[event] = work
	}
}

func (m *model) postpone(event meeting.EventID, mark int, until time.Time, attempts int, hold bool) {
	work, ok := m.works[event]
	if !ok {
		return
	}
	if hold || work.mark == mark {
		work.notBefore = until
	}
	work.attempts, work.hold = attempts, hold
	m.works[event] = work
}

// due returns what a bite shows, in words.
func (m *model) due(now time.Time) []string {
	var words []string
	for event, work := range m.works {
		if !work.notBefore.After(now) {
			words = append(words, fmt.Sprint(event, work.attempts, work.deleted, work.missing, work.notBefore.Sub(start)))
		}
	}
	slices.Sort(words)
	return words
}

// next returns when the mailbox is due once it is released.
func (m *model) next() (next time.Time) {
	for _, work := range m.works {
		if next.IsZero() || work.notBefore.Before(next) {
			next = work.notBefore
		}
	}
	return next
}

// testWorkModel does random things to a mailbox and to the model, and compares.
func testWorkModel(w *world) {
	turn := 0
	rapid.Check(w, func(t *rapid.T) {
		turn++
		mailbox := person("turn", turn)
		w.idle(mailbox)
		defer func() { w.must(w.Disconnect(w.Context(), mailbox)) }()
		modelTurn(w, t, mailbox)
	})
}

type bitten struct {
	work meeting.Work
	mark int
}

func modelTurn(w *world, t *rapid.T, mailbox meeting.AccountID) {
	ctx, m := w.Context(), &model{works: map[meeting.EventID]modelWork{}}
	var claim *meeting.Claim
	var hand []bitten
	event := rapid.SampledFrom([]meeting.EventID{"a", "b", "c"})
	take := func() bitten {
		if len(hand) == 0 {
			t.Skip("nothing in hand")
		}
		return hand[rapid.IntRange(0, len(hand)-1).Draw(t, "which")]
	}
	t.Repeat(map[string]func(*rapid.T){
		"mark": func(t *rapid.T) {
			mark := meeting.Mark{Mailbox: mailbox, Event: event.Draw(t, "event"), Deleted: rapid.Bool().Draw(t, "deleted"), Missing: rapid.Bool().Draw(t, "missing")}
			w.must(w.Mark(ctx, []meeting.Mark{mark}))
			m.mark(mark.Event, mark.Deleted, mark.Missing, w.clock.Now())
		},
		"time passes": func(t *rapid.T) {
			w.clock.Advance(time.Duration(rapid.IntRange(1, 90).Draw(t, "seconds")) * time.Second)
		},
		"claim and bite": func(t *rapid.T) {
			if claim == nil {
				claims, err := w.Claim(ctx, 10, 1000*time.Hour)
				w.must(err)
				if len(claims) == 0 {
					if !m.next().IsZero() && !m.next().After(w.clock.Now()) {
						t.Fatalf("mailbox is not due, but holds %v", m.due(w.clock.Now()))
					}
					t.Skip("not due")
				}
				claim = &claims[0]
			}
			hand = nil
			var words []string
			for _, work := range w.bite(*claim) {
				hand = append(hand, bitten{work, m.works[work.Event].mark})
				words = append(words, fmt.Sprint(work.Event, work.Attempts, work.Deleted, work.Missing, work.NotBefore.Sub(start)))
			}
			slices.Sort(words)
			if want := m.due(w.clock.Now()); !slices.Equal(words, want) {
				t.Fatalf("bite: got %v, want %v", words, want)
			}
		},
		"done": func(t *rapid.T) {
			b := take()
			w.must(w.Done(ctx, *claim, b.work))
			m.done(b.work.Event, b.mark)
		},
		"postpone": func(t *rapid.T) {
			b := take()
			hold := rapid.Bool().Draw(t, "hold")
			b.work.NotBefore = w.clock.Now().Add(time.Duration(rapid.IntRange(1, 120).Draw(t, "wait")) * time.Second)
			b.work.Attempts = rapid.IntRange(1, 9).Draw(t, "attempts")
			w.must(w.Postpone(ctx, *claim, b.work, hold))
			m.postpone(b.work.Event, b.mark, b.work.NotBefore, b.work.Attempts, hold)
		},
		"release": func(t *rapid.T) {
			if claim == nil {
				t.Skip("not claimed")
			}
			w.must(w.Release(ctx, *claim))
			claim, hand = nil, nil
			at, ok, err := w.NextDue(ctx)
			w.must(err)
			if want := m.next(); ok != !want.IsZero() || !at.Equal(want) {
				t.Fatalf("due after release: got %v, %v, want %v", at, ok, want)
			}
		},
	})
}
