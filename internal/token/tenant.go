package token

import (
	"context"
	"log/slog"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

const keyTenant = "tenant_id"

// Issuer gives tokens of the program alone for a tenant. Its errors are those
// of a Refresher; errs.SignedOut says that the tenant does not let us in.
type Issuer interface {
	AppToken(ctx context.Context, tenant meeting.TenantID) (meeting.Tokens, error)
}

// application is what this process knows of a tenant's token. Nothing of it is
// stored: each process asks for its own.
type application struct {
	entry
	refusedAt time.Time // when its token last took the place of a refused one
}

// TenantToken returns the program's own token for the tenant. If refused is not
// empty it is the one that the service has just refused: another one is given
// in its place once, since a tenant that refuses a new token too has thrown us
// out, and thousands of mailboxes would ask again and again.
//
//	SignedOut    the tenant does not let us in; the cause may have a Reason
//	Throttled    the token service said so; maybe with a time
//	Unavailable  it does not answer
//	Internal     it refuses our own registration, or there is no certificate
func (s *Source) TenantToken(ctx context.Context, tenant meeting.TenantID, refused meeting.Secret) (_ meeting.Secret, err error) {
	defer errs.Wrap(&err, "token: of tenant %s", tenant)
	a := s.application(tenant)
	if token, wanted, err := a.next(s.conf.Clock.Now(), refused); !wanted {
		return token, err
	}
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return meeting.Secret{}, ctx.Err()
	}
	now := s.conf.Clock.Now()
	if token, wanted, err := a.next(now, refused); !wanted {
		return token, err // somebody else's turn brought it
	}
	replaces := !refused.Empty() && refused == a.access
	if replaces && now.Before(a.refusedAt.Add(believed)) {
		return meeting.Secret{}, &errs.Error{Kind: errs.SignedOut, Message: "a new token is refused too"}
	}
	fresh, err := s.conf.Tenants.AppToken(ctx, tenant)
	if err != nil && ctx.Err() != nil {
		return meeting.Secret{}, err // whoever asked went away
	}
	s.reportTenant(ctx, tenant, s.conf.Clock.Since(now), err)
	now = s.conf.Clock.Now()
	if err == nil {
		if replaces {
			a.refusedAt = now
		}
		a.remember(now, meeting.Microsoft, fresh, a.version+1)
		return fresh.Access, nil
	}
	a.pause(now, err)
	if token, ok := a.fallback(now, refused); ok && !errs.Is(err, errs.SignedOut) {
		return token, nil
	}
	return meeting.Secret{}, err
}

// ForgetTenant drops the tenant's token, so that the next one has the
// permissions of its day. What the token service asked us to wait for is kept.
func (s *Source) ForgetTenant(tenant meeting.TenantID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.tenants[tenant]
	delete(s.tenants, tenant) // a call that is under way now brings an old token to nobody
	if old == nil {
		return
	}
	old.mu.Lock()
	defer old.mu.Unlock()
	if errs.Is(old.failed, errs.Throttled) {
		a := newApplication()
		a.failed, a.pauseEnd = old.failed, old.pauseEnd
		s.tenants[tenant] = a
	}
}

func (s *Source) application(tenant meeting.TenantID) *application {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.tenants[tenant]
	if a == nil {
		a = newApplication()
		s.tenants[tenant] = a
	}
	return a
}

func newApplication() *application {
	return &application{entry: entry{turn: make(chan struct{}, 1)}}
}

func (s *Source) reportTenant(ctx context.Context, tenant meeting.TenantID, took time.Duration, err error) {
	attrs := []slog.Attr{slog.String(keyTenant, string(tenant)), slog.Duration(keyDuration, took)}
	if code := errs.CodeOf(err); code != "" {
		attrs = append(attrs, slog.String(keyCode, code))
	}
	level, text := slog.LevelDebug, "token of a tenant issued"
	switch {
	case errs.Is(err, errs.SignedOut):
		level, text = slog.LevelWarn, "tenant does not let us in"
		attrs = append(attrs, slog.String(keyReason, string(reasonOf(err))))
	case errs.Is(err, errs.Internal):
		level, text = slog.LevelError, "token service refuses our own registration or request"
		attrs = append(attrs, slog.String(keyError, err.Error()))
	case err != nil:
		level, text = slog.LevelWarn, "no token of a tenant for now"
		attrs = append(attrs, slog.String(keyReason, string(errs.KindOf(err))), slog.String(keyError, err.Error()))
	}
	s.conf.Log.LogAttrs(ctx, level, text, attrs...)
}
