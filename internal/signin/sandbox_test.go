package signin_test

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/signin"
)

// sandbox is the strict Microsoft, a person's browser, and us.
type sandbox struct {
	t       *testing.T
	clock   *clockwork.FakeClock
	entra   *fakems.Server
	url     string
	bo      fakems.User
	eve     fakems.User // of the same tenant
	browser *http.Client
	us      *signin.Microsoft
}

const (
	callback      = "http://localhost:8080/signin/callback"
	adminCallback = "http://localhost:8080/admin/consent/callback"
)

// newSandbox makes a world; with certificate, the app has no secret.
func newSandbox(t *testing.T, certificate bool) *sandbox {
	t.Helper()
	clock := clockwork.NewFakeClockAt(start)
	s := &sandbox{t: t, clock: clock, entra: &fakems.Server{Clock: clock, Seed: 1, Calm: true, Unexpected: func(msg string) { t.Error(msg) }}}
	server := httptest.NewServer(s.entra)
	t.Cleanup(func() { server.Close(); s.entra.Close() })
	s.url, s.entra.BaseURL = server.URL, server.URL
	tenant := s.entra.AddTenant(fakems.Tenant{Name: "Contoso", Domain: "contoso.example"})
	s.entra.AddTenant(fakems.Tenant{ID: fakems.PersonalTenant, Name: "Personal", Domain: "outlook.example"})
	s.bo = s.entra.AddUser(fakems.User{TenantID: tenant.ID, UserPrincipalName: "bo@contoso.example", DisplayName: "Bo"})
	s.eve = s.entra.AddUser(fakems.User{TenantID: tenant.ID, UserPrincipalName: "eve@contoso.example", DisplayName: "Eve"})
	app := fakems.App{Name: "Scheduler", Secret: "the secret", RedirectURIs: []string{callback, adminCallback}, EmitRoles: true,
		RequiredApplication: []string{"Calendars.ReadWrite", "User.Read.All"}}
	config := signin.MicrosoftConfig{LoginURL: server.URL, GraphURL: server.URL, ClientSecret: meeting.NewSecret("the secret"),
		RedirectURL: callback, AdminURL: adminCallback, Clock: clock}
	if certificate {
		pair := pairOf(t, 1, -time.Hour, 24*time.Hour)
		app.Secret, app.Certificates = "", []*x509.Certificate{pair.Leaf}
		config.Certificates, config.Random = []tls.Certificate{pair}, rand.Reader
	}
	config.ClientID = s.entra.AddApp(app).ClientID
	us, err := signin.NewMicrosoft(config)
	if err != nil {
		t.Fatal(err)
	}
	s.us = us
	s.leave()
	return s
}

// leave is a person who closes the browser and forgets its cookies.
func (s *sandbox) leave() {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.browser = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

var (
	formFlow   = regexp.MustCompile(`name="flow" value="([^"]+)"`)
	formAction = regexp.MustCompile(`<form method="post" action="([^"]+)"`)
)

// click opens address as user, accepts what is asked, and returns the query
// that comes back to us.
func (s *sandbox) click(address string, user fakems.User) url.Values {
	s.t.Helper()
	return s.press(address, user, "accept")
}

// press is click where the person presses that button once they are known.
func (s *sandbox) press(address string, user fakems.User, button string) url.Values {
	s.t.Helper()
	resp, err := s.browser.Get(address)
	for range 4 {
		if err != nil {
			s.t.Fatal(err)
		}
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			s.t.Fatal(err)
		}
		if resp.StatusCode == http.StatusFound {
			back, err := resp.Location()
			if err != nil || !strings.HasPrefix(back.String(), callback+"?") && !strings.HasPrefix(back.String(), adminCallback+"?") {
				s.t.Fatalf("sent to %v, %v", back, err)
			}
			return back.Query()
		}
		flow, action := formFlow.FindSubmatch(page), formAction.FindSubmatch(page)
		if resp.StatusCode != http.StatusOK || flow == nil || action == nil {
			return url.Values{"page": {string(page)}}
		}
		form := url.Values{"flow": {string(flow[1])}}
		if strings.Contains(string(page), `name="account"`) {
			form.Set("account", user.ID)
		} else if button == "cancel" || strings.Contains(string(page), `name="accept"`) {
			form.Set(button, "1")
		} else {
			form.Set("account", user.ID)
		}
		resp, err = s.browser.PostForm(s.url+string(action[1]), form)
		if err != nil {
			s.t.Fatal(err)
		}
	}
	s.t.Fatal("the pages never end")
	return nil
}

// signIn takes user through the first step.
func (s *sandbox) signIn(user fakems.User) (meeting.Identity, error) {
	s.t.Helper()
	address, err := s.us.SigninURL(s.t.Context(), nobody, "")
	if err != nil {
		s.t.Fatal(err)
	}
	back := s.click(address, user)
	if back.Get("state") != "state" {
		s.t.Fatalf("came back with %v", back)
	}
	return s.us.FinishSignin(s.t.Context(), nobody, back.Get("code"))
}

// consent takes user through the second step, begun for account.
func (s *sandbox) consent(account meeting.AccountID, user fakems.User) (meeting.Identity, meeting.Tokens, []string, error) {
	s.t.Helper()
	second := flow
	second.Account, second.Nonce, second.State = account, "another nonce", meeting.NewSecret("another state")
	address, err := s.us.ConsentURL(s.t.Context(), second, user.UserPrincipalName)
	if err != nil {
		s.t.Fatal(err)
	}
	back := s.click(address, user)
	if back.Get("state") != "another state" {
		s.t.Fatalf("came back with %v", back)
	}
	return s.us.FinishConsent(s.t.Context(), second, back.Get("code"))
}

func TestBothStepsInTheSandbox(t *testing.T) {
	t.Parallel()
	for name, certificate := range map[string]bool{"secret": false, "certificate": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t, certificate)
			who, err := s.signIn(s.bo)
			if err != nil {
				t.Fatal(err)
			}
			want := meeting.NewAccountID(meeting.TenantID(s.bo.TenantID), meeting.ObjectID(s.bo.ID))
			if who.Account != want || who.UPN != "bo@contoso.example" || who.Name != "Bo" || who.Guest {
				t.Errorf("got %+v", who)
			}
			s.entra.RotateKeys() // between the two steps
			again, tokens, scopes, err := s.consent(who.Account, s.bo)
			if err != nil {
				t.Fatal(err)
			}
			if again.Account != want || tokens.Refresh.Empty() || len(scopes) == 0 {
				t.Errorf("got %s with %q", again.Account, scopes)
			}
			s.clock.Advance(2 * time.Hour)
			fresh, err := s.us.Refresh(t.Context(), meeting.Grant{Account: want}, tokens.Refresh)
			if err != nil {
				t.Fatal(err)
			}
			if fresh.Access == tokens.Access || fresh.Refresh == tokens.Refresh || !fresh.AccessExpires.After(s.clock.Now().Add(time.Hour-time.Second)) {
				t.Error("not refreshed")
			}
		})
	}
}

func TestSomebodyElseConsents(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, false)
	who, err := s.signIn(s.bo)
	if err != nil {
		t.Fatal(err)
	}
	s.leave()
	_, tokens, _, err := s.consent(who.Account, s.eve)
	if !errs.Is(err, errs.Forbidden) || !strings.Contains(err.Error(), "another account") || !tokens.Refresh.Empty() {
		t.Errorf("got %v", err)
	}
}

func TestCodeOfAnotherFlowInTheSandbox(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, false)
	address, err := s.us.SigninURL(t.Context(), nobody, "")
	if err != nil {
		t.Fatal(err)
	}
	code := s.click(address, s.bo).Get("code")
	theirs := nobody
	theirs.Verifier = meeting.NewSecret(strings.Repeat("v", 43))
	if _, err := s.us.FinishSignin(t.Context(), theirs, code); !errs.Is(err, errs.Invalid) {
		t.Errorf("with another verifier: got %v, want invalid", err)
	}
	s.leave()
	who, err := s.signIn(s.bo)
	if err != nil || who.Account == "" {
		t.Fatal(err)
	}
	s.leave()
	code = s.click(address, s.bo).Get("code")
	theirs = nobody
	theirs.Nonce = "theirs"
	if _, err := s.us.FinishSignin(t.Context(), theirs, code); !errs.Is(err, errs.Forbidden) {
		t.Errorf("with another nonce: got %v, want forbidden", err)
	}
	if _, err := s.us.FinishSignin(t.Context(), nobody, code); !errs.Is(err, errs.Invalid) {
		t.Errorf("used twice: got %v, want invalid", err)
	}
}

func TestGrantEndsInTheSandbox(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		end  func(*fakems.Server, string)
		kind errs.Kind
		why  meeting.Reason
	}{
		{"sessions revoked", func(e *fakems.Server, user string) { e.RevokeTokens(user) }, errs.SignedOut, meeting.GrantRevoked},
		{"consent withdrawn", func(e *fakems.Server, user string) { e.RevokeConsent(user) }, errs.SignedOut, meeting.GrantWithdrawn},
		{"second factor", func(e *fakems.Server, user string) { e.RefuseTokens(user, 50076) }, errs.SignedOut, meeting.GrantPolicy},
		{"inactivity", func(e *fakems.Server, user string) { e.RefuseTokens(user, 700082) }, errs.SignedOut, meeting.GrantExpired},
		{"account disabled", func(e *fakems.Server, user string) { e.RefuseTokens(user, 50057) }, errs.SignedOut, meeting.GrantDisabled},
		{"app deleted", func(e *fakems.Server, user string) { e.RefuseTokens(user, 700016) }, errs.SignedOut, meeting.GrantWithdrawn},
		{"request loop", func(e *fakems.Server, user string) { e.RefuseTokens(user, 50196) }, errs.Throttled, ""},
		{"throttled", func(e *fakems.Server, user string) { e.RefuseTokens(user, 90055) }, errs.Throttled, ""},
		{"secret expired", func(e *fakems.Server, user string) { e.RefuseTokens(user, 7000222) }, errs.Internal, ""},
		{"transient", func(e *fakems.Server, user string) { e.RefuseTokens(user, 90033) }, errs.Unavailable, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t, false)
			who, err := s.signIn(s.bo)
			if err != nil {
				t.Fatal(err)
			}
			_, tokens, _, err := s.consent(who.Account, s.bo)
			if err != nil {
				t.Fatal(err)
			}
			test.end(s.entra, s.bo.ID)
			_, err = s.us.Refresh(t.Context(), meeting.Grant{Account: who.Account}, tokens.Refresh)
			if err == nil || errs.KindOf(err) != test.kind || signin.ReasonOf(err) != test.why {
				t.Errorf("got %v (%q), want %q for %q", err, signin.ReasonOf(err), test.kind, test.why)
			}
		})
	}
}

func TestWebexInTheSandbox(t *testing.T) {
	t.Parallel()
	for name, rfc := range map[string]bool{"platform's errors": false, "errors of RFC 6749": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := clockwork.NewFakeClockAt(start)
			fake := &fakewebex.Server{Clock: clock, Seed: 1, Calm: true, RotateRefresh: rfc, RFCErrors: rfc, Unexpected: func(msg string) { t.Error(msg) }}
			var fault *fakewebex.Fault // set between calls
			fake.OnRequest = func(*http.Request) *fakewebex.Fault { return fault }
			server := httptest.NewServer(fake)
			t.Cleanup(server.Close)
			fake.BaseURL = server.URL
			const back = "http://localhost:8080/connect/webex/callback"
			client := fake.AddIntegration(fakewebex.Integration{
				Name: "Scheduler", RedirectURIs: []string{back},
				Scopes: []string{"meeting:schedules_read", "meeting:schedules_write", "meeting:preferences_read", "spark:people_read"},
			})
			bo := fake.AddPerson(fakewebex.Person{Email: "bo@contoso.example", DisplayName: "Bo", Sites: []string{"contoso.webex.com"}})
			config := signin.WebexConfig{
				APIURL: server.URL, ClientID: client.ClientID, ClientSecret: meeting.NewSecret(client.Secret), RedirectURL: back, Clock: clock,
			}
			us, err := signin.NewWebex(config)
			if err != nil {
				t.Fatal(err)
			}

			address, err := fake.Accept(us.LinkURL(flow, bo.Email), bo.Email)
			if err != nil {
				t.Fatal(err)
			}
			u, err := url.Parse(address)
			if err != nil || u.Query().Get("state") != "state" {
				t.Fatalf("came back to %s, %v", address, err)
			}
			tokens, scopes, err := us.FinishLink(t.Context(), flow, u.Query().Get("code"))
			if err != nil {
				t.Fatal(err)
			}
			if len(scopes) < 4 || tokens.AccessExpires.Before(start.Add(13*24*time.Hour)) || tokens.RefreshExpires.Before(start.Add(89*24*time.Hour)) {
				t.Errorf("got %q until %s and %s", scopes, tokens.AccessExpires, tokens.RefreshExpires)
			}
			if _, _, err := us.FinishLink(t.Context(), flow, u.Query().Get("code")); !errs.Is(err, errs.Invalid) {
				t.Errorf("code used twice: got %v, want invalid", err)
			}

			clock.Advance(11 * 24 * time.Hour)
			fault = &fakewebex.Fault{Status: http.StatusServiceUnavailable}
			if _, err := us.Refresh(t.Context(), meeting.Grant{}, tokens.Refresh); !errs.Is(err, errs.Unavailable) {
				t.Errorf("down: got %v, want unavailable", err)
			}
			fault = nil
			config.ClientSecret = meeting.NewSecret("wrong")
			wrong, err := signin.NewWebex(config)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := wrong.Refresh(t.Context(), meeting.Grant{}, tokens.Refresh); err == nil || !errs.Is(err, errs.Internal) {
				t.Errorf("wrong secret: got %v, want our own fault", err)
			}
			fresh, err := us.Refresh(t.Context(), meeting.Grant{}, tokens.Refresh)
			if err != nil {
				t.Fatal(err)
			}
			if fresh.Access == tokens.Access || rfc != (fresh.Refresh != tokens.Refresh) {
				t.Error("not refreshed as the sandbox does it")
			}
			fake.RevokeGrant(bo.Email)
			if _, err := us.Refresh(t.Context(), meeting.Grant{}, fresh.Refresh); !errs.Is(err, errs.SignedOut) || signin.ReasonOf(err) != meeting.GrantRevoked {
				t.Errorf("revoked: got %v, want signed out", err)
			}

			declined, err := fake.Decline(us.LinkURL(flow, ""), bo.Email)
			if err != nil {
				t.Fatal(err)
			}
			if u, err = url.Parse(declined); err != nil {
				t.Fatal(err)
			}
			if err := signin.CallbackError(meeting.Webex, u.Query().Get("error"), u.Query().Get("error_description")); !errs.Is(err, errs.Forbidden) {
				t.Errorf("declined: got %v, want forbidden", err)
			}
		})
	}
}
