package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// maxHint is longer than any user principal name.
// https://learn.microsoft.com/entra/identity/hybrid/connect/plan-connect-userprincipalname
const maxHint = 254

// startSignin leads to Microsoft: GET /signin.
func (s *Server) startSignin(c echo.Context) error {
	noStore(c)
	hint := loginHint(c.QueryParam("login_hint"))
	if hint == "" {
		// Who is signed in and comes here has a dead grant to renew: their own.
		if account, err := s.visitor(c); err == nil {
			hint = account.UPN
		}
	}
	flow := meeting.Flow{Kind: meeting.FlowSignin, ReturnTo: route.ReturnTo(c.QueryParam("return_to"))}
	return s.beginFlow(c, flow, func(flow meeting.Flow) (string, error) {
		address, err := s.Microsoft.SigninURL(c.Request().Context(), flow, hint)
		return address, signinStopped(err, flow)
	})
}

// finishSignin ends either of the two steps, or a fresh sign-in that shows
// roles: GET /signin/callback.
func (s *Server) finishSignin(c echo.Context) error {
	callback(c)
	flow, err := s.endFlow(c, meeting.FlowSignin, meeting.FlowConsent, meeting.FlowProve)
	if err != nil {
		return startAgain(err, views.Action{Text: "Sign in", URL: route.Signin})
	}
	switch flow.Kind {
	case meeting.FlowConsent:
		return s.finishConsent(c, flow)
	case meeting.FlowProve:
		return s.finishProof(c, flow)
	}
	if word := c.QueryParam("error"); word != "" {
		return signinStopped(s.Refusal(meeting.Microsoft, word, c.QueryParam("error_description")), flow)
	}
	ctx := c.Request().Context()
	identity, err := s.Microsoft.FinishSignin(ctx, flow, c.QueryParam("code"))
	if err != nil {
		return signinStopped(err, flow)
	}
	account, err := s.Store.Account(ctx, identity.Account)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if err := s.Store.SaveAccount(ctx, signedInAs(account, identity)); err != nil {
		return err
	}
	if err := s.recognise(ctx, identity); err != nil {
		return err
	}
	// Signed in from here on, whatever becomes of the calendar.
	if err := s.beginSession(c, identity.Account); err != nil {
		return err
	}
	mailbox, err := s.Store.Mailbox(ctx, identity.Account)
	if err != nil {
		return err
	}
	if mailbox.Connected && mailbox.Authority == meeting.TenantWide {
		return c.Redirect(http.StatusSeeOther, flow.ReturnTo)
	}
	grant, err := s.Store.Grant(ctx, identity.Account, meeting.Microsoft)
	switch {
	case err == nil && grant.State == meeting.GrantLive:
		// Heals a linking that broke off after its grant was kept.
		if _, err := s.Store.Connect(ctx, identity.Account); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, flow.ReturnTo)
	case err != nil && !errs.Is(err, errs.NotFound):
		return err
	case route.InAdmin(flow.ReturnTo):
		// Who looks after others' calendars is not asked for the own one there.
		return c.Redirect(http.StatusSeeOther, flow.ReturnTo)
	}
	consent := meeting.Flow{Kind: meeting.FlowConsent, Account: identity.Account, ReturnTo: flow.ReturnTo}
	return s.beginFlow(c, consent, func(flow meeting.Flow) (string, error) {
		address, err := s.Microsoft.ConsentURL(ctx, flow, identity.UPN)
		return address, calendarStopped(err, flow)
	})
}

// recognise takes up what a sign-in tells about the person's part in the
// tenant: a name that the operator made an owner, or that an owner listed.
// Guests have neither: their names are another organisation's.
func (s *Server) recognise(ctx context.Context, identity meeting.Identity) error {
	if identity.Guest || identity.UPN == "" {
		return nil
	}
	if name := strings.ToLower(identity.UPN); s.admins.names[name] {
		if _, err := s.Store.BindOwner(ctx, name, identity.Account); err != nil {
			return err
		}
	}
	return s.Store.NameMember(ctx, identity.Account, identity.UPN)
}

// finishConsent ends the second step: the calendar of who signed in with the first.
func (s *Server) finishConsent(c echo.Context, flow meeting.Flow) error {
	ctx := c.Request().Context()
	account, err := s.visitor(c)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if err != nil || account.ID != flow.Account {
		return startAgain(errs.New(errs.Invalid, "consent: the session is another's or over"),
			dialogWays(flow.ReturnTo, false, views.Action{Text: "Sign in", URL: route.Signin})...)
	}
	if word := c.QueryParam("error"); word != "" {
		return calendarStopped(s.Refusal(meeting.Microsoft, word, c.QueryParam("error_description")), flow)
	}
	identity, tokens, scopes, err := s.Microsoft.FinishConsent(ctx, flow, c.QueryParam("code"))
	if err != nil {
		return calendarStopped(err, flow)
	}
	if identity.Account != account.ID {
		return calendarStopped(&errs.Error{Kind: errs.Forbidden,
			Message: "You chose another account than the one you signed in with. Nothing was kept."}, flow)
	}
	_, err = s.Store.SaveGrant(ctx, meeting.Grant{
		Account: account.ID, Service: meeting.Microsoft,
		Subject: account.UPN, SubjectID: string(account.ID.Object()),
		Scopes: scopes, State: meeting.GrantLive, CreatedAt: s.Clock.Now(),
	}, tokens)
	if err != nil {
		return err
	}
	var profile meeting.Account
	err = s.patient(ctx, func() (err error) { profile, err = s.Profiles.Profile(ctx, account.ID); return err })
	if err != nil {
		// What the ID token said is enough to go on; the next consent asks again.
		s.Log.WarnContext(ctx, "profile not read", keyAccount, account.ID, keyRequest, requestID(c), keyError, err)
	}
	if err := s.Store.SaveAccount(ctx, described(account, profile, browserLanguage(c.Request()))); err != nil {
		return err
	}
	if _, err := s.Store.Connect(ctx, account.ID); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, flow.ReturnTo)
}

// signOut ends the browser session and nothing else: POST /signout. It answers
// with a page: any address that needs a session would sign in again at once.
func (s *Server) signOut(c echo.Context) error {
	noStore(c)
	if err := s.endSession(c); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.MessagePage(views.Message{
		Frame: s.frame("You are signed out", ""),
		Text:  []string{"Nothing else has changed: events that have a Webex meeting are still kept in step. In this browser you may still be signed in to Microsoft."},
		Actions: []views.Action{
			{Text: "Sign in", URL: route.Signin},
		},
	}))
}

// signinStopped is an error of the first step as the person reads it.
func signinStopped(err error, flow meeting.Flow) error {
	return stopped(err, "You are not signed in", dialogWays(flow.ReturnTo, false, views.Action{Text: "Sign in", URL: route.Signin}))
}

// calendarStopped is an error of the second step, after which the person is
// signed in: the pane goes on without the calendar, and says so.
func calendarStopped(err error, flow meeting.Flow) error {
	return stopped(err, "Your calendar is not connected", dialogWays(flow.ReturnTo, true, views.Action{Text: "Go to your account", URL: route.Account}))
}

// stopped puts the sentence that a redirect's error carries on a page; of an
// error without kind nothing is shown.
func stopped(err error, title string, wayOn []views.Action) error {
	if err == nil {
		return nil
	}
	words := &told{err: err, title: title, text: "Something went wrong on our side, and it has been noted. Please try again.", wayOn: wayOn}
	switch errs.KindOf(err) {
	case errs.Forbidden, errs.Invalid, errs.Unavailable, errs.Throttled:
		if e, ok := errors.AsType[*errs.Error](err); ok && e.Message != "" {
			words.text = e.Message
		}
	}
	return words
}

// startAgain says that a callback belongs to nothing that this browser began.
// Errors of the store stay what they are.
func startAgain(err error, wayOn ...views.Action) error {
	if !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Invalid) {
		return err
	}
	return &told{
		err: err, status: http.StatusBadRequest, title: "Please start again",
		text:  "This took too long, was already used, or was started in another browser.",
		wayOn: wayOn,
	}
}

// signedInAs is what an ID token tells about an account that we may know better.
func signedInAs(known meeting.Account, identity meeting.Identity) meeting.Account {
	known.ID, known.Guest = identity.Account, identity.Guest
	if identity.UPN != "" {
		known.UPN = identity.UPN
	}
	if identity.Name != "" {
		known.Name = identity.Name
	}
	return known
}

// described adds what the profile tells. The language for join details is the
// profile's, else the one known, else the browser's.
func described(known, profile meeting.Account, browser string) meeting.Account {
	for _, field := range []struct {
		to   *string
		from string
	}{{&known.UPN, profile.UPN}, {&known.Name, profile.Name}, {&known.Mail, profile.Mail}, {&known.Language, profile.Language}} {
		if field.from != "" {
			*field.to = field.from
		}
	}
	if len(profile.Addresses) > 0 {
		known.Addresses = profile.Addresses
	}
	if known.Language == "" {
		known.Language = browser
	}
	return known
}

// loginHint returns raw if it may be a user principal name.
func loginHint(raw string) string {
	if len(raw) > maxHint || strings.ContainsFunc(raw, func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }) {
		return ""
	}
	return raw
}
