package web

import (
	"cmp"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// connectOrganization leads to Webex, to be let in for the whole organisation:
// GET /admin/connect/webex.
func (s *Server) connectOrganization(c echo.Context, v visit) error {
	return s.askOrganization(c, meeting.FlowOrganization, v.who)
}

func (s *Server) askOrganization(c echo.Context, kind meeting.FlowKind, who meeting.Account) error {
	flow := meeting.Flow{Kind: kind, Account: who.ID, ReturnTo: route.Admin}
	return s.beginFlow(c, flow, func(flow meeting.Flow) (string, error) {
		// No hint: a Webex administrator often has an account for that alone.
		return s.Webex.LinkURL(flow, ""), nil
	})
}

// finishOrganization ends it: GET /connect/webex/callback, of such a flow. What
// was linked is only offered: whoever sits at the browser may have chosen the
// wrong organisation, so a page names both before anything is used.
func (s *Server) finishOrganization(c echo.Context, who meeting.Account, flow meeting.Flow) error {
	ctx := c.Request().Context()
	role, err := s.role(ctx, who)
	if err != nil {
		return err
	}
	if !role.May(meeting.RoleOwner) {
		return mayNot(who, role, meeting.RoleOwner)
	}
	switch word := c.QueryParam("error"); {
	case word == "invalid_scope" && flow.Kind == meeting.FlowOrganization:
		return s.askOrganization(c, meeting.FlowNamelessOrganization, who)
	case word != "":
		return organizationStopped(s.Refusal(meeting.Webex, word, c.QueryParam("error_description")))
	}
	tokens, scopes, err := s.Webex.FinishLink(ctx, flow, c.QueryParam("code"))
	if err != nil {
		return organizationStopped(err)
	}
	var grant meeting.Grant
	var id, name string
	err = s.patient(ctx, func() (err error) { grant, err = s.People.Me(ctx, tokens.Access); return err })
	if err == nil {
		err = s.patient(ctx, func() (err error) { id, name, err = s.People.Organization(ctx, tokens.Access); return err })
	}
	if err != nil {
		nameless := &errs.Error{Kind: errs.Unavailable, Message: "Webex did not tell which organisation this is. Please try again in a few minutes."}
		return organizationStopped(fmt.Errorf("%w: %w", nameless, err))
	}
	if name == "" {
		name = "The organisation of " + grant.Subject
	}
	grant.Account, grant.Service, grant.Scopes = meeting.TenantAccount(who.ID.Tenant()), meeting.Webex, scopes
	grant.OrgID, grant.State, grant.CreatedAt = cmp.Or(id, grant.OrgID), meeting.GrantOffered, s.Clock.Now()
	if _, err := s.Store.OfferWebex(ctx, who.ID.Tenant(), name, grant, tokens); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, flow.ReturnTo)
}

// confirmOrganization takes the organisation that was offered into use: POST
// /admin/connect/webex/confirm.
func (s *Server) confirmOrganization(c echo.Context, v visit) error {
	offered := meeting.GrantID(c.FormValue("grant"))
	if offered == "" { // a script that has just linked it
		offered = v.tenant.WebexOffered
	}
	err := s.Store.ConfirmWebex(c.Request().Context(), v.tenant.ID, offered)
	if errs.Is(err, errs.Conflict) || errs.Is(err, errs.NotFound) {
		return &told{
			err: err, status: http.StatusConflict, title: "Changed meanwhile",
			text:  "This is not the Webex organisation that waits for a yes any more. Look at the console and decide again.",
			wayOn: []views.Action{{Text: "Open the console", URL: route.Admin}},
		}
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.Admin)
}

// organizationStopped is an error of linking an organisation as the person reads it.
func organizationStopped(err error) error {
	return stopped(err, "Webex is not connected", []views.Action{{Text: "Open the console", URL: route.Admin}})
}
