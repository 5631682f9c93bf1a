package syncer

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
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

	worked map[meeting.EventID]bool // in a hurry: who was about to, leaves them to the next bite

	hand    *turn           // the turn in hand
	late    time.Time       // of the turn in hand: until when its Webex writes may arrive; zero: it made none
	created *meeting.Intent // of the turn in hand: of a create whose link is not stored
	untold  *lateWrite      // of the turn that ended the round; nil: none
}

func (s *Syncer) newRound(claim meeting.Claim) *round {
	r := &round{Syncer: s, claim: claim, makers: map[meeting.GrantID]meeting.Grant{}, worked: map[meeting.EventID]bool{}}
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
	because := receipt.BookOf(ctx).Because
	if r.claim.Closing {
		because("disconnected")
		return r.close(ctx)
	}
	if err := r.know(ctx); err != nil {
		return err
	}
	r.webex = frugal{Meetings: r.Meetings, budgets: r.Store, payer: r.payer, now: r.Clock.Now, holds: r.holds, wrote: r.wrote}
	because(string(meeting.ByPane))
	if _, err := r.hurry(ctx); err != nil {
		return err
	}
	if r.due(r.claim.SubscriptionDue) {
		because("subscription")
		if err := r.upkeep(ctx); err != nil {
			return err
		}
	}
	if r.due(r.claim.SweepDue) {
		because("sweep")
		if err := r.sweep(ctx); err != nil {
			return err
		}
	}
	for range bitesATurn {
		because(lookReason)
		works, err := r.Store.Bite(ctx, r.claim, biteEvents)
		if err != nil || len(works) == 0 {
			return err
		}
		clear(r.worked)
		if err := r.unhurried(ctx, works); err != nil {
			return err
		}
		if r.stopped() {
			return nil
		}
	}
	return nil
}

// lookReason is why an event is read: somebody told of a change.
const lookReason = "look"

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

// unhurried works a bite. What is urgent by then comes between.
func (r *round) unhurried(ctx context.Context, works []meeting.Work) error {
	turns, err := r.turns(ctx, works)
	if err != nil {
		return err
	}
	stale := false
	for _, t := range turns {
		if r.stopped() {
			return nil
		}
		hurried, err := r.hurry(ctx)
		if err != nil {
			return err
		}
		stale = stale || hurried
		t.stale = stale
		if r.worked[t.work.Event] {
			continue // what it stands on is of before
		}
		if err := r.take(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// bite works what is urgent.
func (r *round) bite(ctx context.Context, works []meeting.Work) error {
	turns, err := r.turns(ctx, works)
	if err != nil {
		return err
	}
	for _, t := range turns {
		r.worked[t.work.Event] = true
		if err := r.take(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

func (r *round) take(ctx context.Context, t *turn) error {
	r.hand, r.late, r.created = t, time.Time{}, nil
	receipt.BookOf(ctx).Because(lookReason)
	err := t.run(ctx)
	if err != nil {
		r.ownLate(t.work.Event)
	}
	r.hand = nil
	return err
}

// turns reads up to twenty marked events by one call. One event's failure does
// not stop the rest. Creations come before deletions: a moved event finds its
// old meeting still there. Drafts are no events: nothing is read for them.
func (r *round) turns(ctx context.Context, works []meeting.Work) ([]*turn, error) {
	ids := make([]meeting.EventID, len(works))
	beside := map[meeting.EventID]bool{}
	for i, w := range works {
		ids[i], beside[w.Event] = w.Event, true
	}
	links, err := r.Store.Links(ctx, r.claim.Mailbox, ids)
	if err != nil {
		return nil, err
	}
	sightings := map[meeting.EventID]meeting.Sighting{}
	series := map[meeting.EventID]*meeting.Series{}
	for i := range links {
		if l := &links[i]; repeats(l) && beside[l.Event] {
			series[l.Event], sightings[l.Event] = r.readSeries(ctx, l.Event)
		}
	}
	var events []meeting.EventID
	for _, w := range works {
		if _, read := sightings[w.Event]; !read && !w.Event.IsDraft() {
			events = append(events, w.Event)
		}
	}
	if len(events) > 0 {
		seen, err := r.Calendar.Events(ctx, r.claim.Mailbox, events)
		for i, id := range events {
			if err != nil {
				sightings[id] = meeting.Sighting{ID: id, Err: err}
				continue
			}
			sightings[id] = seen[i]
		}
	}
	turns := make([]*turn, len(works))
	for i, w := range works {
		r.refusedBy(ctx, sightings[w.Event].Err)
		turns[i] = &turn{round: r, work: w, began: r.Clock.Now(), sighting: sightings[w.Event], series: series[w.Event], beside: beside}
		turns[i].find(links)
	}
	slices.SortStableFunc(turns, func(a, b *turn) int { return a.order() - b.order() })
	return turns, nil
}
