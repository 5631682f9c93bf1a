// Package rest tells when an engine that works in rounds has nothing to do.
package rest

import (
	"context"
	"sync"
)

// Rest knows whether an engine rests: nothing was due when it last looked, and
// nobody disturbed it since. Its zero value is an engine that did not look yet.
type Rest struct {
	mu      sync.Mutex
	count   uint64        // disturbances so far
	resting bool          // since the last one
	settled chan struct{} // closed when resting becomes true
}

// Disturb says that something may be due.
func (r *Rest) Disturb() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	r.resting = false
}

// Disturbances counts them; to be asked before the look at what is due.
func (r *Rest) Disturbances() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}

// Settle says that nothing was due, unless somebody disturbed since.
func (r *Rest) Settle(since uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count != since || r.resting {
		return
	}
	r.resting = true
	if r.settled != nil {
		close(r.settled)
		r.settled = nil
	}
}

// Await waits until there is nothing to do now. What waits for a later time
// does not count.
func (r *Rest) Await(ctx context.Context) error {
	r.mu.Lock()
	if r.resting {
		r.mu.Unlock()
		return nil
	}
	if r.settled == nil {
		r.settled = make(chan struct{})
	}
	settled := r.settled
	r.mu.Unlock()
	select {
	case <-settled:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
