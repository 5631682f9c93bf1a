package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// decideOrphan does with a meeting that no event has what the person wants: POST
// /account/orphans. One that is none any more is no error: the page shows what is.
func (s *Server) decideOrphan(c echo.Context, who meeting.Account) error {
	wish, err := orphanWish(c)
	if err != nil {
		return err
	}
	if err := s.wishOrphan(c, who.ID, wish); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.Account+"#orphans")
}

// decideOrphanOf is the same for whoever looks after a mailbox: POST
// /admin/mailboxes/{object}/orphans.
func (s *Server) decideOrphanOf(c echo.Context, v visit) error {
	wish, err := orphanWish(c)
	if err != nil {
		return err
	}
	account, err := s.mailboxAct(c, v, "meeting without an event: "+string(wish))
	if err != nil {
		return err
	}
	if err := s.wishOrphan(c, account, wish); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.MailboxOf(string(account.Object()))+"#orphans")
}

func (s *Server) wishOrphan(c echo.Context, account meeting.AccountID, wish meeting.OrphanWish) error {
	err := s.Store.WishOrphan(c.Request().Context(), account, meeting.MeetingID(c.FormValue("meeting")), wish)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

func orphanWish(c echo.Context) (meeting.OrphanWish, error) {
	wish := meeting.OrphanWish(c.FormValue("do"))
	switch wish {
	case meeting.AdoptOrphan, meeting.DeleteOrphan, meeting.KeepOrphan:
		return wish, nil
	}
	return "", errs.New(errs.Invalid, "unknown wish")
}

// orphanRows are those that are not over and not to be left alone.
func orphanRows(orphans []meeting.Orphan, now time.Time) (list []views.Orphan) {
	for _, o := range orphans {
		if o.Wish == meeting.KeepOrphan || !o.Repeats && !o.End.After(now) {
			continue
		}
		row := views.Orphan{WebexID: string(o.Meeting)}
		row.ID = fmt.Sprintf("orphan-%d", len(list)+1)
		row.Start, row.End, row.When = o.Start.UTC().Format(time.RFC3339), o.End.UTC().Format(time.RFC3339), when(o.Start.UTC(), o.End.UTC())
		row.Repeats = o.Repeats
		if row.Title = strings.TrimSpace(o.Title); row.Title == "" {
			row.Title = noTitle
		}
		switch o.Wish {
		case meeting.AdoptOrphan:
			row.Decided, row.State, row.Tone = true, "Being added", views.Wait
			row.Text = "Your event gets its join details in a moment."
		case meeting.DeleteOrphan:
			row.Decided, row.State, row.Tone = true, "Being deleted", views.Wait
		}
		if o.Event != "" {
			if row.EventName = strings.TrimSpace(o.Subject); row.EventName == "" {
				row.EventName = noTitle
			}
		}
		list = append(list, row)
	}
	return list
}
