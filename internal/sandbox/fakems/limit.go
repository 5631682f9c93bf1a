package fakems

import (
	"net/http"
	"time"
)

// usage is what an app does to a mailbox.
type usage struct {
	running int
	since   time.Time // start of the window
	count   int       // calls in the window
}

// Outlook's limits for an app and a mailbox.
// https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
const (
	maxConcurrent = 4
	maxCalls      = 10_000
	callsWindow   = 10 * time.Minute
)

// occupy counts a call on its mailbox while it runs. crowded: there were too
// many already.
func (s *Server) occupy(c *call) (release func(), crowded bool) {
	defer s.lock()()
	text, _ := cutBearer(c.r)
	t := s.entra.access[text]
	if t == nil || len(c.path) < 3 || c.path[1] != "me" && c.path[1] != "users" {
		return func() {}, false
	}
	u := t.user
	if t.appOnly() && len(c.path) > 3 {
		u = s.user(c.path[2])
	}
	if u == nil {
		return func() {}, false
	}
	key := t.app.ClientID + " " + u.ID
	use := s.usage[key]
	if use == nil {
		use = &usage{}
		s.usage[key] = use
	}
	now := s.Clock.Now()
	if now.Sub(use.since) > callsWindow {
		use.since, use.count = now, 0
	}
	use.running++
	use.count++
	return func() {
		defer s.lock()()
		use.running--
	}, use.running > maxConcurrent || use.count > maxCalls
}

// throttle refuses what is over the limits, and now and then something else:
// throttling is part of normal operation.
// https://learn.microsoft.com/graph/throttling
func (s *Server) throttle(c *call, crowded bool) (answer, bool) {
	if crowded {
		c.entry.Fault = "429"
		return s.refuse(c, http.StatusTooManyRequests, "ApplicationThrottled",
			"Application is over its MailboxConcurrency limit.").with("Retry-After", "1"), false
	}
	if !s.Calm && c.path[len(c.path)-1] != "$batch" && s.rng.IntN(50) == 0 {
		c.entry.Fault = "429"
		return s.refuse(c, http.StatusTooManyRequests, "TooManyRequests", "Please retry again later.").with("Retry-After", "1"), false
	}
	return answer{}, true
}
