package fakems

import (
	"slices"
	"strings"
)

// Group is a group of a tenant. Its members are the users and groups that name
// it in their Groups.
// https://learn.microsoft.com/graph/api/resources/group
type Group struct {
	ID          string // GUID; drawn from the seed when empty
	TenantID    string // required
	DisplayName string
	Mail        string   // may be empty
	Groups      []string // ids of the groups that it is a direct member of
}

// AddGroup adds g, or replaces the group with its ID, and returns it completed.
// It panics without a known TenantID, or when Groups names none of its tenant.
func (s *Server) AddGroup(g Group) Group {
	defer s.lock()()
	g.TenantID = s.organisation(g.TenantID).ID
	for _, id := range g.Groups {
		s.groupOf(g.TenantID, id)
	}
	if g.ID == "" {
		g.ID = s.guid()
	}
	if old := s.group(g.ID); old != nil {
		*old = g
		return g
	}
	s.groups = append(s.groups, &g)
	return g
}

// Groups returns all groups in the order they were added.
func (s *Server) Groups() []Group {
	defer s.lock()()
	var all []Group
	for _, g := range s.groups {
		all = append(all, *g)
	}
	return all
}

func (s *Server) group(id string) *Group {
	for _, g := range s.groups {
		if strings.EqualFold(g.ID, id) {
			return g
		}
	}
	return nil
}

// groupOf is group for verbs: one of that tenant.
func (s *Server) groupOf(tenant, id string) *Group {
	g := s.group(id)
	if g == nil || g.TenantID != tenant {
		panic("fakems: no group " + id + " in the tenant " + tenant)
	}
	return g
}

// groupsIn are the ids of g and, if deep, of all groups inside it.
func (s *Server) groupsIn(g *Group, deep bool) []string {
	ids := []string{g.ID}
	if !deep {
		return ids
	}
	for i := 0; i < len(ids); i++ {
		for _, inner := range s.groups {
			if slices.Contains(inner.Groups, ids[i]) && !slices.Contains(ids, inner.ID) {
				ids = append(ids, inner.ID)
			}
		}
	}
	return ids
}

func (g *Group) render() map[string]any {
	return map[string]any{
		"id": g.ID, "displayName": g.DisplayName, "description": nil, "mail": null(g.Mail),
		"mailEnabled": g.Mail != "", "securityEnabled": true, "groupTypes": []string{},
	}
}

var groupDefaults = strings.Fields("description displayName groupTypes id mail mailEnabled securityEnabled")

// groupRoute finds the handler of /groups/{id}/….
func (s *Server) groupRoute(id string, p []string) handler {
	is := func(i int, name string) bool { return len(p) > i && strings.EqualFold(p[i], name) }
	deep, cast := is(0, "transitiveMembers"), is(1, "microsoft.graph.user")
	switch {
	case len(p) == 0:
		return s.ofGroup(id, s.getGroup)
	case (is(0, "members") || deep) && (len(p) == 1 || len(p) == 2 && cast):
		return s.ofGroup(id, func(c *call, g *Group) (answer, error) { return s.listMembers(c, g, deep, cast) })
	}
	return handler{}
}

// ofGroup is the handler for a group of the caller's tenant.
func (s *Server) ofGroup(id string, do func(*call, *Group) (answer, error)) handler {
	return handler{scopes: readGroups, roles: readGroups, directory: true, do: func(c *call) (answer, error) {
		g := s.group(id)
		if g == nil || g.TenantID != c.token.tenant() {
			return answer{}, noResource(id)
		}
		return do(c, g)
	}}
}

// getGroup answers GET /groups/{id}.
// https://learn.microsoft.com/graph/api/group-get
func (s *Server) getGroup(c *call, g *Group) (answer, error) {
	if err := s.onlyQuery(c, "$select"); err != nil {
		return answer{}, err
	}
	return s.directoryObject(c, g.render(), groupDefaults, "groups")
}

// castMissing is how the directory refuses a cast without an advanced query.
var castMissing = badRequest("Request_UnsupportedQuery", "The OData cast is only supported with the header 'ConsistencyLevel: eventual' and $count=true.")

// listMembers answers GET /groups/{id}/members and …/transitiveMembers, and
// each with /microsoft.graph.user, which wants an advanced query. Without a
// permission to read users their id is all there is to see.
// https://learn.microsoft.com/graph/api/group-list-transitivemembers
// https://learn.microsoft.com/graph/permissions-overview#limited-information-returned-for-inaccessible-member-objects
func (s *Server) listMembers(c *call, g *Group, deep, cast bool) (answer, error) {
	allowed := []string{"$select", "$count"}
	if cast {
		allowed = append(allowed, "$filter")
	}
	start, err := s.directoryQuery(c, allowed...)
	if err != nil {
		return answer{}, err
	}
	if cast && !c.advanced() {
		s.unexpected("%s without ConsistencyLevel: eventual and $count=true", c.r.URL.Path)
		return answer{}, castMissing
	}
	matches, err := s.parseUserFilter(c)
	if err != nil {
		return answer{}, err
	}
	inside := s.groupsIn(g, deep)
	member := func(of []string) bool {
		return slices.ContainsFunc(of, func(id string) bool { return slices.Contains(inside, id) })
	}
	visible := slices.ContainsFunc(strings.Fields(readUsers), c.token.has)
	var found []object
	for _, u := range s.users {
		if member(u.Groups) && matches(u) {
			found = append(found, u.object(visible))
		}
	}
	set := "users"
	if !cast {
		set = "directoryObjects"
		for _, inner := range s.groups {
			if member(inner.Groups) {
				found = append(found, object{"group", inner.render(), groupDefaults})
			}
		}
	}
	return s.directoryPage(c, found, start, set)
}
