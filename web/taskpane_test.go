package web_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/static"
	"webex-scheduler/web"
)

// What a pane makes before its dialog: nobody else knows the verifier.
var (
	verifier  = strings.Repeat("v", 43)
	challenge = challengeOf(verifier)
)

func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// handed is the message that a dialog's last page hands over.
func handed(t *testing.T, res *http.Response) (message struct {
	Code   string
	Linked bool
}) {
	t.Helper()
	wantStatus(t, res, http.StatusOK)
	page := text(t, res)
	found := regexp.MustCompile(`data-message="([^"]*)" data-origin="([^"]*)"`).FindStringSubmatch(page)
	if found == nil || found[2] != public {
		t.Fatalf("nothing is handed over, or not to us:\n%s", page)
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(found[1])), &message); err != nil {
		t.Fatal(err)
	}
	return message
}

func exchange(code, verifier string) string {
	return `{"code":"` + code + `","verifier":"` + verifier + `"}`
}

// trade trades a code in, as the pane does: without a cookie.
func (r *rig) trade(t *testing.T, code, verifier string) *http.Response {
	t.Helper()
	return r.browser(t).do(http.MethodPost, "/taskpane/token", exchange(code, verifier), "Content-Type", "application/json",
		"Sec-Fetch-Site", "same-origin", "Origin", public)
}

// paneToken goes through the dialog as somebody who is signed in.
func (r *rig) paneToken(t *testing.T, b *browser) string {
	t.Helper()
	r.store.grants[string(jana)+"microsoft"] = meeting.Grant{State: meeting.GrantLive}
	r.store.grants[string(petr)+"microsoft"] = meeting.Grant{State: meeting.GrantLive}
	code := handed(t, b.get("/taskpane/signin?challenge="+challenge)).Code
	res := r.trade(t, code, verifier)
	wantStatus(t, res, http.StatusOK)
	token := read[struct {
		Token     string
		ExpiresIn int
	}](t, res)
	if token.ExpiresIn != 3600 || len(token.Token) != 43 {
		t.Fatalf("token = %+v", token)
	}
	return token.Token
}

func (r *rig) me(t *testing.T, token string) int {
	t.Helper()
	return r.browser(t).get("/api/v1/me", "Authorization", "Bearer "+token).StatusCode
}

func TestPaneSignsIn(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.browser(t)
	// The hint goes along to Microsoft, and the dialog's page is come back to.
	first := wantRedirect(t, b.get("/taskpane/signin?challenge="+challenge+"&login_hint=jana@contoso.example"), "/signin?")
	if first.Query().Get("login_hint") != "jana@contoso.example" {
		t.Errorf("leads to %s", first)
	}
	atMicrosoft := wantRedirect(t, b.get(first.String()), login)
	if r.microsoft.hint != "jana@contoso.example" {
		t.Errorf("hint = %q", r.microsoft.hint)
	}
	second := wantRedirect(t, b.get(back("/signin/callback", atMicrosoft)), consent)
	end := wantRedirect(t, b.get(back("/signin/callback", second)), "/taskpane/signin?")
	res := b.get(end.String())
	if got := res.Header.Get("Referrer-Policy") + " " + res.Header.Get("Cache-Control"); got != "no-referrer no-store" {
		t.Errorf("headers = %q", got)
	}
	code := handed(t, res).Code
	token := read[struct{ Token string }](t, r.trade(t, code, verifier)).Token
	if got := r.me(t, token); got != http.StatusOK {
		t.Errorf("status %d with the token", got)
	}
	for _, secret := range []string{code, token, challenge} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// Each way through the sign-in is gone once; then the code is handed over
// whatever came of it.
func TestPaneSignsInOnceOnly(t *testing.T) {
	t.Parallel()
	address := "/taskpane/signin?challenge=" + challenge
	for _, c := range []struct {
		name, query string
		grant       meeting.GrantState // of the calendar; empty: none
		tenantWide  bool
		to          string // empty: a code at once
	}{
		{"all well", "", meeting.GrantLive, false, ""},
		{"the one who is meant", "&login_hint=JANA%40contoso.example", meeting.GrantLive, false, ""},
		{"somebody else", "&login_hint=petr%40contoso.example", meeting.GrantLive, false, "/signin?"},
		{"somebody else, again", "&login_hint=petr%40contoso.example&again=1", meeting.GrantLive, false, ""},
		{"a dead calendar", "", meeting.GrantDead, false, "/signin?"},
		{"a dead calendar, again", "&again=1", meeting.GrantDead, false, ""},
		{"no calendar", "", "", false, "/signin?"},
		{"the organisation's calendar", "", "", true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			b := r.signedIn(t, jana)
			if c.grant != "" {
				r.store.grants[string(jana)+"microsoft"] = meeting.Grant{State: c.grant}
			}
			if c.tenantWide {
				r.store.mailbox = meeting.Mailbox{Connected: true, Authority: meeting.TenantWide}
			}
			res := b.get(address + c.query)
			if c.to == "" {
				if handed(t, res).Code == "" {
					t.Error("no code")
				}
				return
			}
			to := wantRedirect(t, res, c.to)
			returns, err := url.Parse(to.Query().Get("return_to"))
			if err != nil || returns.Path != "/taskpane/signin" || returns.Query().Get("again") != "1" || returns.Query().Get("challenge") != challenge {
				t.Errorf("comes back to %s", returns)
			}
		})
	}
	t.Run("a browser that keeps no cookies", func(t *testing.T) {
		t.Parallel()
		r := setup(t)
		res := r.browser(t).get(address + "&again=1")
		wantStatus(t, res, http.StatusForbidden)
		wantText(t, res, "allow cookies", `href="/taskpane/signin?challenge=`+challenge+`"`, "Try again")
	})
}

// A refusal in the dialog ends on a page with a sentence and a way back into it.
func TestRefusedInTheDialog(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		refused func(*testing.T, *rig, *browser) *http.Response
		wants   []string
	}{
		{"the sign-in", func(t *testing.T, r *rig, b *browser) *http.Response {
			b.cookies = map[string]*http.Cookie{}
			first := wantRedirect(t, b.get("/taskpane/signin?challenge="+challenge), "/signin?")
			state := wantRedirect(t, b.get(first.String()), login).Query().Get("state")
			return b.get("/signin/callback?error=access_denied&state=" + state)
		}, []string{"You are not signed in", `href="/taskpane/signin?challenge=` + challenge + `"`, "Try again"}},
		{"the calendar", func(t *testing.T, r *rig, b *browser) *http.Response {
			first := wantRedirect(t, b.get("/taskpane/signin?challenge="+challenge), "/signin?")
			second := wantRedirect(t, b.get(back("/signin/callback", wantRedirect(t, b.get(first.String()), login))), consent)
			return b.get("/signin/callback?error=access_denied&state=" + second.Query().Get("state"))
		}, []string{"Your calendar is not connected", `href="/taskpane/signin?challenge=` + challenge + `"`, "Try again",
			`href="/taskpane/signin?again=1&amp;challenge=` + challenge + `"`, "Continue"}},
		{"Webex", func(t *testing.T, r *rig, b *browser) *http.Response {
			to := wantRedirect(t, b.get("/taskpane/webex"), "/connect/webex?")
			state := wantRedirect(t, b.get(to.String()), link).Query().Get("state")
			return b.get("/connect/webex/callback?error=access_denied&state=" + state)
		}, []string{"Webex is not connected", `href="/taskpane/webex"`, "Try again"}},
		{"Microsoft away", func(t *testing.T, r *rig, b *browser) *http.Response {
			r.microsoft.fail = errs.New(errs.Unavailable, "Microsoft doesn't answer.")
			return b.get(wantRedirect(t, b.get("/taskpane/signin?challenge="+challenge), "/signin?").String())
		}, []string{"Microsoft doesn&#39;t answer", "Try again"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			b := r.signedIn(t, jana)
			res := c.refused(t, r, b)
			if got := res.Header.Get("Cross-Origin-Opener-Policy"); got != "" {
				t.Errorf("Cross-Origin-Opener-Policy = %q in a dialog", got)
			}
			wantText(t, res, c.wants...)
		})
	}
}

func TestPaneConnectsWebex(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	to := wantRedirect(t, b.get("/taskpane/webex?login_hint=jana%40contoso.example"), "/connect/webex?")
	end := wantRedirect(t, b.get(back("/connect/webex/callback", wantRedirect(t, b.get(to.String()), link))), "/taskpane/linked")
	if !handed(t, b.get(end.String())).Linked {
		t.Error("the pane is not told")
	}
	// Another's pane: the linking would be for the wrong person.
	wantRedirect(t, b.get("/taskpane/webex?login_hint=petr%40contoso.example"), "/signin?")
	res := b.get("/taskpane/webex?again=1&login_hint=petr%40contoso.example")
	wantStatus(t, res, http.StatusForbidden)
	wantText(t, res, "Another account", "Try again")
}

func TestPaneSignsOut(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	token := r.paneToken(t, b)
	res := r.browser(t).do(http.MethodDelete, "/taskpane/token", "", "Authorization", "Bearer "+token)
	wantStatus(t, res, http.StatusNoContent)
	if got := r.me(t, token); got != http.StatusUnauthorized {
		t.Errorf("status %d with the token", got)
	}
	wantRedirect(t, b.get("/account"), "/signin")
	res = r.browser(t).do(http.MethodDelete, "/taskpane/token", "", "Authorization", "Bearer jana.access.token")
	wantStatus(t, res, http.StatusUnauthorized)
}

func TestTaskPanePage(t *testing.T) {
	t.Parallel()
	r := setup(t, func(c *web.Config) {
		c.CalendarURL, c.OfficeJSURL = "http://localhost:8081/?as={upn}", "http://localhost:8081/office.js"
	})
	nonces := map[string]bool{}
	for _, address := range []string{"/taskpane", "/taskpane/commands", "/taskpane"} {
		res := r.browser(t).get(address, "Accept-Language", "cs-CZ,en;q=0.5")
		wantStatus(t, res, http.StatusOK)
		page, policy := text(t, res), res.Header.Get("Content-Security-Policy")
		nonce := regexp.MustCompile(`'nonce-([A-Za-z0-9_-]{43})'`).FindStringSubmatch(policy)
		if nonce == nil || nonces[nonce[1]] {
			t.Fatalf("%s: no nonce, or an old one: %s", address, policy)
		}
		nonces[nonce[1]] = true
		for _, want := range []string{"default-src 'none'", "script-src 'nonce-" + nonce[1] + "' http://localhost:8081;", "connect-src 'self'", "base-uri 'none'",
			"frame-ancestors https://*.cloud.microsoft https://outlook.office.com", " http://localhost:8081; base-uri"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %q: %s", address, want, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Count(policy, "localhost:8081") != 2 {
			t.Errorf("%s: policy = %s", address, policy)
		}
		for _, want := range []string{`lang="cs"`, `src="http://localhost:8081/office.js"`, `nonce="` + nonce[1] + `"`} {
			if !strings.Contains(page, want) {
				t.Errorf("%s lacks %q:\n%s", address, want, page)
			}
		}
		for _, name := range []string{"X-Frame-Options", "Cross-Origin-Opener-Policy", "Location"} {
			if got := res.Header.Get(name); got != "" {
				t.Errorf("%s: %s = %q", address, name, got)
			}
		}
		if len(res.Cookies()) != 0 {
			t.Errorf("%s sets cookies", address)
		}
	}
	if policy := setup(t).browser(t).get("/taskpane").Header.Get("Content-Security-Policy"); !strings.Contains(policy, " https://appsforoffice.microsoft.com;") || strings.Contains(policy, "localhost") {
		t.Errorf("Microsoft's own: policy = %s", policy)
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	r := setup(t)
	style := "/static/" + static.Name(static.PaneStyle)
	for _, address := range []string{"/taskpane", style} {
		plain := r.browser(t).get(address)
		small := r.browser(t).get(address, "Accept-Encoding", "br;q=1, gzip")
		if plain.Header.Get("Content-Encoding") != "" || small.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: %q and %q", address, plain.Header.Get("Content-Encoding"), small.Header.Get("Content-Encoding"))
		}
		if !strings.Contains(small.Header.Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s: Vary = %q", address, small.Header.Get("Vary"))
		}
		z, err := gzip.NewReader(small.Body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		if want := text(t, plain); address == style && string(got) != want || len(got) < 100 {
			t.Errorf("%s: %d bytes, want %d", address, len(got), len(want))
		}
		if refused := r.browser(t).get(address, "Accept-Encoding", "gzip;q=0"); refused.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: compressed for one who can't read it", address)
		}
	}
	tag := r.browser(t).get(style, "Accept-Encoding", "gzip").Header.Get("ETag")
	wantStatus(t, r.browser(t).get(style, "Accept-Encoding", "gzip", "If-None-Match", tag), http.StatusNotModified)
	wantStatus(t, r.browser(t).get(style, "If-None-Match", tag), http.StatusOK)
}

func TestOpenerPolicy(t *testing.T) {
	t.Parallel()
	r := setup(t)
	for address, want := range map[string]string{
		"/account": "same-origin", "/admin": "same-origin", "/admin/connect/webex": "same-origin", "/": "same-origin", "/signinx": "same-origin",
		"/signin": "", "/signin/callback?error=x": "", "/connect/webex": "", "/connect/webex/callback": "",
		"/taskpane": "", "/taskpane/signin": "", "/taskpane/webex": "", "/taskpane/linked": "", "/taskpane/nothing": "",
	} {
		if got := r.signedIn(t, jana).get(address).Header.Get("Cross-Origin-Opener-Policy"); got != want {
			t.Errorf("%s: Cross-Origin-Opener-Policy = %q, want %q", address, got, want)
		}
	}
}
