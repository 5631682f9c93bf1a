package fakewebex

import (
	"net/http"
	"strconv"
	"strings"
)

// commonOrg is the organisation of people for whom none was named.
const commonOrg = "7c6b1f0e-52d1-4b0a-9a43-1d2f6f0f8a11"

// person finds an account by e-mail address.
func (s *Server) person(email string) *Person {
	for _, p := range s.world.people {
		if strings.EqualFold(p.Email, email) {
			return p
		}
	}
	return nil
}

// getMe is GET /v1/people/me.
// https://developer.webex.com/docs/api/v1/people/get-my-own-details
func (s *Server) getMe(c *call) (any, error) { return s.personObject(c.person), nil }

// getPerson is GET /v1/people/{personId}.
func (s *Server) getPerson(c *call) (any, error) {
	for _, p := range s.world.people {
		if restID("PEOPLE", p.ID) == c.id && p.Org == c.person.Org {
			return s.personObject(p), nil
		}
	}
	return nil, refuse(http.StatusNotFound, textNotFound)
}

// listPeople is GET /v1/people: people of the caller's organisation; who is
// not an administrator has to give email or displayName.
// https://developer.webex.com/docs/api/v1/people/list-people
func (s *Server) listPeople(c *call) (any, error) {
	email, name := c.query.Get("email"), c.query.Get("displayName")
	if c.query.Has("id") {
		return nil, c.notModelled("people by id")
	}
	if email == "" && name == "" {
		return nil, malformed("Email or displayName should be specified.")
	}
	limit, err := c.max(100, 1000)
	if err != nil {
		return nil, err
	}
	var found []*Person
	for _, p := range s.world.people {
		if p.Org == c.person.Org && (email == "" || strings.EqualFold(p.Email, email)) &&
			strings.HasPrefix(strings.ToLower(p.DisplayName), strings.ToLower(name)) {
			found = append(found, p)
		}
	}
	found, err = paged(s, c, found, func(p *Person) string { return p.Email }, limit)
	if err != nil {
		return nil, err
	}
	items := []any{}
	for _, p := range found {
		items = append(items, s.personObject(p))
	}
	return object{"items": items}, nil
}

func (s *Server) personObject(p *Person) object {
	const made = "2015-10-18T14:26:16.000Z" // unlike meeting times these have milliseconds
	o := object{
		"id": restID("PEOPLE", p.ID), "emails": []any{p.Email}, "phoneNumbers": []any{},
		"displayName": p.DisplayName, "nickName": p.FirstName, "firstName": p.FirstName, "lastName": p.LastName,
		"orgId": restID("ORGANIZATION", p.Org), "created": made, "lastModified": made,
		"status": "active", "invitePending": false, "loginEnabled": true, "type": "person",
	}
	sites := []any{}
	for _, site := range p.Sites {
		sites = append(sites, site)
	}
	o["siteUrls"] = sites
	if len(p.Sites) > 0 {
		o["sipAddresses"] = []any{object{"type": "personal-room", "value": roomAddress(p, p.Sites[0]), "primary": false}}
	}
	if p.TimeZone != "" { // absent if unset
		o["timezone"] = p.TimeZone
	}
	return o
}

// max reads the page size: larger values than top are clamped.
func (c *call) max(absent, top int) (int, error) {
	v := c.query.Get("max")
	if v == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		return 0, invalid("Parameter 'max' must be a number from 1 to %d.", top)
	}
	return min(n, top), nil
}
