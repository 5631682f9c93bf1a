package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/trace"
)

// TestTwoTenants: two organisations in one installation are kept apart: neither
// learns or changes anything of the other.
func TestTwoTenants(t *testing.T) {
	t.Parallel()
	w, ana := organisation(t, apptest.Options{})
	w.Choose(ana, "everybody")
	noahs := w.Authorise(noah)
	w.Choose(noahs, "everybody")
	deskOf(t, w, mia).put("Client plan")
	w.Advance(10 * time.Second)
	deskOf(t, w, mia).one("Client plan")
	deskOf(t, w, freja).one("Release call")

	console := func(b *apptest.Browser, shows string) string {
		t.Helper()
		b.Open(w.URL + "/admin")
		b.Shows(shows)
		return b.Text()
	}
	grants := []string{w.Offer(ana, apptest.Ana)}
	before := console(ana, "23 kept")
	others := []string{
		object(t, w, freja), object(t, w, apptest.Ana), freja, apptest.Contoso + "/" + object(t, w, freja),
		"../" + apptest.Contoso + "/" + object(t, w, freja), apptest.Contoso, "organization", apptest.Contoso + "/organization",
	}
	for _, address := range adminAddresses {
		for _, other := range append(others, grants...) {
			trespass(t, noahs, w.URL, address, other)
		}
	}
	w.AwaitRest()
	lookLater(w)
	if after := console(ana, "23 kept"); digest(after) != digest(before) {
		t.Errorf("Contoso's console before:\n%s\nafter:\n%s", before, after)
	}
	noahs.Open(w.URL + "/admin")
	noahs.Shows("2 kept", "Meetings are made for its people, with the account "+noah)
	deskOf(t, w, freja).one("Release call")
	for _, e := range w.Sandbox.Trace.Since(0) {
		if e.Service == trace.Webex && e.Actor == noah && strings.Contains(e.Note, "contoso") {
			t.Errorf("asked for Contoso's by Fabrikam's administrator: %s %s %s", e.Method, e.Path, e.Note)
		}
	}
}

// adminAddress is one that the console answers.
type adminAddress struct {
	method, path string
	form         url.Values
}

// adminAddresses are all of the console, {id} standing for whatever it takes.
var adminAddresses = []adminAddress{
	{"GET", "/admin", nil}, {"GET", "/admin?after={id}", nil}, {"GET", "/admin?q={id}", nil}, {"GET", "/admin?state=held&after={id}", nil},
	{"GET", "/admin/consent", nil}, {"GET", "/admin/settings", nil}, {"GET", "/admin/owners", nil},
	{"GET", "/admin/mailboxes/{id}", nil}, {"GET", "/admin/mailboxes/{id}/receipts", nil}, {"GET", "/admin/mailboxes/{id}/history", nil}, {"GET", "/admin/receipts", nil},
	{"POST", "/admin/mailboxes/{id}/release", url.Values{}},
	{"POST", "/admin/connect/webex/confirm", url.Values{"grant": {"{id}"}}},
	{"POST", "/admin/mailboxes/preview", url.Values{"who": {"group"}, "group": {productGroup}}},
	{"POST", "/admin/mailboxes/preview", url.Values{"who": {"listed"}, "addresses": {"{id}"}}},
	{"POST", "/admin/owners", url.Values{"who": {"{id}"}}},
	{"POST", "/admin/owners/remove", url.Values{"account": {"{id}"}}},
	{"POST", "/admin/look", url.Values{"tenant": {"{id}"}}},
	{"POST", "/admin/pause", url.Values{"paused": {"true"}, "tenant": {"{id}"}}},
	{"POST", "/admin/pause", url.Values{"paused": {"false"}, "tenant": {"{id}"}}},
	{"POST", "/admin/mailboxes", url.Values{"who": {"everybody"}, "tenant": {"{id}"}}},
	{"GET", "/admin/owners", nil}, {"GET", "/admin", nil},
}

// strangers are words that only the other organisation has.
var strangers = regexp.MustCompile(`(?i)nielsen|release call|roadmap with sales|nováková|23 kept|contoso\.webex`)

// with puts an id where the address takes one.
func (a adminAddress) with(id string) adminAddress {
	b := adminAddress{a.method, strings.ReplaceAll(a.path, "{id}", url.PathEscape(id)), url.Values{}}
	for name, values := range a.form {
		b.form.Set(name, strings.ReplaceAll(values[0], "{id}", id))
	}
	return b
}

// trespass asks for an address with another organisation's id.
func trespass(t *testing.T, b *apptest.Browser, home string, a adminAddress, id string) {
	t.Helper()
	asked := a.with(id)
	if a.method == "GET" {
		b.Open(home + asked.path)
	} else {
		b.Post(home+asked.path, asked.form)
	}
	// What was typed is not theirs to hide: it is shown where it was typed.
	text := strings.ReplaceAll(b.Text(), id, "")
	if word := strangers.FindString(text); word != "" || b.Status >= 500 {
		t.Errorf("%s %s with %q: status %d, shows %q:\n%s", a.method, a.path, id, b.Status, word, b.Text())
	}
	if strings.Contains(a.path, "/mailboxes/{id}") && b.Status != 404 && b.URL.Path != "/admin" {
		t.Errorf("%s %s with %q: status %d, want 404", a.method, a.path, id, b.Status)
	}
}

// digest leaves out of a console what time changes.
func digest(text string) string {
	return regexp.MustCompile(`\d\d:\d\d UTC`).ReplaceAllString(text, "")
}

// TestBlockOfAnotherTenant: join details that were copied from another
// organisation's event give no right to its meeting.
func TestBlockOfAnotherTenant(t *testing.T) {
	t.Parallel()
	w, ana := organisation(t, apptest.Options{})
	w.Choose(ana, "everybody")
	w.Choose(w.Authorise(noah), "everybody")
	w.Advance(10 * time.Second)
	theirs := deskOf(t, w, freja)
	made := theirs.one("Release call")
	body := theirs.event("Release call").Body

	d := deskOf(t, w, mia)
	copied, err := w.Sandbox.Microsoft.CreateEvent(mia, fakems.Event{Subject: "Copied", Start: at(10, 0), End: at(11, 0), Body: body})
	if err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	d.rename(copied.ID, "Stolen")
	w.Advance(5 * time.Minute)
	d.remove(copied.ID)
	w.Advance(20 * time.Minute)
	if m := theirs.one("Release call"); m.ID != made.ID {
		t.Error("Freja's meeting is another one")
	}
	d.has()
	for _, e := range w.Sandbox.Trace.Since(0) {
		if e.Service == trace.Webex && e.Actor == noah && strings.Contains(e.Path, made.ID) {
			t.Errorf("asked by Fabrikam: %s %s", e.Method, e.Path)
		}
	}
}
