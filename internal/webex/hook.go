package webex

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"hash"
	"net/http"
	"net/url"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// hook is Webex's webhook. https://developer.webex.com/docs/api/v1/webhooks
type hook struct {
	ID     wire.Text `json:"id"`
	Target wire.Text `json:"targetUrl"`
	Status wire.Text `json:"status"`
}

// hookRequest is the body of a create or change.
type hookRequest struct {
	Name     string `json:"name"`
	Target   string `json:"targetUrl"`
	Resource string `json:"resource,omitempty"`
	Event    string `json:"event,omitempty"`
	Secret   string `json:"secret,omitempty"`
	OwnedBy  string `json:"ownedBy,omitempty"`
	Status   string `json:"status,omitempty"`
}

const hookName = "Webex Scheduler"

// Hooks lists the webhooks that we made with the grant.
// https://developer.webex.com/docs/api/v1/webhooks/list-webhooks
func (c *Client) Hooks(ctx context.Context, grant meeting.GrantID, org bool) (all []meeting.WebexHook, err error) {
	defer wrap(&err, "list webhooks")
	q := url.Values{"max": {"100"}}
	if org {
		q.Set("ownedBy", "org")
	}
	list, err := list[hook](ctx, c, meeting.Host{Grant: grant}, "list webhooks", "/v1/webhooks?"+q.Encode())
	for _, h := range list {
		all = append(all, meeting.WebexHook{ID: string(h.ID), Target: string(h.Target), Active: h.Status != "inactive"})
	}
	return all, err
}

// CreateHook registers a webhook for one event of meetings, of the grant's own
// person or, with org, of the whole organisation.
// https://developer.webex.com/docs/api/v1/webhooks/create-a-webhook
func (c *Client) CreateHook(ctx context.Context, h meeting.Hook, target string, org bool) (id string, err error) {
	defer wrap(&err, "create webhook")
	req := hookRequest{Name: hookName, Target: target, Resource: "meetings", Event: h.Event, Secret: h.Secret.Reveal()}
	if org {
		req.OwnedBy = "org"
	}
	var made hook
	_, err = c.act(ctx, meeting.Host{Grant: h.Grant}, wire.Call{Op: "create webhook", Method: http.MethodPost, URL: "/v1/webhooks", Body: req}, &made)
	if err == nil && made.ID == "" {
		err = errs.New(errs.Uncertain, "answer without id")
	}
	return string(made.ID), err
}

// EnableHook makes a webhook active again that Webex had disabled.
// https://developer.webex.com/docs/api/v1/webhooks/update-a-webhook
func (c *Client) EnableHook(ctx context.Context, h meeting.Hook, target string) (err error) {
	defer wrap(&err, "enable webhook")
	_, err = c.act(ctx, meeting.Host{Grant: h.Grant}, wire.Call{
		Op: "enable webhook", Method: http.MethodPut, URL: hookPath(h.WebexID),
		Body: hookRequest{Name: hookName, Target: target, Secret: h.Secret.Reveal(), Status: "active"},
	}, nil)
	return err
}

// DeleteHook deletes a webhook; what is gone is success.
// https://developer.webex.com/docs/api/v1/webhooks/delete-a-webhook
func (c *Client) DeleteHook(ctx context.Context, grant meeting.GrantID, id string) (err error) {
	defer wrap(&err, "delete webhook")
	_, err = c.act(ctx, meeting.Host{Grant: grant}, wire.Call{Op: "delete webhook", Method: http.MethodDelete, URL: hookPath(id)}, nil)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

func hookPath(id string) string { return "/v1/webhooks/" + url.PathEscape(id) }

// Signed reports whether one of a delivery's signatures is right, and whether it
// was the stronger: spark is X-Spark-Signature, HMAC-SHA1 of the raw body in
// hexadecimal digits; webex is X-Webex-Signature, a list such as SHA-256=…. Where
// the stronger is there the weaker does not count.
// https://developer.webex.com/docs/api/guides/webhooks
func Signed(secret meeting.Secret, body []byte, spark, webex string) (ok, strong bool) {
	if secret.Empty() {
		return false, false
	}
	named := false
	for part := range strings.SplitSeq(webex, ",") {
		name, sum, _ := strings.Cut(strings.TrimSpace(part), "=")
		h := map[string]func() hash.Hash{"SHA-256": sha256.New, "SHA-512": sha512.New}[strings.ToUpper(name)]
		if h == nil {
			continue
		}
		named = true
		if signs(h, secret, body, sum) {
			return true, true
		}
	}
	return !named && signs(sha1.New, secret, body, spark), false
}

func signs(h func() hash.Hash, secret meeting.Secret, body []byte, sum string) bool {
	got, err := hex.DecodeString(strings.TrimSpace(sum))
	if err != nil {
		return false
	}
	mac := hmac.New(h, []byte(secret.Reveal()))
	mac.Write(body)
	return hmac.Equal(got, mac.Sum(nil))
}

// ParseHook reads which meeting a delivery is of: of an occurrence or a session
// its series. whole: it is of the meeting as a whole. errs.Invalid: no delivery
// of Webex's.
func ParseHook(body []byte) (id meeting.MeetingID, whole bool, err error) {
	var delivery struct {
		Resource wire.Text `json:"resource"`
		Data     struct {
			ID wire.Text `json:"id"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &delivery); err != nil || delivery.Resource != "meetings" {
		return "", false, errs.New(errs.Invalid, "hook: not a delivery of Webex's for meetings")
	}
	series, rest, _ := strings.Cut(string(delivery.Data.ID), "_")
	if series == "" || len(series) > maxMeetingID || strings.ContainsRune(series, 0) {
		return "", false, errs.New(errs.Invalid, "hook: no meeting's id")
	}
	return meeting.MeetingID(series), rest == "", nil
}

// maxMeetingID is far above Webex's ids of 32 characters.
const maxMeetingID = 256
