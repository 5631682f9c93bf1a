package syncer

import (
	"context"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/meeting"
)

// ShareReader reads who may act in whose calendar.
type ShareReader interface {
	// Shares lists with whom the owner shares the calendar, on the owner's behalf.
	Shares(ctx context.Context, owner meeting.AccountID) ([]meeting.Share, error)
	// Address returns a person's own primary address, from their mailbox.
	Address(ctx context.Context, person meeting.AccountID) (string, error)
}

// Shares tells what people may do in the calendars of others. Several
// goroutines may use it.
type Shares struct {
	Calendar ShareReader
	Clock    clockwork.Clock

	known fresh[shareKey, knownRight]
}

const (
	// rightFresh is how long a right counts that was seen: one that was taken
	// away ends within that time.
	rightFresh = 5 * time.Minute
	// noRightFresh is the same for none: who was just let in hardly waits, and
	// who tries again and again costs little.
	noRightFresh = 10 * time.Second
)

type shareKey struct{ owner, who meeting.AccountID }

type knownRight struct {
	right   meeting.CalendarRight
	address string
}

// Right returns what who may do in the owner's calendar, and under which address
// the owner's permissions name them; it may be five minutes old. No claim of a
// token counts: both sides are asked of Exchange. Errors are those of the two
// reads; errs.SignedOut: the calendar of one of them is not open to us.
func (s *Shares) Right(ctx context.Context, owner, who meeting.AccountID) (right meeting.CalendarRight, address string, err error) {
	if owner.Tenant() != who.Tenant() {
		return meeting.NoRight, "", nil
	}
	key := shareKey{owner, who}
	if known, ok := s.known.get(key, s.Clock.Now()); ok {
		return known.right, known.address, nil
	}
	if address, err = s.Calendar.Address(ctx, who); err != nil {
		return meeting.NoRight, "", err
	}
	shares, err := s.Calendar.Shares(ctx, owner)
	if err != nil {
		return meeting.NoRight, "", err
	}
	right = meeting.RightOf(shares, address)
	age := rightFresh
	if right == meeting.NoRight {
		age = noRightFresh
	}
	s.known.put(key, knownRight{right, address}, s.Clock.Now(), age)
	return right, address, nil
}
