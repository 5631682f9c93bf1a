package app_test

import (
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
)

// TestKeywordOnSeries: typed on the whole series the keyword brings one meeting
// that repeats; typed on one date of another, a meeting for that date alone.
func TestKeywordOnSeries(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	daily := func(title, location string) fakems.Event {
		made, err := w.Sandbox.Microsoft.CreateEvent(apptest.Ana, review(func(e *fakems.Event) {
			e.Subject, e.Location.DisplayName = title, location
			day, _, _ := strings.Cut(e.Start.DateTime, "T")
			e.Recurrence = &fakems.Recurrence{Pattern: fakems.Pattern{Type: "daily", Interval: 1}, Range: fakems.Range{Type: "numbered", StartDate: day, NumberOfOccurrences: 3}}
		}))
		if err != nil {
			t.Fatal(err)
		}
		w.AwaitRest()
		return made
	}
	daily("Whole", "@webex")
	if m := ana.one("Whole"); !strings.Contains(m.Recurrence, "COUNT=3") {
		t.Errorf("recurrence at Webex = %q, want three dates", m.Recurrence)
	}
	daily("Part", "Room 4")
	ana.one("Whole")
	ana.change(ana.event("Part").ID, func(e *fakems.Event) { e.Location.DisplayName = "@webex" })
	ana.has("Part", "Whole")
	for _, m := range ana.meetings() {
		if m.Title == "Part" && m.Recurrence != "" {
			t.Errorf("the date's meeting repeats: %q", m.Recurrence)
		}
	}
}

// TestRoomOfAnEndlessSeries: to find out whether an event is still there its
// calendar is viewed, and Microsoft refuses a view of more than 1825 days. A series
// with a Personal Room has no dates at Webex that would say how long.
func TestRoomOfAnEndlessSeries(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	w.Connect(apptest.Ana)
	made, err := w.Sandbox.Microsoft.CreateEvent(apptest.Ana, review(func(e *fakems.Event) {
		start, err := e.Start.Time()
		if err != nil {
			t.Fatal(err)
		}
		e.Subject, e.Location.DisplayName = "Every day", ":myroom"
		e.Recurrence = &fakems.Recurrence{
			Pattern: fakems.Pattern{Type: "daily", Interval: 1, FirstDayOfWeek: "sunday"},
			Range:   fakems.Range{Type: "noEnd", StartDate: start.Format(time.DateOnly)},
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	before := w.Sandbox.Trace.Last()
	copied, err := w.Sandbox.Microsoft.DuplicateEvent(apptest.Ana, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	if err := w.Sandbox.Microsoft.DeleteEvent(apptest.Ana, made.ID); err != nil {
		t.Fatal(err)
	}
	w.Advance(20 * time.Minute)
	views := 0
	for _, e := range w.Sandbox.Trace.Since(before) {
		if strings.Contains(e.Path, "calendarView") {
			views++
		}
	}
	if e := show(t, w, copied.ID); views == 0 || !strings.Contains(body(e), "/meet/") && !strings.Contains(body(e), "webex.com") {
		t.Errorf("%d views; the copy shows %s", views, body(e))
	}
}
