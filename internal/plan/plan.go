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
	// Owner holds the link of the first key in Body that is not Link's, nil if
	// we know none.
	Owner *meeting.Link
	// OwnerGone: Owner is of this mailbox and its event is confirmed gone.
	OwnerGone bool
	// Found is the meeting that an unknown block's link leads to: hosted by
	// this mailbox's host and held by no link of ours; nil: none.
	Found *meeting.Meeting
	// Seen is what Webex just showed of Link's meeting; nil: nobody looked.
	Seen *Seen
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
	Adopt  Do = "adopt"  // take over Owner's link: its event is this one
	Relink Do = "relink" // link the event to Found again
	Create Do = "create" // make a meeting
	Update Do = "update" // change the meeting's title or time
	Invite Do = "invite" // change its invitees
	Show   Do = "show"   // write block, location or both into the event, in one PATCH
	Delete Do = "delete" // delete the meeting, then end the link
	Note   Do = "note"   // store Link.State, Reason, Problem, Location, BareSince
	Wait   Do = "wait"   // look again at At
)

// Action is one thing to do, and why.
type Action struct {
	Do     Do
	Reason meeting.Reason

	Spec   meeting.MeetingSpec  // Create, without tags
	Wanted meeting.Shape        // Create, Update, Invite: stored as Link.Wanted once done
	Goal   meeting.Shape        // the same: stored as Link.Refused if Webex says no
	Patch  meeting.MeetingPatch // Update
	Add    []meeting.Invitee    // Invite
	Remove []meeting.Invitee    // Invite

	Block      bool       // Show: put the block
	Unblock    bool       // Show: take the block out
	Location   *string    // Show: set the location
	Subject    *string    // Show: set the title
	Start, End *time.Time // Show: move the event, UTC

	State   meeting.LinkState // Note
	Problem meeting.Reason    // Note
	Text    string            // Note: Link.Location
	Bare    bool              // Note: neither block nor location was seen, for the first time

	At   time.Time // Wait
	Hold bool      // Wait: newer marks wait too
}
