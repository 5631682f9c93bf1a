package sandbox

import (
	"errors"
	"net/http"
	"time"

	"webex-scheduler/internal/sandbox/fakems"
)

// The handlers of this file are a person's clicks in Outlook.

// POST /sandbox/calendar/events?user=
func (s *Sandbox) createEvent(w http.ResponseWriter, r *http.Request, u fakems.User) {
	var in edit
	if !read(w, r, &in) {
		return
	}
	if in.Start == nil || in.End == nil {
		refuse(w, http.StatusBadRequest, "An event needs start and end.")
		return
	}
	e := fakems.Event{
		Body:  fakems.ItemBody{ContentType: "html"},
		Start: fakems.DateTimeTimeZone{TimeZone: u.TimeZone}, End: fakems.DateTimeTimeZone{TimeZone: u.TimeZone},
	}
	if err := s.apply(in, &e); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	late, err := s.late(in.Late)
	if err != nil {
		refuse(w, http.StatusBadRequest, "late: "+err.Error())
		return
	}
	e, err = s.Microsoft.SaveEvent(u.UserPrincipalName, e, late)
	s.answerEvent(w, http.StatusCreated, e, u, err)
}

// late is how long Graph does not know a new event.
func (s *Sandbox) late(wish *string) (time.Duration, error) {
	switch {
	case wish == nil || *wish == "" && s.cfg.Calm:
		return 0, nil
	case *wish == "":
		return lateIDs, nil
	}
	return time.ParseDuration(*wish)
}

// PATCH /sandbox/calendar/events/{id}?user=
func (s *Sandbox) updateEvent(w http.ResponseWriter, r *http.Request, u fakems.User) {
	var in edit
	if !read(w, r, &in) {
		return
	}
	// Tried on a copy first: the verb's function can neither fail nor ask the
	// server who an address belongs to.
	old, ok := s.Microsoft.Event(u.UserPrincipalName, r.PathValue("id"))
	if !ok {
		s.answerEvent(w, 0, old, u, fakems.ErrNotFound)
		return
	}
	wanted := old
	if err := s.apply(in, &wanted); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	update := s.Microsoft.UpdateEvent
	if following(r) {
		update = s.Microsoft.UpdateFollowing
	}
	e, err := update(u.UserPrincipalName, old.ID, func(e *fakems.Event) {
		if in.Attendees != nil || in.Optional != nil {
			e.Attendees = wanted.Attendees
		}
		in := in
		in.Attendees, in.Optional = nil, nil
		s.apply(in, e)
	})
	s.answerEvent(w, http.StatusOK, e, u, err)
}

// DELETE /sandbox/calendar/events/{id}?user=
func (s *Sandbox) deleteEvent(w http.ResponseWriter, r *http.Request, u fakems.User) {
	remove := s.Microsoft.DeleteEvent
	if following(r) {
		remove = s.Microsoft.DeleteFollowing
	}
	if err := remove(u.UserPrincipalName, r.PathValue("id")); err != nil {
		s.answerEvent(w, 0, fakems.Event{}, u, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// POST /sandbox/calendar/events/{id}/cancel?user=
func (s *Sandbox) cancelEvent(w http.ResponseWriter, r *http.Request, u fakems.User) {
	if err := s.Microsoft.CancelEvent(u.UserPrincipalName, r.PathValue("id")); err != nil {
		s.answerEvent(w, 0, fakems.Event{}, u, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// POST /sandbox/calendar/events/{id}/restore?user=
func (s *Sandbox) restoreEvent(w http.ResponseWriter, r *http.Request, u fakems.User) {
	e, err := s.Microsoft.RestoreEvent(u.UserPrincipalName, r.PathValue("id"))
	s.answerEvent(w, http.StatusOK, e, u, err)
}

// POST /sandbox/calendar/events/{id}/copy?user=
func (s *Sandbox) copyEvent(w http.ResponseWriter, r *http.Request, u fakems.User) {
	var in struct {
		Start *string `json:"start"`
		In    string  `json:"in"`
	}
	if !read(w, r, &in) {
		return
	}
	e, ok := s.Microsoft.Event(u.UserPrincipalName, r.PathValue("id"))
	if !ok {
		s.answerEvent(w, 0, e, u, fakems.ErrNotFound)
		return
	}
	start := wallOf(instant(e.Start), e.Start.TimeZone).days(1).in(e.Start.TimeZone)
	if err := enter(&start, in.Start, in.In); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	at, err := start.Time()
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	e, err = s.Microsoft.CopyEvent(u.UserPrincipalName, e.ID, at)
	s.answerEvent(w, http.StatusCreated, e, u, err)
}

// answerEvent answers a click with the event as it is now.
func (s *Sandbox) answerEvent(w http.ResponseWriter, status int, e fakems.Event, u fakems.User, err error) {
	switch {
	case errors.Is(err, fakems.ErrNotFound):
		refuse(w, http.StatusNotFound, "The calendar has no such event.")
	case err != nil:
		refuse(w, http.StatusBadRequest, err.Error())
	default:
		answer(w, status, s.view(e, u))
	}
}
