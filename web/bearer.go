package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// caller is who a bearer speaks for. Nothing else of a request to the API says
// who asks: no cookie is read there.
type caller struct {
	meeting.Account
	pane     meeting.Secret // the pane's token; empty: a script's access token
	delegate *delegate      // who acts for the account; nil: the person
}

// authorized makes a handler of one that needs to know who calls.
func (s *Server) authorized(handle func(echo.Context, caller) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		noStore(c)
		who, err := s.caller(c)
		if err != nil {
			return err
		}
		return s.receipted(c, who.ID, who.ID, func() error { return handle(c, who) })
	}
}

// caller finds out whom the request's bearer speaks for: a token of the pane,
// else an access token of Microsoft's.
// https://www.rfc-editor.org/rfc/rfc6750#section-2.1
func (s *Server) caller(c echo.Context) (caller, error) {
	headers := c.Request().Header.Values(echo.HeaderAuthorization)
	if len(headers) != 1 {
		return caller{}, noToken(c)
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	switch {
	case !strings.EqualFold(scheme, "Bearer"):
		return caller{}, noToken(c)
	case idForm.MatchString(token):
		return s.paneCaller(c, meeting.NewSecret(token))
	case strings.Count(token, ".") == 2:
		return s.scriptCaller(c, token)
	}
	return caller{}, badToken(c, "no token of any kind")
}

func (s *Server) paneCaller(c echo.Context, token meeting.Secret) (caller, error) {
	ctx := c.Request().Context()
	id, err := s.Store.PaneToken(ctx, token)
	if err == nil {
		var account meeting.Account
		if account, err = s.Store.Account(ctx, id); err == nil {
			return caller{Account: account, pane: token}, nil
		}
	}
	if errs.Is(err, errs.NotFound) {
		return caller{}, badToken(c, "no such token")
	}
	return caller{}, err
}

func (s *Server) scriptCaller(c echo.Context, token string) (caller, error) {
	ctx := c.Request().Context()
	identity, err := s.AccessTokens.CheckAccess(ctx, token)
	switch {
	case errs.Is(err, errs.SignedOut):
		return caller{}, badToken(c, err.Error())
	case errs.Is(err, errs.Forbidden):
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer error="insufficient_scope", scope="access_as_user"`)
		return caller{}, &told{err: err, text: "This access token is without the scope access_as_user."}
	case err != nil:
		return caller{}, err
	}
	account, err := s.Store.Account(ctx, identity.Account)
	if !errs.Is(err, errs.NotFound) {
		return caller{Account: account}, err
	}
	mailbox, err := s.Store.Mailbox(ctx, identity.Account)
	if err != nil {
		return caller{}, err
	}
	if !mailbox.Connected || mailbox.Authority != meeting.TenantWide {
		return caller{}, &told{err: errs.New(errs.Forbidden, "api: %s never signed in here", identity.Account),
			text: "Nobody is known here by this account yet. Sign in once at " + s.PublicURL + "/account."}
	}
	return caller{Account: meeting.Account{ID: identity.Account, UPN: identity.UPN, Name: identity.Name, Guest: identity.Guest}}, nil
}

// noToken refuses a request without a bearer. That nothing is said of a token
// tells who sent one, such as the doctor, that a proxy took it off.
// https://www.rfc-editor.org/rfc/rfc6750#section-3.1
func noToken(c echo.Context) error { return refuseToken(c, "Bearer", "no bearer") }

// badToken refuses a bearer that is worth nothing.
func badToken(c echo.Context, why string) error {
	return refuseToken(c, `Bearer error="invalid_token"`, why)
}

func refuseToken(c echo.Context, challenge, why string) error {
	c.Response().Header().Set(echo.HeaderWWWAuthenticate, challenge)
	return &told{err: errs.New(errs.SignedOut, "api: %s", why), status: http.StatusUnauthorized,
		text: "This needs a token, and a valid one. Sign in again."}
}
