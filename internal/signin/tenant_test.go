package signin_test

import (
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
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/signin"
)

// tenantOf is a flow that user began, in the user's tenant.
func tenantOf(user fakems.User) meeting.Flow {
	f := nobody
	f.Account = meeting.NewAccountID(meeting.TenantID(user.TenantID), meeting.ObjectID(user.ID))
	return f
}

// TestAdministratorSaysYes is the way from the consent page to a token.
func TestAdministratorSaysYes(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, true)
	s.bo.Wids = []string{fakems.GlobalAdministrator}
	s.entra.AddUser(s.bo)
	tenant := meeting.TenantID(s.bo.TenantID)
	if _, err := s.us.AppToken(t.Context(), tenant); !errs.Is(err, errs.SignedOut) || signin.ReasonOf(err) != meeting.GrantWithdrawn {
		t.Errorf("before: %v, want signed out as withdrawn", err)
	}
	address, err := s.us.AdminConsentURL(t.Context(), tenantOf(s.bo))
	if err != nil {
		t.Fatal(err)
	}
	refused := s.press(address, s.bo, "cancel")
	if err := s.us.AdminConsentRefused(tenantOf(s.bo), refused); !errs.Is(err, errs.Forbidden) || refused.Get("admin_consent") != "True" {
		t.Errorf("the administrator turned back with %v: %v, want forbidden", refused, err)
	}
	s.leave()
	employee := s.press(address, s.eve, "cancel")
	if err := s.us.AdminConsentRefused(tenantOf(s.eve), employee); !errs.Is(err, errs.Forbidden) || !strings.Contains(err.Error(), "administrator to approve") {
		t.Errorf("an employee came back with %v: %v, want to be told about an administrator", employee, err)
	}
	s.leave()
	back := s.click(address, s.bo)
	if err := s.us.AdminConsentRefused(tenantOf(s.bo), back); err != nil || back.Get("state") != "state" {
		t.Fatalf("came back with %v: %v", back, err)
	}
	tokens, err := s.us.AppToken(t.Context(), tenant)
	if err != nil || tokens.Access.Empty() || !tokens.Refresh.Empty() || !tokens.AccessExpires.Equal(start.Add(75*time.Minute)) {
		t.Errorf("token until %v, %v", tokens.AccessExpires, err)
	}
}

// TestConsentCallbacks: their query is anybody's.
func TestConsentCallbacks(t *testing.T) {
	t.Parallel()
	m := newAuthority(t).microsoft(func(*signin.MicrosoftConfig) {})
	for _, test := range []struct {
		name, query string
		kind        errs.Kind
		says        string
	}{
		{"another tenant's consent", "admin_consent=True&tenant=" + other + "&state=s", errs.Forbidden, "another organisation"},
		{"no tenant", "admin_consent=True&state=s", errs.Invalid, "did not finish"},
		{"nothing said", "tenant=" + tenant, errs.Invalid, "did not finish"},
		{"said no", "admin_consent=False&tenant=" + tenant, errs.Invalid, "did not finish"},
		{"refusal that looks like a yes", "admin_consent=True&tenant=" + tenant + "&error=consent_required&error_description=AADSTS65004%3A+declined", errs.Forbidden, "was not given"},
		{"older endpoint", "error=permission_denied&error_description=The+admin+canceled+the+request", errs.Forbidden, "was not given"},
		{"turned back", "error=access_denied&error_subcode=cancel", errs.Forbidden, "was not given"},
		{"not an administrator", "error=access_denied&error_description=AADSTS90094%3A+x", errs.Forbidden, "administrator to approve"},
		{"approval asked for", "error=access_denied&error_description=AADSTS90095%3A+x", errs.Forbidden, "administrator to approve"},
		{"Microsoft is down", "error=server_error", errs.Unavailable, "few minutes"},
		{"an error that nobody knows", "error=%3Cscript%3E&error_description=call+0900", errs.Invalid, "did not finish"},
	} {
		query, err := url.ParseQuery(test.query)
		if err != nil {
			t.Fatal(err)
		}
		err = m.AdminConsentRefused(flow, query)
		if !errs.Is(err, test.kind) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v (%s), want %s that says %q", test.name, err, errs.KindOf(err), test.kind, test.says)
		}
		if strings.Contains(err.Error(), "0900") || strings.Contains(err.Error(), "script") {
			t.Errorf("%s: what came shows: %v", test.name, err)
		}
	}
	accepted := url.Values{"admin_consent": {"True"}, "tenant": {strings.ToUpper(tenant)}}
	if err := m.AdminConsentRefused(flow, accepted); err != nil {
		t.Errorf("accepted: %v", err)
	}
}

func TestFreshSigninProvesTheRole(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, false)
	s.bo.Wids = []string{fakems.PrivilegedRoleAdministrator}
	s.entra.AddUser(s.bo)
	if _, err := s.signIn(s.bo); err != nil {
		t.Fatal(err)
	}
	s.clock.Advance(time.Hour) // the browser still knows Bo
	address, err := s.us.ProveURL(t.Context(), tenantOf(s.bo), s.bo.UserPrincipalName)
	if err != nil {
		t.Fatal(err)
	}
	who, err := s.us.FinishSignin(t.Context(), tenantOf(s.bo), s.click(address, s.bo).Get("code"))
	if err != nil || !who.Administers(s.clock.Now()) {
		t.Errorf("%+v, %v: want an administrator", who, err)
	}
	s.clock.Advance(11 * time.Minute)
	if who.Administers(s.clock.Now()) {
		t.Error("eleven minutes later it still counts")
	}
	s.leave()
	if _, err := s.us.FinishSignin(t.Context(), tenantOf(s.bo), s.click(address, s.eve).Get("code")); !errs.Is(err, errs.Forbidden) {
		t.Errorf("somebody else signed in: %v, want forbidden", err)
	}
}

func TestAddressesForAdministrators(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	m := a.microsoft(func(c *signin.MicrosoftConfig) {
		c.AdminURL, c.GraphURL = "https://scheduler.example/admin/consent/callback", "https://graph.microsoft.com"
	})
	consent, err := m.AdminConsentURL(t.Context(), flow)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(consent)
	if err != nil || u.Path != "/"+tenant+"/v2.0/adminconsent" || !strings.HasPrefix(consent, a.URL) {
		t.Errorf("consent leads to %s, %v", consent, err)
	}
	want := url.Values{"client_id": {clientID}, "scope": {"https://graph.microsoft.com/.default"}, "state": {"state"},
		"redirect_uri": {"https://scheduler.example/admin/consent/callback"}}
	if diff := cmp.Diff(want, u.Query()); diff != "" {
		t.Error(diff)
	}
	prove, err := m.ProveURL(t.Context(), flow, "bo@contoso.example")
	if err != nil {
		t.Fatal(err)
	}
	u, err = url.Parse(prove)
	if err != nil || u.Path != "/"+tenant+"/oauth2/v2.0/authorize" {
		t.Errorf("prove leads to %s, %v", prove, err)
	}
	for name, want := range map[string]string{"prompt": "login", "scope": "openid profile", "nonce": "nonce", "login_hint": "bo@contoso.example",
		"redirect_uri": "https://scheduler.example/signin/callback", "code_challenge_method": "S256", "response_mode": "query"} {
		if got := u.Query().Get(name); got != want {
			t.Errorf("prove with %s %q, want %q", name, got, want)
		}
	}
	for name, account := range map[string]meeting.AccountID{"nobody": "", "a name": "contoso.example/x", "a path": "../x"} {
		if address, err := m.AdminConsentURL(t.Context(), meeting.Flow{Account: account}); err == nil {
			t.Errorf("consent of %s leads to %s", name, address)
		}
	}
}

func TestTokenOfATenant(t *testing.T) {
	t.Parallel()
	ours := certified(pairOf(t, 1, -time.Hour, time.Hour))
	for _, test := range []struct {
		name   string
		status int
		body   string
		kind   errs.Kind
		reason meeting.Reason
	}{
		{"never consented", 400, entra("invalid_grant", "", 65001), errs.SignedOut, meeting.GrantWithdrawn},
		{"not in the tenant", 400, entra("unauthorized_client", "", 700016), errs.SignedOut, meeting.GrantWithdrawn},
		{"no service principal", 401, entra("invalid_client", "", 7000229), errs.SignedOut, meeting.GrantWithdrawn},
		{"switched off", 400, entra("unauthorized_client", "", 7000112), errs.SignedOut, meeting.GrantWithdrawn},
		{"tenant gone", 400, entra("invalid_request", "", 90002), errs.SignedOut, meeting.GrantDisabled},
		{"certificate unknown", 401, entra("invalid_client", "", 700027), errs.Internal, ""},
		{"wrong secret", 401, entra("invalid_client", "", 7000215), errs.Internal, ""},
		{"our clock", 401, entra("invalid_client", "", 700024), errs.Internal, ""},
		{"bad request", 400, entra("invalid_scope", "", 70011), errs.Internal, ""},
		{"request loop", 400, entra("invalid_grant", "", 50196), errs.Throttled, ""},
		{"too many", 429, "", errs.Throttled, ""},
		{"down", 503, "<html>", errs.Unavailable, ""},
		{"a proxy's page", 200, "<html>", errs.Unavailable, ""},
		{"no token", 200, "{}", errs.Unavailable, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t)
			a.says(test.status, test.body)
			_, err := a.microsoft(ours).AppToken(t.Context(), tenant)
			if err == nil || !errs.Is(err, test.kind) || signin.ReasonOf(err) != test.reason {
				t.Errorf("%v (%s, %s), want %s, %s", err, errs.KindOf(err), signin.ReasonOf(err), test.kind, test.reason)
			}
		})
	}
	t.Run("without a certificate", func(t *testing.T) {
		t.Parallel()
		a := newAuthority(t)
		a.gives(nil)
		_, err := a.microsoft().AppToken(t.Context(), tenant)
		if !errs.Is(err, errs.Internal) || !strings.Contains(err.Error(), "SCHEDULER_MICROSOFT_CERTIFICATE") || len(a.paths) > 0 {
			t.Errorf("%v after calls to %v", err, a.paths)
		}
	})
	t.Run("of no tenant", func(t *testing.T) {
		t.Parallel()
		a := newAuthority(t)
		if _, err := a.microsoft(ours).AppToken(t.Context(), "organizations"); !errs.Is(err, errs.Invalid) {
			t.Errorf("%v, want invalid", err)
		}
	})
	t.Run("asks at the tenant's own endpoint", func(t *testing.T) {
		t.Parallel()
		a := newAuthority(t)
		a.gives(map[string]any{"expires_in": 4500})
		m := a.microsoft(ours, func(c *signin.MicrosoftConfig) { c.GraphURL = "https://graph.microsoft.us/" })
		tokens, err := m.AppToken(t.Context(), tenant)
		if err != nil || !tokens.AccessExpires.Equal(start.Add(75*time.Minute)) {
			t.Fatalf("token until %v, %v", tokens.AccessExpires, err)
		}
		if a.asked("/"+tenant+"/oauth2/v2.0/token") != 1 || a.form.Get("scope") != "https://graph.microsoft.us/.default" ||
			a.form.Get("grant_type") != "client_credentials" || a.form.Has("client_secret") {
			t.Errorf("sent %v to %v", a.form, a.paths)
		}
	})
}

// TestCertificatesChange: which one Microsoft knows is found out, and kept.
func TestCertificatesChange(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	old, young, future := pairOf(t, 0, -700*day, 30*day), pairOf(t, 1, -day, 729*day), pairOf(t, 2, 10*day, 900*day)
	type sent struct {
		key int
		alg jose.SignatureAlgorithm
	}
	for _, test := range []struct {
		name          string
		known         sent // the only one that Microsoft takes
		first, second []sent
	}{
		{"both uploaded", sent{1, jose.PS256}, []sent{{1, jose.PS256}}, []sent{{1, jose.PS256}}},
		{"the new one not uploaded yet", sent{0, jose.PS256}, []sent{{1, jose.PS256}, {0, jose.PS256}}, []sent{{0, jose.PS256}}},
		{"the older form alone", sent{1, jose.RS256}, []sent{{1, jose.PS256}, {0, jose.PS256}, {1, jose.RS256}}, []sent{{1, jose.RS256}}},
		{"neither", sent{}, []sent{{1, jose.PS256}, {0, jose.PS256}, {1, jose.RS256}, {0, jose.RS256}}, []sent{{1, jose.PS256}, {0, jose.PS256}, {1, jose.RS256}, {0, jose.RS256}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t)
			var got []sent
			a.answer = func(w http.ResponseWriter, form url.Values) {
				token, err := jwt.ParseSigned(form.Get("client_assertion"), []jose.SignatureAlgorithm{jose.PS256, jose.RS256})
				if err != nil {
					t.Error(err)
					return
				}
				one := sent{alg: jose.SignatureAlgorithm(token.Headers[0].Algorithm), key: -1}
				for n := range 3 {
					if token.Claims(&keyPair(n).PublicKey, new(map[string]any)) == nil {
						one.key = n
					}
				}
				if name := map[jose.SignatureAlgorithm]jose.HeaderKey{jose.PS256: "x5t#S256", jose.RS256: "x5t"}[one.alg]; token.Headers[0].ExtraHeaders[name] == nil {
					t.Errorf("%s without %s", one.alg, name)
				}
				got = append(got, one)
				if one == test.known {
					a.send(w, map[string]any{"access_token": "a", "expires_in": 3600})
					return
				}
				w.WriteHeader(http.StatusUnauthorized)
				_, _ = w.Write([]byte(entra("invalid_client", "", 700027)))
			}
			m := a.microsoft(certified(old, future, young))
			for _, want := range [][]sent{test.first, test.second} {
				got = nil
				_, err := m.AppToken(t.Context(), tenant)
				if (err == nil) != (test.known != sent{}) {
					t.Error(err)
				}
				if diff := cmp.Diff(want, got, cmp.AllowUnexported(sent{})); diff != "" {
					t.Errorf("tried (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestEndedCertificateBesideASecret: people go on signing in, tenants do not.
func TestEndedCertificateBesideASecret(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.gives(nil)
	m := a.microsoft(certified(pairOf(t, 1, -time.Hour, time.Hour)))
	for _, after := range []struct {
		wait   time.Duration
		secret bool
	}{{0, false}, {2 * time.Hour, true}} {
		a.clock.Advance(after.wait)
		if _, err := m.Refresh(t.Context(), meeting.Grant{Account: flow.Account}, meeting.NewSecret("old")); err != nil {
			t.Fatal(err)
		}
		if a.form.Has("client_secret") != after.secret || a.form.Has("client_assertion") == after.secret {
			t.Errorf("after %v: sent %v", after.wait, a.form)
		}
	}
}

func TestScopesOfAnOrganization(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	organization := flow
	organization.Kind = meeting.FlowOrganization
	u, err := url.Parse(a.webex().LinkURL(organization, ""))
	want := "meeting:admin_schedule_read meeting:admin_schedule_write meeting:admin_preferences_read " +
		"spark-admin:people_read spark:people_read spark-admin:organizations_read"
	if err != nil || u.Query().Get("scope") != want || u.Query().Get("redirect_uri") != "https://scheduler.example/connect/webex/callback" {
		t.Errorf("asks %v, %v", u, err)
	}
	personal := `{"access_token":"a","refresh_token":"r","scope":"meeting:schedules_read meeting:schedules_write meeting:preferences_read spark:people_read"}`
	a.says(200, personal)
	if _, _, err := a.webex().FinishLink(t.Context(), organization, "code"); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a person's scopes for an organisation: %v, want forbidden", err)
	}
	if _, _, err := a.webex().FinishLink(t.Context(), flow, "code"); err != nil {
		t.Errorf("a person's scopes: %v", err)
	}
}
