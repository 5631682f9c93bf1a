package recur

import (
	"fmt"
	"strings"
	"time"

	"webex-scheduler/internal/meeting"
)

// Treatment is how a Webex series is made to have the dates of a calendar series.
type Treatment string

// The treatments.
const (
	Native  Treatment = "native"  // the rule makes the very dates
	Moved   Treatment = "moved"   // it makes one for each, which is moved there
	Thinned Treatment = "thinned" // it makes more, and the surplus is deleted
)

// base is the rule that is sent to Webex, without its end.
type base struct {
	rule      string
	frequency frequency
	treatment Treatment
	day       int // monthly and yearly: of the month, where every period has its date
	surplus   bool
}

// frequency is the FREQ of a rule.
type frequency string

const (
	daily   frequency = "DAILY"
	weekly  frequency = "WEEKLY"
	monthly frequency = "MONTHLY"
	yearly  frequency = "YEARLY"
)

// caps are how many occurrences Webex makes of a rule with an end; the rest it
// cuts off without a word. https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
var caps = map[frequency]int{daily: 1826, weekly: 261, monthly: 60, yearly: 5}

// newBase picks the rule. Of monthly and yearly rules Webex is known to take
// one day of the month; which weekday of the month it takes is not documented.
// first is the series' first date.
func newBase(r meeting.Recurrence, first meeting.Date) base {
	switch r.Type {
	case meeting.Daily:
		return base{rule: fmt.Sprintf("FREQ=DAILY;INTERVAL=%d", r.Interval), frequency: daily, treatment: Native}
	case meeting.Weekly:
		b := base{frequency: weekly, treatment: Native}
		interval := r.Interval
		if !cutAlike(r) {
			interval, b.treatment, b.surplus = 1, Thinned, true
		}
		b.rule = fmt.Sprintf("FREQ=WEEKLY;INTERVAL=%d;BYDAY=%s", interval, byDay(r.Days))
		return b
	case meeting.AbsoluteMonthly, meeting.RelativeMonthly:
		b := base{frequency: monthly}
		b.day, b.treatment = dayOfMonth(r, shortest(r, first))
		b.rule = fmt.Sprintf("FREQ=MONTHLY;INTERVAL=%d;BYMONTHDAY=%d", r.Interval, b.day)
		return b
	}
	b := base{frequency: yearly, surplus: r.Interval > 1}
	length := meeting.LastOfMonth(2001, r.Month)
	if r.Type == meeting.AbsoluteYearly && r.Month != time.February {
		b.day, b.treatment = min(r.DayOfMonth, length), Native
	} else {
		b.day, b.treatment = dayOfMonth(r, length)
	}
	if b.treatment == Native && b.surplus {
		b.treatment = Thinned
	}
	b.rule = fmt.Sprintf("FREQ=YEARLY;INTERVAL=1;BYMONTH=%d;BYMONTHDAY=%d", r.Month, b.day)
	return b
}

// dayOfMonth is the day that every month visited has, the shortest of which has
// so many days: that of the dates themselves if it is always the same, else the
// earliest that the pattern can ever hit. From there each date is in the same
// month, hence before the next month's.
func dayOfMonth(r meeting.Recurrence, shortest int) (int, Treatment) {
	if r.Type == meeting.AbsoluteMonthly || r.Type == meeting.AbsoluteYearly {
		if r.DayOfMonth <= shortest {
			return r.DayOfMonth, Native
		}
		return 28, Moved
	}
	if r.Days == meeting.AllDays {
		switch {
		case r.Index != meeting.Last:
			return int(r.Index), Native
		case r.Type == meeting.RelativeYearly && r.Month != time.February:
			return shortest, Native
		}
	}
	gaps := gaps(r.Days)
	if r.Index == meeting.Last {
		widest := 0
		for _, gap := range gaps {
			widest = max(widest, gap)
		}
		return shortest + 1 - widest, Moved
	}
	least := 0
	for i := range gaps {
		sum := 0
		for k := range int(r.Index) - 1 {
			sum += gaps[(i+k)%len(gaps)]
		}
		if i == 0 || sum < least {
			least = sum
		}
	}
	return 1 + least, Moved
}

// gaps are the distances from each day of the set to the next, around the week.
func gaps(set meeting.Weekdays) (gaps []int) {
	days := set.Days()
	for i, d := range days {
		next := int(days[(i+1)%len(days)]) - int(d)
		if next <= 0 {
			next += 7
		}
		gaps = append(gaps, next)
	}
	return gaps
}

// shortest is the length of the shortest month that a monthly series visits:
// February counts 28 days; for patterns of weekdays every month counts.
func shortest(r meeting.Recurrence, first meeting.Date) int {
	if r.Type == meeting.RelativeMonthly {
		return 28
	}
	_, month, _ := first.Split()
	least := 31
	for k := range 12 {
		m := time.Month((int(month)-1+k*r.Interval)%12 + 1)
		least = min(least, meeting.LastOfMonth(2001, m))
	}
	return least
}

// cutAlike reports whether a weekly series has the same dates wherever Webex
// lets a week begin, on Sunday or on Monday: if all its days are on one side of
// where the weeks would be cut differently.
func cutAlike(r meeting.Recurrence) bool {
	if r.Interval == 1 || len(r.Days.Days()) == 1 {
		return true
	}
	alike := func(v time.Weekday) bool {
		in, out := false, false
		for _, d := range r.Days.Days() {
			if (d-r.WeekStart+7)%7 < (v-r.WeekStart+7)%7 {
				in = true
			} else {
				out = true
			}
		}
		return !in || !out
	}
	return alike(time.Sunday) && alike(time.Monday)
}

func byDay(set meeting.Weekdays) string {
	names := [...]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}
	var list []string
	for _, d := range set.Days() {
		list = append(list, names[d])
	}
	return strings.Join(list, ",")
}
