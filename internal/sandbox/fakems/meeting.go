package fakems

import (
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/sandbox/trace"
)

// What a change to an event does besides changing it: invitations, updates and
// cancellations go out, and the attendees who live in the same tenant have
// their copies made or changed. A client cannot switch this off.
// https://learn.microsoft.com/graph/api/event-update

// create stores an event and sends its invitations.
func (s *Server) create(u *User, e Event) (*item, error) { return s.createAs(u, e, nil) }

// createAs creates an event that has its times from another.
func (s *Server) createAs(u *User, e Event, from *Event) (*item, error) {
	if err := s.Series.settle(&e, from); err != nil {
		return nil, err
	}
	it := s.add(u, e)
	s.tellAttendees(u, it, Event{IsDraft: true})
	return it, nil
}

// update replaces an item's event by a changed one.
func (s *Server) update(u *User, it *item, changed Event) error {
	if it.master != nil {
		return s.updateOccurrence(u, it, changed)
	}
	before := it.event
	if err := s.Series.settle(&changed, &before); err != nil {
		return err
	}
	it.event = changed
	it.reshape(&before, &s.Series)
	s.edited(u, it)
	if it.binned { // nobody hears of what happens in Deleted Items
		return nil
	}
	s.changed(u, it, updated)
	if it.event.IsOrganizer {
		s.tellAttendees(u, it, before)
	}
	return nil
}

// remove deletes an item, cancelling or declining the meeting. A date of a
// series leaves it, and is not kept.
func (s *Server) remove(u *User, it *item) {
	if it.master != nil {
		s.drop(u, it)
		return
	}
	s.bin(u, it)
	s.withdraw(u, it)
}

// withdraw tells the others that u removed a meeting.
func (s *Server) withdraw(u *User, it *item) {
	e := &it.event
	switch {
	case e.IsOrganizer && !e.IsDraft && !e.IsCancelled:
		s.cancel(u, it, e.Attendees)
	case !e.IsOrganizer && !e.IsCancelled:
		s.respond(u, it, "declined")
	}
}

// tellAttendees sends what the difference to before calls for. A meeting still
// a draft or cancelled tells nobody; one that was a draft before invites
// everybody.
func (s *Server) tellAttendees(u *User, it *item, before Event) {
	e := &it.event
	if e.IsDraft || e.IsCancelled {
		return
	}
	if before.IsDraft {
		before.Attendees = nil
	}
	var invited, kept, removed []Attendee
	for _, a := range e.Attendees {
		if before.attendee(a.EmailAddress.Address) == nil {
			invited = append(invited, a)
		} else {
			kept = append(kept, a)
		}
	}
	for _, a := range before.Attendees {
		if e.attendee(a.EmailAddress.Address) == nil {
			removed = append(removed, a)
		}
	}
	s.mail(u, it, Invitation, invited)
	if tells(before, *e) {
		s.mail(u, it, Update, kept)
		s.deliver(u, it, kept)
	}
	s.deliver(u, it, invited)
	s.cancel(u, it, removed)
}

// tells reports whether attendees hear of the difference: title, time, place
// and body count; categories, reminder and the like are the owner's own.
func tells(a, b Event) bool {
	return a.Subject != b.Subject || a.Body != b.Body || a.Start != b.Start || a.End != b.End ||
		a.IsAllDay != b.IsAllDay || a.Location.DisplayName != b.Location.DisplayName || a.Recurrence.differs(b.Recurrence)
}

// deliver puts the meeting into the calendars of attendees of the same tenant:
// same iCalUId, ids of their own. https://learn.microsoft.com/graph/api/resources/event
func (s *Server) deliver(organizer *User, it *item, to []Attendee) {
	for _, a := range to {
		u := s.addressee(organizer.TenantID, a.EmailAddress.Address)
		if u == nil {
			continue
		}
		e := invitation(it.event)
		mine := s.boxes[u.ID].readmit(it)
		if mine == nil {
			s.add(u, e).receive(it, u)
			s.absorb(u, it)
			continue
		}
		mine.keep()
		old := mine.event
		e.ID, e.CreatedDateTime, e.Categories = old.ID, old.CreatedDateTime, old.Categories
		e.SeriesMasterID, e.OriginalStart, e.Properties = old.SeriesMasterID, old.OriginalStart, old.Properties
		if it.master != nil {
			e.Type = old.Type // of an exception, or of the only date one is invited to
		}
		if old.Start == e.Start && old.End == e.End && !old.Recurrence.differs(e.Recurrence) {
			e.ShowAs, e.ResponseStatus = old.ShowAs, old.ResponseStatus
		}
		mine.event = e
		if mine.master != nil {
			mine.ownsAs(it, &old)
		} else {
			mine.reshape(&old, &s.Series)
		}
		s.edited(u, mine)
		s.changed(u, mine, updated)
	}
}

// cancel tells attendees that the meeting is off, for them at least. Their
// copies stay, marked.
func (s *Server) cancel(organizer *User, it *item, to []Attendee) {
	s.mail(organizer, it, Cancellation, to)
	for _, a := range to {
		u := s.addressee(organizer.TenantID, a.EmailAddress.Address)
		if u == nil {
			continue
		}
		if mine := s.boxes[u.ID].counterpart(it); mine != nil && !mine.event.IsOrganizer {
			mine.keep()
			before := mine.event.clone()
			mine.off()
			mine.event.ShowAs = "free"
			mine.event.Subject = "Canceled: " + strings.TrimPrefix(mine.event.Subject, "Canceled: ")
			mine.settled(&before, &s.Series)
			s.edited(u, mine)
			s.changed(u, mine, updated)
		}
	}
}

// respond records u's answer in both mailboxes and mails it. An answer changes
// the organiser's item too.
func (s *Server) respond(u *User, it *item, response string) {
	status := ResponseStatus{Response: response, Time: s.Clock.Now().UTC()}
	if !it.binned {
		it.keep()
	}
	before := it.event.clone()
	it.event.ResponseStatus = status
	if !it.binned {
		it.event.ShowAs = map[string]string{"accepted": "busy", "tentativelyAccepted": "tentative", "declined": "free"}[response]
		it.settled(&before, &s.Series)
		s.edited(u, it)
		s.changed(u, it, updated)
	}
	organizer := s.addressee(u.TenantID, it.event.Organizer.EmailAddress.Address)
	s.mail(u, it, Response, []Attendee{{EmailAddress: it.event.Organizer.EmailAddress}})
	if organizer == nil {
		return
	}
	theirs := s.boxes[organizer.ID].counterpart(it)
	if theirs == nil {
		return
	}
	theirs.keep()
	before = theirs.event.clone()
	theirs.event.Attendees = slices.Clone(theirs.event.Attendees)
	for i := range theirs.event.Attendees {
		if u.has(theirs.event.Attendees[i].EmailAddress.Address) {
			theirs.event.Attendees[i].Status = status
		}
	}
	theirs.settled(&before, &s.Series)
	s.edited(organizer, theirs)
	s.changed(organizer, theirs, updated)
}

// MailKind says why a mail was sent.
type MailKind string

// The mails Outlook sends for an event.
const (
	Invitation   MailKind = "invitation"
	Update       MailKind = "update"
	Cancellation MailKind = "cancellation"
	Response     MailKind = "response"
)

// Mail is one message that Exchange would have sent for an event.
type Mail struct {
	Time    time.Time `json:"time"`
	Kind    MailKind  `json:"kind"`
	From    string    `json:"from"`
	To      []string  `json:"to"`
	Subject string    `json:"subject"`
	EventID string    `json:"eventId"` // immutable id in the sender's mailbox
}

// Mails returns the mails sent so far, oldest first.
func (s *Server) Mails() []Mail {
	defer s.lock()()
	return slices.Clone(s.mails)
}

func (s *Server) mail(from *User, it *item, kind MailKind, to []Attendee) {
	if len(to) == 0 {
		return
	}
	m := Mail{Time: s.Clock.Now(), Kind: kind, From: from.Mail, Subject: it.event.Subject, EventID: it.event.ID}
	for _, a := range to {
		m.To = append(m.To, a.EmailAddress.Address)
	}
	s.mails = append(s.mails, m)
	s.trace(trace.Entry{
		Service: trace.Mail, Actor: from.UserPrincipalName, Method: string(kind),
		Note: "Outlook to " + strings.Join(m.To, ", "),
	})
}
