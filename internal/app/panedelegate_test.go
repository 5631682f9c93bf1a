package app_test

import (
	"net/url"
	"testing"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/browsertest"
	"webex-scheduler/internal/outlooktest"
)

// inCalendarOf opens Ana's calendar in Bo's Outlook, as somebody of that role.
func inCalendarOf(t *testing.T, role string) *station {
	t.Helper()
	b := browsertest.Start(t)
	w := apptest.Start(t, apptest.Options{})
	w.Connect(apptest.Ana)
	w.Connect(apptest.Bo)
	w.AwaitRest()
	w.Sandbox.Microsoft.ShareCalendar(apptest.Ana, apptest.Bo, role)
	return &station{outlooktest.Open(t, b, w.SandboxURL, apptest.Ana, "by="+url.QueryEscape(apptest.Bo)), t, w}
}

// TestPaneDelegate: Bo adds a meeting to a new event of Ana's calendar, finds it
// again, and takes it away.
func TestPaneDelegate(t *testing.T) {
	t.Parallel()
	d := inCalendarOf(t, "delegateWithoutPrivateEventAccess")
	d.ready("Plans")
	d.Pane.See("Ana Nováková will be its host, you its cohost.")
	d.Pane.See("Bo Larsen")
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
	d.Pane.Miss("Start")
	d.Save()
	d.w.AwaitRest()
	m := meetings(d.w)[0]
	if m.Host != apptest.Ana || len(m.Invitees) != 1 || m.Invitees[0].Email != apptest.Bo || !m.Invitees[0].CoHost {
		t.Errorf("hosted by %s with %+v, want Ana, with Bo as the cohost", m.Host, m.Invitees)
	}

	d.OpenEvent("Plans")
	d.SignIn()
	d.complete()
	d.Pane.Click("button", "Remove")
	d.Pane.Click("button", "Remove")
	d.Pane.See("Save or send the event to finish.")
	d.Save()
	d.w.AwaitRest()
	if left := meetings(d.w); len(left) != 0 {
		t.Errorf("%d meetings are left", len(left))
	}
}

// TestPaneReader: who may only read a calendar is told whom to ask.
func TestPaneReader(t *testing.T) {
	t.Parallel()
	d := inCalendarOf(t, "read")
	d.NewEvent("Plans")
	d.SignIn()
	d.Pane.See("This calendar is closed to you here")
	d.Pane.See("made you a delegate or let you edit")
	d.Pane.Miss("Add Webex meeting")
}

// TestRibbonDelegate: the ribbon's button does the same without the pane.
func TestRibbonDelegate(t *testing.T) {
	t.Parallel()
	d := inCalendarOf(t, "write")
	d.form("Plans")
	d.ribbon("Allow")
	d.Page.See("Done. Send or save the event as usual.")
	d.Save()
	d.w.AwaitRest()
	all := meetings(d.w)
	if len(all) != 1 || all[0].Host != apptest.Ana || len(all[0].Invitees) != 1 || !all[0].Invitees[0].CoHost {
		t.Errorf("at Webex: %+v, want one of Ana's with Bo as the cohost", all)
	}
}
