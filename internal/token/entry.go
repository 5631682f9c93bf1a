package token

import (
	"sync"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

const (
	// Other processes end and replace grants, so memory is believed a minute.
	believed = time.Minute

	// Pauses after a refresh that failed for now, unless the service named one.
	pauseThrottled   = time.Minute
	pauseUnavailable = 5 * time.Second
	pauseOurs        = time.Minute
	pauseRefused     = time.Minute // of a tenant
)

// margin is how long before its end a token is due for a refresh. Webex
// advises a quarter of the fourteen days: there is time to wait out an outage.
// https://developer.webex.com/docs/integrations
var margin = map[meeting.Service]time.Duration{
	meeting.Microsoft: 5 * time.Minute,
	meeting.Webex:     14 * 24 * time.Hour / 4,
}

// entry is what this process knows of a grant's tokens. turn is taken for
// everything slow; mu guards the rest and is held for moments only.
type entry struct {
	turn chan struct{}

	mu       sync.Mutex
	version  int64
	access   meeting.Secret
	expires  time.Time
	due      time.Time // from then on a refresh is wanted
	readAt   time.Time
	failed   error     // of the last refresh, until pause is over
	pauseEnd time.Time // before then no refresh is tried
	unsaved  *unsaved  // tokens that the store did not take
}

// unsaved are tokens that a service gave and the store was not there to keep.
// They may be the only ones that work.
type unsaved struct {
	tokens  meeting.Tokens
	version int64 // of those they replace
}

// fresh returns the remembered access token if it needs neither refresh nor
// another look at the store.
func (e *entry) fresh(now time.Time, refused meeting.Secret) (meeting.Secret, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	ok := e.usable(now, refused) && now.Before(e.readAt.Add(believed)) && (now.Before(e.due) || now.Before(e.pauseEnd))
	return e.access, ok
}

// usable reports whether the access token may be sent, due or not.
func (e *entry) usable(now time.Time, refused meeting.Secret) bool {
	return !e.access.Empty() && e.access != refused && now.Before(e.expires)
}

// remember keeps what the store has. A version that is new to us after another
// one was made just now, so a quarter of its remaining life is a quarter of its
// life; this keeps short-lived tokens from being due at once, over and over.
func (e *entry) remember(now time.Time, service meeting.Service, tokens meeting.Tokens, version int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.readAt.IsZero() || version != e.version {
		early := margin[service]
		if !e.readAt.IsZero() {
			early = min(early, tokens.AccessExpires.Sub(now)/4)
		}
		e.due = tokens.AccessExpires.Add(-early)
		e.failed, e.pauseEnd = nil, time.Time{}
	}
	e.version, e.access, e.expires, e.readAt = version, tokens.Access, tokens.AccessExpires, now
}

// next says what to do now: use the token, refresh it, or, while err is not
// nil, neither.
func (e *entry) next(now time.Time, refused meeting.Secret) (token meeting.Secret, refresh bool, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	usable, paused := e.usable(now, refused), now.Before(e.pauseEnd)
	switch {
	case usable && (paused || now.Before(e.due)):
		return e.access, false, nil
	case paused:
		return meeting.Secret{}, false, e.failed
	}
	return meeting.Secret{}, true, nil
}

// fallback returns the token that is due but good, while no better is to be had.
func (e *entry) fallback(now time.Time, refused meeting.Secret) (meeting.Secret, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.access, e.usable(now, refused)
}

// keep remembers tokens that could not be saved in place of version.
func (e *entry) keep(tokens meeting.Tokens, version int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.unsaved = &unsaved{tokens, version}
}

// kept returns, once, what still has to be saved in place of version.
func (e *entry) kept(version int64) (meeting.Tokens, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	u := e.unsaved
	e.unsaved = nil
	if u == nil || u.version != version {
		return meeting.Tokens{}, false
	}
	return u.tokens, true
}

// pause remembers a refresh that failed for now: asking again and again would
// be a request loop (AADSTS50196).
func (e *entry) pause(now time.Time, err error) {
	until, named := errs.RetryAt(err)
	if !named {
		switch errs.KindOf(err) {
		case errs.Throttled:
			until = now.Add(pauseThrottled)
		case errs.Internal:
			until = now.Add(pauseOurs)
		case errs.SignedOut:
			until = now.Add(pauseRefused)
		default:
			until = now.Add(pauseUnavailable)
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failed, e.pauseEnd = err, until
}
