package sandbox

import (
	"html"
	"net/url"
	"regexp"
	"strings"

	"webex-scheduler/internal/sandbox/fakems"
)

// join is how to get into the Webex meeting that an event links to.
type join struct {
	Link      string `json:"link"`
	Number    string `json:"number,omitempty"`   // grouped; empty when this Webex knows no such meeting
	Password  string `json:"password,omitempty"` // and so are these
	SIP       string `json:"sip,omitempty"`
	MeetingID string `json:"meetingId,omitempty"`
}

// webexLink finds addresses under webex.com that lead into a meeting: by
// MTID, or a personal room.
// https://developer.webex.com/docs/api/v1/meetings
var webexLink = regexp.MustCompile(`https://[A-Za-z0-9.-]+\.webex\.com/(?:[A-Za-z0-9_-]+/j\.php\?MTID=m[0-9a-f]+|(?:meet|join)/[A-Za-z0-9._-]*[A-Za-z0-9_-])`)

// joinOf finds the meeting that e's location or body links to, nil without one.
func (s *Sandbox) joinOf(e fakems.Event) *join {
	link := webexLink.FindString(plainLinks(e.Location.DisplayName))
	if link == "" {
		link = webexLink.FindString(plainLinks(e.Body.Content))
	}
	if link == "" {
		return nil
	}
	j := &join{Link: link}
	for _, p := range s.Webex.People() {
		if room, number, sip := p.PersonalRoom(); room == link {
			j.Number, j.SIP = grouped(number), sip
		}
	}
	for _, m := range s.Webex.Meetings("") {
		if m.WebLink == link {
			j.Number, j.Password, j.SIP, j.MeetingID = grouped(m.Number), m.Password, m.SIPAddress, m.ID
		}
	}
	return j
}

// plainLinks undoes what HTML does to addresses.
func plainLinks(body string) string {
	body = html.UnescapeString(body)
	if !strings.Contains(body, "%2F") {
		return body
	}
	// Safe Links carries the address as a query value.
	if plain, err := url.QueryUnescape(body); err == nil {
		return body + " " + plain
	}
	return body
}

// grouped writes a meeting number as people read it: 3-3-3, 3-3-4 or 4-3-4
// digits.
func grouped(number string) string {
	n := len(number)
	if n < 9 || n > 11 {
		return number
	}
	first, last := 3, 3
	if n > 9 {
		last = 4
	}
	if n == 11 {
		first = 4
	}
	return number[:first] + " " + number[first:n-last] + " " + number[n-last:]
}
