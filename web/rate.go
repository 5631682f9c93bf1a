package web

import (
	"sync"
	"time"

	"webex-scheduler/internal/meeting"
)

const (
	ratePeriod = time.Minute
	rateMost   = 100 // requests for a meeting, repeated ones too, a person and period
)

// rate counts what each person asked for in the period that runs. It is kept
// simple: each process counts for itself, and forgets everything when a new
// period begins.
type rate struct {
	mu    sync.Mutex
	since time.Time
	count map[meeting.AccountID]int
}

// allow reports whether one more is allowed, or how many seconds to wait.
func (r *rate) allow(who meeting.AccountID, now time.Time) (wait int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count == nil || now.Sub(r.since) >= ratePeriod || now.Before(r.since) {
		r.since, r.count = now, map[meeting.AccountID]int{}
	}
	if r.count[who] >= rateMost {
		return max(1, int(r.since.Add(ratePeriod).Sub(now)/time.Second)), false
	}
	r.count[who]++
	return 0, true
}
