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
	pick     string // ends a SELECT of rows that one alone works on, leaving out those that others have
	chain    string // statement: locks the named chain of receipts until the end of the transaction
	greatest string // function: the greatest of its arguments
	lower    string // function: the text in lower case, also beyond ASCII
	number   string // statement: draws a number that never repeats
	marks    string // table: the marks of a JSON array, see markRow
	turns    string // query: mailboxes that may be claimed, each with its turn within its tenant
}

// nextTenants goes from one tenant to the next by the index mailboxes_turn; of each
// the first few alone are looked at: a hundred thousand may be due, and a claim
// takes a handful.
const nextTenants = `WITH RECURSIVE tenant(id) AS (
			SELECT * FROM (SELECT tenant FROM mailboxes WHERE tenant >= '' AND due_at > 0 AND NOT stopped ORDER BY tenant LIMIT 1) AS first
			UNION ALL
			SELECT (SELECT next.tenant FROM mailboxes AS next WHERE next.due_at > 0 AND NOT next.stopped AND next.tenant > tenant.id
				ORDER BY next.tenant LIMIT 1)
			FROM tenant WHERE tenant.id IS NOT NULL
		)`

// SQLite has one writer, whose transactions begin with the lock: nothing to add.
var sqliteDialect = &dialect{
	name:     "sqlite",
	greatest: "max",
	lower:    "fold",
	number:   "UPDATE numbers SET value = value + 1 RETURNING value",
	marks: `(SELECT value->>'mailbox' AS mailbox, value->>'event' AS event,
		value->>'deleted' AS deleted, value->>'missing' AS missing, value->>'late' AS late, value->>'urgent' AS urgent,
		value->>'webex' AS webex, value->>'vanished' AS vanished, value->>'after' AS after FROM json_each(?))`,
	// The same as PostgreSQL's, without its LATERAL.
	turns: nextTenants + `
		SELECT box.id, row_number() OVER (PARTITION BY tenant.id ORDER BY box.due_at, box.id) AS turn
		FROM tenant CROSS JOIN mailboxes AS box WHERE box.id IN (SELECT mailboxes.id FROM mailboxes INDEXED BY mailboxes_turn
			WHERE mailboxes.tenant = tenant.id AND mailboxes.due_at > 0 AND mailboxes.due_at <= @now
				AND mailboxes.lease_until <= @lease AND NOT mailboxes.stopped
			ORDER BY mailboxes.tenant, mailboxes.due_at, mailboxes.id LIMIT @ahead) ORDER BY turn LIMIT @ahead`,
}

var postgresDialect = &dialect{
	name:     "postgres",
	lock:     " FOR UPDATE",
	skip:     " FOR UPDATE OF mailboxes SKIP LOCKED",
	pick:     " FOR UPDATE SKIP LOCKED",
	chain:    "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))",
	greatest: "greatest",
	lower:    "lower",
	number:   "SELECT nextval('numbers')",
	marks:    `jsonb_to_recordset(CAST(? AS jsonb)) AS m(mailbox text, event text, deleted boolean, missing boolean, late bigint, urgent boolean, webex bigint, vanished boolean, after bigint)`,
	turns: nextTenants + `
		SELECT box.id, row_number() OVER (PARTITION BY tenant.id ORDER BY box.due_at, box.id) AS turn
		FROM tenant CROSS JOIN LATERAL (SELECT mailboxes.id, mailboxes.due_at FROM mailboxes
			WHERE mailboxes.tenant = tenant.id AND mailboxes.due_at > 0 AND mailboxes.due_at <= @now
				AND mailboxes.lease_until <= @lease AND NOT mailboxes.stopped
			ORDER BY mailboxes.tenant, mailboxes.due_at, mailboxes.id LIMIT @ahead) AS box
		WHERE tenant.id IS NOT NULL ORDER BY turn LIMIT @ahead`,
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
