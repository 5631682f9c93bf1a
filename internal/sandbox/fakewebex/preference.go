package fakewebex

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
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

// preferences are the parts of a person's, with their defaults and what values
// they take. Which of their members a PUT needs is not modelled: those that it
// leaves out stay.
// https://developer.webex.com/docs/api/v1/meeting-preferences
var (
	roomPreferences = map[string]option{
		"topic": {"", textOption(1, 128)}, "hostPin": {"", digitsOption(4)},
		"enabledAutoLock": flagOption(false), "autoLockMinutes": {10.0, oneOf("0, 5, 10, 15 or 20", 0.0, 5.0, 10.0, 15.0, 20.0)},
		"enabledNotifyHost": flagOption(true), "supportCoHost": flagOption(false), "supportAnyoneAsCoHost": flagOption(false),
		"allowFirstUserToBeCoHost": flagOption(false), "allowAuthenticatedDevices": flagOption(true), "coHosts": {[]any{}, listOption},
	}
	audioPreferences = map[string]option{
		"defaultAudioType":               choiceOption("webexAudio", "voipOnly", "otherTeleconferenceService", "none"),
		"otherTeleconferenceDescription": {"", textOption(0, 1024)},
		"enabledGlobalCallIn":            flagOption(true), "enabledTollFree": flagOption(false), "enabledAutoConnection": flagOption(false),
		"audioPin": {"", digitsOption(4)},
	}
	schedulingPreferences = map[string]option{
		"enabledJoinBeforeHost": flagOption(false), "joinBeforeHostMinutes": {0.0, oneOf("0, 5, 10 or 15", 0.0, 5.0, 10.0, 15.0)},
		"enabledAutoShareRecording": flagOption(false), "enabledWebexAssistantByDefault": flagOption(false), "delegateEmails": {[]any{}, listOption},
	}
)

func textOption(least, most int) func(any) string {
	return func(v any) string {
		if text, ok := v.(string); !ok || utf8.RuneCountInString(text) < least || utf8.RuneCountInString(text) > most {
			return fmt.Sprintf("a text of %d to %d characters", least, most)
		}
		return ""
	}
}

func digitsOption(n int) func(any) string {
	return func(v any) string {
		if text, ok := v.(string); !ok || len(text) != n || strings.Trim(text, "0123456789") != "" {
			return fmt.Sprintf("%d digits", n)
		}
		return ""
	}
}

func listOption(v any) string {
	if _, ok := v.([]any); !ok {
		return "an array"
	}
	return ""
}

// preference is a part of what the host prefers, with defaults; the map is new.
func (s *Server) preference(c *call, part string, known map[string]option) object {
	o := object{}
	for name, opt := range known {
		o[name] = opt.absent
	}
	maps.Copy(o, s.world.preferences[c.host.ID+" "+part])
	return o
}

// prefer stores the members that the body has.
func (s *Server) prefer(c *call, part string, known map[string]option) error {
	f, err := c.json(slices.Collect(maps.Keys(known)))
	if err != nil {
		return err
	}
	set := maps.Clone(s.world.preferences[c.host.ID+" "+part])
	if set == nil {
		set = object{}
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if !f.has(name) { // null keeps what was
			continue
		}
		var v any
		if err := json.Unmarshal(f[name], &v); err != nil {
			return malformed("%v", err)
		}
		if want := known[name].check(v); want != "" {
			return invalid("Parameter '%s' must be %s.", name, want)
		}
		set[name] = v
	}
	s.world.preferences[c.host.ID+" "+part] = set
	return nil
}

// getPreferences is GET /v1/meetingPreferences. Of who has no Personal Room it
// has none: the sandbox's choice.
func (s *Server) getPreferences(c *call) (any, error) {
	site, err := s.preferenceSite(c)
	if err != nil {
		return nil, err
	}
	o := object{
		"audio": s.audio(c, site), "video": object{"videoDevices": []any{}},
		"schedulingOptions": s.preference(c, "schedulingOptions", schedulingPreferences), "sites": sites(c.host),
	}
	if !c.host.NoPersonalRoom {
		o["personalMeetingRoom"] = s.personalRoom(c, site)
	}
	return o, nil
}

// getSites is GET /v1/meetingPreferences/sites: the key is sites, not items.
func (s *Server) getSites(c *call) (any, error) {
	if _, err := s.preferenceSite(c); err != nil {
		return nil, err
	}
	return object{"sites": sites(c.host)}, nil
}

// getSchedulingOptions is GET /v1/meetingPreferences/schedulingOptions. What
// meetings made through the API begin with does not depend on them here.
func (s *Server) getSchedulingOptions(c *call) (any, error) {
	if _, err := s.preferenceSite(c); err != nil {
		return nil, err
	}
	return s.preference(c, "schedulingOptions", schedulingPreferences), nil
}

func (s *Server) putSchedulingOptions(c *call) (any, error) {
	if _, err := s.preferenceSite(c); err != nil {
		return nil, err
	}
	if err := s.prefer(c, "schedulingOptions", schedulingPreferences); err != nil {
		return nil, err
	}
	return s.getSchedulingOptions(c)
}

// getAudio is GET /v1/meetingPreferences/audio.
// https://developer.webex.com/docs/api/v1/meeting-preferences/get-audio-options
func (s *Server) getAudio(c *call) (any, error) {
	site, err := s.preferenceSite(c)
	if err != nil {
		return nil, err
	}
	return s.audio(c, site), nil
}

func (s *Server) putAudio(c *call) (any, error) {
	if _, err := s.preferenceSite(c); err != nil {
		return nil, err
	}
	if err := s.prefer(c, "audio", audioPreferences); err != nil {
		return nil, err
	}
	return s.getAudio(c)
}

// audio begins with what the site has.
func (s *Server) audio(c *call, site string) object {
	o := s.preference(c, "audio", audioPreferences)
	if _, chosen := s.world.preferences[c.host.ID+" audio"]["defaultAudioType"]; !chosen {
		o["defaultAudioType"] = string(cmp.Or(s.site(site).Audio, WebexAudio))
	}
	return o
}

// getPersonalRoom is GET /v1/meetingPreferences/personalMeetingRoom.
// https://developer.webex.com/docs/api/v1/meeting-preferences/get-personal-meeting-room-options
func (s *Server) getPersonalRoom(c *call) (any, error) {
	site, err := s.preferenceSite(c)
	if err != nil {
		return nil, err
	}
	if c.host.NoPersonalRoom {
		return nil, refuse(http.StatusNotFound, textNotFound)
	}
	return s.personalRoom(c, site), nil
}

func (s *Server) putPersonalRoom(c *call) (any, error) {
	if _, err := s.getPersonalRoom(c); err != nil {
		return nil, err
	}
	if err := s.prefer(c, "room", roomPreferences); err != nil {
		return nil, err
	}
	return s.getPersonalRoom(c)
}

func sites(p *Person) []any {
	list := []any{}
	for i, site := range p.Sites {
		list = append(list, object{"siteUrl": site, "default": i == 0})
	}
	return list
}

// personalRoom has telephony.links as one object, where meetings have an array.
func (s *Server) personalRoom(c *call, site string) object {
	p := c.host
	number := roomNumber(p)
	o := s.preference(c, "room", roomPreferences)
	for name, usual := range map[string]string{"topic": p.DisplayName + "'s Personal Room", "hostPin": number[5:9]} {
		if o[name] == "" {
			o[name] = usual
		}
	}
	numbers := callInNumbers()
	if audio := s.site(site).Audio; audio != "" && audio != WebexAudio {
		numbers = []any{}
	}
	maps.Copy(o, object{
		"personalMeetingRoomLink": roomLink(p, site),
		"sipAddress":              roomAddress(p, site), "dialInIpAddress": dialIn,
		"telephony": object{
			"accessCode": number, "callInNumbers": numbers,
			"links": object{"rel": "globalCallinNumbers", "href": "/v1/meetings/" + strings.ReplaceAll(p.ID, "-", "") + "/globalCallinNumbers", "method": "GET"},
		},
	})
	return o
}

// PersonalRoom is how the person's room on the preferred site is joined; all is
// empty if there is none.
func (p Person) PersonalRoom() (link, number, sip string) {
	if p.NoPersonalRoom || len(p.Sites) == 0 {
		return "", "", ""
	}
	return roomLink(&p, p.Sites[0]), roomNumber(&p), roomAddress(&p, p.Sites[0])
}

func roomLink(p *Person, site string) string { return "https://" + site + "/meet/" + userName(p) }

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
