package web

import (
	"cmp"
	"net/http"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/meeting"
)

// maxBodyJSON is how large a body to edit may be, as JSON. Office.js takes a
// million characters.
// https://learn.microsoft.com/javascript/api/outlook/office.body
const maxBodyJSON = 4 << 20

// editBody puts the join details into the body of an open form, or takes them
// out: POST /api/v1/meetings/{key}/body. Nothing of the body is kept.
func (s *Server) editBody(c echo.Context, who caller) error {
	var request struct {
		Action  string `json:"action"`
		Type    string `json:"type"`
		Content string `json:"content"`
	}
	if err := readJSON(c, maxBodyJSON, &request); err != nil {
		return err
	}
	if request.Type != "html" && request.Type != "text" {
		return invalid("type: want html or text.")
	}
	body := meeting.Body{HTML: request.Type == "html", Content: request.Content}
	var changed bool
	switch request.Action {
	case "put":
		link, err := s.settled(c, who)
		if err != nil {
			return err
		}
		tenant, err := s.tenant(c.Request().Context(), who.Account)
		if err != nil {
			return err
		}
		body, changed = s.Blocks.Put(body, link, cmp.Or(who.Language, tenant.Settings.Language))
	case "remove":
		if _, err := s.ownLink(c, who); err != nil {
			return err
		}
		body, changed = s.Blocks.Remove(body)
	default:
		return invalid("action: want put or remove.")
	}
	return c.JSON(http.StatusOK, map[string]any{"content": body.Content, "changed": changed})
}
