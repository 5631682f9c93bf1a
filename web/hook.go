package web

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
)

const (
	maxToken = 4 << 10 // of a validation handshake
	maxBody  = 1 << 20 // of a delivery
)

// receiveNotifications takes change notifications: POST /hooks/graph.
// https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
func (s *Server) receiveNotifications(c echo.Context) error {
	return s.receive(c, s.Intake.Receive)
}

// receiveLifecycle takes lifecycle notifications: POST /hooks/graph/lifecycle.
// https://learn.microsoft.com/graph/change-notifications-lifecycle-events
func (s *Server) receiveLifecycle(c echo.Context) error {
	return s.receive(c, s.Intake.ReceiveLifecycle)
}

// receive answers 202 only once take has made the delivery durable.
func (s *Server) receive(c echo.Context, take func(context.Context, []byte) error) error {
	query, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return errs.New(errs.Invalid, "hook: query does not parse")
	}
	if query.Has("validationToken") {
		return echoToken(c, query.Get("validationToken"))
	}
	media, _, err := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		return errs.New(errs.Unsupported, "hook: not application/json")
	}
	body, err := delivery(c)
	if err != nil {
		return err
	}
	if err := take(c.Request().Context(), body); err != nil {
		return err
	}
	return c.NoContent(http.StatusAccepted)
}

// echoToken ends Graph's handshake: the decoded token and nothing else. Anybody
// may send one, hence plain text, and nothing is asked of anybody for it.
func echoToken(c echo.Context, token string) error {
	if token == "" || len(token) > maxToken {
		return errs.New(errs.Invalid, "hook: validation token of %d bytes", len(token))
	}
	return c.Blob(http.StatusOK, "text/plain", []byte(token))
}

// delivery reads the body of one.
func delivery(c echo.Context) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, maxBody))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, errs.New(errs.TooLarge, "hook: over 1 MiB")
		}
		return nil, errs.New(errs.Invalid, "hook: read body: %w", err)
	}
	return body, nil
}

// receiveHook takes Webex's webhooks: POST /hooks/webex?h={hook}. It answers 204
// once the delivery is durable, and 401 unless it is signed, whatever else is
// wrong. https://developer.webex.com/docs/api/guides/webhooks
func (s *Server) receiveHook(c echo.Context) error {
	body, err := delivery(c)
	if err != nil {
		return err
	}
	h := c.Request().Header
	err = s.Hooks.ReceiveHook(c.Request().Context(), c.QueryParam("h"), h.Get("X-Spark-Signature"), strings.Join(h.Values("X-Webex-Signature"), ","), body)
	if errs.Is(err, errs.SignedOut) {
		return &told{err: err, status: http.StatusUnauthorized, title: "Not signed", text: "The delivery does not carry a signature that this webhook expects."}
	}
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
