package fakewebex

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"webex-scheduler/internal/sandbox/trace"
)

// Handles reports whether path belongs to Webex: all fakes share one base URL.
func Handles(path string) bool { return strings.HasPrefix(path, "/v1/") }

const maxBody = 1 << 20

// reply is a finished answer, made with the lock held and sent without.
type reply struct {
	status      int
	contentType string
	body        []byte
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return // the caller went away
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var fault *Fault
	if s.OnRequest != nil {
		fault = s.OnRequest(r)
	}

	s.lock()
	c := s.newCall(r, body)
	if fault == nil {
		fault = s.weather(c)
	}
	there := true
	if fault != nil && fault.Delay > 0 && !fault.After {
		s.mu.Unlock()
		there = s.wait(r.Context(), fault)
		s.lock()
		c.now = s.Clock.Now()
	}
	var res reply
	var wrote bool
	if there && (fault == nil || fault.After || fault.delays()) {
		res, wrote = s.answer(c)
	}
	if fault != nil {
		if !fault.delays() {
			res = fault.reply(c)
		}
		c.fault = fault.name()
	}
	s.trace(trace.Entry{Service: trace.Webex, Actor: c.actor, Method: r.Method, Path: tracePath(r.URL),
		Status: res.status, Write: wrote, Fault: c.fault, Note: c.traceNote()})
	s.mu.Unlock()

	if s.Unexpected != nil {
		for _, msg := range c.unexpected {
			s.Unexpected(msg)
		}
	}
	if fault != nil && fault.Delay > 0 && fault.After {
		there = s.wait(r.Context(), fault)
	}
	switch {
	case !there:
		panic(http.ErrAbortHandler)
	case fault != nil && fault.Hang:
		<-r.Context().Done()
		return
	case fault != nil && fault.Reset:
		panic(http.ErrAbortHandler) // net/http's way to cut a connection
	}
	for name, values := range c.header {
		w.Header()[name] = values
	}
	w.Header().Set("TrackingID", c.trackingID)
	if res.contentType != "" {
		w.Header().Set("Content-Type", res.contentType)
	}
	w.WriteHeader(res.status)
	w.Write(res.body)
}

func (s *Server) newCall(r *http.Request, body []byte) *call {
	c := &call{r: r, body: body, query: r.URL.Query(), now: s.Clock.Now(), header: http.Header{}}
	// A TrackingID sent by the caller is taken over (seen, not documented).
	if c.trackingID = r.Header.Get("TrackingID"); c.trackingID == "" {
		c.trackingID = "ROUTERGW_" + s.uuid()
	}
	if c.base = s.BaseURL; c.base == "" {
		c.base = "http://" + r.Host
	}
	if t := s.bearer(r); t != nil {
		c.actor = t.grant.person.Email // whatever comes of the call
	}
	return c
}

// answer does the call and reports whether it changed something.
func (s *Server) answer(c *call) (reply, bool) {
	s.forget(c.now)
	rt, err := s.enter(c)
	var v any
	if err == nil {
		v, err = rt.handle(s, c)
	}
	var no *refusal
	if errors.As(err, &no) {
		if c.note == "" {
			c.note = no.Error()
		}
		return s.refusalReply(c, no), false
	}
	switch v := v.(type) {
	case nil:
		return reply{status: http.StatusNoContent}, rt.write
	case page:
		return reply{v.status, "text/html; charset=utf-8", v.html}, false
	case redirect:
		c.header.Set("Location", string(v))
		return reply{status: http.StatusFound}, false
	case several:
		return reply{http.StatusMultiStatus, jsonType(c), s.encode(object{"items": v.items})}, v.write
	default:
		return reply{http.StatusOK, jsonType(c), s.encode(v)}, rt.write
	}
}

// enter is the door: path, token, rate, scope and query.
func (s *Server) enter(c *call) (*route, error) {
	rt, id, others := findRoute(c.r.Method, c.r.URL.Path)
	switch {
	case rt == nil && others:
		c.complain("method not allowed")
		return nil, refuse(http.StatusMethodNotAllowed, "The request was made to a resource using an HTTP request method that is not supported.")
	case rt == nil:
		c.complain("unknown path")
		return nil, refuse(http.StatusNotFound, textNotFound)
	case rt.handle == nil:
		c.complain("not modelled")
		return nil, refuse(http.StatusNotFound, textNotFound)
	}
	c.id = id
	c.checkQuery(rt.query)
	if rt.scope == "" && rt.admin == "" {
		return rt, nil
	}
	c.checkPlace()
	if err := s.authenticate(c); err != nil {
		return nil, err
	}
	if err := s.limitRate(c); err != nil {
		return nil, err
	}
	return rt, c.needScope(rt)
}

func (s *Server) refusalReply(c *call, no *refusal) reply {
	if no.retryAfter > 0 {
		c.header.Set("Retry-After", strconv.Itoa(no.retryAfter))
	}
	if no.status == http.StatusTooManyRequests {
		return reply{no.status, "text/html", tooMany}
	}
	if s.RFCErrors && no.oauth != "" {
		return reply{no.status, "application/json", s.encode(object{"error": no.oauth, "error_description": no.Error()})}
	}
	return reply{no.status, jsonType(c), s.encode(no.body(c.trackingID))}
}

// jsonType is what the meeting services and the others answer.
func jsonType(c *call) string {
	if strings.HasPrefix(c.r.URL.Path, "/v1/meeting") || strings.HasPrefix(c.r.URL.Path, "/v1/admin/meeting/") {
		return "application/json;charset=UTF-8"
	}
	return "application/json"
}

// tooMany is the body of 429: text/html, not JSON.
// https://developer.webex.com/docs/basics#rate-limiting
var tooMany = []byte("<html><head><title>429 Too Many Requests</title></head><body><h1>429 Too Many Requests</h1></body></html>\n")

// tracePath is path and query without what lets somebody in.
func tracePath(u *url.URL) string {
	q := u.Query()
	for _, secret := range []string{"code", "state", "nonce", "code_challenge", "access_token", "client_secret", "refresh_token"} {
		if q.Has(secret) {
			q.Set(secret, "…")
		}
	}
	if len(q) == 0 {
		return u.Path
	}
	text, err := url.QueryUnescape(q.Encode()) // for people to read
	if err != nil {
		return u.Path
	}
	return fmt.Sprintf("%s?%s", u.Path, text)
}
