package signin_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/signin"
)

const (
	tenant   = "aaaabbbb-0000-4ccc-8111-dddd2222eeee"
	other    = "ffffbbbb-0000-4ccc-8111-dddd2222eeee"
	object   = "11111111-2222-4333-8444-555555555555"
	clientID = "00001111-aaaa-4222-8bbb-3333cccc4444"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// keyPair returns one of three keys that all tests share: they are slow to make.
func keyPair(n int) *rsa.PrivateKey { return keyPairs()[n] }

var keyPairs = sync.OnceValue(func() (keys [3]*rsa.PrivateKey) {
	for i := range keys {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		keys[i] = key
	}
	return keys
})

// authority is a token service that says what a test wants, also what the
// sandbox's never would.
type authority struct {
	*httptest.Server
	t     *testing.T
	clock *clockwork.FakeClock

	mu        sync.Mutex
	discovery map[string]any // over the usual members
	keys      []map[string]any
	signing   *rsa.PrivateKey
	kid       string
	answer    func(w http.ResponseWriter, form url.Values) // of the token endpoint
	paths     []string
	form      url.Values // that came last
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, clock: clockwork.NewFakeClockAt(start), signing: keyPair(0), kid: "first"}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	a.publish("first", keyPair(0), a.URL+"/{tenantid}/v2.0")
	return a
}

// publish adds a key to the keys document; an empty issuer is left out.
func (a *authority) publish(kid string, key *rsa.PrivateKey, issuer string) {
	raw, err := jose.JSONWebKey{Key: &key.PublicKey, KeyID: kid, Use: "sig"}.MarshalJSON()
	if err != nil {
		a.t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(raw, &members); err != nil {
		a.t.Fatal(err)
	}
	if issuer != "" {
		members["issuer"] = issuer
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keys = append(a.keys, members)
}

func (a *authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.paths = append(a.paths, r.URL.Path)
	switch {
	case strings.HasSuffix(r.URL.Path, "/organizations/v2.0/.well-known/openid-configuration"):
		doc := map[string]any{
			"issuer":                                a.URL + "/{tenantid}/v2.0",
			"authorization_endpoint":                a.URL + "/organizations/oauth2/v2.0/authorize",
			"token_endpoint":                        a.URL + "/organizations/oauth2/v2.0/token",
			"jwks_uri":                              a.URL + "/organizations/discovery/v2.0/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		}
		maps.Copy(doc, a.discovery)
		a.send(w, doc)
	case strings.HasSuffix(r.URL.Path, "/discovery/v2.0/keys"):
		a.send(w, map[string]any{"keys": a.keys})
	case r.Method == http.MethodPost:
		if err := r.ParseForm(); err != nil {
			a.t.Error(err)
		}
		a.form = r.PostForm
		a.answer(w, r.PostForm)
	default:
		http.NotFound(w, r)
	}
}

func (a *authority) send(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		a.t.Error(err)
	}
}

// says makes the token endpoint answer with that.
func (a *authority) says(status int, body string) {
	a.answer = func(w http.ResponseWriter, _ url.Values) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// gives makes the token endpoint answer with tokens.
func (a *authority) gives(members map[string]any) {
	body := map[string]any{"token_type": "Bearer", "expires_in": 4216, "access_token": "access"}
	maps.Copy(body, members)
	a.answer = func(w http.ResponseWriter, _ url.Values) { a.send(w, body) }
}

func (a *authority) asked(path string) (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range a.paths {
		if p == path {
			n++
		}
	}
	return n
}

// claims are those of a good ID token.
func (a *authority) claims() map[string]any {
	now := a.clock.Now().Unix()
	return map[string]any{
		"ver": "2.0", "iss": a.URL + "/" + tenant + "/v2.0", "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
		"aud": clientID, "iat": now, "nbf": now, "exp": now + 3600, "name": "Bo", "preferred_username": "bo@contoso.example",
		"oid": object, "tid": tenant, "nonce": "nonce",
	}
}

// with returns good claims with some changed; nil takes one away.
func (a *authority) with(changes map[string]any) map[string]any {
	claims := a.claims()
	for name, value := range changes {
		claims[name] = value
		if value == nil {
			delete(claims, name)
		}
	}
	return claims
}

func (a *authority) sign(claims map[string]any) string {
	return sign(a.t, jose.RS256, a.signing, a.kid, claims)
}

func sign(t *testing.T, alg jose.SignatureAlgorithm, key any, kid string, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", kid))
	if err != nil {
		t.Fatal(err)
	}
	return serialize(t, signer, claims)
}

func serialize(t *testing.T, signer jose.Signer, claims map[string]any) string {
	t.Helper()
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (a *authority) microsoft(change ...func(*signin.MicrosoftConfig)) *signin.Microsoft {
	a.t.Helper()
	config := signin.MicrosoftConfig{
		LoginURL: a.URL, ClientID: clientID, ClientSecret: meeting.NewSecret("client secret"),
		RedirectURL: "https://scheduler.example/signin/callback", Clock: a.clock,
	}
	for _, c := range change {
		c(&config)
	}
	m, err := signin.NewMicrosoft(config)
	if err != nil {
		a.t.Fatal(err)
	}
	return m
}

func (a *authority) webex() *signin.Webex {
	a.t.Helper()
	w, err := signin.NewWebex(signin.WebexConfig{
		APIURL: a.URL, ClientID: "C0", ClientSecret: meeting.NewSecret("client secret"),
		RedirectURL: "https://scheduler.example/connect/webex/callback", Clock: a.clock,
	})
	if err != nil {
		a.t.Fatal(err)
	}
	return w
}

var flow = meeting.Flow{
	State: meeting.NewSecret("state"), Nonce: "nonce",
	Verifier: meeting.NewSecret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
	Account:  tenant + "/" + object,
}

// nobody is a flow of a first sign-in.
var nobody = meeting.Flow{State: flow.State, Nonce: flow.Nonce, Verifier: flow.Verifier}

// pairOf is a certificate of that key, valid from start+from to start+to.
func pairOf(t *testing.T, key int, from, to time.Duration) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: start.Add(from), NotAfter: start.Add(to)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &keyPair(key).PublicKey, keyPair(key))
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: keyPair(key), Leaf: leaf}
}

func certified(pairs ...tls.Certificate) func(*signin.MicrosoftConfig) {
	return func(c *signin.MicrosoftConfig) { c.Certificates, c.Random = pairs, rand.Reader }
}
