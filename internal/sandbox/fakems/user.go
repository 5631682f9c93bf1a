package fakems

import (
	"fmt"
	"slices"
	"strings"
)

// User is a member of a tenant, with a mailbox. JSON names are Graph's.
// https://learn.microsoft.com/graph/api/resources/user
type User struct {
	ID                string   `json:"id"` // object id, a GUID; drawn from the seed when empty
	UserPrincipalName string   `json:"userPrincipalName"`
	DisplayName       string   `json:"displayName"` // UserPrincipalName when empty
	GivenName         string   `json:"givenName"`
	Surname           string   `json:"surname"`
	Mail              string   `json:"mail"`           // UserPrincipalName when empty
	ProxyAddresses    []string `json:"proxyAddresses"` // "SMTP:" primary, "smtp:" alias; Mail when empty
	PreferredLanguage string   `json:"preferredLanguage"`
	JobTitle          string   `json:"jobTitle"`

	TenantID string   `json:"-"` // required
	TimeZone string   `json:"-"` // Windows name of the mailbox's zone; UTC when empty
	Wids     []string `json:"-"` // directory roles (template ids), in the ID token if the App emits them
	Disabled bool     `json:"-"` // sign-in and refresh are refused with AADSTS50057

	// NoMailbox: Graph answers 404 MailboxNotEnabledForRESTAPI for the calendar.
	NoMailbox bool `json:"-"`

	Licensed bool     `json:"-"` // has a licence: assignedLicenses is not empty
	Groups   []string `json:"-"` // ids of the groups the user is a direct member of
}

// AddUser adds u, or replaces the user with its ID, and returns it completed.
// It panics without a known TenantID or a UserPrincipalName, or when Groups
// names none of the tenant: that is a bug of the test.
func (s *Server) AddUser(u User) User {
	defer s.lock()()
	t := s.tenant(u.TenantID)
	if t == nil || u.UserPrincipalName == "" {
		panic(fmt.Sprintf("fakems: user %q of tenant %q", u.UserPrincipalName, u.TenantID))
	}
	u.TenantID = t.ID
	for _, id := range u.Groups {
		s.groupOf(t.ID, id)
	}
	if u.ID == "" {
		u.ID = s.guid()
	}
	if u.DisplayName == "" {
		u.DisplayName = u.UserPrincipalName
	}
	if u.Mail == "" {
		u.Mail = u.UserPrincipalName
	}
	if u.ProxyAddresses == nil {
		u.ProxyAddresses = []string{"SMTP:" + u.Mail}
	}
	if u.TimeZone == "" {
		u.TimeZone = "UTC"
	}
	user := s.user(u.ID)
	if user == nil {
		user = &User{}
		s.users = append(s.users, user)
		s.boxes[u.ID] = &mailbox{manners: &s.Series}
	}
	delete(s.names, strings.ToLower(user.UserPrincipalName))
	*user = u
	s.names[strings.ToLower(u.ID)], s.names[strings.ToLower(u.UserPrincipalName)] = user, user
	return u
}

// Users returns all users in the order they were added.
func (s *Server) Users() []User {
	defer s.lock()()
	var all []User
	for _, u := range s.users {
		all = append(all, *u)
	}
	return all
}

// User returns the user with that object id or user principal name (in any
// case), and whether there is one.
func (s *Server) User(idOrUPN string) (User, bool) {
	defer s.lock()()
	if u := s.user(idOrUPN); u != nil {
		return *u, true
	}
	return User{}, false
}

func (s *Server) user(idOrUPN string) *User { return s.names[strings.ToLower(idOrUPN)] }

// person is user for verbs.
func (s *Server) person(idOrUPN string) *User {
	u := s.user(idOrUPN)
	if u == nil {
		panic(fmt.Sprintf("fakems: no user %q", idOrUPN))
	}
	return u
}

// addressee finds the user of a tenant who gets mail for address, nil without
// one.
func (s *Server) addressee(tenant, address string) *User {
	for _, u := range s.users {
		if u.TenantID == tenant && !u.NoMailbox && u.has(address) {
			return u
		}
	}
	return nil
}

func (u *User) has(address string) bool {
	return strings.EqualFold(u.Mail, address) || strings.EqualFold(u.UserPrincipalName, address) ||
		slices.ContainsFunc(u.ProxyAddresses, func(p string) bool { return strings.EqualFold(p, "smtp:"+address) })
}

func (u *User) address() EmailAddress {
	return EmailAddress{Name: u.DisplayName, Address: u.Mail}
}
