package worldtest

import (
	"net/http"
	"sync"
)

// line is the program's way out. Once it is cut nothing goes out and no answer
// comes in: what the program does from then on is undone by house.kill.
type line struct {
	base *http.Transport
	cut  chan struct{} // closed: nothing passes
	dead chan struct{} // closed: those who wait are let go

	mu   sync.Mutex
	fate *fate
}

// fate is the call at which the program dies.
type fate struct {
	class class
	skip  int  // calls of that class to let pass
	after bool // the call has its effect, its answer is lost
}

func newLine() *line {
	return &line{base: newTransport(), cut: make(chan struct{}), dead: make(chan struct{})}
}

// doom has the program die at a call to come.
func (l *line) doom(f fate) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fate = &f
}

// spare lets the program live.
func (l *line) spare() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fate = nil
}

// meets reports whether the call is the fatal one, and cuts the line unless it
// is to have its effect first.
func (l *line) meets(r *http.Request) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.fate
	if f == nil || f.class != classOf(r) {
		return false
	}
	if f.skip--; f.skip >= 0 {
		return false
	}
	l.fate = nil
	if !f.after {
		close(l.cut)
	}
	return f.after
}

// RoundTrip implements http.RoundTripper.
func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	last := l.meets(r)
	if closed(l.cut) {
		<-l.dead
		return nil, errDead
	}
	answer, err := l.base.RoundTrip(r)
	if last {
		close(l.cut)
	}
	if closed(l.cut) {
		<-l.dead
		if err == nil {
			answer.Body.Close()
		}
		return nil, errDead
	}
	return answer, err
}
