package roster

import (
	"cmp"
	"context"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// previewLookups is how many hosts are asked for one by one while somebody waits
// for the page; of the others it says that they were not.
const previewLookups = 20

// Preview tells what a choice of mailboxes would change, by the same look and
// the same plan that would carry it out. errs.Forbidden: the tenant does not let
// us look; Code is the permission that is missing, if it is one. errs.NotFound:
// there is no such tenant or group.
func (r *Roster) Preview(ctx context.Context, tenant meeting.TenantID, choice meeting.Choice) (_ meeting.Preview, err error) {
	defer errs.Wrap(&err, "roster: preview for %s", tenant)
	t, err := r.Store.Tenant(ctx, tenant)
	if err != nil {
		return meeting.Preview{}, err
	}
	if t.State != meeting.TenantAuthorised {
		return meeting.Preview{}, errs.New(errs.Forbidden, "the tenant is not authorised")
	}
	members, err := r.Store.Members(ctx, tenant)
	if err != nil {
		return meeting.Preview{}, err
	}
	given, err := r.Store.Assignments(ctx, tenant)
	if err != nil {
		return meeting.Preview{}, err
	}
	l := look{
		Roster: r, tenant: t, choice: choice, members: members, given: given, tell: func(string, int, int) error { return nil },
		lookups: previewLookups, asked: map[meeting.AccountID]time.Time{},
	}
	in, err, away := l.input(ctx)
	if err = cmp.Or(err, away); err != nil {
		return meeting.Preview{}, err
	}
	return plan.Rehearse(choice, members, plan.Roster(in)), nil
}
