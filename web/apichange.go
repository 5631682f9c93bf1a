package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/meeting"
)

// changeMeeting changes options: PATCH /api/v1/meetings/{key}. A meeting that
// was asked to go, and is still there, stays by it.
func (s *Server) changeMeeting(c echo.Context, who caller) error {
	var request struct {
		Options apiChange `json:"options"`
		Open    bool      `json:"open"`
	}
	if err := readJSON(c, maxJSON, &request); err != nil {
		return err
	}
	link, err := s.settled(c, who)
	if err != nil {
		return err
	}
	options, err := request.Options.on(wanted(link))
	if err != nil {
		return err
	}
	if !link.Ends.After(s.Clock.Now()) {
		return cannot("over", sentence{"The event is over.", ""})
	}
	if options.Equal(wanted(link)) && !removing(link) {
		return s.sendChanged(c, link)
	}
	ctx := c.Request().Context()
	link, err = s.Store.Ask(ctx, who.ID, link.Key, meeting.Asked{Options: options, Open: request.Open, At: s.Clock.Now()})
	if err != nil {
		return nowhere(err)
	}
	link, err = s.await(ctx, link, answered(link.Asked.Revision))
	switch {
	case err != nil:
		return err
	case link.State == meeting.LinkEnded:
		return conflict("taken away meanwhile", "The meeting was taken away meanwhile.")
	case !link.Asks() && !link.Options.Equal(options) && link.Problem != "":
		return cannot(string(link.Problem), requestSentence(link.Problem))
	}
	return s.sendChanged(c, link)
}

// settled returns the caller's link once its meeting is there.
func (s *Server) settled(c echo.Context, who caller) (meeting.Link, error) {
	link, err := s.ownLink(c, who)
	if err == nil {
		link, err = s.await(c.Request().Context(), link, made)
	}
	switch {
	case err != nil:
		return link, err
	case link.State != meeting.LinkLinked:
		return link, conflict("no meeting yet, or no more", "There is no meeting yet, or no longer. Try again in a moment.")
	}
	return link, nil
}

func (s *Server) sendChanged(c echo.Context, link meeting.Link) error {
	if link.Asks() {
		return s.sendAccepted(c, link)
	}
	return c.JSON(http.StatusOK, s.newAPIMeeting(c, link, false))
}

func (s *Server) sendAccepted(c echo.Context, link meeting.Link) error {
	m := s.newAPIMeeting(c, link, false)
	c.Response().Header().Set(echo.HeaderLocation, m.Links.Self)
	c.Response().Header().Set("Retry-After", "1")
	return c.JSON(http.StatusAccepted, m)
}

// removeMeeting takes a meeting away: DELETE /api/v1/meetings/{key}. With
// open=true the pane takes the join details out of the open form; the meeting
// of an event goes once the calendar shows it without them.
func (s *Server) removeMeeting(c echo.Context, who caller) error {
	open := false
	if raw := c.QueryParam("open"); raw != "" {
		var err error
		if open, err = strconv.ParseBool(raw); err != nil {
			return invalid("open: want true or false.")
		}
	}
	link, err := s.ownLink(c, who)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	asked := meeting.Asked{Options: link.Options, Remove: true, Open: open, At: s.Clock.Now()}
	if link, err = s.Store.Ask(ctx, who.ID, link.Key, asked); err != nil {
		return nowhere(err)
	}
	if open && !link.Event.IsDraft() {
		return s.sendAccepted(c, link) // waits for the person to save
	}
	link, err = s.await(ctx, link, func(link meeting.Link) bool { return link.State == meeting.LinkEnded })
	switch {
	case err != nil:
		return err
	case link.State == meeting.LinkEnded:
		return c.NoContent(http.StatusNoContent)
	case !link.Asks() && link.Problem != "":
		return cannot(string(link.Problem), requestSentence(link.Problem))
	}
	return s.sendAccepted(c, link)
}

// startMeeting leads into the meeting: POST /api/v1/meetings/{key}/start. The
// start link is the host's own: a delegate joins, as the cohost.
func (s *Server) startMeeting(c echo.Context, who caller) error {
	link, err := s.settled(c, who)
	if err != nil {
		return err
	}
	start, join := link.Join.WebLink, link.Join.WebLink
	if link.Meeting != "" && who.delegate == nil {
		start, join, err = s.Sites.StartLink(c.Request().Context(), meeting.Host{Grant: link.Grant, Email: link.Host}, link.Meeting)
		if err != nil {
			return remote(err)
		}
	}
	return c.JSON(http.StatusOK, map[string]string{"startLink": start, "joinLink": join})
}
