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

// TestWhatBecameOfAMeeting: the page tells each change, of which side and from
// what to what, and a meeting that was taken out by mistake comes back.
func TestWhatBecameOfAMeeting(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	browser := w.Connect(apptest.Ana)
	ana := deskOf(t, w, apptest.Ana)
	e := ana.put("Review")
	made := ana.meetings()[0]
	ana.rename(e.ID, "Retro")
	ana.change(e.ID, func(e *fakems.Event) {
		e.Attendees = append(e.Attendees, fakems.Attendee{EmailAddress: fakems.EmailAddress{Address: apptest.Bo}, Type: "required"})
	})
	w.Advance(20 * time.Minute)
	if err := w.Sandbox.Webex.EditMeeting(made.ID, func(m *fakewebex.Meeting) { m.Title = "Look back" }); err != nil {
		t.Fatal(err)
	}
	w.Advance(20 * time.Minute)
	ana.change(e.ID, func(e *fakems.Event) { e.Location, e.Body = fakems.Location{}, fakems.ItemBody{} })
	w.Advance(10 * time.Minute)
	ana.has()

	told := func() (lines []string) {
		browser.Open(w.URL + "/account/history")
		for n := range browser.Page.Descendants() {
			if n.Data == "tr" && n.Parent.Data == "tbody" {
				var cells []string
				for c := range n.ChildNodes() {
					if c.Data == "td" {
						cells = append(cells, strings.Join(strings.Fields(apptest.Text(c)), " "))
					}
				}
				lines = append(lines, strings.Join(cells, " | "))
			}
		}
		return lines
	}
	want := []string{
		"Look back | Webex meeting deleted Bring back | Calendar | join details removed",
		"Look back | Title changed from Retro to Look back | Webex | meeting changed in Webex",
		"Retro | Invited people changed from nobody to bo@contoso.example | Calendar | event changed",
		"Retro | Title changed from Review to Retro | Calendar | event changed",
		"Review | Webex meeting made | Calendar | keyword",
	}
	if got := told(); !slices.Equal(got, want) {
		t.Errorf("history:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	browser.Click("Bring back")
	browser.Shows("The event gets a Webex meeting again")
	w.AwaitRest()
	again := ana.one("Look back")
	if again.ID == made.ID || !strings.Contains(body(show(t, w, e.ID)), again.WebLink) {
		t.Errorf("meeting %s in %s", again.ID, body(show(t, w, e.ID)))
	}
	if got := told()[0]; got != "Look back | Webex meeting made | Pane or account page | asked for in the pane" {
		t.Errorf("told last: %s", got)
	}
	w.Advance(26 * time.Hour)
	ana.one("Look back")
}
