package worldtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"testing"
	"time"
)

// totals are the figures of all runs, kept in a file if one is named.
type totals struct {
	mu        sync.Mutex
	file      string
	Databases map[string]tally
}

// tally is what was counted on one database.
type tally struct {
	Next    uint64   // the first seed not played yet
	Worlds  int      // played
	Fell    []uint64 // seeds of those that failed
	Seconds float64
}

func (n tally) String() string {
	return fmt.Sprintf("%d worlds, %d fell %v, %.0f s", n.Worlds, len(n.Fell), n.Fell, n.Seconds)
}

// openTotals reads what earlier runs counted.
func openTotals(file string) (*totals, error) {
	s := &totals{file: file, Databases: map[string]tally{}}
	if file == "" {
		return s, nil
	}
	text, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s, nil
	case err != nil:
		return nil, err
	}
	return s, json.Unmarshal(text, s)
}

func (s *totals) of(database string) tally {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Databases[database]
}

// add counts seeds that were played, the last one before next.
func (s *totals) add(t testing.TB, database string, seeds, fell []uint64, next uint64, took time.Duration) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.Databases[database]
	n.Next, n.Worlds, n.Seconds = next, n.Worlds+len(seeds), n.Seconds+took.Seconds()
	n.Fell = append(n.Fell, slices.Sorted(slices.Values(fell))...)
	s.Databases[database] = n
	if s.file == "" {
		return
	}
	text, err := json.MarshalIndent(s, "", "\t")
	if err == nil {
		err = os.WriteFile(s.file+".new", append(text, '\n'), 0o644)
	}
	if err == nil {
		err = os.Rename(s.file+".new", s.file) // whole, even if we are stopped
	}
	if err != nil {
		t.Fatal(err)
	}
}
