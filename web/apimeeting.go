package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
)

// apiMeeting is a meeting as the API shows it to its owner.
type apiMeeting struct {
	Key      meeting.LinkKey `json:"key"`
	State    string          `json:"state"`
	Bound    bool            `json:"bound"`
	Kind     meeting.Kind    `json:"kind"`
	Repeats  bool            `json:"repeats"`  // of a series
	OfSeries bool            `json:"ofSeries"` // asked for by one date of it
	Title    string          `json:"title"`
	Start    time.Time       `json:"start"`
	End      time.Time       `json:"end"`
	Options  apiOptions      `json:"options"`
	Join     apiJoin         `json:"join"`
	Location string          `json:"location"`
	Problem  *apiProblem     `json:"problem"`
	Links    apiLinks        `json:"links"`
}

// apiJoin is how to join; what is not there, or not told, is empty.
type apiJoin struct {
	Link          string      `json:"link"`
	Number        string      `json:"number"`
	Password      string      `json:"password"`
	PhonePassword string      `json:"phonePassword"`
	SIPAddress    string      `json:"sipAddress"`
	AccessCode    string      `json:"accessCode"`
	CallIn        []apiCallIn `json:"callIn"`
}

type apiCallIn struct {
	Label  string `json:"label"`
	Number string `json:"number"`
}

type apiProblem struct {
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

type apiLinks struct {
	Self string `json:"self"`
}

// States of a meeting in the API.
const (
	stateCreating = "creating"
	stateReady    = "ready"
	stateChanging = "changing"
	stateRemoving = "removing"
	stateFailed   = "failed"
)

// removing reports whether the link's meeting is going, or asked to go.
func removing(link meeting.Link) bool {
	return link.State == meeting.LinkEnding || link.Removing() || link.Asks() && link.Asked.Remove
}

// failed reports whether there is no meeting, and will be none by itself. Of a
// draft the link ends with the problem.
func failed(link meeting.Link) bool {
	return link.State == meeting.LinkWished && link.Problem != "" || link.State == meeting.LinkEnded
}

// wanted are the options as they shall be.
func wanted(link meeting.Link) meeting.Options {
	if link.Asks() && !link.Asked.Remove {
		return link.Asked.Options
	}
	return link.Options
}

func stateOf(link meeting.Link) string {
	switch {
	case removing(link):
		return stateRemoving
	case failed(link):
		return stateFailed
	case link.State == meeting.LinkWished:
		return stateCreating
	case link.Asks():
		return stateChanging
	}
	return stateReady
}

// problemOf is what a person has to know of the link: what is in the way, or
// what is being waited for.
func problemOf(link meeting.Link, language string) *apiProblem {
	words, waiting := waits[link.Reason]
	switch {
	case link.Problem != "" && link.Event.IsDraft():
		words = requestSentence(link.Problem)
	case link.Problem != "":
		words = problemSentence(link.Problem)
	case link.State == meeting.LinkEnded:
		words = sentence{"The meeting was taken away.", ""}
	case !waiting || stateOf(link) == stateReady:
		return nil
	}
	return &apiProblem{Title: inLanguage(language, words.What), Detail: inLanguage(language, words.whole())}
}

// newAPIMeeting builds what the API shows of a link, with sentences in the
// language that is asked for; brief leaves out what opens the meeting. Start and
// end of a series are those of its next date. It is found again at the address
// that it has for who asks: in another's calendar, by that.
func (s *Server) newAPIMeeting(c echo.Context, link meeting.Link, brief bool) apiMeeting {
	language, now := paneLanguage(c.Request()), s.Clock.Now()
	m := apiMeeting{
		Key: link.Key, State: stateOf(link), Bound: !link.Event.IsDraft(), Kind: cmp.Or(link.Options.Kind, meeting.OwnKind),
		Repeats: link.Rhythm != nil,
		Title:   link.Subject, Start: link.Starts.UTC(), End: link.Ends.UTC(), Options: newAPIOptions(wanted(link)),
		Join: apiJoin{CallIn: []apiCallIn{}}, Problem: problemOf(link, language), Links: apiLinks{Self: route.With(route.MeetingOf(string(link.Key)), "mailbox", c.QueryParam("mailbox"))},
	}
	if link.Rhythm != nil {
		if start, end, ok := nextDate(*link.Rhythm, now); ok {
			m.Start, m.End = start, end
		}
	}
	address, ok := joinAddress(link)
	if !ok {
		return m
	}
	m.Join.Link, m.Location = address, address
	if brief {
		return m
	}
	m.Join.Number, m.Join.SIPAddress, m.Join.AccessCode = link.Join.Number, link.Join.SIPAddress, link.Join.AccessCode
	m.Join.Password, m.Join.PhonePassword = link.Join.Password.Reveal(), link.Join.PhonePassword.Reveal()
	for _, in := range link.Join.CallIn {
		m.Join.CallIn = append(m.Join.CallIn, apiCallIn(in))
	}
	return m
}

// showMeeting shows one of the caller's own: GET /api/v1/meetings/{key}.
func (s *Server) showMeeting(c echo.Context, who caller) error {
	link, err := s.ownLink(c, who)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s.newAPIMeeting(c, link, false))
}

// ownLink returns the caller's link that the address names. A key of another
// person, an unknown one, and one whose meeting has ended are one answer. A
// draft that came to nothing is still there to say why.
func (s *Server) ownLink(c echo.Context, who caller) (meeting.Link, error) {
	key, err := meeting.ParseLinkKey(c.Param("key"))
	if err != nil {
		return meeting.Link{}, nowhere(err)
	}
	link, err := s.Store.MailboxLink(c.Request().Context(), who.ID, key)
	if err == nil && link.State == meeting.LinkEnded && !(link.Event.IsDraft() && link.Problem != "") {
		err = errs.New(errs.NotFound, "api: the meeting has ended")
	}
	if err == nil {
		err = s.touching(c.Request().Context(), who, link)
	}
	return link, nowhere(err)
}

// listMeetings lists what is to come, soonest first, or the meeting of one item:
// GET /api/v1/meetings.
func (s *Server) listMeetings(c echo.Context, who caller) error {
	ctx := c.Request().Context()
	list := []apiMeeting{}
	if query := c.QueryParams(); query.Has("item") {
		link, ofSeries, err := s.itemLink(ctx, who, query.Get("item"))
		switch {
		case err == nil:
			m := s.newAPIMeeting(c, link, false)
			m.OfSeries = ofSeries
			list = append(list, m)
		case !errs.Is(err, errs.NotFound) || isTold(err):
			return err
		}
		return c.JSON(http.StatusOK, map[string]any{"meetings": list})
	}
	if who.delegate != nil {
		return invalid("item: of another's calendar, name the event.")
	}
	links, err := s.Store.AccountLinks(ctx, who.ID)
	if err != nil {
		return err
	}
	now, onlyProblems := s.Clock.Now(), false
	slices.SortStableFunc(links, func(a, b meeting.Link) int { return startOf(a, now).Compare(startOf(b, now)) })
	switch state := c.QueryParam("state"); state {
	case "":
	case "problem":
		onlyProblems = true
	default:
		return invalid("state: want problem, or nothing.")
	}
	for _, link := range links {
		if link.State == meeting.LinkEnded || !link.Ends.After(now) || onlyProblems && link.Problem == "" {
			continue
		}
		list = append(list, s.newAPIMeeting(c, link, true))
	}
	return c.JSON(http.StatusOK, map[string]any{"meetings": list})
}

// itemLink returns the link of an item of the caller's own mailbox, that of its
// series if it is a date without one of its own; an error that is told says that
// there is no such item.
func (s *Server) itemLink(ctx context.Context, who caller, id string) (link meeting.Link, ofSeries bool, err error) {
	state, err := s.standing(ctx, who)
	if err != nil {
		return meeting.Link{}, false, err
	}
	event, err := s.item(ctx, who, state, id)
	if err != nil {
		return meeting.Link{}, false, err
	}
	link, err = s.Store.EventLink(ctx, who.ID, event.ID)
	if errs.Is(err, errs.NotFound) {
		link, err = s.seriesLink(ctx, who, event)
		return link, err == nil, err
	}
	return link, false, err
}

// seriesLink returns the link of the series of which the event is one date.
func (s *Server) seriesLink(ctx context.Context, who caller, event meeting.Event) (meeting.Link, error) {
	if !event.OfSeries() || event.Series == "" {
		return meeting.Link{}, errs.New(errs.NotFound, "api: no date of a series")
	}
	link, err := s.Store.EventLink(ctx, who.ID, event.Series)
	if err == nil && link.Event.IsDraft() { // whether it is the series' the calendar has not shown yet
		err = errs.New(errs.NotFound, "api: the series has no meeting yet")
	}
	return link, err
}
