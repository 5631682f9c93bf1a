package store

import (
	"context"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type ownerRow struct {
	Account meeting.AccountID `gorm:"primaryKey"`
	Tenant  meeting.TenantID
	UPN     string `gorm:"column:upn"`
	MadeBy  meeting.OwnerBy
	Since   int64
	Giver   meeting.AccountID
}

func (ownerRow) TableName() string { return "owners" }

// Owners lists those who were proven or appointed, and those bound by a name of
// the configuration, ordered by account.
func (s *Store) Owners(ctx context.Context, tenant meeting.TenantID) (owners []meeting.Owner, err error) {
	defer errs.Wrap(&err, "store: owners of tenant %s", tenant)
	var rows []ownerRow
	err = s.read.WithContext(ctx).Raw(`SELECT account, upn, made_by, since, giver FROM owners WHERE tenant = @tenant
		UNION ALL
		SELECT account, min(upn), @configured, 0, '' FROM owner_names
		WHERE tenant = @tenant AND account NOT IN (SELECT account FROM owners WHERE tenant = @tenant) GROUP BY account
		ORDER BY account`, map[string]any{"tenant": tenant, "configured": meeting.OwnerConfigured}).Scan(&rows).Error
	for _, row := range rows {
		owners = append(owners, meeting.Owner{Account: row.Account, UPN: row.UPN, By: row.MadeBy, Since: moment(row.Since), Giver: row.Giver})
	}
	return owners, fault(err)
}

// SaveOwner inserts, or changes nothing if the account is an owner already.
// errs.Invalid: who appoints is of another tenant.
func (s *Store) SaveOwner(ctx context.Context, owner meeting.Owner) (err error) {
	defer errs.Wrap(&err, "store: save owner %s", owner.Account)
	tenant := owner.Account.Tenant()
	if owner.Account.Object() == "" || owner.Giver != "" && owner.Giver.Tenant() != tenant {
		return errs.New(errs.Invalid, "owner without account, or appointed from another tenant")
	}
	row := ownerRow{
		Account: owner.Account,
		Tenant:  tenant,
		UPN:     owner.UPN,
		MadeBy:  owner.By,
		Since:   micros(owner.Since),
		Giver:   owner.Giver,
	}
	if row.Since == 0 {
		row.Since = s.now()
	}
	return fault(s.db.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

// DropOwner deletes an owner who was proven or appointed, and ends the account's
// sessions. errs.NotFound: they were none. errs.Conflict: the tenant would be
// left without one, which only configured, that the configuration names others,
// allows; two who remove each other at once are counted one after the other.
func (s *Store) DropOwner(ctx context.Context, account meeting.AccountID, configured bool) (err error) {
	defer errs.Wrap(&err, "store: drop owner %s", account)
	return s.write(ctx, func(tx *gorm.DB) error {
		var owners []string
		err := tx.Raw("SELECT account FROM owners WHERE tenant = ? ORDER BY account"+s.dialect.lock, account.Tenant()).Scan(&owners).Error
		if err != nil {
			return err
		}
		if !configured && len(owners) == 1 && owners[0] == string(account) {
			return errs.New(errs.Conflict, "the last owner")
		}
		dropped := tx.Exec("DELETE FROM owners WHERE account = ?", account)
		if dropped.Error == nil && dropped.RowsAffected == 0 {
			return errs.New(errs.NotFound, "not an owner")
		}
		if dropped.Error != nil {
			return dropped.Error
		}
		return endSessions(tx, account)
	})
}

// BindOwner ties the name to the account if it is tied to nobody in this
// account's tenant yet, and reports whether it is tied to the account.
func (s *Store) BindOwner(ctx context.Context, upn string, account meeting.AccountID) (bound bool, err error) {
	defer errs.Wrap(&err, "store: bind owner %s", account)
	upn = strings.ToLower(upn)
	if upn == "" || account.Object() == "" {
		return false, errs.New(errs.Invalid, "no name or no account")
	}
	db := s.db.WithContext(ctx)
	err = db.Exec("INSERT INTO owner_names (tenant, upn, account) VALUES (?, ?, ?) ON CONFLICT (tenant, upn) DO NOTHING",
		account.Tenant(), upn, account).Error
	if err != nil {
		return false, fault(err)
	}
	err = db.Raw("SELECT EXISTS (SELECT 1 FROM owner_names WHERE tenant = ? AND upn = ? AND account = ?)",
		account.Tenant(), upn, account).Scan(&bound).Error
	return bound, fault(err)
}

// BoundNames returns the names tied to the account, in lower case.
func (s *Store) BoundNames(ctx context.Context, account meeting.AccountID) (names []string, err error) {
	defer errs.Wrap(&err, "store: names of owner %s", account)
	err = s.read.WithContext(ctx).Raw("SELECT upn FROM owner_names WHERE account = ? ORDER BY upn", account).Scan(&names).Error
	return names, fault(err)
}
