package store

import (
	"context"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// SubscriptionByState returns whose subscription (by our id, the first part of
// a client state) it is, and the SHA-256 of its whole client state, to be
// compared in constant time. errs.NotFound: there is none.
//
// Answers may be a minute old, so that a flood of notifications asks the
// database once; that there is none is always asked.
func (s *Store) SubscriptionByState(ctx context.Context, id string) (mailbox meeting.AccountID, sum [32]byte, err error) {
	defer errs.Wrap(&err, "store: subscription of a client state")
	if state, ok := s.states.get(id); ok {
		return state.mailbox, state.sum, nil
	}
	if strings.ContainsRune(id, 0) {
		return "", sum, errs.New(errs.NotFound, "no such subscription")
	}
	epoch := s.states.epoch()
	var row subscriptionRow
	if err = s.read.WithContext(ctx).Take(&row, "id = ?", id).Error; err != nil {
		return "", sum, fault(err)
	}
	if _, err = hex.Decode(sum[:], []byte(row.ClientStateHash)); err != nil {
		return "", sum, err
	}
	s.states.put(epoch, id, clientState{mailbox: row.Mailbox, sum: sum, until: s.clock.Now().Add(stateAge)})
	return row.Mailbox, sum, nil
}

const (
	stateAge   = time.Minute
	stateLimit = 100_000
)

type clientState struct {
	mailbox meeting.AccountID
	sum     [32]byte
	until   time.Time
}

// stateCache remembers client states that were found.
type stateCache struct {
	clock clockwork.Clock

	mu      sync.RWMutex
	states  map[string]clientState
	changes int // so that what was read before a change is not kept after it
}

func newStateCache(clock clockwork.Clock) *stateCache {
	return &stateCache{clock: clock, states: make(map[string]clientState)}
}

func (c *stateCache) get(id string) (clientState, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	state, ok := c.states[id]
	return state, ok && c.clock.Now().Before(state.until)
}

func (c *stateCache) epoch() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.changes
}

func (c *stateCache) put(epoch int, id string, state clientState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if epoch != c.changes {
		return
	}
	if len(c.states) >= stateLimit {
		clear(c.states)
	}
	c.states[id] = state
}

func (c *stateCache) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	delete(c.states, id)
}

func (c *stateCache) forgetMailbox(mailbox meeting.AccountID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	for id, state := range c.states {
		if state.mailbox == mailbox {
			delete(c.states, id)
		}
	}
}
