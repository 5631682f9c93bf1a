package store

import (
	"context"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// Readable reports whether the newest stored token can be opened with the keys
// at hand: a server with other keys than before would sign everybody out.
func (s *Store) Readable(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "store: open a stored secret")
	var id string // GORM counts no rows into a type of our own
	found := s.read.WithContext(ctx).Raw("SELECT grant_id FROM tokens WHERE refresh_sealed IS NOT NULL ORDER BY version DESC, grant_id LIMIT 1").Scan(&id)
	if found.Error != nil || found.RowsAffected == 0 {
		return fault(found.Error)
	}
	if _, _, err := s.Tokens(ctx, meeting.GrantID(id)); err != nil {
		return errs.New(errs.Invalid, "what is stored was sealed with a key that is not in the list: %w", err)
	}
	return nil
}
