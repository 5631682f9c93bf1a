package fakewebex

import (
	"net/http"
	"net/url"
	"time"
)

// Weather decides what goes wrong that OnRequest and the fields of Server
// leave alone. It is asked under the server's lock and must not call the
// server. email is the caller's address, empty where there is none.
type Weather interface {
	// Request is asked for each call that OnRequest lets pass.
	Request(r *http.Request, email string) *Fault

	// Strikes reports whether a trouble strikes now, and with what time. Each
	// true has its effect.
	Strikes(t Trouble, email string) (time.Duration, bool)
}

// Trouble is something that goes wrong beside calls. Its text is the log's
// word for it.
type Trouble string

// The troubles that Weather is asked for.
const (
	// A read of meetings or invitees shows the state of that long ago, as with
	// ReadLag; one hour at most.
	StaleRead Trouble = "webex-stale"

	// A look-up by integrationTag does, as with TagLag.
	TagUnindexed Trouble = "webex-tag-lag"

	// The token endpoint refuses the integration's secret.
	SecretRefused Trouble = "webex-secret-refused"
)

// weather is what happens to a call instead of its answer. The lock is held.
func (s *Server) weather(c *call) *Fault {
	if s.Weather == nil {
		return nil
	}
	return s.Weather.Request(c.r, s.caller(c))
}

// caller is the address of the person whose token or code a call brings, empty
// for nobody's.
func (s *Server) caller(c *call) string {
	if c.actor != "" || c.r.URL.Path != "/v1/access_token" {
		return c.actor
	}
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return ""
	}
	if t := s.world.refresh[form.Get("refresh_token")]; t != nil {
		return t.grant.person.Email
	}
	if cd := s.world.codes[form.Get("code")]; cd != nil {
		return cd.grant.person.Email
	}
	return ""
}

// struck asks for a trouble of a call and names it there.
func (s *Server) struck(c *call, t Trouble) (time.Duration, bool) {
	if s.Weather == nil {
		return 0, false
	}
	email := ""
	if c.person != nil {
		email = c.person.Email
	}
	wait, bad := s.Weather.Strikes(t, email)
	if bad {
		c.fault = string(t)
	}
	return wait, bad
}

// seen is present for a read of invitees, which ReadLag leaves alone.
func (s *Server) seen(c *call, id string) (*meeting, Meeting, error) {
	now := c.now
	defer func() { c.now = now }()
	if wait, bad := s.struck(c, StaleRead); bad {
		c.now = now.Add(-wait)
	}
	return s.present(c, id)
}

// shown is the moment whose state a read of meetings shows.
func (s *Server) shown(c *call) time.Time {
	lag := s.ReadLag
	if wait, bad := s.struck(c, StaleRead); bad {
		lag = max(lag, wait)
	}
	return c.now.Add(-lag)
}
