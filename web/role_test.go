package web_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/web"
)

// may is the role that each address of the console wants; empty: another test's
// matter, since administrators of Microsoft come there who have none yet.
var may = map[string]meeting.Role{
	"GET /admin":                            meeting.RoleReader,
	"GET /admin/settings":                   meeting.RoleReader,
	"GET /admin/owners":                     meeting.RoleReader,
	"GET /admin/receipts":                   meeting.RoleReader,
	"GET /admin/mailboxes/:object":          meeting.RoleReader,
	"GET /admin/mailboxes/:object/receipts": meeting.RoleReader,
	"GET /admin/mailboxes/:object/history":  meeting.RoleReader,
	"POST /admin/mailboxes/:object/release": meeting.RoleOperator,
	"POST /admin/mailboxes/:object/look":    meeting.RoleOperator,
	"POST /admin/mailboxes/:object/orphans": meeting.RoleOperator,
	"POST /admin/hosts":                     meeting.RoleOperator,
	"POST /admin/hosts/remove":              meeting.RoleOperator,
	"POST /admin/look":                      meeting.RoleOperator,
	"POST /admin/pause":                     meeting.RoleOperator,
	"POST /admin/mailboxes":                 meeting.RoleOwner,
	"POST /admin/mailboxes/preview":         meeting.RoleOwner,
	"POST /admin/settings":                  meeting.RoleOwner,
	"POST /admin/owners":                    meeting.RoleOwner,
	"POST /admin/owners/remove":             meeting.RoleOwner,
	"GET /admin/connect/webex":              meeting.RoleOwner,
	"POST /admin/connect/webex/confirm":     meeting.RoleOwner,
	"GET /admin/consent":                    "",
	"GET /admin/consent/start":              "",
	"GET /admin/consent/callback":           "",
}

// TestRoles: each role does what it may, and nothing else; a guest, and somebody of
// another tenant, nothing at all, whatever they were appointed.
func TestRoles(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(slices.Sorted(maps.Keys(may)), web.AdminRoutes(t)); diff != "" {
		t.Fatalf("addresses of the console (-here +routed):\n%s", diff)
	}
	for name, c := range map[string]struct {
		who   meeting.AccountID
		role  meeting.Role
		has   meeting.Role // in the end
		guest bool
	}{
		"nobody":                          {who: petr},
		"reader":                          {petr, meeting.RoleReader, meeting.RoleReader, false},
		"operator":                        {petr, meeting.RoleOperator, meeting.RoleOperator, false},
		"owner":                           {jana, "", meeting.RoleOwner, false},
		"guest, appointed":                {petr, meeting.RoleOperator, "", true},
		"a role that nobody knows":        {petr, "king", "", false},
		"another tenant's, appointed too": {meeting.NewAccountID("dddddddd-0000-4000-8000-00000000000d", "d"), meeting.RoleOperator, "", false},
	} {
		for address, wants := range may {
			if wants == "" {
				continue
			}
			t.Run(name+" "+address, func(t *testing.T) {
				t.Parallel()
				r := setup(t)
				r.authorised(t)
				if c.role != "" {
					r.store.appointed = append(r.store.appointed, meeting.Appointment{Account: c.who, UPN: "petr@contoso.example", Role: c.role, Giver: jana})
				}
				b := r.signedIn(t, c.who)
				account := r.store.accounts[c.who]
				account.Guest = c.guest
				r.store.accounts[c.who] = account
				method, path, _ := strings.Cut(address, " ")
				path = strings.Replace(path, ":object", string(petr.Object()), 1)
				before, acts := r.store.tenants[contoso], len(r.store.receipts)
				res := b.do(method, path, "")
				switch allowed := c.has.May(wants); {
				case allowed && res.StatusCode == http.StatusForbidden:
					t.Errorf("refused with %d", res.StatusCode)
				case !allowed && res.StatusCode != http.StatusForbidden && (res.StatusCode != http.StatusSeeOther || c.who.Tenant() == contoso):
					t.Errorf("status %d, want 403", res.StatusCode)
				case !allowed && (len(r.store.receipts) != acts || !cmp.Equal(before, r.store.tenants[contoso])):
					t.Error("something was done")
				}
			})
		}
	}
}

// TestAppointRoles: an owner gives roles and takes them back; the pages offer nobody
// what they may not do.
func TestAppointRoles(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	r.store.accounts[petr] = meeting.Account{ID: petr, UPN: "petr@contoso.example"}
	b := r.signedIn(t, jana)
	wantStatus(t, b.send("/admin/owners", "who", "petr@contoso.example", "role", "king"), http.StatusBadRequest)
	res := b.send("/admin/owners", "who", "jana@contoso.example", "role", "reader")
	wantStatus(t, res, http.StatusConflict)
	wantText(t, res, "is an owner, who may do all that")
	if len(r.store.appointed) != 0 {
		t.Fatalf("appointed %v", r.store.appointed)
	}
	forms := func(page string) (n int) {
		return strings.Count(page, `method="post"`) - strings.Count(page, `action="/signout"`)
	}
	for _, c := range []struct{ role, title, console, settings string }{
		{"reader", "Reader", "Owners choose this.", "Owners decide this."}, {"operator", "Operator", "Look again now", "Pause everything"},
	} {
		wantRedirect(t, b.send("/admin/owners", "who", "petr@contoso.example", "role", c.role), "/admin/owners")
		wantText(t, b.get("/admin/owners"), c.title, "Appointed by jana@contoso.example")
		other := r.signedIn(t, petr)
		wantText(t, other.get("/admin"), c.console)
		wantText(t, other.get("/admin/settings"), c.settings)
		if strings.Contains(text(t, other.get("/admin/owners")), "Appoint another") {
			t.Errorf("a %s may appoint", c.role)
		}
		for _, page := range []string{"/admin", "/admin/settings", "/admin/owners"} {
			if n := forms(text(t, other.get(page))); c.role == "reader" && n > 0 {
				t.Errorf("a reader has %d forms on %s", n, page)
			}
		}
	}
	other := r.signedIn(t, petr)
	wantRedirect(t, b.send("/admin/owners/remove", "account", string(petr.Object())), "/admin/owners")
	wantStatus(t, other.get("/admin"), http.StatusForbidden)
	wantStatus(t, b.send("/admin/owners/remove", "account", string(petr.Object())), http.StatusNotFound)
}
