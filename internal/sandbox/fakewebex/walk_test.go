package fakewebex

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// zones have daylight saving of all kinds: of an hour, of half an hour, at
// midnight, at different times of the year, and none.
var zones = []string{"Europe/Prague", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Kolkata", "UTC"}

// drawSeries makes a rule and a start that fits it.
func drawSeries(r *rand.Rand) (rule, time.Time) {
	zone, err := time.LoadLocation(zones[r.IntN(len(zones))])
	if err != nil {
		panic(err)
	}
	start := time.Date(2026, time.Month(1+r.IntN(12)), 1+r.IntN(31), []int{0, 1, 2, 3, 9, 23}[r.IntN(6)], []int{0, 15, 30}[r.IntN(3)], 0, 0, zone)
	made := rule{freq: []string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}[r.IntN(4)], interval: 1 + r.IntN(4)}
	own := weekday{0, dayNames[start.Weekday()]}
	switch made.freq {
	case "WEEKLY":
		made.days = []weekday{own}
		for _, name := range dayNames {
			if name != own.name && r.IntN(3) == 0 {
				made.days = append(made.days, weekday{0, name})
			}
		}
	case "MONTHLY", "YEARLY":
		if made.monthDay = start.Day(); r.IntN(2) == 0 {
			made.monthDay, made.days = 0, []weekday{{(start.Day() + 6) / 7, own.name}}
			if start.AddDate(0, 0, 7).Month() != start.Month() && r.IntN(2) == 0 {
				made.days[0].ordinal = -1
			}
		}
		if made.freq == "YEARLY" {
			made.month = start.Month()
		}
	}
	switch r.IntN(3) {
	case 0:
		made.count = 1 + r.IntN(80)
	case 1:
		made.until = start.AddDate(0, 0, r.IntN(900)).UTC()
	}
	return made, start
}

// stepped returns the dates of a rule in another way: by going from period to
// period and taking the days of each that are meant.
func stepped(r rule, start time.Time, monday bool, limit time.Time) (dates []string) {
	day := time.Date(start.Year(), start.Month(), start.Day(), 12, 0, 0, 0, time.UTC)
	clock := start.Format("15:04")
	end := start.AddDate(5, 0, 0) // of the request, which is at the start here
	add := func(d time.Time) bool {
		local := d.Format("2006-01-02 ") + clock
		if d.Before(day) {
			return true
		}
		instant, _ := time.ParseInLocation("2006-01-02 15:04", local, start.Location())
		if r.ends() && (r.count > 0 && len(dates) >= r.count || len(dates) >= map[string]int{"DAILY": 1826, "WEEKLY": 261, "MONTHLY": 60, "YEARLY": 5}[r.freq]) ||
			r.ends() && !instant.Before(end) || !r.until.IsZero() && instant.After(r.until) || !d.Before(limit) {
			return false
		}
		dates = append(dates, d.Format("2006-01-02"))
		return true
	}
	weekBegins := day
	for weekBegins.Weekday() != time.Sunday && !monday || weekBegins.Weekday() != time.Monday && monday {
		weekBegins = weekBegins.AddDate(0, 0, -1)
	}
	ordinals := func(first time.Time) (time.Time, bool) {
		if len(r.days) == 0 {
			d := first.AddDate(0, 0, r.monthDay-1)
			return d, d.Month() == first.Month()
		}
		var all []time.Time
		for d := first; d.Month() == first.Month(); d = d.AddDate(0, 0, 1) {
			if strings.ToUpper(d.Weekday().String()[:2]) == r.days[0].name {
				all = append(all, d)
			}
		}
		if n := r.days[0].ordinal; n < 0 {
			return all[len(all)+n], true
		} else if n <= len(all) {
			return all[n-1], true
		}
		return first, false
	}
	for n := 0; ; n += r.interval {
		switch r.freq {
		case "DAILY":
			if !add(day.AddDate(0, 0, n)) {
				return dates
			}
		case "WEEKLY":
			for k := range 7 {
				d := weekBegins.AddDate(0, 0, 7*n+k)
				if slices.ContainsFunc(r.days, func(w weekday) bool { return strings.HasPrefix(strings.ToUpper(d.Weekday().String()), w.name) }) && !add(d) {
					return dates
				}
			}
		default:
			first := time.Date(day.Year(), day.Month()+time.Month(n), 1, 12, 0, 0, 0, time.UTC)
			if r.freq == "YEARLY" {
				first = time.Date(day.Year()+n, r.month, 1, 12, 0, 0, 0, time.UTC)
			}
			if d, ok := ordinals(first); ok && !add(d) || first.After(limit) {
				return dates
			}
		}
	}
}

// TestExpansion compares the walk over days with steps over periods, and where
// the clocks stand with what they are to show.
func TestExpansion(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(6, 1))
	for range 800 {
		r, start := drawSeries(random)
		s := &Server{MondayWeeks: random.IntN(2) == 0, EarlyGaps: random.IntN(2) == 0, LateOverlaps: random.IntN(2) == 0}
		v := Meeting{ID: "a", Start: start, End: start.Add(time.Hour), TimeZone: start.Location().String()}
		if err := s.repeat(&v, r, start); err != nil {
			t.Fatalf("%s from %s: %v", r, start, err)
		}
		limit := start.AddDate(0, 0, 1200)
		var got []string
		last := time.Time{}
		for at := range v.series.originals(limit) {
			local := at.In(start.Location())
			day, shown := local.Format("2006-01-02"), local.Format("15:04")
			if want := start.Format("15:04"); shown != want {
				day = checkGap(t, s, start, at, local, day)
			} else if other := overlapping(at, start.Location()); !other.IsZero() && at.Equal(v.Start) == false && at.After(other) != s.LateOverlaps {
				t.Errorf("%s from %s: %s has two readings, got that", r, start, local)
			}
			got = append(got, day)
			if !at.After(last) {
				t.Errorf("%s from %s: %s after %s", r, start, at, last)
			}
			last = at
		}
		want := stepped(r, start, s.MondayWeeks, time.Date(limit.Year(), limit.Month(), limit.Day(), 0, 0, 0, 0, time.UTC))
		if n := min(len(got), len(want)); len(got) > len(want)+1 || len(got) < len(want)-1 || !slices.Equal(got[:n], want[:n]) {
			t.Fatalf("%s from %s, weeks from Monday %t:\n got %v\nwant %v", r, start, s.MondayWeeks, got, want)
		}
	}
}

// checkGap is about an hour that the clocks skip: it is off by what they skip.
func checkGap(t *testing.T, s *Server, start, at, local time.Time, day string) string {
	t.Helper()
	var hour, minute int
	fmt.Sscanf(start.Format("15:04"), "%d:%d", &hour, &minute)
	for back := range 2 {
		d := local.AddDate(0, 0, 1-back) // an early reading of 00:30 is the day before
		digits := time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, time.UTC)
		shown := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, time.UTC)
		off := shown.Sub(digits)
		if off.Abs() > time.Hour {
			continue
		}
		_, before := at.Add(-3 * time.Hour).In(start.Location()).Zone()
		_, after := at.Add(3 * time.Hour).In(start.Location()).Zone()
		if skipped := time.Duration(after-before) * time.Second; off != skipped && !s.EarlyGaps || off != -skipped && s.EarlyGaps {
			t.Errorf("hour %s became %s, the clocks skip %s", start.Format("15:04"), local, skipped)
		}
		return d.Format("2006-01-02")
	}
	t.Errorf("hour %s became %s", start.Format("15:04"), local)
	return day
}

// overlapping is the other instant at which the clocks show the same, if there is one.
func overlapping(at time.Time, zone *time.Location) time.Time {
	for _, off := range []time.Duration{-time.Hour, -30 * time.Minute, 30 * time.Minute, time.Hour} {
		if other := at.Add(off); other.In(zone).Format("2006-01-02 15:04") == at.In(zone).Format("2006-01-02 15:04") {
			return other
		}
	}
	return time.Time{}
}
