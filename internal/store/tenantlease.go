package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// ClaimTenant takes the tenant that is due longest and whose lease is over; ok
// is false if there is none.
func (s *Store) ClaimTenant(ctx context.Context, lease time.Duration) (claim meeting.TenantClaim, ok bool, err error) {
	defer errs.Wrap(&err, "store: claim tenant")
	err = s.write(ctx, func(tx *gorm.DB) error {
		skip := s.dialect.lock
		if skip != "" {
			skip += " SKIP LOCKED"
		}
		var id string // GORM counts no rows into a type of our own
		found := tx.Raw(`SELECT id FROM tenants WHERE due_at > 0 AND due_at <= ? AND lease_until <= ?
			ORDER BY due_at, id LIMIT 1`+skip, s.now(), s.leaseNow()).Scan(&id)
		if ok = found.RowsAffected == 1; found.Error != nil || !ok {
			return found.Error
		}
		claim.Tenant = meeting.TenantID(id)
		if claim.Lease, err = s.draw(tx); err != nil {
			return err
		}
		return tx.Exec("UPDATE tenants SET lease = ?, lease_until = ? + ?, asked_at = 0 WHERE id = ?",
			claim.Lease, s.leaseNow(), lease.Microseconds(), claim.Tenant).Error
	})
	if err != nil {
		return meeting.TenantClaim{}, false, err
	}
	return claim, ok, nil
}

// RenewTenant prolongs the lease from now. errs.Conflict: it was lost.
func (s *Store) RenewTenant(ctx context.Context, claim meeting.TenantClaim, lease time.Duration) (err error) {
	defer errs.Wrap(&err, "store: renew lease of tenant %s", claim.Tenant)
	renewed := s.db.WithContext(ctx).Exec("UPDATE tenants SET lease_until = ? + ? WHERE id = ? AND lease = ? AND lease_until > ?",
		s.leaseNow(), lease.Microseconds(), claim.Tenant, claim.Lease, s.leaseNow())
	if renewed.Error == nil && renewed.RowsAffected == 0 {
		return errs.New(errs.Conflict, "lease lost")
	}
	return fault(renewed.Error)
}

// ReleaseTenant ends the lease. The tenant is due next (zero: never), or at once
// if somebody asked for it since the claim. A lost lease is no error. What the
// context's book holds is stored, as the organisation's.
func (s *Store) ReleaseTenant(ctx context.Context, claim meeting.TenantClaim, next time.Time) (err error) {
	defer errs.Wrap(&err, "store: release tenant %s", claim.Tenant)
	return s.withReceipts(ctx, meeting.TenantAccount(claim.Tenant), func(put func(*gorm.DB) error) error {
		return s.write(ctx, func(tx *gorm.DB) error {
			err := tx.Exec(`UPDATE tenants SET lease_until = 0,
					due_at = CASE WHEN asked_at > 0 THEN asked_at ELSE CAST(? AS bigint) END
				WHERE id = ? AND lease = ?`, micros(next), claim.Tenant, claim.Lease).Error
			if err != nil {
				return err
			}
			return put(tx)
		})
	})
}

// NextTenantDue returns when the earliest tenant is due (or its lease ends, if
// that is later), by the clock of the process; ok is false while none waits.
func (s *Store) NextTenantDue(ctx context.Context) (at time.Time, ok bool, err error) {
	defer errs.Wrap(&err, "store: next tenant due")
	var next int64
	err = s.read.WithContext(ctx).Raw(`SELECT coalesce(min(CASE WHEN lease_until <= @lease THEN due_at
			ELSE `+s.dialect.greatest+`(due_at, CAST(@now AS bigint) + lease_until - @lease) END), 0)
		FROM tenants WHERE due_at > 0`, map[string]any{"now": s.now(), "lease": s.leaseNow()}).Scan(&next).Error
	return moment(next), next != 0, fault(err)
}

// heldTenant runs f in a transaction in which the claim's lease is known to run
// and the tenant's row is locked.
func (s *Store) heldTenant(ctx context.Context, claim meeting.TenantClaim, f func(tx *gorm.DB, tenant tenantRow) error) error {
	return s.write(ctx, func(tx *gorm.DB) error {
		var row tenantRow
		found := tx.Raw("SELECT * FROM tenants WHERE id = ? AND lease = ? AND lease_until > ?"+s.dialect.lock,
			claim.Tenant, claim.Lease, s.leaseNow()).Scan(&row)
		if found.Error == nil && found.RowsAffected == 0 {
			return errs.New(errs.Conflict, "lease lost")
		}
		if found.Error != nil {
			return found.Error
		}
		return f(tx, row)
	})
}
