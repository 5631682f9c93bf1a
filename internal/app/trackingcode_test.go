package app_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
)

// requires has Contoso's Webex site require a cost centre, and allow a project.
func requires(t *testing.T, w *apptest.World, preset string) {
	t.Helper()
	for _, site := range w.Sandbox.Webex.Sites() {
		if site.URL == "contoso.webex.com" {
			site.TrackingCodes = []fakewebex.TrackingCode{
				{Name: "Cost centre", Options: []string{"4711", "4712"}, Default: preset, Input: fakewebex.SelectInput, Type: fakewebex.RequiredCode},
				{Name: "Project", Options: []string{"Moon"}, Input: fakewebex.EditableSelectInput},
			}
			w.Sandbox.Webex.AddSite(site)
			return
		}
	}
	t.Fatal("there is no such site")
}

func codesOf(m fakewebex.Meeting) map[string]string {
	codes := map[string]string{}
	for _, c := range m.TrackingCodes {
		codes[c.Name] = c.Value
	}
	return codes
}

func coded(t *testing.T, w *apptest.World, want map[string]string) {
	t.Helper()
	if got := codesOf(one(t, w)); !maps.Equal(got, want) {
		t.Errorf("the meeting has %v, want %v", got, want)
	}
}

// TestTrackingCodeWithADefault: a keyword brings a meeting with no further question,
// and the code stays when the event changes.
func TestTrackingCodeWithADefault(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	w.Connect(apptest.Ana)
	requires(t, w, "4712")
	seq := w.Sandbox.Trace.Last()
	e := create(t, w, review())
	coded(t, w, map[string]string{"Cost centre": "4712"})
	if m := one(t, w); show(t, w, e.ID).Location.DisplayName != m.WebLink {
		t.Error("the event does not show its meeting")
	}
	create(t, w, review(func(e *fakems.Event) { e.Subject = "Second"; e.Start, e.End = at(13, 0), at(14, 0) }))
	calls := map[string]int{}
	for _, entry := range w.Sandbox.Trace.Since(seq) {
		path, _, _ := strings.Cut(entry.Path, "?")
		if path == "/v1/meetings/trackingCodes" || entry.Method == http.MethodPost && path == "/v1/meetings" {
			calls[path]++
		}
	}
	if diff := cmp.Diff(map[string]int{"/v1/meetings/trackingCodes": 1, "/v1/meetings": 3}, calls); diff != "" {
		t.Errorf("calls for two meetings, the first of them refused (-want +got):\n%s", diff)
	}
	for _, m := range meetings(w) {
		if diff := cmp.Diff(map[string]string{"Cost centre": "4712"}, codesOf(m)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", m.Title, diff)
		}
	}
	change(t, w, e.ID, func(e *fakems.Event) { e.Subject = "Review of figures" })
	for _, m := range meetings(w) {
		if len(m.TrackingCodes) != 1 {
			t.Errorf("%s lost its code", m.Title)
		}
	}
}

// TestTrackingCodeInPreferences: without a value the person is told, and what they
// then choose on the account page brings the meeting.
func TestTrackingCodeInPreferences(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	browser := w.Connect(apptest.Ana)
	requires(t, w, "")
	e := create(t, w, review())
	if all := meetings(w); len(all) != 0 {
		t.Fatalf("made without a code: %+v", all)
	}
	browser.Open(w.URL + "/account")
	browser.Shows("Your Webex site wants a tracking code for each meeting", "under Preferences on your account page", "Cost centre (required by your Webex site)")
	browser.Post(w.URL+"/account/preferences", url.Values{"tracking_name": {"Cost centre", "Project"}, "tracking_value": {"4711", ""}})
	w.AwaitRest()
	coded(t, w, map[string]string{"Cost centre": "4711"})
	if got := show(t, w, e.ID).Location.DisplayName; got != one(t, w).WebLink {
		t.Errorf("location = %q", got)
	}
	change(t, w, e.ID, func(e *fakems.Event) { e.Start, e.End = at(14, 0), at(15, 0) })
	coded(t, w, map[string]string{"Cost centre": "4711"})
}

// choose picks a value of a select, or types one, in the pane.
func (d *station) choose(label, value string) {
	d.t.Helper()
	d.Pane.Do(`{
	  const label = [...document.querySelectorAll('details.options label.field')].find((l) => l.firstChild.textContent.startsWith('` + label + `'));
	  const field = label.querySelector('select, input');
	  field.value = '` + value + `';
	  field.dispatchEvent(new Event(field.localName === 'select' ? 'change' : 'input', {bubbles: true}));
	}`)
}

// TestTrackingCodeInPane: the pane asks for what is required before it adds anything,
// and what was chosen can be changed, and stays.
func TestTrackingCodeInPane(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	requires(t, d.w, "")
	d.ready("Plans")
	d.Pane.Await("the options are open", "document.querySelector('details.options').open")
	d.Pane.Click("button", "Add Webex meeting")
	d.Pane.See("Your Webex site needs a value for Cost centre.")
	if got := d.Pane.Text("document.activeElement.closest('label').firstChild.textContent"); got != "Cost centre (required)" {
		t.Errorf("%q has the focus", got)
	}
	d.untouched()
	d.choose("Cost centre", "4711")
	d.choose("Project", "Mars")
	d.Pane.Click("button", "Add Webex meeting")
	d.complete()
	coded(t, d.w, map[string]string{"Cost centre": "4711", "Project": "Mars"})

	d.options()
	d.choose("Cost centre", "4712")
	d.choose("Project", "")
	d.Pane.Click("button", "Update")
	d.Pane.See("Changed.")
	coded(t, d.w, map[string]string{"Cost centre": "4712"})
	d.options()
	d.choose("Cost centre", "")
	d.Pane.Click("button", "Update")
	d.Pane.See("Your Webex site needs a value for Cost centre.")
	coded(t, d.w, map[string]string{"Cost centre": "4712"})
}

// TestTrackingCodeForAKeyword: an event whose keyword was refused for want of a code
// gets its meeting through the pane, with the code chosen there.
func TestTrackingCodeForAKeyword(t *testing.T) {
	t.Parallel()
	d := startStation(t, apptest.Options{}, "")
	requires(t, d.w, "")
	create(t, d.w, fakems.Event{Subject: "Typed", Start: next("10:00"), End: next("11:00"), Location: fakems.Location{DisplayName: "@webex"}})
	if len(meetings(d.w)) != 0 {
		t.Fatal("made without a code")
	}
	d.OpenEvent("Typed")
	d.SignIn()
	d.choose("Cost centre", "4711")
	d.Pane.Click("button", "Add Webex meeting")
	d.Pane.See("This event has a Webex meeting")
	d.w.AwaitRest()
	coded(t, d.w, map[string]string{"Cost centre": "4711"})
}
