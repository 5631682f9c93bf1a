package webex

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/wire"
)

// refusal is Webex's error body. errors may be absent, and 429 is HTML.
// https://developer.webex.com/docs/basics#api-errors
type refusal struct {
	Message wire.Text `json:"message"`
	Errors  []struct {
		Description wire.Text `json:"description"`
		Code        wire.Text `json:"errorCode"` // of some services
	} `json:"errors"`
}

// passwordRefused, and then why, is what Webex says of a password that the
// site's rules do not allow.
const passwordRefused = "meeting password validation failed"

// Codes of errors that mean something to the caller.
const (
	CodePassword = "password" // it is about the password
	CodeTracking = "tracking" // it is about a tracking code
	CodeInterval = "interval" // an occurrence may not be moved so far
)

// phrases are what Webex says where its status says too little: that differs
// between answers, or is not documented. https://developer.webex.com/docs/meetings
var phrases = []struct {
	text string // in lower case
	kind errs.Kind
	code string // empty: Webex's own
}{
	{"meeting is in progress", errs.InProgress, ""},
	{"timezone offset in", errs.Invalid, ""}, // has been seen with status 404
	{"is before current time", errs.Invalid, ""},
	{"two_meeting_schedule_at_same_day", errs.Invalid, CodeInterval},
	{passwordRefused, errs.Invalid, CodePassword},
	// How a missing one is refused is not documented: by its name, or the property's.
	{"tracking code", errs.Invalid, CodeTracking},
	{"trackingcode", errs.Invalid, CodeTracking},
}

// refusal is the error of an answer that refuses. Webex's texts may repeat
// titles and addresses, so only known phrases get into it.
func (c *Client) refusal(call wire.Call, a wire.Answer) *errs.Error {
	e := c.wire.Refusal(call, a)
	if a.Status == http.StatusNotImplemented && !call.Write() {
		e.Kind, e.RetryAt = errs.Invalid, time.Time{} // will not pass, other than its neighbours
	}
	var r refusal
	_ = json.Unmarshal(a.Body, &r) // HTML, as of 429, says nothing
	said := []string{string(r.Message)}
	for _, one := range r.Errors {
		said = append(said, string(one.Description))
		if e.Code == "" && len(one.Code) <= 40 {
			e.Code = string(one.Code)
		}
	}
	text := strings.ToLower(strings.Join(said, "\n"))
	for _, p := range phrases {
		if a.Status < 500 && strings.Contains(text, p.text) {
			e.Kind = p.kind
			e.Message += ": " + p.text
			if p.code != "" {
				e.Code = p.code
			}
			break
		}
	}
	return e
}
