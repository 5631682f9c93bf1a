package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/static"
	"webex-scheduler/views"
)

// historyShown is how many of the newest changes a page lists.
const historyShown = 200

// showHistory lists what became of the person's own meetings: GET /account/history.
func (s *Server) showHistory(c echo.Context, who meeting.Account) error {
	return s.renderHistory(c, who, http.StatusOK, "")
}

func (s *Server) renderHistory(c echo.Context, who meeting.Account, status int, refused string) error {
	ctx := c.Request().Context()
	links, err := s.Store.AccountLinks(ctx, who.ID)
	if err != nil {
		return err
	}
	props, err := s.history(ctx, who.ID, links)
	if err != nil {
		return err
	}
	props.Frame, props.Back = s.frame("History", personName(who)), views.Action{Text: "Your account", URL: route.Account}
	props.Frame.Scripts = []string{asset(static.LocalTime)}
	switch {
	case refused != "":
		props.Told, props.Refused = refused, true
	case c.QueryParam("restored") != "":
		props.Told = "The event gets a Webex meeting again, in a moment. Its number and link are new: who is invited gets an update from your calendar."
	}
	return s.render(c, status, views.HistoryPage(props))
}

// showMailboxHistory lists what became of a mailbox's meetings: GET
// /admin/mailboxes/{object}/history.
func (s *Server) showMailboxHistory(c echo.Context, v visit) error {
	ctx := c.Request().Context()
	account := v.account(c.Param("object"))
	if _, err := s.Store.ConsoleMailbox(ctx, v.tenant.ID, account); err != nil {
		return err
	}
	props, err := s.history(ctx, account, nil)
	if err != nil {
		return err
	}
	props.Frame, props.Back = s.adminFrame("History", "", v.who, v.role), views.Action{Text: "The mailbox", URL: route.MailboxOf(string(account.Object()))}
	return s.render(c, http.StatusOK, views.HistoryPage(props))
}

// bringBack has a meeting made again for an event that lost its own: POST
// /account/history/restore. Webex does not give a deleted one back.
func (s *Server) bringBack(c echo.Context, who meeting.Account) error {
	return s.receipted(c, who.ID, who.ID, func() error { return s.remake(c, who) })
}

func (s *Server) remake(c echo.Context, who meeting.Account) error {
	ctx := c.Request().Context()
	link, err := s.Store.MailboxLink(ctx, who.ID, meeting.LinkKey(c.FormValue("meeting")))
	if err != nil {
		return err
	}
	if !restorable(link, s.Clock.Now()) {
		return s.renderHistory(c, who, http.StatusConflict, "The event has a meeting, or is over.")
	}
	me := caller{Account: who}
	state, err := s.standing(ctx, me)
	if err != nil {
		return s.refuseHistory(c, who, err)
	}
	event, err := s.item(ctx, me, state, string(link.Event))
	if errs.Is(err, errs.NotFound) {
		return s.renderHistory(c, who, http.StatusConflict, "The event is gone. Restore it from Deleted Items in Outlook: a Webex meeting comes by itself.")
	}
	if err == nil {
		err = mayHaveMeeting(event)
	}
	if err != nil {
		return s.refuseHistory(c, who, err)
	}
	client, err := meeting.NewLinkKey(s.Random) // nobody asks for it again
	if err != nil {
		return err
	}
	draft, err := s.draft(state, event, createRequest{ClientKey: string(client), Item: &apiItem{ID: string(link.Event)}})
	if err != nil {
		return s.refuseHistory(c, who, err)
	}
	draft.Options = link.Options
	if _, err := s.Store.SaveDraft(ctx, draft); err != nil {
		return s.refuseHistory(c, who, err)
	}
	return c.Redirect(http.StatusSeeOther, route.With(route.AccountHistory, "restored", "1"))
}

// refuseHistory says on the page why a meeting cannot be brought back, in the
// words that the pane would have for it.
func (s *Server) refuseHistory(c echo.Context, who meeting.Account, err error) error {
	var is *told
	if !errors.As(err, &is) || is.text == "" {
		return err
	}
	return s.renderHistory(c, who, cmp.Or(is.status, statuses[errs.KindOf(err)]), is.text)
}

// restorable reports whether a meeting that went can be made again.
func restorable(l meeting.Link, now time.Time) bool {
	return l.State == meeting.LinkEnded && !l.Event.IsDraft() && l.Ends.After(now)
}

// history builds everything but frame and way back. What can be brought back is
// among links.
func (s *Server) history(ctx context.Context, mailbox meeting.AccountID, links []meeting.Link) (views.History, error) {
	entries, err := s.Store.History(ctx, mailbox, historyShown)
	if err != nil {
		return views.History{}, err
	}
	ended := map[meeting.LinkKey]bool{}
	for _, l := range links {
		ended[l.Key] = restorable(l, s.Clock.Now())
	}
	var props views.History
	for _, e := range entries {
		row := historyRow(e)
		if e.What == meeting.MeetingEnded && ended[e.Key] {
			row.Key, ended[e.Key] = string(e.Key), false
		}
		props.Rows = append(props.Rows, row)
	}
	return props, nil
}

// happenings are what an entry says.
var happenings = map[meeting.Happening]string{
	meeting.MeetingMade:     "Webex meeting made",
	meeting.MeetingReplaced: "Another Webex meeting",
	meeting.MeetingEnded:    "Webex meeting deleted",
	meeting.TitleChanged:    "Title changed",
	meeting.TimesChanged:    "Moved",
	meeting.SeriesChanged:   "Series changed",
	meeting.DateMoved:       "Date moved",
	meeting.DateRenamed:     "Date renamed",
	meeting.DateGone:        "Date removed",
	meeting.GuestsChanged:   "Invited people changed",
	meeting.HostGiven:       "Another Webex host",
	meeting.ProblemMet:      "Problem",
}

// sides are where it was asked for.
var sides = map[meeting.Side]string{
	meeting.InCalendar: "Calendar", meeting.InWebex: "Webex", meeting.InPane: "Pane or account page", meeting.ByProgram: "This program",
}

func historyRow(e meeting.HistoryEntry) views.HistoryRow {
	row := views.HistoryRow{
		When: moment(e.At), Title: strings.TrimSpace(e.Subject), What: happenings[e.What], Was: strings.TrimSpace(e.Before), Became: strings.TrimSpace(e.After),
		Where: sides[e.Side], Why: string(e.Reason),
	}
	if row.Title == "" {
		row.Title = noTitle
	}
	switch e.What {
	case meeting.MeetingMade, meeting.MeetingEnded:
		row.Was, row.Became = "", ""
	case meeting.TimesChanged, meeting.DateMoved:
		row.Was, row.Became = spanned(e.Before), spanned(e.After)
	case meeting.GuestsChanged:
		row.Was, row.Became = strings.ReplaceAll(e.Before, "\n", ", "), strings.ReplaceAll(e.After, "\n", ", ")
		if row.Was == "" {
			row.Was = "nobody"
		}
		if row.Became == "" {
			row.Became = "nobody"
		}
	case meeting.ProblemMet:
		row.Was, row.Became = "", ""
		if e.After == "" {
			row.What = "Problem solved"
		} else {
			row.What = "Problem: " + problemSentence(meeting.Reason(e.After)).What
		}
	}
	return row
}

func spanned(s string) string {
	if start, end, ok := meeting.ParseSpan(s); ok {
		return when(start, end)
	}
	return s
}
