package web

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
)

// delegate is who acts in the calendar of another: a caller's Account is the
// calendar's owner then.
type delegate struct {
	id      meeting.AccountID
	address string // under which the owner's permissions name them
	right   meeting.CalendarRight
}

// actor is who really calls.
func (w caller) actor() meeting.AccountID {
	if w.delegate != nil {
		return w.delegate.id
	}
	return w.ID
}

// standing is the footing of whose calendar is meant.
func (s *Server) standing(ctx context.Context, who caller) (footing, error) {
	state, err := s.footing(ctx, who.Account)
	state.behalf = who.delegate != nil
	return state, err
}

// mayTouch reports whether the caller may see and change the event: one that is
// private only if the owner lets them.
func (w caller) mayTouch(event meeting.Event) bool {
	return w.delegate == nil || !event.Private || w.delegate.right == meeting.RightToAll
}

// onBehalf makes a handler that may be asked about another's calendar too: with
// ?mailbox= it gets the calendar's owner for the caller, if the owner lets the
// caller write there. The address is a name to look up: what counts is what
// Exchange says of the owner's calendar.
func (s *Server) onBehalf(handle func(echo.Context, caller) error) echo.HandlerFunc {
	return s.authorized(func(c echo.Context, who caller) error {
		address := strings.TrimSpace(c.QueryParam("mailbox"))
		if address == "" || who.Has(address) {
			return handle(c, who)
		}
		owner, err := s.ownerFor(c.Request().Context(), who, address)
		if err != nil {
			return err
		}
		return s.receipted(c, owner.ID, who.ID, func() error { return handle(c, owner) })
	})
}

// ownerFor finds the owner of the calendar that is known by the address.
func (s *Server) ownerFor(ctx context.Context, who caller, address string) (caller, error) {
	closed := func(err error) error {
		return &told{err: err, status: http.StatusNotFound, text: "There is no calendar of this address here that you may change. " +
			"Its owner has to be connected, and to have made you a delegate or let you edit."}
	}
	id, err := s.Store.AccountByAddress(ctx, who.ID.Tenant(), address)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Conflict) {
		return who, closed(err)
	}
	if err != nil {
		return who, err
	}
	if id == who.ID {
		return who, nil
	}
	ctx = receipt.Keep(ctx, who.ID) // it is the owner's calendar that is asked
	receipt.BookOf(ctx).Because("whether somebody may act for its owner")
	right, own, err := s.Shares.Right(ctx, id, who.ID)
	s.keepReceipts(ctx, id)
	switch {
	case errs.Is(err, errs.SignedOut), errs.Is(err, errs.Forbidden), errs.Is(err, errs.NotFound), err == nil && right == meeting.NoRight:
		return who, closed(cmp.Or(err, error(errs.New(errs.NotFound, "api: %s has no right in the calendar of %s", who.ID, id))))
	case err != nil:
		return who, remote(err)
	}
	owner, err := s.Store.Account(ctx, id)
	return caller{Account: owner, delegate: &delegate{who.ID, own, right}}, err
}

// touching answers as if the meeting weren't there if its event is private and
// the caller may not see those.
func (s *Server) touching(ctx context.Context, who caller, link meeting.Link) error {
	event := cmp.Or(link.For, link.Event)
	if who.delegate == nil || who.delegate.right == meeting.RightToAll || link.Event.IsDraft() && link.For == "" {
		return nil
	}
	state, err := s.standing(ctx, who)
	if err == nil {
		_, err = s.item(ctx, who, state, string(event))
	}
	return err
}
