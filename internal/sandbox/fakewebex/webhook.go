package fakewebex

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"webex-scheduler/internal/sandbox/trace"
)

// Rules of webhooks: so many failed deliveries within that time disable one, and
// for that long after it was enabled again a single one does.
// https://developer.webex.com/docs/api/guides/webhooks
const (
	hookFailures = 100
	hookWindow   = 5 * time.Minute
	hookTimeout  = 5 * time.Second // the sandbox's choice; not documented
)

// The values of meetingType.
const (
	seriesType     = "meetingSeries"
	occurrenceType = "scheduledMeeting"
	instanceType   = "meeting"
)

// hookEvents are those of meetings, one registration each.
var hookEvents = []string{"created", "updated", "deleted", "started", "ended"}

// Webhook is a registered webhook for meetings.
type Webhook struct {
	ID        string
	Name      string
	TargetURL string
	Event     string
	Secret    string
	OwnedBy   string // creator or org
	CreatedBy string // e-mail address
	Inactive  bool
	Created   time.Time
}

type webhook struct {
	Webhook
	client   string
	failed   []time.Time
	disabled bool      // by failures, once
	enabled  time.Time // when it was enabled again after that; zero: never
}

// hooks are the registered webhooks and their deliveries.
type hooks struct {
	list     []*webhook
	dropping int // deliveries to lose; negative: all
	pending  int
	news     chan struct{} // closed when pending falls to zero
	running  sync.WaitGroup
	ctx      context.Context
	cancel   context.CancelFunc
	client   *http.Transport
	closed   bool
}

// Webhooks returns all that are registered, oldest first.
func (s *Server) Webhooks() []Webhook {
	s.lock()
	defer s.mu.Unlock()
	var all []Webhook
	for _, h := range s.hooks.list {
		all = append(all, h.Webhook)
	}
	return all
}

// DropWebhooks loses the next n deliveries; negative: all from now on, 0: no more.
func (s *Server) DropWebhooks(n int) {
	s.lock()
	defer s.mu.Unlock()
	s.hooks.dropping = n
}

// DisableWebhooks makes all inactive, as too many failures do.
func (s *Server) DisableWebhooks() {
	s.lock()
	defer s.mu.Unlock()
	for _, h := range s.hooks.list {
		h.Inactive, h.disabled, h.enabled = true, true, time.Time{}
	}
}

// ForgetWebhooks removes all without a word.
func (s *Server) ForgetWebhooks() {
	s.lock()
	defer s.mu.Unlock()
	s.hooks.list = nil
}

// AwaitWebhooks waits until no delivery is on its way.
func (s *Server) AwaitWebhooks(ctx context.Context) error {
	for {
		s.lock()
		pending, news := s.hooks.pending, s.hooks.news
		s.mu.Unlock()
		if pending == 0 {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Close ends deliveries. Nothing is sent after it; calls are still answered.
func (s *Server) Close() {
	s.lock()
	s.hooks.closed = true
	s.hooks.cancel()
	s.mu.Unlock()
	s.hooks.running.Wait()
	s.hooks.client.CloseIdleConnections()
}

// tellHooks sends word of a meeting to all who may see it. id and kind are those
// of the meeting, occurrence or session meant. The lock is held.
func (s *Server) tellHooks(event string, v Meeting, id, kind string) {
	host := s.person(v.Host)
	for _, h := range s.hooks.list {
		creator := s.person(h.CreatedBy)
		sees := creator != nil && host != nil && (h.OwnedBy == "org" && creator.Org == host.Org || creator == host)
		if h.Event != event || h.Inactive || !sees || s.hooks.closed {
			continue
		}
		entry := trace.Entry{Service: trace.Notification, Actor: v.Host, Method: "webhook " + event}
		if s.hooks.dropping != 0 {
			if s.hooks.dropping > 0 {
				s.hooks.dropping--
			}
			entry.Fault = "lost"
			s.trace(entry)
			continue
		}
		s.deliver(h, s.envelope(h, v, host, id, kind), entry)
		if s.unpleasant(10) {
			s.deliver(h, s.envelope(h, v, host, id, kind), entry)
		}
	}
}

// envelope is thin: no title, no links, no invitees.
func (s *Server) envelope(h *webhook, v Meeting, host *Person, id, kind string) []byte {
	data := object{
		"id": id, "meetingType": kind, "timezone": "UTC", "start": v.Start.UTC().Format(time.RFC3339), "end": v.End.UTC().Format(time.RFC3339),
		"hostUserId": restID("PEOPLE", host.ID), "hostEmail": host.Email, "state": string(v.State), "siteUrl": v.Site, "orgId": host.Org,
	}
	if h.Event == "started" {
		delete(data, "end")
	}
	body, err := json.Marshal(object{
		"id": h.ID, "name": h.Name, "resource": "meetings", "event": h.Event, "orgId": restID("ORGANIZATION", host.Org),
		"createdBy": restID("PEOPLE", s.person(h.CreatedBy).ID), "appId": restID("APPLICATION", h.client), "ownedBy": h.OwnedBy,
		"status": "active", "targetUrl": h.TargetURL, "created": h.Created.UTC().Format(time.RFC3339), "data": data,
	})
	if err != nil {
		panic(err) // strings can be written
	}
	return body
}

func (s *Server) deliver(h *webhook, body []byte, entry trace.Entry) {
	client, strong, secret, target, ctx := s.hooks.client, s.StrongSignature, h.Secret, h.TargetURL, s.hooks.ctx
	s.hooks.pending++
	s.hooks.running.Go(func() {
		status := postHook(ctx, client, target, secret, strong, body)
		s.lock()
		defer s.mu.Unlock()
		entry.Status, entry.Path = status, target
		s.trace(entry)
		if status/100 != 2 {
			h.fail(s.Clock.Now())
		}
		if s.hooks.pending--; s.hooks.pending == 0 {
			close(s.hooks.news)
			s.hooks.news = make(chan struct{})
		}
	})
}

func postHook(ctx context.Context, client http.RoundTripper, target, secret string, strong bool, body []byte) (status int) {
	ctx, cancel := context.WithTimeout(ctx, hookTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/json")
	if secret != "" {
		r.Header.Set("X-Spark-Signature", sign(sha1.New, secret, body))
		if strong {
			r.Header.Set("X-Webex-Signature", "SHA-256="+sign(sha256.New, secret, body))
		}
	}
	res, err := client.RoundTrip(r)
	if err != nil {
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}

func sign(h func() hash.Hash, secret string, body []byte) string {
	mac := hmac.New(h, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// fail counts a delivery that was not taken.
func (h *webhook) fail(now time.Time) {
	h.failed = slices.DeleteFunc(append(h.failed, now), func(t time.Time) bool { return now.Sub(t) >= hookWindow })
	if len(h.failed) >= hookFailures || !h.enabled.IsZero() && now.Sub(h.enabled) < hookWindow {
		h.Inactive, h.disabled, h.enabled, h.failed = true, true, time.Time{}, nil
	}
}

func (s *Server) hookObject(h *webhook) object {
	status := "active"
	if h.Inactive {
		status = "inactive"
	}
	creator := s.person(h.CreatedBy)
	o := object{
		"id": h.ID, "name": h.Name, "targetUrl": h.TargetURL, "resource": "meetings", "event": h.Event, "status": status,
		"created": h.Created.UTC().Format(time.RFC3339), "ownedBy": h.OwnedBy, "appId": restID("APPLICATION", h.client),
	}
	if h.Secret != "" {
		o["secret"] = h.Secret
	}
	if creator != nil {
		o["createdBy"], o["orgId"] = restID("PEOPLE", creator.ID), restID("ORGANIZATION", creator.Org)
	}
	return o
}

// hookBody reads the body of a create or change; what is not modelled is refused.
func (s *Server) hookBody(c *call, required ...string) (map[string]string, error) {
	values := map[string]string{}
	if err := json.Unmarshal(c.body, &values); err != nil {
		return nil, malformed("The body is not an object of strings.")
	}
	for _, name := range required {
		if values[name] == "" {
			return nil, invalid("Parameter '%s' is required.", name)
		}
	}
	u, err := url.Parse(values["targetUrl"])
	if err != nil || u.Host == "" || u.Scheme != "https" && !slices.Contains([]string{"127.0.0.1", "localhost", "::1"}, u.Hostname()) {
		return nil, invalid("Parameter 'targetUrl' is invalid.")
	}
	if values["filter"] != "" {
		return nil, c.notModelled("filters of webhooks")
	}
	return values, nil
}

// createWebhook is POST /v1/webhooks.
// https://developer.webex.com/docs/api/v1/webhooks/create-a-webhook
func (s *Server) createWebhook(c *call) (any, error) {
	values, err := s.hookBody(c, "name", "targetUrl", "resource", "event")
	if err != nil {
		return nil, err
	}
	if values["resource"] != "meetings" {
		return nil, c.notModelled("webhooks for " + values["resource"])
	}
	if !slices.Contains(hookEvents, values["event"]) {
		return nil, invalid("Parameter 'event' is invalid.")
	}
	owner := values["ownedBy"]
	switch {
	case owner == "":
		owner = "creator"
	case owner != "creator" && owner != "org":
		return nil, invalid("Parameter 'ownedBy' is invalid.")
	}
	if owner == "org" && !c.admin || owner == "creator" && !slices.Contains(c.scopes, readSchedules) {
		return nil, refuse(http.StatusForbidden, textForbidden)
	}
	if owner == "org" && slices.ContainsFunc(s.hooks.list, func(h *webhook) bool {
		return h.OwnedBy == "org" && h.Event == values["event"] && h.client == c.client && s.person(h.CreatedBy) != nil && s.person(h.CreatedBy).Org == c.person.Org
	}) {
		return nil, refuse(http.StatusConflict, "An organization webhook with this resource and event exists already.")
	}
	h := &webhook{client: c.client, Webhook: Webhook{
		ID: restID("WEBHOOK", s.uuid()), Name: values["name"], TargetURL: values["targetUrl"], Event: values["event"],
		Secret: values["secret"], OwnedBy: owner, CreatedBy: c.person.Email, Created: c.now.UTC(),
	}}
	s.hooks.list = append(s.hooks.list, h)
	c.note = "webhook " + h.Event
	return s.hookObject(h), nil
}

// ownHooks are those that the call may see.
func (s *Server) ownHooks(c *call) []*webhook {
	var own []*webhook
	for _, h := range s.hooks.list {
		if h.client == c.client && h.CreatedBy == c.person.Email && (c.query.Get("ownedBy") != "org" || h.OwnedBy == "org") {
			own = append(own, h)
		}
	}
	return own
}

// listWebhooks is GET /v1/webhooks.
// https://developer.webex.com/docs/api/v1/webhooks/list-webhooks
func (s *Server) listWebhooks(c *call) (any, error) {
	own := s.ownHooks(c)
	slices.SortFunc(own, func(a, b *webhook) int { return strings.Compare(a.ID, b.ID) })
	page, err := paged(s, c, own, func(h *webhook) string { return h.ID }, 100)
	if err != nil {
		return nil, err
	}
	items := []object{}
	for _, h := range page {
		items = append(items, s.hookObject(h))
	}
	return object{"items": items}, nil
}

func (s *Server) ownHook(c *call) (*webhook, error) {
	for _, h := range s.ownHooks(c) {
		if h.ID == c.id {
			return h, nil
		}
	}
	return nil, refuse(http.StatusNotFound, textNotFound)
}

func (s *Server) getWebhook(c *call) (any, error) {
	h, err := s.ownHook(c)
	if err != nil {
		return nil, err
	}
	return s.hookObject(h), nil
}

// updateWebhook is PUT /v1/webhooks/{webhookId}: a webhook can be enabled again,
// not disabled. https://developer.webex.com/docs/api/v1/webhooks/update-a-webhook
func (s *Server) updateWebhook(c *call) (any, error) {
	h, err := s.ownHook(c)
	if err != nil {
		return nil, err
	}
	values, err := s.hookBody(c, "name", "targetUrl")
	if err != nil {
		return nil, err
	}
	if status := values["status"]; status != "" && status != "active" {
		return nil, invalid("Parameter 'status' is invalid.")
	}
	h.Name, h.TargetURL = values["name"], values["targetUrl"]
	if secret, given := values["secret"]; given {
		h.Secret = secret
	}
	if h.Inactive && values["status"] == "active" {
		h.Inactive, h.failed = false, nil
		if h.disabled {
			h.enabled = c.now
		}
	}
	return s.hookObject(h), nil
}

func (s *Server) deleteWebhook(c *call) (any, error) {
	h, err := s.ownHook(c)
	if err != nil {
		return nil, err
	}
	s.hooks.list = slices.DeleteFunc(s.hooks.list, func(other *webhook) bool { return other == h })
	return nil, nil
}
