package token_test

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// memory is a token.Store as its comments describe it.
type memory struct {
	clock clockwork.Clock

	mu   sync.Mutex
	rows map[meeting.GrantID]*row
	away int // so many SaveTokens fail

	authorities map[meeting.AccountID]meeting.Authority // Individual where there is none
	judged      int                                     // times one was read
}

type row struct {
	grant   meeting.Grant
	tokens  meeting.Tokens
	version int64
	owner   string
	until   time.Time
}

func (m *memory) with(id meeting.GrantID, do func(*row)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rows[id]
	if r == nil {
		return errs.New(errs.NotFound, "no grant %s", id)
	}
	do(r)
	return nil
}

func (m *memory) Grant(_ context.Context, account meeting.AccountID, service meeting.Service) (meeting.Grant, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rows {
		if r.grant.Account == account && r.grant.Service == service {
			return r.grant, nil
		}
	}
	return meeting.Grant{}, errs.New(errs.NotFound, "no grant")
}

func (m *memory) GrantByID(_ context.Context, id meeting.GrantID) (g meeting.Grant, err error) {
	err = m.with(id, func(r *row) { g = r.grant })
	return g, err
}

func (m *memory) Tokens(_ context.Context, id meeting.GrantID) (t meeting.Tokens, version int64, err error) {
	err = m.with(id, func(r *row) { t, version = r.tokens, r.version })
	return t, version, err
}

func (m *memory) LeaseTokens(_ context.Context, id meeting.GrantID, owner string, version int64, until time.Time) (ok bool, err error) {
	err = m.with(id, func(r *row) {
		if ok = r.version == version && (r.owner == "" || !m.clock.Now().Before(r.until)); ok {
			r.owner, r.until = owner, until
		}
	})
	return ok, err
}

func (m *memory) SaveTokens(ctx context.Context, id meeting.GrantID, owner string, version int64, t meeting.Tokens) (ok bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	err = m.with(id, func(r *row) {
		if m.away > 0 {
			return
		}
		if ok = r.version == version && r.owner == owner; ok {
			r.tokens, r.owner = t, ""
			r.version++
		}
	})
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.away > 0 {
		m.away--
		return false, errs.New(errs.Busy, "database away")
	}
	return ok, err
}

func (m *memory) FreeTokens(_ context.Context, id meeting.GrantID, owner string) error {
	return m.with(id, func(r *row) {
		if r.owner == owner {
			r.owner = ""
		}
	})
}

func (m *memory) EndGrant(_ context.Context, id meeting.GrantID, version int64, reason meeting.Reason) (err error) {
	missing := m.with(id, func(r *row) {
		if r.version != version {
			err = errs.New(errs.Conflict, "tokens were replaced")
			return
		}
		r.grant.State, r.grant.Reason = meeting.GrantDead, reason
	})
	return errors.Join(missing, err)
}

// replace is what a person who connects anew brings about.
func (m *memory) replace(id meeting.GrantID, t meeting.Tokens) {
	_ = m.with(id, func(r *row) {
		r.grant.State, r.grant.Reason = meeting.GrantLive, ""
		r.tokens, r.owner = t, ""
		r.version++
	})
}

func (m *memory) row(id meeting.GrantID) (copied row) {
	_ = m.with(id, func(r *row) { copied = *r })
	return copied
}

func (m *memory) Authority(_ context.Context, mailbox meeting.AccountID) (meeting.Authority, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.judged++
	if m.away > 0 {
		return "", errs.New(errs.Busy, "away")
	}
	return cmp.Or(m.authorities[mailbox], meeting.Individual), nil
}
