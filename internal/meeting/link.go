package meeting

import (
	"crypto/sha256"
	"encoding/base32"
	"io"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
)

// LinkKey is the name of a link in its join block: 128 random bits and a check
// sum, 32 lower-case letters and digits. Recognised on any host, so that the
// public address may change.
type LinkKey string

var keyEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewLinkKey draws a key from random.
func NewLinkKey(random io.Reader) (LinkKey, error) {
	var b [20]byte
	if _, err := io.ReadFull(random, b[:16]); err != nil {
		return "", err
	}
	sum := sha256.Sum256(b[:16])
	copy(b[16:], sum[:4])
	return LinkKey(keyEncoding.EncodeToString(b[:])), nil
}

// ParseLinkKey accepts a key whose check sum is right, in any case of letters.
func ParseLinkKey(s string) (LinkKey, error) {
	s = strings.ToLower(s)
	b, err := keyEncoding.DecodeString(s)
	if err != nil || len(b) != 20 {
		return "", errs.New(errs.Invalid, "link key: want 32 letters and digits")
	}
	sum := sha256.Sum256(b[:16])
	if string(sum[:4]) != string(b[16:]) {
		return "", errs.New(errs.Invalid, "link key: wrong check sum")
	}
	return LinkKey(s), nil
}

// LinkState is what a link is.
type LinkState string

// The states of a link.
const (
	LinkWished LinkState = "wished" // a meeting is wanted and not there yet
	LinkLinked LinkState = "linked" // event and meeting belong together
	LinkEnding LinkState = "ending" // the meeting is being deleted; nobody knows whether it is still there
	LinkEnded  LinkState = "ended"  // the meeting was taken away; remembers the location text it acted on
)

// Link is the truth about which event has which meeting. Properties on the
// event are hints only.
type Link struct {
	Mailbox  AccountID
	Event    EventID
	ICalUID  string
	Key      LinkKey
	State    LinkState
	Reason   Reason    // why it is in this state
	Problem  Reason    // what a person has to see; empty if all is well
	Location string    // the location text it acted on
	Subject  string    // of the event, for the account page
	Starts   time.Time // of the event, UTC
	Ends     time.Time

	Meeting MeetingID
	Grant   GrantID // that made the meeting
	Host    string  // hostEmail it was made for; empty: the grant's own person
	SiteURL string  // that Webex itself named
	Join    Join

	// Two projections, each as read back after the last good write. What
	// differs from Wanted was changed in the calendar; what differs from Got
	// was changed in Webex.
	Wanted Shape // derived from Graph
	Got    Shape // as Webex answered

	// WroteAt is when we last changed the meeting, and Replaced what it was
	// before: for a while Webex may still show that.
	WroteAt  time.Time
	Replaced Shape

	// Refused is the shape that Webex refused, while Problem says so: it is not
	// tried again until the event's shape, or the grant, is another.
	Refused Shape

	ChangeKey  string      // of the event, as last read
	ShownAt    time.Time   // when the block with this key was first seen in the event, or written; zero: never
	BareSince  time.Time   // first read that saw neither block nor location of ours
	EndedAt    time.Time   // when its meeting was deleted by us; zero: never
	BodyWrites []time.Time // our writes to the event's body in the last day, oldest first
	CreatedAt  time.Time
	UpdatedAt  time.Time
}
