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

// visit is a request to a page of the console: who asks, in which role, and their
// own tenant. No address and no form names another.
type visit struct {
	who    meeting.Account
	role   meeting.Role
	tenant meeting.Tenant
}

// account is the mailbox of the visitor's tenant that has the object id,
// whatever the id is: another tenant's leads to nobody.
func (v visit) account(object string) meeting.AccountID {
	return meeting.NewAccountID(v.tenant.ID, meeting.ObjectID(object))
}

// in makes a handler of one for those who have the role, in a tenant that was
// authorised once.
func (s *Server) in(role meeting.Role, handle func(echo.Context, visit) error) echo.HandlerFunc {
	return s.signedIn(func(c echo.Context, who meeting.Account) error {
		ctx := c.Request().Context()
		has, err := s.role(ctx, who)
		if err != nil {
			return err
		}
		if !has.May(role) {
			return mayNot(who, has, role)
		}
		tenant, err := s.tenant(ctx, who)
		if err != nil {
			return err
		}
		if tenant.State == "" {
			return c.Redirect(http.StatusSeeOther, route.AdminConsent)
		}
		return handle(c, visit{who: who, role: has, tenant: tenant})
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

// mayNot is what those read who have not the role that something wants.
func mayNot(who meeting.Account, has, role meeting.Role) error {
	refused := &told{err: errs.New(errs.Forbidden, "console: %s is %q, not %s", who.ID, has, role)}
	if has == "" {
		refused.title = "For owners only"
		refused.text = "This console is for its owners, and whom they let in. If you should be one, ask an owner to add " + personName(who) + "."
		refused.wayOn = []views.Action{{Text: "Go to your account", URL: route.Account}}
		return refused
	}
	refused.title = "Not with your role"
	refused.text = "You are " + roleNames[has] + " here, and this is for " + rolePlurals[role] + ". Ask an owner."
	refused.wayOn = []views.Action{{Text: "Go to the console", URL: route.Admin}}
	return refused
}

var (
	roleNames   = map[meeting.Role]string{meeting.RoleOwner: "an owner", meeting.RoleOperator: "an operator", meeting.RoleReader: "a reader"}
	rolePlurals = map[meeting.Role]string{meeting.RoleOwner: "owners", meeting.RoleOperator: "operators and owners", meeting.RoleReader: "readers, operators and owners"}
)

// adminFrame is the frame of a page of the console, current among its tabs.
func (s *Server) adminFrame(title, current string, who meeting.Account, role meeting.Role) views.Frame {
	frame := s.frame(title, personName(who))
	frame.Owns, frame.Operates = role.May(meeting.RoleOwner), role.May(meeting.RoleOperator)
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
