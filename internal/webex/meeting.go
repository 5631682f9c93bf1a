package webex

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// object is Webex's meeting. hostKey is not among its fields: whoever has it
// can take the meeting over.
// https://developer.webex.com/docs/api/v1/meetings/get-a-meeting
type object struct {
	ID            wire.Text   `json:"id"`
	SeriesID      wire.Text   `json:"meetingSeriesId"` // of an occurrence
	Kind          wire.Text   `json:"meetingType"`
	Title         wire.Text   `json:"title"`
	Start         wire.Text   `json:"start"`
	End           wire.Text   `json:"end"`
	Timezone      wire.Text   `json:"timezone"`   // of this answer, not the one it was scheduled in
	Recurrence    wire.Text   `json:"recurrence"` // of a series
	State         wire.Text   `json:"state"`
	Modified      wire.Flag   `json:"isModified"` // of an occurrence
	HostEmail     wire.Text   `json:"hostEmail"`
	SiteURL       wire.Text   `json:"siteUrl"`
	WebLink       wire.Text   `json:"webLink"`
	Number        wire.Text   `json:"meetingNumber"`
	Password      wire.Text   `json:"password"`
	PhonePassword wire.Text   `json:"phoneAndVideoSystemPassword"`
	SIPAddress    wire.Text   `json:"sipAddress"`
	DialInIP      wire.Text   `json:"dialInIpAddress"`
	Tags          []wire.Text `json:"integrationTags"`
	Telephony     telephony   `json:"telephony"`
	// Who came to it, of one that has begun.
	HostDidJoin     wire.Flag `json:"hostDidJoin"`
	AttendeeDidJoin wire.Flag `json:"attendeeDidJoin"`
	// Errors is set on an item of a list that could not be read.
	Errors json.RawMessage `json:"errors"`
}

// telephony is the same for meetings and Personal Rooms, apart from its links.
type telephony struct {
	AccessCode wire.Text `json:"accessCode"`
	CallIn     []struct {
		Label  wire.Text `json:"label"`
		Number wire.Text `json:"callInNumber"`
	} `json:"callInNumbers"`
}

func (t telephony) fill(join *meeting.Join) {
	join.AccessCode = string(t.AccessCode)
	for _, n := range t.CallIn {
		join.CallIn = append(join.CallIn, meeting.CallIn{Label: string(n.Label), Number: string(n.Number)})
	}
}

// unreadable reports whether a list names the item and cannot show it.
func (o object) unreadable() bool {
	return len(o.Errors) > 0 && string(o.Errors) != "null" || o.ID == ""
}

// meeting checks what a meeting cannot be without. errs.Internal: it lacks it.
func (o object) meeting() (meeting.Meeting, error) {
	if o.ID == "" {
		return meeting.Meeting{}, errs.New(errs.Internal, "unforeseen meeting: no id")
	}
	start, err := parseTime(string(o.Start), string(o.Timezone))
	if err != nil {
		return meeting.Meeting{}, err
	}
	end, err := parseTime(string(o.End), string(o.Timezone))
	if err != nil {
		return meeting.Meeting{}, err
	}
	site := siteHost(string(o.SiteURL))
	m := meeting.Meeting{
		ID: meeting.MeetingID(o.ID), Title: string(o.Title), Start: start, End: end,
		State: string(o.State), HostEmail: strings.ToLower(string(o.HostEmail)), SiteURL: site, Rule: string(o.Recurrence),
		Join: meeting.Join{
			WebLink:       webLink(string(o.WebLink), site),
			Number:        strings.ReplaceAll(string(o.Number), " ", ""),
			Password:      meeting.NewSecret(string(o.Password)),
			PhonePassword: meeting.NewSecret(string(o.PhonePassword)),
			SIPAddress:    string(o.SIPAddress),
			DialInIP:      string(o.DialInIP),
		},
	}
	o.Telephony.fill(&m.Join)
	for _, tag := range o.Tags {
		m.Tags = append(m.Tags, string(tag))
	}
	return m, nil
}

// siteHost is the host name of a site, however it is written.
func siteHost(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if _, after, ok := strings.Cut(s, "://"); ok {
		s = after
	}
	s, _, _ = strings.Cut(s, "/")
	return s
}

// webLink accepts a join link only where people are safe to be sent: https, at
// Webex or at the site that Webex itself named. Otherwise it is empty.
func webLink(link, site string) string {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Port() != "" && u.Port() != "443" {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if under(host, "webex.com") || strings.Contains(site, ".") && under(host, site) {
		return link
	}
	return ""
}

func under(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// parseTime reads a time of an answer, whose offset may be missing: then it is
// local in the answer's zone. Webex keeps whole minutes.
func parseTime(s, zone string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		loc, zoneErr := time.LoadLocation(zone)
		if zoneErr != nil {
			return time.Time{}, errs.New(errs.Internal, "unforeseen meeting: bad time zone")
		}
		t, err = time.ParseInLocation("2006-01-02T15:04:05", strings.Replace(s, " ", "T", 1), loc)
	}
	if err != nil {
		return time.Time{}, errs.New(errs.Internal, "unforeseen meeting: bad time")
	}
	return t.UTC().Truncate(time.Minute), nil
}
