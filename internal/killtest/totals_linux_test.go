//go:build killtest

package killtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"testing"
)

// totals are the figures of all rounds, kept in a file if one is named.
type totals struct {
	mu        sync.Mutex
	Seed      uint64
	Databases map[string]tally
}

// tally is what was counted on one database.
type tally struct {
	Kills, Rounds, Events, Edits, Lost, Doubled int
	Seconds                                     float64
}

func (s tally) String() string {
	return fmt.Sprintf("%d kills, %d events, %d edits, %d lost, %d doubled, %.0f s", s.Kills, s.Events, s.Edits, s.Lost, s.Doubled, s.Seconds)
}

// openTotals reads what an earlier run counted.
func openTotals(t *testing.T) *totals {
	t.Helper()
	s := &totals{Seed: *killsSeed, Databases: map[string]tally{}}
	if *killsFile == "" {
		return s
	}
	text, err := os.ReadFile(*killsFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s
	case err == nil:
		err = json.Unmarshal(text, s)
	}
	if err != nil {
		t.Fatal(err)
	}
	if s.Seed != *killsSeed {
		t.Fatalf("%s is of seed %d: give -kills.seed %[2]d, or another file", *killsFile, s.Seed)
	}
	return s
}

func (s *totals) of(database string) tally {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Databases[database]
}

func (s *totals) set(t testing.TB, database string, n tally) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Databases[database] = n
	if *killsFile == "" {
		return
	}
	text, err := json.MarshalIndent(s, "", "\t")
	if err == nil {
		err = os.WriteFile(*killsFile+".new", append(text, '\n'), 0o644)
	}
	if err == nil {
		err = os.Rename(*killsFile+".new", *killsFile) // whole, even if we are stopped
	}
	if err != nil {
		t.Fatal(err)
	}
}
