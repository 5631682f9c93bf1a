package fakewebex

import (
	"cmp"
	"net/http"
	"strings"
)

// AddOrganization names an organisation. One without a name is called after
// the domain of its first person.
func (s *Server) AddOrganization(o Organization) {
	s.lock()
	defer s.mu.Unlock()
	o.ID = cmp.Or(o.ID, commonOrg)
	s.world.orgs[o.ID] = o
}

// getOrganization is GET /v1/organizations/{orgId}: the administrator's own.
// https://developer.webex.com/docs/api/v1/organizations/get-organization-details
func (s *Server) getOrganization(c *call) (any, error) {
	org := c.person.Org
	if c.id != restID("ORGANIZATION", org) {
		return nil, refuse(http.StatusNotFound, textNotFound)
	}
	name := s.world.orgs[org].Name
	for _, p := range s.world.people {
		if name == "" && p.Org == org {
			_, name, _ = strings.Cut(p.Email, "@")
		}
	}
	return object{"id": c.id, "displayName": name, "created": "2015-10-18T14:26:16+00:00"}, nil
}
