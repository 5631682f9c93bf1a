package web

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// told is an error with the words that a person reads instead of it.
type told struct {
	err    error // for the log; its kind gives the status
	title  string
	text   string
	wayOn  []views.Action
	status int // 0: the one of the kind
	retry  int // seconds after which to come again; 0: not said
}

func (t *told) Error() string { return t.err.Error() }
func (t *told) Unwrap() error { return t.err }

// retryAfter is what a client that came at a bad moment should wait, in seconds.
const retryAfter = "5"

// answerError is the one place where an error becomes an answer. What it says
// is written for people; the error itself goes to the log, found again by the
// request's name.
func (s *Server) answerError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	noStore(c)
	words := wordsFor(err)
	switch {
	case words.retry > 0:
		c.Response().Header().Set("Retry-After", strconv.Itoa(words.retry))
	case words.status == http.StatusServiceUnavailable:
		c.Response().Header().Set("Retry-After", retryAfter)
	}
	var sent error
	switch {
	case c.Request().Method == http.MethodHead:
		sent = c.NoContent(words.status)
	case wantsJSON(c):
		sent = s.sendProblem(c, words)
	default:
		page := views.Message{Frame: s.frame(words.title, ""), Text: []string{words.text}, Actions: words.wayOn}
		if words.status >= http.StatusInternalServerError {
			page.RequestID = requestID(c)
		}
		sent = s.render(c, words.status, views.MessagePage(page))
	}
	if sent != nil {
		s.Log.WarnContext(c.Request().Context(), "answer not sent", keyRequest, requestID(c), keyError, sent)
	}
}

// problem is a problem document. https://www.rfc-editor.org/rfc/rfc9457
type problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	RequestID string `json:"request_id"`
}

func (s *Server) sendProblem(c echo.Context, words told) error {
	body, err := json.Marshal(problem{
		Type: "about:blank", Title: http.StatusText(words.status), Status: words.status,
		Detail: inLanguage(paneLanguage(c.Request()), words.text), RequestID: requestID(c),
	})
	if err != nil {
		return err
	}
	return c.Blob(words.status, "application/problem+json", body)
}

// wantsJSON reports whether a program asked: by its address, or by what it accepts.
func wantsJSON(c echo.Context) bool {
	path := c.Request().URL.Path
	if strings.HasPrefix(path, "/hooks/") || strings.HasPrefix(path, "/api/") || path == route.TaskpaneToken {
		return true
	}
	for part := range strings.SplitSeq(c.Request().Header.Get("Accept"), ",") {
		switch accepted, _, _ := mime.ParseMediaType(part); accepted {
		case "text/html", "application/xhtml+xml":
			return false
		case "application/json", "application/problem+json":
			return true
		}
	}
	return false
}

// statuses of the kinds. Our own services' trouble is 503, never 429 or 502:
// whoever asked did nothing wrong and may come again.
var statuses = map[errs.Kind]int{
	errs.NotFound:    http.StatusNotFound,
	errs.Gone:        http.StatusNotFound,
	errs.Conflict:    http.StatusConflict,
	errs.InProgress:  http.StatusConflict,
	errs.Invalid:     http.StatusBadRequest,
	errs.Forbidden:   http.StatusForbidden,
	errs.SignedOut:   http.StatusForbidden,
	errs.TooLarge:    http.StatusRequestEntityTooLarge,
	errs.Unsupported: http.StatusUnsupportedMediaType,
	errs.Throttled:   http.StatusServiceUnavailable,
	errs.Unavailable: http.StatusServiceUnavailable,
	errs.Uncertain:   http.StatusServiceUnavailable,
	errs.Busy:        http.StatusServiceUnavailable,
}

// wordsFor is what is said about an error. Of an error without words of its
// own nothing is said but what its status means.
func wordsFor(err error) told {
	status, known := statuses[errs.KindOf(err)]
	if !known {
		status = http.StatusInternalServerError
	}
	if routed, ok := errors.AsType[*echo.HTTPError](err); ok {
		status = routed.Code
	}
	own, ok := errors.AsType[*told](err)
	if ok {
		words := *own
		if words.status == 0 {
			words.status = status
		}
		return words
	}
	words := told{status: status, wayOn: []views.Action{{Text: "Go to your account", URL: route.Account}}}
	switch status {
	case http.StatusNotFound:
		words.title, words.text = "Not found", "There is nothing at this address. It may have moved, or it was never here."
	case http.StatusMethodNotAllowed:
		words.title, words.text = "Not possible", "This address can't be used in this way."
	case http.StatusForbidden:
		words.title, words.text = "Not allowed", "This request came from another site, or from somebody who may not do this. Nothing was changed."
	case http.StatusConflict:
		words.title, words.text = "Changed meanwhile", "Somebody changed this in the meantime. Have a look and try again."
	case http.StatusRequestEntityTooLarge:
		words.title, words.text = "Too large", "This is larger than what is taken here."
	case http.StatusUnsupportedMediaType:
		words.title, words.text = "Wrong type", "This kind of content is not taken here."
	case http.StatusServiceUnavailable:
		words.title, words.text = "Just a moment", "This can't be done right now. Please try again in a few seconds; nothing is lost."
	default:
		if status < http.StatusInternalServerError {
			words.title, words.text = "Not understood", "This request can't be understood. Please start again."
			break
		}
		words.title, words.text = "Something went wrong", "This is our fault, not yours, and it has been noted. Please try again."
	}
	return words
}
