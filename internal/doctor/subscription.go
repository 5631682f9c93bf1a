package doctor

import (
	"context"

	"webex-scheduler/internal/errs"
)

// subscriptions counts the mailboxes without one, and asks Graph for some of the
// others.
// https://learn.microsoft.com/graph/api/subscription-get
func (d *doctor) subscriptions(ctx context.Context) Finding {
	mailboxes, silent, err := d.db.Subscribable(ctx)
	if err != nil {
		return unreadable(err)
	}
	subs, err := d.db.LiveSubscriptions(ctx, few)
	if err != nil {
		return unreadable(err)
	}
	gone, seen := 0, 0
	for _, sub := range subs {
		switch _, err := d.calendar.Subscription(ctx, sub); {
		case errs.Is(err, errs.NotFound):
			gone++
		case err == nil:
			seen++
		}
	}
	switch {
	case silent > 0:
		return problem("Keep `serve` running, and see that Microsoft reaches SCHEDULER_PUBLIC_URL; /account and /admin say why for each mailbox.",
			"Graph tells nothing of %d of %d mailboxes: they are looked through every %s alone", silent, mailboxes, d.settings.SweepInterval)
	case gone > 0:
		return problem("Keep `serve` running: a sweep that finds a change of which nobody told replaces the subscription.",
			"of %d subscriptions Graph does not know %d any more", len(subs), gone)
	}
	return fine("all %d mailboxes have one; Graph knows the %d that were looked at", mailboxes, seen)
}
