package syncer

import (
	"context"
	"sync"
)

// rest knows whether the runner has nothing to do: no mailbox is due and none
// is being worked.
type rest struct {
	mu      sync.Mutex
	count   uint64        // disturbances so far
	resting bool          // since the last one
	settled chan struct{} // closed when resting becomes true
}

func (r *rest) disturb() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	r.resting = false
}

func (r *rest) disturbances() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}

// settle says that nothing was due, unless somebody disturbed since.
func (r *rest) settle(since uint64) {
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

// AwaitRest waits until this process has nothing to do now. What waits for a
// later time does not count.
func (s *Syncer) AwaitRest(ctx context.Context) error {
	r := &s.rest
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
