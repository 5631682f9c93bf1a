package roster

import (
	"context"
	"slices"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// spreads is when, after the consent, it is tried again: Microsoft spreads a
// new one in seconds to minutes. Then once a minute, for half an hour.
var spreads = []time.Duration{2 * time.Second, 7 * time.Second, 17 * time.Second, 37 * time.Second, 67 * time.Second, 127 * time.Second}

const (
	spreading = 30 * time.Minute // after that, consent is more likely missing than slow
	sure      = 20 * time.Second // between two refusals that count as one withdrawal
	withdrawn = time.Hour        // how often a tenant that lets us in no more is asked
	tries     = 3                // mailboxes that may each be refused by a policy of Exchange
)

// tokenAge is how old a token a proof may rest on where nothing is waited for.
const tokenAge = 15 * time.Minute

// renewToken drops the tenant's token where a proof needs a fresh one: roles are
// fixed when it is issued.
func (v *visit) renewToken() {
	now, t := v.Clock.Now(), v.tenant
	if t.State == meeting.TenantAuthorised && t.RefusedAt.IsZero() && t.ConsentedAt.Before(t.ProvenAt) &&
		now.Sub(v.forgot[t.ID]) < tokenAge {
		return
	}
	v.Directory.Forget(t.ID)
	v.forgot[t.ID] = now
}

// prove makes one cheap call for each permission, with a token that is fresh
// enough, and stores what it says of the tenant.
// Passing troubles are errors and change nothing.
func (v *visit) prove(ctx context.Context) (proven bool, next time.Time, err error) {
	now, t := v.Clock.Now(), &v.tenant
	v.renewToken()
	granted, why, err := v.granted(ctx)
	if err != nil {
		return false, v.rest(), err
	}
	if why != "" {
		next, err := v.refuse(ctx, why, granted)
		return false, next, err
	}
	if t.State != meeting.TenantAuthorised {
		v.Log.Info("tenant authorised", keyTenant, t.ID, "granted", granted)
		t.Progress.Doing = ""
	}
	t.State, t.Reason, t.RefusedAt, t.ProvenAt = meeting.TenantAuthorised, "", time.Time{}, now
	t.Granted, t.Excess = granted, meeting.BeyondNeed(v.roles(ctx))
	v.organization(ctx)
	return true, v.rest(), v.Store.SaveStanding(ctx, v.claim, *t)
}

// granted proves the permissions. why: the one that nothing works without is
// refused. No other one's trouble is an error: a passing one, or a refused
// token, leaves what was known of it, and any other answer proves nothing.
func (v *visit) granted(ctx context.Context) (granted []string, why meeting.Reason, err error) {
	roles := v.roles(ctx)
	for _, p := range meeting.Permissions {
		if !v.worthProving(p, roles) {
			continue
		}
		err := v.proveOne(ctx, p)
		switch {
		case err == nil:
			granted = append(granted, p.Name)
		case ctx.Err() != nil:
			return nil, "", err
		case !p.Needed:
			known := slices.Contains(v.tenant.Granted, p.Name)
			if known && (passes(err) || errs.Is(err, errs.SignedOut)) {
				granted = append(granted, p.Name)
			}
			if !errs.Is(err, errs.Forbidden) {
				v.Log.Warn("prove permission", keyTenant, v.tenant.ID, "permission", p.Name, keyError, err)
			}
		case errs.Is(err, errs.SignedOut):
			return nil, meeting.ConsentUnseen, nil
		case errs.Is(err, errs.Forbidden):
			why = meeting.PermissionMissing
		default:
			return nil, "", err
		}
	}
	return granted, why, nil
}

// passes reports whether the same call may be answered otherwise later.
func passes(err error) bool {
	switch errs.KindOf(err) {
	case errs.Throttled, errs.Unavailable, errs.Uncertain, errs.Busy:
		return true
	}
	return false
}

// roles are what the token names: a hint, and no more than that.
func (v *visit) roles(ctx context.Context) []string {
	roles, err := v.Directory.GrantedRoles(ctx, v.tenant.ID)
	if err != nil {
		return nil // the calls will tell why
	}
	return roles
}

// worthProving leaves out of the looks at an authorised tenant what it did not
// grant, as far as the token tells: nothing is asked that is refused anyway.
func (v *visit) worthProving(p meeting.Permission, roles []string) bool {
	return v.tenant.State != meeting.TenantAuthorised || len(roles) == 0 ||
		p.Needed || v.tenant.Has(p.Name) || p.CoveredBy(roles)
}

// proveOne tries several mailboxes where it takes one: a policy of Exchange may
// keep us out of some.
// https://learn.microsoft.com/exchange/permissions-exo/application-rbac
func (v *visit) proveOne(ctx context.Context, p meeting.Permission) error {
	somebody := []meeting.ObjectID{""}
	if p.Name == meeting.CalendarsReadWrite {
		somebody = v.somebody(ctx)
	}
	var err error
	for _, user := range somebody {
		err = v.Directory.Prove(ctx, v.tenant.ID, p.Name, user)
		if !errs.Is(err, errs.Forbidden) {
			return err
		}
	}
	return err
}

// somebody lists whose calendar may be tried: the owner who came last, who has
// most likely just consented, some of the members and listed addresses, and if
// there is none of these nobody's: that proves less.
func (v *visit) somebody(ctx context.Context) []meeting.ObjectID {
	var list []meeting.ObjectID
	for _, m := range v.members {
		if m.Kept() {
			list = append(list, m.Person.ID)
		}
	}
	for _, address := range v.tenant.Choice.Addresses {
		if id := meeting.ObjectID(address); v.tenant.Choice.Who == meeting.Listed && !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	owners, err := v.Store.Owners(ctx, v.tenant.ID)
	if err != nil {
		v.Log.Warn("list owners", keyTenant, v.tenant.ID, keyError, err) // others may do
	}
	slices.SortStableFunc(owners, func(a, b meeting.Owner) int { return b.Since.Compare(a.Since) })
	var first []meeting.ObjectID
	for _, o := range owners {
		id := o.Account.Object()
		list = slices.DeleteFunc(list, func(other meeting.ObjectID) bool { return other == id })
		first = append(first, id)
	}
	// Who has no mailbox, or a barred one, is no reason to leave the others out.
	first = first[:min(len(first), max(1, tries-len(list)))]
	if rest := tries - len(first); len(list) > rest {
		list = []meeting.ObjectID{list[0], list[len(list)/2], list[len(list)-1]}[tries-rest:]
	}
	if list = append(first, list...); len(list) == 0 {
		return []meeting.ObjectID{""}
	}
	return list
}

// refuse notes that we are not let in. What an authorised tenant says has to be
// said twice.
func (v *visit) refuse(ctx context.Context, why meeting.Reason, granted []string) (next time.Time, err error) {
	now, t := v.Clock.Now(), &v.tenant
	next = now.Add(withdrawn)
	switch {
	case t.State == meeting.TenantAuthorised && t.RefusedAt.IsZero():
		t.RefusedAt, next = now, now.Add(sure)
		v.Log.Warn("tenant refuses", keyTenant, t.ID, keyReason, why)
		return next, v.Store.SaveStanding(ctx, v.claim, *t)
	case t.State == meeting.TenantAuthorised && now.Sub(t.RefusedAt) < sure:
		return t.RefusedAt.Add(sure), nil
	case t.State == meeting.TenantAuthorised:
		t.State = meeting.TenantWithdrawn
		v.Log.Warn("tenant withdrew its consent", keyTenant, t.ID, keyReason, why)
	case t.State == meeting.TenantProving:
		if t.RefusedAt.IsZero() {
			t.RefusedAt = now
		}
	}
	t.Reason, t.Granted = why, granted
	if t.State == meeting.TenantWithdrawn && why == meeting.ConsentUnseen {
		t.Reason = meeting.GrantWithdrawn
	}
	doing := ""
	if since := now.Sub(t.ConsentedAt); t.State == meeting.TenantProving && since < spreading {
		doing, next = "Waiting for Microsoft to spread the consent", now.Add(time.Minute)
		for _, at := range spreads {
			if at > since {
				next = t.ConsentedAt.Add(at)
				break
			}
		}
	}
	if p := &t.Progress; p.Doing != doing {
		p.Doing, p.Done, p.Total, p.Since = doing, 0, 0, t.ConsentedAt
		if err := v.Store.SaveProgress(ctx, v.claim, *p); err != nil {
			return next, err
		}
	}
	return next, v.Store.SaveStanding(ctx, v.claim, *t)
}

// organization reads the tenant's name and domains, if it may. What it cannot
// read now stays as it was.
func (v *visit) organization(ctx context.Context) {
	t := &v.tenant
	if !t.Has(meeting.OrganizationReadAll) {
		t.Domains = nil
		return
	}
	name, domains, err := v.Directory.Organization(ctx, t.ID)
	if err != nil {
		v.Log.Warn("read organization", keyTenant, t.ID, keyError, err)
		return
	}
	t.Name, t.Domains = name, domains
}
