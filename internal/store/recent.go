package store

import (
	"sync"
	"time"

	"webex-scheduler/internal/meeting"
)

// recent keeps a value of each tenant that is dear to find, for a while. Its
// zero value is empty.
type recent[V any] struct {
	mu   sync.Mutex
	kept map[meeting.TenantID]recentValue[V]
}

type recentValue[V any] struct {
	value V
	until time.Time
}

// get returns the tenant's value, and whether there is one that is not too old.
func (r *recent[V]) get(tenant meeting.TenantID, now time.Time) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.kept[tenant]
	return found.value, ok && now.Before(found.until)
}

func (r *recent[V]) put(tenant meeting.TenantID, value V, until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil {
		r.kept = map[meeting.TenantID]recentValue[V]{}
	}
	r.kept[tenant] = recentValue[V]{value, until}
}
