//go:build killtest

package killtest

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var (
	kills     = flag.Int("kills", 50, "how often TestKill kills, over both databases")
	killsSeed = flag.Uint64("kills.seed", 1, "seed of what people do and of when and whom TestKill kills")
	killsFile = flag.String("kills.state", "", "file that keeps TestKill's totals; a run goes on from it")
)

// binary is the program, built once for all tests.
var binary string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	dir, err := os.MkdirTemp("", "webex-scheduler-killtest-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "webex-scheduler")
	build := exec.Command("go", "build", "-o", binary, "webex-scheduler/cmd/webex-scheduler")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build the program:", err)
		return 1
	}
	return m.Run()
}
