package web

import (
	"cmp"
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// admins is whom the operator made owners.
type admins struct {
	accounts map[meeting.AccountID]bool
	names    map[string]bool // user principal names, lower case
}

func readAdmins(configured []string) admins {
	a := admins{accounts: map[meeting.AccountID]bool{}, names: map[string]bool{}}
	for _, admin := range configured {
		if account, err := meeting.ParseAccountID(admin); err == nil {
			a.accounts[account] = true
		} else if admin != "" {
			a.names[strings.ToLower(admin)] = true
		}
	}
	return a
}

// role tells what the person may do in the console of their tenant; empty: not
// even open it. Like owns it is asked at each request.
func (s *Server) role(ctx context.Context, who meeting.Account) (meeting.Role, error) {
	owns, err := s.owns(ctx, who)
	if err != nil || who.Guest {
		return "", err
	}
	if owns {
		return meeting.RoleOwner, nil
	}
	given, err := s.Store.Appointments(ctx, who.ID.Tenant())
	for _, a := range given {
		if a.Account == who.ID && a.Role.May(meeting.RoleReader) {
			return a.Role, err
		}
	}
	return "", err
}

// owns reports whether the person may use the console of their tenant. It is
// asked at each request: who stops being an owner is one no longer.
func (s *Server) owns(ctx context.Context, who meeting.Account) (bool, error) {
	if who.Guest {
		return false, nil
	}
	if s.admins.accounts[who.ID] {
		return true, nil
	}
	owners, err := s.Store.Owners(ctx, who.ID.Tenant())
	if err != nil {
		return false, err
	}
	for _, o := range owners {
		if o.Account == who.ID && o.By != meeting.OwnerConfigured {
			return true, nil
		}
	}
	return s.named(ctx, who.ID)
}

// named reports whether the account is tied to a name that is still configured.
func (s *Server) named(ctx context.Context, account meeting.AccountID) (bool, error) {
	if len(s.admins.names) == 0 {
		return false, nil
	}
	names, err := s.Store.BoundNames(ctx, account)
	return slices.ContainsFunc(names, func(name string) bool { return s.admins.names[strings.ToLower(name)] }), err
}

// owners lists everybody who owns the tenant's console now, each once; what
// the operator configured goes first.
func (s *Server) owners(ctx context.Context, tenant meeting.TenantID) ([]meeting.Owner, error) {
	var owners []meeting.Owner
	for account := range s.admins.accounts {
		if account.Tenant() != tenant {
			continue
		}
		owner := meeting.Owner{Account: account, By: meeting.OwnerConfigured}
		known, err := s.Store.Account(ctx, account)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return nil, err
		}
		owner.UPN = cmp.Or(known.UPN, string(account.Object()))
		owners = append(owners, owner)
	}
	kept, err := s.Store.Owners(ctx, tenant)
	if err != nil {
		return nil, err
	}
	for _, owner := range kept {
		named, err := s.named(ctx, owner.Account)
		if err != nil {
			return nil, err
		}
		switch {
		case named:
			owner.By = meeting.OwnerConfigured
		case owner.By == meeting.OwnerConfigured: // not any more
			continue
		}
		if !slices.ContainsFunc(owners, func(o meeting.Owner) bool { return o.Account == owner.Account }) {
			owners = append(owners, owner)
		}
	}
	slices.SortFunc(owners, func(a, b meeting.Owner) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.UPN), strings.ToLower(b.UPN)), cmp.Compare(a.Account, b.Account))
	})
	return owners, nil
}

// showOwners lists who may use the console: GET /admin/owners.
func (s *Server) showOwners(c echo.Context, v visit) error {
	return s.renderOwners(c, v, http.StatusOK, "", "")
}

// appointOwner makes another person an owner: POST /admin/owners.
func (s *Server) appointOwner(c echo.Context, v visit) error {
	ctx := c.Request().Context()
	typed := strings.TrimSpace(c.FormValue("who"))
	owner, refused, err := s.appointee(ctx, v, typed)
	if err != nil {
		return err
	}
	if refused != "" {
		return s.renderOwners(c, v, http.StatusBadRequest, typed, refused)
	}
	role := meeting.Role(cmp.Or(c.FormValue("role"), string(meeting.RoleOwner)))
	if _, known := roleNames[role]; !known {
		return s.renderOwners(c, v, http.StatusBadRequest, typed, "Choose a role.")
	}
	if role != meeting.RoleOwner {
		return s.appoint(c, v, owner, role)
	}
	owner.By, owner.Since, owner.Giver = meeting.OwnerAppointed, s.Clock.Now(), v.who.ID
	if err := s.Store.SaveOwner(ctx, owner); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.AdminOwners)
}

// appoint gives a role to somebody who is no owner.
func (s *Server) appoint(c echo.Context, v visit, who meeting.Owner, role meeting.Role) error {
	ctx := c.Request().Context()
	owners, err := s.owners(ctx, v.tenant.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(owners, func(o meeting.Owner) bool { return o.Account == who.Account }) {
		return s.renderOwners(c, v, http.StatusConflict, who.UPN, who.UPN+" is an owner, who may do all that. To give them less, remove them first.")
	}
	err = s.Store.SaveAppointment(ctx, meeting.Appointment{Account: who.Account, UPN: who.UPN, Role: role, Since: s.Clock.Now(), Giver: v.who.ID})
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.AdminOwners)
}

var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$`)

// appointee finds whom the typed name or object id means, in this tenant. The
// sentence says why it is nobody who may be appointed.
func (s *Server) appointee(ctx context.Context, v visit, typed string) (owner meeting.Owner, refused string, err error) {
	if typed == "" {
		return owner, "Type a user name or an object id.", nil
	}
	id := v.account(typed)
	if !guid.MatchString(typed) {
		id, err = s.Store.AccountByAddress(ctx, v.tenant.ID, typed)
	}
	var known meeting.Account
	if err == nil {
		known, err = s.Store.Account(ctx, id)
	}
	if errs.Is(err, errs.Conflict) {
		return owner, "More than one person is known here as “" + typed + "”. Give the object id.", nil
	}
	if err != nil && !errs.Is(err, errs.NotFound) {
		return owner, "", err
	}
	member, missing := s.member(ctx, v, typed)
	if errs.Is(err, errs.NotFound) {
		known.ID, known.UPN, err = member.Account, member.UPN, missing
	}
	guest := known.Guest || member.Why == meeting.LeftGuest
	switch {
	case errs.Is(err, errs.NotFound):
		return owner, "Nobody of your organisation is known here as “" + typed + "”. They have to sign in here once, or be one of the mailboxes.", nil
	case err != nil:
		return owner, "", err
	case guest:
		return owner, typed + " is a guest. Only members of your organisation can be owners.", nil
	case !guid.MatchString(string(known.ID.Object())):
		return owner, typed + " has to sign in here once, before they can be an owner.", nil
	}
	return meeting.Owner{Account: known.ID, UPN: known.UPN}, "", nil
}

// member finds somebody who never signed in among the tenant's mailboxes.
func (s *Server) member(ctx context.Context, v visit, typed string) (meeting.ConsoleMailbox, error) {
	if guid.MatchString(typed) {
		return s.Store.ConsoleMailbox(ctx, v.tenant.ID, v.account(typed))
	}
	found, err := s.Store.ConsoleMailboxes(ctx, v.tenant.ID, meeting.ConsoleQuery{Search: typed, Limit: pageSize})
	if err != nil {
		return meeting.ConsoleMailbox{}, err
	}
	for _, m := range found {
		if strings.EqualFold(m.UPN, typed) {
			return m, nil
		}
	}
	return meeting.ConsoleMailbox{}, errs.New(errs.NotFound, "console: no such member")
}

// removeOwner ends somebody's being an owner: POST /admin/owners/remove.
func (s *Server) removeOwner(c echo.Context, v visit) error {
	ctx := c.Request().Context()
	account := v.account(c.FormValue("account"))
	owners, err := s.owners(ctx, v.tenant.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(owners, func(o meeting.Owner) bool { return o.Account == account })
	switch {
	case i < 0:
		if err := s.Store.DropAppointment(ctx, account); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, route.AdminOwners)
	case owners[i].By == meeting.OwnerConfigured:
		return s.renderOwners(c, v, http.StatusConflict, "", owners[i].UPN+" is named in the server's settings (SCHEDULER_ADMINS) and can only be removed there.")
	}
	configured := slices.ContainsFunc(owners, func(o meeting.Owner) bool { return o.By == meeting.OwnerConfigured })
	err = s.Store.DropOwner(ctx, account, configured)
	if errs.Is(err, errs.Conflict) {
		return s.renderOwners(c, v, http.StatusConflict, "", "You are the last owner. Appoint somebody else first.")
	}
	if err != nil {
		return err
	}
	if account == v.who.ID {
		return c.Redirect(http.StatusSeeOther, route.Account)
	}
	return c.Redirect(http.StatusSeeOther, route.AdminOwners)
}

func (s *Server) renderOwners(c echo.Context, v visit, status int, typed, refused string) error {
	owners, err := s.owners(c.Request().Context(), v.tenant.ID)
	if err != nil {
		return err
	}
	given, err := s.Store.Appointments(c.Request().Context(), v.tenant.ID)
	if err != nil {
		return err
	}
	props := ownersProps(owners, given, v.who.ID)
	props.Frame = s.adminFrame("Owners", route.AdminOwners, v.who, v.role)
	props.Typed, props.Refused = typed, refused
	return s.render(c, status, views.OwnersPage(props))
}

// madeOwner says what makes somebody an owner.
var madeOwner = map[meeting.OwnerBy]string{
	meeting.OwnerConfigured: "Named in the server's settings",
	meeting.OwnerProven:     "Showed an administrator role at Microsoft",
	meeting.OwnerAppointed:  "Appointed by an owner",
}

// ownersProps builds everything but the frame.
func ownersProps(owners []meeting.Owner, given []meeting.Appointment, who meeting.AccountID) views.Owners {
	var props views.Owners
	giver := map[meeting.AccountID]string{}
	for _, o := range owners {
		giver[o.Account] = o.UPN
	}
	for _, o := range owners {
		row := views.Owner{
			Name: o.UPN, Object: string(o.Account.Object()), Role: "Owner", By: madeOwner[o.By], Self: o.Account == who,
			Removable: o.By != meeting.OwnerConfigured && len(owners) > 1,
		}
		if name := giver[o.Giver]; o.By == meeting.OwnerAppointed && name != "" {
			row.By = "Appointed by " + name
		}
		if !o.Since.IsZero() {
			row.Since = moment(o.Since)
		}
		props.Owners = append(props.Owners, row)
	}
	for _, a := range given {
		if _, owns := giver[a.Account]; owns {
			continue
		}
		row := views.Owner{Name: a.UPN, Object: string(a.Account.Object()), Role: roleTitles[a.Role], By: "Appointed", Self: a.Account == who, Since: moment(a.Since), Removable: true}
		if name := giver[a.Giver]; name != "" {
			row.By = "Appointed by " + name
		}
		props.Owners = append(props.Owners, row)
	}
	return props
}

var roleTitles = map[meeting.Role]string{meeting.RoleOperator: "Operator", meeting.RoleReader: "Reader"}
