package fakems

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// redeemCredentials answers grant_type=client_credentials: a token of the app
// alone, for one tenant. It says nothing about what was granted; neither does
// the absence of permissions refuse it.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
func (s *Server) redeemCredentials(c *call, a authority, app *App, form url.Values) answer {
	c.entry.Actor = app.label()
	scope := form.Get("scope")
	switch {
	case a.tenant == nil:
		s.unexpected("client credentials at /%s: they want a tenant's own authority", a.alias)
		return s.refuseToken(50059)
	case scope == "":
		return s.refuseToken(900144)
	case !strings.HasSuffix(scope, "/.default") || strings.Contains(scope, " "):
		s.unexpected("client credentials for scope %q: it is one resource's /.default", scope)
		return s.refuseToken(1002012)
	case !isDefault(c, scope):
		s.unexpected("client credentials for scope %q: only Graph is played", scope)
		return s.refuseToken(500011)
	}
	p := s.entra.principals[principalKeyOf(app.ClientID, a.tenant.ID)]
	now := s.Clock.Now()
	switch {
	case p == nil || a.tenant.ID == PersonalTenant || now.Before(p.known):
		return s.refuseToken(700016)
	case now.Before(p.linked):
		return s.refuseToken(7000229)
	}
	access, life := s.newAppToken(app, p, form.Get("client_assertion") != "")
	return jsonAnswer(http.StatusOK, map[string]any{
		"token_type":     "Bearer",
		"expires_in":     int(life.Seconds()),
		"ext_expires_in": int(life.Seconds()),
		"access_token":   access,
	}).with("Cache-Control", "no-store, no-cache").with("Pragma", "no-cache")
}

// newAppToken makes a token of the app alone, with the permissions that a token
// of now has.
func (s *Server) newAppToken(app *App, p *principal, byCertificate bool) (access string, life time.Duration) {
	now := s.Clock.Now()
	life = s.tokenLife()
	t := &accessToken{app: app, principal: p, scopes: p.inTokens(now), expires: now.Add(life), byCertificate: byCertificate}
	access = s.graphToken(t)
	s.entra.access[access] = t
	return access, life
}

// IssueAppToken issues an app-only token for the tenant without the token
// endpoint, with the application permissions granted there by now; the app is
// put into the tenant if need be.
func (s *Server) IssueAppToken(tenant, clientID string) string {
	defer s.lock()()
	t, app := s.organisation(tenant), s.app(clientID)
	if app == nil {
		panic("fakems: no app " + clientID)
	}
	access, _ := s.newAppToken(app, s.principal(app.ClientID, t.ID), true)
	return access
}
