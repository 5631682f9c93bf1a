package webex

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// ReassignHost gives a meeting, or a series, of the site to host, with an
// administrator's grant; one that is the host's already is success. A change of
// a meeting never moves it. errs.Forbidden: the host may not have it.
// errs.InProgress: not while it runs. errs.Uncertain: it may have moved.
// https://developer.webex.com/docs/api/v1/meetings/reassign-meetings-to-a-new-host
func (c *Client) ReassignHost(ctx context.Context, host meeting.Host, site string, id meeting.MeetingID) (err error) {
	defer wrap(&err, "reassign meeting")
	call := wire.Call{
		Op: "reassign meeting", Method: http.MethodPost, URL: "/v1/meetings/reassignHost", Header: http.Header{},
		Body: struct {
			HostEmail  string              `json:"hostEmail"`
			MeetingIDs []meeting.MeetingID `json:"meetingIds"` // up to 100, of series alone
		}{host.Email, []meeting.MeetingID{id}},
	}
	if site != "" {
		call.Header.Set("siteUrl", site)
	}
	a, err := c.act(ctx, host, call, nil)
	if err != nil || a.Status != http.StatusMultiStatus {
		return err
	}
	var parts struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := wire.Decode(call, a, &parts); err != nil {
		return err
	}
	for _, raw := range parts.Items {
		var part struct {
			ID     wire.Text `json:"meetingId"`
			Status wire.Text `json:"httpStatus"` // a string, or a number
		}
		if json.Unmarshal(raw, &part) != nil || part.ID != wire.Text(id) {
			continue
		}
		status, err := strconv.Atoi(string(part.Status))
		if err != nil {
			break
		}
		one := wire.Answer{Status: status, Header: a.Header, Body: raw}
		if one.OK() {
			return nil
		}
		return c.refusal(call, one)
	}
	return errs.New(errs.Uncertain, "unforeseen answer: nothing of the meeting")
}
