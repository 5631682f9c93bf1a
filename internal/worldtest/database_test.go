package worldtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"flag"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/seal"
	"webex-scheduler/internal/store"
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

// newSQLite keeps the file in memory where it can: no world tells of power
// cuts. It begins as a copy of a migrated one.
func newSQLite(t testing.TB) database {
	dir, err := os.MkdirTemp("/dev/shm", "worldtest")
	if err != nil {
		dir = t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	d := &sqlite{t: t, path: filepath.Join(dir, "scheduler.db")}
	template, err := migrated()
	if err == nil {
		err = os.WriteFile(d.path, template, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// migrated is the file of an empty database.
var migrated = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "worldtest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "scheduler.db")
	if err := migrate("sqlite://" + filepath.ToSlash(path)); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// migrate brings a database up to date.
func migrate(url string) error {
	keys, err := seal.ParseKeys(seal.NewKey(rand.Reader))
	if err != nil {
		return err
	}
	box, err := seal.New(keys)
	if err != nil {
		return err
	}
	s, err := store.Open(context.Background(), url, box, clockwork.NewRealClock(), rand.Reader, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return errors.Join(s.Migrate(context.Background()), s.Close())
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

// schemas are migrated ones that worlds use in turn: to make and drop one costs
// the server more than a world does.
type schemas struct {
	free chan *postgres
	used atomic.Int64
}

// newSchemas makes as many as worlds are played at a time, twice: one that fails
// plays smaller ones meanwhile. They go with t.
func newSchemas(t testing.TB) *schemas {
	n := 2 * flag.Lookup("test.parallel").Value.(flag.Getter).Get().(int)
	s := &schemas{free: make(chan *postgres, n)}
	for range n {
		s.free <- newPostgres(t)
	}
	return s
}

// vacuumEvery is how many worlds may leave dead rows behind.
const vacuumEvery = 20

// take returns a schema that goes back, emptied, when t ends.
func (s *schemas) take(t testing.TB) database {
	d := <-s.free
	d.t = t
	t.Cleanup(func() {
		d.empty(s.used.Add(1)%vacuumEvery == 0)
		s.free <- d
	})
	return d
}

func newPostgres(t testing.TB) *postgres {
	address, err := url.Parse(storetest.Postgres(t).URL)
	if err != nil {
		t.Fatal(err)
	}
	query := address.Query()
	query.Set("synchronous_commit", "off") // no world tells of power cuts
	address.RawQuery = query.Encode()
	if err := migrate(address.String()); err != nil {
		t.Fatal(err)
	}
	return &postgres{t: t, address: address.String()}
}

func (d *postgres) url() string { return d.address }

// do runs statements in one transaction; those of tables for each table but
// goose's.
func (d *postgres) do(before string, tables string, after string, then ...string) {
	d.t.Helper()
	db, err := sql.Open("pgx", d.address)
	if err != nil {
		d.t.Fatal(err)
	}
	defer db.Close()
	all := `DO $do$ DECLARE name text; BEGIN ` + before + `
		FOR name IN SELECT tablename FROM pg_tables
			WHERE schemaname = current_schema() AND tablename NOT LIKE 'saved\_%' AND tablename NOT LIKE 'goose%' ORDER BY tablename
		LOOP ` + tables + ` END LOOP; ` + after + ` END $do$`
	for _, statement := range append([]string{all}, then...) {
		if _, err := db.ExecContext(context.Background(), statement); err != nil {
			d.t.Fatal(err)
		}
	}
}

// empty leaves the tables as they were made.
func (d *postgres) empty(vacuum bool) {
	var then []string
	if vacuum {
		then = []string{"VACUUM accounts, flows, grants, history, hooks, intents, links, mailboxes, receipts, sessions, subscriptions, tokens, work"}
	}
	d.do(noForeignKeys, `EXECUTE format('DELETE FROM %I', name);`, "", then...)
}

const noForeignKeys = `SET LOCAL session_replication_role = replica;`

func (d *postgres) save() {
	d.do("", `EXECUTE format('DROP TABLE IF EXISTS %I', 'saved_' || name);
		EXECUTE format('CREATE TABLE %I AS TABLE %I', 'saved_' || name, name);`, "")
}

// restore also ends all leases: they run by the server's clock, which no world
// can move.
func (d *postgres) restore() {
	d.do(noForeignKeys,
		`EXECUTE format('DELETE FROM %I', name);
		EXECUTE format('INSERT INTO %I SELECT * FROM %I', name, 'saved_' || name);`,
		`UPDATE mailboxes SET lease_until = 0; UPDATE tokens SET lease_until = 0;`)
}
