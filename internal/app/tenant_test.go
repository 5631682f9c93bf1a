package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/sandbox/trace"
	"webex-scheduler/internal/store/storetest"
)

// People of the sandbox whom no other test uses.
const (
	alzbeta   = "alzbeta@contoso.example"   // and betka@
	amir      = "amir@contoso.example"      // without a Webex account
	chiara    = "chiara@contoso.example"    // in Webex as chiara@contoso-design.example
	emma      = "emma@contoso.example"      // in Webex as emma.schneider@contoso.example
	erik      = "erik@contoso.example"      // without a mailbox
	reception = "frontdesk@contoso.example" // a shared mailbox with an event that asks for a meeting
	freja     = "freja@contoso.example"     // with an event that asks for a meeting
	haruki    = "haruki@contoso.example"    // the same
	jonas     = "jonas@contoso.example"     // has left
	lucia     = "lucia@contoso.example"     // the same as Freja
	marek     = "marek@contoso.example"     // without a licence
	nora      = "nora@contoso.example"      // the same as Freja, without a Webex account
	noah      = "noah@fabrikam.example"     // administers Fabrikam
	mia       = "mia@fabrikam.example"      // of Fabrikam, a guest at Contoso
)

// productGroup is Contoso's group of six people, Freja among them.
const productGroup = sandbox.ProductGroup

// organisation starts a world whose clock the test moves, where Ana said yes
// for all of Contoso, to Microsoft and to Webex.
func organisation(t *testing.T, o apptest.Options) (*apptest.World, *apptest.Browser) {
	t.Helper()
	w := moving(t, o)
	return w, w.Authorise(apptest.Ana)
}

// moving starts a world whose clock the test moves.
func moving(t *testing.T, o apptest.Options) *apptest.World {
	t.Helper()
	o.Clock = clockwork.NewFakeClockAt(time.Now().UTC().Truncate(24 * time.Hour).Add(9 * time.Hour))
	return apptest.Start(t, o)
}

// desk is somebody's calendar and, under the same or another address, the
// Webex account.
type desk struct {
	t     *testing.T
	w     *apptest.World
	upn   string
	webex string
}

func deskOf(t *testing.T, w *apptest.World, upn string) desk { return desk{t, w, upn, upn} }

func (d desk) put(title string) fakems.Event {
	d.t.Helper()
	made, err := d.w.Sandbox.Microsoft.CreateEvent(d.upn, review(func(e *fakems.Event) { e.Subject = title }))
	if err != nil {
		d.t.Fatal(err)
	}
	d.w.AwaitRest()
	return made
}

func (d desk) change(id string, f func(*fakems.Event)) {
	d.t.Helper()
	if _, err := d.w.Sandbox.Microsoft.UpdateEvent(d.upn, id, f); err != nil {
		d.t.Fatal(err)
	}
	d.w.AwaitRest()
}

func (d desk) rename(id, title string) {
	d.t.Helper()
	d.change(id, func(e *fakems.Event) { e.Subject = title })
}

func (d desk) remove(id string) {
	d.t.Helper()
	if err := d.w.Sandbox.Microsoft.DeleteEvent(d.upn, id); err != nil {
		d.t.Fatal(err)
	}
	d.w.AwaitRest()
}

// event finds one by its title.
func (d desk) event(title string) fakems.Event {
	d.t.Helper()
	from := time.Now().AddDate(0, 0, -10)
	for _, e := range d.w.Sandbox.Microsoft.Events(d.upn, from, from.AddDate(0, 0, 40)) {
		if e.Subject == title {
			return e
		}
	}
	d.t.Fatalf("%s has no event %q", d.upn, title)
	return fakems.Event{}
}

func (d desk) meetings() []fakewebex.Meeting { return d.w.Sandbox.Webex.Meetings(d.webex) }

func (d desk) titles() []string {
	titles := []string{}
	for _, m := range d.meetings() {
		titles = append(titles, m.Title)
	}
	slices.Sort(titles)
	return titles
}

// has checks the titles of all meetings.
func (d desk) has(titles ...string) {
	d.t.Helper()
	slices.Sort(titles)
	if diff := cmp.Diff(append([]string{}, titles...), d.titles()); diff != "" {
		d.t.Errorf("meetings of %s (-want +got):\n%s", d.webex, diff)
	}
}

// one checks that there is one meeting, with that title.
func (d desk) one(title string) fakewebex.Meeting {
	d.t.Helper()
	all := d.meetings()
	if len(all) != 1 || all[0].Title != title {
		d.t.Fatalf("%s has the meetings %q, want %q alone", d.webex, d.titles(), title)
	}
	return all[0]
}

// subscriptions are the live ones of the mailbox.
func (d desk) subscriptions() []fakems.Subscription {
	return d.w.Sandbox.Microsoft.Subscriptions(d.upn)
}

func object(t *testing.T, w *apptest.World, upn string) string {
	t.Helper()
	u, ok := w.Sandbox.Microsoft.User(upn)
	if !ok {
		t.Fatalf("there is no %s", upn)
	}
	return u.ID
}

// hostedMeetings are all of Webex: who hosts what.
func hostedMeetings(w *apptest.World) []string {
	var all []string
	for _, m := range w.Sandbox.Webex.Meetings("") {
		all = append(all, m.Host+": "+m.Title)
	}
	slices.Sort(all)
	return all
}

// TestAdministratorSaysYesOnce: the events of everybody get meetings, and
// nobody but the administrator ever signs in.
func TestAdministratorSaysYesOnce(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(testing.TB) *storetest.Fixture{"SQLite": storetest.SQLite, "PostgreSQL": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			saysYesOnce(t, apptest.Start(t, apptest.Options{DatabaseURL: database(t).URL}))
		})
	}
}

func saysYesOnce(t *testing.T, w *apptest.World) {
	for who, title := range map[string]string{emma: "Terms of sale", amir: "Hand-over", jonas: "Farewell", marek: "Stocktaking"} {
		deskOf(t, w, who).put(title)
	}
	b := w.Authorise(apptest.Ana)
	if all := hostedMeetings(w); len(all) > 0 {
		t.Errorf("meetings before any mailbox was chosen: %q", all)
	}
	w.Choose(b, "everybody")
	left := []string{jonas, marek, erik, reception}
	for _, u := range w.Sandbox.Microsoft.Users() {
		if u.TenantID != apptest.Contoso || slices.Contains(left, u.UserPrincipalName) || strings.Contains(u.UserPrincipalName, "#EXT#") {
			continue
		}
		if _, err := w.Sandbox.Microsoft.AwaitSubscription(w.Context(), u.UserPrincipalName); err != nil {
			t.Fatalf("no subscription for %s: %v", u.UserPrincipalName, err)
		}
	}
	w.AwaitRest()
	want := []string{
		"alzbeta@contoso.example: Roadmap with sales", "chiara@contoso-design.example: Critique",
		"emma.schneider@contoso.example: Terms of sale", "freja@contoso.example: Release call",
		"haruki@contoso.example: 設計レビュー", "lucia@contoso.example: Campaign",
	}
	if diff := cmp.Diff(want, hostedMeetings(w)); diff != "" {
		t.Errorf("meetings (-want +got):\n%s", diff)
	}

	b.Open(w.URL + "/admin")
	b.Shows("23 kept", "2 mailboxes have nobody in Webex")
	for _, who := range []string{jonas, marek, mia} {
		if strings.Contains(b.Text(), who) {
			t.Errorf("the console lists %s", who)
		}
	}
	for _, unlucky := range []struct{ upn, title string }{{nora, "Budget round"}, {amir, "Hand-over"}} {
		b.Open(w.URL + "/admin/mailboxes/" + object(t, w, unlucky.upn))
		b.Shows("No Webex host", unlucky.title, "nobody who could host")
		if got := deskOf(t, w, unlucky.upn).event(unlucky.title).Location.DisplayName; got != "Webex: not added, see "+w.URL+"/account" {
			t.Errorf("%s of %s says %q", unlucky.title, unlucky.upn, got)
		}
	}

	d := deskOf(t, w, freja)
	before := d.one("Release call")
	d.rename(d.event("Release call").ID, "Release, postponed")
	if m := d.one("Release, postponed"); m.ID != before.ID {
		t.Errorf("a notified change made another meeting")
	}
	if mails := w.Sandbox.Webex.Mails(); len(mails) > 0 {
		t.Errorf("Webex mailed: %+v", mails)
	}
	onlyAnaSignedIn(t, w)
}

// onlyAnaSignedIn checks the sandbox's log: who else is in it was called for.
func onlyAnaSignedIn(t *testing.T, w *apptest.World) {
	t.Helper()
	grants := map[string]bool{}
	for _, e := range w.Sandbox.Trace.Since(0) {
		switch {
		case e.Service == trace.Entra && strings.Contains(e.Actor, "@") && e.Actor != apptest.Ana:
			t.Errorf("%s was at Entra ID: %s %s", e.Actor, e.Method, e.Path)
		case e.Service == trace.Entra && strings.HasSuffix(e.Path, "/token"):
			grants[e.Note+" "+e.Actor] = true
		case e.Service == trace.Graph && strings.Contains(e.Actor, "@") && strings.HasPrefix(e.Path, "/v1.0/") && e.Path != "/v1.0/me" && !strings.HasPrefix(e.Path, "/v1.0/me?"):
			t.Errorf("asked of Graph by %s: %s %s", e.Actor, e.Method, e.Path)
		}
	}
	want := map[string]bool{"authorization_code " + apptest.Ana: true, "client_credentials Webex Scheduler": true}
	if diff := cmp.Diff(want, grants); diff != "" {
		t.Errorf("token requests (-want +got):\n%s", diff)
	}
}

// TestMailboxBarredByExchange: a policy keeps us out of one mailbox. That one is
// shown, and nothing else minds.
func TestMailboxBarredByExchange(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	w.Sandbox.Microsoft.EditTenant(apptest.Contoso, func(t *fakems.Tenant) { t.OutOfReach = []string{haruki} })
	w.Choose(b, "everybody")
	w.Advance(time.Minute)
	w.Advance(2 * time.Hour)
	b.Open(w.URL + "/admin")
	b.Shows("Authorised", "2 mailboxes are in trouble") // Erik has none
	b.Open(w.URL + "/admin/mailboxes/" + object(t, w, haruki))
	b.Shows("Trouble")
	deskOf(t, w, haruki).has()
	d := deskOf(t, w, freja)
	d.rename(d.event("Release call").ID, "Release")
	d.one("Release")
}
