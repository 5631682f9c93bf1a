package webex

import (
	"context"
	"net/url"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// address is path and query with the host added. Only reads and deletes take
// hostEmail there: creates and changes want it in the body, and Webex ignores
// it where it does not look.
// https://developer.webex.com/docs/api/v1/meetings/get-a-meeting
func address(path string, q url.Values, host meeting.Host) string {
	if host.Email != "" {
		q.Set("hostEmail", host.Email)
	}
	return path + "?" + q.Encode()
}

// act is do with the host's grant. The call names the host where its endpoint
// wants that.
//
// Webex does not say what it answers about a host whom it does not know. So
// "not found" means the meeting, and "invalid" what was sent, only while the
// host is there: otherwise a person who left or was renamed would look like one
// who deleted everything, or asked for what cannot be.
// errs.Forbidden: the grant's organisation has no such host.
func (c *Client) act(ctx context.Context, host meeting.Host, call wire.Call, into any) (wire.Answer, error) {
	call.Token = c.token(host.Grant)
	a, err := c.do(ctx, call, into)
	if host.Email == "" || !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Invalid) {
		return a, err
	}
	who, lookup := c.findHost(ctx, host.Grant, host.Email)
	switch {
	case errs.Is(lookup, errs.NotFound):
		return a, errs.New(errs.Forbidden, "no such host: %w", err)
	case lookup != nil:
		return a, lookup
	case who.Email != host.Email:
		return a, errs.New(errs.Forbidden, "the host has another address now: %w", err)
	}
	return a, err
}
