package worldtest

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	count  = flag.Int("worlds", 25, "how many worlds, on each database")
	from   = flag.Uint64("worlds.from", 1, "seed of the first world")
	divide = flag.Bool("worlds.divide", false, "odd seeds on SQLite alone, even ones on PostgreSQL")
	state  = flag.String("worlds.state", "", "file that keeps the totals; a run goes on from it")
	small  = flag.Bool("worlds.shrink", true, "drop steps of a world that fails while it still fails")
	log    = flag.Bool("worlds.log", false, "print the program's log of a world that fails")
)

// TestMain puts the sandbox on the network in memory: its own client, for
// notifications, begins as a copy of the default one.
func TestMain(m *testing.M) {
	http.DefaultTransport.(*http.Transport).DialContext = lan.dial
	os.Exit(m.Run())
}

func TestWorldsOnSQLite(t *testing.T) {
	t.Parallel()
	worlds(t, "sqlite", newSQLite)
}

func TestWorldsOnPostgres(t *testing.T) {
	t.Parallel()
	worlds(t, "postgres", newSchemas(t).take)
}

// sums are of both databases.
var sums = sync.OnceValues(func() (*totals, error) { return openTotals(*state) })

// atATime is how many worlds are played before they are counted.
const atATime = 50

// worlds plays the seeds that are a database's, those counted before left out.
func worlds(t *testing.T, database string, make maker) {
	sums, err := sums()
	if err != nil {
		t.Fatal(err)
	}
	played := 0
	first, end := max(*from, sums.of(database).Next), *from+uint64(*count)
	for first < end {
		var seeds []uint64
		for ; first < end && len(seeds) < atATime; first++ {
			if !*divide || (first%2 == 1) == (database == "sqlite") {
				seeds = append(seeds, first)
			}
		}
		played += len(seeds)
		var mu sync.Mutex
		var fell []uint64
		began := time.Now()
		t.Run("", func(t *testing.T) {
			for _, seed := range seeds {
				t.Run(fmt.Sprint(seed), func(t *testing.T) {
					t.Parallel()
					if !holds(t, seed, make) {
						mu.Lock()
						defer mu.Unlock()
						fell = append(fell, seed)
					}
				})
			}
		})
		sums.add(t, database, seeds, fell, first, time.Since(began))
	}
	t.Logf("%s: %v", database, sums.of(database))
	if lacks := compared.lacks(); played >= 25 && len(lacks) > 0 {
		t.Errorf("nothing was compared that is of the kind %v: the worlds show nothing of it", lacks)
	}
}

// holds plays the world of a seed, and makes it small if it fails.
func holds(t *testing.T, seed uint64, make maker) bool {
	s := generate(seed)
	wrong, diary := play(t, s, make(t))
	if len(wrong) == 0 {
		return true
	}
	t.Errorf("go test ./internal/worldtest -run '%s' -worlds.from=%d -worlds=1\n%v%v",
		strings.Split(t.Name(), "/")[0], seed, wrong, s)
	if !*small {
		return false
	}
	s, wrong = shrink(s, wrong, func(s script) (wrong findings) {
		t.Run("smaller", func(t *testing.T) {
			var d string
			if wrong, d = play(t, s, make(t)); len(wrong) > 0 {
				diary = d
			}
		})
		return wrong
	})
	t.Logf("the same in short:\n%v%v", wrong, s)
	if *log {
		t.Log(diary)
	}
	return false
}
