package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type appointmentRow struct {
	Account meeting.AccountID `gorm:"primaryKey"`
	Tenant  meeting.TenantID
	UPN     string `gorm:"column:upn"`
	Role    meeting.Role
	Since   int64
	Giver   meeting.AccountID
}

func (appointmentRow) TableName() string { return "appointments" }

// Appointments returns the roles that the tenant's owners gave, by account.
func (s *Store) Appointments(ctx context.Context, tenant meeting.TenantID) (list []meeting.Appointment, err error) {
	defer errs.Wrap(&err, "store: appointments of tenant %s", tenant)
	var rows []appointmentRow
	err = s.read.WithContext(ctx).Where("tenant = ?", tenant).Order("account").Find(&rows).Error
	for _, r := range rows {
		list = append(list, meeting.Appointment{Account: r.Account, UPN: r.UPN, Role: r.Role, Since: moment(r.Since), Giver: r.Giver})
	}
	return list, fault(err)
}

// SaveAppointment gives somebody a role, in place of an earlier one. errs.Invalid:
// no such role, or who gives it is of another tenant.
func (s *Store) SaveAppointment(ctx context.Context, a meeting.Appointment) (err error) {
	defer errs.Wrap(&err, "store: appoint %s", a.Account)
	tenant := a.Account.Tenant()
	if a.Account.Object() == "" || a.Giver.Tenant() != tenant || a.Role != meeting.RoleOperator && a.Role != meeting.RoleReader {
		return errs.New(errs.Invalid, "appointment without account or role, or from another tenant")
	}
	row := appointmentRow{Account: a.Account, Tenant: tenant, UPN: a.UPN, Role: a.Role, Since: micros(a.Since), Giver: a.Giver}
	return fault(s.db.WithContext(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

// DropAppointment takes the role back and ends the account's sessions.
// errs.NotFound: they had none.
func (s *Store) DropAppointment(ctx context.Context, account meeting.AccountID) (err error) {
	defer errs.Wrap(&err, "store: dismiss %s", account)
	return s.write(ctx, func(tx *gorm.DB) error {
		dropped := tx.Exec("DELETE FROM appointments WHERE account = ?", account)
		if dropped.Error == nil && dropped.RowsAffected == 0 {
			return errs.New(errs.NotFound, "no appointment")
		}
		if dropped.Error != nil {
			return dropped.Error
		}
		return endSessions(tx, account)
	})
}
