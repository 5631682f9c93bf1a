//go:build killtest

package killtest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// process is a place in the fleet: one child after another serves there.
type process struct {
	t    testing.TB
	name string

	program string   // that the next child runs
	env     []string // of the next child, whole

	mu  sync.Mutex
	now *child
	log []string // lines of all children
}

// child is one run of the program.
type child struct {
	cmd     *exec.Cmd
	address string        // where it serves; valid once serving is closed
	serving chan struct{} // closed when requests are served
	gone    chan struct{} // closed when it has ended
	ended   error         // valid once gone is closed
	meant   bool          // the test ends it
}

// start starts the next child.
func (p *process) start() {
	p.t.Helper()
	cmd := command(p.program, p.env, "serve")
	errors, err := cmd.StderrPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	c := &child{cmd: cmd, serving: make(chan struct{}), gone: make(chan struct{})}
	p.mu.Lock()
	p.now = c
	p.log = append(p.log, fmt.Sprintf("--- started as %d", cmd.Process.Pid))
	p.mu.Unlock()
	go p.watch(c, errors)
}

// command runs a build of the program with that environment and nothing else. The
// child ends with us even if we are killed: a test that times out cleans up nothing.
func command(program string, env []string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Env = env
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd
}

// watch keeps the child's log and sees it serve and end.
func (p *process) watch(c *child, log io.Reader) {
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		p.mu.Lock()
		p.log = append(p.log, lines.Text())
		p.mu.Unlock()
		var line struct{ Msg, Address string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "serving" {
			c.address = line.Address
			close(c.serving)
		}
	}
	err := c.cmd.Wait()
	p.mu.Lock()
	c.ended = err
	p.log = append(p.log, fmt.Sprintf("--- ended: %v", c.cmd.ProcessState))
	meant := c.meant
	p.mu.Unlock()
	close(c.gone)
	if !meant {
		p.t.Errorf("%s ended by itself (%v), its log ends with:\n%s", p.name, c.cmd.ProcessState, p.tail(30))
	}
}

func (p *process) current() *child {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

// signal sends the child a signal; one that ended already gets none.
func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	c := p.current()
	if s == syscall.SIGKILL || s == syscall.SIGTERM {
		p.mu.Lock()
		c.meant = true
		p.mu.Unlock()
	}
	if err := c.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Fatalf("%v to %s: %v", s, p.name, err)
	}
}

// kill ends the child as kill -9 does.
func (p *process) kill() {
	p.t.Helper()
	if c := p.current(); c != nil {
		p.signal(syscall.SIGKILL)
		<-c.gone
	}
}

// terminate asks the child to end and returns its exit code, and how long it took.
func (p *process) terminate(ctx context.Context) (code int, took time.Duration) {
	p.t.Helper()
	c, began := p.current(), time.Now()
	p.signal(syscall.SIGTERM)
	select {
	case <-c.gone:
	case <-ctx.Done():
		p.t.Fatalf("%s does not end after SIGTERM:\n%s", p.name, p.tail(30))
	}
	return c.cmd.ProcessState.ExitCode(), time.Since(began)
}

// restart ends the child the clean way and starts the next.
func (p *process) restart(ctx context.Context) {
	p.t.Helper()
	if code, _ := p.terminate(ctx); code != 0 {
		p.t.Errorf("%s ends with code %d after SIGTERM:\n%s", p.name, code, p.tail(20))
	}
	p.start()
	p.awaitServing(ctx)
}

// set gives children to come another value of a variable.
func (p *process) set(variable, value string) { p.env = with(p.env, variable, value) }

// with returns the environment with another value of a variable.
func with(env []string, variable, value string) []string {
	env = slices.DeleteFunc(slices.Clone(env), func(s string) bool { return strings.HasPrefix(s, variable+"=") })
	return append(env, variable+"="+value)
}

// awaitServing waits until the child serves.
func (p *process) awaitServing(ctx context.Context) {
	p.t.Helper()
	c := p.current()
	select {
	case <-c.serving:
	case <-c.gone:
		p.t.Fatalf("%s did not start: %v\n%s", p.name, c.ended, p.tail(30))
	case <-ctx.Done():
		p.t.Fatalf("%s does not come to serve:\n%s", p.name, p.tail(30))
	}
}

// serves returns the child's address while it serves.
func (c *child) serves() (address string, ok bool) {
	select {
	case <-c.gone:
		return "", false
	default:
	}
	select {
	case <-c.serving:
		return c.address, true
	default:
		return "", false
	}
}

func (p *process) tail(n int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.log[max(0, len(p.log)-n):], "\n")
}

// mentions returns the log's lines about any of the words.
func (p *process) mentions(words ...string) (lines []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, line := range p.log {
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(line, w) }) {
			lines = append(lines, p.name+": "+line)
		}
	}
	return lines
}
