package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

const (
	refreshSeconds = 3                // of the consent page, while calls are tried
	proofPatience  = 10 * time.Minute // longer than this is worth a word
)

// consentState is what the consent page is made of.
type consentState struct {
	tenant       meeting.Tenant
	owner        bool
	certificates []Certificate
	publicURL    string
	now          time.Time
}

// showConsent shows what an administrator is asked for, and what became of it:
// GET /admin/consent.
func (s *Server) showConsent(c echo.Context, who meeting.Account) error {
	if who.Guest {
		return guestsMayNot(who)
	}
	ctx := c.Request().Context()
	tenant, err := s.tenant(ctx, who)
	if err != nil {
		return err
	}
	role, err := s.role(ctx, who)
	if err != nil {
		return err
	}
	owner := role.May(meeting.RoleOwner)
	props := consentProps(consentState{tenant: tenant, owner: owner, certificates: s.Certificates, publicURL: s.PublicURL, now: s.Clock.Now()})
	props.Frame = s.adminFrame("Authorise your organisation", route.AdminConsent, who, role)
	if role == "" {
		props.Frame.Tabs, props.Frame.Console = nil, false
	}
	if tenant.State == meeting.TenantProving {
		// Both, since some proxies drop one and some readers heed only the other.
		props.Frame.Refresh = strconv.Itoa(refreshSeconds)
		c.Response().Header().Set("Refresh", props.Frame.Refresh)
	}
	return s.render(c, http.StatusOK, views.ConsentPage(props))
}

// consentProps builds everything but the frame.
func consentProps(state consentState) views.Consent {
	t := state.tenant
	props := views.Consent{
		Organisation: t.Name,
		Standing:     standing(state),
		Excess:       t.Excess,
		Redirect:     state.publicURL + route.AdminConsentReturn,
		Permissions:  applicationPermissions(t),
	}
	for _, c := range state.certificates {
		props.Certificates = append(props.Certificates, certificateRow(c, state.now))
	}
	if usable(state.certificates, state.now) {
		props.Ask = &views.Action{Text: "Ask Microsoft", URL: route.AdminConsentStart}
		if t.State == meeting.TenantAuthorised {
			props.Ask.Text = "Ask Microsoft again"
		}
	}
	if t.State == meeting.TenantAuthorised && state.owner {
		props.Open = &views.Action{Text: "Open the console", URL: route.Admin}
	}
	return props
}

// standing says how far the authorisation has come.
func standing(state consentState) views.Standing {
	t := state.tenant
	switch t.State {
	case meeting.TenantAuthorised:
		s := views.Standing{State: "Authorised", Tone: views.Good, Text: []string{
			"The program reaches the calendars that its owners choose. Nobody else has to sign in."}}
		s.MomentText, s.Moment = "Last checked", momentIf(t.ProvenAt)
		if !t.RefusedAt.IsZero() {
			s.Tone, s.State = views.Wait, "In doubt"
			s.Text = []string{"Microsoft has begun to refuse calls. This is checked again before anything is stopped."}
			s.MomentText, s.Moment = "First refused", momentIf(t.RefusedAt)
		}
		return s
	case meeting.TenantProving:
		s := views.Standing{State: "Being checked", Tone: views.Wait, Working: true, Text: []string{
			"Your yes has to reach all of Microsoft's servers, which takes seconds, sometimes minutes. Each permission is tried until it works. This page follows by itself."}}
		s.MomentText, s.Moment = "Waiting since", momentIf(t.ConsentedAt)
		if late := !t.ConsentedAt.IsZero() && state.now.Sub(t.ConsentedAt) > proofPatience; late || t.Reason == meeting.PermissionMissing {
			s.Text = append(s.Text, "This takes longer than usual. "+missingSentence(t, "Check that it is among the application permissions of the registration, and ask again."))
		}
		return s
	case meeting.TenantWithdrawn:
		return views.Standing{State: "Withdrawn", Tone: views.Bad, Text: []string{
			withdrawal(t),
			"Nothing is read or written any more. Your mailboxes and settings are kept; say yes again and it all goes on."}}
	}
	s := views.Standing{State: "Not authorised", Tone: views.Plain, Text: []string{
		"No calendar can be opened yet. An administrator says yes once, at Microsoft. Afterwards an owner chooses whose mailboxes are kept in step."}}
	if len(state.certificates) == 0 {
		s.Text = append(s.Text, "This server has no certificate, and Microsoft lets a program into a whole organisation only with one. Whoever runs the server sets SCHEDULER_MICROSOFT_CERTIFICATE.")
	} else if !usable(state.certificates, state.now) {
		s.Text = append(s.Text, "The certificate of this server has expired. Whoever runs it makes a new one.")
	}
	return s
}

// withdrawal says why an authorisation is gone.
func withdrawal(t meeting.Tenant) string {
	why := "Microsoft no longer lets the program in."
	switch t.Reason {
	case meeting.GrantWithdrawn:
		why = "The consent was taken back at Microsoft."
	case meeting.PermissionMissing:
		why = "The permission that nothing works without was taken back at Microsoft."
	case meeting.GrantDisabled:
		why = "The program was disabled in your organisation at Microsoft."
	}
	if missing := missingPermissions(t); len(missing) > 0 {
		why += " Missing: " + strings.Join(missing, ", ") + "."
	}
	return why
}

// missingPermissions are those without which nothing works.
func missingPermissions(t meeting.Tenant) (missing []string) {
	for _, p := range meeting.Permissions {
		if p.Needed && !p.CoveredBy(t.Granted) {
			missing = append(missing, p.Name)
		}
	}
	return missing
}

func missingSentence(t meeting.Tenant, then string) string {
	if missing := missingPermissions(t); len(missing) > 0 {
		return strings.Join(missing, ", ") + " has not been seen to work. " + then
	}
	return ""
}

// applicationPermissions is the table of what is asked for, with what became of it.
func applicationPermissions(t meeting.Tenant) (rows []views.AppPermission) {
	for _, p := range meeting.Permissions {
		row := views.AppPermission{Name: p.Name, Words: p.Words, May: p.May, Feature: upperFirst(string(p.Feature)), Why: p.Why}
		switch {
		case slices.Contains(t.Granted, p.Name):
			row.State, row.Tone = "Granted", views.Good
		case p.CoveredBy(t.Granted):
			row.State, row.Tone = "Included", views.Good
		case t.State == "":
			row.State, row.Tone = "Optional", views.Plain
			if p.Needed {
				row.State = "Needed"
			}
		case t.State == meeting.TenantProving:
			row.State, row.Tone = "Being checked", views.Wait
		case p.Needed || slices.Contains(needs[t.Choice.Who], p.Name):
			row.State, row.Tone = "Missing", views.Bad
		default:
			row.State, row.Tone = "Not needed", views.Plain
		}
		rows = append(rows, row)
	}
	return rows
}

func certificateRow(c Certificate, now time.Time) views.Certificate {
	row := views.Certificate{Thumbprint: c.Thumbprint, Expires: moment(c.Expires), State: "Valid", Tone: views.Good}
	switch left := c.Expires.Sub(now); {
	case left <= 0:
		row.State, row.Tone = "Expired", views.Bad
	case left <= certificateWarning:
		row.State, row.Tone = "Ends in "+days(left), views.Wait
	}
	return row
}

// days says how long something still is.
func days(left time.Duration) string {
	switch n := int(left / (24 * time.Hour)); n {
	case 0:
		return "less than a day"
	case 1:
		return "1 day"
	default:
		return strconv.Itoa(n) + " days"
	}
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// moment is a time for people, who see it in their own zone if they can.
func moment(at time.Time) views.Moment {
	at = at.UTC()
	return views.Moment{At: at.Format(time.RFC3339), Text: at.Format("Mon 2 Jan 2006, 15:04 UTC")}
}

func momentIf(at time.Time) views.Moment {
	if at.IsZero() {
		return views.Moment{}
	}
	return moment(at)
}
