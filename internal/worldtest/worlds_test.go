package worldtest

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
)

var (
	count = flag.Int("worlds", 25, "how many worlds on each database")
	from  = flag.Uint64("worlds.from", 1, "seed of the first world")
	small = flag.Bool("worlds.shrink", true, "drop steps of a world that fails while it still fails")
	log   = flag.Bool("worlds.log", false, "print the program's log of a world that fails")
)

// TestMain puts the sandbox on the network in memory: its own client, for
// notifications, begins as a copy of the default one.
func TestMain(m *testing.M) {
	http.DefaultTransport.(*http.Transport).DialContext = lan.dial
	os.Exit(m.Run())
}

func TestWorldsOnSQLite(t *testing.T)   { t.Parallel(); worlds(t, newSQLite) }
func TestWorldsOnPostgres(t *testing.T) { t.Parallel(); newPostgres(t); worlds(t, newPostgres) }

func worlds(t *testing.T, make maker) {
	for seed := *from; seed < *from+uint64(*count); seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := generate(seed)
			wrong, diary := play(t, s, make(t))
			if len(wrong) == 0 {
				return
			}
			t.Errorf("go test ./internal/worldtest -run '%s' -worlds.from=%d -worlds=1\n%v%v",
				strings.Split(t.Name(), "/")[0], seed, wrong, s)
			if !*small {
				return
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
		})
	}
}
