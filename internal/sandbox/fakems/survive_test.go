package fakems

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// remembered is what a person who edits a series expects to see, kept without
// any notion of masters: a line for each date.
type remembered struct {
	subject, place string
	dates          int            // of a daily series from 2 March on
	subjects       map[int]string // where they differ
	places         map[int]string
	hours          map[int]int // moved to that hour
	gone           map[int]bool
}

func (r *remembered) shown() (all []string) {
	for i := range r.dates {
		if r.gone[i] {
			continue
		}
		subject, place, hour := r.subject, r.place, 9
		if s, ok := r.subjects[i]; ok {
			subject = s
		}
		if s, ok := r.places[i]; ok {
			place = s
		}
		if h, ok := r.hours[i]; ok {
			hour = h
		}
		all = append(all, fmt.Sprintf("%s %02d %s at %s", dayOf(nine)+day(i), hour, subject, place))
	}
	return all
}

func (r *remembered) forget(from int) {
	for i := from; i < 100; i++ {
		delete(r.subjects, i)
		delete(r.places, i)
		delete(r.hours, i)
		delete(r.gone, i)
	}
}

// TestExceptionsSurvive draws edits of a series and of its dates, and compares
// both calendars with what a person would expect after each.
func TestExceptionsSurvive(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 6))
		w := setup(t)
		series := meeting("Plan 0", nine, w.bo)
		series.Location.DisplayName = "Room 0"
		series.Recurrence = &Recurrence{Pattern: Pattern{Type: "daily", Interval: 1}, Range: Range{Type: "numbered", NumberOfOccurrences: 12}}
		master := w.create(w.ana, series)
		want := &remembered{"Plan 0", "Room 0", 12, map[int]string{}, map[int]string{}, map[int]int{}, map[int]bool{}}
		for step := 1; step < 30; step++ {
			i := rng.IntN(want.dates)
			id := datedID(master.ID, dayOf(nine)+day(i))
			said := fmt.Sprint(step)
			if want.gone[i] {
				id = ""
			}
			switch action := rng.IntN(12); {
			case action < 2 && id != "":
				w.edit(w.ana, id, rename("Date "+said))
				want.subjects[i] = "Date " + said
			case action < 4 && id != "":
				w.edit(w.ana, id, func(e *Event) { e.Location = Location{DisplayName: "Place " + said} })
				want.places[i] = "Place " + said
			case action < 6 && id != "":
				hour := 10 + rng.IntN(8)
				at := nine.AddDate(0, 0, i).Add(time.Duration(hour-9) * time.Hour)
				w.edit(w.ana, id, func(e *Event) { e.Start, e.End = At(at, "UTC"), At(at.Add(time.Hour), "UTC") })
				want.hours[i] = hour
			case action == 6 && id != "" && len(want.gone) < want.dates-1:
				if err := w.CancelEvent(w.ana.ID, id); err != nil {
					t.Fatal(err)
				}
				want.reset(i)
				want.gone[i] = true
			case action == 7 && id == "":
				if _, err := w.RestoreOccurrence(w.ana.ID, master.ID, At(nine.AddDate(0, 0, i), "UTC")); err != nil {
					t.Fatal(err)
				}
				delete(want.gone, i)
			case action == 8:
				w.edit(w.ana, master.ID, rename("Plan "+said))
				want.subject = "Plan " + said
			case action == 9:
				w.edit(w.ana, master.ID, func(e *Event) { e.Location = Location{DisplayName: "Room " + said} })
				want.place = "Room " + said
			case action == 10:
				n := 3 + rng.IntN(12)
				w.edit(w.ana, master.ID, func(e *Event) { e.Recurrence.Range.NumberOfOccurrences = n })
				want.dates = n
				want.forget(n)
				if len(want.gone) == n {
					t.Fatal("nothing is left to test")
				}
			case action == 11 && rng.IntN(4) == 0:
				for _, interval := range []int{2, 1} {
					w.edit(w.ana, master.ID, func(e *Event) { e.Recurrence.Pattern.Interval = interval })
				}
				want.forget(0)
			}
			var got []string
			for _, e := range w.Events(w.ana.ID, time.Time{}, time.Time{}) {
				start := instant(e.Start)
				got = append(got, fmt.Sprintf("%s %02d %s at %s", start.Format(time.DateOnly), start.Hour(), e.Subject, e.Location.DisplayName))
			}
			if diff := cmp.Diff(want.shown(), got); diff != "" {
				t.Fatalf("seed %d, step %d (-want +got)\n%s", seed, step, diff)
			}
			var bos []string
			for _, e := range w.Events(w.bo.ID, time.Time{}, time.Time{}) {
				if start := instant(e.Start); !e.IsCancelled {
					bos = append(bos, fmt.Sprintf("%s %02d %s at %s", start.Format(time.DateOnly), start.Hour(), e.Subject, e.Location.DisplayName))
				}
			}
			if diff := cmp.Diff(got, bos); diff != "" {
				t.Fatalf("seed %d, step %d: the attendee sees otherwise (-ana +bo)\n%s", seed, step, diff)
			}
		}
	}
}

func (r *remembered) reset(i int) {
	delete(r.subjects, i)
	delete(r.places, i)
	delete(r.hours, i)
}
