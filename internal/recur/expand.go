// Package recur tells which dates a calendar series has, and how a Webex series
// is made to have the same: which rule to send, which of its occurrences to move
// or delete, and which dates need a meeting of their own. It is pure, and knows
// dates only; hours and zones are meeting.Date.At's.
package recur

import (
	"iter"
	"slices"
	"time"

	"github.com/teambition/rrule-go"

	"webex-scheduler/internal/meeting"
)

// Anchor says from where intervals are counted if the start fits the pattern
// not: nobody documents it, and what Graph's instances show decides.
type Anchor int

// The anchors.
const (
	FromStart Anchor = iota // the week, month or year of the start
	FromFirst               // that of the first date that fits
)

// Dates yields the true dates of the series in order: cancelled ones are among
// them, exceptions stand at their original dates. It is endless if the series is.
func Dates(r meeting.Recurrence, anchor Anchor) iter.Seq[meeting.Date] {
	return func(yield func(meeting.Date) bool) {
		if r.Check() != nil {
			return
		}
		from := r.Start
		if anchor == FromFirst && r.Interval > 1 {
			once := r
			once.Interval, once.Count, once.End = 1, 0, 0
			for d := range Dates(once, FromStart) {
				from = d
				break
			}
		}
		next := rule(r, from)
		for n := 1; r.Count == 0 || n <= r.Count; n++ {
			t, ok := next()
			if !ok {
				return
			}
			d := meeting.DateOf(t)
			if r.End != 0 && d > r.End || !yield(d) {
				return
			}
		}
	}
}

// days of RFC 5545, from Sunday.
var weekdays = [...]rrule.Weekday{rrule.SU, rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA}

// rule is the pattern in RFC 5545's terms, whose BYSETPOS picks what Outlook
// means: the last weekday, or day 31 in a month of 30.
// https://www.rfc-editor.org/rfc/rfc5545#section-3.3.10
func rule(r meeting.Recurrence, from meeting.Date) rrule.Next {
	option := rrule.ROption{Interval: r.Interval, Dtstart: from.Midnight(), Wkst: weekdays[r.WeekStart]}
	for _, d := range r.Days.Days() {
		option.Byweekday = append(option.Byweekday, weekdays[d])
	}
	switch r.Type {
	case meeting.Daily:
		option.Freq, option.Byweekday = rrule.DAILY, nil
	case meeting.Weekly:
		option.Freq = rrule.WEEKLY
	case meeting.AbsoluteMonthly, meeting.AbsoluteYearly:
		option.Freq, option.Byweekday = rrule.MONTHLY, nil
		option.Bymonthday = []int{r.DayOfMonth}
		if r.DayOfMonth > 28 {
			option.Bymonthday = nil
			for d := 28; d <= r.DayOfMonth; d++ {
				option.Bymonthday = append(option.Bymonthday, d)
			}
			option.Bysetpos = []int{-1}
		}
	case meeting.RelativeMonthly, meeting.RelativeYearly:
		option.Freq, option.Bysetpos = rrule.MONTHLY, []int{int(r.Index)}
	}
	if r.Type == meeting.AbsoluteYearly || r.Type == meeting.RelativeYearly {
		option.Freq, option.Bymonth = rrule.YEARLY, []int{int(r.Month)}
	}
	made, err := rrule.NewRRule(option)
	if err != nil {
		return func() (time.Time, bool) { return time.Time{}, false }
	}
	return made.Iterator()
}

// some collects the true dates up to limit, and two beyond from in any case.
func some(r meeting.Recurrence, anchor Anchor, from, limit meeting.Date) (dates []meeting.Date, over bool) {
	ahead := 0
	for d := range Dates(r, anchor) {
		if d > limit && ahead >= 2 {
			return dates, false
		}
		if d >= from {
			ahead++
		}
		dates = append(dates, d)
	}
	return dates, true
}

// ahead returns the dates from that day on.
func ahead(dates []meeting.Date, from meeting.Date) []meeting.Date {
	i, _ := slices.BinarySearch(dates, from)
	return dates[i:]
}

// Last is the last true date; ends is false if there is none.
func Last(r meeting.Recurrence, anchor Anchor) (last meeting.Date, ends bool) {
	if r.End == 0 && r.Count == 0 {
		return 0, false
	}
	for d := range Dates(r, anchor) {
		last, ends = d, true
	}
	return last, ends
}
