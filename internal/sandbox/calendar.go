package sandbox

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/sandbox/fakems"
)

// calendar is some days of one mailbox, as the clock on its owner's wall has
// them.
type calendar struct {
	User     string  `json:"user"`
	Name     string  `json:"name"`
	TimeZone string  `json:"timeZone"` // of all wall-clock times here
	Now      string  `json:"now"`
	From     string  `json:"from"`
	To       string  `json:"to"`
	Events   []event `json:"events"`
}

// event is an event for the page. Start and End are wall-clock times of the
// calendar's zone (an all-day event's dates mean the same everywhere), ZoneStart
// and ZoneEnd those of its own TimeZone.
type event struct {
	ID        string     `json:"id"`
	ItemID    string     `json:"itemId"` // Outlook's own, an EWS id
	Title     string     `json:"title"`
	Location  string     `json:"location"`
	Start     string     `json:"start"`
	End       string     `json:"end"`
	TimeZone  string     `json:"timeZone"`
	ZoneStart string     `json:"zoneStart"`
	ZoneEnd   string     `json:"zoneEnd"`
	StartsAt  time.Time  `json:"startsAt"`
	EndsAt    time.Time  `json:"endsAt"`
	AllDay    bool       `json:"allDay"`
	Own       bool       `json:"own"` // the mailbox's owner is the organiser
	Organizer attendee   `json:"organizer"`
	Attendees []attendee `json:"attendees"`
	Draft     bool       `json:"draft"`
	Cancelled bool       `json:"cancelled"`
	Private   bool       `json:"private"`
	Sensitive string     `json:"sensitivity"`
	ShowAs    string     `json:"showAs"`
	Body      string     `json:"body"`     // as stored
	BodyType  string     `json:"bodyType"` // html or text
	Preview   string     `json:"preview"`
	Version   string     `json:"version"`         // changes with every write
	Webex     *join      `json:"webex,omitempty"` // of the Webex link in location or body

	Type   string  `json:"type"`             // singleInstance seriesMaster occurrence exception
	Series string  `json:"series,omitempty"` // the whole that a date belongs to, by id
	Repeat *repeat `json:"repeat,omitempty"` // of a whole series

	SeriesItemID string `json:"seriesItemId,omitempty"` // Outlook's own for Series
}

type attendee struct {
	Name     string `json:"name"`
	Address  string `json:"address"`
	Type     string `json:"type,omitempty"` // required, optional or resource
	Response string `json:"response,omitempty"`
}

// GET /sandbox/calendar?user=&from=&to=
func (s *Sandbox) showCalendar(w http.ResponseWriter, r *http.Request, u fakems.User) {
	now := wallOf(s.clock.Now(), u.TimeZone)
	from := now.monday()
	var err error
	if q := r.FormValue("from"); q != "" {
		if from, err = parseWall(q); err != nil {
			refuse(w, http.StatusBadRequest, "from: "+err.Error())
			return
		}
	}
	to := from.days(7)
	if q := r.FormValue("to"); q != "" {
		if to, err = parseWall(q); err != nil {
			refuse(w, http.StatusBadRequest, "to: "+err.Error())
			return
		}
	}
	c := calendar{User: u.UserPrincipalName, Name: u.DisplayName, TimeZone: u.TimeZone,
		Now: now.String(), From: from.String(), To: to.String(), Events: []event{}}
	begin, _ := from.instant(u.TimeZone)
	end, _ := to.instant(u.TimeZone)
	for _, e := range s.Microsoft.Events(u.UserPrincipalName, begin, end) {
		// All-day events of other zones overlap in hours, but not in dates.
		if v := s.view(e, u); v.Start < c.To && (v.End > c.From || v.Start == c.From) {
			c.Events = append(c.Events, v)
		}
	}
	answer(w, http.StatusOK, c)
}

// GET /sandbox/calendar/deleted?user=
func (s *Sandbox) listDeleted(w http.ResponseWriter, r *http.Request, u fakems.User) {
	events := []event{}
	for _, e := range slices.Backward(s.Microsoft.DeletedEvents(u.UserPrincipalName)) {
		events = append(events, s.view(e, u))
	}
	answer(w, http.StatusOK, events)
}

// view is e in u's calendar.
func (s *Sandbox) view(e fakems.Event, u fakems.User) event {
	zone := u.TimeZone
	start, end := instant(e.Start), instant(e.End)
	v := event{
		ID: e.ID, ItemID: s.Microsoft.EWSID(u.ID, e.ID), Title: e.Subject, Location: e.Location.DisplayName,
		Start: wallOf(start, zone).String(), End: wallOf(end, zone).String(),
		TimeZone:  e.Start.TimeZone,
		ZoneStart: wallOf(start, e.Start.TimeZone).String(), ZoneEnd: wallOf(end, e.Start.TimeZone).String(),
		StartsAt: start.UTC(), EndsAt: end.UTC(), AllDay: e.IsAllDay,
		Own:       e.IsOrganizer,
		Organizer: attendee{Name: e.Organizer.EmailAddress.Name, Address: e.Organizer.EmailAddress.Address},
		Attendees: []attendee{},
		Draft:     e.IsDraft, Cancelled: e.IsCancelled, Private: e.Sensitivity == "private", Sensitive: e.Sensitivity, ShowAs: e.ShowAs,
		Body: e.Body.Content, BodyType: e.Body.ContentType, Preview: e.BodyPreview, Version: e.ChangeKey,
		Webex: s.joinOf(e), Type: e.Type, Series: e.SeriesMasterID,
	}
	if e.SeriesMasterID != "" {
		v.SeriesItemID = s.Microsoft.EWSID(u.ID, e.SeriesMasterID)
	}
	if e.Recurrence != nil {
		v.Repeat = &repeat{e.Recurrence}
	}
	if e.IsAllDay {
		v.Start, v.End = v.ZoneStart, v.ZoneEnd
	}
	for _, a := range e.Attendees {
		v.Attendees = append(v.Attendees, attendee{a.EmailAddress.Name, a.EmailAddress.Address, a.Type, a.Status.Response})
	}
	return v
}

func instant(d fakems.DateTimeTimeZone) time.Time {
	t, err := d.Time()
	if err != nil {
		panic(err) // stored times are good
	}
	return t
}

// edit is what a person may enter; nil leaves a property alone.
type edit struct {
	Title     *string   `json:"title"`
	Location  *string   `json:"location"`
	Start     *string   `json:"start"`
	End       *string   `json:"end"`
	In        string    `json:"in"`       // zone that start and end are written in; default: the event's
	TimeZone  *string   `json:"timeZone"` // the event's zone
	AllDay    *bool     `json:"allDay"`
	Attendees *[]string `json:"attendees"` // addresses of those whose coming is required
	Optional  *[]string `json:"optional"`  // and of the others
	Body      *string   `json:"body"`
	BodyType  string    `json:"bodyType"` // html or text; default: html
	Sensitive *string   `json:"sensitivity"`
	Draft     *bool     `json:"draft"`
	Repeat    *repeat   `json:"repeat"`

	// Late is how long Graph does not know a new event that Office.js saved,
	// such as "5s"; empty: as the sandbox is used to. Nil: it knows at once.
	Late *string `json:"late"`
}

// apply enters the edit into e, whose times are good unless it is new.
func (s *Sandbox) apply(in edit, e *fakems.Event) error {
	set(&e.Subject, in.Title)
	set(&e.Location.DisplayName, in.Location)
	set(&e.IsAllDay, in.AllDay)
	set(&e.IsDraft, in.Draft)
	set(&e.Sensitivity, in.Sensitive)
	if in.Body != nil {
		e.Body = fakems.ItemBody{ContentType: cmp.Or(in.BodyType, "html"), Content: *in.Body}
	}
	s.invite(e, "required", in.Attendees)
	s.invite(e, "optional", in.Optional)
	if in.TimeZone != nil {
		// A new zone alone keeps what the clock shows, as in Outlook's form.
		e.Start.TimeZone, e.End.TimeZone = *in.TimeZone, *in.TimeZone
	}
	if in.Repeat != nil {
		e.Recurrence = in.Repeat.Rule
	}
	return errors.Join(enter(&e.Start, in.Start, in.In), enter(&e.End, in.End, in.In))
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// enter puts a wall-clock time of zone into d, whose own zone stays.
func enter(d *fakems.DateTimeTimeZone, value *string, zone string) error {
	if value == nil {
		return nil
	}
	at, err := parseWall(*value)
	if err != nil {
		return err
	}
	if zone == "" || zone == d.TimeZone {
		*d = at.in(d.TimeZone)
		return nil
	}
	if _, err := at.instant(d.TimeZone); err != nil {
		return err
	}
	t, err := at.instant(zone)
	if err != nil {
		return err
	}
	*d = fakems.At(t, d.TimeZone)
	return nil
}

// invite makes those of a type the ones named.
func (s *Sandbox) invite(e *fakems.Event, kind string, addresses *[]string) {
	if addresses == nil {
		return
	}
	before := e.Attendees
	e.Attendees = slices.DeleteFunc(slices.Clone(before), func(a fakems.Attendee) bool { return a.Type == kind })
	for _, address := range *addresses {
		a := s.invited(before, strings.TrimSpace(address))
		a.Type = kind
		e.Attendees = append(e.Attendees, a)
	}
}

// invited is the attendee with that address, as it was before or new.
func (s *Sandbox) invited(before []fakems.Attendee, address string) fakems.Attendee {
	for _, a := range before {
		if strings.EqualFold(a.EmailAddress.Address, address) {
			return a
		}
	}
	return s.attendee(address)
}

// attendee is a new attendee, with their name if they live here.
func (s *Sandbox) attendee(address string) fakems.Attendee {
	a := fakems.Attendee{Type: "required", EmailAddress: fakems.EmailAddress{Address: address}}
	for _, u := range s.Microsoft.Users() {
		if strings.EqualFold(u.Mail, address) && !isGuest(u) {
			a.EmailAddress.Name = u.DisplayName
		}
	}
	return a
}
