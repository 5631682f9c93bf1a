package webex

import (
	"cmp"
	"context"
	"net/url"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// TrackingCodes lists what the host's meetings may, or have to, say at the site;
// empty: the host's preferred one. Those that the site does not use for meetings,
// or that administrators alone give a value, are none of them.
// https://developer.webex.com/docs/api/v1/meetings/list-meeting-tracking-codes
func (c *Client) TrackingCodes(ctx context.Context, host meeting.Host, site string) (codes []meeting.TrackingCode, err error) {
	defer wrap(&err, "list tracking codes")
	type item struct {
		Name    wire.Text `json:"name"`
		Input   wire.Text `json:"inputMode"`
		Type    wire.Text `json:"type"`
		Options []struct {
			Value   wire.Text `json:"value"`
			Default wire.Flag `json:"defaultValue"`
		} `json:"options"`
	}
	q := url.Values{"service": {"MeetingCenter"}}
	if site != "" {
		q.Set("siteUrl", site)
	}
	items, err := list[item](ctx, c, host, "list tracking codes", address("/v1/meetings/trackingCodes", q, host))
	for _, i := range items {
		code := meeting.TrackingCode{Name: string(i.Name), Input: meeting.InputMode(cmp.Or(i.Input, "text")), Required: i.Type == "required"}
		switch code.Input {
		case meeting.TextInput, meeting.SelectInput, meeting.EditableSelectInput:
		default: // hostProfileSelect is not for meetings
			continue
		}
		if code.Name == "" || i.Type != "required" && i.Type != "optional" {
			continue
		}
		for _, o := range i.Options {
			if o.Value == "" {
				continue
			}
			code.Options = append(code.Options, string(o.Value))
			if o.Default {
				code.Default = string(o.Value)
			}
		}
		codes = append(codes, code)
	}
	return codes, err
}
