package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func testMark(w *world) {
	ctx := w.Context()
	w.idle(anna)
	woken := 0
	w.OnMark(func() { woken++ })
	w.must(w.Mark(ctx, []meeting.Mark{
		{Mailbox: anna, Event: "b"},
		{Mailbox: anna, Event: "a", Deleted: true},
		{Mailbox: anna, Event: "a"},
		{Mailbox: anna, Event: "a", Missing: true, Webex: start.Add(time.Minute)},
		{Mailbox: anna, Event: "a", Webex: start.Add(time.Second), Vanished: true},
		{Mailbox: anna, Event: "A"}, // ids differ by case
		{Mailbox: ben, Event: "nobody keeps this mailbox"},
		{Mailbox: anna, Event: ""},
		{Mailbox: anna, Event: "a\x00b"},
		{Mailbox: anna, Event: meeting.EventID(strings.Repeat("x", 5000))},
	}))
	w.same(woken, 1, "woken")
	w.same(w.dueIn(), time.Duration(0), "due")
	claim := w.claim(anna)
	works := w.bite(claim)
	for i := range works {
		if works[i].Generation == 0 {
			w.Errorf("%s has no generation", works[i].Event)
		}
		works[i].Generation = 0
	}
	w.same(works, []meeting.Work{
		{Mailbox: anna, Event: "A", MarkedAt: start, NotBefore: start},
		{Mailbox: anna, Event: "a", MarkedAt: start, NotBefore: start, Deleted: true, Missing: true, Webex: start.Add(time.Minute), Vanished: true},
		{Mailbox: anna, Event: "b", MarkedAt: start, NotBefore: start},
	}, "work")

	w.clock.Advance(time.Minute)
	w.mark(anna, "a", "c")
	limited, err := w.Bite(ctx, claim, 2)
	w.must(err)
	w.same([]meeting.EventID{limited[0].Event, limited[1].Event}, []meeting.EventID{"A", "a"}, "oldest two")
	w.same([]any{limited[1].MarkedAt, limited[1].Deleted, limited[1].Missing, limited[1].Webex, limited[1].Vanished},
		[]any{start, true, true, start.Add(time.Minute), true}, "marked again")
	state, err := w.Mailbox(ctx, anna)
	w.must(err)
	w.same(state.Waiting, 4, "waiting")
}

func testMarkDuringBite(w *world) {
	ctx := w.Context()
	w.idle(anna)
	w.mark(anna, "done", "postponed", "untouched")
	claim := w.claim(anna)
	bitten := map[meeting.EventID]meeting.Work{}
	for _, work := range w.bite(claim) {
		bitten[work.Event] = work
	}
	w.clock.Advance(time.Second)
	w.must(w.Mark(ctx, []meeting.Mark{{Mailbox: anna, Event: "done", Deleted: true}, {Mailbox: anna, Event: "postponed"}}))
	w.must(w.Done(ctx, claim, bitten["done"]))
	w.must(w.Done(ctx, claim, bitten["untouched"]))
	postponed := bitten["postponed"]
	postponed.NotBefore, postponed.Attempts, postponed.Reason = start.Add(time.Hour), 3, meeting.WaitUnavailable
	w.must(w.Postpone(ctx, claim, postponed, false))
	w.must(w.Release(ctx, claim))
	w.same(w.dueIn(), time.Duration(0), "due")

	claim = w.claim(anna)
	works := w.bite(claim)
	if len(works) != 2 {
		w.Fatalf("got %+v, want the two events marked meanwhile", works)
	}
	for _, work := range works {
		if work.Generation <= bitten[work.Event].Generation {
			w.Errorf("%s: got generation %d after %d", work.Event, work.Generation, bitten[work.Event].Generation)
		}
	}
	w.same([]any{works[0].Event, works[0].Deleted, works[1].Attempts, works[1].Reason},
		[]any{meeting.EventID("done"), true, 3, meeting.WaitUnavailable}, "what was told meanwhile, and the back-off")

	// Nothing came meanwhile: it waits, until a mark makes it due.
	w.must(w.Done(ctx, claim, works[0]))
	works[1].NotBefore = w.clock.Now().Add(time.Hour)
	w.must(w.Postpone(ctx, claim, works[1], false))
	w.must(w.Release(ctx, claim))
	w.same(w.dueIn(), time.Hour, "due after postponing")
	w.mark(anna, "postponed")
	w.same(w.dueIn(), time.Duration(0), "due after a mark")
	w.same(len(w.bite(w.claim(anna))), 1, "work after a mark")
}

func testHold(w *world) {
	ctx := w.Context()
	w.idle(anna)
	w.mark(anna, "event")
	claim := w.claim(anna)
	work := w.bite(claim)[0]
	w.mark(anna, "event") // came while the call was under way
	work.NotBefore, work.Reason, work.Attempts = start.Add(time.Hour), meeting.WaitThrottled, 1
	w.must(w.Postpone(ctx, claim, work, true))
	w.must(w.Mark(ctx, []meeting.Mark{{Mailbox: anna, Event: "event", Deleted: true}, {Mailbox: anna, Event: "neighbour"}}))
	works := w.bite(claim)
	if len(works) != 1 || works[0].Event != "neighbour" {
		w.Fatalf("got %+v, want the neighbour alone", works)
	}
	w.must(w.Done(ctx, claim, works[0]))
	w.must(w.Release(ctx, claim))
	w.same(w.dueIn(), time.Hour, "due")
	w.mark(anna, "event")
	claim = w.claim(anna) // looks in vain
	w.same(len(w.bite(claim)), 0, "held work")
	w.must(w.Release(ctx, claim))
	w.same(w.dueIn(), time.Hour, "due after a mark in vain")

	w.clock.Advance(time.Hour)
	claims, err := w.Claim(ctx, 1, 100*time.Hour)
	w.must(err)
	works = w.bite(claims[0])
	w.same([]any{len(works), works[0].Attempts, works[0].Reason, works[0].Deleted}, []any{1, 1, meeting.WaitThrottled, true}, "work after the hold")
	w.must(w.Done(ctx, claims[0], works[0]))
	w.must(w.Release(ctx, claims[0]))
	w.same(w.dueIn(), time.Duration(-1), "due at the end")
}

func testLate(w *world) {
	ctx := w.Context()
	w.idle(anna)
	in := func(d time.Duration) time.Time { return w.clock.Now().Add(d) }
	late := func(claim meeting.Claim) time.Time { w.Helper(); return w.bite(claim)[0].Late }
	w.mark(anna, "event")
	claims, err := w.Claim(ctx, 1, 0) // is lost as soon as it is given
	w.must(err)
	claim := w.claim(anna)
	work := w.bite(claim)[0]
	w.is(w.Done(ctx, claims[0], work), errs.Conflict, "done with a lost lease")
	w.must(w.Mark(ctx, []meeting.Mark{
		{Mailbox: anna, Event: "event", Late: in(time.Minute)},
		{Mailbox: anna, Event: "event", Late: in(time.Second)},
		{Mailbox: anna, Event: "event"},
	}))
	w.same(late(claim), in(time.Minute), "late, marked by who lost the lease")
	w.must(w.Done(ctx, claim, work))
	w.same(late(claim), in(time.Minute), "late, marked while the event was worked")
	work.Late = in(30 * time.Second)
	w.must(w.Postpone(ctx, claim, work, false))
	w.same(late(claim), in(time.Minute), "late, postponed by who did not know of the mark")
	work.Late = in(2 * time.Minute)
	w.must(w.Postpone(ctx, claim, work, false))
	w.same(late(claim), in(2*time.Minute), "late, postponed for longer")
	w.mark(anna, "event")
	work = w.bite(claim)[0]
	w.same(work.Late, in(2*time.Minute), "late after an ordinary mark")
	work.Late, work.NotBefore = time.Time{}, time.Time{}
	w.must(w.Postpone(ctx, claim, work, false))
	w.same(late(claim), time.Time{}, "late, once that is settled")
}

func testGroupCommit(w *world) {
	const callers, marks = 64, 25
	for i := range 4 {
		w.connect(person("contoso", i))
	}
	var all sync.WaitGroup
	for caller := range callers {
		all.Go(func() {
			for i := range marks {
				mailbox := person("contoso", caller%4)
				event := meeting.EventID(fmt.Sprintf("event-%d-%d", caller, i))
				err := w.Mark(w.Context(), []meeting.Mark{{Mailbox: mailbox, Event: event}, {Mailbox: mailbox, Event: "common"}})
				if err != nil {
					w.Error(err)
				}
			}
		})
	}
	all.Wait()
	claims, err := w.Claim(w.Context(), 10, time.Hour)
	w.must(err)
	w.same(len(claims), 4, "mailboxes due")
	for _, claim := range claims {
		w.same(len(w.bite(claim)), callers/4*marks+1, "work in "+string(claim.Mailbox))
	}
}

func testQueueFull(w *world) {
	w.idle(anna)
	release := w.Block(w)
	const callers = 8000 // more than the queue and one batch take
	answers := make(chan error, callers)
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			answers <- w.Mark(w.Context(), []meeting.Mark{{Mailbox: anna, Event: meeting.EventID(fmt.Sprint("event-", i))}})
		})
	}
	w.is(<-answers, errs.Busy, "first answer while the database stands still")
	release()
	all.Wait()
	close(answers)
	accepted := 0
	for err := range answers {
		if err == nil {
			accepted++
		} else {
			w.is(err, errs.Busy, "answer")
		}
	}
	if accepted < 4096 {
		w.Errorf("accepted %d, want at least the queue's length", accepted)
	}
	w.same(len(w.bite(w.claim(anna))), accepted, "durable marks")

	ended, cancel := context.WithCancel(w.Context())
	cancel()
	w.is(w.Mark(ended, []meeting.Mark{{Mailbox: anna, Event: "x"}}), errs.Busy, "caller who is gone")
}

func testBadNeighbour(w *world) {
	w.idle(anna)
	release := w.Block(w)
	var good, bad sync.WaitGroup
	for i := range 20 {
		good.Go(func() {
			if err := w.Mark(w.Context(), []meeting.Mark{{Mailbox: anna, Event: meeting.EventID(fmt.Sprint("event-", i))}}); err != nil {
				w.Error(err)
			}
		})
		// No database text holds a NUL; it is dropped or refused.
		bad.Go(func() { _ = w.Mark(w.Context(), []meeting.Mark{{Mailbox: "contoso/\x00", Event: "event"}}) })
	}
	release()
	good.Wait()
	bad.Wait()
	var events []meeting.EventID
	for _, work := range w.bite(w.claim(anna)) {
		events = append(events, work.Event)
	}
	slices.Sort(events)
	w.same(len(slices.Compact(events)), 20, "work")
}
