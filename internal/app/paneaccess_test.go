package app_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/browsertest"
	"webex-scheduler/internal/outlooktest"
)

// TestPaneKeyboard: the whole first use without a mouse.
func TestPaneKeyboard(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	w := apptest.Start(t, apptest.Options{})
	d := &station{outlooktest.Open(t, b, w.SandboxURL, apptest.Ana, ""), t, w}
	d.NewEvent("Plans")
	d.Write(agenda)
	d.Page.Do("document.getElementById('pane-close').focus()")
	// use tabs to what has that name and presses Enter. keys are pressed in the
	// window, which passes them to the frame that has the focus.
	use := func(window, in *browsertest.Browser, name string) {
		t.Helper()
		in.See(name)
		for range 40 {
			window.Press(kb.Tab)
			if in.Text("document.activeElement?.textContent.trim() ?? ''") == name {
				window.Press(kb.Enter)
				return
			}
		}
		t.Fatalf("no tab leads to %s", name)
	}
	use(d.Page, d.Pane, "Sign in")
	dialog := d.Page.Window("authorize")
	use(dialog, dialog, "Accept")
	dialog.See("full access to your calendars")
	use(dialog, dialog, "Accept")
	use(d.Page, d.Pane, "Connect Webex")
	dialog = d.Page.Window("authorize")
	dialog.See("asks for access")
	use(dialog, dialog, "Accept")
	use(d.Page, d.Pane, "Add Webex meeting")
	d.complete()
	use(d.Page, d.Pane, "Remove")
	d.Pane.See("Remove the Webex meeting?")
	use(d.Page, d.Pane, "Remove")
	d.Pane.See("The meeting was removed.")
	d.untouched()
}

// TestPaneDiscardedDraft: an event that is never saved takes its meeting along,
// in its time: an invitation may be out that nobody told us of.
func TestPaneDiscardedDraft(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(time.Now())
	d := startStation(t, apptest.Options{Clock: clock}, "")
	d.ready("Plans")
	day := time.Now().AddDate(0, 0, 9).Format("2006-01-02")
	d.Page.Fill("Start", day+"T10:00")
	d.Page.Fill("End", day+"T11:00")
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
	d.Page.Do("document.getElementById('editor-close').click()")
	d.w.Advance(24 * time.Hour)
	if got := meetings(d.w); len(got) != 1 {
		t.Errorf("%d meetings after a day, want it still: an invitation may be out", len(got))
	}
	d.w.Advance(49 * time.Hour)
	if got := meetings(d.w); len(got) != 0 {
		t.Errorf("%d meetings after three days, want none: the event was never saved", len(got))
	}
}
