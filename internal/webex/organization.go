package webex

import (
	"context"
	"net/http"
	"net/url"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// Organization returns the organisation of the person whom a token belongs to.
// The name is empty if Webex keeps it to itself, by whatever refusal: it takes
// an administrator and the scope spark-admin:organizations_read. errs.SignedOut: the token is no good.
// https://developer.webex.com/docs/api/v1/organizations/get-organization-details
func (c *Client) Organization(ctx context.Context, token meeting.Secret) (id, name string, err error) {
	defer wrap(&err, "read organization")
	me, err := c.me(ctx, token)
	if err != nil {
		return "", "", err
	}
	if me.OrgID == "" {
		return "", "", errs.New(errs.Internal, "unforeseen person: no organization")
	}
	var answer struct {
		Name wire.Text `json:"displayName"`
	}
	_, err = c.do(ctx, wire.Call{
		Op: "read organization", Method: http.MethodGet, Token: given(token),
		URL: "/v1/organizations/" + url.PathEscape(string(me.OrgID)),
	}, &answer)
	switch errs.KindOf(err) {
	case errs.Throttled, errs.Unavailable, errs.Uncertain, errs.Busy:
		return "", "", err
	}
	if err != nil && ctx.Err() == nil { // whose token it is was told already
		return string(me.OrgID), "", nil
	}
	return string(me.OrgID), string(answer.Name), err
}
