package web

import (
	"math"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/receipt"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// kept is all that is kept of a person, as the person gets it. Tokens and
// passwords are left out: whoever gets hold of the file must not get in with it.
type kept struct {
	About       string         `json:"about"`
	At          time.Time      `json:"at"`
	Account     keptAccount    `json:"account"`
	Grants      []keptGrant    `json:"grants"`
	Mailbox     keptMailbox    `json:"mailbox"`
	Meetings    []keptMeeting  `json:"meetings"`
	History     []keptEntry    `json:"history"`
	Orphans     []keptOrphan   `json:"meetingsWithoutAnEvent"`
	Receipts    []keptReceipt  `json:"receipts"`
	Preferences apiPreferences `json:"preferences"`
}

type keptAccount struct {
	ID        meeting.AccountID `json:"id"`
	UPN       string            `json:"userPrincipalName"`
	Name      string            `json:"name"`
	Mail      string            `json:"mail"`
	Addresses []string          `json:"addresses"`
	Language  string            `json:"language"`
	Guest     bool              `json:"guest"`
}

type keptGrant struct {
	Service meeting.Service    `json:"service"`
	Subject string             `json:"subject"`
	Site    string             `json:"site,omitempty"`
	Scopes  []string           `json:"scopes"`
	State   meeting.GrantState `json:"state"`
}

type keptMailbox struct {
	Connected bool              `json:"connected"`
	Authority meeting.Authority `json:"authority"`
	SweptAt   time.Time         `json:"lookedThroughAt,omitzero"`
}

type keptMeeting struct {
	Event     meeting.EventID   `json:"event"`
	Subject   string            `json:"subject"`
	Location  string            `json:"location"`
	Starts    time.Time         `json:"starts,omitzero"`
	Ends      time.Time         `json:"ends,omitzero"`
	State     meeting.LinkState `json:"state"`
	Problem   meeting.Reason    `json:"problem,omitempty"`
	Meeting   meeting.MeetingID `json:"meeting,omitempty"`
	Host      string            `json:"host,omitempty"`
	Link      string            `json:"link,omitempty"`
	Number    string            `json:"number,omitempty"`
	Title     string            `json:"title,omitempty"`
	Invited   []string          `json:"invited,omitempty"`
	CreatedAt time.Time         `json:"createdAt,omitzero"`
	UpdatedAt time.Time         `json:"updatedAt,omitzero"`
}

type keptEntry struct {
	At      time.Time         `json:"at"`
	Subject string            `json:"subject"`
	What    meeting.Happening `json:"what"`
	Before  string            `json:"before"`
	After   string            `json:"after"`
	Side    meeting.Side      `json:"side"`
	Reason  meeting.Reason    `json:"reason"`
}

type keptOrphan struct {
	Title  string    `json:"title"`
	Starts time.Time `json:"starts"`
	Ends   time.Time `json:"ends"`
}

type keptReceipt struct {
	At        time.Time `json:"at"`
	Service   string    `json:"service"`
	Operation string    `json:"operation"`
	Reason    string    `json:"reason"`
	Result    string    `json:"result"`
}

// exportPerson sends what is kept of the person: GET /account/export.
func (s *Server) exportPerson(c echo.Context, who meeting.Account) error {
	ctx := c.Request().Context()
	all := kept{
		About:   "What Webex Scheduler keeps of you. Tokens and passwords are left out.",
		At:      s.Clock.Now().UTC(),
		Account: keptAccount{ID: who.ID, UPN: who.UPN, Name: who.Name, Mail: who.Mail, Addresses: who.Addresses, Language: who.Language, Guest: who.Guest},
	}
	preferences, err := s.Store.Preferences(ctx, who.ID)
	if err != nil {
		return err
	}
	all.Preferences = newAPIPreferences(preferences)
	for _, service := range []meeting.Service{meeting.Microsoft, meeting.Webex} {
		g, err := s.Store.Grant(ctx, who.ID, service)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		all.Grants = append(all.Grants, keptGrant{Service: g.Service, Subject: g.Subject, Site: g.Site, Scopes: g.Scopes, State: g.State})
	}
	mailbox, err := s.Store.Mailbox(ctx, who.ID)
	if err != nil {
		return err
	}
	all.Mailbox = keptMailbox{Connected: mailbox.Connected, Authority: mailbox.Authority, SweptAt: mailbox.SweptAt}
	links, err := s.Store.KeptLinks(ctx, who.ID)
	if err != nil {
		return err
	}
	for _, l := range links {
		all.Meetings = append(all.Meetings, keptLink(l))
	}
	history, err := s.Store.History(ctx, who.ID, math.MaxInt32)
	if err != nil {
		return err
	}
	for _, h := range history {
		all.History = append(all.History, keptEntry{At: h.At, Subject: h.Subject, What: h.What, Before: h.Before, After: h.After, Side: h.Side, Reason: h.Reason})
	}
	orphans, err := s.Store.Orphans(ctx, who.ID)
	if err != nil {
		return err
	}
	for _, o := range orphans {
		all.Orphans = append(all.Orphans, keptOrphan{Title: o.Title, Starts: o.Start, Ends: o.End})
	}
	err = s.Store.EachReceipt(ctx, who.ID, func(r receipt.Row) error {
		all.Receipts = append(all.Receipts, keptReceipt{At: r.At, Service: r.Service, Operation: r.Operation, Reason: r.Reason, Result: r.Result})
		return nil
	})
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="webex-scheduler.json"`)
	return c.JSONPretty(http.StatusOK, all, "  ")
}

func keptLink(l meeting.Link) keptMeeting {
	m := keptMeeting{
		Event: l.Event, Subject: l.Subject, Location: l.Location, Starts: l.Starts, Ends: l.Ends, State: l.State, Problem: l.Problem,
		Meeting: l.Meeting, Host: l.Host, Link: l.Join.WebLink, Number: l.Join.Number, Title: l.Got.Title, CreatedAt: l.CreatedAt, UpdatedAt: l.UpdatedAt,
	}
	for _, i := range l.Got.Invitees {
		m.Invited = append(m.Invited, i.Email)
	}
	return m
}

// erasePerson disconnects the person and has all that is kept of them deleted: POST
// /account/erase. The session is over after it, so the answer is a page.
func (s *Server) erasePerson(c echo.Context, who meeting.Account) error {
	if c.FormValue("sure") != "yes" {
		return &told{err: errs.New(errs.Invalid, "erasure not confirmed"), status: http.StatusBadRequest, text: "Please tick the box, so that nothing is erased by mistake."}
	}
	err := s.Store.Erase(c.Request().Context(), who.ID)
	if errs.Is(err, errs.Conflict) {
		return &told{err: err, status: http.StatusConflict, text: "Your organisation keeps your mailbox in step. Only its administrators can end that, and have what is kept of you erased."}
	}
	if err != nil {
		return err
	}
	if err := s.endSession(c); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.MessagePage(views.Message{
		Frame: s.frame("What was kept of you is being erased", ""),
		Text: []string{
			"It is gone as soon as Microsoft and Webex are told that nobody listens any more: in a moment, or after 24 hours at the latest. Meetings already made stay at Webex, and their join details in your calendar.",
			"To withdraw the consent itself, remove this program from your lists at Microsoft and Webex.",
		},
		Actions: append(withdrawals(), views.Action{Text: "Sign in again", URL: route.Signin}),
	}))
}
