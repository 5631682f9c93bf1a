package store

import (
	"context"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// readableLinks is how many links Readable looks at. What is under a key that was
// dropped too early is among them: reencrypting leaves no link out, and by
// itself a link is sealed anew only when its meeting changes.
const readableLinks = 1000

// Readable reports whether the keys at hand are those of what is stored, of every
// token and webhook, and of some of the links, and whether the newest token can
// be opened: a server with other keys would sign people out.
func (s *Store) Readable(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "store: open stored secrets")
	for _, c := range sealedColumns {
		rows, args := c.table, []any{}
		switch c.table {
		case "flows": // over in minutes
			continue
		case "links":
			rows, args = "(SELECT * FROM links ORDER BY mailbox, event LIMIT ?) AS few", []any{readableLinks}
		}
		heads, err := s.heads(ctx, c.column, rows, args...)
		if err != nil {
			return err
		}
		for _, head := range heads {
			if !s.box.Holds(head.Head) {
				return errs.New(errs.Invalid, "what is stored in %s was sealed with a key that is not in the list", c.table)
			}
		}
	}
	var id string // GORM counts no rows into a type of our own
	found := s.read.WithContext(ctx).Raw("SELECT grant_id FROM tokens WHERE refresh_sealed IS NOT NULL ORDER BY version DESC, grant_id LIMIT 1").Scan(&id)
	if found.Error != nil || found.RowsAffected == 0 {
		return fault(found.Error)
	}
	_, _, err = s.Tokens(ctx, meeting.GrantID(id))
	return err
}

// head is what a sealed value begins with: it tells the key.
type head struct {
	Head   []byte
	Number int
}

// heads counts the values of a sealed column by what they begin with.
func (s *Store) heads(ctx context.Context, column, rows string, args ...any) (heads []head, err error) {
	err = s.read.WithContext(ctx).Raw("SELECT substr("+column+", 1, 5) AS head, count(*) AS number FROM "+rows+
		" WHERE "+column+" IS NOT NULL GROUP BY 1", args...).Scan(&heads).Error
	return heads, fault(err)
}
