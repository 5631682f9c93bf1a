package fakewebex

import (
	"strings"
	"time"
)

// limitRate counts the call of a user, over all apps and tokens.
// https://developer.webex.com/docs/basics#rate-limiting
func (s *Server) limitRate(c *call) error {
	if s.unpleasant(40) {
		c.fault = "sudden 429"
		return &refusal{status: 429, message: "too many requests", retryAfter: 1}
	}
	limit := s.RateLimit
	if limit == 0 {
		limit = 300
	}
	if limit < 0 || strings.HasPrefix(c.r.URL.Path, "/v1/people") {
		return nil
	}
	calls := within(s.world.calls[c.person.Email], c.now.Add(-time.Minute))
	s.world.calls[c.person.Email] = calls
	if len(calls) >= limit {
		wait := calls[0].Add(time.Minute).Sub(c.now)
		return &refusal{status: 429, message: "too many requests", retryAfter: max(1, seconds(wait))}
	}
	s.world.calls[c.person.Email] = append(calls, c.now)
	return nil
}

// limitCreates counts a create, whether it succeeds or not: 100 in 24 hours,
// 3,000 for an administrator. Keeping the two apart is the sandbox's choice.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
func (s *Server) limitCreates(c *call) error {
	if c.admin {
		return s.limit(c, "admin "+c.person.Email, s.AdminCreateQuota, 3000)
	}
	return s.limit(c, c.person.Email, s.CreateQuota, 100)
}

// limitHost counts a create of an administrator against its host's 800.
func (s *Server) limitHost(c *call) error {
	if !c.admin {
		return nil
	}
	return s.limit(c, "admin "+c.person.Email+" for "+c.host.Email, s.HostCreateQuota, 800)
}

// limit counts a create against a limit, whose 0 means usual. Answering 429
// with the time to wait is the sandbox's choice.
func (s *Server) limit(c *call, key string, limit, usual int) error {
	if limit == 0 {
		limit = usual
	}
	if limit < 0 {
		return nil
	}
	creates := within(s.world.creates[key], c.now.Add(-24*time.Hour))
	creates = append(creates, c.now)
	s.world.creates[key] = creates
	if len(creates) <= limit {
		return nil
	}
	wait := creates[len(creates)-limit].Add(24 * time.Hour).Sub(c.now)
	return &refusal{status: 429, message: "create quota exceeded", retryAfter: max(1, seconds(wait))}
}

// within keeps the times after since.
func within(times []time.Time, since time.Time) []time.Time {
	for len(times) > 0 && !times[0].After(since) {
		times = times[1:]
	}
	return times
}
