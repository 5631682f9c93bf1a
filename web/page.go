package web

import (
	"bytes"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/static"
	"webex-scheduler/views"
)

// frame is what a page has around its content; person is who is signed in.
func (s *Server) frame(title, person string) views.Frame {
	return views.Frame{
		Title:  title,
		Style:  asset(static.Style),
		Icon:   asset(static.Icon),
		Person: person,
	}
}

func asset(file string) string { return route.Asset(static.Name(file)) }

// personName is what the person is called on a page.
func personName(a meeting.Account) string {
	if a.Name != "" {
		return a.Name
	}
	return a.UPN
}

// render sends a page, once it is whole: half a page has no status.
func (s *Server) render(c echo.Context, status int, page templ.Component) error {
	var body bytes.Buffer
	if err := page.Render(c.Request().Context(), &body); err != nil {
		return err
	}
	return c.HTMLBlob(status, body.Bytes())
}
