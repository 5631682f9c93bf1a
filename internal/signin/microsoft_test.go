package signin_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/signin"
)

func TestAddressesOfBothSteps(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	m := a.microsoft()
	common := map[string]string{
		"client_id": clientID, "response_type": "code", "response_mode": "query", "state": "state", "nonce": "nonce",
		"redirect_uri":   "https://scheduler.example/signin/callback",
		"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256", // RFC 7636 appendix B
	}
	for _, test := range []struct {
		name, path, scope, hint string
		url                     func() (string, error)
	}{
		{"sign-in", "/organizations/oauth2/v2.0/authorize", "openid profile", "", func() (string, error) {
			return m.SigninURL(t.Context(), nobody, "")
		}},
		{"consent", "/" + tenant + "/oauth2/v2.0/authorize", "openid profile offline_access Calendars.ReadWrite User.Read", "bo@contoso.example", func() (string, error) {
			return m.ConsentURL(t.Context(), flow, "bo@contoso.example")
		}},
	} {
		address, err := test.url()
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := u.Scheme + "://" + u.Host + u.Path; got != a.URL+test.path {
			t.Errorf("%s: leads to %s", test.name, got)
		}
		want := url.Values{"scope": {test.scope}}
		for name, value := range common {
			want.Set(name, value)
		}
		if test.hint != "" {
			want.Set("login_hint", test.hint)
		}
		if diff := cmp.Diff(want, u.Query()); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestFinishSignin(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.gives(map[string]any{"id_token": a.sign(a.with(map[string]any{
		"tid": strings.ToUpper(tenant), "iss": a.URL + "/" + strings.ToUpper(tenant) + "/v2.0", // a case Microsoft doesn't use, but one account it stays
		"auth_time": start.Unix() - 60, "wids": []string{"62e90394-69f5-4237-9190-012177145e10"},
	}))})
	got, err := a.microsoft().FinishSignin(t.Context(), nobody, "the code")
	if err != nil {
		t.Fatal(err)
	}
	want := meeting.Identity{
		Account: tenant + "/" + object, UPN: "bo@contoso.example", Name: "Bo",
		Roles: []string{"62e90394-69f5-4237-9190-012177145e10"}, AuthTime: start.Add(-time.Minute), IssuedAt: start,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {"the code"}, "code_verifier": {flow.Verifier.Reveal()},
		"redirect_uri": {"https://scheduler.example/signin/callback"}, "client_id": {clientID}, "client_secret": {"client secret"},
	}
	if diff := cmp.Diff(form, a.form); diff != "" {
		t.Errorf("form: %s", diff)
	}
	if a.asked("/organizations/oauth2/v2.0/token") != 1 {
		t.Errorf("paths: %q", a.paths)
	}
}

func TestGuests(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		changes map[string]any
		want    bool
	}{
		{"member", nil, false},
		{"member by acct", map[string]any{"acct": 0}, false},
		{"guest by acct", map[string]any{"acct": 1}, true},
		{"guest of another tenant", map[string]any{"idp": "https://sts.windows.net/" + other + "/"}, true},
		{"member with the own tenant's idp", map[string]any{"idp": "https://sts.windows.net/" + tenant + "/"}, false},
		{"guest with a personal account", map[string]any{"idp": "live.com"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t)
			a.gives(map[string]any{"id_token": a.sign(a.with(test.changes))})
			got, err := a.microsoft().FinishSignin(t.Context(), nobody, "code")
			if err != nil || got.Guest != test.want {
				t.Errorf("got %t, %v", got.Guest, err)
			}
		})
	}
}

func TestFinishConsent(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name           string
		claims, answer map[string]any
		want           errs.Kind
		fine           bool
	}{
		{name: "short names", answer: map[string]any{"scope": "Calendars.ReadWrite User.Read profile openid email"}, fine: true},
		{name: "with the resource, in another case", answer: map[string]any{"scope": "openid https://graph.microsoft.com/calendars.readwrite"}, fine: true},
		{name: "calendar not granted", answer: map[string]any{"scope": "openid profile User.Read Calendars.ReadWrite.Shared"}, want: errs.Forbidden},
		{name: "nothing named", answer: map[string]any{"scope": ""}, want: errs.Forbidden},
		{name: "no refresh token", answer: map[string]any{"refresh_token": ""}, want: errs.Forbidden},
		{name: "somebody else of the tenant", claims: map[string]any{"oid": "99999999-2222-4333-8444-555555555555"}, want: errs.Forbidden},
		{name: "wrong nonce", claims: map[string]any{"nonce": "of the first step"}, want: errs.Forbidden},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t)
			answer := map[string]any{
				"id_token": a.sign(a.with(test.claims)), "refresh_token": "refresh", "scope": "Calendars.ReadWrite",
			}
			for name, value := range test.answer {
				answer[name] = value
			}
			a.gives(answer)
			who, tokens, scopes, err := a.microsoft().FinishConsent(t.Context(), flow, "code")
			if !test.fine {
				if !errs.Is(err, test.want) || !tokens.Refresh.Empty() || who.Account != "" {
					t.Errorf("got %v with %v, want %s and nothing", err, who, test.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if who.Account != flow.Account || !strings.Contains(strings.ToLower(strings.Join(scopes, " ")), "calendars.readwrite") {
				t.Errorf("got %s with %q", who.Account, scopes)
			}
			want := meeting.Tokens{
				Access: meeting.NewSecret("access"), AccessExpires: start.Add(4216 * time.Second),
				Refresh: meeting.NewSecret("refresh"), RefreshExpires: start.Add(90 * 24 * time.Hour),
			}
			if tokens != want {
				t.Errorf("tokens %+v, want %+v", tokens, want)
			}
			if a.asked("/"+tenant+"/oauth2/v2.0/token") != 1 {
				t.Errorf("paths: %q", a.paths)
			}
		})
	}
}

func TestRefreshKeepsATokenThatIsNotReplaced(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.gives(map[string]any{"expires_in": "5400"}) // a string, as v1 endpoints answer
	got, err := a.microsoft().Refresh(t.Context(), meeting.Grant{Account: flow.Account}, meeting.NewSecret("old"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Refresh.Reveal() != "old" || got.AccessExpires != start.Add(90*time.Minute) {
		t.Errorf("got %q until %s", got.Refresh.Reveal(), got.AccessExpires)
	}
	if a.form.Get("grant_type") != "refresh_token" || a.form.Get("refresh_token") != "old" || a.asked("/"+tenant+"/oauth2/v2.0/token") != 1 {
		t.Errorf("sent %v to %q", a.form, a.paths)
	}
}

func TestCertificateInsteadOfASecret(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	pair := pairOf(t, 1, -time.Hour, time.Hour)
	der := pair.Certificate[0]
	m := a.microsoft(certified(pair))
	a.gives(nil)
	ids := map[string]bool{}
	for range 2 {
		if _, err := m.Refresh(t.Context(), meeting.Grant{Account: flow.Account}, meeting.NewSecret("old")); err != nil {
			t.Fatal(err)
		}
		if a.form.Has("client_secret") || a.form.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
			t.Errorf("form: %v", a.form)
		}
		token, err := jwt.ParseSigned(a.form.Get("client_assertion"), []jose.SignatureAlgorithm{jose.PS256})
		if err != nil {
			t.Fatal(err)
		}
		thumbprint := sha256.Sum256(der)
		if got := token.Headers[0].ExtraHeaders["x5t#S256"]; got != base64.RawURLEncoding.EncodeToString(thumbprint[:]) {
			t.Errorf("thumbprint %v", got)
		}
		var got map[string]any
		if err := token.Claims(&keyPair(1).PublicKey, &got); err != nil {
			t.Fatal(err)
		}
		ids[got["jti"].(string)] = true
		delete(got, "jti")
		want := map[string]any{
			"iss": clientID, "sub": clientID, "aud": a.URL + "/" + tenant + "/oauth2/v2.0/token",
			"iat": float64(start.Unix()), "nbf": float64(start.Unix()), "exp": float64(start.Unix() + 300),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	if len(ids) != 2 {
		t.Errorf("assertions share their id: %v", ids)
	}
}

func TestConfigurationsThatCannotWork(t *testing.T) {
	t.Parallel()
	small, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]signin.MicrosoftConfig{
		"plain http":                     {LoginURL: "http://login.microsoftonline.com"},
		"plain http to a loopback alias": {LoginURL: "http://localhost.example"},
		"no host":                        {LoginURL: "login.microsoftonline.com"},
		"with a password":                {LoginURL: "https://a:b@login.microsoftonline.com"},
		"another scheme":                 {LoginURL: "ftp://login.microsoftonline.com"},
		"certificate without its key":    {LoginURL: "https://login.microsoftonline.com", Certificates: []tls.Certificate{{Certificate: [][]byte{{1}}}}, Random: rand.Reader},
		"key without its certificate":    {LoginURL: "https://login.microsoftonline.com", Certificates: []tls.Certificate{{PrivateKey: small}}, Random: rand.Reader},
	} {
		if _, err := signin.NewMicrosoft(c); err == nil {
			t.Errorf("%s: no error", name)
		}
		if _, err := signin.NewWebex(signin.WebexConfig{APIURL: c.LoginURL}); err == nil && c.Certificates == nil {
			t.Errorf("%s: no error for Webex", name)
		}
	}
}

func TestMicrosoftAwayAtFirst(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	away := true
	m := a.microsoft(func(c *signin.MicrosoftConfig) {
		c.HTTP = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if away {
				return nil, http.ErrServerClosed
			}
			return http.DefaultTransport.RoundTrip(r)
		})}
	})
	if _, err := m.SigninURL(t.Context(), nobody, ""); !errs.Is(err, errs.Unavailable) {
		t.Errorf("got %v, want unavailable", err)
	}
	away = false
	for range 3 {
		if _, err := m.SigninURL(t.Context(), nobody, ""); err != nil {
			t.Error(err)
		}
	}
	if got := a.asked("/organizations/v2.0/.well-known/openid-configuration"); got != 1 {
		t.Errorf("discovery was read %d times", got)
	}
	a.clock.Advance(25 * time.Hour)
	away = true
	if _, err := m.SigninURL(t.Context(), nobody, ""); err != nil {
		t.Errorf("what was read yesterday does not count: %v", err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestDiscoveryThatLeadsAway(t *testing.T) {
	t.Parallel()
	for name, members := range map[string]map[string]any{
		"issuer elsewhere":         {"issuer": "https://evil.example/{tenantid}/v2.0"},
		"issuer of one tenant":     {"issuer": "{login}/" + tenant + "/v2.0"},
		"token endpoint elsewhere": {"token_endpoint": "https://evil.example/token"},
		"keys elsewhere":           {"jwks_uri": "https://evil.example/keys"},
		"authorize elsewhere":      {"authorization_endpoint": "https://evil.example/authorize"},
		"a host that begins alike": {"token_endpoint": "{login}.evil.example/token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t)
			for member, value := range members {
				a.discovery = map[string]any{member: strings.ReplaceAll(value.(string), "{login}", a.URL)}
			}
			if address, err := a.microsoft().SigninURL(t.Context(), nobody, ""); err == nil {
				t.Errorf("leads to %s", address)
			}
		})
	}
}

func TestRedirectOfTheTokenEndpointIsNotFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := newAuthority(t)
	elsewhere.gives(nil)
	a := newAuthority(t)
	for _, target := range []string{elsewhere.URL + "/token", a.URL + "/token"} {
		a.answer = func(w http.ResponseWriter, _ url.Values) {
			w.Header().Set("Location", target)
			w.WriteHeader(http.StatusTemporaryRedirect)
		}
		_, err := a.microsoft().Refresh(t.Context(), meeting.Grant{Account: flow.Account}, meeting.NewSecret("refresh"))
		if !errs.Is(err, errs.Unavailable) {
			t.Errorf("to %s: got %v, want unavailable", target, err)
		}
	}
	if elsewhere.asked("/token") > 0 || a.asked("/token") > 0 {
		t.Errorf("followed: %q, %q", a.paths, elsewhere.paths)
	}
}

func TestEndlessAnswerIsCutOff(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.answer = func(w http.ResponseWriter, _ url.Values) {
		_, _ = w.Write([]byte(`{"access_token":"access","padding":"`))
		_, _ = w.Write(bytes.Repeat([]byte("x"), 2<<20))
		_, _ = w.Write([]byte(`"}`))
	}
	_, err := a.microsoft().Refresh(t.Context(), meeting.Grant{Account: flow.Account}, meeting.NewSecret("refresh"))
	if !errs.Is(err, errs.Unavailable) {
		t.Errorf("got %v, want unavailable", err)
	}
}
