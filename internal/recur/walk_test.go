package recur_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/meeting"
)

// The walkers go from day to day and ask of each whether it is one of the
// series. They share nothing with the package, with rrule-go or the sandbox.

// walkCalendar returns the dates that Outlook shows, up to limit. When fromFirst
// is set, intervals count from the first date that fits.
func walkCalendar(r meeting.Recurrence, fromFirst bool, limit time.Time) (dates []string) {
	start := r.Start.Midnight()
	anchor := start
	if fromFirst {
		for !calendarFits(r, anchor) {
			anchor = anchor.AddDate(0, 0, 1)
		}
	}
	for day := start; !day.After(limit); day = day.AddDate(0, 0, 1) {
		if r.End != 0 && day.After(r.End.Midnight()) || r.Count != 0 && len(dates) == r.Count {
			break
		}
		if calendarFits(r, day) && onTurn(r, anchor, day) {
			dates = append(dates, day.Format("2006-01-02"))
		}
	}
	return dates
}

// calendarFits asks whether a pattern of interval 1 has the day.
func calendarFits(r meeting.Recurrence, day time.Time) bool {
	length := day.AddDate(0, 0, 1-day.Day()).AddDate(0, 1, -1).Day()
	switch r.Type {
	case meeting.Daily:
		return true
	case meeting.Weekly:
		return r.Days&(1<<day.Weekday()) != 0
	case meeting.AbsoluteYearly, meeting.RelativeYearly:
		if day.Month() != r.Month {
			return false
		}
	}
	if r.Type == meeting.AbsoluteMonthly || r.Type == meeting.AbsoluteYearly {
		want := r.DayOfMonth
		if want > length {
			want = length
		}
		return day.Day() == want
	}
	if r.Days&(1<<day.Weekday()) == 0 {
		return false
	}
	// How many days of the set are there in the month up to this one, and after it?
	upTo, after := 0, 0
	for n := 1; n <= length; n++ {
		d := day.AddDate(0, 0, n-day.Day())
		if r.Days&(1<<d.Weekday()) == 0 {
			continue
		}
		if n <= day.Day() {
			upTo++
		} else {
			after++
		}
	}
	if r.Index == meeting.Last {
		return after == 0
	}
	return upTo == int(r.Index)
}

// onTurn asks whether the day's day, week, month or year is one that the interval takes.
func onTurn(r meeting.Recurrence, anchor, day time.Time) bool {
	switch r.Type {
	case meeting.Daily:
		return int(day.Sub(anchor)/(24*time.Hour))%r.Interval == 0
	case meeting.Weekly:
		return weeksApart(anchor, day, r.WeekStart)%r.Interval == 0
	case meeting.AbsoluteMonthly, meeting.RelativeMonthly:
		return (12*(day.Year()-anchor.Year())+int(day.Month())-int(anchor.Month()))%r.Interval == 0
	}
	return (day.Year()-anchor.Year())%r.Interval == 0
}

func weeksApart(from, to time.Time, weekStart time.Weekday) int {
	back := func(t time.Time) time.Time {
		for t.Weekday() != weekStart {
			t = t.AddDate(0, 0, -1)
		}
		return t
	}
	return int(back(to).Sub(back(from)) / (7 * 24 * time.Hour))
}

// walkWebex returns the dates that Webex makes of a rule, with weeks that begin
// on weekStart, up to limit.
func walkWebex(t testing.TB, rule string, start time.Time, weekStart time.Weekday, limit time.Time) (dates []string) {
	t.Helper()
	parts := map[string]string{}
	for _, part := range strings.Split(rule, ";") {
		name, value, ok := strings.Cut(part, "=")
		if !ok || parts[name] != "" {
			t.Fatalf("rule %q", rule)
		}
		parts[name] = value
	}
	number := func(name string) int {
		if parts[name] == "" {
			return 0
		}
		n, err := strconv.Atoi(parts[name])
		if err != nil {
			t.Fatalf("rule %q: %s", rule, name)
		}
		return n
	}
	interval, count, monthDay, month := number("INTERVAL"), number("COUNT"), number("BYMONTHDAY"), number("BYMONTH")
	if interval == 0 || parts["FREQ"] == "YEARLY" && interval != 1 || monthDay > 31 {
		t.Fatalf("rule %q is not one that Webex is known to take", rule)
	}
	if most := map[string]int{"DAILY": 1826, "WEEKLY": 261, "MONTHLY": 60, "YEARLY": 5}[parts["FREQ"]]; count > most {
		count = most // cut off without a word
	}
	names := []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}
	for day := start; !day.After(limit) && (count == 0 || len(dates) < count); day = day.AddDate(0, 0, 1) {
		fits := false
		switch parts["FREQ"] {
		case "DAILY":
			fits = int(day.Sub(start)/(24*time.Hour))%interval == 0
		case "WEEKLY":
			fits = strings.Contains(","+parts["BYDAY"]+",", ","+names[day.Weekday()]+",") && weeksApart(start, day, weekStart)%interval == 0
		case "MONTHLY":
			fits = day.Day() == monthDay && (12*(day.Year()-start.Year())+int(day.Month())-int(start.Month()))%interval == 0
		case "YEARLY":
			fits = day.Day() == monthDay && int(day.Month()) == month
		default:
			t.Fatalf("rule %q", rule)
		}
		if fits {
			dates = append(dates, day.Format("2006-01-02"))
		} else if day.Equal(start) {
			t.Fatalf("start %s does not fit rule %q", start.Format("2006-01-02"), rule)
		}
	}
	return dates
}

func describe(r meeting.Recurrence) string {
	return fmt.Sprintf("%s every %d, days %07b, day %d, month %d, index %d, weeks from %s, start %s, end %s, count %d",
		r.Type, r.Interval, r.Days, r.DayOfMonth, r.Month, r.Index, r.WeekStart, r.Start, r.End, r.Count)
}
