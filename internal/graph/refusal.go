package graph

import (
	"encoding/json"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/wire"
)

// refusal is Graph's error body. The message is for its developers and must
// not be matched on, one subscription conflict excepted.
// https://learn.microsoft.com/graph/errors
type refusal struct {
	Error failure `json:"error"`
}

type failure struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Inner   *failure `json:"innerError"` // "innererror" in some services; encoding/json takes both
}

// code is the most specific one: the innermost of Outlook's own, which begin
// with "Error", else the innermost that is not a number.
func (f *failure) code() string {
	var outlook, other string
	for ; f != nil; f = f.Inner {
		switch {
		case strings.HasPrefix(f.Code, "Error"):
			outlook = f.Code
		case strings.Trim(f.Code, "0123456789") != "":
			other = f.Code
		}
	}
	if outlook != "" {
		return outlook
	}
	return other
}

// refusal is the error of an answer, or of a batch's part, that refuses.
func (c *Client) refusal(call wire.Call, a wire.Answer) *errs.Error {
	e := c.wire.Refusal(call, a)
	var r refusal
	if json.Unmarshal(a.Body, &r) == nil { // gateways in front of Graph answer HTML
		e.Code = r.Error.code()
	}
	return e
}
