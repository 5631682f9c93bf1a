package app_test

import (
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/trace"
)

// TestConsentWithdrawn: it is noticed and said, calls stop, meetings stay; given
// again, it goes on and what was missed is made up.
func TestConsentWithdrawn(t *testing.T) {
	t.Parallel()
	for name, withdrawn := range map[string]struct {
		permissions []string
		says        string
	}{
		"all of it":                          {nil, "The consent was taken back at Microsoft. Missing: Calendars.ReadWrite."},
		"the permission needed for anything": {[]string{"Calendars.ReadWrite"}, "The permission that nothing works without was taken back at Microsoft. Missing: Calendars.ReadWrite."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, b := organisation(t, apptest.Options{})
			w.Choose(b, "everybody")
			w.Advance(10 * time.Second)
			d := deskOf(t, w, freja)
			made := d.one("Release call")
			all := len(w.Sandbox.Webex.Meetings(""))

			w.Sandbox.Microsoft.WithdrawTenant(apptest.Contoso, w.Sandbox.MicrosoftClientID, withdrawn.permissions...)
			w.Sandbox.Microsoft.ExpireTenantTokens(apptest.Contoso)
			w.Advance(15*time.Minute + 30*time.Second)
			b.Open(w.URL + "/admin")
			if b.URL.Path != "/admin/consent" {
				t.Errorf("the console is shown at %s, though the consent is gone", b.URL)
			}
			b.Shows("Withdrawn", withdrawn.says)

			seq := w.Sandbox.Trace.Last()
			e := d.event("Release call")
			d.rename(e.ID, "Release")
			w.Advance(4 * time.Hour)
			calls, tokens := 0, 0
			for _, e := range w.Sandbox.Trace.Since(seq) {
				switch {
				case e.Service == trace.Graph && e.Actor == "Webex Scheduler":
					calls++
				case e.Service == trace.Graph && strings.HasPrefix(e.Path, "/v1.0/"):
					t.Errorf("%s %s %s %d", e.Actor, e.Method, e.Path, e.Status)
				case e.Service == trace.Entra:
					tokens++
				case e.Service == trace.Webex && e.Write:
					t.Errorf("written to Webex: %s %s", e.Method, e.Path)
				}
			}
			// An hourly look takes one token and tries each permission, and may
			// try a few mailboxes.
			if tokens > 8 || calls > 4*6 {
				t.Errorf("%d token requests and %d calls in four hours, want the hourly look alone", tokens, calls)
			}
			if n := len(w.Sandbox.Webex.Meetings("")); n != all || d.one("Release call").ID != made.ID {
				t.Errorf("%d meetings, want the %d of before", n, all)
			}

			b.Open(w.URL + "/admin/consent")
			w.Consent(b, apptest.Ana)
			w.Advance(10 * time.Second)
			b.Open(w.URL + "/admin")
			b.Shows("Authorised", "23 kept")
			if m := d.one("Release"); m.ID != made.ID {
				t.Error("the missed change made another meeting")
			}
			w.Advance(16 * time.Minute)
			d.rename(e.ID, "Release, at last")
			if m := d.one("Release, at last"); m.ID != made.ID {
				t.Error("the change after it made another meeting")
			}
		})
	}
}

// TestOnePermissionWithdrawn: what does not need it goes on, and it is named.
func TestOnePermissionWithdrawn(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	w.Choose(b, "everybody")
	w.Advance(10 * time.Second)
	w.Sandbox.Microsoft.WithdrawTenant(apptest.Contoso, w.Sandbox.MicrosoftClientID, "User.Read.All")
	w.Sandbox.Microsoft.ExpireTenantTokens(apptest.Contoso)
	w.Advance(16 * time.Minute)
	b.Open(w.URL + "/admin")
	b.Shows("Authorised", "In step 20", "Not possible without the permission User.Read.All.")
	b.Open(w.URL + "/admin/consent")
	b.Shows("User.Read.All", "Missing")
	d := deskOf(t, w, freja)
	d.rename(d.event("Release call").ID, "Release")
	d.one("Release")
}

// TestConsentSpreads: Microsoft knows of a yes only after a while, and the page
// says so meanwhile.
func TestConsentSpreads(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	w.Sandbox.Microsoft.EditTenant(apptest.Contoso, func(t *fakems.Tenant) { t.Replication = 90 * time.Second })
	b := w.AuthoriseMicrosoft(apptest.Ana)
	for range 4 {
		if b.URL.Path != "/admin/consent" {
			t.Fatalf("at %s while the consent is waited for", b.URL)
		}
		b.Shows("Being checked", "Waiting since", "Each permission is tried until it works")
		w.Advance(20 * time.Second)
		b.Open(w.URL + "/admin")
	}
	w.Advance(time.Minute)
	b.Open(w.URL + "/admin/consent")
	b.Shows("Authorised", "The program reaches the calendars")
	w.Choose(b, "everybody")
	w.Advance(10 * time.Second)
	if subs := deskOf(t, w, freja).subscriptions(); len(subs) != 1 {
		t.Errorf("%d subscriptions for Freja", len(subs))
	}
}

// TestConsentInPart: what was not granted is off and says so; a later yes to all
// turns it on.
func TestConsentInPart(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	withhold := func(names ...string) {
		w.Sandbox.Microsoft.EditTenant(apptest.Contoso, func(t *fakems.Tenant) { t.Withhold = names })
	}
	withhold("User.Read.All")
	b := w.Authorise(apptest.Ana)
	b.Shows("Authorised", "Not possible without the permission User.Read.All.")
	b.Open(w.URL + "/admin/consent")
	b.Shows("User.Read.All", "Not needed")
	b.Open(w.URL + "/admin")
	b.Post(w.URL+"/admin/mailboxes", map[string][]string{"who": {"everybody"}})
	if b.Status != 403 {
		t.Errorf("chosen without the permission: status %d", b.Status)
	}
	withhold()
	b.Open(w.URL + "/admin/consent")
	w.Consent(b, apptest.Ana)
	w.Choose(b, "everybody")
	w.Advance(10 * time.Second)
	deskOf(t, w, freja).one("Release call")
}

// TestConsentRefused: who turns back at Microsoft's page changes nothing.
func TestConsentRefused(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	refuse := func(b *apptest.Browser) {
		t.Helper()
		b.Open(w.URL + "/admin/consent")
		b.Click("Ask Microsoft")
		b.Click(apptest.Ana)
		b.Click("Cancel")
		b.Shows("Nothing was authorised")
		w.Advance(time.Minute)
		b.Open(w.URL + "/admin/consent")
	}
	b := w.SignIn(apptest.Ana)
	refuse(b)
	b.Shows("Not authorised")
	w.Consent(b, apptest.Ana)
	b.Open(w.URL + "/admin/consent")
	b.Shows("Authorised")
	refuse(b)
	b.Shows("Authorised")
	w.Choose(b, "everybody")
	w.Advance(10 * time.Second)
	if subs := deskOf(t, w, freja).subscriptions(); len(subs) != 1 {
		t.Errorf("%d subscriptions for Freja", len(subs))
	}
}
