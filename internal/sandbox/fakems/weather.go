package fakems

import (
	"net/http"
	"time"
)

// Weather decides what goes wrong that the hooks and knobs of Server leave
// alone. It is asked under the server's lock and must not call the server.
type Weather interface {
	// Request is asked for each request that OnRequest lets pass. user is the
	// object id of whose token, grant or code comes with it, or of the owner of
	// the mailbox that an app-only call is about; empty without.
	Request(r *http.Request, user string) *Fault

	// Strikes reports whether a trouble strikes now, and how. user is the
	// object id of the mailbox's owner, empty where there is none. Each true
	// has its effect.
	Strikes(t Trouble, user string) (Strike, bool)
}

// Trouble is something that goes wrong beside requests. Its text is the log's
// word for it.
type Trouble string

// The troubles that Weather is asked for.
const (
	// A change notification is lost, told twice, late by Wait, or overtaken by
	// the next one of its subscription (Wait later at the latest). None is
	// promised to be there, once, in time or in order.
	// https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
	NoticeLost      Trouble = "notice-lost"
	NoticeDoubled   Trouble = "notice-doubled"
	NoticeLate      Trouble = "notice-late"
	NoticeReordered Trouble = "notice-reordered"

	// A new subscription tells of the mailbox's newest event before the answer
	// that makes it known, which waits for the delivery. Without an event that
	// can be told of it does not strike.
	NoticeEarly Trouble = "notice-early"

	// A subscription is granted exactly Wait, whatever was asked for.
	SubscriptionLifetime Trouble = "subscription-lifetime"

	// The mailbox cannot be subscribed: 404, as for one that is inactive, soft-
	// deleted or on premises.
	SubscriptionRefused Trouble = "subscription-refused"

	// An event in Deleted Items is readable by its immutable id, as with
	// BinReadable.
	BinShown Trouble = "bin-readable"

	// An edit leaves lastModifiedDateTime as it was; changeKey moves. Which
	// edits do that to the live service is not documented.
	EditUnlisted Trouble = "edit-unlisted"

	// The token endpoint refuses the app's credentials, or a refresh, with
	// AADSTS Code; 7000222 (expired) and 50173 (revoked) without one.
	SecretRefused  Trouble = "microsoft-secret-refused"
	RefreshRefused Trouble = "microsoft-refresh-refused"
)

// Strike is how a trouble strikes.
type Strike struct {
	Wait time.Duration
	Code int // AADSTS number
}

// KnownRefusal reports whether the token endpoint can refuse with that AADSTS
// number.
func KnownRefusal(aadsts int) bool {
	_, ok := aadstsCodes[aadsts]
	return ok
}

// trouble is what happens to a request instead of its answer, nil for nothing.
func (s *Server) trouble(c *call) *Fault {
	if s.OnRequest != nil {
		if f := s.OnRequest(c.r); f != nil {
			return f
		}
	}
	if s.Weather == nil {
		return nil
	}
	defer s.lock()()
	u := s.caller(c)
	if u == nil {
		return s.Weather.Request(c.r, "")
	}
	if c.entry.Actor == "" {
		c.entry.Actor = u.UserPrincipalName // whatever comes of the call
	}
	return s.Weather.Request(c.r, u.ID)
}

// caller is whose token, grant or code a request brings, or whose mailbox an
// app alone is at; nil for nobody's.
func (s *Server) caller(c *call) *User {
	if text, ok := cutBearer(c.r); ok {
		t := s.entra.access[text]
		if t == nil {
			return nil
		}
		c.entry.Actor = t.actor()
		if t.appOnly() && len(c.path) > 2 && c.path[1] == "users" {
			return s.user(c.path[2])
		}
		return t.user
	}
	if c.path[len(c.path)-1] != "token" || c.r.ParseForm() != nil {
		return nil
	}
	if g := s.entra.refresh[c.r.PostForm.Get("refresh_token")]; g != nil {
		return g.user
	}
	if issued := s.entra.codes[c.r.PostForm.Get("code")]; issued != nil {
		return issued.flow.user
	}
	return nil
}

// strikes asks for a trouble of u's mailbox. The lock is held.
func (s *Server) strikes(t Trouble, u *User) (Strike, bool) {
	switch {
	case s.Weather == nil:
		return Strike{}, false
	case u == nil:
		return s.Weather.Strikes(t, "")
	}
	return s.Weather.Strikes(t, u.ID)
}

// struck is strikes for a trouble that shows in a call, and names it there.
func (s *Server) struck(c *call, t Trouble, u *User) (Strike, bool) {
	strike, ok := s.strikes(t, u)
	if ok {
		c.entry.Fault = string(t)
	}
	return strike, ok
}
