// Package app wires the program together and runs it. It is the one place that
// knows all parts; the list in Run is the architecture.
package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/config"
	"webex-scheduler/internal/graph"
	"webex-scheduler/internal/metrics"
	"webex-scheduler/internal/roster"
	"webex-scheduler/internal/seal"
	"webex-scheduler/internal/signin"
	"webex-scheduler/internal/store"
	"webex-scheduler/internal/syncer"
	"webex-scheduler/internal/token"
	"webex-scheduler/internal/webex"
	"webex-scheduler/web"
)

// Options is what the program runs with beside its configuration.
type Options struct {
	Config      config.Config
	Log         *slog.Logger
	Clock       clockwork.Clock   // nil: the real one
	Random      io.Reader         // nil: crypto/rand
	Transport   http.RoundTripper // for Microsoft and Webex; nil: a pool of its own
	Listener    net.Listener      // nil: Config.Listen is bound
	CalendarURL string            // where people's calendar is, {upn} standing for theirs; empty: Outlook on the web
	Version     string            // of the program, for the add-in's; may be empty
	Ready       func(addr string) // called once, when requests are served; may be nil

	// Syncer and Roster are given the engines before they run, for tests that
	// wait for rest; may be nil.
	Syncer func(*syncer.Syncer)
	Roster func(*roster.Roster)
}

// Limits of the HTTP server. Graph wants its answer within three seconds.
// https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 15 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 32 << 10
	drain             = 10 * time.Second // for requests in hand at a stop
	purgeEvery        = time.Hour
)

// Run serves and syncs until ctx ends, then stops cleanly: requests and events
// in hand are finished, leases given back. It returns nil after a clean stop.
func Run(ctx context.Context, o Options) (err error) {
	o.defaults()
	c := o.Config
	box, err := seal.New(c.SecretKeys)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, c.DatabaseURL, box, o.Clock, o.Random, o.Log)
	if err != nil {
		return fmt.Errorf("configuration:\n  %sDATABASE_URL: %w", config.Prefix, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	if err := db.Readable(ctx); err != nil {
		return fmt.Errorf("configuration:\n  %sSECRET_KEYS: %w", config.Prefix, err)
	}
	installation, err := db.Installation(ctx)
	if err != nil {
		return err
	}

	watch := metrics.New(o.Version, standing(db, o.Clock))
	httpClient := &http.Client{Transport: o.Transport}
	microsoft, err := signin.NewMicrosoft(signin.MicrosoftConfig{
		LoginURL: c.Microsoft.LoginURL, ClientID: c.Microsoft.ClientID, ClientSecret: c.Microsoft.ClientSecret,
		Certificates: c.Microsoft.Certificates, RedirectURL: c.PublicURL + "/signin/callback",
		AdminURL: c.PublicURL + "/admin/consent/callback", GraphURL: c.Microsoft.GraphURL, Clock: o.Clock, Random: o.Random, HTTP: httpClient,
	})
	if err != nil {
		return err
	}
	webexLink, err := signin.NewWebex(signin.WebexConfig{
		APIURL: c.Webex.APIURL, ClientID: c.Webex.ClientID, ClientSecret: c.Webex.ClientSecret,
		RedirectURL: c.PublicURL + "/connect/webex/callback", Clock: o.Clock, HTTP: httpClient,
	})
	if err != nil {
		return err
	}
	owner, err := newOwner(o.Random)
	if err != nil {
		return err
	}
	tokens := token.New(token.Config{
		Store: db, Microsoft: microsoft, Webex: webexLink, Tenants: microsoft, Owner: owner, Clock: o.Clock, Log: o.Log,
	})
	calendar, err := graph.New(graph.Config{
		BaseURL: c.Microsoft.GraphURL, NotificationURL: c.PublicURL + "/hooks/graph", LifecycleURL: c.PublicURL + "/hooks/graph/lifecycle",
		Tokens: tokens.Mailboxes(), Clock: o.Clock, HTTP: o.Transport, Random: o.Random, Log: o.Log,
		Observe: watch.Call("microsoft"),
	})
	if err != nil {
		return err
	}
	meetings, err := webex.New(webex.Config{
		BaseURL: c.Webex.APIURL, Tokens: tokens, Clock: o.Clock, HTTP: o.Transport, Random: o.Random, Log: o.Log,
		Observe: watch.Call("webex"),
	})
	if err != nil {
		return err
	}
	sync := syncer.New(syncer.Config{
		Store: db, Calendar: calendar, Subscriber: calendar, Meetings: meetings, Hooks: meetings, Watch: watch,
		PublicURL: c.PublicURL, Installation: installation, SweepInterval: c.SweepInterval, Lease: c.Lease,
		Clock: o.Clock, Random: o.Random, Log: o.Log,
	})
	db.OnMark(sync.Wake)
	db.OnUrgent(sync.Hurry)
	if o.Syncer != nil {
		o.Syncer(sync)
	}
	tenants := roster.New(roster.Config{
		Store: db, Directory: calendar, Hosts: meetings, Interval: c.SweepInterval, Lease: c.Lease, Poll: sync.Poll, Clock: o.Clock, Log: o.Log,
	})
	db.OnTenant(tenants.Wake)
	if o.Roster != nil {
		o.Roster(tenants)
	}
	server, err := web.New(web.Config{
		PublicURL: c.PublicURL, CalendarURL: o.CalendarURL, LoginURL: c.Microsoft.LoginURL, OfficeJSURL: c.OfficeJSURL,
		Version: o.Version, Clock: o.Clock, Random: o.Random, Log: o.Log,
		Admins: c.Admins, Certificates: certificates(c.Microsoft.Certificates), Rehearsal: tenants,
		Store: db, Microsoft: microsoft, Webex: webexLink, Refusal: signin.CallbackError, Profiles: calendar, People: meetings,
		Intake:       intake{&syncer.Intake{Store: db, Log: o.Log, Count: counted(watch, "microsoft")}},
		Hooks:        &hooks{store: db, intake: syncer.HookIntake{Store: db, Clock: o.Clock}, keys: c.SecretKeys, count: counted(watch, "webex")},
		AccessTokens: microsoft, Items: calendar, Sites: &syncer.Sites{Webex: meetings, Store: db, Clock: o.Clock},
		Shares: &syncer.Shares{Calendar: calendar, Clock: o.Clock}, Blocks: blocks{c.PublicURL},
	})
	if err != nil {
		return err
	}
	engines := []func(context.Context) error{sync.Run, tenants.Run}
	if c.MetricsListen != "" {
		serve, err := o.serveMetrics(ctx, watch)
		if err != nil {
			return err
		}
		engines = append(engines, serve)
	}
	return o.run(ctx, server, db, engines...)
}

// newOwner names this process in the leases of token refreshes.
func newOwner(random io.Reader) (string, error) {
	var b [8]byte
	_, err := io.ReadFull(random, b[:])
	return hex.EncodeToString(b[:]), err
}

func (o *Options) defaults() {
	if o.Clock == nil {
		o.Clock = clockwork.NewRealClock()
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Transport == nil {
		pool := http.DefaultTransport.(*http.Transport).Clone()
		pool.MaxIdleConnsPerHost = 32
		o.Transport = pool
	}
}

// run starts listener, engines and housekeeping and stops them in reverse.
func (o *Options) run(ctx context.Context, handler http.Handler, db *store.Store, engines ...func(context.Context) error) error {
	listener := o.Listener
	if listener == nil {
		var err error
		if listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", o.Config.Listen); err != nil {
			return errors.New("configuration:\n  " + config.Prefix + "LISTEN: " + err.Error())
		}
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes, ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	working, stop := context.WithCancel(ctx)
	defer stop()
	served, worked, purged := make(chan error, 1), make(chan error, len(engines)), make(chan struct{})
	go func() { served <- server.Serve(listener) }()
	for _, run := range engines {
		go func() { worked <- run(working) }()
	}
	go func() { defer close(purged); o.purge(working, db) }()
	o.Log.Info("serving", "address", listener.Addr().String(), "config", o.Config)
	if o.Ready != nil {
		o.Ready(listener.Addr().String())
	}

	var failure error
	select {
	case <-ctx.Done():
	case failure = <-served:
	}
	o.Log.Info("stopping")
	draining, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	shutdown := server.Shutdown(draining)
	stop()
	failure = errors.Join(failure, shutdown)
	for range engines {
		failure = errors.Join(failure, <-worked)
	}
	<-purged
	if errors.Is(failure, http.ErrServerClosed) || failure == nil {
		o.Log.Info("stopped")
		return nil
	}
	return failure
}

// purge removes what has expired, once an hour, closes the receipts of days that
// are over, and looks at the certificate.
func (o *Options) purge(ctx context.Context, db *store.Store) {
	ticker := o.Clock.NewTicker(purgeEvery)
	defer ticker.Stop()
	var warned time.Time
	for {
		warned = o.warnOfExpiry(warned)
		if err := db.PurgeExpired(ctx); err != nil && ctx.Err() == nil {
			o.Log.Warn("purge", "error", err)
		}
		switch last, err := db.CloseReceipts(ctx); {
		case err != nil && ctx.Err() == nil:
			o.Log.Warn("close receipts", "error", err)
		case last.Closed():
			o.Log.Info("receipts closed", "day", last.Day.String(), "roll", hex.EncodeToString(last.MAC))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.Chan():
		}
	}
}
