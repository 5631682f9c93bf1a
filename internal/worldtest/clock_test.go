package worldtest

import (
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"
)

// clock is the time of program and sandbox: the bubble's, moved ahead by jumps.
type clock struct {
	clockwork.Clock // of the bubble
	ahead           atomic.Int64
	// next tells when the program has something to do; nil: it does not run.
	next atomic.Pointer[func() (time.Time, bool)]
}

func newClock() *clock { return &clock{Clock: clockwork.NewRealClock()} }

func (c *clock) Now() time.Time                  { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }
func (c *clock) Until(t time.Time) time.Duration { return t.Sub(c.Now()) }

// jump moves the clock without letting time pass, as a suspended machine sees
// it: what was to happen meanwhile happens late.
func (c *clock) jump(d time.Duration) { c.ahead.Add(int64(d)) }

// The runner polls its database once a second, since other processes may mark;
// here there are none. A day of such polls is the most expensive thing of a
// world, so they come when something is due, or now and then.
const (
	poll     = time.Second
	rarePoll = 10 * time.Minute
)

// NewTimer makes the runner's poll rare, and leaves other timers alone.
func (c *clock) NewTimer(d time.Duration) clockwork.Timer {
	if next := c.next.Load(); next != nil && d == poll {
		d = rarePoll
		if at, ok := (*next)(); ok {
			d = min(max(c.Until(at), poll), rarePoll)
		}
	}
	return c.Clock.NewTimer(d)
}
