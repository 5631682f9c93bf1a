package web

import (
	"webex-scheduler/internal/meeting"
	"webex-scheduler/views"
)

// permissions is what is asked of people, and why.
// https://learn.microsoft.com/graph/permissions-reference
// https://developer.webex.com/docs/integrations#scopes
var permissions = []views.Permission{
	{Service: "Microsoft 365", Name: "Calendars.ReadWrite",
		May: "Read and write the events of your calendar.",
		Why: "Finds the events that ask for a meeting, notices changes, and writes join details and location. Other events are left alone."},
	{Service: "Microsoft 365", Name: "User.Read",
		May: "Read your profile.",
		Why: "Your name and addresses, so that you are not invited to your own meeting, and your language for the join details."},
	{Service: "Microsoft 365", Name: "offline_access",
		May: "Keep access while you are away.",
		Why: "Meetings follow your events while no browser is open."},
	{Service: "Webex", Name: "meeting:schedules_write",
		May: "Make, change and delete your meetings.",
		Why: "Makes a meeting for an event, moves it along and takes it away again. Meetings made elsewhere are left alone."},
	{Service: "Webex", Name: "meeting:schedules_read",
		May: "Read your meetings.",
		Why: "Checks that each event has exactly one meeting, with the same title and times. Shows your meeting templates and tracking codes, and lets you start a meeting."},
	{Service: "Webex", Name: "meeting:preferences_read",
		May: "Read your meeting preferences.",
		Why: "Finds the Webex site on which you host, your Personal Room, and what you may choose of a meeting's audio."},
	{Service: "Webex", Name: "spark:people_read",
		May: "Read your Webex profile.",
		Why: "Shows here which Webex account is connected."},
}

// tenantPermissions is what an administrator allowed for somebody's mailbox;
// their own Webex is asked only where the organisation's has no host for them.
func tenantPermissions(t meeting.Tenant, byOrganization bool) (list []views.Permission) {
	for _, p := range meeting.Permissions {
		if p.Needed || p.CoveredBy(t.Granted) {
			list = append(list, views.Permission{Service: "Microsoft 365, for your organisation", Name: p.Name, May: p.May, Why: p.Why})
		}
	}
	if byOrganization {
		return append(list, views.Permission{Service: "Webex, for your organisation", Name: "meeting:admin_schedule_write",
			May: "Make, change and delete meetings for the people of your organisation.",
			Why: "Makes a meeting for an event, moves it along and takes it away again. Meetings made elsewhere are left alone."})
	}
	for _, p := range permissions {
		if p.Service == "Webex" {
			list = append(list, p)
		}
	}
	return list
}
