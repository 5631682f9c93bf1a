package meeting

// Reason is why something was done, waits, or failed: the same word in log,
// page and test.
type Reason string

// Reasons for what the planner does.
const (
	ByKeyword            Reason = "keyword"                  // the location asks for a meeting
	EventChanged         Reason = "event changed"            // title, time or attendees differ from what Webex has
	BlockMissing         Reason = "join details missing"     // the meeting is there, its details are not in the event
	BlockDamaged         Reason = "join details damaged"     // half of a block, or two
	BlockKnownAgain      Reason = "join details known again" // an unknown block leads to a meeting of the host that nobody else holds
	BlockRemoved         Reason = "join details removed"     // a person took them out
	MeetingChanged       Reason = "meeting changed in Webex"
	MeetingDeleted       Reason = "meeting deleted in Webex"
	EventCancelled       Reason = "event cancelled"
	EventGone            Reason = "event deleted"
	EventCopied          Reason = "event copied" // the block is another event's
	EventMoved           Reason = "event moved"  // same event under another id
	EventOver            Reason = "event over"
	NothingToDo          Reason = "in step"
	NotOurs              Reason = "not ours"              // no block, no keyword, no link
	LostCreate           Reason = "create without answer" // found, or looked for, by its tag
	LostDelete           Reason = "delete without answer" // the meeting may be gone, or go at any moment
	LateWrite            Reason = "late write"            // one that may have arrived, or arrive, after a newer one
	DuplicateMeeting     Reason = "second meeting of a create without answer"
	StandsAlone          Reason = "date stands alone"   // its series cannot hold it
	BackInSeries         Reason = "back in its series"  // a date that stood alone
	SeriesCut            Reason = "series ended"        // before its dates were over
	SeriesDates          Reason = "dates of the series" // listed by the calendar
	SeriesChecked        Reason = "dates at Webex checked"
	ByItsSeries          Reason = "judged by its series"
	ByPane               Reason = "asked for in the pane"
	DraftBound           Reason = "first seen in its event" // a meeting asked for in the pane
	DraftUnused          Reason = "in no event"             // asked for in the pane, and never seen
	FormerMeeting        Reason = "another meeting before"  // the event has one from the pane now
	OptionsChanged       Reason = "options changed in the pane"
	RemovedInPane        Reason = "removed through the pane"
	OrphanAdopted        Reason = "meeting without an event"         // a person gave it to one
	OrphanDeleted        Reason = "meeting without an event deleted" // a person said so
	HostChanged          Reason = "webex host changed"               // the mailbox has another than its meeting
	OverwrittenElsewhere Reason = "changed while we wrote"           // If-Match refused; read and planned again
)

// Reasons for waiting.
const (
	WaitThrottled   Reason = "throttled"
	WaitUnavailable Reason = "service unavailable"
	WaitSignedOut   Reason = "signed out"
	WaitInProgress  Reason = "meeting in progress"
	WaitNotSeenYet  Reason = "not seen yet" // Graph does not know the event yet
	WaitSecondRead  Reason = "second read"  // a sign has to be seen twice
	WaitLook        Reason = "looking for a lost create"
	WaitHeld        Reason = "held"             // too many deletions at once: a person has to say yes
	WaitQuota       Reason = "webex quota used" // creates of the day are used up
	WaitPutBack     Reason = "put back once an hour"
	WaitDraft       Reason = "waiting for its event"
	WaitPane        Reason = "open in the pane" // who has it open writes it
	WaitDryRun      Reason = "dry run"          // the tenant's owners look before anything is written
)

// Problems a person has to see. The account page has a sentence and a fix for each.
const (
	ProblemWebexNotLinked Reason = "webex not linked"
	ProblemSignedOut      Reason = "webex signed out"
	ProblemTooLong        Reason = "too long"      // over 23:59 h
	ProblemPast           Reason = "too late"      // begins and ends in the past
	ProblemRefused        Reason = "webex refused" // any other 4xx
	ProblemPassword       Reason = "webex refused password"
	ProblemTrackingCode   Reason = "webex wants tracking code"
	ProblemQuota          Reason = "webex quota"
	ProblemHeld           Reason = "deletion held" // too many deletions at once
	ProblemForbidden      Reason = "webex forbids"
	ProblemUnknownBlock   Reason = "unknown join details"
	ProblemForeignLink    Reason = "other webex link"       // the event already holds a Webex link that is not ours
	ProblemTooManyWrites  Reason = "too many writes"        // another product works on the same event
	ProblemNoSpace        Reason = "no spaces"              // :space is not offered
	ProblemPersonalRoom   Reason = "personal room"          // the host has none
	ProblemBothChanged    Reason = "changed on both sides"  // the calendar won
	ProblemDates          Reason = "dates changed in webex" // in a way that the calendar cannot follow
	ProblemNoMailbox      Reason = "no mailbox"             // the account has none in Exchange Online
	ProblemUnseen         Reason = "cannot be seen"         // Webex does not show the meeting any more
	ProblemCalendar       Reason = "other calendar"         // a series by a calendar that Webex cannot repeat by
	ProblemTooFar         Reason = "too far ahead"          // over ten years
	ProblemHostKept       Reason = "former webex host"      // Webex does not give the meeting to the mailbox's present host
	ProblemNoHost         Reason = "no webex host"          // the organisation's Webex has nobody for the mailbox
)

// Why a grant is dead.
const (
	GrantExpired   Reason = "expired"
	GrantRevoked   Reason = "revoked"
	GrantWithdrawn Reason = "consent withdrawn"
	GrantDisabled  Reason = "account disabled"
	GrantPolicy    Reason = "sign-in policy"
	GrantReplaced  Reason = "replaced" // another Webex organisation was confirmed
)

// OfBothSides reports whether r tells of an edit in Webex that was not kept.
func (r Reason) OfBothSides() bool { return r == ProblemBothChanged || r == ProblemDates }

// Waits reports whether r is one of the reasons for waiting.
func (r Reason) Waits() bool {
	switch r {
	case WaitThrottled, WaitUnavailable, WaitSignedOut, WaitInProgress, WaitNotSeenYet, WaitSecondRead, WaitLook, WaitHeld, WaitQuota, WaitPutBack, WaitDraft, WaitPane:
		return true
	}
	return false
}

// Why a tenant is not authorised, or a look at its directory ended early.
const (
	ConsentUnseen     Reason = "consent not seen"   // Microsoft knows of none, or does not yet
	PermissionMissing Reason = "permission missing" // the one that nothing works without
	GroupUnknown      Reason = "unknown group"
	OwnFault          Reason = "own fault" // of this program or its configuration: the log says more
)

// Lacks is the reason of a feature that is off because its permission was not
// granted.
func Lacks(permission string) Reason { return Reason("needs " + permission) }
