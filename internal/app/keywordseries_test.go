package app_test

import (
	"strings"
	"testing"

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
