package fakems

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Limits of subscriptions to events. The page says 10 080 minutes; the live
// service refuses more than 10 070.
// https://learn.microsoft.com/graph/api/resources/subscription#subscription-lifetime
const (
	longestSubscription  = 10_070 * time.Minute
	shortestSubscription = 45 * time.Minute
)

type subscriptionForm struct {
	ChangeType      string `json:"changeType"`
	NotificationURL string `json:"notificationUrl"`
	LifecycleURL    string `json:"lifecycleNotificationUrl"`
	Resource        string `json:"resource"`
	Expires         string `json:"expirationDateTime"`
	ClientState     string `json:"clientState"`
	TLSVersion      string `json:"latestSupportedTlsVersion"`
}

// postSubscription answers POST /subscriptions. Both addresses are validated
// before it answers.
// https://learn.microsoft.com/graph/api/subscription-post-subscriptions
func (s *Server) postSubscription(c *call) (answer, error) {
	fields, err := s.body(c)
	if err != nil {
		return answer{}, err
	}
	var form subscriptionForm
	into := map[string]any{
		"changeType": &form.ChangeType, "notificationUrl": &form.NotificationURL,
		"lifecycleNotificationUrl": &form.LifecycleURL, "resource": &form.Resource,
		"expirationDateTime": &form.Expires, "clientState": &form.ClientState,
		"latestSupportedTlsVersion": &form.TLSVersion,
	}
	for name, raw := range fields {
		if into[name] == nil {
			s.unexpected("a subscription has no property %s, or it is not played here", name)
			return answer{}, badRequest("InvalidRequest", "The property '%s' does not exist on type 'microsoft.graph.subscription'.", name)
		}
		if err := s.decode(name, raw, into[name]); err != nil {
			return answer{}, err
		}
	}
	sub, err := s.draftSubscription(c, form)
	if err != nil {
		return answer{}, err
	}
	urls := []string{sub.NotificationURL}
	if sub.LifecycleNotificationURL != "" {
		urls = append(urls, sub.LifecycleNotificationURL)
	}
	for _, address := range urls {
		if err := s.handshake(c, address); err != nil {
			return answer{}, err
		}
	}
	return s.enlist(c, sub)
}

// enlist makes a subscription that has been validated.
func (s *Server) enlist(c *call, sub *subscription) (answer, error) {
	unlock := s.lock()
	if err := s.unique(sub); err != nil {
		unlock()
		return answer{}, err
	}
	s.subs = append(s.subs, sub)
	s.tell()
	c.wrote()
	a := jsonAnswer(http.StatusCreated, sub.render(c, sub.ClientState))
	n := s.early(c, sub)
	unlock()
	if n != nil {
		s.attempted(c.r.Context(), n)
	}
	return a, nil
}

// draftSubscription checks everything that needs no call.
func (s *Server) draftSubscription(c *call, form subscriptionForm) (*subscription, error) {
	defer s.lock()()
	invalid := func(format string, args ...any) error {
		err := badRequest("InvalidRequest", format, args...)
		s.unexpected("subscription: %s", err.message)
		return err
	}
	t := c.token
	u, creator := t.user, t.principal.id
	segments := strings.Split(strings.TrimPrefix(form.Resource, "/"), "/")
	switch {
	case len(segments) == 2 && segments[0] == "me" && segments[1] == "events":
		if t.appOnly() {
			return nil, invalid("Unsupported resource '%s': /me request is only valid with delegated authentication flow.", form.Resource)
		}
	case len(segments) == 3 && segments[0] == "users" && segments[2] == "events":
		of := s.user(segments[1])
		switch {
		case t.appOnly() && (of == nil || of.TenantID != t.tenant()):
			return nil, &refusal{http.StatusNotFound, "ResourceNotFound", "The requested user '" + segments[1] + "' is invalid."}
		case t.appOnly() && s.tenant(of.TenantID).keepsOut(of):
			return nil, &refusal{http.StatusForbidden, "ErrorAccessDenied", outOfReach}
		case t.appOnly():
			u = of
		case of != u: // another mailbox wants the application permission
			return nil, &refusal{http.StatusForbidden, "ExtensionError", "Operation: Create; Exception: [Status Code: Forbidden; Reason: Access is denied]"}
		}
	default:
		return nil, invalid("Unsupported resource '%s'.", form.Resource)
	}
	if !t.appOnly() {
		creator = u.ID
	}
	if _, refused := s.struck(c, SubscriptionRefused, u); refused || u.NoMailbox {
		return nil, &refusal{http.StatusNotFound, "ResourceNotFound", "The mailbox is either inactive, soft-deleted, or is hosted on-premise."}
	}
	kinds := strings.Split(form.ChangeType, ",")
	for _, kind := range kinds {
		if !slices.Contains([]string{"created", "updated", "deleted"}, kind) {
			return nil, invalid("Invalid 'changeType' attribute: '%s'.", form.ChangeType)
		}
	}
	if err := callable(form.NotificationURL); err != "" {
		return nil, invalid("%s: notificationUrl", err)
	}
	if err := callable(form.LifecycleURL); err != "" && form.LifecycleURL != "" {
		return nil, invalid("%s: lifecycleNotificationUrl", err)
	}
	if len(form.ClientState) > 128 {
		return nil, invalid("clientState must not be longer than 128 characters.")
	}
	form.TLSVersion = or(form.TLSVersion, "v1_2")
	if !slices.Contains([]string{"v1_0", "v1_1", "v1_2", "v1_3"}, form.TLSVersion) {
		return nil, invalid("Invalid 'latestSupportedTlsVersion': '%s'.", form.TLSVersion)
	}
	expires, err := s.grantedExpiry(c, u, form.Expires)
	if err != nil {
		return nil, err
	}
	sub := &subscription{creator: creator, Subscription: Subscription{
		ID: s.guid(), ClientID: c.token.app.ClientID, UserID: u.ID, TenantID: u.TenantID,
		Resource: form.Resource, ChangeType: form.ChangeType, ClientState: form.ClientState,
		NotificationURL: form.NotificationURL, LifecycleNotificationURL: form.LifecycleURL,
		TLSVersion: form.TLSVersion, Expires: expires, ImmutableIDs: c.wants.immutable,
		AppOnly: t.appOnly(),
	}}
	return sub, s.unique(sub)
}

// unique refuses a second subscription of one app and user, or of the app
// alone, to the same changes of the same resource.
// https://learn.microsoft.com/graph/api/subscription-post-subscriptions
func (s *Server) unique(sub *subscription) error {
	for _, old := range s.liveSubscriptions() {
		if old.ClientID == sub.ClientID && old.UserID == sub.UserID && old.AppOnly == sub.AppOnly && sameKinds(old.ChangeType, sub.ChangeType) {
			return &refusal{http.StatusConflict, "Conflict", "Subscription Id " + old.ID + " already exists for the requested combination"}
		}
	}
	return nil
}

func sameKinds(a, b string) bool {
	return slices.Equal(slices.Sorted(strings.SplitSeq(a, ",")), slices.Sorted(strings.SplitSeq(b, ",")))
}

// callable reports what is wrong with an address for notifications. The service
// takes https only; plain http on loopback is this sandbox's deviation.
func callable(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "The address is missing or malformed"
	}
	ip := net.ParseIP(u.Hostname())
	loopback := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme == "https" || u.Scheme == "http" && loopback {
		return ""
	}
	return "The address must begin with https://"
}

// grantedExpiry is the end that a wish leads to: too far is refused, too near
// (or past) is raised.
func (s *Server) grantedExpiry(c *call, u *User, text string) (time.Time, error) {
	wish, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		s.unexpected("subscription: expirationDateTime %q", text)
		return time.Time{}, badRequest("InvalidRequest", "expirationDateTime is missing or malformed.")
	}
	now := s.Clock.Now()
	if wish.After(now.Add(longestSubscription)) {
		return time.Time{}, badRequest("ExtensionError", "Subscription expiration can only be 10070 minutes in the future.")
	}
	if strike, short := s.struck(c, SubscriptionLifetime, u); short {
		return now.Add(strike.Wait).UTC(), nil
	}
	if first := now.Add(shortestSubscription); wish.Before(first) {
		wish = first
	}
	if last := now.Add(s.SubscriptionLifetime); s.SubscriptionLifetime > 0 && wish.After(last) {
		wish = last
	}
	return wish.UTC(), nil
}

// patchSubscription answers PATCH /subscriptions/{id}: a new end, and perhaps a
// new notificationUrl, which is validated. It authorises again too.
// https://learn.microsoft.com/graph/api/subscription-update
func (s *Server) patchSubscription(c *call) (answer, error) {
	fields, err := s.body(c)
	if err != nil {
		return answer{}, err
	}
	var expires, address string
	for name, raw := range fields {
		into := map[string]*string{"expirationDateTime": &expires, "notificationUrl": &address}[name]
		if into == nil {
			s.unexpected("property %s of a subscription cannot be changed", name)
			return answer{}, badRequest("InvalidRequest", "The property '%s' cannot be updated.", name)
		}
		if err := s.decode(name, raw, into); err != nil {
			return answer{}, err
		}
	}
	if address != "" {
		if wrong := callable(address); wrong != "" {
			return answer{}, badRequest("InvalidRequest", "%s: notificationUrl", wrong)
		}
		if err := s.handshake(c, address); err != nil {
			return answer{}, err
		}
	}
	defer s.lock()()
	sub, err := s.ownSubscription(c)
	if err != nil {
		return answer{}, err
	}
	end := sub.Expires
	if expires != "" {
		if end, err = s.grantedExpiry(c, s.user(sub.UserID), expires); err != nil {
			return answer{}, err
		}
	}
	if err := s.authorise(c, sub); err != nil {
		return answer{}, err
	}
	sub.Expires = end
	sub.NotificationURL = or(address, sub.NotificationURL)
	s.tell()
	c.wrote()
	return jsonAnswer(http.StatusOK, sub.render(c, "")), nil
}
