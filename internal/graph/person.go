package graph

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

const (
	personFields = profileFields + ",proxyAddresses,accountEnabled,userType,assignedLicenses"
	peoplePage   = "999" // https://learn.microsoft.com/graph/api/user-list
)

// decodePerson reads somebody of the directory. Where the program may not read
// users, an id is all there is to see of a group's members.
func decodePerson(raw json.RawMessage) (meeting.Person, error) {
	var u user
	if err := json.Unmarshal(raw, &u); err != nil {
		return meeting.Person{}, errs.New(errs.Internal, "unforeseen user: %w", err)
	}
	if u.ID == "" {
		return meeting.Person{}, errs.New(errs.Internal, "unforeseen user: no id")
	}
	return meeting.Person{
		ID: meeting.ObjectID(strings.ToLower(u.ID)), UPN: u.UserPrincipalName, Name: u.DisplayName, Mail: u.Mail,
		Addresses: addresses(u), Language: u.PreferredLanguage,
		Disabled: u.Enabled != nil && !*u.Enabled, Guest: strings.EqualFold(u.Type, "Guest"), Licensed: len(u.Licences) > 0,
	}, nil
}

// People hands over everybody in the tenant, page by page.
// https://learn.microsoft.com/graph/api/user-list
func (c *Client) People(ctx context.Context, tenant meeting.TenantID, page func([]meeting.Person) error) (err error) {
	defer wrap(&err, "list people")
	return c.people(ctx, tenant, "list people", "/v1.0/users"+query("$select", personFields, "$top", peoplePage), page)
}

// GroupPeople hands over the members of a group, those of groups inside it too.
// errs.NotFound: there is no such group.
// https://learn.microsoft.com/graph/api/group-list-transitivemembers
func (c *Client) GroupPeople(ctx context.Context, tenant meeting.TenantID, group meeting.ObjectID, page func([]meeting.Person) error) (err error) {
	defer wrap(&err, "list members")
	if group == "" {
		return errs.New(errs.NotFound, "no group")
	}
	return c.people(ctx, tenant, "list members", "/v1.0/groups/"+url.PathEscape(string(group))+"/transitiveMembers/microsoft.graph.user"+
		query("$select", personFields, "$top", peoplePage, "$count", "true"), page)
}

// PersonByAddress finds who has the address: as user principal name, primary or
// proxy address. errs.NotFound: nobody.
// https://learn.microsoft.com/graph/api/user-get
func (c *Client) PersonByAddress(ctx context.Context, tenant meeting.TenantID, address string) (_ meeting.Person, err error) {
	defer wrap(&err, "find person")
	address = strings.TrimSpace(address)
	if !strings.Contains(address, "@") { // an empty one would list everybody
		return meeting.Person{}, errs.New(errs.NotFound, "not an address")
	}
	a, err := c.ask(ctx, tenant, wire.Call{Op: "find person", Method: http.MethodGet,
		URL: "/v1.0/users/" + url.PathEscape(address) + query("$select", personFields)})
	if err == nil {
		return decodePerson(a.Body)
	}
	if !errs.Is(err, errs.NotFound) {
		return meeting.Person{}, err
	}
	quoted := strings.ReplaceAll(address, "'", "''")
	filter := "mail eq '" + quoted + "' or proxyAddresses/any(p:p eq 'smtp:" + quoted + "')"
	var found []meeting.Person
	err = c.people(ctx, tenant, "find person", "/v1.0/users"+query("$filter", filter, "$select", personFields), func(some []meeting.Person) error {
		found = append(found, some...)
		return nil
	})
	if err != nil {
		return meeting.Person{}, err
	}
	// What was asked for counts. A guest may have the mail address of a member.
	for _, guests := range []bool{false, true} {
		i := slices.IndexFunc(found, func(p meeting.Person) bool {
			return p.Guest == guests && slices.Contains(p.Addresses, strings.ToLower(address))
		})
		if i >= 0 {
			return found[i], nil
		}
	}
	return meeting.Person{}, errs.New(errs.NotFound, "nobody has this address")
}

// people reads a list of the directory. What it takes to look through groups is
// sent with every page, though for most it is not needed.
// https://learn.microsoft.com/graph/aad-advanced-queries
func (c *Client) people(ctx context.Context, tenant meeting.TenantID, op, address string, page func([]meeting.Person) error) error {
	get := func(address string, into any) error {
		call := wire.Call{Op: op, Method: http.MethodGet, URL: address, Header: http.Header{"ConsistencyLevel": {"eventual"}}}
		a, err := c.ask(ctx, tenant, call)
		if err != nil {
			return err
		}
		return wire.Decode(call, a, into)
	}
	return eachPage(get, address, decodePerson, page)
}
