package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type intentRow struct {
	Nonce    string `gorm:"primaryKey"`
	Mailbox  meeting.AccountID
	Event    meeting.EventID
	GrantID  meeting.GrantID
	Host     string
	StartsAt int64
	EndsAt   int64
	MadeAt   int64
	Looks    int
	LookAt   int64
	Given    bool
}

func (intentRow) TableName() string { return "intents" }

// Intents returns the open intents of the event, oldest first.
func (s *Store) Intents(ctx context.Context, mailbox meeting.AccountID, event meeting.EventID) (intents []meeting.Intent, err error) {
	defer errs.Wrap(&err, "store: intents of %s in %s", event, mailbox)
	var rows []intentRow
	err = s.read.WithContext(ctx).Where("mailbox = ? AND event = ?", mailbox, event).Order("made_at, nonce").Find(&rows).Error
	for _, row := range rows {
		intents = append(intents, meeting.Intent{
			Nonce:   row.Nonce,
			Mailbox: row.Mailbox,
			Event:   row.Event,
			Grant:   row.GrantID,
			Host:    row.Host,
			Start:   moment(row.StartsAt),
			End:     moment(row.EndsAt),
			MadeAt:  moment(row.MadeAt),
			Looks:   row.Looks,
			LookAt:  moment(row.LookAt),
			Given:   row.Given,
		})
	}
	return intents, fault(err)
}

// SaveIntent inserts or updates by nonce.
func (s *Store) SaveIntent(ctx context.Context, claim meeting.Claim, intent meeting.Intent) (err error) {
	defer errs.Wrap(&err, "store: save intent for %s in %s", intent.Event, claim.Mailbox)
	if intent.Mailbox != claim.Mailbox || intent.Nonce == "" {
		return errs.New(errs.Invalid, "intent without nonce or of another mailbox")
	}
	row := newIntentRow(intent)
	return s.held(ctx, claim, func(tx *gorm.DB) error {
		return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
	})
}

// ReopenIntent inserts an intent that others have settled while its create was
// under way. It needs no lease: nobody else knows the nonce. One that is still
// open stays as it is; without its mailbox it is dropped.
func (s *Store) ReopenIntent(ctx context.Context, intent meeting.Intent) (err error) {
	defer errs.Wrap(&err, "store: reopen intent for %s in %s", intent.Event, intent.Mailbox)
	row := newIntentRow(intent)
	err = s.write(ctx, func(tx *gorm.DB) error {
		if _, err := s.lockMailbox(tx, intent.Mailbox); err != nil {
			return err
		}
		return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
	})
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

func newIntentRow(intent meeting.Intent) intentRow {
	return intentRow{
		Nonce:    intent.Nonce,
		Mailbox:  intent.Mailbox,
		Event:    intent.Event,
		GrantID:  intent.Grant,
		Host:     intent.Host,
		StartsAt: micros(intent.Start),
		EndsAt:   micros(intent.End),
		MadeAt:   micros(intent.MadeAt),
		Looks:    intent.Looks,
		LookAt:   micros(intent.LookAt),
		Given:    intent.Given,
	}
}

// DeleteIntent deletes the intent; an unknown one is no error.
func (s *Store) DeleteIntent(ctx context.Context, claim meeting.Claim, nonce string) (err error) {
	defer errs.Wrap(&err, "store: delete intent in %s", claim.Mailbox)
	return s.held(ctx, claim, func(tx *gorm.DB) error { return deleteIntent(tx, claim.Mailbox, nonce) })
}

func deleteIntent(tx *gorm.DB, mailbox meeting.AccountID, nonce string) error {
	return tx.Exec("DELETE FROM intents WHERE nonce = ? AND mailbox = ?", nonce, mailbox).Error
}
