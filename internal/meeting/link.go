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

// DraftEvent is the event id of a meeting that was asked for in the pane and
// whose event was not seen yet: its link is a draft until an event shows its key.
func DraftEvent(key LinkKey) EventID { return EventID(draftPrefix + string(key)) }

// draftPrefix is in no id of Graph's: those have no colon.
const draftPrefix = "draft:"

// IsDraft reports whether id is a draft's.
func (id EventID) IsDraft() bool { return strings.HasPrefix(string(id), draftPrefix) }

// Former is a meeting that an event had before a draft was bound to it. It goes
// once the new join details are seen alone.
type Former struct {
	Meeting MeetingID `json:"meeting"`
	Grant   GrantID   `json:"grant"`
	Host    string    `json:"host,omitempty"`
}

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
	// HostKept is the hostEmail to whom Webex refused to give the meeting: it is
	// not asked again as long as that is the mailbox's host.
	HostKept string
	// Moving is the hostEmail to whom it is being given: until it is read back,
	// nobody knows whose it is. Empty: nobody.
	Moving  string
	SiteURL string // that Webex itself named
	Join    Join

	// Options is how the meeting was made, and changed since.
	Options Options
	// Asked is what a person asked of it, and Served the revision that was
	// answered, for good or with a Problem. Who saves a link never writes Asked.
	Asked  Asked
	Served int64
	// Removed is the revision of the removal that was carried out last: its
	// wish is past, whatever becomes of the event.
	Removed int64
	// For is the saved event that a draft is meant for; empty: one that was not
	// saved yet. Open: it is open in Outlook, and the pane writes it. Of a link
	// that was bound For is its event as long as that never showed it.
	For       EventID
	Open      bool
	ClientKey string   // names the request in the client's words, once in a mailbox
	Former    []Former // oldest first
	Rhythm    *Rhythm  // of a series: how it was made; nil: a single meeting

	// Two projections, each as read back after the last good write. What
	// differs from Wanted was changed in the calendar; what differs from Got
	// was changed in Webex.
	Wanted Shape // derived from Graph
	Got    Shape // as Webex answered

	// WroteAt is when we last changed the meeting; TitleAt and TimesAt when that
	// was last changed by us, or taken over from Webex: for [WebexLag] a read
	// may show any state before that.
	WroteAt          time.Time
	TitleAt, TimesAt time.Time
	Glance           *Glance // nil: the last look at the meeting showed what was expected

	// Refused is the shape that Webex refused, while Problem says so: it is not
	// tried again until the event's shape, or the grant, is another.
	Refused Shape

	// StartedAt and StoppedAt are of the meeting's last session, as Webex told.
	// Who saves a link never writes them.
	StartedAt, StoppedAt time.Time

	ChangeKey  string      // of the event, as last read
	ShownAt    time.Time   // when the block with this key was first seen in the event, or written; zero: never
	BareSince  time.Time   // first read that saw neither block nor location of ours
	EndedAt    time.Time   // when its meeting was deleted by us; zero: never
	BodyWrites []time.Time // our writes to the event's body in the last day, oldest first
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Asks reports whether something was asked that is not answered yet.
func (l Link) Asks() bool { return l.Asked.Revision > l.Served }

// Removing reports whether the meeting is to go because a person said so, and
// is still there.
func (l Link) Removing() bool {
	return l.Asked.Remove && l.Asked.Revision > l.Removed && (l.State == LinkLinked || l.State == LinkEnding)
}

// Shown is what of the join details the event shows.
func (l Link) Shown() Join {
	j := l.Join
	if l.Options.LeaveOutPassword {
		j.Password, j.PhonePassword = Secret{}, Secret{}
	}
	return j
}
