package roster

import (
	"context"
	"slices"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// visit is one look at one tenant under one claim.
type visit struct {
	*Roster
	claim   meeting.TenantClaim
	tenant  meeting.Tenant
	members []meeting.Member
	given   []meeting.Assignment
	told    time.Time // when progress was last stored
	away    bool      // Webex alone was in trouble
}

const (
	chunk = 500                   // changes of one transaction
	apart = 20 * time.Millisecond // between the first work of two new mailboxes: Graph takes all of them, not all at once
)

// visit proves the consent, then brings the roster in line with the directory.
// It returns when to look again. errs.Conflict: the claim was lost.
func (r *Roster) visit(ctx context.Context, claim meeting.TenantClaim) (next time.Time, err error) {
	defer errs.Wrap(&err, "roster: look at %s", claim.Tenant)
	v := &visit{Roster: r, claim: claim}
	again := r.Clock.Now().Add(firstBackoff)
	if v.tenant, err = r.Store.Tenant(ctx, claim.Tenant); err != nil {
		return again, err
	}
	if v.members, err = r.Store.Members(ctx, claim.Tenant); err != nil {
		return again, err
	}
	if v.given, err = r.Store.Assignments(ctx, claim.Tenant); err != nil {
		return again, err
	}
	proven, next, err := v.prove(ctx)
	if err != nil || !proven {
		return v.after(ctx, next, err)
	}
	if !v.tenant.Paused {
		err = v.follow(ctx)
	}
	return v.after(ctx, v.rest(), err)
}

// rest is when to look again if all is well.
func (v *visit) rest() time.Time { return v.Clock.Now().Add(v.Interval) }

const firstBackoff, lastBackoff = 10 * time.Second, 15 * time.Minute

// after shows a passing trouble, or that there is none any more, and tells when
// to look again. A trouble changes nobody's standing.
func (v *visit) after(ctx context.Context, next time.Time, err error) (time.Time, error) {
	if ctx.Err() != nil || errs.Is(err, errs.Conflict) {
		return next, err
	}
	id, now := v.claim.Tenant, v.Clock.Now()
	trouble := troubleOf(err, v.tenant.Choice)
	if trouble == "" {
		delete(v.failed, id)
	} else {
		v.failed[id]++
		next = now.Add(min(firstBackoff<<min(v.failed[id]-1, 10), lastBackoff))
		if at, ok := errs.RetryAt(err); ok {
			next = at
		}
		if v.away && next.After(v.rest()) {
			next = v.rest() // Microsoft is looked at all the same
		}
		v.Log.Warn("look at tenant", keyTenant, id, keyReason, trouble, keyError, err, "again_at", next)
	}
	p := &v.tenant.Progress
	if p.Trouble == trouble && (trouble == "" || p.Doing == "") {
		return next, nil
	}
	if p.Trouble = trouble; trouble != "" {
		p.Doing = ""
	}
	return next, v.Store.SaveProgress(ctx, v.claim, *p)
}

// troubleOf names for people what stopped a look for the choice.
func troubleOf(err error, choice meeting.Choice) meeting.Reason {
	if err == nil {
		return ""
	}
	switch errs.KindOf(err) {
	case errs.Throttled:
		return meeting.WaitThrottled
	case errs.NotFound:
		if choice.Who == meeting.Group {
			return meeting.GroupUnknown
		}
	case errs.SignedOut:
		return meeting.GrantWithdrawn
	case errs.Forbidden:
		if code := errs.CodeOf(err); meeting.IsPermission(code) {
			return meeting.Lacks(code)
		}
		return meeting.PermissionMissing
	case errs.Unavailable, errs.Uncertain, errs.Busy:
		return meeting.WaitUnavailable
	}
	return meeting.OwnFault
}

// follow looks through the directory and Webex and carries out what differs.
// What was found before an error counts, save that nobody leaves.
func (v *visit) follow(ctx context.Context) error {
	now := v.Clock.Now()
	v.tenant.Progress = meeting.Progress{
		Doing: "Looking through the directory", Since: now,
		Ended: v.tenant.Progress.Ended, Trouble: v.tenant.Progress.Trouble,
	}
	l := look{Roster: v.Roster, tenant: v.tenant, choice: v.tenant.Choice, members: v.members, given: v.given, lookups: lookups, asked: v.asked, mute: v.mute[v.tenant.ID], tell: func(doing string, done, total int) error {
		return v.tell(ctx, doing, done, total)
	}}
	in, trouble, away := l.input(ctx)
	if v.away = trouble == nil && away != nil; v.away {
		trouble = away
	}
	if ctx.Err() != nil || errs.Is(trouble, errs.Conflict) {
		return trouble
	}
	changes := plan.Roster(in)
	if patience := v.listen(in, away); patience {
		// Webex did not say who may host. Who joins now would be told that nobody
		// hosts their meetings: they join with a look soon.
		changes = slices.DeleteFunc(changes, func(c meeting.MemberChange) bool { return c.Reason == meeting.MemberJoined })
	}
	if err := v.carryOut(ctx, changes); err != nil {
		return err
	}
	if trouble == nil {
		p := &v.tenant.Progress
		p.Doing, p.Ended, p.Trouble = "", v.Clock.Now(), ""
		p.Done = len(in.People) + len(in.Listed)
		p.Total = p.Done
		return v.Store.SaveProgress(ctx, v.claim, *p)
	}
	return trouble
}

// joinAnyway is how long who joins waits for Webex to tell who may host.
const joinAnyway = 15 * time.Minute

// listen notes whether Webex told who may host. patience: it did not, and who
// joins may wait for it a while yet.
func (v *visit) listen(in plan.RosterInput, away error) (patience bool) {
	id, now := v.tenant.ID, v.Clock.Now()
	if away == nil {
		if in.HostsSeen {
			delete(v.mute, id)
		}
		return false
	}
	m := v.mute[id]
	if m.since.IsZero() {
		m.since = now
	}
	if at, ok := errs.RetryAt(away); ok {
		m.until, m.err = at, away
	}
	v.mute[id] = m
	return in.Connected && !in.HostsSeen && now.Sub(m.since) < joinAnyway
}

// carryOut stores the changes. After a crash the next look plans what is left.
func (v *visit) carryOut(ctx context.Context, changes []meeting.MemberChange) error {
	now := v.Clock.Now()
	for done := 0; done < len(changes); done += chunk {
		if len(changes) > chunk {
			if err := v.tell(ctx, "Taking up mailboxes", done, len(changes)); err != nil {
				return err
			}
		}
		from := func(i int) time.Time { return now.Add(time.Duration(done+i) * apart) }
		if err := v.Store.ApplyRoster(ctx, v.claim, v.tenant.Choice, changes[done:min(done+chunk, len(changes))], from); err != nil {
			return err
		}
	}
	for _, c := range changes {
		v.Log.Debug("member", keyTenant, v.claim.Tenant, "account_id", c.Member.Account, keyReason, c.Reason, "standing", c.Member.Standing)
	}
	if len(changes) > 0 {
		v.Log.Info("roster changed", keyTenant, v.claim.Tenant, "changes", len(changes))
	}
	return nil
}

// tell stores how far the look has come, once a second at the most.
func (v *visit) tell(ctx context.Context, doing string, done, total int) error {
	p := &v.tenant.Progress
	p.Doing, p.Done, p.Total = doing, done, total
	now := v.Clock.Now()
	if now.Sub(v.told) < time.Second {
		return nil
	}
	v.told = now
	return v.Store.SaveProgress(ctx, v.claim, *p)
}
