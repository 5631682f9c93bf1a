package meeting

import (
	"slices"
	"time"
)

// TenantState says whether a tenant's administrator lets us in.
type TenantState string

// The states of a tenant. A tenant that nobody ever asked for has no row.
const (
	TenantProving    TenantState = "proving"    // consent came back and was not seen to work yet
	TenantAuthorised TenantState = "authorised" // calls that need the permissions succeed
	TenantWithdrawn  TenantState = "withdrawn"  // they are refused: nothing is called any more
)

// Tenant is a Microsoft 365 organisation whose administrator was asked, or
// said yes, for all of it.
type Tenant struct {
	ID      TenantID
	Name    string   // displayName of /organization; empty while it cannot be read
	Domains []string // verified domains, lower case; empty while they cannot be read: then every domain counts

	State       TenantState
	Reason      Reason    // why it is withdrawn, or not proven yet
	Granted     []string  // application permissions that calls have proven
	Excess      []string  // granted beyond need, as far as a token tells
	ConsentedAt time.Time // when an administrator last came back from the consent page
	RefusedAt   time.Time // first refusal that was not followed by a success; zero: none
	ProvenAt    time.Time // last time the calls succeeded

	Choice   Choice
	Settings Settings
	Paused   bool // by an owner: nothing is read or written
	Progress Progress

	WebexGrant   GrantID // of the Webex organisation, in use; empty: none
	WebexName    string  // of that organisation
	WebexOffered GrantID // linked and not confirmed yet
	WebexWaiting string  // name of the organisation that waits for the confirmation
}

// Has reports whether the permission is among those proven, by itself or
// within a wider one.
func (t Tenant) Has(name string) bool {
	for _, p := range Permissions {
		if p.Name == name {
			return p.CoveredBy(t.Granted)
		}
	}
	return slices.Contains(t.Granted, name)
}

// Who says whose mailboxes are kept in step.
type Who string

// The choices.
const (
	Nobody    Who = "nobody" // also the empty value
	Everybody Who = "everybody"
	Group     Who = "group"
	Listed    Who = "listed"
)

// Choice is whose mailboxes of a tenant are kept in step.
type Choice struct {
	Who       Who      `json:"who"`
	Group     ObjectID `json:"group,omitempty"`
	Addresses []string `json:"addresses,omitempty"` // lower case, no two the same
	// Assigned counts how often the tenant's assignments of hosts were changed.
	// The store counts: who saves a choice does not write it.
	Assigned int64 `json:"assigned,omitempty"`
}

// Equal reports whether both choose the same, with the same hosts assigned.
func (c Choice) Equal(other Choice) bool {
	return c.Who == other.Who && c.Group == other.Group && c.Assigned == other.Assigned && slices.Equal(c.Addresses, other.Addresses)
}

// Progress is how far the look through a tenant's directory has come.
type Progress struct {
	Doing   string    `json:"doing,omitempty"` // a few words for people; empty: nothing is under way
	Done    int       `json:"done,omitempty"`
	Total   int       `json:"total,omitempty"` // 0: not known yet
	Since   time.Time `json:"since,omitzero"`
	Ended   time.Time `json:"ended,omitzero"` // of the last complete look
	Trouble Reason    `json:"trouble,omitempty"`
}

// TenantClaim is the right to look after one tenant for a while.
type TenantClaim struct {
	Tenant TenantID
	Lease  int64 // a new number for each claim
}

// TenantAccount stands for the tenant itself where a grant belongs to all of
// it: the Webex organisation's. No person has this id.
func TenantAccount(t TenantID) AccountID { return NewAccountID(t, "organization") }

// Authority says on whose yes a mailbox is read and written.
type Authority string

// The authorities.
const (
	Individual Authority = "individual" // the person's own: a refresh token
	TenantWide Authority = "tenant"     // the administrator's: app-only, with a certificate
)
