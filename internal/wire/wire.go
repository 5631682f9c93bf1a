// Package wire is the way out to a service on the internet: one JSON call at a
// time, with a bearer token that never leaves the configured address. It knows
// HTTP and no service; what an answer means is for its clients to say.
//
// It retries nothing but a call whose token was refused, once, with a fresh
// token: back-off belongs to the caller.
package wire

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
)

const (
	maxAnswer = 10 << 20 // bytes, after decompression
	timeout   = 30 * time.Second
	userAgent = "webex-scheduler"
)

// Config is what a Client needs. BaseURL, Clock and Service are required.
type Config struct {
	Service string // first word of log lines and errors, e.g. "graph"
	// BaseURL is scheme, host, port and perhaps the path below which all calls
	// go. Tokens are sent to this scheme, host and port alone. Plain http is
	// for loopback hosts.
	BaseURL    string
	SentHeader string // request header that carries our id of the call
	GotHeader  string // answer's header that carries the service's id of the call

	Clock   clockwork.Clock
	HTTP    http.RoundTripper // nil: http.DefaultTransport
	Random  io.Reader         // for the ids of calls, read by several goroutines; nil: they carry none
	Timeout time.Duration     // of one call; 0: 30 s
	Log     *slog.Logger      // one debug line a call; nil: none
	// Observe is told of each call; status is 0 if there was no answer.
	Observe func(op string, status int, d time.Duration)
}

// Client calls one service.
type Client struct {
	conf Config
	base *url.URL
}

// New checks the configuration. errs.Invalid: BaseURL is not an https address,
// or an http one that is not on loopback.
func New(c Config) (*Client, error) {
	base, err := parseBase(c.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Service, err)
	}
	if c.HTTP == nil {
		c.HTTP = http.DefaultTransport
	}
	if c.Timeout == 0 {
		c.Timeout = timeout
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Client{conf: c, base: base}, nil
}

func parseBase(s string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(s, "/"))
	switch {
	case err != nil:
		return nil, errs.New(errs.Invalid, "base address is not a URL")
	case u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "":
		return nil, errs.New(errs.Invalid, "base address: want scheme, host and perhaps a path")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, errs.New(errs.Invalid, "base address: plain http is for loopback hosts only")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errs.New(errs.Invalid, "base address: want https")
	}
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// resolve makes an address of a call's: below the base, or a link that the
// service gave, which is followed only to the same scheme, host and port.
func (c *Client) resolve(address string) (*url.URL, error) {
	if strings.HasPrefix(address, "/") {
		address = c.base.String() + address
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, errs.New(errs.Internal, "link is not a URL")
	}
	same := u.Scheme == c.base.Scheme && strings.EqualFold(u.Hostname(), c.base.Hostname()) && port(u) == port(c.base)
	if !same || u.User != nil {
		return nil, errs.New(errs.Internal, "link leads to another server")
	}
	return u, nil
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}
