package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// showMailbox shows one mailbox with its meetings and problems: GET
// /admin/mailboxes/{object}.
func (s *Server) showMailbox(c echo.Context, v visit) error {
	ctx := c.Request().Context()
	account := v.account(c.Param("object"))
	line, err := s.Store.ConsoleMailbox(ctx, v.tenant.ID, account)
	if err != nil {
		return err
	}
	mailbox, err := s.Store.Mailbox(ctx, account)
	if err != nil {
		return err
	}
	links, err := s.Store.AccountLinks(ctx, account)
	if err != nil {
		return err
	}
	orphans, err := s.Store.Orphans(ctx, account)
	if err != nil {
		return err
	}
	props := mailboxProps(line, mailbox, links, s.Clock.Now())
	props.Orphans = orphanRows(orphans, s.Clock.Now())
	props.Frame = s.adminFrame(props.Name, "", v.who, v.role)
	return s.render(c, http.StatusOK, views.MailboxPage(props))
}

// releaseMailbox lets the held deletions of a mailbox go on: POST
// /admin/mailboxes/{object}/release.
func (s *Server) releaseMailbox(c echo.Context, v visit) error {
	account, err := s.mailboxAct(c, v, "release deletions")
	if err != nil {
		return err
	}
	if err := s.Store.LiftHold(c.Request().Context(), account); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.MailboxOf(string(account.Object())))
}

// lookThroughMailbox has a mailbox looked through at once, at Webex too: POST
// /admin/mailboxes/{object}/look.
func (s *Server) lookThroughMailbox(c echo.Context, v visit) error {
	account, err := s.mailboxAct(c, v, "look through again")
	if err != nil {
		return err
	}
	if err := s.Store.SweepMailbox(c.Request().Context(), account); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.MailboxOf(string(account.Object())))
}

// mailboxAct returns the tenant's mailbox that the address names, after it is
// written down what is asked of it.
func (s *Server) mailboxAct(c echo.Context, v visit, operation string) (meeting.AccountID, error) {
	ctx := c.Request().Context()
	account := v.account(c.Param("object"))
	if _, err := s.Store.ConsoleMailbox(ctx, v.tenant.ID, account); err != nil {
		return "", err
	}
	return account, s.noteAct(ctx, v.who, account, operation)
}

// mailboxProps builds everything but the frame. Whoever looks after a mailbox
// need not be invited to its meetings: nothing here leads into one.
func mailboxProps(line meeting.ConsoleMailbox, mailbox meeting.Mailbox, links []meeting.Link, now time.Time) views.Mailbox {
	row := mailboxRow(line)
	props := views.Mailbox{Name: row.Name, UPN: row.UPN, State: row.State, Tone: row.Tone, Why: row.Why, Object: string(line.Account.Object())}
	props.Receipts, props.History = route.ReceiptsOf(props.Object), route.HistoryOf(props.Object)
	props.Facts = []views.Fact{
		{Name: "Webex host", Text: row.Host},
		{Name: "Authorised by", Text: authorities[mailbox.Authority]},
		{Name: "Looked through", Moment: momentIf(line.SweptAt), Text: "Not yet"},
		{Name: "Microsoft tells of changes until", Moment: momentIf(mailbox.SubscribedUntil), Text: "–"},
		{Name: "Events waiting", Text: number(mailbox.Waiting)},
		{Name: "Object id", Text: string(line.Account.Object())},
	}
	if line.Assigned && line.Host != "" {
		props.Facts[0].Text += ", chosen in the console"
	}
	if !mailbox.Connected {
		props.Facts = []views.Fact{props.Facts[0], props.Facts[5]}
	}
	rows := eventRows(links, mailbox.Connected, now)
	props.Problems, props.Meetings = rows.problems, rows.meetings
	for i := range props.Problems {
		props.Problems[i].Join = ""
	}
	for i := range props.Meetings {
		props.Meetings[i].Join = ""
	}
	props.Decide = route.OrphansOf(props.Object)
	if mailbox.Connected {
		props.LookAgain = route.LookOf(props.Object)
	}
	if line.Held > 0 {
		props.Held, props.Release = count(line.Held, "meeting", "meetings"), route.ReleaseOf(props.Object)
	}
	return props
}

var authorities = map[meeting.Authority]string{
	"":                 "Nobody",
	meeting.Individual: "Its person",
	meeting.TenantWide: "Your organisation",
}
