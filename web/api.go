package web

import (
	_ "embed"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// document describes the API. The tests hold every handler to it.
//
//go:embed openapi.json
var document []byte

// showAPI describes the API: GET /api/v1/openapi.json.
func (s *Server) showAPI(c echo.Context) error {
	noStore(c)
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, document)
}

// nowhere is the one answer to a key or an item that leads to nothing of the
// caller's: what is another person's is as if it weren't there. An error of
// the other kinds stays what it is.
func nowhere(err error) error {
	if !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Invalid) {
		return err
	}
	return &told{err: err, status: http.StatusNotFound, text: "There is nothing like this in your calendar."}
}

// cannot is a wish of the caller's that can't be met: the sentence says why, and
// what to do about it.
func cannot(why string, words sentence) error {
	return &told{err: errs.New(errs.Invalid, "api: cannot be met: %s", why), status: http.StatusUnprocessableEntity, text: words.whole()}
}

// conflict is a request that does not fit what is there.
func conflict(why, text string) error {
	return &told{err: errs.New(errs.Conflict, "api: %s", why), text: text}
}

// remote is an error of a call to Microsoft or Webex that a request of the API
// makes itself.
func remote(err error) error {
	switch errs.KindOf(err) {
	case errs.SignedOut:
		return cannot("signed out", requestSentence(meeting.ProblemSignedOut))
	case errs.Forbidden:
		return cannot("forbidden", problems[meeting.ProblemForbidden])
	case errs.Invalid:
		return cannot("refused", sentence{"Webex refuses this.", "Use the join link in the event instead."})
	case errs.NotFound, errs.Gone:
		return cannot("not to be seen", problems[meeting.ProblemUnseen])
	case errs.Throttled, errs.Unavailable, errs.Uncertain:
		if _, already := errors.AsType[*told](err); !already {
			return &told{err: err, status: http.StatusServiceUnavailable, text: waits[meeting.WaitUnavailable].What}
		}
	}
	return err
}
