package graph

import (
	"encoding/json"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/zone"
)

// event is Graph's event as far as meeting.Event needs it.
// https://learn.microsoft.com/graph/api/resources/event
type event struct {
	ID                    string            `json:"id"`
	ETag                  string            `json:"@odata.etag"`
	ChangeKey             string            `json:"changeKey"`
	ICalUID               string            `json:"iCalUId"`
	Type                  meeting.EventType `json:"type"`
	SeriesMasterID        string            `json:"seriesMasterId"`
	Subject               string            `json:"subject"`
	Start                 dateTime          `json:"start"`
	End                   dateTime          `json:"end"`
	OriginalStartTimeZone string            `json:"originalStartTimeZone"`
	IsAllDay              bool              `json:"isAllDay"`
	IsOrganizer           bool              `json:"isOrganizer"`
	IsCancelled           bool              `json:"isCancelled"`
	IsDraft               bool              `json:"isDraft"`
	IsOnlineMeeting       bool              `json:"isOnlineMeeting"`
	Sensitivity           string            `json:"sensitivity"`
	Organizer             recipient         `json:"organizer"`
	Attendees             []attendee        `json:"attendees"`
	Body                  body              `json:"body"`
	Location              location          `json:"location"`
	LastModified          time.Time         `json:"lastModifiedDateTime"`
	OriginalStart         string            `json:"originalStart"`
	Recurrence            *recurrence       `json:"recurrence"`
}

// Fields for $select: with them an answer is a tenth of its size, and
// calendarView knows no lastModifiedDateTime.
const (
	eventFields = "id,changeKey,iCalUId,type,seriesMasterId,subject,start,end,originalStartTimeZone,isAllDay," +
		"isOrganizer,isCancelled,isDraft,isOnlineMeeting,sensitivity,organizer,attendees,body,location,lastModifiedDateTime,recurrence,originalStart"
	refFields = "id,changeKey,iCalUId,type,seriesMasterId,location,end"
)

type dateTime struct {
	DateTime string `json:"dateTime"` // without an offset
	TimeZone string `json:"timeZone"`
}

type recipient struct {
	EmailAddress struct {
		Name    string `json:"name"`
		Address string `json:"address"`
	} `json:"emailAddress"`
}

type attendee struct {
	recipient
	Type string `json:"type"`
}

type body struct {
	ContentType string `json:"contentType"`
	Content     string `json:"content"`
}

type location struct {
	DisplayName string `json:"displayName"`
}

// decodeEvent reads one event. errs.Internal: it is not one, or lacks what an
// event cannot be without.
func decodeEvent(raw json.RawMessage) (meeting.Event, error) {
	var e event
	if err := json.Unmarshal(raw, &e); err != nil {
		return meeting.Event{}, errs.New(errs.Internal, "unforeseen event: %w", err)
	}
	if e.ID == "" {
		return meeting.Event{}, errs.New(errs.Internal, "unforeseen event: no id")
	}
	start, err := e.Start.time(e.IsAllDay)
	if err != nil {
		return meeting.Event{}, err
	}
	end, err := e.End.time(e.IsAllDay)
	if err != nil {
		return meeting.Event{}, err
	}
	iana, _ := zone.IANA(e.OriginalStartTimeZone)
	m := meeting.Event{
		ID: meeting.EventID(e.ID), ETag: e.ETag, ChangeKey: e.ChangeKey, ICalUID: e.ICalUID,
		Type: e.Type, Series: meeting.EventID(e.SeriesMasterID), Subject: e.Subject,
		Start: start, End: end, Zone: iana, AllDay: e.IsAllDay,
		IsOrganizer: e.IsOrganizer, IsCancelled: e.IsCancelled, IsDraft: e.IsDraft, IsOnline: e.IsOnlineMeeting,
		Private:   strings.EqualFold(e.Sensitivity, "private") || strings.EqualFold(e.Sensitivity, "confidential"),
		Organizer: e.Organizer.EmailAddress.Address,
		Body:      meeting.Body{HTML: strings.EqualFold(e.Body.ContentType, "html"), Content: e.Body.Content},
		Location:  e.Location.DisplayName, ModifiedAt: e.LastModified.UTC(),
		Recurrence: e.Recurrence.recurrence(iana),
	}
	if e.OriginalStart != "" {
		if m.OriginalStart, err = originalStart(e.OriginalStart); err != nil {
			return meeting.Event{}, err
		}
	}
	for _, a := range e.Attendees {
		if a.EmailAddress.Address == "" {
			continue // a name that Outlook could not resolve: nobody is reached by it
		}
		m.Attendees = append(m.Attendees, meeting.Attendee{
			Address: a.EmailAddress.Address, Name: a.EmailAddress.Name,
			Resource: strings.EqualFold(a.Type, "resource"),
		})
	}
	return m, nil
}

// decodeRef reads one event of a listing.
func decodeRef(raw json.RawMessage) (meeting.EventRef, error) {
	var e event
	if err := json.Unmarshal(raw, &e); err != nil {
		return meeting.EventRef{}, errs.New(errs.Internal, "unforeseen event: %w", err)
	}
	if e.ID == "" {
		return meeting.EventRef{}, errs.New(errs.Internal, "unforeseen event: no id")
	}
	end, err := e.End.time(false)
	if err != nil {
		return meeting.EventRef{}, err
	}
	return meeting.EventRef{
		ID: meeting.EventID(e.ID), ICalUID: e.ICalUID, Type: e.Type, Series: meeting.EventID(e.SeriesMasterID),
		ChangeKey: e.ChangeKey, Location: e.Location.DisplayName, End: end,
	}, nil
}

const localTime = "2006-01-02T15:04:05" // a fraction may follow

// time reads a time, which is in UTC since no request asks for another zone.
// Days of all-day events are dates, never shifted through a zone.
func (d dateTime) time(allDay bool) (time.Time, error) {
	if allDay {
		if day, err := time.Parse(time.DateOnly, d.DateTime[:min(len(d.DateTime), len(time.DateOnly))]); err == nil {
			return day, nil
		}
		return time.Time{}, errs.New(errs.Internal, "unforeseen event: bad date")
	}
	if t, err := time.Parse(time.RFC3339, d.DateTime); err == nil {
		return t.UTC(), nil
	}
	iana, ok := zone.IANA(d.TimeZone)
	if !ok {
		return time.Time{}, errs.New(errs.Internal, "unforeseen event: time in an unknown zone")
	}
	loc, err := time.LoadLocation(iana)
	if err != nil {
		return time.Time{}, errs.New(errs.Internal, "unforeseen event: %w", err)
	}
	t, err := time.ParseInLocation(localTime, d.DateTime, loc)
	if err != nil {
		return time.Time{}, errs.New(errs.Internal, "unforeseen event: bad time")
	}
	return t.UTC(), nil
}
