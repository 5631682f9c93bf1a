package fakems

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// entra is the state of the identity side.
type entra struct {
	keys     []signingKey // the last one signs
	consents map[consentKey][]string
	flows    map[string]*flow    // by the page's hidden field
	sessions map[string]*session // by cookie
	codes    map[string]*code
	refresh  map[string]*grant // by refresh token
	access   map[string]*accessToken
	refused  map[string]int  // object id → AADSTS code
	jtis     map[string]bool // client assertions seen

	principals map[principalKey]*principal
	admin      map[string]*adminFlow // by the page's hidden field
}

// consentKey is the place where consent is kept: an app in one person's account.
type consentKey struct{ clientID, userID string }

func (e *entra) setup() {
	e.keys = []signingKey{processKey()}
	e.consents = make(map[consentKey][]string)
	e.flows = make(map[string]*flow)
	e.sessions = make(map[string]*session)
	e.codes = make(map[string]*code)
	e.refresh = make(map[string]*grant)
	e.access = make(map[string]*accessToken)
	e.refused = make(map[string]int)
	e.jtis = make(map[string]bool)
	e.principals = make(map[principalKey]*principal)
	e.admin = make(map[string]*adminFlow)
}

// authority is the first segment of an Entra path.
// https://learn.microsoft.com/entra/identity-platform/v2-protocols
type authority struct {
	alias  string  // as in the path, lower case
	tenant *Tenant // nil for common and organizations
}

func (s *Server) authority(segment string) (authority, bool) {
	alias := strings.ToLower(segment)
	switch alias {
	case "common", "organizations":
		return authority{alias: alias}, true
	case "consumers":
		return authority{alias: alias, tenant: &Tenant{ID: PersonalTenant}}, true
	}
	t := s.tenant(alias)
	return authority{alias: alias, tenant: t}, t != nil
}

// admits reports whether u may sign in there. Guests are not played.
func (a authority) admits(u *User) bool {
	if a.tenant != nil {
		return a.tenant.ID == u.TenantID
	}
	return a.alias == "common" || u.TenantID != PersonalTenant
}

// id is the same for all names of one authority.
func (a authority) id() string {
	if a.tenant != nil {
		return a.tenant.ID
	}
	return a.alias
}

func (s *Server) serveEntra(c *call) answer {
	defer s.lock()()
	auth, known := s.authority(c.path[0])
	endpoint := strings.Join(c.path[1:], "/")
	if !known && endpoint != "oauth2/v2.0/token" {
		return errorPage(http.StatusBadRequest, 90002, "Tenant '"+c.path[0]+"' not found. Check to make sure you have the correct tenant ID.")
	}
	methods := map[string]string{
		"v2.0/.well-known/openid-configuration": "GET",
		"discovery/v2.0/keys":                   "GET",
		".well-known/openid-configuration":      "GET",
		"discovery/keys":                        "GET",
		"oauth2/v2.0/authorize":                 "GET POST",
		"oauth2/v2.0/token":                     "POST",
		"oauth2/v2.0/logout":                    "GET POST",
		"v2.0/adminconsent":                     "GET POST",
		"adminconsent":                          "GET POST",
	}[endpoint]
	if methods == "" {
		s.unexpected("Entra ID has no %s", c.r.URL.Path)
		return jsonAnswer(http.StatusNotFound, map[string]string{"error": "not_found"})
	}
	if !slices.Contains(strings.Fields(methods), c.r.Method) {
		s.unexpected("%s %s: Entra ID takes %s there", c.r.Method, c.r.URL.Path, methods)
		return jsonAnswer(http.StatusMethodNotAllowed, map[string]string{"error": "method_not_allowed"})
	}
	switch endpoint {
	case "v2.0/.well-known/openid-configuration":
		return s.discovery(c, auth)
	case ".well-known/openid-configuration":
		return s.discoveryV1(c, auth)
	case "discovery/v2.0/keys", "discovery/keys": // the same keys sign v1 tokens
		return s.publishedKeys(c)
	case "oauth2/v2.0/authorize":
		if c.r.Method == http.MethodPost {
			return s.continueFlow(c)
		}
		return s.authorize(c, auth)
	case "oauth2/v2.0/logout":
		return s.logout(c)
	case "v2.0/adminconsent", "adminconsent":
		if c.r.Method == http.MethodPost {
			return s.continueAdminFlow(c)
		}
		return s.adminConsent(c, auth, endpoint == "adminconsent")
	}
	return s.token(c, auth, known)
}

// logout ends the browser's session and returns to a registered address.
// https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request
func (s *Server) logout(c *call) answer {
	if cookie, err := c.r.Cookie(sessionCookie); err == nil {
		delete(s.entra.sessions, cookie.Value)
	}
	gone := (&http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1}).String()
	back := c.r.FormValue("post_logout_redirect_uri")
	for _, a := range s.apps {
		if slices.Contains(a.RedirectURIs, back) {
			return redirect(withQuery(back, "state", c.r.FormValue("state"))).with("Set-Cookie", gone)
		}
	}
	return page(http.StatusOK, signedOutPage, nil).with("Set-Cookie", gone)
}

// session is a browser that remembers who signed in.
type session struct {
	user     *User
	authTime time.Time
}

const sessionCookie = "fakems_session"
