//go:build killtest

package killtest

import (
	"database/sql"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"

	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/trace"
	"webex-scheduler/internal/store/storetest"
)

// backup is a way of docs/operating.md to copy a database while it is worked on.
type backup struct {
	database string
	take     func(copy string)
	restore  func(copy string) // while nobody works on it
}

// tool runs a tool that operating.md names; where there is none the test is left out.
func tool(t testing.TB, name string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("left out: %v", err)
	}
	if said, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, said)
	}
}

func sqliteBackup(t testing.TB, take func(t testing.TB, path, copy string)) backup {
	path := filepath.Join(t.TempDir(), "scheduler.db")
	return backup{
		database: "sqlite://" + path,
		take:     func(copy string) { take(t, path, copy) },
		restore: func(copy string) {
			for _, suffix := range []string{"-wal", "-shm"} {
				if err := os.RemoveAll(path + suffix); err != nil {
					t.Fatal(err)
				}
			}
			text, err := os.ReadFile(copy)
			if err == nil {
				err = os.WriteFile(path, text, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		},
	}
}

// byTool is `sqlite3 scheduler.db ".backup copy.db"`.
func byTool(t testing.TB, path, copy string) {
	t.Helper()
	tool(t, "sqlite3", path, ".backup "+copy)
}

// byCall is the call of SQLite that the tool makes:
// https://www.sqlite.org/backup.html
func byCall(t testing.TB, path, copy string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = conn.Raw(func(driver any) error {
		b, err := driver.(interface {
			NewBackup(to string) (*sqlite.Backup, error)
		}).NewBackup(copy)
		if err != nil {
			return err
		}
		if _, err = b.Step(-1); err != nil {
			return err
		}
		return b.Finish()
	})
	if err != nil {
		t.Fatal(err)
	}
}

func postgresBackup(t testing.TB) backup {
	database := storetest.PostgresDatabase(t).URL
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(u.Path, "/")
	u.Path = "/postgres"
	return backup{
		database: database,
		take:     func(copy string) { tool(t, "pg_dump", "--format=custom", "--file="+copy, database) },
		restore: func(copy string) {
			server, err := sql.Open("pgx", u.String())
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			for _, statement := range []string{"DROP DATABASE " + name, "CREATE DATABASE " + name} {
				if _, err := server.Exec(statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
			tool(t, "pg_restore", "--exit-on-error", "--dbname="+database, copy)
		},
	}
}

// TestRestored puts an older copy in the place of the database: what happened
// since is found, no meeting is made twice and none is lost.
func TestRestored(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(testing.TB) (backup, int){
		"sqlite":           func(t testing.TB) (backup, int) { return sqliteBackup(t, byCall), 1 },
		"sqlite, its tool": func(t testing.TB) (backup, int) { return sqliteBackup(t, byTool), 1 },
		"postgres":         func(t testing.TB) (backup, int) { return postgresBackup(t), 2 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, processes := make(t)
			w := newWorld(t, options{database: b.database, processes: processes, seed: 51, people: []string{ana, bo}})
			renamed, moved, removed := w.create(ana), w.create(ana), w.create(ana)
			w.create(bo)
			w.awaitRight()
			copy := filepath.Join(t.TempDir(), "copy")
			w.busy(4) // it is copied in the middle of work
			b.take(copy)

			w.rename(ana, renamed, "Since the copy")
			w.move(ana, moved, fakems.At(time.Now().Add(50*time.Hour).UTC().Truncate(time.Hour), "UTC"), fakems.At(time.Now().Add(51*time.Hour).UTC().Truncate(time.Hour), "UTC"))
			w.remove(ana, removed)
			since := w.create(ana)
			w.connect(w.within(time.Minute), deepa)
			w.people = append(w.people, deepa)
			hers := w.create(deepa)
			w.busy(6)
			w.awaitRight()

			for _, p := range w.fleet {
				if code, _ := p.terminate(w.within(time.Minute)); code != 0 {
					t.Errorf("%s ends with code %d", p.name, code)
				}
			}
			w.rename(ana, since, "While it stood still")
			w.rename(deepa, hers, "While it stood still")
			w.create(bo)
			b.restore(copy)
			for _, p := range w.fleet {
				p.start()
				p.awaitServing(w.within(time.Minute))
			}
			w.connect(w.within(time.Minute), deepa) // who came since comes once more
			w.rest()
			if code, said := w.try(w.fleet[0].env, "receipts", "verify"); code != 0 {
				t.Errorf("receipts verify: code %d\n%s", code, said)
			}
		})
	}
}

// awaitRight waits until both sides are right; work may go on.
func (w *world) awaitRight() {
	w.t.Helper()
	ctx := w.within(settled)
	for {
		seq := w.box.Trace.Last()
		v := w.judge()
		if v.clean() {
			return
		}
		if _, err := w.box.Trace.Await(ctx, seq, func(trace.Entry) bool { return true }); err != nil {
			w.t.Fatalf("not right after %v: %v\n%s", settled, v, w.about(v.words...))
		}
	}
}
