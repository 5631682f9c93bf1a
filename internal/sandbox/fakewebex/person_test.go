package fakewebex

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestRenamedAndDisabled(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t)
	fill := b.spread(t, "anna.novak@contoso.com")
	annas, refresh := b.IssueTokens(anna, b.client.ClientID, allScopes...)
	if err := b.EditPerson(anna, func(p *Person) { p.Email, p.Aliases = "Anna.Novak@contoso.com", []string{anna} }); err != nil {
		t.Fatal(err)
	}
	if a := b.do("GET", fill("/v1/meetings/{M}?hostEmail={H}"), ""); a.body["hostEmail"] != "anna.novak@contoso.com" {
		t.Errorf("the meeting is %s", a.raw)
	}
	if got := b.do("GET", fill("/v1/meetings/{M}?hostEmail=")+anna, "").status; got != 404 {
		t.Errorf("by the old address: %d", got)
	}
	if err := b.EditPerson("anna.novak@contoso.com", func(p *Person) { p.Email = bob }); err == nil {
		t.Error("two people have one address")
	}
	b.EditPerson("anna.novak@contoso.com", func(p *Person) { p.LoginDisabled = true })
	b.token = annas
	if got := b.do("GET", "/v1/people/me", "").status; got != 401 {
		t.Errorf("the token of somebody who left: %d", got)
	}
	if got := b.form(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}).status; got != 400 {
		t.Errorf("the refresh token of somebody who left: %d", got)
	}
}

func TestPeopleOfAnOrganisation(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t, func(s *Server) { s.Calm, s.RateLimit = false, -1 })
	b.EditPerson(anna, func(p *Person) { p.Aliases = []string{"a.novakova@contoso.com"} })
	b.EditPerson(bob, func(p *Person) { p.InvitePending = true })
	patient := func(path string) answer {
		for {
			if a := b.do("GET", path, ""); a.status != 429 {
				return a
			}
		}
	}
	got := map[string]map[string]any{}
	for path := "/v1/people?max=2"; path != ""; {
		a := patient(path)
		for _, p := range a.items() {
			email := p["emails"].([]any)[0].(string)
			if got[email] != nil {
				t.Errorf("%s is listed twice", email)
			}
			got[email] = p
		}
		path = ""
		if link := a.header.Get("Link"); link != "" {
			path = strings.TrimPrefix(strings.Split(link, ">")[0], "<")
		}
	}
	if len(got) != 5 || got[alien] != nil || got[nosite] == nil {
		t.Fatalf("%d people are listed", len(got))
	}
	for email, want := range map[string]string{ // emails, sites, roles, licences, pending, enabled
		anna: "[anna@contoso.com a.novakova@contoso.com] [contoso.webex.com lab.webex.com] 0 2 false true",
		bob:  "[bob@contoso.com] [contoso.webex.com] 0 1 true true",
		root: "[root@contoso.com] [contoso.webex.com] 1 1 false true",
		gil:  "[gil@contoso.com] [contoso.webex.com#attendee] 0 0 false true",
	} {
		p := got[email]
		seen := fmt.Sprintf("%v %v %d %d %v %v", p["emails"], p["siteUrls"], len(p["roles"].([]any)), len(p["licenses"].([]any)), p["invitePending"], p["loginEnabled"])
		if seen != want {
			t.Errorf("%s is %s, want %s", email, seen, want)
		}
	}
	if found := patient("/v1/people?email=A.Novakova@contoso.com").items(); len(found) != 1 || found[0]["id"] != got[anna]["id"] {
		t.Errorf("by alias: %v", found)
	}
	mine := b.as(anna)
	for _, hidden := range []string{"roles", "licenses", "invitePending", "loginEnabled"} {
		a := mine.do("GET", "/v1/people/"+got[root]["id"].(string), "")
		for a.status == 429 {
			a = mine.do("GET", "/v1/people/"+got[root]["id"].(string), "")
		}
		if a.status != 200 || a.body[hidden] != nil {
			t.Errorf("Anna sees %s: %d %v", hidden, a.status, a.body[hidden])
		}
	}
}

func TestOrganization(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t)
	path := "/v1/organizations/" + restID("ORGANIZATION", commonOrg)
	if got := b.do("GET", path, "").body["displayName"]; got != "contoso.com" {
		t.Errorf("without a name it is %v", got)
	}
	b.AddOrganization(Organization{Name: "Contoso"})
	if got := b.do("GET", path, "").body["displayName"]; got != "Contoso" {
		t.Errorf("it is %v", got)
	}
	if got := b.do("GET", "/v1/organizations/"+restID("ORGANIZATION", "fab"), "").status; got != 404 {
		t.Errorf("another's: %d", got)
	}
	if got := b.as(root).do("GET", path, "").status; got != 403 {
		t.Errorf("without the scope: %d", got)
	}
}
