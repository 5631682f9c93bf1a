package tenanttest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// lapse is how long something took.
type lapse struct{ sandbox, wall time.Duration }

func (l lapse) String() string {
	return fmt.Sprintf("%v | %v", l.sandbox.Round(100*time.Millisecond), l.wall.Round(100*time.Millisecond))
}

// table is what is printed, as it stands in docs/benchmarks.md.
type table struct{ steps, counts, pages []string }

func (t *table) add(what string, l lapse, note string) {
	t.steps = append(t.steps, fmt.Sprintf("| %s | %v | %s |", what, l, note))
}

func (t *table) count(what string, n any, of string) {
	t.counts = append(t.counts, fmt.Sprintf("| %s | %v | %s |", what, n, of))
}

func (t *table) page(what string, took []time.Duration) {
	took = slices.Sorted(slices.Values(took))
	ms := func(d time.Duration) string { return fmt.Sprintf("%.0f ms", float64(d.Microseconds())/1000) }
	t.pages = append(t.pages, fmt.Sprintf("| %s | %s | %s | %s |", what, ms(took[0]), ms(took[len(took)/2]), ms(took[len(took)-1])))
}

func (t table) String() string {
	return strings.Join(slices.Concat(
		[]string{"| step | sandbox's clock | wall | |", "| --- | --- | --- | --- |"}, t.steps,
		[]string{"", "| what | number | limit |", "| --- | --- | --- |"}, t.counts,
		[]string{"", "| page | least | median | most |", "| --- | --- | --- | --- |"}, t.pages,
	), "\n") + "\n"
}
