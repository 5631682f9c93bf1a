package fakewebex

import (
	"net/http"
	"strconv"
	"time"
)

// Fault is what OnRequest makes of a call. The first of Hang, Reset and Status
// that is set happens.
type Fault struct {
	// After lets the call have its effect first; only its answer is lost.
	After bool

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
