package fakewebex

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestStates(t *testing.T) {
	t.Parallel()
	b := setup(t)
	held, missed := id(b.create("")), id(b.create(""))
	occurrence := "_20260305T100000Z"
	check := func(when, id, series, occ string) {
		t.Helper()
		if got := b.do("GET", "/v1/meetings/"+id, "").body["state"]; got != series {
			t.Errorf("%s: series is %v, want %s", when, got, series)
		}
		o := b.do("GET", "/v1/meetings/"+id+"?current=true", "").body
		if o["state"] != occ || o["id"] != id+occurrence || o["meetingType"] != "scheduledMeeting" || o["meetingSeriesId"] != id {
			t.Errorf("%s: occurrence is %v %v, want %s", when, o["id"], o["state"], occ)
		}
	}
	check("before", held, "active", "ready")
	b.clock.Advance(22 * time.Hour)
	if err := b.StartMeeting(held); err != nil {
		t.Fatal(err)
	}
	check("running", held, "inProgress", "ready")
	b.clock.Advance(30 * time.Minute)
	b.EndMeeting(held)
	check("over early", held, "active", "ready")
	b.clock.Advance(time.Hour)
	check("over", held, "expired", "ended")
	check("nobody came", missed, "expired", "missed")

	a := b.do("PATCH", "/v1/meetings/"+missed, `{"start":"2026-03-06T10:00:00Z","end":"2026-03-06T11:00:00Z","sendEmail":false}`)
	if a.body["state"] != "active" {
		t.Errorf("moved into the future it is %v", a.body["state"])
	}
	b.clock.Advance(180*24*time.Hour - 2*time.Hour)
	b.token, _ = b.IssueTokens(anna, b.client.ClientID, allScopes...)
	if got := b.do("GET", "/v1/meetings/"+held, "").status; got != 200 {
		t.Errorf("179 days after: %d", got)
	}
	b.clock.Advance(2 * time.Hour)
	if got := b.do("GET", "/v1/meetings/"+held, "").status; got != 404 {
		t.Errorf("180 days after: %d", got)
	}
}

// Host, cohost, invitee and a person with the password see a meeting, each
// their own part.
func TestVisibility(t *testing.T) {
	t.Parallel()
	b := setup(t)
	carl := b.AddPerson(Person{Email: "carl@contoso.com"}).Email
	dora := b.AddPerson(Person{Email: "dora@contoso.com"}).Email
	m := b.create(`,"integrationTags":["a"],"invitees":[{"email":"bob@contoso.com"},{"email":"carl@contoso.com","coHost":true}]`)
	password := m["password"].(string)
	path := "/v1/meetings/" + id(m)
	tests := []struct {
		name, who string
		header    []string
		status    int
		members   []bool // password, hostKey
	}{
		{"host", anna, nil, 200, []bool{true, true}},
		{"invitee", bob, nil, 200, []bool{true, false}},
		{"cohost", carl, nil, 200, []bool{true, true}},
		{"stranger", dora, nil, 404, []bool{false, false}},
		{"stranger with a wrong password", dora, []string{"password", "x"}, 404, []bool{false, false}},
		{"stranger with the password", dora, []string{"password", password}, 200, []bool{true, false}},
	}
	for _, tt := range tests {
		a := b.as(tt.who).do("GET", path, "", tt.header...)
		if got := []bool{a.body["password"] != nil, a.body["hostKey"] != nil}; a.status != tt.status || !cmp.Equal(got, tt.members) {
			t.Errorf("%s: got %d, password and host key %v", tt.name, a.status, got)
		}
	}
	// Tags belong to the OAuth client that set them.
	other := b.AddIntegration(Integration{Scopes: allScopes})
	b.token, _ = b.IssueTokens(anna, other.ClientID, allScopes...)
	if a := b.do("GET", path, ""); a.status != 200 || a.body["integrationTags"] != nil {
		t.Errorf("another client sees the tags %v", a.body["integrationTags"])
	}
}

func TestReadLag(t *testing.T) {
	t.Parallel()
	b := setup(t)
	old := id(b.create(""))
	b.clock.Advance(time.Minute)
	b.SetLag(10*time.Second, 30*time.Second)
	fresh := id(b.create(`,"integrationTags":["a"]`))
	b.do("PATCH", "/v1/meetings/"+old, `{"title":"New","sendEmail":false}`)
	look := func() []any {
		found := b.do("GET", "/v1/meetings?integrationTag=a", "").items()
		return []any{b.do("GET", "/v1/meetings/"+fresh, "").status, b.do("GET", "/v1/meetings/"+old, "").body["title"], len(found)}
	}
	for _, step := range []struct {
		wait time.Duration
		want []any
	}{
		{0, []any{404, "Plan", 0}}, {10 * time.Second, []any{200, "New", 0}}, {20 * time.Second, []any{200, "New", 1}},
	} {
		b.clock.Advance(step.wait)
		if diff := cmp.Diff(step.want, look()); diff != "" {
			t.Errorf("after %v more (-want +got):\n%s", step.wait, diff)
		}
	}
	b.do("DELETE", "/v1/meetings/"+old+"?sendEmail=false", "")
	if got := b.do("GET", "/v1/meetings/"+old, "").status; got != 200 {
		t.Errorf("just deleted: %d", got)
	}
}
