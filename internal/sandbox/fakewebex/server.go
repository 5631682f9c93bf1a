// Package fakewebex is a strict, local stand-in for the Webex cloud at wire
// level: OAuth with its pages, people, meetings and their sessions, templates,
// invitees, meeting preferences and what a site allows. All state is in memory, the clock and the seed are injected, so
// weeks pass in a test and a surprise can be repeated.
//
// It knows meetings of type "meeting", single and recurring, of a person's own or
// scheduled by an administrator for others. Webinars, personal-room
// meetings, registration, webhooks and service apps are not there:
// asking for them is refused, and told to Server.Unexpected.
//
// Each behaviour names the page of https://developer.webex.com it was taken
// from. "Sandbox's choice" marks what no page tells: programs must not depend
// on it.
package fakewebex

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/sandbox/trace"
)

// Server plays https://webexapis.com. Its zero value works; set the fields
// before the first request and leave them alone afterwards, unless a comment
// says otherwise.
type Server struct {
	// Clock tells the time of everything; nil is the real one.
	Clock clockwork.Clock

	// Seed makes ids, passwords and all unpleasantness. The same seed and the
	// same requests in the same order give the same answers.
	Seed uint64

	// BaseURL is the server's own address without a trailing slash, such as
	// "http://localhost:8081". It is read when a link is made, so a test may
	// set it after it has started listening. Empty: taken from the request.
	BaseURL string

	// Log receives an entry for each call, mail and person's click; nil is none.
	Log *trace.Log

	// OnRequest is asked before each call and may return a fault to inject,
	// or nil. It may read the request's body. It is called without locks held,
	// by several goroutines at once if calls come at once.
	OnRequest func(*http.Request) *Fault

	// Weather is asked what else goes wrong, and when. Nil is fair.
	Weather Weather

	// Unexpected is told what no correct program would ask: an unknown path,
	// query parameter or JSON property, a missing header, something this
	// server does not model. Webex ignores some of these without a word, and
	// then this server does too. Tests set it to t.Errorf-like functions. It
	// is called without locks held, before the answer is sent.
	Unexpected func(msg string)

	// Calm switches the unpleasantness off: pages smaller than asked for,
	// empty pages, JSON members in changing order, sudden 429 answers (one in
	// 40 calls, Retry-After 1), scopes nobody asked for in token answers,
	// lifetimes a second short.
	Calm bool

	// RFCErrors makes the token endpoint answer errors in the form of
	// RFC 6749 instead of the platform's; both have been seen.
	RFCErrors bool

	// RotateRefresh makes each refresh give a new refresh token and end the
	// old one. Webex documents neither, programs must live with both.
	RotateRefresh bool

	// ReadLag lets reads of meetings show the state of that long ago: a new
	// meeting is not found, a deleted one still is. Cisco aims at 10 minutes
	// for 99.5 % (https://developer.webex.com/docs/api/guides/webhooks). SetLag
	// changes it later. It goes back one hour at most.
	ReadLag time.Duration

	// TagLag is the same for look-ups by integrationTag alone, whose index
	// may lag behind (undocumented).
	TagLag time.Duration

	// RateLimit is the number of calls a user may make in a minute before 429;
	// 0 is 300 (https://developer.webex.com/docs/basics#rate-limiting), negative
	// is no limit. Calls to /people don't count: theirs is higher and dynamic.
	RateLimit int

	// CreateQuota is the number of creates, failed ones included, a user may
	// ask for in 24 hours; 0 is 100
	// (https://developer.webex.com/docs/api/v1/meetings/create-a-meeting),
	// negative is no limit.
	CreateQuota int

	// AdminCreateQuota is the same for all that an administrator makes, 0 is
	// 3,000, and HostCreateQuota for what they make for one host, 0 is 800.
	AdminCreateQuota, HostCreateQuota int

	// OddRules is what becomes of parts of a recurrence that no page documents.
	OddRules Manner

	// MondayWeeks lets the weeks of a recurrence begin on Monday, otherwise on
	// Sunday: it tells in which week "every two weeks" is off.
	MondayWeeks bool

	// EarlyGaps reads an hour of a recurrence that the clocks skip in spring with
	// the offset after the change: 02:30 becomes 01:30, otherwise 03:30.
	// LateOverlaps takes the second of two readings in autumn, otherwise the first.
	EarlyGaps, LateOverlaps bool

	// ShiftStart lets a series whose start does not fit its recurrence begin on the
	// next date that does, from which it also counts; otherwise it is refused.
	ShiftStart bool

	// KeepSameTimes keeps exceptions when a series is sent the times and the
	// recurrence that it has; otherwise they are wiped as by others.
	KeepSameTimes bool

	// PresentBounds lets an occurrence be moved between the day where it stands and
	// the day where the next one does; otherwise the recurrence's days count.
	// DeletedFree makes deleted neighbours count for nothing in that.
	PresentBounds, DeletedFree bool

	// CopiedExceptions lets an occurrence that was changed keep its title and agenda
	// as they were then; otherwise it follows the series in what it was not given.
	// RenameOverwrites takes those of its own away when the series gets others.
	CopiedExceptions, RenameOverwrites bool

	// NewLinks gives a meeting another join link when it gets another host;
	// otherwise it keeps its own. No page says which.
	NewLinks bool

	// InviteesApart keeps occurrences that were changed out of what is done to the
	// invitees of the series; otherwise it reaches them.
	InviteesApart bool

	// StrongSignature signs deliveries of webhooks with SHA-256 too, in
	// X-Webex-Signature, which no page documents.
	StrongSignature bool

	mu    sync.Mutex
	ready bool
	rng   *rand.Rand
	world world
	hooks hooks
}

// world is everything that exists, guarded by Server.mu.
type world struct {
	sites        []Site
	people       []*Person
	byEmail      map[string]*Person      // the same by primary address, lower case
	orgs         map[string]Organization // by id, those that were named
	integrations map[string]*Integration // by client id
	codes        map[string]*code
	access       map[string]*accessToken
	refresh      map[string]*refreshToken
	meetings     map[string]*meeting    // by id
	preferences  map[string]object      // what people chose, by person's id and part
	calls        map[string][]time.Time // of the last minute, by e-mail address
	creates      map[string][]time.Time // of the last 24 hours, by whose quota it is
	mails        []Mail
	forgot       time.Time // when old meetings were last dropped
}

// lock takes the world and makes it on first use.
func (s *Server) lock() {
	s.mu.Lock()
	if s.ready {
		return
	}
	s.ready = true
	if s.Clock == nil {
		s.Clock = clockwork.NewRealClock()
	}
	s.hooks.client = http.DefaultTransport.(*http.Transport).Clone()
	s.hooks.news = make(chan struct{})
	s.hooks.ctx, s.hooks.cancel = context.WithCancel(context.Background())
	s.rng = rand.New(rand.NewPCG(s.Seed, 0x9e3779b97f4a7c15))
	s.world = world{
		byEmail:      map[string]*Person{},
		orgs:         map[string]Organization{},
		integrations: map[string]*Integration{},
		codes:        map[string]*code{},
		access:       map[string]*accessToken{},
		refresh:      map[string]*refreshToken{},
		meetings:     map[string]*meeting{},
		preferences:  map[string]object{},
		calls:        map[string][]time.Time{},
		creates:      map[string][]time.Time{},
	}
}

// SetLag changes ReadLag and TagLag while the server runs.
func (s *Server) SetLag(read, tag time.Duration) {
	s.lock()
	defer s.mu.Unlock()
	s.ReadLag, s.TagLag = read, tag
}

func (s *Server) trace(e trace.Entry) {
	if s.Log == nil {
		return
	}
	e.Time = s.Clock.Now()
	s.Log.Add(e)
}

// unpleasant is true in one of n cases, never when calm.
func (s *Server) unpleasant(n int) bool { return !s.Calm && s.rng.IntN(n) == 0 }
