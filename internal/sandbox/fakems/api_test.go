package fakems

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"
)

// exposing has the app expose a scope, with tokens of that version.
func (w *world) exposing(version int) string {
	w.app.Exposes, w.app.AccessTokenVersion = []string{"access_as_user", "Other.Read"}, version
	w.AddApp(w.app)
	return "api://" + w.app.ClientID + "/access_as_user"
}

// claims checks a token against the published keys, with a library we did not
// write, and returns what it says.
func (w *world) claims(issuer, audience, token string) map[string]any {
	w.t.Helper()
	keys := oidc.NewRemoteKeySet(w.ctx(), w.BaseURL+"/common/discovery/keys")
	verified, err := oidc.NewVerifier(issuer, keys, &oidc.Config{ClientID: audience, Now: w.clock.Now}).Verify(w.ctx(), token)
	if err != nil {
		w.t.Fatal(err)
	}
	var claims map[string]any
	if err := verified.Claims(&claims); err != nil {
		w.t.Fatal(err)
	}
	return claims
}

func TestTokenForTheOwnAPI(t *testing.T) {
	t.Parallel()
	for _, version := range []int{0, 1, 2} {
		w := setup(t)
		scope := w.exposing(version)
		b := w.browser()
		conf := w.config("organizations", "openid", "profile", "offline_access", scope)
		consent := b.press(b.open(conf.AuthCodeURL("s")), "account", w.ana.ID)
		if !strings.Contains(consent.html, "Use Webex Scheduler on your behalf (access_as_user)") {
			t.Errorf("the consent page does not say it: %s", consent.html)
		}
		tok, err := conf.Exchange(w.ctx(), b.press(consent, "accept", "1").returned("code"))
		if err != nil {
			t.Fatal(err)
		}
		issuer, audience := w.BaseURL+"/"+w.contoso.ID+"/v2.0", w.app.ClientID
		want := map[string]any{"ver": "2.0", "azp": w.app.ClientID, "azpacr": "1", "preferred_username": w.ana.UserPrincipalName}
		if version == 1 {
			issuer, audience = "https://sts.windows.net/"+w.contoso.ID+"/", "api://"+w.app.ClientID
			want = map[string]any{"ver": "1.0", "appid": w.app.ClientID, "appidacr": "1", "upn": w.ana.UserPrincipalName, "unique_name": w.ana.UserPrincipalName}
		}
		want["scp"], want["oid"], want["tid"], want["name"] = "access_as_user", w.ana.ID, w.contoso.ID, w.ana.DisplayName
		got := w.claims(issuer, audience, tok.AccessToken)
		for _, passing := range []string{"iss", "aud", "iat", "nbf", "exp", "sub", "aio", "rh", "uti"} {
			if got[passing] == nil {
				t.Errorf("no %s", passing)
			}
			delete(got, passing)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("version %d (-want +got):\n%s", version, diff)
		}
		if granted, _ := tok.Extra("scope").(string); !strings.Contains(granted, scope) {
			t.Errorf("scope %q", granted)
		}
		c := &caller{w: w, token: tok.AccessToken, header: http.Header{}}
		w.refused(c.do("GET", "/me", nil), 401, "InvalidAuthenticationToken")

		// A refresh token is bound to no resource.
		w.GrantConsent(w.ana.ID, w.app.ClientID, "User.Read")
		form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tok.RefreshToken}, "scope": {"User.Read"}, "client_id": {w.app.ClientID}, "client_secret": {w.app.Secret}}
		graph := w.post("organizations", form)
		c.token, _ = graph.body["access_token"].(string)
		c.must(200, "GET", "/me", nil)
		form.Set("scope", scope+" User.Read")
		if got := w.post("organizations", form); got.status != 400 || !strings.Contains(string(got.raw), "AADSTS28000") {
			t.Errorf("two resources at once: %d %s", got.status, got.raw)
		}
		form.Set("scope", "api://"+w.app.ClientID+"/Other.Read")
		if got := w.post("organizations", form); got.status != 400 || !strings.Contains(string(got.raw), "AADSTS65001") {
			t.Errorf("a scope nobody consented to: %d %s", got.status, got.raw)
		}
	}
}

// Scopes of two resources may be consented to at once; the token is for Graph.
func TestCodeForTwoResources(t *testing.T) {
	t.Parallel()
	w := setup(t)
	scope := w.exposing(2)
	b := w.browser()
	conf := w.config("organizations", "openid", "offline_access", "User.Read", scope)
	code := b.press(b.press(b.open(conf.AuthCodeURL("s")), "account", w.ana.ID), "accept", "1").returned("code")
	tok, err := conf.Exchange(w.ctx(), code)
	if err != nil {
		t.Fatal(err)
	}
	if granted, _ := tok.Extra("scope").(string); strings.Contains(granted, "api://") || !strings.Contains(granted, "User.Read") {
		t.Errorf("scope %q, want Graph's alone", granted)
	}
	(&caller{w: w, token: tok.AccessToken, header: http.Header{}}).must(200, "GET", "/me", nil)
	if again := b.open(conf.AuthCodeURL("s", oauth2.SetAuthURLParam("login_hint", w.ana.Mail))); again.returned("code") == "" {
		t.Errorf("consent is asked for again: %q", again.title())
	}
	if got := b.open(w.config("organizations", scope+"x").AuthCodeURL("s")); got.returned("error") == "" {
		t.Error("a scope that nobody exposes was taken")
	}
	w.surprised("no delegated scope")
}

// Who has another Microsoft product open is signed in there already.
func TestSignedInElsewhere(t *testing.T) {
	t.Parallel()
	w := setup(t)
	b := w.browser()
	here, err := url.Parse(w.BaseURL)
	if err != nil {
		t.Fatal(err)
	}
	b.http.Jar.SetCookies(here, []*http.Cookie{w.SignIn(w.bo.ID)})
	conf := w.config("organizations", "openid", "profile")
	if got := b.open(conf.AuthCodeURL("s", oauth2.SetAuthURLParam("login_hint", "bo@contoso.example"))); got.title() != "Permissions requested" {
		t.Errorf("first page %q, want the consent page", got.title())
	}
	if got := b.open(conf.AuthCodeURL("s")); got.title() != "Pick an account" {
		t.Errorf("without a hint: %q", got.title())
	}
	w.DisableUser(w.bo.ID)
	if w.SignIn(w.bo.ID) != nil {
		t.Error("a disabled person can sign in")
	}
}

func TestDiscoveryOfVersionOne(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for path, want := range map[string]string{"organizations": "https://sts.windows.net/{tenantid}/", w.contoso.ID: "https://sts.windows.net/" + w.contoso.ID + "/"} {
		answered, err := w.web.Get(w.BaseURL + "/" + path + "/.well-known/openid-configuration")
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ Issuer string }
		if err := json.NewDecoder(answered.Body).Decode(&got); err != nil {
			t.Fatal(err)
		}
		answered.Body.Close()
		if got.Issuer != want {
			t.Errorf("%s: issuer %s, want %s", path, got.Issuer, want)
		}
	}
}
