package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"webex-scheduler/internal/app"
	"webex-scheduler/internal/config"
	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/seal"
)

type demoCommand struct {
	SandboxBind string `name:"sandbox-bind" default:"127.0.0.1:8081" placeholder:"ADDRESS" help:"Loopback address of the local Microsoft 365 and Webex (${default})."`
	Calm        bool   `help:"Leave out what makes the sandbox unpleasant: tiny pages, late and doubled notifications."`
	Seed        uint64 `help:"Seed of the sandbox; 0 draws one."`
}

// demoListen is where the demo listens unless SCHEDULER_LISTEN says otherwise:
// on loopback alone, since its people have no passwords.
const demoListen = "127.0.0.1:8080"

// Run serves the program against the sandbox until the context ends. The
// database lives as long as the sandbox's world: it is gone at the end.
func (c demoCommand) Run(env *environment) error {
	dir, err := os.MkdirTemp("", "webex-scheduler-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	listen := env.get("LISTEN")
	if listen == "" {
		listen = demoListen
	}
	host, _, err := net.SplitHostPort(listen)
	if err != nil || !config.Loopback(host) {
		return errors.New("configuration:\n  SCHEDULER_LISTEN: the demo wants a loopback address, such as " + demoListen)
	}
	listener, err := (&net.ListenConfig{}).Listen(env.ctx, "tcp", listen)
	if err != nil {
		return fmt.Errorf("configuration:\n  SCHEDULER_LISTEN: %w (set another address, such as 127.0.0.1:0)", err)
	}
	defer listener.Close()
	listeners, err := loopback(env.ctx, "--sandbox-bind", c.SandboxBind)
	if err != nil {
		return err
	}
	publicURL := "http://" + listener.Addr().String()
	format, level, err := config.Logging(env.get)
	if err != nil {
		return err
	}
	log := newLog(env.errOut, format, level)
	box, _, seed := newSandbox(listeners[0].Addr(), sandbox.Config{Log: log, SchedulerURL: publicURL, Calm: c.Calm, Seed: c.Seed})
	defer box.Close()
	sandboxURL := baseURL(listeners[0].Addr())

	settings := map[string]string{
		"PUBLIC_URL": publicURL, "LISTEN": listener.Addr().String(),
		"DATABASE_URL":        "sqlite://" + filepath.ToSlash(filepath.Join(dir, "scheduler.db")),
		"SECRET_KEYS":         seal.NewKey(rand.Reader),
		"MICROSOFT_CLIENT_ID": box.MicrosoftClientID, "MICROSOFT_CLIENT_SECRET": box.MicrosoftClientSecret,
		"MICROSOFT_CERTIFICATE": "the sandbox's",
		"MICROSOFT_LOGIN_URL":   sandboxURL, "MICROSOFT_GRAPH_URL": sandboxURL,
		"WEBEX_CLIENT_ID": box.WebexClientID, "WEBEX_CLIENT_SECRET": box.WebexClientSecret, "WEBEX_API_URL": sandboxURL,
		"OFFICE_JS_URL": sandboxURL + "/sandbox/office.js",
	}
	parsed, err := config.Parse(func(name string) string {
		if v, ok := settings[name]; ok {
			return v
		}
		switch name {
		case "SWEEP_INTERVAL", "LEASE", "LOG_FORMAT", "LOG_LEVEL":
			return env.get(name)
		}
		return ""
	}, func(string) ([]byte, error) { return box.MicrosoftCertificatePEM, nil }, time.Now())
	if err != nil {
		return err
	}

	ctx, stop := context.WithCancel(env.ctx)
	defer stop()
	played := make(chan error, 1)
	go func() { defer stop(); played <- serveSandbox(ctx, box, listeners) }()
	err = app.Run(ctx, app.Options{
		Config: parsed, Log: log, Version: version, Listener: listener, CalendarURL: sandboxURL + "/?as={upn}",
		Ready: func(string) {
			fmt.Fprintf(env.out, `
  Open  %[1]s/
        Sign in as one of Contoso's people, connect Webex, and follow the link to the calendar.

        Or authorise all of Contoso at once:  %[1]s/admin
        Sign in as Ana, who administers it. Nobody else has to.

  Calendar, Webex side and live log of the sandbox:  %[2]s/
        A new event there has the add-in: press Webex, or Add Webex meeting.

  Nothing here is real, and everything is gone when you stop it (Ctrl+C). Seed: %[3]d.

`, publicURL, sandboxURL, seed)
		},
	})
	stop()
	return errors.Join(err, <-played)
}
