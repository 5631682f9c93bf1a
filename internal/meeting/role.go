package meeting

import "time"

// Role is what somebody may do in the console of their tenant.
type Role string

// The roles, each of which may do what those after it may.
const (
	RoleOwner    Role = "owner"    // everything: mailboxes, settings, authorisation, who has which role
	RoleOperator Role = "operator" // keep it running: pause, look again, let deletions go on, give hosts
	RoleReader   Role = "reader"   // see how everything stands, and what was done
)

// May reports whether r includes the other role.
func (r Role) May(other Role) bool {
	rank := map[Role]int{RoleReader: 1, RoleOperator: 2, RoleOwner: 3}
	return rank[r] > 0 && rank[r] >= rank[other]
}

// Appointment is a role that an owner gave to somebody who owns nothing.
type Appointment struct {
	Account AccountID
	UPN     string // for people
	Role    Role   // RoleOperator or RoleReader
	Since   time.Time
	Giver   AccountID
}
