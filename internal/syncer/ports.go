package syncer

import (
	"context"
	"time"

	"webex-scheduler/internal/meeting"
)

// Calendar is what the syncer needs of Microsoft Graph. Every call acts on one
// mailbox. Errors: errs.SignedOut (no live grant), Throttled (with a time if
// Graph named one), Forbidden, NotFound, Invalid, Conflict (If-Match refused),
// Unavailable; for writes Uncertain instead when the effect is unknown.
type Calendar interface {
	// Events reads the events, one call for all of them; the answer has one
	// Sighting for each id, in the same order.
	Events(ctx context.Context, mailbox meeting.AccountID, ids []meeting.EventID) ([]meeting.Sighting, error)
	// EventsByICalUID returns the mailbox's events with that iCalUId.
	EventsByICalUID(ctx context.Context, mailbox meeting.AccountID, uid string) ([]meeting.Event, error)
	// View returns what the calendar shows between from and to.
	View(ctx context.Context, mailbox meeting.AccountID, from, to time.Time) ([]meeting.EventRef, error)
	// ChangedSince returns singles and masters whose last modification is not
	// before since.
	ChangedSince(ctx context.Context, mailbox meeting.AccountID, since time.Time) ([]meeting.EventRef, error)
	// EndingAfter returns singles that end after t, and all masters.
	EndingAfter(ctx context.Context, mailbox meeting.AccountID, t time.Time) ([]meeting.EventRef, error)
	// Series reads a master with what departs from its rule. Errors as in a Sighting.
	Series(ctx context.Context, mailbox meeting.AccountID, master meeting.EventID) (meeting.Series, error)
	// Instances lists the dates of a series that overlap from to to.
	Instances(ctx context.Context, mailbox meeting.AccountID, master meeting.EventID, from, to time.Time) ([]meeting.Instance, error)
	// WriteEvent changes the event if it still has that ETag and returns it as it then is.
	WriteEvent(ctx context.Context, mailbox meeting.AccountID, id meeting.EventID, etag string, patch meeting.EventPatch) (meeting.Event, error)
}

// Subscriber is what the syncer needs of Graph's subscriptions. Errors as for
// Calendar; a Conflict of Subscribe carries in its Code the id of the
// subscription that is in the way.
type Subscriber interface {
	Subscribe(ctx context.Context, mailbox meeting.AccountID, as meeting.Authority, clientState meeting.Secret, until time.Time) (graphID string, expires time.Time, err error)
	// Of a subscription that is there Mailbox, GraphID and Authority count.
	RenewSubscription(ctx context.Context, sub meeting.Subscription, until time.Time) (expires time.Time, err error)
	ReauthorizeSubscription(ctx context.Context, sub meeting.Subscription) error
	// Subscription reads whether it still lives; errs.NotFound if not.
	Subscription(ctx context.Context, sub meeting.Subscription) (expires time.Time, err error)
	// Unsubscribe succeeds too when it is gone already.
	Unsubscribe(ctx context.Context, sub meeting.Subscription) error
}

// Meetings is what the syncer needs of Webex. Errors as for Calendar, and
// errs.InProgress. Of UpdateMeeting, Invalid with the code "interval" means that
// an occurrence may not be moved there. Update, delete and the calls about
// invitees take an occurrence's id too. No call makes Webex mail anybody.
type Meetings interface {
	CreateMeeting(ctx context.Context, host meeting.Host, spec meeting.MeetingSpec) (meeting.Meeting, error)
	UpdateMeeting(ctx context.Context, host meeting.Host, id meeting.MeetingID, patch meeting.MeetingPatch) (meeting.Meeting, error)
	// ReassignHost gives a meeting of the site, or a series, to host, with an
	// administrator's grant. It succeeds too when it is the host's already.
	ReassignHost(ctx context.Context, host meeting.Host, site string, id meeting.MeetingID) error
	// DeleteMeeting succeeds too when it is gone already.
	DeleteMeeting(ctx context.Context, host meeting.Host, id meeting.MeetingID) error
	// Meeting reads one; errs.NotFound: it is gone, or not visible to the host.
	Meeting(ctx context.Context, host meeting.Host, id meeting.MeetingID) (meeting.Meeting, error)
	// MeetingsBetween lists the host's single meetings and series that lie, with any
	// date, between from and to.
	MeetingsBetween(ctx context.Context, host meeting.Host, from, to time.Time) ([]meeting.Meeting, error)
	// MeetingsByTag lists what carries the tag between from and to.
	MeetingsByTag(ctx context.Context, host meeting.Host, tag string, from, to time.Time) ([]meeting.Meeting, error)
	// MeetingByLink finds the meeting that a join link leads to; errs.NotFound if none is visible.
	MeetingByLink(ctx context.Context, host meeting.Host, webLink string) (meeting.Meeting, error)
	// Occurrences lists the dates of a series that stand between from and to, by
	// original start; one that was moved out of that time is missing.
	Occurrences(ctx context.Context, host meeting.Host, series meeting.MeetingID, from, to time.Time) ([]meeting.WebexOccurrence, error)
	Invitees(ctx context.Context, host meeting.Host, id meeting.MeetingID) ([]meeting.Invitee, error)
	// AddInvitees adds any number; of those already there it changes who is a cohost.
	AddInvitees(ctx context.Context, host meeting.Host, id meeting.MeetingID, add []meeting.Invitee) error
	// RemoveInvitee takes the invitee's own id (from Invitees); gone already is success.
	RemoveInvitee(ctx context.Context, host meeting.Host, inviteeID string) error
	// TrackingCodes lists what the host's meetings may, or have to, say at the site.
	TrackingCodes(ctx context.Context, host meeting.Host, site string) ([]meeting.TrackingCode, error)
	// Room returns the host's Personal Room's join details and site; errs.NotFound or Forbidden: has none.
	Room(ctx context.Context, host meeting.Host) (meeting.Meeting, error)
	// Joined reports whether anybody ever joined the meeting, or is in it now.
	Joined(ctx context.Context, host meeting.Host, id meeting.MeetingID) (bool, error)
}

// Leases hands out mailboxes with due work, each to one holder at a time.
type Leases interface {
	// Claim takes up to limit due mailboxes whose lease is over, oldest due
	// first, one tenant in turn.
	Claim(ctx context.Context, limit int, lease time.Duration) ([]meeting.Claim, error)
	// Renew prolongs the lease. errs.Conflict: it was lost.
	Renew(ctx context.Context, claim meeting.Claim, lease time.Duration) error
	// Release ends the lease and computes from work, sweep and subscription
	// when the mailbox is due again. A lost lease is no error.
	Release(ctx context.Context, claim meeting.Claim) error
	// NextDue returns when the earliest mailbox is due (or its lease ends, if
	// that is later); ok is false while nothing waits.
	NextDue(ctx context.Context) (at time.Time, ok bool, err error)
}

// Budgets is what each Webex identity may still ask for, over all processes.
type Budgets interface {
	// Spend takes calls and creates from the budget, of which quota are the
	// creates of a day. errs.Throttled with a time: nothing was taken, not before
	// then; its Code is "creates" if those of the day are used up.
	Spend(ctx context.Context, identity string, calls, creates, quota int) error
	// BlockIdentity stops the identity until then.
	BlockIdentity(ctx context.Context, identity string, until time.Time) error
}

// Store keeps what the syncer knows. Every method with a claim returns
// errs.Conflict and changes nothing if the claim's lease was lost.
type Store interface {
	Leases
	Budgets
	hookStore

	// Mark commits the marks durably and makes their mailboxes due. Marks of
	// mailboxes that are not kept in step are dropped.
	Mark(ctx context.Context, marks []meeting.Mark) error
	// Bite returns the mailbox's work that is due: what is urgent, then the
	// oldest first.
	Bite(ctx context.Context, claim meeting.Claim, limit int) ([]meeting.Work, error)
	// Done removes the work unless a newer mark came.
	Done(ctx context.Context, claim meeting.Claim, work meeting.Work) error
	// Postpone stores NotBefore, Attempts, Reason and Late of work. A newer mark
	// keeps it due at once, except when hold is set (throttling, quota, a running
	// meeting, a lost create): then new marks wait too. Nor is the Late of a newer
	// mark made earlier.
	Postpone(ctx context.Context, claim meeting.Claim, work meeting.Work, hold bool) error

	Account(ctx context.Context, id meeting.AccountID) (meeting.Account, error)
	// Host returns the grant that the mailbox's meetings are made with, live or
	// not: for a mailbox of a tenant whose Webex organisation has a host for it,
	// the organisation's, with HostEmail, HostID, Aliases and Site of the host;
	// otherwise the account's own newest. errs.NotFound if there is neither.
	Host(ctx context.Context, mailbox meeting.AccountID) (meeting.Grant, error)
	// GrantByID returns the grant, live or not; errs.NotFound if it was deleted.
	GrantByID(ctx context.Context, id meeting.GrantID) (meeting.Grant, error)
	// Settings returns what the tenant's owners decided; zero if there are none.
	Settings(ctx context.Context, tenant meeting.TenantID) (meeting.Settings, error)
	// Preferences returns what the person chose; the zero value for somebody who
	// chose nothing.
	Preferences(ctx context.Context, account meeting.AccountID) (meeting.Preferences, error)
	// LookAtTenant has somebody look whether the tenant still lets us in.
	LookAtTenant(ctx context.Context, tenant meeting.TenantID) error

	// Unread reports whether a marked event of the mailbox was not read since,
	// as far as it could have been.
	Unread(ctx context.Context, mailbox meeting.AccountID) (bool, error)

	// Links returns the links of the given events, and the drafts that are for
	// them; events without any are absent.
	Links(ctx context.Context, mailbox meeting.AccountID, events []meeting.EventID) ([]meeting.Link, error)
	// LinkByKey looks in all mailboxes; errs.NotFound if there is none.
	LinkByKey(ctx context.Context, key meeting.LinkKey) (meeting.Link, error)
	// LinkByMeeting looks in all mailboxes; errs.NotFound if there is none.
	LinkByMeeting(ctx context.Context, id meeting.MeetingID) (meeting.Link, error)
	// LiveLinks returns the mailbox's links that have not ended and whose event ends
	// after t. Drafts are none of them.
	LiveLinks(ctx context.Context, mailbox meeting.AccountID, t time.Time) ([]meeting.Link, error)
	// Drafts returns the mailbox's drafts that have not ended, oldest first.
	Drafts(ctx context.Context, mailbox meeting.AccountID) ([]meeting.Link, error)
	// SaveLink inserts or replaces the link of its mailbox and event, save what
	// was asked of it and its client's key. If settles is not empty, the intent of that nonce is removed in the same
	// transaction, in which history is told too.
	SaveLink(ctx context.Context, claim meeting.Claim, link meeting.Link, settles string, history ...meeting.HistoryEntry) error
	// MoveLink replaces the link of event from by link, whose event is another
	// of the same mailbox, in one transaction. What was asked of it goes with it.
	MoveLink(ctx context.Context, claim meeting.Claim, from meeting.EventID, link meeting.Link) error

	// Deletions counts meetings deleted since t and those upcoming.
	Deletions(ctx context.Context, mailbox meeting.AccountID, since time.Time) (meeting.Deletions, error)

	// Intents returns the open intents of the event, oldest first.
	Intents(ctx context.Context, mailbox meeting.AccountID, event meeting.EventID) ([]meeting.Intent, error)
	// SaveIntent inserts or updates by nonce.
	SaveIntent(ctx context.Context, claim meeting.Claim, intent meeting.Intent) error
	DeleteIntent(ctx context.Context, claim meeting.Claim, nonce string) error
	// ReopenIntent inserts an intent that others have settled while its create
	// was under way. It needs no lease. One that is still open stays as it is.
	ReopenIntent(ctx context.Context, intent meeting.Intent) error

	// Strangers returns those of the meetings, given with the nonces they were made
	// under, that no link holds and no open intent looks for.
	Strangers(ctx context.Context, meetings map[meeting.MeetingID]string) (map[meeting.MeetingID]bool, error)
	// Orphans returns what the last list of the host's meetings showed without an event.
	Orphans(ctx context.Context, mailbox meeting.AccountID) ([]meeting.Orphan, error)
	// SaveOrphans stores what a list of all meetings that begin before until showed;
	// wishes stay.
	SaveOrphans(ctx context.Context, claim meeting.Claim, until time.Time, found []meeting.Orphan) error
	SaveOrphan(ctx context.Context, claim meeting.Claim, orphan meeting.Orphan) error
	DropOrphan(ctx context.Context, claim meeting.Claim, id meeting.MeetingID) error

	// Swept stores when the sweep that began at started ended, marks its finds
	// in the same transaction, and sets when the next is due.
	Swept(ctx context.Context, claim meeting.Claim, started time.Time, marks []meeting.Mark, next time.Time) error

	Subscriptions(ctx context.Context, mailbox meeting.AccountID) ([]meeting.Subscription, error)
	// SaveSubscription inserts or updates by ID. A clientState that is not
	// empty is stored as its hash.
	SaveSubscription(ctx context.Context, claim meeting.Claim, sub meeting.Subscription, clientState meeting.Secret) error
	DeleteSubscription(ctx context.Context, claim meeting.Claim, id string) error
	// SubscriptionWork sets when the mailbox's subscriptions want attention
	// next (zero: never), and whether a sweep is wanted now.
	SubscriptionWork(ctx context.Context, claim meeting.Claim, next time.Time, sweep bool) error
	// SubscriptionTrouble stores why there is no subscription; empty: there is one.
	SubscriptionTrouble(ctx context.Context, claim meeting.Claim, why meeting.Reason) error
	// Closed ends a closing mailbox: tokens and pending work are deleted.
	Closed(ctx context.Context, claim meeting.Claim) error
}
