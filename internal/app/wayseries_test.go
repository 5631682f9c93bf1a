package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
)

// runningSeries is Ana's, of five Mondays, whose meeting repeats, and old enough
// that what Webex shows of it is believed.
type runningSeries struct {
	t       *testing.T
	w       *apptest.World
	browser *apptest.Browser
	ana     desk
	master  string
	id      string // at Webex
}

func newRunningSeries(t *testing.T) runningSeries {
	t.Helper()
	w := moving(t, apptest.Options{})
	browser := w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	made, err := w.Sandbox.Microsoft.CreateEvent(apptest.Ana, review(func(e *fakems.Event) {
		e.Subject, e.Location.DisplayName = "Weekly", "@webex"
		start, err := e.Start.Time()
		if err != nil {
			t.Fatal(err)
		}
		e.Recurrence = &fakems.Recurrence{
			Pattern: fakems.Pattern{Type: "weekly", Interval: 1, DaysOfWeek: []string{strings.ToLower(start.Weekday().String())}, FirstDayOfWeek: "sunday"},
			Range:   fakems.Range{Type: "numbered", StartDate: start.Format(time.DateOnly), NumberOfOccurrences: 5},
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	w.Advance(16 * time.Minute)
	return runningSeries{t, w, browser, ana, made.ID, ana.one("Weekly").ID}
}

func (s runningSeries) webex() []fakewebex.Occurrence {
	now := s.w.Now()
	return slices.DeleteFunc(s.w.Sandbox.Webex.Occurrences(s.id, now, now.AddDate(0, 3, 0)), func(o fakewebex.Occurrence) bool { return o.Deleted })
}

func (s runningSeries) dates() (all []fakems.Event) {
	now := s.w.Now()
	for _, e := range s.w.Sandbox.Microsoft.Events(apptest.Ana, now, now.AddDate(0, 3, 0)) {
		if e.SeriesMasterID == s.master {
			all = append(all, e)
		}
	}
	return all
}

func (s runningSeries) same() {
	s.t.Helper()
	there, here := s.webex(), s.dates()
	if len(there) != len(here) {
		s.t.Fatalf("%d dates at Webex, %d in the calendar", len(there), len(here))
	}
	for i, o := range there {
		start, err := here[i].Start.Time()
		if err != nil || !start.Equal(o.Start) || here[i].Subject != o.Title {
			s.t.Errorf("date %d is “%s” at %v in the calendar, “%s” at %v at Webex", i+1, here[i].Subject, start, o.Title, o.Start)
		}
	}
}

func (s runningSeries) quiet() {
	s.t.Helper()
	seq := s.w.Sandbox.Trace.Last()
	s.w.Advance(26 * time.Hour)
	for _, e := range s.w.Sandbox.Trace.Since(seq) {
		if e.Write && !strings.Contains(e.Path, "subscriptions") {
			s.t.Errorf("not at rest: %s %s", e.Method, e.Path)
		}
	}
}

// TestDateChangedInWebex: one date of a series that the host moves and renames in
// Webex is so in the calendar, by one write; its neighbours stay.
func TestDateChangedInWebex(t *testing.T) {
	t.Parallel()
	s := newRunningSeries(t)
	one := s.webex()[2]
	mails := len(s.w.Sandbox.Microsoft.Mails())
	if err := s.w.Sandbox.Webex.EditOccurrence(one.ID, func(o *fakewebex.Occurrence) {
		o.Title, o.Start, o.End = "Weekly, in the afternoon", o.Start.Add(3*time.Hour), o.End.Add(3*time.Hour)
	}); err != nil {
		t.Fatal(err)
	}
	s.w.Advance(3 * time.Minute)
	got := s.dates()[2]
	if start, err := got.Start.Time(); err != nil || !start.Equal(one.Start.Add(3*time.Hour)) || got.Subject != "Weekly, in the afternoon" {
		t.Errorf("the date is “%s” at %v, want what was changed in Webex", got.Subject, got.Start)
	}
	if n := len(s.w.Sandbox.Microsoft.Mails()) - mails; n > 1 {
		t.Errorf("%d mails, want one at the most", n)
	}
	s.same()
	s.quiet()
	s.same()
}

// TestDateChangedOnBothSides: what the calendar says of a date wins, and the
// account page tells.
func TestDateChangedOnBothSides(t *testing.T) {
	t.Parallel()
	s := newRunningSeries(t)
	one, date := s.webex()[1], s.dates()[1]
	s.w.Sandbox.Microsoft.DropNotifications(-1)
	s.ana.change(date.ID, func(e *fakems.Event) {
		e.Start, e.End = fakems.At(one.Start.Add(-2*time.Hour), "UTC"), fakems.At(one.End.Add(-2*time.Hour), "UTC")
	})
	s.w.Sandbox.Microsoft.DropNotifications(0)
	if err := s.w.Sandbox.Webex.EditOccurrence(one.ID, func(o *fakewebex.Occurrence) { o.Start, o.End = o.Start.Add(time.Hour), o.End.Add(time.Hour) }); err != nil {
		t.Fatal(err)
	}
	s.w.Advance(20 * time.Minute)
	if got := s.webex()[1]; !got.Start.Equal(one.Start.Add(-2 * time.Hour)) {
		t.Errorf("the date is at %v in Webex, want the calendar's time", got.Start)
	}
	s.same()
	s.quiet()
}

// TestDateDeletedInWebex: the date's join details go, its neighbours' stay, and
// no meeting is made for it, unless somebody asks for one.
func TestDateDeletedInWebex(t *testing.T) {
	t.Parallel()
	s := newRunningSeries(t)
	if err := s.w.Sandbox.Webex.DeleteOccurrence(s.webex()[2].ID); err != nil {
		t.Fatal(err)
	}
	s.w.Advance(15 * time.Minute)
	s.w.Advance(26 * time.Hour)
	dates := s.dates()
	if len(dates) != 5 || len(s.webex()) != 4 {
		t.Fatalf("%d dates in the calendar and %d at Webex, want 5 and 4", len(dates), len(s.webex()))
	}
	for i, e := range dates {
		shows := strings.Contains(e.Body.Content, "webex.com") || e.Location.DisplayName != ""
		if shows == (i == 2) {
			t.Errorf("date %d shows a meeting: %v, location %q", i+1, shows, e.Location.DisplayName)
		}
	}
	if all := s.ana.meetings(); len(all) != 1 {
		t.Errorf("%d meetings, want that of the series alone", len(all))
	}
	s.ana.change(dates[2].ID, func(e *fakems.Event) { e.Location.DisplayName = "@webex" })
	s.ana.has("Weekly", "Weekly")
	s.quiet()
}

// TestSeriesMovedInWebex: nobody can tell which of the calendar's dates would have
// to go where, so it is put back, exceptions too, and the account page says so.
func TestSeriesMovedInWebex(t *testing.T) {
	t.Parallel()
	s := newRunningSeries(t)
	one := s.dates()[3]
	s.ana.change(one.ID, func(e *fakems.Event) { e.Subject = "Weekly, for once" })
	s.w.Advance(16 * time.Minute)
	if err := s.w.Sandbox.Webex.EditMeeting(s.id, func(m *fakewebex.Meeting) { m.Start, m.End = m.Start.Add(time.Hour), m.End.Add(time.Hour) }); err != nil {
		t.Fatal(err)
	}
	s.w.Advance(20 * time.Minute)
	s.same()
	s.browser.Open(s.w.URL + "/account")
	s.browser.Shows("They were put back.")
	s.quiet()
	s.same()
}
