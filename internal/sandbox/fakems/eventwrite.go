package fakems

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
)

const maxBody = 4 << 20

// body reads the JSON object of a write. https://learn.microsoft.com/graph/errors
func (s *Server) body(c *call) (map[string]json.RawMessage, error) {
	if media, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type")); media != "application/json" {
		s.unexpected("%s %s with Content-Type %q", c.r.Method, c.r.URL.Path, c.r.Header.Get("Content-Type"))
		return nil, &refusal{http.StatusUnsupportedMediaType, "RequestBodyRead",
			"A supported MIME type could not be found that matches the content type of the request."}
	}
	data, err := io.ReadAll(io.LimitReader(c.r.Body, maxBody))
	if err != nil {
		return nil, badRequest("RequestBodyRead", "The request body could not be read.")
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil || fields == nil {
		s.unexpected("%s %s: the body is no JSON object", c.r.Method, c.r.URL.Path)
		return nil, badRequest("BadRequest", "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.")
	}
	return fields, nil
}

// decode reads a property strictly: unknown members and other types are refused.
func (s *Server) decode(name string, raw json.RawMessage, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		s.unexpected("property %s: %v", name, err)
		return badRequest("RequestBodyRead", "The value of property '%s' could not be read.", name)
	}
	return nil
}

// patch applies the properties of a write to an event. What Graph does not let
// a client set is refused, and so is what is not played.
func (s *Server) patch(e *Event, fields map[string]json.RawMessage) error {
	location, locations := e.Location, e.Locations
	into := map[string]any{
		"subject": &e.Subject, "body": &e.Body, "start": &e.Start, "end": &e.End, "isAllDay": &e.IsAllDay,
		"location": &location, "locations": &locations, "attendees": &e.Attendees,
		"sensitivity": &e.Sensitivity, "showAs": &e.ShowAs, "importance": &e.Importance, "categories": &e.Categories,
		"isReminderOn": &e.IsReminderOn, "reminderMinutesBeforeStart": &e.ReminderMinutesBeforeStart,
		"responseRequested": &e.ResponseRequested, "allowNewTimeProposals": &e.AllowNewTimeProposals,
		"hideAttendees": &e.HideAttendees, "recurrence": &e.Recurrence,
	}
	before := e.clone()
	for name, raw := range fields {
		target, ok := into[name]
		switch { // what is sent replaces, nothing is merged
		case name == "start":
			e.Start = DateTimeTimeZone{}
		case name == "end":
			e.End = DateTimeTimeZone{}
		case name == "body":
			e.Body = ItemBody{}
		case name == "location":
			location = Location{}
		case name == "locations":
			locations = nil
		case name == "attendees":
			e.Attendees = nil
		case name == "categories":
			e.Categories = nil
		case name == "recurrence":
			e.Recurrence = nil
		case !ok && slices.Contains(eventFields, name):
			s.unexpected("property %s was written: it is read-only, or not played here", name)
			return badRequest("ErrorInvalidPropertySet", "Set action is invalid for property '%s'.", name)
		case !ok:
			s.unexpected("an event has no property %s", name)
			return badRequest("RequestBodyRead", "The property '%s' does not exist on type 'microsoft.graph.event'. Make sure to only use property names that are defined by the type.", name)
		}
		if err := s.decode(name, raw, target); err != nil {
			return err
		}
	}
	if _, ok := fields["location"]; ok {
		e.Location, e.Locations = location, []Location{location}
	} else if _, ok := fields["locations"]; ok {
		e.Locations = locations
		var names []string
		for _, l := range locations {
			names = append(names, l.DisplayName)
		}
		e.Location = Location{DisplayName: strings.Join(names, "; ")}
	}
	for i := range e.Attendees {
		// Answers are the attendees' own; a write does not change them.
		a := &e.Attendees[i]
		a.Status = ResponseStatus{}
		if old := before.attendee(a.EmailAddress.Address); old != nil {
			a.Status = old.Status
		}
	}
	if err := e.knowsZones(&before); err != nil {
		return err
	}
	if _, ok := fields["recurrence"]; ok && e.Recurrence != nil {
		if err := e.Recurrence.clone().settle(); err != nil {
			s.unexpected("a recurrence was written that is none: %v", err)
			return err
		}
	}
	return s.checkWords(e)
}

// knowsZones refuses zone names that only verbs know, and understands those
// that the event itself was read with.
func (e *Event) knowsZones(before *Event) error {
	was := []string{before.Start.TimeZone, before.End.TimeZone}
	names := []*string{&e.Start.TimeZone, &e.End.TimeZone}
	if e.Recurrence != nil {
		names = append(names, &e.Recurrence.Range.RecurrenceTimeZone)
	}
	if before.Recurrence != nil {
		was = append(was, before.Recurrence.Range.RecurrenceTimeZone)
	}
	for _, name := range names {
		for _, old := range was {
			if *name != "" && *name == shownZone(old) {
				*name = old
			}
		}
		if strings.Contains(*name, "#") && !slices.Contains(was, *name) {
			return badZone(*name)
		}
	}
	return nil
}

// checkWords holds the closed sets of an event.
func (s *Server) checkWords(e *Event) error {
	sets := [][2]string{
		{e.Sensitivity, "normal personal private confidential"},
		{e.ShowAs, "free tentative busy oof workingElsewhere unknown"},
		{e.Importance, "low normal high"},
	}
	for _, a := range e.Attendees {
		sets = append(sets, [2]string{a.Type, "required optional resource"})
	}
	for _, set := range sets {
		if set[0] != "" && !slices.Contains(strings.Fields(set[1]), set[0]) {
			s.unexpected("%q is none of %s", set[0], set[1])
			return badRequest("RequestBodyRead", "Requested value '%s' was not found.", set[0])
		}
	}
	return nil
}

func everything(m map[string]any) map[string]any { return m }

// postEvent answers POST /users/{user}/events. A transactionId seen before
// brings the event made then, not a second one.
// https://learn.microsoft.com/graph/api/user-post-events
func (s *Server) postEvent(c *call, u *User) (answer, error) {
	if err := s.onlyQuery(c); err != nil {
		return answer{}, err
	}
	fields, err := s.body(c)
	if err != nil {
		return answer{}, err
	}
	e := newEvent(u)
	if raw, ok := fields["transactionId"]; ok {
		if err := s.decode("transactionId", raw, &e.TransactionID); err != nil {
			return answer{}, err
		}
		delete(fields, "transactionId")
	}
	if e.TransactionID != nil {
		for _, it := range s.boxes[u.ID].items {
			if id := it.event.TransactionID; id != nil && *id == *e.TransactionID && !it.binned {
				c.entry.Note = "the event of this transactionId was there already"
				return s.eventAnswer(c, http.StatusCreated, u, it, everything), nil
			}
		}
	}
	for _, name := range []string{"start", "end"} {
		if _, ok := fields[name]; !ok {
			s.unexpected("an event without %s", name)
			return answer{}, badRequest("ErrorPropertyValidationFailure", "Required property '%s' is missing.", name)
		}
	}
	if err := s.patch(&e, fields); err != nil {
		return answer{}, err
	}
	it, err := s.create(u, e)
	if err != nil {
		return answer{}, err
	}
	c.wrote()
	a := s.eventAnswer(c, http.StatusCreated, u, it, everything)
	return a.with("Location", c.base+"/v1.0/users/"+u.ID+"/events/"+it.event.ID), nil
}

// patchEvent answers PATCH /users/{user}/events/{id}.
// https://learn.microsoft.com/graph/api/event-update
func (s *Server) patchEvent(c *call, u *User, id string) (answer, error) {
	if err := s.onlyQuery(c); err != nil {
		return answer{}, err
	}
	it, err := s.findEvent(c, u, id)
	if err != nil {
		return answer{}, err
	}
	if err := ifMatch(c, it); err != nil {
		return answer{}, err
	}
	fields, err := s.body(c)
	if err != nil {
		return answer{}, err
	}
	e := it.event.clone()
	if err := s.patch(&e, fields); err != nil {
		return answer{}, err
	}
	if err := s.update(u, it, e); err != nil {
		return answer{}, err
	}
	c.wrote()
	return s.eventAnswer(c, http.StatusOK, u, it, everything), nil
}

// deleteEvent answers DELETE /users/{user}/events/{id}: the event goes to
// Deleted Items, the attendees are told.
// https://learn.microsoft.com/graph/api/event-delete
func (s *Server) deleteEvent(c *call, u *User, id string) (answer, error) {
	it, err := s.findEvent(c, u, id)
	if err != nil {
		return answer{}, err
	}
	if err := ifMatch(c, it); err != nil {
		return answer{}, err
	}
	if it.binned {
		return answer{}, &refusal{http.StatusNotFound, "ErrorItemNotFound", "The specified object was not found in the store."}
	}
	s.remove(u, it)
	c.wrote()
	return answer{status: http.StatusNoContent}, nil
}

// ifMatch refuses a write that was made for another version. Code as recorded
// from the live service.
func ifMatch(c *call, it *item) error {
	tag := c.r.Header.Get("If-Match")
	if tag == "" || tag == "*" || tag == it.event.ETag {
		return nil
	}
	return &refusal{http.StatusPreconditionFailed, "ErrorIrresolvableConflict",
		"The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item."}
}
