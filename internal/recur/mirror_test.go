package recur_test

import (
	"flag"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/recur"
)

var patterns = flag.Int("patterns", 20_000, "how many generated patterns are mirrored")

var types = []meeting.PatternType{meeting.Daily, meeting.Weekly, meeting.AbsoluteMonthly, meeting.RelativeMonthly, meeting.AbsoluteYearly, meeting.RelativeYearly}

// draw makes a series of any shape.
func draw(r *rand.Rand) meeting.Recurrence {
	start := meeting.NewDate(2024+r.IntN(6), time.Month(1+r.IntN(12)), 1+r.IntN(31))
	c := meeting.Recurrence{
		Type: types[r.IntN(len(types))], Interval: 1 + r.IntN(4), Days: meeting.Weekdays(1 + r.IntN(127)),
		DayOfMonth: 1 + r.IntN(31), Month: time.Month(1 + r.IntN(12)),
		Index:     []meeting.Index{meeting.First, meeting.Second, meeting.Third, meeting.Fourth, meeting.Last}[r.IntN(5)],
		WeekStart: time.Weekday(r.IntN(7)), Start: start,
	}
	if r.IntN(5) == 0 {
		c.Interval = 1 + r.IntN(99)
	}
	switch r.IntN(4) {
	case 0:
		c.End = start + meeting.Date(r.IntN(800))
	case 1:
		c.Count = 1 + r.IntN(40)
	case 2:
		if r.IntN(4) == 0 {
			c.Count = 1 + r.IntN(999)
		}
	}
	return c
}

// TestMirror checks for generated series that Webex has the dates which the
// calendar has: what a rule makes, less what is deleted, with what is moved,
// and the one date that stands alone.
func TestMirror(t *testing.T) {
	t.Parallel()
	const parts = 8
	for part := range parts {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(7, uint64(part)))
			for range *patterns / parts {
				mirror(t, draw(random), random)
				if t.Failed() {
					return
				}
			}
		})
	}
}

func mirror(t *testing.T, r meeting.Recurrence, random *rand.Rand) {
	t.Helper()
	fromFirst := random.IntN(4) == 0
	anchor := recur.FromStart
	if fromFirst {
		anchor = recur.FromFirst
	}
	from := r.Start + meeting.Date(random.IntN(60)-30)
	if random.IntN(4) == 0 {
		from += meeting.Date(random.IntN(1200))
	}
	horizon := from + 396 // thirteen months
	want := after(walkCalendar(r, fromFirst, horizon.Midnight()), from)
	m, err := recur.New(r, anchor, from, horizon)
	if errs.Is(err, errs.Gone) {
		if len(want) > 0 {
			t.Errorf("%s, from %s: no date, want %v", describe(r), from, want)
		}
		return
	}
	if err != nil {
		t.Errorf("%s, from %s: %v", describe(r), from, err)
		return
	}
	if m.Start < from || m.Alone != 0 && m.Alone < from {
		t.Errorf("%s, from %s: starts %s, alone %s", describe(r), from, m.Start, m.Alone)
	}
	for _, week := range []time.Weekday{time.Sunday, time.Monday} {
		got := webexSide(t, r, m, week, horizon)
		if got := after(got, from); !slices.Equal(got, want) {
			t.Errorf("%s, fromFirst %t, from %s, Webex weeks from %s: %s from %s, %v, alone %s\n got %v\nwant %v",
				describe(r), fromFirst, from, week, m.Rule, m.Start, m.Treatment, m.Alone, got, want)
		}
	}
	// An end that is sent is the true one: the whole series, not only up to the horizon.
	if m.Rule != "" && m.Last != 0 && !m.Unended {
		made := walkWebex(t, m.Rule, m.Start.Midnight(), time.Sunday, m.Last.Midnight().AddDate(1, 0, 0))
		whole := after(walkCalendar(r, fromFirst, m.Last.Midnight()), m.Start)
		last, _ := time.Parse("2006-01-02", made[len(made)-1])
		if end := m.Last.Midnight(); last.After(end) || m.Treatment == recur.Native && len(made) != len(whole) {
			t.Errorf("%s, from %s: %s makes %d dates up to %s, want %d up to %s", describe(r), from, m.Rule, len(made), last, len(whole), end)
		}
	}
}

// webexSide is what people see at Webex once the mirror is carried out. It holds
// Webex to its rule that an occurrence stays within its interval.
func webexSide(t *testing.T, r meeting.Recurrence, m recur.Mirror, week time.Weekday, horizon meeting.Date) (dates []string) {
	t.Helper()
	if m.Alone != 0 {
		dates = append(dates, m.Alone.String())
	}
	if m.Rule == "" {
		dates = append(dates, m.Start.String())
		return upTo(dates, horizon)
	}
	last := horizon
	for _, o := range m.Occurrences {
		last = max(last, o.Base, o.True)
	}
	made := walkWebex(t, m.Rule, m.Start.Midnight(), week, last.Midnight().AddDate(1, 0, 0))
	for i, o := range m.Occurrences {
		if i >= len(made) || made[i] != o.Base.String() {
			t.Fatalf("%s: %s from %s makes %v, want %s at %d", describe(r), m.Rule, m.Start, made, o.Base, i)
		}
		if o.Gone {
			continue
		}
		if i > 0 && o.True < o.Base || i+1 < len(made) && o.True.String() >= made[i+1] {
			t.Fatalf("%s: Webex refuses to move %s to %s", describe(r), o.Base, o.True)
		}
		dates = append(dates, o.True.String())
	}
	// What the rule makes up to the horizon is all accounted for.
	if n := len(m.Occurrences); n < len(made) && made[n] <= horizon.String() {
		t.Fatalf("%s: nothing is said of %s", describe(r), made[n])
	}
	slices.Sort(dates)
	return upTo(dates, horizon)
}

func after(dates []string, from meeting.Date) (list []string) {
	for _, d := range dates {
		if d >= from.String() {
			list = append(list, d)
		}
	}
	return list
}

func upTo(dates []string, horizon meeting.Date) (list []string) {
	for _, d := range dates {
		if d <= horizon.String() {
			list = append(list, d)
		}
	}
	return list
}
