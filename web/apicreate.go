package web

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/zone"
)

// createRequest asks for a meeting: for a form that was never saved (Event), or
// for an item of the caller's mailbox, whose open form Event may describe.
type createRequest struct {
	ClientKey string      `json:"clientKey"`
	Item      *apiItem    `json:"item"`
	Event     *apiEvent   `json:"event"`
	Options   *apiOptions `json:"options"` // nil: the person's preferences
}

type apiItem struct {
	ID   string `json:"id"`
	Open bool   `json:"open"`
}

type apiEvent struct {
	Title     string    `json:"title"`
	Start     time.Time `json:"start"`
	End       time.Time `json:"end"`
	TimeZone  string    `json:"timeZone"`
	Attendees []string  `json:"attendees"`
}

var clientKeyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`)

// Limits of a form: far above those of Outlook.
// https://learn.microsoft.com/office/dev/add-ins/outlook/limits-for-activation-and-javascript-api-for-outlook-add-ins
const (
	maxSubject   = 1024
	maxAttendees = 2000
)

// createMeeting has a meeting made: POST /api/v1/meetings. The same client key
// means the same meeting, however often and at once it is sent.
func (s *Server) createMeeting(c echo.Context, who caller) error {
	var request createRequest
	if err := readJSON(c, maxJSON, &request); err != nil {
		return err
	}
	if err := request.check(); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if wait, ok := s.rate.allow(who.actor(), s.Clock.Now()); !ok {
		return &told{err: errs.New(errs.Throttled, "api: too many new meetings of %s", who.actor()), status: http.StatusTooManyRequests, retry: wait,
			text: "These are many new meetings at once. Please wait a moment."}
	}
	options, err := s.optionsOf(ctx, who, request.Options)
	if err != nil {
		return err
	}
	state, err := s.standing(ctx, who)
	if err != nil {
		return err
	}
	var event meeting.Event
	if request.Item != nil {
		if event, err = s.item(ctx, who, state, request.Item.ID); err != nil {
			return err
		}
		if err := mayHaveMeeting(event); err != nil {
			return err
		}
		if has, ok, err := s.has(ctx, who, event.ID, request); err != nil {
			return err
		} else if ok {
			return s.sendMade(c, has, has.ClientKey == request.ClientKey, false)
		}
		// A date has its series' meeting, and may have one of its own if there is none.
		if whole, err := s.seriesLink(ctx, who, event); err == nil && !failed(whole) && !removing(whole) {
			return s.sendMade(c, whole, false, true)
		} else if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
	}
	draft, err := s.draft(state, event, request)
	if err != nil {
		return err
	}
	draft.Options = options
	if who.delegate != nil && !options.Room() {
		draft.Options.Delegate = who.delegate.address
	}
	saved, err := s.Store.SaveDraft(ctx, draft)
	if errs.Is(err, errs.NotFound) {
		return cannot("mailbox not kept in step", sentence{"Your calendar is not connected.", "Sign in again and allow it."})
	}
	if err != nil {
		return err
	}
	return s.sendMade(c, saved, true, false)
}

func (r createRequest) check() error {
	switch {
	case !clientKeyForm.MatchString(r.ClientKey):
		return invalid("clientKey: want 16 to 64 letters, digits, - and _.")
	case r.Item == nil && r.Event == nil:
		return invalid("event: an event that was not saved has to be described.")
	case r.Item != nil && !r.Item.Open && r.Event != nil:
		return invalid("event: of a saved event that is not open, the calendar counts.")
	}
	return nil
}

// optionsOf returns what is asked for, or what the person likes: the ribbon and
// scripts need not say anything.
func (s *Server) optionsOf(ctx context.Context, who caller, asked *apiOptions) (meeting.Options, error) {
	if asked != nil {
		return asked.checked()
	}
	preferences, err := s.Store.Preferences(ctx, who.ID)
	if err != nil {
		return meeting.Options{}, err
	}
	return preferences.Options.Check()
}

// item looks up an event of the caller's own mailbox, or the one they act in,
// and of no other.
func (s *Server) item(ctx context.Context, who caller, state footing, id string) (meeting.Event, error) {
	if !state.byTenant() && !live(state.microsoft) {
		return meeting.Event{}, state.refusal()
	}
	event, err := s.Items.Item(ctx, state.account.ID, id)
	switch {
	case errs.Is(err, errs.NotFound) || errs.Is(err, errs.Gone) || errs.Is(err, errs.Invalid):
		return meeting.Event{}, nowhere(errs.New(errs.NotFound, "api: no such item"))
	case errs.Is(err, errs.SignedOut) || errs.Is(err, errs.Forbidden):
		return meeting.Event{}, state.told(cannot("calendar signed out", sentence{"Your calendar can't be read at the moment.", "Sign in again, so that it is connected."}))
	case err == nil && !who.mayTouch(event):
		return meeting.Event{}, nowhere(errs.New(errs.NotFound, "api: a private event"))
	}
	return event, remote(err)
}

// mayHaveMeeting refuses events that can have none by themselves.
func mayHaveMeeting(event meeting.Event) error {
	switch {
	case event.Type == meeting.SeriesMaster && event.Recurrence == nil:
		return cannot("another calendar", problems[meeting.ProblemCalendar])
	case !event.IsOrganizer:
		return conflict("not the organiser", "Only the organiser of an event can give it a meeting.")
	case event.IsCancelled:
		return conflict("cancelled", "The event is cancelled.")
	}
	return nil
}

// has returns the meeting that the event has already, or that is being made for
// it. One that was asked to go stays, if it is still there: it was only taken
// out of a form that nobody saved. One that failed is none.
func (s *Server) has(ctx context.Context, who caller, event meeting.EventID, request createRequest) (meeting.Link, bool, error) {
	link, err := s.Store.EventLink(ctx, who.ID, event)
	if errs.Is(err, errs.NotFound) {
		return link, false, nil
	}
	switch {
	case err != nil:
		return link, false, err
	case failed(link), removing(link) && link.State != meeting.LinkLinked:
		return link, false, nil
	case link.State == meeting.LinkWished && !link.Event.IsDraft():
		// A keyword asked for it, and it may wait for something: somebody waits too.
		return link, true, s.Store.MarkEvent(ctx, who.ID, link.Event)
	case removing(link):
		link, err = s.Store.Ask(ctx, who.ID, link.Key, meeting.Asked{Options: link.Options, Open: request.Item.Open, At: s.Clock.Now()})
		if err == nil {
			link, err = s.await(ctx, link, answered(link.Asked.Revision))
		}
		if errs.Is(err, errs.NotFound) { // it went meanwhile
			return link, false, nil
		}
		return link, link.State != meeting.LinkEnded, err
	}
	return link, true, nil
}

// draft builds what is kept of the request. Title, times and attendees of an
// open form are taken as the calendar's own would be: the calendar is what
// counts once the event is saved.
func (s *Server) draft(state footing, event meeting.Event, request createRequest) (meeting.Link, error) {
	if request.Event != nil {
		var err error
		if event, err = request.Event.over(event); err != nil {
			return meeting.Link{}, err
		}
	}
	if err := state.refusal(); err != nil {
		return meeting.Link{}, err
	}
	if event.Type == meeting.SeriesMaster {
		event = atNextDate(event, s.Clock.Now())
	}
	if !event.End.After(s.Clock.Now()) {
		return meeting.Link{}, cannot("over", problems[meeting.ProblemPast])
	}
	var aliases []string
	if state.host != nil {
		aliases = state.host.Aliases
	}
	shape, ok := meeting.ShapeOf(event, state.account, aliases, state.tenant.Settings.PrivateTitle)
	if !ok {
		return meeting.Link{}, cannot("too long", problems[meeting.ProblemTooLong])
	}
	s.drawing.Lock()
	key, err := meeting.NewLinkKey(s.Random)
	s.drawing.Unlock()
	if err != nil {
		return meeting.Link{}, errs.New(errs.Internal, "web: draw: %w", err)
	}
	subject := event.Subject
	if event.Private {
		subject = meeting.PrivateTitle
	}
	return meeting.Link{
		Mailbox: state.account.ID, Event: meeting.DraftEvent(key), Key: key, State: meeting.LinkWished,
		Subject: subject, Starts: event.Start, Ends: event.End, Wanted: shape,
		For: event.ID, Open: request.Item == nil || request.Item.Open, ClientKey: request.ClientKey, CreatedAt: s.Clock.Now(),
	}, nil
}

// over returns the event with what its open form shows.
func (e apiEvent) over(event meeting.Event) (meeting.Event, error) {
	iana, ok := zone.IANA(e.TimeZone)
	switch {
	case !ok:
		return event, invalid("timeZone: want the name of a time zone, as Windows or the IANA calls it.")
	case !e.Start.Before(e.End):
		return event, invalid("end: has to be after start.")
	case len(e.Title) > maxSubject:
		return event, invalid("title: 1024 bytes at the most.")
	case len(e.Attendees) > maxAttendees:
		return event, invalid("attendees: 2000 at the most.")
	}
	event.Subject, event.Start, event.End, event.Zone, event.AllDay = e.Title, e.Start.UTC(), e.End.UTC(), iana, false
	event.Attendees = nil
	for _, address := range e.Attendees {
		// Outlook also lists what it has not resolved yet.
		address = strings.TrimSpace(address)
		if at := strings.IndexByte(address, '@'); at < 1 || len(address) > 254 || strings.ContainsFunc(address, func(r rune) bool { return !unicode.IsPrint(r) || strings.ContainsRune(` ,;<>"`, r) }) {
			continue
		}
		event.Attendees = append(event.Attendees, meeting.Attendee{Address: address})
	}
	return event, nil
}

// sendMade answers with a meeting once it is made, or with where to ask for it.
// own: it was made, or begun, for this very request. ofSeries: it is that of the
// series of which the item is one date.
func (s *Server) sendMade(c echo.Context, link meeting.Link, own, ofSeries bool) error {
	ctx := c.Request().Context()
	link, err := s.await(ctx, link, made)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	m := s.newAPIMeeting(c, link, false)
	m.OfSeries = ofSeries
	switch {
	case failed(link) && link.Problem != "":
		return cannot(string(link.Problem), requestSentence(link.Problem))
	case failed(link):
		return conflict("taken away meanwhile", "The meeting was taken away meanwhile. Try again.")
	case link.State == meeting.LinkWished:
		h.Set(echo.HeaderLocation, m.Links.Self)
		h.Set("Retry-After", "1")
		return c.JSON(http.StatusAccepted, m)
	case own:
		h.Set(echo.HeaderLocation, m.Links.Self)
		return c.JSON(http.StatusCreated, m)
	}
	return c.JSON(http.StatusOK, m)
}

// isTold reports whether err has words for people.
func isTold(err error) bool {
	_, ok := err.(*told)
	return ok
}
