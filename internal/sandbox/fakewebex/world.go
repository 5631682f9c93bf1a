package fakewebex

import "time"

// Person is somebody with a Webex account.
type Person struct {
	ID          string   // bare uuid; made when empty
	Email       string   // lower case; names the person in all verbs
	DisplayName string   // "First Last" when empty
	FirstName   string   //
	LastName    string   //
	Aliases     []string // further addresses; hostEmail does not take them (sandbox's choice)
	Sites       []string // siteUrl of each site where the person may host; the first is the preferred one
	Attends     []string // siteUrl of each site where the person is an attendee only
	TimeZone    string   // IANA name, may be empty
	Org         string   // bare uuid of the organisation; one common organisation when empty
	Roles       []Role   // none for most

	InvitePending bool // has not activated the account yet: may not host
	LoginDisabled bool // has left: tokens are refused, may not host

	// NoPersonalRoom: the site gives this person none. Webex does not say what
	// it answers then; 404 is the sandbox's choice.
	NoPersonalRoom bool
}

// Role is what an administrator may do.
type Role string

// FullAdmin is the role of full administrators, who are administrators of all
// sites here. Only they may grant admin scopes.
const FullAdmin Role = "id_full_admin"

// Organization is a customer of Webex.
type Organization struct {
	ID   string // bare uuid, as in Person.Org; the common organisation when empty
	Name string // displayName
}

// Integration is an OAuth client registered with Webex.
type Integration struct {
	ClientID     string   // "C" and 64 hexadecimal digits; made when empty
	Secret       string   // made when empty
	Name         string   // shown on the consent page
	RedirectURIs []string // compared exactly
	Scopes       []string // what it may ask for, OpenID scopes apart
}

// State is where a meeting stands.
type State string

// The states of a meeting
// (https://developer.webex.com/docs/meetings#meeting-states).
const (
	Active     State = "active"
	InProgress State = "inProgress"
	Expired    State = "expired"
)

// Meeting is one scheduled meeting as the sandbox's world sees it, everything
// included that the API would hide from some callers.
type Meeting struct {
	ID            string // 32 lower-case hexadecimal digits
	Number        string // 11 digits
	Title         string
	Agenda        string
	Password      string
	PhonePassword string // 8 digits
	HostKey       string // 6 digits
	Host          string // e-mail address
	Site          string // siteUrl
	WebLink       string
	SIPAddress    string
	Start, End    time.Time           // UTC, whole minutes
	TimeZone      string              // IANA name of the zone it was scheduled in
	Recurrence    string              // RRULE value, as answers show it; empty: a single meeting
	State         State               // by the clock; read only
	Invitees      []Invitee           // sorted by e-mail address
	Tags          map[string][]string // integrationTags by client id
	Options       map[string]any      // the option properties that were set
	Template      string              // id of the one it was made by
	TrackingCodes []TrackingValue     // in the order in which they were given
	OwnPassword   bool                // somebody chose the password; else Webex drew it
	Client        string              // client id that created it; empty when a person did
	Connector     bool                // made by a Webex calendar connector: the API may not change it
	FixedHost     bool                // the API may not give it to another host, for a reason that no page names

	series     *series     // nil: a single meeting
	exceptions []exception // by original start
}

// Invitee is somebody invited to a meeting in Webex.
type Invitee struct {
	ID          string // meeting id, "_" and digits
	Email       string
	DisplayName string
	CoHost      bool
	Panelist    bool
}

// Mail is a message that Webex would have sent because of an API call that
// did not say sendEmail false.
type Mail struct {
	Time    time.Time
	To      string // e-mail address
	About   string // the meeting's title
	Meeting string // the meeting's id
	Because string // method and path of the call
}
