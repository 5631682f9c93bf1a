// Package sandbox is a local Microsoft 365 and Webex in one http.Handler, with
// a small organisation of people already in it and a page where a person sees
// and moves that world. Its event form hosts the program's Outlook add-in. The
// demo runs on it, tests drive it, and anybody may use it alone as a test
// double.
//
// It belongs on a loopback address and answers no other Host. State is in
// memory and gone with the process. Microsoft's and Webex's behaviour lives in
// fakems and fakewebex; here is only what joins them, and what breaks them on
// demand, see [Sandbox.Break].
package sandbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/sandbox/trace"
)

// Config says how the sandbox is made. Its zero value works.
type Config struct {
	Clock clockwork.Clock // nil is the real one
	Seed  uint64          // of ids and of all unpleasantness
	Calm  bool            // no unpleasant manners; see the fields Calm of the two servers
	Log   *slog.Logger    // told what no correct program asks; nil keeps it in the trace alone

	// ControlToken lets scripts change the world: Authorization: Bearer …
	// Empty: only the page can.
	ControlToken string

	// SchedulerURL is the address of the program under test, without a trailing
	// slash: for the page's link to its account page, and for its add-in in the
	// event form. Empty: neither is there.
	SchedulerURL string

	// RedirectURIs are registered for both applications, compared exactly.
	RedirectURIs []string

	// AccessTokenVersion is that of Entra's access tokens for the program's own
	// API, 1 or 2. Zero: 2.
	AccessTokenVersion int

	// ApplicationPermissions is what the program's registration lists for an
	// administrator to grant; nil: all that the program has a use for.
	ApplicationPermissions []string
}

// Sandbox is the world.
type Sandbox struct {
	// Microsoft and Webex take verbs at any time; their fields only before the
	// first request.
	Microsoft *fakems.Server
	Webex     *fakewebex.Server

	// Trace has every call, notification, mail and click since the start. The
	// people's first events are not in it.
	Trace *trace.Log

	// The applications registered for the program under test.
	MicrosoftClientID, MicrosoftClientSecret string
	WebexClientID, WebexClientSecret         string

	// MicrosoftCertificatePEM is the certificate that the application is
	// registered with, and its private key, made by New. It is no secret: it
	// opens nothing but this sandbox.
	MicrosoftCertificatePEM []byte

	cfg     Config
	clock   clockwork.Clock
	weather *weather
	pages   http.Handler // the page and /sandbox/…
	base    string       // see SetBaseURL
	token   string       // proves that a request comes from our page

	open  context.Context // ends with Close, and with it all event streams
	close context.CancelFunc
}

// The applications of the program under test, the same in every sandbox so
// that a database outlives a restart of the demo.
const (
	microsoftClientID     = "5a4db0c5-0000-4000-8000-000000000001"
	microsoftClientSecret = "sandbox-microsoft-secret-not-real"
	webexClientSecret     = "sandbox-webex-secret-not-real"
)

var webexClientID = "C" + strings.Repeat("5a4db0c5", 8)

// New returns a sandbox with its people and their week.
func New(cfg Config) *Sandbox {
	if cfg.Clock == nil {
		cfg.Clock = clockwork.NewRealClock()
	}
	if cfg.ApplicationPermissions == nil {
		cfg.ApplicationPermissions = []string{"Calendars.ReadWrite", "User.Read.All", "GroupMember.Read.All", "Organization.Read.All"}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Sandbox{
		Trace:                 &trace.Log{},
		MicrosoftClientID:     microsoftClientID,
		MicrosoftClientSecret: microsoftClientSecret,
		WebexClientID:         webexClientID,
		WebexClientSecret:     webexClientSecret,
		cfg:                   cfg,
		clock:                 cfg.Clock,
	}
	s.open, s.close = context.WithCancel(context.Background())
	// Not a secret of its own: whoever may read the page may use it, and the
	// Origin check keeps other sites' pages out.
	sum := sha256.Sum256(fmt.Appendf(nil, "page %d %s", cfg.Seed, cfg.ControlToken))
	s.token = hex.EncodeToString(sum[:16])
	unexpected := func(msg string) { cfg.Log.Warn("sandbox: unexpected", "reason", msg) }
	s.Microsoft = &fakems.Server{Clock: cfg.Clock, Seed: cfg.Seed, Calm: cfg.Calm, Unexpected: unexpected}
	s.Webex = &fakewebex.Server{Clock: cfg.Clock, Seed: cfg.Seed, Calm: cfg.Calm, Unexpected: unexpected}
	s.weather = newWeather(cfg.Clock, s.Trace)
	s.Microsoft.Weather, s.Webex.Weather = microsoftWeather{s.weather}, webexWeather{s.weather}
	s.settle()
	s.Microsoft.Log, s.Webex.Log = s.Trace, s.Trace
	s.pages = s.routes()
	return s
}

// SetBaseURL tells the servers the address they are reached at, such as
// http://localhost:8081. Call it before the first request; without it they
// take the Host of each request.
func (s *Sandbox) SetBaseURL(u string) {
	u = strings.TrimSuffix(u, "/")
	s.base = u
	s.Microsoft.BaseURL, s.Webex.BaseURL = u, u
}

// Handler serves everything on one address: Entra ID and Graph, Webex, the
// page at / and its API under /sandbox/.
func (s *Sandbox) Handler() http.Handler {
	return onlyLoopback(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch p := r.URL.Path; {
		case p == "/" || p == "/favicon.ico" || strings.HasPrefix(p, "/sandbox/"):
			s.pages.ServeHTTP(w, r)
		case fakewebex.Handles(p):
			s.Webex.ServeHTTP(w, r)
		case s.Microsoft.Handles(p):
			s.Microsoft.ServeHTTP(w, r)
		default:
			s.cfg.Log.Warn("sandbox: unexpected", "reason", "unknown path", "path", p)
			http.NotFound(w, r)
		}
	}))
}

// Close ends event streams, notifications and hanging calls. Nothing is sent
// after it.
func (s *Sandbox) Close() {
	s.close()
	s.weather.calm()
	s.Microsoft.Close()
	s.Webex.Close()
}
