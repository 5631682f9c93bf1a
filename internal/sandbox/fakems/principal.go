package fakems

import (
	"slices"
	"strings"
	"time"
)

// principal is an app in one tenant: its service principal. It comes with the
// first consent of anybody there.
// https://learn.microsoft.com/entra/identity-platform/app-objects-and-service-principals
type principal struct {
	id       string // object id
	clientID string
	tenantID string
	scopes   []string // delegated permissions, for everybody
	roles    []role   // application permissions
	removed  bool

	// The token endpoint knows the app, and its principal, only from then on.
	known, linked time.Time
}

// role is an application permission, in tokens from some time on.
type role struct {
	name string
	from time.Time
}

type principalKey struct{ clientID, tenantID string }

func principalKeyOf(clientID, tenantID string) principalKey {
	return principalKey{strings.ToLower(clientID), strings.ToLower(tenantID)}
}

// principal finds the app in the tenant with that GUID, or puts it there.
func (s *Server) principal(clientID, tenantID string) *principal {
	key := principalKeyOf(clientID, tenantID)
	p := s.entra.principals[key]
	if p == nil {
		p = &principal{id: s.guid(), clientID: clientID, tenantID: tenantID}
		s.entra.principals[key] = p
	}
	return p
}

// covers reports whether everybody's calendar may be read on a person's behalf.
// p may be nil.
func (p *principal) covers() bool {
	return p != nil && slices.ContainsFunc(strings.Fields(readCalendar), func(name string) bool { return slices.Contains(p.scopes, name) })
}

// reaches reports whether the app alone may read calendars, by now or soon.
func (p *principal) reaches() bool {
	return slices.ContainsFunc(p.roles, func(r role) bool { return slices.Contains(strings.Fields(readCalendar), r.name) })
}

// inTokens are the application permissions that a token of now has.
func (p *principal) inTokens(now time.Time) []string {
	var names []string
	for _, r := range p.roles {
		if !now.Before(r.from) {
			names = append(names, r.name)
		}
	}
	return names
}

// grant adds what an administrator of t consents to.
func (p *principal) grant(t *Tenant, now time.Time, roles, scopes []string) {
	if len(p.roles) == 0 {
		p.known, p.linked = now.Add(t.Replication/3), now.Add(t.Replication*2/3)
	}
	for _, name := range roles {
		if !slices.ContainsFunc(p.roles, func(r role) bool { return r.name == name }) {
			p.roles = append(p.roles, role{name, now.Add(t.Replication)})
		}
	}
	for _, name := range scopes {
		if !slices.Contains(p.scopes, name) {
			p.scopes = append(p.scopes, name)
		}
	}
}

// GrantTenant records an administrator's consent to application permissions of
// the app, as Tenant.Replication has it. With none named it is the consent that
// the page records: everything the registration lists, delegated permissions
// for everybody too, without Tenant.Withhold. tenant is a GUID or verified
// domain. It panics on an unknown tenant, app or permission.
func (s *Server) GrantTenant(tenant, clientID string, permissions ...string) {
	defer s.lock()()
	t, app := s.organisation(tenant), s.app(clientID)
	if app == nil {
		panic("fakems: no app " + clientID)
	}
	for _, name := range permissions {
		knownRole(name)
	}
	if len(permissions) == 0 {
		s.consentAll(t, app)
		return
	}
	s.principal(app.ClientID, t.ID).grant(t, s.Clock.Now(), permissions, nil)
}

// consentAll grants what the registration lists.
func (s *Server) consentAll(t *Tenant, app *App) {
	roles := slices.DeleteFunc(slices.Clone(app.RequiredApplication), func(name string) bool { return slices.Contains(t.Withhold, name) })
	s.principal(app.ClientID, t.ID).grant(t, s.Clock.Now(), roles, app.RequiredDelegated)
}

// WithdrawTenant takes application permissions of the app back. Tokens that
// were issued keep them until they expire. With none named the app itself is
// deleted from the tenant, and all that anybody there had consented to with it:
// its tokens are refused with 401, tokens for new ones with AADSTS700016, its
// subscriptions fall silent. The app is not told of either, but by a
// "reauthorizationRequired" of subscriptions.
// https://learn.microsoft.com/entra/identity/enterprise-apps/delete-application-portal
func (s *Server) WithdrawTenant(tenant, clientID string, permissions ...string) {
	defer s.lock()()
	t := s.organisation(tenant)
	key := principalKeyOf(clientID, t.ID)
	p := s.entra.principals[key]
	if p == nil {
		return
	}
	p.roles = slices.DeleteFunc(p.roles, func(r role) bool { return len(permissions) == 0 || slices.Contains(permissions, r.name) })
	if len(permissions) == 0 {
		p.removed = true
		delete(s.entra.principals, key)
		for consent := range s.entra.consents {
			if u := s.user(consent.userID); strings.EqualFold(consent.clientID, clientID) && (u == nil || u.TenantID == t.ID) {
				delete(s.entra.consents, consent)
			}
		}
	}
	for _, sub := range s.liveSubscriptions() {
		if sub.TenantID == t.ID && strings.EqualFold(sub.ClientID, clientID) && (p.removed || sub.AppOnly && !p.reaches()) {
			s.silence(sub)
		}
	}
}

// ExpireTenantTokens ends the app-only tokens issued for a tenant at once, as
// time would.
func (s *Server) ExpireTenantTokens(tenant string) {
	defer s.lock()()
	t := s.organisation(tenant)
	for _, token := range s.entra.access {
		if token.appOnly() && token.tenant() == t.ID {
			token.expires = s.Clock.Now()
		}
	}
}

// organisation is tenant for verbs.
func (s *Server) organisation(idOrDomain string) *Tenant {
	t := s.tenant(idOrDomain)
	if t == nil {
		panic("fakems: no tenant " + idOrDomain)
	}
	return t
}
