// Package roster looks after tenants whose administrator authorised them: it
// proves the consent by calls, finds whose mailboxes were chosen, follows who
// joins, leaves and is renamed, and maps each mailbox to its Webex host. What
// happens to a mailbox is syncer's; what to change is decided by plan.
package roster

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
	"webex-scheduler/internal/rest"
)

// Config is what a Roster works with.
type Config struct {
	Store     Store
	Directory Directory
	Hosts     Hosts

	Interval time.Duration // how often each tenant is looked at
	Lease    time.Duration // how long a claim lasts unless renewed
	// Poll bounds how long a tenant that another process made due goes unseen; 0:
	// a second.
	Poll time.Duration

	Clock clockwork.Clock
	Log   *slog.Logger
}

// Roster looks after tenants.
type Roster struct {
	Config
	wake   chan struct{}
	rest   rest.Rest
	failed map[meeting.TenantID]int        // looks in a row that met a passing trouble; of Run alone
	forgot map[meeting.TenantID]time.Time  // when the token was last dropped; of Run alone
	mute   map[meeting.TenantID]mute       // whose Webex does not tell who may host; of Run alone
	asked  map[meeting.AccountID]time.Time // when Webex was asked about one member; of Run alone
}

// mute is a Webex that does not tell who may host, for a passing reason.
type mute struct {
	since time.Time
	until time.Time // it named the time: it is not asked before; zero: none
	err   error
}

// New makes a Roster; Run starts it.
func New(c Config) *Roster {
	if c.Poll == 0 {
		c.Poll = time.Second
	}
	return &Roster{Config: c, wake: make(chan struct{}, 1), failed: map[meeting.TenantID]int{}, forgot: map[meeting.TenantID]time.Time{}, mute: map[meeting.TenantID]mute{}, asked: map[meeting.AccountID]time.Time{}}
}

// Wake tells Run that a tenant may be due now.
func (r *Roster) Wake() {
	r.rest.Disturb()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// AwaitRest waits until this process has no tenant to look at now.
func (r *Roster) AwaitRest(ctx context.Context) error { return r.rest.Await(ctx) }

// Log keys.
const (
	keyTenant   = "tenant_id"
	keyReason   = "reason"
	keyDuration = "duration"
	keyError    = "error"
)

// soon is when to try again what is due and cannot be claimed: another process
// is about to take it.
const soon = 10 * time.Millisecond

// Run looks at tenants that are due, one at a time, until ctx ends. A look that
// is cut short goes on at the next one: what was stored stands.
func (r *Roster) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		disturbed := r.rest.Disturbances()
		pause := r.pause(ctx)
		if pause == 0 {
			if claim, ok := r.claim(ctx); ok {
				r.hold(ctx, claim)
				continue
			}
			pause = soon
		} else {
			r.rest.Settle(disturbed)
		}
		timer := r.Clock.NewTimer(pause)
		select {
		case <-r.wake:
		case <-timer.Chan():
		case <-ctx.Done():
		}
		timer.Stop()
	}
	return nil
}

func (r *Roster) claim(ctx context.Context) (claim meeting.TenantClaim, ok bool) {
	claim, ok, err := r.Store.ClaimTenant(ctx, r.Lease)
	if err != nil && ctx.Err() == nil {
		r.Log.Error("claim tenant", keyError, err)
	}
	return claim, ok && err == nil
}

// pause tells how long nothing is due, as far as this process can know: that
// costs less than to claim in vain.
func (r *Roster) pause(ctx context.Context) time.Duration {
	at, ok, err := r.Store.NextTenantDue(ctx)
	if err != nil && ctx.Err() == nil {
		r.Log.Error("next tenant due", keyError, err)
	}
	if err != nil || !ok {
		return r.Poll
	}
	return min(max(at.Sub(r.Clock.Now()), 0), r.Poll)
}

// hold looks at one claimed tenant: the lease is renewed at a third of it, and
// losing it ends the look.
func (r *Roster) hold(running context.Context, claim meeting.TenantClaim) {
	running = receipt.Keep(running, "")
	receipt.BookOf(running).Because("look at organisation")
	ctx, cancel := context.WithCancel(running)
	defer cancel()
	var renewing sync.WaitGroup
	renewing.Go(func() { r.renew(ctx, cancel, claim) })
	began := r.Clock.Now()
	next, err := r.visit(ctx, claim)
	switch {
	case running.Err() != nil:
		next = r.Clock.Now() // another process goes on
	case errs.Is(err, errs.Conflict):
		next = r.Clock.Now().Add(firstBackoff) // the lease was lost halfway; if nobody took it, this is who goes on
	case err != nil:
		r.Log.Error("look at tenant", keyTenant, claim.Tenant, keyError, err)
	default:
		r.Log.Debug("look at tenant", keyTenant, claim.Tenant, keyDuration, r.Clock.Since(began), "again_at", next)
	}
	cancel()
	renewing.Wait()
	if err := r.Store.ReleaseTenant(context.WithoutCancel(running), claim, next); err != nil {
		r.Log.Error("release tenant", keyTenant, claim.Tenant, keyError, err)
	}
}

func (r *Roster) renew(ctx context.Context, lost context.CancelFunc, claim meeting.TenantClaim) {
	ticker := r.Clock.NewTicker(r.Lease / 3)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.Chan():
		}
		if err := r.Store.RenewTenant(ctx, claim, r.Lease); errs.Is(err, errs.Conflict) {
			r.Log.Warn("lease lost", keyTenant, claim.Tenant, keyError, err)
			lost()
			return
		}
	}
}
