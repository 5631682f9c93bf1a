package storetest

import (
	"sync"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func testClaimOrder(w *world) {
	ctx := w.Context()
	big, small := "big", "small"
	for _, who := range []meeting.AccountID{person(big, 1), person(big, 2), person(big, 3), person(small, 1), person(big, 4)} {
		w.connect(who)
		w.clock.Advance(time.Second)
	}
	var got []meeting.AccountID
	for range 3 {
		claims, err := w.Claim(ctx, 2, time.Hour)
		w.must(err)
		for _, claim := range claims {
			got = append(got, claim.Mailbox)
		}
	}
	w.same(got, []meeting.AccountID{person(big, 1), person(small, 1), person(big, 2), person(big, 3), person(big, 4)},
		"two at a time")
}

func testClaimRace(w *world) {
	const mailboxes, claimers = 24, 8
	for i := range mailboxes {
		w.connect(person("contoso", i))
	}
	var mu sync.Mutex
	owners := map[meeting.AccountID][]int64{}
	leases := map[int64]bool{}
	var all sync.WaitGroup
	for range claimers {
		all.Go(func() {
			for {
				claims, err := w.Claim(w.Context(), 2, time.Hour)
				if err != nil {
					w.Error(err)
					return
				}
				mu.Lock()
				left := 0
				for _, claim := range claims {
					owners[claim.Mailbox] = append(owners[claim.Mailbox], claim.Lease)
					if leases[claim.Lease] && claim.Mailbox == claims[0].Mailbox {
						w.Errorf("lease number %d was drawn twice", claim.Lease)
					}
				}
				if len(claims) > 0 {
					leases[claims[0].Lease] = true
				}
				left = mailboxes - len(owners)
				mu.Unlock()
				if left == 0 {
					return
				}
			}
		})
	}
	all.Wait()
	for mailbox, numbers := range owners {
		if len(numbers) != 1 {
			w.Errorf("%s: claimed %d times at once", mailbox, len(numbers))
		}
	}
}

func testLeaseLost(w *world) {
	ctx := w.Context()
	w.idle(anna)
	w.mark(anna, "event")
	claims, err := w.Claim(ctx, 1, 0) // a lease that is over as soon as it is given
	w.must(err)
	lost := claims[0]
	holder := w.claim(anna) // another may claim at once
	if lost.Lease == holder.Lease {
		w.Fatalf("both claims have lease %d", lost.Lease)
	}
	link := meeting.Link{Mailbox: anna, Event: "event", State: meeting.LinkLinked, Meeting: "theirs", Ends: start.Add(time.Hour)}
	w.must(w.SaveLink(ctx, holder, link, ""))
	w.must(w.SaveIntent(ctx, holder, meeting.Intent{Nonce: "nonce", Mailbox: anna, Event: "event"}))
	w.subscription(holder, "sub")
	work := w.bite(holder)[0]
	before := w.Dump(w)

	late := link
	late.Meeting = "late"
	soon := start.Add(time.Minute)
	for name, write := range map[string]func(meeting.Claim) error{
		"renew":         func(c meeting.Claim) error { return w.Renew(ctx, c, time.Hour) },
		"bite":          func(c meeting.Claim) error { _, err := w.Bite(ctx, c, 1); return err },
		"done":          func(c meeting.Claim) error { return w.Done(ctx, c, work) },
		"postpone":      func(c meeting.Claim) error { return w.Postpone(ctx, c, work, true) },
		"save link":     func(c meeting.Claim) error { return w.SaveLink(ctx, c, late, "nonce") },
		"move link":     func(c meeting.Claim) error { return w.MoveLink(ctx, c, "event", late) },
		"delete link":   func(c meeting.Claim) error { return w.DeleteLink(ctx, c, "event") },
		"save intent":   func(c meeting.Claim) error { return w.SaveIntent(ctx, c, meeting.Intent{Nonce: "n", Mailbox: anna}) },
		"delete intent": func(c meeting.Claim) error { return w.DeleteIntent(ctx, c, "nonce") },
		"swept": func(c meeting.Claim) error {
			return w.Swept(ctx, c, start, []meeting.Mark{{Mailbox: anna, Event: "x"}}, soon)
		},
		"save subscription": func(c meeting.Claim) error {
			return w.SaveSubscription(ctx, c, meeting.Subscription{ID: "s", Mailbox: anna}, meeting.Secret{})
		},
		"delete subscription": func(c meeting.Claim) error { return w.DeleteSubscription(ctx, c, "sub") },
		"subscription work":   func(c meeting.Claim) error { return w.SubscriptionWork(ctx, c, soon, true) },
		"closed":              func(c meeting.Claim) error { return w.Closed(ctx, c) },
	} {
		w.is(write(lost), errs.Conflict, name+" with a lease that was lost to another")
		w.is(write(meeting.Claim{Mailbox: anna, Lease: holder.Lease + 1000}), errs.Conflict, name+" with a lease that never was")
		w.same(w.Dump(w), before, name+" with a lost lease changed the database")
	}
	w.must(w.Release(ctx, lost))
	w.same(w.Dump(w), before, "release with a lost lease changed the database")
	w.must(w.Done(ctx, holder, work))
}

func testRenew(w *world) {
	ctx := w.Context()
	w.idle(anna)
	w.mark(anna, "event")
	claim := w.claim(anna)
	if claims, err := w.Claim(ctx, 1, time.Hour); err != nil || len(claims) != 0 {
		w.Fatalf("claim of a held mailbox: got %v, %v, want none", claims, err)
	}
	if due := w.dueIn(); due < 59*time.Minute || due > time.Hour { // PostgreSQL's clock goes on
		w.Errorf("due while held: got in %v, want in an hour", due)
	}
	w.must(w.Renew(ctx, claim, 2*time.Hour))
	if due := w.dueIn(); due < 119*time.Minute {
		w.Errorf("due after renewal: got in %v, want in two hours", due)
	}
	w.must(w.Renew(ctx, claim, 0)) // ends at once
	w.clock.Advance(time.Second)
	w.is(w.Renew(ctx, claim, time.Hour), errs.Conflict, "renew a lease that is over")
	w.is(w.Done(ctx, claim, meeting.Work{Event: "event"}), errs.Conflict, "write with a lease that is over, though nobody took it")
	w.same(w.dueIn(), time.Duration(0), "due after the lease is over")
	next := w.claim(anna)
	if next.Lease <= claim.Lease {
		w.Errorf("lease number: got %d after %d", next.Lease, claim.Lease)
	}
}

func testRelease(w *world) {
	ctx := w.Context()
	w.idle(anna)
	in := func(d time.Duration) time.Time {
		if d < 0 {
			return time.Time{}
		}
		return w.clock.Now().Add(d)
	}
	for _, c := range []struct {
		name                            string
		sweep, subscription, work, want time.Duration // from now; -1 is none
	}{
		{"nothing waits", -1, -1, -1, -1},
		{"sweep", 15 * time.Minute, -1, -1, 15 * time.Minute},
		{"subscription before sweep", 15 * time.Minute, 5 * time.Minute, -1, 5 * time.Minute},
		{"postponed work before both", 15 * time.Minute, 5 * time.Minute, time.Minute, time.Minute},
		{"postponed work after both", 15 * time.Minute, 50 * time.Minute, time.Hour, 15 * time.Minute},
		{"only postponed work", -1, -1, time.Hour, time.Hour},
		{"work is due already", 15 * time.Minute, -1, 0, 0},
	} {
		w.mark(anna, "event")
		claim := w.claim(anna)
		work := w.bite(claim)[0]
		if c.work < 0 {
			w.must(w.Done(ctx, claim, work))
		} else {
			work.NotBefore = in(c.work)
			w.must(w.Postpone(ctx, claim, work, false))
		}
		w.must(w.Swept(ctx, claim, w.clock.Now(), nil, in(c.sweep)))
		w.must(w.SubscriptionWork(ctx, claim, in(c.subscription), false))
		w.must(w.Release(ctx, claim))
		w.must(w.Release(ctx, claim)) // twice is as good as once
		w.same(w.dueIn(), c.want, c.name)
	}
}

func testReleaseRace(w *world) {
	ctx := w.Context()
	w.idle(anna)
	for range 60 {
		w.mark(anna, "first")
		claim := w.claim(anna)
		for _, work := range w.bite(claim) {
			w.must(w.Done(ctx, claim, work))
		}
		var both sync.WaitGroup
		both.Go(func() {
			if err := w.Mark(ctx, []meeting.Mark{{Mailbox: anna, Event: "second"}}); err != nil {
				w.Error(err)
			}
		})
		both.Go(func() {
			if err := w.Release(ctx, claim); err != nil {
				w.Error(err)
			}
		})
		both.Wait()
		if due := w.dueIn(); due != 0 {
			w.Fatalf("a mark came while the mailbox was released: due in %v, want now", due)
		}
	}
}
