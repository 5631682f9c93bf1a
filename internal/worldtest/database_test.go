package worldtest

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"webex-scheduler/internal/store/storetest"
)

// database is where a program keeps what it knows, and what it knew when it
// was killed.
type database interface {
	url() string
	// save remembers what is committed, while nothing is being written.
	save()
	// restore makes it all there is, as long after the crash as leases last.
	restore()
}

// maker makes a database for one world, outside of its bubble.
type maker func(t testing.TB) database

type sqlite struct {
	t     testing.TB
	path  string
	saved map[string][]byte
}

// newSQLite keeps the file in memory where it can: no world tells of power cuts.
func newSQLite(t testing.TB) database {
	dir, err := os.MkdirTemp("/dev/shm", "worldtest")
	if err != nil {
		dir = t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return &sqlite{t: t, path: filepath.Join(dir, "scheduler.db")}
}

func (d *sqlite) url() string { return "sqlite://" + filepath.ToSlash(d.path) }

// files are those of a database in WAL mode, the last one a mere index.
// https://www.sqlite.org/walformat.html
func (d *sqlite) files() []string { return []string{d.path, d.path + "-wal", d.path + "-shm"} }

func (d *sqlite) save() {
	d.saved = map[string][]byte{}
	for _, file := range d.files()[:2] {
		content, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			d.t.Fatal(err)
		}
		if err == nil {
			d.saved[file] = content
		}
	}
}

func (d *sqlite) restore() {
	for _, file := range d.files() {
		_ = os.Remove(file)
		if content, ok := d.saved[file]; ok {
			if err := os.WriteFile(file, content, 0o600); err != nil {
				d.t.Fatal(err)
			}
		}
	}
}

type postgres struct {
	t       testing.TB
	address string
}

func newPostgres(t testing.TB) database {
	address, err := url.Parse(storetest.Postgres(t).URL)
	if err != nil {
		t.Fatal(err)
	}
	query := address.Query()
	query.Set("synchronous_commit", "off") // no world tells of power cuts
	address.RawQuery = query.Encode()
	return &postgres{t: t, address: address.String()}
}

func (d *postgres) url() string { return d.address }

// do runs statements in one transaction; those of tables for each table.
func (d *postgres) do(before string, tables string, after string) {
	d.t.Helper()
	db, err := sql.Open("pgx", d.address)
	if err != nil {
		d.t.Fatal(err)
	}
	defer db.Close()
	_, err = db.ExecContext(context.Background(), `DO $do$ DECLARE name text; BEGIN `+before+`
		FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT LIKE 'saved\_%' ORDER BY tablename LOOP
			`+tables+` END LOOP; `+after+` END $do$`)
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *postgres) save() {
	d.do("", `EXECUTE format('DROP TABLE IF EXISTS %I', 'saved_' || name);
		EXECUTE format('CREATE TABLE %I AS TABLE %I', 'saved_' || name, name);`, "")
}

// restore also ends all leases: they run by the server's clock, which no world
// can move.
func (d *postgres) restore() {
	d.do(`SET LOCAL session_replication_role = replica;`, // no foreign keys
		`EXECUTE format('DELETE FROM %I', name);
		EXECUTE format('INSERT INTO %I SELECT * FROM %I', name, 'saved_' || name);`,
		`UPDATE mailboxes SET lease_until = 0; UPDATE tokens SET lease_until = 0;`)
}
