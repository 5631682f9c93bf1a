package fakems

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// enter takes over what a person can enter.
func (e *Event) enter(from Event) {
	e.Subject, e.Body, e.Start, e.End, e.IsAllDay = from.Subject, from.Body, from.Start, from.End, from.IsAllDay
	e.Location, e.Locations, e.Attendees = from.Location, from.Locations, from.Attendees
	e.Sensitivity, e.ShowAs, e.Importance, e.Categories = from.Sensitivity, from.ShowAs, from.Importance, from.Categories
	e.IsReminderOn, e.ReminderMinutesBeforeStart = from.IsReminderOn, from.ReminderMinutesBeforeStart
	e.ResponseRequested, e.AllowNewTimeProposals = from.ResponseRequested, from.AllowNewTimeProposals
	e.HideAttendees, e.IsDraft = from.HideAttendees, from.IsDraft
	e.Recurrence, e.Properties = from.Recurrence.clone(), maps.Clone(from.Properties)
}

// clone returns a copy that shares nothing.
func (e Event) clone() Event {
	e.Locations = slices.Clone(e.Locations)
	e.Attendees = slices.Clone(e.Attendees)
	e.Categories = slices.Clone(e.Categories)
	e.Recurrence, e.Properties = e.Recurrence.clone(), maps.Clone(e.Properties)
	return e
}

// attendee finds an attendee by address, nil without one.
func (e *Event) attendee(address string) *Attendee {
	for i := range e.Attendees {
		if strings.EqualFold(e.Attendees[i].EmailAddress.Address, address) {
			return &e.Attendees[i]
		}
	}
	return nil
}

// settle brings what was entered into Exchange's form and refuses what it
// refuses. Codes as recorded from the live service.
// https://learn.microsoft.com/graph/api/user-post-events
func (e *Event) settle() error {
	start, err := e.Start.Time()
	if err != nil {
		return err
	}
	end, err := e.End.Time()
	if err != nil {
		return err
	}
	if end.Before(start) {
		return badRequest("ErrorPropertyValidationFailure", "The event end must not be before its start.")
	}
	_, startZone, _ := zone(e.Start.TimeZone)
	_, endZone, _ := zone(e.End.TimeZone)
	e.OriginalStartTimeZone, e.OriginalEndTimeZone = shownZone(startZone), shownZone(endZone)
	if !e.IsAllDay {
		e.Start, e.End = exactly(start, startZone), exactly(end, endZone)
	} else if err := e.settleDays(); err != nil {
		return err
	}

	if err := e.Body.settle(); err != nil {
		return err
	}
	e.BodyPreview = e.Body.preview()
	e.settleLocation()
	for i := range e.Attendees {
		a := &e.Attendees[i]
		if a.EmailAddress.Address == "" {
			return badRequest("ErrorInvalidRecipients", "At least one recipient isn't valid.")
		}
		a.Type = or(a.Type, "required")
		a.EmailAddress.Name = or(a.EmailAddress.Name, a.EmailAddress.Address)
		a.Status.Response = or(a.Status.Response, "none")
	}
	if len(e.Attendees) > 500 {
		return badRequest("ErrorInvalidRecipients", "At most 500 attendees are allowed.")
	}
	e.Attendees = slices.DeleteFunc(e.Attendees, func(a Attendee) bool {
		return strings.EqualFold(a.EmailAddress.Address, e.Organizer.EmailAddress.Address)
	})
	e.Sensitivity, e.ShowAs, e.Importance = or(e.Sensitivity, "normal"), or(e.ShowAs, "busy"), or(e.Importance, "normal")
	return nil
}

// settleDays keeps the dates of an all-day event as they are: they are no
// instants, and there are zones whose clocks skip midnight.
func (e *Event) settleDays() error {
	start, _ := e.Start.wall()
	end, _ := e.End.wall()
	_, startZone, _ := zone(e.Start.TimeZone)
	_, endZone, _ := zone(e.End.TimeZone)
	if !midnight(start) || !midnight(end) || !end.After(start) || startZone != endZone {
		return badRequest("ErrorPropertyValidationFailure",
			"The Event.Start property for an all-day event needs to be set to midnight.")
	}
	e.Start = DateTimeTimeZone{start.Format(localForm), startZone}
	e.End = DateTimeTimeZone{end.Format(localForm), endZone}
	return nil
}

// settleLocation keeps location and locations together: several show in
// location.displayName joined by "; ", and a new location replaces them all.
// https://learn.microsoft.com/graph/api/resources/event
func (e *Event) settleLocation() {
	var names []string
	for _, l := range e.Locations {
		names = append(names, l.DisplayName)
	}
	if joined := strings.Join(names, "; "); joined != e.Location.DisplayName {
		e.Locations = nil
		if e.Location.DisplayName != "" {
			e.Locations = []Location{e.Location}
		}
	}
	for i := range e.Locations {
		e.Locations[i].settle()
	}
	e.Location.settle()
}

func (l *Location) settle() {
	l.LocationType = or(l.LocationType, "default")
	l.UniqueID, l.UniqueIDType = l.DisplayName, "private"
	if l.DisplayName == "" {
		l.UniqueIDType = "unknown"
	}
}

func midnight(t time.Time) bool {
	h, m, s := t.Clock()
	return h == 0 && m == 0 && s == 0 && t.Nanosecond() == 0
}

func or(v, otherwise string) string {
	if v == "" {
		return otherwise
	}
	return v
}
