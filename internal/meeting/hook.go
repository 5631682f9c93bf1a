package meeting

import "time"

// HookEvents are what Webex tells of meetings, by one webhook each.
// https://developer.webex.com/docs/api/guides/webhooks
var HookEvents = []string{"created", "updated", "deleted", "started", "ended"}

// Hook is our row for a Webex webhook of a grant.
type Hook struct {
	ID        string // ours: in the address that Webex calls
	Grant     GrantID
	Event     string // one of [HookEvents]
	WebexID   string // empty until Webex's answer is stored
	Secret    Secret // signs deliveries
	Strong    bool   // a delivery was signed with SHA-256: less is refused since
	CheckedAt time.Time
}

// WebexHook is a webhook as Webex lists it.
type WebexHook struct {
	ID     string
	Target string // targetUrl
	Active bool   // it was not disabled for failed deliveries
}
