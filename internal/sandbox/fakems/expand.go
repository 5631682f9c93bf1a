package fakems

import (
	"iter"
	"slices"
	"strings"
	"time"
)

// day is a date: days since 1970-01-01.
type day int

func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func parseDay(text string) (day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1970 {
		return 0, badRequest("ErrorPropertyValidationFailure", "The value '%s' is not a date.", text)
	}
	return dayOf(t), nil
}

func (d day) time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }
func (d day) String() string  { return d.time().Format(time.DateOnly) }
func (d day) weekday() int    { return int(d+4) % 7 } // 1970 began on a Thursday

// dates yields the dates of a settled recurrence, walking from day to day. It
// has no notion of exceptions; cancelled dates count too.
func (r *Recurrence) dates(m *SeriesManners) iter.Seq[day] {
	first, _ := parseDay(r.Range.StartDate)
	last, _ := parseDay(lastDate)
	if r.Range.Type == "endDate" {
		last, _ = parseDay(r.Range.EndDate)
	}
	left := -1
	if r.Range.Type == "numbered" {
		left = r.Range.NumberOfOccurrences
	}
	return func(yield func(day) bool) {
		anchor, on := first, r.Pattern.weekdays()
		for m.CountFromFirstFit && !r.Pattern.fits(anchor, on) && anchor <= last {
			anchor++
		}
		for d := first; d <= last && left != 0; d++ {
			if r.Pattern.Lunar {
				if !newMoon(d - first) {
					continue
				}
			} else if !r.Pattern.fits(d, on) || r.Pattern.periods(anchor, d)%r.Pattern.Interval != 0 {
				continue
			}
			if left--; !yield(d) {
				return
			}
		}
	}
}

// newMoon reports whether a month of 29.53 days begins so many days after another.
func newMoon(days day) bool {
	return days == 0 || int(float64(days)/29.530588) != int(float64(days-1)/29.530588)
}

// fits reports whether d is a date of the pattern if every period counts. A day
// that the month does not have is its last one.
// https://learn.microsoft.com/graph/api/resources/recurrencepattern
func (p *Pattern) fits(d day, on [7]bool) bool {
	if p.Type == "daily" {
		return true
	}
	if p.Type == "weekly" {
		return on[d.weekday()]
	}
	_, month, date := d.time().Date()
	if strings.HasSuffix(p.Type, "Yearly") && int(month) != p.Month {
		return false
	}
	if strings.HasPrefix(p.Type, "absolute") {
		return date == p.DayOfMonth || date < p.DayOfMonth && (d+1).time().Month() != month
	}
	if !on[d.weekday()] {
		return false
	}
	if p.Index == "last" {
		next := d + 1
		for !on[next.weekday()] {
			next++
		}
		return next.time().Month() != month
	}
	before := 0
	for i := 1; i < date; i++ {
		if on[(d - day(i)).weekday()] {
			before++
		}
	}
	return before == slices.Index(indexes, p.Index)
}

// weekdays says which days of the week are the pattern's, from Sunday on.
func (p *Pattern) weekdays() (on [7]bool) {
	for _, name := range p.DaysOfWeek {
		on[slices.Index(weekdays, name)] = true
	}
	return on
}

// periods is how many days, weeks, months or years lie between two dates.
// Weeks begin on firstDayOfWeek.
func (p *Pattern) periods(from, to day) int {
	switch p.Type {
	case "daily":
		return int(to - from)
	case "weekly":
		first := day(slices.Index(weekdays, p.FirstDayOfWeek))
		week := func(d day) day { return (d + 4 - first + 7) / 7 }
		return int(week(to) - week(from))
	}
	a, b := from.time(), to.time()
	years := b.Year() - a.Year()
	if strings.HasSuffix(p.Type, "Yearly") {
		return years
	}
	return years*12 + int(b.Month()) - int(a.Month())
}

// at is when the occurrence of that date begins and ends.
func (r *Recurrence) at(d day, wholeDay bool, m *SeriesManners) (start, end DateTimeTimeZone) {
	name := r.Range.RecurrenceTimeZone
	from := d.time().Add(r.hours.at)
	if wholeDay {
		return DateTimeTimeZone{from.Format(localForm), name}, DateTimeTimeZone{from.Add(r.hours.shows).Format(localForm), name}
	}
	loc, _, _ := zone(name)
	begins := m.read(from, loc)
	ends := begins.Add(r.hours.lasts)
	if m.EndOnTheWall {
		ends = m.read(from.Add(r.hours.shows), loc)
	}
	return exactly(begins, name), exactly(ends, name)
}

// exactly is t in that zone, or in UTC where the zone's clock shows the same
// time twice and the first would be understood.
func exactly(t time.Time, zoneName string) DateTimeTimeZone {
	d := At(t, zoneName)
	if !instant(d).Equal(t) {
		return At(t, "UTC")
	}
	return d
}

// read is a local time as an instant. See the fields of SeriesManners for what
// the clock never shows or shows twice.
func (m *SeriesManners) read(wall time.Time, loc *time.Location) time.Time {
	at := func(day time.Duration) time.Time {
		_, offset := wall.Add(day).In(loc).Zone()
		return wall.Add(-time.Duration(offset) * time.Second).In(loc)
	}
	shows := func(t time.Time) bool { return t.Format(localForm) == wall.Format(localForm) }
	before, after := at(-24*time.Hour), at(24*time.Hour)
	switch {
	case shows(before) && shows(after):
		if m.SecondOfTwo {
			return after
		}
		return before
	case shows(before):
		return before
	case shows(after):
		return after
	case m.SkippedIsEarlier:
		return after
	}
	return before
}
