package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// startAdminConsent leads to Microsoft's page for administrators: GET
// /admin/consent/start. Whoever is signed in may go there; Microsoft lets only
// administrators say yes.
func (s *Server) startAdminConsent(c echo.Context, who meeting.Account) error {
	switch {
	case who.Guest:
		return guestsMayNot(who)
	case !usable(s.Certificates, s.Clock.Now()):
		return consentStopped(&errs.Error{Kind: errs.Forbidden,
			Message: "This server has no valid certificate, so it could not use a yes. Whoever runs it sets SCHEDULER_MICROSOFT_CERTIFICATE first."})
	}
	flow := meeting.Flow{Kind: meeting.FlowAdminConsent, Account: who.ID, ReturnTo: route.AdminConsent}
	return s.beginFlow(c, flow, func(flow meeting.Flow) (string, error) {
		address, err := s.Microsoft.AdminConsentURL(c.Request().Context(), flow)
		return address, consentStopped(err)
	})
}

// finishAdminConsent comes back from there: GET /admin/consent/callback. Its
// query is anybody's to write, and an employee of a tenant that was authorised
// long ago may replay it: it proves neither a yes nor an administrator. The
// yes is proven by calls, the administrator by a fresh sign-in.
func (s *Server) finishAdminConsent(c echo.Context, who meeting.Account) error {
	callback(c)
	ctx := c.Request().Context()
	flow, err := s.endFlow(c, meeting.FlowAdminConsent)
	if err == nil && flow.Account != who.ID {
		err = errs.New(errs.Invalid, "consent: started by another account")
	}
	if err != nil {
		return startAgain(err, views.Action{Text: "Go to the authorisation", URL: route.AdminConsent})
	}
	if who.Guest {
		return guestsMayNot(who)
	}
	if err := s.Microsoft.AdminConsentRefused(flow, c.QueryParams()); err != nil {
		return consentStopped(err)
	}
	owns, err := s.owns(ctx, who)
	if err != nil {
		return err
	}
	if owns {
		return s.beginProof(c, who)
	}
	prove := meeting.Flow{Kind: meeting.FlowProve, Account: who.ID, ReturnTo: route.AdminConsent}
	return s.beginFlow(c, prove, func(flow meeting.Flow) (string, error) {
		address, err := s.Microsoft.ProveURL(ctx, flow, who.UPN)
		return address, consentStopped(err)
	})
}

// finishProof ends the fresh sign-in of who came back from the consent page
// and makes them an owner if it shows an administrator's role. The browser's
// session stays whose it was, whoever signed in.
func (s *Server) finishProof(c echo.Context, flow meeting.Flow) error {
	ctx := c.Request().Context()
	who, err := s.visitor(c)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if err != nil || who.ID != flow.Account {
		return startAgain(errs.New(errs.Invalid, "prove: the session is another's or over"), views.Action{Text: "Go to the authorisation", URL: route.AdminConsent})
	}
	if word := c.QueryParam("error"); word != "" {
		return consentStopped(s.Refusal(meeting.Microsoft, word, c.QueryParam("error_description")))
	}
	identity, err := s.Microsoft.FinishSignin(ctx, flow, c.QueryParam("code"))
	switch {
	case err != nil:
		return consentStopped(err)
	case identity.Account != who.ID:
		return consentStopped(&errs.Error{Kind: errs.Forbidden,
			Message: "You chose another account than the one you are signed in with here. Nothing was authorised."})
	case !identity.Administers(s.Clock.Now()):
		return notProven(who)
	}
	owner := meeting.Owner{Account: who.ID, UPN: who.UPN, By: meeting.OwnerProven, Since: s.Clock.Now()}
	if err := s.Store.SaveOwner(ctx, owner); err != nil {
		return err
	}
	return s.beginProof(c, who)
}

// beginProof has the consent proven by calls, with the consent page to watch it.
func (s *Server) beginProof(c echo.Context, who meeting.Account) error {
	tenant := who.ID.Tenant()
	if err := s.noteAct(c.Request().Context(), who, meeting.TenantAccount(tenant), "authorise at Microsoft"); err != nil {
		return err
	}
	if err := s.Store.BeginProof(c.Request().Context(), tenant); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.AdminConsent)
}

// consentStopped is an error on the way through Microsoft as the person reads it.
func consentStopped(err error) error {
	return stopped(err, "Nothing was authorised", []views.Action{{Text: "Go to the authorisation", URL: route.AdminConsent}})
}

// notProven says what somebody is missing who came back without a role.
func notProven(who meeting.Account) error {
	return &told{
		err: errs.New(errs.Forbidden, "consent: %s shows no administrator's role", who.ID), title: "Nothing was authorised",
		text: "Microsoft did not show that you are an administrator. Two ways on: sign in as a Global Administrator or " +
			"Privileged Role Administrator, with an app registration that puts directory roles into the ID token; " +
			"or have whoever runs this server name you in SCHEDULER_ADMINS.",
		wayOn: []views.Action{{Text: "Go to the authorisation", URL: route.AdminConsent}},
	}
}

// guestsMayNot refuses guests: the tenant is not their organisation.
func guestsMayNot(who meeting.Account) error {
	return &told{
		err: errs.New(errs.Forbidden, "consent: %s is a guest", who.ID), title: "For members only",
		text:  "You are a guest of this organisation. Only its own members can authorise the program for it.",
		wayOn: []views.Action{{Text: "Go to your account", URL: route.Account}},
	}
}
