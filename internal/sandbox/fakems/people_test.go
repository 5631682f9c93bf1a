package fakems

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// staff adds a few people with something to find them by.
func (w *world) staff() {
	w.AddUser(User{UserPrincipalName: "cara@contoso.example", DisplayName: "Cara O'Neill", TenantID: w.contoso.ID, Licensed: true,
		Mail: "cara.oneill@contoso.example", ProxyAddresses: []string{"SMTP:cara.oneill@contoso.example", "smtp:cara.o'neill@contoso.example", "SIP:cara@contoso.example"}})
	w.AddUser(User{UserPrincipalName: "dan@contoso.example", DisplayName: "Dan", TenantID: w.contoso.ID, Licensed: true, Disabled: true})
	w.AddUser(User{UserPrincipalName: "zoe_fabrikam.example#EXT#@contoso.example", DisplayName: "Zoe (Guest)", TenantID: w.contoso.ID, Mail: "zoe@fabrikam.example", NoMailbox: true})
	w.LicenseUser(w.ana.ID, true)
}

// names walks a list to its end and returns one property of all items.
func (c *caller) names(path, property string) []string {
	c.w.t.Helper()
	var found []string
	for path != "" {
		page := c.must(200, "GET", path, nil)
		values, _ := page.at("value").([]any)
		for i := range values {
			name, _ := page.at("value", i, property).(string)
			found = append(found, name)
		}
		path, _ = page.at("@odata.nextLink").(string)
	}
	return found
}

func TestListUsers(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.staff()
	app := w.alone("User.Read.All")
	eventual := app.with("ConsistencyLevel", "eventual")
	fifteen, sixteen := "mail in ('a@x'", "mail in ('a@x'"
	for n := range 15 {
		if n < 14 {
			fifteen += fmt.Sprintf(",'%d@x'", n)
		}
		sixteen += fmt.Sprintf(",'%d@x'", n)
	}
	for _, c := range []struct {
		filter   string
		advanced bool // refused without
		want     []string
		refused  string
		about    string
	}{
		{filter: "", want: []string{"ana", "bo", "cara", "dan", "zoe_fabrikam.example#EXT#"}},
		{filter: "mail eq 'cara.ONEILL@contoso.example'", want: []string{"cara"}},
		{filter: "userPrincipalName eq 'cara@contoso.example'", want: []string{"cara"}},
		{filter: "mail eq 'cara@contoso.example'"},
		{filter: "proxyAddresses/any(p:p eq 'smtp:cara.o''neill@contoso.example')", want: []string{"cara"}},
		{filter: "proxyAddresses/any(x: x eq 'smtp:cara.oneill@contoso.example')", want: []string{"cara"}},
		{filter: "proxyAddresses/any(p:p eq 'cara.oneill@contoso.example')"},
		{filter: "proxyAddresses/any(p:p eq 'smtp:ana@contoso.example' or p eq 'smtp:bo@contoso.example')", want: []string{"ana", "bo"}},
		{filter: "mail eq 'bo@contoso.example' or proxyAddresses/any(p:p eq 'smtp:ana@contoso.example')", want: []string{"ana", "bo"}},
		{filter: "mail in ('bo@contoso.example', 'ana@contoso.example')", want: []string{"ana", "bo"}},
		{filter: "accountEnabled eq true and userType eq 'Member'", want: []string{"ana", "bo", "cara"}},
		{filter: "accountEnabled eq false", want: []string{"dan"}},
		{filter: "(mail eq 'dan@contoso.example' or mail eq 'bo@contoso.example') and accountEnabled eq true", want: []string{"bo"}},
		{filter: "mail eq 'dan@contoso.example' or mail eq 'bo@contoso.example' and accountEnabled eq true", want: []string{"bo", "dan"}},
		{filter: "assignedLicenses/$count ne 0", advanced: true, want: []string{"ana", "cara", "dan"}},
		{filter: "assignedLicenses/$count ne 0 and accountEnabled eq true", advanced: true, want: []string{"ana", "cara"}},
		{filter: "assignedLicenses/$count eq 0", advanced: true, want: []string{"bo", "zoe_fabrikam.example#EXT#"}},
		{filter: "userType ne 'Guest'", advanced: true, want: []string{"ana", "bo", "cara", "dan"}},
		{filter: "accountEnabled ne true", advanced: true, want: []string{"dan"}},
		{filter: fifteen + ")"},
		{filter: sixteen + ")", refused: "Request_UnsupportedQuery", about: "16 clauses"},
		{filter: "mail eq bo", refused: "Request_BadRequest", about: "mail eq bo"},
		{filter: "mail eq 'bo", refused: "Request_BadRequest", about: "$filter"},
		{filter: "(mail eq 'bo'", refused: "Request_BadRequest", about: "$filter"},
		{filter: "mail eq 'bo' and", refused: "Request_BadRequest", about: "$filter"},
		{filter: "mail eq 'bo' mail eq 'bo'", refused: "Request_BadRequest", about: "$filter"},
		{filter: "startswith(mail,'bo')", refused: "Request_BadRequest", about: "startswith"},
		{filter: "proxyAddresses/any(p:q eq 'x')", refused: "Request_BadRequest", about: "any(p:q"},
		{filter: "colour eq 'red'", refused: "Request_BadRequest", about: "colour"},
	} {
		path := "/users?$filter=" + url.QueryEscape(c.filter)
		if c.filter == "" {
			path = "/users"
		}
		if c.refused != "" {
			w.refused(app.do("GET", path, nil), 400, c.refused)
			w.surprised(c.about)
			continue
		}
		as := app
		if c.advanced {
			for _, half := range []reply{app.do("GET", path+"&$count=true", nil), eventual.do("GET", path, nil)} {
				w.refused(half, 400, "Request_UnsupportedQuery")
			}
			w.mu.Lock()
			w.surprises = w.surprises[:len(w.surprises)-2]
			w.mu.Unlock()
			as, path = eventual, path+"&$count=true"
		}
		var got []string
		for _, upn := range as.names(path, "userPrincipalName") {
			got = append(got, strings.TrimSuffix(upn, "@contoso.example"))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.filter, got, c.want)
		}
	}
}

func TestUserProperties(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.staff()
	app := w.alone("User.Read.All")
	selected := "?$select=id,mail,userPrincipalName,proxyAddresses,displayName,accountEnabled,assignedLicenses,userType,preferredLanguage"
	got := app.must(200, "GET", "/users"+selected+"&$filter=displayName%20eq%20'Cara%20O''Neill'", nil)
	cara, _ := w.User("cara@contoso.example")
	if diff := cmp.Diff(got.at("value", 0), map[string]any{
		"id": cara.ID, "mail": "cara.oneill@contoso.example", "userPrincipalName": "cara@contoso.example", "displayName": "Cara O'Neill",
		"proxyAddresses": []any{"SMTP:cara.oneill@contoso.example", "smtp:cara.o'neill@contoso.example", "SIP:cara@contoso.example"},
		"accountEnabled": true, "userType": "Member", "preferredLanguage": nil,
		"assignedLicenses": []any{map[string]any{"disabledPlans": []any{}, "skuId": "05e9a617-0261-4cee-bb44-138d3ef5d965"}},
	}); diff != "" {
		t.Errorf("cara (-got +want):\n%s", diff)
	}
	guest := app.must(200, "GET", "/users/"+url.PathEscape("zoe_fabrikam.example#EXT#@contoso.example")+selected, nil)
	if guest.at("userType") != "Guest" || len(guest.at("assignedLicenses").([]any)) != 0 {
		t.Errorf("the guest is %s", guest.raw)
	}
	if plain := app.must(200, "GET", "/users?$top=1", nil); plain.at("value", 0, "proxyAddresses") != nil || plain.at("value", 0, "mail") != "ana@contoso.example" {
		t.Errorf("without $select %s", plain.raw)
	}
	w.refused(app.do("GET", "/users/"+w.zoe.ID, nil), 404, "Request_ResourceNotFound")
	w.refused(app.do("GET", "/users/cara.oneill@contoso.example", nil), 404, "Request_ResourceNotFound") // a proxy address names nobody
	w.refused(w.as(w.ana).do("GET", "/users", nil), 403, "Authorization_RequestDenied")
	w.refused(app.do("GET", "/users?$select=colour", nil), 400, "Request_BadRequest")
	w.surprised("colour")
}

func TestDirectoryPages(t *testing.T) {
	t.Parallel()
	w := setup(t)
	g := w.AddGroup(Group{TenantID: w.contoso.ID, DisplayName: "All"})
	var want []string
	for _, u := range w.Users() {
		if u.TenantID == w.contoso.ID {
			w.JoinGroup(u.ID, g.ID)
			want = append(want, u.ID)
		}
	}
	for n := range 250 {
		u := w.AddUser(User{UserPrincipalName: fmt.Sprintf("user%d@contoso.example", n), TenantID: w.contoso.ID, Groups: []string{g.ID}, Licensed: true})
		want = append(want, u.ID)
	}
	app := w.alone("User.Read.All", "GroupMember.Read.All").with("ConsistencyLevel", "eventual")
	for _, path := range []string{
		"/users", "/users?$top=999", "/users?$top=7&$select=id", "/groups/" + g.ID + "/members",
		"/groups/" + g.ID + "/transitiveMembers/microsoft.graph.user?$count=true&$select=id,mail&$top=50",
	} {
		if got := app.names(path, "id"); !slices.Equal(got, want) {
			t.Errorf("%s: %d people, want %d in order", path, len(got), len(want))
		}
	}
	first := app.must(200, "GET", "/users", nil)
	if n := len(first.at("value").([]any)); n != 100 {
		t.Errorf("%d without $top, want 100", n)
	}
	if got := app.must(200, "GET", "/users?$count=true&$top=5&$filter=assignedLicenses/$count%20ne%200", nil); got.at("@odata.count") != 250.0 {
		t.Errorf("counted %v", got.at("@odata.count"))
	} else {
		// The header belongs to every page.
		plain := *app
		plain.header = http.Header{}
		w.refused(plain.do("GET", got.at("@odata.nextLink").(string), nil), 400, "Request_UnsupportedQuery")
		w.surprised("ConsistencyLevel")
	}
	for _, bad := range []string{"/users?$top=1000", "/users?$top=0", "/users?$skip=10", "/users?$orderby=mail", "/users?$skiptoken=invented"} {
		if got := app.do("GET", bad, nil); got.status != 400 {
			t.Errorf("%s: %d %s", bad, got.status, got.raw)
		}
		w.mu.Lock()
		if len(w.surprises) != 1 {
			t.Errorf("%s: unexpected %q", bad, w.surprises)
		}
		w.surprises = nil
		w.mu.Unlock()
	}
}

func TestUnpleasantPages(t *testing.T) {
	t.Parallel()
	w := setup(t, func(s *Server) { s.Calm = false })
	w.staff()
	app := w.alone("User.Read.All")
	var got reply
	for got.status != 200 { // now and then a 429
		got = app.do("GET", "/users?$top=999", nil)
	}
	if n := len(got.at("value").([]any)); n > 3 || got.at("@odata.nextLink") == nil {
		t.Errorf("a page of %d: %s", n, got.raw)
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.staff()
	all := w.AddGroup(Group{TenantID: w.contoso.ID, DisplayName: "Everybody"})
	team := w.AddGroup(Group{TenantID: w.contoso.ID, DisplayName: "Team", Groups: []string{all.ID}})
	w.AddGroup(Group{ID: all.ID, TenantID: w.contoso.ID, DisplayName: "Everybody", Groups: []string{team.ID}}) // a circle
	w.JoinGroup(w.ana.ID, all.ID)
	w.JoinGroup(w.bo.ID, team.ID)
	w.JoinGroup("dan@contoso.example", team.ID)
	foreign := w.AddGroup(Group{TenantID: w.fabrikam.ID, DisplayName: "Theirs"})

	app := w.alone("GroupMember.Read.All", "User.Read.All").with("ConsistencyLevel", "eventual")
	if got := app.must(200, "GET", "/groups/"+all.ID+"?$select=displayName", nil); got.at("displayName") != "Everybody" || got.at("id") != nil {
		t.Errorf("the group is %s", got.raw)
	}
	for path, want := range map[string][]string{
		"/members":           {"Ana Horák", "Team"},
		"/transitiveMembers": {"Ana Horák", "Bo", "Dan", "Everybody", "Team"}, // in a circle a group is inside itself
		"/members/microsoft.graph.user?$count=true":                                              {"Ana Horák"},
		"/transitiveMembers/microsoft.graph.user?$count=true":                                    {"Ana Horák", "Bo", "Dan"},
		"/transitiveMembers/microsoft.graph.user?$count=true&$filter=accountEnabled%20eq%20true": {"Ana Horák", "Bo"},
	} {
		if got := app.names("/groups/"+all.ID+path, "displayName"); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	mixed := app.must(200, "GET", "/groups/"+all.ID+"/members?$select=mail", nil)
	if mixed.at("value", 0, "@odata.type") != "#microsoft.graph.user" || mixed.at("value", 1, "@odata.type") != "#microsoft.graph.group" || mixed.at("value", 0, "displayName") != nil {
		t.Errorf("members %s", mixed.raw)
	}
	w.refused(app.do("GET", "/groups/"+all.ID+"/transitiveMembers/microsoft.graph.user", nil), 400, "Request_UnsupportedQuery")
	w.surprised("ConsistencyLevel")
	for _, id := range []string{foreign.ID, "nobody"} {
		w.refused(app.do("GET", "/groups/"+id, nil), 404, "Request_ResourceNotFound")
		w.refused(app.do("GET", "/groups/"+id+"/members", nil), 404, "Request_ResourceNotFound")
	}

	// Who may not read users sees that there are some.
	w.WithdrawTenant(w.contoso.ID, w.app.ClientID)
	blind := w.alone("GroupMember.Read.All").with("ConsistencyLevel", "eventual")
	got := blind.must(200, "GET", "/groups/"+team.ID+"/transitiveMembers/microsoft.graph.user?$count=true&$select=id,mail,displayName", nil)
	if diff := cmp.Diff(got.at("value", 0), map[string]any{"id": w.ana.ID, "mail": nil, "displayName": nil}); diff != "" {
		t.Errorf("without User.Read.All (-got +want):\n%s", diff)
	}

	w.LeaveGroup(w.bo.ID, team.ID)
	w.RemoveUser(w.ana.ID)
	if got := app.w.alone("User.Read.All").names("/groups/"+all.ID+"/transitiveMembers", "displayName"); !slices.Equal(got, []string{"Dan", "Everybody", "Team"}) {
		t.Errorf("after bo and ana left: %q", got)
	}
}

func TestOrganization(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.contoso.Domains = []string{"contoso.onmicrosoft.com", "contoso-design.example"}
	w.AddTenant(w.contoso)
	var got []string
	for i := range 3 {
		org := w.alone("Organization.Read.All").must(200, "GET", "/organization?$select=verifiedDomains", nil)
		d, _ := org.at("value", 0, "verifiedDomains", i).(map[string]any)
		got = append(got, fmt.Sprint(d["name"], " ", d["isDefault"], " ", d["isInitial"]))
	}
	if want := []string{"contoso.example true false", "contoso.onmicrosoft.com false true", "contoso-design.example false false"}; !slices.Equal(got, want) {
		t.Errorf("domains %q, want %q", got, want)
	}
	// Each of them names the authority.
	if got := w.post("contoso-design.example", w.bySecret()); got.status != 200 {
		t.Errorf("a token at a second domain: %d %s", got.status, got.raw)
	}
}

func TestRenameUser(t *testing.T) {
	t.Parallel()
	w := setup(t)
	app := w.alone("User.Read.All", "Calendars.ReadWrite")
	w.create(w.ana, meeting("Review", nine))
	w.RenameUser(w.ana.ID, "ana.novak@contoso.example")
	got := app.must(200, "GET", "/users/"+w.ana.ID+"?$select=mail,userPrincipalName,proxyAddresses", nil)
	if diff := cmp.Diff([]any{got.at("mail"), got.at("userPrincipalName"), got.at("proxyAddresses")}, []any{
		"ana.novak@contoso.example", "ana.novak@contoso.example", []any{"SMTP:ana.novak@contoso.example", "smtp:ana@contoso.example"},
	}); diff != "" {
		t.Errorf("renamed (-got +want):\n%s", diff)
	}
	w.refused(app.do("GET", "/users/ana@contoso.example", nil), 404, "Request_ResourceNotFound")
	if got := app.must(200, "GET", "/users/ana.novak@contoso.example/events", nil); got.at("value", 0, "subject") != "Review" {
		t.Errorf("the calendar is %s", got.raw)
	}
	// Back again: the old name is no alias of itself.
	w.RenameUser(w.ana.ID, "ana@contoso.example")
	if u, _ := w.User(w.ana.ID); !slices.Equal(u.ProxyAddresses, []string{"SMTP:ana@contoso.example", "smtp:ana.novak@contoso.example"}) {
		t.Errorf("proxy addresses %q", u.ProxyAddresses)
	}
}

func TestLeavers(t *testing.T) {
	t.Parallel()
	w, h := setup(t), newHook(t)
	app := w.alone("User.Read.All", "Calendars.ReadWrite")
	form := w.form(h, map[string]any{"resource": "users/" + w.ana.ID + "/events"})
	id := app.must(201, "POST", "/subscriptions", form).at("id").(string)
	_, refresh := w.IssueTokens(w.ana.ID, w.app.ClientID, "User.Read", "offline_access")
	refreshed := func() reply {
		return w.post(w.contoso.ID, url.Values{"grant_type": {"refresh_token"}, "client_id": {w.app.ClientID}, "client_secret": {w.app.Secret}, "refresh_token": {refresh}})
	}
	ana := w.as(w.ana)

	w.DisableUser(w.ana.ID)
	w.refused(ana.do("GET", "/me", nil), 401, "InvalidAuthenticationToken")
	if got := refreshed(); got.number() != 50057 {
		t.Errorf("a disabled person's refresh: %d %s", got.status, got.raw)
	}
	if got := app.must(200, "GET", "/users/"+w.ana.ID+"?$select=accountEnabled", nil); got.at("accountEnabled") != false {
		t.Errorf("disabled: %s", got.raw)
	}
	app.must(200, "GET", "/users/"+w.ana.ID+"/events", nil)
	w.EnableUser(w.ana.ID)
	ana.must(200, "GET", "/me", nil)

	w.RemoveUser(w.ana.ID)
	w.refused(ana.do("GET", "/me", nil), 401, "InvalidAuthenticationToken")
	if got := refreshed(); got.number() != 50034 {
		t.Errorf("a removed person's refresh: %d %s", got.status, got.raw)
	}
	w.refused(app.do("GET", "/users/"+w.ana.ID, nil), 404, "Request_ResourceNotFound")
	w.refused(app.do("GET", "/users/"+w.ana.ID+"/events", nil), 404, "ErrorInvalidUser")
	w.refused(app.do("GET", "/subscriptions/"+id, nil), 404, "ResourceNotFound")
	// Mail to who is gone disturbs nobody.
	w.create(w.bo, meeting("Farewell", nine, w.ana))

	// A namesake is somebody else.
	again := w.AddUser(User{UserPrincipalName: "ana@contoso.example", TenantID: w.contoso.ID})
	if again.ID == w.ana.ID || len(w.Events(again.ID, time.Time{}, time.Time{})) != 0 {
		t.Errorf("the namesake is %+v", again)
	}
}

func TestGuestsNameTheirHome(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.staff()
	w.app.EmitRoles = true
	w.AddApp(w.app)
	idp := func(upn string) any {
		w.GrantConsent(upn, w.app.ClientID, "openid", "profile")
		u, _ := w.User(upn)
		b, conf := w.browser(), w.config(w.contoso.ID, "openid", "profile")
		token, err := conf.Exchange(w.ctx(), b.press(b.open(conf.AuthCodeURL("s")), "account", u.ID).returned("code"))
		if err != nil {
			t.Fatal(err)
		}
		payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token.Extra("id_token").(string), ".")[1])
		if err != nil {
			t.Fatal(err)
		}
		var claims map[string]any
		if err := json.Unmarshal(payload, &claims); err != nil {
			t.Fatal(err)
		}
		if claims["tid"] != w.contoso.ID {
			t.Errorf("%s: tid %v", upn, claims["tid"])
		}
		return claims["idp"]
	}
	if got, want := idp("zoe_fabrikam.example#EXT#@contoso.example"), "https://sts.windows.net/"+w.fabrikam.ID+"/"; got != want {
		t.Errorf("the guest's idp %v, want %s", got, want)
	}
	if got := idp("bo@contoso.example"); got != nil {
		t.Errorf("a member's idp %v", got)
	}
}

func TestDirectoryBudget(t *testing.T) {
	t.Parallel()
	w := setup(t)
	app := w.alone("User.Read.All")
	// A page of users costs 2 units; there are 3 500 in 10 s.
	for n := range 1750 {
		if got := app.do("GET", "/users", nil); got.status != 200 {
			t.Fatalf("call %d: %d %s", n+1, got.status, got.raw)
		}
	}
	w.clock.Advance(4 * time.Second)
	got := app.do("GET", "/users/"+w.ana.ID, nil)
	w.refused(got, 429, "TooManyRequests")
	if got.header.Get("Retry-After") != "6" {
		t.Errorf("Retry-After %q, want 6", got.header.Get("Retry-After"))
	}
	w.GrantTenant(w.fabrikam.ID, w.app.ClientID, "User.Read.All")
	(&caller{w: w, token: w.IssueAppToken(w.fabrikam.ID, w.app.ClientID), header: http.Header{}}).must(200, "GET", "/users", nil)
	w.clock.Advance(6 * time.Second)
	app.must(200, "GET", "/users/"+w.ana.ID, nil)
}

func TestSubscriptionBudget(t *testing.T) {
	t.Parallel()
	w := setup(t)
	app := w.alone("Calendars.Read")
	var parts []any
	for n := range 20 {
		parts = append(parts, map[string]any{"id": strconv.Itoa(n), "method": "DELETE", "url": "/subscriptions/none"})
	}
	for range subscriptionWrites / 20 {
		if got := app.must(200, "POST", "/$batch", map[string]any{"requests": parts}); got.at("responses", 19, "status") != 404.0 {
			t.Fatalf("got %s", got.raw)
		}
	}
	w.refused(app.do("DELETE", "/subscriptions/none", nil), 429, "TooManyRequests")
	app.must(200, "GET", "/subscriptions", nil)
	w.clock.Advance(20 * time.Second)
	w.refused(app.do("DELETE", "/subscriptions/none", nil), 404, "ResourceNotFound")
}
