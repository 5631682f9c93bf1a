package fakems

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// flow is one authorization request on its way through the pages.
type flow struct {
	id          string
	app         *App
	authority   authority
	redirectURI string
	mode        string // query, fragment, form_post
	scopes      []string
	state       string
	nonce       string
	prompt      string
	hint        string // login_hint
	challenge   string
	method      string // of the challenge: S256 or plain
	user        *User  // once picked
	authTime    time.Time
}

// authorize answers GET /{tenant}/oauth2/v2.0/authorize. What is wrong with the
// client or its redirect address is shown on a page of Entra's own and never
// redirected.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-authorization-code
func (s *Server) authorize(c *call, a authority) answer {
	q := c.query
	app := s.app(q.Get("client_id"))
	if app == nil {
		return errorPage(http.StatusBadRequest, 700016, "Application with identifier '"+q.Get("client_id")+"' was not found in the directory.")
	}
	f := &flow{
		id: s.guid(), app: app, authority: a,
		redirectURI: q.Get("redirect_uri"), mode: or(q.Get("response_mode"), "query"),
		state: q.Get("state"), nonce: q.Get("nonce"), prompt: q.Get("prompt"), hint: q.Get("login_hint"),
		challenge: q.Get("code_challenge"), method: or(q.Get("code_challenge_method"), "plain"),
	}
	if !slices.Contains(app.RedirectURIs, f.redirectURI) {
		return errorPage(http.StatusBadRequest, 50011, "The redirect URI '"+f.redirectURI+
			"' specified in the request does not match the redirect URIs configured for the application '"+app.ClientID+"'.")
	}
	var bad string
	f.scopes, bad = s.parseScopes(q.Get("scope"))
	switch {
	case !slices.Contains([]string{"query", "fragment", "form_post"}, f.mode):
		f.mode = "query"
		return f.fail("invalid_request", 90023, "The response mode is not supported.")
	case q.Get("response_type") == "":
		return f.fail("invalid_request", 900144, "The request body must contain the following parameter: 'response_type'.")
	case q.Get("response_type") != "code":
		return f.fail("unsupported_response_type", 700054, "response_type 'id_token' is not enabled for the application.")
	case bad != "":
		s.unexpected("authorize: Graph has no delegated scope %q, or it is not played here", bad)
		return f.fail("invalid_client", 650053, "The application asked for scope '"+bad+"' that doesn't exist on the resource '00000003-0000-0000-c000-000000000000'.")
	case len(f.scopes) == 0:
		return f.fail("invalid_request", 900144, "The request body must contain the following parameter: 'scope'.")
	case f.method != "S256" && f.method != "plain":
		return f.fail("invalid_request", 501491, "Invalid code_challenge_method.")
	case f.challenge != "" && (len(f.challenge) < 43 || len(f.challenge) > 128):
		return f.fail("invalid_request", 501491, "Invalid size of Code_Challenge parameter.")
	case !slices.Contains([]string{"", "login", "none", "consent", "select_account"}, f.prompt):
		return f.fail("invalid_request", 90023, "The prompt value is not supported.")
	}
	return s.begin(c, f)
}

// begin decides which page comes first. A remembered account counts only when
// the login hint names it (single sign-on); without a hint the picker shows,
// as in a browser that knows several accounts. Somebody hinted who has not signed in
// here would be asked for a password; the picker stands for that page.
func (s *Server) begin(c *call, f *flow) answer {
	var known *session
	if cookie, err := c.r.Cookie(sessionCookie); err == nil {
		known = s.entra.sessions[cookie.Value]
	}
	hinted := known != nil && (f.hint == "" && f.prompt == "none" || known.user.has(f.hint))
	if f.prompt == "none" {
		switch {
		case !hinted || !f.authority.admits(known.user):
			return f.fail("login_required", 50058, "A silent sign-in request was sent but no user is signed in.")
		case len(s.missingConsent(f.app.ClientID, known.user.ID, f.scopes)) > 0:
			return f.fail("consent_required", 65001, aadstsCodes[65001].text)
		}
	}
	if hinted && f.authority.admits(known.user) && f.prompt != "login" && f.prompt != "select_account" {
		f.user, f.authTime = known.user, known.authTime
		return s.askConsent(f)
	}
	s.entra.flows[f.id] = f
	return page(http.StatusOK, pickerPage, s.pickerProps(f))
}

// continueFlow takes the forms of the pages. (The real pages post elsewhere.)
func (s *Server) continueFlow(c *call) answer {
	f := s.entra.flows[c.r.FormValue("flow")]
	if f == nil {
		return errorPage(http.StatusBadRequest, 165000, "Invalid Request: The request tokens do not match the user context. Start again from the application.")
	}
	if f.user != nil {
		c.entry.Actor = f.user.UserPrincipalName
	}
	switch {
	case c.r.FormValue("cancel") != "":
		delete(s.entra.flows, f.id)
		return f.deny(65004, "User declined to consent to access the app.")
	case c.r.FormValue("accept") != "" && f.user != nil:
		if s.tenant(f.user.TenantID).UserConsentOff {
			return errorPage(http.StatusForbidden, 90094, "An administrator has to grant the permissions.")
		}
		s.consent(f.app.ClientID, f.user.ID, f.scopes)
		f.prompt = ""
		return s.askConsent(f)
	}
	u := s.user(c.r.FormValue("account"))
	if refused, ok := f.authority.refuses(u); ok {
		return refused
	}
	c.entry.Actor = u.UserPrincipalName
	f.user, f.authTime = u, s.Clock.Now()
	return s.askConsent(f).with("Set-Cookie", s.newSession(u, f.authTime).String())
}

// refuses is the page for an account that cannot be used there.
func (a authority) refuses(u *User) (answer, bool) {
	switch {
	case u == nil:
		return errorPage(http.StatusBadRequest, 50034, aadstsCodes[50034].text), true
	case u.Disabled:
		return errorPage(http.StatusForbidden, 50057, aadstsCodes[50057].text), true
	case u.TenantID == PersonalTenant && !a.admits(u):
		return errorPage(http.StatusForbidden, 500208, "You can't sign in here with a personal account. Use your work or school account instead."), true
	case !a.admits(u):
		return errorPage(http.StatusForbidden, 50020, "User account '"+u.UserPrincipalName+"' does not exist in this tenant and cannot access the application in it."), true
	}
	return answer{}, false
}

// askConsent shows the consent page when something is missing, or
// prompt=consent wants it; else it ends the flow with a code. The OpenID scopes
// need consent as well.
// https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview
func (s *Server) askConsent(f *flow) answer {
	missing := s.missingConsent(f.app.ClientID, f.user.ID, f.scopes)
	if len(missing) == 0 && f.prompt != "consent" {
		delete(s.entra.flows, f.id)
		return s.issueCode(f)
	}
	s.entra.flows[f.id] = f
	if s.tenant(f.user.TenantID).UserConsentOff {
		return page(http.StatusOK, approvalPage, s.consentProps(f, f.scopes))
	}
	return page(http.StatusOK, consentPage, s.consentProps(f, f.scopes))
}

// code is an authorization code: ten minutes, single use.
type code struct {
	flow     *flow
	expires  time.Time
	redeemed bool
}

func (s *Server) issueCode(f *flow) answer {
	text := "1." + base64.RawURLEncoding.EncodeToString(s.bytes(150))
	s.entra.codes[text] = &code{flow: f, expires: s.Clock.Now().Add(10 * time.Minute)}
	return f.respond(url.Values{"code": {text}, "session_state": {s.guid()}})
}

func (f *flow) fail(code string, number int, text string) answer {
	return f.respond(url.Values{
		"error":             {code},
		"error_description": {"AADSTS" + strconv.Itoa(number) + ": " + text},
	})
}

// deny is the answer when the person turns back.
func (f *flow) deny(number int, text string) answer {
	return f.respond(url.Values{
		"error":             {"access_denied"},
		"error_subcode":     {"cancel"},
		"error_description": {"AADSTS" + strconv.Itoa(number) + ": " + text},
	})
}

// respond goes back to the application by the response mode.
func (f *flow) respond(values url.Values) answer {
	if f.state != "" {
		values.Set("state", f.state)
	}
	switch f.mode {
	case "form_post":
		return page(http.StatusOK, postPage, map[string]any{"Action": f.redirectURI, "Values": values})
	case "fragment":
		return redirect(f.redirectURI + "#" + values.Encode())
	}
	if strings.Contains(f.redirectURI, "?") {
		return redirect(f.redirectURI + "&" + values.Encode())
	}
	return redirect(f.redirectURI + "?" + values.Encode())
}
