package storetest

import (
	"crypto/sha256"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func (w *world) state(id string) (meeting.AccountID, [32]byte) {
	w.Helper()
	mailbox, sum, err := w.SubscriptionByState(w.Context(), id)
	w.must(err)
	return mailbox, sum
}

func testSubscriptions(w *world) {
	ctx := w.Context()
	claim := w.claimed(anna)
	for _, id := range []string{"sub", "", "a\x00b"} {
		_, _, err := w.SubscriptionByState(ctx, id)
		w.is(err, errs.NotFound, "client state before the subscription")
	}
	state := meeting.NewSecret("sub.random-bytes")
	want := meeting.Subscription{ID: "sub", Mailbox: anna, Authority: meeting.TenantWide, CreatedAt: start}
	w.must(w.SaveSubscription(ctx, claim, want, state))
	for range 2 { // from the database, and remembered
		mailbox, sum := w.state("sub")
		w.same([]any{mailbox, sum}, []any{anna, sha256.Sum256([]byte(state.Reveal()))}, "client state, before Graph's answer")
	}

	want.GraphID, want.ExpiresAt, want.Granted, want.RenewedAt = "graph", start.Add(70*time.Hour), 70*time.Hour, start
	want.Reauthorize, want.Removed = true, true
	w.must(w.SaveSubscription(ctx, claim, want, meeting.Secret{}))
	older := meeting.Subscription{ID: "a", Mailbox: anna, Authority: meeting.Individual, CreatedAt: start.Add(-time.Hour)}
	w.must(w.SaveSubscription(ctx, claim, older, meeting.NewSecret("a.random")))
	got, err := w.Subscriptions(ctx, anna)
	w.must(err)
	w.same(got, []meeting.Subscription{older, want}, "subscriptions, oldest first")
	_, sum := w.state("sub")
	w.same(sum, sha256.Sum256([]byte(state.Reveal())), "client state after an update without one")

	again := meeting.NewSecret("sub.other-bytes")
	w.must(w.SaveSubscription(ctx, claim, want, again))
	_, sum = w.state("sub")
	w.same(sum, sha256.Sum256([]byte(again.Reveal())), "client state after a new one")
	w.must(w.DeleteSubscription(ctx, claim, "sub"))
	_, _, err = w.SubscriptionByState(ctx, "sub")
	w.is(err, errs.NotFound, "client state of a deleted subscription")

	live := meeting.Subscription{ID: "live", Mailbox: anna, GraphID: "g", ExpiresAt: start.Add(time.Hour)}
	w.must(w.SaveSubscription(ctx, claim, live, meeting.NewSecret("live.x")))
	mailbox, err := w.Mailbox(ctx, anna)
	w.must(err)
	w.same(mailbox.SubscribedUntil, live.ExpiresAt, "end of the live subscription")
	w.must(w.MarkLifecycle(ctx, anna, "live", meeting.SubscriptionRemoved))
	mailbox, err = w.Mailbox(ctx, anna)
	w.must(err)
	w.same(mailbox.SubscribedUntil, time.Time{}, "end of a removed subscription")
}

func testLifecycle(w *world) {
	ctx := w.Context()
	w.idle(anna)
	w.mark(anna, "event")
	claim := w.claim(anna)
	w.must(w.Done(ctx, claim, w.bite(claim)[0]))
	w.subscription(claim, "sub")
	w.must(w.Release(ctx, claim))
	woken := 0
	w.OnMark(func() { woken++ })
	get := func() meeting.Subscription {
		w.Helper()
		subs, err := w.Subscriptions(ctx, anna)
		w.must(err)
		return subs[0]
	}

	w.must(w.MarkLifecycle(ctx, anna, "sub", meeting.ReauthorizationRequired))
	w.same([]any{get().Reauthorize, get().Removed, w.dueIn(), woken}, []any{true, false, time.Duration(0), 1}, "reauthorization required")
	claim = w.claim(anna)
	w.same(claim.SubscriptionDue, start, "subscription due")
	w.same(claim.SweepDue, time.Time{}, "sweep due")

	// The holder reauthorises; meanwhile Graph says that it was removed.
	read := get()
	w.must(w.MarkLifecycle(ctx, anna, "sub", meeting.SubscriptionRemoved))
	read.Reauthorize, read.RenewedAt = false, start
	w.must(w.SaveSubscription(ctx, claim, read, meeting.Secret{}))
	w.must(w.SubscriptionWork(ctx, claim, start.Add(48*time.Hour), false))
	w.must(w.Release(ctx, claim))
	w.same([]any{get().Reauthorize, get().Removed, w.dueIn()}, []any{false, true, time.Duration(0)}, "removed while it was renewed")

	// It is replaced at Graph under the same row.
	claim = w.claim(anna)
	read = get()
	read.GraphID, read.Removed = "graph-new", false
	w.must(w.SaveSubscription(ctx, claim, read, meeting.Secret{}))
	w.must(w.SubscriptionWork(ctx, claim, start.Add(48*time.Hour), false))
	w.must(w.Release(ctx, claim))
	w.same([]any{get().Removed, w.dueIn()}, []any{false, 48 * time.Hour}, "replaced")

	w.must(w.MarkLifecycle(ctx, anna, "sub", meeting.Missed))
	w.same(w.dueIn(), time.Duration(0), "missed")
	claim = w.claim(anna)
	w.same([]time.Time{claim.SweepDue, claim.SubscriptionDue}, []time.Time{start, start.Add(48 * time.Hour)}, "sweep and subscription due")
	w.must(w.Swept(ctx, claim, start, nil, time.Time{}))
	w.must(w.Release(ctx, claim))

	before := w.Dump(w)
	w.must(w.MarkLifecycle(ctx, ben, "sub", meeting.SubscriptionRemoved))
	w.must(w.MarkLifecycle(ctx, anna, "unknown", meeting.SubscriptionRemoved))
	w.is(w.MarkLifecycle(ctx, anna, "sub", "something new"), errs.Invalid, "unknown lifecycle event")
	w.same(w.Dump(w), before, "what means nothing changed the database")
}

func testSwept(w *world) {
	ctx := w.Context()
	claim := w.claimed(anna)
	w.must(w.SubscriptionWork(ctx, claim, time.Time{}, false))
	w.clock.Advance(time.Second)
	started := w.clock.Now()
	w.must(w.Swept(ctx, claim, started, []meeting.Mark{{Mailbox: anna, Event: "found", Missing: true}}, started.Add(15*time.Minute)))
	works := w.bite(claim)
	w.same([]any{len(works), works[0].Event, works[0].Missing}, []any{1, meeting.EventID("found"), true}, "finds")
	w.must(w.Done(ctx, claim, works[0]))
	w.must(w.Release(ctx, claim))
	w.same(w.dueIn(), 15*time.Minute, "due after the sweep")

	// Another is asked for while one is at work.
	w.clock.Advance(15 * time.Minute)
	claim = w.claim(anna)
	w.same([]time.Time{claim.SweptAt, claim.SweepDue}, []time.Time{started, w.clock.Now()}, "last sweep, next sweep")
	began := w.clock.Now()
	w.clock.Advance(time.Second)
	w.must(w.MarkLifecycle(ctx, anna, "sub", meeting.Missed))
	w.clock.Advance(time.Second)
	w.must(w.Swept(ctx, claim, began, nil, began.Add(15*time.Minute)))
	w.must(w.Release(ctx, claim))
	w.same(w.dueIn(), time.Duration(0), "due after a sweep during which another was asked for")

	// One fails: its beginning is that of the last good one, and it waits.
	claim = w.claim(anna)
	w.must(w.Swept(ctx, claim, claim.SweptAt, nil, w.clock.Now().Add(time.Minute)))
	w.must(w.Release(ctx, claim))
	w.same(w.dueIn(), time.Minute, "due after a sweep that failed")

	// The holder itself asks for one, as after a new subscription.
	w.mark(anna, "event")
	claim = w.claim(anna)
	w.must(w.Done(ctx, claim, w.bite(claim)[0]))
	claim.SweepDue = w.clock.Now()
	w.clock.Advance(time.Second)
	w.must(w.SubscriptionWork(ctx, claim, time.Time{}, true))
	w.must(w.Release(ctx, claim))
	w.same(w.dueIn(), time.Duration(0), "due after a new subscription")
	held := w.claim(anna)
	w.must(w.SubscriptionWork(ctx, held, time.Time{}, true))
	w.must(w.Swept(ctx, held, held.SweptAt, nil, w.clock.Now().Add(time.Minute)))
	w.must(w.Release(ctx, held))
	w.same(w.dueIn(), time.Minute, "due after a sweep of the holder's own wish failed")
}
