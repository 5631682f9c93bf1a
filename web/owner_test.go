package web_test

import (
	"net/http"
	"strings"
	"testing"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/web"
)

// TestConfiguredOwners: by id at once; by name, the first member who signs in with it.
func TestConfiguredOwners(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		admins []string
		break_ func(*rig)
		status int
	}{
		{"by id", []string{strings.ToUpper(string(jana))}, func(*rig) {}, 200},
		{"by name", []string{"JANA@contoso.example"}, func(*rig) {}, 200},
		{"another's name", []string{"petr@contoso.example"}, func(*rig) {}, 403},
		{"a name that a guest signs in with", []string{"jana@contoso.example"}, func(r *rig) { r.microsoft.guest = true }, 403},
		{"a name that is somebody else's already", []string{"jana@contoso.example"}, func(r *rig) { r.store.bound[string(contoso)+" jana@contoso.example"] = petr }, 403},
		{"a name that is not configured any more", nil, func(r *rig) { r.store.bound[string(contoso)+" jana@contoso.example"] = jana }, 403},
		{"the same name in another tenant", []string{"jana@contoso.example"}, func(r *rig) { r.store.bound[string(fabrikam)+" jana@contoso.example"] = omar }, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t, func(config *web.Config) { config.Admins = c.admins })
			r.authorised(t)
			clear(r.store.owned)
			c.break_(r)
			b := r.browser(t)
			wantRedirect(t, b.get(back("/signin/callback", wantRedirect(t, b.get("/signin?return_to=/admin"), login))), "/admin")
			wantStatus(t, b.get("/admin"), c.status)
		})
	}
}

func TestAppoint(t *testing.T) {
	t.Parallel()
	const lara = meeting.AccountID("11111111-1111-1111-1111-111111111111/66666666-6666-6666-6666-666666666666")
	for _, c := range []struct {
		name, who string
		want      meeting.AccountID // empty: refused
		text      string
	}{
		{"who signed in, by name", "Petr@contoso.example", petr, ""},
		{"who signed in, by id", string(petr.Object()), petr, ""},
		{"a mailbox, by name", "lara@contoso.example", lara, ""},
		{"a mailbox, by id", " " + string(lara.Object()) + " ", lara, ""},
		{"nobody", "x@contoso.example", "", "Nobody of your organisation"},
		{"part of a name", "lara", "", "Nobody of your organisation"},
		{"nothing", " ", "", "Type a user name"},
		{"somebody of another tenant, by name", "omar@fabrikam.example", "", "Nobody of your organisation"},
		{"somebody of another tenant, by id", string(omar.Object()), "", "Nobody of your organisation"},
		{"a guest who signed in", "guest@contoso.example", "", "is a guest"},
		{"a guest in the directory", "visitor@fabrikam.example", "", "is a guest"},
		{"a mailbox known by its address alone", "list@contoso.example", "", "has to sign in here once"},
		{"markup", "<b>x</b>", "", "&lt;b&gt;x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			r.authorised(t)
			guest := meeting.NewAccountID(contoso, "77777777-7777-7777-7777-777777777777")
			r.store.accounts[petr] = meeting.Account{ID: petr, UPN: "petr@contoso.example"}
			r.store.accounts[omar] = meeting.Account{ID: omar, UPN: "omar@fabrikam.example"}
			r.store.accounts[guest] = meeting.Account{ID: guest, UPN: "guest@contoso.example", Guest: true}
			r.store.mailboxes = append(r.store.mailboxes,
				meeting.ConsoleMailbox{Account: lara, UPN: "lara@contoso.example", State: meeting.MailboxInStep},
				meeting.ConsoleMailbox{Account: meeting.NewAccountID(contoso, "list@contoso.example"), UPN: "list@contoso.example", State: meeting.MailboxInStep},
				meeting.ConsoleMailbox{Account: meeting.NewAccountID(contoso, "88888888-8888-8888-8888-888888888888"), UPN: "visitor@fabrikam.example", State: meeting.MailboxLeftOut, Why: meeting.LeftGuest},
			)
			b := r.signedIn(t, jana)
			res := b.send("/admin/owners", "who", c.who)
			if c.want == "" {
				wantStatus(t, res, http.StatusBadRequest)
				wantText(t, res, c.text, `role="alert"`)
				if len(r.store.owned) != 2 {
					t.Errorf("owners = %v", r.store.owned)
				}
				return
			}
			wantRedirect(t, res, "/admin/owners")
			owner := r.store.owned[c.want]
			if owner.By != meeting.OwnerAppointed || owner.Giver != jana || !owner.Since.Equal(noon) || owner.UPN == "" {
				t.Errorf("owner = %+v", owner)
			}
		})
	}
}

func TestRemoveOwner(t *testing.T) {
	t.Parallel()
	r := setup(t, func(config *web.Config) { config.Admins = []string{"lara@contoso.example"} })
	r.authorised(t)
	lara := meeting.NewAccountID(contoso, "66666666-6666-6666-6666-666666666666")
	r.store.owned[petr] = meeting.Owner{Account: petr, UPN: "petr@contoso.example", By: meeting.OwnerAppointed, Giver: jana}
	r.store.bound[string(contoso)+" lara@contoso.example"] = lara
	b, other := r.signedIn(t, jana), r.signedIn(t, petr)
	wantText(t, b.get("/admin/owners"), "jana@contoso.example", "(you)", "Appointed by jana@contoso.example", "lara@contoso.example")
	wantStatus(t, other.get("/admin/owners"), http.StatusOK)

	res := b.send("/admin/owners/remove", "account", string(lara.Object()))
	wantStatus(t, res, http.StatusConflict)
	wantText(t, res, "SCHEDULER_ADMINS")
	wantStatus(t, b.send("/admin/owners/remove", "account", string(omar.Object())), http.StatusNotFound)
	wantStatus(t, b.send("/admin/owners/remove"), http.StatusNotFound)

	wantRedirect(t, b.send("/admin/owners/remove", "account", string(petr.Object())), "/admin/owners")
	wantRedirect(t, other.get("/admin/owners"), "/signin") // the session is over
	wantStatus(t, r.signedIn(t, petr).get("/admin/owners"), http.StatusForbidden)

	// Beside a configured owner Jana may go; as the last one she may not.
	clear(r.store.bound)
	res = b.send("/admin/owners/remove", "account", string(jana.Object()))
	wantStatus(t, res, http.StatusConflict)
	wantText(t, res, "You are the last owner.")
	if _, ok := r.store.owned[omar]; !ok || len(r.store.owned) != 2 {
		t.Errorf("owners = %v", r.store.owned)
	}
	r.store.bound[string(contoso)+" lara@contoso.example"] = lara
	wantRedirect(t, b.send("/admin/owners/remove", "account", string(jana.Object())), "/account")
}
