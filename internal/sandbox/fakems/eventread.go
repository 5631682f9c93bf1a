package fakems

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// eventFields are the properties of an event in v1.0 that can be selected.
// https://learn.microsoft.com/graph/api/resources/event
var eventFields = strings.Fields(`id createdDateTime lastModifiedDateTime changeKey categories transactionId
	originalStartTimeZone originalEndTimeZone iCalUId reminderMinutesBeforeStart isReminderOn hasAttachments
	subject bodyPreview importance sensitivity isAllDay isCancelled isOrganizer responseRequested seriesMasterId
	showAs type webLink onlineMeetingUrl isOnlineMeeting onlineMeetingProvider allowNewTimeProposals isDraft
	hideAttendees responseStatus body start end location locations recurrence attendees organizer onlineMeeting
	originalStart`)

// render is an event as Graph answers it, with nulls for what is not there.
func (it *item) render(c *call) map[string]any {
	e := &it.event
	id := it.restID
	if c.wants.immutable {
		id = e.ID
	}
	m := map[string]any{
		"@odata.etag":                e.ETag,
		"id":                         id,
		"createdDateTime":            stamp(e.CreatedDateTime),
		"lastModifiedDateTime":       stamp(e.LastModifiedDateTime),
		"changeKey":                  e.ChangeKey,
		"categories":                 list(e.Categories),
		"transactionId":              e.TransactionID,
		"originalStartTimeZone":      e.OriginalStartTimeZone,
		"originalEndTimeZone":        e.OriginalEndTimeZone,
		"iCalUId":                    e.ICalUID,
		"reminderMinutesBeforeStart": e.ReminderMinutesBeforeStart,
		"isReminderOn":               e.IsReminderOn,
		"hasAttachments":             e.HasAttachments,
		"subject":                    e.Subject,
		"bodyPreview":                e.BodyPreview,
		"importance":                 e.Importance,
		"sensitivity":                e.Sensitivity,
		"isAllDay":                   e.IsAllDay,
		"isCancelled":                e.IsCancelled,
		"isOrganizer":                e.IsOrganizer,
		"responseRequested":          e.ResponseRequested,
		"seriesMasterId":             it.masterID(c.wants),
		"showAs":                     e.ShowAs,
		"type":                       e.Type,
		"webLink":                    e.WebLink,
		"onlineMeetingUrl":           nil,
		"isOnlineMeeting":            false,
		"onlineMeetingProvider":      "unknown",
		"allowNewTimeProposals":      e.AllowNewTimeProposals,
		"isDraft":                    e.IsDraft,
		"hideAttendees":              e.HideAttendees,
		"responseStatus":             e.ResponseStatus,
		"body":                       e.Body.as(c.wants.body),
		"start":                      it.inZone(e.Start, c.wants),
		"end":                        it.inZone(e.End, c.wants),
		"location":                   e.Location.render(),
		"locations":                  list(e.Locations),
		"recurrence":                 e.Recurrence.render(),
		"attendees":                  list(e.Attendees),
		"organizer":                  e.Organizer,
		"onlineMeeting":              nil,
	}
	if it.master != nil {
		m["originalStart"] = stamp(e.OriginalStart)
	}
	return m
}

// inZone converts a time into the zone asked for. All-day events are dates: they
// show midnight whatever the zone.
// https://learn.microsoft.com/graph/api/resources/event
func (it *item) inZone(d DateTimeTimeZone, p prefer) DateTimeTimeZone {
	if it.event.IsAllDay {
		return DateTimeTimeZone{d.DateTime, p.zoneName}
	}
	at := p.zone
	if _, name, _ := zone(p.zoneName); name == shownZone(d.TimeZone) {
		at, _, _ = zone(d.TimeZone) // the server's rules for the zone are the event's
	}
	return DateTimeTimeZone{instant(d).In(at).Format(localForm), p.zoneName}
}

// masterID is the id of the series, null for what is no date of one.
func (it *item) masterID(p prefer) any {
	switch {
	case it.master == nil:
		return nil
	case p.immutable:
		return it.master.event.ID
	}
	return it.master.restID
}

func (l Location) render() map[string]any {
	m := map[string]any{"displayName": l.DisplayName, "locationType": l.LocationType, "uniqueIdType": l.UniqueIDType}
	if l.DisplayName == "" {
		m["address"], m["coordinates"] = struct{}{}, struct{}{}
	} else {
		m["uniqueId"] = l.UniqueID
	}
	return m
}

// list is v as a JSON array, never null.
func list[T any](v []T) []T {
	if v == nil {
		return []T{}
	}
	return v
}

// selected applies $select. Outlook always answers id and etag too.
func (s *Server) selected(c *call, allowed []string) (func(map[string]any) map[string]any, error) {
	if !c.query.Has("$select") {
		return func(m map[string]any) map[string]any { return m }, nil
	}
	names := strings.Split(c.query.Get("$select"), ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
		if !slices.Contains(allowed, names[i]) {
			s.unexpected("$select=%s: there is no such property in v1.0, or it is not played here", name)
			return nil, badRequest("BadRequest", "Could not find a property named '%s' on type 'microsoft.graph.event'.", name)
		}
	}
	return func(m map[string]any) map[string]any {
		few := map[string]any{"@odata.etag": m["@odata.etag"], "id": m["id"]}
		for _, name := range names {
			if v, ok := m[name]; ok {
				few[name] = v
			}
		}
		return few
	}, nil
}

// findEvent finds an event by either kind of id.
// https://learn.microsoft.com/graph/outlook-immutable-id
func (s *Server) findEvent(c *call, u *User, id string) (*item, error) {
	if !wellFormed(id) {
		return nil, badRequest("ErrorInvalidIdMalformed", "Id is malformed.")
	}
	it := s.boxes[u.ID].find(id)
	if it != nil && it.binned && !s.showsBinned(c, u, it, id) {
		it = nil
	}
	if it == nil || s.unknown(it) {
		return nil, &refusal{http.StatusNotFound, "ErrorItemNotFound", "The specified object was not found in the store."}
	}
	return it, nil
}

// showsBinned reports whether an event of Deleted Items is answered for id.
func (s *Server) showsBinned(c *call, u *User, it *item, id string) bool {
	if it.event.ID != id || s.BinReadable {
		return it.event.ID == id
	}
	_, shown := s.struck(c, BinShown, u)
	return shown
}

// getEvent answers GET /users/{user}/events/{id}.
// https://learn.microsoft.com/graph/api/event-get
func (s *Server) getEvent(c *call, u *User, id string) (answer, error) {
	if err := s.onlyQuery(c, "$select", "$expand"); err != nil {
		return answer{}, err
	}
	it, err := s.findEvent(c, u, id)
	if err != nil {
		return answer{}, err
	}
	narrow, err := s.selected(c, masterFields)
	if err != nil {
		return answer{}, err
	}
	var more error
	a := s.eventAnswer(c, http.StatusOK, u, it, func(m map[string]any) map[string]any {
		m = narrow(m)
		more = s.expanded(c, it, m)
		return m
	})
	return a, more
}

func (s *Server) eventAnswer(c *call, status int, u *User, it *item, narrow func(map[string]any) map[string]any) answer {
	m := narrow(it.render(c))
	m["@odata.context"] = c.base + "/v1.0/$metadata#users('" + u.ID + "')/events/$entity"
	return jsonAnswer(status, m).with("ETag", it.event.ETag)
}

// listEvents answers GET /users/{user}/events: singles and masters of all
// calendars.
// https://learn.microsoft.com/graph/api/user-list-events
func (s *Server) listEvents(c *call, u *User) (answer, error) {
	if err := s.resume(c); err != nil {
		return answer{}, err
	}
	if err := s.onlyQuery(c, "$select", "$filter", "$orderby", "$top", "$skip"); err != nil {
		return answer{}, err
	}
	narrow, err := s.selected(c, eventFields)
	if err != nil {
		return answer{}, err
	}
	matches, err := s.parseFilter(c.query.Get("$filter"))
	if err != nil {
		return answer{}, err
	}
	order, err := s.parseOrder(c.query.Get("$orderby"))
	if err != nil {
		return answer{}, err
	}
	var found []*item
	for _, it := range s.boxes[u.ID].items {
		if !it.binned && !s.unknown(it) && matches(it) {
			found = append(found, it)
		}
	}
	// Without $orderby no order is promised; it is that of creation here.
	slices.SortStableFunc(found, order)
	return s.onePage(c, u, found, narrow, "events")
}

// calendarView answers GET /users/{user}/calendarView: what the default calendar
// shows, never masters. createdDateTime and
// lastModifiedDateTime are documented as not selectable.
// https://learn.microsoft.com/graph/api/user-list-calendarview
func (s *Server) calendarView(c *call, u *User) (answer, error) {
	if err := s.resume(c); err != nil {
		return answer{}, err
	}
	if err := s.onlyQuery(c, "$select", "$top", "$skip", "startDateTime", "endDateTime"); err != nil {
		return answer{}, err
	}
	narrow, err := s.selected(c, slices.DeleteFunc(slices.Clone(eventFields), func(name string) bool {
		return name == "createdDateTime" || name == "lastModifiedDateTime"
	}))
	if err != nil {
		return answer{}, err
	}
	window, err := s.window(c)
	if err != nil {
		return answer{}, err
	}
	if window[1].Sub(window[0]) > longestView {
		s.unexpected("%s: a view of more than 1825 days", c.r.URL.Path)
		return answer{}, badRequest("ErrorInvalidRequest", "Your request can't be completed. The range between the start and end dates is greater than the allowed range. Maximum number of days: 1825")
	}
	known := slices.DeleteFunc(s.boxes[u.ID].between(window[0], window[1], window[1]), func(it *item) bool {
		return s.unknown(it) || it.calendar != ""
	})
	return s.onePage(c, u, known, narrow, "calendarView")
}

// longestView is the longest time that a view may span.
// https://github.com/microsoftgraph/microsoft-graph-docs/issues/6284
const longestView = 1825 * 24 * time.Hour

// parseInstant reads ISO 8601 with an offset; without one it is UTC.
func parseInstant(text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04:05", text)
	}
	if err != nil {
		t, err = time.Parse("2006-01-02", text)
	}
	return t, err
}

// onlyQuery refuses query parameters that are not named.
func (s *Server) onlyQuery(c *call, allowed ...string) error {
	for name := range c.query {
		if !slices.Contains(allowed, name) {
			s.unexpected("%s: query parameter %s is not understood, or not played here", c.r.URL.Path, name)
			return badRequest("BadRequest", "The query parameter '%s' is not supported.", name)
		}
	}
	return nil
}
