package fakems

import "strings"

// PersonalTenant is the tenant of personal Microsoft accounts. Its members are
// refused by the authority "organizations".
// https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
const PersonalTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

// Tenant is an organisation in Entra ID.
type Tenant struct {
	ID     string // GUID; drawn from the seed when empty
	Name   string // displayName of /organization
	Domain string // its one verified domain, such as contoso.example

	// UserConsentOff: people of this tenant may not consent to anything; they
	// see "Need admin approval" (AADSTS90094) instead of the consent page.
	// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
	UserConsentOff bool
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

// tenant finds a tenant by GUID or verified domain, nil without one.
func (s *Server) tenant(idOrDomain string) *Tenant {
	for _, t := range s.tenants {
		if strings.EqualFold(t.ID, idOrDomain) || t.Domain != "" && strings.EqualFold(t.Domain, idOrDomain) {
			return t
		}
	}
	return nil
}
