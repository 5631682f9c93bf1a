package storetest

import (
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// testOrphans: what nothing holds is found, a wish outlives the next list, and
// nobody decides on another mailbox's.
func testOrphans(w *world) {
	ctx := w.Context()
	w.idle(anna)
	w.idle(ben)
	w.mark(anna, "event")
	claim := w.claim(anna)
	w.must(w.SaveLink(ctx, claim, meeting.Link{Mailbox: anna, Event: "linked", Key: "k1", Meeting: "held", State: meeting.LinkLinked, UpdatedAt: start}, ""))
	w.must(w.SaveLink(ctx, claim, meeting.Link{Mailbox: anna, Event: "over", Key: "k2", Meeting: "ended", State: meeting.LinkEnded, UpdatedAt: start}, ""))
	w.must(w.SaveIntent(ctx, claim, meeting.Intent{Mailbox: anna, Event: "new", Nonce: "open", LookAt: start}))
	none, err := w.Strangers(ctx, nil)
	w.must(err)
	w.same(none, map[meeting.MeetingID]bool{}, "strangers among no meetings")
	strangers, err := w.Strangers(ctx, map[meeting.MeetingID]string{"held": "a", "ended": "b", "unknown": "c", "being made": "open"})
	w.must(err)
	w.same(strangers, map[meeting.MeetingID]bool{"ended": true, "unknown": true}, "strangers")

	hour := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
	one := meeting.Orphan{Mailbox: anna, Meeting: "one", Title: "Review", Start: hour(24), End: hour(25), Event: "free", Subject: "Review"}
	two := meeting.Orphan{Mailbox: anna, Meeting: "two", Title: "Weekly", Start: hour(2), End: hour(3), Repeats: true}
	far := meeting.Orphan{Mailbox: anna, Meeting: "far", Title: "Party", Start: hour(900), End: hour(901)}
	w.must(w.SaveOrphans(ctx, claim, hour(1000), []meeting.Orphan{one, two, far}))
	orphans := func(want ...meeting.Orphan) {
		w.Helper()
		got, err := w.Orphans(ctx, anna)
		w.must(err)
		w.same(got, want, "orphans")
	}
	orphans(two, one, far)
	w.must(w.Swept(ctx, claim, start, nil, hour(1)))
	w.must(w.Done(ctx, claim, w.bite(claim)[0]))
	w.must(w.Release(ctx, claim))

	before := w.Dump(w)
	w.is(w.WishOrphan(ctx, ben, "one", meeting.DeleteOrphan), errs.NotFound, "another mailbox's")
	w.is(w.WishOrphan(ctx, anna, "three", meeting.DeleteOrphan), errs.NotFound, "one that is not there")
	w.is(w.WishOrphan(ctx, anna, "two", meeting.AdoptOrphan), errs.NotFound, "one without an event")
	w.same(w.Dump(w), before, "what was refused changed the database")
	w.must(w.WishOrphan(ctx, anna, "two", meeting.KeepOrphan))
	w.same(w.dueIn(), time.Hour, "what is left alone is no work")
	w.must(w.WishOrphan(ctx, anna, "one", meeting.AdoptOrphan))
	claim = w.claim(anna)
	w.same(claim.SweepDue, start, "sweep that does what was wanted")

	// The next list tells times anew, and that one is gone; it goes no further than a day.
	two.Wish, one.Wish, two.Start = meeting.KeepOrphan, meeting.AdoptOrphan, hour(4)
	w.must(w.SaveOrphans(ctx, claim, hour(20), []meeting.Orphan{{Mailbox: anna, Meeting: "two", Title: "Weekly", Start: hour(4), End: hour(3), Repeats: true}}))
	orphans(two, one, far)
	two.Event, two.Subject = "late", "Found later"
	again := two
	again.Wish = ""
	w.must(w.SaveOrphans(ctx, claim, hour(20), []meeting.Orphan{again}))
	orphans(two, one, far)
	one.Wish, one.Event, one.Subject = "", "", ""
	w.must(w.SaveOrphan(ctx, claim, one))
	w.must(w.DropOrphan(ctx, claim, "far"))
	w.must(w.DropOrphan(ctx, claim, "far"))
	orphans(two, one)
	w.must(w.SaveOrphans(ctx, claim, hour(1000), nil))
	orphans()
	lost := claim
	lost.Lease--
	w.is(w.SaveOrphans(ctx, lost, hour(1000), []meeting.Orphan{one}), errs.Conflict, "under a lost lease")
	orphans()
}
