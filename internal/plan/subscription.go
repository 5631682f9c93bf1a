package plan

import (
	"cmp"
	"time"

	"webex-scheduler/internal/meeting"
)

// Ask is how long a subscription is asked for: the live service refuses more
// than 10,070 minutes.
// https://learn.microsoft.com/graph/api/resources/subscription
const Ask = 10_000 * time.Minute

// apart keeps renewals and reauthorisations of one subscription ten minutes apart.
const apart = 10 * time.Minute

// Upkeep is what a mailbox's subscription wants.
type Upkeep struct {
	Create    bool
	Renew     *meeting.Subscription
	Drop      []meeting.Subscription // rows to take down, at Graph too where it knows them
	DropAfter []meeting.Subscription // the same, but only once there is the one to create
	Next      time.Time              // when to look again if all of it succeeds and nothing is created; zero: never
}

// Subscription plans the upkeep of one mailbox's subscription. A mailbox that
// is kept in step has exactly one, made on the authority as, and renewed at half
// of whatever lifetime Graph granted; a closing one has none. One of another
// authority does its work until the right one is there.
func Subscription(now time.Time, rows []meeting.Subscription, as meeting.Authority, closing bool) Upkeep {
	var up Upkeep
	var live *meeting.Subscription
	var others []meeting.Subscription
	for i, row := range rows {
		if !closing && of(row.Authority) != of(as) && row.GraphID != "" && !row.Removed && row.ExpiresAt.After(now) {
			others = append(others, row)
			continue
		}
		if closing || row.GraphID == "" || row.Removed || !row.ExpiresAt.After(now) ||
			(live != nil && !row.ExpiresAt.After(live.ExpiresAt)) {
			up.Drop = append(up.Drop, row)
			continue
		}
		if live != nil {
			up.Drop = append(up.Drop, *live)
		}
		live = &rows[i]
	}
	if closing {
		return up
	}
	if live == nil {
		up.Create, up.DropAfter = true, others
		return up
	}
	up.Drop = append(up.Drop, others...)
	up.Next = RenewAt(*live)
	if live.Reauthorize {
		// A renewal refreshes the authorisation too.
		// https://learn.microsoft.com/graph/change-notifications-lifecycle-events
		up.Next = earlier(up.Next, later(now, live.RenewedAt.Add(min(apart, live.Granted/2))))
	}
	if !up.Next.After(now) {
		up.Renew = live
	}
	return up
}

// of reads an authority that nobody stored as the person's own.
func of(a meeting.Authority) meeting.Authority { return cmp.Or(a, meeting.Individual) }

// RenewAt is when to renew: at half of the granted lifetime, so that there is
// time for more than one try before the last third.
func RenewAt(s meeting.Subscription) time.Time { return s.ExpiresAt.Add(-s.Granted / 2) }

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
