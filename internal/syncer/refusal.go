package syncer

import (
	"context"
	"sync"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// signedOutLook is how often refusals may have a tenant looked at.
const signedOutLook = time.Minute

// refusals remembers when each tenant was last looked at because of one.
type refusals struct {
	mu     sync.Mutex
	looked map[meeting.TenantID]time.Time
}

// passed reports whether it was longer than apart ago, and counts it if so.
func (r *refusals) passed(tenant meeting.TenantID, now time.Time, apart time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.looked[tenant]) < apart {
		return false
	}
	if r.looked == nil {
		r.looked = map[meeting.TenantID]time.Time{}
	}
	r.looked[tenant] = now
	return true
}

// refusedBy has the tenant looked at if its mailbox was refused app-only: a
// consent that was withdrawn is noticed soon. A permission that is missing may
// be a matter of this one mailbox, which a policy of Exchange keeps us out of:
// that has the tenant looked at no more often than it is anyway.
func (r *round) refusedBy(ctx context.Context, err error) {
	apart := signedOutLook
	switch {
	case !r.tenantWide():
		return
	case errs.Is(err, errs.SignedOut):
	case errs.Is(err, errs.Forbidden):
		apart = max(apart, r.SweepInterval)
	default:
		return
	}
	tenant := r.claim.Mailbox.Tenant()
	if !r.refusals.passed(tenant, r.Clock.Now(), apart) {
		return
	}
	if err := r.Store.LookAtTenant(ctx, tenant); err != nil && ctx.Err() == nil {
		r.Log.Error("look at tenant", "tenant_id", tenant, keyError, err)
	}
}
