package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type grantRow struct {
	ID        meeting.GrantID `gorm:"primaryKey"`
	Account   meeting.AccountID
	Service   meeting.Service
	Subject   string
	SubjectID string
	OrgID     string
	Site      string
	Aliases   []string `gorm:"serializer:json"`
	Scopes    []string `gorm:"serializer:json"`
	State     meeting.GrantState
	Reason    meeting.Reason
	CreatedAt int64 `gorm:"autoCreateTime:false"`

	// ClosingUntil ends a grant that is closing though its mailbox is not.
	ClosingUntil int64
}

func (grantRow) TableName() string { return "grants" }

func (r grantRow) grant() meeting.Grant {
	return meeting.Grant{
		ID:        r.ID,
		Account:   r.Account,
		Service:   r.Service,
		Subject:   r.Subject,
		SubjectID: r.SubjectID,
		OrgID:     r.OrgID,
		Site:      r.Site,
		Aliases:   r.Aliases,
		Scopes:    r.Scopes,
		State:     r.State,
		Reason:    r.Reason,
		CreatedAt: moment(r.CreatedAt),
	}
}

func newGrantRow(grant meeting.Grant, state meeting.GrantState) grantRow {
	return grantRow{
		ID:        meeting.NewGrantID(grant.Account, grant.Service, grant.SubjectID),
		Account:   grant.Account,
		Service:   grant.Service,
		Subject:   grant.Subject,
		SubjectID: grant.SubjectID,
		OrgID:     grant.OrgID,
		Site:      grant.Site,
		Aliases:   grant.Aliases,
		Scopes:    grant.Scopes,
		State:     state,
		CreatedAt: micros(grant.CreatedAt),
	}
}

// SaveGrant keeps a grant just given, with its tokens: it is live, and an older
// one of the account for the same service but another subject is dead. The
// same account, service and subject always have the same id; ID, State and
// Reason of grant are not read.
func (s *Store) SaveGrant(ctx context.Context, grant meeting.Grant, tokens meeting.Tokens) (_ meeting.GrantID, err error) {
	defer errs.Wrap(&err, "store: save %s grant of %s", grant.Service, grant.Account)
	if grant.Account == "" || grant.Service == "" || grant.SubjectID == "" {
		return "", errs.New(errs.Invalid, "grant without account, service or subject")
	}
	row := newGrantRow(grant, meeting.GrantLive)
	if row.CreatedAt == 0 {
		row.CreatedAt = s.now()
	}
	return row.ID, s.write(ctx, func(tx *gorm.DB) error {
		// Two callbacks of one person at once must not leave two live grants.
		var id string
		if err := tx.Raw("SELECT id FROM accounts WHERE id = ?"+s.dialect.lock, grant.Account).Scan(&id).Error; err != nil {
			return err
		}
		var older []meeting.GrantID
		err := tx.Raw("SELECT id FROM grants WHERE account = ? AND service = ? AND id <> ? AND state <> 'offered' ORDER BY id"+s.dialect.lock,
			row.Account, row.Service, row.ID).Scan(&older).Error
		if err != nil {
			return err
		}
		for _, id := range older {
			if err := bury(tx, id, ""); err != nil {
				return err
			}
		}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
			return err
		}
		return s.replaceTokens(tx, row.ID, tokens)
	})
}

// Grant returns the account's newest grant for the service, live or not, but not
// one that is only offered; errs.NotFound if there is none.
func (s *Store) Grant(ctx context.Context, account meeting.AccountID, service meeting.Service) (_ meeting.Grant, err error) {
	defer errs.Wrap(&err, "store: %s grant of %s", service, account)
	var row grantRow
	// Only the newest can be anything but dead.
	err = s.read.WithContext(ctx).Where("account = ? AND service = ? AND state <> ?", account, service, meeting.GrantOffered).
		Order("state = 'dead', created_at DESC, id").Take(&row).Error
	return row.grant(), fault(err)
}

// GrantByID returns the grant; errs.NotFound if there is none.
func (s *Store) GrantByID(ctx context.Context, id meeting.GrantID) (_ meeting.Grant, err error) {
	defer errs.Wrap(&err, "store: grant %s", id)
	var row grantRow
	err = s.read.WithContext(ctx).Take(&row, "id = ?", id).Error
	return row.grant(), fault(err)
}

// EndGrant notes that the service refused the grant for good, and deletes its
// tokens. errs.Conflict: the tokens are of another version by now, so the
// refusal meant older ones.
func (s *Store) EndGrant(ctx context.Context, id meeting.GrantID, version int64, reason meeting.Reason) (err error) {
	defer errs.Wrap(&err, "store: end grant %s", id)
	return s.write(ctx, func(tx *gorm.DB) error {
		var locked string // a grant before its tokens, as in SaveGrant
		if err := tx.Raw("SELECT id FROM grants WHERE id = ?"+s.dialect.lock, id).Scan(&locked).Error; err != nil {
			return err
		}
		ended := tx.Exec("DELETE FROM tokens WHERE grant_id = ? AND version = ?", id, version)
		if ended.Error == nil && ended.RowsAffected == 0 {
			return errs.New(errs.Conflict, "tokens were replaced")
		}
		if ended.Error != nil {
			return ended.Error
		}
		return bury(tx, id, reason)
	})
}

// dropGrants deletes the account's grants though its mailbox stays: at once, or
// after the subscriptions that were made with them are taken down, within a day.
func (s *Store) dropGrants(tx *gorm.DB, account meeting.AccountID) error {
	var delegated int
	err := tx.Raw("SELECT count(*) FROM subscriptions WHERE mailbox = ? AND authority = ?", account, meeting.Individual).Scan(&delegated).Error
	if err != nil {
		return err
	}
	if delegated == 0 {
		return tx.Exec("DELETE FROM grants WHERE account = ?", account).Error // and their tokens
	}
	err = tx.Exec("UPDATE grants SET state = ?, closing_until = ? WHERE account = ? AND state = ?",
		meeting.GrantClosing, micros(s.clock.Now().Add(closingTime)), account, meeting.GrantLive).Error
	if err != nil {
		return err
	}
	return s.wantSubscriptionWork(tx, account)
}

// bury makes a grant dead. What remains says whose it was and why it ended.
func bury(tx *gorm.DB, id meeting.GrantID, reason meeting.Reason) error {
	if err := tx.Exec("DELETE FROM tokens WHERE grant_id = ?", id).Error; err != nil {
		return err
	}
	return tx.Exec("UPDATE grants SET state = ?, reason = ? WHERE id = ? AND state <> ?",
		meeting.GrantDead, reason, id, meeting.GrantDead).Error
}
