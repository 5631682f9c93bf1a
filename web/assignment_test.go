package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func TestAssignHost(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	b := r.signedIn(t, jana)
	to := wantRedirect(t, b.send("/admin/hosts", "mailbox", " Info@contoso.example ", "host", "Jana@webex.example"), "/admin")
	want := meeting.Assignment{Address: "info@contoso.example", HostID: "w-jana@webex.example", HostEmail: "jana@webex.example"}
	if diff := cmp.Diff(want, r.store.given[contoso][1]); diff != "" || to.Fragment != "hosts" {
		t.Errorf("leads to %s, kept (-want +got)\n%s", to, diff)
	}
	page := text(t, b.get("/admin"))
	for _, want := range []string{"desk@contoso.example", "shared mailbox", "Hosted by jana@webex.example", `href="/admin?q=info%40contoso.example#mailboxes"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	wantRedirect(t, b.send("/admin/hosts/remove", "mailbox", "Info@contoso.example"), "/admin")
	if n := len(r.store.given[contoso]); n != 1 {
		t.Errorf("%d are left, want 1", n)
	}
	wantStatus(t, b.send("/admin/hosts/remove", "mailbox", "info@contoso.example"), http.StatusNotFound)
}

func TestAssignHostRefused(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	b := r.signedIn(t, jana)
	for _, c := range []struct {
		name, mailbox, host string
		why                 meeting.Reason
		fail                error
		status              int
		want                string
	}{
		{"no mailbox", "", "jana@webex.example", "", nil, 400, "Type one address."},
		{"two mailboxes", "a@contoso.example b@contoso.example", "jana@webex.example", "", nil, 400, "Type one address."},
		{"no address", "info", "jana@webex.example", "", nil, 400, "“info” is not a mail address."},
		{"no host", "info@contoso.example", "", "", nil, 400, `aria-describedby="host-refused" aria-invalid="true"`},
		{"an unknown mailbox", "info@contoso.example", "jana@webex.example", meeting.LeftUnknown, nil, 400, "no mailbox with the address info@contoso.example"},
		{"a guest", "mia@contoso.example", "jana@webex.example", meeting.LeftGuest, nil, 400, "A guest of your organisation."},
		{"an unknown host", "info@contoso.example", "eve@webex.example", meeting.HostNone, nil, 400, "Webex knows nobody in your organisation with the address eve@webex.example."},
		{"one who may not host", "info@contoso.example", "eve@webex.example", meeting.HostCannot, nil, 400, "The Webex account eve@webex.example may not host meetings."},
		{"no Webex", "info@contoso.example", "eve@webex.example", meeting.HostNoWebex, nil, 409, "Connect your Webex organisation first"},
		{"a permission that was taken back", "info@contoso.example", "eve@webex.example", "", errs.New(errs.Forbidden, "secret thought"), 403, "See the authorisation."},
		{"Webex away", "info@contoso.example", "eve@webex.example", "", errs.New(errs.Unavailable, "secret thought"), 503, "Nothing was saved."},
		{"our own fault", "info@contoso.example", "eve@webex.example", "", errs.New(errs.Internal, "secret thought"), 500, "request"},
	} {
		r.rehearsal.refused, r.rehearsal.fail = c.why, c.fail
		res := b.send("/admin/hosts", "mailbox", c.mailbox, "host", c.host)
		page := text(t, res)
		if res.StatusCode != c.status || !strings.Contains(page, c.want) || strings.Contains(page, "secret") {
			t.Errorf("%s: status %d\n%s", c.name, res.StatusCode, page)
		}
		if c.status != 500 && !strings.Contains(page, `name="mailbox" value="`+c.mailbox+`"`) {
			t.Errorf("%s: what was typed is gone", c.name)
		}
	}
	if n := len(r.store.given[contoso]); n != 1 {
		t.Errorf("%d assignments are kept, want none more", n)
	}
}

// TestAssignHostElsewhere: whatever is named, it is meant in the own tenant.
func TestAssignHostElsewhere(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.authorised(t)
	b := r.signedIn(t, omar)
	wantRedirect(t, b.send("/admin/hosts", "mailbox", "desk@contoso.example", "host", "omar@fabrikam.example"), "/admin")
	if len(r.store.given[contoso]) != 1 || len(r.store.given[fabrikam]) != 1 || r.rehearsal.asked[0].Addresses[0] != string(fabrikam) {
		t.Errorf("asked %v, kept %v", r.rehearsal.asked, r.store.given)
	}
	p := r.signedIn(t, petr)
	wantStatus(t, p.send("/admin/hosts", "mailbox", "desk@contoso.example", "host", "petr@contoso.example"), http.StatusForbidden)
	if len(r.store.given[contoso]) != 1 || len(r.rehearsal.asked) != 1 {
		t.Error("somebody who is no owner gave a host")
	}
}
