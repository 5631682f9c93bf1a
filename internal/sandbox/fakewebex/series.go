package fakewebex

import (
	"iter"
	"slices"
	"time"
)

// Webex cuts a series with an end to five years, without a word.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
var most = map[string]int{"DAILY": 1826, "WEEKLY": 261, "MONTHLY": 60, "YEARLY": 5}

const mostYears = 5

// series is what makes a meeting's dates. It is never changed once made.
type series struct {
	rule
	zone         *time.Location
	start        time.Time // the first date
	day          int       // its day in the zone, counted from 1970
	length       time.Duration
	clock        time.Duration // what clocks show at start, since midnight
	asked        time.Time     // when the times or the rule were last asked for
	weekday      int           // where weeks begin, counted from Sunday
	earlyGaps    bool
	lateOverlaps bool
}

// repeat makes the dates of a meeting from its rule, start and zone, as asked for
// now. What the rule leaves open goes by the start.
func (s *Server) repeat(v *Meeting, r rule, now time.Time) error {
	zone, ok := loadZone(v.TimeZone)
	if !ok {
		return invalid("Parameter 'timezone' is invalid: '%s'.", v.TimeZone)
	}
	made := &series{
		rule: r, zone: zone, length: v.End.Sub(v.Start), asked: now,
		earlyGaps: s.EarlyGaps, lateOverlaps: s.LateOverlaps,
	}
	switch {
	case r.week != "":
		made.weekday = slices.Index(dayNames, r.week)
	case s.MondayWeeks:
		made.weekday = 1
	}
	made.begin(v.Start)
	if !made.fits(made.day) {
		if !s.ShiftStart {
			return invalid("Parameter 'start' does not fit the recurrence.")
		}
		first, ok := made.firstFrom(v.Start)
		if !ok {
			return invalid("Parameter 'recurrence' is invalid: it has no date.")
		}
		made.begin(first)
	}
	if !r.until.IsZero() && r.until.Before(made.start) {
		return invalid("Parameter 'recurrence' is invalid: UNTIL is before the first date.")
	}
	v.Start, v.End = made.start, made.start.Add(made.length)
	v.Recurrence, v.series, v.exceptions = r.String(), made, nil
	return nil
}

func (d *series) begin(start time.Time) {
	d.start = start.UTC()
	local := start.In(d.zone)
	d.day = dayOf(local)
	d.clock = time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
	if len(d.days) == 0 && d.freq == "WEEKLY" {
		d.days = []weekday{{0, dayNames[local.Weekday()]}}
	}
	if len(d.days) == 0 && d.monthDay == 0 && (d.freq == "MONTHLY" || d.freq == "YEARLY") {
		d.monthDay = local.Day()
		if d.freq == "YEARLY" {
			d.month = local.Month()
		}
	}
}

// firstFrom finds the first date of the rule, intervals apart.
func (d *series) firstFrom(start time.Time) (time.Time, bool) {
	once := *d
	once.interval = 1
	for day := d.day; day < d.day+9*366; day++ { // a 29 February comes in eight years
		if once.fits(day) {
			return once.at(day), true
		}
	}
	return time.Time{}, false
}

// originals yields where the rule puts its dates before limit, in order: it asks
// each day whether it is one.
func (d *series) originals(limit time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		cut := limit
		if d.ends() {
			if end := d.asked.AddDate(mostYears, 0, 0); end.Before(cut) {
				cut = end
			}
		}
		n, last := 0, dayOf(cut.In(d.zone))+1
		for day := d.day; day <= last; day++ {
			if !d.fits(day) {
				continue
			}
			t := d.at(day)
			switch n++; {
			case !t.Before(cut) && n > 1, !d.until.IsZero() && t.After(d.until):
				return
			case d.count > 0 && n > d.count, d.ends() && n > most[d.freq]:
				return
			}
			if t.Before(limit) && !yield(t) {
				return
			}
		}
	}
}

// fits reports whether the day is one of the rule, leaving its end aside.
func (d *series) fits(day int) bool {
	year, month, n := civil(day)
	first, firstMonth, _ := civil(d.day)
	switch d.freq {
	case "DAILY":
		return (day-d.day)%d.interval == 0
	case "WEEKLY":
		return (d.weekOf(day)-d.weekOf(d.day))%d.interval == 0 && d.named(day)
	case "MONTHLY":
		apart := 12*(year-first) + int(month) - int(firstMonth)
		return apart%d.interval == 0 && d.within(day, year, month, n)
	}
	return (year-first)%d.interval == 0 && month == d.month && d.within(day, year, month, n)
}

// named reports whether the day has one of the names of BYDAY.
func (d *series) named(day int) bool {
	return slices.ContainsFunc(d.days, func(w weekday) bool { return w.name == nameOf(day) })
}

// within reports whether the month's n-th day is the one that is meant.
func (d *series) within(day, year int, month time.Month, n int) bool {
	if len(d.days) == 0 {
		return n == d.monthDay
	}
	length := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	switch ordinal := d.days[0].ordinal; {
	case !d.named(day):
		return false
	case ordinal > 0:
		return (n+6)/7 == ordinal
	case ordinal < 0:
		return (length-n+7)/7 == -ordinal
	}
	return true
}

// weekOf numbers weeks, from that of Sunday, 28 December 1969, four days before
// day 0.
func (d *series) weekOf(day int) int {
	since := day + 4 - d.weekday
	if since < 0 {
		since -= 6
	}
	return since / 7
}

// at is the instant at which the clocks of the zone show the series' hour. Twice
// in autumn, never in spring: what Webex does then is documented nowhere.
func (d *series) at(day int) time.Time {
	year, month, n := civil(day)
	hour, minute := int(d.clock/time.Hour), int(d.clock%time.Hour/time.Minute)
	t := time.Date(year, month, n, hour, minute, 0, 0, d.zone)
	from, to := t.ZoneBounds()
	// The change of clocks nearby, if there is one, and what they show around it.
	change := from
	if from.IsZero() || !to.IsZero() && to.Sub(t) < t.Sub(from) {
		change = to
	}
	if gap := change.Sub(t).Abs(); change.IsZero() || gap > 24*time.Hour {
		return t.UTC()
	}
	_, before := change.Add(-time.Second).Zone()
	_, after := change.Zone()
	digits := time.Date(year, month, n, hour, minute, 0, 0, time.UTC)
	old := digits.Add(-time.Duration(before) * time.Second) // as if they were not changed
	fresh := digits.Add(-time.Duration(after) * time.Second)
	isOld, isNew := old.Before(change), !fresh.Before(change)
	switch {
	case isOld && isNew && d.lateOverlaps, !isOld && isNew:
		return fresh
	case isOld:
		return old
	case d.earlyGaps:
		return fresh
	}
	return old
}

// dayOf counts the days from 1970 to t's, in t's zone.
func dayOf(t time.Time) int {
	year, month, day := t.Date()
	return int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func civil(day int) (int, time.Month, int) { return time.Unix(int64(day)*86400, 0).UTC().Date() }

func nameOf(day int) string { return dayNames[time.Unix(int64(day)*86400, 0).UTC().Weekday()] }
