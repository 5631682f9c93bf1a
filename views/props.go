// Package views renders the pages. Every page is a function of its props,
// which are ready to show: strings, URLs, booleans. No I/O, no rules.
package views

// Frame is what every page has around its content.
type Frame struct {
	Title   string
	Style   string   // URL of the style sheet
	Icon    string   // URL of the product's mark
	Scripts []string // URLs of ES modules; no page needs them to work
	Person  string   // who is signed in; empty: nobody
	Console bool     // the person may open the console
	// What the person may do there, beside reading.
	Owns, Operates bool
	Tabs           []Tab  // of the console
	Refresh        string // seconds until the page is asked for again; empty: never
}

// Tab leads to a page beside this one.
type Tab struct {
	Text    string
	URL     string
	Current bool
}

// Moment is a point in time.
type Moment struct {
	At   string // RFC 3339; empty: none
	Text string // the same for people without JavaScript, in UTC
}

// Tone colours a state; the words beside it say the same.
type Tone string

// The tones.
const (
	Good  Tone = "good"
	Wait  Tone = "wait"
	Bad   Tone = "bad"
	Plain Tone = "plain"
)

// Action is a link that leads on.
type Action struct {
	Text    string
	URL     string
	Outside bool // leaves our pages, in a window of its own
	Main    bool // what the page is there for
}

// Account is the account page.
type Account struct {
	Frame       Frame
	Services    []Service
	Steps       []Step // until there are meetings
	Problems    []Meeting
	Held        int // deletions among the problems that wait for a yes
	Orphans     []Orphan
	Meetings    []Meeting
	Filters     []Filter // of the meetings; none: there is nothing to choose from
	Show        string   // which filter; empty: what is to come
	Empty       string   // said where there is no meeting to show
	Look        bool     // the calendar may be looked through again
	Looked      Moment   // when it last was
	Preferences Preferences
	Calendar    Action // opens the person's calendar
	Permissions []Permission
	Withdraw    []Action // where the person takes back what was allowed
	ByTenant    bool     // the organisation keeps the mailbox in step
	Own         bool     // there is something of the person's own to disconnect
}

// Preferences is the form of how the person likes their meetings.
type Preferences struct {
	Saved            bool   // just now
	Refused          string // why not; empty otherwise
	Kinds            []Option
	Choices          []Choice
	Codes            []Code
	LeaveOutPassword bool
	Keywords         bool // typed in the location, they bring a meeting
	KeywordsByTenant bool // the organisation switched them off for everybody
}

// Choice is one of several values.
type Choice struct {
	Name    string
	Label   string
	Options []Option
}

// Code is a tracking code of the Webex site: one of Options, else text.
type Code struct {
	ID       string
	Name     string // as the site calls it
	Required bool   // no meeting is made without a value
	Value    string
	Options  []Option
	Known    []string // values of the site, where it takes others too
}

// Service is one of the two accounts.
type Service struct {
	ID      string // of the heading
	Name    string
	Subject string // the account by name; empty if there is none
	State   string
	Tone    Tone
	Text    string
	Action  *Action // what has to be done, if anything
}

// Step is one step of getting started.
type Step struct {
	Title string
	Text  string
	Done  bool
	Now   bool // the next one to do
}

// Meeting is an event with its meeting, or with what is in the way of one.
type Meeting struct {
	ID    string // of the heading
	Title string
	Start string // RFC 3339, UTC
	End   string
	When  string // the same for people without JavaScript, in UTC
	// Repeats: of a series, whose next date Start and End are.
	Repeats bool
	State   string
	Tone    Tone
	Text    string // what happened, or what is being waited for; may be empty
	Fix     string // what the person can do; empty if nothing
	Join    string // URL; empty if there is nothing to join
}

// Orphan is a meeting of the program's own making that no event has.
type Orphan struct {
	Meeting          // State is empty while nobody decided
	WebexID   string // of the meeting
	EventName string // of the event that could have it; empty: there is none
	Decided   bool
}

// Permission is one thing that the program may do, and why it wants to.
type Permission struct {
	Service string
	Name    string // as the service's own consent page calls it
	May     string
	Why     string
}

// Message is a page that says one thing: an error, or that something is done.
type Message struct {
	Frame     Frame
	Text      []string // paragraphs
	Actions   []Action // the first is the way on, unless it leads outside
	RequestID string   // shown with errors, to be found in the log; empty: not shown
}
