package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"webex-scheduler/internal/sandbox"
)

// refresh is what the program does at either token endpoint.
func (w *world) refresh(path, clientID, secret, token string) reply {
	form := "grant_type=refresh_token&client_id=" + clientID + "&client_secret=" + secret + "&refresh_token=" + token
	req, err := http.NewRequestWithContext(w.t.Context(), "POST", w.url+path, strings.NewReader(form))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.exchange(req)
}

func (w *world) refreshMicrosoft(who string) reply {
	_, token := w.Microsoft.IssueTokens(who, w.MicrosoftClientID, "openid", "offline_access", "Calendars.ReadWrite")
	return w.refresh("/organizations/oauth2/v2.0/token", w.MicrosoftClientID, w.MicrosoftClientSecret, token)
}

func (w *world) refreshWebex(who string) reply {
	_, token := w.Webex.IssueTokens(who, w.WebexClientID, "spark:people_read")
	return w.refresh("/v1/access_token", w.WebexClientID, w.WebexClientSecret, token)
}

func TestBrokenTokenRequests(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		broken sandbox.Break
		webex  bool
		status int
		says   string
	}{
		{"throttled", sandbox.Break{Fault: sandbox.EntraThrottled}, false, 429, "temporarily_unavailable"},
		{"down", sandbox.Break{Fault: sandbox.EntraUnavailable}, false, 503, "temporarily_unavailable"},
		{"cut", sandbox.Break{Fault: sandbox.EntraReset}, false, 0, ""},
		{"answer lost", sandbox.Break{Fault: sandbox.EntraResetAfter}, false, 0, ""},
		{"secret expired", sandbox.Break{Fault: sandbox.MicrosoftSecret}, false, 401, "AADSTS7000222"},
		{"secret wrong", sandbox.Break{Fault: sandbox.MicrosoftSecret, Code: 7000215}, false, 401, "AADSTS7000215"},
		{"refresh refused", sandbox.Break{Fault: sandbox.MicrosoftRefresh}, false, 400, "AADSTS50173"},
		{"second factor", sandbox.Break{Fault: sandbox.MicrosoftRefresh, Code: 50076}, false, 400, "interaction_required"},
		{"secret refused by Webex", sandbox.Break{Fault: sandbox.WebexSecretFails}, true, 401, "Client secret is invalid"},
		{"Webex throttled", sandbox.Break{Fault: sandbox.WebexThrottled, Call: "POST /v1/access_token"}, true, 429, "429"},
		{"Webex cut", sandbox.Break{Fault: sandbox.WebexReset, Call: "/v1/access_token"}, true, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			c.broken.Times = 1
			if c.broken.Fault != sandbox.MicrosoftSecret && c.broken.Fault != sandbox.WebexSecretFails { // nobody's
				c.broken.Who = ana
			}
			refresh := w.refreshMicrosoft
			if c.webex {
				refresh = w.refreshWebex
			}
			w.breaks(c.broken)
			if c.broken.Who != "" {
				if got := refresh(bo); got.status != 200 {
					t.Errorf("somebody else's refresh: %d %s", got.status, got.body)
				}
			}
			mark := w.Trace.Last()
			if got := refresh(ana); got.status != c.status || !strings.Contains(got.body, c.says) {
				t.Errorf("answered %d %s, want %d with %q", got.status, got.body, c.status, c.says)
			}
			if e := w.Trace.Since(mark)[0]; e.Fault != string(c.broken.Fault) {
				t.Errorf("logged %+v", e)
			}
			if got := refresh(ana); got.status != 200 {
				t.Errorf("the next refresh: %d %s", got.status, got.body)
			}
		})
	}
}

// with is the status of a read with a token issued before.
func (w *world) with(token, path string) int {
	w.t.Helper()
	req := w.request("GET", path, nil)
	req.Header.Set("Authorization", "Bearer "+token)
	return w.exchange(req).status
}

func TestGrantsEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault           sandbox.Fault
		access, refresh bool   // still good
		says            string // of the refresh
	}{
		{sandbox.MicrosoftTokensExpire, false, true, ""},
		{sandbox.MicrosoftSignedOut, true, false, "AADSTS50173"},
		{sandbox.MicrosoftConsentGone, true, false, "AADSTS65001"},
		{sandbox.WebexTokensExpire, false, true, ""},
		{sandbox.WebexGrantGone, false, false, "expired, revoked, malformed, or invalid"},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			tokens := func(who string) (path, access string, refresh func() reply) {
				if strings.HasPrefix(string(c.fault), "webex") {
					access, token := w.Webex.IssueTokens(who, w.WebexClientID, "meeting:schedules_read")
					return "/v1/meetings", access, func() reply { return w.refresh("/v1/access_token", w.WebexClientID, w.WebexClientSecret, token) }
				}
				access, token := w.Microsoft.IssueTokens(who, w.MicrosoftClientID, "offline_access", "Calendars.ReadWrite")
				return "/v1.0/me/events", access, func() reply {
					return w.refresh("/organizations/oauth2/v2.0/token", w.MicrosoftClientID, w.MicrosoftClientSecret, token)
				}
			}
			path, access, refresh := tokens(ana)
			_, theirAccess, theirRefresh := tokens(bo)
			w.breaks(sandbox.Break{Fault: c.fault, Who: ana})
			if good := w.with(access, path) == 200; good != c.access {
				t.Errorf("access token good: %v, want %v", good, c.access)
			}
			if got := refresh(); (got.status == 200) != c.refresh || !strings.Contains(got.body, c.says) {
				t.Errorf("refresh: %d %s", got.status, got.body)
			}
			if w.with(theirAccess, path) != 200 || theirRefresh().status != 200 {
				t.Error("somebody else's grant ended too")
			}
			w.breaks(sandbox.Break{Fault: c.fault}) // everybody's
			if good := w.with(theirAccess, path) == 200; good != c.access {
				t.Errorf("bo's access token good: %v, want %v", good, c.access)
			}
		})
	}
}
