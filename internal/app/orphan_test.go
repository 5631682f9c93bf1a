package app_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
)

// TestMeetingsWithoutAnEvent: the database was put back to an earlier day, and
// people have changed their calendar since. What an event still shows is known
// again by itself; of the rest the person is asked, and nothing is deleted unasked.
func TestMeetingsWithoutAnEvent(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	browser := w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	w.Advance(20 * time.Minute)
	file := strings.TrimPrefix(w.Setting("DATABASE_URL"), "sqlite://")
	stop := func() {
		t.Helper()
		if err := w.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	backup, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w.Restart()
	ms := w.Sandbox.Microsoft
	put := func(title string, change ...func(*fakems.Event)) fakems.Event {
		t.Helper()
		e, err := ms.CreateEvent(apptest.Ana, review(append(change, func(e *fakems.Event) { e.Subject, e.Location.DisplayName = title, "@webex" })...))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	later := func(hours int) func(*fakems.Event) {
		return func(e *fakems.Event) { e.Start, e.End = at(10+hours, 0), at(10+hours, 30) }
	}
	shown, bare, gone, left := put("Shown"), put("Bare", later(1)), put("Gone", later(2)), put("Left", later(3))
	weekly := put("Weekly", func(e *fakems.Event) {
		start, err := e.Start.Time()
		if err != nil {
			t.Fatal(err)
		}
		e.Recurrence = &fakems.Recurrence{
			Pattern: fakems.Pattern{Type: "weekly", Interval: 1, DaysOfWeek: []string{strings.ToLower(start.Weekday().String())}, FirstDayOfWeek: "sunday"},
			Range:   fakems.Range{Type: "numbered", StartDate: start.Format(time.DateOnly), NumberOfOccurrences: 4},
		}
	})
	w.AwaitRest()
	all := []string{"Bare", "Gone", "Left", "Shown", "Weekly"}
	ana.has(all...)
	before, link := map[string]string{}, map[string]string{}
	for _, m := range ana.meetings() {
		before[m.Title], link[m.Title] = m.ID, m.WebLink
	}

	stop()
	if err := os.WriteFile(file, backup, 0o600); err != nil {
		t.Fatal(err)
	}
	ms.DropNotifications(-1) // nobody is there
	for _, e := range []fakems.Event{bare, weekly} {
		if _, err := ms.UpdateEvent(apptest.Ana, e.ID, func(e *fakems.Event) { e.Location, e.Body = fakems.Location{}, fakems.ItemBody{} }); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range []fakems.Event{gone, left} {
		if err := ms.DeleteEvent(apptest.Ana, e.ID); err != nil {
			t.Fatal(err)
		}
	}
	ms.DropNotifications(0)
	w.Restart()
	w.AwaitRest()
	w.Advance(20 * time.Minute)
	browser.Open(w.URL + "/account")
	browser.Click("Look again")
	w.AwaitRest()
	ana.has(all...)
	browser.Open(w.URL + "/account")
	browser.Shows("Meetings without an event", "Add to “Bare”", "Add to “Weekly”", "Gone", "Left", "Repeats, first")
	if strings.Contains(browser.Text(), "Add to “Gone”") || strings.Contains(browser.Text(), "Add to “Shown”") {
		t.Error("a meeting is offered to an event that is gone, or has it")
	}
	if !strings.Contains(body(show(t, w, shown.ID)), link["Shown"]) {
		t.Error("the event that shows its meeting lost it")
	}

	decide := func(title, do string) {
		t.Helper()
		browser.Post(w.URL+"/account/orphans", map[string][]string{"meeting": {before[title]}, "do": {do}})
		w.AwaitRest()
	}
	decide("Gone", "delete")
	decide("Left", "keep")
	browser.Open(w.URL + "/account")
	browser.Click("Add to “Bare”")
	w.AwaitRest()
	browser.Open(w.URL + "/account")
	browser.Click("Add to “Weekly”")
	w.AwaitRest()
	ana.has("Bare", "Left", "Shown", "Weekly")
	for _, m := range ana.meetings() {
		if m.ID != before[m.Title] {
			t.Errorf("%q was made anew", m.Title)
		}
	}
	for title, e := range map[string]fakems.Event{"Bare": bare, "Weekly": weekly} {
		if !strings.Contains(body(show(t, w, e.ID)), link[title]) {
			t.Errorf("%q does not show its meeting", title)
		}
	}
	browser.Open(w.URL + "/account")
	if strings.Contains(browser.Text(), "without an event") {
		t.Error("the person is asked once more")
	}

	// They follow like all others, and what was left stays.
	ana.rename(bare.ID, "Bare, renamed")
	ana.rename(weekly.ID, "Weekly, renamed")
	w.Advance(26 * time.Hour)
	ana.has("Bare, renamed", "Left", "Shown", "Weekly, renamed")
	ana.remove(weekly.ID)
	w.Advance(time.Hour)
	ana.has("Bare, renamed", "Left", "Shown")
}
