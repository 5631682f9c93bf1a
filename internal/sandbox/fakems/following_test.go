package fakems

import (
	"errors"
	"testing"
	"time"
)

func TestThisAndFollowing(t *testing.T) {
	t.Parallel()
	w := setup(t)
	series := weekly(w.bo)
	series.Properties = map[string]string{"key": "1"}
	master := w.create(w.ana, series)
	w.edit(w.ana, w.dated(w.ana, "2026-03-09").ID, rename("Special"))
	w.edit(w.ana, w.dated(w.ana, "2026-03-30").ID, rename("Lost"))
	next, err := w.UpdateFollowing(w.ana.ID, w.dated(w.ana, "2026-03-16").ID, func(e *Event) {
		e.Subject = "Plans"
		e.Start.DateTime, e.End.DateTime = "2026-03-17T08:00:00", "2026-03-17T09:00:00"
		e.Recurrence.Pattern.DaysOfWeek = []string{"tuesday"}
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = "02 Planning, 09 Special, 17 Plans, 24 Plans, 31 Plans"
	for _, u := range []User{w.ana, w.bo} {
		if got := w.shown(u, "2026-04-01"); got != want {
			t.Errorf("%s is shown %q, want %q", u.DisplayName, got, want)
		}
	}
	if next.ID == master.ID || next.ICalUID == master.ICalUID || next.Body != master.Body || next.Properties["key"] != "1" || next.Recurrence.Range.NumberOfOccurrences != 8 {
		t.Errorf("the new series %+v, %+v", next, next.Recurrence)
	}
	if old, _ := w.Event(w.ana.ID, master.ID); old.Recurrence.Range.Type != "endDate" || old.Recurrence.Range.EndDate != "2026-03-15" {
		t.Errorf("the old series %+v", old.Recurrence)
	}

	// From the first date on it is the series itself.
	same, err := w.UpdateFollowing(w.ana.ID, w.dated(w.ana, "2026-03-17").ID, rename("Whole"))
	if err != nil || same.ID != next.ID || same.Subject != "Whole" {
		t.Errorf("%v, %+v", err, same)
	}
	if err := w.DeleteFollowing(w.ana.ID, w.dated(w.ana, "2026-03-31").ID); err != nil {
		t.Fatal(err)
	}
	if got, want := w.shown(w.ana, "2026-05-01"), "02 Planning, 09 Special, 17 Whole, 24 Whole"; got != want {
		t.Errorf("shown %q, want %q", got, want)
	}
	if err := w.DeleteFollowing(w.ana.ID, w.dated(w.ana, "2026-03-17").ID); err != nil {
		t.Fatal(err)
	}
	if _, ok := w.Event(w.ana.ID, next.ID); ok || len(w.DeletedEvents(w.ana.ID)) != 1 {
		t.Error("the series is still there")
	}

	// A change that Exchange refuses cuts nothing.
	_, err = w.UpdateFollowing(w.ana.ID, w.dated(w.ana, "2026-03-09").ID, func(e *Event) { e.Recurrence.Pattern.Interval = 0 })
	if _, refused := errors.AsType[*refusal](err); !refused || w.dated(w.ana, "2026-03-09").Subject != "Special" {
		t.Errorf("got %v", err)
	}
	for name, id := range map[string]string{"a master": master.ID, "bo's copy": w.dated(w.bo, "2026-03-09").ID} {
		user := w.ana.ID
		if name == "bo's copy" {
			user = w.bo.ID
		}
		if _, err := w.UpdateFollowing(user, id, rename("x")); err == nil {
			t.Errorf("%s was cut", name)
		}
	}
}

func TestFollowingKeepsCountOfWeeks(t *testing.T) {
	t.Parallel()
	w := setup(t)
	e := weekly()
	e.Recurrence.Pattern.Interval = 2
	e.Recurrence.Range = Range{Type: "endDate", EndDate: "2026-06-01"}
	w.create(w.ana, e)
	if _, err := w.UpdateFollowing(w.ana.ID, w.dated(w.ana, "2026-03-30").ID, rename("Plans")); err != nil {
		t.Fatal(err)
	}
	if got, want := w.shown(w.ana, "2027-01-01"), "02 Planning, 16 Planning, 30 Plans, 13 Plans, 27 Plans, 11 Plans, 25 Plans"; got != want {
		t.Errorf("shown %q, want %q", got, want)
	}
}

func TestCancelledDateIsRestored(t *testing.T) {
	t.Parallel()
	w := setup(t)
	master := w.create(w.ana, weekly(w.bo))
	o := w.dated(w.ana, "2026-03-09")
	w.edit(w.ana, o.ID, rename("Special"))
	if err := w.CancelEvent(w.ana.ID, o.ID); err != nil {
		t.Fatal(err)
	}
	if got := w.shown(w.bo, "2026-03-20"); got != "02 Planning, 09 Canceled: Special, 16 Planning" {
		t.Errorf("bo is shown %q", got)
	}
	if e := w.dated(w.bo, "2026-03-09"); !e.IsCancelled || e.Type != "exception" {
		t.Errorf("bo's date %+v", e)
	}
	if _, err := w.RestoreEvent(w.ana.ID, o.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("it lies in Deleted Items: %v", err)
	}
	if _, err := w.RestoreOccurrence(w.ana.ID, master.ID, At(o.OriginalStart.Add(24*time.Hour), "UTC")); !errors.Is(err, ErrNotFound) {
		t.Errorf("another date was restored: %v", err)
	}
	back, err := w.RestoreOccurrence(w.ana.ID, master.ID, At(o.OriginalStart, "UTC"))
	if err != nil || back.ID != o.ID || back.Type != "occurrence" {
		t.Errorf("restored %+v, %v", back, err)
	}
	for _, u := range []User{w.ana, w.bo} {
		if got := w.shown(u, "2026-03-20"); got != "02 Planning, 09 Planning, 16 Planning" {
			t.Errorf("%s is shown %q", u.DisplayName, got)
		}
	}
	if e := w.dated(w.bo, "2026-03-09"); e.IsCancelled {
		t.Error("bo's date is still cancelled")
	}
}
