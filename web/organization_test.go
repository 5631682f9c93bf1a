package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func TestConnectOrganization(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	b := r.signedIn(t, jana)
	to := wantRedirect(t, b.get("/admin/connect/webex"), link)
	if r.webex.kind != meeting.FlowOrganization {
		t.Errorf("asked for %q", r.webex.kind)
	}
	res := b.get(back("/connect/webex/callback", to))
	wantRedirect(t, res, "/admin")
	if got := res.Header.Get("Referrer-Policy") + " " + res.Header.Get("Cache-Control"); got != "no-referrer no-store" {
		t.Errorf("callback headers = %q", got)
	}
	account := meeting.TenantAccount(contoso)
	want := meeting.Grant{ID: "offered", Account: account, Service: meeting.Webex, Subject: "jana@webex.example", SubjectID: "wx-jana", OrgID: "org",
		Site: "contoso.webex.com", Scopes: []string{"meeting:schedules_write"}, State: meeting.GrantOffered, CreatedAt: noon}
	if diff := cmp.Diff(map[string]meeting.Grant{string(account) + "webex": want}, r.store.grants); diff != "" {
		t.Errorf("grants (-want +got)\n%s", diff)
	}
	if len(r.store.connected) != 0 || r.store.tenants[contoso].WebexGrant != "" {
		t.Error("used before it is confirmed")
	}
	wantText(t, b.get("/admin"), "“<strong>Contoso Webex</strong>”", "(signed in as jana@webex.example)", "“<strong>Contoso</strong>”",
		`action="/admin/connect/webex/confirm"`, `name="grant" value="offered"`)

	res = b.send("/admin/connect/webex/confirm", "grant", "older")
	wantStatus(t, res, http.StatusConflict)
	wantText(t, res, `href="/admin"`)
	wantRedirect(t, b.send("/admin/connect/webex/confirm", "grant", "offered"), "/admin")
	page := text(t, b.get("/admin"))
	if !strings.Contains(page, "Contoso Webex") || !strings.Contains(page, ">Connect another</a>") || strings.Contains(page, "One more yes") {
		t.Errorf("page = %s", page)
	}
	wantStatus(t, b.send("/admin/connect/webex/confirm", "grant", "offered"), http.StatusConflict) // once is enough
}

func TestOrganizationNotConnected(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		break_ func(*rig)
		query  string
		status int
		want   string
	}{
		{"the administrator refuses", func(*rig) {}, "error=access_denied", 403, "Refused at webex."},
		{"scopes are missing", func(r *rig) { r.webex.fail = &errs.Error{Kind: errs.Forbidden, Message: "Not an administrator."} }, "code=c", 403, "Not an administrator."},
		{"Webex does not tell which", func(r *rig) { r.webex.nameless = errs.New(errs.Forbidden, "secret thought") }, "code=c", 503, "which organisation"},
		{"no owner any more", func(r *rig) { delete(r.store.owned, jana) }, "code=c", 403, "For owners only"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			r.authorised(t)
			b := r.signedIn(t, jana)
			to := wantRedirect(t, b.get("/admin/connect/webex"), link)
			c.break_(r)
			res := b.get("/connect/webex/callback?" + c.query + "&state=" + to.Query().Get("state"))
			wantStatus(t, res, c.status)
			page := text(t, res)
			if !strings.Contains(page, c.want) || strings.Contains(page, "secret thought") {
				t.Errorf("page = %s", page)
			}
			if r.store.tenants[contoso].WebexOffered != "" {
				t.Error("something is offered")
			}
		})
	}
}

func TestOrganizationWithoutAName(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	r.webex.unnamed = true
	b := r.signedIn(t, jana)
	wantRedirect(t, b.get(back("/connect/webex/callback", wantRedirect(t, b.get("/admin/connect/webex"), link))), "/admin")
	wantText(t, b.get("/admin"), "The organisation of jana@webex.example")
}
