package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
)

// Token gives the bearer token of a call. refused, if not empty, is the one
// that the service has just refused: a fresh one is wanted.
type Token func(ctx context.Context, refused meeting.Secret) (meeting.Secret, error)

// Call is one request.
type Call struct {
	Op     string // for log and metrics, e.g. "list events"
	Method string
	URL    string // path and query below the base address, or a link of the service's own
	Header http.Header
	Body   any // sent as JSON; nil: none
	Token  Token
	// ReadOnly tells that a call other than GET changes nothing.
	ReadOnly bool
	// Refused, if set, reports whether an answer other than 401 says that the
	// token was refused.
	Refused func(Answer) bool
}

// Write reports whether the call may change something.
func (c Call) Write() bool { return c.Method != http.MethodGet && !c.ReadOnly }

// Answer is what came back, whatever its status.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// OK reports whether the call was successful.
func (a Answer) OK() bool { return a.Status >= 200 && a.Status < 300 }

// Do sends the call and returns the answer, also one that refuses: see
// Refusal. A refused token is asked for anew and the call sent once more.
//
// Errors: those of Token; without an answer errs.Unavailable, or
// errs.Uncertain for a write that may have reached the service; errs.TooLarge
// for an answer over 10 MiB; errs.Internal for an address that is not the
// service's.
func (c *Client) Do(ctx context.Context, call Call) (Answer, error) {
	target, err := c.resolve(call.URL)
	if err != nil {
		return Answer{}, err
	}
	var body []byte
	if call.Body != nil {
		if body, err = json.Marshal(call.Body); err != nil {
			return Answer{}, fmt.Errorf("encode: %w", err)
		}
	}
	var token meeting.Secret
	for attempt := 1; ; attempt++ {
		if token, err = call.Token(ctx, token); err != nil {
			return Answer{}, err
		}
		a, err := c.send(ctx, call, target, body, token)
		refused := err == nil && (a.Status == http.StatusUnauthorized || call.Refused != nil && call.Refused(a))
		if !refused || attempt == 2 {
			return a, err
		}
	}
}

func (c *Client) send(ctx context.Context, call Call, target *url.URL, body []byte, token meeting.Secret) (a Answer, err error) {
	began := c.conf.Clock.Now()
	defer func() { c.report(ctx, call, a, c.conf.Clock.Since(began), err) }()

	// Not the injected clock: the network does not know of it.
	ctx, cancel := context.WithTimeout(ctx, c.conf.Timeout)
	defer cancel()
	var conn struct{ wanted, got bool }
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { conn.wanted = true },
		GotConn: func(httptrace.GotConnInfo) { conn.got = true },
	})
	req, err := c.request(ctx, call, target, body, token)
	if err != nil {
		return Answer{}, err
	}
	// A transport follows no redirects, keeps no cookies and adds no Referer.
	res, err := c.conf.HTTP.RoundTrip(req)
	if err != nil {
		unsent := conn.wanted && !conn.got
		return Answer{}, lost(call, unsent, err)
	}
	defer res.Body.Close()
	a = Answer{Status: res.StatusCode, Header: res.Header}
	a.Body, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case a.Status >= 400: // a refusal stands even if its reasons are lost
		return a, nil
	case err != nil:
		return a, lost(call, false, err)
	case len(a.Body) > maxAnswer && call.Write():
		return a, errs.New(errs.Uncertain, "answer over %d MiB", maxAnswer>>20)
	case len(a.Body) > maxAnswer:
		return a, errs.New(errs.TooLarge, "answer over %d MiB", maxAnswer>>20)
	}
	return a, nil
}

func (c *Client) request(ctx context.Context, call Call, target *url.URL, body []byte, token meeting.Secret) (*http.Request, error) {
	var content io.Reader
	if body != nil {
		content = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, call.Method, target.String(), content)
	if err != nil {
		return nil, errs.New(errs.Internal, "no request: %s", call.Method)
	}
	for name, values := range call.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Authorization", "Bearer "+token.Reveal())
	if c.conf.Random != nil {
		id, err := newID(c.conf.Random)
		if err != nil {
			return nil, fmt.Errorf("id of a call: %w", err)
		}
		req.Header.Set(c.conf.SentHeader, id)
	}
	return req, nil
}

// newID draws a version 4 UUID.
func newID(random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", err
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

// lost is the error of a call without a whole answer.
func lost(call Call, unsent bool, err error) *errs.Error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err // its text has the address, and that names people
	}
	kind, what := errs.Unavailable, "no answer"
	switch {
	case unsent:
		what = "no connection"
	case call.Write():
		kind = errs.Uncertain
	}
	return &errs.Error{Kind: kind, Message: what + ": " + err.Error(), Err: err}
}

func (c *Client) report(ctx context.Context, call Call, a Answer, took time.Duration, err error) {
	if c.conf.Observe != nil {
		c.conf.Observe(call.Op, a.Status, took)
	}
	result := strconv.Itoa(a.Status)
	if err != nil {
		result = string(errs.KindOf(err))
	}
	receipt.BookOf(ctx).Note(c.conf.Clock.Now(), c.conf.Service, call.Op, result)
	attrs := []slog.Attr{
		slog.String("service", c.conf.Service), slog.String("operation", call.Op),
		slog.Int("status", a.Status), slog.Duration("duration", took),
	}
	if id := c.requestID(a); id != "" {
		attrs = append(attrs, slog.String("request_id", id))
	}
	if err != nil {
		attrs = append(attrs, slog.String("reason", string(errs.KindOf(err))))
	}
	c.conf.Log.LogAttrs(ctx, slog.LevelDebug, "call", attrs...)
}
