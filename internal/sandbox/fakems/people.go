package fakems

import (
	"slices"
	"strings"

	"webex-scheduler/internal/sandbox/trace"
)

// The verbs of this file are what an administrator does to people. user is an
// object id or user principal name.

// RenameUser gives a person another user principal name and primary address, as
// after a marriage. The old address stays theirs as an alias.
// https://learn.microsoft.com/microsoft-365/admin/add-users/change-a-user-name-and-email-address
func (s *Server) RenameUser(user, upn string) {
	defer s.lock()()
	u := s.person(user)
	if other := s.user(upn); other != nil && other != u {
		panic("fakems: there is another " + upn)
	}
	aliases := slices.DeleteFunc(slices.Clone(u.ProxyAddresses), func(p string) bool {
		return strings.HasPrefix(p, "SMTP:") || strings.EqualFold(p, "smtp:"+upn)
	})
	if !strings.EqualFold(u.Mail, upn) {
		aliases = append(aliases, "smtp:"+u.Mail)
	}
	delete(s.names, strings.ToLower(u.UserPrincipalName))
	u.UserPrincipalName, u.Mail = upn, upn
	u.ProxyAddresses = append([]string{"SMTP:" + upn}, aliases...)
	s.names[strings.ToLower(upn)] = u
	s.administered(u, "renamed")
}

// DisableUser blocks a person's sign-in: tokens are refused, the mailbox stays.
// https://learn.microsoft.com/entra/identity/users/users-revoke-access
func (s *Server) DisableUser(user string) {
	defer s.lock()()
	u := s.person(user)
	u.Disabled = true
	s.administered(u, "disabled")
}

// EnableUser lets a disabled person sign in again.
func (s *Server) EnableUser(user string) {
	defer s.lock()()
	u := s.person(user)
	u.Disabled = false
	s.administered(u, "enabled")
}

// LicenseUser gives a person a licence or takes it. The mailbox stays: the
// service keeps it for 30 days.
// https://learn.microsoft.com/microsoft-365/admin/manage/remove-licenses-from-users
func (s *Server) LicenseUser(user string, licensed bool) {
	defer s.lock()()
	u := s.person(user)
	u.Licensed = licensed
	s.administered(u, map[bool]string{true: "licensed", false: "unlicensed"}[licensed])
}

// RemoveUser deletes a person with mailbox, subscriptions, sessions and what
// they had consented to. Nobody is told.
func (s *Server) RemoveUser(user string) {
	defer s.lock()()
	u := s.person(user)
	s.administered(u, "removed")
	s.users = slices.DeleteFunc(s.users, func(other *User) bool { return other == u })
	delete(s.names, strings.ToLower(u.ID))
	delete(s.names, strings.ToLower(u.UserPrincipalName))
	delete(s.boxes, u.ID)
	for id, session := range s.entra.sessions {
		if session.user == u {
			delete(s.entra.sessions, id)
		}
	}
	for id, f := range s.entra.flows {
		if f.user == u {
			delete(s.entra.flows, id)
		}
	}
	for id, f := range s.entra.admin {
		if f.user == u {
			delete(s.entra.admin, id)
		}
	}
	for key := range s.entra.consents {
		if key.userID == u.ID {
			delete(s.entra.consents, key)
		}
	}
	for _, sub := range s.subs {
		sub.removed = sub.removed || sub.UserID == u.ID
	}
	s.tell()
}

// JoinGroup makes a person a direct member of the group with that id.
func (s *Server) JoinGroup(user, group string) {
	defer s.lock()()
	u := s.person(user)
	g := s.groupOf(u.TenantID, group)
	if !slices.Contains(u.Groups, g.ID) {
		u.Groups = append(slices.Clone(u.Groups), g.ID)
	}
	s.administered(u, "joined "+g.DisplayName)
}

// LeaveGroup ends a person's direct membership.
func (s *Server) LeaveGroup(user, group string) {
	defer s.lock()()
	u := s.person(user)
	g := s.groupOf(u.TenantID, group)
	u.Groups = slices.DeleteFunc(slices.Clone(u.Groups), func(id string) bool { return id == g.ID })
	s.administered(u, "left "+g.DisplayName)
}

func (s *Server) administered(u *User, verb string) {
	s.trace(trace.Entry{Service: trace.Person, Actor: u.UserPrincipalName, Method: verb, Path: "/users/" + u.ID, Note: "by an administrator"})
}

// isGuest reports whether u's account is at home in another tenant.
// https://learn.microsoft.com/entra/external-id/user-properties
func (u *User) isGuest() bool { return strings.Contains(u.UserPrincipalName, "#EXT#") }

// home is the tenant of u's own account: of a guest that of the address in the
// user principal name, personal accounts' when nobody here has it.
func (s *Server) home(u *User) string {
	name, _, guest := strings.Cut(u.UserPrincipalName, "#EXT#")
	if !guest {
		return u.TenantID
	}
	if i := strings.LastIndexByte(name, '_'); i >= 0 {
		if member := s.user(name[:i] + "@" + name[i+1:]); member != nil {
			return member.TenantID
		}
	}
	return PersonalTenant
}
