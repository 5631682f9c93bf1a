package plan_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// TestStrays: of what Webex lists, what counts as somebody's change.
func TestStrays(t *testing.T) {
	t.Parallel()
	first := meeting.NewDate(2026, time.March, 2)
	at := func(d meeting.Date) time.Time { return d.At(10*time.Hour, time.UTC, meeting.FirstReading) }
	r := meeting.Recurrence{Type: meeting.Daily, Interval: 1, Start: first, Count: 4, Zone: "UTC"}
	in := plan.SeriesInput{
		Now: at(first - 3), Series: meeting.Series{Known: true, Master: meeting.Event{ID: "master", Recurrence: &r}},
		Shape: meeting.Shape{Title: "Plans", Start: at(first), End: at(first).Add(time.Hour), Zone: "UTC"},
	}
	held := plan.Series(in).Rhythm
	made := func() (list []meeting.WebexOccurrence) {
		for d := first; d < first+4; d++ {
			list = append(list, meeting.WebexOccurrence{Original: at(d), Start: at(d), End: at(d).Add(time.Hour), Title: "Plans"})
		}
		return list
	}
	held, doubtful, _ := plan.Verify(withHeld(in, held), made())
	if doubtful {
		t.Fatal("what the rule makes is doubted")
	}
	own := *held.With(first+1, meeting.Slot{Start: at(first + 1), End: at(first + 1).Add(time.Hour), Title: "Plans, for once"})
	for name, c := range map[string]struct {
		held   meeting.Rhythm
		title  string
		change func(list []meeting.WebexOccurrence) []meeting.WebexOccurrence
		want   map[meeting.Date]meeting.Slot
		remade bool
	}{
		"nothing": {held, "Plans", func(l []meeting.WebexOccurrence) []meeting.WebexOccurrence { return l }, nil, false},
		"one moved": {held, "Plans", func(l []meeting.WebexOccurrence) []meeting.WebexOccurrence {
			l[2].Start, l[2].End = l[2].Start.Add(time.Hour), l[2].End.Add(time.Hour)
			return l
		}, map[meeting.Date]meeting.Slot{first + 2: {Start: at(first + 2).Add(time.Hour), End: at(first + 2).Add(2 * time.Hour), Title: "Plans"}}, false},
		"one renamed": {held, "Plans", func(l []meeting.WebexOccurrence) []meeting.WebexOccurrence {
			l[0].Title = "Kick-off"
			return l
		}, map[meeting.Date]meeting.Slot{first: {Start: at(first), End: at(first).Add(time.Hour), Title: "Kick-off"}}, false},
		"one deleted": {held, "Plans", func(l []meeting.WebexOccurrence) []meeting.WebexOccurrence { return l[:3] },
			map[meeting.Date]meeting.Slot{first + 3: {Gone: true}}, false},
		"the series renamed": {held, "Roadmap", func(l []meeting.WebexOccurrence) []meeting.WebexOccurrence {
			for i := range l {
				l[i].Title = "Roadmap"
			}
			return l
		}, nil, false},
		"the series renamed, over a date's own title": {own, "Roadmap", func(l []meeting.WebexOccurrence) []meeting.WebexOccurrence {
			for i := range l {
				l[i].Title = "Roadmap"
			}
			return l
		}, map[meeting.Date]meeting.Slot{first + 1: {Start: at(first + 1), End: at(first + 1).Add(time.Hour), Title: "Roadmap"}}, false},
		"the series moved": {held, "Plans", func(l []meeting.WebexOccurrence) []meeting.WebexOccurrence {
			for i := range l {
				l[i].Original, l[i].Start, l[i].End = l[i].Original.Add(time.Hour), l[i].Start.Add(time.Hour), l[i].End.Add(time.Hour)
			}
			return l
		}, nil, true},
		"the series moved to the evening before": {held, "Plans", func(l []meeting.WebexOccurrence) []meeting.WebexOccurrence {
			for i := range l {
				l[i].Original, l[i].Start, l[i].End = l[i].Original.Add(-11*time.Hour), l[i].Start.Add(-11*time.Hour), l[i].End.Add(-11*time.Hour)
			}
			return l
		}, nil, true},
		"all of them not listed": {held, "Plans", func([]meeting.WebexOccurrence) []meeting.WebexOccurrence { return nil }, nil, true},
		"one that we are changing": {*held.With(first+2, meeting.Slot{}), "Plans", func(l []meeting.WebexOccurrence) []meeting.WebexOccurrence {
			l[2].Start = l[2].Start.Add(time.Hour)
			return l
		}, nil, false},
		"one that was deleted, and one that we deleted": {*held.With(first+3, meeting.Slot{Gone: true}), "Plans",
			func(l []meeting.WebexOccurrence) []meeting.WebexOccurrence { return l[1:3] }, map[meeting.Date]meeting.Slot{first: {Gone: true}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.want == nil && !c.remade {
				c.want = map[meeting.Date]meeting.Slot{}
			}
			got, remade := plan.Strays(withHeld(in, c.held), c.title, c.change(made()))
			if diff := cmp.Diff(c.want, got); diff != "" || remade != c.remade {
				t.Errorf("strays (-want +got), remade %t:\n%s", remade, diff)
			}
		})
	}
}

func withHeld(in plan.SeriesInput, held meeting.Rhythm) plan.SeriesInput {
	in.Held = &held
	return in
}

// TestMovedToAnotherDay: a series whose new hour is of the day before has no date
// where it had one. That is no deletion of all its dates.
func TestMovedToAnotherDay(t *testing.T) {
	t.Parallel()
	first := meeting.NewDate(2026, time.March, 2)
	at := func(d meeting.Date) time.Time { return d.At(2*time.Hour, time.UTC, meeting.FirstReading) }
	for count := 2; count <= 5; count++ { // one is a meeting that does not repeat
		r := meeting.Recurrence{Type: meeting.Daily, Interval: 3, Start: first, Count: count + 1, Zone: "UTC"}
		in := plan.SeriesInput{
			Now: at(first).Add(2 * time.Hour), Series: meeting.Series{Known: true, Master: meeting.Event{ID: "master", Recurrence: &r}},
			Shape: meeting.Shape{Title: "Plans", Start: at(first), End: at(first).Add(time.Hour), Zone: "UTC"},
		}
		made := func(shift time.Duration) (list []meeting.WebexOccurrence) {
			for n := range meeting.Date(count) {
				start := at(first + 3 + 3*n).Add(shift)
				list = append(list, meeting.WebexOccurrence{Original: start, Start: start, End: start.Add(time.Hour), Title: "Plans"})
			}
			return list
		}
		held, doubtful, _ := plan.Verify(withHeld(in, plan.Series(in).Rhythm), made(0))
		if doubtful {
			t.Fatal("what the rule makes is doubted")
		}
		if strays, remade := plan.Strays(withHeld(in, held), "Plans", made(-3*time.Hour)); !remade || strays != nil {
			t.Errorf("with %d dates to come: remade %t, strays %v", count, remade, strays)
		}
		if strays, remade := plan.Strays(withHeld(in, held), "Plans", made(0)); remade || len(strays) != 0 {
			t.Errorf("with %d dates as they were: remade %t, strays %v", count, remade, strays)
		}
	}
}

// TestDroppedAndBack: a date that was deleted in Webex has no meeting as long as it
// does not show the series' join details again.
func TestDroppedAndBack(t *testing.T) {
	t.Parallel()
	first := meeting.NewDate(2026, time.March, 2)
	at := func(d meeting.Date) time.Time { return d.At(10*time.Hour, time.UTC, meeting.FirstReading) }
	r := meeting.Recurrence{Type: meeting.Daily, Interval: 1, Start: first, Count: 4, Zone: "UTC"}
	e := meeting.Event{ID: "date", Type: meeting.Exception, Series: "master", OriginalStart: at(first + 1), Start: at(first + 1), End: at(first + 1).Add(time.Hour),
		Subject: "Plans", IsOrganizer: true, Zone: "UTC"}
	master := meeting.Event{ID: "master", Type: meeting.SeriesMaster, Recurrence: &r, Subject: "Plans", Start: at(first), End: at(first).Add(time.Hour), IsOrganizer: true, Zone: "UTC"}
	in := plan.Input{
		Now: at(first - 3), Event: &master, Host: meeting.Grant{ID: "g", State: meeting.GrantLive},
		Dates: &plan.Dates{Series: meeting.Series{Known: true, Master: master, Exceptions: []meeting.Event{e}}},
	}
	plain, ok := in.Series()
	if !ok {
		t.Fatal("no series")
	}
	held := *plan.Series(plain).Rhythm.Dropping("date").Dropping("another")
	in.Link = &meeting.Link{State: meeting.LinkLinked, Key: "key", Grant: "g", Rhythm: &held}
	dropped := func(lacking ...meeting.EventID) []meeting.EventID {
		in.Dates.Lacking = lacking
		s, _ := in.Series()
		return plan.Series(s).Rhythm.Dropped
	}
	if diff := cmp.Diff([]meeting.EventID{"date", "another"}, dropped("date")); diff != "" {
		t.Errorf("without join details (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]meeting.EventID{"another"}, dropped()); diff != "" {
		t.Errorf("with them (-want +got):\n%s", diff)
	}
	if len(held.Dropped) != 2 {
		t.Error("what is stored was changed in place")
	}
}
