package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/web"
)

const (
	login   = "https://login.example/organizations?state="
	consent = "https://login.example/11111111-1111-1111-1111-111111111111?state="
	link    = "https://webex.example/authorize?state="
)

func back(address string, from *url.URL) string {
	return address + "?code=c&state=" + from.Query().Get("state")
}

func TestSigninInTwoSteps(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.browser(t)

	res := b.get("/signin?return_to=/connect/webex&login_hint=jana@contoso.example")
	first := wantRedirect(t, res, login)
	if got := res.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control = %q", got)
	}
	if r.microsoft.hint != "jana@contoso.example" {
		t.Errorf("login hint = %q", r.microsoft.hint)
	}
	flow := r.store.flows[first.Query().Get("state")]
	if flow.Kind != meeting.FlowSignin || flow.ReturnTo != "/connect/webex" || flow.Nonce == "" || flow.Verifier.Empty() {
		t.Errorf("flow = %+v", flow)
	}
	if got, want := flow.ExpiresAt, noon.Add(10*time.Minute); !got.Equal(want) {
		t.Errorf("flow ends %v, want %v", got, want)
	}
	if flow.State.Reveal() == flow.Nonce || flow.Nonce == flow.Verifier.Reveal() || flow.Verifier == flow.State {
		t.Error("state, nonce and verifier are not drawn one by one")
	}

	res = b.get(back("/signin/callback", first))
	second := wantRedirect(t, res, consent)
	if second.Query().Get("state") == first.Query().Get("state") {
		t.Error("the second step has the state of the first")
	}
	if got := res.Header.Get("Referrer-Policy") + " " + res.Header.Get("Cache-Control"); got != "no-referrer no-store" {
		t.Errorf("callback headers = %q", got)
	}
	if len(r.store.grants) != 0 {
		t.Error("a grant is kept after the first step")
	}

	wantRedirect(t, b.get(back("/signin/callback", second), "Accept-Language", "de"), "/connect/webex")
	want := meeting.Account{ID: jana, UPN: "jana@contoso.example", Name: "Jana Nováková",
		Mail: "jana@contoso.example", Addresses: []string{"jana@contoso.example"}, Language: "cs-CZ"}
	if diff := cmp.Diff(want, r.store.accounts[jana]); diff != "" {
		t.Errorf("account (-want +got)\n%s", diff)
	}
	grant := meeting.Grant{Account: jana, Service: meeting.Microsoft, Subject: "jana@contoso.example",
		SubjectID: "22222222-2222-2222-2222-222222222222", Scopes: []string{"Calendars.ReadWrite"}, State: meeting.GrantLive, CreatedAt: noon}
	if diff := cmp.Diff(grant, r.store.grants[string(jana)+"microsoft"]); diff != "" {
		t.Errorf("grant (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]meeting.AccountID{jana}, r.store.connected); diff != "" {
		t.Errorf("connected (-want +got)\n%s", diff)
	}
	wantStatus(t, b.get("/account"), http.StatusOK)
}

func TestSigninAsksForTheCalendarOnlyWhereNeeded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		state meeting.GrantState
		want  string
	}{
		{"a live grant", meeting.GrantLive, "/account"},
		{"a dead grant", meeting.GrantDead, consent},
		{"a grant being given up", meeting.GrantClosing, consent},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			r.store.grants[string(jana)+"microsoft"] = meeting.Grant{State: c.state}
			b := r.browser(t)
			first := wantRedirect(t, b.get("/signin"), login)
			wantRedirect(t, b.get(back("/signin/callback", first)), c.want)
		})
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, public string
		want         []http.Cookie
	}{
		{"https", public, []http.Cookie{
			{Name: "__Host-flow", Path: "/", MaxAge: 1200, HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode},
			{Name: "__Host-session", Path: "/", MaxAge: 604800, HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode},
		}},
		{"http on a loopback address", "http://localhost:8080", []http.Cookie{
			{Name: "scheduler-flow", Path: "/", MaxAge: 1200, HttpOnly: true, SameSite: http.SameSiteLaxMode},
			{Name: "scheduler-session", Path: "/", MaxAge: 604800, HttpOnly: true, SameSite: http.SameSiteLaxMode},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t, func(config *web.Config) { config.PublicURL = c.public })
			r.store.grants[string(jana)+"microsoft"] = meeting.Grant{State: meeting.GrantLive}
			b := r.browser(t)
			started := b.get("/signin")
			ended := b.get(back("/signin/callback", wantRedirect(t, started, login)))
			var got []http.Cookie
			for _, cookie := range append(started.Cookies(), ended.Cookies()...) {
				if len(cookie.Value) != 43 {
					t.Errorf("%s has %d characters, want 256 bits", cookie.Name, len(cookie.Value))
				}
				got = append(got, *cookie)
			}
			if diff := cmp.Diff(c.want, got, cmpopts.IgnoreFields(http.Cookie{}, "Value", "Raw", "RawExpires", "Expires")); diff != "" {
				t.Errorf("cookies (-want +got)\n%s", diff)
			}
		})
	}
}

func TestSigninDrawsANewSession(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.store.grants[string(jana)+"microsoft"] = meeting.Grant{State: meeting.GrantLive}
	for _, c := range []struct {
		name    string
		browser *browser
	}{
		{"an id planted by somebody", func() *browser {
			b := r.browser(t)
			b.cookies["__Host-session"] = &http.Cookie{Name: "__Host-session", Value: strings.Repeat("x", 43)}
			return b
		}()},
		{"a session of somebody else", r.signedIn(t, petr)},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := c.browser.cookies["__Host-session"].Value
			first := wantRedirect(t, c.browser.get("/signin"), login)
			wantRedirect(t, c.browser.get(back("/signin/callback", first)), "/account")
			if got := c.browser.cookies["__Host-session"].Value; got == before || r.store.sessions[got] != jana {
				t.Errorf("session %q of %q, before %q", got, r.store.sessions[got], before)
			}
			if who, ok := r.store.sessions[before]; ok {
				t.Errorf("the session from before still is %s", who)
			}
		})
	}
}

func TestCallbackBelongsToItsBrowser(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.store.grants[string(jana)+"microsoft"] = meeting.Grant{State: meeting.GrantLive}
	own, other := r.browser(t), r.browser(t)
	first := wantRedirect(t, own.get("/signin"), login)
	wantRedirect(t, other.get("/signin"), login)

	for name, address := range map[string]string{
		"another browser's":        back("/signin/callback", first),
		"no state":                 "/signin/callback?code=c",
		"a made-up state":          "/signin/callback?code=c&state=" + strings.Repeat("a", 43),
		"a refusal from elsewhere": "/signin/callback?error=access_denied&state=x",
	} {
		res := other.get(address)
		if res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 400", name, res.StatusCode)
		}
		wantText(t, res, "Please start again", `href="/signin"`)
	}
	if len(r.store.sessions) != 0 {
		t.Error("somebody is signed in")
	}
	wantRedirect(t, own.get(back("/signin/callback", first)), "/account")
	wantStatus(t, own.get(back("/signin/callback", first)), http.StatusBadRequest) // once only
}

func TestFlowsOfSeveralTabs(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.store.grants[string(jana)+"microsoft"] = meeting.Grant{State: meeting.GrantLive}
	b := r.browser(t)
	one := wantRedirect(t, b.get("/signin?return_to=/connect/webex"), login)
	two := wantRedirect(t, b.get("/signin"), login)
	wantRedirect(t, b.get(back("/signin/callback", one)), "/connect/webex")
	wantRedirect(t, b.get(back("/signin/callback", two)), "/account")
}

func TestFlowEnds(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.browser(t)
	first := wantRedirect(t, b.get("/signin"), login)
	r.clock.Advance(10 * time.Minute)
	wantStatus(t, b.get(back("/signin/callback", first)), http.StatusBadRequest)
}

func TestReturnToStaysHere(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.store.grants[string(jana)+"microsoft"] = meeting.Grant{State: meeting.GrantLive}
	for _, evil := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "/%09/evil.example", "/signin"} {
		b := r.browser(t)
		first := wantRedirect(t, b.get("/signin?return_to="+url.QueryEscape(evil)), login)
		if to := wantRedirect(t, b.get(back("/signin/callback", first)), "/"); to.String() != "/account" {
			t.Errorf("return_to=%s leads to %s", evil, to)
		}
	}
}

func TestRefusedSignin(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.browser(t)
	first := wantRedirect(t, b.get("/signin"), login)
	res := b.get("/signin/callback?error=access_denied&error_description=<b>AADSTS1</b>&state=" + first.Query().Get("state"))
	wantStatus(t, res, http.StatusForbidden)
	page := text(t, res)
	if !strings.Contains(page, "Refused at microsoft.") || strings.Contains(page, "AADSTS1") {
		t.Errorf("page = %s", page)
	}
	if len(r.store.sessions) != 0 {
		t.Error("somebody is signed in")
	}
}

// After the first step the person is signed in, whatever becomes of the second.
func TestCalendarNotConnected(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		break_ func(*rig)
		query  string
		status int
		want   string
	}{
		{"the person refuses", func(*rig) {}, "error=access_denied", http.StatusForbidden, "Refused at microsoft."},
		{"another person consents", func(r *rig) { r.microsoft.consents = petr }, "code=c", http.StatusForbidden, "another account"},
		{"the answer does not hold", func(r *rig) {
			r.microsoft.fail = &errs.Error{Kind: errs.Invalid, Message: "Told to people."}
		}, "code=c", http.StatusBadRequest, "Told to people."},
		{"Microsoft is away", func(r *rig) {
			r.microsoft.fail = &errs.Error{Kind: errs.Unavailable, Message: "Later."}
		}, "code=c", http.StatusServiceUnavailable, "Later."},
		{"our secret is refused", func(r *rig) {
			r.microsoft.fail = errs.New(errs.Internal, "invalid_client AADSTS7000215")
		}, "code=c", http.StatusInternalServerError, "on our side"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			b := r.browser(t)
			second := wantRedirect(t, b.get(back("/signin/callback", wantRedirect(t, b.get("/signin"), login))), consent)
			c.break_(r)
			res := b.get("/signin/callback?" + c.query + "&state=" + second.Query().Get("state"))
			wantStatus(t, res, c.status)
			page := text(t, res)
			if !strings.Contains(page, c.want) || !strings.Contains(page, `href="/account"`) || strings.Contains(page, "AADSTS") {
				t.Errorf("page lacks %q or a way on, or says too much:\n%s", c.want, page)
			}
			if len(r.store.grants) != 0 || len(r.store.connected) != 0 {
				t.Error("a grant was kept")
			}
			res = b.get("/account")
			wantStatus(t, res, http.StatusOK)
			wantText(t, res, "your calendar is not connected", `href="/signin">Connect calendar</a>`)
		})
	}
}

func TestConsentBelongsToTheSession(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.browser(t)
	second := wantRedirect(t, b.get(back("/signin/callback", wantRedirect(t, b.get("/signin"), login))), consent)
	r.store.sessions[b.cookies["__Host-session"].Value] = petr // signed in as somebody else in another tab
	r.store.accounts[petr] = meeting.Account{ID: petr}
	wantStatus(t, b.get(back("/signin/callback", second)), http.StatusBadRequest)
	if len(r.store.grants) != 0 {
		t.Error("a grant was kept")
	}
}

func TestProfileNotReadable(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.profiles = profiles{fail: errs.New(errs.Unavailable, "graph: profile: away")}
	r.timePasses(t)
	b := r.browser(t)
	second := wantRedirect(t, b.get(back("/signin/callback", wantRedirect(t, b.get("/signin"), login))), consent)
	wantRedirect(t, b.get(back("/signin/callback", second), "Accept-Language", "de-AT,de;q=0.9,en;q=0.5"), "/account")
	want := meeting.Account{ID: jana, UPN: "jana@contoso.example", Name: "Jana Nováková", Language: "de-AT"}
	if diff := cmp.Diff(want, r.store.accounts[jana]); diff != "" {
		t.Errorf("account (-want +got)\n%s", diff)
	}
	if !strings.Contains(r.log.String(), "profile not read") {
		t.Error("not in the log")
	}
}

// TestABusySecondIsWaitedOut: nobody who has just consented is sent round
// again because Microsoft or Webex wants a second's pause.
func TestABusySecondIsWaitedOut(t *testing.T) {
	t.Parallel()
	r := setup(t)
	busy := func() error { return &errs.Error{Kind: errs.Throttled, RetryAt: r.clock.Now().Add(time.Second)} }
	r.profiles = profiles{account: meeting.Account{ID: jana, Mail: "jana@contoso.example"}, busy: busy}
	r.webex.busy = busy
	r.timePasses(t)
	b := r.browser(t)
	second := wantRedirect(t, b.get(back("/signin/callback", wantRedirect(t, b.get("/signin"), login))), consent)
	wantRedirect(t, b.get(back("/signin/callback", second)), "/account")
	if got := r.store.accounts[jana].Mail; got != "jana@contoso.example" {
		t.Errorf("mail = %q: the profile was given up", got)
	}
	to := wantRedirect(t, b.get("/connect/webex"), link)
	wantRedirect(t, b.get(back("/connect/webex/callback", to)), "/account")
}

func TestSigninAgainHintsAtTheSamePerson(t *testing.T) {
	t.Parallel()
	r := setup(t)
	wantRedirect(t, r.signedIn(t, jana).get("/signin?login_hint=%0d%0aX:y"), login)
	if r.microsoft.hint != "jana@contoso.example" {
		t.Errorf("hint = %q", r.microsoft.hint)
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	res := b.post("/signout")
	wantStatus(t, res, http.StatusOK)
	wantText(t, res, "You are signed out", `href="/signin"`)
	if len(r.store.sessions) != 0 || b.cookies["__Host-session"] != nil || len(r.store.disconnected) != 0 {
		t.Errorf("sessions %d, cookie %v, disconnected %v", len(r.store.sessions), b.cookies["__Host-session"], r.store.disconnected)
	}
	wantStatus(t, b.post("/signout"), http.StatusOK) // twice does no harm
	wantRedirect(t, b.get("/account"), "/signin")
}

// TestSigninAsksNobodyTwice: where the organisation keeps the mailbox, or
// leads to its console, nobody is asked for the own calendar.
func TestSigninAsksNobodyTwice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		mailbox  meeting.Mailbox
		returnTo string
		want     string
	}{
		{"kept by the organisation", meeting.Mailbox{Connected: true, Authority: meeting.TenantWide}, "/account", "/account"},
		{"not kept any more", meeting.Mailbox{Authority: meeting.TenantWide}, "/account", consent},
		{"kept by the person, whose grant is gone", meeting.Mailbox{Connected: true, Authority: meeting.Individual}, "/account", consent},
		{"on the way to the console", meeting.Mailbox{}, "/admin", "/admin"},
		{"on the way to the consent page", meeting.Mailbox{}, "/admin/consent", "/admin/consent"},
		{"on the way to a mailbox", meeting.Mailbox{}, "/admin/mailboxes/x@contoso.example", "/admin/mailboxes/x@contoso.example"},
		{"an address that only looks like it", meeting.Mailbox{}, "/administration", consent},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			r.store.mailbox = c.mailbox
			b := r.browser(t)
			first := wantRedirect(t, b.get("/signin?return_to="+url.QueryEscape(c.returnTo)), login)
			wantRedirect(t, b.get(back("/signin/callback", first)), c.want)
			if len(r.store.connected) != 0 {
				t.Error("connected without a grant")
			}
			if diff := cmp.Diff([]string{string(jana) + " jana@contoso.example"}, r.store.named); diff != "" {
				t.Errorf("named (-want +got)\n%s", diff)
			}
		})
	}
}
