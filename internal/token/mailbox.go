package token

import (
	"context"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// Mailboxes gives out access tokens for mailboxes, on the yes of their person
// or of their tenant, and for tenants.
type Mailboxes struct{ source *Source }

// Mailboxes returns the view of s by mailbox.
func (s *Source) Mailboxes() Mailboxes { return Mailboxes{s} }

// judged is on whose yes a mailbox is worked, as last read.
type judged struct {
	as meeting.Authority
	at time.Time
}

// Token returns a token for the mailbox: the tenant's for meeting.TenantWide,
// that of the newest Microsoft grant for meeting.Individual, and for the empty
// authority that of the one by which the mailbox is kept. Errors are those of
// Source.Token and Source.TenantToken. A mailbox may have moved to another's yes
// since that was read: errs.SignedOut is believed only of a fresh reading.
func (m Mailboxes) Token(ctx context.Context, mailbox meeting.AccountID, as meeting.Authority, refused meeting.Secret) (meeting.Secret, error) {
	if as != "" {
		return m.on(ctx, mailbox, as, refused)
	}
	as, remembered, err := m.authority(ctx, mailbox)
	if err != nil {
		return meeting.Secret{}, err
	}
	token, err := m.on(ctx, mailbox, as, refused)
	if !remembered || !errs.Is(err, errs.SignedOut) {
		return token, err
	}
	m.forget(mailbox)
	now, _, away := m.authority(ctx, mailbox)
	if away != nil || now == as {
		return token, err
	}
	return m.on(ctx, mailbox, now, refused)
}

// on returns a token for the mailbox on the yes of as.
func (m Mailboxes) on(ctx context.Context, mailbox meeting.AccountID, as meeting.Authority, refused meeting.Secret) (meeting.Secret, error) {
	if as == meeting.TenantWide {
		return m.source.TenantToken(ctx, mailbox.Tenant(), refused)
	}
	return m.individual(ctx, mailbox, refused)
}

// forget drops what was read of the mailbox's authority.
func (m Mailboxes) forget(mailbox meeting.AccountID) {
	m.source.mu.Lock()
	defer m.source.mu.Unlock()
	delete(m.source.authorities, mailbox)
}

// TenantToken is Source.TenantToken.
func (m Mailboxes) TenantToken(ctx context.Context, tenant meeting.TenantID, refused meeting.Secret) (meeting.Secret, error) {
	return m.source.TenantToken(ctx, tenant, refused)
}

// ForgetTenant is Source.ForgetTenant.
func (m Mailboxes) ForgetTenant(tenant meeting.TenantID) { m.source.ForgetTenant(tenant) }

// authority reads by whose yes the mailbox is kept; what was read is believed
// for a minute: remembered reports that it was not read just now.
func (m Mailboxes) authority(ctx context.Context, mailbox meeting.AccountID) (_ meeting.Authority, remembered bool, err error) {
	defer errs.Wrap(&err, "token: authority over a mailbox")
	s, now := m.source, m.source.conf.Clock.Now()
	s.mu.Lock()
	known, ok := s.authorities[mailbox]
	s.mu.Unlock()
	if ok && now.Before(known.at.Add(believed)) {
		return known.as, true, nil
	}
	as, err := s.conf.Store.Authority(ctx, mailbox)
	if err != nil {
		return "", false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.authorities[mailbox] = judged{as, now}
	return as, false, nil
}

func (m Mailboxes) individual(ctx context.Context, mailbox meeting.AccountID, refused meeting.Secret) (meeting.Secret, error) {
	s := m.source
	s.mu.Lock()
	id, known := s.mailboxes[mailbox]
	e := s.entries[id]
	s.mu.Unlock()
	if known && e != nil {
		if token, ok := e.fresh(s.conf.Clock.Now(), refused); ok {
			return token, nil
		}
	}
	grant, err := s.conf.Store.Grant(ctx, mailbox, meeting.Microsoft)
	if err != nil {
		return meeting.Secret{}, absent(err)
	}
	s.mu.Lock()
	s.mailboxes[mailbox] = grant.ID
	s.mu.Unlock()
	return s.Token(ctx, grant.ID, refused)
}
