package app_test

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/trace"
)

// giveHost fills in the console's form.
func giveHost(w *apptest.World, b *apptest.Browser, mailbox, host string) {
	b.Open(w.URL + "/admin")
	b.Post(w.URL+"/admin/hosts", url.Values{"mailbox": {mailbox}, "host": {host}})
	w.AwaitRest()
	w.Advance(10 * time.Second)
}

// TestSharedMailbox: with a host of the administrator's choice it is kept in
// step as any other, and without one it is left alone.
func TestSharedMailbox(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	w.Choose(b, "listed", "addresses", freja)
	w.Advance(10 * time.Second)
	d := desk{t, w, reception, freja}
	d.one("Release call") // Freja's own
	b.Open(w.URL + "/admin")
	giveHost(w, b, "FrontDesk@contoso.example", freja)
	b.Open(w.URL + "/admin")
	b.Shows("frontdesk@contoso.example shared mailbox", "Hosted by freja@contoso.example", "2 kept")
	d.has("Release call", "Supplier call")

	made := d.put("Visit")
	if _, err := w.Sandbox.Microsoft.UpdateEvent(reception, made.ID, func(e *fakems.Event) {
		e.Attendees = append(e.Attendees, fakems.Attendee{EmailAddress: fakems.EmailAddress{Address: freja}, Type: "required"},
			fakems.Attendee{EmailAddress: fakems.EmailAddress{Address: haruki}, Type: "required"})
	}); err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	for _, m := range d.meetings() {
		if m.Title != "Visit" {
			continue
		}
		var invited []string
		for _, i := range m.Invitees {
			invited = append(invited, i.Email)
		}
		if !slices.Contains(invited, haruki) || slices.Contains(invited, freja) || slices.Contains(invited, reception) || m.Host != freja {
			t.Errorf("hosted by %s, invited: %v", m.Host, invited)
		}
	}
	d.rename(made.ID, "Visit, postponed")
	d.has("Release call", "Supplier call", "Visit, postponed")
	seq := w.Sandbox.Trace.Last()
	w.Advance(time.Hour)
	for _, e := range w.Sandbox.Trace.Since(seq) {
		if e.Write && e.Service == trace.Webex {
			t.Errorf("at rest: %s %s", e.Method, e.Path)
		}
	}
	b.Open(w.URL + "/admin/mailboxes/" + object(t, w, reception))
	b.Shows("Front desk", "In step", "freja@contoso.example, chosen in the console", "Supplier call")

	b.Post(w.URL+"/admin/mailboxes/preview", url.Values{"who": {"nobody"}})
	b.Shows("1 mailbox ends", "Freja Nielsen")
	b.Post(w.URL+"/admin/hosts/remove", url.Values{"mailbox": {reception}})
	w.AwaitRest()
	b.Open(w.URL + "/admin")
	b.Shows("1 kept")
	if subs := d.subscriptions(); len(subs) > 0 {
		t.Errorf("still subscribed: %+v", subs)
	}
	d.rename(made.ID, "Visit, cancelled")
	d.has("Release call", "Supplier call", "Visit, postponed") // its meetings stay
	onlyAnaSignedIn(t, w)
}

// TestHostGivenToMember: it goes before the mapping, also for whom nobody in
// Webex would host otherwise.
func TestHostGivenToMember(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	w.Choose(b, "listed", "addresses", nora)
	w.Advance(10 * time.Second)
	d := desk{t, w, nora, haruki}
	d.has()
	giveHost(w, b, nora, haruki)
	d.one("Budget round")
	b.Post(w.URL+"/admin/hosts/remove", url.Values{"mailbox": {nora}})
	w.AwaitRest()
	b.Open(w.URL + "/admin")
	b.Shows("1 mailbox has nobody in Webex")
}

// TestHostRefused: who is not in the organisation's Webex, or no mailbox of the
// tenant, is told at once, and nothing is kept. Neither another tenant's
// owner nor who is none gives or takes anything.
func TestHostRefused(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	for _, c := range []struct{ mailbox, host, want string }{
		{reception, "nobody@contoso.example", "Webex knows nobody in your organisation with the address nobody@contoso.example."},
		{reception, "noah@fabrikam.example", "Webex knows nobody in your organisation with the address noah@fabrikam.example."},
		{"nobody@contoso.example", freja, "Your organisation has no mailbox with the address nobody@contoso.example."},
		{"noah@fabrikam.example", freja, "Your organisation has no mailbox with the address noah@fabrikam.example."},
		{mia, freja, "A guest of your organisation."},
	} {
		giveHost(w, b, c.mailbox, c.host)
		if b.Status != 400 {
			t.Errorf("%s hosted by %s: %d", c.mailbox, c.host, b.Status)
		}
		b.Shows(c.want)
	}
	b.Open(w.URL + "/admin")
	b.Shows("None yet")
	desk{t, w, reception, ""}.has()

	giveHost(w, b, reception, freja)
	before := hostedMeetings(w)
	other := w.Authorise(noah)
	other.Post(w.URL+"/admin/hosts/remove", url.Values{"mailbox": {reception}})
	if other.Status != 404 {
		t.Errorf("another tenant's owner: %d", other.Status)
	}
	giveHost(w, other, reception, noah)
	other.Shows("Your organisation has no mailbox with the address " + reception)
	none := w.Admin(haruki)
	for _, address := range []string{"/admin/hosts", "/admin/hosts/remove"} {
		none.Post(w.URL+address, url.Values{"mailbox": {reception}, "host": {haruki}})
		none.Shows("For owners only")
	}
	w.AwaitRest()
	if diff := cmp.Diff(before, hostedMeetings(w)); diff != "" || len(before) != 1 {
		t.Errorf("(-want +got)\n%s", diff)
	}
	b.Open(w.URL + "/admin")
	b.Shows("Hosted by freja@contoso.example")
}
