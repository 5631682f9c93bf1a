package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type hookRow struct {
	ID           string `gorm:"primaryKey"`
	GrantID      meeting.GrantID
	Event        string
	WebexID      string
	SecretSealed []byte
	Strong       bool
	CheckedAt    int64
}

func (hookRow) TableName() string { return "hooks" }

func (r hookRow) place() string { return "hooks.secret " + r.ID }

func (s *Store) hook(r hookRow) (meeting.Hook, error) {
	secret, err := s.open(r.SecretSealed, r.place())
	return meeting.Hook{
		ID: r.ID, Grant: r.GrantID, Event: r.Event, WebexID: r.WebexID, Secret: secret, Strong: r.Strong, CheckedAt: moment(r.CheckedAt),
	}, err
}

// AddHook stores a webhook about to be registered. errs.Conflict: the grant has
// one for the event.
func (s *Store) AddHook(ctx context.Context, h meeting.Hook) (err error) {
	defer errs.Wrap(&err, "store: add webhook")
	row := hookRow{ID: h.ID, GrantID: h.Grant, Event: h.Event, CheckedAt: micros(h.CheckedAt)}
	if row.SecretSealed, err = s.seal(h.Secret, row.place()); err != nil {
		return err
	}
	return s.write(ctx, func(tx *gorm.DB) error {
		made := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if made.Error == nil && made.RowsAffected == 0 {
			return errs.New(errs.Conflict, "the grant has one")
		}
		return made.Error
	})
}

// Hooks returns the webhooks of a grant.
func (s *Store) Hooks(ctx context.Context, grant meeting.GrantID) (_ []meeting.Hook, err error) {
	defer errs.Wrap(&err, "store: webhooks of a grant")
	return s.hooks(s.read.WithContext(ctx).Where("grant_id = ?", grant))
}

// AccountHooks returns the webhooks of all grants of an account.
func (s *Store) AccountHooks(ctx context.Context, account meeting.AccountID) (_ []meeting.Hook, err error) {
	defer errs.Wrap(&err, "store: webhooks of %s", account)
	return s.hooks(s.read.WithContext(ctx).Where("grant_id IN (SELECT id FROM grants WHERE account = ?)", account))
}

func (s *Store) hooks(query *gorm.DB) (all []meeting.Hook, err error) {
	var rows []hookRow
	if err := query.Order("event, id").Find(&rows).Error; err != nil {
		return nil, fault(err)
	}
	for _, row := range rows {
		h, err := s.hook(row)
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

// HookByID returns errs.NotFound for one that is unknown.
func (s *Store) HookByID(ctx context.Context, id string) (_ meeting.Hook, err error) {
	defer errs.Wrap(&err, "store: webhook")
	var row hookRow
	if err := s.read.WithContext(ctx).Take(&row, "id = ?", id).Error; err != nil {
		return meeting.Hook{}, fault(err)
	}
	return s.hook(row)
}

// TakeHooks lets one caller look after a grant's webhooks whose last check was
// before then, and notes it as of at; taken is false for the others.
func (s *Store) TakeHooks(ctx context.Context, grant meeting.GrantID, before, at time.Time) (taken bool, err error) {
	defer errs.Wrap(&err, "store: take webhooks")
	err = s.write(ctx, func(tx *gorm.DB) error {
		done := tx.Exec("UPDATE hooks SET checked_at = ? WHERE grant_id = ? AND checked_at <= ?", micros(at), grant, micros(before))
		taken = done.RowsAffected > 0
		return done.Error
	})
	return taken, err
}

// SaveHook stores WebexID of a webhook.
func (s *Store) SaveHook(ctx context.Context, h meeting.Hook) (err error) {
	defer errs.Wrap(&err, "store: save webhook")
	return s.write(ctx, func(tx *gorm.DB) error {
		return tx.Exec("UPDATE hooks SET webex_id = ? WHERE id = ?", h.WebexID, h.ID).Error
	})
}

// DeleteHook forgets a webhook: what still comes for it is refused.
func (s *Store) DeleteHook(ctx context.Context, id string) (err error) {
	defer errs.Wrap(&err, "store: delete webhook")
	return s.write(ctx, func(tx *gorm.DB) error { return tx.Exec("DELETE FROM hooks WHERE id = ?", id).Error })
}

// HookIsStrong notes that a delivery had the stronger signature.
func (s *Store) HookIsStrong(ctx context.Context, id string) (err error) {
	defer errs.Wrap(&err, "store: webhook")
	return s.write(ctx, func(tx *gorm.DB) error { return tx.Exec("UPDATE hooks SET strong = ? WHERE id = ?", true, id).Error })
}

// MeetingSession notes when a session of the link's meeting began, or ended: what
// waited for the end of a running meeting is due then.
func (s *Store) MeetingSession(ctx context.Context, link meeting.Link, at time.Time, ended bool) (err error) {
	defer errs.Wrap(&err, "store: session")
	column := "started_at"
	if ended {
		column = "stopped_at"
	}
	freed := false
	err = s.write(ctx, func(tx *gorm.DB) error {
		err := tx.Exec("UPDATE links SET "+column+" = ? WHERE mailbox = ? AND event = ?", micros(at), link.Mailbox, link.Event).Error
		if err != nil || !ended {
			return err
		}
		const waits = " WHERE mailbox = ? AND event = ? AND reason = ?"
		args := []any{link.Mailbox, link.Event, meeting.WaitInProgress}
		if err := tx.Raw("SELECT EXISTS (SELECT 1 FROM work"+waits+")", args...).Scan(&freed).Error; err != nil || !freed {
			return err
		}
		now := s.now()
		err = tx.Exec("UPDATE mailboxes SET due_at = ? WHERE id = ? AND closing_until = 0 AND (due_at = 0 OR due_at > ?)", now, link.Mailbox, now).Error
		if err != nil {
			return err
		}
		return tx.Exec("UPDATE work SET not_before = ?, hold = ?"+waits, append([]any{now, false}, args...)...).Error
	})
	if err == nil && freed {
		s.onMark()
	}
	return err
}
