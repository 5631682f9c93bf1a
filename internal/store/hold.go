package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// liftTime is how long a person's yes to held deletions holds.
const liftTime = time.Hour

// Deletions counts what a hold is judged by: meetings of the mailbox deleted
// since t, meetings upcoming now, and whether a person said yes to held ones;
// for a mailbox that is kept for its tenant the same of all of those, where the
// upcoming ones of a large tenant may be those of a minute ago. Drafts do not count.
func (s *Store) Deletions(ctx context.Context, mailbox meeting.AccountID, since time.Time) (d meeting.Deletions, err error) {
	defer errs.Wrap(&err, "store: deletions of %s", mailbox)
	now := s.now()
	err = s.read.WithContext(ctx).Raw(`SELECT
			(SELECT count(*) FROM links WHERE mailbox = ? AND ended_at > ? AND NOT draft) AS done,
			(SELECT count(*) FROM links WHERE mailbox = ? AND ends_at > ? AND state IN ? AND NOT draft) AS upcoming,
			EXISTS (SELECT 1 FROM mailboxes WHERE id = ? AND lifted_until > ?) AS lifted`,
		mailbox, micros(since), mailbox, now, []meeting.LinkState{meeting.LinkLinked, meeting.LinkEnding}, mailbox, now).Scan(&d).Error
	if err != nil {
		return d, fault(err)
	}
	var tenant string // GORM counts no rows into a type of our own
	found := s.read.WithContext(ctx).Raw("SELECT tenant FROM mailboxes WHERE id = ? AND authority = 'tenant' AND closing_until = 0", mailbox).Scan(&tenant)
	if found.Error != nil || found.RowsAffected == 0 {
		return d, fault(found.Error)
	}
	return s.tenantDeletions(ctx, d, meeting.TenantID(tenant), since)
}

// upcomingAge is how old the number of a large tenant's upcoming meetings may be.
const upcomingAge = time.Minute

// tenantDeletions adds what counts of the tenant as a whole. What was deleted is
// found among all that was, whosever it is; what is upcoming has to be counted
// mailbox by mailbox, and that takes a tenth of a second in a tenant of ten
// thousand.
func (s *Store) tenantDeletions(ctx context.Context, d meeting.Deletions, tenant meeting.TenantID, since time.Time) (meeting.Deletions, error) {
	err := s.read.WithContext(ctx).Raw(`WITH lately AS MATERIALIZED (SELECT mailbox FROM links WHERE ended_at > 0 AND ended_at > ? AND NOT draft)
		SELECT count(*) FROM lately JOIN mailboxes AS box ON box.id = lately.mailbox WHERE box.tenant = ? AND box.authority = 'tenant'`,
		micros(since), tenant).Scan(&d.TenantDone).Error
	if err != nil {
		return d, fault(err)
	}
	if n, ok := s.upcoming.get(tenant, s.clock.Now()); ok {
		d.TenantUpcoming = n
		return d, nil
	}
	err = s.read.WithContext(ctx).Raw(`SELECT count(*) FROM mailboxes AS box JOIN links ON links.mailbox = box.id
		WHERE box.tenant = ? AND box.authority = 'tenant' AND links.ends_at > ? AND links.state IN ? AND NOT links.draft`,
		tenant, s.now(), []meeting.LinkState{meeting.LinkLinked, meeting.LinkEnding}).Scan(&d.TenantUpcoming).Error
	if err == nil && d.TenantUpcoming >= largeTenant {
		s.upcoming.put(tenant, d.TenantUpcoming, s.clock.Now().Add(upcomingAge))
	}
	return d, fault(err)
}

// LiftHold lets the account's held deletions go on for an hour.
func (s *Store) LiftHold(ctx context.Context, account meeting.AccountID) (err error) {
	defer errs.Wrap(&err, "store: lift hold of %s", account)
	err = s.write(ctx, func(tx *gorm.DB) error {
		if _, err := s.lockMailbox(tx, account); err != nil {
			return err
		}
		now := s.now()
		if err := tx.Exec("UPDATE mailboxes SET lifted_until = ? WHERE id = ?",
			micros(s.clock.Now().Add(liftTime)), account).Error; err != nil {
			return err
		}
		if err := tx.Exec("UPDATE work SET not_before = ? WHERE mailbox = ? AND reason = ?",
			now, account, meeting.WaitHeld).Error; err != nil {
			return err
		}
		return s.makeDue(tx, account)
	})
	if err == nil {
		s.onMark()
	}
	return err
}
