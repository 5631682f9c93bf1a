package syncer

import (
	"context"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// signedOutWait is how long work waits for a person to connect again, which
// makes it due at once.
const signedOutWait = 30 * 24 * time.Hour

// tenantSignedOutWait is how long a mailbox waits whose tenant refuses us: one
// that withdrew its consent has its mailboxes stopped.
const tenantSignedOutWait = 15 * time.Minute

// inProgressLook is how often a running meeting is asked for at the least.
const inProgressLook = 30 * time.Minute

// comeAgain is when the error says to try again, in a second at the soonest: what
// is named may be over already, or by less than what the store keeps of it.
func comeAgain(err error, now time.Time) (time.Time, bool) {
	at, named := errs.RetryAt(err)
	return maxTime(at, now.Add(time.Second)), named
}

// failed turns the error of a read, or of a write known to have had no effect,
// into a wait of this event alone.
func (t *turn) failed(err error) outcome {
	now := t.Clock.Now()
	out := outcome{at: now.Add(t.backoff(t.work.Attempts + 1)), reason: meeting.WaitUnavailable, err: err}
	if at, ok := comeAgain(err, now); ok {
		out.at, out.hold = at, true
	}
	switch errs.KindOf(err) {
	case errs.Throttled:
		out.reason, out.hold = meeting.WaitThrottled, true
	case errs.SignedOut:
		out.at, out.reason = now.Add(signedOutWait), meeting.WaitSignedOut
		if t.tenantWide() {
			out.at = now.Add(tenantSignedOutWait) // whether it is true, the look at the tenant tells
		}
	case errs.InProgress:
		out.at, out.hold, out.reason = now.Add(2*time.Minute), true, meeting.WaitInProgress
		if t.link != nil && t.link.Got.End.After(now) {
			// A meeting may end long before its time: a webhook tells, or is lost.
			out.at = minTime(t.link.Got.End.Add(2*time.Minute), now.Add(inProgressLook))
		}
	case errs.Forbidden, errs.Invalid, errs.NotFound:
		out.at = now.Add(t.backoff(t.work.Attempts + 8)) // minutes: it will hardly pass by itself
	}
	return out
}

// Codes of refusals, as package webex calls them.
const (
	codePassword = "password"
	codeTracking = "tracking"
)

// problemOf names what the person has to see of a Webex refusal; empty if it
// may pass by itself.
func problemOf(err error) meeting.Reason {
	switch errs.KindOf(err) {
	case errs.SignedOut:
		return meeting.ProblemSignedOut
	case errs.Forbidden:
		return meeting.ProblemForbidden
	case errs.Invalid, errs.Conflict:
		switch errs.CodeOf(err) {
		case codePassword:
			return meeting.ProblemPassword
		case codeTracking:
			return meeting.ProblemTrackingCode
		}
		return meeting.ProblemRefused
	case errs.NotFound, errs.Gone:
		return meeting.ProblemUnseen
	}
	return ""
}

// refused turns the error of a Webex write into a wait, or into a problem that
// the person sees and that ends the tries until the event or the grant changes;
// then it is planned for again, since the event may have to tell of it.
func (t *turn) refused(ctx context.Context, err error, goal meeting.Shape) (outcome, bool, error) {
	problem := problemOf(err)
	if problem == "" {
		out := t.failed(err)
		if t.link.State == meeting.LinkWished {
			out.hold = true // failed creates count against 100 a day
			if errs.CodeOf(err) == "creates" {
				t.link.Problem, out.reason = meeting.ProblemQuota, meeting.WaitQuota
				if t.work.Event.IsDraft() { // nobody waits so long in the pane
					return outcome{}, true, t.save(ctx, "")
				}
			}
		}
		return out, false, t.save(ctx, "") // what was noted before the call may have been taken back
	}
	t.refusal = err
	switch {
	case problem == meeting.ProblemSignedOut && t.by.ID != "" && t.link.Grant == t.by.ID:
		t.by.State = meeting.GrantDead
	case problem == meeting.ProblemSignedOut:
		t.host.State = meeting.GrantDead
	default:
		t.link.Refused = goal
	}
	t.link.Problem = problem
	t.refuses()
	return outcome{}, true, t.save(ctx, "")
}

// keeps stores that a meeting which should go cannot be deleted now.
func (t *turn) keeps(ctx context.Context, err error) (outcome, bool, error) {
	out := t.failed(err)
	if p := problemOf(err); p != "" {
		t.link.Problem = p
	}
	return out, false, t.save(ctx, "")
}
