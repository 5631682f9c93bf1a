package fakems

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Directory roles whose holders may consent for a whole tenant to application
// permissions of Graph: template ids, as in User.Wids.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
const (
	GlobalAdministrator         = "62e90394-69f5-4237-9190-012177145e10"
	PrivilegedRoleAdministrator = "e8611ab8-c189-46e8-94e1-60213ab1f814"
)

// adminFlow is one request for an administrator's consent on its way through
// the pages.
type adminFlow struct {
	id          string
	app         *App
	authority   authority
	old         bool // the endpoint of version 1
	redirectURI string
	state       string
	scope       string   // as asked for
	all         bool     // .default: everything the registration lists
	scopes      []string // else, and OpenID scopes beside it
	user        *User    // once picked
}

// adminConsent answers GET /{tenant}/v2.0/adminconsent, and /{tenant}/adminconsent
// of version 1. What is wrong with the request is shown on a page of Entra's
// own.
// https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
func (s *Server) adminConsent(c *call, a authority, old bool) answer {
	q := c.query
	for name := range q {
		if !slices.Contains([]string{"client_id", "redirect_uri", "state", "scope"}, name) {
			s.unexpected("adminconsent: parameter %s is not documented", name)
		}
	}
	app := s.app(q.Get("client_id"))
	if app == nil {
		return errorPage(http.StatusBadRequest, 700016, "Application with identifier '"+q.Get("client_id")+"' was not found in the directory.")
	}
	f := &adminFlow{id: s.guid(), app: app, authority: a, old: old, redirectURI: q.Get("redirect_uri"), state: q.Get("state"), scope: q.Get("scope"), all: old}
	if !slices.Contains(app.RedirectURIs, f.redirectURI) {
		return errorPage(http.StatusBadRequest, 50011, "The redirect URI '"+f.redirectURI+
			"' specified in the request does not match the redirect URIs configured for the application '"+app.ClientID+"'.")
	}
	if a.id() == PersonalTenant || a.alias == "common" && !old {
		s.unexpected("adminconsent at /%s: personal accounts administer nothing", a.alias)
		return errorPage(http.StatusBadRequest, 90130, "Application '"+app.ClientID+
			"' is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.")
	}
	if !old {
		if bad, ok := f.readScope(s, c); !ok {
			s.unexpected("adminconsent: scope %q", f.scope)
			return bad
		}
	}
	s.entra.admin[f.id] = f
	return page(http.StatusOK, pickerPage, map[string]any{
		"App": app.Name, "Flow": f.id, "Accounts": s.accounts(a, ""), "Action": f.action(),
	})
}

// readScope takes .default, delegated permissions by name, and OpenID scopes
// beside either. Application permissions cannot be asked for by name.
func (f *adminFlow) readScope(s *Server, c *call) (bad answer, ok bool) {
	var named []string
	for word := range strings.FieldsSeq(f.scope) {
		if isDefault(c, word) {
			f.all = true
		} else {
			named = append(named, word)
		}
	}
	var unknown string
	f.scopes, unknown = s.parseScopes(strings.Join(named, " "))
	switch {
	case unknown != "":
		return errorPage(http.StatusBadRequest, 650053, "The application asked for scope '"+unknown+"' that doesn't exist on the resource '"+graphAppID+"'."), false
	case !f.all && len(f.scopes) == 0:
		return errorPage(http.StatusBadRequest, 900144, "The request body must contain the following parameter: 'scope'."), false
	case f.all && slices.ContainsFunc(f.scopes, func(scope string) bool { return !isOIDC(scope) }):
		return errorPage(http.StatusBadRequest, 70011, "The provided value for the input parameter 'scope' is not valid. .default scope can't be combined with resource-specific scopes."), false
	}
	return answer{}, true
}

// continueAdminFlow takes the forms of the pages. (The real pages post
// elsewhere.)
func (s *Server) continueAdminFlow(c *call) answer {
	f := s.entra.admin[c.r.FormValue("flow")]
	if f == nil {
		return errorPage(http.StatusBadRequest, 165000, "Invalid Request: The request tokens do not match the user context. Start again from the application.")
	}
	if f.user != nil {
		c.entry.Actor = f.user.UserPrincipalName
	}
	switch {
	case c.r.FormValue("cancel") != "" && (f.user == nil || !f.user.administers()):
		delete(s.entra.admin, f.id)
		return f.deny()
	case c.r.FormValue("cancel") != "":
		delete(s.entra.admin, f.id)
		return f.decline()
	case c.r.FormValue("accept") != "" && f.user != nil && f.user.administers():
		delete(s.entra.admin, f.id)
		c.wrote()
		return s.acceptForAll(f)
	}
	u := s.user(c.r.FormValue("account"))
	if refused, ok := f.authority.refuses(u); ok {
		return refused
	}
	c.entry.Actor = u.UserPrincipalName
	f.user = u
	id := s.guid()
	s.entra.sessions[id] = &session{user: u, authTime: s.Clock.Now()}
	cookie := http.Cookie{Name: sessionCookie, Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	props := map[string]any{"App": f.app.Name, "Flow": f.id, "UPN": u.UserPrincipalName, "Action": f.action()}
	if !u.administers() {
		return page(http.StatusOK, approvalPage, props).with("Set-Cookie", cookie.String())
	}
	props["Alone"], props["Behalf"] = f.words()
	return page(http.StatusOK, adminPage, props).with("Set-Cookie", cookie.String())
}

// administers reports whether u may consent for the tenant.
func (u *User) administers() bool {
	return slices.Contains(u.Wids, GlobalAdministrator) || slices.Contains(u.Wids, PrivilegedRoleAdministrator)
}

// words are the permissions asked for, of the app alone and on behalf of the
// people, in Microsoft's wording.
func (f *adminFlow) words() (alone, behalf []string) {
	scopes := f.scopes
	if f.all {
		scopes = slices.Concat(f.app.RequiredDelegated, f.scopes)
		for _, name := range f.app.RequiredApplication {
			alone = append(alone, roleWords[name])
		}
	}
	for _, name := range scopes {
		if text := everybodyWords[name]; !slices.Contains(behalf, text) {
			behalf = append(behalf, text)
		}
	}
	return alone, behalf
}

func (s *Server) acceptForAll(f *adminFlow) answer {
	t := s.tenant(f.user.TenantID)
	if f.all {
		s.consentAll(t, f.app)
	}
	s.principal(f.app.ClientID, t.ID).grant(t, s.Clock.Now(), nil, f.scopes)
	values := url.Values{"admin_consent": {"True"}, "tenant": {t.ID}}
	if !f.old {
		values.Set("scope", f.granted())
	}
	return f.respond(values)
}

// granted is the scope parameter of the answer. For .default the page does not
// say what it holds; it is .default again and the delegated permissions here.
func (f *adminFlow) granted() string {
	var names []string
	scopes := f.scopes
	if f.all {
		scopes = slices.Concat(f.app.RequiredDelegated, f.scopes)
	}
	for _, name := range scopes {
		if !isOIDC(name) {
			name = graphResource + name
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if f.all {
		names = append(names, graphResource+".default")
	}
	return strings.Join(names, " ")
}

// decline is the answer when an administrator turns back: in version 2 with
// admin_consent=True all the same.
// https://learn.microsoft.com/entra/identity-platform/v2-admin-consent#error-response
func (f *adminFlow) decline() answer {
	if f.old {
		return f.respond(url.Values{"error": {"permission_denied"}, "error_description": {"The admin canceled the request"}})
	}
	return f.refuse("consent_required", 65004, "The resource owner or authorization server denied the request.")
}

// deny is the answer when somebody turns back who may not consent, or whom
// nobody knows yet.
func (f *adminFlow) deny() answer {
	if f.user == nil {
		return f.refuse("access_denied", 65004, "User declined to consent to access the app.")
	}
	return f.refuse("access_denied", 90094, "An administrator of "+f.user.TenantID+" has set a policy that prevents you from granting "+f.app.label()+" the permissions it is requesting.")
}

func (f *adminFlow) refuse(code string, number int, text string) answer {
	values := url.Values{"error": {code}, "error_description": {"AADSTS" + strconv.Itoa(number) + ": " + text}}
	if !f.old {
		values.Set("admin_consent", "True")
	}
	if code == "access_denied" {
		values.Set("error_subcode", "cancel")
	}
	return f.respond(values)
}

func (f *adminFlow) respond(values url.Values) answer {
	back := flow{redirectURI: f.redirectURI, state: f.state, mode: "query"}
	return back.respond(values)
}

func (f *adminFlow) action() string {
	action := "/" + url.PathEscape(f.authority.alias)
	if !f.old {
		action += "/v2.0"
	}
	return action + "/adminconsent"
}
