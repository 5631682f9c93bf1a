package store

import (
	"context"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type tenantRow struct {
	ID           meeting.TenantID `gorm:"primaryKey"`
	Name         string
	Domains      []string `gorm:"serializer:json"`
	State        meeting.TenantState
	Reason       meeting.Reason
	Granted      []string `gorm:"serializer:json"`
	Excess       []string `gorm:"serializer:json"`
	ConsentedAt  int64
	RefusedAt    int64
	ProvenAt     int64
	Choice       meeting.Choice   `gorm:"serializer:json"`
	Settings     meeting.Settings `gorm:"serializer:json"`
	Paused       bool
	Progress     meeting.Progress `gorm:"serializer:json"`
	WebexGrant   meeting.GrantID
	WebexName    string
	WebexOffered meeting.GrantID
	WebexWaiting string
	DueAt        int64
	AskedAt      int64 // since the last claim
	Lease        int64
	LeaseUntil   int64 // by the clock of leases
}

func (tenantRow) TableName() string { return "tenants" }

func (r tenantRow) tenant() meeting.Tenant {
	return meeting.Tenant{
		ID:           r.ID,
		Name:         r.Name,
		Domains:      r.Domains,
		State:        r.State,
		Reason:       r.Reason,
		Granted:      r.Granted,
		Excess:       r.Excess,
		ConsentedAt:  moment(r.ConsentedAt),
		RefusedAt:    moment(r.RefusedAt),
		ProvenAt:     moment(r.ProvenAt),
		Choice:       r.Choice,
		Settings:     r.Settings,
		Paused:       r.Paused,
		Progress:     r.Progress,
		WebexGrant:   r.WebexGrant,
		WebexName:    r.WebexName,
		WebexOffered: r.WebexOffered,
		WebexWaiting: r.WebexWaiting,
	}
}

// Tenant returns the tenant; errs.NotFound for one that nobody ever asked for.
func (s *Store) Tenant(ctx context.Context, id meeting.TenantID) (_ meeting.Tenant, err error) {
	defer errs.Wrap(&err, "store: tenant %s", id)
	var row tenantRow
	err = s.read.WithContext(ctx).Take(&row, "id = ?", id).Error
	return row.tenant(), fault(err)
}

// Settings returns what the tenant's owners decided; the zero value if nobody
// ever asked for the tenant.
func (s *Store) Settings(ctx context.Context, id meeting.TenantID) (_ meeting.Settings, err error) {
	defer errs.Wrap(&err, "store: settings of tenant %s", id)
	var row tenantRow
	err = fault(s.read.WithContext(ctx).Select("settings").Take(&row, "id = ?", id).Error)
	if errs.Is(err, errs.NotFound) {
		err = nil
	}
	return row.Settings, err
}

// BeginProof notes that an administrator came back from the consent page: the
// tenant is proving unless it is authorised, and is looked at at once. What was
// refused before does not count any more.
func (s *Store) BeginProof(ctx context.Context, id meeting.TenantID) (err error) {
	defer errs.Wrap(&err, "store: begin proof of tenant %s", id)
	if id == "" {
		return errs.New(errs.Invalid, "no tenant")
	}
	now := s.now()
	err = s.write(ctx, func(tx *gorm.DB) error {
		err := tx.Exec(`INSERT INTO tenants (id, name, state, reason, consented_at) VALUES (?, '', ?, '', ?)
			ON CONFLICT (id) DO UPDATE SET consented_at = excluded.consented_at,
				reason = CASE WHEN tenants.state = ? THEN tenants.reason ELSE '' END,
				refused_at = CASE WHEN tenants.state = ? THEN tenants.refused_at ELSE 0 END,
				state = CASE WHEN tenants.state = ? THEN tenants.state ELSE excluded.state END`,
			id, meeting.TenantProving, now, meeting.TenantAuthorised, meeting.TenantAuthorised, meeting.TenantAuthorised).Error
		if err != nil {
			return err
		}
		return s.askTenant(tx, id)
	})
	if err == nil {
		s.onAsk()
	}
	return err
}

// LookAtTenant has the tenant looked at at once; errs.NotFound if nobody ever
// asked for it.
func (s *Store) LookAtTenant(ctx context.Context, id meeting.TenantID) (err error) {
	defer errs.Wrap(&err, "store: look at tenant %s", id)
	return s.changeTenant(ctx, id, func(tx *gorm.DB, _ tenantRow) error { return s.askTenant(tx, id) })
}

// SaveChoice stores whose mailboxes are kept in step, and has it taken up at once.
func (s *Store) SaveChoice(ctx context.Context, id meeting.TenantID, choice meeting.Choice) (err error) {
	defer errs.Wrap(&err, "store: save choice of tenant %s", id)
	return s.changeTenant(ctx, id, func(tx *gorm.DB, row tenantRow) error {
		choice.Assigned = row.Choice.Assigned
		if err := tx.Select("choice").Updates(&tenantRow{ID: id, Choice: choice}).Error; err != nil {
			return err
		}
		return s.askTenant(tx, id)
	})
}

// SaveSettings stores what the owners decided. Leaving the dry run has all
// mailboxes swept, and what waited for its end is due. Keywords that count again,
// and received events that are copied from now on, have them swept as for the
// first time: what was looked at before may mean something else now.
func (s *Store) SaveSettings(ctx context.Context, id meeting.TenantID, settings meeting.Settings) (err error) {
	defer errs.Wrap(&err, "store: save settings of tenant %s", id)
	err = s.changeTenant(ctx, id, func(tx *gorm.DB, tenant tenantRow) error {
		err := tx.Select("settings").Updates(&tenantRow{ID: id, Settings: settings}).Error
		if err != nil {
			return err
		}
		was := tenant.Settings
		anew := was.KeywordsOff && !settings.KeywordsOff || !was.CopyReceived && settings.CopyReceived
		if anew {
			if err := s.lockTenantMailboxes(tx, id); err != nil {
				return err
			}
			if err := tx.Exec("UPDATE mailboxes SET swept_at = 0 WHERE tenant = ? AND closing_until = 0", id).Error; err != nil {
				return err
			}
		}
		switch {
		case was.DryRun && !settings.DryRun:
			return s.sweepTenant(tx, id, []meeting.Reason{meeting.WaitDryRun})
		case anew:
			return s.sweepTenant(tx, id, nil)
		}
		return nil
	})
	if err == nil {
		s.onMark()
	}
	return err
}

// PauseTenant stops the tenant's mailboxes, or lets them go on, and has the
// tenant looked at.
func (s *Store) PauseTenant(ctx context.Context, id meeting.TenantID, paused bool) (err error) {
	defer errs.Wrap(&err, "store: pause tenant %s", id)
	err = s.changeTenant(ctx, id, func(tx *gorm.DB, tenant tenantRow) error {
		tenant.Paused = paused
		if err := tx.Select("paused").Updates(&tenantRow{ID: id, Paused: paused}).Error; err != nil {
			return err
		}
		if err := s.startMailboxes(tx, tenant); err != nil {
			return err
		}
		return s.askTenant(tx, id)
	})
	if err == nil {
		s.onMark()
	}
	return err
}

// changeTenant runs f with the tenant's row locked.
func (s *Store) changeTenant(ctx context.Context, id meeting.TenantID, f func(tx *gorm.DB, tenant tenantRow) error) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		tenant, err := s.lockTenant(tx, id)
		if err != nil {
			return err
		}
		return f(tx, tenant)
	})
	if err == nil {
		s.onAsk()
	}
	return err
}

// lockTenant locks the row and returns it; errs.NotFound if there is none. Lock
// order everywhere: the tenant, then mailboxes by key, then other rows.
func (s *Store) lockTenant(tx *gorm.DB, id meeting.TenantID) (row tenantRow, err error) {
	found := tx.Raw("SELECT * FROM tenants WHERE id = ?"+s.dialect.lock, id).Scan(&row)
	if found.Error == nil && found.RowsAffected == 0 {
		return row, errs.New(errs.NotFound, "nobody asked for the tenant")
	}
	return row, found.Error
}

// askTenant makes the tenant due now, also if it is looked at just now.
func (s *Store) askTenant(tx *gorm.DB, id meeting.TenantID) error {
	now := s.now()
	return tx.Exec("UPDATE tenants SET asked_at = ?, due_at = CASE WHEN due_at > 0 AND due_at < ? THEN due_at ELSE ? END WHERE id = ?",
		now, now, now, id).Error
}
