// Package apptest runs the whole program against the sandbox, in one process
// and over real HTTP, for tests that look at it from outside.
package apptest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/app"
	"webex-scheduler/internal/config"
	"webex-scheduler/internal/doctor"
	"webex-scheduler/internal/roster"
	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/sandbox/trace"
	"webex-scheduler/internal/seal"
	"webex-scheduler/internal/syncer"
)

// People of the sandbox whom tests use.
const (
	Ana   = "ana@contoso.example"
	Bo    = "bo@contoso.example"
	Deepa = "deepa@contoso.example"
)

// Options changes a world from its calm defaults.
type Options struct {
	Unpleasant  bool                 // tiny pages, late and doubled notifications, sudden 429s
	Seed        uint64               // 0: 1
	DatabaseURL string               // empty: an SQLite file of the test's own
	Settings    map[string]string    // further settings by name without SCHEDULER_
	Transport   http.RoundTripper    // of the program's calls to Microsoft and Webex
	Clock       *clockwork.FakeClock // of program and sandbox alike; nil: the real one
	Permissions []string             // application permissions that the registration lists; nil: all the program uses
	Quiet       bool                 // the log begins with level Info

	AccessTokenVersion int // of Entra's tokens for the program's own API; 0: 2

	// Settle is called with the sandbox before its first request; may be nil.
	Settle func(*sandbox.Sandbox)
}

// World is a program at work and the world around it.
type World struct {
	Sandbox    *sandbox.Sandbox
	SandboxURL string
	URL        string // of the program
	Log        *Log   // what the program logged

	t        testing.TB
	options  Options
	settings map[string]string
	clock    *clockwork.FakeClock
	syncer   *syncer.Syncer
	roster   *roster.Roster
	stop     func() error
}

// Start starts sandbox and program and stops both at the test's end. What the
// program asks that no real service would understand fails the test.
func Start(t testing.TB, o Options) *World {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &World{t: t, URL: "http://" + listener.Addr().String(), Log: &Log{}, options: o, clock: o.Clock}
	w.startSandbox(o)
	w.settings = map[string]string{
		"PUBLIC_URL": w.URL, "LISTEN": listener.Addr().String(),
		"DATABASE_URL":        "sqlite://" + filepath.ToSlash(filepath.Join(t.TempDir(), "scheduler.db")),
		"SECRET_KEYS":         seal.NewKey(rand.Reader),
		"MICROSOFT_CLIENT_ID": w.Sandbox.MicrosoftClientID, "MICROSOFT_CLIENT_SECRET": w.Sandbox.MicrosoftClientSecret,
		"MICROSOFT_CERTIFICATE": "certificate.pem",
		"MICROSOFT_LOGIN_URL":   w.SandboxURL, "MICROSOFT_GRAPH_URL": w.SandboxURL,
		"WEBEX_CLIENT_ID": w.Sandbox.WebexClientID, "WEBEX_CLIENT_SECRET": w.Sandbox.WebexClientSecret, "WEBEX_API_URL": w.SandboxURL,
		"OFFICE_JS_URL": w.SandboxURL + "/sandbox/office.js",
	}
	if o.DatabaseURL != "" {
		w.settings["DATABASE_URL"] = o.DatabaseURL
	}
	maps.Copy(w.settings, o.Settings)
	w.run(listener)
	t.Cleanup(func() {
		if err := w.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
		if t.Failed() {
			t.Logf("the program's log:\n%s", w.Log)
		}
	})
	return w
}

// Restart starts a program that was stopped or killed, at the same address and
// on the same database.
func (w *World) Restart() {
	w.t.Helper()
	listener, err := net.Listen("tcp", w.settings["LISTEN"])
	if err != nil {
		w.t.Fatal(err)
	}
	w.run(listener)
}

// run starts the program and waits until it serves.
func (w *World) run(listener net.Listener) {
	w.t.Helper()
	o := w.options
	c, err := config.Parse(func(name string) string { return w.settings[name] }, w.readFile, clockOf(o).Now())
	if err != nil {
		w.t.Fatal(err)
	}
	level := slog.LevelDebug
	if o.Quiet {
		level = slog.LevelInfo
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- app.Run(ctx, app.Options{
			Config: c, Log: slog.New(slog.NewTextHandler(w.Log, &slog.HandlerOptions{Level: level})),
			Clock:    clockOf(o),
			Listener: listener, Transport: o.Transport, CalendarURL: w.SandboxURL + "/?as={upn}",
			Ready:  func(string) { close(ready) },
			Syncer: func(s *syncer.Syncer) { w.syncer = s },
			Roster: func(r *roster.Roster) { w.roster = r },
		})
	}()
	select {
	case <-ready:
	case err := <-ended:
		cancel()
		w.t.Fatalf("the program did not start: %v", err)
	}
	w.stop = sync.OnceValue(func() error { cancel(); return <-ended })
}

func (w *World) startSandbox(o Options) {
	seed := max(o.Seed, 1)
	w.Sandbox = sandbox.New(sandbox.Config{
		Clock: clockOf(o), Seed: seed, Calm: !o.Unpleasant, SchedulerURL: w.URL,
		RedirectURIs:           []string{w.URL + "/signin/callback", w.URL + "/admin/consent/callback", w.URL + "/connect/webex/callback"},
		ApplicationPermissions: o.Permissions, AccessTokenVersion: o.AccessTokenVersion,
	})
	w.Sandbox.Microsoft.Unexpected = func(msg string) { w.t.Errorf("unexpected at Microsoft: %s", msg) }
	w.Sandbox.Webex.Unexpected = func(msg string) { w.t.Errorf("unexpected at Webex: %s", msg) }
	if o.Settle != nil {
		o.Settle(w.Sandbox)
	}
	server := httptest.NewServer(w.Sandbox.Handler())
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	w.SandboxURL = "http://localhost:" + port
	w.Sandbox.SetBaseURL(w.SandboxURL)
	w.t.Cleanup(func() { w.Sandbox.Close(); server.CloseClientConnections(); server.Close() })
}

func clockOf(o Options) clockwork.Clock {
	if o.Clock != nil {
		return o.Clock
	}
	return clockwork.NewRealClock()
}

// Now is the world's time; for worlds with a clock of the test's own.
func (w *World) Now() time.Time { return w.clock.Now() }

// Advance lets time pass in a few steps and whatever becomes due be done.
func (w *World) Advance(d time.Duration) {
	w.t.Helper()
	if err := w.Sandbox.Microsoft.AwaitCarried(w.Context()); err != nil {
		w.t.Fatalf("a notification stays in flight: %v", err)
	}
	const steps = 12
	for i := range steps {
		step := d / steps
		if i == steps-1 {
			step = d - step*(steps-1)
		}
		w.clock.Advance(step)
		w.roster.Wake()
		w.syncer.Wake()
		w.AwaitRest()
	}
}

// Stop stops the program as SIGTERM does and returns what Run returned.
func (w *World) Stop() error { return w.stop() }

// Kill ends the program as nearly like kill -9 as can be from inside: cut takes
// network and database away from it first, so that it leaves everything as it
// was at that instant.
func (w *World) Kill(cut func()) {
	cut()
	_ = w.stop()
	w.stop = func() error { return nil }
}

// Rested reports whether the program has nothing to do now, after waiting for
// that for a while at the most.
func (w *World) Rested(while time.Duration) bool {
	ctx, cancel := context.WithTimeout(w.t.Context(), while)
	defer cancel()
	return w.roster.AwaitRest(ctx) == nil && w.syncer.AwaitRest(ctx) == nil && w.roster.AwaitRest(ctx) == nil
}

// Tick moves the clock on and lets the program look at it.
func (w *World) Tick(d time.Duration) {
	w.clock.Advance(d)
	w.roster.Wake()
	w.syncer.Wake()
}

// Context ends with the test, or after a minute.
func (w *World) Context() context.Context {
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	w.t.Cleanup(cancel)
	return ctx
}

// AwaitRest waits until no notification is on its way and the program has
// nothing to do, twice over: its own writes come back as notifications.
func (w *World) AwaitRest() {
	w.t.Helper()
	ctx := w.Context()
	for {
		before := w.Sandbox.Trace.Last()
		if err := w.Sandbox.Microsoft.AwaitQuiet(ctx); err != nil {
			w.t.Fatalf("notifications do not come to an end: %v", err)
		}
		if err := w.Sandbox.Webex.AwaitWebhooks(ctx); err != nil {
			w.t.Fatalf("webhooks do not come to an end: %v", err)
		}
		for _, rest := range []func(context.Context) error{w.roster.AwaitRest, w.syncer.AwaitRest} {
			if err := rest(ctx); err != nil {
				w.t.Fatalf("the program does not come to rest: %v", err)
			}
		}
		if w.Sandbox.Trace.Last() == before {
			return
		}
	}
}

// Calls counts what the program asked of a service since the entry seq: reads
// and writes, parts of a batch one by one, the batch itself not.
func (w *World) Calls(service trace.Service, seq int64) (reads, writes []string) {
	for _, e := range w.Sandbox.Trace.Since(seq) {
		if e.Service != service || strings.HasSuffix(e.Path, "/$batch") {
			continue
		}
		call := fmt.Sprintf("%s %s %d", e.Method, e.Path, e.Status)
		if e.Write {
			writes = append(writes, call)
		} else {
			reads = append(reads, call)
		}
	}
	return reads, writes
}

// Log keeps what was logged.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// Doctor has everything looked at that the program rests on, some settings being
// others than the program's, and transport, nil for the usual, on the way.
func (w *World) Doctor(settings map[string]string, clock clockwork.Clock, transport http.RoundTripper) []doctor.Finding {
	w.t.Helper()
	all := maps.Clone(w.settings)
	maps.Copy(all, settings)
	c, err := config.Parse(func(name string) string { return all[name] }, w.readFile, clock.Now())
	problems, _ := errors.AsType[config.Problems](err)
	return doctor.Examine(w.t.Context(), doctor.Config{Settings: c, Problems: problems, Clock: clock, Random: rand.Reader, Transport: transport})
}

// readFile has the sandbox's certificate under the name that the settings give.
func (w *World) readFile(name string) ([]byte, error) {
	if name == "certificate.pem" {
		return w.Sandbox.MicrosoftCertificatePEM, nil
	}
	return os.ReadFile(name)
}

// Setting is one of the program's, by its name without SCHEDULER_.
func (w *World) Setting(name string) string { return w.settings[name] }
