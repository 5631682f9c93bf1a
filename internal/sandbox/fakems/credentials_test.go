package fakems

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"
)

const graphDefault = "https://graph.microsoft.com/.default"

// identity is a key with its certificate.
type identity struct {
	key  *rsa.PrivateKey
	cert *x509.Certificate
}

var ours, theirs = sync.OnceValue(newIdentity), sync.OnceValue(newIdentity)

// newIdentity is valid for 2026.
func newIdentity() identity {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return identity{key, cert}
}

// assertion is a client assertion in the making.
type assertion struct {
	identity
	alg    jose.SignatureAlgorithm
	old    bool // x5t instead of x5t#S256
	claims jwt.Claims
}

func (w *world) assertion() assertion {
	now := w.clock.Now()
	return assertion{identity: ours(), alg: jose.PS256, claims: jwt.Claims{
		Issuer: w.app.ClientID, Subject: w.app.ClientID, ID: "1",
		Audience:  jwt.Audience{w.BaseURL + "/" + w.contoso.ID + "/oauth2/v2.0/token"},
		NotBefore: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(5 * time.Minute)),
	}}
}

func (a assertion) sign(t *testing.T) string {
	t.Helper()
	opts := (&jose.SignerOptions{}).WithType("JWT")
	if sum := sha1.Sum(a.cert.Raw); a.old {
		opts = opts.WithHeader("x5t", base64.RawURLEncoding.EncodeToString(sum[:]))
	} else {
		sum := sha256.Sum256(a.cert.Raw)
		opts = opts.WithHeader("x5t#S256", base64.RawURLEncoding.EncodeToString(sum[:]))
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: a.alg, Key: a.key}, opts)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(a.claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// certified registers a certificate alone.
func (w *world) certified() {
	w.app.Secret, w.app.Certificates = "", []*x509.Certificate{ours().cert}
	w.AddApp(w.app)
}

// credentials is the form of a request by certificate.
func (w *world) credentials(a assertion) url.Values {
	w.t.Helper()
	return url.Values{
		"grant_type": {"client_credentials"}, "client_id": {w.app.ClientID}, "scope": {graphDefault},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {a.sign(w.t)},
	}
}

// bySecret is the form of a request by secret.
func (w *world) bySecret() url.Values {
	return url.Values{"grant_type": {"client_credentials"}, "client_id": {w.app.ClientID}, "client_secret": {w.app.Secret}, "scope": {graphDefault}}
}

// number is the AADSTS number of a refusal, 0 without one.
func (r reply) number() int {
	n, _ := r.at("error_codes", 0).(float64)
	return int(n)
}

// alone calls Graph as the app itself, in contoso, with just these permissions.
func (w *world) alone(permissions ...string) *caller {
	if len(permissions) > 0 {
		w.GrantTenant(w.contoso.ID, w.app.ClientID, permissions...)
	}
	return &caller{w: w, token: w.IssueAppToken(w.contoso.ID, w.app.ClientID), header: map[string][]string{}}
}

func TestAppTokenByCertificate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(w *world, a *assertion)
		before func(w *world)
		twice  bool
		want   int
	}{
		{name: "PS256 with x5t#S256"},
		{name: "RS256 with x5t", change: func(_ *world, a *assertion) { a.alg, a.old = jose.RS256, true }},
		{name: "for the authority", change: func(w *world, a *assertion) { a.claims.Audience = jwt.Audience{w.BaseURL + "/" + w.contoso.ID} }},
		{name: "PS256 with x5t", change: func(_ *world, a *assertion) { a.old = true }, want: 700027},
		{name: "RS384", change: func(_ *world, a *assertion) { a.alg = jose.RS384 }, want: 700027},
		{name: "another certificate", change: func(_ *world, a *assertion) { a.identity = theirs() }, want: 700027},
		{name: "another key under our thumbprint", change: func(_ *world, a *assertion) { a.key = theirs().key }, want: 700027},
		{name: "one of two certificates", before: func(w *world) {
			w.app.Certificates = []*x509.Certificate{theirs().cert, ours().cert}
			w.AddApp(w.app)
		}},
		{name: "an expired certificate", before: func(w *world) { w.clock.Advance(365 * 24 * time.Hour) }, want: 700027},
		{name: "for another tenant", change: func(w *world, a *assertion) {
			a.claims.Audience = jwt.Audience{w.BaseURL + "/" + w.fabrikam.ID + "/oauth2/v2.0/token"}
		}, want: 700027},
		{name: "subject is somebody else", change: func(_ *world, a *assertion) { a.claims.Subject = "x" }, want: 50048},
		{name: "expired", change: func(w *world, a *assertion) {
			a.claims.NotBefore = jwt.NewNumericDate(w.clock.Now().Add(-time.Hour))
			a.claims.Expiry = jwt.NewNumericDate(w.clock.Now().Add(-time.Second))
		}, want: 700024},
		{name: "from the future", change: func(w *world, a *assertion) {
			a.claims.NotBefore = jwt.NewNumericDate(w.clock.Now().Add(6 * time.Minute))
			a.claims.Expiry = jwt.NewNumericDate(w.clock.Now().Add(10 * time.Minute))
		}, want: 700024},
		{name: "without an end", change: func(_ *world, a *assertion) { a.claims.Expiry = nil }, want: 700024},
		{name: "without jti", change: func(_ *world, a *assertion) { a.claims.ID = "" }, want: 700027},
		{name: "replayed", twice: true, want: 700027},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			w.certified()
			w.GrantTenant(w.contoso.ID, w.app.ClientID, "Calendars.ReadWrite")
			if c.before != nil {
				c.before(w)
			}
			a := w.assertion()
			if c.change != nil {
				c.change(w, &a)
			}
			form := w.credentials(a)
			if c.twice {
				w.post(w.contoso.ID, form)
			}
			got := w.post(w.contoso.ID, form)
			if got.number() != c.want || (c.want == 0) != (got.status == 200) {
				t.Errorf("got %d %s, want AADSTS%d", got.status, got.raw, c.want)
			}
			if c.want != 0 && (got.status != 401 || got.at("error") != "invalid_client") {
				t.Errorf("got %d %v, want 401 invalid_client", got.status, got.at("error"))
			}
		})
	}
}

func TestAppTokenRequest(t *testing.T) {
	t.Parallel()
	set := func(name, value string) func(*world, url.Values) {
		return func(_ *world, f url.Values) { f.Set(name, value) }
	}
	for _, c := range []struct {
		name   string
		tenant string
		change func(*world, url.Values)
		err    string
		code   int
		about  string
	}{
		{name: "by the tenant's id"},
		{name: "by the tenant's domain", tenant: "contoso.example"},
		{name: "Graph by its application id", change: set("scope", "00000003-0000-0000-c000-000000000000/.default")},
		{name: "Graph by the address it is played at", change: func(w *world, f url.Values) { f.Set("scope", w.BaseURL+"/.default") }},
		{name: "at common", tenant: "common", err: "invalid_request", code: 50059, about: "common"},
		{name: "at organizations", tenant: "organizations", err: "invalid_request", code: 50059, about: "organizations"},
		{name: "for personal accounts", tenant: "consumers", err: "unauthorized_client", code: 700016},
		{name: "at a tenant that knows nothing of the app", tenant: "fabrikam.example", err: "unauthorized_client", code: 700016},
		{name: "at an unknown tenant", tenant: "nowhere.example", err: "invalid_request", code: 90002},
		{name: "without scope", change: set("scope", ""), err: "invalid_request", code: 900144},
		{name: "for one permission", change: set("scope", "https://graph.microsoft.com/Calendars.ReadWrite"), err: "invalid_scope", code: 1002012, about: "Calendars.ReadWrite"},
		{name: "for two", change: set("scope", "openid "+graphDefault), err: "invalid_scope", code: 1002012, about: "openid"},
		{name: "for another resource", change: set("scope", "https://elsewhere.example/.default"), err: "invalid_resource", code: 500011, about: "elsewhere"},
		{name: "with a wrong secret", change: set("client_secret", "guess"), err: "invalid_client", code: 7000215},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			w.GrantTenant(w.contoso.ID, w.app.ClientID, "Calendars.ReadWrite")
			form := w.bySecret()
			if c.change != nil {
				c.change(w, form)
			}
			got := w.post(or(c.tenant, w.contoso.ID), form)
			if err, _ := got.at("error").(string); err != c.err || got.number() != c.code {
				t.Errorf("got %d %s, want %s AADSTS%d", got.status, got.raw, c.err, c.code)
			}
			if c.about != "" {
				w.surprised(c.about)
			}
			if c.code != 0 {
				return
			}
			var names []string
			for name := range got.body {
				names = append(names, name)
			}
			slices.Sort(names)
			if want := []string{"access_token", "expires_in", "ext_expires_in", "token_type"}; !slices.Equal(names, want) {
				t.Errorf("answer has %q, want %q", names, want)
			}
			ana := &caller{w: w, token: got.at("access_token").(string), header: map[string][]string{}}
			ana.must(200, "GET", "/users/"+w.ana.ID+"/events", nil)
		})
	}
}

func claimsOf(t *testing.T, token string) map[string]any {
	t.Helper()
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestAppTokenClaims(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.certified()
	w.GrantTenant(w.contoso.ID, w.app.ClientID, "Calendars.ReadWrite", "User.Read.All")
	token := func(id string) map[string]any {
		a := w.assertion()
		a.claims.ID = id
		return claimsOf(t, w.post(w.contoso.ID, w.credentials(a)).at("access_token").(string))
	}
	claims := token("1")
	got := map[string]any{}
	for _, name := range []string{"tid", "appid", "appidacr", "idtyp", "roles", "scp", "upn"} {
		got[name] = claims[name]
	}
	if diff := cmp.Diff(got, map[string]any{
		"tid": w.contoso.ID, "appid": w.app.ClientID, "appidacr": "2", "idtyp": "app",
		"roles": []any{"Calendars.ReadWrite", "User.Read.All"}, "scp": nil, "upn": nil,
	}); diff != "" {
		t.Errorf("claims (-got +want):\n%s", diff)
	}
	if claims["oid"] != claims["sub"] || claims["oid"] == "" || claims["oid"] != token("2")["oid"] {
		t.Errorf("oid %v, sub %v, want the service principal's id in both, always", claims["oid"], claims["sub"])
	}
}

// A token proves nothing about permissions.
func TestAppTokenWithoutPermissions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.GrantConsent(w.ana.ID, w.app.ClientID, "User.Read") // brings the app into the tenant
	got := w.post(w.contoso.ID, w.bySecret())
	if got.status != 200 {
		t.Fatalf("got %d %s", got.status, got.raw)
	}
	token := got.at("access_token").(string)
	if _, ok := claimsOf(t, token)["roles"]; ok {
		t.Error("the token has roles")
	}
	app := &caller{w: w, token: token, header: map[string][]string{}}
	w.refused(app.do("GET", "/users/"+w.ana.ID+"/events", nil), 403, "ErrorAccessDenied")
	w.refused(app.do("GET", "/users", nil), 403, "Authorization_RequestDenied")
	w.refused(app.do("GET", "/organization", nil), 403, "Authorization_RequestDenied")
}

func TestReplication(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.contoso.Replication = time.Minute
	w.AddTenant(w.contoso)
	w.GrantConsent(w.ana.ID, w.app.ClientID, "User.Read") // somebody signed in before
	w.GrantTenant(w.contoso.ID, w.app.ClientID, "Calendars.ReadWrite")
	events := "/users/" + w.ana.ID + "/events"
	fresh := func() *caller {
		got := w.post(w.contoso.ID, w.bySecret())
		if got.status != 200 {
			t.Fatalf("got %d %s", got.status, got.raw)
		}
		return &caller{w: w, token: got.at("access_token").(string), header: map[string][]string{}}
	}
	for _, want := range []int{700016, 7000229} {
		if got := w.post(w.contoso.ID, w.bySecret()); got.number() != want {
			t.Errorf("got %d %s, want AADSTS%d", got.status, got.raw, want)
		}
		w.clock.Advance(20 * time.Second)
	}
	early := fresh()
	w.refused(early.do("GET", events, nil), 403, "ErrorAccessDenied")
	w.clock.Advance(20 * time.Second)
	fresh().must(200, "GET", events, nil)
	// A token stays as it was issued.
	w.refused(early.do("GET", events, nil), 403, "ErrorAccessDenied")

	// What is added later is late as well, and disturbs nothing.
	w.GrantTenant(w.contoso.ID, w.app.ClientID, "User.Read.All")
	app := fresh()
	app.must(200, "GET", events, nil)
	w.refused(app.do("GET", "/users", nil), 403, "Authorization_RequestDenied")
	w.clock.Advance(time.Minute)
	fresh().must(200, "GET", "/users", nil)
}

func TestWithdrawTenant(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.app.RequiredDelegated = []string{"openid", "offline_access", "User.Read", "Calendars.ReadWrite"}
	w.app.RequiredApplication = []string{"Calendars.ReadWrite", "User.Read.All"}
	w.AddApp(w.app)
	w.GrantTenant(w.contoso.ID, w.app.ClientID)
	w.GrantTenant(w.fabrikam.ID, w.app.ClientID)
	app, events := w.alone(), "/users/"+w.ana.ID+"/events"
	zoe := w.as(w.zoe)
	_, theirs := w.IssueTokens(w.zoe.ID, w.app.ClientID, "User.ReadBasic.All", "offline_access")

	// One permission goes: tokens that have it keep it.
	w.WithdrawTenant(w.contoso.ID, w.app.ClientID, "User.Read.All")
	app.must(200, "GET", "/users", nil)
	w.refused(w.alone().do("GET", "/users", nil), 403, "Authorization_RequestDenied")
	w.alone().must(200, "GET", events, nil)

	_, refresh := w.IssueTokens(w.ana.ID, w.app.ClientID, "User.Read", "offline_access")
	ana := w.as(w.ana)
	w.WithdrawTenant(w.contoso.ID, w.app.ClientID)
	w.refused(app.do("GET", events, nil), 401, "InvalidAuthenticationToken")
	w.refused(ana.do("GET", "/me", nil), 401, "InvalidAuthenticationToken")
	if got := w.post(w.contoso.ID, w.bySecret()); got.number() != 700016 {
		t.Errorf("a new app token: %d %s", got.status, got.raw)
	}
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {w.app.ClientID}, "client_secret": {w.app.Secret}, "refresh_token": {refresh}}
	if got := w.post(w.contoso.ID, form); got.number() != 700016 || got.at("error") != "unauthorized_client" {
		t.Errorf("a refresh: %d %s", got.status, got.raw)
	}
	// Everybody is asked again, and somebody's yes brings the app back without
	// what others had said.
	b := w.browser()
	page := b.press(b.open(w.config("contoso.example", "openid", "User.Read").AuthCodeURL("s")), "account", w.bo.ID)
	if page.title() != "Permissions requested" {
		t.Fatalf("bo sees %q", page.title())
	}
	b.press(page, "accept", "1")
	if got := w.post(w.contoso.ID, form); got.number() != 65001 {
		t.Errorf("a refresh once bo had consented: %d %s", got.status, got.raw)
	}
	// The neighbours notice nothing.
	zoe.must(200, "GET", "/me", nil)
	form.Set("refresh_token", theirs)
	if got := w.post(w.fabrikam.ID, form); got.status != 200 {
		t.Errorf("zoe's refresh: %d %s", got.status, got.raw)
	}
}

func TestExpireTenantTokens(t *testing.T) {
	t.Parallel()
	w := setup(t)
	app, ana := w.alone("Calendars.Read"), w.as(w.ana)
	w.ExpireTenantTokens("contoso.example")
	w.refused(app.do("GET", "/users/"+w.ana.ID+"/events", nil), 401, "InvalidAuthenticationToken")
	ana.must(200, "GET", "/me", nil)
	w.alone().must(200, "GET", "/users/"+w.ana.ID+"/events", nil)
}
