package fakems

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
)

// share is what the owner of a calendar lets somebody do in it.
// https://learn.microsoft.com/graph/api/resources/calendarpermission
type share struct{ user, role string }

// CalendarRoles are those that may be given to one person.
var CalendarRoles = []string{"freeBusyRead", "limitedRead", "read", "write", "delegateWithoutPrivateEventAccess", "delegateWithPrivateEventAccess"}

// ShareCalendar lets somebody into the owner's calendar, in the role that Graph
// calls so; "none" ends it. Both are object ids or user principal names of one
// tenant. It panics on another role: that is a bug of the test.
func (s *Server) ShareCalendar(owner, user, role string) {
	defer s.lock()()
	o, u := s.person(owner), s.person(user)
	if o.TenantID != u.TenantID || o == u || role != "none" && !slices.Contains(CalendarRoles, role) {
		panic("fakems: " + owner + " cannot share a calendar with " + user + " as " + role)
	}
	if s.shares == nil {
		s.shares = map[string][]share{}
	}
	list := slices.DeleteFunc(s.shares[o.ID], func(sh share) bool { return sh.user == u.ID })
	if role != "none" {
		list = append(list, share{u.ID, role})
	}
	s.shares[o.ID] = list
}

// RoleIn is the role that somebody has in the owner's calendar; empty: none.
func (s *Server) RoleIn(owner, user string) string {
	defer s.lock()()
	with := s.person(user)
	for _, sh := range s.shares[s.person(owner).ID] {
		if sh.user == with.ID {
			return sh.role
		}
	}
	return ""
}

// calendarPermissionFields are the properties of a permission that are played.
var calendarPermissionFields = []string{"id", "isRemovable", "isInsideOrganization", "role", "allowedRoles", "emailAddress"}

// listCalendarPermissions answers GET /users/{user}/calendar/calendarPermissions.
// Only the owner, or the app alone, is told with whom a calendar is shared.
// https://learn.microsoft.com/graph/api/calendar-list-calendarpermissions
func (s *Server) listCalendarPermissions(c *call, u *User) (answer, error) {
	if err := s.onlyQuery(c, "$select"); err != nil {
		return answer{}, err
	}
	narrow, err := s.selected(c, calendarPermissionFields)
	if err != nil {
		return answer{}, err
	}
	values := []map[string]any{}
	add := func(id string, removable bool, role string, allowed []string, email map[string]any) {
		m := narrow(map[string]any{
			"id": base64.StdEncoding.EncodeToString([]byte(id)), "isRemovable": removable, "isInsideOrganization": true,
			"role": role, "allowedRoles": allowed, "emailAddress": email,
		})
		delete(m, "@odata.etag")
		values = append(values, m)
	}
	add("Default", false, "freeBusyRead", []string{"none", "freeBusyRead", "limitedRead", "read", "write"}, map[string]any{"name": "My Organization"})
	for _, sh := range s.shares[u.ID] {
		with := s.person(sh.user)
		add("l"+strings.ToLower(with.Mail), true, sh.role, CalendarRoles, map[string]any{"name": with.DisplayName, "address": with.Mail})
	}
	return jsonAnswer(http.StatusOK, map[string]any{
		"@odata.context": c.base + "/v1.0/$metadata#users('" + u.ID + "')/calendar/calendarPermissions", "value": values,
	}), nil
}
