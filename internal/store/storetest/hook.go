package storetest

import (
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func testHooks(w *world) {
	ctx := w.Context()
	grant := w.grant(anna, meeting.Webex, "sub-webex")
	made := meeting.Hook{ID: "h1", Grant: grant, Event: "updated", Secret: meeting.NewSecret("s3cret")}
	w.must(w.AddHook(ctx, made))
	w.is(w.AddHook(ctx, meeting.Hook{ID: "h2", Grant: grant, Event: "updated", Secret: meeting.NewSecret("x")}), errs.Conflict, "another for the event")
	taken, err := w.TakeHooks(ctx, grant, w.clock.Now(), w.clock.Now())
	w.must(err)
	again, err := w.TakeHooks(ctx, grant, w.clock.Now().Add(-time.Hour), w.clock.Now())
	w.must(err)
	w.same([]bool{taken, again}, []bool{true, false}, "taken, by one")
	made.WebexID, made.Strong, made.CheckedAt = "at Webex", true, w.clock.Now()
	w.must(w.SaveHook(ctx, made))
	w.must(w.HookIsStrong(ctx, "h1"))
	got, err := w.HookByID(ctx, "h1")
	w.must(err)
	w.same([]any{got.Secret.Reveal(), got.Event, got.WebexID, got.Strong, got.CheckedAt}, []any{"s3cret", "updated", "at Webex", true, made.CheckedAt}, "webhook")
	all, err := w.AccountHooks(ctx, anna)
	w.must(err)
	w.same(len(all), 1, "webhooks of the account")
	_, err = w.HookByID(ctx, "h2")
	w.is(err, errs.NotFound, "one that is unknown")
	w.must(w.DeleteHook(ctx, "h1"))
	_, err = w.HookByID(ctx, "h1")
	w.is(err, errs.NotFound, "one that was deleted")
}

func testMeetingSession(w *world) {
	ctx := w.Context()
	w.idle(anna)
	w.mark(anna, "a")
	claim := w.claim(anna)
	link := meeting.Link{Mailbox: anna, Event: "a", Key: "key", State: meeting.LinkLinked, Meeting: "m", CreatedAt: start}
	w.must(w.SaveLink(ctx, claim, link, ""))
	w.must(w.MeetingSession(ctx, link, start.Add(time.Minute), false))
	w.must(w.MeetingSession(ctx, link, start.Add(time.Hour), true))
	w.must(w.SaveLink(ctx, claim, link, ""))
	got, err := w.LinkByMeeting(ctx, "m")
	w.must(err)
	w.same([]time.Time{got.StartedAt, got.StoppedAt}, []time.Time{start.Add(time.Minute), start.Add(time.Hour)}, "began, ended")
}

// A mark that can wait does not have an event worked anew that is in hand, and
// is not forgotten.
func testMarkAfter(w *world) {
	ctx := w.Context()
	w.idle(anna)
	w.must(w.Mark(ctx, []meeting.Mark{{Mailbox: anna, Event: "a", Deleted: true, Missing: true, Urgent: true, Late: start}}))
	claim := w.claim(anna)
	work := w.bite(claim)[0]
	later := start.Add(10 * time.Minute)
	w.must(w.Mark(ctx, []meeting.Mark{{Mailbox: anna, Event: "a", Webex: later, After: later}, {Mailbox: anna, Event: "b", Webex: later, After: later}}))
	w.must(w.Done(ctx, claim, work))
	w.same(len(w.bite(claim)), 0, "due at once")
	w.clock.Advance(10 * time.Minute)
	var due []meeting.EventID
	for _, work := range w.bite(claim) {
		due = append(due, work.Event)
		w.same([]any{work.Webex, work.Deleted, work.Missing, work.Urgent, work.Late}, []any{later, false, false, false, time.Time{}}, "what is left")
		w.must(w.Done(ctx, claim, work))
	}
	w.same(due, []meeting.EventID{"a", "b"}, "due later")
	w.same(len(w.bite(claim)), 0, "left")
}
