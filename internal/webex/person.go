package webex

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// person is somebody with a Webex account. Only administrators see all of it.
// https://developer.webex.com/docs/api/v1/people/get-person-details
type person struct {
	ID            wire.Text   `json:"id"`
	OrgID         wire.Text   `json:"orgId"`
	Emails        []wire.Text `json:"emails"`
	Type          wire.Text   `json:"type"`
	SiteURLs      []wire.Text `json:"siteUrls"`
	InvitePending wire.Flag   `json:"invitePending"`
	LoginEnabled  wire.Text   `json:"loginEnabled"` // only "false" forbids: others do not see it
}

// addresses are the person's, lower case, primary first.
func (p person) addresses() []string {
	var all []string
	for _, email := range p.Emails {
		all = append(all, strings.ToLower(string(email)))
	}
	return all
}

// Me returns the person whom a token belongs to as the beginning of a grant:
// Subject, SubjectID, OrgID, Aliases, and the preferred Site unless Webex
// keeps it to itself. errs.SignedOut: the token is no good.
// https://developer.webex.com/docs/api/v1/people/get-my-own-details
func (c *Client) Me(ctx context.Context, token meeting.Secret) (grant meeting.Grant, err error) {
	defer wrap(&err, "read own person")
	me, err := c.me(ctx, token)
	if err != nil {
		return meeting.Grant{}, err
	}
	grant = meeting.Grant{Service: meeting.Webex, SubjectID: string(me.ID), OrgID: string(me.OrgID), Aliases: me.addresses()}
	grant.Subject = grant.Aliases[0]
	grant.Site, err = c.site(ctx, given(token))
	return grant, err
}

func (c *Client) me(ctx context.Context, token meeting.Secret) (me person, err error) {
	_, err = c.do(ctx, wire.Call{
		Op: "read own person", Method: http.MethodGet, URL: "/v1/people/me", Token: given(token),
	}, &me)
	if err == nil && (me.ID == "" || len(me.Emails) == 0) {
		err = errs.New(errs.Internal, "unforeseen person: no id or no address")
	}
	return me, err
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
	if errs.Is(err, errs.Forbidden) || errs.Is(err, errs.NotFound) || errs.Is(err, errs.Invalid) {
		return "", nil // an account without meetings, or a Webex without this call
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

// FindHost looks up who of the grant's organisation has the address, with an
// administrator's grant. errs.NotFound: nobody has, or somebody of another
// organisation. https://developer.webex.com/docs/api/v1/people/list-people
func (c *Client) FindHost(ctx context.Context, grant meeting.GrantID, address string) (found meeting.WebexPerson, err error) {
	defer wrap(&err, "find person")
	return c.findHost(ctx, grant, address)
}

func (c *Client) findHost(ctx context.Context, grant meeting.GrantID, address string) (meeting.WebexPerson, error) {
	if address = strings.TrimSpace(address); address == "" {
		return meeting.WebexPerson{}, errs.New(errs.NotFound, "nobody has no address") // Webex would list everybody
	}
	q := url.Values{"email": {address}, "excludeStatus": {"true"}}
	people, err := list[person](ctx, c, meeting.Host{Grant: grant}, "find person", "/v1/people?"+q.Encode())
	if err != nil {
		return meeting.WebexPerson{}, err
	}
	for _, p := range people {
		// What was asked for counts, not what the server made of it.
		if who := p.host(); p.human() && who.Has(address) {
			return who, nil
		}
	}
	return meeting.WebexPerson{}, errs.New(errs.NotFound, "nobody has this address")
}

// peoplePage is the most that Webex takes; answers may be shorter.
const peoplePage = "1000"

// Hosts hands over everybody in the grant's organisation, page by page, with an
// administrator's grant. Machines and bots are left out. page is called once
// for each call that was made, also without anybody: so it can count them. An
// error of it ends the list. https://developer.webex.com/docs/api/v1/people/list-people
func (c *Client) Hosts(ctx context.Context, grant meeting.GrantID, page func([]meeting.WebexPerson) error) (err error) {
	defer wrap(&err, "list people")
	q := url.Values{"max": {peoplePage}, "excludeStatus": {"true"}}
	return eachPage(ctx, c, meeting.Host{Grant: grant}, "list people", "/v1/people?"+q.Encode(), func(people []person) error {
		var hosts []meeting.WebexPerson
		for _, p := range people {
			if who := p.host(); p.human() && who.Email != "" {
				hosts = append(hosts, who)
			}
		}
		return page(hosts)
	})
}

// human reports whether p is a person, as far as Webex says.
func (p person) human() bool { return p.ID != "" && (p.Type == "" || p.Type == "person") }

// host is the person as somebody who may hold meetings. Where a person is only
// an attendee, the site's name says so; of whom Webex tells no sites at all,
// the first meeting will show.
// https://developer.webex.com/docs/api/v1/people/create-a-person
func (p person) host() meeting.WebexPerson {
	who := meeting.WebexPerson{ID: string(p.ID), Aliases: p.addresses()}
	if len(who.Aliases) > 0 {
		who.Email = who.Aliases[0]
	}
	for _, site := range p.SiteURLs {
		name, role, _ := strings.Cut(string(site), "#")
		if name = siteHost(name); name != "" && !strings.EqualFold(role, "attendee") && !slices.Contains(who.Sites, name) {
			who.Sites = append(who.Sites, name)
		}
	}
	active := !bool(p.InvitePending) && !strings.EqualFold(string(p.LoginEnabled), "false")
	who.MayHost = active && (len(p.SiteURLs) == 0 || len(who.Sites) > 0)
	return who
}
