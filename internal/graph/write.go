package graph

import (
	"context"
	"net/http"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// eventPatch holds what is sent: a field that is not sent mails nobody.
// https://learn.microsoft.com/graph/api/event-update
type eventPatch struct {
	Subject  *string   `json:"subject,omitempty"`
	Body     *body     `json:"body,omitempty"`
	Location *location `json:"location,omitempty"`
	Start    *dateTime `json:"start,omitempty"`
	End      *dateTime `json:"end,omitempty"`
}

// WriteEvent changes what patch names, in one call, if the event still has
// that ETag, and returns the event as Graph answers it. errs.Conflict: it has
// another. errs.Invalid also without an ETag, since that would overwrite
// whatever a person has just typed.
func (c *Client) WriteEvent(ctx context.Context, mailbox meeting.AccountID, id meeting.EventID, etag string, patch meeting.EventPatch) (written meeting.Event, err error) {
	defer wrap(&err, "write event")
	if etag == "" {
		return meeting.Event{}, errs.New(errs.Invalid, "no etag")
	}
	fields := eventPatch{Subject: patch.Subject}
	if patch.Body != nil {
		fields.Body = &body{ContentType: "text", Content: patch.Body.Content}
		if patch.Body.HTML {
			fields.Body.ContentType = "html"
		}
	}
	if patch.Location != nil {
		fields.Location = &location{DisplayName: *patch.Location}
	}
	if fields.Start, err = local(patch.Start, patch.Zone); err != nil {
		return meeting.Event{}, err
	}
	if fields.End, err = local(patch.End, patch.Zone); err != nil {
		return meeting.Event{}, err
	}
	call := wire.Call{
		Op: "write event", Method: http.MethodPatch, URL: "/v1.0" + eventPath(mailbox, id),
		Header: http.Header{"If-Match": {etag}}, Body: fields,
	}
	a, err := c.do(ctx, mailbox, call)
	if err != nil {
		return meeting.Event{}, err
	}
	if written, err = decodeEvent(a.Body); err != nil {
		return meeting.Event{}, errs.New(errs.Uncertain, "answer: %w", err)
	}
	return written, nil
}

// local is an instant in a zone, as Graph takes it: the zone stays the event's
// own, which UTC would replace.
func local(t *time.Time, iana string) (*dateTime, error) {
	if t == nil {
		return nil, nil
	}
	if iana == "" {
		iana = "UTC"
	}
	loc, err := time.LoadLocation(iana)
	if err != nil || iana == "Local" {
		return nil, errs.New(errs.Invalid, "unknown time zone")
	}
	return &dateTime{DateTime: t.In(loc).Format(localTime), TimeZone: iana}, nil
}
