package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/web"
)

const (
	adminConsent = "https://login.example/adminconsent?state="
	prove        = "https://login.example/prove?state="
	globalAdmin  = "62e90394-69f5-4237-9190-012177145e10"
)

// yes is what Microsoft's consent page sends the browser to.
func yes(tenant meeting.TenantID, from *url.URL) string {
	return "/admin/consent/callback?admin_consent=True&tenant=" + string(tenant) + "&scope=x&state=" + from.Query().Get("state")
}

// TestFirstOwner: the way of the first administrator, from the console to the
// consent page that waits for Microsoft.
func TestFirstOwner(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	r.microsoft.roles, r.microsoft.signedIn = []string{globalAdmin}, noon.Add(-time.Minute)
	wantRedirect(t, b.get("/admin"), "/admin/consent")
	page := b.get("/admin/consent")
	wantStatus(t, page, http.StatusOK)
	wantText(t, page, "Not authorised", `href="/admin/consent/start">Ask Microsoft</a>`, "Calendars.ReadWrite", public+"/admin/consent/callback", "0F6CBD115EA30C3B5E")

	asked := wantRedirect(t, b.get("/admin/consent/start"), adminConsent)
	if flow := r.store.flows[asked.Query().Get("state")]; flow.Kind != meeting.FlowAdminConsent || flow.Account != jana {
		t.Errorf("flow = %+v", flow)
	}
	res := b.get(yes(contoso, asked))
	proof := wantRedirect(t, res, prove)
	if got := res.Header.Get("Referrer-Policy") + " " + res.Header.Get("Cache-Control"); got != "no-referrer no-store" {
		t.Errorf("callback headers = %q", got)
	}
	if r.microsoft.hint != "jana@contoso.example" {
		t.Errorf("login hint = %q", r.microsoft.hint)
	}
	if len(r.store.proofs) != 0 || len(r.store.owned) != 0 {
		t.Error("something is believed before the fresh sign-in")
	}
	session := b.cookies["__Host-session"].Value
	wantRedirect(t, b.get(back("/signin/callback", proof)), "/admin/consent")
	if b.cookies["__Host-session"].Value != session {
		t.Error("the session is another")
	}
	want := map[meeting.AccountID]meeting.Owner{jana: {Account: jana, UPN: "jana@contoso.example", By: meeting.OwnerProven, Since: noon}}
	if diff := cmp.Diff(want, r.store.owned); diff != "" {
		t.Errorf("owners (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]meeting.TenantID{contoso}, r.store.proofs); diff != "" {
		t.Errorf("proofs (-want +got)\n%s", diff)
	}

	page = b.get("/admin/consent")
	if got := page.Header.Get("Refresh"); got != "3" {
		t.Errorf("Refresh = %q", got)
	}
	wantText(t, page, "Being checked", `<meta http-equiv="refresh" content="3">`, `role="status"`, `datetime="2026-03-02T12:00:00Z"`)
}

// TestConsentOfAnOwner: who is an owner already need not sign in once more.
func TestConsentOfAnOwner(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	b := r.signedIn(t, jana)
	asked := wantRedirect(t, b.get("/admin/consent/start"), adminConsent)
	wantRedirect(t, b.get(yes(contoso, asked)), "/admin/consent")
	if len(r.store.proofs) != 1 {
		t.Error("the consent is not proven")
	}
}

func TestConsentRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, query, want string }{
		// Microsoft sends admin_consent=True with a refusal too.
		{"the administrator says no", "admin_consent=True&error=consent_required&error_description=AADSTS65004&tenant=" + string(contoso), "permission was not given. Nothing was changed."},
		{"another organisation", "admin_consent=True&tenant=" + string(fabrikam), "came back for another organisation than yours"},
		{"no organisation", "admin_consent=True", "This did not finish."},
		{"no yes", "tenant=" + string(contoso), "This did not finish."},
		{"not quite a yes", "admin_consent=maybe&tenant=" + string(contoso), "This did not finish."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			r.authorised(t) // Jana owns the console: nothing but the answer is wrong
			b := r.signedIn(t, jana)
			asked := wantRedirect(t, b.get("/admin/consent/start"), adminConsent)
			res := b.get("/admin/consent/callback?" + c.query + "&state=" + asked.Query().Get("state"))
			page := text(t, res)
			if res.StatusCode < 400 || !strings.Contains(page, c.want) || strings.Contains(page, "AADSTS") {
				t.Errorf("status %d\n%s", res.StatusCode, page)
			}
			if len(r.store.proofs) != 0 {
				t.Error("a proof begins")
			}
		})
	}
}

func TestConsentNeedsACertificate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		certificates []web.Certificate
		want         string
	}{
		{"none", nil, "SCHEDULER_MICROSOFT_CERTIFICATE"},
		{"one that is over", []web.Certificate{{Thumbprint: "AB", Expires: noon}}, "has expired"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t, func(config *web.Config) { config.Certificates = c.certificates })
			b := r.signedIn(t, jana)
			page := text(t, b.get("/admin/consent"))
			if !strings.Contains(page, c.want) || strings.Contains(page, "/admin/consent/start") {
				t.Errorf("the page does not say why, or asks all the same:\n%s", page)
			}
			wantStatus(t, b.get("/admin/consent/start"), http.StatusForbidden)
			if len(r.store.flows) != 0 {
				t.Error("a flow begins")
			}
		})
	}
}

func TestProofOfARole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		proof  func(*microsoft)
		query  string // empty: a code
		status int
		want   string
	}{
		{"no role", func(m *microsoft) { m.signedIn = noon }, "", 403, "SCHEDULER_ADMINS"},
		{"another role", func(m *microsoft) { m.roles = []string{"fe930be7-5e62-47db-91af-98c3a49a38b1"} }, "", 403, "SCHEDULER_ADMINS"},
		{"a role of yesterday's sign-in", func(m *microsoft) { m.roles, m.signedIn = []string{globalAdmin}, noon.AddDate(0, 0, -1) }, "", 403, "SCHEDULER_ADMINS"},
		{"a guest who administers at home", func(m *microsoft) { m.roles, m.signedIn, m.guest = []string{globalAdmin}, noon, true }, "", 403, "SCHEDULER_ADMINS"},
		{"an administrator beside the person", func(m *microsoft) { m.roles, m.who = []string{globalAdmin}, petr }, "", 403, "another account"},
		{"an administrator of another tenant", func(m *microsoft) { m.roles, m.who = []string{globalAdmin}, omar }, "", 403, "another account"},
		{"the person gives up", func(m *microsoft) { m.roles = []string{globalAdmin} }, "error=access_denied", 403, "Refused at microsoft."},
		{"a token that does not hold", func(m *microsoft) { m.fail = &errs.Error{Kind: errs.Invalid, Message: "Told to people."} }, "", 400, "Told to people."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			b := r.signedIn(t, jana)
			session := b.cookies["__Host-session"].Value
			proof := wantRedirect(t, b.get(yes(contoso, wantRedirect(t, b.get("/admin/consent/start"), adminConsent))), prove)
			c.proof(r.microsoft)
			query := c.query
			if query == "" {
				query = "code=c"
			}
			res := b.get("/signin/callback?" + query + "&state=" + proof.Query().Get("state"))
			wantStatus(t, res, c.status)
			wantText(t, res, "Nothing was authorised", c.want, `href="/admin/consent"`)
			if len(r.store.owned) != 0 || len(r.store.proofs) != 0 {
				t.Errorf("owners %v, proofs %v", r.store.owned, r.store.proofs)
			}
			if b.cookies["__Host-session"].Value != session || r.store.sessions[session] != jana {
				t.Error("the session was swapped")
			}
		})
	}
}

// TestConsentPageTellsAWithdrawal: by reason and by the permission that is missing.
func TestConsentPageTellsAWithdrawal(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	tenant := r.store.tenants[contoso]
	tenant.State, tenant.Reason, tenant.Granted = meeting.TenantWithdrawn, meeting.GrantWithdrawn, []string{meeting.UserReadAll}
	r.store.tenants[contoso] = tenant
	b := r.signedIn(t, jana)
	wantRedirect(t, b.get("/admin"), "/admin/consent")
	res := b.get("/admin/consent")
	if res.Header.Get("Refresh") != "" {
		t.Error("the page asks again and again")
	}
	wantText(t, res, "Withdrawn", "The consent was taken back at Microsoft. Missing: Calendars.ReadWrite.", `href="/admin/consent/start">Ask Microsoft</a>`)
	wantRedirect(t, b.send("/admin/mailboxes", "who", "everybody"), "/admin/consent")
}
