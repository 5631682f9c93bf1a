package syncer

import (
	"context"
	"sync"

	"webex-scheduler/internal/meeting"
)

// hurries are the mailboxes in which somebody waits in the pane, as far as this
// process was told.
type hurries struct {
	mu   sync.Mutex
	wait map[meeting.AccountID]bool
}

// maxHurries bounds them: those of mailboxes that other processes work are never
// asked for.
const maxHurries = 10_000

func (h *hurries) add(mailbox meeting.AccountID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.wait == nil || len(h.wait) >= maxHurries {
		h.wait = map[meeting.AccountID]bool{}
	}
	h.wait[mailbox] = true
}

func (h *hurries) take(mailbox meeting.AccountID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	is := h.wait[mailbox]
	delete(h.wait, mailbox)
	return is
}

// Hurry has who works the mailbox in this process do what is urgent before the
// next event. The store calls it after the urgent mark is committed.
func (s *Syncer) Hurry(mailbox meeting.AccountID) { s.hurries.add(mailbox) }

// hurry works what is urgent, if somebody said so, and tells whether it did.
func (r *round) hurry(ctx context.Context) (hurried bool, err error) {
	if !r.hurries.take(r.claim.Mailbox) {
		return false, nil
	}
	works, err := r.Store.Bite(ctx, r.claim, biteEvents) // what is urgent comes first
	if err != nil {
		return false, err
	}
	for i, w := range works {
		if !w.Urgent {
			works = works[:i]
			break
		}
	}
	if len(works) == 0 {
		return false, nil
	}
	if err := r.know(ctx); err != nil { // who waits may have connected Webex just now
		return false, err
	}
	return true, r.bite(ctx, works)
}
