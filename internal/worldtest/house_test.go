package worldtest

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webex-scheduler/internal/app"
	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/config"
	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/seal"
	"webex-scheduler/internal/syncer"
)

// house is the program and the services around it.
type house struct {
	t        testing.TB
	clock    *clock
	database database
	sandbox  *sandbox.Sandbox
	url      string // of the program
	config   config.Config
	log      *diary
	run      *run // nil: the program does not run
	deaths   int
}

// run is one life of the program.
type run struct {
	line   *line
	syncer *syncer.Syncer
	requests
	cancel context.CancelFunc
	ended  chan error
}

// poll is rare: no other process marks, and a day of polls once a second was
// the most expensive thing of a world.
const poll = 10 * time.Minute

// build makes the services; start starts the program.
func build(t testing.TB, seed uint64, calm bool, d database, settings map[string]string) *house {
	h := &house{t: t, clock: newClock(), database: d, url: "http://" + lan.address(), log: &diary{}}
	outside := "http://" + strings.Replace(lan.address(), "127.0.0.1", "localhost", 1)
	h.sandbox = sandbox.New(sandbox.Config{
		Clock: h.clock, Seed: seed, Calm: calm, SchedulerURL: h.url,
		RedirectURIs: []string{h.url + "/signin/callback", h.url + "/connect/webex/callback"},
	})
	h.sandbox.SetBaseURL(outside)
	h.sandbox.Microsoft.Unexpected = func(msg string) { t.Errorf("unexpected at Microsoft: %s", msg) }
	h.sandbox.Webex.Unexpected = func(msg string) { t.Errorf("unexpected at Webex: %s", msg) }
	server := httptest.NewUnstartedServer(h.sandbox.Handler())
	_ = server.Listener.Close()
	server.Listener = lan.listen(strings.TrimPrefix(outside, "http://"))
	server.Start()
	t.Cleanup(func() { h.sandbox.Close(); server.CloseClientConnections(); server.Close() })

	values := map[string]string{
		"PUBLIC_URL": h.url, "LISTEN": strings.TrimPrefix(h.url, "http://"), "DATABASE_URL": d.url(), "SECRET_KEYS": seal.NewKey(rand.Reader),
		"MICROSOFT_CLIENT_ID": h.sandbox.MicrosoftClientID, "MICROSOFT_CLIENT_SECRET": h.sandbox.MicrosoftClientSecret,
		"MICROSOFT_LOGIN_URL": outside, "MICROSOFT_GRAPH_URL": outside,
		"WEBEX_CLIENT_ID": h.sandbox.WebexClientID, "WEBEX_CLIENT_SECRET": h.sandbox.WebexClientSecret, "WEBEX_API_URL": outside,
	}
	for name, value := range settings {
		values[name] = value
	}
	var err error
	h.config, err = config.Parse(func(name string) string { return values[name] }, func(string) ([]byte, error) { return nil, nil }, h.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.stop)
	return h
}

// start starts the program, if it does not run.
func (h *house) start() {
	if h.run != nil {
		return
	}
	r := &run{line: newLine(), ended: make(chan error, 1)}
	var ctx context.Context
	ctx, r.cancel = context.WithCancel(context.Background())
	ready := make(chan struct{})
	go func() {
		r.ended <- app.Run(ctx, app.Options{
			Config: h.config, Log: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: h.brief})),
			Clock: h.clock, Transport: r.line, Listener: lan.listen(h.config.Listen),
			Ready:  func(string) { close(ready) },
			Syncer: func(s *syncer.Syncer) { r.syncer, s.Poll, r.requests = s, poll, s.Store.(requests) },
		})
	}()
	select {
	case <-ready:
	case err := <-r.ended:
		r.cancel()
		h.t.Fatalf("the program did not start: %v", err)
	}
	h.run = r
}

// brief gives log lines the world's time, and shortens ids.
func (h *house) brief(_ []string, a slog.Attr) slog.Attr {
	switch a.Key {
	case slog.TimeKey:
		return slog.String(a.Key, h.clock.Now().UTC().Format("01-02T15:04:05.000"))
	case "event_id":
		return slog.String(a.Key, a.Value.String()[max(0, len(a.Value.String())-8):])
	case "account_id":
		_, object, _ := strings.Cut(a.Value.String(), "/")
		return slog.String(a.Key, object[:min(8, len(object))])
	case "request_id", "duration":
		return slog.Attr{}
	}
	return a
}

// stop stops the program as SIGTERM does.
func (h *house) stop() {
	if h.run == nil {
		return
	}
	h.run.cancel()
	if err := h.end(); err != nil {
		h.t.Errorf("stop: %v", err)
	}
}

func (h *house) end() error {
	err := <-h.run.ended
	h.run.line.base.CloseIdleConnections()
	h.run = nil
	return err
}

// kill ends a program whose line is cut so that nothing it did since counts.
func (h *house) kill() {
	synctest.Wait()
	h.database.save()
	h.deaths++
	h.run.cancel()
	close(h.run.line.dead)
	_ = h.end()
	h.database.restore()
}

// pass lets time pass; a program that dies meanwhile comes back a minute later.
func (h *house) pass(d time.Duration) {
	end := time.Now().Add(d)
	for {
		var cut <-chan struct{}
		if h.run != nil {
			cut = h.run.line.cut
		}
		timer := time.NewTimer(time.Until(end))
		select {
		case <-timer.C:
			synctest.Wait()
			if cut == nil || !closed(cut) {
				return
			}
		case <-cut:
			timer.Stop()
		}
		h.kill()
		time.Sleep(min(time.Minute, max(0, time.Until(end))))
		h.start()
	}
}

// jump moves the clock.
func (h *house) jump(d time.Duration) {
	h.clock.jump(d)
	if h.run != nil {
		h.run.syncer.Wake()
	}
	h.pass(time.Second)
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// browser opens a fresh profile that goes with the world.
func (h *house) browser() (b *apptest.Browser, shut func()) {
	transport := newTransport()
	return apptest.NewBrowser(h.t, transport), transport.CloseIdleConnections
}

// connect signs upn in and links the Webex account of the same address, for
// the first time or again. A service that is busy just then is asked anew.
func (h *house) connect(upn string) {
	for range 5 {
		b, shut := h.browser()
		h.walk(b, "/signin", upn)
		if b.URL.Path == "/account" {
			h.walk(b, "/connect/webex", upn)
		}
		text := b.Text()
		shut()
		if b.URL.Path == "/account" {
			return
		}
		if h.pass(time.Minute); b.Status < 400 {
			h.t.Fatalf("connecting %s ended at %s (status %d):\n%s", upn, b.URL, b.Status, text)
		}
	}
	h.t.Fatalf("%s cannot be connected", upn)
}

// walk accepts what is asked on the way from one of our pages to another.
func (h *house) walk(b *apptest.Browser, path, upn string) {
	b.Open(h.url + path)
	asked := strings.Contains(b.Text(), "Use another account") // Webex follows the hint to its question
	if strings.Contains(b.Text(), upn) && b.URL.Path != "/account" && !asked {
		b.Click(upn)
	}
	for range 3 {
		if b.Status >= 400 || b.URL.Path == "/account" {
			return
		}
		b.Click("Accept")
	}
}

func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext, t.MaxIdleConnsPerHost = lan.dial, 32
	return t
}

// diary keeps what was logged.
type diary struct {
	mu    sync.Mutex
	lines strings.Builder
}

// Write implements io.Writer.
func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lines.Write(p)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lines.String()
}

var errDead = errors.New("the program is dead")
