package webex

import (
	"context"
	"net/http"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// Me returns the person whom a token belongs to as the beginning of a grant:
// Subject, SubjectID, OrgID, Aliases, and the preferred Site unless Webex
// keeps it to itself. errs.SignedOut: the token is no good.
// https://developer.webex.com/docs/api/v1/people/get-my-own-details
func (c *Client) Me(ctx context.Context, token meeting.Secret) (grant meeting.Grant, err error) {
	defer wrap(&err, "read own person")
	given := func(_ context.Context, refused meeting.Secret) (meeting.Secret, error) {
		if !refused.Empty() {
			return meeting.Secret{}, errs.New(errs.SignedOut, "token refused")
		}
		return token, nil
	}
	var me struct {
		ID     wire.Text   `json:"id"`
		OrgID  wire.Text   `json:"orgId"`
		Emails []wire.Text `json:"emails"`
	}
	_, err = c.do(ctx, wire.Call{Op: "read own person", Method: http.MethodGet, URL: "/v1/people/me", Token: given}, &me)
	if err != nil {
		return meeting.Grant{}, err
	}
	if me.ID == "" || len(me.Emails) == 0 {
		return meeting.Grant{}, errs.New(errs.Internal, "unforeseen person: no id or no address")
	}
	grant = meeting.Grant{Service: meeting.Webex, SubjectID: string(me.ID), OrgID: string(me.OrgID)}
	for _, email := range me.Emails {
		grant.Aliases = append(grant.Aliases, strings.ToLower(string(email)))
	}
	grant.Subject = grant.Aliases[0]
	grant.Site, err = c.site(ctx, given)
	return grant, err
}

// site is the person's preferred one, empty if there is none to be seen.
// https://developer.webex.com/docs/api/v1/meeting-preferences/get-site-list
func (c *Client) site(ctx context.Context, token wire.Token) (string, error) {
	var answer struct {
		Sites []struct {
			SiteURL wire.Text `json:"siteUrl"`
			Default wire.Flag `json:"default"`
		} `json:"sites"`
	}
	_, err := c.do(ctx, wire.Call{
		Op: "list sites", Method: http.MethodGet, URL: "/v1/meetingPreferences/sites", Token: token,
	}, &answer)
	if errs.Is(err, errs.Forbidden) || errs.Is(err, errs.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	for _, s := range answer.Sites {
		if s.Default || len(answer.Sites) == 1 {
			return siteHost(string(s.SiteURL)), nil
		}
	}
	return "", nil
}
