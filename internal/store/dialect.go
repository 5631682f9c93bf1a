package store

import (
	"time"

	"gorm.io/gorm/clause"
)

// dialect is where the two databases need different words for the same thing.
type dialect struct {
	name     string
	lock     string // ends a SELECT whose rows nobody else may change until the end of the transaction
	skip     string // likewise for mailboxes, leaving out those that others have locked
	greatest string // function: the greatest of its arguments
	lower    string // function: the text in lower case, also beyond ASCII
	number   string // statement: draws a number that never repeats
	marks    string // table: the marks of a JSON array, see markRow
}

// SQLite has one writer, whose transactions begin with the lock: nothing to add.
var sqliteDialect = &dialect{
	name:     "sqlite",
	greatest: "max",
	lower:    "fold",
	number:   "UPDATE numbers SET value = value + 1 RETURNING value",
	marks: `(SELECT value->>'mailbox' AS mailbox, value->>'event' AS event,
		value->>'deleted' AS deleted, value->>'missing' AS missing FROM json_each(?))`,
}

var postgresDialect = &dialect{
	name:     "postgres",
	lock:     " FOR UPDATE",
	skip:     " FOR UPDATE OF mailboxes SKIP LOCKED",
	greatest: "greatest",
	lower:    "lower",
	number:   "SELECT nextval('numbers')",
	marks:    `jsonb_to_recordset(CAST(? AS jsonb)) AS m(mailbox text, event text, deleted boolean, missing boolean)`,
}

// leaseNow is the clock of leases, for use as an argument in SQL: on PostgreSQL
// the database's own, since the processes' clocks differ.
func (s *Store) leaseNow() any {
	if s.dialect == postgresDialect {
		return clause.Expr{SQL: "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"}
	}
	return s.now()
}

// now is the clock of everything else.
func (s *Store) now() int64 { return s.clock.Now().UnixMicro() }

// micros is how a time is stored: microseconds since 1970 UTC, 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is the inverse of micros.
func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
