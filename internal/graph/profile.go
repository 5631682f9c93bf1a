package graph

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// https://learn.microsoft.com/graph/api/resources/user
type user struct {
	ID                string   `json:"id"`
	DisplayName       string   `json:"displayName"`
	Mail              string   `json:"mail"`
	UserPrincipalName string   `json:"userPrincipalName"`
	ProxyAddresses    []string `json:"proxyAddresses"`
	PreferredLanguage string   `json:"preferredLanguage"`

	// Only asked for of a tenant's people.
	Enabled  *bool             `json:"accountEnabled"`
	Type     string            `json:"userType"`
	Licences []json.RawMessage `json:"assignedLicenses"`
}

const profileFields = "id,displayName,mail,userPrincipalName,preferredLanguage"

// Profile returns the person whom the mailbox's own token belongs to, with all
// addresses if Graph shows them. errs.Forbidden: it is somebody else. A token of
// the program alone has no /me.
// https://learn.microsoft.com/graph/api/user-get
func (c *Client) Profile(ctx context.Context, mailbox meeting.AccountID) (account meeting.Account, err error) {
	defer wrap(&err, "read profile")
	var u user
	err = c.getAs(ctx, mailbox, meeting.Individual, "read profile", "/v1.0/me"+query("$select", profileFields+",proxyAddresses"), &u)
	if errs.Is(err, errs.Forbidden) {
		err = c.getAs(ctx, mailbox, meeting.Individual, "read profile", "/v1.0/me"+query("$select", profileFields), &u)
	}
	if err != nil {
		return meeting.Account{}, err
	}
	if !strings.EqualFold(u.ID, string(mailbox.Object())) {
		return meeting.Account{}, errs.New(errs.Forbidden, "the token is another person's")
	}
	return meeting.Account{
		ID: mailbox, UPN: u.UserPrincipalName, Name: u.DisplayName, Mail: u.Mail,
		Addresses: addresses(u), Language: u.PreferredLanguage,
	}, nil
}

// addresses are the SMTP ones, lower case, primary first: "SMTP:" in capitals
// marks it. https://learn.microsoft.com/graph/api/resources/user
func addresses(u user) []string {
	var primary, others []string
	for _, proxy := range u.ProxyAddresses {
		kind, address, _ := strings.Cut(proxy, ":")
		switch {
		case kind == "SMTP":
			primary = append(primary, address)
		case strings.EqualFold(kind, "smtp"):
			others = append(others, address)
		}
	}
	var all []string
	for _, address := range slices.Concat(primary, []string{u.Mail}, others) {
		address = strings.ToLower(strings.TrimSpace(address))
		if address != "" && !slices.Contains(all, address) {
			all = append(all, address)
		}
	}
	return all
}
