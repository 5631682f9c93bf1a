package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// receiptsShown is how many of the newest a page lists; the command line has all.
const receiptsShown = 200

// act makes a handler of one that does what somebody with the role asks. That it was
// asked for is written down before: nothing is done without its receipt.
func (s *Server) act(role meeting.Role, operation string, handle func(echo.Context, visit) error) echo.HandlerFunc {
	return s.in(role, func(c echo.Context, v visit) error {
		if err := s.noteAct(c.Request().Context(), v.who, meeting.TenantAccount(v.tenant.ID), operation); err != nil {
			return err
		}
		return handle(c, v)
	})
}

// noteAct writes an act down in the chain of the organisation or of one mailbox.
func (s *Server) noteAct(ctx context.Context, who meeting.Account, chain receipt.Chain, operation string) error {
	return s.Store.KeepReceipt(ctx, chain, receipt.Entry{
		At: s.Clock.Now(), Actor: who.ID, Service: "console", Operation: operation, Reason: "administrator", Result: "asked",
	})
}

// receipted has the calls that handle makes on the mailbox written down, as
// those that actor asked for.
func (s *Server) receipted(c echo.Context, mailbox, actor meeting.AccountID, handle func() error) error {
	ctx := receipt.Keep(c.Request().Context(), actor)
	receipt.BookOf(ctx).Because(string(meeting.ByPane))
	c.SetRequest(c.Request().WithContext(ctx))
	err := handle()
	s.keepReceipts(ctx, mailbox)
	return err
}

// keepReceipts stores what ctx's book holds. The calls were made: that it could
// not be stored does not undo them.
func (s *Server) keepReceipts(ctx context.Context, mailbox meeting.AccountID) {
	ctx = context.WithoutCancel(ctx)
	if err := s.Store.KeepReceipts(ctx, mailbox); err != nil {
		s.Log.ErrorContext(ctx, "keep receipts", keyAccount, mailbox, keyError, err)
	}
}

// showReceipts lists what was done to the person's own mailbox: GET /account/receipts.
func (s *Server) showReceipts(c echo.Context, who meeting.Account) error {
	frame := s.frame("Receipts", personName(who))
	return s.renderReceipts(c, who.ID, frame, views.Action{Text: "Your account", URL: route.Account})
}

// showOrganizationReceipts lists what administrators did: GET /admin/receipts.
func (s *Server) showOrganizationReceipts(c echo.Context, v visit) error {
	return s.renderReceipts(c, meeting.TenantAccount(v.tenant.ID), s.adminFrame("Receipts", route.AdminReceipts, v.who, v.role), views.Action{Text: "All mailboxes", URL: route.Admin})
}

// showMailboxReceipts lists what was done to a mailbox: GET
// /admin/mailboxes/{object}/receipts.
func (s *Server) showMailboxReceipts(c echo.Context, v visit) error {
	account := v.account(c.Param("object"))
	if _, err := s.Store.ConsoleMailbox(c.Request().Context(), v.tenant.ID, account); err != nil {
		return err
	}
	return s.renderReceipts(c, account, s.adminFrame("Receipts", "", v.who, v.role), views.Action{Text: "The mailbox", URL: route.MailboxOf(string(account.Object()))})
}

func (s *Server) renderReceipts(c echo.Context, chain receipt.Chain, frame views.Frame, back views.Action) error {
	rows, err := s.Store.Receipts(c.Request().Context(), chain, receiptsShown)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ReceiptsPage(receiptsProps(rows, chain, frame, back)))
}

// services are those of receipts, as people know them.
var services = map[string]string{"graph": "Microsoft", "webex": "Webex", "console": "Console"}

// receiptsProps builds everything but the frame. People are named by their ids,
// as in the log: a receipt holds no address.
func receiptsProps(rows []receipt.Row, chain receipt.Chain, frame views.Frame, back views.Action) views.Receipts {
	props := views.Receipts{Frame: frame, Back: back}
	for _, r := range rows {
		line := views.Receipt{When: moment(r.At), Service: services[r.Service], What: r.Operation, Why: r.Reason, Result: r.Result, Who: "The program"}
		switch {
		case r.Actor == chain:
			line.Who = "The person"
		case r.Actor != "":
			line.Who = strings.TrimPrefix(string(r.Actor), string(chain.Tenant())+"/")
		}
		props.Rows = append(props.Rows, line)
	}
	return props
}
