package syncer

import (
	"context"
	"encoding/base64"
	"io"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// Waits after a subscription call that failed.
const (
	subscribeSoon  = 10 * time.Second
	subscribeAgain = time.Minute      // our address may be unreachable just now
	subscribeLater = 15 * time.Minute // refused: it will hardly pass by itself
)

// upkeep keeps the mailbox's subscription alive.
func (r *round) upkeep(ctx context.Context) error {
	rows, err := r.Store.Subscriptions(ctx, r.claim.Mailbox)
	if err != nil {
		return err
	}
	up := plan.Subscription(r.Clock.Now(), rows, r.claim.Authority, false)
	next, sweep, err := r.keepUp(ctx, up)
	r.refusedBy(ctx, err)
	if err != nil {
		if ctx.Err() != nil || errs.Is(err, errs.Conflict) {
			return err
		}
		attrs := []any{keyAccount, r.claim.Mailbox, keyError, err}
		if errs.Is(err, errs.Invalid) {
			attrs = append(attrs, "hint", "can Microsoft reach "+r.PublicURL+"/hooks/graph and /hooks/graph/lifecycle?")
		}
		r.Log.Log(ctx, severity(err), "subscription", attrs...)
		next = r.retrySubscription(err)
	}
	if err := r.Store.SubscriptionTrouble(ctx, r.claim, subscriptionTrouble(err)); err != nil {
		return err
	}
	if sweep {
		r.claim.SweepDue = r.Clock.Now()
	}
	return r.Store.SubscriptionWork(ctx, r.claim, next, sweep)
}

// subscriptionTrouble names what a person should know of a failure: meanwhile
// the mailbox is swept.
func subscriptionTrouble(err error) meeting.Reason {
	switch {
	case err == nil:
		return ""
	case errs.Is(err, errs.SignedOut):
		return meeting.WaitSignedOut
	case noMailbox(err):
		return meeting.ProblemNoMailbox
	case errs.Is(err, errs.Forbidden), errs.Is(err, errs.Invalid), errs.Is(err, errs.NotFound):
		return meeting.ProblemForbidden
	}
	return meeting.WaitUnavailable
}

// noMailbox reports whether Graph says that the account has no mailbox.
// https://learn.microsoft.com/graph/errors
func noMailbox(err error) bool {
	switch errs.CodeOf(err) {
	case "MailboxNotEnabledForRESTAPI", "MailboxNotHostedInExchangeOnline", "MailboxNotFound":
		return true
	}
	return false
}

// retrySubscription tells when to try again; zero: when the person connects again.
func (r *round) retrySubscription(err error) time.Time {
	now := r.Clock.Now()
	switch errs.KindOf(err) {
	case errs.SignedOut:
		if r.tenantWide() {
			return now.Add(subscribeLater)
		}
		return time.Time{}
	case errs.Invalid:
		return now.Add(subscribeAgain)
	case errs.Forbidden, errs.NotFound:
		return now.Add(subscribeLater)
	}
	if at, ok := comeAgain(err, now); ok {
		return at
	}
	return now.Add(subscribeSoon)
}

// keepUp brings about the subscription that is wanted and then drops the others:
// one that cannot be taken down stands in nobody's way. As long as the wanted one
// is not there, only those go that are dead already.
func (r *round) keepUp(ctx context.Context, up plan.Upkeep) (next time.Time, sweep bool, err error) {
	next, sweep, err = r.wanted(ctx, &up)
	if ctx.Err() != nil || errs.Is(err, errs.Conflict) {
		return next, sweep, err
	}
	older := up.Drop
	if sweep {
		older = append(older, up.DropAfter...)
	}
	for _, row := range older {
		if err != nil && r.atGraph(row) {
			continue
		}
		away := r.drop(ctx, row)
		switch {
		case away == nil:
		case ctx.Err() != nil || errs.Is(away, errs.Conflict):
			return next, sweep, away
		default:
			r.Log.Warn("subscription of before", keyAccount, r.claim.Mailbox, keyError, away)
			next = r.Clock.Now().Add(subscribeAgain)
		}
	}
	return next, sweep, err
}

// wanted renews or makes the subscription that up wants; sweep: it was made.
func (r *round) wanted(ctx context.Context, up *plan.Upkeep) (next time.Time, sweep bool, err error) {
	if up.Renew != nil {
		row := *up.Renew
		now := r.Clock.Now()
		if err := r.holds(); err != nil {
			return time.Time{}, false, err
		}
		row.ExpiresAt, err = r.Subscriber.RenewSubscription(ctx, row, now.Add(plan.Ask))
		switch {
		case errs.Is(err, errs.NotFound):
			row.Removed = true
			if err := r.drop(ctx, row); err != nil {
				return time.Time{}, false, err
			}
			up.Create = true
		case err != nil:
			return time.Time{}, false, err
		default:
			row.Granted, row.RenewedAt, row.Reauthorize = row.ExpiresAt.Sub(now), now, false
			r.Log.Info("subscription renewed", keyAccount, r.claim.Mailbox, "expires_at", row.ExpiresAt)
			return plan.RenewAt(row), false, r.Store.SaveSubscription(ctx, r.claim, row, meeting.Secret{})
		}
	}
	if !up.Create {
		return up.Next, false, nil
	}
	row, err := r.subscribe(ctx, up.Drop, up.DropAfter)
	if err != nil {
		return time.Time{}, false, err
	}
	// What changed before the subscription lived is found by a sweep.
	return plan.RenewAt(row), true, nil
}

// atGraph reports whether Graph knows the subscription, as far as we can tell.
func (r *round) atGraph(row meeting.Subscription) bool {
	return row.GraphID != "" && !row.Removed && row.ExpiresAt.After(r.Clock.Now())
}

// drop takes a subscription down at Graph, where Graph knows it, and here. One
// that was made on another's yes, which does not count any more, ends by itself:
// what it still tells is known to nobody here.
func (r *round) drop(ctx context.Context, row meeting.Subscription) error {
	if r.atGraph(row) {
		err := r.unsubscribe(ctx, row)
		other := r.claim.Closing || row.Authority != r.claim.Authority
		if err != nil && !(other && (errs.Is(err, errs.SignedOut) || errs.Is(err, errs.Forbidden))) {
			return err
		}
	}
	return r.Store.DeleteSubscription(ctx, r.claim, row.ID)
}

func (r *round) unsubscribe(ctx context.Context, sub meeting.Subscription) error {
	if err := r.holds(); err != nil {
		return err
	}
	return r.Subscriber.Unsubscribe(ctx, sub)
}

// subscribe commits the row with its client state first: a notification may
// come before Graph's answer to the create. A subscription that is in the way
// is taken down, never adopted: its client state cannot be read back. One of the
// older rows goes on the authority that it was made on, and is noted as removed.
func (r *round) subscribe(ctx context.Context, older ...[]meeting.Subscription) (meeting.Subscription, error) {
	id, err := r.newNonce()
	if err != nil {
		return meeting.Subscription{}, err
	}
	row := meeting.Subscription{ID: id, Mailbox: r.claim.Mailbox, Authority: r.claim.Authority}
	for try := 1; ; try++ {
		state, err := r.clientState(id)
		if err != nil {
			return row, err
		}
		row.CreatedAt = r.Clock.Now()
		if err := r.Store.SaveSubscription(ctx, r.claim, row, state); err != nil {
			return row, err
		}
		if err := r.holds(); err != nil {
			return row, err
		}
		row.GraphID, row.ExpiresAt, err = r.Subscriber.Subscribe(ctx, r.claim.Mailbox, row.Authority, state, row.CreatedAt.Add(plan.Ask))
		if err == nil {
			break
		}
		if !errs.Is(err, errs.Conflict) || errs.CodeOf(err) == "" || try == 3 {
			if errs.Is(err, errs.Conflict) {
				err = errs.New(errs.Unavailable, "another subscription stays in the way: %v", err)
			}
			return row, err
		}
		inTheWay := meeting.Subscription{Mailbox: r.claim.Mailbox, GraphID: errs.CodeOf(err), Authority: row.Authority}
		known := &inTheWay
		for _, rows := range older {
			for i := range rows {
				if rows[i].GraphID == inTheWay.GraphID {
					known = &rows[i]
				}
			}
		}
		if err := r.unsubscribe(ctx, *known); err != nil {
			if known.Authority != row.Authority && ctx.Err() == nil {
				// What another's yes is worth says nothing about this one.
				err = errs.New(errs.Unavailable, "another subscription stays in the way: %v", err)
			}
			return row, err
		}
		known.Removed = true
	}
	row.Granted = row.ExpiresAt.Sub(row.CreatedAt)
	row.RenewedAt = row.CreatedAt
	r.Log.Info("subscription made", keyAccount, r.claim.Mailbox, "expires_at", row.ExpiresAt)
	return row, r.Store.SaveSubscription(ctx, r.claim, row, meeting.Secret{})
}

// clientState is the row's id, a dot and 32 random bytes.
func (r *round) clientState(id string) (meeting.Secret, error) {
	var b [32]byte
	if _, err := io.ReadFull(r.Random, b[:]); err != nil {
		return meeting.Secret{}, err
	}
	return meeting.NewSecret(id + "." + base64.RawURLEncoding.EncodeToString(b[:])), nil
}

// close takes down what a disconnected mailbox has at Graph, then its tokens
// here. A removal that fails is tried again until the store gives up on it.
func (r *round) close(ctx context.Context) error {
	rows, err := r.Store.Subscriptions(ctx, r.claim.Mailbox)
	if err != nil {
		return err
	}
	for _, row := range plan.Subscription(r.Clock.Now(), rows, r.claim.Authority, true).Drop {
		if err = r.drop(ctx, row); err != nil {
			break
		}
	}
	if err == nil {
		err = r.dropHooks(ctx)
	}
	if err == nil || errs.Is(err, errs.SignedOut) {
		r.Log.Info("mailbox disconnected", keyAccount, r.claim.Mailbox)
		return r.Store.Closed(ctx, r.claim)
	}
	if ctx.Err() != nil || errs.Is(err, errs.Conflict) {
		return err
	}
	r.Log.Warn("disconnect", keyAccount, r.claim.Mailbox, keyError, err)
	return r.Store.SubscriptionWork(ctx, r.claim, r.Clock.Now().Add(time.Minute), false)
}
