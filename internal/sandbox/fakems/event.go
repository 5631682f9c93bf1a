package fakems

import (
	"time"
)

// Event is a calendar item with Graph's JSON names. Given to a verb, only what
// a person can enter counts: Subject, Body, Start, End, IsAllDay, Location,
// Attendees, Sensitivity, ShowAs, Importance, Categories, reminder and
// response switches, IsDraft, Recurrence, Properties; the rest is Exchange's.
// https://learn.microsoft.com/graph/api/resources/event
type Event struct {
	ETag        string `json:"@odata.etag"`
	ID          string `json:"id"` // from verbs: the immutable id. Verbs accept either kind
	ChangeKey   string `json:"changeKey"`
	ICalUID     string `json:"iCalUId"`
	Type        string `json:"type"` // singleInstance seriesMaster occurrence exception
	Subject     string `json:"subject"`
	BodyPreview string `json:"bodyPreview"`

	Body ItemBody `json:"body"`

	// Start and End are in the zone the event was made in, from verbs; see
	// [DateTimeTimeZone.Time]. End is exclusive. All-day events have midnights.
	Start DateTimeTimeZone `json:"start"`
	End   DateTimeTimeZone `json:"end"`

	// Recurrence makes a series of the event; nil on occurrences and exceptions.
	// A StartDate left empty is the date of Start, its zone Start's.
	Recurrence     *Recurrence `json:"recurrence"`
	SeriesMasterID string      `json:"seriesMasterId"` // of an occurrence or exception, the immutable id
	OriginalStart  time.Time   `json:"originalStart"`  // of those, before an exception was moved; UTC

	OriginalStartTimeZone string `json:"originalStartTimeZone"`
	OriginalEndTimeZone   string `json:"originalEndTimeZone"`
	IsAllDay              bool   `json:"isAllDay"`

	Location  Location   `json:"location"`
	Locations []Location `json:"locations"`

	Organizer      Recipient      `json:"organizer"`
	Attendees      []Attendee     `json:"attendees"`
	ResponseStatus ResponseStatus `json:"responseStatus"`
	IsOrganizer    bool           `json:"isOrganizer"`
	IsCancelled    bool           `json:"isCancelled"`

	// IsDraft: a meeting whose invitations have not been sent. Attendees get
	// nothing until an update clears it.
	IsDraft bool `json:"isDraft"`

	Sensitivity                string   `json:"sensitivity"` // normal personal private confidential
	ShowAs                     string   `json:"showAs"`      // free tentative busy oof workingElsewhere unknown
	Importance                 string   `json:"importance"`  // low normal high
	Categories                 []string `json:"categories"`
	IsReminderOn               bool     `json:"isReminderOn"`
	ReminderMinutesBeforeStart int      `json:"reminderMinutesBeforeStart"`
	ResponseRequested          bool     `json:"responseRequested"`
	AllowNewTimeProposals      bool     `json:"allowNewTimeProposals"`
	HideAttendees              bool     `json:"hideAttendees"`
	HasAttachments             bool     `json:"hasAttachments"`

	WebLink       string  `json:"webLink"`
	TransactionID *string `json:"transactionId"`

	// Properties are the item's extended properties, of which Graph shows none
	// here. What becomes of them when events are copied is told with each verb.
	Properties map[string]string `json:"-"`

	CreatedDateTime      time.Time `json:"createdDateTime"`
	LastModifiedDateTime time.Time `json:"lastModifiedDateTime"`
}

// ItemBody is the body of an event. ContentType is "html" or "text".
type ItemBody struct {
	ContentType string `json:"contentType"`
	Content     string `json:"content"`
}

// Location is where an event takes place.
type Location struct {
	DisplayName  string `json:"displayName"`
	LocationType string `json:"locationType"`
	UniqueID     string `json:"uniqueId,omitempty"`
	UniqueIDType string `json:"uniqueIdType"`
}

// Attendee is a person or room invited. Type is required, optional or resource.
type Attendee struct {
	Type         string         `json:"type"`
	Status       ResponseStatus `json:"status"`
	EmailAddress EmailAddress   `json:"emailAddress"`
}

// Recipient is somebody with an address.
type Recipient struct {
	EmailAddress EmailAddress `json:"emailAddress"`
}

// EmailAddress is a name and an SMTP address.
type EmailAddress struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// ResponseStatus is an answer to an invitation: none organizer
// tentativelyAccepted accepted declined notResponded. The zero time means unset.
type ResponseStatus struct {
	Response string    `json:"response"`
	Time     time.Time `json:"time"`
}
