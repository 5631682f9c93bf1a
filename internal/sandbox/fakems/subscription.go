package fakems

import (
	"context"
	"net/http"
	"slices"
	"time"
)

// Subscription is a live change-notification subscription.
type Subscription struct {
	ID                       string
	ClientID                 string // the app
	UserID                   string // object id of the mailbox's owner
	TenantID                 string
	Resource                 string // as asked for
	ChangeType               string // as asked for
	ClientState              string
	NotificationURL          string
	LifecycleNotificationURL string
	TLSVersion               string
	Expires                  time.Time
	ImmutableIDs             bool // ids in notifications, chosen by Prefer at creation
	AppOnly                  bool // made by the app alone, and there for it alone
}

type subscription struct {
	Subscription
	creator      string // object id of the user, or of the service principal
	unauthorised bool   // consent was withdrawn: silent until authorised again
	removed      bool
}

func (s *Server) subscriptionRoute(c *call, p []string) handler {
	own := func(do func(*call, *subscription) (answer, error)) handler {
		return handler{scopes: readCalendar, roles: readCalendar, do: func(c *call) (answer, error) {
			sub, err := s.ownSubscription(c)
			if err != nil {
				return answer{}, err
			}
			return do(c, sub)
		}}
	}
	switch method := c.r.Method; {
	case len(p) == 0 && method == http.MethodPost:
		return handler{scopes: readCalendar, roles: readCalendar, unlocked: true, do: s.postSubscription}
	case len(p) == 0 && method == http.MethodGet:
		return handler{scopes: readCalendar, roles: readCalendar, do: s.listSubscriptions}
	case len(p) == 1 && method == http.MethodGet:
		return own(s.getSubscription)
	case len(p) == 1 && method == http.MethodPatch:
		return handler{scopes: readCalendar, roles: readCalendar, unlocked: true, do: s.patchSubscription}
	case len(p) == 1 && method == http.MethodDelete:
		return own(s.deleteSubscription)
	case len(p) == 2 && p[1] == "reauthorize" && method == http.MethodPost:
		return own(s.reauthorize)
	}
	return handler{}
}

// getSubscription answers GET /subscriptions/{id}.
// https://learn.microsoft.com/graph/api/subscription-get
func (s *Server) getSubscription(c *call, sub *subscription) (answer, error) {
	return jsonAnswer(http.StatusOK, sub.render(c, "")), nil
}

// deleteSubscription answers DELETE /subscriptions/{id}.
// https://learn.microsoft.com/graph/api/subscription-delete
func (s *Server) deleteSubscription(c *call, sub *subscription) (answer, error) {
	sub.removed = true
	s.tell()
	c.wrote()
	return answer{status: http.StatusNoContent}, nil
}

// reauthorize answers POST /subscriptions/{id}/reauthorize; the end stays.
// https://learn.microsoft.com/graph/api/subscription-reauthorize
func (s *Server) reauthorize(c *call, sub *subscription) (answer, error) {
	if err := s.authorise(c, sub); err != nil {
		return answer{}, err
	}
	c.wrote()
	return answer{status: http.StatusNoContent}, nil
}

// authorise makes a subscription speak again, with a token whose grant stands.
func (s *Server) authorise(c *call, sub *subscription) error {
	t := c.token
	if t.appOnly() && !t.principal.reaches() || !t.appOnly() && len(s.missingConsent(t.app.ClientID, t.user.ID, t.scopes)) > 0 {
		return &refusal{http.StatusForbidden, "ExtensionError", "Operation: Update; Exception: [Status Code: Forbidden; Reason: Access is denied]"}
	}
	sub.unauthorised = false
	return nil
}

// liveSubscriptions forgets what was deleted or has expired. An expired one
// goes without a word.
func (s *Server) liveSubscriptions() []*subscription {
	now := s.Clock.Now()
	s.subs = slices.DeleteFunc(s.subs, func(sub *subscription) bool {
		sub.removed = sub.removed || !now.Before(sub.Expires)
		return sub.removed
	})
	return s.subs
}

// owns reports whether a subscription is there for t: made by the same app
// through the same person, or by the app alone in the same tenant.
// https://learn.microsoft.com/graph/api/subscription-get
func (t *accessToken) owns(sub *subscription) bool {
	return sub.ClientID == t.app.ClientID && sub.TenantID == t.tenant() && sub.AppOnly == t.appOnly() &&
		(t.appOnly() || sub.UserID == t.user.ID)
}

// ownSubscription finds the subscription of a path among the token's own;
// others do not exist for it.
func (s *Server) ownSubscription(c *call) (*subscription, error) {
	for _, sub := range s.liveSubscriptions() {
		if sub.ID == c.path[2] && c.token.owns(sub) {
			return sub, nil
		}
	}
	return nil, &refusal{http.StatusNotFound, "ResourceNotFound", "The object was not found."}
}

// render is a subscription as Graph answers it. Later reads leave clientState
// null, as some versions of the service do.
func (sub *subscription) render(c *call, clientState string) map[string]any {
	return map[string]any{
		"@odata.context":            c.base + "/v1.0/$metadata#subscriptions/$entity",
		"id":                        sub.ID,
		"resource":                  sub.Resource,
		"applicationId":             sub.ClientID,
		"changeType":                sub.ChangeType,
		"clientState":               null(clientState),
		"notificationUrl":           sub.NotificationURL,
		"notificationQueryOptions":  nil,
		"notificationContentType":   nil,
		"lifecycleNotificationUrl":  null(sub.LifecycleNotificationURL),
		"expirationDateTime":        sub.Expires.Format(time.RFC3339Nano),
		"creatorId":                 sub.creator,
		"includeResourceData":       nil,
		"latestSupportedTlsVersion": sub.TLSVersion,
		"encryptionCertificate":     nil,
		"encryptionCertificateId":   nil,
		"notificationUrlAppId":      nil,
	}
}

// listSubscriptions answers GET /subscriptions: those of this app and user, or
// of the app alone in the tenant.
// https://learn.microsoft.com/graph/api/subscription-list
func (s *Server) listSubscriptions(c *call) (answer, error) {
	values := []map[string]any{}
	for _, sub := range s.liveSubscriptions() {
		if c.token.owns(sub) {
			m := sub.render(c, "")
			delete(m, "@odata.context")
			values = append(values, m)
		}
	}
	return jsonAnswer(http.StatusOK, map[string]any{
		"@odata.context": c.base + "/v1.0/$metadata#subscriptions", "value": values,
	}), nil
}

// Subscriptions returns user's live subscriptions, oldest first.
func (s *Server) Subscriptions(user string) []Subscription {
	defer s.lock()()
	u := s.person(user)
	var all []Subscription
	for _, sub := range s.liveSubscriptions() {
		if sub.UserID == u.ID {
			all = append(all, sub.Subscription)
		}
	}
	return all
}

// AwaitSubscription waits until user has a live subscription and returns the
// newest. It fails when ctx ends.
func (s *Server) AwaitSubscription(ctx context.Context, user string) (Subscription, error) {
	var found Subscription
	err := s.await(ctx, func() bool {
		u := s.person(user)
		for _, sub := range s.liveSubscriptions() {
			if sub.UserID == u.ID {
				found = sub.Subscription
			}
		}
		return found.ID != ""
	})
	return found, err
}

// ExpireSubscription ends a subscription without a word.
func (s *Server) ExpireSubscription(id string) {
	defer s.lock()()
	for _, sub := range s.subs {
		if sub.ID == id {
			sub.removed = true
		}
	}
	s.tell()
}
