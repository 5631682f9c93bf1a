package syncer

import (
	"context"
	"maps"
	"time"

	"webex-scheduler/internal/block"
	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// glanceDates adds to a glance at a series what Webex lists of its dates.
func (t *turn) glanceDates(ctx context.Context, in plan.Input, m meeting.Meeting, is *meeting.Glance) error {
	series, ok := in.Series()
	if !ok || series.Held == nil {
		return nil
	}
	is.Start, is.End = time.Time{}, time.Time{} // of some date
	if series.Held.Rule == "" {
		is.Dates, is.Remade = plan.Strays(series, "", []meeting.WebexOccurrence{{Original: plan.OnlyStart(series), Start: m.Start, End: m.End, Title: m.Title}})
		return nil
	}
	from, to := plan.Window(series)
	list, err := t.webex.Occurrences(ctx, t.made(), t.link.Meeting, from, to)
	if err == nil {
		is.Dates, is.Remade = plan.Strays(series, m.Title, list)
	}
	return err
}

// bring writes into one date of a series, in one PATCH, what somebody changed of
// it in Webex.
func (t *turn) bring(ctx context.Context, a plan.Action) (outcome, bool, error) {
	seen, err := t.Calendar.Events(ctx, t.claim.Mailbox, []meeting.EventID{a.Event})
	if err == nil {
		err = seen[0].Err
	}
	switch {
	case errs.Is(err, errs.NotFound):
		return t.datesAnew()
	case err != nil:
		return t.failed(err), false, nil
	}
	e := seen[0].Event
	if !t.asRead(*e) {
		return t.datesAnew()
	}
	patch := meeting.EventPatch{Subject: a.Subject, Start: a.Start, End: a.End}
	if a.Start != nil {
		patch.Zone = e.Zone
	}
	var dropped meeting.EventID
	if a.Step.Slot.Gone {
		dropped = e.ID
		if body, changed := block.Remove(e.Body); changed {
			patch.Body = &body
		}
		if none := ""; e.Location != "" && meeting.LocationIsOurs(e.Location) {
			patch.Location = &none
		}
	}
	if patch != (meeting.EventPatch{}) {
		if err := t.holds(); err != nil {
			return t.failed(err), false, nil
		}
		written, err := t.Calendar.WriteEvent(ctx, t.claim.Mailbox, e.ID, e.ETag, patch)
		switch {
		case errs.Is(err, errs.Conflict), errs.Is(err, errs.NotFound):
			return t.datesAnew()
		case errs.Is(err, errs.Uncertain):
			return outcome{at: t.Clock.Now().Add(t.backoff(t.work.Attempts + 1)), reason: meeting.WaitUnavailable, err: err}, false, nil
		case errs.Is(err, errs.Invalid) && a.Start != nil:
			// Outlook lets no date pass its neighbour: the calendar's is kept.
			t.link.Problem = meeting.ProblemDates
			return outcome{}, false, t.take(ctx, a)
		case err != nil:
			return t.failed(err), false, nil
		}
		if dropped != "" {
			dropped = written.ID
		}
	}
	if dropped != "" {
		t.link.Rhythm = t.link.Rhythm.Dropping(dropped)
	}
	return outcome{}, false, t.take(ctx, a)
}

// asRead reports whether a date is as its series was planned for.
func (t *turn) asRead(e meeting.Event) bool {
	for _, x := range t.series.Exceptions {
		if x.ID == e.ID {
			return x.ETag == e.ETag
		}
	}
	return e.Type == meeting.Occurrence
}

// datesAnew has the dates read once more: somebody changed them meanwhile.
func (t *turn) datesAnew() (outcome, bool, error) {
	t.series, t.instances = nil, nil
	return outcome{}, true, nil
}

// wroteDate notes a change of ours: what was seen of the date is past, and for a
// while Webex may show that still.
func (t *turn) wroteDate(base meeting.Date) {
	t.link.WroteAt = t.Clock.Now()
	if t.seen != nil {
		t.seen.Dates = without(t.seen.Dates, base)
	}
}

func without(dates map[meeting.Date]meeting.Slot, base meeting.Date) map[meeting.Date]meeting.Slot {
	rest := maps.Clone(dates)
	delete(rest, base)
	return rest
}

// take holds what Webex shows, of one date or of the series: what the calendar
// has otherwise is sent again.
func (t *turn) take(ctx context.Context, a plan.Action) error {
	l := t.link
	if a.Rhythm != nil {
		l.Rhythm = a.Rhythm
	} else {
		l.Rhythm = l.Rhythm.With(a.Step.Base, a.Step.Slot)
	}
	switch {
	case t.seen == nil: // what was seen is past: something of the series was written meanwhile
	case a.Rhythm != nil:
		t.seen.Dates, t.seen.Remade = nil, false
	default:
		t.seen.Dates = without(t.seen.Dates, a.Step.Base)
	}
	if g := l.Glance; g != nil && t.seen != nil {
		left := *g
		left.Dates, left.Remade = t.seen.Dates, t.seen.Remade
		l.Glance = &left
	}
	t.datesMoved, t.instances = true, nil
	return t.save(ctx, "")
}
