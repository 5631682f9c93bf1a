package sandbox

import (
	"net/http"

	"webex-scheduler/internal/sandbox/fakems"
)

// What a person does with a series: a date of it is an event of the calendar
// with an id of its own, the whole is another event, which no calendar shows.

// repeat is how an event repeats, in Graph's words; a nil Rule ends it. The
// rule's startDate and zone are the event's when they are empty.
type repeat struct {
	Rule *fakems.Recurrence `json:"rule"`
}

// following reports whether a click is about a date and all after it.
func following(r *http.Request) bool { return r.URL.Query().Get("of") == "following" }

// GET /sandbox/calendar/events/{id}?user=
func (s *Sandbox) showEvent(w http.ResponseWriter, r *http.Request, u fakems.User) {
	e, ok := s.Microsoft.Event(u.UserPrincipalName, r.PathValue("id"))
	if !ok {
		s.answerEvent(w, 0, e, u, fakems.ErrNotFound)
		return
	}
	s.answerEvent(w, http.StatusOK, e, u, nil)
}

// POST /sandbox/calendar/events/{id}/duplicate?user=
func (s *Sandbox) duplicateEvent(w http.ResponseWriter, r *http.Request, u fakems.User) {
	e, err := s.Microsoft.DuplicateEvent(u.UserPrincipalName, r.PathValue("id"))
	s.answerEvent(w, http.StatusCreated, e, u, err)
}

// POST /sandbox/calendar/events/{id}/dates?user=
//
// A cancelled date comes back: id is the series, date a day in its zone.
func (s *Sandbox) restoreDate(w http.ResponseWriter, r *http.Request, u fakems.User) {
	var in struct {
		Date string `json:"date"`
	}
	if !read(w, r, &in) {
		return
	}
	e, ok := s.Microsoft.Event(u.UserPrincipalName, r.PathValue("id"))
	if !ok || e.Recurrence == nil {
		s.answerEvent(w, 0, e, u, fakems.ErrNotFound)
		return
	}
	day, err := parseWall(in.Date)
	if err != nil {
		refuse(w, http.StatusBadRequest, "date: "+err.Error())
		return
	}
	original := fakems.DateTimeTimeZone{DateTime: day.String(), TimeZone: e.Recurrence.Range.RecurrenceTimeZone}
	e, err = s.Microsoft.RestoreOccurrence(u.UserPrincipalName, e.ID, original)
	s.answerEvent(w, http.StatusOK, e, u, err)
}
