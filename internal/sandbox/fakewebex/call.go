package fakewebex

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// call is one request while it is being answered.
type call struct {
	r          *http.Request
	body       []byte
	id         string // the {id} of the path
	query      url.Values
	now        time.Time
	base       string // own address, without a trailing slash
	trackingID string

	person *Person // of the token; nil without
	host   *Person // for whom the call acts: the token's person, or who hostEmail names
	behalf bool    // hostEmail, or userEmail, names the host
	admin  bool    // the token has the route's admin scope, its person the role
	client string  // client id of the token
	scopes []string

	header     http.Header // of the answer
	unexpected []string
	actor      string
	note       string // of the trace entry
	fault      string
}

func (c *call) complain(format string, args ...any) {
	c.unexpected = append(c.unexpected,
		fmt.Sprintf("fakewebex: %s %s: ", c.r.Method, c.r.URL.Path)+fmt.Sprintf(format, args...))
}

// notModelled refuses what Webex can do and this server cannot, loudly.
func (c *call) notModelled(what string) error {
	c.complain("not modelled: %s", what)
	return invalid("The sandbox does not model %s.", what)
}

// checkQuery complains about parameters that Webex would ignore in silence.
func (c *call) checkQuery(known []string) {
	for _, name := range slices.Sorted(maps.Keys(c.query)) {
		if !slices.Contains(known, name) {
			c.complain("unknown query parameter %q is ignored", name)
		}
		if len(c.query[name]) > 1 {
			c.complain("query parameter %q is given twice", name)
		}
	}
}

// flag reads a boolean query parameter.
func (c *call) flag(name string, absent bool) (bool, error) {
	switch v := c.query.Get(name); v {
	case "":
		return absent, nil
	case "true":
		return true, nil
	case "false":
		return false, nil
	default:
		return false, invalid("Parameter '%s' must be true or false.", name)
	}
}

// zone is the one that the header timezone asks answers in, UTC without.
// https://developer.webex.com/docs/api/v1/meetings/get-a-meeting
func (c *call) zone() (*time.Location, error) {
	name := c.r.Header.Get("timezone")
	if name == "" {
		return time.UTC, nil
	}
	loc, ok := loadZone(name)
	if !ok {
		return nil, invalid("Header 'timezone' is invalid: '%s'.", name)
	}
	return loc, nil
}

// json reads the body, an object. Properties outside known are dropped with a
// complaint: Webex ignores them without a word, so a misspelt one has no effect.
func (c *call) json(known []string, types ...string) (fields, error) {
	mediaType, _, _ := strings.Cut(c.r.Header.Get("Content-Type"), ";")
	if !slices.Contains(append(types, "application/json"), strings.ToLower(strings.TrimSpace(mediaType))) {
		c.complain("content type is %q", mediaType)
		return nil, refuse(http.StatusUnsupportedMediaType, "The request was made to a resource without specifying a media type or used a media type that is not supported.")
	}
	var f fields
	if err := json.Unmarshal(c.body, &f); err != nil || f == nil {
		c.complain("the body is not a JSON object")
		return nil, malformed("The request body is not a JSON object.")
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if !slices.Contains(known, name) {
			c.complain("unknown property %q is ignored", name)
			delete(f, name)
		}
	}
	return f, nil
}
