package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
)

// lookLater lets one look at the tenant pass, and what comes of it: new
// mailboxes begin one after the other.
func lookLater(w *apptest.World) {
	w.Advance(15*time.Minute + 30*time.Second)
	w.Advance(10 * time.Second)
}

// TestJoiner: who comes into the organisation is kept in step within a look.
func TestJoiner(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	w.Choose(b, "everybody")
	w.Advance(10 * time.Second)
	const vera = "vera@contoso.example"
	w.Sandbox.Microsoft.AddUser(fakems.User{TenantID: apptest.Contoso, UserPrincipalName: vera, DisplayName: "Vera Costa", Licensed: true})
	d := deskOf(t, w, vera)
	d.put("First day")
	lookLater(w)
	b.Open(w.URL + "/admin/mailboxes/" + object(t, w, vera))
	b.Shows("Vera Costa", "No Webex host", "First day")
	if subs := d.subscriptions(); len(subs) != 1 {
		t.Errorf("%d subscriptions, want one", len(subs))
	}
	// The Webex account comes a little later, as it does.
	w.Sandbox.Webex.AddPerson(fakewebex.Person{Email: vera, Sites: []string{"contoso.webex.com"}, Org: apptest.Contoso})
	lookLater(w)
	d.one("First day")
	e := d.put("Second day")
	d.has("First day", "Second day")
	d.rename(e.ID, "Day two")
	d.has("First day", "Day two")
}

// TestLeaver: whose account is disabled is not kept in step any more. Meetings
// stay: somebody else may hold them.
func TestLeaver(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	w.Choose(b, "everybody")
	w.Advance(10 * time.Second)
	d := deskOf(t, w, haruki)
	const title = "設計レビュー"
	e := d.event(title)
	d.one(title)
	w.Sandbox.Microsoft.DisableUser(haruki)
	lookLater(w)
	d.one(title)
	if subs := d.subscriptions(); len(subs) != 0 {
		t.Errorf("%d subscriptions of somebody who left", len(subs))
	}
	b.Open(w.URL + "/admin")
	b.Shows("22 kept")
	d.rename(e.ID, "Handed over")
	lookLater(w)
	d.one(title)

	w.Sandbox.Microsoft.EnableUser(haruki)
	lookLater(w)
	if got := d.titles(); len(got) != 1 || got[0] != "Handed over" {
		t.Errorf("back again, the meetings are %q", got)
	}
}

// TestRenamedPerson: name and addresses change on both sides, and everything
// goes on under the new ones.
func TestRenamedPerson(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	w.Choose(b, "everybody")
	w.Advance(10 * time.Second)
	made := deskOf(t, w, lucia).one("Campaign")
	id := object(t, w, lucia)

	const now = "lucia.vega@contoso.example"
	w.Sandbox.Microsoft.RenameUser(lucia, now)
	if err := w.Sandbox.Webex.EditPerson(lucia, func(p *fakewebex.Person) { p.Email = now }); err != nil {
		t.Fatal(err)
	}
	d := deskOf(t, w, now)
	e := d.event("Campaign")
	d.rename(e.ID, "Spring campaign") // before anybody looked
	lookLater(w)
	if m := d.one("Spring campaign"); m.ID != made.ID {
		t.Error("another meeting for a renamed person")
	}
	d.rename(e.ID, "Summer campaign")
	if m := d.one("Summer campaign"); m.ID != made.ID {
		t.Error("another meeting for a renamed person")
	}
	b.Open(w.URL + "/admin/mailboxes/" + id)
	b.Shows(now, "In step")
	if strings.Contains(b.Text(), lucia) {
		t.Errorf("the console shows the old name still:\n%s", b.Text())
	}

	// The Webex account alone, with the old address as an alias.
	d.webex = "lv@contoso.example"
	if err := w.Sandbox.Webex.EditPerson(now, func(p *fakewebex.Person) { p.Email, p.Aliases = d.webex, []string{now} }); err != nil {
		t.Fatal(err)
	}
	lookLater(w)
	d.rename(e.ID, "Autumn campaign")
	if m := d.one("Autumn campaign"); m.ID != made.ID {
		t.Error("another meeting for a renamed Webex account")
	}

	// First the one side, and the other only after a look that found nobody.
	const later = "lucia@contoso-design.example"
	if err := w.Sandbox.Webex.EditPerson(d.webex, func(p *fakewebex.Person) { p.Email, p.Aliases = later, nil }); err != nil {
		t.Fatal(err)
	}
	d.webex = later
	lookLater(w)
	b.Open(w.URL + "/admin/mailboxes/" + id)
	b.Shows("No Webex host")
	d.rename(e.ID, "Winter campaign")
	w.Sandbox.Microsoft.RenameUser(now, later)
	d.upn = later
	lookLater(w)
	if m := d.one("Winter campaign"); m.ID != made.ID {
		t.Error("another meeting for somebody renamed on one side first")
	}
}

// TestWebexListsNobody: where Webex does not list the people of an organisation,
// members are looked up one by one.
func TestWebexListsNobody(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	lookups := 0
	w.Sandbox.Webex.OnRequest = func(r *http.Request) *fakewebex.Fault {
		if r.URL.Path != "/v1/people" {
			return nil
		}
		if r.URL.Query().Has("email") {
			lookups++
			return nil
		}
		return &fakewebex.Fault{Status: http.StatusForbidden}
	}
	b := w.Authorise(apptest.Ana)
	w.Choose(b, "everybody")
	w.Advance(10 * time.Second)
	want := []string{
		"alzbeta@contoso.example: Roadmap with sales", "chiara@contoso-design.example: Critique",
		"freja@contoso.example: Release call", "haruki@contoso.example: 設計レビュー", "lucia@contoso.example: Campaign",
	}
	if diff := cmp.Diff(want, hostedMeetings(w)); diff != "" {
		t.Errorf("meetings (-want +got):\n%s", diff)
	}
	b.Open(w.URL + "/admin")
	b.Shows("2 mailboxes have nobody in Webex")
	before := lookups
	w.Advance(3 * time.Hour)
	if lookups != before {
		t.Errorf("%d look-ups within three hours of the first", lookups-before)
	}
}

// TestGroup: who joins the group is kept in step, who leaves it is not.
func TestGroup(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	w.Choose(b, "group", "group", productGroup)
	w.Advance(10 * time.Second)
	deskOf(t, w, freja).one("Release call")
	deskOf(t, w, haruki).has()
	w.Sandbox.Microsoft.JoinGroup(haruki, productGroup)
	w.Sandbox.Microsoft.LeaveGroup(freja, productGroup)
	lookLater(w)
	deskOf(t, w, haruki).one("設計レビュー")
	deskOf(t, w, freja).one("Release call")
	if subs := deskOf(t, w, freja).subscriptions(); len(subs) != 0 {
		t.Errorf("%d subscriptions of somebody who left the group", len(subs))
	}
}
