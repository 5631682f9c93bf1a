package sandbox

import (
	"net/http"
	"slices"

	"webex-scheduler/internal/sandbox/fakems"
)

// sharing is whom the owner of a calendar lets into it.
type sharing struct {
	With string `json:"with"` // user principal name
	Name string `json:"name"`
	Role string `json:"role"` // as Graph calls it
}

// GET /sandbox/calendar/shares?user=
func (s *Sandbox) listShares(w http.ResponseWriter, _ *http.Request, u fakems.User) {
	answer(w, http.StatusOK, map[string]any{"shares": s.sharesOf(u)})
}

func (s *Sandbox) sharesOf(u fakems.User) []sharing {
	list := []sharing{}
	for _, other := range s.Microsoft.Users() {
		if other.TenantID != u.TenantID || other.ID == u.ID {
			continue
		}
		if role := s.Microsoft.RoleIn(u.ID, other.ID); role != "" {
			list = append(list, sharing{other.UserPrincipalName, other.DisplayName, role})
		}
	}
	return list
}

// PUT /sandbox/calendar/shares?user=
func (s *Sandbox) putShare(w http.ResponseWriter, r *http.Request, u fakems.User) {
	var in struct {
		With string `json:"with"`
		Role string `json:"role"`
	}
	if !read(w, r, &in) {
		return
	}
	with, ok := s.Microsoft.User(in.With)
	switch {
	case !ok || with.TenantID != u.TenantID || with.ID == u.ID:
		refuse(w, http.StatusBadRequest, "with: name somebody else of the same organisation.")
	case in.Role != "none" && !slices.Contains(fakems.CalendarRoles, in.Role):
		refuse(w, http.StatusBadRequest, "role: none, or a role as Graph calls it: write, delegateWithoutPrivateEventAccess, …")
	default:
		s.Microsoft.ShareCalendar(u.ID, with.ID, in.Role)
		w.WriteHeader(http.StatusNoContent)
	}
}
