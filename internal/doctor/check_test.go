package doctor_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"webex-scheduler/internal/doctor"
)

var update = flag.Bool("update", false, "write the table of docs/operating.md")

const operating = "../../docs/operating.md"

// TestDocumented compares the table of docs/operating.md with the checks.
func TestDocumented(t *testing.T) {
	t.Parallel()
	const head, end = "| check | asks |\n| --- | --- |\n", "\n\n"
	var table strings.Builder
	table.WriteString(head)
	for _, c := range doctor.Checks {
		fmt.Fprintf(&table, "| %s | %s |\n", c.Name, c.Asks)
	}
	text, err := os.ReadFile(operating)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), head)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("there is no such table")
	}
	want := before + table.String() + "\n" + after
	if want == string(text) {
		return
	}
	if !*update {
		t.Fatal("the table is another one: go test ./internal/doctor -run TestDocumented -args -update")
	}
	if err := os.WriteFile(operating, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
