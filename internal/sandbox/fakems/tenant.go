package fakems

import (
	"slices"
	"strings"
	"time"
)

// PersonalTenant is the tenant of personal Microsoft accounts. Its members are
// refused by the authority "organizations".
// https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
const PersonalTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

// Tenant is an organisation in Entra ID.
type Tenant struct {
	ID     string // GUID; drawn from the seed when empty
	Name   string // displayName of /organization
	Domain string // its default verified domain, such as contoso.example

	// Domains are its other verified domains. One under onmicrosoft.com is the
	// initial one. https://learn.microsoft.com/graph/api/resources/verifieddomain
	Domains []string

	// UserConsentOff: people of this tenant may not consent to anything; they
	// see "Need admin approval" (AADSTS90094) instead of the consent page.
	// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
	UserConsentOff bool

	// Withhold are the application permissions that an administrator's consent
	// leaves out: the registration asks for them, and they are not granted.
	Withhold []string

	// Replication is how long an administrator's consent takes to be known
	// everywhere. In the first third of it the token endpoint does not know the
	// app (AADSTS700016), in the second it misses the service principal
	// (AADSTS7000229), in the last it issues tokens without the permissions, and
	// Graph answers 403. A later consent to more takes all of it to be in tokens.
	// Observed, documented by nobody; people's sign-in is not affected here.
	Replication time.Duration

	// OutOfReach are mailboxes (object ids or addresses) that an application
	// access policy keeps app-only tokens out of: 403 whose message names the
	// AccessPolicy. https://learn.microsoft.com/graph/auth-limit-mailbox-access
	OutOfReach []string
}

// AddTenant adds t, or replaces the tenant with its ID, and returns it
// completed.
func (s *Server) AddTenant(t Tenant) Tenant {
	defer s.lock()()
	if t.ID == "" {
		t.ID = s.guid()
	}
	if old := s.tenant(t.ID); old != nil {
		*old = t
		return t
	}
	s.tenants = append(s.tenants, &t)
	return t
}

// EditTenant changes the tenant with that GUID or verified domain. It panics
// without one.
func (s *Server) EditTenant(tenant string, edit func(*Tenant)) {
	defer s.lock()()
	t := s.organisation(tenant)
	id := t.ID
	edit(t)
	t.ID = id
}

// tenant finds a tenant by GUID or verified domain, nil without one.
func (s *Server) tenant(idOrDomain string) *Tenant {
	for _, t := range s.tenants {
		if strings.EqualFold(t.ID, idOrDomain) || slices.ContainsFunc(t.domains(), func(d string) bool { return strings.EqualFold(d, idOrDomain) }) {
			return t
		}
	}
	return nil
}

// domains are the verified domains, the default one first.
func (t *Tenant) domains() []string {
	if t.Domain == "" {
		return t.Domains
	}
	return slices.Concat([]string{t.Domain}, t.Domains)
}

// keepsOut reports whether an application access policy covers u's mailbox.
func (t *Tenant) keepsOut(u *User) bool {
	return slices.ContainsFunc(t.OutOfReach, func(name string) bool { return strings.EqualFold(u.ID, name) || u.has(name) })
}
