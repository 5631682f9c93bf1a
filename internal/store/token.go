package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type tokenRow struct {
	GrantID        meeting.GrantID `gorm:"primaryKey"`
	Version        int64
	AccessSealed   []byte
	AccessExpires  int64
	RefreshSealed  []byte
	RefreshExpires int64
	PreviousSealed []byte
	LeaseOwner     string
	LeaseUntil     int64
}

func (tokenRow) TableName() string { return "tokens" }

func tokenPlace(column string, grant meeting.GrantID) string {
	return "tokens." + column + " " + string(grant)
}

func (s *Store) tokenRow(grant meeting.GrantID, tokens meeting.Tokens) (row tokenRow, err error) {
	row = tokenRow{GrantID: grant, AccessExpires: micros(tokens.AccessExpires), RefreshExpires: micros(tokens.RefreshExpires)}
	if row.AccessSealed, err = s.seal(tokens.Access, tokenPlace("access", grant)); err != nil {
		return row, err
	}
	if row.RefreshSealed, err = s.seal(tokens.Refresh, tokenPlace("refresh", grant)); err != nil {
		return row, err
	}
	row.PreviousSealed, err = s.seal(tokens.PreviousRefresh, tokenPlace("previous", grant))
	return row, err
}

// Tokens returns the grant's tokens and their version. errs.NotFound: there is
// no such grant. errs.SignedOut: it is dead.
func (s *Store) Tokens(ctx context.Context, grant meeting.GrantID) (tokens meeting.Tokens, version int64, err error) {
	defer errs.Wrap(&err, "store: tokens of grant %s", grant)
	var row tokenRow
	if err = fault(s.read.WithContext(ctx).Take(&row, "grant_id = ?", grant).Error); errs.Is(err, errs.NotFound) {
		if _, err := s.GrantByID(ctx, grant); err != nil {
			return tokens, 0, err
		}
		return tokens, 0, errs.New(errs.SignedOut, "grant is dead")
	}
	if err != nil {
		return tokens, 0, err
	}
	tokens.AccessExpires, tokens.RefreshExpires = moment(row.AccessExpires), moment(row.RefreshExpires)
	if tokens.Access, err = s.open(row.AccessSealed, tokenPlace("access", grant)); err != nil {
		return tokens, 0, err
	}
	if tokens.Refresh, err = s.open(row.RefreshSealed, tokenPlace("refresh", grant)); err != nil {
		return tokens, 0, err
	}
	tokens.PreviousRefresh, err = s.open(row.PreviousSealed, tokenPlace("previous", grant))
	return tokens, row.Version, err
}

// LeaseTokens takes the right to refresh tokens of that version until then.
// False: they are of another version, or another owner's lease runs.
func (s *Store) LeaseTokens(ctx context.Context, grant meeting.GrantID, owner string, version int64, until time.Time) (_ bool, err error) {
	defer errs.Wrap(&err, "store: lease tokens of grant %s", grant)
	leased := s.db.WithContext(ctx).Exec(`UPDATE tokens SET lease_owner = ?, lease_until = ? + ?
		WHERE grant_id = ? AND version = ? AND (lease_owner = ? OR lease_until <= ?)`,
		owner, s.leaseNow(), until.Sub(s.clock.Now()).Microseconds(), grant, version, owner, s.leaseNow())
	return leased.RowsAffected == 1, fault(leased.Error)
}

// SaveTokens replaces tokens of that version and ends owner's lease. False, and
// nothing changed: they are of another version by now, or the lease is another
// owner's. A lease that ran out and that nobody took still serves.
func (s *Store) SaveTokens(ctx context.Context, grant meeting.GrantID, owner string, version int64, tokens meeting.Tokens) (_ bool, err error) {
	defer errs.Wrap(&err, "store: save tokens of grant %s", grant)
	row, err := s.tokenRow(grant, tokens)
	if err != nil {
		return false, err
	}
	saved := s.db.WithContext(ctx).Exec(`UPDATE tokens SET version = version + 1, lease_owner = '', lease_until = 0,
		access_sealed = ?, access_expires = ?, refresh_sealed = ?, refresh_expires = ?, previous_sealed = ?
		WHERE grant_id = ? AND version = ? AND lease_owner = ?`,
		row.AccessSealed, row.AccessExpires, row.RefreshSealed, row.RefreshExpires, row.PreviousSealed, grant, version, owner)
	return saved.RowsAffected == 1, fault(saved.Error)
}

// FreeTokens gives a lease back unused. A lost one is no error.
func (s *Store) FreeTokens(ctx context.Context, grant meeting.GrantID, owner string) (err error) {
	defer errs.Wrap(&err, "store: free tokens of grant %s", grant)
	return fault(s.db.WithContext(ctx).Exec("UPDATE tokens SET lease_owner = '', lease_until = 0 WHERE grant_id = ? AND lease_owner = ?",
		grant, owner).Error)
}

// versionsPerGrant leaves room for a century of hourly refreshes.
const versionsPerGrant = 1 << 20

// replaceTokens stores tokens of a grant given anew. Their versions are in a
// range of their own: who refreshes the old ones meanwhile never meets theirs.
func (s *Store) replaceTokens(tx *gorm.DB, grant meeting.GrantID, tokens meeting.Tokens) error {
	row, err := s.tokenRow(grant, tokens)
	if err != nil {
		return err
	}
	n, err := s.draw(tx)
	if err != nil {
		return err
	}
	row.Version = n * versionsPerGrant
	return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
}
