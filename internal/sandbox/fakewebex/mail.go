package fakewebex

import (
	"slices"
	"strings"

	"webex-scheduler/internal/sandbox/trace"
)

// mail records what Webex would send because of the call.
func (s *Server) mail(c *call, m Meeting, to ...string) {
	because := c.r.Method + " " + c.r.URL.Path
	for _, addr := range to {
		s.world.mails = append(s.world.mails, Mail{Time: c.now, To: addr, About: m.Title, Meeting: m.ID, Because: because})
		s.trace(trace.Entry{Service: trace.Mail, Actor: addr, Method: "sent", Path: m.ID, Note: because + " did not say sendEmail false"})
	}
}

// everybody are the host and the invitees, who hear of each change.
func (m Meeting) everybody() []string {
	to := []string{m.Host}
	for _, i := range m.Invitees {
		to = append(to, i.Email)
	}
	return to
}

// Mails returns what Webex would have mailed because of API calls, oldest
// first. What it mails because of clicks in Webex itself is not modelled.
func (s *Server) Mails() []Mail {
	s.lock()
	defer s.mu.Unlock()
	return slices.Clone(s.world.mails)
}

func sameAddress(a, b string) bool { return strings.EqualFold(a, b) }

// address reports whether text can be an e-mail address.
func address(text string) bool {
	local, domain, ok := strings.Cut(text, "@")
	return ok && local != "" && strings.Contains(domain, ".") && !strings.ContainsAny(text, " \t\r\n,;<>")
}
