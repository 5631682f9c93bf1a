package web_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/internal/signin"
	"webex-scheduler/web"
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
	{"POST", "/admin/hosts/remove", []string{"mailbox", "desk@contoso.example"}},
	{"POST", "/admin/look", nil},
	{"POST", "/admin/pause", []string{"paused", "true"}},
	{"GET", "/admin/settings", nil},
	{"POST", "/admin/settings", []string{"dry_run", "on"}},
	{"GET", "/admin/owners", nil},
	{"GET", "/admin/receipts", nil},
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
			for _, id := range []string{"/mailboxes/", "/owners/remove", "/hosts/remove", "/confirm"} {
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
	if tenant.Paused || tenant.Settings.DryRun || tenant.Choice.Who != "" || tenant.WebexGrant != "" || len(r.store.lifted) != 0 || len(r.store.given[contoso]) != 1 {
		t.Errorf("changed: %+v, lifted %v", tenant, r.store.lifted)
	}
	for _, id := range r.store.looks {
		if id == contoso {
			t.Error("Contoso is looked at")
		}
	}
}

// everyUse is every way to use a meeting's key in the API.
var everyUse = []struct{ method, end, body string }{
	{"GET", "", ""},
	{"PATCH", "", `{"options":{"audio":"none"},"open":true}`},
	{"DELETE", "", ""},
	{"DELETE", "?open=true", ""},
	{"POST", "/start", ""},
	{"POST", "/body", `{"action":"put","type":"html","content":"x"}`},
	{"POST", "/body", `{"action":"remove","type":"html","content":"x"}`},
}

// sameAsUnknown fails the test unless every use of the key is answered, byte for
// byte apart from the request's name, as that of a key nobody has.
func (r *rig) sameAsUnknown(t *testing.T, c *client, key meeting.LinkKey) {
	t.Helper()
	nobodys, err := meeting.NewLinkKey(strings.NewReader("fedcba9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	answer := func(method, key, end, body string) string {
		res := c.do(method, "/api/v1/meetings/"+key+end, body)
		page := text(t, res)
		return fmt.Sprint(res.StatusCode, " ", strings.ReplaceAll(page, res.Header.Get("X-Request-Id"), "id"))
	}
	for _, use := range everyUse {
		got, want := answer(use.method, string(key), use.end, use.body), answer(use.method, string(nobodys), use.end, use.body)
		if got != want || !strings.HasPrefix(got, "404 ") {
			t.Errorf("%s %s:\n%s\nunlike a key of nobody's:\n%s", use.method, use.end, got, want)
		}
	}
	if len(r.store.asked) != 0 {
		t.Errorf("asked: %+v", r.store.asked)
	}
}

func TestColleaguesKey(t *testing.T) {
	t.Parallel()
	r := setup(t)
	theirs := r.bound(petr, "event")
	r.sameAsUnknown(t, r.client(t, jana), theirs.Key)
	if page := text(t, r.client(t, jana).get("/api/v1/meetings")); page != `{"meetings":[]}`+"\n" {
		t.Errorf("the list tells %s", page)
	}
}

func TestColleaguesDraft(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.store.drafted = ready
	draft := read[shown](t, r.client(t, petr).do("POST", "/api/v1/meetings", form(key1)))
	r.sameAsUnknown(t, r.client(t, jana), meeting.LinkKey(draft.Key))
	// The same client's key is another meeting in another mailbox.
	own := read[shown](t, r.client(t, jana).do("POST", "/api/v1/meetings", form(key1)))
	if own.Key == draft.Key {
		t.Error("a client's key leads into another mailbox")
	}
}

func TestOtherTenantsKey(t *testing.T) {
	t.Parallel()
	r := setup(t)
	theirs := r.bound(omar, "event")
	r.sameAsUnknown(t, r.client(t, jana), theirs.Key)
}

func TestColleaguesItem(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.saved(petr, "theirs")
	r.bound(petr, "immutable-theirs")
	c := r.client(t, jana)
	answer := func(res *http.Response) string {
		page := text(t, res)
		return fmt.Sprint(res.StatusCode, " ", strings.ReplaceAll(page, res.Header.Get("X-Request-Id"), "id"))
	}
	for _, open := range []bool{false, true} {
		got, want := answer(c.do("POST", "/api/v1/meetings", ofItem(key1, "theirs", open))), answer(c.do("POST", "/api/v1/meetings", ofItem(key1, "nobodys", open)))
		if got != want || !strings.HasPrefix(got, "404 ") {
			t.Errorf("%s\nunlike an item of nobody's:\n%s", got, want)
		}
	}
	got, want := answer(c.get("/api/v1/meetings?item=theirs")), answer(c.get("/api/v1/meetings?item=nobodys"))
	if got != want || !strings.HasPrefix(got, "404 ") {
		t.Errorf("%s\nunlike an item of nobody's:\n%s", got, want)
	}
	for _, mailbox := range r.items.asked {
		if mailbox != jana {
			t.Errorf("the mailbox of %s is read", mailbox)
		}
	}
	if len(r.store.links) != 1 {
		t.Error("a meeting is made")
	}
}

// wantRefusedCode checks that a code is worth nothing, now and later.
func (r *rig) wantRefusedCode(t *testing.T, code, verifier string) {
	t.Helper()
	res := r.trade(t, code, verifier)
	wantStatus(t, res, http.StatusBadRequest)
	if page := text(t, res); strings.Contains(page, "token\"") || !strings.Contains(page, "Please sign in again") {
		t.Errorf("the answer is %s", page)
	}
	if len(r.store.paneTokens) != 0 {
		t.Error("somebody got a token")
	}
}

func (r *rig) codeOf(t *testing.T, b *browser, account meeting.AccountID) string {
	t.Helper()
	r.store.grants[string(account)+"microsoft"] = meeting.Grant{State: meeting.GrantLive}
	return handed(t, b.get("/taskpane/signin?challenge="+challenge)).Code
}

func TestStolenCodeWithAnotherVerifier(t *testing.T) {
	t.Parallel()
	r := setup(t)
	code := r.codeOf(t, r.signedIn(t, jana), jana)
	r.wantRefusedCode(t, code, strings.Repeat("x", 43))
	r.wantRefusedCode(t, code, verifier) // spent
	for _, bad := range []string{"", challenge, verifier + "=", "\\u0000"} {
		r.wantRefusedCode(t, r.codeOf(t, r.signedIn(t, jana), jana), bad)
	}
}

func TestCodeUsedTwice(t *testing.T) {
	t.Parallel()
	r := setup(t)
	code := r.codeOf(t, r.signedIn(t, jana), jana)
	wantStatus(t, r.trade(t, code, verifier), http.StatusOK)
	clear(r.store.paneTokens)
	r.wantRefusedCode(t, code, verifier)
}

func TestCodeAfterAMinute(t *testing.T) {
	t.Parallel()
	r := setup(t)
	code := r.codeOf(t, r.signedIn(t, jana), jana)
	r.clock.Advance(60 * time.Second)
	r.wantRefusedCode(t, code, verifier)
}

// A code is the person's in whose browser the dialog ended, whoever trades it in.
func TestCodeOfAnotherPerson(t *testing.T) {
	t.Parallel()
	r := setup(t)
	jans := r.codeOf(t, r.signedIn(t, jana), jana)
	other := r.signedIn(t, petr)
	r.known(petr)
	res := other.do(http.MethodPost, "/taskpane/token", exchange(jans, verifier), "Content-Type", "application/json", "Sec-Fetch-Site", "same-origin")
	wantStatus(t, res, http.StatusOK)
	token := read[struct{ Token string }](t, res).Token
	if got := r.store.paneTokens[token].account; got != jana {
		t.Errorf("the token is %s's", got)
	}
	if page := text(t, other.get("/api/v1/me", "Authorization", "Bearer "+token)); strings.Contains(page, "petr@") {
		t.Errorf("the cookie counts: %s", page)
	}
}

func TestCodeOfASessionThatEnded(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	code := r.codeOf(t, b, jana)
	wantStatus(t, b.post("/signout"), http.StatusOK)
	r.wantRefusedCode(t, code, verifier)
}

func TestTokenAfterSignOut(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	token := r.paneToken(t, b)
	wantStatus(t, b.post("/signout"), http.StatusOK)
	if got := r.me(t, token); got != http.StatusUnauthorized {
		t.Errorf("status %d", got)
	}
}

func TestTokenAfterDisconnecting(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	token := r.paneToken(t, b)
	wantStatus(t, b.post("/account/disconnect"), http.StatusOK)
	if got := r.me(t, token); got != http.StatusUnauthorized {
		t.Errorf("status %d", got)
	}
}

func TestTokenAfterAnHour(t *testing.T) {
	t.Parallel()
	r := setup(t)
	token := r.paneToken(t, r.signedIn(t, jana))
	r.clock.Advance(time.Hour - time.Second)
	if got := r.me(t, token); got != http.StatusOK {
		t.Errorf("status %d within the hour", got)
	}
	r.clock.Advance(time.Second)
	if got := r.me(t, token); got != http.StatusUnauthorized {
		t.Errorf("status %d after an hour", got)
	}
}

// entra is Microsoft's public documents, and the key behind them.
type entra struct {
	*httptest.Server
	t *testing.T
}

var entraKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

const ourClient = "00001111-aaaa-4222-8bbb-3333cccc4444"

func newEntra(t *testing.T) *entra {
	e := &entra{t: t}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var answer any = map[string]any{
			"issuer": e.URL + "/{tenantid}/v2.0", "authorization_endpoint": e.URL + "/organizations/oauth2/v2.0/authorize",
			"token_endpoint": e.URL + "/organizations/oauth2/v2.0/token", "jwks_uri": e.URL + "/keys",
		}
		if r.URL.Path == "/keys" {
			answer = jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &entraKey().PublicKey, KeyID: "k", Use: "sig", Algorithm: "RS256"}}}
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(e.Close)
	return e
}

// token is an access token for our API, with some claims changed; nil takes one away.
func (e *entra) token(algorithm jose.SignatureAlgorithm, key any, changes map[string]any) string {
	claims := map[string]any{
		"ver": "2.0", "iss": e.URL + "/" + string(jana.Tenant()) + "/v2.0", "aud": ourClient, "scp": "access_as_user", "tid": jana.Tenant(), "oid": jana.Object(),
		"iat": noon.Unix(), "nbf": noon.Unix(), "exp": noon.Add(time.Hour).Unix(), "preferred_username": "jana@contoso.example",
	}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", "k"))
	if err != nil {
		e.t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		e.t.Fatal(err)
	}
	return token
}

// script presents an access token to the API of a server that asks Microsoft.
func script(t *testing.T, token func(*entra) string) *http.Response {
	t.Helper()
	e := newEntra(t)
	r := setup(t, func(c *web.Config) {
		microsoft, err := signin.NewMicrosoft(signin.MicrosoftConfig{LoginURL: e.URL, ClientID: ourClient, RedirectURL: public + "/signin/callback", Clock: c.Clock})
		if err != nil {
			t.Fatal(err)
		}
		c.AccessTokens = microsoft
	})
	c := r.client(t, jana)
	c.token = token(e)
	return c.get("/api/v1/me")
}

func wantBadToken(t *testing.T, res *http.Response) {
	t.Helper()
	wantChallenge(t, res, `Bearer error="invalid_token"`)
}

func wantNoToken(t *testing.T, res *http.Response) {
	t.Helper()
	wantChallenge(t, res, "Bearer")
}

func wantChallenge(t *testing.T, res *http.Response, want string) {
	t.Helper()
	wantStatus(t, res, http.StatusUnauthorized)
	if got := res.Header.Get("WWW-Authenticate"); got != want {
		t.Errorf("WWW-Authenticate = %q, want %q", got, want)
	}
}

func TestAccessTokenOfAScript(t *testing.T) {
	t.Parallel()
	wantStatus(t, script(t, func(e *entra) string { return e.token(jose.RS256, entraKey(), nil) }), http.StatusOK)
}

func TestIDTokenAsAccessToken(t *testing.T) {
	t.Parallel()
	wantBadToken(t, script(t, func(e *entra) string {
		return e.token(jose.RS256, entraKey(), map[string]any{"scp": nil, "nonce": "n", "name": "Jana"})
	}))
}

func TestGraphTokenAsAccessToken(t *testing.T) {
	t.Parallel()
	wantBadToken(t, script(t, func(e *entra) string {
		return e.token(jose.RS256, entraKey(), map[string]any{"aud": "https://graph.microsoft.com", "scp": "Calendars.ReadWrite access_as_user"})
	}))
}

func TestTokenOfAnotherAudience(t *testing.T) {
	t.Parallel()
	wantBadToken(t, script(t, func(e *entra) string {
		return e.token(jose.RS256, entraKey(), map[string]any{"aud": "00001111-aaaa-4222-8bbb-000000000000"})
	}))
}

func TestTokenOfAnotherScope(t *testing.T) {
	t.Parallel()
	res := script(t, func(e *entra) string { return e.token(jose.RS256, entraKey(), map[string]any{"scp": "User.Read"}) })
	wantStatus(t, res, http.StatusForbidden)
}

func TestTokenWithoutSignature(t *testing.T) {
	t.Parallel()
	wantBadToken(t, script(t, func(e *entra) string {
		parts := strings.Split(e.token(jose.RS256, entraKey(), nil), ".")
		return "eyJhbGciOiJub25lIiwidHlwIjoiSldUIiwia2lkIjoiayJ9." + parts[1] + "."
	}))
}

func TestTokenSignedWithASharedSecret(t *testing.T) {
	t.Parallel()
	wantBadToken(t, script(t, func(e *entra) string { return e.token(jose.HS256, []byte(strings.Repeat("k", 32)), nil) }))
}

func TestAPIWithACookieOnly(t *testing.T) {
	t.Parallel()
	r := setup(t)
	l := r.bound(jana, "event")
	b := r.signedIn(t, jana)
	for _, use := range everyUse {
		address := "/api/v1/meetings/" + string(l.Key) + use.end
		wantNoToken(t, b.do(use.method, address, use.body, "Content-Type", "application/json", "Sec-Fetch-Site", "same-origin"))
	}
	for _, address := range []string{"/api/v1/me", "/api/v1/preferences", "/api/v1/offer", "/api/v1/meetings"} {
		wantNoToken(t, b.get(address))
	}
	// Nor does a bearer of the cookie's value, or beside another, count.
	session := b.cookies["__Host-session"].Value
	wantBadToken(t, b.get("/api/v1/me", "Authorization", "Bearer "+session))
	wantNoToken(t, b.get("/api/v1/me", "Authorization", "Basic "+session))
	if len(r.store.asked) != 0 {
		t.Error("something was asked")
	}
}

func TestForeignPostToTheAPI(t *testing.T) {
	t.Parallel()
	r := setup(t)
	c := r.client(t, jana)
	l := r.bound(jana, "event")
	for _, from := range [][]string{
		{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, {"Origin", "https://evil.example"}, {"Origin", "null"},
		{"Sec-Fetch-Site", "same-site", "Origin", "https://www.scheduler.example"},
	} {
		for _, use := range everyUse[1:] {
			wantStatus(t, c.do(use.method, "/api/v1/meetings/"+string(l.Key)+use.end, use.body, from...), http.StatusForbidden)
		}
		wantStatus(t, c.do("POST", "/api/v1/meetings", form(key1), from...), http.StatusForbidden)
		code := r.codeOf(t, r.signedIn(t, jana), jana)
		headers := append([]string{"Content-Type", "application/json"}, from...)
		wantStatus(t, r.browser(t).do("POST", "/taskpane/token", exchange(code, verifier), headers...), http.StatusForbidden)
	}
	if len(r.store.asked) != 0 || len(r.store.links) != 1 {
		t.Error("something was changed")
	}
}

// Nothing of ours may be framed by anybody, but the pane by Outlook.
func TestClickjacking(t *testing.T) {
	t.Parallel()
	r := setup(t)
	c := r.client(t, jana)
	for _, address := range []string{
		"/", "/account", "/signin", "/signin/callback", "/connect/webex", "/connect/webex/callback", "/admin", "/admin/consent", "/m/x", "/nothing",
		"/taskpane/signin?challenge=" + challenge, "/taskpane/signin", "/taskpane/webex", "/taskpane/linked", "/taskpane/token", "/taskpane/nothing",
		"/api/v1/openapi.json", "/api/v1/me", "/healthz", "/static/app.css", "/static/" + "pane/pane.js",
	} {
		res := r.signedIn(t, jana).get(address, "Authorization", "Bearer "+c.token)
		if got := res.Header.Get("Content-Security-Policy"); !strings.Contains(got, "frame-ancestors 'none'") || strings.Contains(got, "unsafe") {
			t.Errorf("%s: policy = %q", address, got)
		}
		if res.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s may be sniffed", address)
		}
	}
	for _, address := range []string{"/taskpane", "/taskpane/commands"} {
		policy := r.browser(t).get(address).Header.Get("Content-Security-Policy")
		_, ancestors, _ := strings.Cut(policy, "frame-ancestors ")
		ancestors, _, _ = strings.Cut(ancestors, ";")
		for ancestor := range strings.FieldsSeq(ancestors) {
			host := strings.TrimPrefix(ancestor, "https://")
			if host == ancestor || !strings.HasSuffix(host, ".cloud.microsoft") && !strings.HasSuffix(host, ".office.com") && !strings.HasSuffix(host, ".office365.com") &&
				!strings.HasSuffix(host, ".microsoft365.com") && !strings.HasSuffix(host, "teams.microsoft.com") {
				t.Errorf("%s may be framed by %s", address, ancestor)
			}
		}
		if ancestors == "" {
			t.Errorf("%s: policy = %q", address, policy)
		}
	}
}

func TestLoginHintInjection(t *testing.T) {
	t.Parallel()
	for _, hint := range []string{"a\r\nSet-Cookie: x=y", "a&return_to=https://evil.example", "a#b", "a b", `"><script>`, strings.Repeat("a", 300), "\x00", "ě@contoso.example"} {
		for _, path := range []string{"/taskpane/signin?challenge=" + challenge + "&", "/taskpane/webex?"} {
			r := setup(t)
			b := r.browser(t)
			res := b.get(path + "login_hint=" + url.QueryEscape(hint))
			to := wantRedirect(t, res, "/signin?")
			returns, err := url.Parse(to.Query().Get("return_to"))
			if err != nil || !route.InDialog(returns.String()) || route.ReturnTo(returns.String()) != returns.String() {
				t.Errorf("%q comes back to %s", hint, returns)
			}
			if got := to.Query()["login_hint"]; len(got) > 1 || len(got) == 1 && got[0] != hint {
				t.Errorf("%q becomes %q", hint, got)
			}
			at := wantRedirect(t, b.get(to.String()), login)
			if r.microsoft.hint != "" && r.microsoft.hint != hint || strings.ContainsAny(r.microsoft.hint, "\r\n \x00") {
				t.Errorf("%q reaches Microsoft as %q", hint, r.microsoft.hint)
			}
			if flow := r.store.flows[at.Query().Get("state")]; flow.ReturnTo != returns.String() {
				t.Errorf("%q leads to %s", hint, flow.ReturnTo)
			}
			if len(res.Header["Set-Cookie"]) != 0 {
				t.Errorf("%q sets a cookie", hint)
			}
		}
	}
}

// A sign-in leads back into the pane's dialogs only in the one form that they have.
func TestReturnIntoTheDialog(t *testing.T) {
	t.Parallel()
	for _, evil := range []string{
		"/taskpane", "/taskpane/token", "/taskpane/signin", "/taskpane/signin?challenge=short", "/taskpane/signin?challenge=" + challenge + "&next=//evil.example",
		"/taskpane/signin?challenge=" + challenge + "&challenge=" + challenge, "/taskpane/signin/../../evil?challenge=" + challenge, "//evil.example/taskpane/linked",
		"/taskpane/webex?return_to=//evil.example", "/taskpane/signin;@evil.example?challenge=" + challenge, `/taskpane/signin\@evil.example?challenge=` + challenge,
		"/taskpane/signin?challenge=" + challenge + "%0d%0aSet-Cookie:x", "/api/v1/me",
	} {
		r := setup(t)
		r.store.grants[string(jana)+"microsoft"] = meeting.Grant{State: meeting.GrantLive}
		b := r.browser(t)
		first := wantRedirect(t, b.get("/signin?return_to="+url.QueryEscape(evil)), login)
		if to := wantRedirect(t, b.get(back("/signin/callback", first)), "/"); to.String() != "/account" {
			t.Errorf("%s leads to %s", evil, to)
		}
	}
}

func TestChallengeWithLineEnds(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{challenge[:41] + "%0d%0a", challenge + "%0d%0aX-Evil:%201", "%22%3E%3Cscript%3E" + challenge[:30], challenge + "%00", strings.Repeat("%20", 43)} {
		r := setup(t)
		for _, b := range []*browser{r.browser(t), r.signedIn(t, jana)} {
			res := b.get("/taskpane/signin?challenge=" + bad)
			wantStatus(t, res, http.StatusBadRequest)
			if res.Header.Get("X-Evil") != "" || len(res.Cookies()) != 0 || res.Header.Get("Location") != "" {
				t.Errorf("%s: headers = %v", bad, res.Header)
			}
			if page := text(t, res); strings.Contains(page, "<script>") || strings.Contains(page, challenge[:30]) {
				t.Errorf("%s is on the page:\n%s", bad, page)
			}
		}
		if len(r.store.codes) != 0 {
			t.Errorf("%s got a code", bad)
		}
	}
}
