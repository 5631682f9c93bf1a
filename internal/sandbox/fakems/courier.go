package fakems

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/sandbox/trace"
)

// Delivery rules. Not played: the slow and the drop state of an endpoint.
// https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
const (
	firstLimit  = 3 * time.Second
	retryLimit  = 10 * time.Second
	retryWindow = 4 * time.Hour
	firstRetry  = 10 * time.Second
	lastRetry   = 30 * time.Minute
)

// courier carries what goes to one address, one delivery at a time; what
// gathers meanwhile goes in one body, whatever subscription it is of.
type courier struct {
	address   string
	lifecycle bool
	notices   []*notice // oldest first, due or not
	busy      bool
}

// post hands a notice to its courier. The lock is held.
func (s *Server) post(n *notice, delay time.Duration) {
	key := n.courier()
	c := s.couriers[key]
	if c == nil {
		c = &courier{address: n.address(), lifecycle: n.isLifecycle()}
		s.couriers[key] = c
	}
	s.work.pending++
	n.first = s.Clock.Now().Add(delay)
	s.wait(c, n, delay)
}

// courier is the key of the courier that n goes with.
func (n *notice) courier() string { return fmt.Sprint(n.isLifecycle(), " ", n.address()) }

func (s *Server) wait(c *courier, n *notice, delay time.Duration) {
	n.due = s.Clock.Now().Add(delay)
	c.notices = append(c.notices, n)
	if delay <= 0 {
		s.send(c)
		return
	}
	s.after(delay, func() {
		defer s.lock()()
		s.send(c)
	})
}

// send puts the courier on its way if there is something to carry. The lock is
// held.
func (s *Server) send(c *courier) {
	if c.busy || s.gathering {
		return
	}
	if load := c.load(s.Clock.Now()); len(load) > 0 {
		c.busy = true
		s.start(func() { s.carry(c, load) })
	}
}

// load takes out what is due, the earliest due first.
func (c *courier) load(now time.Time) []*notice {
	var due, later []*notice
	for _, n := range c.notices {
		if n.due.After(now) {
			later = append(later, n)
		} else {
			due = append(due, n)
		}
	}
	c.notices = later
	for _, n := range due {
		n.held = false
	}
	slices.SortStableFunc(due, func(a, b *notice) int { return a.due.Compare(b.due) })
	return due
}

// carry delivers a load and settles what became of it.
func (s *Server) carry(c *courier, load []*notice) {
	accepted := s.deliverNotices(c, load)
	defer s.lock()()
	c.busy = false
	for _, n := range load {
		n.attempt++
		switch now := s.Clock.Now(); {
		case accepted || n.sub.removed && !n.isLifecycle() || s.work.closed:
			s.work.pending--
		case now.Sub(n.first) > retryWindow:
			s.work.pending--
			s.trace(trace.Entry{Service: trace.Notification, Actor: n.actor, Method: n.verb, Fault: "given up after four hours"})
			if !n.isLifecycle() && !n.sub.removed {
				s.lifecycle(n.sub, Missed)
			}
		default:
			s.wait(c, n, min(firstRetry<<min(n.attempt-1, 10), lastRetry))
		}
	}
	c.release(load, s.Clock.Now())
	s.tell()
	s.send(c)
}

// holds reports whether a notice waits to be overtaken by n.
func (s *Server) holds(n *notice) bool {
	c := s.couriers[n.courier()]
	return c != nil && slices.ContainsFunc(c.notices, func(old *notice) bool { return old.held && old.sub == n.sub })
}

// release makes due what the load has overtaken.
func (c *courier) release(load []*notice, now time.Time) {
	for _, n := range c.notices {
		if n.held && slices.ContainsFunc(load, func(other *notice) bool { return other.sub == n.sub }) {
			n.held, n.due = false, now
		}
	}
}

// deliverNotices posts one body and reports whether it was taken: any 2xx in
// time. Retries have more time.
func (s *Server) deliverNotices(c *courier, load []*notice) bool {
	limit := firstLimit
	entry := trace.Entry{Service: trace.Notification}
	var values []map[string]any
	for _, n := range load {
		if n.attempt > 0 {
			limit = retryLimit
			entry.Note = fmt.Sprintf("attempt %d", n.attempt+1)
		}
		if !strings.Contains(entry.Method, n.verb) {
			entry.Method = strings.TrimPrefix(entry.Method+", "+n.verb, ", ")
		}
		if !strings.Contains(entry.Actor, n.actor) {
			entry.Actor = strings.TrimPrefix(entry.Actor+", "+n.actor, ", ")
		}
		if name := string(n.fault); !strings.Contains(entry.Fault, name) {
			entry.Fault = strings.TrimPrefix(entry.Fault+", "+name, ", ")
		}
		values = append(values, n.body)
	}
	if u, err := url.Parse(c.address); err == nil {
		entry.Path = u.Path
	}
	defer func() { s.trace(entry) }()
	body, err := json.Marshal(map[string]any{"value": values})
	if err != nil {
		panic(err)
	}
	ctx, cancel := s.within(context.Background(), limit)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address, bytes.NewReader(body))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	answered, err := s.work.client.Do(r)
	if err != nil {
		entry.Fault = "no answer"
		return false
	}
	defer answered.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answered.Body, 1<<16))
	entry.Status = answered.StatusCode
	return answered.StatusCode >= 200 && answered.StatusCode < 300
}
