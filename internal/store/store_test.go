package store_test

import (
	"crypto/rand"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/roster"
	"webex-scheduler/internal/seal"
	"webex-scheduler/internal/store"
	"webex-scheduler/internal/store/storetest"
	"webex-scheduler/web"
)

var (
	_ roster.Store = (*store.Store)(nil)
	_ web.Tenants  = (*store.Store)(nil)
	_ web.Owners   = (*store.Store)(nil)
)

func TestMain(m *testing.M) {
	// Each check is some fifty transactions; -rapid.checks=1000 digs deeper.
	if err := flag.Set("rapid.checks", "40"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.SQLite)
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.Postgres)
}

func open(t *testing.T, url string) (*store.Store, error) {
	t.Helper()
	keys, err := seal.ParseKeys(seal.NewKey(rand.Reader))
	if err != nil {
		t.Fatal(err)
	}
	box, err := seal.New(keys)
	if err != nil {
		t.Fatal(err)
	}
	return store.Open(t.Context(), url, box, clockwork.NewRealClock(), rand.Reader, slog.New(slog.DiscardHandler))
}

func TestSQLiteFile(t *testing.T) {
	t.Chdir(t.TempDir())
	s, err := open(t, "sqlite://var/scheduler.db")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrated(t.Context()); !errs.Is(err, errs.Busy) {
		t.Errorf("not migrated: got %v, want kind busy", err)
	}
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{
		"var": 0o700, "var/scheduler.db": 0o600, "var/scheduler.db-wal": 0o600, "var/scheduler.db-shm": 0o600,
	} {
		info, err := os.Stat(path)
		if err != nil {
			t.Error(err)
		} else if got := info.Mode().Perm(); got != want {
			t.Errorf("mode of %s: got %o, want %o", path, got, want)
		}
	}

	absolute, err := filepath.Abs("var/scheduler.db")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, "sqlite://"+absolute); !errs.Is(err, errs.Conflict) {
		t.Errorf("second opener: got %v, want kind conflict", err)
	}
	first, err := s.Installation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = open(t, "sqlite://"+absolute); err != nil {
		t.Fatalf("after the first closed: %v", err)
	}
	if got, err := s.Installation(t.Context()); err != nil || got != first {
		t.Errorf("same file by its absolute path: got installation %q, %v, want %q", got, err, first)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	goleak.VerifyNone(t, goleak.IgnoreCurrent())
}

func TestOddPath(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a b%20#c", "ä.db")
	s, err := open(t, "sqlite://"+path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestBadURL(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "var/scheduler.db", "mysql://x", "sqlite://", "sqlite://x.db?mode=ro", "postgres://user:hunter2@host:port/x"} {
		s, err := open(t, url)
		if err == nil {
			_ = s.Close()
		}
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: got %v, want kind invalid", url, err)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: the error shows the password", url)
		}
	}
}

func TestPostgresTogether(t *testing.T) {
	t.Parallel()
	fixture := storetest.Postgres(t)
	clock := clockwork.NewRealClock()
	errors := make(chan error)
	const processes = 4
	for range processes {
		s := fixture.Open(t, clock)
		go func() { errors <- s.Migrate(t.Context()) }()
	}
	for range processes {
		if err := <-errors; err != nil {
			t.Error(err)
		}
	}
	if err := fixture.Open(t, clock).Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestPostgresAway(t *testing.T) {
	t.Parallel()
	fixture := storetest.PostgresDatabase(t)
	s := fixture.Open(t, clockwork.NewRealClock())
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	marks := []meeting.Mark{{Mailbox: "contoso/person", Event: "event"}}
	if err := s.Mark(t.Context(), marks); err != nil {
		t.Fatal(err)
	}
	fixture.Drop(t)
	for range 3 { // connections that broke, then new ones that are refused
		if err := s.Mark(t.Context(), marks); !errs.Is(err, errs.Busy) {
			t.Errorf("database is gone: got %v, want kind busy", err)
		}
		if err := s.Ready(t.Context()); !errs.Is(err, errs.Busy) {
			t.Errorf("ready while the database is gone: got %v, want kind busy", err)
		}
	}
	if _, err := open(t, "postgres://postgres@127.0.0.1:1/x?sslmode=disable"); !errs.Is(err, errs.Busy) {
		t.Errorf("nobody listens: got %v, want kind busy", err)
	}
}
