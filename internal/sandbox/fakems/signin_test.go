package fakems

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// browser is somebody clicking through Entra's pages.
type browser struct {
	w    *world
	http *http.Client
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	c := *w.web
	c.Jar = jar
	return &browser{w, &c}
}

type screen struct {
	status   int
	location *url.URL // of a redirect
	html     string
}

func (b *browser) open(address string) screen {
	b.w.t.Helper()
	answered, err := b.http.Get(address)
	return b.see(answered, err)
}

// press posts the form of a page by one of its buttons.
func (b *browser) press(s screen, name, value string) screen {
	b.w.t.Helper()
	action := find(s.html, `<form method="post" action="([^"]+)"`)
	flow := find(s.html, `name="flow" value="([^"]+)"`)
	if !strings.Contains(s.html, `name="`+name+`" value="`+value+`"`) {
		b.w.t.Fatalf("no button %s=%s on the page %s", name, value, s.html)
	}
	answered, err := b.http.PostForm(b.w.BaseURL+action, url.Values{"flow": {flow}, name: {value}})
	return b.see(answered, err)
}

func (b *browser) see(answered *http.Response, err error) screen {
	b.w.t.Helper()
	if err != nil {
		b.w.t.Fatal(err)
	}
	defer answered.Body.Close()
	body, err := io.ReadAll(answered.Body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	s := screen{status: answered.StatusCode, html: string(body)}
	if answered.StatusCode == http.StatusFound {
		if s.location, err = answered.Location(); err != nil {
			b.w.t.Fatal(err)
		}
	}
	return s
}

// title is the heading of a page.
func (s screen) title() string { return find(s.html, `<h1>([^<]+)</h1>`) }

// returned is a value that the application gets back.
func (s screen) returned(name string) string {
	if s.location == nil {
		return ""
	}
	return s.location.Query().Get(name)
}

func find(text, pattern string) string {
	if m := regexp.MustCompile(pattern).FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

func (w *world) ctx() context.Context {
	return oidc.ClientContext(w.t.Context(), w.web)
}

func (w *world) config(authority string, scopes ...string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: w.app.ClientID, ClientSecret: w.app.Secret, RedirectURL: w.app.RedirectURIs[0], Scopes: scopes,
		Endpoint: oauth2.Endpoint{
			AuthURL:  w.BaseURL + "/" + authority + "/oauth2/v2.0/authorize",
			TokenURL: w.BaseURL + "/" + authority + "/oauth2/v2.0/token",
		},
	}
}

// Clients we did not write walk the whole path.
func TestSignInWithGoOIDC(t *testing.T) {
	t.Parallel()
	w := setup(t)
	template := w.BaseURL + "/{tenantid}/v2.0"
	provider, err := oidc.NewProvider(oidc.InsecureIssuerURLContext(w.ctx(), template), w.BaseURL+"/organizations/v2.0")
	if err != nil {
		t.Fatal(err)
	}
	conf := &oauth2.Config{
		ClientID: w.app.ClientID, ClientSecret: w.app.Secret, Endpoint: provider.Endpoint(), RedirectURL: w.app.RedirectURIs[0],
		Scopes: []string{"openid", "profile", "email", "offline_access", "https://graph.microsoft.com/Calendars.ReadWrite", "User.Read"},
	}
	verifier := oauth2.GenerateVerifier()
	b := w.browser()
	picker := b.open(conf.AuthCodeURL("the state", oidc.Nonce("n1"), oauth2.S256ChallengeOption(verifier)))
	if picker.title() != "Pick an account" || !strings.Contains(picker.html, "ana@contoso.example") || !strings.Contains(picker.html, "zoe@fabrikam.example") {
		t.Fatalf("first page %s", picker.html)
	}
	consent := b.press(picker, "account", w.ana.ID)
	if consent.title() != "Permissions requested" || !strings.Contains(consent.html, "Have full access to your calendars") {
		t.Fatalf("second page %s", consent.html)
	}
	back := b.press(consent, "accept", "1")
	if got := back.returned("state"); got != "the state" {
		t.Fatalf("state %q in %v", got, back.location)
	}
	token, err := conf.Exchange(w.ctx(), back.returned("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	check := provider.Verifier(&oidc.Config{ClientID: w.app.ClientID, SkipIssuerCheck: true, Now: w.clock.Now})
	id, err := check.Verify(w.ctx(), token.Extra("id_token").(string))
	if err != nil {
		t.Fatal(err)
	}
	if want := w.BaseURL + "/" + w.contoso.ID + "/v2.0"; id.Issuer != want || id.Nonce != "n1" {
		t.Errorf("issuer %q nonce %q, want %q n1", id.Issuer, id.Nonce, want)
	}
	var claims struct{ OID, TID, Name, Email, Preferred_Username, Ver string }
	if err := id.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	if claims.OID != w.ana.ID || claims.TID != w.contoso.ID || claims.Name != "Ana Horák" || claims.Preferred_Username != "ana@contoso.example" || claims.Ver != "2.0" {
		t.Errorf("claims %+v", claims)
	}
	info, err := provider.UserInfo(w.ctx(), oauth2.StaticTokenSource(token))
	if err != nil || info.Subject != id.Subject {
		t.Errorf("userinfo %+v, %v, want subject %s", info, err, id.Subject)
	}

	// A provider of one tenant needs no tricks.
	if _, err := oidc.NewProvider(w.ctx(), w.BaseURL+"/"+w.contoso.ID+"/v2.0"); err != nil {
		t.Error(err)
	}

	// Refresh rotates; the old token stays good.
	old := token.RefreshToken
	token.Expiry = time.Now().Add(-time.Hour)
	for range 2 {
		fresh, err := conf.TokenSource(w.ctx(), &oauth2.Token{RefreshToken: old}).Token()
		if err != nil {
			t.Fatal(err)
		}
		if fresh.RefreshToken == old || fresh.AccessToken == token.AccessToken {
			t.Error("a refresh brought nothing new")
		}
	}

	// Keys rotate, and the client finds the new one.
	w.RotateKeys()
	fresh, err := conf.TokenSource(w.ctx(), &oauth2.Token{RefreshToken: old}).Token()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := check.Verify(w.ctx(), fresh.Extra("id_token").(string)); err != nil {
		t.Error(err)
	}
}

func TestKeysNameTheirIssuers(t *testing.T) {
	t.Parallel()
	w := setup(t)
	answered, err := w.web.Get(w.BaseURL + "/common/discovery/v2.0/keys")
	if err != nil {
		t.Fatal(err)
	}
	defer answered.Body.Close()
	var keys struct {
		Keys []struct{ Kid, Issuer string }
	}
	if err := json.NewDecoder(answered.Body).Decode(&keys); err != nil {
		t.Fatal(err)
	}
	var issuers []string
	for _, k := range keys.Keys {
		issuers = append(issuers, strings.TrimPrefix(k.Issuer, w.BaseURL))
	}
	if want := []string{"/" + PersonalTenant + "/v2.0", "/{tenantid}/v2.0"}; !slices.Equal(issuers, want) {
		t.Errorf("issuers %q, want %q", issuers, want)
	}
}

func TestSingleSignOn(t *testing.T) {
	t.Parallel()
	w := setup(t)
	b := w.browser()
	first := w.config("organizations", "openid", "profile")
	if got := b.open(first.AuthCodeURL("s", oauth2.SetAuthURLParam("prompt", "none"))).returned("error"); got != "login_required" {
		t.Errorf("prompt=none without a session: %q", got)
	}
	picker := b.open(first.AuthCodeURL("s", oauth2.SetAuthURLParam("login_hint", "bo@contoso.example")))
	if i, j := strings.Index(picker.html, "bo@contoso"), strings.Index(picker.html, "ana@contoso"); i < 0 || i > j {
		t.Errorf("the hinted account is not the first of %s", picker.html)
	}
	back := b.press(b.press(picker, "account", w.bo.ID), "accept", "1")
	if back.returned("code") == "" {
		t.Fatalf("no code in %v", back.location)
	}

	hint := oauth2.SetAuthURLParam("login_hint", "bo@contoso.example")
	if got := b.open(first.AuthCodeURL("s", hint)); got.returned("code") == "" {
		t.Errorf("signed in and consented: %d %s", got.status, got.title())
	}
	more := w.config(w.contoso.ID, "openid", "profile", "offline_access", "Calendars.ReadWrite")
	if got := b.open(more.AuthCodeURL("s", hint, oauth2.SetAuthURLParam("prompt", "none"))).returned("error"); got != "consent_required" {
		t.Errorf("prompt=none without consent: %q", got)
	}
	consent := b.open(more.AuthCodeURL("s", hint))
	if consent.title() != "Permissions requested" {
		t.Fatalf("signed in, consent missing: %q", consent.title())
	}
	if got := b.press(consent, "accept", "1").returned("code"); got == "" {
		t.Error("no code after consent")
	}
	if got := b.open(more.AuthCodeURL("s", hint, oauth2.SetAuthURLParam("prompt", "consent"))); got.title() != "Permissions requested" {
		t.Errorf("prompt=consent: %q", got.title())
	}
	if got := b.open(more.AuthCodeURL("s", hint, oauth2.SetAuthURLParam("prompt", "login"))); got.title() != "Pick an account" {
		t.Errorf("prompt=login: %q", got.title())
	}
	if got := b.open(first.AuthCodeURL("s", oauth2.SetAuthURLParam("login_hint", "ana@contoso.example"))); got.title() != "Pick an account" {
		t.Errorf("another account hinted: %q", got.title())
	}

	out := b.open(w.BaseURL + "/common/oauth2/v2.0/logout?post_logout_redirect_uri=" + url.QueryEscape(w.app.RedirectURIs[0]))
	if out.location == nil || out.location.String() != w.app.RedirectURIs[0] {
		t.Errorf("logout leads to %v", out.location)
	}
	if got := b.open(first.AuthCodeURL("s", hint)); got.title() != "Pick an account" {
		t.Errorf("after logout: %q", got.title())
	}
}

func TestAuthorizeRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		params url.Values // over a good request
		tenant string
		page   string // the number on Entra's own page
		back   string // error that the application gets
		about  string // what is unexpected
	}{
		{name: "unknown client", params: url.Values{"client_id": {"nobody"}}, page: "700016"},
		{name: "redirect address not registered", params: url.Values{"redirect_uri": {"http://127.0.0.1:1/other"}}, page: "50011"},
		{name: "unknown tenant", tenant: "nowhere.example", page: "90002"},
		{name: "no response type", params: url.Values{"response_type": nil}, back: "invalid_request"},
		{name: "implicit flow", params: url.Values{"response_type": {"id_token"}}, back: "unsupported_response_type"},
		{name: "unknown scope", params: url.Values{"scope": {"openid Calendar.Write"}}, back: "invalid_client", about: "Calendar.Write"},
		{name: "no scope", params: url.Values{"scope": nil}, back: "invalid_request"},
		{name: "short challenge", params: url.Values{"code_challenge": {"short"}, "code_challenge_method": {"S256"}}, back: "invalid_request"},
		{name: "unknown challenge method", params: url.Values{"code_challenge": {strings.Repeat("a", 43)}, "code_challenge_method": {"S512"}}, back: "invalid_request"},
		{name: "unknown prompt", params: url.Values{"prompt": {"now"}}, back: "invalid_request"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			q := url.Values{"client_id": {w.app.ClientID}, "redirect_uri": {w.app.RedirectURIs[0]}, "response_type": {"code"}, "scope": {"openid"}, "state": {"s"}}
			for name, values := range c.params {
				q[name] = values
			}
			tenant := or(c.tenant, "organizations")
			got := w.browser().open(w.BaseURL + "/" + tenant + "/oauth2/v2.0/authorize?" + q.Encode())
			if c.page != "" && (got.location != nil || !strings.Contains(got.html, "AADSTS"+c.page)) {
				t.Errorf("got %d %v %q, want the page of AADSTS%s", got.status, got.location, got.title(), c.page)
			}
			if c.back != "" && (got.returned("error") != c.back || got.returned("state") != "s") {
				t.Errorf("got %d %v, want error %s and the state", got.status, got.location, c.back)
			}
			if c.about != "" {
				w.surprised(c.about)
			}
		})
	}
}

func TestPickingRefusals(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.AddTenant(Tenant{ID: PersonalTenant, Name: "Personal"})
	kim := w.AddUser(User{UserPrincipalName: "kim@outlook.example", TenantID: PersonalTenant})
	left := w.AddUser(User{UserPrincipalName: "left@contoso.example", TenantID: w.contoso.ID, Disabled: true})
	strict := w.AddTenant(Tenant{Name: "Strict", Domain: "strict.example", UserConsentOff: true})
	sue := w.AddUser(User{UserPrincipalName: "sue@strict.example", TenantID: strict.ID})

	open := func(authority string) (*browser, screen) {
		b := w.browser()
		return b, b.open(w.config(authority, "openid").AuthCodeURL("s"))
	}
	b, picker := open("organizations")
	if got := b.press(picker, "account", kim.ID); got.location != nil || !strings.Contains(got.html, "personal account") {
		t.Errorf("personal account at organizations: %q", got.title())
	}
	b, picker = open("common")
	if got := b.press(picker, "account", kim.ID); got.title() != "Permissions requested" {
		t.Errorf("personal account at common: %q", got.title())
	}
	b, picker = open("organizations")
	if got := b.press(picker, "account", left.ID); !strings.Contains(got.html, "AADSTS50057") {
		t.Errorf("disabled account: %q", got.title())
	}
	b, picker = open("contoso.example")
	if strings.Contains(picker.html, "zoe@fabrikam.example") {
		t.Error("the page of one tenant offers an account of another")
	}
	back := b.press(picker, "cancel", "1")
	if back.returned("error") != "access_denied" || back.returned("error_subcode") != "cancel" {
		t.Errorf("cancelled picker leads to %v", back.location)
	}
	b, picker = open("contoso.example")
	if back := b.press(b.press(picker, "account", w.ana.ID), "cancel", "1"); back.returned("error") != "access_denied" {
		t.Errorf("cancelled consent leads to %v", back.location)
	}
	b, picker = open("organizations")
	need := b.press(picker, "account", sue.ID)
	if need.title() != "Need admin approval" {
		t.Fatalf("a tenant without user consent shows %q", need.title())
	}
	if back := b.press(need, "cancel", "1"); back.returned("error") != "access_denied" {
		t.Errorf("turning back leads to %v", back.location)
	}
}

func TestResponseModes(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.GrantConsent(w.ana.ID, w.app.ClientID, "openid")
	b := w.browser()
	pick := func(mode string) screen {
		return b.press(b.open(w.config("organizations", "openid").AuthCodeURL("s", oauth2.SetAuthURLParam("response_mode", mode))), "account", w.ana.ID)
	}
	if got := pick("fragment"); got.location == nil || !strings.Contains(got.location.Fragment, "code=") || got.location.RawQuery != "" {
		t.Errorf("fragment: %v", got.location)
	}
	if got := pick("form_post"); !strings.Contains(got.html, `action="`+w.app.RedirectURIs[0]+`"`) || !strings.Contains(got.html, `name="code"`) {
		t.Errorf("form_post: %s", got.html)
	}
}
