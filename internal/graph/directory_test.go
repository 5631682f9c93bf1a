package graph

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/roster"
	"webex-scheduler/internal/sandbox/fakems"
)

var _ roster.Directory = (*Client)(nil)

// setupTenant is setup where an administrator granted the permissions.
func setupTenant(t *testing.T, permissions ...string) (*world, meeting.TenantID) {
	t.Helper()
	w := setup(t)
	tenant := w.mailbox.Tenant()
	if len(permissions) > 0 {
		w.fake.GrantTenant(string(tenant), w.app.ClientID, permissions...)
	}
	return w, tenant
}

func (w *world) user(t *testing.T, upn string, change func(*fakems.User)) fakems.User {
	t.Helper()
	u := fakems.User{TenantID: string(w.mailbox.Tenant()), UserPrincipalName: upn}
	if change != nil {
		change(&u)
	}
	return w.fake.AddUser(u)
}

// TestEachPermissionIsProvenByItsOwnRead, and refuted without it.
func TestEachPermissionIsProvenByItsOwnRead(t *testing.T) {
	t.Parallel()
	for _, p := range meeting.Permissions {
		w, tenant := setupTenant(t)
		erik := w.user(t, "erik@contoso.example", func(u *fakems.User) { u.NoMailbox = true })
		for _, somebody := range []meeting.ObjectID{w.mailbox.Object(), meeting.ObjectID(erik.ID), "nobody@contoso.example", ""} {
			if err := w.Prove(t.Context(), tenant, p.Name, somebody); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s by %q before the consent: %v, want forbidden", p.Name, somebody, err)
			}
		}
		for _, other := range meeting.Permissions {
			if other.Name != p.Name && !slices.Contains(p.Instead, other.Name) {
				w.fake.GrantTenant(string(tenant), w.app.ClientID, other.Name)
			}
		}
		if err := w.Prove(t.Context(), tenant, p.Name, w.mailbox.Object()); !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s with all others: %v, want forbidden", p.Name, err)
		}
		for _, enough := range append(p.Instead, p.Name) {
			w.fake.WithdrawTenant(string(tenant), w.app.ClientID)
			w.fake.GrantTenant(string(tenant), w.app.ClientID, enough)
			for _, somebody := range []meeting.ObjectID{w.mailbox.Object(), meeting.ObjectID(erik.ID), "nobody@contoso.example", ""} {
				if err := w.Prove(t.Context(), tenant, p.Name, somebody); err != nil {
					t.Errorf("%s by %q with %s: %v", p.Name, somebody, enough, err)
				}
			}
		}
	}
}

// TestMailboxOutOfReachProvesThePermission: Exchange looks at the mailbox after
// the permission.
func TestMailboxOutOfReachProvesThePermission(t *testing.T) {
	t.Parallel()
	w, tenant := setupTenant(t, meeting.CalendarsReadWrite)
	w.fake.AddTenant(fakems.Tenant{ID: string(tenant), Name: "Contoso", Domain: "contoso.example", OutOfReach: []string{bo}})
	if err := w.Prove(t.Context(), tenant, meeting.CalendarsReadWrite, w.mailbox.Object()); err != nil {
		t.Error(err)
	}
	if _, err := w.CalendarOwner(t.Context(), tenant, w.mailbox.Object()); !errs.Is(err, errs.Forbidden) {
		t.Errorf("its owner: %v, want forbidden", err)
	}
}

func TestProofsThatProveNothing(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]errs.Kind{401: errs.SignedOut, 429: errs.Throttled, 503: errs.Unavailable, 400: errs.Invalid, 501: errs.Invalid} {
		c, _ := answering(t, reply{status: status})
		for _, p := range meeting.Permissions {
			if err := c.Prove(t.Context(), mailbox.Tenant(), p.Name, ""); !errs.Is(err, want) {
				t.Errorf("%s, answered %d: %v, want %s", p.Name, status, err, want)
			}
		}
	}
	c, requests := answering(t, reply{})
	if err := c.Prove(t.Context(), mailbox.Tenant(), "Mail.Read", ""); !errs.Is(err, errs.Invalid) || len(requests()) > 0 {
		t.Errorf("a permission we have no use for: %v, want invalid", err)
	}
}

func TestGrantedRolesAreAHint(t *testing.T) {
	t.Parallel()
	w, tenant := setupTenant(t)
	if got, err := w.GrantedRoles(t.Context(), tenant); err != nil || len(got) != 0 {
		t.Errorf("nothing granted: %v, %v", got, err)
	}
	w.fake.GrantTenant(string(tenant), w.app.ClientID, meeting.CalendarsReadWrite, "Mail.Read")
	got, err := w.GrantedRoles(t.Context(), tenant)
	if slices.Sort(got); err != nil || !slices.Equal(got, []string{meeting.CalendarsReadWrite, "Mail.Read"}) {
		t.Errorf("got %v, %v", got, err)
	}
	if w.Forget(tenant); !slices.Equal(w.forgotten, []meeting.TenantID{tenant}) {
		t.Errorf("forgot %v", w.forgotten)
	}
	for _, odd := range []string{"", "opaque", "a.b.c", "a." + base64.RawURLEncoding.EncodeToString([]byte(`{"roles":"x"}`)) + ".c", "a..c", "a.b.c.d.e"} {
		if got, legible := roles(meeting.NewSecret(odd)); len(got) > 0 || legible {
			t.Errorf("token %q names %v", odd, got)
		}
	}
}

func TestOrganization(t *testing.T) {
	t.Parallel()
	w, tenant := setupTenant(t, meeting.OrganizationReadAll)
	w.fake.AddTenant(fakems.Tenant{ID: string(tenant), Name: "Contoso Ltd", Domain: "Contoso.example", Domains: []string{"contoso.onmicrosoft.com"}})
	name, domains, err := w.Organization(t.Context(), tenant)
	if err != nil || name != "Contoso Ltd" || !slices.Equal(domains, []string{"contoso.example", "contoso.onmicrosoft.com"}) {
		t.Errorf("%q with %v, %v", name, domains, err)
	}
	c, _ := answering(t, reply{body: `{"value":[]}`})
	if _, _, err := c.Organization(t.Context(), tenant); err == nil {
		t.Error("no organisation at all is no error")
	}
}

// everybody collects pages.
func everybody(t *testing.T, list func(func([]meeting.Person) error) error) (all []meeting.Person, pages int) {
	t.Helper()
	err := list(func(some []meeting.Person) error {
		all, pages = append(all, some...), pages+1
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, pages
}

func upns(people []meeting.Person) (all []string) {
	for _, p := range people {
		all = append(all, p.UPN)
	}
	slices.Sort(all)
	return all
}

func TestPeopleOfATenant(t *testing.T) {
	t.Parallel()
	w, tenant := setupTenant(t, meeting.UserReadAll)
	w.fake.Calm = false // pages of two or three
	w.user(t, "left@contoso.example", func(u *fakems.User) { u.Disabled = true })
	w.user(t, "licensed@contoso.example", func(u *fakems.User) { u.Licensed = true; u.PreferredLanguage = "de-DE" })
	w.user(t, "zoe_fabrikam.example#EXT#@contoso.example", nil)
	for i := range 5 {
		w.user(t, fmt.Sprintf("p%d@contoso.example", i), nil)
	}
	fabrikam := w.fake.AddTenant(fakems.Tenant{Name: "Fabrikam", Domain: "fabrikam.example"})
	w.fake.AddUser(fakems.User{TenantID: fabrikam.ID, UserPrincipalName: "zoe@fabrikam.example"})
	all, pages := everybody(t, func(page func([]meeting.Person) error) error { return w.People(t.Context(), tenant, page) })
	if len(all) != 9 || pages < 3 {
		t.Errorf("%d people on %d pages", len(all), pages)
	}
	of := map[string]meeting.Person{}
	for _, p := range all {
		of[p.UPN] = p
	}
	want := meeting.Person{ID: w.mailbox.Object(), UPN: bo, Name: "Bo Beran", Mail: "Bo.Beran@contoso.example",
		Addresses: []string{"bo.beran@contoso.example", bo}, Language: "cs-CZ"}
	if diff := cmp.Diff(want, of[bo]); diff != "" {
		t.Errorf("Bo (-want +got):\n%s", diff)
	}
	for upn, want := range map[string][3]bool{
		"left@contoso.example": {true, false, false}, "licensed@contoso.example": {false, false, true},
		"zoe_fabrikam.example#EXT#@contoso.example": {false, true, false},
	} {
		if p := of[upn]; [3]bool{p.Disabled, p.Guest, p.Licensed} != want {
			t.Errorf("%s: %+v, want disabled, guest, licensed %v", upn, p, want)
		}
	}
	stop := errors.New("stop")
	if err := w.People(t.Context(), tenant, func([]meeting.Person) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("a page that cannot be taken: %v", err)
	}
}

func TestPeopleOfAGroup(t *testing.T) {
	t.Parallel()
	w, tenant := setupTenant(t, meeting.UserReadAll, meeting.GroupMemberReadAll)
	w.fake.Calm = false
	outer := w.fake.AddGroup(fakems.Group{TenantID: string(tenant), DisplayName: "Product"})
	inner := w.fake.AddGroup(fakems.Group{TenantID: string(tenant), DisplayName: "Design", Groups: []string{outer.ID}})
	var want []string
	for i := range 6 {
		u := w.user(t, fmt.Sprintf("p%d@contoso.example", i), func(u *fakems.User) { u.Groups = []string{[]string{outer.ID, inner.ID}[i%2]} })
		want = append(want, u.UserPrincipalName)
	}
	list := func(page func([]meeting.Person) error) error {
		return w.GroupPeople(t.Context(), tenant, meeting.ObjectID(outer.ID), page)
	}
	if all, _ := everybody(t, list); !slices.Equal(upns(all), want) {
		t.Errorf("members are %v, want %v", upns(all), want)
	}
	for _, none := range []meeting.ObjectID{nobody, ""} {
		if err := w.GroupPeople(t.Context(), tenant, none, nil); !errs.Is(err, errs.NotFound) {
			t.Errorf("group %q: %v, want not found", none, err)
		}
	}
	w.fake.WithdrawTenant(string(tenant), w.app.ClientID, meeting.UserReadAll)
	all, _ := everybody(t, list)
	if len(all) != 6 || all[0].ID == "" || all[0].UPN != "" || all[0].Disabled {
		t.Errorf("without User.Read.All: %+v, want six ids", all)
	}
}

func TestPersonByAddress(t *testing.T) {
	t.Parallel()
	w, tenant := setupTenant(t, meeting.UserReadAll)
	w.user(t, "sean.o'hara@contoso.example", func(u *fakems.User) {
		u.ProxyAddresses = []string{"SMTP:s.o'hara@contoso.example", "smtp:o'hara@contoso.example"}
		u.Mail = "s.o'hara@contoso.example"
	})
	const guest = "zoe_fabrikam.example#EXT#@contoso.example"
	w.user(t, guest, func(u *fakems.User) { u.Mail = "zoe@fabrikam.example" })
	w.user(t, "pat_fabrikam.example#EXT#@contoso.example", func(u *fakems.User) { u.Mail = "shared@contoso.example" })
	w.user(t, "shared.box@contoso.example", func(u *fakems.User) { u.Mail = "shared@contoso.example" })
	fabrikam := w.fake.AddTenant(fakems.Tenant{Name: "Fabrikam", Domain: "fabrikam.example"})
	w.fake.AddUser(fakems.User{TenantID: fabrikam.ID, UserPrincipalName: "carl@fabrikam.example"})
	for _, test := range []struct{ name, address, want string }{
		{"user principal name", "BO@contoso.example", bo},
		{"primary address", "bo.beran@contoso.example", bo},
		{"with spaces around", " bo.beran@contoso.example\n", bo},
		{"an apostrophe in the name", "sean.o'hara@contoso.example", "sean.o'hara@contoso.example"},
		{"an apostrophe in the primary address", "s.o'hara@contoso.example", "sean.o'hara@contoso.example"},
		{"a proxy address", "O'Hara@contoso.example", "sean.o'hara@contoso.example"},
		{"a guest's name", guest, guest},
		{"a guest's address", "zoe@fabrikam.example", guest},
		{"a member before a guest with the same address", "shared@contoso.example", "shared.box@contoso.example"},
		{"nobody", "nobody@contoso.example", ""},
		{"somebody of another tenant", "carl@fabrikam.example", ""},
		{"nothing", "", ""},
		{"no address", "bo", ""},
		{"a filter", "x' or mail ne '@", ""},
	} {
		got, err := w.PersonByAddress(t.Context(), tenant, test.address)
		if got.UPN != test.want || (err == nil) != (test.want != "") || err != nil && !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %q, %v, want %q", test.name, got.UPN, err, test.want)
		}
	}
}

// TestSomebodyElseIsFound: what was asked for counts, not what came.
func TestSomebodyElseIsFound(t *testing.T) {
	t.Parallel()
	c, _ := answering(t, reply{status: 404}, reply{body: `{"value":[{"id":"1","mail":"eve@contoso.example"}]}`})
	if got, err := c.PersonByAddress(t.Context(), mailbox.Tenant(), bo); !errs.Is(err, errs.NotFound) {
		t.Errorf("%+v, %v, want not found", got, err)
	}
}

func TestCalendarOwner(t *testing.T) {
	t.Parallel()
	w, tenant := setupTenant(t, meeting.CalendarsReadWrite)
	w.user(t, "erik@contoso.example", func(u *fakems.User) { u.NoMailbox = true })
	for _, user := range []meeting.ObjectID{w.mailbox.Object(), bo} {
		got, err := w.CalendarOwner(t.Context(), tenant, user)
		want := meeting.Person{ID: user, Name: "Bo Beran", Mail: "Bo.Beran@contoso.example", Addresses: []string{"bo.beran@contoso.example"}}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", user, err, diff)
		}
	}
	for _, user := range []meeting.ObjectID{"erik@contoso.example", "nobody@contoso.example", ""} {
		if got, err := w.CalendarOwner(t.Context(), tenant, user); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q: %+v, %v, want not found", user, got, err)
		}
	}
}

// TestNextLinksOfTheDirectory stay where our token may go, and bring what a
// look through groups needs.
func TestNextLinksOfTheDirectory(t *testing.T) {
	t.Parallel()
	c, requests := answering(t, reply{body: `{"value":[{"id":"1"}],"@odata.nextLink":"https://graph.example/v1.0/users?$skiptoken=x"}`})
	err := c.People(t.Context(), mailbox.Tenant(), func([]meeting.Person) error { return nil })
	if err == nil || len(requests()) != 1 {
		t.Errorf("%v after %d calls, want an error after one", err, len(requests()))
	}
	for _, body := range []string{`{"value":[{"displayName":"Bo"}]}`, `{"value":[3]}`, `<html>`} {
		c, _ := answering(t, reply{body: body})
		if err := c.People(t.Context(), mailbox.Tenant(), func([]meeting.Person) error { return nil }); err == nil {
			t.Errorf("answered %s: no error, so somebody would count as a leaver", body)
		}
	}
}

// TestProgramAloneKeepsAMailbox is the sync's whole use of Graph, with
// Calendars.ReadWrite alone and no /me.
func TestProgramAloneKeepsAMailbox(t *testing.T) {
	t.Parallel()
	base, changes, _ := hooks(t)
	w, tenant := setupTenant(t, meeting.CalendarsReadWrite)
	w.notificationURL, w.lifecycleURL = base+"/hooks/graph", base+"/hooks/graph/lifecycle"
	w.tenantWide = true
	eve := w.user(t, "eve@contoso.example", nil)
	box := meeting.NewAccountID(tenant, meeting.ObjectID(eve.ID))
	ctx, until := t.Context(), now.Add(24*time.Hour)
	id, _, err := w.Subscribe(ctx, box, meeting.TenantWide, meeting.NewSecret("row.secret"), until)
	if err != nil {
		t.Fatal(err)
	}
	subs := w.fake.Subscriptions(eve.ID)
	if len(subs) != 1 || !subs[0].AppOnly || subs[0].Resource != "users/"+strings.ToLower(eve.ID)+"/events" {
		t.Fatalf("Graph has %+v", subs)
	}
	if _, _, err := w.Subscribe(ctx, box, meeting.TenantWide, meeting.NewSecret("s"), until); !errs.Is(err, errs.Conflict) || errs.CodeOf(err) != id {
		t.Errorf("again: %v (%s), want a conflict with %s", err, errs.CodeOf(err), id)
	}
	made, err := w.fake.CreateEvent(eve.ID, fakems.Event{Subject: "Plan", Start: fakems.At(now, "UTC"), End: fakems.At(now.Add(time.Hour), "UTC")})
	if err != nil {
		t.Fatal(err)
	}
	items, err := ParseNotifications(<-changes)
	if err != nil || len(items) != 1 || items[0].Event != meeting.EventID(made.ID) || items[0].Tenant != tenant {
		t.Errorf("notified of %+v, %v", items, err)
	}
	seen, err := w.Events(ctx, box, []meeting.EventID{meeting.EventID(made.ID)})
	if err != nil || len(seen) != 1 || seen[0].Err != nil {
		t.Fatalf("read %+v, %v", seen, err)
	}
	room := "Room 1"
	if _, err := w.WriteEvent(ctx, box, seen[0].Event.ID, seen[0].Event.ETag, meeting.EventPatch{Location: &room}); err != nil {
		t.Error(err)
	}
	if refs, err := w.ChangedSince(ctx, box, now.Add(-time.Hour)); err != nil || len(refs) != 1 || refs[0].Location != room {
		t.Errorf("changed: %+v, %v", refs, err)
	}
	sub := meeting.Subscription{Mailbox: box, GraphID: id, Authority: meeting.TenantWide}
	if _, err := w.RenewSubscription(ctx, sub, until); err != nil {
		t.Error(err)
	}
	if err := w.ReauthorizeSubscription(ctx, sub); err != nil {
		t.Error(err)
	}
	if _, err := w.Subscription(ctx, sub); err != nil {
		t.Error(err)
	}
	mine := sub
	mine.Mailbox, mine.Authority = w.mailbox, meeting.Individual
	if _, err := w.Subscription(ctx, mine); !errs.Is(err, errs.NotFound) {
		t.Errorf("with a person's token: %v, want not found", err)
	}
	if err := w.Unsubscribe(ctx, sub); err != nil || len(w.fake.Subscriptions(eve.ID)) != 0 {
		t.Errorf("unsubscribe: %v", err)
	}
}

// TestProfileIsAPersonsOwn: a token of the program has no /me.
func TestProfileIsAPersonsOwn(t *testing.T) {
	t.Parallel()
	w, _ := setupTenant(t, meeting.CalendarsReadWrite)
	w.tenantWide = true
	if _, err := w.Profile(t.Context(), w.mailbox); err != nil {
		t.Error(err)
	}
}
