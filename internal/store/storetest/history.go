package storetest

import (
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// testHistory: what became of a meeting is told with its link or not at all, to its
// own mailbox, newest first, and for 90 days.
func testHistory(w *world) {
	ctx := w.Context()
	claim := w.claimed(anna)
	entry := func(key meeting.LinkKey, what meeting.Happening, at time.Time) meeting.HistoryEntry {
		return meeting.HistoryEntry{Mailbox: anna, Key: key, Subject: "Review", At: at, Side: meeting.InCalendar, What: what, Before: "a", After: "b", Reason: meeting.EventChanged}
	}
	made, renamed, other := entry("k1", meeting.MeetingMade, start), entry("k1", meeting.TitleChanged, start), entry("k2", meeting.MeetingMade, start.Add(time.Minute))
	link := func(key meeting.LinkKey) meeting.Link {
		return meeting.Link{Mailbox: anna, Event: "event of " + meeting.EventID(key), Key: key, State: meeting.LinkLinked}
	}
	w.must(w.SaveLink(ctx, claim, link("k1"), "", made, renamed))
	w.must(w.SaveLink(ctx, claim, link("k2"), "", other))
	w.must(w.SaveLink(ctx, claim, link("k2"), ""))
	history := func(limit int, want ...meeting.HistoryEntry) {
		w.Helper()
		got, err := w.History(ctx, anna, limit)
		w.must(err)
		w.same(got, want, "history")
	}
	history(10, other, renamed, made)
	history(2, other, renamed)
	lost := claim
	lost.Lease--
	w.is(w.SaveLink(ctx, lost, link("k1"), "", made), errs.Conflict, "under a lost lease")
	history(10, other, renamed, made)
	none, err := w.History(ctx, ben, 10)
	w.must(err)
	w.same(len(none), 0, "another mailbox's history")

	w.clock.Advance(90*24*time.Hour + time.Second)
	history(10, other)
	w.must(w.PurgeExpired(ctx))
	w.clock.Advance(-time.Hour)
	history(10, other)
}
