// Package token gives out access tokens of grants and renews them: one refresh
// at a time for a grant, in this process and among all processes that share
// the store. It decides when a grant is dead; what the services' answers mean
// it leaves to its Refreshers, and sealing to the store. Beside them it keeps
// the program's own tokens for tenants.
package token

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// Store keeps grants and their tokens. A missing one is errs.NotFound.
type Store interface {
	// Grant returns the account's newest grant for the service, live or not.
	Grant(ctx context.Context, account meeting.AccountID, service meeting.Service) (meeting.Grant, error)
	GrantByID(ctx context.Context, id meeting.GrantID) (meeting.Grant, error)
	// Tokens also returns their version, which each save raises.
	Tokens(ctx context.Context, id meeting.GrantID) (meeting.Tokens, int64, error)
	// LeaseTokens reserves the refresh for owner until then; false if the
	// version is another one or somebody else's lease is not over.
	LeaseTokens(ctx context.Context, id meeting.GrantID, owner string, version int64, until time.Time) (bool, error)
	// SaveTokens replaces the tokens and ends the lease; false, and nothing
	// changed, if the version is another one or the lease is not owner's.
	SaveTokens(ctx context.Context, id meeting.GrantID, owner string, version int64, tokens meeting.Tokens) (bool, error)
	// FreeTokens ends owner's lease, if it is still owner's.
	FreeTokens(ctx context.Context, id meeting.GrantID, owner string) error
	// EndGrant makes the grant dead; errs.Conflict, and nothing changed, if the
	// version is another one.
	EndGrant(ctx context.Context, id meeting.GrantID, version int64, reason meeting.Reason) error
	// Authority returns on whose yes the mailbox is kept in step; Individual
	// for one that is not kept.
	Authority(ctx context.Context, mailbox meeting.AccountID) (meeting.Authority, error)
}

// Refresher trades a refresh token for new tokens. Of its errors only
// errs.SignedOut says that the token is refused for good; one in the chain may
// have a method Reason() meeting.Reason that says why.
type Refresher interface {
	Refresh(ctx context.Context, grant meeting.Grant, refresh meeting.Secret) (meeting.Tokens, error)
}

// Config is what a Source needs.
type Config struct {
	Store     Store
	Microsoft Refresher
	Webex     Refresher
	Tenants   Issuer
	Owner     string // names this Source in leases; no other has the same
	Clock     clockwork.Clock
	Log       *slog.Logger // one line for each refresh; nil: none
}

// Source gives out access tokens. It is safe for concurrent use.
type Source struct {
	conf   Config
	leases atomic.Int64 // numbers them

	mu          sync.Mutex
	entries     map[meeting.GrantID]*entry
	mailboxes   map[meeting.AccountID]meeting.GrantID // of Microsoft grants, as last seen
	tenants     map[meeting.TenantID]*application
	authorities map[meeting.AccountID]judged
}

// New makes a Source.
func New(c Config) *Source {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Source{
		conf: c, entries: make(map[meeting.GrantID]*entry), mailboxes: make(map[meeting.AccountID]meeting.GrantID),
		tenants: make(map[meeting.TenantID]*application), authorities: make(map[meeting.AccountID]judged),
	}
}

// Token returns an access token of the grant. If refused is not empty it is
// the one that the service has just refused: another one is wanted. It may
// wait for a refresh, its own or somebody else's; a refresh that has begun is
// seen through even when ctx ends, since losing its answer may cost the grant.
//
//	SignedOut    there is no such grant, or it is dead
//	Throttled    the token service said so; maybe with a time
//	Unavailable  the token service does not answer
//	Internal     it refuses our own registration
//	Busy, ...    from the store
func (s *Source) Token(ctx context.Context, id meeting.GrantID, refused meeting.Secret) (_ meeting.Secret, err error) {
	defer errs.Wrap(&err, "token: of grant %s", id)
	e := s.entry(id)
	if token, ok := e.fresh(s.conf.Clock.Now(), refused); ok {
		return token, nil
	}
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return meeting.Secret{}, ctx.Err()
	}
	if token, ok := e.fresh(s.conf.Clock.Now(), refused); ok {
		return token, nil // somebody else's turn brought it
	}
	token, err := s.take(ctx, e, id, refused)
	if errs.Is(err, errs.SignedOut) {
		s.forget(id)
	}
	return token, err
}

func (s *Source) entry(id meeting.GrantID) *entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entries[id]
	if e == nil {
		e = &entry{turn: make(chan struct{}, 1)}
		s.entries[id] = e
	}
	return e
}

// forget drops what is known of a dead grant. Those who wait for their turn
// find out for themselves.
func (s *Source) forget(id meeting.GrantID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.entries, id)
}

// absent makes of a grant that is not there one that has to be given again.
func absent(err error) error {
	if errs.Is(err, errs.NotFound) {
		return &errs.Error{Kind: errs.SignedOut, Message: "token: no grant", Err: err}
	}
	return err
}

// reasonOf returns why the Refresher says that a grant is dead.
func reasonOf(err error) meeting.Reason {
	var why interface{ Reason() meeting.Reason }
	if errors.As(err, &why) && why.Reason() != "" {
		return why.Reason()
	}
	return meeting.GrantRevoked
}
