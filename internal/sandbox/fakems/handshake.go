package fakems

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"webex-scheduler/internal/sandbox/trace"
)

const handshakeLimit = 10 * time.Second

// handshake proves that address wants notifications: it has to answer a text
// with that text, 200 and text/plain, within ten seconds. The text has the
// characters that go wrong in decoding and escaping.
// https://learn.microsoft.com/graph/change-notifications-delivery-webhooks#notificationurl-validation
func (s *Server) handshake(c *call, address string) error {
	unlock := s.lock()
	token := fmt.Sprintf("Validation: Testing client application reachability for subscription Request-Id: %s 100%% 1+1=2 <a&b> \"é\"", s.guid())
	unlock()
	u, err := url.Parse(address)
	if err != nil {
		return badRequest("InvalidRequest", "The address is malformed.")
	}
	// A query of the address stays as it is.
	u.RawQuery = strings.TrimPrefix(u.RawQuery+"&validationToken="+url.QueryEscape(token), "&")
	ctx, cancel := s.within(c.r.Context(), handshakeLimit)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), http.NoBody)
	if err != nil {
		return badRequest("InvalidRequest", "The address is malformed.")
	}
	r.Header.Set("Content-Type", "text/plain; charset=utf-8")
	entry := trace.Entry{Service: trace.Notification, Actor: c.token.actor(), Method: "validation", Path: u.Path}
	defer func() { s.trace(entry) }()

	answered, err := s.work.client.Do(r)
	if err != nil {
		entry.Note = "no answer"
		if ctx.Err() != nil {
			return badRequest("ValidationError", "Subscription validation request timed out.")
		}
		return badRequest("ValidationError", "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.")
	}
	defer answered.Body.Close()
	entry.Status = answered.StatusCode
	body, err := io.ReadAll(io.LimitReader(answered.Body, 1<<16))
	switch media, _, _ := mime.ParseMediaType(answered.Header.Get("Content-Type")); {
	case err != nil && ctx.Err() != nil:
		return badRequest("ValidationError", "Subscription validation request timed out.")
	case answered.StatusCode != http.StatusOK:
		return badRequest("ValidationError", "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.")
	case err != nil || media != "text/plain" || string(body) != token:
		entry.Note = "the answer was not the text as text/plain"
		return badRequest("ValidationError", "Subscription validation request failed. Response must exactly match validationToken query parameter.")
	}
	return nil
}
