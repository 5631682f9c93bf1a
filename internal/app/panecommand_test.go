package app_test

import (
	"strings"
	"testing"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/browsertest"
	"webex-scheduler/internal/outlooktest"
)

// form opens a new event without the pane.
func (d *station) form(title string) {
	d.t.Helper()
	d.Page.Click("button", "New event")
	d.Page.Fill("Title", title)
	d.Write(agenda)
}

// ribbon presses the ribbon's button, and allows the window that Outlook then
// asks about, or does not.
func (d *station) ribbon(answer string) {
	d.t.Helper()
	d.Page.Await("the button can be pressed", "!document.getElementById('ribbon-add').disabled")
	d.Page.Do("document.getElementById('ribbon-add').click()")
	d.Page.See("Adding the Webex meeting…") // else its line comes between the question and the click
	d.Page.Click("button", answer)
}

// TestRibbon: the button adds a meeting without the pane, and says so.
func TestRibbon(t *testing.T) {
	t.Parallel()
	for _, profile := range []string{"web", "mobile"} {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			d := startStation(t, apptest.Options{}, "profile="+profile)
			d.form("Plans")
			d.ribbon("Allow")
			d.Page.See("Done. Send or save the event as usual.")
			if got := meetings(d.w); len(got) != 1 || d.Location() != got[0].WebLink || d.Details() != 1 || !strings.Contains(d.Body(), agenda) {
				t.Fatalf("meetings %+v, location %q, body:\n%s", got, d.Location(), d.Body())
			}
			d.ribbon("Allow")
			d.Page.See("This event has a Webex meeting already.")
			if got := meetings(d.w); len(got) != 1 || d.Details() != 1 {
				t.Errorf("%d meetings and %d join details after a second press, want one", len(got), d.Details())
			}
		})
	}
}

// TestRibbonFirstUse: signs in and links by its own dialogs.
func TestRibbonFirstUse(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	w := apptest.Start(t, apptest.Options{})
	d := &station{outlooktest.Open(t, b, w.SandboxURL, apptest.Ana, ""), t, w}
	d.form("Plans")
	d.ribbon("Allow")
	dialog := d.Page.Window("authorize")
	dialog.Click("button", "Accept")
	dialog.See("full access to your calendars")
	dialog.Click("button", "Accept")
	d.Page.Click("button", "Allow")
	dialog = d.Page.Window("authorize")
	dialog.See("asks for access")
	dialog.Click("button", "Accept")
	d.Page.See("Done. Send or save the event as usual.")
	if got := meetings(d.w); len(got) != 1 || d.Details() != 1 {
		t.Errorf("%d meetings and %d join details, want one", len(got), d.Details())
	}
}

// TestRibbonFails: whatever happens, the command ends with a message and the
// event as it was.
func TestRibbonFails(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "fail=body.setAsync")
	d.form("Plans")
	d.ribbon("Ignore")
	d.Page.See("The window was not opened.")
	d.ribbon("Allow")
	d.Page.See("Outlook did not let us write into the event.")
	d.untouched()
	d.w.AwaitRest()
	if got := meetings(d.w); len(got) != 0 {
		t.Errorf("%d meetings, want none", len(got))
	}
}
