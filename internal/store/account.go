package store

import (
	"context"

	"gorm.io/gorm/clause"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type accountRow struct {
	ID          meeting.AccountID `gorm:"primaryKey"`
	UPN         string            `gorm:"column:upn"`
	Name        string
	Mail        string
	Addresses   []string `gorm:"serializer:json"`
	Language    string
	KeywordsOff bool
	Guest       bool
}

func (accountRow) TableName() string { return "accounts" }

// SaveAccount inserts or updates the account. KeywordsOff is the person's own
// choice and stays as it is in an account that is there already.
func (s *Store) SaveAccount(ctx context.Context, account meeting.Account) (err error) {
	defer errs.Wrap(&err, "store: save account %s", account.ID)
	row := accountRow(account)
	return fault(s.db.WithContext(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"upn", "name", "mail", "addresses", "language", "guest"}),
	}).Create(&row).Error)
}

// Account returns the account; errs.NotFound if the person never signed in.
func (s *Store) Account(ctx context.Context, id meeting.AccountID) (_ meeting.Account, err error) {
	defer errs.Wrap(&err, "store: account %s", id)
	var row accountRow
	err = s.read.WithContext(ctx).Take(&row, "id = ?", id).Error
	return meeting.Account(row), fault(err)
}
