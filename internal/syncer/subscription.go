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
	if at, ok := errs.RetryAt(err); ok {
		return at
	}
	return now.Add(subscribeSoon)
}

func (r *round) keepUp(ctx context.Context, up plan.Upkeep) (next time.Time, sweep bool, err error) {
	for _, row := range up.Drop {
		if err := r.drop(ctx, row); err != nil {
			return time.Time{}, false, err
		}
	}
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
	row, err := r.subscribe(ctx)
	if err != nil {
		return time.Time{}, false, err
	}
	next = plan.RenewAt(row)
	for _, older := range up.DropAfter {
		if err := r.drop(ctx, older); err != nil {
			if ctx.Err() != nil || errs.Is(err, errs.Conflict) {
				return next, true, err
			}
			r.Log.Warn("subscription of before", keyAccount, r.claim.Mailbox, keyError, err)
			next = r.Clock.Now().Add(subscribeAgain)
		}
	}
	// What changed before the subscription lived is found by a sweep.
	return next, true, nil
}

// drop takes a subscription down at Graph, where Graph knows it, and here. One
// that was made on another's yes, which does not count any more, ends by itself:
// what it still tells is known to nobody here.
func (r *round) drop(ctx context.Context, row meeting.Subscription) error {
	if row.GraphID != "" && !row.Removed && row.ExpiresAt.After(r.Clock.Now()) {
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
// is taken down, never adopted: its client state cannot be read back.
func (r *round) subscribe(ctx context.Context) (meeting.Subscription, error) {
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
		if err := r.unsubscribe(ctx, inTheWay); err != nil {
			return row, err
		}
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
	_, _, err = r.keepUp(ctx, plan.Subscription(r.Clock.Now(), rows, r.claim.Authority, true))
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
