//go:build killtest

package killtest

import (
	"context"
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/store/storetest"
)

const migrationFiles = "internal/store/migrations/postgres"

// buildBefore builds the program as it was before its last migration was added.
// Where there is no history, as in a copy of the tree, the test is left out.
func buildBefore(t *testing.T) (program string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	shell := func(command string, args ...string) (string, error) {
		out, err := exec.CommandContext(ctx, "sh", append([]string{"-ec", command, "sh"}, args...)...).Output()
		return strings.TrimSpace(string(out)), err
	}
	commit, err := shell(`cd ../.. && git rev-parse --verify --quiet "$(git log -1 --diff-filter=A --format=%H -- "$1")^"`, migrationFiles)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no commit before the last migration: %v", err)
		}
		t.Skip("left out: there is no history to build an older version from")
	}
	dir := t.TempDir()
	program = filepath.Join(dir, "webex-scheduler")
	if said, err := shell(`(cd ../.. && git archive "$1") | tar -x -C "$2" && cd "$2" && go build -o "$3" ./cmd/webex-scheduler 2>&1`, commit, dir, program); err != nil {
		t.Fatalf("build %s: %v\n%s", commit, err, said)
	}
	t.Logf("the version before is %.7s", commit)
	return program
}

// TestUpgrade puts a newer version in the place of an older one, one process
// after the other, while people go on; and the older one back.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	older := buildBefore(t)
	database := storetest.PostgresDatabase(t).URL
	db, err := sql.Open("pgx", database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	schema := func() (version int) {
		if err := db.QueryRowContext(t.Context(), "SELECT max(version_id) FROM goose_db_version WHERE is_applied").Scan(&version); err != nil {
			t.Fatal(err)
		}
		return version
	}
	w := newWorld(t, options{program: older, database: database, processes: 2, seed: 71, people: []string{ana, bo}})
	replace := func(p *process, program string) {
		w.busy(4)
		p.program = program
		p.restart(w.within(time.Minute))
		for range 2 {
			for _, who := range w.people {
				w.create(who)
			}
			w.busy(4)
		}
		w.awaitRight()
	}
	w.busy(4)
	w.awaitRight()
	first, second := w.fleet[0], w.fleet[1]
	before := schema()
	replace(first, binary) // it migrates, beside the older one
	if now := schema(); now <= before {
		t.Fatalf("the schema stays at version %d: the older version is none", now)
	}
	replace(second, binary)
	replace(first, older) // the way back: the database stays as it is
	w.rest()
	for _, p := range w.fleet {
		if len(p.mentions(`"msg":"event"`)) == 0 {
			t.Errorf("%s did nothing", p.name)
		}
		// A statement that PostgreSQL planned before the migration fails once on each
		// connection, and is planned anew: the turn is made up for.
		planned := func(line string) bool { return strings.Contains(line, "cached plan must not change result type") }
		if lines := slices.DeleteFunc(p.mentions(`"level":"ERROR"`), planned); len(lines) > 0 {
			t.Errorf("an upgrade is not quiet:\n%s", strings.Join(lines, "\n"))
		}
	}
}
