package web

import (
	"context"
	"net/url"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
)

// Store is what the pages keep: its parts, in one value.
type Store interface {
	Flows
	Accounts
	Sessions
	Grants
	Mailboxes
	Links
	Tenants
	Owners
	Requests
	Panes
	Receipts
	// Ready reports whether the database is reachable and migrated.
	Ready(ctx context.Context) error
}

// Receipts keeps what was done to mailboxes, and by administrators.
type Receipts interface {
	KeepReceipt(ctx context.Context, chain receipt.Chain, entry receipt.Entry) error
	// KeepReceipts stores what the context's book holds.
	KeepReceipts(ctx context.Context, chain receipt.Chain) error
	// EachReceipt hands over all of a chain's, in order.
	EachReceipt(ctx context.Context, chain receipt.Chain, take func(receipt.Row) error) error
	// Receipts returns the newest, newest first.
	Receipts(ctx context.Context, chain receipt.Chain, limit int) ([]receipt.Row, error)
}

// Flows keeps redirects that have not come back yet.
type Flows interface {
	SaveFlow(ctx context.Context, flow meeting.Flow) error
	// TakeFlow returns the flow and makes it unusable. errs.NotFound: unknown,
	// used, expired, of another kind or of another browser.
	TakeFlow(ctx context.Context, kind meeting.FlowKind, state, browser meeting.Secret) (meeting.Flow, error)
}

// Accounts keeps who signed in.
type Accounts interface {
	// SaveAccount inserts or updates; KeywordsOff stays as it is.
	SaveAccount(ctx context.Context, account meeting.Account) error
	// Account returns errs.NotFound for somebody who never signed in.
	Account(ctx context.Context, id meeting.AccountID) (meeting.Account, error)
	// AccountByAddress finds who of the tenant's people signed in here and has
	// the address, as UPN or for mail; errs.NotFound: nobody.
	// errs.Conflict: several have it.
	AccountByAddress(ctx context.Context, tenant meeting.TenantID, address string) (meeting.AccountID, error)
}

// Sessions keeps browser sessions by the hash of their ids.
type Sessions interface {
	CreateSession(ctx context.Context, id meeting.Secret, account meeting.AccountID) error
	// Session returns errs.NotFound for one that ended or never was.
	Session(ctx context.Context, id meeting.Secret) (meeting.Session, error)
	// EndSession succeeds too when there is none.
	EndSession(ctx context.Context, id meeting.Secret) error
}

// Grants keeps what people allowed us.
type Grants interface {
	// Grant returns the newest grant, live or not; errs.NotFound if there never was one.
	Grant(ctx context.Context, account meeting.AccountID, service meeting.Service) (meeting.Grant, error)
	SaveGrant(ctx context.Context, grant meeting.Grant, tokens meeting.Tokens) (meeting.GrantID, error)
	// Connect starts to keep the mailbox in step and looks through it anew;
	// false while one of the two grants is missing or dead.
	Connect(ctx context.Context, account meeting.AccountID) (bool, error)
	// Disconnect ends sessions, pending work and grants; what has to be taken
	// down at Microsoft and Webex follows in the background.
	Disconnect(ctx context.Context, account meeting.AccountID) error
	// Erase disconnects, and deletes all that is kept of the person once that is
	// done. errs.Conflict: the mailbox is kept for its tenant.
	Erase(ctx context.Context, account meeting.AccountID) error
}

// Mailboxes knows how the work on a mailbox stands.
type Mailboxes interface {
	// Mailbox returns the zero value for one that is not kept in step.
	Mailbox(ctx context.Context, account meeting.AccountID) (meeting.Mailbox, error)
	// LiftHold lets held deletions go on for an hour; errs.NotFound for a
	// mailbox that is not kept in step.
	LiftHold(ctx context.Context, account meeting.AccountID) error
	// Host returns with which Webex grant the mailbox's meetings are made, and
	// for whom: HostEmail is empty for the person's own. errs.NotFound: nobody.
	Host(ctx context.Context, mailbox meeting.AccountID) (meeting.Grant, error)
}

// Links reads which event has which meeting.
type Links interface {
	AccountLinks(ctx context.Context, account meeting.AccountID) ([]meeting.Link, error)
	// LinkByKey looks in all mailboxes; errs.NotFound if there is none.
	LinkByKey(ctx context.Context, key meeting.LinkKey) (meeting.Link, error)
	// KeptLinks returns all of the account's, also those that ended or are over.
	KeptLinks(ctx context.Context, account meeting.AccountID) ([]meeting.Link, error)
	// History returns what became of the mailbox's meetings, newest first.
	History(ctx context.Context, mailbox meeting.AccountID, limit int) ([]meeting.HistoryEntry, error)
	// Orphans returns the meetings of the account's Webex host that no event has.
	Orphans(ctx context.Context, account meeting.AccountID) ([]meeting.Orphan, error)
	// WishOrphan has done with an orphan what the person wants; errs.NotFound: it
	// is none, or has no event to be given to.
	WishOrphan(ctx context.Context, account meeting.AccountID, id meeting.MeetingID, wish meeting.OrphanWish) error
}

// Microsoft signs people in and asks for their calendar. Errors of the Finish
// calls are told to the person: errs.Forbidden (an account that is not
// admitted, another person, or the calendar not allowed), errs.Invalid (a code
// or token that does not hold), errs.Unavailable and errs.Throttled have a
// sentence for people as their Message; all others are our own fault.
type Microsoft interface {
	SigninURL(ctx context.Context, flow meeting.Flow, loginHint string) (string, error)
	FinishSignin(ctx context.Context, flow meeting.Flow, code string) (meeting.Identity, error)
	ConsentURL(ctx context.Context, flow meeting.Flow, loginHint string) (string, error)
	// FinishConsent returns tokens only for the person of the flow.
	FinishConsent(ctx context.Context, flow meeting.Flow, code string) (meeting.Identity, meeting.Tokens, []string, error)

	// AdminConsentURL is where an administrator lets us in for the whole tenant
	// of the flow's account.
	AdminConsentURL(ctx context.Context, flow meeting.Flow) (string, error)
	// AdminConsentRefused reads the query of the consent page's answer: nil if
	// it is a yes for the tenant of the flow's account. Anybody can write one:
	// it proves nothing.
	AdminConsentRefused(flow meeting.Flow, query url.Values) error
	// ProveURL asks the flow's account to sign in anew, whoever is signed in at
	// Microsoft; FinishSignin ends it and tells roles and time.
	ProveURL(ctx context.Context, flow meeting.Flow, loginHint string) (string, error)
}

// Webex links a Webex account, or the organisation of one: the flow's kind says
// what is asked for. Errors as for Microsoft.
type Webex interface {
	LinkURL(flow meeting.Flow, loginHint string) string
	FinishLink(ctx context.Context, flow meeting.Flow, code string) (meeting.Tokens, []string, error)
}

// Refusal says what a callback means that came back with OAuth's error=word.
// Both words are anybody's; errors are as those of the Finish calls.
type Refusal func(service meeting.Service, word, description string) error

// Profiles reads the signed-in person's own profile at Graph.
type Profiles interface {
	Profile(ctx context.Context, mailbox meeting.AccountID) (meeting.Account, error)
}

// People asks Webex whose token this is: subject, organisation, site, addresses.
type People interface {
	Me(ctx context.Context, token meeting.Secret) (meeting.Grant, error)
	// Organization returns the organisation of whom the token belongs to; the
	// name is empty if it may not be read.
	Organization(ctx context.Context, token meeting.Secret) (id, name string, err error)
}

// Intake takes Graph's deliveries. Nil means durable. errs.Invalid: not what
// Graph sends; errs.Busy: the queue is full or the database away.
type Intake interface {
	Receive(ctx context.Context, body []byte) error
	ReceiveLifecycle(ctx context.Context, body []byte) error
}

// Hooks takes Webex's deliveries. Nil means durable. errs.SignedOut: not signed
// with the secret of the webhook with that id; errs.Invalid: not what Webex
// sends; errs.Busy: the database is away.
type Hooks interface {
	// ReceiveHook takes the headers X-Spark-Signature and X-Webex-Signature.
	ReceiveHook(ctx context.Context, id, spark, webex string, body []byte) error
}

// Tenants keeps organisations whose administrator was asked for all of it.
// Every method names the tenant, and sees nothing of another.
type Tenants interface {
	// Tenant returns errs.NotFound for one that nobody ever asked for.
	Tenant(ctx context.Context, id meeting.TenantID) (meeting.Tenant, error)
	// BeginProof notes that an administrator came back from the consent page:
	// the tenant is proving unless it is authorised, and is looked at at once.
	BeginProof(ctx context.Context, id meeting.TenantID) error
	// LookAtTenant has it looked at at once: consent, directory, hosts.
	LookAtTenant(ctx context.Context, id meeting.TenantID) error
	// SaveChoice has whose mailboxes are kept in step taken up at once.
	SaveChoice(ctx context.Context, id meeting.TenantID, choice meeting.Choice) error
	// Assignments lists the hosts that owners gave to mailboxes, by address.
	Assignments(ctx context.Context, id meeting.TenantID) ([]meeting.Assignment, error)
	// SaveAssignment gives a mailbox a host, in place of an earlier one, and has
	// it taken up at once.
	SaveAssignment(ctx context.Context, id meeting.TenantID, assignment meeting.Assignment) error
	// DropAssignment takes it back. errs.NotFound: none was given in this tenant.
	DropAssignment(ctx context.Context, id meeting.TenantID, address string) error
	// SaveSettings applies them from the next look at each event on. Leaving
	// the dry run has all mailboxes swept.
	SaveSettings(ctx context.Context, id meeting.TenantID, settings meeting.Settings) error
	// PauseTenant stops the tenant's mailboxes, or lets them go on.
	PauseTenant(ctx context.Context, id meeting.TenantID, paused bool) error
	// OfferWebex keeps the grant of a Webex organisation until it is confirmed;
	// name is the organisation's. An older offer is dropped.
	OfferWebex(ctx context.Context, id meeting.TenantID, name string, grant meeting.Grant, tokens meeting.Tokens) (meeting.GrantID, error)
	// ConfirmWebex takes the offered grant into use in place of the older one.
	// errs.Conflict: it is not the one that is offered.
	ConfirmWebex(ctx context.Context, id meeting.TenantID, offered meeting.GrantID) error

	// NameMember tells whose mailbox it is that an owner gave by its address:
	// what the account's tenant keeps under that address goes on under the
	// account. Otherwise nothing changes. Not to be called for guests.
	NameMember(ctx context.Context, account meeting.AccountID, upn string) error

	// MailboxCounts counts the tenant's mailboxes by state.
	MailboxCounts(ctx context.Context, id meeting.TenantID) (map[meeting.MailboxState]int, error)
	// ConsoleMailboxes lists them, ordered by account.
	ConsoleMailboxes(ctx context.Context, id meeting.TenantID, query meeting.ConsoleQuery) ([]meeting.ConsoleMailbox, error)
	// ConsoleMailbox returns errs.NotFound for a mailbox of another tenant.
	ConsoleMailbox(ctx context.Context, id meeting.TenantID, account meeting.AccountID) (meeting.ConsoleMailbox, error)
}

// Owners keeps who may use a tenant's console.
type Owners interface {
	// Owners lists those who were proven, appointed, or bound by name.
	Owners(ctx context.Context, tenant meeting.TenantID) ([]meeting.Owner, error)
	// Appointments returns the roles that the tenant's owners gave.
	Appointments(ctx context.Context, tenant meeting.TenantID) ([]meeting.Appointment, error)
	SaveAppointment(ctx context.Context, a meeting.Appointment) error
	// DropAppointment also ends the account's sessions. errs.NotFound: it had no role.
	DropAppointment(ctx context.Context, account meeting.AccountID) error
	// SaveOwner inserts, or changes nothing if the account is an owner already.
	SaveOwner(ctx context.Context, owner meeting.Owner) error
	// DropOwner also ends the account's sessions. errs.NotFound: they were none.
	// errs.Conflict: the last one, and no others are configured.
	DropOwner(ctx context.Context, account meeting.AccountID, configured bool) error
	// BindOwner ties the name to the account if it is tied to nobody in this
	// account's tenant yet, and reports whether it is tied to the account.
	BindOwner(ctx context.Context, upn string, account meeting.AccountID) (bool, error)
	// BoundNames returns the names tied to the account.
	BoundNames(ctx context.Context, account meeting.AccountID) ([]string, error)
}

// Rehearsal tells what a choice would change, without changing it.
type Rehearsal interface {
	// Preview is of a choice of mailboxes. errs.NotFound: there is no such group;
	// errs.Forbidden: a permission is missing; errs.SignedOut: the tenant's
	// authorisation is gone.
	Preview(ctx context.Context, tenant meeting.TenantID, choice meeting.Choice) (meeting.Preview, error)
	// Assign is of the host of a mailbox: what would be kept, or why it cannot
	// be. Errors as for Preview, save that nothing is errs.NotFound.
	Assign(ctx context.Context, tenant meeting.TenantID, address, host string) (a meeting.Assignment, refused meeting.Reason, err error)
}

// Requests keeps what people ask for through the pane and the API, and how they
// like their meetings. Mailboxes are always the asking person's own.
type Requests interface {
	// SaveDraft keeps a draft and has its meeting made at once. A link of the
	// mailbox that has its ClientKey already is returned as it is, and nothing
	// changes. errs.NotFound: the mailbox is not kept in step.
	SaveDraft(ctx context.Context, draft meeting.Link) (meeting.Link, error)
	// MailboxLink returns the mailbox's own link with that key; errs.NotFound:
	// unknown, or another mailbox's.
	MailboxLink(ctx context.Context, mailbox meeting.AccountID, key meeting.LinkKey) (meeting.Link, error)
	// EventLink returns the link of the event, or the newest draft that is for
	// it, if it has not ended; errs.NotFound.
	EventLink(ctx context.Context, mailbox meeting.AccountID, event meeting.EventID) (meeting.Link, error)
	// Ask keeps what is asked of the link with that key under its next revision,
	// has it answered at once, and returns the link as it then is.
	// errs.NotFound as for MailboxLink.
	Ask(ctx context.Context, mailbox meeting.AccountID, key meeting.LinkKey, asked meeting.Asked) (meeting.Link, error)
	// MarkEvent has the event looked at at once.
	MarkEvent(ctx context.Context, mailbox meeting.AccountID, event meeting.EventID) error
	// SweepMailbox has the mailbox looked through at once. errs.NotFound: it is
	// not kept in step.
	SweepMailbox(ctx context.Context, account meeting.AccountID) error
	// Preferences returns the zero value for somebody who chose nothing.
	Preferences(ctx context.Context, account meeting.AccountID) (meeting.Preferences, error)
	// SavePreferences has the mailbox looked through if the keyword switch
	// changed. errs.NotFound: nobody of that id.
	SavePreferences(ctx context.Context, account meeting.AccountID, preferences meeting.Preferences) error
}

// Panes keeps the one-time codes and the bearer tokens of the pane, by hash.
// Disconnecting and the end of the browser session end them too.
type Panes interface {
	// SaveCode keeps a code for 60 seconds, with the challenge it answers to and
	// the browser session it came from.
	SaveCode(ctx context.Context, code meeting.Secret, challenge string, session meeting.Secret, account meeting.AccountID) error
	// TakeCode makes the code unusable, whatever comes of it, and returns whose
	// it was and its session's hash. errs.NotFound: unknown, used, late, or of
	// another challenge.
	TakeCode(ctx context.Context, code meeting.Secret, challenge string) (account meeting.AccountID, session string, err error)
	// SavePaneToken keeps a token for an hour.
	SavePaneToken(ctx context.Context, token meeting.Secret, account meeting.AccountID, session string) error
	// PaneToken returns errs.NotFound for one that ended or never was.
	PaneToken(ctx context.Context, token meeting.Secret) (meeting.AccountID, error)
	// EndPaneToken ends the token and the browser session it came from.
	EndPaneToken(ctx context.Context, token meeting.Secret) error
}

// Items finds events of a mailbox by an id as Office.js or Graph gave it (EWS,
// REST or immutable). errs.NotFound: not there, not known yet, or not this
// mailbox's. The event returned has the immutable id.
type Items interface {
	Item(ctx context.Context, mailbox meeting.AccountID, id string) (meeting.Event, error)
}

// Sites tells what a host's Webex site allows, and how its meetings are started.
type Sites interface {
	Offer(ctx context.Context, host meeting.Grant, language string) (meeting.Offer, error)
	// StartLink returns links that lead into the meeting: start is the host's own.
	StartLink(ctx context.Context, host meeting.Host, id meeting.MeetingID) (start, join string, err error)
}

// Shares tells what people may do in the calendars of others.
type Shares interface {
	// Right returns what who may do in the owner's calendar, and under which
	// address. errs.SignedOut: the calendar of one of them is not open to us.
	Right(ctx context.Context, owner, who meeting.AccountID) (right meeting.CalendarRight, address string, err error)
}

// Blocks edits bodies. Both report whether they changed anything.
type Blocks interface {
	// Put returns the body with exactly one block, the link's.
	Put(body meeting.Body, link meeting.Link, language string) (meeting.Body, bool)
	// Remove returns the body without any of ours.
	Remove(body meeting.Body) (meeting.Body, bool)
}

// AccessTokens checks what scripts present: an Entra access token for our API.
// errs.SignedOut: not valid. errs.Forbidden: valid, without our scope.
type AccessTokens interface {
	CheckAccess(ctx context.Context, token string) (meeting.Identity, error)
}
