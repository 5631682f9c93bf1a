package syncer

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// round is one turn of one mailbox under one claim.
type round struct {
	*Syncer
	claim    meeting.Claim
	account  meeting.Account
	settings meeting.Settings
	host     meeting.Grant
	makers   map[meeting.GrantID]meeting.Grant // others that made meetings of the mailbox, as far as they were asked for
	webex    Meetings                          // within the host's budget
	stopping <-chan struct{}                   // a clean stop is wanted; nil: never
	until    atomic.Int64                      // end of the lease as this process knows it, Unix microseconds

	late    time.Time       // of the turn in hand: until when its Webex writes may arrive; zero: it made none
	created *meeting.Intent // of the turn in hand: of a create whose link is not stored
	untold  *lateWrite      // of the turn that ended the round; nil: none
}

func (s *Syncer) newRound(claim meeting.Claim) *round {
	r := &round{Syncer: s, claim: claim, makers: map[meeting.GrantID]meeting.Grant{}}
	r.until.Store(s.Clock.Now().Add(s.Lease).UnixMicro())
	return r
}

// holds is asked before each remote write: a process that stood still for
// longer than its lease writes nothing more.
func (r *round) holds() error {
	if r.Clock.Now().UnixMicro() < r.until.Load() {
		return nil
	}
	return errs.New(errs.Unavailable, "the lease is over")
}

// turn does what is due: subscription, sweep, marked events.
func (r *round) turn(ctx context.Context) error {
	if r.claim.Closing {
		return r.close(ctx)
	}
	if err := r.know(ctx); err != nil {
		return err
	}
	r.webex = frugal{Meetings: r.Meetings, budgets: r.Store, payer: r.payer, now: r.Clock.Now, holds: r.holds, wrote: r.wrote}
	if r.due(r.claim.SubscriptionDue) {
		if err := r.upkeep(ctx); err != nil {
			return err
		}
	}
	if r.due(r.claim.SweepDue) {
		if err := r.sweep(ctx); err != nil {
			return err
		}
	}
	for range bitesATurn {
		works, err := r.Store.Bite(ctx, r.claim, biteEvents)
		if err != nil || len(works) == 0 {
			return err
		}
		if err := r.bite(ctx, works); err != nil {
			return err
		}
		if r.stopped() {
			return nil
		}
	}
	return nil
}

func (r *round) tenantWide() bool { return r.claim.Authority == meeting.TenantWide }

// know reads whose mailbox it is and who hosts its meetings.
func (r *round) know(ctx context.Context) (err error) {
	if r.account, err = r.Store.Account(ctx, r.claim.Mailbox); err != nil {
		return err
	}
	if r.host, err = r.Store.Host(ctx, r.claim.Mailbox); errs.Is(err, errs.NotFound) {
		r.host, err = meeting.Grant{}, nil
	}
	if err == nil && r.tenantWide() { // who came by themselves decide by themselves
		r.settings, err = r.Store.Settings(ctx, r.claim.Mailbox.Tenant())
	}
	return err
}

func (r *round) due(at time.Time) bool { return !at.IsZero() && !at.After(r.Clock.Now()) }

func (r *round) stopped() bool {
	select {
	case <-r.stopping:
		return true
	default:
		return false
	}
}

// bite works up to twenty marked events, read by one call. One event's failure
// does not stop the rest. Creations come before deletions: a moved event finds
// its old meeting still there.
func (r *round) bite(ctx context.Context, works []meeting.Work) error {
	ids := make([]meeting.EventID, len(works))
	for i, w := range works {
		ids[i] = w.Event
	}
	links, err := r.Store.Links(ctx, r.claim.Mailbox, ids)
	if err != nil {
		return err
	}
	sightings, err := r.Calendar.Events(ctx, r.claim.Mailbox, ids)
	if err != nil {
		sightings = make([]meeting.Sighting, len(ids))
		for i, id := range ids {
			sightings[i] = meeting.Sighting{ID: id, Err: err}
		}
	}
	turns := make([]*turn, len(works))
	for i, w := range works {
		r.refusedBy(ctx, sightings[i].Err)
		turns[i] = &turn{round: r, work: w, began: r.Clock.Now(), sighting: sightings[i]}
		if j := slices.IndexFunc(links, func(l meeting.Link) bool { return l.Event == w.Event }); j >= 0 {
			turns[i].link = &links[j]
		}
	}
	slices.SortStableFunc(turns, func(a, b *turn) int { return a.order() - b.order() })
	for _, t := range turns {
		if r.stopped() {
			return nil
		}
		r.late, r.created = time.Time{}, nil
		if err := t.run(ctx); err != nil {
			r.ownLate(t.work.Event)
			return err
		}
	}
	return nil
}
