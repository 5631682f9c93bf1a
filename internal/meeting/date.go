package meeting

import (
	"time"

	"webex-scheduler/internal/errs"
)

// Date is a day of the calendar, of no zone: days since 1970-01-01. It compares
// and adds like a number.
type Date int

const dateForm = "2006-01-02"

// NewDate returns that day; a day beyond the month's end is one of the next.
func NewDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// DateOf returns the day that t is on in t's own zone.
func DateOf(t time.Time) Date { return NewDate(t.Date()) }

// ParseDate reads the form 2026-03-02.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateForm, s)
	if err != nil {
		return 0, errs.New(errs.Invalid, "date: want a form like 2026-03-02")
	}
	return DateOf(t), nil
}

// Midnight returns the day's beginning in UTC.
func (d Date) Midnight() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

// Split returns year, month and day of the month.
func (d Date) Split() (year int, month time.Month, day int) { return d.Midnight().Date() }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.Midnight().Weekday() }

// String returns the form 2026-03-02.
func (d Date) String() string { return d.Midnight().Format(dateForm) }

// LastOfMonth returns the month's last day.
func LastOfMonth(year int, month time.Month) int {
	_, _, day := NewDate(year, month+1, 0).Split()
	return day
}

// Overlap says which reading of a local time counts that the clocks show twice
// in autumn. Which one Exchange takes is not documented.
type Overlap int

// The readings.
const (
	FirstReading  Overlap = iota // before the clocks are set back
	SecondReading                // after
)

// At returns the instant at which clocks in zone show clock (time since
// midnight) on that day. A time that the clocks skip in spring is later by what
// they skip, as Exchange has it: 02:30 becomes 03:30, and 23:30 before a skipped
// midnight 00:30 of the next day.
func (d Date) At(clock time.Duration, zone *time.Location, overlap Overlap) time.Time {
	wall := d.Midnight().Add(clock)
	// The instant lies within a day of the same digits in UTC; the offsets then
	// and there are the two that can be meant.
	_, before := wall.Add(-24 * time.Hour).In(zone).Zone()
	_, after := wall.Add(24 * time.Hour).In(zone).Zone()
	early := wall.Add(-time.Duration(before) * time.Second)
	late := wall.Add(-time.Duration(after) * time.Second)
	holds := func(t time.Time) bool {
		_, offset := t.In(zone).Zone()
		return t.Add(time.Duration(offset) * time.Second).Equal(wall)
	}
	switch {
	case holds(early) && holds(late) && overlap == SecondReading:
		return late.In(zone)
	case holds(early):
		return early.In(zone)
	case holds(late):
		return late.In(zone)
	}
	return early.In(zone) // skipped: read with the offset before
}
