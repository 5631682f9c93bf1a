package graph

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// resource is all events of the mailbox. With a person's token that is said
// without a name; the program alone names whose.
// https://learn.microsoft.com/graph/outlook-change-notifications-overview
func resource(mailbox meeting.AccountID, as meeting.Authority) string {
	if as == meeting.TenantWide {
		return strings.TrimPrefix(userPath(mailbox), "/") + "/events"
	}
	return "me/events"
}

// https://learn.microsoft.com/graph/api/resources/subscription
type subscription struct {
	ID              string     `json:"id,omitempty"`
	ChangeType      string     `json:"changeType,omitempty"`
	Resource        string     `json:"resource,omitempty"`
	NotificationURL string     `json:"notificationUrl,omitempty"`
	LifecycleURL    string     `json:"lifecycleNotificationUrl,omitempty"`
	Expires         *time.Time `json:"expirationDateTime,omitempty"`
	ClientState     string     `json:"clientState,omitempty"`
	TLSVersion      string     `json:"latestSupportedTlsVersion,omitempty"`
}

// Subscribe asks, by that authority, for notifications of the mailbox's events
// until that time and returns what was granted. Graph posts a handshake to both URLs before it
// answers. errs.Conflict: another subscription of ours for the same events, made
// by the same authority, is in the way; Code is its id, empty if Graph names
// none and lists none.
// https://learn.microsoft.com/graph/api/subscription-post-subscriptions
func (c *Client) Subscribe(ctx context.Context, mailbox meeting.AccountID, as meeting.Authority, clientState meeting.Secret, until time.Time) (graphID string, expires time.Time, err error) {
	defer wrap(&err, "subscribe")
	until = until.UTC()
	call := wire.Call{Op: "subscribe", Method: http.MethodPost, URL: "/v1.0/subscriptions", Body: subscription{
		ChangeType: "created,updated,deleted", Resource: resource(mailbox, as),
		NotificationURL: c.notificationURL, LifecycleURL: c.lifecycleURL,
		Expires: &until, ClientState: clientState.Reveal(), TLSVersion: "v1_2",
	}}
	a, err := c.doAs(ctx, mailbox, as, call, 1)
	if errs.Is(err, errs.Conflict) {
		return "", time.Time{}, c.inTheWay(ctx, mailbox, as, a, err)
	}
	if err != nil {
		return "", time.Time{}, err
	}
	s, err := granted(call, a)
	if err == nil && s.ID == "" {
		err = errs.New(errs.Uncertain, "unforeseen answer: no id")
	}
	if err != nil {
		return "", time.Time{}, err
	}
	return s.ID, *s.Expires, nil
}

// RenewSubscription moves the end, and refreshes the authorisation. Like all
// that is done to a subscription it takes the authority that made it.
// errs.NotFound: it is gone. https://learn.microsoft.com/graph/api/subscription-update
func (c *Client) RenewSubscription(ctx context.Context, sub meeting.Subscription, until time.Time) (expires time.Time, err error) {
	defer wrap(&err, "renew subscription")
	until = until.UTC()
	call := wire.Call{Op: "renew subscription", Method: http.MethodPatch, URL: subscriptionPath(sub.GraphID), Body: subscription{Expires: &until}}
	a, err := c.doAs(ctx, sub.Mailbox, sub.Authority, call, 1)
	if err != nil {
		return time.Time{}, err
	}
	s, err := granted(call, a)
	if err != nil {
		return time.Time{}, err
	}
	return *s.Expires, nil
}

// Subscription reads when the subscription ends. errs.NotFound: it is gone.
// https://learn.microsoft.com/graph/api/subscription-get
func (c *Client) Subscription(ctx context.Context, sub meeting.Subscription) (expires time.Time, err error) {
	defer wrap(&err, "read subscription")
	call := wire.Call{Op: "read subscription", Method: http.MethodGet, URL: subscriptionPath(sub.GraphID)}
	a, err := c.doAs(ctx, sub.Mailbox, sub.Authority, call, 1)
	if err != nil {
		return time.Time{}, err
	}
	s, err := granted(call, a)
	if err != nil {
		return time.Time{}, err
	}
	return *s.Expires, nil
}

// ReauthorizeSubscription refreshes the authorisation and leaves the end as it is.
// https://learn.microsoft.com/graph/api/subscription-reauthorize
func (c *Client) ReauthorizeSubscription(ctx context.Context, sub meeting.Subscription) (err error) {
	defer wrap(&err, "reauthorize subscription")
	_, err = c.doAs(ctx, sub.Mailbox, sub.Authority, wire.Call{
		Op: "reauthorize subscription", Method: http.MethodPost, URL: subscriptionPath(sub.GraphID) + "/reauthorize",
	}, 1)
	return err
}

// Unsubscribe deletes the subscription; one that is gone is success.
// https://learn.microsoft.com/graph/api/subscription-delete
func (c *Client) Unsubscribe(ctx context.Context, sub meeting.Subscription) (err error) {
	defer wrap(&err, "unsubscribe")
	_, err = c.doAs(ctx, sub.Mailbox, sub.Authority, wire.Call{Op: "unsubscribe", Method: http.MethodDelete, URL: subscriptionPath(sub.GraphID)}, 1)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

func subscriptionPath(id string) string { return "/v1.0/subscriptions/" + url.PathEscape(id) }

func granted(call wire.Call, a wire.Answer) (subscription, error) {
	var s subscription
	if err := wire.Decode(call, a, &s); err != nil {
		return s, err
	}
	if s.Expires == nil {
		return s, errs.New(errs.Uncertain, "unforeseen answer: no end")
	}
	*s.Expires = s.Expires.UTC()
	return s, nil
}

var guid = regexp.MustCompile(`(?i)\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`)

// inTheWay completes a conflict with the id that Graph tells in its message
// alone ("Subscription Id <guid> already exists for the requested
// combination"), or in its list.
// https://learn.microsoft.com/graph/api/subscription-post-subscriptions
func (c *Client) inTheWay(ctx context.Context, mailbox meeting.AccountID, as meeting.Authority, a wire.Answer, conflict error) error {
	e, ok := errors.AsType[*errs.Error](conflict)
	if !ok {
		return conflict
	}
	var r refusal
	_ = json.Unmarshal(a.Body, &r) // unreadable: the list tells
	if e.Code = guid.FindString(r.Error.Message); e.Code != "" {
		return e
	}
	asRead := func(raw json.RawMessage) (s subscription, err error) { return s, json.Unmarshal(raw, &s) }
	all, err := listAs(ctx, c, mailbox, as, "list subscriptions", "/v1.0/subscriptions", asRead)
	if err != nil {
		return err
	}
	for _, s := range all {
		if sameEvents(mailbox, as, s.Resource) {
			e.Code = s.ID
		}
	}
	return e
}

// sameEvents reports whether a listed subscription of that authority is for the
// mailbox's events, in any of the ways to say so.
func sameEvents(mailbox meeting.AccountID, as meeting.Authority, listed string) bool {
	listed = strings.ToLower(strings.Trim(listed, "/"))
	return listed == resource(mailbox, as) || listed == resource(mailbox, meeting.TenantWide)
}
