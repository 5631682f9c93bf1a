package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/static"
	"webex-scheduler/views"
)

// visit is a request to a page of the console: who asks, an owner, and their
// own tenant. No address and no form names another.
type visit struct {
	who    meeting.Account
	tenant meeting.Tenant
}

// account is the mailbox of the visitor's tenant that has the object id,
// whatever the id is: another tenant's leads to nobody.
func (v visit) account(object string) meeting.AccountID {
	return meeting.NewAccountID(v.tenant.ID, meeting.ObjectID(object))
}

// owned makes a handler of one for owners of a tenant that was authorised once.
func (s *Server) owned(handle func(echo.Context, visit) error) echo.HandlerFunc {
	return s.signedIn(func(c echo.Context, who meeting.Account) error {
		ctx := c.Request().Context()
		owns, err := s.owns(ctx, who)
		if err != nil {
			return err
		}
		if !owns {
			return notOwner(who)
		}
		tenant, err := s.tenant(ctx, who)
		if err != nil {
			return err
		}
		if tenant.State == "" {
			return c.Redirect(http.StatusSeeOther, route.AdminConsent)
		}
		return handle(c, visit{who: who, tenant: tenant})
	})
}

// tenant returns the person's own; its State is empty if nobody ever asked for it.
func (s *Server) tenant(ctx context.Context, who meeting.Account) (meeting.Tenant, error) {
	tenant, err := s.Store.Tenant(ctx, who.ID.Tenant())
	if errs.Is(err, errs.NotFound) {
		return meeting.Tenant{ID: who.ID.Tenant()}, nil
	}
	return tenant, err
}

// notOwner is what everybody else reads.
func notOwner(who meeting.Account) error {
	return &told{
		err: errs.New(errs.Forbidden, "console: %s is no owner", who.ID), title: "For owners only",
		text:  "This console is for its owners. If you should be one, ask an owner to add " + personName(who) + ".",
		wayOn: []views.Action{{Text: "Go to your account", URL: route.Account}},
	}
}

// adminFrame is the frame of a page of the console, current among its tabs.
func (s *Server) adminFrame(title, current string, who meeting.Account) views.Frame {
	frame := s.frame(title, personName(who))
	frame.Scripts = []string{asset(static.LocalTime)}
	frame.Console = true
	for _, tab := range []views.Tab{
		{Text: "Console", URL: route.Admin},
		{Text: "Authorisation", URL: route.AdminConsent},
		{Text: "Settings", URL: route.AdminSettings},
		{Text: "Owners", URL: route.AdminOwners},
		{Text: "Receipts", URL: route.AdminReceipts},
	} {
		tab.Current = tab.URL == current
		frame.Tabs = append(frame.Tabs, tab)
	}
	return frame
}

// lookAgain has the tenant looked at without waiting: POST /admin/look.
func (s *Server) lookAgain(c echo.Context, v visit) error {
	if err := s.Store.LookAtTenant(c.Request().Context(), v.tenant.ID); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.Admin)
}

// pauseTenant stops the tenant's mailboxes, or lets them go on: POST /admin/pause.
func (s *Server) pauseTenant(c echo.Context, v visit) error {
	paused := c.FormValue("paused")
	if paused != "true" && paused != "false" {
		return errs.New(errs.Invalid, "pause: neither true nor false")
	}
	if err := s.Store.PauseTenant(c.Request().Context(), v.tenant.ID, paused == "true"); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.Admin)
}

// tenantName is what the organisation is called on a page.
func tenantName(t meeting.Tenant) string {
	switch {
	case t.Name != "":
		return t.Name
	case len(t.Domains) > 0:
		return t.Domains[0]
	}
	return "Your organisation"
}
