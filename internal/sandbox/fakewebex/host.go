package fakewebex

import (
	"net/http"
	"slices"
	"strings"
)

// has reports whether the person has a role.
func (p *Person) has(r Role) bool { return slices.Contains(p.Roles, r) }

// mayHost reports whether the person may schedule meetings.
func (p *Person) mayHost() bool { return len(p.Sites) > 0 && !p.InvitePending && !p.LoginDisabled }

// queryHost takes hostEmail out of the query: reads and deletes want it there.
// https://developer.webex.com/docs/api/v1/meetings/get-a-meeting
func (s *Server) queryHost(c *call) error {
	if !c.query.Has("hostEmail") {
		return nil
	}
	return s.hostEmail(c, c.query.Get("hostEmail"))
}

// bodyHost takes hostEmail out of a body: creates and changes want it there.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
func (s *Server) bodyHost(c *call, f fields) error {
	if !f.has("hostEmail") {
		return nil
	}
	var email string
	if err := read(f, "hostEmail", "a string", &email); err != nil {
		return err
	}
	return s.hostEmail(c, email)
}

// hostEmail is for administrators: a user's token acts as the user only. The
// status is the sandbox's choice.
func (s *Server) hostEmail(c *call, email string) error {
	if !c.admin {
		return forbidden("The hostEmail parameter requires an admin-level scope.")
	}
	return s.actFor(c, email)
}

// actFor lets an administrator act for somebody on a site that they manage:
// here, for everybody of the organisation who is on a site at all. The answer
// about others is the sandbox's choice: 404 where the address says whose
// meetings to look at, 400 in a body.
func (s *Server) actFor(c *call, email string) error {
	p := s.person(email)
	switch {
	case p != nil && p.Org == c.person.Org && len(p.Sites)+len(p.Attends) > 0:
		c.host, c.behalf = p, true
		return nil
	case c.r.Method == http.MethodGet || c.r.Method == http.MethodDelete:
		return refuse(http.StatusNotFound, textNotFound)
	}
	return invalid("Parameter 'hostEmail' is invalid: '%s'.", email)
}

// checkPlace complains about a host who is named where Webex does not look.
// The query and the properties of a body are checked with all others.
func (c *call) checkPlace() {
	if c.r.Header.Get("hostEmail") != "" {
		c.complain("header hostEmail is ignored") // others than these endpoints take it
	}
	if (c.r.Method == http.MethodGet || c.r.Method == http.MethodDelete) && len(c.body) > 0 {
		c.complain("the body is ignored")
	}
}

// traceNote tells for whom the call was made, if not for the caller.
func (c *call) traceNote() string {
	if !c.behalf {
		return c.note
	}
	return strings.TrimSuffix("for "+c.host.Email+": "+c.note, ": ")
}
