package fakems

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

// serveGraph answers one Graph call, or one part of a $batch.
func (s *Server) serveGraph(c *call) answer {
	release, crowded := s.occupy(c)
	defer release()
	a := s.faulty(c, func(c *call) answer { return s.graph(c, crowded) }, graphFault)
	if a.reset {
		return a
	}
	return s.label(c, a)
}

// label puts the headers on that every answer of Graph has.
// https://learn.microsoft.com/graph/errors
func (s *Server) label(c *call, a answer) answer {
	if a.header.Get("request-id") == "" {
		unlock := s.lock()
		a = a.with("request-id", s.guid())
		unlock()
	}
	id := or(c.r.Header.Get("client-request-id"), a.header.Get("request-id"))
	a = a.with("client-request-id", id).with("x-ms-ags-diagnostic", `{"ServerInfo":{"DataCenter":"Sandbox","Slice":"E","Ring":"1","ScaleUnit":"001","RoleInstance":"FAKE0001"}}`)
	if len(c.wants.applied) > 0 {
		a = a.with("Preference-Applied", strings.Join(c.wants.applied, ", "))
	}
	return a
}

func (s *Server) graph(c *call, crowded bool) answer {
	h, refused := s.admit(c, crowded)
	if refused != nil {
		return *refused
	}
	if !h.unlocked {
		defer s.lock()()
		a, err := h.do(c)
		if err != nil {
			return s.refusal(c, err)
		}
		return a
	}
	a, err := h.do(c)
	if err != nil {
		defer s.lock()()
		return s.refusal(c, err)
	}
	return a
}

// admit checks token, limits, preferences, path and permission.
func (s *Server) admit(c *call, crowded bool) (handler, *answer) {
	defer s.lock()()
	refuse := func(a answer) (handler, *answer) { return handler{}, &a }
	if a, ok := s.authenticate(c); !ok {
		return refuse(a)
	}
	if a, ok := s.throttle(c, crowded); !ok {
		return refuse(a)
	}
	var err error
	if c.wants, err = s.preferences(c.r); err != nil {
		return refuse(s.refusal(c, err))
	}
	if strings.Join(c.path, "/") == "oidc/userinfo" {
		return handler{do: s.userInfo}, nil
	}
	if c.path[0] != "v1.0" || len(c.path) < 2 {
		return refuse(s.noSuchPath(c))
	}
	h := s.route(c)
	if h.do == nil {
		return refuse(s.noSuchPath(c))
	}
	if !h.permits(c.token) {
		if h.directory {
			return refuse(s.refusal(c, deniedByDirectory))
		}
		return refuse(s.refuse(c, http.StatusForbidden, "ErrorAccessDenied", "Access is denied. Check credentials and try again."))
	}
	if a, ok := s.afford(c, h); !ok {
		return refuse(a)
	}
	return h, nil
}

// handler is what a path and method lead to.
type handler struct {
	do        func(*call) (answer, error)
	scopes    string // delegated permissions, one of which is needed
	roles     string // application permissions, one of which an app-only token needs
	directory bool   // refuses as the directory does, not as Exchange does
	unlocked  bool   // do takes the lock itself
}

// permits reports whether t may make the call at all.
func (h handler) permits(t *accessToken) bool {
	needed := h.scopes
	if t.appOnly() {
		needed = h.roles
	}
	return h.scopes == "" && h.roles == "" || slices.ContainsFunc(strings.Fields(needed), t.has)
}

const (
	readCalendar  = "Calendars.Read Calendars.ReadWrite"
	writeCalendar = "Calendars.ReadWrite"

	readUsers  = "User.Read.All Directory.Read.All"
	readGroups = "GroupMember.Read.All Group.Read.All Directory.Read.All"
)

// route finds the handler. The permissions are those of each call's page.
func (s *Server) route(c *call) handler {
	p := c.path[1:] // after v1.0
	get, post := c.r.Method == http.MethodGet, c.r.Method == http.MethodPost
	switch p[0] {
	case "$batch":
		if post && len(p) == 1 {
			return handler{do: s.batch, unlocked: true}
		}
	case "organization":
		if get && len(p) == 1 {
			return handler{do: s.organization, scopes: "User.Read User.Read.All", roles: "Organization.Read.All Directory.Read.All", directory: true}
		}
	case "subscriptions":
		return s.subscriptionRoute(c, p[1:])
	case "me":
		if c.token.appOnly() {
			return handler{do: func(*call) (answer, error) {
				s.unexpected("%s with an app-only token", c.r.URL.Path)
				return answer{}, badRequest("BadRequest", "/me request is only valid with delegated authentication flow.")
			}}
		}
		return s.userRoute(c, c.token.user.ID, p[1:])
	case "users":
		if len(p) > 1 {
			return s.userRoute(c, p[1], p[2:])
		}
		if get {
			return handler{do: s.listUsers, scopes: readUsers, roles: readUsers, directory: true}
		}
	case "groups":
		if len(p) > 1 && get {
			return s.groupRoute(p[1], p[2:])
		}
	}
	return handler{}
}

func (s *Server) userRoute(c *call, user string, p []string) handler {
	method := c.r.Method
	mailbox := func(scopes string, do func(*call, *User) (answer, error)) handler {
		return handler{scopes: scopes, roles: scopes, do: func(c *call) (answer, error) {
			u, err := s.mailboxOf(c, user)
			if err != nil {
				return answer{}, err
			}
			return do(c, u)
		}}
	}
	switch {
	case len(p) == 0 && method == http.MethodGet:
		return handler{scopes: "User.Read User.ReadBasic.All", roles: readUsers, directory: true, do: func(c *call) (answer, error) {
			return s.getUser(c, user)
		}}
	case len(p) == 1 && p[0] == "translateExchangeIds" && method == http.MethodPost:
		h := mailbox("", s.translateIDs)
		h.scopes, h.roles = "User.Read User.ReadBasic.All", readUsers
		return h
	case len(p) == 1 && p[0] == "calendar" && method == http.MethodGet:
		return mailbox(readCalendar, s.getCalendar)
	case len(p) == 2 && p[0] == "calendar" && p[1] == "calendarPermissions" && method == http.MethodGet:
		return mailbox(readCalendar, s.listCalendarPermissions)
	case len(p) == 1 && p[0] == "calendarView" && method == http.MethodGet:
		return mailbox(readCalendar, s.calendarView)
	case len(p) == 1 && p[0] == "events" && method == http.MethodGet:
		return mailbox(readCalendar, s.listEvents)
	case len(p) == 1 && p[0] == "events" && method == http.MethodPost:
		return mailbox(writeCalendar, s.postEvent)
	case len(p) == 2 && p[0] == "events" && method == http.MethodGet:
		return mailbox(readCalendar, func(c *call, u *User) (answer, error) { return s.getEvent(c, u, p[1]) })
	case len(p) == 3 && p[0] == "events" && p[2] == "instances" && method == http.MethodGet:
		return mailbox(readCalendar, func(c *call, u *User) (answer, error) { return s.listInstances(c, u, p[1]) })
	case len(p) == 3 && p[0] == "events" && p[2] == "cancel" && method == http.MethodPost:
		return mailbox(writeCalendar, func(c *call, u *User) (answer, error) { return s.cancelEvent(c, u, p[1]) })
	case len(p) == 2 && p[0] == "events" && method == http.MethodPatch:
		return mailbox(writeCalendar, func(c *call, u *User) (answer, error) { return s.patchEvent(c, u, p[1]) })
	case len(p) == 2 && p[0] == "events" && method == http.MethodDelete:
		return mailbox(writeCalendar, func(c *call, u *User) (answer, error) { return s.deleteEvent(c, u, p[1]) })
	}
	return handler{}
}

func (s *Server) noSuchPath(c *call) answer {
	s.unexpected("Graph has no %s %s, or it is not played here", c.r.Method, c.r.URL.Path)
	return s.refuse(c, http.StatusNotFound, "BadRequest", "Resource not found for the segment '"+c.path[len(c.path)-1]+"'.")
}

// authenticate finds the caller's token. https://learn.microsoft.com/graph/errors
func (s *Server) authenticate(c *call) (answer, bool) {
	text, isBearer := cutBearer(c.r)
	t := s.entra.access[text]
	message := ""
	switch {
	case !isBearer || text == "":
		message = "Access token is empty."
	case t == nil:
		message = "CompactToken parsing failed with error code: 80049217"
	case t.api != nil:
		message = "Access token validation failure. Invalid audience."
	case !s.Clock.Now().Before(t.expires):
		message = "Lifetime validation failed, the token is expired."
	case t.principal.removed:
		message = "The identity of the calling application could not be established."
	case !t.appOnly() && (t.user.Disabled || s.user(t.user.ID) != t.user):
		message = "User account is disabled or deleted."
	}
	if message == "" {
		c.token = t
		c.entry.Actor = t.actor()
		return answer{}, true
	}
	return s.refuse(c, http.StatusUnauthorized, "InvalidAuthenticationToken", message).with("WWW-Authenticate",
		`Bearer realm="", authorization_uri="`+c.base+`/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`), false
}

func cutBearer(r *http.Request) (token string, ok bool) {
	return strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
}

func (t *accessToken) has(scope string) bool { return slices.Contains(t.scopes, scope) }

// mailboxOf finds the mailbox a call is about: with a delegated token it can
// only be the caller's own, since the .Shared permissions are not played; with
// an app-only one any of the tenant that no access policy covers.
// https://learn.microsoft.com/graph/api/event-get
func (s *Server) mailboxOf(c *call, idOrUPN string) (*User, error) {
	u := s.user(idOrUPN)
	switch {
	case u == nil || u.TenantID != c.token.tenant():
		return nil, &refusal{http.StatusNotFound, "ErrorInvalidUser", "The requested user '" + idOrUPN + "' is invalid."}
	case c.token.appOnly() && s.tenant(u.TenantID).keepsOut(u):
		return nil, &refusal{http.StatusForbidden, "ErrorAccessDenied", outOfReach}
	case !c.token.appOnly() && u != c.token.user:
		return nil, &refusal{http.StatusForbidden, "ErrorAccessDenied", "Access is denied. Check credentials and try again."}
	case u.NoMailbox:
		return nil, &refusal{http.StatusNotFound, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive, soft-deleted, or is hosted on-premise."}
	}
	return u, nil
}

// outOfReach is how Exchange words an application access policy, as recorded.
// https://learn.microsoft.com/graph/auth-limit-mailbox-access
const outOfReach = "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings."

func (s *Server) refusal(c *call, err error) answer {
	if r, ok := errors.AsType[*refusal](err); ok {
		return s.refuse(c, r.status, r.code, r.message)
	}
	panic(err) // handlers return refusals only
}

// refuse is Graph's error body. The lock is held.
func (s *Server) refuse(c *call, status int, code, message string) answer {
	id := s.guid()
	return jsonAnswer(status, map[string]any{"error": map[string]any{
		"code":    code,
		"message": message,
		"innerError": map[string]string{
			"date":              s.Clock.Now().UTC().Format("2006-01-02T15:04:05"),
			"request-id":        id,
			"client-request-id": or(c.r.Header.Get("client-request-id"), id),
		},
	}}).with("request-id", id)
}
