package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// closingTime is how long tokens of a disconnected mailbox are kept, for taking
// its subscription down alone.
const closingTime = 24 * time.Hour

// mailboxRow is a mailbox that is kept in step, or was until just now.
type mailboxRow struct {
	ID                meeting.AccountID `gorm:"primaryKey"`
	Tenant            meeting.TenantID
	DueAt             int64 // earliest of what waits
	Lease             int64
	LeaseUntil        int64 // by the clock of leases
	SweepDueAt        int64
	SweptAt           int64
	SubscriptionDueAt int64
	ClosingUntil      int64
	LiftedUntil       int64
	Trouble           meeting.Reason
}

func (mailboxRow) TableName() string { return "mailboxes" }

// waitingForPerson are the reasons of work that a person ends by connecting again.
var waitingForPerson = []meeting.Reason{meeting.WaitSignedOut, meeting.ProblemSignedOut, meeting.ProblemWebexNotLinked}

// Connect begins to keep the account's mailbox in step, or begins anew, if both
// its grants are live: subscription and sweep are due at once, and so is work
// that waited for the person.
func (s *Store) Connect(ctx context.Context, account meeting.AccountID) (connected bool, err error) {
	defer errs.Wrap(&err, "store: connect %s", account)
	err = s.write(ctx, func(tx *gorm.DB) error {
		if _, err := s.lockMailbox(tx, account); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		var live int
		err := tx.Raw("SELECT count(DISTINCT service) FROM grants WHERE account = ? AND state = ? AND service IN ?",
			account, meeting.GrantLive, []meeting.Service{meeting.Microsoft, meeting.Webex}).Scan(&live).Error
		if connected = err == nil && live == 2; !connected {
			return err
		}
		now := s.now()
		err = tx.Exec(`INSERT INTO mailboxes (id, tenant, due_at, sweep_due_at, subscription_due_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET closing_until = 0, sweep_due_at = excluded.sweep_due_at`,
			account, account.Tenant(), now, now, 0).Error
		if err != nil {
			return err
		}
		if err := s.wantSubscriptionWork(tx, account); err != nil {
			return err
		}
		return tx.Exec("UPDATE work SET not_before = ?, hold = ? WHERE mailbox = ? AND reason IN ?",
			now, false, account, waitingForPerson).Error
	})
	if err != nil {
		return false, err
	}
	if connected {
		s.onMark()
	}
	return connected, nil
}

// Disconnect ends the account's sessions and drops its pending work. Its grants
// live on for 24 hours, for taking subscriptions down alone; without one
// everything is deleted at once. Links stay, so that connecting again resumes.
func (s *Store) Disconnect(ctx context.Context, account meeting.AccountID) (err error) {
	defer errs.Wrap(&err, "store: disconnect %s", account)
	err = s.write(ctx, func(tx *gorm.DB) error {
		_, err := s.lockMailbox(tx, account)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		kept := err == nil
		for _, table := range []string{"sessions WHERE account", "flows WHERE account", "work WHERE mailbox"} {
			if err := tx.Exec("DELETE FROM "+table+" = ?", account).Error; err != nil {
				return err
			}
		}
		err = tx.Exec("UPDATE grants SET state = ? WHERE account = ? AND state = ?",
			meeting.GrantClosing, account, meeting.GrantLive).Error
		if err != nil {
			return err
		}
		var subscriptions int
		if err := tx.Raw("SELECT count(*) FROM subscriptions WHERE mailbox = ?", account).Scan(&subscriptions).Error; err != nil {
			return err
		}
		if !kept || subscriptions == 0 {
			return s.erase(tx, account)
		}
		if err := s.wantSubscriptionWork(tx, account); err != nil {
			return err
		}
		return tx.Exec("UPDATE mailboxes SET closing_until = ?, sweep_due_at = 0 WHERE id = ?",
			micros(s.clock.Now().Add(closingTime)), account).Error
	})
	if err != nil {
		return err
	}
	s.onMark()
	return nil
}

// Closed ends a closing mailbox: tokens and pending work are deleted.
func (s *Store) Closed(ctx context.Context, claim meeting.Claim) (err error) {
	defer errs.Wrap(&err, "store: close %s", claim.Mailbox)
	return s.held(ctx, claim, func(tx *gorm.DB) error {
		row, err := s.lockMailbox(tx, claim.Mailbox)
		if err != nil {
			return err
		}
		if row.ClosingUntil == 0 {
			return errs.New(errs.Conflict, "connected again meanwhile")
		}
		return s.erase(tx, claim.Mailbox)
	})
}

// erase deletes what a disconnected account must not leave: everything but
// account and links, and a grant that was given anew meanwhile.
func (s *Store) erase(tx *gorm.DB, account meeting.AccountID) error {
	for _, statement := range []string{
		"DELETE FROM mailboxes WHERE id = ?",
		"DELETE FROM grants WHERE state <> 'live' AND account = ?", // and their tokens
		"DELETE FROM intents WHERE mailbox = ?",
		"DELETE FROM work WHERE mailbox = ?",
		"DELETE FROM subscriptions WHERE mailbox = ?",
	} {
		if err := tx.Exec(statement, account).Error; err != nil {
			return err
		}
	}
	s.states.forgetMailbox(account)
	return nil
}

// Mailbox returns how the work on the account's mailbox stands.
func (s *Store) Mailbox(ctx context.Context, account meeting.AccountID) (_ meeting.Mailbox, err error) {
	defer errs.Wrap(&err, "store: mailbox %s", account)
	var row struct {
		Mailbox         mailboxRow `gorm:"embedded"`
		Waiting         int
		SubscribedUntil int64
	}
	found := s.read.WithContext(ctx).Raw(`SELECT mailboxes.*,
			(SELECT count(*) FROM work WHERE mailbox = mailboxes.id) AS waiting,
			(SELECT coalesce(max(expires_at), 0) FROM subscriptions
				WHERE mailbox = mailboxes.id AND graph_id <> '' AND NOT removed AND expires_at > ?) AS subscribed_until
		FROM mailboxes WHERE id = ?`, s.now(), account).Scan(&row)
	if found.Error != nil || found.RowsAffected == 0 {
		return meeting.Mailbox{}, fault(found.Error)
	}
	return meeting.Mailbox{
		Account:         account,
		Connected:       row.Mailbox.ClosingUntil == 0,
		Closing:         row.Mailbox.ClosingUntil != 0,
		Waiting:         row.Waiting,
		DueAt:           moment(row.Mailbox.DueAt),
		SweptAt:         moment(row.Mailbox.SweptAt),
		SubscribedUntil: moment(row.SubscribedUntil),
		Trouble:         row.Mailbox.Trouble,
	}, nil
}

// wantSubscriptionWork makes the mailbox's subscriptions due now. A due time
// that is past already changes too: that is how SubscriptionWork sees that
// something came while it was at work.
func (s *Store) wantSubscriptionWork(tx *gorm.DB, mailbox meeting.AccountID) error {
	now := s.now()
	err := tx.Exec(`UPDATE mailboxes SET subscription_due_at = CASE
			WHEN subscription_due_at > 0 AND subscription_due_at <= ? THEN subscription_due_at - 1 ELSE ? END
		WHERE id = ?`, now, now, mailbox).Error
	if err != nil {
		return err
	}
	return s.makeDue(tx, mailbox)
}

// makeDue makes the mailbox due now, if it is not already.
func (s *Store) makeDue(tx *gorm.DB, mailbox meeting.AccountID) error {
	now := s.now()
	return tx.Exec("UPDATE mailboxes SET due_at = ? WHERE id = ? AND (due_at = 0 OR due_at > ?)", now, mailbox, now).Error
}
