package app_test

import (
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/browsertest"
	"webex-scheduler/internal/outlooktest"
	"webex-scheduler/internal/sandbox"
)

// station is Ana at work: her Outlook, the program behind its pane, the sandbox
// behind both.
type station struct {
	*outlooktest.Outlook
	t *testing.T
	w *apptest.World
}

// startStation connects both of Ana's accounts and opens her calendar.
func startStation(t *testing.T, o apptest.Options, query string, flags ...string) *station {
	t.Helper()
	b := browsertest.Start(t, flags...)
	w := apptest.Start(t, o)
	w.Connect(apptest.Ana)
	w.AwaitRest()
	return &station{outlooktest.Open(t, b, w.SandboxURL, apptest.Ana, query), t, w}
}

// ready opens a new event with text in it, and signs in in the pane.
func (d *station) ready(title string) {
	d.t.Helper()
	d.NewEvent(title)
	d.Write(agenda)
	d.SignIn()
	d.Pane.See("Add a Webex meeting")
}

const agenda = "<div>Agenda: <b>everything</b></div>"

// complete checks that the open event has the one meeting, once in its text and
// in its location, and still what was written before.
func (d *station) complete() {
	d.t.Helper()
	d.Pane.See("This event has a Webex meeting")
	all := meetings(d.w)
	if len(all) != 1 {
		d.t.Fatalf("%d meetings at Webex, want one", len(all))
	}
	if got := d.Location(); got != all[0].WebLink {
		d.t.Errorf("location = %q, want the join link %s", got, all[0].WebLink)
	}
	if got := d.Details(); got != 1 {
		d.t.Errorf("join details %d times in the event, want once:\n%s", got, d.Body())
	}
	if got := d.Body(); !strings.Contains(got, agenda) || !strings.Contains(got, strings.ReplaceAll(all[0].WebLink, "&", "&amp;")) {
		d.t.Errorf("the text lost what was written, or lacks the link:\n%s", got)
	}
}

// untouched checks that the open event is as it was before the pane did anything.
func (d *station) untouched() {
	d.t.Helper()
	if got := strings.TrimSpace(d.Body()); got != agenda {
		d.t.Errorf("body = %s, want %s", got, agenda)
	}
	if got := d.Location(); got != "" {
		d.t.Errorf("location = %q, want none", got)
	}
}

// TestPaneAddChangeRemove: added to an event that is then saved, changed when it
// is opened again, and removed: then the event is as before.
func TestPaneAddChangeRemove(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans for spring")
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
	d.Save()
	d.w.AwaitRest()
	made := meetings(d.w)
	if len(made) != 1 || made[0].Title != "Plans for spring" {
		t.Fatalf("meetings after the event was saved: %+v, want that one", made)
	}

	d.OpenEvent("Plans for spring")
	d.SignIn()
	d.complete()
	d.Pane.Do("document.querySelector('summary').click()")
	d.Pane.Fill("Password", "Spring2027xyz")
	d.Pane.Click("button", "Update")
	d.Pane.See("Changed.")
	if got := meetings(d.w); len(got) != 1 || got[0].Password != "Spring2027xyz" {
		t.Errorf("meetings after the change: %+v, want the new password", got)
	}
	if !strings.Contains(d.Body(), "Spring2027xyz") {
		t.Errorf("the new password is not in the text:\n%s", d.Body())
	}
	d.complete()

	d.Pane.Click("button", "Remove")
	d.Pane.See("Remove the Webex meeting?")
	d.Pane.Click("button", "Cancel")
	d.complete()
	d.Pane.Click("button", "Remove")
	d.Pane.See("Remove the Webex meeting?")
	d.Pane.Click("button", "Remove")
	d.Pane.See("Save or send the event to finish.")
	d.untouched()
	d.Save()
	d.w.AwaitRest()
	if got := meetings(d.w); len(got) != 0 {
		t.Errorf("%d meetings after the removal was saved, want none", len(got))
	}
}

// TestPaneRemoveAndAddAgain: a change of mind before the event is saved; in the
// end there is one meeting.
func TestPaneRemoveAndAddAgain(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
	d.Save()
	d.w.AwaitRest()
	d.OpenEvent("Plans")
	d.SignIn()
	d.Pane.Click("button", "Remove")
	d.Pane.See("Remove the Webex meeting?")
	d.Pane.Click("button", "Remove")
	d.Pane.See("Save or send the event to finish.")
	d.untouched()
	// Coming back to the pane shows the same.
	d.ClosePane()
	d.OpenPane()
	d.SignIn()
	d.Pane.See("Add a Webex meeting")
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
	d.Save()
	d.w.AwaitRest()
	d.OpenEvent("Plans")
	d.SignIn()
	d.complete()
}

// TestPaneRemoveUnsaved: what was added to an event that was never saved goes
// at once.
func TestPaneRemoveUnsaved(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
	d.Pane.Click("button", "Remove")
	d.Pane.See("Remove the Webex meeting?")
	d.Pane.Click("button", "Remove")
	d.Pane.See("The meeting was removed.")
	d.untouched()
	d.w.AwaitRest()
	if got := meetings(d.w); len(got) != 0 {
		t.Errorf("%d meetings, want none", len(got))
	}
}

// TestPaneWithoutThirdPartyCookies: the pane is a frame of another site, which
// some browsers let keep nothing.
func TestPaneWithoutThirdPartyCookies(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "", "test-third-party-cookie-phaseout")
	d.ready("Plans")
	if got := d.Pane.Text("document.cookie"); got != "" {
		t.Errorf("the pane has cookies: %s", got)
	}
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
}

// TestPaneSpeaksCzech: the language is Outlook's, not the browser's.
func TestPaneSpeaksCzech(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "lang=cs-CZ&theme=dark")
	d.NewEvent("Plány")
	d.Pane.Click("button", "Přihlásit se")
	d.Pane.Click("button", "Přidat schůzku Webex")
	d.Pane.See("Tato událost má schůzku Webex")
	d.Pane.Click("button", "Odebrat")
	d.Pane.Click("button", "Odebrat")
	d.Pane.See("Schůzka je odebrána.")
	if got := d.Pane.Text("document.documentElement.lang + ' ' + document.documentElement.dataset.theme"); got != "cs dark" {
		t.Errorf("language and theme = %s, want cs dark", got)
	}
}

// TestPanePersonalRoom: the event gets the room's details, and nothing is made.
func TestPanePersonalRoom(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.Pane.Click("field", "Personal Room")
	d.Pane.Click("button", "Add Webex meeting")
	d.Pane.See("This event is in your Personal Room")
	if got := d.Location(); !strings.HasPrefix(got, "https://contoso.webex.com/meet/") {
		t.Errorf("location = %q, want the room's link", got)
	}
	if got := meetings(d.w); len(got) != 0 {
		t.Errorf("%d meetings were made, want none", len(got))
	}
}

// TestPaneOutlooks: other Outlooks lack members, and the pane does without.
func TestPaneOutlooks(t *testing.T) {
	t.Parallel()
	for _, profile := range []string{"windows", "mac", "mobile"} {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			d := startStation(t, apptest.Options{}, "profile="+profile)
			d.ready("Plans")
			d.Pane.Click("button", "Add Webex meeting")
			d.complete()
		})
	}
}

// TestPaneAttendee: who was invited joins.
func TestPaneAttendee(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.Page.Fill("Attendees", apptest.Bo)
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
	link := d.Location()
	d.Save()
	d.w.AwaitRest()
	bo := outlooktest.Open(t, d.Page, d.w.SandboxURL, apptest.Bo, "")
	bo.OpenEvent("Plans")
	bo.Pane.See("Join the Webex meeting")
	if got := bo.Pane.Text("document.querySelector('a.primary').href"); got != link {
		t.Errorf("Join leads to %s, want %s", got, link)
	}
}

// slowWebex lets the next meeting take its time.
func (d *station) slowWebex(wait time.Duration) {
	d.t.Helper()
	if _, err := d.w.Sandbox.Break(sandbox.Break{Fault: sandbox.WebexHangs, Call: "POST /v1/meetings", Wait: wait, Times: 1}); err != nil {
		d.t.Fatal(err)
	}
}
