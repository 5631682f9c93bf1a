package meeting

import (
	"time"

	"webex-scheduler/internal/errs"
)

// Forever is when a series without an end ends.
var Forever = time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC)

// PatternType is Graph's kind of pattern.
type PatternType string

// Graph's pattern types.
// https://learn.microsoft.com/graph/api/resources/recurrencepattern
const (
	Daily           PatternType = "daily"
	Weekly          PatternType = "weekly"
	AbsoluteMonthly PatternType = "absoluteMonthly"
	RelativeMonthly PatternType = "relativeMonthly"
	AbsoluteYearly  PatternType = "absoluteYearly"
	RelativeYearly  PatternType = "relativeYearly"
)

// Weekdays is a set of days of the week.
type Weekdays uint8

// AllDays is every day of the week.
const AllDays Weekdays = 1<<7 - 1

// NewWeekdays returns the set of days.
func NewWeekdays(days ...time.Weekday) (set Weekdays) {
	for _, d := range days {
		set |= 1 << d
	}
	return set
}

// Has reports whether day is in the set.
func (w Weekdays) Has(day time.Weekday) bool { return w&(1<<day) != 0 }

// Days lists the set from Sunday on.
func (w Weekdays) Days() (days []time.Weekday) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if w.Has(d) {
			days = append(days, d)
		}
	}
	return days
}

// Index is which of a month's days that fit is meant.
type Index int

// The indexes: First to Fourth are 1 to 4.
const (
	First  Index = 1
	Second Index = 2
	Third  Index = 3
	Fourth Index = 4
	Last   Index = -1
)

// Recurrence is how an event repeats: Graph's pattern and range. What a type
// does not use is zero. https://learn.microsoft.com/graph/outlook-schedule-recurring-events
type Recurrence struct {
	Type       PatternType
	Interval   int // 1 to 99
	Days       Weekdays
	DayOfMonth int          // in shorter months the last day is meant
	Month      time.Month   // yearly
	Index      Index        // relative
	WeekStart  time.Weekday // weekly: where a week begins

	Start Date // the first occurrence, or a day before it
	End   Date // inclusive; zero: none
	Count int  // occurrences, cancelled ones included; zero: none
	Zone  string
}

// Check returns errs.Invalid with the field that is none of Graph's values.
func (r Recurrence) Check() error {
	bad := func(what string) error { return errs.New(errs.Invalid, "recurrence: %s", what) }
	switch {
	case r.Interval < 1:
		return bad("interval")
	case r.Start == 0:
		return bad("startDate")
	case r.Count < 0 || r.End != 0 && r.Count != 0 || r.End != 0 && r.End < r.Start:
		return bad("range")
	case r.WeekStart < time.Sunday || r.WeekStart > time.Saturday:
		return bad("firstDayOfWeek")
	}
	days := r.Days != 0 && r.Days <= AllDays
	day := r.DayOfMonth >= 1 && r.DayOfMonth <= 31
	month := r.Month >= time.January && r.Month <= time.December
	index := r.Index >= First && r.Index <= Fourth || r.Index == Last
	switch r.Type {
	case Daily:
	case Weekly:
		if !days {
			return bad("daysOfWeek")
		}
	case AbsoluteMonthly, AbsoluteYearly:
		if !day {
			return bad("dayOfMonth")
		}
	case RelativeMonthly, RelativeYearly:
		if !days {
			return bad("daysOfWeek")
		}
		if !index {
			return bad("index")
		}
	default:
		return bad("pattern type")
	}
	if (r.Type == AbsoluteYearly || r.Type == RelativeYearly) && !month {
		return bad("month")
	}
	return nil
}
