package store

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
)

// sealedColumns are all there are. The place is what the value is bound to; see
// flowRow.place, tokenPlace and linkRow.place. The key is the table's primary one.
var sealedColumns = []struct {
	table, column, place string
	key                  []string
}{
	{"flows", "verifier_sealed", "'flows.verifier ' || state_hash", []string{"state_hash"}},
	{"tokens", "access_sealed", "'tokens.access ' || grant_id", []string{"grant_id"}},
	{"tokens", "refresh_sealed", "'tokens.refresh ' || grant_id", []string{"grant_id"}},
	{"tokens", "previous_sealed", "'tokens.previous ' || grant_id", []string{"grant_id"}},
	{"hooks", "secret_sealed", "'hooks.secret ' || id", []string{"id"}},
	{"receipt_days", "key_sealed", "'receipt_days.key ' || day", []string{"day"}},
	{"links", "join_sealed", "'links.join ' || mailbox || ' ' || event", []string{"mailbox", "event"}},
	{"links", "options_sealed", "'links.options ' || mailbox || ' ' || event", []string{"mailbox", "event"}},
	{"links", "asked_sealed", "'links.asked ' || mailbox || ' ' || event", []string{"mailbox", "event"}},
}

// resealBatch is how many rows are read at a time, and on SQLite stored at once.
const resealBatch = 1000

// Reseal brings every sealed value under the newest key and returns how many
// were not. It may run beside working processes: a value that they change
// meanwhile is left to them, since the newest key seals first everywhere by then.
func (s *Store) Reseal(ctx context.Context) (n int, err error) {
	defer errs.Wrap(&err, "store: reseal")
	for _, c := range sealedColumns {
		key, marks := strings.Join(c.key, ", "), strings.TrimSuffix(strings.Repeat("?, ", len(c.key)), ", ")
		from := "SELECT " + c.place + " AS place, " + c.column + " AS sealed, " + key + " FROM " + c.table + " WHERE " + c.column + " IS NOT NULL"
		update := "UPDATE " + c.table + " SET " + c.column + " = ? WHERE (" + key + ") = (" + marks + ") AND " + c.column + " = ?"
		var after []any // the key of the last row
		for {
			where, args := "", slices.Clone(after)
			if after != nil {
				where = " AND (" + key + ") > (" + marks + ")"
			}
			var rows []map[string]any
			err := s.read.WithContext(ctx).Raw(from+where+" ORDER BY "+key+" LIMIT ?", append(args, resealBatch)...).Scan(&rows).Error
			if err != nil {
				return n, fault(err)
			}
			changed, err := s.resealRows(ctx, update, c.key, rows)
			n += changed
			if err != nil {
				return n, err
			}
			if len(rows) < resealBatch {
				break
			}
			after = keyOf(rows[len(rows)-1], c.key)
		}
	}
	return n, nil
}

func keyOf(row map[string]any, key []string) (values []any) {
	for _, column := range key {
		values = append(values, row[column])
	}
	return values
}

// resealRows stores the rows each by itself, so that nobody waits for more than
// one; SQLite, where nobody else is, all at once.
func (s *Store) resealRows(ctx context.Context, update string, key []string, rows []map[string]any) (n int, err error) {
	all := func(db *gorm.DB) error {
		for _, row := range rows {
			place, _ := row["place"].(string)
			was, _ := row["sealed"].([]byte)
			if s.box.Newest(was) {
				continue
			}
			plain, err := s.box.Open(was, place)
			if err != nil {
				return err
			}
			sealed, err := s.box.Seal(plain, place)
			if err != nil {
				return err
			}
			done := db.Exec(update, slices.Concat([]any{sealed}, keyOf(row, key), []any{was})...)
			if done.Error != nil {
				return fault(done.Error)
			}
			n += int(done.RowsAffected)
		}
		return nil
	}
	if s.dialect == sqliteDialect {
		err = s.write(ctx, all)
	} else {
		err = all(s.db.WithContext(ctx))
	}
	return n, err
}
