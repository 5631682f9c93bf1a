package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/static"
	"webex-scheduler/views"
)

// accountState is what the account page is made of.
type accountState struct {
	footing
	links       []meeting.Link
	orphans     []meeting.Orphan
	preferences meeting.Preferences
	codes       []meeting.TrackingCode
	now         time.Time
	calendar    string // URL
	show        string // which meetings
	saved       bool   // the preferences, just now
	refused     string // why they were not
}

// showAccount shows both accounts and the meetings kept: GET /account.
func (s *Server) showAccount(c echo.Context, who meeting.Account) error {
	return s.sendAccount(c, who, http.StatusOK, func(state *accountState) {
		state.show, state.saved = c.QueryParam("show"), c.QueryParam("saved") != ""
	})
}

// sendAccount shows the account page as it is, but for what change makes of it.
func (s *Server) sendAccount(c echo.Context, who meeting.Account, status int, change func(*accountState)) error {
	ctx := c.Request().Context()
	state := accountState{now: s.Clock.Now(), calendar: strings.ReplaceAll(s.CalendarURL, "{upn}", url.QueryEscape(who.UPN))}
	var err error
	if state.footing, err = s.footing(ctx, who); err != nil {
		return err
	}
	if state.links, err = s.Store.AccountLinks(ctx, who.ID); err != nil {
		return err
	}
	if state.orphans, err = s.Store.Orphans(ctx, who.ID); err != nil {
		return err
	}
	if state.preferences, err = s.Store.Preferences(ctx, who.ID); err != nil {
		return err
	}
	state.codes = s.codes(ctx, state, who.Language)
	change(&state)
	props := accountProps(state)
	props.Frame = s.frame("Your account", personName(who))
	props.Frame.Scripts = []string{asset(static.LocalTime)}
	role, err := s.role(ctx, who)
	if err != nil {
		return err
	}
	props.Frame.Console = role != ""
	return s.render(c, status, views.AccountPage(props))
}

// lookThrough has the person's calendar looked through at once: POST
// /account/look. One that is not kept in step has nothing to be looked for.
func (s *Server) lookThrough(c echo.Context, who meeting.Account) error {
	if err := s.Store.SweepMailbox(c.Request().Context(), who.ID); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.Account+"#meetings")
}

// releaseDeletions lets deletions go on that were too many at once: POST /account/release.
func (s *Server) releaseDeletions(c echo.Context, who meeting.Account) error {
	if err := s.Store.LiftHold(c.Request().Context(), who.ID); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.Account)
}

// grant returns the newest grant, nil if there never was one or it is being given up.
func (s *Server) grant(ctx context.Context, account meeting.AccountID, service meeting.Service) (*meeting.Grant, error) {
	grant, err := s.Store.Grant(ctx, account, service)
	switch {
	case errs.Is(err, errs.NotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case grant.State == meeting.GrantClosing:
		return nil, nil
	}
	return &grant, nil
}

// host returns for whom the mailbox's meetings are made, nil if for nobody.
func (s *Server) host(ctx context.Context, mailbox meeting.AccountID) (*meeting.Grant, error) {
	grant, err := s.Store.Host(ctx, mailbox)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	return &grant, err
}

// accountProps builds everything but the frame.
func accountProps(state accountState) views.Account {
	calendar, webex := live(state.microsoft), live(state.webex)
	props := views.Account{
		Calendar:    views.Action{Text: "Open calendar", URL: state.calendar, Outside: true},
		Permissions: permissions,
		Withdraw:    withdrawals(),
		ByTenant:    state.byTenant(),
		Own:         !state.byTenant() || state.microsoft != nil || state.webex != nil,
	}
	if state.byOrganization() {
		webex = live(state.host)
		props.Services = []views.Service{{}, organizationService(*state.host)}
	} else {
		props.Services = []views.Service{{}, webexService(state.webex, state.byTenant())}
	}
	if state.byTenant() {
		calendar = true
		props.Services[0] = tenantService(state)
		props.Permissions = tenantPermissions(state.tenant, state.byOrganization())
	} else {
		props.Services[0] = calendarService(state.account, state.microsoft, webex, state.mailbox)
	}
	rows := eventRows(state.links, calendar && webex, state.now)
	rows.pick(&props, state.show)
	props.Orphans = orphanRows(state.orphans, state.now)
	if len(rows.meetings) == 0 && (len(state.links) == 0 || !calendar || !webex) {
		props.Steps = steps(calendar, webex)
	}
	props.Preferences = preferencesProps(state)
	if props.Look = state.mailbox.Connected; props.Look && !state.mailbox.SweptAt.IsZero() {
		props.Looked = moment(state.mailbox.SweptAt)
	}
	return props
}

func live(g *meeting.Grant) bool { return g != nil && g.State == meeting.GrantLive }

// lookedThrough is what goes on without notifications.
const lookedThrough = "Microsoft does not tell us of changes at the moment, so your calendar is looked through every few minutes instead."

func calendarService(account meeting.Account, g *meeting.Grant, webex bool, mailbox meeting.Mailbox) views.Service {
	service := views.Service{ID: "microsoft", Name: "Microsoft 365 calendar", Subject: account.UPN}
	switch {
	case g == nil:
		service.State, service.Tone = "Not connected", views.Wait
		service.Text = "You are signed in, but your calendar is not connected."
		service.Action = &views.Action{Text: "Connect calendar", URL: route.Signin}
	case g.State == meeting.GrantLive:
		service.State, service.Tone = "Connected", views.Good
		service.Text = "Changes to your events are noticed as they happen."
		switch {
		case !webex:
			service.Text = "Changes to your events are noticed once Webex is connected too."
		case mailbox.Trouble == meeting.ProblemNoMailbox:
			words := problems[meeting.ProblemNoMailbox]
			service.State, service.Tone, service.Text = "No mailbox", views.Bad, words.What+" "+words.Fix
		case mailbox.Trouble != "":
			service.State, service.Tone = "Looked through", views.Wait
			service.Text = lookedThrough
		}
	default:
		service.State, service.Tone = "Signed out", views.Bad
		service.Text = ending(g.Reason) + " Meetings don't follow your events until you sign in again."
		service.Action = &views.Action{Text: "Sign in", URL: route.Signin}
	}
	return service
}

// tenantService is the calendar of a mailbox that the organisation connected.
func tenantService(state accountState) views.Service {
	service := views.Service{ID: "microsoft", Name: "Microsoft 365 calendar", Subject: state.account.UPN,
		State: "Connected by your organisation", Tone: views.Good, Text: "Changes to your events are noticed as they happen. There is nothing for you to do."}
	switch {
	case state.tenant.State == meeting.TenantWithdrawn:
		service.State, service.Tone = "Stopped", views.Bad
		service.Text = "Your organisation no longer lets this program in. Your administrators can tell you more."
	case state.tenant.Paused:
		service.State, service.Tone = "Paused", views.Wait
		service.Text = "Your administrators have paused this. Meetings follow your events again when they go on."
	case state.mailbox.Trouble == meeting.ProblemNoMailbox:
		service.State, service.Tone = "No mailbox", views.Bad
		service.Text = problems[meeting.ProblemNoMailbox].What + " Ask your administrators for a mailbox."
	case state.mailbox.Trouble != "":
		service.State, service.Tone = "Looked through", views.Wait
		service.Text = lookedThrough
	}
	return service
}

// organizationService is the Webex of a host of the organisation's.
func organizationService(host meeting.Grant) views.Service {
	service := views.Service{ID: "webex", Name: "Webex", Subject: host.HostEmail, State: "Connected by your organisation", Tone: views.Good,
		Text: "Meetings are made for you by your organisation's Webex as " + host.HostEmail + "."}
	if !live(&host) {
		service.State, service.Tone = "Signed out", views.Bad
		service.Text = "Your organisation's connection to Webex has ended. Meetings don't follow your events until an administrator connects it again."
	}
	return service
}

func webexService(g *meeting.Grant, byTenant bool) views.Service {
	service := views.Service{ID: "webex", Name: "Webex"}
	connect := &views.Action{Text: "Connect Webex", URL: route.WebexConnect}
	if g == nil {
		service.State, service.Tone = "Not connected", views.Wait
		service.Text = "Meetings are made with your own Webex account."
		if byTenant {
			service.Text = "Your organisation has no Webex host for you yet. Until it has, you can connect your own account."
		}
		service.Action = connect
		return service
	}
	service.Subject = g.Subject
	if g.State == meeting.GrantLive {
		service.State, service.Tone = "Connected", views.Good
		service.Text = "Meetings are made with this account."
		if g.Site != "" {
			service.Text = "Meetings are made on " + g.Site + "."
		}
		return service
	}
	service.State, service.Tone = "Signed out", views.Bad
	service.Text = ending(g.Reason) + " Meetings don't follow your events until you connect again."
	service.Action = connect
	return service
}

// steps is what a person does once, with the next one marked.
func steps(calendar, webex bool) []views.Step {
	return []views.Step{
		{Title: "Connect your Microsoft 365 calendar", Done: calendar, Now: !calendar,
			Text: "Your calendar is where everything happens."},
		{Title: "Connect Webex", Done: webex, Now: calendar && !webex,
			Text: "The button is above. Webex asks you once."},
		{Title: "Type @webex as the location of an event", Now: calendar && webex,
			Text: "A moment later the event holds the join details. Rename, move or delete it: the meeting follows."},
	}
}

func problemRow(link meeting.Link, n int, now time.Time) views.Meeting {
	row := eventRow(link, now)
	row.ID = fmt.Sprintf("problem-%d", n)
	words := problemSentence(link.Problem)
	row.State, row.Tone, row.Text, row.Fix = "Problem", views.Bad, words.What, words.Fix
	if !link.Ends.After(now) {
		row.Join = ""
	}
	return row
}

// meetingRow promises nothing while an account is missing.
func meetingRow(link meeting.Link, n int, connected bool, now time.Time) views.Meeting {
	row := eventRow(link, now)
	row.ID = fmt.Sprintf("meeting-%d", n)
	if !connected {
		row.State, row.Tone, row.Text = "Paused", views.Wait, "It goes on once both accounts are connected."
		return row
	}
	row.State, row.Tone = "In step", views.Good
	switch {
	case link.StartedAt.After(link.StoppedAt) && now.Sub(link.StartedAt) < 24*time.Hour:
		row.State, row.Text = "Running", "Somebody is in the meeting."
	case now.Sub(link.StoppedAt) < time.Hour && link.Rhythm == nil:
		row.Text = "The meeting has ended."
	}
	switch {
	case link.State == meeting.LinkWished:
		row.State, row.Tone, row.Text = "On its way", views.Wait, "The meeting is being made."
	case link.Event.IsDraft() && link.For == "":
		row.State, row.Tone, row.Text = "Not saved yet", views.Wait, "The meeting is there, and waits for its event to be saved in Outlook."
	case link.Event.IsDraft():
		row.State, row.Tone, row.Text = "On its way", views.Wait, "The meeting is there, and waits for its event to show the join details."
	case removing(link):
		row.State, row.Tone, row.Text = "Being removed", views.Wait, "The meeting goes once the calendar shows its event without the join details."
	case link.Asks():
		row.State, row.Tone, row.Text = "Being changed", views.Wait, "What you changed is on its way to Webex."
	}
	if wait, ok := waits[link.Reason]; ok {
		row.State, row.Tone, row.Text, row.Fix = "Waiting", views.Wait, wait.What, wait.Fix
	}
	if link.Rhythm != nil {
		notes := seriesNotes(*link.Rhythm, now)
		row.Text = strings.TrimSpace(row.Text + " " + strings.Join(notes, " "))
	}
	return row
}

// eventRow is what every row shows of its event.
func eventRow(link meeting.Link, now time.Time) views.Meeting {
	row := views.Meeting{
		Title: strings.TrimSpace(link.Subject),
		Start: link.Starts.UTC().Format(time.RFC3339),
		End:   link.Ends.UTC().Format(time.RFC3339),
		When:  when(link.Starts.UTC(), link.Ends.UTC()),
	}
	if row.Title == "" {
		row.Title = noTitle
	}
	if link.Rhythm != nil {
		if start, end, ok := nextDate(*link.Rhythm, now); ok {
			row.Repeats = true
			row.Start, row.End = start.Format(time.RFC3339), end.Format(time.RFC3339)
			row.When = when(start, end)
		}
	}
	if _, ok := joinAddress(link); ok {
		row.Join = route.DetailsOf(string(link.Key))
	}
	return row
}

// noTitle stands for a title that is empty.
const noTitle = "(no title)"

// when says start and end for people whose browser does not put them into its own zone.
func when(start, end time.Time) string {
	const day, hour = "Mon 2 Jan 2006, ", "15:04"
	if start.Format(time.DateOnly) == end.Format(time.DateOnly) {
		return start.Format(day+hour) + "–" + end.Format(hour) + " UTC"
	}
	return start.Format(day+hour) + " – " + end.Format(day+hour) + " UTC"
}
