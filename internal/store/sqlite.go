package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	modernc "modernc.org/sqlite" // the driver "sqlite", pure Go

	"webex-scheduler/internal/errs"
)

// fold is lower for all letters: SQLite's own knows ASCII alone.
// https://www.sqlite.org/lang_corefunc.html#lower
func init() {
	modernc.MustRegisterDeterministicScalarFunction("fold", 1, func(_ *modernc.FunctionContext, args []driver.Value) (driver.Value, error) {
		if text, ok := args[0].(string); ok {
			return strings.ToLower(text), nil
		}
		return args[0], nil
	})
}

const (
	sqliteScheme  = "sqlite://"
	sqliteReaders = 4
)

// openSQLite opens one connection that writes and a pool that reads: SQLite has
// one writer anyway, and a page must not wait for it.
func (s *Store) openSQLite(path string) error {
	if path == "" || strings.Contains(path, "?") {
		return errs.New(errs.Invalid, "database URL: want sqlite:// and a path without options")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if s.release, err = lockFile(path + ".lock"); err != nil {
		return err
	}
	// SQLite gives its journal files the mode of the database file, which
	// therefore has to be there before: https://www.sqlite.org/src/doc/trunk/src/os_unix.c
	if err := private(path); err != nil {
		return err
	}
	s.dialect = sqliteDialect
	if s.db, err = openSQLitePool(path, 1, false); err != nil {
		return err
	}
	s.read, err = openSQLitePool(path, sqliteReaders, true)
	return err
}

func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Chmod(path, 0o600)
}

func openSQLitePool(path string, connections int, readOnly bool) (*gorm.DB, error) {
	// The usual thousand pages are a second of notifications: the same pages are
	// written again and again, and are carried over once.
	query := url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "wal_autocheckpoint(4000)"}}
	if readOnly {
		query["_pragma"] = append(query["_pragma"], "query_only(1)")
	} else {
		// A transaction that begins with a read and then writes fails with
		// SQLITE_BUSY at once, whatever the timeout: take the lock at BEGIN.
		query.Set("_txlock", "immediate")
	}
	dsn := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: query.Encode()}
	registered, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(prepared{registered.Driver(), dsn.String()})
	if err := registered.Close(); err != nil { // only its driver was wanted
		return nil, errors.Join(err, pool.Close())
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	return newGORM(pool, sqlite.New(sqlite.Config{DriverName: "sqlite", Conn: pool}))
}

func lockRefused(path string) error {
	return errs.New(errs.Conflict, "another process uses this SQLite database (it holds %s): stop it first, or use PostgreSQL for several processes", path)
}
