package meeting

import "time"

// OrphanWish is what a person wants done with an orphan.
type OrphanWish string

// What a person may want. An orphan that nobody decided on has none.
const (
	KeepOrphan   OrphanWish = "keep"   // leave it at Webex, and speak of it no more
	AdoptOrphan  OrphanWish = "adopt"  // give it to its Event
	DeleteOrphan OrphanWish = "delete" // delete it at Webex
)

// Orphan is a meeting that was made by this program, or by one before it with
// the same Webex integration, and that no link holds: the database was lost, or
// put back to an earlier day. Nothing is done with it until a person says so.
type Orphan struct {
	Mailbox    AccountID
	Meeting    MeetingID
	Title      string // as Webex shows it
	Start, End time.Time
	Repeats    bool // a series, whose first date Start and End are
	// Event is one at the same time that has no meeting, and Subject is its;
	// empty: there is none.
	Event   EventID
	Subject string
	Wish    OrphanWish
}
