package fakems

import (
	"crypto/x509"
	"slices"
	"strings"
)

// App is an app registration that accounts of all tenants may use.
type App struct {
	ClientID     string // GUID; drawn from the seed when empty
	Name         string // shown on the consent page
	Secret       string // client secret; empty: none registered
	Certificates []*x509.Certificate
	RedirectURIs []string // compared exactly

	// RequiredApplication and RequiredDelegated are the permissions that the
	// registration lists: what "{graph}/.default" asks an administrator for.
	// https://learn.microsoft.com/graph/permissions-reference
	RequiredApplication, RequiredDelegated []string

	// Exposes are the delegated scopes of the app's own API, such as
	// access_as_user: api://{ClientID}/access_as_user in requests.
	// https://learn.microsoft.com/entra/identity-platform/quickstart-configure-app-expose-web-apis
	Exposes []string

	// AccessTokenVersion is api.requestedAccessTokenVersion: 1 or 2, of tokens
	// for that API, whichever endpoint the client used. Zero: 2.
	// https://learn.microsoft.com/entra/identity-platform/reference-app-manifest
	AccessTokenVersion int

	// EmitRoles puts the person's directory roles into ID tokens as "wids".
	// The registration has to ask for that.
	EmitRoles bool

	// RefuseWith has every token request of the app refused with that AADSTS
	// code of the table in oautherror.go, such as 7000222 for an expired secret.
	RefuseWith int
}

// AddApp registers a, or replaces the registration with its ClientID, and
// returns it completed. It panics on a permission that Graph does not have:
// that is a bug of the test.
func (s *Server) AddApp(a App) App {
	defer s.lock()()
	for _, name := range a.RequiredApplication {
		knownRole(name)
	}
	for _, name := range a.RequiredDelegated {
		if scopeWords[name] == "" {
			panic("fakems: Graph has no delegated permission " + name)
		}
	}
	if a.ClientID == "" {
		a.ClientID = s.guid()
	}
	if old := s.app(a.ClientID); old != nil {
		*old = a
		return a
	}
	s.apps = append(s.apps, &a)
	return a
}

// App returns the registration with that client id, and whether there is one.
func (s *Server) App(clientID string) (App, bool) {
	defer s.lock()()
	if a := s.app(clientID); a != nil {
		return *a, true
	}
	return App{}, false
}

func (a *App) label() string { return or(a.Name, a.ClientID) }

func (s *Server) app(clientID string) *App {
	for _, a := range s.apps {
		if strings.EqualFold(a.ClientID, clientID) {
			return a
		}
	}
	return nil
}

// GrantConsent records consent of user to scopes of the app, as if the page had
// been accepted before.
func (s *Server) GrantConsent(user, clientID string, scopes ...string) {
	defer s.lock()()
	s.consent(clientID, s.person(user).ID, scopes)
}

func (s *Server) consent(clientID, userID string, scopes []string) {
	s.principal(clientID, s.person(userID).TenantID)
	key := consentKey{clientID, userID}
	for _, scope := range scopes {
		if !slices.Contains(s.entra.consents[key], scope) {
			s.entra.consents[key] = append(s.entra.consents[key], scope)
		}
	}
}

// RevokeConsent withdraws what user had consented to, for every app: refresh
// tokens are refused with AADSTS65001, access tokens live on until they
// expire, subscriptions fall silent after one "reauthorizationRequired". What
// an administrator consented to for everybody stays.
// https://learn.microsoft.com/graph/change-notifications-lifecycle-events
func (s *Server) RevokeConsent(user string) {
	defer s.lock()()
	u := s.person(user)
	for key := range s.entra.consents {
		if key.userID == u.ID {
			delete(s.entra.consents, key)
		}
	}
	for _, sub := range s.liveSubscriptions() {
		if sub.UserID == u.ID && !sub.AppOnly && !s.entra.principals[principalKeyOf(sub.ClientID, sub.TenantID)].covers() {
			s.silence(sub)
		}
	}
}

// silence ends what a subscription may tell, after one word about it.
func (s *Server) silence(sub *subscription) {
	if !sub.unauthorised {
		s.lifecycle(sub, ReauthorizationRequired)
		sub.unauthorised = true
	}
}

// RevokeTokens ends the refresh tokens issued to user so far (AADSTS50173), as
// "revoke sessions" does. Consent stays.
// https://learn.microsoft.com/entra/identity-platform/refresh-tokens
func (s *Server) RevokeTokens(user string) {
	defer s.lock()()
	u := s.person(user)
	for _, g := range s.entra.refresh {
		if g.user == u {
			g.revoked = true
		}
	}
	for id, session := range s.entra.sessions {
		if session.user == u {
			delete(s.entra.sessions, id)
		}
	}
}

// RefuseTokens has each refresh of user's tokens refused with that AADSTS code
// of the table in oautherror.go, until called with 0. It panics on a code that
// is not there.
func (s *Server) RefuseTokens(user string, aadsts int) {
	defer s.lock()()
	if aadsts == 0 {
		delete(s.entra.refused, s.person(user).ID)
		return
	}
	knownCode(aadsts)
	s.entra.refused[s.person(user).ID] = aadsts
}

// ExpireTokens ends user's access tokens at once, as time would.
func (s *Server) ExpireTokens(user string) {
	defer s.lock()()
	u := s.person(user)
	for _, t := range s.entra.access {
		if t.user == u {
			t.expires = s.Clock.Now()
		}
	}
}
