package web

import (
	"bytes"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"webex-scheduler/static"
)

// sendAsset sends a file that pages load: GET /static/….
func (s *Server) sendAsset(c echo.Context) error {
	file, ok := static.Open(c.Param("*"))
	if !ok {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set("Content-Type", file.Type)
	h.Set("ETag", `"`+file.Tag+`"`)
	h.Set("Cache-Control", "no-cache")
	if file.Forever {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(file.Content))
	return nil
}
