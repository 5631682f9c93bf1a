package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

const (
	sessionIdle = 12 * time.Hour
	sessionLife = 7 * 24 * time.Hour
	// sessionStep keeps a page with many requests from writing at each of them.
	sessionStep = time.Minute
)

type sessionRow struct {
	IDHash    string `gorm:"primaryKey"`
	Account   meeting.AccountID
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	SeenAt    int64
}

func (sessionRow) TableName() string { return "sessions" }

// CreateSession begins a session. id is random, from the browser's cookie.
func (s *Store) CreateSession(ctx context.Context, id meeting.Secret, account meeting.AccountID) (err error) {
	defer errs.Wrap(&err, "store: create session of %s", account)
	if id.Empty() {
		return errs.New(errs.Invalid, "session without id")
	}
	now := s.now()
	return fault(s.db.WithContext(ctx).Create(&sessionRow{IDHash: hash(id), Account: account, CreatedAt: now, SeenAt: now}).Error)
}

// Session returns the session and notes that it was seen. errs.NotFound:
// unknown, ended, idle for 12 hours or 7 days old.
func (s *Store) Session(ctx context.Context, id meeting.Secret) (_ meeting.Session, err error) {
	defer errs.Wrap(&err, "store: session")
	var row sessionRow
	now := s.clock.Now()
	err = s.read.WithContext(ctx).Take(&row, "id_hash = ? AND created_at > ? AND seen_at > ?",
		hash(id), micros(now.Add(-sessionLife)), micros(now.Add(-sessionIdle))).Error
	if err != nil {
		return meeting.Session{}, fault(err)
	}
	if now.Sub(moment(row.SeenAt)) >= sessionStep {
		row.SeenAt = micros(now)
		err = s.db.WithContext(ctx).Exec("UPDATE sessions SET seen_at = ? WHERE id_hash = ?", row.SeenAt, row.IDHash).Error
	}
	return meeting.Session{Account: row.Account, CreatedAt: moment(row.CreatedAt), SeenAt: moment(row.SeenAt)}, fault(err)
}

// EndSession ends one session, and what the pane got through it; an unknown one
// is no error.
func (s *Store) EndSession(ctx context.Context, id meeting.Secret) (err error) {
	defer errs.Wrap(&err, "store: end session")
	return s.write(ctx, func(tx *gorm.DB) error { return endSession(tx, hash(id)) })
}

func endSession(tx *gorm.DB, hash string) error {
	for _, which := range []string{"pane_tokens WHERE session_hash", "pane_codes WHERE session_hash", "sessions WHERE id_hash"} {
		if err := tx.Exec("DELETE FROM "+which+" = ?", hash).Error; err != nil {
			return err
		}
	}
	return nil
}

// EndSessions ends all sessions of a person, in browsers and in the pane.
func (s *Store) EndSessions(ctx context.Context, account meeting.AccountID) (err error) {
	defer errs.Wrap(&err, "store: end sessions of %s", account)
	return s.write(ctx, func(tx *gorm.DB) error { return endSessions(tx, account) })
}

func endSessions(tx *gorm.DB, account meeting.AccountID) error {
	for _, table := range []string{"pane_tokens", "pane_codes", "sessions"} {
		if err := tx.Exec("DELETE FROM "+table+" WHERE account = ?", account).Error; err != nil {
			return err
		}
	}
	return nil
}
