package fakems

import (
	"encoding/base64"
	"net/http"
)

// calendarFields are the properties of a calendar that are played.
// https://learn.microsoft.com/graph/api/resources/calendar
var calendarFields = []string{"id", "name", "owner", "canEdit", "isDefaultCalendar"}

// getCalendar answers GET /users/{user}/calendar: the default calendar. Its
// owner is known by the primary address.
// https://learn.microsoft.com/graph/api/calendar-get
func (s *Server) getCalendar(c *call, u *User) (answer, error) {
	if err := s.onlyQuery(c, "$select"); err != nil {
		return answer{}, err
	}
	narrow, err := s.selected(c, calendarFields)
	if err != nil {
		return answer{}, err
	}
	m := narrow(map[string]any{
		"id": "AAMk" + base64.RawURLEncoding.EncodeToString([]byte(u.ID)) + "=", "name": "Calendar",
		"owner": u.address(), "canEdit": true, "isDefaultCalendar": true,
	})
	delete(m, "@odata.etag") // a calendar has none
	m["@odata.context"] = c.base + "/v1.0/$metadata#users('" + u.ID + "')/calendar/$entity"
	return jsonAnswer(http.StatusOK, m), nil
}
