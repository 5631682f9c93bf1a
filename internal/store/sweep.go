package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// Swept stores when the sweep that ended began, marks its finds in the same
// transaction, and sets when the next is due (zero: never). A sweep that was
// asked for since the claim stays due, whatever the clock of who asked says, and
// a first one if that was asked for.
func (s *Store) Swept(ctx context.Context, claim meeting.Claim, started time.Time, marks []meeting.Mark, next time.Time) (err error) {
	defer errs.Wrap(&err, "store: swept %s", claim.Mailbox)
	err = s.held(ctx, claim, func(tx *gorm.DB) error {
		known := micros(claim.SweepDue)
		err := tx.Exec(`UPDATE mailboxes SET swept_at = CASE WHEN swept_at = 0 AND CAST(? AS bigint) <> 0 THEN 0 ELSE CAST(? AS bigint) END,
				sweep_due_at = CASE WHEN sweep_due_at > ? AND sweep_due_at <= ? THEN sweep_due_at ELSE CAST(? AS bigint) END
			WHERE id = ? AND closing_until = 0`,
			micros(claim.SweptAt), micros(started), known, s.now(), micros(next), claim.Mailbox).Error
		if err != nil {
			return err
		}
		return s.mark(tx, marks)
	})
	if err != nil {
		return err
	}
	s.onMark()
	return nil
}

// wantSweep makes a sweep of the mailboxes due now.
func (s *Store) wantSweep(tx *gorm.DB, mailboxes ...meeting.AccountID) error {
	err := tx.Exec("UPDATE mailboxes SET sweep_due_at = ? WHERE id IN ? AND closing_until = 0", s.now(), mailboxes).Error
	if err != nil {
		return err
	}
	return s.makeDue(tx, mailboxes...)
}
