package fakems

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

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
