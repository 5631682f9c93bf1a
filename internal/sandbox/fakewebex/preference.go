package fakewebex

import (
	"slices"
	"strings"
)

// preferenceSite is the door of /v1/meetingPreferences…: the caller's own, or
// with an admin scope those of userEmail, and on a site of theirs.
// https://developer.webex.com/docs/api/v1/meeting-preferences
func (s *Server) preferenceSite(c *call) (string, error) {
	if user := c.query.Get("userEmail"); user != "" && !strings.EqualFold(user, c.person.Email) {
		if !c.admin {
			return "", forbidden(textOthers)
		}
		if err := s.actFor(c, user); err != nil {
			return "", err
		}
	}
	site := c.query.Get("siteUrl")
	if site == "" && len(c.host.Sites) > 0 {
		site = c.host.Sites[0]
	}
	if !slices.Contains(c.host.Sites, site) {
		return "", refuse(404, textNotFound)
	}
	return site, nil
}

// getPreferences is GET /v1/meetingPreferences.
func (s *Server) getPreferences(c *call) (any, error) {
	site, err := s.preferenceSite(c)
	if err != nil {
		return nil, err
	}
	return object{
		"personalMeetingRoom": personalRoom(c.host, site),
		"audio":               object{"defaultAudioType": "webexAudio", "enabledGlobalCallIn": true, "enabledTollFree": false, "enabledAutoConnection": false},
		"video":               object{"videoDevices": []any{}},
		"schedulingOptions":   schedulingOptions(),
		"sites":               sites(c.host),
	}, nil
}

// getSites is GET /v1/meetingPreferences/sites: the key is sites, not items.
func (s *Server) getSites(c *call) (any, error) {
	if _, err := s.preferenceSite(c); err != nil {
		return nil, err
	}
	return object{"sites": sites(c.host)}, nil
}

// getSchedulingOptions is GET /v1/meetingPreferences/schedulingOptions.
func (s *Server) getSchedulingOptions(c *call) (any, error) {
	if _, err := s.preferenceSite(c); err != nil {
		return nil, err
	}
	return schedulingOptions(), nil
}

// getPersonalRoom is GET /v1/meetingPreferences/personalMeetingRoom.
func (s *Server) getPersonalRoom(c *call) (any, error) {
	site, err := s.preferenceSite(c)
	if err != nil {
		return nil, err
	}
	return personalRoom(c.host, site), nil
}

func sites(p *Person) []any {
	list := []any{}
	for i, site := range p.Sites {
		list = append(list, object{"siteUrl": site, "default": i == 0})
	}
	return list
}

func schedulingOptions() object {
	return object{"enabledJoinBeforeHost": false, "joinBeforeHostMinutes": 0, "enabledAutoShareRecording": false,
		"enabledWebexAssistantByDefault": false, "delegateEmails": []any{}}
}

// personalRoom has telephony.links as one object, where meetings have an array.
func personalRoom(p *Person, site string) object {
	number := roomNumber(p)
	return object{
		"topic": p.DisplayName + "'s Personal Room", "hostPin": number[5:9],
		"enabledAutoLock": false, "autoLockMinutes": 10, "enabledNotifyHost": true, "supportCoHost": false,
		"supportAnyoneAsCoHost": false, "allowFirstUserToBeCoHost": false, "allowAuthenticatedDevices": true,
		"coHosts":                 []any{},
		"personalMeetingRoomLink": "https://" + site + "/meet/" + userName(p),
		"sipAddress":              roomAddress(p, site), "dialInIpAddress": dialIn,
		"telephony": object{
			"accessCode": number, "callInNumbers": callInNumbers(),
			"links": object{"rel": "globalCallinNumbers", "href": "/v1/meetings/" + strings.ReplaceAll(p.ID, "-", "") + "/globalCallinNumbers", "method": "GET"},
		},
	}
}

func userName(p *Person) string { name, _, _ := strings.Cut(p.Email, "@"); return name }

func roomAddress(p *Person, site string) string { return userName(p) + "@" + site }

// roomNumber is 11 digits that stay the same for a person.
func roomNumber(p *Person) string {
	n := uint64(14695981039346656037)
	for _, b := range []byte(p.ID) {
		n = (n ^ uint64(b)) * 1099511628211
	}
	digits := []byte("25000000000")
	for i := 2; i < len(digits); i++ {
		digits[i] = '0' + byte(n%10)
		n /= 10
	}
	return string(digits)
}
