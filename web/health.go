package web

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// readyWithin is how long the database may take to say that it is there.
const readyWithin = 2 * time.Second

// showHealth says that the process lives: GET /healthz.
func (s *Server) showHealth(c echo.Context) error {
	noStore(c)
	return c.String(http.StatusOK, "ok")
}

// showReadiness says whether work can be done: GET /readyz.
func (s *Server) showReadiness(c echo.Context) error {
	noStore(c)
	ctx, cancel := context.WithTimeout(c.Request().Context(), readyWithin)
	defer cancel()
	if err := s.Store.Ready(ctx); err != nil {
		s.Log.WarnContext(ctx, "not ready", keyRequest, requestID(c), keyError, err)
		return c.String(http.StatusServiceUnavailable, "unavailable")
	}
	return c.String(http.StatusOK, "ready")
}
