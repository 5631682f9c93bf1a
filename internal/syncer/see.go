package syncer

import (
	"context"
	"time"

	"webex-scheduler/internal/block"
	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// itemNotFound is the only code that counts as a sign that an event is gone.
// https://learn.microsoft.com/graph/errors
const itemNotFound = "ErrorItemNotFound"

// notSeenYet is how long to wait for an event that Graph told of and does not
// know yet.
var notSeenYet = []time.Duration{2 * time.Second, 10 * time.Second, time.Minute}

// see decides whether the event is there. Gone needs two signs: a 404, a
// "deleted" notification or a sweep that missed it; and that neither calendar
// view nor a search by iCalUId shows it, whatever a read by id says (immutable
// ids survive the move to Deleted Items).
func (t *turn) see(ctx context.Context) (outcome, bool, error) {
	err := t.sighting.Err
	missing := errs.Is(err, errs.NotFound) && errs.CodeOf(err) == itemNotFound
	switch {
	case err != nil && !missing:
		return t.failed(err), true, nil
	case err == nil && !t.work.Deleted && !t.work.Missing:
		t.event = t.sighting.Event
		return outcome{}, false, nil
	case err == nil:
		seen := *t.sighting.Event
		probe := meeting.Link{Event: seen.ID, ICalUID: seen.ICalUID, Starts: seen.Start, Ends: seen.End}
		if seen.Type == meeting.SeriesMaster {
			probe.Starts, probe.Ends = plan.AroundNext(seen.Recurrence, t.Clock.Now())
		}
		here, _, err := t.present(ctx, probe)
		if err != nil {
			return t.failed(err), true, nil
		}
		if here {
			t.event = &seen
			return outcome{}, false, nil
		}
		return outcome{}, false, nil // gone: a link, if there is one, ends
	case t.link == nil:
		if t.work.Deleted {
			return outcome{reason: meeting.EventGone}, true, t.unknownDate(ctx)
		}
		if t.work.Attempts >= len(notSeenYet) {
			return outcome{reason: meeting.EventGone}, true, nil
		}
		return outcome{at: t.Clock.Now().Add(notSeenYet[t.work.Attempts]), reason: meeting.WaitNotSeenYet}, true, nil
	}
	probe := *t.link
	if l := t.link; l.Rhythm != nil {
		probe.Starts, probe.Ends = plan.AroundNext(&l.Rhythm.Recurrence, t.Clock.Now())
	}
	here, others, err := t.present(ctx, probe)
	switch {
	case err != nil:
		return t.failed(err), true, nil
	case here: // listed, yet not readable: a passing trouble of the service
		return outcome{at: t.Clock.Now().Add(t.backoff(t.work.Attempts + 3)), reason: meeting.WaitUnavailable}, true, nil
	}
	for _, other := range others {
		for _, key := range block.Find(other.Body).Keys {
			if key == t.link.Key {
				return t.moveTo(ctx, other)
			}
		}
	}
	return outcome{}, false, nil
}

// longSpan is how much of a calendar is viewed at the most to find an event: a
// yearly one shows a date in it. Microsoft allows 1825 days.
const longSpan = 400 * day

// present looks for an event in the two places that show what the calendar
// really holds. others are events with the same iCalUId under another id.
func (t *turn) present(ctx context.Context, l meeting.Link) (here bool, others []meeting.Event, err error) {
	if l.ICalUID != "" {
		found, err := t.Calendar.EventsByICalUID(ctx, t.claim.Mailbox, l.ICalUID)
		if err != nil {
			return false, nil, err
		}
		for _, e := range found {
			if e.ID == l.Event {
				return true, nil, nil
			}
			others = append(others, e)
		}
	}
	from, to := l.Starts.Add(-time.Minute), l.Ends.Add(time.Minute)
	if to.Sub(from) > longSpan { // a series of which we hold no rhythm, such as one with a Personal Room
		from = maxTime(from, t.Clock.Now())
		to = minTime(to, from.Add(longSpan))
	}
	shown, err := t.Calendar.View(ctx, t.claim.Mailbox, from, to)
	if err != nil {
		return false, nil, err
	}
	for _, ref := range shown {
		if ref.ID == l.Event || ref.Series == l.Event {
			return true, nil, nil
		}
	}
	return false, others, nil
}

// moveTo gives the link to the same event under its new id.
func (t *turn) moveTo(ctx context.Context, other meeting.Event) (outcome, bool, error) {
	moved := *t.link
	moved.Event, moved.UpdatedAt = other.ID, t.Clock.Now()
	if err := t.Store.MoveLink(ctx, t.claim, t.link.Event, moved); err != nil {
		return outcome{}, true, err
	}
	t.did = append(t.did, "move")
	mark := meeting.Mark{Mailbox: t.claim.Mailbox, Event: other.ID, Late: t.work.Late}
	return outcome{reason: meeting.EventMoved}, true, t.Store.Mark(ctx, []meeting.Mark{mark})
}
