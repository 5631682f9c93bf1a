package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/browsertest"
	"webex-scheduler/internal/outlooktest"
	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/sandbox/fakems"
)

// options opens the options of the pane.
func (d *station) options() {
	d.t.Helper()
	d.Pane.Do("document.querySelector('details.options').open = true")
}

// TestPaneCoHosts: those invited may be made cohosts.
func TestPaneCoHosts(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.Page.Fill("Attendees", apptest.Bo+", "+apptest.Deepa)
	d.options()
	d.Pane.Click("field", "Bo Larsen")
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
	d.w.AwaitRest()
	var coHosts []string
	for _, i := range meetings(d.w)[0].Invitees {
		if i.CoHost {
			coHosts = append(coHosts, i.Email)
		}
	}
	if !slices.Equal(coHosts, []string{apptest.Bo}) {
		t.Errorf("cohosts %q, want Bo alone", coHosts)
	}
}

// TestPaneRemembers: remembered choices are preset in the next event, in another
// browser too.
func TestPaneRemembers(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.options()
	choose := `document.querySelector("select[name=lobby]")`
	d.Pane.Do(choose + ".value = 'blockFromJoin'; " + choose + ".dispatchEvent(new Event('change'))")
	d.Pane.Click("button", "Remember these choices")
	d.Pane.See("Your next events start with these choices.")
	d.ClosePane()
	d.OpenPane()
	d.SignIn()
	d.options()
	if got := d.Pane.Text(choose + ".value"); got != "blockFromJoin" {
		t.Errorf("the lobby is preset to %q, want what was remembered", got)
	}
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
	if got := meetings(d.w)[0].Options["unlockedMeetingJoinSecurity"]; got != "blockFromJoin" {
		t.Errorf("lobby = %v, want blockFromJoin", got)
	}
}

// TestPaneStart: the host's own link opens in a window of its own.
func TestPaneStart(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.ready("Plans")
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
	before := d.Page.Windows()
	// Where it leads is not on this machine.
	d.Pane.Do("window.opened = []; window.open = (a) => { const w = {location: {}, close() {}}; opened.push(w); return w; }; 0")
	d.Pane.Click("button", "Start")
	d.Pane.Await("the window leads to the meeting", "opened.length === 1 && opened[0].location.href?.startsWith('https://')")
	if got := d.Page.Windows(); got != before {
		t.Errorf("%d windows, want %d", got, before)
	}
}

// TestPaneOtherMailbox: who signs in as somebody else than Outlook is open for
// adds nothing there.
func TestPaneOtherMailbox(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	d.NewEvent("Plans")
	d.Pane.See("A Webex meeting in one click")
	// The dialog is told Ana's address; then it turns out that the mailbox is Bo's.
	d.Pane.Do(`{
	  let asked = 0;
	  Object.defineProperty(Office.context.mailbox, 'userProfile', {value: {...Office.context.mailbox.userProfile,
	    get emailAddress() { return asked++ ? '` + apptest.Bo + `' : '` + apptest.Ana + `'; }}});
	  0;
	}`)
	d.SignIn()
	d.Pane.See("This is another mailbox")
	d.Pane.Miss("Add Webex meeting")
}

// TestPaneDeadConnection: what ended is connected again.
func TestPaneDeadConnection(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	if _, err := d.w.Sandbox.Break(sandbox.Break{Fault: sandbox.WebexGrantGone, Who: apptest.Ana}); err != nil {
		t.Fatal(err)
	}
	create(t, d.w, review()) // finds out
	d.NewEvent("Plans")
	d.SignIn()
	d.Pane.See("Webex no longer lets us make meetings for you.")
	d.Pane.Click("button", "Connect Webex")
	dialog := d.Page.Window("authorize")
	dialog.See("asks for access")
	dialog.Click("button", "Accept")
	d.Pane.See("Add a Webex meeting")
}

// TestPaneDialogClosed: a sentence and the button, no loop.
func TestPaneDialogClosed(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	w := apptest.Start(t, apptest.Options{})
	d := &station{outlooktest.Open(t, b, w.SandboxURL, apptest.Ana, ""), t, w}
	d.NewEvent("Plans")
	d.Pane.Click("button", "Sign in")
	d.Page.Window("authorize").Close()
	d.Pane.See("The window was closed before all was done.")
	d.Pane.Click("button", "Sign in")
	d.Page.Window("authorize").Close()
	d.Pane.See("The window was closed before all was done.")
}

// TestPaneSeesElsewhere: what happened to the event elsewhere is seen when the
// person comes back.
func TestPaneSeesElsewhere(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	made := create(t, d.w, fakems.Event{Subject: "Elsewhere", Start: next("10:00"), End: next("11:00")})
	d.OpenEvent("Elsewhere")
	d.SignIn()
	d.Pane.See("Add a Webex meeting")
	change(t, d.w, made.ID, func(e *fakems.Event) { e.Location.DisplayName = "@webex" })
	if len(meetings(d.w)) != 1 {
		t.Fatal("the keyword made no meeting")
	}
	d.Pane.Do("setInterval(() => window.dispatchEvent(new Event('focus')), 300); 0")
	d.Pane.See("This event has a Webex meeting")
}

// next is a time on Tuesday of next week in UTC.
func next(clock string) fakems.DateTimeTimeZone {
	return fakems.DateTimeTimeZone{DateTime: outlooktest.Tuesday(time.Now(), clock) + ":00.0000000", TimeZone: "UTC"}
}

// TestPaneWithoutOfficeJS: it may be blocked; then there is a sentence and a way on.
func TestPaneWithoutOfficeJS(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Settings: map[string]string{"OFFICE_JS_URL": "http://127.0.0.1:9/office.js"}})
	b := browsertest.Start(t)
	b.Open(w.URL + "/taskpane")
	b.See("The pane could not start")
	b.See("Try again")
	if got := b.Text("document.querySelector('[role=alert]').innerText"); !strings.Contains(got, "Your event is as it was") {
		t.Errorf("the alert says %q", got)
	}
}
