package web

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// paneTokenLife is how long a token of the pane lives, by the store's word.
const paneTokenLife = time.Hour

// givePaneToken trades a one-time code for the pane's bearer token: POST
// /taskpane/token. The code is of use only to who knows the verifier of its
// challenge, and only once, whatever comes of it.
func (s *Server) givePaneToken(c echo.Context) error {
	noStore(c)
	var request struct {
		Code     string `json:"code"`
		Verifier string `json:"verifier"`
	}
	if err := readJSON(c, maxJSON, &request); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if !idForm.MatchString(request.Code) {
		return codeRefused(errs.New(errs.Invalid, "pane: no code"))
	}
	// A verifier of another form answers no challenge; the code is spent all the same.
	hash := sha256.Sum256([]byte(request.Verifier))
	account, session, err := s.Store.TakeCode(ctx, meeting.NewSecret(request.Code), base64.RawURLEncoding.EncodeToString(hash[:]))
	if err != nil {
		return codeRefused(err)
	}
	drawn, err := s.draw()
	if err != nil {
		return err
	}
	if err := s.Store.SavePaneToken(ctx, meeting.NewSecret(drawn), account, session); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"token": drawn, "expiresIn": int(paneTokenLife / time.Second)})
}

// endPaneToken signs the person out: DELETE /taskpane/token. The browser
// session that the token came from ends too.
func (s *Server) endPaneToken(c echo.Context, who caller) error {
	if who.pane.Empty() {
		return badToken(c, "not a token of the pane")
	}
	if err := s.Store.EndPaneToken(c.Request().Context(), who.pane); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// codeRefused tells nothing of why: an unknown code, a used one, a late one and
// another's challenge are one answer. Errors of the store stay what they are.
func codeRefused(err error) error {
	if !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Invalid) {
		return err
	}
	return &told{err: err, status: http.StatusBadRequest, text: "The sign-in took too long or was already used. Please sign in again."}
}
