package fakems

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// budget is what an app may spend in a tenant within a window of time.
type budget struct {
	since time.Time
	spent int
}

// Limits of an app in a tenant. The directory counts resource units, by the
// size of the tenant; the writes of subscriptions are counted as they are, by a
// figure of 2021.
// https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits
const (
	directoryWindow    = 10 * time.Second
	subscriptionWindow = 20 * time.Second
	subscriptionWrites = 5_000
)

func (s *Server) directoryUnits(tenant string) int {
	people := 0
	for _, u := range s.users {
		if u.TenantID == tenant {
			people++
		}
	}
	switch {
	case people < 50:
		return 3_500
	case people <= 500:
		return 5_000
	}
	return 8_000
}

// units is what a read of the directory costs.
// https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits
func units(c *call) int {
	n := 1
	if c.path[len(c.path)-1] == "users" {
		n = 2
	}
	if c.query.Has("$select") {
		n--
	}
	if top, err := strconv.Atoi(c.query.Get("$top")); err == nil && top < 20 {
		n--
	}
	return max(n, 1)
}

// afford spends what a call costs, or refuses it.
func (s *Server) afford(c *call, h handler) (answer, bool) {
	p := c.path[1:]
	switch {
	case h.directory:
		return s.spend(c, "directory", units(c), s.directoryUnits(c.token.tenant()), directoryWindow)
	case p[0] == "subscriptions" && c.r.Method != http.MethodGet:
		return s.spend(c, "subscriptions", 1, subscriptionWrites, subscriptionWindow)
	}
	return answer{}, true
}

func (s *Server) spend(c *call, what string, cost, most int, window time.Duration) (answer, bool) {
	key := strings.Join([]string{what, c.token.app.ClientID, c.token.tenant()}, " ")
	b := s.budgets[key]
	if b == nil {
		b = &budget{}
		s.budgets[key] = b
	}
	now := s.Clock.Now()
	if now.Sub(b.since) >= window {
		*b = budget{since: now}
	}
	if b.spent+cost > most {
		left := b.since.Add(window).Sub(now)
		c.entry.Fault = "429"
		return s.refuse(c, http.StatusTooManyRequests, "TooManyRequests", "Too many requests.").
			with("Retry-After", strconv.Itoa(int((left+time.Second-1)/time.Second))), false
	}
	b.spent += cost
	return answer{}, true
}
