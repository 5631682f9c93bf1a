package fakewebex

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/oauth2"
)

func (b *testbed) oauth() *oauth2.Config {
	return &oauth2.Config{ClientID: b.client.ClientID, ClientSecret: b.client.Secret, RedirectURL: b.client.RedirectURIs[0], Scopes: allScopes,
		Endpoint: oauth2.Endpoint{AuthURL: b.http.URL + "/v1/authorize", TokenURL: b.http.URL + "/v1/access_token"}}
}

// The code flow as a person and x/oauth2, which we did not write, do it.
func TestCodeFlow(t *testing.T) {
	t.Parallel()
	for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams} {
		b := setup(t)
		conf := b.oauth()
		conf.Endpoint.AuthStyle = style
		verifier := oauth2.GenerateVerifier()

		hint := oauth2.SetAuthURLParam("login_hint", bob)
		page := get(t, conf.AuthCodeURL("s1", oauth2.S256ChallengeOption(verifier), hint))
		if !strings.Contains(page.text, bob) || !strings.Contains(page.text, "Decline") {
			t.Errorf("who is hinted has to choose an account: %s", page.text)
		}
		page = get(t, conf.AuthCodeURL("s1", oauth2.S256ChallengeOption(verifier), hint, oauth2.SetAuthURLParam("prompt", "select_account")))
		if first := page.buttons[0]; first.value != bob {
			t.Errorf("first account is %q, want the hinted one", first.value)
		}
		page = get(t, b.http.URL+"/v1/authorize?"+page.fields(anna).Encode())
		for _, word := range []string{"Scheduler", "Anna Nováková", "Schedule, change and cancel meetings"} {
			if !strings.Contains(page.text, word) {
				t.Errorf("the consent page lacks %q", word)
			}
		}
		form := page.fields("")
		form.Set("decision", "accept")
		callback := post(t, b.http.URL+"/v1/authorize", form)
		if got := callback.Query().Get("state"); got != "s1" {
			t.Errorf("state is %q", got)
		}
		tok, err := conf.Exchange(t.Context(), callback.Query().Get("code"), oauth2.VerifierOption(verifier))
		if err != nil {
			t.Fatal(err)
		}
		me, err := conf.Client(t.Context(), tok).Get(b.http.URL + "/v1/people/me")
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(me.Body)
		me.Body.Close()
		if !strings.Contains(string(body), anna) {
			t.Errorf("people/me is %s", body)
		}
		if _, err := conf.Exchange(t.Context(), callback.Query().Get("code"), oauth2.VerifierOption(verifier)); err == nil {
			t.Error("a code worked twice")
		}
	}
}

func TestRefusedAuthorize(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change url.Values // "-" takes the parameter away
		page   string     // a page with that title, or
		want   string     // an error in the redirect
	}{
		{"unknown client", url.Values{"client_id": {"Cffff"}}, "Client Id is invalid", ""},
		{"address that is not registered", url.Values{"redirect_uri": {"http://evil.example/"}}, "The redirect address is not registered", ""},
		{"implicit flow", url.Values{"response_type": {"token"}}, "", "unsupported_response_type"},
		{"no scope", url.Values{"scope": {"-"}}, "", "invalid_scope"},
		{"scope that is not registered", url.Values{"scope": {"spark:all"}}, "", "invalid_scope"},
		{"challenge method nobody knows", url.Values{"code_challenge": {"x"}, "code_challenge_method": {"S512"}}, "", "invalid_request"},
		{"no session to go on with", url.Values{"prompt": {"none"}}, "", "login_required"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			u, _ := url.Parse(b.oauth().AuthCodeURL("s1"))
			q := u.Query()
			for name, v := range tt.change {
				if q.Set(name, v[0]); v[0] == "-" {
					q.Del(name)
				}
			}
			a := b.do("GET", "/v1/authorize?"+q.Encode(), "")
			if tt.page != "" {
				if a.status != 400 || !strings.Contains(a.raw, tt.page) {
					t.Errorf("got %d, want a page %q", a.status, tt.page)
				}
			} else {
				to, _ := url.Parse(a.header.Get("Location"))
				if got := to.Query(); a.status != 302 || got.Get("error") != tt.want || got.Get("state") != "s1" {
					t.Errorf("got %d to %v, want error %s with the state", a.status, to, tt.want)
				}
			}
			if tt.want != "login_required" {
				b.wantComplaint(t, "/v1/authorize")
			}
		})
	}
}

func TestDecline(t *testing.T) {
	t.Parallel()
	b := setup(t)
	callback, err := b.Decline(b.oauth().AuthCodeURL("s1"), anna)
	if err != nil {
		t.Fatal(err)
	}
	if u, _ := url.Parse(callback); u.Query().Get("error") != "access_denied" || u.Query().Get("state") != "s1" {
		t.Errorf("came back to %s", callback)
	}
}

// token exchanges a fresh code.
func (b *testbed) accept(t *testing.T, opts ...oauth2.AuthCodeOption) string {
	t.Helper()
	callback, err := b.Accept(b.oauth().AuthCodeURL("s1", opts...), anna)
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(callback)
	return u.Query().Get("code")
}

func (b *testbed) form(form url.Values) answer {
	b.t.Helper()
	nobody := *b.oauth()
	form.Set("client_id", nobody.ClientID)
	if !form.Has("client_secret") {
		form.Set("client_secret", nobody.ClientSecret)
	}
	return b.do("POST", "/v1/access_token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Authorization", "")
}

func TestRefusedCode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		opts   []oauth2.AuthCodeOption
		change func(*testbed, url.Values)
		status int
		text   string
		loud   bool
	}{
		{"wrong secret", nil, func(_ *testbed, f url.Values) { f.Set("client_secret", "x") }, 401, "Client secret is invalid", false},
		{"unknown code", nil, func(_ *testbed, f url.Values) { f.Set("code", "x") }, 400, "The authorization code is invalid, expired or was used before.", false},
		{"five minutes later", nil, func(b *testbed, _ url.Values) { b.clock.Advance(codeLife) }, 400, "The authorization code is invalid, expired or was used before.", false},
		{"other redirect address", nil, func(_ *testbed, f url.Values) { f.Set("redirect_uri", "http://x/") }, 400, "The redirect_uri does not match.", true},
		{"verifier missing", []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(strings.Repeat("a", 43))}, func(*testbed, url.Values) {}, 400, "The code_verifier does not match the code_challenge.", false},
		{"verifier of another flow", []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(strings.Repeat("a", 43))}, func(_ *testbed, f url.Values) { f.Set("code_verifier", strings.Repeat("b", 43)) }, 400, "The code_verifier does not match the code_challenge.", false},
		{"grant nobody knows", nil, func(_ *testbed, f url.Values) { f.Set("grant_type", "password") }, 400, "The grant type is not supported.", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			f := url.Values{"grant_type": {"authorization_code"}, "code": {b.accept(t, tt.opts...)}, "redirect_uri": {b.client.RedirectURIs[0]}}
			tt.change(b, f)
			a := b.form(f)
			if a.status != tt.status || a.text() != tt.text {
				t.Errorf("got %d %q, want %d %q", a.status, a.text(), tt.status, tt.text)
			}
			if tt.loud {
				b.wantComplaint(t, "/v1/access_token")
			}
		})
	}
}

func TestTokenLives(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.form(url.Values{"grant_type": {"authorization_code"}, "code": {b.accept(t)}, "redirect_uri": {b.client.RedirectURIs[0]}}).body
	b.token = first["access_token"].(string)
	refresh := func() answer {
		return b.form(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {first["refresh_token"].(string)}})
	}

	b.clock.Advance(accessLife - time.Second)
	if a := b.do("GET", "/v1/people/me", ""); a.status != 200 {
		t.Errorf("a second before 14 days: %d", a.status)
	}
	b.clock.Advance(time.Second)
	if a := b.do("GET", "/v1/people/me", ""); a.status != 401 || a.text() != "The request requires a valid access token set in the Authorization request header." {
		t.Errorf("after 14 days: %d %q", a.status, a.text())
	}
	a := refresh()
	if a.status != 200 || a.body["refresh_token"] != first["refresh_token"] || a.body["expires_in"] != 1209600.0 {
		t.Errorf("refresh: %d %v", a.status, a.body)
	}
	b.clock.Advance(refreshLife - time.Second) // 90 days from its last use
	if a := refresh(); a.status != 200 {
		t.Errorf("refresh after nearly 90 days more: %d", a.status)
	}
	b.clock.Advance(refreshLife)
	if a := refresh(); a.status != 400 || !strings.Contains(a.text(), "The refresh token provided is expired, revoked, malformed, or invalid") {
		t.Errorf("refresh after 90 days: %d %q", a.status, a.text())
	}
}

func TestRotateRefresh(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.RotateRefresh, b.RFCErrors = true, true
	_, old := b.IssueTokens(anna, b.client.ClientID, allScopes...)
	f := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {old}}
	if a := b.form(f); a.status != 200 || a.body["refresh_token"] == old {
		t.Errorf("refresh: %d %v", a.status, a.body)
	}
	if a := b.form(f); a.status != 400 || a.body["error"] != "invalid_grant" {
		t.Errorf("the old token: %d %s", a.status, a.raw)
	}
}

func TestRevokeAndExpire(t *testing.T) {
	t.Parallel()
	b := setup(t)
	access, refresh := b.IssueTokens(anna, b.client.ClientID, allScopes...)
	b.token = access
	f := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}
	b.ExpireTokens(anna)
	if got := b.do("GET", "/v1/people/me", "").status; got != 401 {
		t.Errorf("expired token: %d", got)
	}
	if got := b.form(f).status; got != 200 {
		t.Errorf("refresh after that: %d", got)
	}
	b.RevokeGrant(anna)
	if got := b.form(f).status; got != 400 {
		t.Errorf("refresh after revocation: %d", got)
	}
}

// browserPage is what a person could press on a page.
type browserPage struct {
	text    string
	hidden  url.Values
	buttons []struct{ name, value string }
}

func (p browserPage) fields(account string) url.Values {
	q := url.Values{}
	for name, v := range p.hidden {
		q[name] = v
	}
	if account != "" {
		q.Set("account", account)
	}
	return q
}

func get(t *testing.T, address string) browserPage {
	t.Helper()
	req, _ := http.NewRequestWithContext(t.Context(), "GET", address, nil)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	doc, err := html.Parse(strings.NewReader(string(raw)))
	if err != nil || res.StatusCode != 200 {
		t.Fatalf("%s: %d %v", address, res.StatusCode, err)
	}
	p := browserPage{text: string(raw), hidden: url.Values{}}
	for n := range doc.Descendants() {
		attr := map[string]string{}
		for _, a := range n.Attr {
			attr[a.Key] = a.Val
		}
		switch n.Data {
		case "input":
			p.hidden.Set(attr["name"], attr["value"])
		case "button":
			p.buttons = append(p.buttons, struct{ name, value string }{attr["name"], attr["value"]})
		}
	}
	return p
}

// post sends a form and returns where it leads.
func post(t *testing.T, address string, form url.Values) *url.URL {
	t.Helper()
	req, _ := http.NewRequestWithContext(context.WithoutCancel(t.Context()), "POST", address, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	to, err := res.Location()
	if err != nil {
		t.Fatalf("POST %s: %d without Location", address, res.StatusCode)
	}
	return to
}
