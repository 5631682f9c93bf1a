package web

import (
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/route"
)

// Keys of log lines.
const (
	keyRequest  = "request_id"
	keyMethod   = "method"
	keyRoute    = "route"
	keyStatus   = "status"
	keyDuration = "duration"
	keyError    = "error"
	keyAccount  = "account_id"
)

// nameRequest gives the request a name, for the log and for people who ask for
// help. A name from outside is not taken up: anybody could forge log lines.
func (s *Server) nameRequest(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		var b [8]byte
		s.drawing.Lock()
		_, err := io.ReadFull(s.Random, b[:])
		s.drawing.Unlock()
		if err != nil {
			return errs.New(errs.Internal, "web: name request: %w", err)
		}
		c.Response().Header().Set(echo.HeaderXRequestID, hex.EncodeToString(b[:]))
		return next(c)
	}
}

func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// logRequest writes one line a request: neither query nor body, since those
// hold codes, addresses and titles.
func (s *Server) logRequest(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		started := s.Clock.Now()
		err := next(c)
		if err != nil {
			c.Error(err) // answered here, so that the line knows the status
		}
		status := c.Response().Status
		attrs := []slog.Attr{
			slog.String(keyMethod, c.Request().Method),
			slog.String(keyRoute, pattern(c)),
			slog.Int(keyStatus, status),
			slog.Duration(keyDuration, s.Clock.Since(started)),
			slog.String(keyRequest, requestID(c)),
		}
		if err != nil {
			attrs = append(attrs, slog.String(keyError, err.Error()))
		}
		s.Log.LogAttrs(c.Request().Context(), level(pattern(c), status), "request", attrs...)
		return nil
	}
}

// pattern is the route's, never the address: that may hold a key.
func pattern(c echo.Context) string {
	if c.Path() == "" {
		return "none"
	}
	return c.Path()
}

func level(pattern string, status int) slog.Level {
	switch {
	case status >= http.StatusInternalServerError && status != http.StatusServiceUnavailable:
		return slog.LevelError
	case status == http.StatusServiceUnavailable:
		return slog.LevelWarn
	case strings.HasPrefix(pattern, "/hooks/"), pattern == route.Static, pattern == route.ManifestIcon, pattern == route.Health, pattern == route.Ready:
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// setHeaders sets what every answer carries.
func (s *Server) setHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", s.policy)
		h.Set("X-Content-Type-Options", "nosniff")
		if !mayBeInDialog(c.Request().URL.Path) {
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
		}
		// Not no-referrer: that turns the Origin of our own forms into "null".
		// https://fetch.spec.whatwg.org/#append-a-request-origin-header
		h.Set("Referrer-Policy", "same-origin")
		if s.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// mayBeInDialog reports whether a page may be met in a dialog that the pane
// opened. With an opener policy such a page, even one that says what went
// wrong, could not speak with the pane any more.
// https://learn.microsoft.com/office/dev/add-ins/develop/dialog-handle-errors-events
func mayBeInDialog(path string) bool {
	for _, start := range []string{route.Taskpane, route.Signin, route.WebexConnect} {
		if path == start || strings.HasPrefix(path, start+"/") {
			return true
		}
	}
	return false
}

// recoverPanic makes a panic an error like any other.
func (s *Server) recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				if r == http.ErrAbortHandler {
					panic(r)
				}
				err = errs.New(errs.Internal, "panic: %s\n%s", fmt.Sprint(r), debug.Stack())
			}
		}()
		return next(c)
	}
}

// refuseForeign refuses changes that another site asks for. Microsoft's
// deliveries come from no site; each proves itself.
func (s *Server) refuseForeign(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !strings.HasPrefix(c.Path(), "/hooks/") {
			if err := s.foreign.Check(c.Request()); err != nil {
				return errs.New(errs.Forbidden, "web: %w", err)
			}
		}
		return next(c)
	}
}
