package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"webex-scheduler/static"
	"webex-scheduler/views"
)

// OfficeJS is where Office.js comes from unless Config says otherwise.
// https://learn.microsoft.com/office/dev/add-ins/develop/referencing-the-javascript-api-for-office-library-from-its-cdn
const OfficeJS = "https://appsforoffice.microsoft.com/lib/1/hosted/office.js"

// outlook is who may show the pane in a frame: the hosts of Microsoft 365 apps.
// https://learn.microsoft.com/microsoftteams/platform/tabs/how-to/tab-requirements
const outlook = "https://*.cloud.microsoft https://outlook.office.com https://outlook.office365.com https://outlook-sdf.office.com" +
	" https://outlook-sdf.office365.com https://*.microsoft365.com https://*.office.com https://teams.microsoft.com https://*.teams.microsoft.com"

// framers adds to Outlook's hosts those of a calendar and an Office.js that are
// not Microsoft's: the demo's.
func framers(calendar, officeJS string) (string, error) {
	list := outlook
	for _, address := range []string{calendar, officeJS} {
		at, err := origin(address)
		if err != nil {
			return "", err
		}
		if address != OutlookCalendar && address != OfficeJS && !strings.Contains(" "+list+" ", " "+at+" ") {
			list += " " + at
		}
	}
	return list, nil
}

// showTaskPane shows the Outlook pane: GET /taskpane. It never redirects, and
// no session is asked for: an iframe has no cookie of ours.
func (s *Server) showTaskPane(c echo.Context) error {
	return s.sendPane(c, static.PaneScript)
}

// showCommands shows the function file of the ribbon's commands: GET /taskpane/commands.
func (s *Server) showCommands(c echo.Context) error {
	return s.sendPane(c, static.PaneCommands)
}

func (s *Server) sendPane(c echo.Context, script string) error {
	nonce, err := s.draw()
	if err != nil {
		return err
	}
	s.setPanePolicy(c, nonce, s.framers)
	lang := paneLanguage(c.Request())
	var modules []string
	for _, name := range static.PaneModules(script) {
		modules = append(modules, asset(name))
	}
	return s.renderPane(c, views.TaskPanePage(views.TaskPane{
		Lang: lang, Languages: static.PaneLanguages(), Nonce: nonce, OfficeJS: s.OfficeJSURL,
		Style: asset(static.PaneStyle), Icon: asset(static.Icon), Script: asset(script), Modules: modules, Texts: asset(static.PaneTexts(lang)),
		Text: func(key string) string { return static.PaneText(lang, key) },
	}))
}

// setPanePolicy sets what a page with Office.js may do, and where it may be
// framed. Office.js loads further files from beside itself.
func (s *Server) setPanePolicy(c echo.Context, nonce, framers string) {
	noStore(c)
	c.Response().Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+"' "+s.office+
		"; style-src 'self' 'nonce-"+nonce+"'; img-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors "+framers+"; base-uri 'none'")
}

// renderPane sends a page of the pane, compressed where that is understood: its
// weight is waited for each time an event is opened. Nothing of a person is in it.
func (s *Server) renderPane(c echo.Context, page templ.Component) error {
	c.Response().Header().Set("Vary", "Accept-Encoding, Accept-Language")
	if !takesGzip(c.Request()) {
		return s.render(c, http.StatusOK, page)
	}
	var body bytes.Buffer
	w := gzip.NewWriter(&body)
	if err := page.Render(c.Request().Context(), w); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Encoding", "gzip")
	return c.HTMLBlob(http.StatusOK, body.Bytes())
}

var paneLanguages = func() language.Matcher {
	var tags []language.Tag
	for _, l := range static.PaneLanguages() {
		tags = append(tags, language.Make(l))
	}
	return language.NewMatcher(tags)
}()

// paneLanguage is the language that the pane begins in, until Outlook says its own.
func paneLanguage(r *http.Request) string {
	_, index := language.MatchStrings(paneLanguages, r.Header.Get("Accept-Language"))
	return static.PaneLanguages()[index]
}
