package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/config"
	"webex-scheduler/internal/metrics"
	"webex-scheduler/internal/store"
)

// standing reads what the database says of work and subscriptions.
func standing(db *store.Store, clock clockwork.Clock) metrics.Read {
	return func(ctx context.Context) (is metrics.Standing, err error) {
		waiting, due, oldest, err := db.Work(ctx)
		if err != nil {
			return is, err
		}
		mailboxes, silent, err := db.Subscribed(ctx)
		if err != nil {
			return is, err
		}
		is = metrics.Standing{Waiting: waiting, Due: due, Mailboxes: mailboxes, Subscriptions: map[string]int{"live": mailboxes - silent, "none": silent}}
		if !oldest.IsZero() {
			is.Oldest = clock.Since(oldest)
		}
		return is, nil
	}
}

// counted counts the deliveries of a service.
func counted(watch *metrics.Metrics, service string) func(result string, n int) {
	return func(result string, n int) { watch.Notified(service, result, n) }
}

// serveMetrics binds the address of the metrics, which is apart from the public
// one, and returns what serves there until its context ends.
func (o *Options) serveMetrics(ctx context.Context, watch *metrics.Metrics) (func(context.Context) error, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.Config.MetricsListen)
	if err != nil {
		return nil, errors.New("configuration:\n  " + config.Prefix + "METRICS_LISTEN: " + err.Error())
	}
	server := &http.Server{
		Handler: watch.Handler(), ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes, ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	o.Log.Info("metrics", "address", listener.Addr().String())
	return func(ctx context.Context) error {
		defer context.AfterFunc(ctx, func() { _ = server.Close() })()
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}, nil
}
