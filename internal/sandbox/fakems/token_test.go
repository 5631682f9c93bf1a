package fakems

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"
)

// code signs ana in at an authority and returns the code.
func (w *world) code(authority string, opts ...oauth2.AuthCodeOption) string {
	w.t.Helper()
	w.GrantConsent(w.ana.ID, w.app.ClientID, "openid", "profile", "offline_access", "User.Read")
	b := w.browser()
	conf := w.config(authority, "openid", "profile", "offline_access", "User.Read")
	code := b.press(b.open(conf.AuthCodeURL("s", opts...)), "account", w.ana.ID).returned("code")
	if code == "" {
		w.t.Fatal("no code")
	}
	return code
}

// post sends a token request and returns status and decoded answer.
func (w *world) post(authority string, form url.Values) reply {
	w.t.Helper()
	answered, err := w.web.PostForm(w.BaseURL+"/"+authority+"/oauth2/v2.0/token", form)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answered.Body.Close()
	got := reply{status: answered.StatusCode, header: answered.Header}
	if got.raw, err = io.ReadAll(answered.Body); err != nil {
		w.t.Fatal(err)
	}
	if err := json.Unmarshal(got.raw, &got.body); err != nil {
		w.t.Fatal(err)
	}
	return got
}

func TestCodeRefusals(t *testing.T) {
	t.Parallel()
	verifier := oauth2.GenerateVerifier()
	for _, c := range []struct {
		name   string
		before func(w *world, form url.Values)
		tenant string
		status int
		err    string
		code   float64
		about  string
	}{
		{name: "fine", status: 200},
		{name: "redeemed twice", before: func(w *world, form url.Values) { w.post("organizations", form) }, status: 400, err: "invalid_grant", code: 54005},
		{name: "after ten minutes", before: func(w *world, _ url.Values) { w.clock.Advance(10 * time.Minute) }, status: 400, err: "invalid_grant", code: 70008},
		{name: "unknown code", before: func(_ *world, f url.Values) { f.Set("code", "1.unknown") }, status: 400, err: "invalid_grant", code: 70000},
		{name: "of another client", before: func(w *world, f url.Values) {
			other := w.AddApp(App{Secret: "other"})
			f.Set("client_id", other.ClientID)
			f.Set("client_secret", "other")
		}, status: 400, err: "invalid_grant", code: 70000},
		{name: "at another authority", tenant: "contoso.example", status: 400, err: "invalid_grant", code: 700005},
		{name: "for another redirect address", before: func(_ *world, f url.Values) { f.Set("redirect_uri", "http://127.0.0.1:1/x") }, status: 401, err: "invalid_client", code: 500112},
		{name: "wrong verifier", before: func(_ *world, f url.Values) { f.Set("code_verifier", oauth2.GenerateVerifier()) }, status: 400, err: "invalid_grant", code: 501481},
		{name: "no verifier", before: func(_ *world, f url.Values) { f.Del("code_verifier") }, status: 400, err: "invalid_grant", code: 501481},
		{name: "wrong secret", before: func(_ *world, f url.Values) { f.Set("client_secret", "guess") }, status: 401, err: "invalid_client", code: 7000215},
		{name: "no secret", before: func(_ *world, f url.Values) { f.Del("client_secret") }, status: 401, err: "invalid_client", code: 7000218},
		{name: "unknown client", before: func(_ *world, f url.Values) { f.Set("client_id", "nobody") }, status: 400, err: "unauthorized_client", code: 700016},
		{name: "unknown tenant", tenant: "nowhere.example", status: 400, err: "invalid_request", code: 90002},
		{name: "unknown grant type", before: func(_ *world, f url.Values) { f.Set("grant_type", "password") }, status: 400, err: "unsupported_grant_type", code: 70003, about: "password"},
		{name: "the app is refused", before: func(w *world, _ url.Values) { w.app.RefuseWith = 7000222; w.AddApp(w.app) }, status: 401, err: "invalid_client", code: 7000222},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			form := url.Values{
				"grant_type": {"authorization_code"}, "client_id": {w.app.ClientID}, "client_secret": {w.app.Secret},
				"code":         {w.code("organizations", oauth2.S256ChallengeOption(verifier))},
				"redirect_uri": {w.app.RedirectURIs[0]}, "code_verifier": {verifier},
			}
			if c.before != nil {
				c.before(w, form)
			}
			got := w.post(or(c.tenant, "organizations"), form)
			err, _ := got.at("error").(string)
			code, _ := got.at("error_codes", 0).(float64)
			if got.status != c.status || err != c.err || code != c.code {
				t.Errorf("got %d %s, want %d %s %v", got.status, got.raw, c.status, c.err, c.code)
			}
			if c.about != "" {
				w.surprised(c.about)
			}
		})
	}
}

func TestPlainChallenge(t *testing.T) {
	t.Parallel()
	w := setup(t)
	verifier := oauth2.GenerateVerifier()
	code := w.code("organizations", oauth2.SetAuthURLParam("code_challenge", verifier))
	if _, err := w.config("organizations").Exchange(w.ctx(), code, oauth2.VerifierOption(verifier)); err != nil {
		t.Error(err)
	}
}

// Basic authentication carries form-encoded halves; this secret has characters
// that show it.
func TestClientSecretBasic(t *testing.T) {
	t.Parallel()
	w := setup(t)
	conf := w.config("organizations")
	conf.Endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if _, err := conf.Exchange(w.ctx(), w.code("organizations")); err != nil {
		t.Error(err)
	}
}

func TestRefreshRefusals(t *testing.T) {
	t.Parallel()
	for n := range aadstsCodes {
		w := setup(t)
		_, refresh := w.IssueTokens(w.ana.ID, w.app.ClientID, "User.Read", "offline_access")
		w.RefuseTokens(w.ana.ID, n)
		_, err := w.config(w.contoso.ID).TokenSource(w.ctx(), &oauth2.Token{RefreshToken: refresh}).Token()
		refused, ok := errors.AsType[*oauth2.RetrieveError](err)
		if !ok || refused.ErrorCode != aadstsCodes[n].err {
			t.Errorf("AADSTS%d: %v", n, err)
		}
		w.RefuseTokens(w.ana.ID, 0)
		if _, err := w.config(w.contoso.ID).TokenSource(w.ctx(), &oauth2.Token{RefreshToken: refresh}).Token(); err != nil {
			t.Errorf("AADSTS%d lifted: %v", n, err)
		}
	}
}

func TestGrantsEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		before func(w *world)
		tenant string
		code   float64
		sub    string
	}{
		{name: "sessions revoked", before: func(w *world) { w.RevokeTokens(w.ana.ID) }, code: 50173, sub: "bad_token"},
		{name: "consent withdrawn", before: func(w *world) { w.RevokeConsent(w.ana.ID) }, code: 65001, sub: "consent_required"},
		{name: "unused for 90 days", before: func(w *world) { w.clock.Advance(90 * 24 * time.Hour) }, code: 700082, sub: "token_expired"},
		{name: "account disabled", before: func(w *world) { w.ana.Disabled = true; w.AddUser(w.ana) }, code: 50057},
		{name: "at a tenant of others", tenant: "fabrikam.example", code: 50034},
		{name: "MFA required", before: func(w *world) { w.RefuseTokens(w.ana.ID, 50076) }, code: 50076, sub: "basic_action"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			_, refresh := w.IssueTokens(w.ana.ID, w.app.ClientID, "User.Read", "offline_access")
			if c.before != nil {
				c.before(w)
			}
			got := w.post(or(c.tenant, w.contoso.ID), url.Values{
				"grant_type": {"refresh_token"}, "client_id": {w.app.ClientID}, "client_secret": {w.app.Secret}, "refresh_token": {refresh},
			})
			sub, _ := got.at("suberror").(string)
			if got.status != 400 || got.at("error_codes", 0) != c.code || sub != c.sub {
				t.Errorf("got %d %s, want AADSTS%v %s", got.status, got.raw, c.code, c.sub)
			}
			if _, ok := got.at("claims").(string); ok != (c.code == 50076) {
				t.Errorf("claims in %s", got.raw)
			}
		})
	}
}

func TestTokenLifetimes(t *testing.T) {
	t.Parallel()
	w := setup(t, func(s *Server) { s.Calm = false })
	seen := map[any]bool{}
	for range 8 {
		_, refresh := w.IssueTokens(w.ana.ID, w.app.ClientID, "User.Read", "offline_access")
		got := w.post(w.contoso.ID, url.Values{
			"grant_type": {"refresh_token"}, "client_id": {w.app.ClientID}, "client_secret": {w.app.Secret}, "refresh_token": {refresh},
		})
		life, _ := got.at("expires_in").(float64)
		if life < 3600 || life > 5400 {
			t.Errorf("expires_in %v in %s", life, got.raw)
		}
		seen[life] = true
	}
	if len(seen) < 2 {
		t.Error("the lifetime is always the same")
	}
}

func TestClientAssertion(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(der)
	for _, c := range []struct {
		name   string
		change func(*jwt.Claims)
		twice  bool
		code   float64
	}{
		{name: "fine"},
		{name: "for somebody else", change: func(c *jwt.Claims) { c.Audience = jwt.Audience{"https://elsewhere.example"} }, code: 700027},
		{name: "subject differs", change: func(c *jwt.Claims) { c.Subject = "x" }, code: 50048},
		{name: "too late", change: func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(c.NotBefore.Time().Add(-time.Second)) }, code: 700024},
		{name: "replayed", twice: true, code: 700027},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			w.app.Secret, w.app.Certificates = "", []*x509.Certificate{cert}
			w.AddApp(w.app)
			_, refresh := w.IssueTokens(w.ana.ID, w.app.ClientID, "User.Read", "offline_access")
			claims := jwt.Claims{
				Issuer: w.app.ClientID, Subject: w.app.ClientID, ID: "1",
				Audience:  jwt.Audience{w.BaseURL + "/" + w.contoso.ID + "/oauth2/v2.0/token"},
				NotBefore: jwt.NewNumericDate(w.clock.Now()), Expiry: jwt.NewNumericDate(w.clock.Now().Add(5 * time.Minute)),
			}
			if c.change != nil {
				c.change(&claims)
			}
			opts := (&jose.SignerOptions{}).WithType("JWT").WithHeader("x5t#S256", base64.RawURLEncoding.EncodeToString(sum[:]))
			signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.PS256, Key: key}, opts)
			if err != nil {
				t.Fatal(err)
			}
			assertion, err := jwt.Signed(signer).Claims(claims).Serialize()
			if err != nil {
				t.Fatal(err)
			}
			form := url.Values{
				"grant_type": {"refresh_token"}, "client_id": {w.app.ClientID}, "refresh_token": {refresh}, "client_assertion": {assertion},
				"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
			}
			got := w.post(w.contoso.ID, form)
			if c.twice {
				got = w.post(w.contoso.ID, form)
			}
			code, _ := got.at("error_codes", 0).(float64)
			if code != c.code {
				t.Errorf("got %d %s, want AADSTS%v", got.status, got.raw, c.code)
			}
		})
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	w := setup(t)
	const globalAdmin = "62e90394-69f5-4237-9190-012177145e10"
	w.ana.Wids = []string{globalAdmin}
	w.AddUser(w.ana)
	roles := func() any {
		token, err := w.config("organizations").Exchange(w.ctx(), w.code("organizations"))
		if err != nil {
			t.Fatal(err)
		}
		payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token.Extra("id_token").(string), ".")[1])
		if err != nil {
			t.Fatal(err)
		}
		var claims map[string]any
		if err := json.Unmarshal(payload, &claims); err != nil {
			t.Fatal(err)
		}
		return reply{body: claims}.at("wids", 0)
	}
	if got := roles(); got != nil {
		t.Errorf("wids %v without the registration's wish", got)
	}
	w.app.EmitRoles = true
	w.AddApp(w.app)
	if got := roles(); got != globalAdmin {
		t.Errorf("wids %v", got)
	}
}
