package store

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"
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
// choice and stays as it is in an account that is there already. A UPN that is
// new to a member's account is no other's of the tenant any more: names are given
// away again, and who had it before may never sign in again to tell.
func (s *Store) SaveAccount(ctx context.Context, account meeting.Account) (err error) {
	defer errs.Wrap(&err, "store: save account %s", account.ID)
	row := accountRow(account)
	return s.write(ctx, func(tx *gorm.DB) error {
		if row.UPN != "" && !row.Guest {
			tenant := string(account.ID.Tenant())
			err := tx.Exec(`UPDATE accounts SET upn = '' WHERE id >= ? AND id < ? AND id <> ? AND id NOT LIKE '%@%' AND NOT guest
				AND lower(upn) = ? AND NOT EXISTS (SELECT 1 FROM accounts AS own WHERE own.id = ? AND lower(own.upn) = ?)`,
				tenant+"/", tenant+"0", row.ID, strings.ToLower(row.UPN), row.ID, strings.ToLower(row.UPN)).Error
			if err != nil {
				return err
			}
		}
		return tx.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "id"}},
			DoUpdates: clause.AssignmentColumns([]string{"upn", "name", "mail", "addresses", "language", "guest"}),
		}).Create(&row).Error
	})
}

// AccountByAddress returns whom of the tenant's people who signed in here the UPN
// or SMTP address belongs to, guests apart; errs.NotFound: to none of them;
// errs.Conflict: to more than one.
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
	if err != nil {
		return "", fault(err)
	}
	rows = slices.DeleteFunc(rows, func(row accountRow) bool { return row.Guest || !meeting.Account(row).Has(address) })
	switch len(rows) {
	case 0:
		return "", errs.New(errs.NotFound, "nobody who signed in")
	case 1:
		return rows[0].ID, nil
	}
	return "", errs.New(errs.Conflict, "%d people who signed in", len(rows))
}

// Account returns the account; errs.NotFound if the person never signed in.
func (s *Store) Account(ctx context.Context, id meeting.AccountID) (_ meeting.Account, err error) {
	defer errs.Wrap(&err, "store: account %s", id)
	var row accountRow
	err = s.read.WithContext(ctx).Take(&row, "id = ?", id).Error
	return meeting.Account(row), fault(err)
}
