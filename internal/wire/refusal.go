package wire

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
)

// Refusal is the error of an answer that is not OK, by its status alone; the
// client of a service that says more adds Code or changes Kind.
func (c *Client) Refusal(call Call, a Answer) *errs.Error {
	e := &errs.Error{Kind: kindOf(a.Status, call.Write())}
	word := string(e.Kind)
	if e.Kind == errs.Internal {
		word = "unforeseen answer"
	}
	e.Message = fmt.Sprintf("%s: status %d", word, a.Status)
	if id := c.requestID(a); id != "" {
		e.Message += ", request " + id
	}
	switch e.Kind {
	case errs.Throttled, errs.Unavailable, errs.Uncertain:
		e.RetryAt = RetryAt(a.Header.Get("Retry-After"), c.conf.Clock.Now())
	}
	return e
}

func kindOf(status int, write bool) errs.Kind {
	switch {
	case status == http.StatusUnauthorized:
		return errs.SignedOut
	case status == http.StatusForbidden:
		return errs.Forbidden
	case status == http.StatusNotFound:
		return errs.NotFound
	case status == http.StatusGone:
		return errs.Gone
	case status == http.StatusConflict, status == http.StatusPreconditionFailed:
		return errs.Conflict
	case status == http.StatusTooManyRequests, status == http.StatusLocked,
		status == 509: // bandwidth limit exceeded: https://learn.microsoft.com/graph/errors
		return errs.Throttled
	case status >= 500 || status == http.StatusRequestTimeout:
		if write {
			return errs.Uncertain
		}
		return errs.Unavailable
	case status >= 400:
		return errs.Invalid
	}
	return errs.Internal // a redirect, which is not followed, or stranger
}

// Decode reads the JSON of an answer that is OK. errs.Internal, or for a write
// errs.Uncertain: it is not what was expected.
func Decode(call Call, a Answer, into any) error {
	if err := json.Unmarshal(a.Body, into); err != nil {
		kind := errs.Internal
		if call.Write() {
			kind = errs.Uncertain
		}
		return errs.New(kind, "unforeseen answer: %w", err)
	}
	return nil
}

const maxWait = 24 * time.Hour

// RetryAt reads a Retry-After header, seconds or a date, and caps it at 24 h
// from now. Zero: it names no time.
// https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
func RetryAt(header string, now time.Time) time.Time {
	header = strings.TrimSpace(header)
	at, err := http.ParseTime(header)
	if err != nil {
		seconds, err := strconv.ParseFloat(header, 64) // whole ones, says the page
		if err != nil || math.IsNaN(seconds) || seconds < 0 {
			return time.Time{}
		}
		at = now.Add(time.Duration(min(math.Ceil(seconds), maxWait.Seconds())) * time.Second)
	}
	if at.Before(now) {
		return now
	}
	if latest := now.Add(maxWait); at.After(latest) {
		return latest
	}
	return at
}

// requestID is the service's id of the call, fit for a log.
func (c *Client) requestID(a Answer) string {
	id := a.Header.Get(c.conf.GotHeader)
	for _, r := range id {
		if r <= ' ' || r > '~' {
			return ""
		}
	}
	return id[:min(len(id), 80)]
}
