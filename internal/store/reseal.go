package store

import (
	"context"

	"webex-scheduler/internal/errs"
)

// sealedColumns are all there are. The place is what the value is bound to; see
// flowRow.place, tokenPlace and linkRow.place.
var sealedColumns = []struct{ table, column, place string }{
	{"flows", "verifier_sealed", "'flows.verifier ' || state_hash"},
	{"tokens", "access_sealed", "'tokens.access ' || grant_id"},
	{"tokens", "refresh_sealed", "'tokens.refresh ' || grant_id"},
	{"tokens", "previous_sealed", "'tokens.previous ' || grant_id"},
	{"hooks", "secret_sealed", "'hooks.secret ' || id"},
	{"receipt_days", "key_sealed", "'receipt_days.key ' || day"},
	{"links", "join_sealed", "'links.join ' || mailbox || ' ' || event"},
	{"links", "options_sealed", "'links.options ' || mailbox || ' ' || event"},
	{"links", "asked_sealed", "'links.asked ' || mailbox || ' ' || event"},
}

// resealBatch is how many rows are read at a time.
const resealBatch = 1000

type sealedRow struct {
	Place  string
	Sealed []byte
}

// Reseal brings every sealed value under the newest key and returns how many
// were not. It may run beside working processes: a value that they change
// meanwhile is left to them, since the newest key seals first everywhere by then.
func (s *Store) Reseal(ctx context.Context) (n int, err error) {
	defer errs.Wrap(&err, "store: reseal")
	for _, c := range sealedColumns {
		query := "SELECT " + c.place + " AS place, " + c.column + " AS sealed FROM " + c.table +
			" WHERE " + c.column + " IS NOT NULL AND " + c.place + " > ? ORDER BY " + c.place + " LIMIT ?"
		update := "UPDATE " + c.table + " SET " + c.column + " = ? WHERE " + c.place + " = ? AND " + c.column + " = ?"
		for last := ""; ; {
			var rows []sealedRow
			if err := s.read.WithContext(ctx).Raw(query, last, resealBatch).Scan(&rows).Error; err != nil {
				return n, fault(err)
			}
			for _, row := range rows {
				changed, err := s.resealRow(ctx, update, row)
				if err != nil {
					return n, err
				}
				if changed {
					n++
				}
			}
			if len(rows) < resealBatch {
				break
			}
			last = rows[len(rows)-1].Place
		}
	}
	return n, nil
}

func (s *Store) resealRow(ctx context.Context, update string, row sealedRow) (changed bool, err error) {
	if s.box.Newest(row.Sealed) {
		return false, nil
	}
	plain, err := s.box.Open(row.Sealed, row.Place)
	if err != nil {
		return false, err
	}
	sealed, err := s.box.Seal(plain, row.Place)
	if err != nil {
		return false, err
	}
	done := s.db.WithContext(ctx).Exec(update, sealed, row.Place, row.Sealed)
	return done.RowsAffected == 1, fault(done.Error)
}
