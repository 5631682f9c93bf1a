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

	// EmitRoles puts the person's directory roles into ID tokens as "wids".
	// The registration has to ask for that.
	EmitRoles bool

	// RefuseWith has every token request of the app refused with that AADSTS
	// code of the table in oautherror.go, such as 7000222 for an expired secret.
	RefuseWith int
}

// AddApp registers a, or replaces the registration with its ClientID, and
// returns it completed.
func (s *Server) AddApp(a App) App {
	defer s.lock()()
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
	key := consentKey{clientID, userID}
	for _, scope := range scopes {
		if !slices.Contains(s.entra.consents[key], scope) {
			s.entra.consents[key] = append(s.entra.consents[key], scope)
		}
	}
}

// RevokeConsent withdraws what user had consented to, for every app: refresh
// tokens are refused with AADSTS65001, access tokens live on until they
// expire, subscriptions fall silent after one "reauthorizationRequired".
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
		if sub.UserID == u.ID && !sub.unauthorised {
			s.lifecycle(sub, ReauthorizationRequired)
			sub.unauthorised = true
		}
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
