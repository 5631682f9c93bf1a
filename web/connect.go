package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// connectWebex leads to Webex: GET /connect/webex.
func (s *Server) connectWebex(c echo.Context, who meeting.Account) error {
	flow := meeting.Flow{Kind: meeting.FlowWebex, Account: who.ID, ReturnTo: afterLinking(c.QueryParam("return_to"))}
	hint := who.Mail
	if hint == "" {
		hint = who.UPN
	}
	return s.beginFlow(c, flow, func(flow meeting.Flow) (string, error) {
		return s.Webex.LinkURL(flow, hint), nil
	})
}

// finishWebex ends the linking: GET /connect/webex/callback. The flow must be
// this browser's and this person's: else the finished address of somebody
// else's linking would bind their Webex account to this calendar.
func (s *Server) finishWebex(c echo.Context, who meeting.Account) error {
	callback(c)
	ctx := c.Request().Context()
	flow, err := s.endFlow(c, meeting.FlowWebex, meeting.FlowOrganization, meeting.FlowNamelessOrganization)
	if err == nil && flow.Account != who.ID {
		err = errs.New(errs.Invalid, "link webex: started by another account")
	}
	if err != nil {
		return startAgain(err, views.Action{Text: "Connect Webex", URL: route.WebexConnect})
	}
	if flow.Kind != meeting.FlowWebex {
		return s.finishOrganization(c, who, flow)
	}
	if word := c.QueryParam("error"); word != "" {
		return webexStopped(s.Refusal(meeting.Webex, word, c.QueryParam("error_description")), flow)
	}
	tokens, scopes, err := s.Webex.FinishLink(ctx, flow, c.QueryParam("code"))
	if err != nil {
		return webexStopped(err, flow)
	}
	var grant meeting.Grant
	err = s.patient(ctx, func() (err error) { grant, err = s.People.Me(ctx, tokens.Access); return err })
	if err != nil {
		nameless := &errs.Error{Kind: errs.Unavailable, Message: "Webex did not tell whose account this is. Please try again in a few minutes."}
		return webexStopped(fmt.Errorf("%w: %w", nameless, err), flow)
	}
	grant.Account, grant.Service, grant.Scopes = who.ID, meeting.Webex, scopes
	grant.State, grant.CreatedAt = meeting.GrantLive, s.Clock.Now()
	if _, err := s.Store.SaveGrant(ctx, grant, tokens); err != nil {
		return err
	}
	if language := browserLanguage(c.Request()); who.Language == "" && language != "" {
		who.Language = language
		if err := s.Store.SaveAccount(ctx, who); err != nil {
			return err
		}
	}
	if _, err := s.Store.Connect(ctx, who.ID); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, flow.ReturnTo)
}

// disconnectAccount forgets what the person allowed: POST /account/disconnect.
// The session is over after it, so the answer is a page, not a redirect.
func (s *Server) disconnectAccount(c echo.Context, who meeting.Account) error {
	ctx := c.Request().Context()
	mailbox, err := s.Store.Mailbox(ctx, who.ID)
	if err != nil {
		return err
	}
	if err := s.Store.Disconnect(ctx, who.ID); err != nil {
		return err
	}
	if err := s.endSession(c); err != nil {
		return err
	}
	forgotten := "Your calendar is no longer watched, and what you allowed is forgotten here. Meetings already made stay as they are."
	if mailbox.Connected && mailbox.Authority == meeting.TenantWide {
		forgotten = "What you allowed yourself is forgotten here. Your organisation keeps your mailbox in step; only its administrators can end that."
	}
	return s.render(c, http.StatusOK, views.MessagePage(views.Message{
		Frame: s.frame("You are disconnected", ""),
		Text: []string{
			forgotten,
			"To withdraw the consent itself, remove this program from your lists at Microsoft and Webex.",
		},
		Actions: append(withdrawals(), views.Action{Text: "Sign in again", URL: route.Signin}),
	}))
}

// withdrawals are the pages where people take back a consent.
func withdrawals() []views.Action {
	return []views.Action{
		{Text: "Microsoft: My Apps", URL: "https://myapps.microsoft.com", Outside: true},
		{Text: "Webex: authorised apps", URL: "https://idbroker.webex.com/idb/profile#/tokens", Outside: true},
	}
}

// webexStopped is an error of linking as the person reads it.
func webexStopped(err error, flow meeting.Flow) error {
	return stopped(err, "Webex is not connected", dialogWays(flow.ReturnTo, false, views.Action{Text: "Go to your account", URL: route.Account}))
}

// afterLinking never leads back to the linking itself.
func afterLinking(raw string) string {
	if to := route.ReturnTo(raw); !strings.HasPrefix(to, route.WebexConnect) {
		return to
	}
	return route.Account
}
