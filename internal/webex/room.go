package webex

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// room is a Personal Room. hostPin is not among its fields: whoever has it can
// take the room over.
// https://developer.webex.com/docs/api/v1/meeting-preferences/get-personal-meeting-room-options
type room struct {
	Topic      wire.Text `json:"topic"`
	Link       wire.Text `json:"personalMeetingRoomLink"`
	SIPAddress wire.Text `json:"sipAddress"`
	DialInIP   wire.Text `json:"dialInIpAddress"`
	Telephony  telephony `json:"telephony"`
}

// Room returns how the host's Personal Room is joined, and its site; it has no
// id and no times. errs.NotFound, or Forbidden: the host has none.
// https://developer.webex.com/docs/api/v1/meeting-preferences/get-personal-meeting-room-options
func (c *Client) Room(ctx context.Context, host meeting.Host) (m meeting.Meeting, err error) {
	defer wrap(&err, "read personal room")
	var r room
	if err := c.preference(ctx, host, "read personal room", "personalMeetingRoom", &r); err != nil {
		return meeting.Meeting{}, err
	}
	if r.Link == "" {
		return meeting.Meeting{}, errs.New(errs.NotFound, "no link to a personal room")
	}
	link := webLink(string(r.Link), "")
	if link == "" {
		return meeting.Meeting{}, errs.New(errs.Internal, "unforeseen personal room: not on a site of Webex")
	}
	m = meeting.Meeting{
		Title: string(r.Topic), HostEmail: host.Email, SiteURL: siteHost(link),
		Join: meeting.Join{WebLink: link, SIPAddress: string(r.SIPAddress), DialInIP: string(r.DialInIP)},
	}
	r.Telephony.fill(&m.Join)
	m.Join.Number = strings.ReplaceAll(m.Join.AccessCode, " ", "") // the answer has no other
	return m, nil
}

// preference reads one part of the host's meeting preferences, which take
// userEmail where others take hostEmail.
// https://developer.webex.com/docs/api/v1/meeting-preferences
func (c *Client) preference(ctx context.Context, host meeting.Host, op, part string, into any) error {
	path := "/v1/meetingPreferences/" + part
	if host.Email != "" {
		path += "?" + url.Values{"userEmail": {host.Email}}.Encode()
	}
	_, err := c.act(ctx, host, wire.Call{Op: op, Method: http.MethodGet, URL: path}, into)
	return err
}
