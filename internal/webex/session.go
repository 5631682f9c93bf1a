package webex

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// Joined reports whether anybody ever joined the meeting, or is in it or its
// lobby now. Webex shows a session that ended about a quarter of an hour late:
// until then the meeting itself may be all there is to tell.
// errs.NotFound: it is gone.
// https://developer.webex.com/docs/api/v1/meetings/list-meetings
func (c *Client) Joined(ctx context.Context, host meeting.Host, id meeting.MeetingID) (joined bool, err error) {
	defer wrap(&err, "look for sessions")
	o, err := c.read(ctx, host, "look for sessions", id)
	if err != nil {
		return false, err
	}
	if o.State == "inProgress" || o.HostDidJoin || o.AttendeeDidJoin {
		return true, nil
	}
	// Without a time Webex looks back seven days. A meeting can be begun from
	// the day it is made, which it does not tell.
	now := c.clock.Now().UTC()
	sessions, err := list[object](ctx, c, host, "look for sessions", address("/v1/meetings", url.Values{
		"meetingType": {"meeting"}, "meetingSeriesId": {string(id)}, "max": {"100"},
		"from": {now.AddDate(0, -3, 0).Format(time.RFC3339)}, "to": {now.AddDate(0, 0, 1).Format(time.RFC3339)},
	}, host))
	return len(sessions) > 0, err // one that cannot be shown was there too
}

// joinRequest asks for links instead of being led to one.
// https://developer.webex.com/docs/api/v1/meetings/join-a-meeting
type joinRequest struct {
	MeetingID    meeting.MeetingID `json:"meetingId"`
	JoinDirectly bool              `json:"joinDirectly"` // true where it is not said
	Minutes      int               `json:"expirationMinutes"`
	HostEmail    string            `json:"hostEmail,omitempty"`
}

// startMinutes is for how long the links are good: they are asked for by who
// follows them at once.
const startMinutes = 10

// StartLink returns links into the meeting for a browser: start is the host's
// own, and lets whoever has it lead the meeting, so it is never to be stored or
// shown to others. errs.NotFound: the meeting is gone; Forbidden: the grant may not start it.
// https://developer.webex.com/docs/api/v1/meetings/join-a-meeting
func (c *Client) StartLink(ctx context.Context, host meeting.Host, id meeting.MeetingID) (start, join string, err error) {
	defer wrap(&err, "make start link")
	var links struct {
		Start wire.Text `json:"startLink"`
		Join  wire.Text `json:"joinLink"`
	}
	if _, err := c.act(ctx, host, wire.Call{
		Op: "make start link", Method: http.MethodPost, URL: "/v1/meetings/join", ReadOnly: true,
		Body: joinRequest{MeetingID: id, Minutes: startMinutes, HostEmail: host.Email},
	}, &links); err != nil {
		return "", "", err
	}
	start, join = webLink(string(links.Start), ""), webLink(string(links.Join), "")
	switch {
	case links.Start == "":
		return "", "", errs.New(errs.Forbidden, "no link to start with")
	case start == "" || join == "":
		return "", "", errs.New(errs.Internal, "unforeseen links: not on a site of Webex")
	}
	return start, join, nil
}
