package web_test

import (
	"net/http"
	"strings"
	"testing"

	"webex-scheduler/internal/meeting"
)

// believed fails the test if something of the tenant was changed.
func (r *rig) believed(t *testing.T, why string) {
	t.Helper()
	if len(r.store.proofs) != 0 {
		t.Errorf("%s: a proof begins of %v", why, r.store.proofs)
	}
	for account, owner := range r.store.owned {
		if owner.By == meeting.OwnerProven && account != jana {
			t.Errorf("%s: %s is an owner", why, account)
		}
	}
	if got := r.store.tenants[contoso].WebexOffered; got != "" {
		t.Errorf("%s: %s is offered", why, got)
	}
}

// An employee of a tenant that was authorised long ago can write the answer of
// Microsoft's consent page by hand. It leads to a sign-in that shows nothing.
func TestEmployeeReplaysTheConsent(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	b := r.signedIn(t, petr)
	r.microsoft.who = petr
	asked := wantRedirect(t, b.get("/admin/consent/start"), adminConsent)
	proof := wantRedirect(t, b.get(yes(contoso, asked)), prove)
	wantStatus(t, b.get(back("/signin/callback", proof)), http.StatusForbidden)
	wantStatus(t, b.get("/admin"), http.StatusForbidden)
	r.believed(t, "replayed by an employee")
}

// A tenant in the answer that is not the person's is a forgery, or a slip.
func TestForgedTenant(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	b := r.signedIn(t, jana)
	for _, tenant := range []meeting.TenantID{fabrikam, "organizations", contoso + "/"} {
		asked := wantRedirect(t, b.get("/admin/consent/start"), adminConsent)
		wantStatus(t, b.get(yes(tenant, asked)), http.StatusForbidden)
	}
	r.believed(t, "forged")
}

func TestGuest(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	r.microsoft.who, r.microsoft.guest = petr, true
	b := r.browser(t)
	wantRedirect(t, b.get(back("/signin/callback", wantRedirect(t, b.get("/signin?return_to=/admin"), login))), "/admin")
	if len(r.store.named) != 0 {
		t.Error("a guest's name is taken for a member's")
	}
	for _, address := range []string{"/admin", "/admin/consent", "/admin/consent/start", "/admin/settings"} {
		wantStatus(t, b.get(address), http.StatusForbidden)
	}
	// Even one who was appointed, or slipped into the list of owners.
	r.store.owned[petr] = meeting.Owner{Account: petr, By: meeting.OwnerAppointed}
	wantStatus(t, b.get("/admin"), http.StatusForbidden)
	delete(r.store.owned, petr)

	// The answer of somebody who became a guest in between.
	c := r.signedIn(t, petr)
	asked := wantRedirect(t, c.get("/admin/consent/start"), adminConsent)
	account := r.store.accounts[petr]
	account.Guest = true
	r.store.accounts[petr] = account
	wantStatus(t, c.get(yes(contoso, asked)), http.StatusForbidden)
	r.believed(t, "a guest's")
}

// Another tenant's administrator: a role there is none here.
func TestAdministratorOfAnotherTenant(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	b := r.signedIn(t, omar)
	r.microsoft.who, r.microsoft.roles = omar, []string{globalAdmin}
	asked := wantRedirect(t, b.get("/admin/consent/start"), adminConsent)
	wantStatus(t, b.get(yes(contoso, asked)), http.StatusForbidden)

	// In the middle of an employee's proof.
	c := r.signedIn(t, petr)
	proof := wantRedirect(t, c.get(yes(contoso, wantRedirect(t, c.get("/admin/consent/start"), adminConsent))), prove)
	wantStatus(t, c.get(back("/signin/callback", proof)), http.StatusForbidden)
	r.believed(t, "by another tenant's administrator")
}

// begins is every way to begin a redirect, with the address that ends it.
var begins = []struct {
	kind       meeting.FlowKind
	start, end string
}{
	{meeting.FlowSignin, "/signin", "/signin/callback"},
	{meeting.FlowConsent, "", "/signin/callback"},
	{meeting.FlowWebex, "/connect/webex", "/connect/webex/callback"},
	{meeting.FlowAdminConsent, "/admin/consent/start", "/admin/consent/callback"},
	{meeting.FlowProve, "", "/signin/callback"},
	{meeting.FlowOrganization, "/admin/connect/webex", "/connect/webex/callback"},
}

// begin starts a redirect of the kind in Jana's browser and returns its state.
func begin(t *testing.T, r *rig, b *browser, kind meeting.FlowKind) string {
	t.Helper()
	for _, f := range begins {
		switch {
		case f.kind != kind:
		case kind == meeting.FlowConsent:
			first := wantRedirect(t, b.get("/signin"), login)
			return wantRedirect(t, b.get(back("/signin/callback", first)), consent).Query().Get("state")
		case kind == meeting.FlowProve:
			delete(r.store.owned, jana)
			return wantRedirect(t, b.get(yes(contoso, wantRedirect(t, b.get("/admin/consent/start"), adminConsent))), prove).Query().Get("state")
		default:
			return wantRedirect(t, b.get(f.start), "https://").Query().Get("state")
		}
	}
	t.Fatalf("nothing begins %s", kind)
	return ""
}

// A state is good once, in the browser it was made in, at the address it was
// made for.
func TestStates(t *testing.T) {
	t.Parallel()
	for _, f := range begins {
		t.Run("swapped "+string(f.kind), func(t *testing.T) {
			t.Parallel()
			for _, other := range begins {
				if other.end == f.end {
					continue
				}
				r := setup(t)
				r.authorised(t)
				b := r.signedIn(t, jana)
				address := other.end + "?code=c&admin_consent=True&tenant=" + string(contoso) + "&state=" + begin(t, r, b, f.kind)
				wantStatus(t, b.get(address), http.StatusBadRequest)
				r.believed(t, string(f.kind)+" at "+other.end)
				if len(r.store.grants) != 0 {
					t.Errorf("%s at %s: a grant is kept", f.kind, other.end)
				}
			}
		})
		t.Run("in another browser "+string(f.kind), func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			r.authorised(t)
			b := r.signedIn(t, jana)
			other := r.signedIn(t, jana)
			address := f.end + "?code=c&admin_consent=True&tenant=" + string(contoso) + "&state=" + begin(t, r, b, f.kind)
			wantStatus(t, other.get(address), http.StatusBadRequest)
			r.believed(t, string(f.kind))
		})
		t.Run("replayed "+string(f.kind), func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			r.authorised(t)
			b := r.signedIn(t, jana)
			address := f.end + "?code=c&admin_consent=True&tenant=" + string(contoso) + "&state=" + begin(t, r, b, f.kind)
			b.get(address)
			proofs, offered := len(r.store.proofs), r.store.tenants[contoso].WebexOffered
			wantStatus(t, b.get(address), http.StatusBadRequest)
			if len(r.store.proofs) != proofs || r.store.tenants[contoso].WebexOffered != offered {
				t.Error("counts twice")
			}
		})
		t.Run("of another person in the same browser "+string(f.kind), func(t *testing.T) {
			t.Parallel()
			if f.kind == meeting.FlowSignin {
				return // belongs to nobody yet
			}
			r := setup(t)
			r.authorised(t)
			b := r.signedIn(t, jana)
			state := begin(t, r, b, f.kind)
			b.cookies["__Host-session"] = r.signedIn(t, petr).cookies["__Host-session"]
			r.microsoft.roles = []string{globalAdmin}
			wantStatus(t, b.get(f.end+"?code=c&admin_consent=True&tenant="+string(contoso)+"&state="+state), http.StatusBadRequest)
			r.believed(t, string(f.kind))
		})
	}
}

// walk is every address of the console, with what belongs to Contoso in it.
var walk = []struct {
	method, address string
	form            []string
}{
	{"GET", "/admin", nil},
	{"GET", "/admin?state=held&q=petr&after=" + string(jana.Object()), nil},
	{"GET", "/admin?after=" + string(jana), nil},
	{"GET", "/admin/connect/webex", nil},
	{"POST", "/admin/connect/webex/confirm", []string{"grant", "offered"}},
	{"POST", "/admin/mailboxes", []string{"who", "listed", "addresses", "petr@contoso.example"}},
	{"POST", "/admin/mailboxes/preview", []string{"who", "everybody"}},
	{"GET", "/admin/mailboxes/" + string(petr.Object()), nil},
	{"GET", "/admin/mailboxes/" + string(contoso) + "%2F" + string(petr.Object()), nil},
	{"GET", "/admin/mailboxes/..%2F" + string(contoso) + "%2F" + string(petr.Object()), nil},
	{"POST", "/admin/mailboxes/" + string(petr.Object()) + "/release", nil},
	{"POST", "/admin/mailboxes/" + string(contoso) + "%2F" + string(petr.Object()) + "/release", nil},
	{"POST", "/admin/look", nil},
	{"POST", "/admin/pause", []string{"paused", "true"}},
	{"GET", "/admin/settings", nil},
	{"POST", "/admin/settings", []string{"dry_run", "on"}},
	{"GET", "/admin/owners", nil},
	{"POST", "/admin/owners", []string{"who", "petr@contoso.example"}},
	{"POST", "/admin/owners", []string{"who", string(petr.Object())}},
	{"POST", "/admin/owners/remove", []string{"account", string(jana.Object())}},
	{"POST", "/admin/owners/remove", []string{"account", string(jana)}},
}

func TestWalkOfAnotherTenantsOwner(t *testing.T) {
	t.Parallel()
	for _, step := range walk {
		t.Run(step.method+" "+step.address, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			r.authorised(t)
			tenant := r.store.tenants[contoso]
			tenant.WebexOffered, tenant.WebexWaiting = "offered", "Contoso Webex"
			r.store.tenants[contoso] = tenant
			b := r.signedIn(t, omar)
			r.store.accounts[omar] = meeting.Account{ID: omar, UPN: "omar@fabrikam.example", Name: "Omar"}
			r.store.accounts[petr] = meeting.Account{ID: petr, UPN: "petr@contoso.example", Name: "Petr Secret"}
			res := b.walk(step.method, step.address, step.form)
			page := text(t, res)
			for _, secret := range []string{"Petr Secret", "Jana Nov", "jana@contoso.example", "Contoso"} {
				if strings.Contains(page, secret) || strings.Contains(res.Header.Get("Location"), secret) {
					t.Errorf("status %d tells %q", res.StatusCode, secret)
				}
			}
			for _, id := range []string{"/mailboxes/", "/owners/remove", "/confirm"} {
				if strings.Contains(step.address, id) && !strings.Contains(step.address, "preview") && res.StatusCode != 404 && res.StatusCode != 409 {
					t.Errorf("status %d, want as if it weren't there", res.StatusCode)
				}
			}
			r.untouched(t)
			if r.store.owned[jana].Account != jana || r.store.owned[petr].Account != "" || r.store.owned[meeting.NewAccountID(fabrikam, petr.Object())].Account != "" {
				t.Errorf("owners are %v", r.store.owned)
			}
		})
	}
}

func TestWalkOfSomebodyWhoIsNoOwner(t *testing.T) {
	t.Parallel()
	for _, step := range walk {
		t.Run(step.method+" "+step.address, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			r.authorised(t)
			b := r.signedIn(t, petr)
			r.store.accounts[petr] = meeting.Account{ID: petr, UPN: "petr@contoso.example", Name: "Petr"}
			res := b.walk(step.method, step.address, step.form)
			wantStatus(t, res, http.StatusForbidden)
			page := text(t, res)
			if !strings.Contains(page, "For owners only") {
				t.Errorf("the page does not say why:\n%s", page)
			}
			for _, secret := range []string{"Petr Secret", "jana@", "Nováková"} {
				if strings.Contains(page, secret) {
					t.Errorf("the page tells %q", secret)
				}
			}
			r.untouched(t)
			if len(r.store.looks) != 0 || len(r.rehearsal.asked) != 0 || len(r.store.owned) != 2 {
				t.Error("something was done")
			}
		})
	}
}

func (b *browser) walk(method, address string, form []string) *http.Response {
	if method == http.MethodGet {
		return b.get(address)
	}
	return b.send(address, form...)
}

// untouched fails the test if anything of Contoso was changed.
func (r *rig) untouched(t *testing.T) {
	t.Helper()
	tenant := r.store.tenants[contoso]
	if tenant.Paused || tenant.Settings.DryRun || tenant.Choice.Who != "" || tenant.WebexGrant != "" || len(r.store.lifted) != 0 {
		t.Errorf("changed: %+v, lifted %v", tenant, r.store.lifted)
	}
	for _, id := range r.store.looks {
		if id == contoso {
			t.Error("Contoso is looked at")
		}
	}
}
