package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func testBudget(w *world) {
	ctx := w.Context()
	for range 270 {
		w.must(w.Spend(ctx, "ana", 1, 0, 98))
	}
	err := w.Spend(ctx, "ana", 1, 0, 98)
	w.is(err, errs.Throttled, "a call beyond the minute's budget")
	at, _ := errs.RetryAt(err)
	w.same(at, w.clock.Now().Add(time.Minute), "when to come again")
	w.must(w.Spend(ctx, "ben", 1, 0, 98)) // another identity has its own
	w.clock.Advance(time.Minute)
	w.must(w.Spend(ctx, "ana", 1, 0, 98))

	until := w.clock.Now().Add(time.Hour)
	w.must(w.BlockIdentity(ctx, "ana", until))
	w.must(w.BlockIdentity(ctx, "ana", until.Add(-time.Minute))) // a shorter one does not lift it
	err = w.Spend(ctx, "ana", 1, 0, 98)
	w.is(err, errs.Throttled, "a call of a blocked identity")
	at, _ = errs.RetryAt(err)
	w.same(at, until, "when to come again after a block")
	w.clock.Advance(time.Hour)
	w.must(w.Spend(ctx, "ana", 1, 0, 98))
}

// testCreateBudget: many callers at once never make more than the day allows.
func testCreateBudget(w *world) {
	var made atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 15 {
				err := w.Spend(w.Context(), "ana", 1, 1, 98)
				switch {
				case err == nil:
					made.Add(1)
				case errs.CodeOf(err) != "creates":
					w.Errorf("spend: %v, want the creates to be used up", err)
				}
			}
		})
	}
	all.Wait()
	w.same(made.Load(), int64(98), "creates allowed of 120")
	w.must(w.Spend(w.Context(), "ana", 1, 0, 98)) // other calls go on
	w.clock.Advance(24 * time.Hour)
	w.must(w.Spend(w.Context(), "ana", 1, 1, 98))
}

func testDeletionsHeld(w *world) {
	ctx := w.Context()
	claim := w.claimed(anna)
	now := w.clock.Now()
	for i, l := range []meeting.Link{
		{State: meeting.LinkLinked, Ends: now.Add(time.Hour)},
		{State: meeting.LinkLinked, Ends: now.Add(-time.Hour)},                                    // over
		{State: meeting.LinkWished, Ends: now.Add(time.Hour)},                                     // no meeting
		{State: meeting.LinkEnded, Ends: now.Add(time.Hour), EndedAt: now.Add(-time.Minute)},      // just deleted
		{State: meeting.LinkEnded, Ends: now.Add(time.Hour), EndedAt: now.Add(-time.Hour)},        // long ago
		{State: meeting.LinkLinked, Ends: now.Add(time.Hour), EndedAt: now.Add(-2 * time.Minute)}, // deleted, and made anew
	} {
		l.Mailbox, l.Event, l.Key = anna, meeting.EventID(fmt.Sprint("event-", i)), meeting.LinkKey(fmt.Sprint("key-", i))
		w.must(w.SaveLink(ctx, claim, l, ""))
	}
	d, err := w.Deletions(ctx, anna, now.Add(-time.Hour))
	w.must(err)
	w.same(d, meeting.Deletions{Done: 2, Upcoming: 2}, "deletions")

	w.mark(anna, "held", "waiting")
	for _, work := range w.bite(claim) {
		work.NotBefore, work.Reason = now.Add(30*24*time.Hour), meeting.WaitSignedOut
		if work.Event == "held" {
			work.Reason = meeting.WaitHeld
		}
		w.must(w.Postpone(ctx, claim, work, false))
	}
	w.must(w.LiftHold(ctx, anna))
	due := w.bite(claim)
	w.same(len(due), 1, "events due after the hold is lifted")
	w.same(due[0].Event, meeting.EventID("held"), "event that was held")
	d, err = w.Deletions(ctx, anna, now.Add(-time.Hour))
	w.must(err)
	w.same(d.Lifted, true, "lifted")
	w.clock.Advance(time.Hour)
	d, err = w.Deletions(ctx, anna, now)
	w.must(err)
	w.same(d.Lifted, false, "lifted an hour later")
	w.is(w.LiftHold(ctx, "contoso/nobody"), errs.NotFound, "hold of a mailbox that is not kept in step")
}
