package web

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
)

// maxJSON is how large a request to the API may be, a body to edit excepted.
const maxJSON = 64 << 10

// readJSON reads a request of the API: one object, with nothing in it that is
// not known. What is wrong is told to the caller, and not to the log.
func readJSON(c echo.Context, most int64, into any) error {
	media, _, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	if err != nil || media != "application/json" {
		return errs.New(errs.Unsupported, "api: not application/json")
	}
	d := json.NewDecoder(http.MaxBytesReader(c.Response(), c.Request().Body, most))
	d.DisallowUnknownFields()
	if err = d.Decode(into); err == nil {
		if _, err = d.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = errors.New("more than one value")
		}
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errs.New(errs.TooLarge, "api: request over %d bytes", most)
	}
	return invalid("The request is not the JSON that this address takes: " + strings.TrimPrefix(err.Error(), "json: ") + ".")
}

// invalid refuses a request for what it says.
func invalid(text string) error {
	return &told{err: errs.New(errs.Invalid, "api: invalid request"), text: text}
}

// refused is an error of a rule of package meeting, whose message is for people.
func refused(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Invalid {
		return invalid(e.Message + ".")
	}
	return err
}
