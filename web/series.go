package web

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/recur"
)

// atNextDate moves a master from its first date to the next one that is not
// over; without one it stays.
func atNextDate(master meeting.Event, now time.Time) meeting.Event {
	if master.Recurrence == nil || master.Recurrence.Check() != nil || master.End.After(now) {
		return master
	}
	zone := zoneOf(cmp.Or(master.Recurrence.Zone, master.Zone))
	if master.AllDay {
		zone = time.UTC
	}
	clock, length := clockOf(master.Start.In(zone)), master.End.Sub(master.Start)
	from := meeting.DateOf(now.Add(-length).In(zone))
	for d := range recur.Dates(*master.Recurrence, recur.FromStart) {
		if start := d.At(clock, zone, meeting.FirstReading).UTC(); d >= from && start.Add(length).After(now) {
			master.Start, master.End = start, start.Add(length)
			break
		}
	}
	return master
}

func zoneOf(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil {
		return zone
	}
	return time.UTC
}

func clockOf(local time.Time) time.Duration {
	return time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
}

// nextAhead is how far the next date of a series is looked for: the longest
// interval that Outlook has.
const nextAhead = 100 * 366

// nextDate is when the series is held next, as Webex has it.
func nextDate(r meeting.Rhythm, now time.Time) (start, end time.Time, ok bool) {
	zone, anchor := zoneOf(r.Zone), recur.FromStart
	if r.FromFirst {
		anchor = recur.FromFirst
	}
	today := meeting.DateOf(now.In(zone))
	consider := func(s, e time.Time) {
		if e.After(now) && (!ok || s.Before(start)) {
			start, end, ok = s, e, true
		}
	}
	plain := func(d meeting.Date) (time.Time, time.Time) {
		s := d.At(r.Clock, zone, meeting.FirstReading).UTC()
		if at, there := r.Hours[d]; there {
			s = at
		}
		return s, s.Add(r.Length)
	}
	for _, slot := range r.Slots {
		if !slot.Gone && !slot.Start.IsZero() {
			consider(slot.Start, slot.End)
		}
	}
	if r.Recurrence.Check() != nil {
		return start, end, ok
	}
	if r.Alone != 0 {
		consider(plain(r.Alone))
	}
	for d := range recur.Dates(r.Recurrence, anchor) {
		if d > today+nextAhead {
			break
		}
		if _, changed := r.Slots[d]; changed || d < r.Start || d < today-1 {
			continue
		}
		if consider(plain(d)); ok {
			break
		}
	}
	return start, end, ok
}

// startOf is when the link's event begins, of a series the next date.
func startOf(link meeting.Link, now time.Time) time.Time {
	if link.Rhythm != nil {
		if start, _, ok := nextDate(*link.Rhythm, now); ok {
			return start
		}
	}
	return link.Starts
}

const dateForm = "2 January 2006"

// seriesNotes say where Webex shows a series otherwise than the calendar.
func seriesNotes(r meeting.Rhythm, now time.Time) []string {
	zone := zoneOf(r.Zone)
	today := meeting.DateOf(now.In(zone))
	day := func(d meeting.Date) string { return d.Midnight().Format(dateForm) }
	var notes []string
	if r.Alone != 0 && r.Alone >= today {
		notes = append(notes, fmt.Sprintf("The first date, %s, is too near to join this Webex series, so it has a Webex meeting of its own with its own link.", day(r.Alone)))
	}
	var alone []string
	for _, d := range slices.Sorted(maps.Keys(r.Singles)) {
		if d >= today && d != r.Alone {
			alone = append(alone, day(d))
		}
	}
	switch n := len(alone); {
	case n == 1:
		notes = append(notes, fmt.Sprintf("The meeting on %s does not fit into the Webex series, so it has a Webex meeting of its own with its own link.", alone[0]))
	case n > 1:
		notes = append(notes, fmt.Sprintf("The meetings on %s and %s do not fit into the Webex series, so they have Webex meetings of their own with their own links.", strings.Join(alone[:n-1], ", "), alone[n-1]))
	}
	if r.Unended && r.Recurrence.Check() == nil {
		anchor := recur.FromStart
		if r.FromFirst {
			anchor = recur.FromFirst
		}
		if last, ends := recur.Last(r.Recurrence, anchor); ends {
			notes = append(notes, fmt.Sprintf("Webex shows this series without an end for now. Your calendar's end, %s, still holds.", day(last)))
		}
	}
	if r.Recurrence != (meeting.Recurrence{}) && r.Recurrence.Zone == "" {
		notes = append(notes, "This series uses a time zone without a name; its Webex times are checked one by one.")
	}
	return notes
}
