package roster

import (
	"cmp"
	"context"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// assigned finds whose the mailboxes are to which owners gave a host. Who was
// seen in the directory already is not asked for again.
func (l look) assigned(ctx context.Context, in *plan.RosterInput) error {
	seen := map[string]*meeting.Person{}
	if len(l.given) > 0 {
		for i, p := range in.People {
			for _, address := range append([]string{strings.ToLower(p.Mail), strings.ToLower(p.UPN)}, p.Addresses...) {
				if !p.Guest {
					seen[address] = &in.People[i]
				}
			}
		}
	}
	find := l.finder()
	var trouble, end error
	row := 0
	for i, given := range l.given {
		a := plan.Assigned{Assignment: given, Person: seen[given.Address]}
		if a.Person == nil && (end != nil || row == inARow) {
			a.Unseen = true
		} else if a.Person == nil {
			p, err := find(ctx, given.Address)
			switch {
			case err == nil:
				a.Person, row = &p, 0
			case errs.Is(err, errs.NotFound), errs.Is(err, errs.Invalid):
				row = 0
			case passes(err):
				a.Unseen, trouble = true, cmp.Or(trouble, err)
				row++
			default:
				a.Unseen, end = true, err
			}
		}
		in.Assigned = append(in.Assigned, a)
		if end != nil {
			continue
		}
		if err := l.tell("Looking up the mailboxes with a host of their own", i+1, len(l.given)); err != nil {
			end = err
		}
	}
	return cmp.Or(end, trouble)
}

// Assign looks up whose the address is, and whom of the organisation Webex knows
// as host, and returns what would be kept. It keeps nothing. refused: it cannot
// be, and why. Errors say that Microsoft or Webex could not be asked;
// errs.Forbidden and errs.SignedOut as for Preview.
func (r *Roster) Assign(ctx context.Context, tenant meeting.TenantID, address, host string) (a meeting.Assignment, refused meeting.Reason, err error) {
	defer errs.Wrap(&err, "roster: assign a host in %s", tenant)
	t, err := r.Store.Tenant(ctx, tenant)
	if err != nil {
		return a, "", err
	}
	if t.State != meeting.TenantAuthorised {
		return a, "", errs.New(errs.Forbidden, "the tenant is not authorised")
	}
	members, err := r.Store.Members(ctx, tenant)
	if err != nil {
		return a, "", err
	}
	grant, err := r.Store.GrantByID(ctx, t.WebexGrant)
	if errs.Is(err, errs.NotFound) || err == nil && grant.State != meeting.GrantLive {
		return a, meeting.HostNoWebex, nil
	}
	if err != nil {
		return a, "", err
	}
	l := look{Roster: r, tenant: t, members: members}
	address = strings.ToLower(strings.TrimSpace(address))
	person, err := l.finder()(ctx, address)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Invalid) {
		return a, meeting.LeftUnknown, nil
	}
	if err != nil {
		return a, "", err
	}
	who, err := r.Hosts.FindHost(ctx, grant.ID, host)
	switch {
	case errs.Is(err, errs.NotFound), errs.Is(err, errs.Invalid):
		return a, meeting.HostNone, nil
	case errs.Is(err, errs.SignedOut), errs.Is(err, errs.Forbidden): // an administrator no more
		return a, meeting.HostNoWebex, nil
	case err != nil:
		return a, "", err
	}
	a, refused = plan.Assign(t.Domains, address, person, who)
	a.Since = r.Clock.Now()
	return a, refused, nil
}
