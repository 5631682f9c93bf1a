package views

// Consent is the page on which an administrator sees what is asked for.
type Consent struct {
	Frame        Frame
	Organisation string // by name; empty while it is not known
	Standing     Standing
	Ask          *Action // leads to Microsoft; nil: it cannot be asked
	Open         *Action // leads to the console
	Permissions  []AppPermission
	Excess       []string // granted beyond need
	Certificates []Certificate
	Redirect     string // address to register for the answer
}

// Standing is how far the authorisation has come.
type Standing struct {
	State      string
	Tone       Tone
	Text       []string
	Working    bool // something is being done; the page follows it
	MomentText string
	Moment     Moment
}

// AppPermission is one application permission, with what became of it.
type AppPermission struct {
	Name    string
	Words   string // Microsoft's
	May     string
	Feature string
	Why     string
	State   string
	Tone    Tone
}

// Certificate is one of the server's, as the app registration lists it.
type Certificate struct {
	Thumbprint string
	Expires    Moment
	State      string
	Tone       Tone
}

// Console is the first page for a tenant's owners.
type Console struct {
	Frame    Frame
	Notices  []Notice
	Offer    *Offer // a Webex organisation that waits for a yes
	Cards    []Card
	Progress *Progress
	Choice   ChoiceForm
	Hosts    Assignments
	Held     []HeldRow
	HeldMore Action
	List     MailboxList
}

// Notice is something to know first.
type Notice struct {
	Tone   Tone
	Text   string
	Action *Action
	Resume bool // offers to end the pause
}

// Offer is a Webex organisation that was linked and is not used yet.
type Offer struct {
	Organisation string
	Subject      string // who signed in at Webex; may be empty
	Tenant       string
	Grant        string // id for the form
}

// Card says how one part stands.
type Card struct {
	ID         string // of the heading
	Name       string
	Subject    string
	State      string
	Tone       Tone
	Text       string
	MomentText string
	Moment     Moment
	Action     *Action
	Look       bool // offers to look again
}

// Progress is work that is under way.
type Progress struct {
	Text  string
	Done  int
	Total int // 0: not known
	Since Moment
}

// ChoiceForm asks whose mailboxes are kept in step.
type ChoiceForm struct {
	Options   []Option
	Group     string
	Addresses string
	Refused   string // what is wrong with what was typed; empty: nothing
	About     string // the field it is about
}

// Assignments are the mailboxes that were given a Webex host, and the form for
// another.
type Assignments struct {
	Rows          []Assignment
	Mailbox, Host string // as typed
	Refused       string // what is wrong with that; empty: nothing
	About         string // the field it is about
}

// Assignment is a mailbox with the host that it was given.
type Assignment struct {
	Mailbox string
	Kind    string // may be empty
	Host    string
	URL     string // leads to the mailbox in the list
}

// Option is one answer of several.
type Option struct {
	Value    string
	Text     string
	Hint     string
	Checked  bool
	Disabled bool
}

// HeldRow is a mailbox whose deletions wait for a yes.
type HeldRow struct {
	Name    string
	UPN     string
	URL     string
	Text    string
	Release string // URL of the form
}

// MailboxList is a page of the tenant's mailboxes.
type MailboxList struct {
	Filters []Filter
	Search  string
	State   string // of the filter in force
	Rows    []MailboxRow
	Empty   string // instead of rows
	First   string // URL; empty: this is the first page
	Next    string // URL; empty: this is the last page
}

// Filter leads to the mailboxes in one state.
type Filter struct {
	Text    string
	Count   string
	URL     string
	Current bool
}

// MailboxRow is one mailbox.
type MailboxRow struct {
	Name        string
	UPN         string
	URL         string
	State       string
	Tone        Tone
	Why         string
	Host        string
	Meetings    string
	Problems    string
	HasProblems bool
}

// Mailbox is the page of one mailbox.
type Mailbox struct {
	Frame     Frame
	Name      string
	UPN       string
	Object    string
	State     string
	Tone      Tone
	Why       string
	Facts     []Fact
	Problems  []Meeting
	Meetings  []Meeting
	Held      string // how many meetings would be deleted; empty: none
	Release   string // URL of the form
	Orphans   []Orphan
	Decide    string // URL that decides on them
	LookAgain string // URL that has the mailbox looked through; empty: it is not kept in step
	History   string // URL of what became of its meetings
	Receipts  string // URL of its receipts
}

// Fact is one thing known; Text is shown where there is no moment.
type Fact struct {
	Name   string
	Text   string
	Moment Moment
}

// Preview is what a choice of mailboxes would change.
type Preview struct {
	Frame                 Frame
	Choice                string
	Who, Group, Addresses string // of the form that does it
	Begin, End, Stay      string
	Changes               bool
	Harmful               bool // mailboxes end
	Confirm               string
	Groups                []NameGroup
}

// NameGroup is people to whom the same would happen.
type NameGroup struct {
	ID    string // of the heading
	Title string
	Text  string
	Tone  Tone
	Names []Named
	More  string // how many are not named; empty: none
}

// Named is a person by name and address.
type Named struct {
	Name    string
	Address string
}

// Settings is the form of what the owners decide.
type Settings struct {
	Frame        Frame
	Saved        bool
	Refused      string
	KeywordsOff  bool
	BareIsRoom   bool
	CopyReceived bool
	PrivateTitle string
	UsualTitle   string // while PrivateTitle is empty
	Languages    []Option
	DryRun       bool
	Paused       bool
}

// Owners lists who may use the console.
type Owners struct {
	Frame   Frame
	Owners  []Owner
	Typed   string
	Refused string
}

// Owner is one of them.
type Owner struct {
	Name      string
	Object    string // id for the form
	Role      string
	By        string
	Since     Moment
	Self      bool
	Removable bool
}
