package fakems

import (
	"errors"
	"fmt"
	"time"

	"webex-scheduler/internal/sandbox/trace"
)

// The verbs of this file are what a person does in Outlook. user is an object
// id or user principal name; an unknown one panics, since it is a bug of the
// test. Ids may be immutable or default ones.

// ErrNotFound: the calendar has no such event.
var ErrNotFound = errors.New("fakems: no such event")

// Events returns the events of the mailbox that overlap [from, to), by start:
// singles, occurrences and exceptions. Zero times leave that side open; series
// are shown two years ahead then. Deleted events are not among them.
func (s *Server) Events(user string, from, to time.Time) []Event {
	defer s.lock()()
	var events []Event
	for _, it := range s.boxes[s.person(user).ID].between(from, to, s.Clock.Now().AddDate(2, 0, 0)) {
		events = append(events, it.event.clone())
	}
	return events
}

// Event returns one event of the calendar, and whether it is there.
func (s *Server) Event(user, id string) (Event, bool) {
	defer s.lock()()
	if it := s.boxes[s.person(user).ID].live(id); it != nil {
		return it.event.clone(), true
	}
	return Event{}, false
}

// CreateEvent saves a new event and, unless it is a draft, invites its
// attendees. Reminder, responses and time proposals are on, as in Outlook's
// form.
func (s *Server) CreateEvent(user string, e Event) (Event, error) {
	return s.SaveEvent(user, e, 0)
}

// SaveEvent is CreateEvent for a client that is ahead of its server: Graph does
// not know the event, nor tell of it, until late is over.
func (s *Server) SaveEvent(user string, e Event, late time.Duration) (Event, error) {
	defer s.lock()()
	u := s.person(user)
	form := newEvent(u)
	e = e.clone()
	e.IsReminderOn, e.ReminderMinutesBeforeStart = form.IsReminderOn, form.ReminderMinutesBeforeStart
	e.ResponseRequested, e.AllowNewTimeProposals = form.ResponseRequested, form.AllowNewTimeProposals
	form.enter(e)
	form.begins(nil)
	if err := s.Series.settle(&form, nil); err != nil {
		return Event{}, fmt.Errorf("fakems: create event: %w", err)
	}
	it := s.store(u, form)
	it.known = s.Clock.Now().Add(late)
	if s.changed(u, it, created); s.unknown(it) {
		s.work.pending++
		s.after(late, func() {
			defer s.lock()()
			if it.known = (time.Time{}); !it.binned {
				s.changed(u, it, created)
			}
			s.work.pending--
			s.tell()
		})
	}
	s.tellAttendees(u, it, Event{IsDraft: true})
	s.clicked(u, "create", it)
	return it.event.clone(), nil
}

// UpdateEvent lets change edit the event and saves it. Attendees are told as
// Outlook tells them; those of a draft are invited once change clears IsDraft.
// change must not call the server.
func (s *Server) UpdateEvent(user, id string, change func(*Event)) (Event, error) {
	defer s.lock()()
	u := s.person(user)
	it := s.boxes[u.ID].live(id)
	if it == nil {
		return Event{}, ErrNotFound
	}
	edited, form := it.event.clone(), it.event.clone()
	change(&edited)
	form.enter(edited)
	form.begins(&it.event)
	if err := s.update(u, it, form); err != nil {
		return Event{}, fmt.Errorf("fakems: update event: %w", err)
	}
	s.clicked(u, "update", it)
	return it.event.clone(), nil
}

// DeleteEvent moves the event to Deleted Items. The organiser's deletion
// cancels the meeting for the attendees, an attendee's declines it.
func (s *Server) DeleteEvent(user, id string) error {
	defer s.lock()()
	u := s.person(user)
	it := s.boxes[u.ID].live(id)
	if it == nil {
		return ErrNotFound
	}
	s.clicked(u, "delete", it)
	s.remove(u, it)
	return nil
}

// CancelEvent cancels a meeting as its organiser: the attendees are told, and
// the event, now IsCancelled, moves to Deleted Items; an organiser's calendar
// shows a cancelled meeting only once it is restored from there.
// https://learn.microsoft.com/graph/api/event-cancel
func (s *Server) CancelEvent(user, id string) error {
	defer s.lock()()
	u := s.person(user)
	it := s.boxes[u.ID].live(id)
	if it == nil {
		return ErrNotFound
	}
	if !it.event.IsOrganizer {
		return errors.New("fakems: cancel event: only the organiser can")
	}
	s.clicked(u, "cancel", it)
	s.remove(u, it)
	it.off()
	return nil
}

// RestoreEvent moves an event from Deleted Items back into the calendar. It
// keeps its immutable id and iCalUId; nobody is invited again until it is next
// changed. id is the immutable one: the default id changes with each move.
// https://learn.microsoft.com/graph/outlook-immutable-id
func (s *Server) RestoreEvent(user, id string) (Event, error) {
	defer s.lock()()
	u := s.person(user)
	it := s.boxes[u.ID].find(id)
	if it == nil || !it.binned || it.master != nil {
		return Event{}, ErrNotFound
	}
	s.clicked(u, "restore", it)
	s.unbin(u, it)
	return it.event.clone(), nil
}

// DeletedEvents returns what lies in the mailbox's Deleted Items, in order of
// making.
func (s *Server) DeletedEvents(user string) []Event {
	defer s.lock()()
	var events []Event
	for _, it := range s.boxes[s.person(user).ID].items {
		if it.binned {
			events = append(events, it.event.clone())
		}
	}
	return events
}

// CopyEvent copies the event to another start, as Ctrl+drag in classic Outlook:
// same length, body, location, attendees and properties, a new id and iCalUId.
// The copy is the mailbox owner's own; nobody is told of it until it is next
// changed. A copy of an all-day event starts on the date that start has in its
// zone. A copy of an occurrence or exception is a single event; one of a master
// is a series that repeats alike from start on, with the exceptions and
// cancelled dates only if it starts when the original does.
// https://learn.microsoft.com/office/dev/add-ins/outlook/metadata-for-an-outlook-add-in
func (s *Server) CopyEvent(user, id string, start time.Time) (Event, error) {
	defer s.lock()()
	u := s.person(user)
	it := s.boxes[u.ID].live(id)
	if it == nil {
		return Event{}, ErrNotFound
	}
	c := it.copied(u)
	if c.IsAllDay {
		loc, _, _ := zone(c.Start.TimeZone)
		from, _ := c.Start.wall()
		to, _ := c.End.wall()
		y, m, d := start.In(loc).Date()
		day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
		c.Start.DateTime, c.End.DateTime = day.Format(localForm), day.Add(to.Sub(from)).Format(localForm)
	} else {
		c.Start, c.End = At(start, c.Start.TimeZone), At(start.Add(it.end().Sub(it.start())), c.End.TimeZone)
	}
	c.follow(&it.event)
	made, err := s.paste(u, it, c, "")
	if err != nil {
		return Event{}, fmt.Errorf("fakems: copy event: %w", err)
	}
	s.clicked(u, "copy", made)
	return made.event.clone(), nil
}

// Respond answers an invitation in user's mailbox: accepted,
// tentativelyAccepted or declined.
func (s *Server) Respond(user, id, response string) (Event, error) {
	defer s.lock()()
	u := s.person(user)
	it := s.boxes[u.ID].live(id)
	if it == nil {
		return Event{}, ErrNotFound
	}
	if it.event.IsOrganizer {
		return Event{}, errors.New("fakems: respond: the organiser does not answer")
	}
	s.clicked(u, response, it)
	s.respond(u, it, response)
	return it.event.clone(), nil
}

func (s *Server) clicked(u *User, verb string, it *item) {
	s.trace(trace.Entry{
		Service: trace.Person, Actor: u.UserPrincipalName, Method: verb,
		Path: "/calendar/" + it.event.ID, Note: "Outlook",
	})
}
