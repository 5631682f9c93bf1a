package fakems

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"
)

// APIs of registered apps: a scope such as api://{client id}/access_as_user is
// for the app that exposes it.
// https://learn.microsoft.com/entra/identity-platform/quickstart-configure-app-expose-web-apis

func (a *App) idURI() string { return "api://" + a.ClientID }

// exposed finds the app, and its own name for the scope; nil for Graph's and
// OpenID's scopes and for those of nobody.
func (s *Server) exposed(scope string) (*App, string) {
	for _, a := range s.apps {
		if name, ok := strings.CutPrefix(scope, a.idURI()+"/"); ok && slices.Contains(a.Exposes, name) {
			return a, name
		}
	}
	return nil, ""
}

// HasScope reports whether there is such a delegated scope, of Graph or of an
// app.
func (s *Server) HasScope(scope string) bool {
	defer s.lock()()
	_, bad := s.parseScopes(scope)
	return bad == ""
}

// resource is what an access token for these scopes is for: nil is Graph, which
// goes before all others. several tells that they name more than one.
func (s *Server) resource(scopes []string) (api *App, several bool) {
	graph := false
	for _, scope := range scopes {
		switch a, _ := s.exposed(scope); {
		case a == nil:
			graph = graph || !isOIDC(scope)
		case api == nil:
			api = a
		case api != a:
			several = true
		}
	}
	if graph && api != nil {
		return nil, true
	}
	return api, several
}

// apiToken makes an access token for an app's API, in the version that the
// registration of the API asks for, whatever the client used.
// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
func (s *Server) apiToken(base string, t *accessToken) string {
	now := s.Clock.Now()
	var names []string
	for _, scope := range t.scopes {
		if a, name := s.exposed(scope); a == t.api {
			names = append(names, name)
		}
	}
	claims := map[string]any{
		"iat": now.Unix(), "nbf": now.Unix(), "exp": t.expires.Unix(),
		"tid": t.user.TenantID, "oid": t.user.ID, "sub": pairwise(t.api, t.user), "name": t.user.DisplayName,
		"scp": strings.Join(names, " "),
		"aio": base64.RawURLEncoding.EncodeToString(s.bytes(60)),
		"rh":  "1.AX" + base64.RawURLEncoding.EncodeToString(s.bytes(40)) + ".",
		"uti": base64.RawURLEncoding.EncodeToString(s.bytes(16)),
	}
	if t.api.AccessTokenVersion == 1 {
		claims["ver"], claims["iss"], claims["aud"] = "1.0", "https://sts.windows.net/"+t.user.TenantID+"/", t.api.idURI()
		claims["appid"], claims["appidacr"] = t.app.ClientID, "1"
		claims["upn"], claims["unique_name"] = t.user.UserPrincipalName, t.user.UserPrincipalName
	} else {
		claims["ver"], claims["iss"], claims["aud"] = "2.0", base+"/"+t.user.TenantID+"/v2.0", t.api.ClientID
		claims["azp"], claims["azpacr"] = t.app.ClientID, "1"
		claims["preferred_username"] = t.user.UserPrincipalName
	}
	return s.signer().sign(claims)
}

// SignIn gives user a session as after signing in to another Microsoft product
// in the same browser, and returns its cookie for the host that Entra is on.
// Nil: the person may not sign in.
func (s *Server) SignIn(user string) *http.Cookie {
	defer s.lock()()
	u := s.person(user)
	if u.Disabled {
		return nil
	}
	return s.newSession(u, s.Clock.Now())
}

func (s *Server) newSession(u *User, at time.Time) *http.Cookie {
	id := s.guid()
	s.entra.sessions[id] = &session{user: u, authTime: at}
	return &http.Cookie{Name: sessionCookie, Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
}
