package syncer

import (
	"context"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/meeting"
)

// SiteReader is what Sites needs of Webex.
type SiteReader interface {
	Offer(ctx context.Context, grant meeting.Grant, language string) (meeting.Offer, error)
	StartLink(ctx context.Context, host meeting.Host, id meeting.MeetingID) (start, join string, err error)
}

// SiteStore is what Sites needs of the store; see Store.
type SiteStore interface {
	Budgets
	GrantByID(ctx context.Context, id meeting.GrantID) (meeting.Grant, error)
}

// Sites tells people what their Webex site allows, and leads them into meetings,
// within the budget of their host's identity, which the syncer shares. Several
// goroutines may use it.
type Sites struct {
	Webex SiteReader
	Store SiteStore
	Clock clockwork.Clock

	offers fresh[offerKey, meeting.Offer]
}

// offerFresh is how long an offer counts: a pane is opened for each event.
const offerFresh = 5 * time.Minute

// offerCalls is how many calls of the budget an offer may take.
const offerCalls = 6

type offerKey struct {
	host     meeting.Host
	language string
}

// Offer returns what the host may choose; it may be five minutes old. Errors are
// those that pass: errs.SignedOut, Throttled, Unavailable.
func (s *Sites) Offer(ctx context.Context, host meeting.Grant, language string) (meeting.Offer, error) {
	key := offerKey{host.Host(), language}
	if offer, ok := s.offers.get(key, s.Clock.Now()); ok {
		return offer, nil
	}
	var offer meeting.Offer
	err := s.frugal(host).spend(ctx, host.Host(), offerCalls, 0, func() (err error) {
		offer, err = s.Webex.Offer(ctx, host, language)
		return err
	})
	if err == nil {
		s.offers.put(key, offer, s.Clock.Now(), offerFresh)
	}
	return offer, err
}

// StartLink returns links that lead into the meeting: start is the host's own.
// errs.NotFound: the meeting is gone; Forbidden: the host may not start it.
func (s *Sites) StartLink(ctx context.Context, host meeting.Host, id meeting.MeetingID) (start, join string, err error) {
	payer, err := s.Store.GrantByID(ctx, host.Grant)
	if err != nil {
		return "", "", err
	}
	err = s.frugal(payer).spend(ctx, host, 1, 0, func() (err error) {
		start, join, err = s.Webex.StartLink(ctx, host, id)
		return err
	})
	return start, join, err
}

func (s *Sites) frugal(payer meeting.Grant) frugal {
	return frugal{budgets: s.Store, now: s.Clock.Now,
		payer: func(meeting.Host) meeting.Grant { return payer },
		holds: func() error { return nil }, // reads need no lease
	}
}
