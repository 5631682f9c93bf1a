package store

import (
	"context"
	"strings"

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

// AccountByAddress returns whom of the tenant's people who signed in here the UPN
// or SMTP address belongs to; errs.NotFound: to none of them. Of several it is
// the first.
func (s *Store) AccountByAddress(ctx context.Context, tenant meeting.TenantID, address string) (_ meeting.AccountID, err error) {
	defer errs.Wrap(&err, "store: account by address in %s", tenant)
	address = strings.ToLower(strings.TrimSpace(address))
	var rows []accountRow
	// One tenant's accounts: '0' comes after '/'. Those who are known by nothing
	// but an address did not sign in.
	err = s.read.WithContext(ctx).
		Where("id >= ? AND id < ? AND id NOT LIKE ?", string(tenant)+"/", string(tenant)+"0", "%@%").
		Where("lower(upn) = ? OR lower(mail) = ? OR addresses LIKE ?", address, address, "%\""+address+"\"%").
		Order("id").Find(&rows).Error
	for _, row := range rows {
		if meeting.Account(row).Has(address) {
			return row.ID, fault(err)
		}
	}
	if err == nil {
		err = errs.New(errs.NotFound, "nobody who signed in")
	}
	return "", fault(err)
}

// Account returns the account; errs.NotFound if the person never signed in.
func (s *Store) Account(ctx context.Context, id meeting.AccountID) (_ meeting.Account, err error) {
	defer errs.Wrap(&err, "store: account %s", id)
	var row accountRow
	err = s.read.WithContext(ctx).Take(&row, "id = ?", id).Error
	return meeting.Account(row), fault(err)
}
