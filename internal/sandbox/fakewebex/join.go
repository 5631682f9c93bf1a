package fakewebex

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

var joinProperties = []string{"meetingId", "meetingNumber", "webLink", "joinDirectly", "email", "displayName", "password",
	"expirationMinutes", "registrationId", "hostEmail", "createJoinLinkAsWebLink", "createStartLinkAsWebLink"}

// joinMeeting is POST /v1/meetings/join. Its answer is a redirect into the
// meeting, unless joinDirectly is false: then it is links for a browser.
// https://developer.webex.com/docs/api/v1/meetings/join-a-meeting
func (s *Server) joinMeeting(c *call) (any, error) {
	f, err := c.json(joinProperties)
	if err != nil {
		return nil, err
	}
	if err := s.bodyHost(c, f); err != nil {
		return nil, err
	}
	if f.has("registrationId") {
		return nil, c.notModelled("registrationId")
	}
	directly, minutes, email := true, 60, "" // the hour is the sandbox's choice
	for _, err := range []error{
		f.flag("joinDirectly", &directly), read(f, "expirationMinutes", "a number", &minutes),
		read(f, "email", "a string", &email), f.flag("createJoinLinkAsWebLink", new(bool)), f.flag("createStartLinkAsWebLink", new(bool)),
	} {
		if err != nil {
			return nil, err
		}
	}
	switch {
	case minutes < 1 || minutes > 60:
		return nil, invalid("Parameter 'expirationMinutes' must be between 1 and 60.")
	case f.has("displayName") && email == "":
		return nil, invalid("Parameter 'email' is required with 'displayName'.")
	}
	v, err := s.joined(c, f)
	if err != nil {
		return nil, err
	}
	c.note = "“" + v.Title + "”"
	join := s.serviceLink(v)
	if directly {
		return redirect(join), nil
	}
	answer := object{"joinLink": join, "expiration": render(c.now.Add(time.Duration(minutes)*time.Minute), time.UTC)}
	// Whose link it is goes by email where it is given.
	if who := v.role(c.host.Email, ""); who >= cohost && (email == "" || v.role(email, "") >= cohost) {
		answer["startLink"] = s.serviceLink(v)
	}
	return answer, nil
}

// joined finds the meeting that exactly one of three properties names, of those
// that the caller may see.
func (s *Server) joined(c *call, f fields) (Meeting, error) {
	var id, number, link, password string
	given := 0
	for name, into := range map[string]*string{"meetingId": &id, "meetingNumber": &number, "webLink": &link, "password": &password} {
		if err := read(f, name, "a string", into); err != nil {
			return Meeting{}, err
		}
		if name != "password" && *into != "" {
			given++
		}
	}
	if given != 1 {
		return Meeting{}, invalid("Exactly one of 'meetingId', 'meetingNumber' and 'webLink' is required.")
	}
	series, rest, _ := strings.Cut(id, "_")
	if strings.HasPrefix(rest, "I_") {
		return Meeting{}, invalid("Meeting ID '%s' is not allowed for this API.", id)
	}
	for _, m := range s.world.meetings {
		v, ok := m.at(c.now)
		if !ok || v.ID != series && v.Number != strings.ReplaceAll(number, " ", "") && v.WebLink != link {
			continue
		}
		if c.behalf && c.role(&v) != host || !c.behalf && v.role(c.host.Email, password) == stranger {
			break
		}
		return v, nil
	}
	return Meeting{}, refuse(http.StatusNotFound, textNoMeeting)
}

// serviceLink has the form of Cisco's samples; it is good for nothing else.
func (s *Server) serviceLink(v Meeting) string {
	label, _, _ := strings.Cut(v.Site, ".")
	q := url.Values{"siteurl": {label}, "integrationJoinToken": {s.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 96)}}
	return "https://" + v.Site + "/wbxmjs/joinservice/sites/" + label + "/meeting/download/" + s.hex(32) + "?" + q.Encode()
}
