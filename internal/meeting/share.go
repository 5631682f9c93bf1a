package meeting

import "strings"

// Share is what the owner of a calendar lets somebody do in it.
// https://learn.microsoft.com/graph/api/resources/calendarpermission
type Share struct {
	Address string // primary SMTP address, lower case; empty for "My Organization"
	Role    CalendarRole
}

// CalendarRole is Graph's name of what a share allows.
type CalendarRole string

// The roles that let somebody write. All others read at the most.
const (
	RoleWrite           CalendarRole = "write"
	RoleDelegate        CalendarRole = "delegateWithoutPrivateEventAccess"
	RoleDelegatePrivate CalendarRole = "delegateWithPrivateEventAccess"
)

// CalendarRight is what somebody may do in the calendar of another.
type CalendarRight int

// The rights, each with those before it.
const (
	NoRight      CalendarRight = iota
	RightToWrite               // events that are not private
	RightToAll                 // private ones too
)

// RightOf returns what the owner's shares allow to who has the address. What
// everybody in the organisation may do makes nobody a delegate.
func RightOf(shares []Share, address string) CalendarRight {
	right := NoRight
	for _, share := range shares {
		if share.Address == "" || !strings.EqualFold(share.Address, address) {
			continue
		}
		switch share.Role {
		case RoleDelegatePrivate:
			right = RightToAll
		case RoleWrite, RoleDelegate:
			right = max(right, RightToWrite)
		}
	}
	return right
}
