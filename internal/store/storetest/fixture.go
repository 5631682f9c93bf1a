// Package storetest is the store's contract as a suite, and makes stores for
// the tests of others.
package storetest

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/seal"
	"webex-scheduler/internal/store"
)

// PostgresVariable names the environment variable with the address of a
// PostgreSQL server where schemas and databases may be made and dropped.
const PostgresVariable = "SCHEDULER_TEST_POSTGRES"

const postgresDefault = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"

// Fixture is a database of its own, empty and not yet migrated.
type Fixture struct {
	URL  string
	Keys []string // as seal.ParseKeys reads them, newest first

	raw    *sql.DB
	tables string // statement: names of all tables
	block  string // statement: stops all writers until its transaction ends
	files  string // pattern of the files that hold the data, if they can be read
	drop   func() error
}

// New returns a migrated store on a SQLite file that goes with the test.
func New(t testing.TB, clock clockwork.Clock) *store.Store {
	t.Helper()
	s := SQLite(t).Open(t, clock)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// SQLite makes a database in a temporary file.
func SQLite(t testing.TB) *Fixture {
	t.Helper()
	path := filepath.Join(t.TempDir(), "scheduler.db")
	return &Fixture{
		URL:    "sqlite://" + path,
		Keys:   []string{seal.NewKey(rand.Reader)},
		raw:    openRaw(t, "sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(5000)"),
		tables: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
		block:  "DELETE FROM settings WHERE name = ''", // BEGIN IMMEDIATE is enough
		files:  path + "*",
	}
}

// Postgres makes a schema of its own on the server and drops it after the test.
// Without a server the test is skipped, with CI=true it fails.
func Postgres(t testing.TB) *Fixture {
	t.Helper()
	admin, address := server(t)
	name := randomName()
	exec(t, admin, "CREATE SCHEMA "+name)
	t.Cleanup(func() { _, _ = admin.ExecContext(context.Background(), "DROP SCHEMA "+name+" CASCADE") })
	query := address.Query()
	query.Set("search_path", name)
	address.RawQuery = query.Encode()
	return onPostgres(t, address)
}

// PostgresDatabase is like Postgres with a database of its own, which Drop can
// take away; it costs the server ten times as much.
func PostgresDatabase(t testing.TB) *Fixture {
	t.Helper()
	admin, address := server(t)
	name := randomName()
	exec(t, admin, "CREATE DATABASE "+name)
	address.Path = "/" + name
	f := onPostgres(t, address)
	f.drop = func() error {
		_, err := admin.ExecContext(context.Background(), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		return err
	}
	t.Cleanup(func() { _ = f.drop() })
	return f
}

func onPostgres(t testing.TB, address *url.URL) *Fixture {
	return &Fixture{
		URL:    address.String(),
		Keys:   []string{seal.NewKey(rand.Reader)},
		raw:    openRaw(t, "pgx", address.String()),
		tables: "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename",
		block:  "LOCK TABLE mailboxes, inbox IN ACCESS EXCLUSIVE MODE",
	}
}

func server(t testing.TB) (*sql.DB, *url.URL) {
	t.Helper()
	address, err := url.Parse(cmp.Or(os.Getenv(PostgresVariable), postgresDefault))
	if err != nil {
		t.Fatal(err)
	}
	admin := openRaw(t, "pgx", address.String())
	if err := admin.PingContext(t.Context()); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no PostgreSQL: %v", err)
		}
		t.Skipf("left out: no PostgreSQL answers at the address in %s: %v", PostgresVariable, err)
	}
	return admin, address
}

func randomName() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return "scheduler_test_" + hex.EncodeToString(b[:])
}

// Drop takes a PostgresDatabase away while it is in use.
func (f *Fixture) Drop(t testing.TB) {
	t.Helper()
	if err := f.drop(); err != nil {
		t.Fatal(err)
	}
}

// Open opens the database, which the test closes at its end at the latest.
func (f *Fixture) Open(t testing.TB, clock clockwork.Clock) *store.Store {
	t.Helper()
	keys, err := seal.ParseKeys(strings.Join(f.Keys, ","))
	if err != nil {
		t.Fatal(err)
	}
	box, err := seal.New(keys)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), f.URL, box, clock, rand.Reader, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// Dump returns all that the tables hold, one row a line, sorted.
func (f *Fixture) Dump(t testing.TB) string {
	t.Helper()
	var lines []string
	for _, table := range column(t, f.raw, f.tables) {
		rows, err := f.raw.QueryContext(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		names, _ := rows.Columns()
		for rows.Next() {
			values, into := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			line := table
			for i, value := range values {
				if b, ok := value.([]byte); ok {
					value = string(b)
				}
				line += fmt.Sprintf(" %s=%v", names[i], value)
			}
			lines = append(lines, line)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		_ = rows.Close()
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// Bytes returns everything that was written, also what only lies in a journal.
func (f *Fixture) Bytes(t testing.TB) string {
	t.Helper()
	all := f.Dump(t)
	files, err := filepath.Glob(f.files)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all += string(b)
	}
	return all
}

// Block stops all writers until release is called.
func (f *Fixture) Block(t testing.TB) (release func()) {
	t.Helper()
	tx, err := f.raw.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), f.block); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := tx.Rollback(); err != nil {
			t.Error(err)
		}
	}
}

func openRaw(t testing.TB, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func exec(t testing.TB, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func column(t testing.TB, db *sql.DB, query string) (values []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			t.Fatal(err)
		}
		values = append(values, value)
	}
	return values
}
