package meeting

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Service is the other side of a grant.
type Service string

// The services.
const (
	Microsoft Service = "microsoft"
	Webex     Service = "webex"
)

// GrantID names a stored authorisation. A meeting belongs to the grant that
// made it: Webex shows integration tags to nobody else.
type GrantID string

// NewGrantID names a grant by what it is: who disconnects and connects the same
// account of the service again finds the meetings made before still theirs,
// though the row was deleted meanwhile.
func NewGrantID(account AccountID, service Service, subjectID string) GrantID {
	sum := sha256.Sum256([]byte(string(account) + "\x00" + string(service) + "\x00" + subjectID))
	return GrantID(hex.EncodeToString(sum[:16]))
}

// GrantState says what a grant is good for.
type GrantState string

// The states of a grant.
const (
	GrantLive    GrantState = "live"
	GrantDead    GrantState = "dead"    // refused for good; the person has to connect again
	GrantClosing GrantState = "closing" // being disconnected: used for taking things down alone
	GrantOffered GrantState = "offered" // of an organisation, linked and waiting to be confirmed
)

// Grant is what a person allowed us at one service, without its tokens.
type Grant struct {
	ID        GrantID
	Account   AccountID
	Service   Service
	Subject   string   // for people: the UPN, or the Webex e-mail address
	SubjectID string   // object id, or Webex person id
	OrgID     string   // Webex organisation id; empty for Microsoft
	Site      string   // preferred Webex site, e.g. contoso.webex.com; empty for Microsoft
	Aliases   []string // the Webex person's e-mail addresses, lower case
	Scopes    []string // as granted
	State     GrantState
	Reason    Reason // why it is dead
	CreatedAt time.Time

	// HostEmail is the host that an organisation's grant acts for in this
	// mailbox, and HostID the host's Webex person id; both are empty for a
	// person's own grant. Aliases and Site are the host's then.
	HostEmail string
	HostID    string
}

// Person returns the Webex person id of who holds the meetings made with it.
func (g Grant) Person() string {
	if g.HostEmail != "" {
		return g.HostID
	}
	return g.SubjectID
}

// Host returns on whose behalf meetings are made with the grant.
func (g Grant) Host() Host { return Host{Grant: g.ID, Email: g.HostEmail} }

// Host says with which grant a call to Webex is made, and for whom.
// https://developer.webex.com/docs/meetings
type Host struct {
	Grant GrantID
	Email string // hostEmail; empty: the grant's own person
}

// Tokens is what the OAuth token endpoint gave.
type Tokens struct {
	Access          Secret
	AccessExpires   time.Time
	Refresh         Secret
	RefreshExpires  time.Time // zero if the service names no end
	PreviousRefresh Secret    // kept until Refresh has worked once
}
