package fakems

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// written expands a recurrence in another way than the fake does: it lists the
// candidates of each period and knows nothing of walking days.
func written(r Recurrence, until time.Time, m *SeriesManners) []string {
	date := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	p := r.Pattern
	start, _ := time.Parse(time.DateOnly, r.Range.StartDate)
	if end, err := time.Parse(time.DateOnly, r.Range.EndDate); err == nil && r.Range.Type == "endDate" && end.Before(until) {
		until = end
	}
	wanted := func(t time.Time) bool { return slices.Contains(p.DaysOfWeek, strings.ToLower(t.Weekday().String())) }
	inMonth := func(first time.Time) []time.Time {
		last := first.AddDate(0, 1, -1)
		if strings.HasPrefix(p.Type, "absolute") {
			return []time.Time{date(first.Year(), first.Month(), min(p.DayOfMonth, last.Day()))}
		}
		var all []time.Time
		for i := 1; i <= last.Day(); i++ {
			if t := date(first.Year(), first.Month(), i); wanted(t) {
				all = append(all, t)
			}
		}
		i := map[string]int{"first": 0, "second": 1, "third": 2, "fourth": 3, "last": len(all) - 1}[p.Index]
		if i >= len(all) {
			return nil
		}
		return all[i : i+1]
	}
	// period is the n-th one after that of t, for an interval of 1.
	period := func(t time.Time, n int) []time.Time {
		switch p.Type {
		case "daily":
			return []time.Time{t.AddDate(0, 0, n)}
		case "weekly":
			first := slices.Index([]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}, p.FirstDayOfWeek)
			begin := t
			for int(begin.Weekday()) != first {
				begin = begin.AddDate(0, 0, -1)
			}
			var days []time.Time
			for i := range 7 {
				if d := begin.AddDate(0, 0, 7*n+i); wanted(d) {
					days = append(days, d)
				}
			}
			return days
		case "absoluteMonthly", "relativeMonthly":
			return inMonth(date(t.Year(), t.Month()+time.Month(n), 1))
		}
		return inMonth(date(t.Year()+n, time.Month(p.Month), 1))
	}
	anchor := start
	if m.CountFromFirstFit {
	search:
		for n := 0; ; n++ {
			for _, d := range period(start, n) {
				if !d.Before(start) {
					anchor = d
					break search
				}
			}
		}
	}
	var all []string
	for n := 0; ; n++ {
		dates := period(anchor, n*p.Interval)
		for _, d := range dates {
			if d.After(until) || r.Range.Type == "numbered" && len(all) == r.Range.NumberOfOccurrences {
				return all
			}
			if !d.Before(start) {
				all = append(all, d.Format(time.DateOnly))
			}
		}
		if len(dates) == 0 && anchor.AddDate(n*p.Interval/365, 0, 0).After(until) {
			return all
		}
	}
}

func drawn(rng *rand.Rand) Recurrence {
	types := []string{"daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly"}
	p := Pattern{Type: types[rng.IntN(6)], Interval: 1 + rng.IntN(4)}
	if rng.IntN(10) == 0 {
		p.Interval = 1 + rng.IntN(99)
	}
	if strings.HasSuffix(p.Type, "Yearly") {
		p.Month = 1 + rng.IntN(12)
	}
	if strings.HasPrefix(p.Type, "absolute") {
		p.DayOfMonth = []int{1, 15, 28, 29, 30, 31}[rng.IntN(6)]
	}
	if p.Type == "weekly" || strings.HasPrefix(p.Type, "relative") {
		set := 1 + rng.IntN(127)
		for i, day := range weekdays {
			if set&(1<<i) != 0 {
				p.DaysOfWeek = append(p.DaysOfWeek, day)
			}
		}
	}
	if p.Type == "weekly" {
		p.FirstDayOfWeek = weekdays[rng.IntN(7)]
	}
	if strings.HasPrefix(p.Type, "relative") {
		p.Index = indexes[rng.IntN(5)]
	}
	start := time.Date(2023+rng.IntN(5), time.Month(1+rng.IntN(12)), 1+rng.IntN(31), 0, 0, 0, 0, time.UTC)
	r := Recurrence{Pattern: p, Range: Range{Type: "noEnd", StartDate: start.Format(time.DateOnly), RecurrenceTimeZone: "UTC"}}
	switch rng.IntN(3) {
	case 0:
		r.Range.Type, r.Range.EndDate = "endDate", start.AddDate(0, 0, rng.IntN(900)).Format(time.DateOnly)
	case 1:
		r.Range.Type, r.Range.NumberOfOccurrences = "numbered", 1+rng.IntN(40)
	}
	return r
}

func TestExpansionEqualsAnother(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 1500 {
		r := drawn(rng)
		m := &SeriesManners{CountFromFirstFit: i%2 == 0}
		settled := *r.clone()
		if err := settled.settle(); err != nil {
			t.Fatalf("%+v: %v", r, err)
		}
		start, _ := time.Parse(time.DateOnly, r.Range.StartDate)
		until := start.AddDate(6, 0, 0)
		var got []string
		for d := range settled.dates(m) {
			if d > dayOf(until) {
				break
			}
			got = append(got, d.String())
		}
		if diff := cmp.Diff(written(settled, until, m), got); diff != "" {
			t.Fatalf("%+v from its first fit %v (-want +got)\n%s", r, m.CountFromFirstFit, diff)
		}
	}
}

func TestDatesThatOutlookShows(t *testing.T) {
	t.Parallel()
	weekday := strings.Fields("monday tuesday wednesday thursday friday")
	for _, c := range []struct {
		name  string
		p     Pattern
		start string
		want  string
	}{
		{"weeks from sunday", Pattern{Type: "weekly", Interval: 2, DaysOfWeek: []string{"tuesday", "sunday"}, FirstDayOfWeek: "sunday"}, "1997-08-05", "1997-08-05 1997-08-17 1997-08-19 1997-08-31"},
		{"weeks from monday", Pattern{Type: "weekly", Interval: 2, DaysOfWeek: []string{"tuesday", "sunday"}, FirstDayOfWeek: "monday"}, "1997-08-05", "1997-08-05 1997-08-10 1997-08-19 1997-08-24"},
		{"weeks from wednesday", Pattern{Type: "weekly", Interval: 2, DaysOfWeek: []string{"tuesday", "thursday"}, FirstDayOfWeek: "wednesday"}, "2026-01-06", "2026-01-06 2026-01-15 2026-01-20 2026-01-29"},
		{"last weekday", Pattern{Type: "relativeMonthly", Interval: 1, DaysOfWeek: weekday, Index: "last"}, "2026-01-30", "2026-01-30 2026-02-27 2026-03-31 2026-04-30"},
		{"second weekday", Pattern{Type: "relativeMonthly", Interval: 1, DaysOfWeek: weekday, Index: "second"}, "2026-01-02", "2026-01-02 2026-02-03 2026-03-03 2026-04-02"},
		{"first weekend day", Pattern{Type: "relativeMonthly", Interval: 1, DaysOfWeek: []string{"sunday", "saturday"}}, "2026-01-03", "2026-01-03 2026-02-01 2026-03-01 2026-04-04"},
		{"last day", Pattern{Type: "relativeMonthly", Interval: 1, DaysOfWeek: weekdays, Index: "last"}, "2028-01-31", "2028-01-31 2028-02-29 2028-03-31 2028-04-30"},
		{"day 31", Pattern{Type: "absoluteMonthly", Interval: 2, DayOfMonth: 31}, "2026-08-31", "2026-08-31 2026-10-31 2026-12-31 2027-02-28"},
		{"29 February", Pattern{Type: "absoluteYearly", Interval: 1, DayOfMonth: 29, Month: 2}, "2025-02-28", "2025-02-28 2026-02-28 2027-02-28 2028-02-29"},
		{"second Thursday of March", Pattern{Type: "relativeYearly", Interval: 2, DaysOfWeek: []string{"thursday"}, Index: "second", Month: 3}, "2026-03-12", "2026-03-12 2028-03-09 2030-03-14 2032-03-11"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &Recurrence{Pattern: c.p, Range: Range{Type: "numbered", StartDate: c.start, NumberOfOccurrences: 4}}
			if err := r.settle(); err != nil {
				t.Fatal(err)
			}
			var got []string
			for d := range r.dates(&SeriesManners{}) {
				got = append(got, d.String())
			}
			if diff := cmp.Diff(strings.Fields(c.want), got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// 1 March every second year, from June 2026 on.
func TestBothAnchors(t *testing.T) {
	t.Parallel()
	for fromFit, want := range map[bool]string{false: "2028-03-01", true: "2027-03-01"} {
		w := setup(t, func(s *Server) { s.Series.CountFromFirstFit = fromFit })
		e := w.create(w.ana, Event{Start: DateTimeTimeZone{"2026-06-10T09:00:00", "UTC"}, End: DateTimeTimeZone{"2026-06-10T10:00:00", "UTC"},
			Recurrence: &Recurrence{Pattern: Pattern{Type: "absoluteYearly", Interval: 2, DayOfMonth: 1, Month: 3}, Range: Range{Type: "noEnd"}}})
		if got := e.Start.DateTime[:10]; got != want || e.Recurrence.Range.StartDate != "2026-06-10" {
			t.Errorf("counting from the first fit %v: starts %s in a range from %s, want %s", fromFit, got, e.Recurrence.Range.StartDate, want)
		}
	}
}

func TestOccurrencesKeepTheClockOnTheWall(t *testing.T) {
	t.Parallel()
	const prague = "Central Europe Standard Time"
	for _, c := range []struct {
		name, zone, first, from, to string
		manners                     SeriesManners
		want                        string // starts and ends in UTC
	}{
		{"across the spring", prague, "2026-03-28T09:00:00", "2026-03-28", "2026-03-30", SeriesManners{},
			"28 08:00-09:00, 29 07:00-08:00"},
		{"a skipped time is later", prague, "2026-03-28T02:30:00", "2026-03-28", "2026-03-30", SeriesManners{},
			"28 01:30-02:30, 29 01:30-02:30"},
		{"a skipped time is earlier", prague, "2026-03-28T02:30:00", "2026-03-28", "2026-03-30", SeriesManners{SkippedIsEarlier: true},
			"28 01:30-02:30, 29 00:30-01:30"},
		{"a series that begins in the gap", prague, "2026-03-29T02:30:00", "2026-03-29", "2026-03-31", SeriesManners{},
			"29 01:30-02:30, 30 00:30-01:30"},
		{"the first of two", prague, "2026-10-24T02:30:00", "2026-10-24", "2026-10-26", SeriesManners{},
			"24 00:30-01:30, 25 00:30-01:30"},
		{"the second of two", prague, "2026-10-24T02:30:00", "2026-10-24", "2026-10-26", SeriesManners{SecondOfTwo: true},
			"24 00:30-01:30, 25 01:30-02:30"},
		{"over the change", prague, "2026-10-24T01:30:00", "2026-10-24", "2026-10-26", SeriesManners{},
			"23 23:30-00:30, 24 23:30-00:30"},
		{"over the change, end on the wall", prague, "2026-10-24T02:30:00", "2026-10-24", "2026-10-26", SeriesManners{EndOnTheWall: true},
			"24 00:30-01:30, 25 00:30-02:30"},
		{"Lord Howe's half hour", "Lord Howe Standard Time", "2026-10-03T02:15:00", "2026-10-02", "2026-10-04", SeriesManners{},
			"02 15:45-16:45, 03 15:45-16:45"},
		{"made up rules", ZoneWithRules(CustomTimeZone, "STD-1DST,M4.1.0,M11.1.0"), "2026-04-04T09:00:00", "2026-04-04", "2026-04-06", SeriesManners{},
			"04 08:00-09:00, 05 07:00-08:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t, func(s *Server) { s.Series = c.manners })
			start, _ := DateTimeTimeZone{DateTime: c.first}.wall()
			e := w.create(w.ana, Event{Start: DateTimeTimeZone{c.first, c.zone}, End: DateTimeTimeZone{start.Add(time.Hour).Format(localForm), c.zone},
				Recurrence: &Recurrence{Pattern: Pattern{Type: "daily", Interval: 1}, Range: Range{Type: "numbered", NumberOfOccurrences: 2}}})
			got := w.as(w.ana).must(200, "GET", "/me/events/"+e.ID+"/instances?startDateTime=2026-01-01&endDateTime=2027-01-01", nil)
			var seen []string
			for i := range 2 {
				at := func(end string) string { s, _ := got.at("value", i, end, "dateTime").(string); return s }
				seen = append(seen, fmt.Sprintf("%s %s-%s", at("start")[8:10], at("start")[11:16], at("end")[11:16]))
			}
			if got := strings.Join(seen, ", "); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			// What the verbs show is what Graph says.
			for i, o := range w.Events(w.ana.ID, time.Time{}, time.Time{}) {
				if start := instant(o.Start).UTC().Format(localForm); start != got.at("value", i, "start", "dateTime") {
					t.Errorf("the verb's start is %s, Graph's %v", start, got.at("value", i, "start", "dateTime"))
				}
			}
		})
	}
}

func TestZonesWithRules(t *testing.T) {
	t.Parallel()
	w := setup(t)
	own := ZoneWithRules(CustomTimeZone, "STD-3:17")
	other := ZoneWithRules("Central Europe Standard Time", "STD-1DST,M3.2.0,M11.1.0")
	daily := &Recurrence{Pattern: Pattern{Type: "daily", Interval: 1}, Range: Range{Type: "numbered", NumberOfOccurrences: 30}}
	for _, c := range []struct{ zone, shown, utc, prague string }{
		{own, CustomTimeZone, "2026-03-10T05:43:00", "2026-03-10T06:43:00"},
		{other, "Central Europe Standard Time", "2026-03-10T07:00:00", "2026-03-10T09:00:00"}, // summer there since 8 March
	} {
		e := w.create(w.ana, Event{Start: DateTimeTimeZone{"2026-03-02T09:00:00", c.zone}, End: DateTimeTimeZone{"2026-03-02T10:00:00", c.zone}, Recurrence: daily})
		master := w.as(w.ana).must(200, "GET", "/me/events/"+e.ID, nil)
		if master.at("originalStartTimeZone") != c.shown || master.at("recurrence", "range", "recurrenceTimeZone") != c.shown {
			t.Errorf("master %s", master.raw)
		}
		for zone, want := range map[string]string{"UTC": c.utc, "Europe/Prague": c.prague} {
			got := w.as(w.ana).with("Prefer", `outlook.timezone="`+zone+`"`).must(200, "GET", "/me/events/"+e.ID+"/instances?startDateTime=2026-03-10&endDateTime=2026-03-11", nil)
			if start, _ := got.at("value", 0, "start", "dateTime").(string); !strings.HasPrefix(start, want) {
				t.Errorf("in %s: %s, want %s", zone, start, want)
			}
		}
		// What was read may be written again, a verb's name may not.
		rule := master.at("recurrence")
		w.as(w.ana).must(200, "PATCH", "/me/events/"+e.ID, map[string]any{"recurrence": rule})
		w.refused(w.as(w.ana).do("PATCH", "/me/events/"+e.ID, map[string]any{"start": DateTimeTimeZone{"2026-03-02T09:00:00", own + "1"}}), 400, "TimeZoneNotSupportedException")
	}
	w.refused(w.as(w.ana).do("POST", "/me/events", map[string]any{
		"start": DateTimeTimeZone{"2026-03-02T09:00:00", CustomTimeZone}, "end": DateTimeTimeZone{"2026-03-02T10:00:00", CustomTimeZone},
	}), 400, "TimeZoneNotSupportedException")
}
