package fakems

import (
	"context"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/sandbox/trace"
)

// Lifecycle is a lifecycle event of a subscription.
// https://learn.microsoft.com/graph/change-notifications-lifecycle-events
type Lifecycle string

// The lifecycle events of Graph.
const (
	ReauthorizationRequired Lifecycle = "reauthorizationRequired"
	SubscriptionRemoved     Lifecycle = "subscriptionRemoved"
	Missed                  Lifecycle = "missed"
)

type change string

const (
	created change = "created"
	updated change = "updated"
	deleted change = "deleted"
)

// notice is one item of a notification.
type notice struct {
	sub     *subscription
	verb    string // for the log
	actor   string
	body    map[string]any
	first   time.Time // first attempt
	due     time.Time
	attempt int
	fault   Trouble // what made it late or a second one
	held    bool    // until another of its subscription has overtaken it
}

// changed notifies the subscribers of u's calendar of an item or a date. The
// lock is held.
func (s *Server) changed(u *User, it *item, kind change) {
	if it.master != nil {
		s.tellOf(u, it, kind)
	} else {
		s.notify(u, it, kind)
	}
}

func (s *Server) notify(u *User, it *item, kind change) {
	if s.unknown(it) {
		return
	}
	for _, sub := range s.liveSubscriptions() {
		if sub.UserID != u.ID || sub.unauthorised || !slices.Contains(strings.Split(sub.ChangeType, ","), string(kind)) {
			continue
		}
		if s.dropping != 0 {
			if s.dropping > 0 {
				s.dropping--
			}
			s.trace(trace.Entry{Service: trace.Notification, Actor: u.UserPrincipalName, Method: string(kind), Fault: "lost"})
			continue
		}
		n := s.eventNotice(sub, u, it, kind)
		if !s.dispatch(u, n) || s.Calm {
			continue
		}
		// One action gives several notifications, and some come twice.
		if kind == created && slices.Contains(strings.Split(sub.ChangeType, ","), string(updated)) {
			s.post(s.eventNotice(sub, u, it, updated), s.whim())
		}
		if s.rng.IntN(4) == 0 {
			twin := *n
			s.post(&twin, s.whim())
		}
	}
}

// dispatch posts a change of u's calendar through the weather, and reports
// whether it is on its way.
func (s *Server) dispatch(u *User, n *notice) bool {
	if _, bad := s.strikes(NoticeLost, u); bad {
		s.trace(trace.Entry{Service: trace.Notification, Actor: n.actor, Method: n.verb, Fault: string(NoticeLost)})
		return false
	}
	delay := s.whim()
	if strike, bad := s.strikes(NoticeLate, u); bad {
		delay += strike.Wait
		n.fault = NoticeLate
	}
	twin := *n
	if !s.holds(n) {
		if strike, bad := s.strikes(NoticeReordered, u); bad {
			delay = max(delay, strike.Wait)
			n.held, n.fault = true, NoticeReordered
		}
	}
	s.post(n, delay)
	if strike, bad := s.strikes(NoticeDoubled, u); bad {
		twin.fault = NoticeDoubled
		s.post(&twin, delay+strike.Wait)
	}
	return true
}

// early tells sub of its mailbox's newest event at once. Nil: there is none to
// tell of, or the weather is fair.
func (s *Server) early(c *call, sub *subscription) *notice {
	box := s.boxes[sub.UserID]
	if box == nil { // the person was removed during the handshake
		return nil
	}
	var newest *item
	for _, it := range box.items {
		if !it.binned && !s.unknown(it) && (newest == nil || !it.event.LastModifiedDateTime.Before(newest.event.LastModifiedDateTime)) {
			newest = it
		}
	}
	if newest == nil || !slices.Contains(strings.Split(sub.ChangeType, ","), string(updated)) {
		return nil
	}
	u := s.user(sub.UserID)
	if _, bad := s.struck(c, NoticeEarly, u); !bad {
		return nil
	}
	n := s.eventNotice(sub, u, newest, updated)
	n.fault = NoticeEarly
	s.post(n, 0)
	return n
}

// attempted waits until n was brought to its address once, taken or not.
func (s *Server) attempted(ctx context.Context, n *notice) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.work.ctx, cancel)()
	_ = s.await(ctx, func() bool { return n.attempt > 0 })
}

// whim is how late a notification is.
func (s *Server) whim() time.Duration {
	if s.Calm {
		return s.Delay
	}
	return s.Delay + time.Duration(s.rng.IntN(400))*time.Millisecond
}

// eventNotice is an item of a change notification.
// https://learn.microsoft.com/graph/outlook-change-notifications-overview
func (s *Server) eventNotice(sub *subscription, u *User, it *item, kind change) *notice {
	id := it.restID
	if sub.ImmutableIDs {
		id = it.event.ID
	}
	resource := "Users/" + u.ID + "/Events/" + id
	return &notice{sub: sub, verb: string(kind), actor: u.UserPrincipalName, body: map[string]any{
		"subscriptionId":                 sub.ID,
		"subscriptionExpirationDateTime": sub.Expires.Format("2006-01-02T15:04:05-07:00"),
		"changeType":                     string(kind),
		"resource":                       resource,
		"resourceData": map[string]string{
			"@odata.type": "#Microsoft.Graph.Event",
			"@odata.id":   resource,
			"@odata.etag": it.event.ETag,
			"id":          id,
		},
		"clientState": null(sub.ClientState),
		"tenantId":    sub.TenantID,
	}}
}

// SendLifecycle sends a lifecycle notification for the subscription, if it has
// an address for them; SubscriptionRemoved also removes it.
func (s *Server) SendLifecycle(id string, event Lifecycle) {
	defer s.lock()()
	for _, sub := range s.liveSubscriptions() {
		if sub.ID == id {
			s.lifecycle(sub, event)
			sub.removed = event == SubscriptionRemoved
		}
	}
	s.tell()
}

func (s *Server) lifecycle(sub *subscription, event Lifecycle) {
	if sub.LifecycleNotificationURL == "" {
		return
	}
	upn := ""
	if u := s.user(sub.UserID); u != nil {
		upn = u.UserPrincipalName
	}
	s.post(&notice{sub: sub, verb: string(event), actor: upn, body: map[string]any{
		"subscriptionId":                 sub.ID,
		"subscriptionExpirationDateTime": stamp(sub.Expires),
		"tenantId":                       sub.TenantID,
		"clientState":                    null(sub.ClientState),
		"lifecycleEvent":                 string(event),
	}}, s.whim())
}

func (n *notice) isLifecycle() bool { return n.body["lifecycleEvent"] != nil }

func (n *notice) address() string {
	if n.isLifecycle() {
		return n.sub.LifecycleNotificationURL
	}
	return n.sub.NotificationURL
}

// DropNotifications loses the next n change notifications; a negative n all of
// them, until called with 0.
func (s *Server) DropNotifications(n int) {
	defer s.lock()()
	s.dropping = n
}

// AwaitQuiet waits until no notification is pending or in flight; one that
// waits for its time or its next attempt is pending. It fails when ctx ends.
func (s *Server) AwaitQuiet(ctx context.Context) error {
	return s.await(ctx, func() bool { return s.work.pending == 0 })
}

// AwaitCarried waits until no notification is in flight; those that wait for
// their time may go on waiting. A test calls it before it moves Clock, on which
// a delivery's limit runs too. It fails when ctx ends.
func (s *Server) AwaitCarried(ctx context.Context) error {
	return s.await(ctx, func() bool {
		for _, c := range s.couriers {
			if c.busy {
				return false
			}
		}
		return true
	})
}
