package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type assignmentRow struct {
	Tenant    meeting.TenantID `gorm:"primaryKey"`
	Address   string           `gorm:"primaryKey"`
	Shared    bool
	HostID    string
	HostEmail string
	Since     int64
}

func (assignmentRow) TableName() string { return "assignments" }

// Assignments returns the hosts that the tenant's owners gave to mailboxes, by
// address.
func (s *Store) Assignments(ctx context.Context, tenant meeting.TenantID) (assignments []meeting.Assignment, err error) {
	defer errs.Wrap(&err, "store: assignments of tenant %s", tenant)
	var rows []assignmentRow
	err = s.read.WithContext(ctx).Where("tenant = ?", tenant).Order("address").Find(&rows).Error
	for _, r := range rows {
		assignments = append(assignments, meeting.Assignment{
			Address: r.Address, Shared: r.Shared, HostID: r.HostID, HostEmail: r.HostEmail, Since: moment(r.Since),
		})
	}
	return assignments, fault(err)
}

// SaveAssignment gives the mailbox a host, in place of an earlier one, and has
// it taken up at once. errs.NotFound: nobody ever asked for the tenant.
func (s *Store) SaveAssignment(ctx context.Context, tenant meeting.TenantID, a meeting.Assignment) (err error) {
	defer errs.Wrap(&err, "store: save assignment of tenant %s", tenant)
	if a.Address == "" || a.HostID == "" || a.HostEmail == "" {
		return errs.New(errs.Invalid, "assignment without mailbox or host")
	}
	return s.changeTenant(ctx, tenant, func(tx *gorm.DB, row tenantRow) error {
		err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&assignmentRow{
			Tenant: tenant, Address: a.Address, Shared: a.Shared, HostID: a.HostID, HostEmail: a.HostEmail, Since: micros(a.Since),
		}).Error
		if err != nil {
			return err
		}
		return s.assignmentsChanged(tx, row)
	})
}

// DropAssignment takes the host back that was given, and has that taken up at
// once. errs.NotFound: the tenant's owners gave none to the address.
func (s *Store) DropAssignment(ctx context.Context, tenant meeting.TenantID, address string) (err error) {
	defer errs.Wrap(&err, "store: drop assignment of tenant %s", tenant)
	return s.changeTenant(ctx, tenant, func(tx *gorm.DB, row tenantRow) error {
		gone := tx.Exec("DELETE FROM assignments WHERE tenant = ? AND address = ?", tenant, address)
		if gone.Error != nil {
			return gone.Error
		}
		if gone.RowsAffected == 0 {
			return errs.New(errs.NotFound, "no host was given")
		}
		return s.assignmentsChanged(tx, row)
	})
}

// assignmentsChanged keeps a look that goes on from carrying out what was before.
func (s *Store) assignmentsChanged(tx *gorm.DB, row tenantRow) error {
	row.Choice.Assigned++
	if err := tx.Select("choice").Updates(&tenantRow{ID: row.ID, Choice: row.Choice}).Error; err != nil {
		return err
	}
	return s.askTenant(tx, row.ID)
}
