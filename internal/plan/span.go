package plan

import (
	"time"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/recur"
)

const day = 24 * time.Hour

// SeriesEnds tells when the last date of a series is over, or up to a day later;
// meeting.Forever if it has no end, or none that we know.
func SeriesEnds(master meeting.Event, exceptions []meeting.Event, fromFirst bool) time.Time {
	if master.Recurrence == nil {
		return meeting.Forever
	}
	anchor := recur.FromStart
	if fromFirst {
		anchor = recur.FromFirst
	}
	last, ends := recur.Last(*master.Recurrence, anchor)
	if !ends {
		return meeting.Forever
	}
	end := last.Midnight().Add(2*day + master.End.Sub(master.Start)) // whatever its clocks show
	for _, e := range exceptions {
		if e.End.After(end) {
			end = e.End
		}
	}
	return end
}

// AroundNext is a time within which a series shows a date, unless that was
// changed. What is no series, or one that we cannot read, shows some within a month.
func AroundNext(r *meeting.Recurrence, now time.Time) (from, to time.Time) {
	from, to = now, now.Add(31*day)
	if r == nil || r.Check() != nil {
		return from, to
	}
	today := meeting.DateOf(now)
	for d := range recur.Dates(*r, recur.FromStart) {
		if d <= today {
			continue
		}
		if next := d.Midnight().Add(2 * day); next.After(to) {
			to = next
		}
		break
	}
	return from, to
}
