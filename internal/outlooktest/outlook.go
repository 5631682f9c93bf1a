// Package outlooktest drives the sandbox's Outlook as a person does: an event
// is open in a form, and our pane lies beside it.
package outlooktest

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/browsertest"
)

// Outlook is a person's calendar in a browser.
type Outlook struct {
	Page *browsertest.Browser // the calendar with the open event
	Pane *browsertest.Browser // the pane beside the event

	Clicks int // on the way to a meeting, in the pane and its dialogs

	t       testing.TB
	address string
}

// Open shows upn's calendar at a sandbox. query is the page's: profile, theme,
// lang, slow, fail; in English if it names no language.
func Open(t testing.TB, b *browsertest.Browser, sandbox, upn, query string) *Outlook {
	t.Helper()
	if !strings.Contains(query, "lang=") {
		query += "&lang=en-GB"
	}
	o := &Outlook{Page: b, t: t, address: sandbox + "/?as=" + url.QueryEscape(upn) + "&" + strings.TrimPrefix(query, "&")}
	o.Show()
	return o
}

// Show shows the calendar anew, as after a reload.
func (o *Outlook) Show() { o.t.Helper(); o.Page.Open(o.address); o.Page.See("New event") }

// Tuesday is that of next week, as a form has it, so that tests end alike at any hour.
func Tuesday(now time.Time, clock string) string {
	return now.AddDate(0, 0, 8-(int(now.Weekday())+6)%7).Format("2006-01-02") + "T" + clock
}

// NewEvent opens the form of a new event, with the pane beside it.
func (o *Outlook) NewEvent(title string) {
	o.t.Helper()
	o.Page.Click("button", "New event")
	o.Page.Fill("Title", title)
	o.Page.Fill("Start", Tuesday(time.Now(), "10:00"))
	o.Page.Fill("End", Tuesday(time.Now(), "11:00"))
	o.OpenPane()
}

// OpenEvent opens an event of next week, with the pane beside it.
func (o *Outlook) OpenEvent(title string) {
	o.t.Helper()
	o.Show()
	o.Page.Click("button", "Next week")
	o.Page.Click("button", title)
	o.OpenPane()
}

// OpenPane presses the ribbon's button.
func (o *Outlook) OpenPane() {
	o.t.Helper()
	o.Page.Do("document.getElementById('ribbon-pane').click()")
	o.Pane = o.Page.Frame("/taskpane")
}

// ClosePane closes the pane, whatever it is doing.
func (o *Outlook) ClosePane() {
	o.t.Helper()
	o.Page.Click("button", "Close the pane")
	o.Page.Await("the pane is closed", "document.getElementById('pane').hidden")
}

// Save saves the event and closes its form.
func (o *Outlook) Save() {
	o.t.Helper()
	o.Page.Click("button", "Save")
	o.Page.Await("the form is closed", "!document.getElementById('editor').open")
}

// Press clicks, and counts it.
func (o *Outlook) Press(in *browsertest.Browser, role, name string) {
	o.t.Helper()
	o.Clicks++
	in.Click(role, name)
}

// FirstUse goes from nothing to the button that adds a meeting.
func (o *Outlook) FirstUse() {
	o.t.Helper()
	o.Pane.See("A Webex meeting in one click")
	o.Press(o.Pane, "button", "Sign in")
	dialog := o.Page.Window("authorize")
	o.Press(dialog, "button", "Accept") // to be signed in
	dialog.See("full access to your calendars")
	o.Press(dialog, "button", "Accept")
	o.Pane.See("One more step")
	o.Press(o.Pane, "button", "Connect Webex")
	dialog = o.Page.Window("authorize")
	dialog.See("asks for access")
	o.Press(dialog, "button", "Accept")
	o.Pane.See("Add Webex meeting")
}

// SignIn signs in a person whose accounts are connected: nothing is asked.
func (o *Outlook) SignIn() {
	o.t.Helper()
	o.Pane.Click("button", "Sign in")
	o.Pane.See("Signed in as")
}

// Body is the open event's, in HTML.
func (o *Outlook) Body() string {
	o.t.Helper()
	return o.Page.Text("document.getElementById('body-frame').contentDocument.body.innerHTML")
}

// Write puts text into the body of the open event, as if it was typed.
func (o *Outlook) Write(html string) {
	o.t.Helper()
	o.Page.Await("a body to write in", "document.getElementById('body-frame').contentDocument?.body?.id === 'compose'")
	o.Page.Do("document.getElementById('body-frame').contentDocument.body.innerHTML = " + quote(html))
}

func quote(s string) string {
	return "`" + strings.NewReplacer("`", "\\`", "\\", "\\\\").Replace(s) + "`"
}

// Details is how often the open event's body holds join details.
func (o *Outlook) Details() int {
	o.t.Helper()
	return int(o.Page.Number(`[...document.getElementById('body-frame').contentDocument.querySelectorAll('a[href*="/m/"]')].filter(a => !a.hash).length`))
}

// Location is the open event's.
func (o *Outlook) Location() string { o.t.Helper(); return o.Page.Value("Location") }
