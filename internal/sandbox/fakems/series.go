package fakems

import (
	"maps"
	"slices"
	"time"
)

// A series is one stored item, its master, and what differs from it: exceptions
// and cancelled dates. All other occurrences are computed from the master, with
// ids that stay the same, and nothing of them is stored until they are changed.
// https://learn.microsoft.com/graph/outlook-schedule-recurring-events

// SeriesManners are how series behave where no page says. The zero value is
// what has been seen most, and the program has to bear every variant.
type SeriesManners struct {
	// CountFromFirstFit counts the intervals of a pattern from the first date
	// that fits it, instead of from range.startDate, which need not fit.
	CountFromFirstFit bool

	// SkippedIsEarlier reads a local time that the clocks skip as earlier by the
	// gap; Windows reads it as later by the gap.
	SkippedIsEarlier bool

	// SecondOfTwo takes the second reading of a local time that the clocks show
	// twice. Such times are in UTC in the events that verbs return.
	SecondOfTwo bool

	// EndOnTheWall ends an occurrence that spans a change of clocks when the
	// clock on the wall shows its usual end; else it lasts as long as the others.
	EndOnTheWall bool

	// TimesKeepExceptions leaves the exceptions and cancellations of a series
	// whose start, end or zone changes, where the date remains. A change of the
	// pattern always discards them.
	TimesKeepExceptions bool

	// EndDiscards discards all of them also when only the end of the range
	// changes; else those that lie in the new range stay.
	EndDiscards bool

	// ExceptionsKeepAll has exceptions keep everything as it was when they were
	// made. Else what was not changed in them follows the master.
	ExceptionsKeepAll bool

	// MasterStill leaves changeKey and lastModifiedDateTime of the master as
	// they were when a single date changes. (EditUnlisted of the weather leaves
	// lastModifiedDateTime alone.)
	MasterStill bool

	// Told says which notifications a change of a single date gives.
	Told ToldOf

	// PastedKeepsUID has a received invitation that is pasted keep iCalUId and
	// organiser, see [Server.PasteInvitation].
	PastedKeepsUID bool
}

// ToldOf is what notifications tell of when a date of a series changes. The
// master is told as updated; the date itself too, or as deleted.
// https://learn.microsoft.com/graph/outlook-change-notifications-overview
type ToldOf string

// Which ids are told of.
const (
	ToldTogether  ToldOf = "" // master and date in one delivery
	ToldApart     ToldOf = "apart"
	ToldMaster    ToldOf = "master"
	ToldException ToldOf = "exception"
)

// series is what a master has besides its event.
type series struct {
	exceptions map[day]*item // by original date
	gone       map[day]bool  // cancelled dates
}

func newSeries() *series { return &series{make(map[day]*item), make(map[day]bool)} }

// settle brings an event into Exchange's form; before is what it was, nil for a
// new one. A master's start is its first occurrence, and a single event with a
// recurrence becomes a master.
func (m *SeriesManners) settle(e, before *Event) error {
	if e.Recurrence == nil {
		if before == nil || before.Recurrence != nil {
			e.Type = "singleInstance"
		}
		return e.settle()
	}
	r, entered := e.Recurrence.clone(), *e
	if err := r.settle(); err != nil {
		return err
	}
	loc, name, ok := zone(or(r.Range.RecurrenceTimeZone, e.Start.TimeZone))
	if !ok {
		return badZone(r.Range.RecurrenceTimeZone)
	}
	r.Range.RecurrenceTimeZone = name
	if err := e.settle(); err != nil {
		return err
	}
	was := before != nil && before.Recurrence != nil
	if was && entered.Start == before.Start && entered.End == before.End && entered.IsAllDay == before.IsAllDay &&
		name == before.Recurrence.Range.RecurrenceTimeZone {
		r.hours = before.Recurrence.hours
	} else {
		start, end := entered.Start.in(name, loc, e.IsAllDay), entered.End.in(name, loc, e.IsAllDay)
		r.hours = hours{at: start.Sub(dayOf(start).time()), shows: end.Sub(start), lasts: instant(e.End).Sub(instant(e.Start))}
		if !e.Start.in(name, loc, e.IsAllDay).Equal(start) { // the first date's clocks skip its start
			r.hours.lasts = r.hours.shows
		}
	}
	if err := r.begin(dayOf(entered.Start.in(name, loc, e.IsAllDay)), before); err != nil {
		return err
	}
	for first := range r.dates(m) {
		e.Recurrence, e.Type = r, "seriesMaster"
		e.Start, e.End = r.at(first, e.IsAllDay, m)
		e.OriginalStartTimeZone, e.OriginalEndTimeZone = shownZone(name), shownZone(name)
		return nil
	}
	return badRequest("ErrorRecurrenceHasNoOccurrence", "The recurrence has no occurrence.")
}

// in is a stored or entered time on the wall of a zone, as if it were UTC.
func (d DateTimeTimeZone) in(name string, loc *time.Location, wholeDay bool) time.Time {
	wall, _ := d.wall()
	if _, own, _ := zone(d.TimeZone); own == name || wholeDay {
		return wall
	}
	y, mo, da := instant(d).In(loc).Date()
	h, mi, s := instant(d).In(loc).Clock()
	return time.Date(y, mo, da, h, mi, s, 0, time.UTC)
}

// begin holds that startDate is the date of start. A start that is moved alone
// takes startDate along; one that was moved to the first fitting date has left
// it behind.
// https://learn.microsoft.com/graph/api/resources/recurrencerange
func (r *Recurrence) begin(start day, before *Event) error {
	if r.Range.StartDate == start.String() {
		return nil
	}
	if before == nil || before.Recurrence == nil || r.Range.StartDate != before.Recurrence.Range.StartDate {
		return badRecurrence("The startDate of the recurrence is not the date of the event's start.")
	}
	wall, _ := before.Start.wall()
	if dayOf(wall) != start {
		r.Range.StartDate = start.String()
	}
	return r.Range.settle()
}

// on returns the occurrence or exception of a date, nil when there is none.
func (it *item) on(d day, m *SeriesManners) *item {
	if it.series == nil || it.series.gone[d] || !it.event.Recurrence.has(d, m) {
		return nil
	}
	return it.occurrence(d, m)
}

func (r *Recurrence) has(d day, m *SeriesManners) bool {
	for other := range r.dates(m) {
		if other >= d {
			return other == d
		}
	}
	return false
}

// occurrence is the item of a date that the series has: a stored exception, or
// one computed from the master.
func (it *item) occurrence(d day, m *SeriesManners) *item {
	o := it.series.exceptions[d]
	if o == nil {
		o = &item{event: it.event.clone()}
		o.event.Type, o.event.Recurrence, o.event.TransactionID = "occurrence", nil, nil
		o.event.Start, o.event.End = it.event.Recurrence.at(d, it.event.IsAllDay, m)
		o.event.ICalUID = datedUID(it.event.ICalUID, d)
	}
	o.event.OriginalStart = it.originalStart(d, m)
	o.event.SeriesMasterID = it.event.ID
	o.event.ID, o.restID = datedID(it.event.ID, d), datedID(it.restID, d)
	o.master, o.day, o.binned, o.known, o.calendar = it, d, it.binned, it.known, it.calendar
	return o
}

// originalStart is when a date would begin if it were no exception. The dates
// of all-day series count as UTC.
func (it *item) originalStart(d day, m *SeriesManners) time.Time {
	start, _ := it.event.Recurrence.at(d, it.event.IsAllDay, m)
	if it.event.IsAllDay {
		start.TimeZone = "UTC"
	}
	return instant(start).UTC()
}

// within returns what a master shows in a window: occurrences by their dates,
// exceptions wherever they were moved from.
func (it *item) within(from, to time.Time, m *SeriesManners) []*item {
	var found []*item
	long := day(it.event.Recurrence.hours.shows/(24*time.Hour)) + 2
	for d := range it.event.Recurrence.dates(m) {
		if d > dayOf(to.UTC())+2 {
			break
		}
		if d >= dayOf(from.UTC())-long && !it.series.gone[d] && it.series.exceptions[d] == nil {
			found = append(found, it.occurrence(d, m))
		}
	}
	return append(found, it.exceptions(m)...)
}

// exceptions returns a master's exceptions by original date.
func (it *item) exceptions(m *SeriesManners) []*item {
	var found []*item
	for _, d := range slices.Sorted(maps.Keys(it.series.exceptions)) {
		found = append(found, it.occurrence(d, m))
	}
	return found
}

// reshape brings exceptions and cancelled dates in line with a master that was
// changed from before.
func (it *item) reshape(before *Event, m *SeriesManners) {
	switch {
	case it.event.Recurrence == nil:
		it.repeated = it.repeated || it.series != nil
		it.series = nil
	case before.Recurrence == nil || it.series == nil || m.discards(before, &it.event):
		it.series = newSeries()
	default:
		drop := func(d day) bool { return !it.event.Recurrence.has(d, m) }
		maps.DeleteFunc(it.series.exceptions, func(d day, _ *item) bool { return drop(d) })
		maps.DeleteFunc(it.series.gone, func(d day, _ bool) bool { return drop(d) })
		for _, ex := range it.exceptions(m) {
			ex.inherit(before, m)
		}
	}
}

// discards reports whether a change of a master makes it forget its exceptions
// and cancelled dates. The pattern always does.
func (m *SeriesManners) discards(before, after *Event) bool {
	a, b := before.Recurrence, after.Recurrence
	times := a.hours != b.hours || a.Range.StartDate != b.Range.StartDate || before.IsAllDay != after.IsAllDay ||
		a.Range.RecurrenceTimeZone != b.Range.RecurrenceTimeZone
	end := a.Range.Type != b.Range.Type || a.Range.EndDate != b.Range.EndDate || a.Range.NumberOfOccurrences != b.Range.NumberOfOccurrences
	return !a.Pattern.same(b.Pattern) || times && !m.TimesKeepExceptions || end && m.EndDiscards
}
