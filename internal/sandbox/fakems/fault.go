package fakems

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Moment says whether something happens before or after the work of a call.
type Moment string

// The moments of a fault.
const (
	Before Moment = "before" // nothing was done
	After  Moment = "after"  // the work was done, its answer is lost
)

// Fault is what happens to a request instead of its usual answer.
type Fault struct {
	Name string // for the log; made up from the rest when empty

	// Hang waits that long on Clock before anything else, a negative one until
	// the client goes away. Alone, the usual answer follows; alone and After,
	// the work is done before the waiting, and its answer follows.
	Hang time.Duration

	// Until ends the waiting of Hang when it is closed.
	Until <-chan struct{}

	// Status answers with that status; Code and Message fill the error body in
	// the shape of the service.
	Status     int
	Code       string
	Message    string
	RetryAfter time.Duration // header Retry-After, in whole seconds, rounded up
	Header     http.Header   // more headers of the answer
	Body       string        // instead of the error body: a proxy's page, half a JSON

	// Reset cuts the connection instead of answering. Of a part of a $batch it
	// cuts the whole batch, once all parts have run.
	Reset bool

	When Moment // of Status, Reset and a Hang alone; Before when empty
}

type partKey struct{}

// IsPart reports whether a request given to OnRequest is a part of a $batch.
func IsPart(r *http.Request) bool { return r.Context().Value(partKey{}) != nil }

// faulty does the work, unless OnRequest or the weather has other plans. shape
// makes the service's error body.
func (s *Server) faulty(c *call, work func(*call) answer, shape func(*Server, *call, *Fault) answer) answer {
	f := s.trouble(c)
	if f == nil {
		return work(c)
	}
	c.entry.Fault = f.name()
	if f.Status == 0 && !f.Reset && f.When == After {
		a := work(c)
		s.hang(c.r.Context(), f)
		return a
	}
	if f.Hang != 0 {
		// net/http sees that a client has gone once it has read its body.
		if body, err := io.ReadAll(io.LimitReader(c.r.Body, maxBody)); err == nil {
			c.r.Body = io.NopCloser(bytes.NewReader(body))
		}
		s.hang(c.r.Context(), f)
		if c.r.Context().Err() != nil {
			return answer{reset: true}
		}
	}
	if f.Status == 0 && !f.Reset {
		return work(c)
	}
	if f.When == After {
		work(c)
	}
	if f.Reset {
		return answer{reset: true}
	}
	a := shape(s, c, f)
	if f.Body != "" {
		a.body = []byte(f.Body)
		a.header.Set("Content-Type", "text/html; charset=utf-8")
	}
	if f.RetryAfter > 0 {
		a.header.Set("Retry-After", strconv.Itoa(int((f.RetryAfter+time.Second-1)/time.Second)))
	}
	for name, values := range f.Header {
		a.header[http.CanonicalHeaderKey(name)] = values
	}
	return a
}

func (f *Fault) name() string {
	switch {
	case f.Name != "":
		return f.Name
	case f.Reset && f.When == After:
		return "reset after the work"
	case f.Reset:
		return "reset"
	case f.Status != 0:
		return strconv.Itoa(f.Status)
	}
	return "hang"
}

func (s *Server) hang(ctx context.Context, f *Fault) {
	var over <-chan time.Time
	if f.Hang >= 0 {
		timer := s.Clock.NewTimer(f.Hang)
		defer timer.Stop()
		over = timer.Chan()
	}
	select {
	case <-over:
	case <-f.Until:
	case <-ctx.Done():
	case <-s.work.ctx.Done():
	}
}

func entraFault(s *Server, _ *call, f *Fault) answer {
	defer s.lock()()
	return s.oauthError(f.Status, f.Code, f.Message, 0, "")
}

func graphFault(s *Server, c *call, f *Fault) answer {
	code := f.Code
	if code == "" {
		code = "UnknownError"
	}
	defer s.lock()()
	return s.refuse(c, f.Status, code, f.Message)
}
