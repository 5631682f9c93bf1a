package web

import (
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/static"
	"webex-scheduler/views"
)

// signinPane ends the pane's sign-in: GET /taskpane/signin. Who is signed in in
// this browser, and is the one that the pane means, gets a one-time code, which
// the pane alone can trade in: it answers the challenge that the pane made
// before. Whoever is not goes through /signin, once: with again=1 the code is
// handed over whatever came of it.
func (s *Server) signinPane(c echo.Context) error {
	callback(c)
	challenge := c.QueryParam("challenge")
	if !route.IsChallenge(challenge) {
		return &told{err: errs.New(errs.Invalid, "pane: no challenge"), title: "Please start again",
			text: "Close this window and press Sign in in Outlook once more."}
	}
	way := dialogWay{path: route.TaskpaneSignin, challenge: challenge, hint: dialogHint(c)}
	account, err := s.dialogVisitor(c, way)
	if err != nil || account == nil {
		return err
	}
	if c.QueryParam("again") == "" {
		kept, err := s.calendarKept(c, *account)
		if err != nil {
			return err
		}
		if !kept || !way.means(*account) {
			return c.Redirect(http.StatusSeeOther, way.signin())
		}
	}
	session, err := s.sessions.Get(c.Request(), s.cookieName("session"))
	if err != nil {
		return err
	}
	code, err := s.draw()
	if err != nil {
		return err
	}
	err = s.Store.SaveCode(c.Request().Context(), meeting.NewSecret(code), challenge, meeting.NewSecret(session.ID), account.ID)
	if err != nil {
		return err
	}
	return s.sendDialog(c, signedInDialog, map[string]any{"code": code})
}

// connectPane leads to the linking of Webex from the pane's dialog: GET
// /taskpane/webex. It is linked for who is signed in in this browser, who
// therefore has to be the one that the pane means.
func (s *Server) connectPane(c echo.Context) error {
	noStore(c)
	way := dialogWay{path: route.TaskpaneWebex, hint: dialogHint(c)}
	account, err := s.dialogVisitor(c, way)
	if err != nil || account == nil {
		return err
	}
	if !way.means(*account) {
		if c.QueryParam("again") == "" {
			return c.Redirect(http.StatusSeeOther, way.signin())
		}
		return &told{err: errs.New(errs.Forbidden, "pane: link webex: another account than the pane's"), title: "Another account",
			text:  "In this browser " + personName(*account) + " is signed in, and the pane in Outlook is another person's.",
			wayOn: []views.Action{{Text: tryAgain, URL: way.start()}}}
	}
	return c.Redirect(http.StatusSeeOther, route.With(route.WebexConnect, "return_to", route.TaskpaneLinked))
}

// showLinked tells the pane that the linking is over: GET /taskpane/linked. It
// says nothing that the pane would rely on: what is linked, it asks for.
func (s *Server) showLinked(c echo.Context) error {
	noStore(c)
	return s.sendDialog(c, linkedDialog, map[string]any{"linked": true})
}

// tryAgain is the way back into a dialog that came to nothing.
const tryAgain = "Try again"

// dialogWay is a dialog's page with what was asked of it.
type dialogWay struct{ path, challenge, hint string }

// start is where the dialog begins.
func (w dialogWay) start() string {
	return route.With(w.path, "challenge", w.challenge, "login_hint", w.hint)
}

// signin leads through the sign-in and back, where it is not gone through again.
func (w dialogWay) signin() string {
	back := route.With(w.path, "again", "1", "challenge", w.challenge, "login_hint", w.hint)
	return route.With(route.Signin, "return_to", back, "login_hint", w.hint)
}

// means reports whether the hint, if there is one, names the account.
func (w dialogWay) means(account meeting.Account) bool { return w.hint == "" || account.Has(w.hint) }

// dialogVisitor returns who is signed in; nil if the answer, a way through the
// sign-in, is given. Who came through it already and is nobody still has a
// browser that keeps no cookies, and would go round for ever.
func (s *Server) dialogVisitor(c echo.Context, way dialogWay) (*meeting.Account, error) {
	account, err := s.visitor(c)
	switch {
	case err == nil:
		return &account, nil
	case !errs.Is(err, errs.NotFound):
		return nil, err
	case c.QueryParam("again") == "":
		return nil, c.Redirect(http.StatusSeeOther, way.signin())
	}
	return nil, &told{err: errs.New(errs.Forbidden, "pane: signed in, and no session"), title: "You are not signed in",
		text:  "The sign-in came to its end, but your browser did not keep it. Please allow cookies for this address.",
		wayOn: []views.Action{{Text: tryAgain, URL: way.start()}}}
}

// calendarKept reports whether nothing is to be asked of the person at Microsoft.
func (s *Server) calendarKept(c echo.Context, who meeting.Account) (bool, error) {
	ctx := c.Request().Context()
	mailbox, err := s.Store.Mailbox(ctx, who.ID)
	if err != nil || mailbox.Connected && mailbox.Authority == meeting.TenantWide {
		return err == nil, err
	}
	grant, err := s.grant(ctx, who.ID, meeting.Microsoft)
	return live(grant), err
}

// dialogHint is the hint, if it can go along in an address.
func dialogHint(c echo.Context) string {
	if hint := c.QueryParam("login_hint"); route.IsHint(hint) {
		return hint
	}
	return ""
}

// dialogWays are the ways on from an error that was met in a dialog: back to
// its beginning, and on to its end where there is somebody signed in. Elsewhere
// the way on is the one given.
func dialogWays(returnTo string, goOn bool, otherwise views.Action) []views.Action {
	if !route.InDialog(returnTo) {
		return []views.Action{otherwise}
	}
	start := route.TaskpaneWebex
	if u, err := url.Parse(returnTo); err == nil && u.Path != route.TaskpaneLinked {
		query := u.Query()
		query.Del("again")
		start = u.Path
		if len(query) > 0 {
			start += "?" + query.Encode()
		}
	}
	ways := []views.Action{{Text: tryAgain, URL: start}}
	if goOn {
		ways = append(ways, views.Action{Text: "Continue", URL: returnTo})
	}
	return ways
}

// dialogWords are the words of a dialog's last page, by language.
type dialogWords map[string]struct{ title, text string }

var (
	signedInDialog = dialogWords{
		"en": {"You are signed in", "Back to Outlook: this window closes by itself. If it does not, close it."},
		"cs": {"Jste přihlášeni", "Zpět do Outlooku: toto okno se zavře samo. Pokud ne, zavřete ho."},
	}
	linkedDialog = dialogWords{
		"en": {"Webex is connected", "Back to Outlook: this window closes by itself. If it does not, close it."},
		"cs": {"Webex je propojen", "Zpět do Outlooku: toto okno se zavře samo. Pokud ne, zavřete ho."},
	}
)

// sendDialog hands a message over to the pane that opened the dialog. Office.js
// delivers it to a window of our own origin only.
// https://learn.microsoft.com/office/dev/add-ins/develop/dialog-api-in-office-add-ins
func (s *Server) sendDialog(c echo.Context, words dialogWords, message map[string]any) error {
	nonce, err := s.draw()
	if err != nil {
		return err
	}
	text, err := json.Marshal(message)
	if err != nil {
		return err
	}
	s.setPanePolicy(c, nonce, "'none'")
	lang := paneLanguage(c.Request())
	return s.render(c, http.StatusOK, views.DialogPage(views.Dialog{
		Lang: lang, Title: words[lang].title, Text: words[lang].text, Nonce: nonce,
		Style: asset(static.Style), Icon: asset(static.Icon), OfficeJS: s.OfficeJSURL, Script: asset(static.PaneDialog),
		Message: string(text), Origin: s.origin,
	}))
}
