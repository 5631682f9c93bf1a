package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"webex-scheduler/internal/config"
	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/seal"
)

type sandboxCommand struct {
	Bind         string   `name:"bind" default:"127.0.0.1:8081" placeholder:"ADDRESS" help:"Loopback address to bind (${default})."`
	Calm         bool     `help:"Leave out what makes it unpleasant: tiny pages, late and doubled notifications."`
	Seed         uint64   `help:"Seed of ids and of everything unpleasant; 0 draws one and prints it."`
	SchedulerURL string   `name:"scheduler-url" default:"http://127.0.0.1:8080" placeholder:"URL" help:"Where the program under test lives (${default})."`
	Certificate  string   `name:"certificate" placeholder:"FILE" help:"Write the registered certificate and its key here, for SCHEDULER_MICROSOFT_CERTIFICATE."`
	Permission   []string `name:"permission" placeholder:"NAME" help:"Application permission that the registration lists, such as Calendars.ReadWrite; may be repeated. All that the program uses if left out."`
	RedirectURI  []string `name:"redirect-uri" placeholder:"URL" help:"Further redirect addresses to register."`
}

// Run serves the sandbox alone until the context ends.
func (c sandboxCommand) Run(env *environment) error {
	format, level, err := config.Logging(env.get)
	if err != nil {
		return err
	}
	listeners, err := loopback(env.ctx, "--bind", c.Bind)
	if err != nil {
		return err
	}
	box, token, seed := newSandbox(listeners[0].Addr(), sandbox.Config{
		Log: newLog(env.errOut, format, level), SchedulerURL: c.SchedulerURL, Calm: c.Calm, Seed: c.Seed,
		RedirectURIs: c.RedirectURI, ApplicationPermissions: c.Permission,
	})
	defer box.Close()
	certificate := ""
	if c.Certificate != "" {
		if err := os.WriteFile(c.Certificate, box.MicrosoftCertificatePEM, 0o600); err != nil {
			return fmt.Errorf("--certificate: %w", err)
		}
		certificate = "SCHEDULER_MICROSOFT_CERTIFICATE=" + c.Certificate + "\n"
	}
	base := baseURL(listeners[0].Addr())
	fmt.Fprintf(env.out, `The sandbox plays Microsoft 365 and Webex at %[1]s (seed %[2]d). Open it to see its calendars.

Settings for a program under test:
SCHEDULER_PUBLIC_URL=%[3]s
SCHEDULER_LISTEN=%[9]s
SCHEDULER_SECRET_KEYS=%[10]s
SCHEDULER_MICROSOFT_LOGIN_URL=%[1]s
SCHEDULER_MICROSOFT_GRAPH_URL=%[1]s
SCHEDULER_MICROSOFT_CLIENT_ID=%[4]s
SCHEDULER_MICROSOFT_CLIENT_SECRET=%[5]s
%[11]sSCHEDULER_WEBEX_API_URL=%[1]s
SCHEDULER_WEBEX_CLIENT_ID=%[6]s
SCHEDULER_WEBEX_CLIENT_SECRET=%[7]s
SCHEDULER_OFFICE_JS_URL=%[1]s/sandbox/office.js

Control token (Authorization: Bearer …): %[8]s
`, base, seed, c.SchedulerURL, box.MicrosoftClientID, box.MicrosoftClientSecret, box.WebexClientID, box.WebexClientSecret, token,
		strings.TrimPrefix(strings.TrimPrefix(c.SchedulerURL, "http://"), "https://"), seal.NewKey(rand.Reader), certificate)
	return serveSandbox(env.ctx, box, listeners)
}

// newSandbox makes a sandbox that knows its own address and that of the
// program under test. What the configuration leaves out is drawn.
func newSandbox(addr net.Addr, c sandbox.Config) (box *sandbox.Sandbox, token string, seed uint64) {
	var b [24]byte
	_, _ = rand.Read(b[:])
	c.ControlToken = hex.EncodeToString(b[:16])
	if c.Seed == 0 {
		c.Seed = uint64(b[16])<<16 | uint64(b[17])<<8 | uint64(b[18])
	}
	c.SchedulerURL = strings.TrimRight(c.SchedulerURL, "/")
	for _, path := range []string{"/signin/callback", "/admin/consent/callback", "/connect/webex/callback"} {
		c.RedirectURIs = append(c.RedirectURIs, c.SchedulerURL+path)
	}
	box = sandbox.New(c)
	box.SetBaseURL(baseURL(addr))
	return box, c.ControlToken, c.Seed
}

// baseURL names the sandbox localhost and the program 127.0.0.1: two sites to a
// browser, as Microsoft and we are in life.
func baseURL(addr net.Addr) string {
	_, port, _ := net.SplitHostPort(addr.String())
	return "http://localhost:" + port
}

// loopback binds address, and the same port of ::1 where the machine has one,
// since browsers may take "localhost" for either.
func loopback(ctx context.Context, flag, address string) ([]net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !config.Loopback(host) {
		return nil, fmt.Errorf("%s: %q is no loopback address; want one such as 127.0.0.1:8081", flag, address)
	}
	var lc net.ListenConfig
	first, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w (choose another address, such as 127.0.0.1:0)", flag, err)
	}
	listeners := []net.Listener{first}
	_, port, _ := net.SplitHostPort(first.Addr().String())
	if second, err := lc.Listen(ctx, "tcp", net.JoinHostPort("::1", port)); err == nil {
		listeners = append(listeners, second)
	}
	return listeners, nil
}

// serveSandbox serves until ctx ends.
func serveSandbox(ctx context.Context, box *sandbox.Sandbox, listeners []net.Listener) error {
	server := &http.Server{Handler: box.Handler(), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { failed <- server.Serve(l) }()
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	box.Close() // ends event streams, which would hold up the shutdown
	draining, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	if err := server.Shutdown(draining); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return server.Close()
}
