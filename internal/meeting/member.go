package meeting

import "time"

// Person is somebody in a tenant's directory.
// https://learn.microsoft.com/graph/api/resources/user
type Person struct {
	ID        ObjectID // GUID; where the directory cannot be read, the address that was given
	UPN       string
	Name      string
	Mail      string   // primary SMTP address; may be empty
	Addresses []string // all SMTP addresses, lower case, primary first
	Language  string   // preferredLanguage, BCP 47
	Disabled  bool     // may not sign in
	Guest     bool
	Licensed  bool // has a licence, as far as the directory says
}

// Member is somebody whose mailbox an owner of the tenant chose, with what
// became of it.
type Member struct {
	Person   Person
	Account  AccountID
	Standing Reason // why the mailbox is left out; empty: it is kept in step

	Host      WebexPerson // who hosts the meetings; zero: nobody yet
	HostTrust Reason      // why there is no host; empty: there is, or nobody looked yet
	Assigned  string      // Webex person id of the host that an owner gave it; empty: mapped by address
	SeenAt    time.Time   // last complete look at the directory that had them
}

// Kept reports whether the member's mailbox is kept in step.
func (m Member) Kept() bool { return m.Standing == "" }

// MemberChange is one change of a tenant's roster.
type MemberChange struct {
	Member Member
	Was    AccountID // the same mailbox until now, under the address it was given by; empty: no other
	Gone   bool      // not chosen any more: the mailbox ends, the row goes
	Reason Reason
}

// Why somebody is left out, or changed.
const (
	LeftGuest      Reason = "guest"
	LeftDomain     Reason = "foreign domain"   // the primary address is not of a verified domain
	LeftDisabled   Reason = "account disabled" // may not sign in: a leaver
	LeftUnlicensed Reason = "no licence"
	LeftUnknown    Reason = "unknown address" // nobody in the directory, or no mailbox, has it
	LeftTwice      Reason = "listed twice"    // another address on the list is the same mailbox

	MemberJoined  Reason = "joined"
	MemberLeft    Reason = "left"
	MemberChanged Reason = "changed"
	MemberNamed   Reason = "object id known"
	HostFound     Reason = "webex host found"
	HostLost      Reason = "webex host gone"
)

// Why a member has no Webex host.
const (
	HostNone     Reason = "no webex account"
	HostCannot   Reason = "webex account cannot host"
	HostNoWebex  Reason = "webex organisation not connected"
	HostNotAsked Reason = "not looked up yet"
	HostGone     Reason = "assigned webex account gone"
)

// Owner is somebody who may use a tenant's console.
type Owner struct {
	Account AccountID
	UPN     string // for people
	By      OwnerBy
	Since   time.Time
	Giver   AccountID // who appointed them; empty if nobody did
}

// OwnerBy says what makes somebody an owner.
type OwnerBy string

// What makes an owner.
const (
	OwnerConfigured OwnerBy = "configured"     // SCHEDULER_ADMINS
	OwnerProven     OwnerBy = "directory role" // a fresh sign-in showed a Microsoft administrator role
	OwnerAppointed  OwnerBy = "appointed"      // by another owner
)

// Preview is what a choice of mailboxes would change.
type Preview struct {
	Choice  Choice
	Begin   []Member // would be kept in step from then on
	End     []Member // would not be any more
	Stay    int      // would stay as they are
	LeftOut []Member // chosen, and left out all the same; Standing says why
	NoHost  []Member // kept in step without a Webex host; HostTrust says why
}

// MailboxState is how the console sorts mailboxes.
type MailboxState string

// The states, each mailbox in one.
const (
	MailboxInStep   MailboxState = "in step"
	MailboxStarting MailboxState = "starting"  // chosen, and not looked through yet
	MailboxTrouble  MailboxState = "trouble"   // no subscription, or no mailbox
	MailboxProblems MailboxState = "problems"  // some of its events have a problem
	MailboxHeld     MailboxState = "held"      // deletions wait for a yes
	MailboxNoHost   MailboxState = "no host"   // nobody in Webex to hold the meetings
	MailboxLeftOut  MailboxState = "left out"  // Standing says why
	MailboxOwnGrant MailboxState = "by itself" // connected by its person, not by the tenant
)

// MailboxStates lists them in the order they are shown.
var MailboxStates = []MailboxState{
	MailboxHeld, MailboxTrouble, MailboxNoHost, MailboxProblems, MailboxStarting, MailboxInStep, MailboxOwnGrant, MailboxLeftOut,
}

// ConsoleMailbox is a line of the console.
type ConsoleMailbox struct {
	Account  AccountID
	UPN      string
	Name     string
	State    MailboxState
	Why      Reason // of left out, no host or trouble
	Host     string // address of the Webex host; empty: none
	Assigned bool   // by an owner
	Meetings int    // upcoming
	Problems int    // of events that are not over
	Held     int    // deletions that wait for a yes
	SweptAt  time.Time
}

// ConsoleQuery narrows and pages the console's list.
type ConsoleQuery struct {
	State  MailboxState // empty: all
	Search string       // part of UPN, name or address
	After  AccountID    // the last of the page before; empty: from the beginning
	Limit  int
}
