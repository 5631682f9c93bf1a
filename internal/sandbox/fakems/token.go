package fakems

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// grant is a refresh token: bound to user and client, opaque, 90 days. Using it
// issues a new one and leaves it valid.
// https://learn.microsoft.com/entra/identity-platform/refresh-tokens
type grant struct {
	user     *User
	app      *App
	scopes   []string
	authTime time.Time
	expires  time.Time
	revoked  bool
}

// accessToken is a token for Graph: of a person through an app, or of the app
// alone; or one of a person for another app's API.
type accessToken struct {
	api       *App  // nil: Graph
	user      *User // nil: app-only
	app       *App
	principal *principal // the app in the tenant
	scopes    []string   // delegated permissions; application permissions of an app-only one
	expires   time.Time

	byCertificate bool // of an app-only one
}

func (t *accessToken) appOnly() bool  { return t.user == nil }
func (t *accessToken) tenant() string { return t.principal.tenantID }

// actor is who calls, for the log.
func (t *accessToken) actor() string {
	if t.appOnly() {
		return t.app.label()
	}
	return t.user.UserPrincipalName
}

// token answers POST /{tenant}/oauth2/v2.0/token.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#redeem-a-code-for-an-access-token
func (s *Server) token(c *call, a authority, known bool) answer {
	if media, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type")); media != "application/x-www-form-urlencoded" {
		s.unexpected("token request with Content-Type %q", c.r.Header.Get("Content-Type"))
		return s.refuseToken(900144)
	}
	if err := c.r.ParseForm(); err != nil {
		return s.refuseToken(900144)
	}
	if !known {
		return s.refuseToken(90002)
	}
	form := c.r.PostForm
	app, refused := s.client(c, a, form)
	if refused != 0 {
		return s.refuseToken(refused)
	}
	if app.RefuseWith != 0 {
		knownCode(app.RefuseWith)
		return s.refuseToken(app.RefuseWith)
	}
	if c.r.Header.Get("Origin") != "" {
		s.unexpected("token request with Origin: only redirect addresses of single-page apps may redeem across origins")
		return s.oauthError(http.StatusBadRequest, "invalid_request", "AADSTS9002326: Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.", 9002326, "")
	}
	if kind := form.Get("grant_type"); slices.Contains([]string{"authorization_code", "refresh_token", "client_credentials"}, kind) && c.entry.Note == "" {
		c.entry.Note = kind
	}
	switch form.Get("grant_type") {
	case "authorization_code":
		return s.redeemCode(c, a, app, form)
	case "refresh_token":
		return s.redeemRefresh(c, a, app, form)
	case "client_credentials":
		return s.redeemCredentials(c, a, app, form)
	case "":
		return s.refuseToken(900144)
	}
	s.unexpected("grant_type %q is not played here", form.Get("grant_type"))
	return s.refuseToken(70003)
}

// client authenticates the app by secret, in the form or as Basic, or by a
// signed assertion. refused is an AADSTS code, 0 when all is well.
func (s *Server) client(c *call, a authority, form url.Values) (app *App, refused int) {
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, password, ok := c.r.BasicAuth(); ok {
		// Both halves are form-encoded first: https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
		user, err1 := url.QueryUnescape(user)
		password, err2 := url.QueryUnescape(password)
		if err1 != nil || err2 != nil || id != "" && id != user {
			return nil, 7000215
		}
		id, secret = user, password
	}
	app = s.app(id)
	if app == nil {
		return nil, 700016
	}
	if strike, bad := s.struck(c, SecretRefused, nil); bad {
		return app, cmp.Or(strike.Code, 7000222)
	}
	switch {
	case form.Get("client_assertion") != "":
		return app, s.checkAssertion(c, a, app, form)
	case secret == "":
		return nil, 7000218
	case app.Secret == "" || subtle.ConstantTimeCompare([]byte(secret), []byte(app.Secret)) != 1:
		return nil, 7000215
	}
	return app, 0
}

func (s *Server) redeemCode(c *call, a authority, app *App, form url.Values) answer {
	issued := s.entra.codes[form.Get("code")]
	if issued == nil {
		return s.refuseToken(70000)
	}
	f := issued.flow
	c.entry.Actor = f.user.UserPrincipalName
	switch {
	case f.app != app:
		return s.refuseToken(70000)
	case issued.redeemed:
		return s.refuseToken(54005)
	case !s.Clock.Now().Before(issued.expires):
		return s.refuseToken(70008)
	case f.authority.id() != a.id():
		return s.refuseToken(700005)
	case f.redirectURI != form.Get("redirect_uri"):
		return s.refuseToken(500112)
	case !verifies(f, form.Get("code_verifier")):
		return s.refuseToken(501481)
	case s.user(f.user.ID) != f.user:
		return s.refuseToken(50034)
	case s.entra.principals[principalKeyOf(app.ClientID, f.user.TenantID)] == nil:
		return s.refuseToken(700016)
	}
	scopes, refused := s.narrow(f.scopes, form)
	if refused != 0 {
		return s.refuseToken(refused)
	}
	issued.redeemed = true
	return s.issueTokens(c, &grant{user: f.user, app: app, scopes: scopes, authTime: f.authTime}, f.nonce)
}

// verifies checks PKCE. https://www.rfc-editor.org/rfc/rfc7636#section-4.6
func verifies(f *flow, verifier string) bool {
	if f.challenge == "" {
		return verifier == ""
	}
	if f.method == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		verifier = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return subtle.ConstantTimeCompare([]byte(verifier), []byte(f.challenge)) == 1
}

func (s *Server) redeemRefresh(c *call, a authority, app *App, form url.Values) answer {
	g := s.entra.refresh[form.Get("refresh_token")]
	if g == nil || g.app != app {
		return s.refuseToken(70000)
	}
	c.entry.Actor = g.user.UserPrincipalName
	if strike, bad := s.struck(c, RefreshRefused, g.user); bad {
		return s.refuseToken(cmp.Or(strike.Code, 50173))
	}
	switch {
	case s.entra.refused[g.user.ID] != 0:
		return s.refuseToken(s.entra.refused[g.user.ID])
	case g.user.Disabled:
		return s.refuseToken(50057)
	case !a.admits(g.user), s.user(g.user.ID) != g.user:
		return s.refuseToken(50034)
	case s.entra.principals[principalKeyOf(app.ClientID, g.user.TenantID)] == nil:
		return s.refuseToken(700016)
	case g.revoked:
		return s.refuseToken(50173)
	case !s.Clock.Now().Before(g.expires):
		return s.refuseToken(700082)
	}
	scopes, refused := s.narrow(g.scopes, form)
	if refused != 0 {
		return s.refuseToken(refused)
	}
	if len(s.missingConsent(app.ClientID, g.user.ID, scopes)) > 0 {
		return s.refuseToken(65001)
	}
	next := *g
	next.scopes = scopes
	return s.issueTokens(c, &next, "")
}

// narrow applies the optional scope parameter of a token request. What was not
// consented to is found later.
func (s *Server) narrow(had []string, form url.Values) (scopes []string, refused int) {
	if form.Get("scope") == "" {
		return had, 0
	}
	scopes, bad := s.parseScopes(form.Get("scope"))
	if bad != "" {
		s.unexpected("token request for unknown scope %q", bad)
		return nil, 70011
	}
	if _, several := s.resource(scopes); several {
		return nil, 28000
	}
	// The OpenID scopes of the first request stay.
	for _, scope := range had {
		if isOIDC(scope) && !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes, 0
}

// issueTokens answers with the tokens of a grant: a refresh token with
// offline_access, an ID token with openid.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#successful-response-2
func (s *Server) issueTokens(c *call, g *grant, nonce string) answer {
	access, refresh, t := s.newTokens(c.base, g)
	life := int(t.expires.Sub(s.Clock.Now()).Seconds())
	body := map[string]any{
		"token_type":     "Bearer",
		"scope":          strings.Join(t.scopes, " "),
		"expires_in":     life,
		"ext_expires_in": life,
		"access_token":   access,
	}
	if refresh != "" {
		body["refresh_token"] = refresh
	}
	if slices.Contains(g.scopes, "openid") {
		body["id_token"] = s.idToken(c, g, nonce)
	}
	return jsonAnswer(http.StatusOK, body).with("Cache-Control", "no-store, no-cache").with("Pragma", "no-cache")
}

// tokenLife is how long an access token lives: at random between 60 and 90
// minutes. https://learn.microsoft.com/entra/identity-platform/configurable-token-lifetimes
func (s *Server) tokenLife() time.Duration {
	if s.Calm {
		return 4500 * time.Second
	}
	return time.Duration(3600+s.rng.IntN(1801)) * time.Second
}

// newTokens makes the tokens of a grant. The access token has every scope of its API
// consented to, also those not asked for this time; base is the address that
// issuers are written with.
func (s *Server) newTokens(base string, g *grant) (access, refresh string, t *accessToken) {
	now := s.Clock.Now()
	p := s.principal(g.app.ClientID, g.user.TenantID)
	scopes := slices.Clone(g.scopes)
	api, _ := s.resource(scopes)
	for _, scope := range slices.Concat(s.entra.consents[consentKey{g.app.ClientID, g.user.ID}], p.scopes) {
		if !isOIDC(scope) && !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	scopes = slices.DeleteFunc(scopes, func(scope string) bool {
		a, _ := s.exposed(scope)
		return scope == "offline_access" || !isOIDC(scope) && a != api
	})
	life := s.tokenLife()
	if !s.Calm {
		s.rng.Shuffle(len(scopes), func(i, j int) { scopes[i], scopes[j] = scopes[j], scopes[i] })
	}
	t = &accessToken{api: api, user: g.user, app: g.app, principal: p, scopes: scopes, expires: now.Add(life)}
	if api != nil {
		access = s.apiToken(base, t)
	} else {
		access = s.graphToken(t)
	}
	s.entra.access[access] = t
	if slices.Contains(g.scopes, "offline_access") {
		next := *g
		next.expires = now.Add(90 * 24 * time.Hour)
		refresh = "1.AX" + base64.RawURLEncoding.EncodeToString(s.bytes(600))
		s.entra.refresh[refresh] = &next
	}
	return access, refresh, t
}

// IssueTokens signs user in to the app without any page: consent is recorded,
// and tokens for the scopes come back; refresh is empty without offline_access.
func (s *Server) IssueTokens(user, clientID string, scopes ...string) (access, refresh string) {
	defer s.lock()()
	u, app := s.person(user), s.app(clientID)
	if app == nil {
		panic("fakems: no app " + clientID)
	}
	s.consent(app.ClientID, u.ID, scopes)
	at, rt, _ := s.newTokens(s.BaseURL, &grant{user: u, app: app, scopes: scopes, authTime: s.Clock.Now()})
	return at, rt
}
