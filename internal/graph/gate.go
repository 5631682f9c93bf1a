package graph

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// concurrent is how many requests an app may have open at a mailbox; parts of a
// batch count. https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
const concurrent = 4

// gates holds a gate for each mailbox that is being called.
type gates struct {
	mu   sync.Mutex
	open map[meeting.AccountID]*gate
}

type gate struct {
	places *semaphore.Weighted
	users  int // inside or waiting; the gate goes with the last
}

// enter waits for n of the mailbox's places. The caller calls leave.
func (g *gates) enter(ctx context.Context, mailbox meeting.AccountID, n int) (leave func(), err error) {
	n = min(n, concurrent)
	g.mu.Lock()
	if g.open == nil {
		g.open = map[meeting.AccountID]*gate{}
	}
	at := g.open[mailbox]
	if at == nil {
		at = &gate{places: semaphore.NewWeighted(concurrent)}
		g.open[mailbox] = at
	}
	at.users++
	g.mu.Unlock()

	if err := at.places.Acquire(ctx, int64(n)); err != nil {
		g.drop(mailbox, at)
		return nil, errs.New(errs.Unavailable, "not sent: %w", err)
	}
	return func() {
		at.places.Release(int64(n))
		g.drop(mailbox, at)
	}, nil
}

func (g *gates) drop(mailbox meeting.AccountID, at *gate) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if at.users--; at.users == 0 {
		delete(g.open, mailbox)
	}
}
