package app_test

import (
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
)

// TestChangedInWebex: title and time that the host changes in Webex itself come
// into the event, in one write; the next change in the calendar goes out as ever.
func TestChangedInWebex(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	e := ana.put("Plan")
	m := ana.one("Plan")
	start := m.Start.Add(72 * time.Hour)
	ana.change(e.ID, func(e *fakems.Event) {
		e.Start, e.End = fakems.At(start, "UTC"), fakems.At(start.Add(time.Hour), "UTC")
	})
	err := w.Sandbox.Webex.EditMeeting(m.ID, func(m *fakewebex.Meeting) {
		m.Title, m.Start, m.End = "Plan B", start.Add(2*time.Hour), start.Add(3*time.Hour)
	})
	if err != nil {
		t.Fatal(err)
	}
	mails := len(w.Sandbox.Microsoft.Mails())
	w.Advance(26 * time.Hour)
	got, _ := w.Sandbox.Microsoft.Event(apptest.Ana, e.ID)
	if begins, err := got.Start.Time(); err != nil || got.Subject != "Plan B" || !begins.Equal(start.Add(2*time.Hour)) {
		t.Errorf("the event is %q at %v, want what was changed in Webex", got.Subject, got.Start)
	}
	if n := len(w.Sandbox.Microsoft.Mails()) - mails; n > 1 {
		t.Errorf("%d mails, want one at the most", n)
	}
	seq := w.Sandbox.Trace.Last()
	w.Advance(time.Hour)
	for _, e := range w.Sandbox.Trace.Since(seq) {
		if e.Write && !strings.Contains(e.Path, "subscriptions") {
			t.Errorf("not at rest: %s %s", e.Method, e.Path)
		}
	}
	ana.rename(e.ID, "Plan C")
	ana.one("Plan C")
}

// TestDeletedInWebex: the host deletes the meeting in Webex; join details and
// location go, and no new meeting is made. One that merely cannot be read
// changes nothing.
func TestDeletedInWebex(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	e := ana.put("Plan")
	m := ana.one("Plan")
	later := m.Start.Add(72 * time.Hour)
	ana.change(e.ID, func(e *fakems.Event) {
		e.Start, e.End = fakems.At(later, "UTC"), fakems.At(later.Add(time.Hour), "UTC")
	})
	if err := w.Sandbox.Webex.DeleteMeeting(m.ID); err != nil {
		t.Fatal(err)
	}
	w.Advance(26 * time.Hour)
	ana.has()
	got, _ := w.Sandbox.Microsoft.Event(apptest.Ana, e.ID)
	if strings.Contains(got.Body.Content, "webex.com") || got.Location.DisplayName != "" || got.Subject != "Plan" {
		t.Errorf("the event still shows it: %q, %s", got.Location.DisplayName, got.Body.Content)
	}
	w.Advance(26 * time.Hour)
	ana.has()
}
