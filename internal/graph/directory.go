package graph

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// Forget has the tenant's next token issued anew, with the permissions of then.
func (c *Client) Forget(tenant meeting.TenantID) { c.tokens.ForgetTenant(tenant) }

// GrantedRoles are the application permissions that the tenant's token names.
// Tokens of Graph are Microsoft's own business and may look otherwise tomorrow:
// a hint for people, empty if there is none.
// https://learn.microsoft.com/entra/identity-platform/access-tokens
func (c *Client) GrantedRoles(ctx context.Context, tenant meeting.TenantID) (_ []string, err error) {
	defer wrap(&err, "read granted permissions")
	token, err := c.tokens.TenantToken(ctx, tenant, meeting.Secret{})
	if err != nil {
		return nil, err
	}
	granted, _ := roles(token)
	return granted, nil
}

// roles reads what a token names; legible is false if it is not to be read.
func roles(token meeting.Secret) (granted []string, legible bool) {
	parts := strings.Split(token.Reveal(), ".")
	if len(parts) != 3 {
		return nil, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return nil, false
	}
	var claims *struct {
		Roles []string `json:"roles"`
	}
	if json.Unmarshal(payload, &claims) != nil || claims == nil {
		return nil, false
	}
	return claims.Roles, true
}

// vetoed reports whether the tenant's token can be read and does not name the
// permission. It is asked where an answer proves little: a token never proves
// anything by itself.
func (c *Client) vetoed(ctx context.Context, tenant meeting.TenantID, permission string) (bool, error) {
	token, err := c.tokens.TenantToken(ctx, tenant, meeting.Secret{})
	if err != nil {
		return false, err
	}
	granted, legible := roles(token)
	i := slices.IndexFunc(meeting.Permissions, func(p meeting.Permission) bool { return p.Name == permission })
	return legible && i >= 0 && !meeting.Permissions[i].CoveredBy(granted), nil
}

// nobody is the id of no object.
const nobody = "00000000-0000-0000-0000-000000000000"

// Prove makes one cheap read that needs the application permission; nil: it is
// granted. Who has no mailbox, or one that Exchange keeps the program out of,
// proves it too: those are asked about after the permission. But that is no more
// than what is seen today, so "not found" is no proof if the token can be read
// and does not name the permission.
// errs.Forbidden: it is not granted. errs.Invalid, errs.NotFound: the call was
// not understood, and proves nothing.
//
// A read cannot tell Calendars.ReadWrite from Calendars.Read.
func (c *Client) Prove(ctx context.Context, tenant meeting.TenantID, permission string, somebody meeting.ObjectID) (err error) {
	defer wrap(&err, "prove "+permission)
	var address string
	switch permission {
	case meeting.CalendarsReadWrite:
		if somebody == "" {
			somebody = nobody
		}
		address = "/v1.0" + userPath(meeting.NewAccountID(tenant, somebody)) + "/calendar" + query("$select", "id")
	case meeting.UserReadAll:
		address = "/v1.0/users" + query("$top", "1", "$select", "id")
	case meeting.GroupMemberReadAll:
		address = "/v1.0/groups/" + nobody + "/members" + query("$top", "1", "$select", "id")
	case meeting.OrganizationReadAll:
		address = "/v1.0/organization" + query("$select", "id")
	default:
		return errs.New(errs.Invalid, "no such permission in our table")
	}
	a, err := c.ask(ctx, tenant, wire.Call{Op: "prove permission", Method: http.MethodGet, URL: address})
	switch {
	case a.Status == http.StatusNotFound && (permission == meeting.CalendarsReadWrite || permission == meeting.GroupMemberReadAll):
		veto, doubt := c.vetoed(ctx, tenant, permission)
		if veto {
			return errs.New(errs.Forbidden, "not found, with a token that does not name the permission")
		}
		return doubt
	case a.Status == http.StatusNotImplemented:
		return errs.New(errs.Invalid, "not supported: %w", err)
	case permission == meeting.CalendarsReadWrite && errs.Is(err, errs.Forbidden) && outOfReach(a):
		return nil
	}
	return err
}

// outOfReach reports whether Exchange keeps the program out of a mailbox by an
// application access policy. No code says it, only the message.
// https://learn.microsoft.com/graph/auth-limit-mailbox-access
func outOfReach(a wire.Answer) bool {
	var r refusal
	return json.Unmarshal(a.Body, &r) == nil && strings.Contains(r.Error.Message, "AccessPolicy")
}

// Organization reads the tenant's name and its verified domains, in lower case.
// https://learn.microsoft.com/graph/api/organization-list
func (c *Client) Organization(ctx context.Context, tenant meeting.TenantID) (name string, domains []string, err error) {
	defer wrap(&err, "read organization")
	call := wire.Call{Op: "read organization", Method: http.MethodGet, URL: "/v1.0/organization" + query("$select", "id,displayName,verifiedDomains")}
	a, err := c.ask(ctx, tenant, call)
	if err != nil {
		return "", nil, err
	}
	var answer struct {
		Value []struct {
			Name    string `json:"displayName"`
			Domains []struct {
				Name string `json:"name"`
			} `json:"verifiedDomains"`
		} `json:"value"`
	}
	if err := wire.Decode(call, a, &answer); err != nil {
		return "", nil, err
	}
	if len(answer.Value) != 1 {
		return "", nil, errs.New(errs.Internal, "unforeseen answer: %d organizations", len(answer.Value))
	}
	for _, d := range answer.Value[0].Domains {
		domains = append(domains, strings.ToLower(d.Name))
	}
	return answer.Value[0].Name, domains, nil
}

// CalendarOwner reads whose calendar the user's is: name and primary address.
// errs.NotFound: there is no such user, or no mailbox.
// https://learn.microsoft.com/graph/api/calendar-get
func (c *Client) CalendarOwner(ctx context.Context, tenant meeting.TenantID, user meeting.ObjectID) (_ meeting.Person, err error) {
	defer wrap(&err, "read calendar's owner")
	if user == "" {
		return meeting.Person{}, errs.New(errs.NotFound, "nobody has no id")
	}
	call := wire.Call{Op: "read calendar's owner", Method: http.MethodGet,
		URL: "/v1.0/users/" + url.PathEscape(string(user)) + "/calendar" + query("$select", "owner")}
	a, err := c.ask(ctx, tenant, call)
	if err != nil {
		return meeting.Person{}, err
	}
	var answer struct {
		Owner struct {
			Name    string `json:"name"`
			Address string `json:"address"`
		} `json:"owner"`
	}
	if err := wire.Decode(call, a, &answer); err != nil {
		return meeting.Person{}, err
	}
	owner := meeting.Person{ID: user, Name: answer.Owner.Name, Mail: answer.Owner.Address}
	if owner.Mail != "" {
		owner.Addresses = []string{strings.ToLower(owner.Mail)}
	}
	return owner, nil
}

// ask sends a call as the program alone, in the tenant.
func (c *Client) ask(ctx context.Context, tenant meeting.TenantID, call wire.Call) (wire.Answer, error) {
	call.Token = func(ctx context.Context, refused meeting.Secret) (meeting.Secret, error) {
		return c.tokens.TenantToken(ctx, tenant, refused)
	}
	return c.send(ctx, call)
}
