package fakems

import (
	"net/http"
	"testing"
)

// TestCalendarPermissions: the owner is told with whom the calendar is shared, a
// delegate is not, and the last word about a person counts.
func TestCalendarPermissions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	path := "/users/" + w.ana.ID + "/calendar/calendarPermissions"
	ana, bo := w.as(w.ana, "Calendars.ReadWrite"), w.as(w.bo, "Calendars.ReadWrite")
	if got := ana.must(200, "GET", path, nil); got.at("value", 0, "emailAddress", "name") != "My Organization" || got.at("value", 1) != nil {
		t.Errorf("shared with nobody: %s", got.raw)
	}
	w.ShareCalendar(w.ana.ID, w.bo.ID, "delegateWithPrivateEventAccess")
	w.ShareCalendar(w.ana.ID, w.bo.ID, "write")
	for _, path := range []string{path, "/me/calendar/calendarPermissions"} {
		got := ana.must(200, "GET", path, nil)
		if got.at("value", 1, "emailAddress", "address") != w.bo.Mail || got.at("value", 1, "role") != "write" || got.at("value", 2) != nil {
			t.Errorf("shared with Bo: %s", got.raw)
		}
	}
	w.refused(bo.do("GET", path, nil), http.StatusForbidden, "ErrorAccessDenied")
	w.ShareCalendar(w.ana.ID, w.bo.ID, "none")
	if role := w.RoleIn(w.ana.ID, w.bo.ID); role != "" {
		t.Errorf("shared no longer: %q", role)
	}
	if got := ana.must(200, "GET", path, nil); got.at("value", 1) != nil {
		t.Errorf("shared no longer: %s", got.raw)
	}
}
