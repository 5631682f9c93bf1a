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
// for a mailbox that is kept for its tenant the same of all of those.
func (s *Store) Deletions(ctx context.Context, mailbox meeting.AccountID, since time.Time) (d meeting.Deletions, err error) {
	defer errs.Wrap(&err, "store: deletions of %s", mailbox)
	now := s.now()
	err = s.read.WithContext(ctx).Raw(`SELECT
			(SELECT count(*) FROM links WHERE mailbox = ? AND ended_at > ?) AS done,
			(SELECT count(*) FROM links WHERE mailbox = ? AND ends_at > ? AND state = ?) AS upcoming,
			EXISTS (SELECT 1 FROM mailboxes WHERE id = ? AND lifted_until > ?) AS lifted`,
		mailbox, micros(since), mailbox, now, meeting.LinkLinked, mailbox, now).Scan(&d).Error
	if err != nil {
		return d, fault(err)
	}
	var all struct{ Done, Upcoming int }
	err = s.read.WithContext(ctx).Raw(`SELECT
			(SELECT count(*) FROM links JOIN mailboxes AS box ON box.id = links.mailbox
				WHERE box.tenant = one.tenant AND box.authority = 'tenant' AND links.ended_at > 0 AND links.ended_at > ?) AS done,
			(SELECT count(*) FROM links JOIN mailboxes AS box ON box.id = links.mailbox
				WHERE box.tenant = one.tenant AND box.authority = 'tenant' AND links.ends_at > ? AND links.state = ?) AS upcoming
		FROM mailboxes AS one WHERE one.id = ? AND one.authority = 'tenant' AND one.closing_until = 0`,
		micros(since), now, meeting.LinkLinked, mailbox).Scan(&all).Error
	d.TenantDone, d.TenantUpcoming = all.Done, all.Upcoming
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
