package main

import (
	"path/filepath"
	"strings"
	"testing"

	"webex-scheduler/internal/browsertest"
	"webex-scheduler/internal/outlooktest"
)

// TestPaneFirstUse: in the demo, from nothing to a meeting in the event in six
// clicks.
func TestPaneFirstUse(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	program, sandbox := startDemo(t)
	o := outlooktest.Open(t, b, sandbox, "ana@contoso.example", "")
	o.NewEvent("Plans for spring")
	o.FirstUse()
	o.Press(o.Pane, "button", "Add Webex meeting")
	o.Pane.See("This event has a Webex meeting")
	if o.Clicks > 6 {
		t.Errorf("%d clicks from nothing to a meeting, want 6 at the most", o.Clicks)
	}
	if got := o.Location(); !strings.HasPrefix(got, "https://contoso.webex.com/") {
		t.Errorf("location = %q, want the join link", got)
	}
	if got := o.Details(); got != 1 {
		t.Errorf("join details %d times in the event, want once", got)
	}
	o.Save()
	b.Open(program + "/account")
	b.See("Plans for spring")
}

// TestPaneScreenshots takes the pictures of docs/pane.md (make screenshots).
func TestPaneScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("pictures are taken with make screenshots")
	}
	b := browsertest.Start(t)
	_, sandbox := startDemo(t, "--seed=1", "--calm")
	b.Resize(1280, 800)
	o := outlooktest.Open(t, b, sandbox, "ana@contoso.example", "theme=light")
	picture := func(name string, of *browsertest.Browser) {
		t.Helper()
		of.Screenshot(filepath.Join(*screenshots, "pane-"+name+".png"), false)
	}
	o.NewEvent("Plans for spring")
	o.Page.Fill("Attendees", "bo@contoso.example, deepa@contoso.example")
	o.Pane.See("A Webex meeting in one click")
	o.Pane.Set(browsertest.Look{}) // nothing moves
	picture("signin", o.Pane)
	o.FirstUse()
	picture("ready", o.Page)
	o.Page.Resize(1280, 1300)
	tall := func(height string) { o.Page.Do("document.getElementById('editor').style.height = '" + height + "'") }
	tall("1240px")
	o.Pane.Do("document.querySelector('details.options').open = true")
	o.Pane.Await("room for all", "innerHeight > 1000")
	picture("options", o.Pane)
	tall("")
	o.Page.Resize(1280, 900)
	o.Pane.Await("the usual room", "innerHeight < 800")
	o.Press(o.Pane, "button", "Add Webex meeting")
	o.Pane.See("This event has a Webex meeting")
	picture("meeting", o.Page)
	o.Pane.Click("button", "Remove")
	o.Pane.See("Remove the Webex meeting?")
	picture("remove", o.Pane)
	o.Pane.Click("button", "Cancel")
	o.Pane.See("This event has a Webex meeting")
	b.Set(browsertest.Look{Dark: true})
	o.Page.Do("const t = document.getElementById('theme'); t.value = 'dark'; t.dispatchEvent(new Event('change')); 0")
	o.Pane.Await("the dark theme", "document.documentElement.dataset.theme === 'dark'")
	picture("dark", o.Pane)
}
