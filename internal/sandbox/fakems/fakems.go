// Package fakems is a strict local Microsoft: Entra ID (sign-in, consent,
// tokens) and the part of Microsoft Graph that a calendar program uses, with
// the people who click in Outlook played by Go methods.
//
// It is a test double. State lives in memory, nothing is persisted, and it
// belongs on a loopback address. It answers what the real services answer and
// refuses what they refuse; what it does not know it refuses loudly (see
// [Server.Unexpected]). Left out: guests who sign in away from home, delta
// queries, extended properties in Graph, shared calendars.
package fakems

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/sandbox/trace"
)

// Server is Entra ID and Graph on one address, told apart by path. Its zero
// value works; set the fields before the first request.
type Server struct {
	// Clock tells the time for everything: lifetimes of codes, tokens and
	// subscriptions, time-outs and retries of notifications. Nil is the real
	// clock.
	Clock clockwork.Clock

	// Seed makes ids, page sizes, delays and the other whims repeatable.
	Seed uint64

	// BaseURL is the address this server is reached at, without a trailing
	// slash. It is written into issuers, endpoints and next links, and read
	// only when they are made, so it may be set once the listener is known.
	// Empty: http and the Host of the request.
	BaseURL string

	// Log receives an entry for each call, notification, mail and click. Nil
	// keeps none.
	Log *trace.Log

	// HTTP carries validation handshakes and notifications. Redirects are
	// never followed. Nil is a client of its own, closed by Close.
	HTTP *http.Client

	// OnRequest sees each request before it is looked at, the parts of a
	// $batch as requests of their own (see [IsPart]). What it returns happens
	// instead of the usual answer; nil lets the request pass. It must not
	// change the request or read its body.
	OnRequest func(*http.Request) *Fault

	// Weather is asked what else goes wrong, and when. Nil is fair.
	Weather Weather

	// Unexpected is called with one sentence when the program asks what no
	// real service would understand, or what this one does not play: an
	// unknown path, property, filter or header. The HTTP answer is a refusal
	// either way. Tests set it to t.Error.
	Unexpected func(msg string)

	// Calm switches the unpleasant manners off. By default, from Seed: pages
	// of two or three with opaque next links, notifications late, doubled and
	// out of order, an "updated" after each "created", random lifetimes of
	// access tokens, scopes in any order, now and then a 429. Calm: pages as
	// asked for, each change told once, in order and at once, access tokens
	// that live 4500 s.
	Calm bool

	// WholePages has lists of the directory come in pages as asked for, also of
	// an unpleasant server: thousands of people in threes are nobody's test.
	WholePages bool

	// SubscriptionLifetime is the longest life granted to a subscription,
	// whatever was asked for. The service documents none below 10 080 minutes
	// for events; it may still answer less than was asked. Zero: as asked.
	SubscriptionLifetime time.Duration

	// BinReadable leaves deleted events readable by their immutable id: Exchange
	// moves them to Deleted Items, and immutable ids survive moves
	// (https://learn.microsoft.com/graph/outlook-immutable-id). Which of the
	// two Graph shows is not documented. They are never in lists and views.
	BinReadable bool

	// Series says how recurring events behave where no page does.
	Series SeriesManners

	// Delay holds each notification back for that long on Clock, before the
	// random delays of an unpleasant server. The service promises under a
	// minute for calendars, three at most.
	Delay time.Duration

	once sync.Once
	mu   sync.Mutex // guards all below; never held across an outgoing call

	rng       *rand.Rand
	tenants   []*Tenant
	users     []*User
	groups    []*Group
	names     map[string]*User // by object id and by user principal name, lower case
	apps      []*App
	mails     []Mail
	boxes     map[string]*mailbox // by object id
	entra     entra
	links     map[string]url.Values // by skip token, see list.go
	shares    map[string][]share    // by object id of the owner
	usage     map[string]*usage     // by app and mailbox
	budgets   map[string]*budget    // by what is counted, app and tenant
	subs      []*subscription
	couriers  map[string]*courier // by notification URL
	gathering bool                // notices wait to go together
	dropping  int                 // notifications still to lose; negative: all
	work      work
}

func (s *Server) setup() {
	s.once.Do(func() {
		if s.Clock == nil {
			s.Clock = clockwork.NewRealClock()
		}
		s.rng = rand.New(rand.NewPCG(s.Seed, 0x6d73))
		s.names = make(map[string]*User)
		s.boxes = make(map[string]*mailbox)
		s.links = make(map[string]url.Values)
		s.usage = make(map[string]*usage)
		s.budgets = make(map[string]*budget)
		s.couriers = make(map[string]*courier)
		s.entra.setup()
		s.work.setup(s.HTTP)
	})
}

// lock readies the server and takes the lock; call the result to release it.
func (s *Server) lock() (unlock func()) {
	s.setup()
	s.mu.Lock()
	return s.mu.Unlock
}

// guid draws a GUID. The lock is held.
func (s *Server) guid() string {
	b := s.bytes(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// bytes draws n bytes. The lock is held.
func (s *Server) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(s.rng.Uint32())
	}
	return b
}

func (s *Server) unexpected(format string, args ...any) {
	if s.Unexpected != nil {
		s.Unexpected("fakems: " + fmt.Sprintf(format, args...))
	}
}

func (s *Server) trace(e trace.Entry) {
	if s.Log != nil {
		e.Time = s.Clock.Now()
		s.Log.Add(e)
	}
}
