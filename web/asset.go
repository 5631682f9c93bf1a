package web

import (
	"bytes"
	"net/http"
	"strings"
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
	h.Set("Cache-Control", "no-cache")
	if file.Forever {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	content, tag := file.Content, file.Tag
	if file.Gzip != nil {
		h.Set("Vary", "Accept-Encoding")
		if takesGzip(c.Request()) {
			content, tag = file.Gzip, file.Tag+"-gzip"
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(content))
	return nil
}

// takesGzip reports whether the client reads compressed answers.
// https://www.rfc-editor.org/rfc/rfc9110#field.accept-encoding
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, quality, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q := strings.ReplaceAll(quality, " ", "")
			return !strings.HasPrefix(q, "q=0") || strings.Trim(q, "q=0.") != ""
		}
	}
	return false
}
