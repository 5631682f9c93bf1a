package meeting

import (
	"slices"
	"strings"
	"time"
)

// Directory roles whose holders may consent to application permissions for
// their whole tenant: template ids, as ID tokens carry them in wids.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
const (
	GlobalAdministrator         = "62e90394-69f5-4237-9190-012177145e10"
	PrivilegedRoleAdministrator = "e8611ab8-c189-46e8-94e1-60213ab1f814"
)

const (
	freshSignin = 10 * time.Minute
	clockSkew   = 5 * time.Minute // how far Microsoft's clock may be ahead of ours
)

// Administers reports whether the ID token proves, at now, somebody who may
// consent for the whole tenant: a member, not a guest, with one of the two
// roles, who has just signed in. What tells that is auth_time; only a
// registration that does not emit it is judged by when the token was issued.
func (i Identity) Administers(now time.Time) bool {
	at := i.AuthTime
	if at.IsZero() {
		at = i.IssuedAt
	}
	fresh := !at.IsZero() && !now.After(at.Add(freshSignin)) && !at.After(now.Add(clockSkew))
	return fresh && !i.Guest && slices.ContainsFunc(i.Roles, func(role string) bool {
		return strings.EqualFold(role, GlobalAdministrator) || strings.EqualFold(role, PrivilegedRoleAdministrator)
	})
}
