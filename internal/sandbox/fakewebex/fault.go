package fakewebex

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// Fault is what OnRequest makes of a call. The first of Hang, Reset and Status
// that is set happens.
type Fault struct {
	Name string // for the log; made up from the rest when empty

	// After lets the call have its effect first; only its answer is lost.
	After bool

	// Delay waits that long on Clock, or until Until is closed, before anything
	// else; with After between the effect and what follows it. Alone, the usual
	// answer follows.
	Delay time.Duration
	Until <-chan struct{}

	Hang  bool // no answer until the caller gives up
	Reset bool // the connection is cut

	// Status is answered with the platform's error body, or with HTML for 429.
	Status     int
	RetryAfter time.Duration // the Retry-After header, in whole seconds rounded up; 0 is no header
	Body       string        // instead of the usual body, as text/html
}

// name is the trace entry's word for the fault.
func (f *Fault) name() string {
	name := strconv.Itoa(f.Status)
	switch {
	case f.Name != "":
		return f.Name
	case f.delays():
		name = "delay"
	case f.Hang:
		name = "hang"
	case f.Reset:
		name = "reset"
	}
	if f.After {
		name += " after the effect"
	}
	return name
}

// delays reports whether the usual answer follows.
func (f *Fault) delays() bool { return f.Delay > 0 && !f.Hang && !f.Reset && f.Status == 0 }

// wait passes Delay, and reports whether the caller is still there.
func (s *Server) wait(ctx context.Context, f *Fault) bool {
	timer := s.Clock.NewTimer(f.Delay)
	defer timer.Stop()
	select {
	case <-timer.Chan():
	case <-f.Until:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

func (f *Fault) reply(c *call) reply {
	if f.Hang || f.Reset {
		return reply{}
	}
	c.header = http.Header{}
	status := f.Status
	if status == 0 {
		status = http.StatusInternalServerError
	}
	if f.RetryAfter > 0 {
		c.header.Set("Retry-After", strconv.Itoa(seconds(f.RetryAfter)))
	}
	switch {
	case f.Body != "":
		return reply{status, "text/html", []byte(f.Body)}
	case status == http.StatusTooManyRequests:
		return reply{status, "text/html", tooMany}
	}
	return reply{status, jsonType(c), encode(refuse(status, http.StatusText(status)).body(c.trackingID), nil)}
}

func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
