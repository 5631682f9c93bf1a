package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type subscriptionRow struct {
	ID              string `gorm:"primaryKey"`
	Mailbox         meeting.AccountID
	GraphID         string
	Authority       meeting.Authority
	ClientStateHash string
	ExpiresAt       int64
	Granted         int64 // microseconds
	CreatedAt       int64 `gorm:"autoCreateTime:false"`
	RenewedAt       int64
	Reauthorize     bool
	Removed         bool
}

func (subscriptionRow) TableName() string { return "subscriptions" }

func (r subscriptionRow) subscription() meeting.Subscription {
	return meeting.Subscription{
		ID:          r.ID,
		Mailbox:     r.Mailbox,
		GraphID:     r.GraphID,
		Authority:   r.Authority,
		ExpiresAt:   moment(r.ExpiresAt),
		Granted:     time.Duration(r.Granted) * time.Microsecond,
		CreatedAt:   moment(r.CreatedAt),
		RenewedAt:   moment(r.RenewedAt),
		Reauthorize: r.Reauthorize,
		Removed:     r.Removed,
	}
}

// Subscriptions returns the mailbox's subscriptions, oldest first.
func (s *Store) Subscriptions(ctx context.Context, mailbox meeting.AccountID) (subs []meeting.Subscription, err error) {
	defer errs.Wrap(&err, "store: subscriptions of %s", mailbox)
	var rows []subscriptionRow
	err = s.read.WithContext(ctx).Where("mailbox = ?", mailbox).Order("created_at, id").Find(&rows).Error
	for _, row := range rows {
		subs = append(subs, row.subscription())
	}
	return subs, fault(err)
}

// SaveSubscription inserts or updates by ID. A clientState that is not empty is
// stored as its hash. Removed stays set as long as GraphID is the same: Graph
// may have said so after sub was read.
func (s *Store) SaveSubscription(ctx context.Context, claim meeting.Claim, sub meeting.Subscription, clientState meeting.Secret) (err error) {
	defer errs.Wrap(&err, "store: save subscription %s of %s", sub.ID, claim.Mailbox)
	if sub.Mailbox != claim.Mailbox {
		return errs.New(errs.Invalid, "subscription of another mailbox")
	}
	row := subscriptionRow{
		ID:          sub.ID,
		Mailbox:     sub.Mailbox,
		GraphID:     sub.GraphID,
		Authority:   sub.Authority,
		ExpiresAt:   micros(sub.ExpiresAt),
		Granted:     sub.Granted.Microseconds(),
		CreatedAt:   micros(sub.CreatedAt),
		RenewedAt:   micros(sub.RenewedAt),
		Reauthorize: sub.Reauthorize,
		Removed:     sub.Removed,
	}
	if row.Authority == "" {
		row.Authority = meeting.Individual
	}
	columns := []string{"authority", "expires_at", "granted", "created_at", "renewed_at", "reauthorize"}
	if !clientState.Empty() {
		row.ClientStateHash = hash(clientState)
		columns = append(columns, "client_state_hash")
	}
	set := append(clause.AssignmentColumns(columns), clause.Assignments(map[string]any{
		"graph_id": gorm.Expr("excluded.graph_id"),
		"removed":  gorm.Expr("excluded.removed OR (subscriptions.removed AND subscriptions.graph_id = excluded.graph_id)"),
	})...)
	err = s.held(ctx, claim, func(tx *gorm.DB) error {
		return tx.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "id"}},
			DoUpdates: set,
		}).Create(&row).Error
	})
	s.states.forget(sub.ID)
	return err
}

// SubscriptionTrouble stores why the mailbox has no subscription, for people to
// see; empty: it has one.
func (s *Store) SubscriptionTrouble(ctx context.Context, claim meeting.Claim, why meeting.Reason) (err error) {
	defer errs.Wrap(&err, "store: trouble of %s", claim.Mailbox)
	return s.held(ctx, claim, func(tx *gorm.DB) error {
		return tx.Exec("UPDATE mailboxes SET trouble = ? WHERE id = ? AND trouble <> ?", why, claim.Mailbox, why).Error
	})
}

// DeleteSubscription deletes the row; an unknown one is no error. The last one
// that needed a disconnected person's grants takes them along.
func (s *Store) DeleteSubscription(ctx context.Context, claim meeting.Claim, id string) (err error) {
	defer errs.Wrap(&err, "store: delete subscription %s of %s", id, claim.Mailbox)
	err = s.held(ctx, claim, func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM subscriptions WHERE id = ? AND mailbox = ?", id, claim.Mailbox).Error; err != nil {
			return err
		}
		return tx.Exec(`DELETE FROM grants WHERE account = ? AND closing_until > 0
			AND NOT EXISTS (SELECT 1 FROM subscriptions WHERE mailbox = ? AND authority = ?)`,
			claim.Mailbox, claim.Mailbox, meeting.Individual).Error
	})
	s.states.forget(id)
	return err
}

// SubscriptionWork sets when the mailbox's subscriptions want attention next
// (zero: never), and whether a sweep is wanted now. What was asked for after
// the claim was made stays due.
func (s *Store) SubscriptionWork(ctx context.Context, claim meeting.Claim, next time.Time, sweep bool) (err error) {
	defer errs.Wrap(&err, "store: subscription work of %s", claim.Mailbox)
	return s.held(ctx, claim, func(tx *gorm.DB) error {
		err := tx.Exec(`UPDATE mailboxes SET subscription_due_at = CASE
				WHEN subscription_due_at > 0 AND subscription_due_at <= ? AND subscription_due_at <> ? THEN subscription_due_at
				ELSE CAST(? AS bigint) END
			WHERE id = ?`, s.now(), micros(claim.SubscriptionDue), micros(next), claim.Mailbox).Error
		if err != nil || !sweep {
			return err
		}
		// In the claim's own words where it says so already: Swept tells by
		// them that nobody else asked since.
		due := s.now()
		if at := micros(claim.SweepDue); at != 0 {
			due = min(due, at)
		}
		return tx.Exec(`UPDATE mailboxes SET sweep_due_at = ?
			WHERE id = ? AND closing_until = 0 AND (sweep_due_at = 0 OR sweep_due_at > ?)`, due, claim.Mailbox, due).Error
	})
}

// MarkLifecycle notes what Graph said of a subscription (by our id) and makes
// the work due that follows from it, durably. Of a mailbox that is not kept in
// step it notes nothing.
func (s *Store) MarkLifecycle(ctx context.Context, mailbox meeting.AccountID, subscription string, event meeting.LifecycleEvent) (err error) {
	defer errs.Wrap(&err, "store: lifecycle of subscription %s", subscription)
	err = s.write(ctx, func(tx *gorm.DB) error {
		if _, err := s.lockMailbox(tx, mailbox); errs.Is(err, errs.NotFound) {
			return nil
		} else if err != nil {
			return err
		}
		var flag string
		switch event {
		case meeting.ReauthorizationRequired:
			flag = "reauthorize"
		case meeting.SubscriptionRemoved:
			flag = "removed"
		case meeting.Missed:
			return s.wantSweep(tx, mailbox)
		default:
			return errs.New(errs.Invalid, "unknown lifecycle event")
		}
		noted := tx.Exec("UPDATE subscriptions SET "+flag+" = ? WHERE id = ? AND mailbox = ?", true, subscription, mailbox)
		if noted.Error != nil || noted.RowsAffected == 0 {
			return noted.Error
		}
		return s.wantSubscriptionWork(tx, mailbox)
	})
	if err != nil {
		return err
	}
	s.onMark()
	return nil
}
