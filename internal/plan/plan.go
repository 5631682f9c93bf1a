// Package plan decides what should happen, and why. It is pure: the same input
// gives the same list in the same order; no clock, log, I/O or randomness.
// Settling is part of the contract: when a plan was carried out and its
// results are the next input, the next plan is empty.
package plan

import (
	"time"

	"webex-scheduler/internal/meeting"
)

// Input is everything that a decision about one event may rest on.
type Input struct {
	Now       time.Time
	PublicURL string
	Account   meeting.Account
	// Authority is on whose yes the mailbox is worked, and Settings what the
	// tenant's owners decided; the zero value: nothing.
	Authority meeting.Authority
	Settings  meeting.Settings
	// Host is the Webex grant new meetings are made with; its zero value: none.
	Host meeting.Grant
	// Maker is the person's own grant that made Link's meeting, where Host is
	// another; its zero value: none, or not to be used.
	Maker meeting.Grant
	// Event as last read; nil: confirmed gone, by two signs.
	Event *meeting.Event
	// Body is what the event's body says.
	Body Body
	// Link is what we hold for this event; nil: nothing.
	Link *meeting.Link
	// Dates are those of a master; nil: Event is none, or nothing is known of them.
	Dates *Dates
	// Alone is the series' link, where a date of it has to have a meeting of its
	// own; nil: it has not. Single: it may have one.
	Alone  *meeting.Link
	Single bool
	// InSeries: it is one of those that its series' meeting holds.
	InSeries bool
	// Owner holds the link of the first key in Body that is not Link's, nil if
	// we know none.
	Owner *meeting.Link
	// OwnerGone: Owner is of this mailbox and its event is confirmed gone.
	OwnerGone bool
	// Found is the meeting that an unknown block's link leads to: hosted by
	// this mailbox's host and held by no link of ours; nil: none.
	Found *meeting.Meeting
	// Draft is an unbound meeting from the pane that the event shows, or that
	// is for it, unless the event has a newer one; nil: none.
	Draft *meeting.Link
	// Of a draft itself: when the last complete sweep began, whether a marked
	// event was not read since, and whether somebody joined, as far as Unused.
	SweptAt        time.Time
	Unread, Joined bool
	// Preferred are the tracking codes of the person's preferences, where the wish
	// of Link was refused for want of some.
	Preferred map[string]string
	// Seen is what Webex just showed of Link's meeting; nil: nobody looked.
	Seen *Seen

	series *SeriesPlan // of Dates
}

// Body is what was found in an event's body.
type Body struct {
	Keys    []meeting.LinkKey // of our blocks, in order of first sight
	Damaged bool              // half of a block, or more than one
	Current bool              // one whole block with Link's key and Link's join details
	Foreign bool              // a Webex link that is not part of our block
}

func (b Body) has(key meeting.LinkKey) bool {
	for _, k := range b.Keys {
		if k == key {
			return true
		}
	}
	return false
}

// Do is a kind of action.
type Do string

// The kinds of action, in the order in which a plan may hold them.
const (
	Adopt    Do = "adopt"    // take over Link: its event is this one
	Relink   Do = "relink"   // link the event to Found again
	Create   Do = "create"   // make a meeting
	Room     Do = "room"     // take the host's Personal Room
	Reassign Do = "reassign" // give the meeting to Host
	Update   Do = "update"   // change the meeting's title or time
	Invite   Do = "invite"   // change its invitees
	Show     Do = "show"     // write block, location or both into the event, in one PATCH
	Expand   Do = "expand"   // have the calendar list the dates of a series
	List     Do = "list"     // have Webex list them
	Change   Do = "change"   // change or delete one of them, as Step says
	Bring    Do = "bring"    // write into Event, a date, what Webex shows of it
	Take     Do = "take"     // hold of a date, or all of them, what Webex shows
	Hold     Do = "hold"     // store what Rhythm says beside slots
	Delete   Do = "delete"   // delete the meeting, then end the link
	Retire   Do = "retire"   // delete Former, which the event had before
	Serve    Do = "serve"    // store that what was asked is answered
	Note     Do = "note"     // store Link.State, Reason, Problem, Location, BareSince
	Wait     Do = "wait"     // look again at At
)

// Action is one thing to do, and why.
type Action struct {
	Do     Do
	Reason meeting.Reason

	Link   *meeting.Link        // Adopt
	Former meeting.Former       // Retire
	Spec   meeting.MeetingSpec  // Create, without tags
	Wanted meeting.Shape        // Create, Update, Invite, Hold without Rhythm: stored as Link.Wanted once done
	Goal   meeting.Shape        // the same: stored as Link.Refused if Webex says no
	Patch  meeting.MeetingPatch // Update
	Add    []meeting.Invitee    // Invite
	Remove []meeting.Invitee    // Invite

	Rhythm *meeting.Rhythm // Create, Update, Hold, Take: how the series is made; nil: it is none
	Step   Step            // Change, Bring, Take: of Webex's side
	Event  meeting.EventID // Bring
	Date   *meeting.Event  // Show: an exception instead of the event

	Block      bool       // Show: put the block
	Unblock    bool       // Show: take the block out
	Location   *string    // Show: set the location
	Subject    *string    // Show, Bring: set the title
	Start, End *time.Time // Show, Bring: move the event, UTC

	State   meeting.LinkState // Note
	Problem meeting.Reason    // Note, Serve
	Text    string            // Note: Link.Location
	Bare    bool              // Note: neither block nor location was seen, for the first time

	Served  int64            // Serve: the revision
	Options *meeting.Options // Serve: as they are from now on; nil: as they were

	At   time.Time // Wait
	Hold bool      // Wait: newer marks wait too
}
