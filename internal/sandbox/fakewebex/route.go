package fakewebex

import "strings"

// route is one row of what this server answers.
type route struct {
	method, path string
	scope        string   // needed scope of a user's token
	admin        string   // the administrator's scope that does as well; both empty: no token
	query        []string // known query parameters
	handle       func(*Server, *call) (any, error)
	write        bool // changes the world when it succeeds
}

// Scopes as in https://developer.webex.com/docs/meetings.
const (
	readSchedules   = "meeting:schedules_read"
	writeSchedules  = "meeting:schedules_write"
	readPreferences = "meeting:preferences_read"
	readPeople      = "spark:people_read"

	writePreferences = "meeting:preferences_write"

	adminReadSchedules    = "meeting:admin_schedule_read"
	adminWriteSchedules   = "meeting:admin_schedule_write"
	adminReadPreferences  = "meeting:admin_preferences_read"
	adminWritePreferences = "meeting:admin_preferences_write"
	adminReadConfig       = "meeting:admin_config_read"
	adminReadPeople       = "spark-admin:people_read"
	adminReadOrgs         = "spark-admin:organizations_read"
)

// forAdmins reports whether only an administrator may grant the scope.
func forAdmins(scope string) bool {
	return strings.HasPrefix(scope, "meeting:admin_") || strings.HasPrefix(scope, "spark-admin:")
}

var (
	authorizeParams = []string{"response_type", "client_id", "redirect_uri", "scope", "state", "nonce",
		"code_challenge", "code_challenge_method", "prompt", "max_age", "login_hint", "account"}
	listParams = []string{"meetingType", "meetingSeriesId", "meetingNumber", "webLink", "roomId", "from", "to",
		"state", "scheduledType", "isModified", "current", "integrationTag", "hostEmail", "siteUrl", "max", "cursor"}
	preferenceParams = []string{"userEmail", "siteUrl"}
	codeParams       = []string{"service", "hostEmail", "siteUrl"}
	templateParams   = []string{"templateType", "locale", "isDefault", "isStandard", "hostEmail", "siteUrl", "cursor"}
	peopleParams     = []string{"email", "displayName", "id", "max", "excludeStatus", "cursor"}
)

// routes lists literal paths before those with {id}. hostEmail is a query
// parameter where it is listed here, and a property of all bodies of meetings
// and invitees. That /people/me wants the user's scope is the sandbox's choice.
var routes = []route{
	{"GET", "/v1/authorize", "", "", authorizeParams, (*Server).showAuthorize, false},
	{"POST", "/v1/authorize", "", "", nil, (*Server).decideAuthorize, false},
	{"POST", "/v1/access_token", "", "", nil, (*Server).giveToken, false},

	{"GET", "/v1/people/me", readPeople, "", []string{"callingData"}, (*Server).getMe, false},
	{"GET", "/v1/people", readPeople, adminReadPeople, peopleParams, (*Server).listPeople, false},
	{"GET", "/v1/people/{id}", readPeople, adminReadPeople, []string{"callingData"}, (*Server).getPerson, false},
	{"GET", "/v1/organizations/{id}", "", adminReadOrgs, nil, (*Server).getOrganization, false},

	{"POST", "/v1/meetings", writeSchedules, adminWriteSchedules, nil, (*Server).createMeeting, true},
	{"GET", "/v1/meetings", readSchedules, adminReadSchedules, listParams, (*Server).listMeetings, false},
	{"POST", "/v1/meetings/join", readSchedules, adminReadSchedules, nil, (*Server).joinMeeting, false},
	{"GET", "/v1/meetings/trackingCodes", readSchedules, adminReadSchedules, codeParams, (*Server).listTrackingCodes, false},
	{"POST", "/v1/meetings/reassignHost", "", adminWriteSchedules, nil, (*Server).reassignHost, true},
	{"GET", "/v1/meetings/templates", readSchedules, adminReadSchedules, templateParams, (*Server).listTemplates, false},
	{"GET", "/v1/meetings/templates/{id}", readSchedules, adminReadSchedules, []string{"hostEmail"}, (*Server).getTemplate, false},
	{"GET", "/v1/meetings/{id}", readSchedules, adminReadSchedules, []string{"current", "hostEmail"}, (*Server).getMeeting, false},
	{"PATCH", "/v1/meetings/{id}", writeSchedules, adminWriteSchedules, nil, (*Server).updateMeeting, true},
	{"PUT", "/v1/meetings/{id}", writeSchedules, adminWriteSchedules, nil, nil, true}, // to be deprecated by Cisco
	{"DELETE", "/v1/meetings/{id}", writeSchedules, adminWriteSchedules, []string{"hostEmail", "sendEmail"}, (*Server).deleteMeeting, true},

	{"GET", "/v1/meetingInvitees", readSchedules, adminReadSchedules, []string{"meetingId", "max", "hostEmail", "panelist", "cursor"}, (*Server).listInvitees, false},
	{"POST", "/v1/meetingInvitees", writeSchedules, adminWriteSchedules, nil, (*Server).addInvitee, true},
	{"POST", "/v1/meetingInvitees/bulkInsert", writeSchedules, adminWriteSchedules, nil, (*Server).addInvitees, true},
	{"GET", "/v1/meetingInvitees/{id}", readSchedules, adminReadSchedules, []string{"hostEmail"}, (*Server).getInvitee, false},
	{"PUT", "/v1/meetingInvitees/{id}", writeSchedules, adminWriteSchedules, nil, (*Server).updateInvitee, true},
	{"DELETE", "/v1/meetingInvitees/{id}", writeSchedules, adminWriteSchedules, []string{"hostEmail", "sendEmail"}, (*Server).deleteInvitee, true},

	{"POST", "/v1/webhooks", readSchedules, adminReadSchedules, nil, (*Server).createWebhook, true},
	{"GET", "/v1/webhooks", readSchedules, adminReadSchedules, []string{"max", "ownedBy", "cursor"}, (*Server).listWebhooks, false},
	{"GET", "/v1/webhooks/{id}", readSchedules, adminReadSchedules, nil, (*Server).getWebhook, false},
	{"PUT", "/v1/webhooks/{id}", readSchedules, adminReadSchedules, nil, (*Server).updateWebhook, true},
	{"DELETE", "/v1/webhooks/{id}", readSchedules, adminReadSchedules, nil, (*Server).deleteWebhook, true},

	{"GET", "/v1/meetingPreferences", readPreferences, adminReadPreferences, preferenceParams, (*Server).getPreferences, false},
	{"GET", "/v1/meetingPreferences/sites", readPreferences, adminReadPreferences, preferenceParams, (*Server).getSites, false},
	{"GET", "/v1/meetingPreferences/schedulingOptions", readPreferences, adminReadPreferences, preferenceParams, (*Server).getSchedulingOptions, false},
	{"PUT", "/v1/meetingPreferences/schedulingOptions", writePreferences, adminWritePreferences, preferenceParams, (*Server).putSchedulingOptions, true},
	{"GET", "/v1/meetingPreferences/audio", readPreferences, adminReadPreferences, preferenceParams, (*Server).getAudio, false},
	{"PUT", "/v1/meetingPreferences/audio", writePreferences, adminWritePreferences, preferenceParams, (*Server).putAudio, true},
	{"GET", "/v1/meetingPreferences/personalMeetingRoom", readPreferences, adminReadPreferences, preferenceParams, (*Server).getPersonalRoom, false},
	{"PUT", "/v1/meetingPreferences/personalMeetingRoom", writePreferences, adminWritePreferences, preferenceParams, (*Server).putPersonalRoom, true},

	{"GET", "/v1/admin/meeting/config/commonSettings", "", adminReadConfig, []string{"siteUrl"}, (*Server).getCommonSettings, false},
}

// findRoute returns the row of a call, nil if there is none, and the {id}.
// others tells that the path exists with other methods.
func findRoute(method, path string) (found *route, id string, others bool) {
	for i := range routes {
		value, ok := match(routes[i].path, path)
		if ok && routes[i].method == method {
			return &routes[i], value, false
		}
		others = others || ok
	}
	return nil, "", others
}

func match(pattern, path string) (id string, ok bool) {
	prefix, ok := strings.CutSuffix(pattern, "{id}")
	if !ok {
		return "", pattern == path
	}
	id, ok = strings.CutPrefix(path, prefix)
	return id, ok && id != "" && !strings.Contains(id, "/")
}
