package syncer

import (
	"context"
	"runtime/debug"
	"sync"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
)

const (
	// soon is when to try again what is due and cannot be claimed: all workers
	// are busy, or another process is about to take it.
	soon = 10 * time.Millisecond
	// grace is how long a stop waits for the event each worker has in hand.
	grace = 10 * time.Second
)

// Run claims due mailboxes and works them until ctx ends. It returns when all
// claims are given back: events in hand are finished first, for ten seconds at
// the most.
func (s *Syncer) Run(ctx context.Context) error {
	// Workers outlive ctx: a create that is under way is not torn down.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var workers sync.WaitGroup
	free := make(chan struct{}, s.Workers)
	for range s.Workers {
		free <- struct{}{}
	}
	for {
		disturbed := s.rest.Disturbances()
		var claims []meeting.Claim
		pause := s.pause(ctx)
		if pause == 0 {
			claims, pause = s.claim(ctx, len(free)), soon
		}
		for _, claim := range claims {
			<-free
			workers.Go(func() {
				defer func() { free <- struct{}{}; s.Wake() }()
				s.hold(work, ctx.Done(), claim)
			})
		}
		if len(claims) > 0 && len(free) > 0 && ctx.Err() == nil {
			continue // there may be more
		}
		if len(claims) == 0 && len(free) == s.Workers {
			s.rest.Settle(disturbed)
		}
		timer := s.Clock.NewTimer(pause)
		select {
		case <-s.wake:
		case <-timer.Chan():
		case <-ctx.Done():
			timer.Stop()
			ended := s.Clock.AfterFunc(grace, stop)
			defer ended.Stop()
			workers.Wait()
			return nil
		}
		timer.Stop()
	}
}

func (s *Syncer) claim(ctx context.Context, limit int) []meeting.Claim {
	if limit == 0 || ctx.Err() != nil {
		return nil
	}
	claims, err := s.Store.Claim(ctx, limit, s.Lease)
	if err != nil && ctx.Err() == nil {
		s.Log.Error("claim mailboxes", keyError, err)
	}
	return claims
}

// pause tells how long nothing is due, as far as this process can know: that
// costs less than to claim in vain.
func (s *Syncer) pause(ctx context.Context) time.Duration {
	at, ok, err := s.Store.NextDue(ctx)
	if err != nil && ctx.Err() == nil {
		s.Log.Error("next due", keyError, err)
	}
	if err != nil || !ok {
		return s.Poll
	}
	return min(max(at.Sub(s.Clock.Now()), 0), s.Poll)
}

// hold works one claimed mailbox: the lease is renewed at a third of it, and
// losing it cancels the round.
func (s *Syncer) hold(work context.Context, stopping <-chan struct{}, claim meeting.Claim) {
	work = receipt.Keep(work, "")
	ctx, cancel := context.WithCancel(work)
	defer cancel()
	var renewing sync.WaitGroup
	r := s.newRound(claim)
	renewing.Go(func() { r.renew(ctx, cancel, claim) })
	r.stopping = stopping
	released, err := r.guarded(ctx)
	if err != nil && ctx.Err() == nil && !errs.Is(err, errs.Conflict) {
		s.Log.Error("round", keyAccount, claim.Mailbox, keyError, err)
	}
	cancel()
	renewing.Wait()
	r.confess(work)
	if !released {
		return
	}
	if err := s.Store.Release(context.WithoutCancel(work), claim); err != nil {
		s.Log.Error("release mailbox", keyAccount, claim.Mailbox, keyError, err)
	}
}

// guarded is turn; a panic is a fault of ours in one mailbox, and must not take all
// others along, in this process and in each that takes over from it. The event in
// hand waits as after any failure. If there is none the lease is to be kept until
// it ends, as if the process had: released stays false.
func (r *round) guarded(ctx context.Context) (released bool, err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		released, err = false, errs.New(errs.Internal, "panic: %v\n%s", p, debug.Stack())
		if t := r.hand; t != nil {
			r.ownLate(t.work.Event)
			t.work.Attempts++
			t.work.NotBefore, t.work.Reason = r.Clock.Now().Add(r.backoff(t.work.Attempts)), meeting.WaitUnavailable
			released = r.Store.Postpone(ctx, r.claim, t.work, false) == nil
		}
	}()
	return true, r.turn(ctx)
}

func (r *round) renew(ctx context.Context, lost context.CancelFunc, claim meeting.Claim) {
	ticker := r.Clock.NewTicker(r.Lease / 3)
	defer ticker.Stop()
	until := r.Clock.Now().Add(r.Lease)
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.Chan():
		}
		asked := r.Clock.Now()
		err := r.Store.Renew(ctx, claim, r.Lease)
		switch {
		case err == nil:
			until = asked.Add(r.Lease)
			r.until.Store(until.UnixMicro())
		case ctx.Err() != nil:
			return
		case errs.Is(err, errs.Conflict) || !r.Clock.Now().Before(until.Add(-r.Lease/6)):
			r.Log.Warn("lease lost", keyAccount, claim.Mailbox, keyError, err)
			lost()
			return
		}
	}
}

// Round works a mailbox once, if it is free and due; tests and requests that
// wait for an answer call it.
func (s *Syncer) Round(ctx context.Context, claim meeting.Claim) error {
	r := s.newRound(claim)
	defer r.confess(ctx)
	return r.turn(ctx)
}
