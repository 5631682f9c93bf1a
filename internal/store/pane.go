package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

const (
	paneCodeLife  = time.Minute
	paneTokenLife = time.Hour
)

type paneCodeRow struct {
	CodeHash    string `gorm:"primaryKey"`
	Challenge   string
	SessionHash string
	Account     meeting.AccountID
	ExpiresAt   int64
}

func (paneCodeRow) TableName() string { return "pane_codes" }

type paneTokenRow struct {
	TokenHash   string `gorm:"primaryKey"`
	SessionHash string
	Account     meeting.AccountID
	ExpiresAt   int64
}

func (paneTokenRow) TableName() string { return "pane_tokens" }

// SaveCode keeps a one-time code of the pane for a minute, with the challenge it
// answers and the browser session it came from.
func (s *Store) SaveCode(ctx context.Context, code meeting.Secret, challenge string, session meeting.Secret, account meeting.AccountID) (err error) {
	defer errs.Wrap(&err, "store: save pane code of %s", account)
	if code.Empty() || challenge == "" || session.Empty() || account == "" {
		return errs.New(errs.Invalid, "code without value, challenge, session or account")
	}
	return fault(s.db.WithContext(ctx).Create(&paneCodeRow{
		CodeHash: hash(code), Challenge: challenge, SessionHash: hash(session), Account: account,
		ExpiresAt: micros(s.clock.Now().Add(paneCodeLife)),
	}).Error)
}

// TakeCode makes the code unusable, whatever comes of it, and returns whose it was
// and the hash of its session. errs.NotFound: unknown, used, late, or another
// challenge.
func (s *Store) TakeCode(ctx context.Context, code meeting.Secret, challenge string) (account meeting.AccountID, session string, err error) {
	defer errs.Wrap(&err, "store: take pane code")
	var row paneCodeRow
	taken := s.db.WithContext(ctx).Raw("DELETE FROM pane_codes WHERE code_hash = ? RETURNING *", hash(code)).Scan(&row)
	if taken.Error != nil {
		return "", "", fault(taken.Error)
	}
	if taken.RowsAffected == 0 || row.ExpiresAt <= s.now() || row.Challenge != challenge {
		return "", "", errs.New(errs.NotFound, "no such code")
	}
	return row.Account, row.SessionHash, nil
}

// SavePaneToken keeps a bearer token of the pane for an hour. session is what
// TakeCode returned.
func (s *Store) SavePaneToken(ctx context.Context, token meeting.Secret, account meeting.AccountID, session string) (err error) {
	defer errs.Wrap(&err, "store: save pane token of %s", account)
	if token.Empty() || account == "" {
		return errs.New(errs.Invalid, "token without value or account")
	}
	return fault(s.db.WithContext(ctx).Create(&paneTokenRow{
		TokenHash: hash(token), SessionHash: session, Account: account, ExpiresAt: micros(s.clock.Now().Add(paneTokenLife)),
	}).Error)
}

// PaneToken returns whose token it is; errs.NotFound for one that ended or never was.
func (s *Store) PaneToken(ctx context.Context, token meeting.Secret) (_ meeting.AccountID, err error) {
	defer errs.Wrap(&err, "store: pane token")
	var row paneTokenRow
	err = s.read.WithContext(ctx).Take(&row, "token_hash = ? AND expires_at > ?", hash(token), s.now()).Error
	return row.Account, fault(err)
}

// EndPaneToken ends the token and the browser session it came from, with all
// that the pane got through it; an unknown one is no error.
func (s *Store) EndPaneToken(ctx context.Context, token meeting.Secret) (err error) {
	defer errs.Wrap(&err, "store: end pane token")
	return s.write(ctx, func(tx *gorm.DB) error {
		var session string
		ended := tx.Raw("DELETE FROM pane_tokens WHERE token_hash = ? RETURNING session_hash", hash(token)).Scan(&session)
		if ended.Error != nil || ended.RowsAffected == 0 {
			return ended.Error
		}
		return endSession(tx, session)
	})
}
