package sandbox

import (
	"time"

	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/sandbox/trace"
)

// Fault names something that can be broken. Its text is the word of the JSON
// API, the page and the log.
type Fault string

// Faults of calls. "After" means that the work was done and only its answer is
// lost or late. What a status means to a caller:
// https://learn.microsoft.com/graph/throttling, https://learn.microsoft.com/graph/errors
// and https://developer.webex.com/docs/basics#rate-limiting.
const (
	GraphThrottled     Fault = "graph-429"        // Retry-After in seconds: Wait
	GraphThrottledDate Fault = "graph-429-date"   // Retry-After as an HTTP date, Wait from now
	GraphThrottledBare Fault = "graph-429-bare"   // no Retry-After
	GraphThrottledPart Fault = "graph-429-part"   // parts of a $batch alone, Retry-After among the part's headers
	GraphUnavailable   Fault = "graph-503"        // ServiceUnavailable
	GraphTimeout       Fault = "graph-504"        // UnknownError
	GraphTimeoutAfter  Fault = "graph-504-after"  //
	GraphHangs         Fault = "graph-hang"       // no answer for Wait, then the usual one
	GraphHangsAfter    Fault = "graph-hang-after" //
	GraphReset         Fault = "graph-reset"      // the connection is cut; of a part of a $batch: the batch's
	GraphResetAfter    Fault = "graph-reset-after"

	// Of Entra's token endpoint; its pages are spared.
	EntraThrottled   Fault = "entra-429" // Retry-After in seconds: Wait
	EntraUnavailable Fault = "entra-503"
	EntraHangs       Fault = "entra-hang"
	EntraReset       Fault = "entra-reset"
	EntraResetAfter  Fault = "entra-reset-after"

	// Of Webex's API and its token endpoint; its pages are spared.
	WebexThrottled       Fault = "webex-429" // HTML, Retry-After in seconds: Wait
	WebexError           Fault = "webex-500" // the platform's JSON
	WebexBadGateway      Fault = "webex-502" // a proxy's HTML
	WebexBadGatewayAfter Fault = "webex-502-after"
	WebexUnavailable     Fault = "webex-503"
	WebexHangs           Fault = "webex-hang" // no answer for Wait, then the usual one
	WebexHangsAfter      Fault = "webex-hang-after"
	WebexReset           Fault = "webex-reset"
	WebexResetAfter      Fault = "webex-reset-after"
)

// Faults beside calls; see the troubles of fakems and fakewebex.
const (
	WebexStale        = Fault(fakewebex.StaleRead)    // reads of meetings show the state of Wait ago
	WebexTagLag       = Fault(fakewebex.TagUnindexed) // so do look-ups by integrationTag
	WebexSecretFails  = Fault(fakewebex.SecretRefused)
	NoticeLost        = Fault(fakems.NoticeLost)
	NoticeDoubled     = Fault(fakems.NoticeDoubled)   // the second one Wait later
	NoticeLate        = Fault(fakems.NoticeLate)      // by Wait
	NoticeReordered   = Fault(fakems.NoticeReordered) // overtaken by the next, Wait later at the latest
	NoticeEarly       = Fault(fakems.NoticeEarly)     // before the answer that makes its subscription known
	ShortSubscription = Fault(fakems.SubscriptionLifetime)
	NoSubscription    = Fault(fakems.SubscriptionRefused) // the mailbox cannot be subscribed
	BinReadable       = Fault(fakems.BinShown)            // deleted events are readable by their immutable id
	EditUnlisted      = Fault(fakems.EditUnlisted)        // edits leave lastModifiedDateTime as it was
	MicrosoftSecret   = Fault(fakems.SecretRefused)       // Code, or AADSTS7000222: expired
	MicrosoftRefresh  = Fault(fakems.RefreshRefused)      // Code, or AADSTS50173: revoked
)

// Faults that happen once, at once. Who is everybody when empty.
const (
	SubscriptionVanishes  Fault = "subscription-vanishes" // without a word
	SubscriptionRemoved   Fault = "subscription-removed"  // with a lifecycle notification
	SubscriptionMissed    Fault = "subscription-missed"
	SubscriptionReauthor  Fault = "subscription-reauthorization"
	MicrosoftTokensExpire Fault = "microsoft-tokens-expired"
	MicrosoftSignedOut    Fault = "microsoft-sessions-revoked" // refresh tokens end, consent stays
	MicrosoftConsentGone  Fault = "microsoft-consent-withdrawn"
	MicrosoftTenantGone   Fault = "microsoft-tenant-withdrawn" // of Who's organisation: the app is deleted there
	WebexTokensExpire     Fault = "webex-tokens-expired"
	WebexGrantGone        Fault = "webex-grant-revoked"
)

// entry is a fault as the catalogue describes it.
type entry struct {
	fault Fault
	group string

	// one and many are what happens in words, after "The next" and "The next
	// 3" or "All"; an act has only many, a command. {wait} and {code} stand for
	// those of the Break.
	one, many string

	service trace.Service   // of a fault of calls; empty for others
	wait    []time.Duration // that the page offers, the default first; nil: there is none
	least   time.Duration   // of wait
	most    time.Duration
	codes   []int // that the page offers, the default first; nil: there is none
	nobody  bool  // it is no person's: Who must be empty
}

func (e *entry) isAct() bool { return e.one == "" }

const day = 24 * time.Hour

var (
	retryAfter = []time.Duration{5 * time.Second, time.Minute, time.Hour}
	patience   = []time.Duration{30 * time.Second, 5 * time.Second, 2 * time.Minute}
)

// catalogue is everything that can be broken, in the order of the page.
var catalogue = []entry{
	{fault: GraphThrottled, group: "Microsoft Graph", one: "Graph call answers 429, Retry-After {wait}", many: "Graph calls answer 429, Retry-After {wait}",
		service: trace.Graph, wait: retryAfter, least: time.Second, most: day},
	{fault: GraphThrottledDate, group: "Microsoft Graph", one: "Graph call answers 429, Retry-After a date in {wait}", many: "Graph calls answer 429, Retry-After a date in {wait}",
		service: trace.Graph, wait: retryAfter, least: time.Second, most: day},
	{fault: GraphThrottledBare, group: "Microsoft Graph", one: "Graph call answers 429 without Retry-After", many: "Graph calls answer 429 without Retry-After", service: trace.Graph},
	{fault: GraphThrottledPart, group: "Microsoft Graph", one: "call inside a $batch answers 429, Retry-After {wait}", many: "calls inside a $batch answer 429, Retry-After {wait}",
		service: trace.Graph, wait: retryAfter, least: time.Second, most: day},
	{fault: GraphUnavailable, group: "Microsoft Graph", one: "Graph call answers 503", many: "Graph calls answer 503", service: trace.Graph},
	{fault: GraphTimeout, group: "Microsoft Graph", one: "Graph call answers 504, nothing done", many: "Graph calls answer 504, nothing done", service: trace.Graph},
	{fault: GraphTimeoutAfter, group: "Microsoft Graph", one: "Graph call answers 504, but was done", many: "Graph calls answer 504, but were done", service: trace.Graph},
	{fault: GraphHangs, group: "Microsoft Graph", one: "Graph call hangs for {wait}", many: "Graph calls hang for {wait}",
		service: trace.Graph, wait: patience, least: time.Millisecond, most: 10 * time.Minute},
	{fault: GraphHangsAfter, group: "Microsoft Graph", one: "Graph call is done and answered {wait} late", many: "Graph calls are done and answered {wait} late",
		service: trace.Graph, wait: patience, least: time.Millisecond, most: 10 * time.Minute},
	{fault: GraphReset, group: "Microsoft Graph", one: "Graph call is cut off, nothing done", many: "Graph calls are cut off, nothing done", service: trace.Graph},
	{fault: GraphResetAfter, group: "Microsoft Graph", one: "Graph call is cut off, but was done", many: "Graph calls are cut off, but were done", service: trace.Graph},

	{fault: WebexThrottled, group: "Webex", one: "Webex call answers 429, Retry-After {wait}", many: "Webex calls answer 429, Retry-After {wait}",
		service: trace.Webex, wait: retryAfter, least: time.Second, most: day},
	{fault: WebexError, group: "Webex", one: "Webex call answers 500", many: "Webex calls answer 500", service: trace.Webex},
	{fault: WebexBadGateway, group: "Webex", one: "Webex call answers 502, nothing done", many: "Webex calls answer 502, nothing done", service: trace.Webex},
	{fault: WebexBadGatewayAfter, group: "Webex", one: "Webex call answers 502, but was done", many: "Webex calls answer 502, but were done", service: trace.Webex},
	{fault: WebexUnavailable, group: "Webex", one: "Webex call answers 503", many: "Webex calls answer 503", service: trace.Webex},
	{fault: WebexHangs, group: "Webex", one: "Webex call hangs for {wait}", many: "Webex calls hang for {wait}",
		service: trace.Webex, wait: patience, least: time.Millisecond, most: 10 * time.Minute},
	{fault: WebexHangsAfter, group: "Webex", one: "Webex call is done and answered {wait} late", many: "Webex calls are done and answered {wait} late",
		service: trace.Webex, wait: patience, least: time.Millisecond, most: 10 * time.Minute},
	{fault: WebexReset, group: "Webex", one: "Webex call is cut off, nothing done", many: "Webex calls are cut off, nothing done", service: trace.Webex},
	{fault: WebexResetAfter, group: "Webex", one: "Webex call is cut off, but was done", many: "Webex calls are cut off, but were done", service: trace.Webex},
	{fault: WebexStale, group: "Webex", one: "read of Webex shows what was {wait} ago", many: "reads of Webex show what was {wait} ago",
		wait: []time.Duration{10 * time.Minute, time.Minute, 10 * time.Second}, least: time.Second, most: time.Hour},
	{fault: WebexTagLag, group: "Webex", one: "look-up by tag misses what is younger than {wait}", many: "look-ups by tag miss what is younger than {wait}",
		wait: []time.Duration{time.Minute, 10 * time.Second, 10 * time.Minute}, least: time.Second, most: time.Hour},

	{fault: NoticeLost, group: "Notifications", one: "notification is lost", many: "notifications are lost"},
	{fault: NoticeDoubled, group: "Notifications", one: "notification comes twice, {wait} apart", many: "notifications come twice, {wait} apart",
		wait: []time.Duration{0, 10 * time.Second, 10 * time.Minute}, most: 4 * time.Hour},
	{fault: NoticeLate, group: "Notifications", one: "notification is {wait} late", many: "notifications are {wait} late",
		wait: []time.Duration{time.Minute, 10 * time.Second, 10 * time.Minute}, least: time.Millisecond, most: 4 * time.Hour},
	{fault: NoticeReordered, group: "Notifications", one: "notification is overtaken by the one after it", many: "notifications are overtaken by the ones after them",
		wait: []time.Duration{10 * time.Second}, least: time.Millisecond, most: 4 * time.Hour},
	{fault: NoticeEarly, group: "Notifications", one: "new subscription notifies before it is answered", many: "new subscriptions notify before they are answered"},

	{fault: ShortSubscription, group: "Subscriptions", one: "subscription is granted {wait}", many: "subscriptions are granted {wait}",
		wait: []time.Duration{time.Minute, time.Hour, 7 * day}, least: time.Minute, most: 7 * day},
	{fault: NoSubscription, group: "Subscriptions", one: "attempt to subscribe to the mailbox is refused", many: "attempts to subscribe to the mailbox are refused"},
	{fault: SubscriptionVanishes, group: "Subscriptions", many: "Remove the subscription without a word"},
	{fault: SubscriptionRemoved, group: "Subscriptions", many: "Remove the subscription and say “subscriptionRemoved”"},
	{fault: SubscriptionMissed, group: "Subscriptions", many: "Say “missed”"},
	{fault: SubscriptionReauthor, group: "Subscriptions", many: "Say “reauthorizationRequired”"},

	{fault: BinReadable, group: "Calendar", one: "read of a deleted event by its id finds it", many: "reads of deleted events by their id find them"},
	{fault: EditUnlisted, group: "Calendar", one: "edit leaves lastModifiedDateTime as it was", many: "edits leave lastModifiedDateTime as it was"},

	{fault: EntraThrottled, group: "Tokens and grants", one: "token request at Microsoft answers 429, Retry-After {wait}", many: "token requests at Microsoft answer 429, Retry-After {wait}",
		service: trace.Entra, wait: retryAfter, least: time.Second, most: day},
	{fault: EntraUnavailable, group: "Tokens and grants", one: "token request at Microsoft answers 503", many: "token requests at Microsoft answer 503", service: trace.Entra},
	{fault: EntraHangs, group: "Tokens and grants", one: "token request at Microsoft hangs for {wait}", many: "token requests at Microsoft hang for {wait}",
		service: trace.Entra, wait: patience, least: time.Millisecond, most: 10 * time.Minute},
	{fault: EntraReset, group: "Tokens and grants", one: "token request at Microsoft is cut off, nothing done", many: "token requests at Microsoft are cut off, nothing done", service: trace.Entra},
	{fault: EntraResetAfter, group: "Tokens and grants", one: "token request at Microsoft is cut off, but was done", many: "token requests at Microsoft are cut off, but were done", service: trace.Entra},
	{fault: MicrosoftRefresh, group: "Tokens and grants", one: "token refresh at Microsoft is refused with AADSTS{code}", many: "token refreshes at Microsoft are refused with AADSTS{code}",
		codes: []int{50173, 700082, 65001, 50076, 53003, 50057, 50034, 50105, 700016, 50196, 90033}},
	{fault: MicrosoftSecret, group: "Tokens and grants", one: "use of the client secret at Microsoft is refused with AADSTS{code}", many: "uses of the client secret at Microsoft are refused with AADSTS{code}",
		codes: []int{7000222, 7000215}, nobody: true},
	{fault: WebexSecretFails, group: "Tokens and grants", one: "use of the client secret at Webex is refused", many: "uses of the client secret at Webex are refused", nobody: true},
	{fault: MicrosoftTokensExpire, group: "Tokens and grants", many: "Expire the access tokens of Microsoft"},
	{fault: MicrosoftSignedOut, group: "Tokens and grants", many: "Revoke the sessions at Microsoft"},
	{fault: MicrosoftConsentGone, group: "Tokens and grants", many: "Withdraw the consent at Microsoft"},
	{fault: MicrosoftTenantGone, group: "Tokens and grants", many: "Delete the app from the organisation at Microsoft"},
	{fault: WebexTokensExpire, group: "Tokens and grants", many: "Expire the access tokens of Webex"},
	{fault: WebexGrantGone, group: "Tokens and grants", many: "Revoke the grant at Webex"},
}

func entryOf(f Fault) *entry {
	for i := range catalogue {
		if catalogue[i].fault == f {
			return &catalogue[i]
		}
	}
	return nil
}
