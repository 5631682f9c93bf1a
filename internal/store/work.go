package store

import (
	"context"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type workRow struct {
	Mailbox    meeting.AccountID `gorm:"primaryKey"`
	Event      meeting.EventID   `gorm:"primaryKey"`
	Generation int64
	MarkedAt   int64 // first mark since it last waited
	NotBefore  int64
	Attempts   int
	Reason     meeting.Reason
	Hold       bool // new marks wait too
	Deleted    bool
	Missing    bool
	LateUntil  int64
	Urgent     bool
	WebexUntil int64
	AfterAt    int64
	Vanished   bool
}

func (workRow) TableName() string { return "work" }

// Bite returns the mailbox's work that is due: what is urgent, then the oldest first.
func (s *Store) Bite(ctx context.Context, claim meeting.Claim, limit int) (works []meeting.Work, err error) {
	defer errs.Wrap(&err, "store: bite of %s", claim.Mailbox)
	read := s.read.WithContext(ctx)
	if err := s.check(read, claim, ""); err != nil {
		return nil, fault(err)
	}
	var rows []workRow
	err = read.Where("mailbox = ? AND not_before <= ?", claim.Mailbox, s.now()).
		Order("urgent DESC, not_before, marked_at, event").Limit(limit).Find(&rows).Error
	for _, row := range rows {
		works = append(works, meeting.Work{
			Mailbox:    row.Mailbox,
			Event:      row.Event,
			Generation: row.Generation,
			MarkedAt:   moment(row.MarkedAt),
			NotBefore:  moment(row.NotBefore),
			Attempts:   row.Attempts,
			Reason:     row.Reason,
			Deleted:    row.Deleted,
			Missing:    row.Missing,
			Late:       moment(row.LateUntil),
			Urgent:     row.Urgent,
			Webex:      moment(row.WebexUntil),
			Vanished:   row.Vanished,
		})
	}
	return works, fault(err)
}

// Done removes the work unless a newer mark came; then it begins anew, at once or
// when that mark said.
func (s *Store) Done(ctx context.Context, claim meeting.Claim, work meeting.Work) (err error) {
	defer errs.Wrap(&err, "store: done with %s in %s", work.Event, claim.Mailbox)
	return s.recorded(ctx, claim, func(tx *gorm.DB) error {
		gone := tx.Exec("DELETE FROM work WHERE mailbox = ? AND event = ? AND generation = ? AND webex_until = ?",
			claim.Mailbox, work.Event, work.Generation, micros(work.Webex))
		if gone.Error != nil || gone.RowsAffected == 1 {
			return gone.Error
		}
		// What could wait has come alone: all that was known before is done with.
		waits := tx.Exec(`UPDATE work SET attempts = 0, reason = '', hold = ?, not_before = after_at,
				deleted = ?, missing = ?, urgent = ?, late_until = 0
			WHERE mailbox = ? AND event = ? AND generation = ?`,
			false, false, false, false, claim.Mailbox, work.Event, work.Generation)
		if waits.Error != nil || waits.RowsAffected == 1 {
			return waits.Error
		}
		return tx.Exec("UPDATE work SET attempts = 0, reason = '', hold = ? WHERE mailbox = ? AND event = ?",
			false, claim.Mailbox, work.Event).Error
	})
}

// Postpone stores NotBefore, Attempts, Reason and Late of work. A newer mark
// keeps it due at once, except when hold is set: then new marks wait too, this
// one and those to come. Nor is the Late of a newer mark made earlier. A
// NotBefore of zero is now.
func (s *Store) Postpone(ctx context.Context, claim meeting.Claim, work meeting.Work, hold bool) (err error) {
	defer errs.Wrap(&err, "store: postpone %s in %s", work.Event, claim.Mailbox)
	notBefore := micros(work.NotBefore)
	if notBefore == 0 {
		notBefore = s.now()
	}
	return s.recorded(ctx, claim, func(tx *gorm.DB) error {
		return tx.Exec(`UPDATE work SET attempts = ?, reason = ?, hold = ?, urgent = urgent AND generation <> ?,
				not_before = CASE WHEN generation = ? OR ? THEN CAST(? AS bigint) ELSE not_before END,
				late_until = CASE WHEN generation = ? OR late_until < CAST(? AS bigint) THEN CAST(? AS bigint) ELSE late_until END
			WHERE mailbox = ? AND event = ?`,
			work.Attempts, work.Reason, hold, work.Generation,
			work.Generation, hold, notBefore,
			work.Generation, micros(work.Late), micros(work.Late),
			claim.Mailbox, work.Event).Error
	})
}

// Unread reports whether a marked event of the mailbox was not read since, as far
// as it could have been: it is due, or its last reading failed.
func (s *Store) Unread(ctx context.Context, mailbox meeting.AccountID) (unread bool, err error) {
	defer errs.Wrap(&err, "store: unread events of %s", mailbox)
	err = s.read.WithContext(ctx).Raw("SELECT EXISTS (SELECT 1 FROM inbox) OR EXISTS (SELECT 1 FROM work WHERE mailbox = ? AND event NOT LIKE ? AND (not_before <= ? OR reason IN ?))",
		mailbox, string(meeting.DraftEvent("%")), s.now(),
		[]meeting.Reason{meeting.WaitThrottled, meeting.WaitUnavailable, meeting.WaitNotSeenYet, meeting.WaitLook}).Scan(&unread).Error
	return unread, fault(err)
}
