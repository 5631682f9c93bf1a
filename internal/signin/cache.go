package signin

import (
	"context"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
	"golang.org/x/sync/singleflight"
)

const (
	// Microsoft asks for a look at keys and metadata every 24 hours.
	// https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
	cacheLife  = 24 * time.Hour
	cachePause = time.Minute // between two looks after a failed or a forced one
)

// cache keeps what load gave for a day. What it has outlives a failing load.
type cache[T any] struct {
	clock clockwork.Clock
	load  func(context.Context) (T, error)

	flight singleflight.Group

	mu     sync.Mutex
	value  T
	have   bool
	until  time.Time // when value wants to be loaded again
	forced time.Time // the last time reload looked
}

// get returns the value, loaded if there is none or it is old. It fails only
// while there never was one.
func (c *cache[T]) get(ctx context.Context) (T, error) {
	c.mu.Lock()
	value, have, fresh := c.value, c.have, c.clock.Now().Before(c.until)
	c.mu.Unlock()
	if have && fresh {
		return value, nil
	}
	loaded, err := c.fetch(ctx)
	if err != nil && have {
		c.mu.Lock()
		c.until = c.clock.Now().Add(cachePause)
		c.mu.Unlock()
		return value, nil
	}
	return loaded, err
}

// reload loads anew whatever the age; ok is false if it did so within the last
// minute, or could not.
func (c *cache[T]) reload(ctx context.Context) (value T, ok bool) {
	now := c.clock.Now()
	c.mu.Lock()
	if !c.forced.IsZero() && now.Before(c.forced.Add(cachePause)) {
		value = c.value
		c.mu.Unlock()
		return value, false
	}
	c.forced = now
	c.mu.Unlock()
	value, err := c.fetch(ctx)
	return value, err == nil
}

// fetch loads once for all who ask meanwhile. Nobody's going away stops it.
func (c *cache[T]) fetch(ctx context.Context) (T, error) {
	done := c.flight.DoChan("", func() (any, error) {
		value, err := c.load(context.WithoutCancel(ctx))
		if err != nil {
			return value, err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.value, c.have, c.until = value, true, c.clock.Now().Add(cacheLife)
		return value, nil
	})
	select {
	case result := <-done:
		value, _ := result.Val.(T)
		return value, result.Err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
