//go:build killtest

package killtest

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"webex-scheduler/internal/sandbox/trace"
	"webex-scheduler/internal/store/storetest"
)

// aRound is how many kills one world sees before it has to come to rest.
const aRound = 50

// TestKill kills processes at random instants of a burst of edits.
func TestKill(t *testing.T) {
	t.Parallel()
	total := openTotals(t)
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		killFor(t, total, "sqlite", (*kills+1)/2, func(t testing.TB) options {
			return options{database: "sqlite://" + filepath.Join(t.TempDir(), "scheduler.db")}
		})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		killFor(t, total, "postgres", *kills/2, func(t testing.TB) options {
			return options{database: storetest.PostgresDatabase(t).URL, processes: 3}
		})
	})
}

// killFor goes on until so many kills are counted, each round in a new world.
func killFor(t *testing.T, total *totals, database string, goal int, make func(testing.TB) options) {
	for tally := total.of(database); tally.Kills < goal && !t.Failed(); tally = total.of(database) {
		round, count := tally.Rounds+1, min(aRound, goal-tally.Kills)
		t.Run("", func(t *testing.T) {
			began := time.Now()
			o := make(t)
			o.seed = *killsSeed*1_000_000 + uint64(round)
			w := newWorld(t, o)
			w.killInBurst(count)
			burst := time.Since(began)
			v := w.rest()
			tally.Kills, tally.Rounds, tally.Events, tally.Edits = tally.Kills+count, round, tally.Events+w.wishes(), tally.Edits+w.diary.edits
			tally.Lost, tally.Doubled = tally.Lost+len(v.lost), tally.Doubled+len(v.doubled)
			tally.Seconds += time.Since(began).Seconds()
			total.set(t, database, tally)
			t.Logf("%s, seed %d, round %d: %d kills in %v, rest after %v more; in all: %s",
				database, *killsSeed, round, count, burst.Round(time.Second), (time.Since(began) - burst).Round(time.Second), tally)
		})
	}
}

// killInBurst kills so often, each time after a few edits and a few calls of
// whoever is at work, and starts what it killed at once.
func (w *world) killInBurst(count int) {
	w.t.Helper()
	for range count {
		w.busy(1 + w.random.IntN(4))
		victim := w.fleet[w.random.IntN(len(w.fleet))]
		victim.kill()
		victim.start()
	}
}

// busy lets people edit and returns at a random instant of the work that this
// makes. Without work, as right after a start, it does not wait long.
func (w *world) busy(edits int) {
	w.t.Helper()
	seq := w.box.Trace.Last()
	for range edits {
		w.edit()
	}
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Second)
	defer cancel()
	calls := w.random.IntN(12)
	_, _ = w.box.Trace.Await(ctx, seq, func(e trace.Entry) bool {
		if e.Service == trace.Graph || e.Service == trace.Webex {
			calls--
		}
		return calls < 0
	})
	// Between two calls lies work of its own: not every kill follows an answer.
	<-time.After(time.Duration(w.random.IntN(20)) * time.Millisecond)
}
