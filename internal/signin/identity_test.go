package signin_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func TestIDTokensRefused(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) int64 { return start.Add(d).Unix() }
	for _, test := range []struct {
		name  string
		token func(a *authority) string
	}{
		{"wrong nonce", func(a *authority) string { return a.sign(a.with(map[string]any{"nonce": "another"})) }},
		{"no nonce", func(a *authority) string { return a.sign(a.with(map[string]any{"nonce": nil})) }},
		{"for another app", func(a *authority) string { return a.sign(a.with(map[string]any{"aud": "another"})) }},
		{"for us and another app", func(a *authority) string {
			return a.sign(a.with(map[string]any{"aud": []string{clientID, "another"}}))
		}},
		{"issuer of another tenant", func(a *authority) string {
			return a.sign(a.with(map[string]any{"iss": a.URL + "/" + other + "/v2.0"}))
		}},
		{"issuer of another host", func(a *authority) string {
			return a.sign(a.with(map[string]any{"iss": "https://evil.example/" + tenant + "/v2.0"}))
		}},
		{"issuer is the template itself", func(a *authority) string {
			return a.sign(a.with(map[string]any{"iss": a.URL + "/{tenantid}/v2.0", "tid": "{tenantid}"}))
		}},
		{"issuer of another tenant, signed by a key for anybody", func(a *authority) string {
			a.publish("bare", keyPair(1), "")
			return sign(a.t, jose.RS256, keyPair(1), "bare", a.with(map[string]any{"iss": a.URL + "/" + other + "/v2.0"}))
		}},
		{"no tenant", func(a *authority) string {
			return a.sign(a.with(map[string]any{"tid": nil, "iss": a.URL + "//v2.0"}))
		}},
		{"no object id", func(a *authority) string { return a.sign(a.with(map[string]any{"oid": nil})) }},
		{"an object id that is a path", func(a *authority) string { return a.sign(a.with(map[string]any{"oid": "../me"})) }},
		{"expired", func(a *authority) string { return a.sign(a.with(map[string]any{"exp": at(-301 * time.Second)})) }},
		{"no expiry", func(a *authority) string { return a.sign(a.with(map[string]any{"exp": nil})) }},
		{"not valid yet", func(a *authority) string { return a.sign(a.with(map[string]any{"nbf": at(301 * time.Second)})) }},
		{"key of one other tenant", func(a *authority) string {
			a.publish("theirs", keyPair(1), a.URL+"/"+other+"/v2.0")
			return sign(a.t, jose.RS256, keyPair(1), "theirs", a.claims())
		}},
		{"key that nobody published", func(a *authority) string {
			return sign(a.t, jose.RS256, keyPair(1), "unheard of", a.claims())
		}},
		{"another key under a known name", func(a *authority) string {
			return sign(a.t, jose.RS256, keyPair(1), "first", a.claims())
		}},
		{"alg none", func(a *authority) string {
			claims, err := json.Marshal(a.claims())
			if err != nil {
				a.t.Fatal(err)
			}
			encode := base64.RawURLEncoding.EncodeToString
			return encode([]byte(`{"alg":"none","typ":"JWT","kid":"first"}`)) + "." + encode(claims) + "."
		}},
		{"HS256 with the public key as its secret", func(a *authority) string {
			public, err := x509.MarshalPKIXPublicKey(&keyPair(0).PublicKey)
			if err != nil {
				a.t.Fatal(err)
			}
			return sign(a.t, jose.HS256, public, "first", a.claims())
		}},
		{"PS256", func(a *authority) string { return sign(a.t, jose.PS256, keyPair(0), "first", a.claims()) }},
		{"changed after signing", func(a *authority) string {
			parts := strings.Split(a.sign(a.claims()), ".")
			parts[1] = strings.Split(a.sign(a.with(map[string]any{"oid": "99999999-2222-4333-8444-555555555555"})), ".")[1]
			return strings.Join(parts, ".")
		}},
		{"no token", func(*authority) string { return "" }},
		{"no JWT", func(*authority) string { return "x.y.z" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t)
			a.gives(map[string]any{"id_token": test.token(a)})
			got, err := a.microsoft().FinishSignin(t.Context(), nobody, "code")
			if !errs.Is(err, errs.Forbidden) || got.Account != "" {
				t.Errorf("got %+v, %v, want forbidden", got, err)
			}
		})
	}
}

func TestFlowWithoutNonceIsRefused(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.gives(map[string]any{"id_token": a.sign(a.with(map[string]any{"nonce": ""}))})
	bare := flow
	bare.Nonce = ""
	if _, err := a.microsoft().FinishSignin(t.Context(), bare, "code"); !errs.Is(err, errs.Forbidden) {
		t.Errorf("got %v, want forbidden", err)
	}
}

func TestPersonalAccountIsRefused(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	consumers := string(meeting.ConsumerTenant)
	a.gives(map[string]any{"id_token": a.sign(a.with(map[string]any{"tid": consumers, "iss": a.URL + "/" + consumers + "/v2.0"}))})
	_, err := a.microsoft().FinishSignin(t.Context(), nobody, "code")
	if !errs.Is(err, errs.Forbidden) || !strings.Contains(err.Error(), "Personal Microsoft accounts") {
		t.Errorf("got %v", err)
	}
}

func TestIDTokensAccepted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		token func(a *authority) string
	}{
		{"our clock is four minutes fast", func(a *authority) string {
			return a.sign(a.with(map[string]any{"exp": start.Add(-4 * time.Minute).Unix()}))
		}},
		{"our clock is four minutes slow", func(a *authority) string {
			return a.sign(a.with(map[string]any{"nbf": start.Add(4 * time.Minute).Unix(), "iat": start.Add(4 * time.Minute).Unix()}))
		}},
		{"key of this very tenant", func(a *authority) string {
			a.publish("own", keyPair(1), a.URL+"/"+tenant+"/v2.0")
			return sign(a.t, jose.RS256, keyPair(1), "own", a.claims())
		}},
		{"key without an issuer", func(a *authority) string {
			a.publish("bare", keyPair(1), "")
			return sign(a.t, jose.RS256, keyPair(1), "bare", a.claims())
		}},
		{"two keys of one name, for different issuers", func(a *authority) string {
			a.publish("twin", keyPair(1), a.URL+"/"+other+"/v2.0")
			a.publish("twin", keyPair(2), a.URL+"/{tenantid}/v2.0")
			return sign(a.t, jose.RS256, keyPair(2), "twin", a.claims())
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t)
			a.gives(map[string]any{"id_token": test.token(a)})
			if _, err := a.microsoft().FinishSignin(t.Context(), nobody, "code"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestNewSigningKeyIsFoundAtOnceAndLookedForRarely(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	m := a.microsoft()
	finish := func(kid string, key int) error {
		a.gives(map[string]any{"id_token": sign(t, jose.RS256, keyPair(key), kid, a.claims())})
		_, err := m.FinishSignin(t.Context(), nobody, "code")
		return err
	}
	if err := finish("first", 0); err != nil {
		t.Fatal(err)
	}
	a.publish("second", keyPair(1), a.URL+"/{tenantid}/v2.0")
	if err := finish("second", 1); err != nil {
		t.Errorf("after the change of keys: %v", err)
	}
	for range 5 {
		if err := finish("unheard of", 2); err == nil {
			t.Error("a key nobody published was accepted")
		}
	}
	const keys = "/organizations/discovery/v2.0/keys"
	if got := a.asked(keys); got != 2 {
		t.Errorf("keys were read %d times, want 2", got)
	}
	a.publish("third", keyPair(2), a.URL+"/{tenantid}/v2.0")
	a.clock.Advance(time.Minute)
	if err := finish("third", 2); err != nil {
		t.Errorf("a minute later: %v", err)
	}
	a.clock.Advance(24 * time.Hour)
	if err := finish("first", 0); err != nil {
		t.Error(err)
	}
	if got := a.asked(keys); got != 4 {
		t.Errorf("keys were read %d times, want 4: once a day too", got)
	}
}
