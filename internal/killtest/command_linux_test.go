//go:build killtest

package killtest

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/store/storetest"
)

// try runs a command to its end.
func (w *world) try(env []string, args ...string) (code int, output string) {
	w.t.Helper()
	cmd := command(binary, env, args...)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	stop := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer stop.Stop()
	_ = cmd.Wait()
	return cmd.ProcessState.ExitCode(), out.String()
}

// TestOneProcessOnSQLite: who comes second is told what to do, and does no harm.
func TestOneProcessOnSQLite(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{database: "sqlite://" + filepath.Join(t.TempDir(), "scheduler.db"), people: []string{ana}})
	env := w.fleet[0].env
	for _, c := range []struct {
		args []string
		says []string
	}{
		{[]string{"serve"}, []string{"another process", "PostgreSQL"}},
		{[]string{"migrate"}, []string{"another process", "stop"}},
		{[]string{"keys", "reencrypt"}, []string{"another process", "stop"}},
	} {
		code, said := w.try(env, c.args...)
		if code == 0 {
			t.Errorf("%v beside serve: got code 0, want a refusal", c.args)
		}
		for _, word := range c.says {
			if !strings.Contains(said, word) {
				t.Errorf("%v beside serve does not say %q:\n%s", c.args, word, said)
			}
		}
	}
	w.create(ana)
	w.rest()
	w.fleet[0].kill() // and with it its lock
	for _, args := range [][]string{{"migrate"}, {"keys", "reencrypt"}} {
		if code, said := w.try(env, args...); code != 0 {
			t.Errorf("%v after kill -9: got code %d:\n%s", args, code, said)
		}
	}
	w.fleet[0].start()
	w.rest()
}

// TestMigrateTogether migrates an empty database by several processes at once.
func TestMigrateTogether(t *testing.T) {
	t.Parallel()
	database := storetest.PostgresDatabase(t).URL
	const processes = 4
	type result struct {
		code int
		said string
	}
	results := make(chan result)
	for range processes {
		go func() {
			cmd := command(binary, []string{"SCHEDULER_DATABASE_URL=" + database}, "migrate")
			said, _ := cmd.CombinedOutput()
			results <- result{cmd.ProcessState.ExitCode(), string(said)}
		}()
	}
	for range processes {
		if r := <-results; r.code != 0 {
			t.Errorf("migrate beside others: got code %d:\n%s", r.code, r.said)
		}
	}
}
