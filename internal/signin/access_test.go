package signin_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// accessV2 and accessV1 are what a token for our API claims.
func (a *authority) accessV2(changes map[string]any) map[string]any {
	c := a.with(map[string]any{"nonce": nil, "scp": "access_as_user", "azp": "client", "azpacr": "0"})
	return changed(c, changes)
}

func (a *authority) accessV1(changes map[string]any) map[string]any {
	c := a.with(map[string]any{"nonce": nil, "ver": "1.0", "iss": "https://sts.windows.net/" + tenant + "/", "aud": "api://" + clientID,
		"preferred_username": nil, "upn": "bo@contoso.example", "unique_name": "bo@contoso.example", "scp": "openid access_as_user", "appid": "client", "appidacr": "0"})
	return changed(c, changes)
}

func changed(claims, changes map[string]any) map[string]any {
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return claims
}

// serveV1 adds the documents of version 1, whose key is not one of version 2's.
func (a *authority) serveV1(issuers ...string) {
	v2 := a.Config.Handler
	a.publish("v1", keyPair(1), append(issuers, "https://sts.windows.net/{tenantid}/")[0])
	key := maps.Clone(a.keys[len(a.keys)-1])
	a.keys = a.keys[:len(a.keys)-1]
	a.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/organizations/.well-known/openid-configuration":
			a.send(w, map[string]any{"issuer": "https://sts.windows.net/{tenantid}/", "jwks_uri": a.URL + "/organizations/discovery/keys"})
		case "/organizations/discovery/keys":
			a.send(w, map[string]any{"keys": []any{key}})
		default:
			v2.ServeHTTP(w, r)
		}
	})
}

func (a *authority) signV1(claims map[string]any) string {
	return sign(a.t, jose.RS256, keyPair(1), "v1", claims)
}

func TestAccessTokensAccepted(t *testing.T) {
	t.Parallel()
	for name, token := range map[string]func(a *authority) string{
		"version 2":                func(a *authority) string { return a.sign(a.accessV2(nil)) },
		"version 2, many scopes":   func(a *authority) string { return a.sign(a.accessV2(map[string]any{"scp": "other access_as_user"})) },
		"version 1 for the URI":    func(a *authority) string { return a.signV1(a.accessV1(nil)) },
		"version 1 for the client": func(a *authority) string { return a.signV1(a.accessV1(map[string]any{"aud": clientID})) },
		"version 1 for the URI with our host": func(a *authority) string {
			return a.signV1(a.accessV1(map[string]any{"aud": "api://scheduler.example/" + clientID}))
		},
		"version 1, no upn": func(a *authority) string { return a.signV1(a.accessV1(map[string]any{"upn": nil})) },
		"clocks four minutes apart": func(a *authority) string {
			return a.sign(a.accessV2(map[string]any{"exp": start.Add(-4 * time.Minute).Unix()}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t)
			a.serveV1()
			who, err := a.microsoft().CheckAccess(t.Context(), token(a))
			if err != nil || who.Account != meeting.AccountID(tenant+"/"+object) || who.UPN != "bo@contoso.example" {
				t.Errorf("CheckAccess = %+v, %v", who, err)
			}
		})
	}
}

func TestAccessTokensRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		kind  errs.Kind
		token func(a *authority) string
	}{
		{"an ID token", errs.SignedOut, func(a *authority) string { return a.sign(a.claims()) }},
		{"of a program alone", errs.SignedOut, func(a *authority) string {
			return a.sign(a.accessV2(map[string]any{"scp": nil, "roles": []string{"access_as_user"}}))
		}},
		{"of a program alone that claims a scope", errs.SignedOut, func(a *authority) string { return a.sign(a.accessV2(map[string]any{"idtyp": "app"})) }},
		{"another scope", errs.Forbidden, func(a *authority) string { return a.sign(a.accessV2(map[string]any{"scp": "Calendars.ReadWrite"})) }},
		{"a scope that begins like ours", errs.Forbidden, func(a *authority) string { return a.sign(a.accessV2(map[string]any{"scp": "access_as_user_too"})) }},
		{"for Graph", errs.SignedOut, func(a *authority) string {
			return a.signV1(a.accessV1(map[string]any{"aud": "https://graph.microsoft.com"}))
		}},
		{"with Graph's nonce in its header", errs.SignedOut, func(a *authority) string {
			signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: keyPair(0)},
				(&jose.SignerOptions{}).WithHeader("kid", "first").WithHeader("nonce", "n"))
			if err != nil {
				a.t.Fatal(err)
			}
			return serialize(a.t, signer, a.accessV2(nil))
		}},
		{"for another API", errs.SignedOut, func(a *authority) string { return a.sign(a.accessV2(map[string]any{"aud": "api://other"})) }},
		{"for us on another host", errs.SignedOut, func(a *authority) string {
			return a.signV1(a.accessV1(map[string]any{"aud": "api://evil.example/" + clientID}))
		}},
		{"for us and others", errs.SignedOut, func(a *authority) string {
			return a.sign(a.accessV2(map[string]any{"aud": []string{clientID, "other"}}))
		}},
		{"issuer of another tenant", errs.SignedOut, func(a *authority) string {
			return a.sign(a.accessV2(map[string]any{"iss": a.URL + "/" + other + "/v2.0"}))
		}},
		{"version 1 that says it is 2", errs.SignedOut, func(a *authority) string { return a.signV1(a.accessV1(map[string]any{"ver": "2.0"})) }},
		{"version 2 that says it is 1", errs.SignedOut, func(a *authority) string { return a.sign(a.accessV2(map[string]any{"ver": "1.0"})) }},
		{"no version", errs.SignedOut, func(a *authority) string { return a.sign(a.accessV2(map[string]any{"ver": nil})) }},
		{"a personal account", errs.SignedOut, func(a *authority) string {
			consumers := string(meeting.ConsumerTenant)
			return a.sign(a.accessV2(map[string]any{"tid": consumers, "iss": a.URL + "/" + consumers + "/v2.0"}))
		}},
		{"expired", errs.SignedOut, func(a *authority) string {
			return a.sign(a.accessV2(map[string]any{"exp": start.Add(-301 * time.Second).Unix()}))
		}},
		{"no expiry", errs.SignedOut, func(a *authority) string { return a.sign(a.accessV2(map[string]any{"exp": nil})) }},
		{"not valid yet", errs.SignedOut, func(a *authority) string {
			return a.sign(a.accessV2(map[string]any{"nbf": start.Add(301 * time.Second).Unix()}))
		}},
		{"no object id", errs.SignedOut, func(a *authority) string { return a.sign(a.accessV2(map[string]any{"oid": nil})) }},
		{"an unknown key", errs.SignedOut, func(a *authority) string { return sign(a.t, jose.RS256, keyPair(2), "first", a.accessV2(nil)) }},
		{"a key of one other tenant", errs.SignedOut, func(a *authority) string {
			a.publish("theirs", keyPair(2), a.URL+"/"+other+"/v2.0")
			return sign(a.t, jose.RS256, keyPair(2), "theirs", a.accessV2(nil))
		}},
		{"alg none", errs.SignedOut, func(a *authority) string {
			parts := strings.Split(a.sign(a.accessV2(nil)), ".")
			return "eyJhbGciOiJub25lIiwia2lkIjoiZmlyc3QifQ." + parts[1] + "."
		}},
		{"HS256", errs.SignedOut, func(a *authority) string {
			return sign(a.t, jose.HS256, []byte(strings.Repeat("k", 32)), "first", a.accessV2(nil))
		}},
		{"no token", errs.SignedOut, func(*authority) string { return "" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t)
			a.serveV1()
			who, err := a.microsoft().CheckAccess(t.Context(), c.token(a))
			if !errs.Is(err, c.kind) || who.Account != "" {
				t.Errorf("CheckAccess = %+v, %v, want %s", who, err, c.kind)
			}
		})
	}
}

// Keys of version 1 may name no issuer, or that of version 2, but not that of one
// other tenant.
func TestKeysOfVersion1(t *testing.T) {
	t.Parallel()
	for issuer, good := range map[string]bool{"": true, "{login}/{tenantid}/v2.0": true, "{login}/" + tenant + "/v2.0": true,
		"{login}/" + other + "/v2.0": false, "https://sts.windows.net/" + other + "/": false, "https://evil.example/{tenantid}/v2.0": false} {
		a := newAuthority(t)
		a.serveV1(strings.ReplaceAll(issuer, "{login}", a.URL))
		if _, err := a.microsoft().CheckAccess(t.Context(), a.signV1(a.accessV1(nil))); (err == nil) != good {
			t.Errorf("key of %q: %v", issuer, err)
		}
		// A token of version 2 gains nothing by it.
		if _, err := a.microsoft().CheckAccess(t.Context(), a.signV1(a.accessV2(nil))); err == nil {
			t.Errorf("key of %q signs version 2", issuer)
		}
	}
}

// Trouble at Microsoft is nobody's bad token.
func TestAccessTokenWhileMicrosoftIsAway(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	m := a.microsoft()
	token := a.sign(a.accessV2(nil))
	old := a.signV1(a.accessV1(nil))
	a.Close()
	for _, raw := range []string{token, old} {
		if _, err := m.CheckAccess(t.Context(), raw); !errs.Is(err, errs.Unavailable) {
			t.Errorf("CheckAccess = %v, want unavailable", err)
		}
	}
}
