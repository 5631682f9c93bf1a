package main

import (
	"io"
	"log/slog"
	"os"
	"time"

	"webex-scheduler/internal/app"
	"webex-scheduler/internal/config"
)

type serveCommand struct{}

// Run serves until the context ends.
func (serveCommand) Run(env *environment) error {
	c, err := config.Parse(env.get, os.ReadFile, time.Now())
	if err != nil {
		return err
	}
	log := newLog(env.errOut, c.LogFormat, c.LogLevel)
	return app.Run(env.ctx, app.Options{Config: c, Log: log, Version: version})
}

// newLog writes to w, as text for people or JSON for machines.
func newLog(w io.Writer, format string, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Value.Kind() == slog.KindDuration { // JSON would hold bare nanoseconds
			return slog.String(a.Key, a.Value.Duration().Round(time.Microsecond).String())
		}
		return a
	}}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
