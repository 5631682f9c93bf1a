package syncer

import (
	"maps"
	"sync"
	"time"
)

// fresh keeps what was asked of a service for a while. Several goroutines may use
// it; its zero value is empty.
type fresh[K comparable, V any] struct {
	mu   sync.Mutex
	kept map[K]freshValue[V]
}

type freshValue[V any] struct {
	value V
	until time.Time
}

func (f *fresh[K, V]) get(key K, now time.Time) (V, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	v, ok := f.kept[key]
	return v.value, ok && now.Before(v.until)
}

// put also forgets what is not fresh any more.
func (f *fresh[K, V]) put(key K, value V, now time.Time, age time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.kept == nil {
		f.kept = map[K]freshValue[V]{}
	}
	maps.DeleteFunc(f.kept, func(_ K, v freshValue[V]) bool { return !now.Before(v.until) })
	f.kept[key] = freshValue[V]{value, now.Add(age)}
}
