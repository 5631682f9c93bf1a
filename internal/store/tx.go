package store

import (
	"context"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type transactionKey struct{}

// InTransaction reports whether ctx belongs to an open transaction of a store:
// no remote call may be made with such a context.
func InTransaction(ctx context.Context) bool { return ctx.Value(transactionKey{}) != nil }

// write runs f in a transaction. Inside, only tx is used: on SQLite the outer
// handle would wait for itself.
func (s *Store) write(ctx context.Context, f func(tx *gorm.DB) error) error {
	if InTransaction(ctx) {
		return errs.New(errs.Internal, "transaction inside a transaction")
	}
	ctx = context.WithValue(ctx, transactionKey{}, true)
	return fault(s.db.WithContext(ctx).Transaction(f))
}

// held runs f in a transaction in which the claim's lease is known to run and
// the mailbox row is locked.
func (s *Store) held(ctx context.Context, claim meeting.Claim, f func(tx *gorm.DB) error) error {
	return s.write(ctx, func(tx *gorm.DB) error {
		if err := s.check(tx, claim, s.dialect.lock); err != nil {
			return err
		}
		return f(tx)
	})
}

// check returns errs.Conflict unless the claim's lease runs.
func (s *Store) check(tx *gorm.DB, claim meeting.Claim, lock string) error {
	var id string
	found := tx.Raw("SELECT id FROM mailboxes WHERE id = ? AND lease = ? AND lease_until > ?"+lock,
		claim.Mailbox, claim.Lease, s.leaseNow()).Scan(&id)
	if found.Error == nil && found.RowsAffected == 0 {
		return errs.New(errs.Conflict, "lease lost")
	}
	return found.Error
}

// lockMailbox locks the row and returns it; errs.NotFound if there is none.
// Lock order everywhere: mailboxes by key, then other rows by key.
func (s *Store) lockMailbox(tx *gorm.DB, id meeting.AccountID) (mailboxRow, error) {
	var row mailboxRow
	found := tx.Raw("SELECT * FROM mailboxes WHERE id = ?"+s.dialect.lock, id).Scan(&row)
	if found.Error == nil && found.RowsAffected == 0 {
		return row, errs.New(errs.NotFound, "mailbox is not kept in step")
	}
	return row, found.Error
}

// draw returns a number that never repeats, higher than any drawn before for
// a row that the transaction has locked.
func (s *Store) draw(tx *gorm.DB) (n int64, err error) {
	err = tx.Raw(s.dialect.number).Scan(&n).Error
	return n, err
}
