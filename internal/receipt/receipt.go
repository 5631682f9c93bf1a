// Package receipt is what is written down of each call on a mailbox and of each
// act of an administrator: when, who, what, why, and how it ended, never a title,
// an address or a body. Receipts of a mailbox and day are a chain of MACs; what
// holds the chains together is one roll a day. It knows no database.
package receipt

import (
	"context"
	"sync"
	"time"

	"webex-scheduler/internal/meeting"
)

// Entry is one receipt.
type Entry struct {
	At        time.Time
	Actor     meeting.AccountID // who asked for it; empty: the program by itself
	Service   string            // graph, webex, or console for an administrator's act
	Operation string            // one of our own words
	Reason    string            // likewise
	Result    string            // the status, or in a word why there is none
}

// Book gathers the receipts of one piece of work until they are stored. A nil
// one takes none. It is safe for concurrent use.
type Book struct {
	actor meeting.AccountID

	mu      sync.Mutex
	reason  string
	entries []Entry
}

type bookKey struct{}

// Keep returns a context whose calls are written into a new book, on behalf of
// actor; empty: of the program.
func Keep(ctx context.Context, actor meeting.AccountID) context.Context {
	return context.WithValue(ctx, bookKey{}, &Book{actor: actor})
}

// BookOf returns the context's book; nil: it has none.
func BookOf(ctx context.Context) *Book {
	book, _ := ctx.Value(bookKey{}).(*Book)
	return book
}

// Because says why the calls that follow are made.
func (b *Book) Because(reason string) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reason = reason
}

// Note writes a call down.
func (b *Book) Note(at time.Time, service, operation, result string) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.entries = append(b.entries, Entry{At: at, Actor: b.actor, Service: service, Operation: operation, Reason: b.reason, Result: result})
}

// Empty reports whether nothing was gathered.
func (b *Book) Empty() bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.entries) == 0
}

// Take hands over what was gathered, to be stored.
func (b *Book) Take() []Entry {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	taken := b.entries
	b.entries = nil
	return taken
}

// Return gives back what could not be stored.
func (b *Book) Return(entries []Entry) {
	if b == nil || len(entries) == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.entries = append(entries, b.entries...)
}
