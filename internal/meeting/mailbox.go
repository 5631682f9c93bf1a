package meeting

import "time"

// Mailbox is how the work on a mailbox stands, for people to read. The zero
// value is a mailbox that is not kept in step.
type Mailbox struct {
	Account         AccountID
	Connected       bool      // kept in step; not while the tenant that keeps it has no consent
	Authority       Authority // on whose yes
	Closing         bool      // disconnected; its subscription is being taken down
	Waiting         int       // marked events that were not looked at yet, or wait
	DueAt           time.Time // when it is worked next; zero: nothing waits
	SweptAt         time.Time // start of the last complete sweep; zero before the first
	SubscribedUntil time.Time // end of the live subscription; zero: there is none
	Trouble         Reason    // why there is none; empty: none is known
}
