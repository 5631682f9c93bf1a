package web

import (
	"encoding/base64"
	"io"
	"net/http"
	"regexp"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
)

// sessionDays is how long a browser keeps the cookie. When a session ends is
// the store's to say; this is only its outer limit.
const sessionDays = 7

// accountKey is the one value of a session.
const accountKey = "account"

// sessionStore lets gorilla/sessions carry an opaque id; what it stands for is
// a row of ours.
type sessionStore struct {
	rows    Sessions
	draw    func() (string, error)
	options sessions.Options
}

func newSessionStore(s *Server) *sessionStore {
	return &sessionStore{rows: s.Store, draw: s.draw, options: sessions.Options{
		Path: "/", MaxAge: sessionDays * 24 * 3600, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode,
	}}
}

// Get implements sessions.Store: the request's session, looked up once.
func (s *sessionStore) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New implements sessions.Store. A cookie that names no session is as good as
// none; its id is never taken up.
func (s *sessionStore) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	options := s.options
	session.Options, session.IsNew = &options, true
	id := cookieID(r, name)
	if id == "" {
		return session, nil
	}
	row, err := s.rows.Session(r.Context(), meeting.NewSecret(id))
	switch {
	case errs.Is(err, errs.NotFound):
		return session, nil
	case err != nil:
		return session, err
	}
	session.ID, session.IsNew = id, false
	session.Values[accountKey] = row.Account
	return session, nil
}

// Save implements sessions.Store: a session without an id gets one and a row,
// one with a negative MaxAge loses both.
func (s *sessionStore) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	if session.Options.MaxAge < 0 {
		http.SetCookie(w, sessions.NewCookie(session.Name(), "", session.Options))
		if session.ID == "" {
			return nil
		}
		return s.rows.EndSession(r.Context(), meeting.NewSecret(session.ID))
	}
	if session.ID == "" {
		id, err := s.draw()
		if err != nil {
			return err
		}
		account, _ := session.Values[accountKey].(meeting.AccountID)
		if err := s.rows.CreateSession(r.Context(), meeting.NewSecret(id), account); err != nil {
			return err
		}
		session.ID = id
	}
	http.SetCookie(w, sessions.NewCookie(session.Name(), session.ID, session.Options))
	return nil
}

// beginSession signs the browser in as account, always under a new id: one
// that was planted in the browser before must not become a signed-in one.
func (s *Server) beginSession(c echo.Context, account meeting.AccountID) error {
	session, err := s.sessions.Get(c.Request(), s.cookieName("session"))
	if err != nil {
		return err
	}
	if session.ID != "" {
		if err := s.Store.EndSession(c.Request().Context(), meeting.NewSecret(session.ID)); err != nil {
			return err
		}
		session.ID = ""
	}
	session.Values[accountKey] = account
	return session.Save(c.Request(), c.Response())
}

// endSession signs the browser out.
func (s *Server) endSession(c echo.Context) error {
	session, err := s.sessions.Get(c.Request(), s.cookieName("session"))
	if err != nil {
		return err
	}
	session.Options.MaxAge = -1
	return session.Save(c.Request(), c.Response())
}

// visitor returns who is signed in in this browser; errs.NotFound: nobody.
func (s *Server) visitor(c echo.Context) (meeting.Account, error) {
	session, err := s.sessions.Get(c.Request(), s.cookieName("session"))
	if err != nil {
		return meeting.Account{}, err
	}
	id, ok := session.Values[accountKey].(meeting.AccountID)
	if !ok {
		return meeting.Account{}, errs.New(errs.NotFound, "no session")
	}
	return s.Store.Account(c.Request().Context(), id)
}

// signedIn makes a handler of one that needs to know who asks; everybody else
// is sent to sign in first, and comes back to where they wanted to go.
func (s *Server) signedIn(handle func(echo.Context, meeting.Account) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		noStore(c)
		account, err := s.visitor(c)
		if errs.Is(err, errs.NotFound) {
			return c.Redirect(http.StatusSeeOther, route.SigninTo(comingFrom(c)))
		}
		if err != nil {
			return err
		}
		return handle(c, account)
	}
}

// comingFrom is where a sign-in leads back to. A callback's own address holds
// a code that is of no use a second time: linking starts over. A form of the
// console is on one of its pages.
func comingFrom(c echo.Context) string {
	switch path := c.Path(); {
	case path == route.WebexCallback:
		return route.WebexConnect
	case path == route.AdminConsentStart || path == route.AdminConsentReturn:
		return route.AdminConsent
	case route.InAdmin(path) && c.Request().Method == http.MethodPost:
		return route.Admin
	}
	return route.ReturnTo(c.Request().URL.RequestURI())
}

// cookieName adds the prefix that binds a cookie to host, path and https.
// Browsers refuse it on http, even on loopback.
// https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
func (s *Server) cookieName(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return "scheduler-" + name
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// cookieID returns the cookie's value if it has the form of an id of ours.
func cookieID(r *http.Request, name string) string {
	cookie, err := r.Cookie(name)
	if err != nil || !idForm.MatchString(cookie.Value) {
		return ""
	}
	return cookie.Value
}

// draw returns 256 random bits, as 43 characters for cookies and URLs.
func (s *Server) draw() (string, error) {
	s.drawing.Lock()
	defer s.drawing.Unlock()
	var b [32]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "", errs.New(errs.Internal, "web: draw: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}
