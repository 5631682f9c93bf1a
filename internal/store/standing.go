package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// apart is what lies between the due times of mailboxes that all have to be
// worked anew: ten thousand are spread over some three minutes.
const apart = 20 * time.Millisecond

// SaveStanding stores Name, Domains, State, Reason, Granted, Excess, RefusedAt
// and ProvenAt. A tenant that stops being authorised has its mailboxes stopped
// in the same transaction; one that is authorised again has them started. While it
// is withdrawn the mailboxes go on as individual whose person has both grants. A
// withdrawal that was found before an administrator came back from the consent
// page says nothing about now: the tenant stays as it is.
func (s *Store) SaveStanding(ctx context.Context, claim meeting.TenantClaim, tenant meeting.Tenant) (err error) {
	defer errs.Wrap(&err, "store: save standing of tenant %s", claim.Tenant)
	err = s.heldTenant(ctx, claim, func(tx *gorm.DB, row tenantRow) error {
		if tenant.State == meeting.TenantWithdrawn && !tenant.ConsentedAt.IsZero() && micros(tenant.ConsentedAt) < row.ConsentedAt {
			return nil
		}
		before := row.State
		row.Name, row.Domains = tenant.Name, tenant.Domains
		row.State, row.Reason = tenant.State, tenant.Reason
		row.Granted, row.Excess = tenant.Granted, tenant.Excess
		row.RefusedAt, row.ProvenAt = micros(tenant.RefusedAt), micros(tenant.ProvenAt)
		err := tx.Select("name", "domains", "state", "reason", "granted", "excess", "refused_at", "proven_at").Updates(&row).Error
		if err != nil {
			return err
		}
		if before != row.State {
			if err := s.lockTenantMailboxes(tx, row.ID); err != nil {
				return err
			}
			switch row.State {
			case meeting.TenantWithdrawn:
				err = s.leaveToPersons(tx, row)
			case meeting.TenantAuthorised:
				err = s.takeBack(tx, row)
			}
			if err != nil {
				return err
			}
		}
		return s.startMailboxes(tx, row)
	})
	if err == nil {
		s.onMark()
	}
	return err
}

// leaveToPersons lets those mailboxes of a withdrawn tenant go on whose person
// said yes as well.
func (s *Store) leaveToPersons(tx *gorm.DB, tenant tenantRow) error {
	var own []meeting.AccountID
	err := tx.Raw("SELECT id FROM mailboxes WHERE tenant = ? AND authority = ? AND closing_until = 0 AND id IN ("+ownGrants+inBoth+") ORDER BY id",
		tenant.ID, meeting.TenantWide, meeting.GrantLive, bothServices).Scan(&own).Error
	if err != nil {
		return err
	}
	return s.fallBack(tx, own)
}

// takeBack makes the members' mailboxes the tenant's again that went on without
// it: the roster, which finds nothing changed about them, would not.
func (s *Store) takeBack(tx *gorm.DB, tenant tenantRow) error {
	var ids []meeting.AccountID
	err := tx.Raw("SELECT id FROM mailboxes WHERE tenant = ? AND authority = ? AND closing_until = 0 AND id IN (SELECT account FROM members WHERE tenant = ? AND standing = '') ORDER BY id",
		tenant.ID, meeting.Individual, tenant.ID).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := tx.Exec("UPDATE mailboxes SET authority = ?, stopped = ? WHERE id IN ?", meeting.TenantWide, tenant.stopped(false), ids).Error; err != nil {
		return err
	}
	if err := s.wantSubscriptionWork(tx, ids...); err != nil {
		return err
	}
	return s.wakeForPerson(tx, ids...)
}

// SaveProgress stores how far the look through the directory has come.
func (s *Store) SaveProgress(ctx context.Context, claim meeting.TenantClaim, progress meeting.Progress) (err error) {
	defer errs.Wrap(&err, "store: save progress of tenant %s", claim.Tenant)
	return s.heldTenant(ctx, claim, func(tx *gorm.DB, row tenantRow) error {
		return tx.Select("progress").Updates(&tenantRow{ID: row.ID, Progress: progress}).Error
	})
}

// stopped is the condition under which a mailbox of the tenant's is not worked.
// One that closes has its subscription taken down in a pause too: for that no
// calendar is read or written.
const stopped = "(CAST(@refused AS boolean) OR (CAST(@paused AS boolean) AND closing_until = 0))"

func (r tenantRow) stopped(closing bool) bool {
	return r.State != meeting.TenantAuthorised || r.Paused && !closing
}

// startMailboxes stops or starts the tenant's mailboxes as the row wants it.
// Those that go on have subscription and sweep due at once, one after another.
func (s *Store) startMailboxes(tx *gorm.DB, tenant tenantRow) error {
	args := map[string]any{
		"tenant":  tenant.ID,
		"refused": tenant.State != meeting.TenantAuthorised,
		"paused":  tenant.Paused,
		"now":     s.now(),
		"apart":   apart.Microseconds(),
	}
	var changing []meeting.AccountID // nearly always none: a look at the tenant must not lock all of it
	err := tx.Raw("SELECT id FROM mailboxes WHERE tenant = @tenant AND authority = 'tenant' AND stopped <> "+stopped+
		" ORDER BY id"+s.dialect.lock, args).Scan(&changing).Error
	if err != nil || len(changing) == 0 {
		return err
	}
	err = tx.Exec("UPDATE mailboxes SET stopped = true WHERE tenant = @tenant AND authority = 'tenant' AND NOT stopped AND "+stopped, args).Error
	if err != nil {
		return err
	}
	return tx.Exec(`UPDATE mailboxes SET stopped = false, due_at = next.at, subscription_due_at = next.at,
			sweep_due_at = CASE WHEN closing_until = 0 THEN next.at ELSE 0 END
		FROM (SELECT id, CAST(@now AS bigint) + @apart * (row_number() OVER (ORDER BY id) - 1) AS at FROM mailboxes
			WHERE tenant = @tenant AND authority = 'tenant' AND stopped AND NOT `+stopped+`) AS next
		WHERE mailboxes.id = next.id`, args).Error
}

// sweepTenant has all mailboxes of the tenant swept, one after another, and
// makes the work due that waits for one of the reasons.
func (s *Store) sweepTenant(tx *gorm.DB, id meeting.TenantID, reasons []meeting.Reason) error {
	if err := s.lockTenantMailboxes(tx, id); err != nil {
		return err
	}
	args := map[string]any{"tenant": id, "now": s.now(), "apart": apart.Microseconds(), "reasons": reasons}
	err := tx.Exec(`UPDATE mailboxes SET sweep_due_at = next.at,
			due_at = CASE WHEN due_at = 0 OR due_at > next.at THEN next.at ELSE due_at END
		FROM (SELECT id, CAST(@now AS bigint) + @apart * (row_number() OVER (ORDER BY id) - 1) AS at FROM mailboxes
			WHERE tenant = @tenant AND closing_until = 0) AS next
		WHERE mailboxes.id = next.id`, args).Error
	if err != nil {
		return err
	}
	return tx.Exec(`UPDATE work SET not_before = @now, hold = false
		WHERE reason IN @reasons AND mailbox IN (SELECT id FROM mailboxes WHERE tenant = @tenant)`, args).Error
}

func (s *Store) lockTenantMailboxes(tx *gorm.DB, id meeting.TenantID) error {
	if s.dialect.lock == "" {
		return nil
	}
	var locked []string
	return tx.Raw("SELECT id FROM mailboxes WHERE tenant = ? ORDER BY id"+s.dialect.lock, id).Scan(&locked).Error
}
