package recur_test

import (
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/recur"
)

var (
	workdays = meeting.NewWeekdays(time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday)
	weekend  = meeting.NewWeekdays(time.Saturday, time.Sunday)
)

func date(t *testing.T, s string) meeting.Date {
	t.Helper()
	d, err := meeting.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDates holds dates that were looked up in calendars.
func TestDates(t *testing.T) {
	t.Parallel()
	tueThu := meeting.NewWeekdays(time.Tuesday, time.Thursday)
	tueSun := meeting.NewWeekdays(time.Tuesday, time.Sunday)
	for _, c := range []struct {
		name  string
		r     meeting.Recurrence
		start string
		want  string
	}{
		{"every other week, weeks from Sunday", meeting.Recurrence{Type: meeting.Weekly, Interval: 2, Days: tueThu}, "2026-01-06", "2026-01-06 2026-01-08 2026-01-20 2026-01-22"},
		{"weeks from Monday", meeting.Recurrence{Type: meeting.Weekly, Interval: 2, Days: tueThu, WeekStart: time.Monday}, "2026-01-06", "2026-01-06 2026-01-08 2026-01-20 2026-01-22"},
		{"weeks from Wednesday", meeting.Recurrence{Type: meeting.Weekly, Interval: 2, Days: tueThu, WeekStart: time.Wednesday}, "2026-01-06", "2026-01-06 2026-01-15 2026-01-20 2026-01-29"},
		{"the standard's own example", meeting.Recurrence{Type: meeting.Weekly, Interval: 2, Days: tueSun, WeekStart: time.Monday}, "1997-08-05", "1997-08-05 1997-08-10 1997-08-19 1997-08-24"},
		{"and from Sunday", meeting.Recurrence{Type: meeting.Weekly, Interval: 2, Days: tueSun}, "1997-08-05", "1997-08-05 1997-08-17 1997-08-19 1997-08-31"},
		{"last weekday", meeting.Recurrence{Type: meeting.RelativeMonthly, Interval: 1, Days: workdays, Index: meeting.Last}, "2026-01-01", "2026-01-30 2026-02-27 2026-03-31 2026-04-30 2026-05-29"},
		{"first weekend day", meeting.Recurrence{Type: meeting.RelativeMonthly, Interval: 1, Days: weekend, Index: meeting.First}, "2026-01-01", "2026-01-03 2026-02-01 2026-03-01 2026-04-04"},
		{"second weekday", meeting.Recurrence{Type: meeting.RelativeMonthly, Interval: 1, Days: workdays, Index: meeting.Second}, "2026-01-01", "2026-01-02 2026-02-03 2026-03-03 2026-04-02"},
		{"day 31 every second month", meeting.Recurrence{Type: meeting.AbsoluteMonthly, Interval: 2, DayOfMonth: 31}, "2026-08-31", "2026-08-31 2026-10-31 2026-12-31 2027-02-28"},
		{"29 February", meeting.Recurrence{Type: meeting.AbsoluteYearly, Interval: 1, DayOfMonth: 29, Month: time.February}, "2024-02-29", "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29"},
		{"second Thursday of March every other year", meeting.Recurrence{Type: meeting.RelativeYearly, Interval: 2, Days: meeting.NewWeekdays(time.Thursday), Index: meeting.Second, Month: time.March}, "2026-03-12", "2026-03-12 2028-03-09 2030-03-14"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.r.Start = date(t, c.start)
			want := strings.Fields(c.want)
			var got []string
			for d := range recur.Dates(c.r, recur.FromStart) {
				if got = append(got, d.String()); len(got) == len(want) {
					break
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// TestRules holds which rule is sent for which pattern.
func TestRules(t *testing.T) {
	t.Parallel()
	friday := meeting.NewWeekdays(time.Friday)
	for _, c := range []struct {
		name, from, horizon string
		r                   meeting.Recurrence
		start, rule         string
		treatment           recur.Treatment
		alone               string
		moves, gone         int
	}{
		{"every third day", "2026-01-01", "2026-02-01", meeting.Recurrence{Type: meeting.Daily, Interval: 3, Start: date(t, "2026-01-05")},
			"2026-01-05", "FREQ=DAILY;INTERVAL=3", recur.Native, "", 0, 0},
		{"every weekday, ten times", "2026-01-01", "2026-02-01", meeting.Recurrence{Type: meeting.Weekly, Interval: 1, Days: workdays, Count: 10, Start: date(t, "2026-01-05")},
			"2026-01-05", "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR;COUNT=10", recur.Native, "", 0, 0},
		{"Tuesday and Thursday every other week", "2026-01-01", "2026-02-01", meeting.Recurrence{Type: meeting.Weekly, Interval: 2, Days: meeting.NewWeekdays(time.Tuesday, time.Thursday), WeekStart: time.Wednesday, Start: date(t, "2026-01-06")},
			"2026-01-06", "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU,TH", recur.Thinned, "", 0, 4},
		{"day 31", "2026-01-01", "2026-04-30", meeting.Recurrence{Type: meeting.AbsoluteMonthly, Interval: 1, DayOfMonth: 31, Start: date(t, "2026-01-31")},
			"2026-01-28", "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28", recur.Moved, "", 3, 0},
		{"day 31 of January and July", "2026-01-01", "2026-08-31", meeting.Recurrence{Type: meeting.AbsoluteMonthly, Interval: 6, DayOfMonth: 31, Start: date(t, "2026-01-31")},
			"2026-01-31", "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=31", recur.Native, "", 0, 0},
		{"last weekday", "2026-01-01", "2026-03-31", meeting.Recurrence{Type: meeting.RelativeMonthly, Interval: 1, Days: workdays, Index: meeting.Last, Start: date(t, "2026-01-30")},
			"2026-01-26", "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=26", recur.Moved, "", 3, 0},
		{"last weekday, begun too late", "2026-01-29", "2026-03-31", meeting.Recurrence{Type: meeting.RelativeMonthly, Interval: 1, Days: workdays, Index: meeting.Last, Count: 5, Start: date(t, "2026-01-30")},
			"2026-02-26", "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=26;COUNT=4", recur.Moved, "2026-01-30", 2, 0},
		{"third Friday", "2026-01-01", "2026-03-31", meeting.Recurrence{Type: meeting.RelativeMonthly, Interval: 1, Days: friday, Index: meeting.Third, Start: date(t, "2026-01-16")},
			"2026-01-15", "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=15", recur.Moved, "", 3, 0},
		{"last day", "2026-01-01", "2026-03-31", meeting.Recurrence{Type: meeting.RelativeMonthly, Interval: 1, Days: meeting.AllDays, Index: meeting.Last, Start: date(t, "2026-01-31")},
			"2026-01-28", "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28", recur.Moved, "", 2, 0},
		{"29 February", "2026-01-01", "2028-12-31", meeting.Recurrence{Type: meeting.AbsoluteYearly, Interval: 1, DayOfMonth: 29, Month: time.February, Start: date(t, "2026-02-28")},
			"2026-02-28", "FREQ=YEARLY;INTERVAL=1;BYMONTH=2;BYMONTHDAY=28", recur.Moved, "", 1, 0},
		{"1 May every third year", "2026-01-01", "2027-02-01", meeting.Recurrence{Type: meeting.AbsoluteYearly, Interval: 3, DayOfMonth: 1, Month: time.May, Start: date(t, "2026-05-01")},
			"2026-05-01", "FREQ=YEARLY;INTERVAL=1;BYMONTH=5;BYMONTHDAY=1", recur.Thinned, "", 0, 2},
		{"once", "2026-01-01", "2026-03-31", meeting.Recurrence{Type: meeting.RelativeMonthly, Interval: 1, Days: workdays, Index: meeting.Last, Count: 1, Start: date(t, "2026-01-30")},
			"2026-01-30", "", recur.Native, "", 0, 0},
		{"weekdays for two years: more than Webex makes", "2026-01-01", "2026-01-31", meeting.Recurrence{Type: meeting.Weekly, Interval: 1, Days: workdays, End: date(t, "2027-12-31"), Start: date(t, "2026-01-05")},
			"2026-01-05", "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR", recur.Native, "", 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, err := recur.New(c.r, recur.FromStart, date(t, c.from), date(t, c.horizon))
			if err != nil {
				t.Fatal(err)
			}
			alone := ""
			if m.Alone != 0 {
				alone = m.Alone.String()
			}
			moves, gone := 0, 0
			for _, o := range m.Occurrences {
				switch {
				case o.Gone:
					gone++
				case o.True != o.Base:
					moves++
				}
			}
			if m.Start.String() != c.start || m.Rule != c.rule || m.Treatment != c.treatment || alone != c.alone || moves != c.moves || gone != c.gone {
				t.Errorf("got %s %s %s alone %q, %d moved, %d gone\nwant %s %s %s alone %q, %d moved, %d gone",
					m.Start, m.Rule, m.Treatment, alone, moves, gone, c.start, c.rule, c.treatment, c.alone, c.moves, c.gone)
			}
		})
	}
}
