package fakems

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGroups(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.staff()
	all := w.AddGroup(Group{TenantID: w.contoso.ID, DisplayName: "Everybody"})
	team := w.AddGroup(Group{TenantID: w.contoso.ID, DisplayName: "Team", Groups: []string{all.ID}})
	w.AddGroup(Group{ID: all.ID, TenantID: w.contoso.ID, DisplayName: "Everybody", Groups: []string{team.ID}}) // a circle
	w.JoinGroup(w.ana.ID, all.ID)
	w.JoinGroup(w.bo.ID, team.ID)
	inner := w.AddGroup(Group{TenantID: w.contoso.ID, DisplayName: "Inner", Groups: []string{team.ID}})
	w.JoinGroup("dan@contoso.example", inner.ID)
	foreign := w.AddGroup(Group{TenantID: w.fabrikam.ID, DisplayName: "Theirs"})

	app := w.alone("GroupMember.Read.All", "User.Read.All").with("ConsistencyLevel", "eventual")
	if got := app.must(200, "GET", "/groups/"+all.ID+"?$select=displayName", nil); got.at("displayName") != "Everybody" || got.at("id") != nil {
		t.Errorf("the group is %s", got.raw)
	}
	for path, want := range map[string][]string{
		"/members":           {"Ana Horák", "Team"},
		"/transitiveMembers": {"Ana Horák", "Bo", "Dan", "Everybody", "Team", "Inner"}, // in a circle a group is inside itself
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
	if got := app.w.alone("User.Read.All").names("/groups/"+all.ID+"/transitiveMembers", "displayName"); !slices.Equal(got, []string{"Dan", "Everybody", "Team", "Inner"}) {
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
