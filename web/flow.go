package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// flowLifetime is how long a redirect may take to come back: Microsoft's codes
// live about that long too.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
const flowLifetime = 10 * time.Minute

// beginFlow makes a flow of this browser and keeps it. The address to go to is
// built from it before it is kept: a flow that leads nowhere is not kept.
func (s *Server) beginFlow(c echo.Context, flow meeting.Flow, address func(meeting.Flow) (string, error)) error {
	var drawn [3]string
	for i := range drawn {
		var err error
		if drawn[i], err = s.draw(); err != nil {
			return err
		}
	}
	browser, err := s.browser(c)
	if err != nil {
		return err
	}
	flow.State, flow.Nonce, flow.Verifier = meeting.NewSecret(drawn[0]), drawn[1], meeting.NewSecret(drawn[2])
	flow.Browser = browser
	flow.ExpiresAt = s.Clock.Now().Add(flowLifetime)
	to, err := address(flow)
	if err != nil {
		return err
	}
	if err := s.Store.SaveFlow(c.Request().Context(), flow); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// browser returns the value of the browser's flow cookie and sets it anew. It
// names the browser and not the flow: several tabs may be on their way at once.
func (s *Server) browser(c echo.Context) (meeting.Secret, error) {
	name := s.cookieName("flow")
	value := cookieID(c.Request(), name)
	if value == "" {
		var err error
		if value, err = s.draw(); err != nil {
			return meeting.Secret{}, err
		}
	}
	c.SetCookie(&http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(2 * flowLifetime / time.Second),
		HttpOnly: true, Secure: s.secure,
		// The callback is a top-level navigation from another site: Strict
		// would keep the cookie at home.
		SameSite: http.SameSiteLaxMode,
	})
	return meeting.NewSecret(value), nil
}

// endFlow returns the flow that came back, of one of the kinds. errs.NotFound:
// unknown, used, expired, of another kind or started in another browser.
func (s *Server) endFlow(c echo.Context, kinds ...meeting.FlowKind) (meeting.Flow, error) {
	state, browser := c.QueryParam("state"), cookieID(c.Request(), s.cookieName("flow"))
	if !idForm.MatchString(state) || browser == "" {
		return meeting.Flow{}, errs.New(errs.NotFound, "callback: no state or no browser")
	}
	for _, kind := range kinds {
		flow, err := s.Store.TakeFlow(c.Request().Context(), kind, meeting.NewSecret(state), meeting.NewSecret(browser))
		if !errs.Is(err, errs.NotFound) {
			return flow, err
		}
	}
	return meeting.Flow{}, errs.New(errs.NotFound, "callback: no such flow")
}

// callback makes the answer to an address that holds a code keep it to itself.
func callback(c echo.Context) {
	noStore(c)
	c.Response().Header().Set("Referrer-Policy", "no-referrer")
}

func noStore(c echo.Context) { c.Response().Header().Set("Cache-Control", "no-store") }
