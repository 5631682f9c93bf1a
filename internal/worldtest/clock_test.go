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
}

func newClock() *clock { return &clock{Clock: clockwork.NewRealClock()} }

func (c *clock) Now() time.Time                  { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }
func (c *clock) Until(t time.Time) time.Duration { return t.Sub(c.Now()) }

// jump moves the clock without letting time pass, as a suspended machine sees
// it: what was to happen meanwhile happens late.
func (c *clock) jump(d time.Duration) { c.ahead.Add(int64(d)) }
