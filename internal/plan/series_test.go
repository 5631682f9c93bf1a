package plan_test

import (
	"cmp"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
	"webex-scheduler/internal/recur"
)

// seriesWorld carries series plans out as simply as can be said: what Outlook
// has, and what Webex makes of it, held to its rules.
type seriesWorld struct {
	now       time.Time
	zone      *time.Location
	r         meeting.Recurrence
	clock     time.Duration
	length    time.Duration
	title     string
	moved     map[meeting.Date]meeting.Shape // exceptions by true date
	cancelled map[meeting.Date]bool

	asks  bool // instances are listed
	held  *meeting.Rhythm
	bases []meeting.Date // that Webex made, in order, further than anybody looks
	webex map[meeting.Date]meeting.Slot
	alone []meeting.Date
}

func (w *seriesWorld) start(d meeting.Date) time.Time {
	return d.At(w.clock, w.zone, meeting.FirstReading).UTC()
}

func (w *seriesWorld) plain(d meeting.Date) meeting.Shape {
	return meeting.Shape{Title: w.title, Start: w.start(d), End: w.start(d).Add(w.length), Zone: w.zone.String()}
}

func (w *seriesWorld) input() plan.SeriesInput {
	r := w.r
	in := plan.SeriesInput{
		Now: w.now, Held: w.held, Exceptions: map[meeting.EventID]meeting.Shape{},
		Series: meeting.Series{Known: true, Cancelled: slices.Sorted(maps.Keys(w.cancelled))},
	}
	for d := range recur.Dates(w.r, recur.FromStart) {
		in.Shape = w.plain(d)
		break
	}
	in.Series.Master = meeting.Event{ID: "master", Recurrence: &r}
	for d, shape := range w.moved {
		e := meeting.Event{ID: meeting.EventID(d.String()), OriginalStart: w.start(d), Start: shape.Start, End: shape.End}
		in.Series.Exceptions = append(in.Series.Exceptions, e)
		in.Exceptions[e.ID] = shape
	}
	if !w.asks {
		return in
	}
	in.Series.Known, in.Series.Cancelled = false, nil
	in.Instances = []meeting.Instance{}
	for d := range recur.Dates(w.r, recur.FromStart) {
		if w.start(d).After(w.now.AddDate(0, 14, 0)) {
			break
		}
		i := meeting.Instance{ID: meeting.EventID(d.String()), Type: meeting.Occurrence, OriginalStart: w.start(d), Start: w.start(d), End: w.start(d).Add(w.length)}
		if shape, is := w.moved[d]; is {
			i.Type, i.Start, i.End = meeting.Exception, shape.Start, shape.End
		}
		if !w.cancelled[d] {
			in.Instances = append(in.Instances, i)
		}
	}
	return in
}

// made is when Webex has the occurrence of that base date begin: it goes by the
// start that it was sent.
func (w *seriesWorld) made(d meeting.Date) time.Time {
	return d.At(w.held.Clock, w.zone, meeting.FirstReading).UTC()
}

// carryOut does what the plan says, and is Webex: it refuses what Webex refuses.
func (w *seriesWorld) carryOut(t *rapid.T, p plan.SeriesPlan) {
	if p.Remake {
		if !p.Start.After(w.now) {
			t.Fatalf("start %s sent at %s: Webex refuses what is past", p.Start, w.now)
		}
		w.webex, w.bases = map[meeting.Date]meeting.Slot{}, nil
		if p.Rhythm.Rule != "" {
			made, err := recur.Between(w.r, recur.FromStart, p.Rhythm.Start, p.Rhythm.Start, p.Rhythm.Start+4000, p.Rhythm.Unended)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range made {
				w.bases = append(w.bases, o.Base)
			}
		} else {
			w.bases = []meeting.Date{p.Rhythm.Start}
		}
	}
	held := p.Rhythm
	held.Slots = maps.Clone(held.Slots)
	if held.Slots == nil {
		held.Slots = map[meeting.Date]meeting.Slot{}
	}
	for _, step := range p.Steps {
		i, there := slices.BinarySearch(w.bases, step.Base)
		if !there {
			t.Fatalf("step for %s, which Webex does not make", step.Base)
		}
		if !step.ID.Equal(step.Base.At(held.Clock, w.zone, meeting.FirstReading)) {
			t.Fatalf("occurrence of %s is asked for by %s", step.Base, step.ID)
		}
		switch {
		case step.Slot.Gone && step.Was.Gone:
		case w.webex[step.Base].Gone:
			t.Fatalf("step for %s, which is deleted", step.Base)
		case !step.Slot.Gone:
			d := meeting.DateOf(step.Slot.Start.In(w.zone))
			if held.Rule != "" && (i > 0 && d < step.Base || i+1 < len(w.bases) && d >= w.bases[i+1]) {
				t.Fatalf("%s may not move to %s", step.Base, d)
			}
			if step.Slot.Start.Before(w.now) && !step.Slot.Start.Equal(step.Was.Start) {
				t.Fatalf("%s moved to %s, which is past", step.Base, step.Slot.Start)
			}
		}
		w.webex[step.Base], held.Slots[step.Base] = step.Slot, step.Slot
	}
	w.held, w.alone = &held, p.Alone
}

// check compares both sides, date by date, from tomorrow to a year from now.
func (w *seriesWorld) check(t *rapid.T) {
	from, to := meeting.DateOf(w.now.In(w.zone))+2, meeting.DateOf(w.now.In(w.zone))+365
	type when struct{ start, end, title string }
	show := func(start, end time.Time, title string) when {
		return when{start.Format(time.RFC3339), end.Format(time.RFC3339), title}
	}
	within := func(at time.Time) bool {
		d := meeting.DateOf(at.In(w.zone))
		return d >= from && d <= to
	}
	var want, got []when
	for d := range recur.Dates(w.r, recur.FromStart) {
		if d > to+62 {
			break
		}
		if w.cancelled[d] {
			continue
		}
		shape, is := w.moved[d]
		if !is {
			shape = w.plain(d)
		}
		if within(shape.Start) {
			want = append(want, show(shape.Start, shape.End, shape.Title))
		}
		if slices.Contains(w.alone, d) && within(shape.Start) {
			got = append(got, show(shape.Start, shape.End, shape.Title)) // planned for as a single event
		}
	}
	for _, base := range w.bases {
		slot, changed := w.webex[base]
		if !changed {
			slot = meeting.Slot{Start: w.made(base), End: w.made(base).Add(w.length), Title: w.title}
		}
		if !slot.Gone && within(slot.Start) {
			got = append(got, show(slot.Start, slot.End, slot.Title))
		}
	}
	order := func(a, b when) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end), cmp.Compare(a.title, b.title))
	}
	slices.SortFunc(want, order)
	slices.SortFunc(got, order)
	if !slices.Equal(got, want) {
		t.Fatalf("at %s, made as %+v, alone %v\n got %v\nwant %v", w.now, w.held, w.alone, got, want)
	}
}

func drawRecurrence(t *rapid.T, start meeting.Date) meeting.Recurrence {
	r := meeting.Recurrence{
		Type:       rapid.SampledFrom([]meeting.PatternType{meeting.Daily, meeting.Weekly, meeting.AbsoluteMonthly, meeting.RelativeMonthly, meeting.AbsoluteYearly, meeting.RelativeYearly}).Draw(t, "type"),
		Interval:   rapid.IntRange(1, 3).Draw(t, "interval"),
		Days:       meeting.Weekdays(rapid.IntRange(1, 127).Draw(t, "days")),
		DayOfMonth: rapid.IntRange(1, 31).Draw(t, "day"),
		Month:      time.Month(rapid.IntRange(1, 12).Draw(t, "month")),
		Index:      rapid.SampledFrom([]meeting.Index{1, 2, 3, 4, -1}).Draw(t, "index"),
		WeekStart:  time.Weekday(rapid.IntRange(0, 6).Draw(t, "week start")),
		Start:      start,
	}
	switch rapid.IntRange(0, 2).Draw(t, "range") {
	case 1:
		r.End = start + meeting.Date(rapid.IntRange(0, 900).Draw(t, "end"))
	case 2:
		r.Count = rapid.IntRange(1, 300).Draw(t, "count")
	}
	return r
}

// TestSeriesSettles: whatever people do to a series, once its plan is carried
// out both sides have the same dates, and the next plan is empty.
func TestSeriesSettles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom([]string{"Europe/Prague", "America/New_York", "Pacific/Auckland", "UTC"}).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		w := &seriesWorld{
			now: time.Date(2026, 3, 2, 11, 7, 0, 0, time.UTC), zone: zone, title: "Plans", moved: map[meeting.Date]meeting.Shape{}, cancelled: map[meeting.Date]bool{},
			clock: time.Duration(rapid.IntRange(0, 95).Draw(t, "quarter")) * 15 * time.Minute, length: time.Hour,
		}
		w.r = drawRecurrence(t, meeting.DateOf(w.now)+meeting.Date(rapid.IntRange(-40, 40).Draw(t, "start")))
		someDate := func(t *rapid.T) (meeting.Date, bool) {
			var dates []meeting.Date
			for d := range recur.Dates(w.r, recur.FromStart) {
				if d > meeting.DateOf(w.now)+400 || len(dates) == 12 {
					break
				}
				if w.start(d).After(w.now) && !w.cancelled[d] {
					dates = append(dates, d)
				}
			}
			if len(dates) == 0 {
				return 0, false
			}
			return rapid.SampledFrom(dates).Draw(t, "date"), true
		}
		t.Repeat(map[string]func(*rapid.T){
			"rename": func(t *rapid.T) {
				w.title = rapid.SampledFrom([]string{"Plans", "Other plans", "Budget"}).Draw(t, "title")
			},
			"another hour": func(t *rapid.T) {
				w.clock = time.Duration(rapid.IntRange(0, 95).Draw(t, "quarter")) * 15 * time.Minute
				w.moved, w.cancelled = map[meeting.Date]meeting.Shape{}, map[meeting.Date]bool{}
			},
			"another rule": func(t *rapid.T) {
				w.r = drawRecurrence(t, meeting.DateOf(w.now)+meeting.Date(rapid.IntRange(-10, 40).Draw(t, "start")))
				w.moved, w.cancelled = map[meeting.Date]meeting.Shape{}, map[meeting.Date]bool{}
			},
			"change a date": func(t *rapid.T) {
				d, ok := someDate(t)
				if !ok {
					t.Skip("no date")
				}
				shape := w.plain(d)
				by := time.Duration(rapid.IntRange(-30*24, 30*24).Draw(t, "hours")) * time.Hour
				if shape.Start.Add(by).Before(w.now) {
					by = 0
				}
				shape.Start = shape.Start.Add(by)
				shape.End = shape.Start.Add(time.Duration(rapid.IntRange(1, 4).Draw(t, "length")) * 30 * time.Minute)
				shape.Title = rapid.SampledFrom([]string{w.title, "Special"}).Draw(t, "title")
				w.moved[d] = shape
			},
			"put a date back": func(t *rapid.T) {
				for _, d := range slices.Sorted(maps.Keys(w.moved)) {
					if w.start(d).After(w.now) {
						w.moved[d] = w.plain(d)
						return
					}
				}
				t.Skip("none")
			},
			"cancel a date": func(t *rapid.T) {
				if d, ok := someDate(t); ok {
					w.cancelled[d] = true
					delete(w.moved, d)
				}
			},
			"restore a date": func(t *rapid.T) {
				for _, d := range slices.Sorted(maps.Keys(w.cancelled)) {
					if w.start(d).After(w.now) {
						delete(w.cancelled, d)
						return
					}
				}
				t.Skip("none")
			},
			"time passes": func(t *rapid.T) {
				w.now = w.now.Add(time.Duration(rapid.IntRange(1, 24*50).Draw(t, "hours")) * time.Hour)
			},
			"": func(t *rapid.T) {
				w.asks = rapid.Bool().Draw(t, "instances are listed")
				in := w.input()
				if local := in.Shape.Start.In(zone); local.Hour()*60+local.Minute() != int(w.clock.Minutes()) {
					// The first date's hour is skipped: only instances tell the others'.
					w.asks = true
					in = w.input()
				}
				p := plan.Series(in)
				if p.Ask && p.Start.IsZero() {
					w.asks = true // nothing can be said without it
					p = plan.Series(w.input())
				}
				if p.Problem != "" {
					t.Fatalf("problem: %s", p.Problem)
				}
				if p.Over {
					return
				}
				if p.Empty { // its meeting goes
					w.held, w.bases, w.alone = nil, nil, p.Alone
					w.check(t)
					return
				}
				w.carryOut(t, p)
				again := plan.Series(w.input())
				if again.Remake || len(again.Steps) > 0 {
					t.Fatalf("does not settle: remake %t, steps %+v, after %+v", again.Remake, again.Steps, p.Steps)
				}
				w.check(t)
			},
		})
	})
}

// TestWholeDaysListed: midnight east of Greenwich is the day before in UTC, and
// Webex lists instants.
func TestWholeDaysListed(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	first := meeting.NewDate(2026, time.March, 2)
	midnight := func(d meeting.Date) time.Time { return d.At(0, zone, meeting.FirstReading) }
	r := meeting.Recurrence{Type: meeting.Daily, Interval: 2, Start: first, Count: 10, Zone: zone.String()}
	in := plan.SeriesInput{
		Now: midnight(first - 3), Series: meeting.Series{Known: true, Master: meeting.Event{ID: "master", AllDay: true, Recurrence: &r}},
		Shape: meeting.Shape{Title: "Fair", Start: midnight(first), End: midnight(first + 1).Add(-time.Minute), Zone: zone.String()},
	}
	p := plan.Series(in)
	in.Held = &p.Rhythm
	var list []meeting.WebexOccurrence
	for i := range 10 {
		start := midnight(first + meeting.Date(2*i)).UTC()
		list = append(list, meeting.WebexOccurrence{Original: start, Start: start, End: start.Add(24*time.Hour - time.Minute), Title: "Fair"})
	}
	rhythm, doubtful, _ := plan.Verify(in, list)
	if doubtful || len(rhythm.Slots) > 0 {
		t.Errorf("what Webex made is taken for something else: doubtful %t, %v", doubtful, rhythm.Slots)
	}
}

// TestCountedFromWhere: every third year from its start, or from the first date
// that fits? While the calendar was not asked, a series is not over.
func TestCountedFromWhere(t *testing.T) {
	start, only := meeting.NewDate(2026, time.October, 28), meeting.NewDate(2027, time.February, 20)
	at := func(d meeting.Date) time.Time { return d.At(10*time.Hour, time.UTC, meeting.FirstReading) }
	r := meeting.Recurrence{
		Type: meeting.RelativeYearly, Interval: 3, Month: time.February, Days: meeting.NewWeekdays(time.Saturday), Index: meeting.Third,
		Start: start, End: start + 372, Zone: "UTC",
	}
	in := plan.SeriesInput{
		Now: at(start - 3), Series: meeting.Series{Known: true, Master: meeting.Event{ID: "master", Recurrence: &r}},
		Shape: meeting.Shape{Title: "Plans", Start: at(only), End: at(only).Add(time.Hour), Zone: "UTC"},
	}
	if p := plan.Series(in); !p.Ask || p.Over || p.Problem != "" {
		t.Errorf("the calendar is not asked: %+v", p)
	}
	in.Instances = []meeting.Instance{{ID: "only", Type: meeting.Occurrence, OriginalStart: at(only), Start: at(only), End: at(only).Add(time.Hour)}}
	if p := plan.Series(in); !p.Remake || !p.Start.Equal(at(only)) {
		t.Errorf("the one date that the calendar shows is not planned for: %+v", p)
	}
	in.Instances = []meeting.Instance{}
	if p := plan.Series(in); !p.Over || p.Ask {
		t.Errorf("a series without dates is not over: %+v", p)
	}
}

// TestMovedAheadOfItsSeries: a series that is made when some of its dates are over
// begins with the next one; what was moved ahead from before that stands alone.
func TestMovedAheadOfItsSeries(t *testing.T) {
	t.Parallel()
	first := meeting.NewDate(2026, time.March, 2)
	at := func(d meeting.Date) time.Time { return d.At(10*time.Hour, time.UTC, meeting.FirstReading) }
	r := meeting.Recurrence{Type: meeting.Daily, Interval: 7, Start: first, Count: 9, Zone: "UTC"}
	moved := meeting.Event{ID: "moved", Type: meeting.Exception, OriginalStart: at(first), Start: at(first + 9), End: at(first + 9).Add(time.Hour)}
	shape := meeting.Shape{Title: "Plans", Start: at(first), End: at(first).Add(time.Hour), Zone: "UTC"}
	p := plan.Series(plan.SeriesInput{
		Now:    at(first + 1),
		Series: meeting.Series{Known: true, Master: meeting.Event{ID: "master", Recurrence: &r}, Exceptions: []meeting.Event{moved}},
		Shape:  shape, Exceptions: map[meeting.EventID]meeting.Shape{"moved": {Title: "Plans", Start: moved.Start, End: moved.End, Zone: "UTC"}},
	})
	if p.Rhythm.Start != first+7 || !slices.Equal(p.Alone, []meeting.Date{first}) || p.Rhythm.Singles[first] != "moved" {
		t.Errorf("made from %v, alone %v, singles %v; want the moved one of %v alone", p.Rhythm.Start, p.Alone, p.Rhythm.Singles, first)
	}
}

// TestExceptionOfBefore: a date that Webex kept as it was changed, through a change
// of the whole series, may invite others than the series does now.
func TestExceptionOfBefore(t *testing.T) {
	t.Parallel()
	first := meeting.NewDate(2026, time.March, 2)
	at := func(d meeting.Date) time.Time { return d.At(10*time.Hour, time.UTC, meeting.FirstReading) }
	r := meeting.Recurrence{Type: meeting.Daily, Interval: 1, Start: first, Count: 4, Zone: "UTC"}
	moved := meeting.Event{ID: "date", Type: meeting.Exception, OriginalStart: at(first + 1), Start: at(first + 1).Add(time.Hour), End: at(first + 1).Add(2 * time.Hour)}
	shape := meeting.Shape{Title: "Plans", Start: at(first), End: at(first).Add(time.Hour), Zone: "UTC", Invitees: []meeting.Invitee{{Email: "bo@contoso.example"}}}
	in := plan.SeriesInput{
		Now: at(first - 3), Series: meeting.Series{Known: true, Master: meeting.Event{ID: "master", Recurrence: &r}, Exceptions: []meeting.Event{moved}},
		Shape: shape, Exceptions: map[meeting.EventID]meeting.Shape{"date": {Title: "Plans", Start: moved.Start, End: moved.End, Zone: "UTC", Invitees: shape.Invitees}},
	}
	var listed []meeting.WebexOccurrence
	for d := first; d < first+4; d++ {
		listed = append(listed, meeting.WebexOccurrence{Original: at(d), Start: at(d), End: at(d).Add(time.Hour), Title: "Plans"})
	}
	listed[1].Start, listed[1].End = moved.Start, moved.End
	held, doubtful, strayed := plan.Verify(withHeld(in, plan.Series(in).Rhythm), listed)
	if doubtful || strayed {
		t.Fatalf("doubtful %t, strayed %t", doubtful, strayed)
	}
	steps := plan.Series(withHeld(in, held)).Steps
	if len(steps) != 1 || steps[0].Base != first+1 || steps[0].Slot.Invitees != nil || len(steps[0].Was.Invitees) != 1 || steps[0].Was.Invitees[0].Email != meeting.Unsure {
		t.Fatalf("steps %+v, want that date's guests seen to", steps)
	}
	// Once that is done there is nothing more, however often it is listed.
	held = *held.With(steps[0].Base, steps[0].Slot)
	held, _, _ = plan.Verify(withHeld(in, held), listed)
	if steps := plan.Series(withHeld(in, held)).Steps; len(steps) != 0 {
		t.Errorf("steps %+v, want none", steps)
	}
}
