// Package web answers browsers, the pane, scripts and Microsoft's notifications:
// routes, sessions, pages, the API, one error handler. Rules live in meeting and
// plan, looks in views; nothing here knows GORM or other people's JSON.
package web

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/sessions"
	"github.com/jonboulle/clockwork"
	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/manifest"
)

// OutlookCalendar is where people's calendar is unless Config says otherwise.
const OutlookCalendar = "https://outlook.office.com/calendar/"

// Config is what the pages need.
type Config struct {
	PublicURL   string // scheme and host, without a trailing slash
	CalendarURL string // where people's calendar is; empty: OutlookCalendar
	LoginURL    string // Microsoft's sign-in, to which a form may be redirected; empty: no form may
	OfficeJSURL string // where the pane loads Office.js from; empty: OfficeJS
	Version     string // of the program, for the add-in's; may be empty

	Admins       []string      // owners of the console: user principal names, or tenant/object ids
	Certificates []Certificate // of the app registration, newest first; none: no tenant-wide authorisation

	Clock  clockwork.Clock
	Random io.Reader // unpredictable: session ids, states and verifiers come from it
	Log    *slog.Logger

	Store     Store
	Microsoft Microsoft
	Webex     Webex
	Refusal   Refusal
	Profiles  Profiles
	People    People
	Rehearsal Rehearsal
	Intake    Intake
	Hooks     Hooks

	AccessTokens AccessTokens
	Items        Items
	Sites        Sites
	Shares       Shares
	Blocks       Blocks
	Wait         time.Duration // how long the API waits for a meeting, by the real clock; 0: 5 s
}

// Server is the whole of the program that is reached from outside.
type Server struct {
	Config
	echo     *echo.Echo
	origin   string // of the public address
	secure   bool   // the public address is https
	policy   string // content security policy
	framers  string // who may show the pane in a frame
	office   string // origin of Office.js
	manifest []byte // of the add-in
	rate     rate   // of new meetings
	admins   admins
	sessions sessions.Store
	foreign  *http.CrossOriginProtection
	drawing  sync.Mutex // of Random
}

// New makes the server. The error names what is wrong with the configuration.
func New(config Config) (*Server, error) {
	public, err := origin(config.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("web: public URL: %w", err)
	}
	s := &Server{Config: config, origin: public, secure: strings.HasPrefix(public, "https:"), admins: readAdmins(config.Admins)}
	if s.CalendarURL == "" {
		s.CalendarURL = OutlookCalendar
	}
	if s.OfficeJSURL == "" {
		s.OfficeJSURL = OfficeJS
	}
	if s.Wait == 0 {
		s.Wait = meetingWait
	}
	if s.office, err = origin(s.OfficeJSURL); err != nil {
		return nil, fmt.Errorf("web: Office.js: %w", err)
	}
	if s.framers, err = framers(s.CalendarURL, s.OfficeJSURL); err != nil {
		return nil, fmt.Errorf("web: calendar: %w", err)
	}
	formTargets := "'self'"
	if s.LoginURL != "" {
		login, err := origin(s.LoginURL)
		if err != nil {
			return nil, fmt.Errorf("web: login URL: %w", err)
		}
		formTargets += " " + login
	}
	s.policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action " + formTargets +
		"; frame-ancestors 'none'; base-uri 'none'"
	s.foreign = http.NewCrossOriginProtection()
	if err := s.foreign.AddTrustedOrigin(s.origin); err != nil {
		return nil, fmt.Errorf("web: public URL: %w", err)
	}
	s.manifest = manifest.XML(manifest.Options{PublicURL: s.PublicURL, Version: s.Version})
	s.sessions = newSessionStore(s)
	s.echo = s.routes()
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

func (s *Server) routes() *echo.Echo {
	e := echo.New()
	e.HTTPErrorHandler = s.answerError
	e.Use(s.nameRequest, s.logRequest, s.setHeaders, s.recoverPanic, s.refuseForeign)

	read := []string{http.MethodGet, http.MethodHead}
	e.Match(read, route.Home, s.goHome)
	e.Match(read, route.Health, s.showHealth)
	e.Match(read, route.Ready, s.showReadiness)
	e.Match(read, route.Static, s.sendAsset)
	e.Match(read, route.Details, s.showDetails)
	e.Match(read, route.Manifest, s.sendManifest)
	e.Match(read, route.ManifestIcon, s.sendManifestIcon)

	e.GET(route.Signin, s.startSignin)
	e.GET(route.SigninCallback, s.finishSignin)
	e.POST(route.Signout, s.signOut)

	e.GET(route.WebexConnect, s.signedIn(s.connectWebex))
	e.GET(route.WebexCallback, s.signedIn(s.finishWebex))

	e.Match(read, route.Account, s.signedIn(s.showAccount))
	e.Match(read, route.AccountReceipts, s.signedIn(s.showReceipts))
	e.Match(read, route.AccountHistory, s.signedIn(s.showHistory))
	e.POST(route.AccountRestore, s.signedIn(s.bringBack))
	e.GET(route.AccountExport, s.signedIn(s.exportPerson))
	e.POST(route.AccountErase, s.signedIn(s.erasePerson))
	e.POST(route.AccountDisconnect, s.signedIn(s.disconnectAccount))
	e.POST(route.AccountRelease, s.signedIn(s.releaseDeletions))
	e.POST(route.AccountLook, s.signedIn(s.lookThrough))
	e.POST(route.AccountOrphans, s.signedIn(s.decideOrphan))
	e.POST(route.AccountPreferences, s.signedIn(s.savePreferences))

	e.Match(read, route.Taskpane, s.showTaskPane)
	e.Match(read, route.TaskpaneCommands, s.showCommands)
	e.GET(route.TaskpaneSignin, s.signinPane)
	e.GET(route.TaskpaneWebex, s.connectPane)
	e.GET(route.TaskpaneLinked, s.showLinked)
	e.POST(route.TaskpaneToken, s.givePaneToken)
	e.DELETE(route.TaskpaneToken, s.authorized(s.endPaneToken))

	e.GET(route.APIDocument, s.showAPI)
	e.GET(route.APIMe, s.onBehalf(s.showMe))
	e.GET(route.APIPreferences, s.authorized(s.showPreferences))
	e.PUT(route.APIPreferences, s.authorized(s.putPreferences))
	e.GET(route.APIOffer, s.onBehalf(s.showOffer))
	e.POST(route.APIMeetings, s.onBehalf(s.createMeeting))
	e.GET(route.APIMeetings, s.onBehalf(s.listMeetings))
	e.GET(route.APIMeeting, s.onBehalf(s.showMeeting))
	e.PATCH(route.APIMeeting, s.onBehalf(s.changeMeeting))
	e.DELETE(route.APIMeeting, s.onBehalf(s.removeMeeting))
	e.POST(route.APIStart, s.onBehalf(s.startMeeting))
	e.POST(route.APIBody, s.onBehalf(s.editBody))

	const owner, operator, reader = meeting.RoleOwner, meeting.RoleOperator, meeting.RoleReader
	e.Match(read, route.Admin, s.signedIn(s.showConsole))
	e.POST(route.AdminMailboxes, s.act(owner, "choose mailboxes", s.chooseMailboxes))
	e.POST(route.AdminPreview, s.in(owner, s.previewMailboxes))
	e.Match(read, route.AdminMailbox, s.in(reader, s.showMailbox))
	e.POST(route.AdminMailboxRelease, s.in(operator, s.releaseMailbox))
	e.POST(route.AdminMailboxLook, s.in(operator, s.lookThroughMailbox))
	e.POST(route.AdminMailboxOrphans, s.in(operator, s.decideOrphanOf))
	e.POST(route.AdminHosts, s.act(operator, "assign host", s.assignHost))
	e.POST(route.AdminHostsRemove, s.act(operator, "remove host", s.removeHost))
	e.POST(route.AdminLook, s.act(operator, "look again", s.lookAgain))
	e.POST(route.AdminPause, s.act(operator, "pause or resume", s.pauseTenant))
	e.Match(read, route.AdminSettings, s.in(reader, s.showSettings))
	e.POST(route.AdminSettings, s.act(owner, "save settings", s.saveSettings))
	e.Match(read, route.AdminOwners, s.in(reader, s.showOwners))
	e.POST(route.AdminOwners, s.act(owner, "appoint owner", s.appointOwner))
	e.POST(route.AdminOwnersRemove, s.act(owner, "remove owner", s.removeOwner))
	e.Match(read, route.AdminReceipts, s.in(reader, s.showOrganizationReceipts))
	e.Match(read, route.AdminMailboxReceipts, s.in(reader, s.showMailboxReceipts))
	e.Match(read, route.AdminMailboxHistory, s.in(reader, s.showMailboxHistory))

	e.Match(read, route.AdminConsent, s.signedIn(s.showConsent))
	e.GET(route.AdminConsentStart, s.signedIn(s.startAdminConsent))
	e.GET(route.AdminConsentReturn, s.signedIn(s.finishAdminConsent))
	e.GET(route.AdminWebex, s.in(owner, s.connectOrganization))
	e.POST(route.AdminWebexConfirm, s.act(owner, "connect Webex organisation", s.confirmOrganization))

	e.POST(route.GraphHook, s.receiveNotifications)
	e.POST(route.GraphLifecycle, s.receiveLifecycle)
	e.POST(route.WebexHook, s.receiveHook)
	return e
}

// goHome leads to the account page: GET /.
func (s *Server) goHome(c echo.Context) error {
	return c.Redirect(http.StatusSeeOther, route.Account)
}

// origin returns scheme, host and port of an address.
func origin(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("%q is no address", address)
	}
	if (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil {
		return "", fmt.Errorf("%q: want https:// or http:// and a host", address)
	}
	return u.Scheme + "://" + u.Host, nil
}
