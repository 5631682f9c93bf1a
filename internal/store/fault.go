package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"webex-scheduler/internal/errs"
)

// fault gives a driver's error its kind. Errors that have one pass.
func fault(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*errs.Error](err); ok {
		return err
	}
	kind := errs.Internal
	if errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, sql.ErrNoRows) {
		kind = errs.NotFound
	} else if _, ok := errors.AsType[*pgconn.ConnectError](err); ok { // may wrap a PgError
		kind = errs.Busy
	} else if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		kind = postgresKind(e.Code)
	} else if e, ok := errors.AsType[*sqlite.Error](err); ok {
		kind = sqliteKind(e.Code())
	} else if away(err) {
		kind = errs.Busy
	}
	if kind == errs.Internal {
		return err
	}
	return errs.New(kind, "database: %w", err)
}

// away reports whether the database could not be reached in time. A caller who
// went away is not the database's fault.
func away(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		return true
	}
	_, ok := errors.AsType[net.Error](err)
	return ok || pgconn.SafeToRetry(err)
}

// postgresKind reads an SQLSTATE.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
func postgresKind(code string) errs.Kind {
	if code == "23505" { // unique_violation
		return errs.Conflict
	}
	switch code[:min(2, len(code))] {
	case "22": // data exception: for one, text cannot hold a NUL
		return errs.Invalid
	case "08", "40", "53", "55", "57", "58": // connection, rollback, resources, locks, shutdown, system
		return errs.Busy
	}
	return errs.Internal
}

// sqliteKind reads an extended result code. https://www.sqlite.org/rescode.html
func sqliteKind(code int) errs.Kind {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return errs.Conflict
	}
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN:
		return errs.Busy
	case sqlite3.SQLITE_TOOBIG:
		return errs.Invalid
	}
	return errs.Internal
}
