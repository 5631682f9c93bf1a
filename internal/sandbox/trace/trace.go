// Package trace keeps what happened in the sandbox: calls received, faults
// injected, notifications and mails sent. Tests count it, the sandbox's page
// shows it live. It holds no secrets: callers put paths and outcomes in, never
// headers, tokens or bodies.
package trace

import (
	"context"
	"sync"
	"time"
)

// Service names the part of the sandbox that an entry belongs to.
type Service string

// The parts of the sandbox.
const (
	Entra        Service = "entra"
	Graph        Service = "graph"
	Webex        Service = "webex"
	Notification Service = "notification" // Graph to the program's /hooks/graph
	Webhook      Service = "webhook"      // Webex to the program's /hooks/webex
	Mail         Service = "mail"         // what Outlook or Webex would have mailed
	Person       Service = "person"       // somebody's click in Outlook or Webex
	Fault        Service = "fault"        // something was broken or mended
)

// Entry is one thing that happened.
type Entry struct {
	Seq     int64     `json:"seq"` // 1, 2, 3, … in order of Add
	Time    time.Time `json:"time"`
	Service Service   `json:"service"`
	Actor   string    `json:"actor,omitempty"`  // who called or was called for: a UPN, an e-mail address, an app id
	Method  string    `json:"method,omitempty"` // HTTP method, or a verb such as "created"
	Path    string    `json:"path,omitempty"`   // path and query without secrets
	Status  int       `json:"status,omitempty"` // HTTP status answered, or received for a notification
	Write   bool      `json:"write,omitempty"`  // the call changed something
	Fault   string    `json:"fault,omitempty"`  // the fault that was injected
	Note    string    `json:"note,omitempty"`   // one short sentence for people

	// Part tells that the call came as a part of a $batch (the $batch call
	// itself has an entry of its own).
	Part bool `json:"part,omitempty"`
}

// Log keeps entries in memory. Its zero value works.
type Log struct {
	mu      sync.Mutex
	entries []Entry
	changed chan struct{}
}

// Add appends e and gives it its number.
func (l *Log) Add(e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.Seq = int64(len(l.entries)) + 1
	l.entries = append(l.entries, e)
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// Since returns the entries after number seq, oldest first.
func (l *Log) Since(seq int64) []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	if seq < 0 {
		seq = 0
	}
	if seq >= int64(len(l.entries)) {
		return nil
	}
	return append([]Entry(nil), l.entries[seq:]...)
}

// Last returns the number of the newest entry, 0 while there is none.
func (l *Log) Last() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int64(len(l.entries))
}

// Await waits until there is an entry after number seq that match accepts and
// returns the first. It fails when ctx ends.
func (l *Log) Await(ctx context.Context, seq int64, match func(Entry) bool) (Entry, error) {
	for {
		l.mu.Lock()
		for i := seq; i < int64(len(l.entries)); i++ {
			if e := l.entries[i]; match(e) {
				l.mu.Unlock()
				return e, nil
			}
		}
		seq = int64(len(l.entries))
		if l.changed == nil {
			l.changed = make(chan struct{})
		}
		changed := l.changed
		l.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return Entry{}, ctx.Err()
		}
	}
}
