package meeting

import "time"

// MeetingID is the id of a Webex meeting series; a one-off meeting is a series
// of one. Some calls take that of one occurrence of a series instead.
// https://developer.webex.com/docs/meetings
type MeetingID string

// Meeting is a Webex meeting as one answer showed it.
type Meeting struct {
	ID         MeetingID
	Title      string
	Start, End time.Time // UTC, minute precision
	State      string    // active, inProgress, expired
	HostEmail  string
	SiteURL    string // host name that Webex named, e.g. contoso.webex.com
	Rule       string // RRULE value of a series, its parts in Webex's own order
	Join       Join
	Tags       []string // only the same OAuth client sees them
}

// Join is what people need to join: the content of the join block.
type Join struct {
	WebLink       string
	Number        string // digits
	Password      Secret
	PhonePassword Secret // numeric, for phones and video systems
	SIPAddress    string
	DialInIP      string
	AccessCode    string
	CallIn        []CallIn
}

// CallIn is a telephone number to join by.
type CallIn struct {
	Label  string
	Number string
}

// Invitee is somebody invited to a Webex meeting.
type Invitee struct {
	ID    string // Webex's id; empty for a wish
	Email string // lower case
	Name  string
	// CoHost may start and lead the meeting too.
	CoHost bool `json:"CoHost,omitempty"`
}

// Shape is everything of an event that its Webex meeting follows: the wish
// derived from the calendar, and the same fields as Webex answered.
type Shape struct {
	Title    string    `json:"title"`
	Start    time.Time `json:"start"` // UTC, minute precision
	End      time.Time `json:"end"`
	Zone     string    `json:"zone"`     // IANA, never empty
	Invitees []Invitee `json:"invitees"` // sorted by address
	// Rule is how the meeting repeats: RFC 5545's RRULE value, counted from Start in
	// Zone. Empty: it is a single one.
	Rule string `json:"rule,omitempty"`
}

// MeetingSpec is what a create asks for.
type MeetingSpec struct {
	Shape
	Tags []string // at most 3 of 64 characters
	Site string   // empty: the person's preferred site
	// Options that are empty are not sent. Its cohosts are among the invitees.
	Options Options
}

// MeetingPatch is one change of a meeting. Nil fields are not sent: an
// unchanged time that is sent again resets a series.
// https://developer.webex.com/docs/api/v1/meetings/patch-a-meeting
type MeetingPatch struct {
	Title      *string
	Start, End *time.Time
	Zone       string // for Start and End
	// Rule is how it repeats from now on; one that is empty makes a series a single
	// meeting.
	Rule *string
	// Options holds what changed of them, and LeaveOutPassword as it shall be;
	// what is empty is not sent. Kind and template never change.
	Options *Options
}
