package web

import (
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// maxPrivateTitle is what Webex takes as a title, with room to spare.
const maxPrivateTitle = 100

// languages are those in which join details are written.
var languages = []views.Option{
	{Value: "", Text: "As the profile or the browser says"},
	{Value: "en", Text: "English"},
	{Value: "cs", Text: "Čeština (Czech)"},
}

// showSettings shows what the owners decided: GET /admin/settings.
func (s *Server) showSettings(c echo.Context, v visit) error {
	props := settingsProps(v.tenant)
	props.Saved = c.QueryParam("saved") != ""
	return s.renderSettings(c, v, http.StatusOK, props)
}

// saveSettings takes them over: POST /admin/settings.
func (s *Server) saveSettings(c echo.Context, v visit) error {
	settings, refused := readSettings(c, v.tenant.Settings)
	if refused != "" {
		tenant := v.tenant
		tenant.Settings = settings
		props := settingsProps(tenant)
		props.Refused = refused
		return s.renderSettings(c, v, http.StatusBadRequest, props)
	}
	if err := s.Store.SaveSettings(c.Request().Context(), v.tenant.ID, settings); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.With(route.AdminSettings, "saved", "1"))
}

// readSettings parses the form; refused is a sentence on what is wrong with it.
// What the form does not say stays as stored. The dry run's box, which a browser
// leaves out when it is empty, comes with a hidden field before it.
func readSettings(c echo.Context, stored meeting.Settings) (settings meeting.Settings, refused string) {
	settings = stored
	form, err := c.FormParams()
	if err != nil {
		return settings, "The form could not be read."
	}
	for _, field := range []struct {
		name, word string
		to         *bool
	}{
		{"keywords", "off", &settings.KeywordsOff}, {"bare", "room", &settings.BareIsRoom},
		{"copies", "own", &settings.CopyReceived}, {"dry_run", "on", &settings.DryRun},
	} {
		if form.Has(field.name) {
			*field.to = slices.Contains(form[field.name], field.word)
		}
	}
	if form.Has("private_title") {
		settings.PrivateTitle = strings.Join(strings.Fields(form.Get("private_title")), " ")
	}
	if form.Has("language") {
		settings.Language = ""
		for _, language := range languages {
			if language.Value == form.Get("language") {
				settings.Language = language.Value
			}
		}
	}
	if strings.ContainsFunc(settings.PrivateTitle, unicode.IsControl) || utf8.RuneCountInString(settings.PrivateTitle) > maxPrivateTitle {
		refused = "The title of private events may have " + number(maxPrivateTitle) + " characters, without line ends."
	}
	if settings.PrivateTitle == meeting.PrivateTitle {
		settings.PrivateTitle = ""
	}
	return settings, refused
}

func (s *Server) renderSettings(c echo.Context, v visit, status int, props views.Settings) error {
	props.Frame = s.adminFrame("Settings", route.AdminSettings, v.who, v.role)
	return s.render(c, status, views.SettingsPage(props))
}

// settingsProps builds everything but the frame.
func settingsProps(t meeting.Tenant) views.Settings {
	props := views.Settings{
		KeywordsOff: t.Settings.KeywordsOff, BareIsRoom: t.Settings.BareIsRoom, CopyReceived: t.Settings.CopyReceived,
		PrivateTitle: t.Settings.PrivateTitle, UsualTitle: meeting.PrivateTitle, DryRun: t.Settings.DryRun, Paused: t.Paused,
	}
	for _, language := range languages {
		language.Checked = language.Value == t.Settings.Language
		props.Languages = append(props.Languages, language)
	}
	return props
}
