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

// Meeting reads one. errs.NotFound: it is gone, or not visible to this grant;
// with a host's address also that the meeting is not that person's.
// https://developer.webex.com/docs/api/v1/meetings/get-a-meeting
func (c *Client) Meeting(ctx context.Context, host meeting.Host, id meeting.MeetingID) (m meeting.Meeting, err error) {
	defer wrap(&err, "read meeting")
	o, err := c.read(ctx, host, "read meeting", id)
	if err != nil {
		return meeting.Meeting{}, err
	}
	return o.meeting()
}

func (c *Client) read(ctx context.Context, host meeting.Host, op string, id meeting.MeetingID) (o object, err error) {
	// Reads default to current=false, lists to true: said aloud in both.
	_, err = c.act(ctx, host, wire.Call{
		Op: op, Method: http.MethodGet, URL: address(meetingPath(id), url.Values{"current": {"false"}}, host),
	}, &o)
	return o, err
}

// MeetingsByTag lists what carries the tag and lies, with any occurrence,
// between from and to; without them Webex looks seven days ahead only.
// errs.Unavailable: something carries the tag and cannot be shown now.
// https://developer.webex.com/docs/api/v1/meetings/list-meetings
func (c *Client) MeetingsByTag(ctx context.Context, host meeting.Host, tag string, from, to time.Time) (found []meeting.Meeting, err error) {
	defer wrap(&err, "find meetings")
	q := between(from, to)
	q.Set("integrationTag", tag)
	return c.find(ctx, host, "find meetings", q)
}

// MeetingsBetween lists the host's single meetings and series that lie, with any
// occurrence, between from and to.
// https://developer.webex.com/docs/api/v1/meetings/list-meetings
func (c *Client) MeetingsBetween(ctx context.Context, host meeting.Host, from, to time.Time) (found []meeting.Meeting, err error) {
	defer wrap(&err, "list meetings")
	return c.find(ctx, host, "list meetings", between(from, to))
}

func between(from, to time.Time) url.Values {
	return url.Values{
		"meetingType": {"meetingSeries"}, "current": {"false"}, "max": {"100"},
		"from": {from.UTC().Format(time.RFC3339)}, "to": {to.UTC().Format(time.RFC3339)},
	}
}

// MeetingByLink finds the meeting that a join link leads to. It may belong to
// somebody who has merely invited the person: HostEmail tells.
// errs.NotFound: none is visible.
func (c *Client) MeetingByLink(ctx context.Context, host meeting.Host, webLink string) (m meeting.Meeting, err error) {
	defer wrap(&err, "find meeting")
	found, err := c.find(ctx, host, "find meeting", url.Values{"webLink": {webLink}, "current": {"false"}})
	if err != nil {
		return meeting.Meeting{}, err
	}
	if len(found) == 0 {
		return meeting.Meeting{}, errs.New(errs.NotFound, "no meeting has this link")
	}
	return found[0], nil
}

// find lists meetings. Items that Webex cannot show are left out as long as
// there are others: nothing found must mean nothing there.
func (c *Client) find(ctx context.Context, host meeting.Host, op string, q url.Values) ([]meeting.Meeting, error) {
	objects, err := list[object](ctx, c, host, op, address("/v1/meetings", q, host))
	if err != nil {
		return nil, err
	}
	var found []meeting.Meeting
	for _, o := range objects {
		if o.unreadable() {
			continue
		}
		if o.SeriesID != "" {
			o.ID = o.SeriesID // an exceptional occurrence answers for its series
		}
		m, err := o.meeting()
		if err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	if len(found) == 0 && len(objects) > 0 {
		return nil, errs.New(errs.Unavailable, "%d meetings cannot be shown", len(objects))
	}
	return found, nil
}
