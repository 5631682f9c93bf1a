package fakems

import (
	"errors"
	"fmt"
)

// The verbs of this file are the other ways in which Outlook copies and moves,
// see [Server.CopyEvent].

// copied is a copy of an item as its owner's own event, with all properties.
// https://learn.microsoft.com/office/dev/add-ins/outlook/metadata-for-an-outlook-add-in
func (it *item) copied(u *User) Event {
	c := newEvent(u)
	c.enter(it.event.clone())
	for i := range c.Attendees {
		c.Attendees[i].Status = ResponseStatus{}
	}
	return c
}

// follow moves the range of a copied series along with its start.
func (e *Event) follow(from *Event) {
	if e.Recurrence == nil || e.Start == from.Start {
		return
	}
	wall, _ := e.Start.wall()
	was, _ := from.Start.wall()
	r := &e.Recurrence.Range
	if last, err := parseDay(r.EndDate); err == nil {
		r.EndDate = (last + dayOf(wall) - dayOf(was)).String()
	}
	r.StartDate = dayOf(wall).String()
}

// paste stores a copy without telling anybody. What differs from a series stays
// with it if the copy has the same dates.
func (s *Server) paste(u *User, from *item, e Event, calendar string) (*item, error) {
	same := e.Recurrence != nil && e.Start == from.event.Start && !e.Recurrence.differs(from.event.Recurrence)
	var before *Event
	if same {
		before = &from.event
	}
	if err := s.Series.settle(&e, before); err != nil {
		return nil, err
	}
	made := s.store(u, e)
	made.calendar = calendar
	if same && from.series != nil {
		for d := range from.series.gone {
			made.series.gone[d] = true
		}
		for _, ex := range from.exceptions(&s.Series) {
			made.series.exceptions[ex.day] = ex.pasted(u, made)
		}
	}
	s.changed(u, made, created)
	return made, nil
}

// pasted is a copy of an exception for the copy of its series.
func (it *item) pasted(u *User, into *item) *item {
	e := it.copied(u)
	e.Type, e.ICalUID = "exception", datedUID(into.event.ICalUID, it.day)
	e.ETag, e.ChangeKey, e.WebLink = into.event.ETag, into.event.ChangeKey, into.event.WebLink
	e.CreatedDateTime, e.LastModifiedDateTime = into.event.CreatedDateTime, into.event.LastModifiedDateTime
	e.OriginalStartTimeZone, e.OriginalEndTimeZone = it.event.OriginalStartTimeZone, it.event.OriginalEndTimeZone
	e.BodyPreview = it.event.BodyPreview
	own := make(map[string]bool)
	for part := range it.own {
		own[part] = true
	}
	return &item{event: e, own: own}
}

// DuplicateEvent makes a new event of what the form of another shows, as
// "Duplicate event" on the web: body, location and attendees, no properties, at
// the same time. Of a date it makes a single event, of a master a series without
// exceptions. It is sent like every new event.
func (s *Server) DuplicateEvent(user, id string) (Event, error) {
	defer s.lock()()
	u := s.person(user)
	it := s.boxes[u.ID].live(id)
	if it == nil {
		return Event{}, ErrNotFound
	}
	c := it.copied(u)
	c.Properties = nil
	c.follow(&it.event)
	made, err := s.createAs(u, c, &it.event)
	if err != nil {
		return Event{}, fmt.Errorf("fakems: duplicate event: %w", err)
	}
	s.clicked(u, "duplicate", made)
	return made.event.clone(), nil
}

// PasteEvent copies the event at its time into another calendar of the same
// person, made by that name. Everything comes along: properties, and of a series
// its exceptions and cancelled dates. Lists of events have it, the view of the
// default calendar has not.
func (s *Server) PasteEvent(user, id, calendar string) (Event, error) {
	defer s.lock()()
	u := s.person(user)
	it := s.boxes[u.ID].live(id)
	if it == nil {
		return Event{}, ErrNotFound
	}
	made, err := s.paste(u, it, it.copied(u), calendar)
	if err != nil {
		return Event{}, fmt.Errorf("fakems: paste event: %w", err)
	}
	s.clicked(u, "paste into "+calendar, made)
	return made.event.clone(), nil
}

// PasteInvitation copies a received meeting at its time. As a rule the copy is
// the copier's own meeting; with PastedKeepsUID it is a second copy of the
// organiser's, with its iCalUId.
func (s *Server) PasteInvitation(user, id string) (Event, error) {
	defer s.lock()()
	u := s.person(user)
	it := s.boxes[u.ID].live(id)
	if it == nil {
		return Event{}, ErrNotFound
	}
	if it.event.IsOrganizer {
		return Event{}, errors.New("fakems: paste invitation: it is the person's own")
	}
	c := it.copied(u)
	if s.Series.PastedKeepsUID {
		c.ICalUID, c.Organizer, c.IsOrganizer = it.event.ICalUID, it.event.Organizer, false
		c.ResponseStatus = it.event.ResponseStatus
	}
	made, err := s.paste(u, it, c, "")
	if err != nil {
		return Event{}, fmt.Errorf("fakems: paste invitation: %w", err)
	}
	s.clicked(u, "paste", made)
	return made.event.clone(), nil
}

// MoveEvent moves an event or series into another calendar of the same person;
// empty is the default one. The immutable id and iCalUId stay, the default id
// changes.
// https://learn.microsoft.com/graph/outlook-immutable-id
func (s *Server) MoveEvent(user, id, calendar string) (Event, error) {
	defer s.lock()()
	u := s.person(user)
	it := s.boxes[u.ID].live(id)
	if it == nil || it.master != nil {
		return Event{}, ErrNotFound
	}
	s.clicked(u, "move to "+or(calendar, "Calendar"), it)
	told := *it
	it.calendar, it.restID = calendar, s.itemID(restMark)
	s.edited(u, it)
	s.changed(u, &told, deleted)
	s.changed(u, it, created)
	return it.event.clone(), nil
}

// HandOver makes somebody else the organiser of an event or series; the item in
// user's mailbox is an attendee's from then on.
// https://learn.microsoft.com/exchange/calendars/change-meeting-organizer
func (s *Server) HandOver(user, id, to string) error {
	defer s.lock()()
	u, other := s.person(user), s.person(to)
	it := s.boxes[u.ID].live(id)
	if it == nil || it.master != nil {
		return ErrNotFound
	}
	it.event.IsOrganizer = false
	it.event.Organizer.EmailAddress = EmailAddress{Name: other.DisplayName, Address: other.UserPrincipalName}
	s.clicked(u, "hand over to "+to, it)
	s.edited(u, it)
	s.changed(u, it, updated)
	return nil
}
