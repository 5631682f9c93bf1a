package store

import (
	"context"
	"slices"
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
	Authority         meeting.Authority // on whose yes it is kept
	Stopped           bool              // tenant paused, or its consent withdrawn: never claimed
}

func (mailboxRow) TableName() string { return "mailboxes" }

// tenantWide reports whether the mailbox is kept on the administrator's yes.
func (r mailboxRow) tenantWide() bool {
	return r.Authority == meeting.TenantWide && r.ClosingUntil == 0
}

// waitingForPerson are the reasons of work that a person ends by connecting again.
var waitingForPerson = []meeting.Reason{meeting.WaitSignedOut, meeting.ProblemSignedOut, meeting.ProblemWebexNotLinked}

// reasonsOfPeople are those, and what the Webex organisation's administrator ends.
var reasonsOfPeople = append(slices.Clone(waitingForPerson), meeting.ProblemNoHost)

// Connect begins to keep the account's mailbox in step, or begins anew, if both
// its grants are live: subscription and sweep are due at once, and so is work
// that waited for the person. One that is kept for its tenant stays so, whatever
// its grants: sweep and waiting work are due. Where its consent is not there
// it counts as its person's: both grants make it individual, and without them it
// is not connected.
func (s *Store) Connect(ctx context.Context, account meeting.AccountID) (connected bool, err error) {
	defer errs.Wrap(&err, "store: connect %s", account)
	err = s.write(ctx, func(tx *gorm.DB) error {
		row, err := s.lockMailbox(tx, account)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		covered := false
		if err == nil && row.tenantWide() {
			if covered, err = s.authorised(tx, account.Tenant()); err != nil {
				return err
			}
		}
		if covered {
			connected = true
			if err := s.wantSweep(tx, account); err != nil {
				return err
			}
			return s.wakeForPerson(tx, account)
		}
		var live int
		err = tx.Raw("SELECT count(DISTINCT service) FROM grants WHERE account = ? AND state = ? AND service IN ?",
			account, meeting.GrantLive, []meeting.Service{meeting.Microsoft, meeting.Webex}).Scan(&live).Error
		if connected = err == nil && live == 2; !connected {
			return err
		}
		now := s.now()
		// Disconnecting dropped the work of one that is closing: its sweep is a first one.
		err = tx.Exec(`INSERT INTO mailboxes (id, tenant, due_at, sweep_due_at, subscription_due_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET swept_at = CASE WHEN mailboxes.closing_until <> 0 THEN 0 ELSE mailboxes.swept_at END,
				closing_until = 0, sweep_due_at = excluded.sweep_due_at, authority = 'individual', stopped = false`,
			account, account.Tenant(), now, now, 0).Error
		if err != nil {
			return err
		}
		if err := tx.Exec("UPDATE accounts SET erase_at = 0 WHERE id = ? AND erase_at <> 0", account).Error; err != nil {
			return err
		}
		if err := s.wantSubscriptionWork(tx, account); err != nil {
			return err
		}
		return s.wakeForPerson(tx, account)
	})
	if err != nil {
		return false, err
	}
	if connected {
		s.onMark()
	}
	return connected, nil
}

// authorised reports whether the tenant's consent is there, paused or not.
func (s *Store) authorised(tx *gorm.DB, tenant meeting.TenantID) (is bool, err error) {
	err = tx.Raw("SELECT EXISTS (SELECT 1 FROM tenants WHERE id = ? AND state = ?)", tenant, meeting.TenantAuthorised).Scan(&is).Error
	return is, err
}

// Disconnect ends the account's sessions and drops its pending work. Its grants
// live on for 24 hours, for taking subscriptions down alone; without one
// everything is deleted at once. Links stay, so that connecting again resumes.
// A mailbox that is kept for its tenant stays, with its work: the grants alone
// go, as soon as no subscription needs them.
func (s *Store) Disconnect(ctx context.Context, account meeting.AccountID) (err error) {
	defer errs.Wrap(&err, "store: disconnect %s", account)
	return s.disconnect(ctx, account, func(*gorm.DB, bool) error { return nil })
}

// Erase disconnects the account, and once that is done deletes all that is kept of
// its person: account, preferences, links, their history and the receipts. The
// organisation's own list of mailboxes is not the person's, and stays. Connecting
// again before it is done takes it back. errs.Conflict: the mailbox is kept for its
// tenant, whose owners decide.
func (s *Store) Erase(ctx context.Context, account meeting.AccountID) (err error) {
	defer errs.Wrap(&err, "store: erase %s", account)
	return s.disconnect(ctx, account, func(tx *gorm.DB, tenantWide bool) error {
		if tenantWide {
			return errs.New(errs.Conflict, "kept for its tenant")
		}
		return tx.Exec("UPDATE accounts SET erase_at = ? WHERE id = ?", s.now(), account).Error
	})
}

// disconnect is Disconnect, after what before does in the same transaction.
func (s *Store) disconnect(ctx context.Context, account meeting.AccountID, before func(tx *gorm.DB, tenantWide bool) error) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		row, err := s.lockMailbox(tx, account)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		kept := err == nil
		if err := before(tx, kept && row.tenantWide()); err != nil {
			return err
		}
		if err := endSessions(tx, account); err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM flows WHERE account = ?", account).Error; err != nil {
			return err
		}
		if kept && row.tenantWide() {
			return s.dropGrants(tx, account)
		}
		if err := tx.Exec("DELETE FROM work WHERE mailbox = ?", account).Error; err != nil {
			return err
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

// Closed ends a closing mailbox: tokens and pending work are deleted. The receipts
// of how it was closed come first: they may be erased with it.
func (s *Store) Closed(ctx context.Context, claim meeting.Claim) (err error) {
	defer errs.Wrap(&err, "store: close %s", claim.Mailbox)
	return s.withReceipts(ctx, claim.Mailbox, func(put func(*gorm.DB) error) error {
		return s.held(ctx, claim, func(tx *gorm.DB) error {
			row, err := s.lockMailbox(tx, claim.Mailbox)
			if err != nil {
				return err
			}
			if row.ClosingUntil == 0 {
				return errs.New(errs.Conflict, "connected again meanwhile")
			}
			if err := put(tx); err != nil {
				return err
			}
			return s.erase(tx, claim.Mailbox)
		})
	})
}

// erase deletes what a disconnected account must not leave: everything but
// account and links, and a grant that was given anew meanwhile; of one whose person
// asked for that those too.
func (s *Store) erase(tx *gorm.DB, accounts ...meeting.AccountID) error {
	if len(accounts) == 0 {
		return nil
	}
	for _, statement := range []string{
		"DELETE FROM mailboxes WHERE id IN ?",
		"DELETE FROM grants WHERE state <> 'live' AND account IN ?", // and their tokens
		"DELETE FROM intents WHERE mailbox IN ?",
		"DELETE FROM orphans WHERE mailbox IN ?",
		"DELETE FROM work WHERE mailbox IN ?",
		"DELETE FROM subscriptions WHERE mailbox IN ?",
	} {
		if err := tx.Exec(statement, accounts).Error; err != nil {
			return err
		}
	}
	var asked []meeting.AccountID
	for some := range slices.Chunk(accounts, 500) {
		var found []meeting.AccountID
		if err := tx.Raw("SELECT id FROM accounts WHERE id IN ? AND erase_at <> 0", some).Scan(&found).Error; err != nil {
			return err
		}
		asked = append(asked, found...)
	}
	for _, account := range asked {
		if err := s.forget(tx, account); err != nil {
			return err
		}
	}
	for _, account := range accounts {
		s.states.forgetMailbox(account)
	}
	return nil
}

// forget deletes all that is kept of a person.
func (s *Store) forget(tx *gorm.DB, account meeting.AccountID) error {
	if err := endSessions(tx, account); err != nil {
		return err
	}
	for _, statement := range []string{
		"DELETE FROM flows WHERE account = ?",
		"DELETE FROM grants WHERE account = ?", // and their tokens
		"DELETE FROM links WHERE mailbox = ?",
		"DELETE FROM history WHERE mailbox = ?",
		"DELETE FROM accounts WHERE id = ?",
	} {
		if err := tx.Exec(statement, account).Error; err != nil {
			return err
		}
	}
	_, err := s.eraseReceipts(tx, account, "asked for by the person")
	return err
}

// Authority returns on whose yes the mailbox is kept; meeting.Individual for one
// that is not.
func (s *Store) Authority(ctx context.Context, mailbox meeting.AccountID) (_ meeting.Authority, err error) {
	defer errs.Wrap(&err, "store: authority of %s", mailbox)
	authority := meeting.Individual
	err = s.read.WithContext(ctx).Raw("SELECT authority FROM mailboxes WHERE id = ? AND closing_until = 0", mailbox).Scan(&authority).Error
	return authority, fault(err)
}

// Mailbox returns how the work on the account's mailbox stands. One that is kept
// for a tenant whose consent is not there is not connected: its person may
// connect it.
func (s *Store) Mailbox(ctx context.Context, account meeting.AccountID) (_ meeting.Mailbox, err error) {
	defer errs.Wrap(&err, "store: mailbox %s", account)
	var row struct {
		Mailbox         mailboxRow `gorm:"embedded"`
		Waiting         int
		SubscribedUntil int64
		Covered         bool
	}
	found := s.read.WithContext(ctx).Raw(`SELECT mailboxes.*,
			(SELECT count(*) FROM work WHERE mailbox = mailboxes.id) AS waiting,
			(SELECT coalesce(max(expires_at), 0) FROM subscriptions
				WHERE mailbox = mailboxes.id AND graph_id <> '' AND NOT removed AND expires_at > ?) AS subscribed_until,
			(authority <> ? OR EXISTS (SELECT 1 FROM tenants WHERE id = mailboxes.tenant AND state = ?)) AS covered
		FROM mailboxes WHERE id = ?`, s.now(), meeting.TenantWide, meeting.TenantAuthorised, account).Scan(&row)
	if found.Error != nil || found.RowsAffected == 0 {
		return meeting.Mailbox{}, fault(found.Error)
	}
	return meeting.Mailbox{
		Account:         account,
		Connected:       row.Mailbox.ClosingUntil == 0 && row.Covered,
		Closing:         row.Mailbox.ClosingUntil != 0,
		Authority:       row.Mailbox.Authority,
		Waiting:         row.Waiting,
		DueAt:           moment(row.Mailbox.DueAt),
		SweptAt:         moment(row.Mailbox.SweptAt),
		SubscribedUntil: moment(row.SubscribedUntil),
		Trouble:         row.Mailbox.Trouble,
	}, nil
}

// wantSubscriptionWork makes the mailboxes' subscriptions due now. A due time
// that is past already changes too: that is how SubscriptionWork sees that
// something came while it was at work.
func (s *Store) wantSubscriptionWork(tx *gorm.DB, mailboxes ...meeting.AccountID) error {
	now := s.now()
	err := tx.Exec(`UPDATE mailboxes SET subscription_due_at = CASE
			WHEN subscription_due_at > 0 AND subscription_due_at <= ? THEN subscription_due_at - 1 ELSE ? END
		WHERE id IN ?`, now, now, mailboxes).Error
	if err != nil {
		return err
	}
	return s.makeDue(tx, mailboxes...)
}

// wakeForPerson makes the mailboxes' work due that waited for a person.
func (s *Store) wakeForPerson(tx *gorm.DB, mailboxes ...meeting.AccountID) error {
	err := tx.Exec("UPDATE work SET not_before = ?, hold = ? WHERE mailbox IN ? AND reason IN ?",
		s.now(), false, mailboxes, reasonsOfPeople).Error
	if err != nil {
		return err
	}
	return s.makeDue(tx, mailboxes...)
}

// makeDue makes the mailboxes due now that are not already.
func (s *Store) makeDue(tx *gorm.DB, mailboxes ...meeting.AccountID) error {
	now := s.now()
	return tx.Exec("UPDATE mailboxes SET due_at = ? WHERE id IN ? AND (due_at = 0 OR due_at > ?)", now, mailboxes, now).Error
}
