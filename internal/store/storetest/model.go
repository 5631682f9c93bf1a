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
	late             time.Time
	attempts         int
}

func (m *model) mark(mark meeting.Mark, now time.Time) {
	work, ok := m.works[mark.Event]
	if !ok {
		work.notBefore = now
	}
	m.marked++
	work.mark = m.marked
	if !work.hold && now.Before(work.notBefore) {
		work.notBefore = now
	}
	work.deleted, work.missing = work.deleted || mark.Deleted, work.missing || mark.Missing
	if mark.Late.After(work.late) {
		work.late = mark.Late
	}
	m.works[mark.Event] = work
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

func (m *model) postpone(with meeting.Work, mark int, hold bool) {
	work, ok := m.works[with.Event]
	if !ok {
		return
	}
	if hold || work.mark == mark {
		work.notBefore = with.NotBefore
	}
	if work.mark == mark || with.Late.After(work.late) {
		work.late = with.Late
	}
	work.attempts, work.hold = with.Attempts, hold
	m.works[with.Event] = work
}

// due returns what a bite shows, in words.
func (m *model) due(now time.Time) []string {
	var words []string
	for event, work := range m.works {
		if !work.notBefore.After(now) {
			words = append(words, inWords(meeting.Work{
				Event: event, Attempts: work.attempts, Deleted: work.deleted, Missing: work.missing, Late: work.late, NotBefore: work.notBefore,
			}))
		}
	}
	slices.Sort(words)
	return words
}

func inWords(work meeting.Work) string {
	return fmt.Sprint(work.Event, work.Attempts, work.Deleted, work.Missing, work.Late, work.NotBefore.Sub(start))
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
			if rapid.Bool().Draw(t, "late") {
				mark.Late = w.clock.Now().Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "until")) * time.Second)
			}
			w.must(w.Mark(ctx, []meeting.Mark{mark}))
			m.mark(mark, w.clock.Now())
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
				words = append(words, inWords(work))
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
			if rapid.Bool().Draw(t, "nothing is late any more") {
				b.work.Late = time.Time{}
			}
			w.must(w.Postpone(ctx, *claim, b.work, hold))
			m.postpone(b.work, b.mark, hold)
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
