// Package graph is a thin client of Microsoft Graph: calendars, subscriptions,
// the signed-in person and a tenant's directory, as package meeting sees them. It
// decides nothing and remembers nothing; back-off belongs to the caller.
// https://learn.microsoft.com/graph/overview
package graph

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// Tokens gives access tokens. refused, if not empty, is a token that Graph has
// just answered with 401: a fresh one is wanted. Errors go to the caller of the
// client as they are.
type Tokens interface {
	// Token is for a mailbox; the empty authority is the one by which it is
	// kept at present.
	Token(ctx context.Context, mailbox meeting.AccountID, as meeting.Authority, refused meeting.Secret) (meeting.Secret, error)
	// TenantToken is the program's own, for a tenant.
	TenantToken(ctx context.Context, tenant meeting.TenantID, refused meeting.Secret) (meeting.Secret, error)
	// ForgetTenant has the tenant's next token issued anew.
	ForgetTenant(tenant meeting.TenantID)
}

// Config is what a Client needs.
type Config struct {
	BaseURL         string // of the national cloud, without "/v1.0": https://graph.microsoft.com
	NotificationURL string // where Graph posts changes, as it reaches us
	LifecycleURL    string // where Graph posts what befalls a subscription
	Tokens          Tokens
	Clock           clockwork.Clock

	HTTP    http.RoundTripper // nil: http.DefaultTransport
	Random  io.Reader         // for client-request-id, read by several goroutines; nil: none is sent
	Log     *slog.Logger      // a debug line for each call; nil: none
	Observe func(op string, status int, d time.Duration)
}

// Client calls Graph. All methods return errors of the kinds that
// syncer.Calendar names, with Graph's most specific code.
type Client struct {
	wire                          *wire.Client
	tokens                        Tokens
	notificationURL, lifecycleURL string
	gates                         gates
}

// New checks the configuration; errs.Invalid if BaseURL is neither https nor loopback.
func New(c Config) (*Client, error) {
	w, err := wire.New(wire.Config{
		Service: "graph", BaseURL: c.BaseURL, SentHeader: "client-request-id", GotHeader: "request-id",
		Clock: c.Clock, HTTP: c.HTTP, Random: c.Random, Log: c.Log, Observe: c.Observe,
	})
	if err != nil {
		return nil, err
	}
	return &Client{wire: w, tokens: c.Tokens, notificationURL: c.NotificationURL, lifecycleURL: c.LifecycleURL}, nil
}

// prefer asks for ids that survive moves; without it on each request, ids of
// both kinds mix. https://learn.microsoft.com/graph/outlook-immutable-id
const prefer = `IdType="ImmutableId"`

// do sends the call as the mailbox, by the authority it is kept by, and returns
// Graph's refusal as an error.
func (c *Client) do(ctx context.Context, mailbox meeting.AccountID, call wire.Call) (wire.Answer, error) {
	return c.doAs(ctx, mailbox, "", call, 1)
}

// doAs is do by that authority, for a call that counts as so many.
func (c *Client) doAs(ctx context.Context, mailbox meeting.AccountID, as meeting.Authority, call wire.Call, parts int) (wire.Answer, error) {
	if _, err := meeting.ParseAccountID(string(mailbox)); err != nil {
		return wire.Answer{}, err
	}
	leave, err := c.gates.enter(ctx, mailbox, parts)
	if err != nil {
		return wire.Answer{}, err
	}
	defer leave()
	if call.Header == nil {
		call.Header = http.Header{}
	}
	if _, said := call.Header["Prefer"]; !said {
		call.Header.Set("Prefer", prefer)
	}
	call.Token = func(ctx context.Context, refused meeting.Secret) (meeting.Secret, error) {
		return c.tokens.Token(ctx, mailbox, as, refused)
	}
	return c.send(ctx, call)
}

func (c *Client) send(ctx context.Context, call wire.Call) (wire.Answer, error) {
	a, err := c.wire.Do(ctx, call)
	if err == nil && !a.OK() {
		return a, c.refusal(call, a)
	}
	return a, err
}

// getAs reads JSON below /v1.0 into into.
func (c *Client) getAs(ctx context.Context, mailbox meeting.AccountID, as meeting.Authority, op, address string, into any) error {
	call := wire.Call{Op: op, Method: http.MethodGet, URL: address}
	a, err := c.doAs(ctx, mailbox, as, call, 1)
	if err != nil {
		return err
	}
	return wire.Decode(call, a, into)
}

// eventPath is the address of an event below the version. Application tokens
// know no /me, so the owner is always named.
func eventPath(mailbox meeting.AccountID, id meeting.EventID) string {
	return userPath(mailbox) + "/events/" + url.PathEscape(string(id))
}

func userPath(mailbox meeting.AccountID) string {
	return "/users/" + url.PathEscape(string(mailbox.Object()))
}

// query encodes as OData reads it: a space is %20, never +.
func query(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, "%c%s=%s", "?&"[min(i, 1)], pairs[i], strings.ReplaceAll(url.QueryEscape(pairs[i+1]), "+", "%20"))
	}
	return b.String()
}

// wrap names the call in front of an error.
func wrap(err *error, op string) { errs.Wrap(err, "graph: %s", op) }
