package fakems

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// What a GET of one master shows only when it is asked for by name.
// https://learn.microsoft.com/graph/api/event-get
const (
	cancelledOccurrences = "cancelledOccurrences"
	exceptionOccurrences = "exceptionOccurrences"
)

// masterFields are what can be selected of one event.
var masterFields = append(slices.Clone(eventFields), cancelledOccurrences, exceptionOccurrences)

// listInstances answers GET /users/{user}/events/{id}/instances: occurrences
// and exceptions of a master that lie in the window, no cancelled ones. What
// the service says of other events is not documented; here it is refused.
// https://learn.microsoft.com/graph/api/event-list-instances
func (s *Server) listInstances(c *call, u *User, id string) (answer, error) {
	if err := s.resume(c); err != nil {
		return answer{}, err
	}
	if err := s.onlyQuery(c, "$select", "$top", "$skip", "startDateTime", "endDateTime"); err != nil {
		return answer{}, err
	}
	narrow, err := s.selected(c, eventFields)
	if err != nil {
		return answer{}, err
	}
	it, err := s.findEvent(c, u, id)
	if err != nil {
		return answer{}, err
	}
	window, err := s.window(c)
	if err != nil {
		return answer{}, err
	}
	if it.series == nil {
		if !it.repeated { // else a person may have changed it since it was read
			s.unexpected("instances of an event that is no series master")
		}
		return answer{}, badRequest("ErrorInvalidRequest", "The event is not a recurring series master.")
	}
	found := it.within(window[0], window[1], &s.Series)
	found = slices.DeleteFunc(found, func(o *item) bool { return !o.overlaps(window[0], window[1]) })
	slices.SortStableFunc(found, func(a, b *item) int { return a.start().Compare(b.start()) })
	return s.onePage(c, u, found, narrow, "events('"+id+"')/instances")
}

// window reads the two ends that a view needs.
func (s *Server) window(c *call) (window [2]time.Time, err error) {
	for i, name := range []string{"startDateTime", "endDateTime"} {
		if window[i], err = parseInstant(c.query.Get(name)); err != nil {
			s.unexpected("%s: %s=%q", c.path[len(c.path)-1], name, c.query.Get(name))
			return window, badRequest("ErrorInvalidParameter", "This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.")
		}
	}
	if !window[0].Before(window[1]) {
		return window, badRequest("ErrorInvalidParameter", "The end of the window must be after its start.")
	}
	return window, nil
}

// expanded adds to the answer for one master what its query names: cancelled
// dates when they are selected, exceptions when they are expanded as well.
func (s *Server) expanded(c *call, it *item, m map[string]any) error {
	expand := strings.TrimSpace(c.query.Get("$expand"))
	if c.query.Has("$expand") && expand != exceptionOccurrences {
		s.unexpected("$expand=%s: there is no such relationship, or it is not played here", expand)
		return badRequest("BadRequest", "Could not find a property named '%s' on type 'microsoft.graph.event'.", expand)
	}
	if it.series == nil {
		return nil
	}
	wanted := strings.FieldsFunc(c.query.Get("$select"), func(r rune) bool { return r == ',' || r == ' ' })
	if slices.Contains(wanted, cancelledOccurrences) {
		id, _ := m["id"].(string)
		m[cancelledOccurrences] = it.cancelledIDs(id)
	}
	if slices.Contains(wanted, exceptionOccurrences) && expand == exceptionOccurrences {
		values := []map[string]any{}
		for _, ex := range it.exceptions(&s.Series) {
			values = append(values, ex.render(c))
		}
		m[exceptionOccurrences] = values
	}
	return nil
}

// cancelEvent answers POST /users/{user}/events/{id}/cancel, for organisers: of
// a meeting, a series or one date.
// https://learn.microsoft.com/graph/api/event-cancel
func (s *Server) cancelEvent(c *call, u *User, id string) (answer, error) {
	if err := s.onlyQuery(c); err != nil {
		return answer{}, err
	}
	it, err := s.findEvent(c, u, id)
	if err != nil {
		return answer{}, err
	}
	fields, err := s.body(c)
	if err != nil {
		return answer{}, err
	}
	for name, raw := range fields {
		var comment string
		if !strings.EqualFold(name, "comment") {
			s.unexpected("cancel: there is no parameter %s", name)
			return answer{}, badRequest("RequestBodyRead", "The parameter '%s' in the request payload is not a valid parameter for the operation 'cancel'.", name)
		}
		if err := s.decode(name, raw, &comment); err != nil {
			return answer{}, err
		}
	}
	if !it.event.IsOrganizer {
		return answer{}, badRequest("ErrorInvalidRequest", "Your request can't be completed. You need to be an organizer to cancel a meeting.")
	}
	if it.binned {
		return answer{}, &refusal{http.StatusNotFound, "ErrorItemNotFound", "The specified object was not found in the store."}
	}
	s.remove(u, it)
	it.off()
	c.wrote()
	return answer{status: http.StatusAccepted}, nil
}
