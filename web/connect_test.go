package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func TestConnectWebex(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	r.store.accounts[jana] = meeting.Account{ID: jana, UPN: "jana@contoso.example", Mail: "jana.n@contoso.example"}
	to := wantRedirect(t, b.get("/connect/webex"), link)
	if flow := r.store.flows[to.Query().Get("state")]; flow.Kind != meeting.FlowWebex || flow.Account != jana {
		t.Errorf("flow = %+v", flow)
	}
	if r.webex.hint != "jana.n@contoso.example" {
		t.Errorf("hint = %q", r.webex.hint)
	}
	res := b.get(back("/connect/webex/callback", to), "Accept-Language", "fr")
	if to := wantRedirect(t, res, "/account"); to.String() != "/account" {
		t.Errorf("leads to %s", to)
	}
	if got := res.Header.Get("Referrer-Policy") + " " + res.Header.Get("Cache-Control"); got != "no-referrer no-store" {
		t.Errorf("callback headers = %q", got)
	}
	want := meeting.Grant{Account: jana, Service: meeting.Webex, Subject: "jana@webex.example", SubjectID: "wx-jana",
		Site: "contoso.webex.com", Scopes: []string{"meeting:schedules_write"}, State: meeting.GrantLive, CreatedAt: noon}
	if diff := cmp.Diff(want, r.store.grants[string(jana)+"webex"]); diff != "" {
		t.Errorf("grant (-want +got)\n%s", diff)
	}
	if r.store.tokens[string(jana)+"webex"].Access.Reveal() != "wx-token" || len(r.store.connected) != 1 {
		t.Error("token not kept or not connected")
	}
	if got := r.store.accounts[jana].Language; got != "fr" {
		t.Errorf("language = %q, want the browser's", got)
	}
}

// An attacker who stops before the end of their own linking, and gets the
// victim to open the finished address, must not link their Webex account to
// the victim's calendar.
func TestFinishedLinkOfAnAttacker(t *testing.T) {
	t.Parallel()
	r := setup(t)
	attacker, victim := r.signedIn(t, petr), r.signedIn(t, jana)
	to := wantRedirect(t, attacker.get("/connect/webex"), link)
	address := back("/connect/webex/callback", to)

	wantStatus(t, victim.get(address), http.StatusBadRequest)
	// Even with the attacker's flow cookie in the victim's browser.
	victim.cookies["__Host-flow"] = attacker.cookies["__Host-flow"]
	wantStatus(t, victim.get(address), http.StatusBadRequest)
	if len(r.store.grants) != 0 || len(r.store.connected) != 0 {
		t.Error("a grant was kept")
	}
}

func TestStateIsOfOneKind(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	linking := wantRedirect(t, b.get("/connect/webex"), link)
	signing := wantRedirect(t, b.get("/signin"), login)
	wantStatus(t, b.get(back("/signin/callback", linking)), http.StatusBadRequest)
	wantStatus(t, b.get(back("/connect/webex/callback", signing)), http.StatusBadRequest)
}

func TestWebexNotConnected(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		break_ func(*rig)
		query  string
		status int
		want   string
	}{
		{"the person refuses", func(*rig) {}, "error=access_denied", http.StatusForbidden, "Refused at webex."},
		{"a scope is missing", func(r *rig) {
			r.webex.fail = &errs.Error{Kind: errs.Forbidden, Message: "A permission is missing."}
		}, "code=c", http.StatusForbidden, "A permission is missing."},
		{"Webex does not say who it is", func(r *rig) {
			r.webex.nameless = errs.New(errs.Forbidden, "webex: me: 403 trackingId X")
		}, "code=c", http.StatusServiceUnavailable, "whose account this is"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			c.break_(r)
			b := r.signedIn(t, jana)
			to := wantRedirect(t, b.get("/connect/webex"), link)
			res := b.get("/connect/webex/callback?" + c.query + "&state=" + to.Query().Get("state"))
			wantStatus(t, res, c.status)
			page := text(t, res)
			if !strings.Contains(page, c.want) || !strings.Contains(page, `href="/account"`) || strings.Contains(page, "trackingId") {
				t.Errorf("page lacks %q or a way on, or says too much:\n%s", c.want, page)
			}
			if len(r.store.grants) != 0 {
				t.Error("a grant was kept")
			}
			if c.name == "Webex does not say who it is" && !strings.Contains(r.log.String(), "trackingId X") {
				t.Error("the cause is not in the log")
			}
		})
	}
}

func TestLinkingNeverReturnsToItself(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	to := wantRedirect(t, b.get("/connect/webex?return_to=/connect/webex"), link)
	wantRedirect(t, b.get(back("/connect/webex/callback", to)), "/account")
}

func TestDisconnect(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	res := b.post("/account/disconnect")
	wantStatus(t, res, http.StatusOK)
	wantText(t, res, "https://myapps.microsoft.com", "https://idbroker.webex.com/idb/profile#/tokens", "Meetings already made stay")
	if diff := cmp.Diff([]meeting.AccountID{jana}, r.store.disconnected); diff != "" {
		t.Errorf("disconnected (-want +got)\n%s", diff)
	}
	if b.cookies["__Host-session"] != nil {
		t.Error("the cookie is still there")
	}
	wantRedirect(t, b.get("/account"), "/signin")
}
