package app_test

import (
	"testing"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/browsertest"
	"webex-scheduler/internal/outlooktest"
)

var looks = map[string]browsertest.Look{"light": {}, "dark": {Dark: true}, "contrast": {Dark: true, Contrast: true}}

// inspect looks at a page with axe in every look and in text of those sizes,
// and for what does not fit its width.
func inspect(t *testing.T, b *browsertest.Browser, axe, what string, sizes ...string) {
	t.Helper()
	for look, set := range looks {
		b.Set(set)
		// Outlook's theme, which the pane follows, need not be the system's.
		b.Do("if (document.documentElement.dataset.theme) document.documentElement.dataset.theme = '" + map[bool]string{true: "dark", false: "light"}[set.Dark] + "'")
		for _, size := range sizes {
			b.Do("document.documentElement.style.fontSize = '" + size + "'")
			for _, problem := range append(b.Violations(axe), b.Problems()...) {
				t.Errorf("%s, %s, text of %s: %s", what, look, size, problem)
			}
		}
	}
	b.Set(browsertest.Look{})
	b.Do("document.documentElement.style.fontSize = ''")
}

// TestPaneForEverybody: axe finds nothing in any state of the pane, and nothing
// has to be scrolled sideways.
func TestPaneForEverybody(t *testing.T) {
	t.Parallel()
	axe := browsertest.Axe(t)
	b := browsertest.Start(t)
	w := apptest.Start(t, apptest.Options{})
	requires(t, w, "4712")
	d := &station{outlooktest.Open(t, b, w.SandboxURL, apptest.Ana, "theme=light"), t, w}
	d.NewEvent("Plans")
	d.Write(agenda)
	d.Page.Fill("Attendees", apptest.Bo)
	d.Pane.See("A Webex meeting in one click")
	if got := d.Pane.Number("innerWidth"); got > 340 {
		t.Errorf("the pane is %v pixels wide, want about 320 as in Outlook", got)
	}
	inspect(t, d.Pane, axe, "not signed in", "100%", "200%")
	d.Pane.Do("window.fetch = ((real) => (...all) => all[0] === '/taskpane/token' ? Promise.reject(new TypeError()) : real(...all))(window.fetch)")
	d.Pane.Click("button", "Sign in")
	dialog := d.Page.Window("authorize")
	dialog.Click("button", "Accept")
	dialog.See("full access to your calendars")
	dialog.Click("button", "Accept")
	d.Pane.See("The server cannot be reached")
	inspect(t, d.Pane, axe, "an error", "100%", "200%")
	d.ClosePane()
	d.OpenPane()
	d.SignIn()
	inspect(t, d.Pane, axe, "Webex missing", "100%", "200%")
	d.Pane.Click("button", "Connect Webex")
	dialog = d.Page.Window("authorize")
	dialog.See("asks for access")
	dialog.Click("button", "Accept")
	d.Pane.See("Add a Webex meeting")
	inspect(t, d.Pane, axe, "ready", "100%", "200%")
	d.Pane.Do("document.querySelector('summary').click()")
	d.Pane.See("Cohosts")
	inspect(t, d.Pane, axe, "options", "100%", "200%")
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
	inspect(t, d.Pane, axe, "a meeting", "100%", "200%")
	d.Pane.Click("button", "Remove")
	d.Pane.See("Remove the Webex meeting?")
	inspect(t, d.Pane, axe, "the question", "100%", "200%")
	d.Pane.Click("button", "Cancel")
	d.Save()
	d.w.AwaitRest()

	bo := outlooktest.Open(t, b, w.SandboxURL, apptest.Bo, "theme=light")
	bo.OpenEvent("Plans")
	bo.Pane.See("Join the Webex meeting")
	inspect(t, bo.Pane, axe, "an attendee", "100%", "200%")
}

// TestPagesForEverybody: nor does it find anything on the other pages.
func TestPagesForEverybody(t *testing.T) {
	t.Parallel()
	axe := browsertest.Axe(t)
	b := browsertest.Start(t)
	w := apptest.Start(t, apptest.Options{})
	b.Open(w.URL + "/")
	b.Click("button", apptest.Ana)
	b.Click("button", "Accept")
	b.See("full access to your calendars")
	b.Click("button", "Accept")
	b.See("Connect Webex")
	page := func(path, see string) {
		t.Helper()
		b.Resize(1280, 900)
		b.Open(w.URL + path)
		b.See(see)
		inspect(t, b, axe, path+" at 1280 pixels", "100%", "200%")
		b.Resize(320, 800)
		inspect(t, b, axe, path+" at 320 pixels", "100%")
	}
	page("/account", "Connect Webex")
	page("/admin/consent", "Microsoft")
	page("/nowhere", "Not found")
	page("/taskpane", "Open this in Outlook")
	page("/taskpane/linked", "Outlook")
	w.Authorise(apptest.Ana)
	w.Connect(apptest.Ana)
	w.AwaitRest()
	create(t, w, review())
	page("/account", "Review of plans")
	page("/admin", "Mailboxes")
	page("/admin/consent", "Authorised")
	page("/admin/settings", "Settings")
	page("/admin/owners", "Owners")
	page("/admin/receipts", "Receipts")
	page("/account/receipts", "Receipts")
	page("/account/history", "Webex meeting made")
}
