package meeting

import "time"

// Mark says: look again at this event of this mailbox. Notification, sweep and
// click mean the same; nothing else of what they carried travels further, save
// the word that the event was deleted.
type Mark struct {
	Mailbox AccountID
	Event   EventID
	Deleted bool // a "deleted" notification named it
	Missing bool // a sweep did not find it
	Urgent  bool // somebody waits for it in the pane

	// Webex says that its meeting may have been changed or deleted in Webex: it
	// is looked at until then, since reads lag; zero: it need not be.
	Webex    time.Time
	Vanished bool // a "deleted" webhook named the meeting

	After time.Time // it need not be looked at before, nor what is in hand anew; zero: at once

	// Late says that a write to its meeting was sent under a lease that was
	// lost, and may arrive until then, after newer ones; zero: none.
	Late time.Time
}

// Work is a marked event, waiting.
type Work struct {
	Mailbox    AccountID
	Event      EventID
	Generation int64     // from a sequence, never repeats: a newer mark has a higher one
	MarkedAt   time.Time // of the first mark since it last waited for a time
	NotBefore  time.Time
	Attempts   int
	Reason     Reason // why it waits
	Deleted    bool   // later marks never clear these two
	Missing    bool
	Urgent     bool      // to be worked before all others
	Webex      time.Time // the latest of its marks
	Vanished   bool      // later marks never clear it
	Late       time.Time // the latest of its marks; then the meeting is set right once more
}

// Claim is the right to work one mailbox for a while. Every write of a result
// names its lease number; a claim that was overtaken changes nothing.
type Claim struct {
	Mailbox         AccountID
	Lease           int64 // a new number for each claim
	Until           time.Time
	SweepDue        time.Time // zero: no sweep wanted
	SweptAt         time.Time // start of the last complete sweep; zero before the first
	SubscriptionDue time.Time // zero: no subscription work wanted
	Closing         bool      // disconnected: take the subscription down, nothing else
	Authority       Authority // on whose yes it is worked
}

// Subscription is our row for a Graph change subscription of a mailbox.
type Subscription struct {
	ID          string // ours: first part of the client state
	Mailbox     AccountID
	GraphID     string    // empty until Graph's answer is stored
	Authority   Authority // whose token made it, and has to renew and delete it
	ExpiresAt   time.Time // as granted
	Granted     time.Duration
	CreatedAt   time.Time
	RenewedAt   time.Time // last renewal or reauthorisation
	Reauthorize bool      // Graph asked for it
	Removed     bool      // Graph said it is gone, or it was found gone
}

// Intent is a create that was begun: written before the call, so that a
// meeting whose answer was lost is found by its tag instead of made twice.
type Intent struct {
	Nonce   string // tag "s1:"+Nonce
	Mailbox AccountID
	Event   EventID
	Grant   GrantID
	Host    string    // as in Link
	Start   time.Time // as asked for
	End     time.Time
	MadeAt  time.Time
	Looks   int       // how often the tag was looked for in vain
	LookAt  time.Time // when to look (again)
	Given   bool      // given up: another attempt was made; the last look deletes what it finds
}
