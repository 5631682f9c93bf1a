package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// claimAhead is how many mailboxes of a tenant a claim looks at beyond those it
// takes: others may have some of them locked just now.
const claimAhead = 50

// Claim takes up to limit due mailboxes whose lease is over and that are not
// stopped, oldest due first, one tenant in turn. SweepDue and SubscriptionDue of a claim may be in future.
func (s *Store) Claim(ctx context.Context, limit int, lease time.Duration) (claims []meeting.Claim, err error) {
	defer errs.Wrap(&err, "store: claim")
	if err := s.fold(ctx); err != nil {
		return nil, err
	}
	now := s.clock.Now()
	var rows []mailboxRow
	var number int64
	err = s.write(ctx, func(tx *gorm.DB) error {
		// The outer conditions are checked again on rows that another claim
		// changed between our snapshot and our lock.
		err := tx.Raw(`SELECT mailboxes.* FROM (`+s.dialect.turns+`) AS due CROSS JOIN mailboxes
			WHERE mailboxes.id = due.id AND mailboxes.due_at > 0 AND mailboxes.due_at <= @now AND mailboxes.lease_until <= @lease AND NOT mailboxes.stopped
			ORDER BY due.turn, mailboxes.due_at, mailboxes.id LIMIT @limit`+s.dialect.skip,
			map[string]any{"now": micros(now), "lease": s.leaseNow(), "limit": limit, "ahead": limit + claimAhead}).Scan(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		// One number for all: it tells this claim of a mailbox from any other.
		if number, err = s.draw(tx); err != nil {
			return err
		}
		ids := make([]meeting.AccountID, len(rows))
		for i, row := range rows {
			ids[i] = row.ID
		}
		return tx.Exec("UPDATE mailboxes SET lease = ?, lease_until = ? + ? WHERE id IN ?",
			number, s.leaseNow(), lease.Microseconds(), ids).Error
	})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		claims = append(claims, meeting.Claim{
			Mailbox:         row.ID,
			Lease:           number,
			Until:           now.Add(lease),
			SweepDue:        moment(row.SweepDueAt),
			SweptAt:         moment(row.SweptAt),
			SubscriptionDue: moment(row.SubscriptionDueAt),
			Closing:         row.ClosingUntil != 0,
			Authority:       row.Authority,
		})
	}
	return claims, nil
}

// Renew prolongs the lease from now. errs.Conflict: it was lost.
func (s *Store) Renew(ctx context.Context, claim meeting.Claim, lease time.Duration) (err error) {
	defer errs.Wrap(&err, "store: renew lease of %s", claim.Mailbox)
	renewed := s.db.WithContext(ctx).Exec("UPDATE mailboxes SET lease_until = ? + ? WHERE id = ? AND lease = ? AND lease_until > ?",
		s.leaseNow(), lease.Microseconds(), claim.Mailbox, claim.Lease, s.leaseNow())
	if renewed.Error == nil && renewed.RowsAffected == 0 {
		return errs.New(errs.Conflict, "lease lost")
	}
	return fault(renewed.Error)
}

// Release ends the lease and computes from work, sweep and subscription when
// the mailbox is due again. A lost lease is no error. What the context's book
// still holds is stored.
func (s *Store) Release(ctx context.Context, claim meeting.Claim) (err error) {
	defer errs.Wrap(&err, "store: release %s", claim.Mailbox)
	return s.withReceipts(ctx, claim.Mailbox, func(put func(*gorm.DB) error) error {
		return s.write(ctx, func(tx *gorm.DB) error {
			if err := s.free(tx, claim); err != nil {
				return err
			}
			return put(tx) // also of a lease that was lost: the calls were made
		})
	})
}

func (s *Store) free(tx *gorm.DB, claim meeting.Claim) error {
	row, err := s.lockMailbox(tx, claim.Mailbox)
	if errs.Is(err, errs.NotFound) || err == nil && row.Lease != claim.Lease {
		return nil
	}
	if err != nil {
		return err
	}
	// A statement of its own, after the lock: a subselect in the statement
	// that locks would see the work of before, and sleep over a mark that
	// was committed while it waited.
	var work int64
	err = tx.Raw("SELECT coalesce(min(not_before), 0) FROM work WHERE mailbox = ?", claim.Mailbox).Scan(&work).Error
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE mailboxes SET lease_until = 0, due_at = ? WHERE id = ?",
		earliest(work, row.SweepDueAt, row.SubscriptionDueAt), claim.Mailbox).Error
}

// earliest returns the earliest of the given times, 0 if all are none.
func earliest(times ...int64) int64 {
	set := slices.DeleteFunc(times, func(t int64) bool { return t == 0 })
	if len(set) == 0 {
		return 0
	}
	return slices.Min(set)
}

// NextDue returns when the earliest mailbox is due (or its lease ends, if that
// is later), by the clock of the process; ok is false while nothing waits.
func (s *Store) NextDue(ctx context.Context) (at time.Time, ok bool, err error) {
	defer errs.Wrap(&err, "store: next due")
	if s.inbox.waiting.Load() > 0 {
		return s.clock.Now(), true, nil
	}
	var next int64
	// By the indexes mailboxes_due, whose first rows may be leased, and
	// mailboxes_leased, which holds those above 0 (the plus keeps SQLite off the other).
	err = s.read.WithContext(ctx).Raw(`SELECT coalesce(min(due_at), 0) FROM (
			SELECT min(since) + @orphan AS due_at FROM inbox
			UNION ALL
			SELECT * FROM (SELECT due_at FROM mailboxes WHERE due_at > 0 AND lease_until <= @lease AND NOT stopped ORDER BY due_at LIMIT 1) AS free
			UNION ALL
			SELECT min(`+s.dialect.greatest+`(due_at, CAST(@now AS bigint) + lease_until - @lease))
			FROM mailboxes WHERE +due_at > 0 AND lease_until > 0 AND lease_until > @lease AND NOT stopped
		) AS waiting`, map[string]any{"now": s.now(), "lease": s.leaseNow(), "orphan": inboxOrphan.Microseconds()}).Scan(&next).Error
	return moment(next), next != 0, fault(err)
}
