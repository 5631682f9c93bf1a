// Package webex is a thin client of the Webex meetings API: meetings and their
// invitees, Personal Rooms and what a site offers, the person who linked an account, and who of an organisation may
// host, as package meeting sees them. What it does is done for a meeting.Host:
// the grant's own person, or somebody whose administrator gave the grant.
// No call of it makes Webex mail anybody. It decides nothing and remembers
// nothing; back-off belongs to the caller.
// https://developer.webex.com/docs/meetings
package webex

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// Tokens gives access tokens of a grant. refused, if not empty, is a token
// that Webex has just answered with 401: a fresh one is wanted. Its errors go
// to the caller of the client as they are.
type Tokens interface {
	Token(ctx context.Context, grant meeting.GrantID, refused meeting.Secret) (meeting.Secret, error)
}

// Config is what a Client needs.
type Config struct {
	BaseURL string // without "/v1": https://webexapis.com
	Tokens  Tokens
	Clock   clockwork.Clock

	HTTP    http.RoundTripper // nil: http.DefaultTransport
	Random  io.Reader         // for TrackingID, read by several goroutines; nil: none is sent
	Log     *slog.Logger      // a debug line for each call; nil: none
	Observe func(op string, status int, d time.Duration)
}

// Client calls Webex. All methods return errors of the kinds that
// syncer.Meetings names.
type Client struct {
	wire   *wire.Client
	tokens Tokens
	clock  clockwork.Clock
}

// New checks the configuration; errs.Invalid if BaseURL is neither https nor loopback.
func New(c Config) (*Client, error) {
	w, err := wire.New(wire.Config{
		Service: "webex", BaseURL: c.BaseURL, SentHeader: "TrackingID", GotHeader: "TrackingID",
		Clock: c.Clock, HTTP: c.HTTP, Random: c.Random, Log: c.Log, Observe: c.Observe,
	})
	if err != nil {
		return nil, err
	}
	return &Client{wire: w, tokens: c.Tokens, clock: c.Clock}, nil
}

// token is the one of a grant, for a call.
func (c *Client) token(grant meeting.GrantID) wire.Token {
	return func(ctx context.Context, refused meeting.Secret) (meeting.Secret, error) {
		return c.tokens.Token(ctx, grant, refused)
	}
}

// given is a token that belongs to no grant yet.
func given(token meeting.Secret) wire.Token {
	return func(_ context.Context, refused meeting.Secret) (meeting.Secret, error) {
		if !refused.Empty() {
			return meeting.Secret{}, errs.New(errs.SignedOut, "token refused")
		}
		return token, nil
	}
}

// do sends the call and returns Webex's refusal as an error; into, if not nil,
// takes the answer.
func (c *Client) do(ctx context.Context, call wire.Call, into any) (wire.Answer, error) {
	a, err := c.wire.Do(ctx, call)
	switch {
	case err != nil:
		return a, err
	case !a.OK():
		return a, c.refusal(call, a)
	case into == nil:
		return a, nil
	}
	return a, wire.Decode(call, a, into)
}

func meetingPath(id meeting.MeetingID) string { return "/v1/meetings/" + url.PathEscape(string(id)) }

// maxPages is more than any list of ours has; a server may go round in circles.
const maxPages = 10_000

// list reads all pages of items.
func list[T any](ctx context.Context, c *Client, host meeting.Host, op, address string) ([]T, error) {
	var all []T
	err := eachPage(ctx, c, host, op, address, func(items []T) error {
		all = append(all, items...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// eachPage hands over page after page, following the next links as they are. A
// page may be empty and still have one. https://developer.webex.com/docs/basics#pagination
func eachPage[T any](ctx context.Context, c *Client, host meeting.Host, op, address string, take func([]T) error) error {
	for range maxPages {
		var page struct {
			Items []T `json:"items"`
		}
		a, err := c.act(ctx, host, wire.Call{Op: op, Method: http.MethodGet, URL: address}, &page)
		if err != nil {
			return err
		}
		if err := take(page.Items); err != nil {
			return err
		}
		if address = wire.Next(a.Header); address == "" {
			return nil
		}
	}
	return errs.New(errs.Internal, "over %d pages", maxPages)
}

// wrap names the call in front of an error.
func wrap(err *error, op string) { errs.Wrap(err, "webex: %s", op) }
