package meeting

import (
	"time"
)

// EventID is a Graph event's immutable id in one mailbox.
// https://learn.microsoft.com/graph/outlook-immutable-id
type EventID string

// EventType is Graph's kind of event.
type EventType string

// Graph's event types. https://learn.microsoft.com/graph/api/resources/event
const (
	SingleInstance EventType = "singleInstance"
	Occurrence     EventType = "occurrence"
	Exception      EventType = "exception"
	SeriesMaster   EventType = "seriesMaster"
)

// Event is a calendar event as one read of Graph showed it.
type Event struct {
	ID      EventID
	ICalUID string
	Type    EventType
	Series  EventID // master of an occurrence or exception
	// Recurrence is a master's; nil if it has none, or one by another calendar.
	Recurrence *Recurrence
	// OriginalStart is where an occurrence or exception stands by the rule, UTC.
	OriginalStart time.Time
	ETag          string
	ChangeKey     string
	Subject       string
	Start, End    time.Time // UTC. For all-day events: midnight of the dates as UTC, End exclusive
	Zone          string    // IANA name of the zone that the event was made in; empty if it has none we know
	AllDay        bool
	IsOrganizer   bool // the mailbox's owner organises it
	IsCancelled   bool
	IsDraft       bool // made or changed, but the invitation is not sent yet
	Private       bool // sensitivity private or confidential
	IsOnline      bool // a meeting of another provider, e.g. Teams, is attached
	Organizer     string
	Attendees     []Attendee
	Body          Body
	Location      string // location.displayName
	ModifiedAt    time.Time
}

// OfSeries reports whether the event is one date of a series.
func (e Event) OfSeries() bool { return e.Type == Occurrence || e.Type == Exception }

// Attendee is somebody or something invited.
type Attendee struct {
	Address  string
	Name     string
	Resource bool // a room or equipment
}

// Body is an event's body exactly as read.
type Body struct {
	HTML    bool // else plain text
	Content string
}

// Series is a master with everything that departs from its rule.
type Series struct {
	Master     Event
	Exceptions []Event // by original start
	// Cancelled are the local dates, by the rule, of occurrences that were taken
	// out. Known says that Graph named them; else only instances can tell.
	Cancelled []Date
	Known     bool
}

// Instance is one date of a series as the calendar shows it.
type Instance struct {
	ID            EventID
	Type          EventType // Occurrence or Exception
	OriginalStart time.Time // UTC
	Start, End    time.Time // UTC; of all-day events midnight of the dates as UTC
}

// EventRef is an event in a listing: enough to tell whether to look closer.
type EventRef struct {
	ID        EventID
	ICalUID   string
	Type      EventType
	Series    EventID
	ChangeKey string
	Location  string
	End       time.Time
}

// Sighting is one event's part of a batch read: either an event or an error
// (errs.NotFound with code ErrorItemNotFound: it is not there).
type Sighting struct {
	ID    EventID
	Event *Event
	Err   error
}

// EventPatch is one write to an event. Nil fields stay as they are: an unsent
// field cannot mail anybody.
type EventPatch struct {
	Subject    *string
	Body       *Body
	Location   *string
	Start, End *time.Time
	Zone       string // for Start and End
}

// Notification is one item of a Graph change or lifecycle notification, not
// yet trusted.
// https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
type Notification struct {
	Subscription string // Graph's id; not to be relied on, the client state names our row
	ClientState  Secret
	Tenant       TenantID
	Event        EventID // empty for lifecycle notifications
	Deleted      bool
	Lifecycle    LifecycleEvent // empty for change notifications
}

// LifecycleEvent is what Graph says of a subscription itself.
// https://learn.microsoft.com/graph/change-notifications-lifecycle-events
type LifecycleEvent string

// The lifecycle events.
const (
	ReauthorizationRequired LifecycleEvent = "reauthorizationRequired"
	SubscriptionRemoved     LifecycleEvent = "subscriptionRemoved"
	Missed                  LifecycleEvent = "missed"
)
