package fakewebex

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Site is a Webex site, such as contoso.webex.com, and what it allows.
type Site struct {
	URL string // host name without scheme: the API's siteUrl

	Templates []Template // of all its hosts

	TrackingCodes []TrackingCode // of all its hosts; a meeting needs those that are required

	// Password is what a meeting password needs; nil is eight characters, among
	// them a digit, a small and a capital letter. The disallowed words of a real
	// site are not modelled.
	Password *PasswordCriteria

	// Audio is the audio that the site has, in the words of an audio preference;
	// empty is webexAudio. A site without telephone refuses meetings that want
	// one: the sandbox's choice.
	Audio Audio

	// NoJoinBeforeHost: nobody comes in before the host. Refusing meetings that
	// want it is the sandbox's choice.
	NoJoinBeforeHost bool

	// Converged sites do not honour some properties of a meeting, and say so in
	// a Warning header. https://developer.webex.com/docs/meetings#warnings
	Converged bool
}

// PasswordCriteria is what a meeting password needs, by the names of
// https://developer.webex.com/docs/api/v1/site/get-meeting-common-settings-configuration.
type PasswordCriteria struct {
	MinLength, MinNumeric, MinAlpha, MinSpecial int
	MixedCase                                   bool
}

// Audio is a kind of audio, as audio preferences call it.
// https://developer.webex.com/docs/api/v1/meeting-preferences/get-audio-options
type Audio string

// The kinds of audio.
const (
	WebexAudio Audio = "webexAudio"
	VoIPOnly   Audio = "voipOnly"
	OtherAudio Audio = "otherTeleconferenceService"
	NoAudio    Audio = "none"
)

// webexAudio is the audioConnectionType of meetings with a telephone.
const webexAudio = "webexAudio"

// connections are the types that a meeting may have on a site with that audio,
// its default first. Meetings have other words for them.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
func (a Audio) connections() []any {
	switch a {
	case VoIPOnly:
		return []any{"VoIP", "none"}
	case OtherAudio:
		return []any{"other", "none"}
	case NoAudio:
		return []any{"none"}
	}
	return []any{webexAudio, "VoIP", "other", "none"}
}

// AddSite makes a site, or changes what the one with that URL allows.
func (s *Server) AddSite(site Site) {
	s.lock()
	defer s.mu.Unlock()
	site = site.clone()
	for i := range site.Templates {
		t := &site.Templates[i]
		t.ID = cmp.Or(t.ID, s.templateID())
	}
	for i := range site.TrackingCodes {
		t := &site.TrackingCodes[i]
		t.ID = cmp.Or(t.ID, s.uuid())
	}
	if i := s.findSite(site.URL); i >= 0 {
		s.world.sites[i] = site
		return
	}
	s.world.sites = append(s.world.sites, site)
}

// Sites returns all sites.
func (s *Server) Sites() []Site {
	s.lock()
	defer s.mu.Unlock()
	var out []Site
	for _, site := range s.world.sites {
		out = append(out, site.clone())
	}
	return out
}

func (s *Server) findSite(url string) int {
	return slices.IndexFunc(s.world.sites, func(site Site) bool { return site.URL == url })
}

// site is the one at url, an ordinary one if none was made.
func (s *Server) site(url string) Site {
	if i := s.findSite(url); i >= 0 {
		return s.world.sites[i]
	}
	return Site{URL: url}
}

func (site Site) clone() Site {
	site.Templates = slices.Clone(site.Templates)
	site.TrackingCodes = slices.Clone(site.TrackingCodes) // their options are never changed in place
	if site.Password != nil {
		criteria := *site.Password
		site.Password = &criteria
	}
	return site
}

func (site Site) criteria() PasswordCriteria {
	if site.Password != nil {
		return *site.Password
	}
	return PasswordCriteria{MinLength: 8, MinNumeric: 1, MixedCase: true}
}

// count counts the characters of password that are of a kind.
func count(password string, of func(rune) bool) (n int) {
	for _, r := range password {
		if of(r) {
			n++
		}
	}
	return n
}

func special(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// check refuses a password; the text of the first rule is Cisco's.
// https://developer.webex.com/docs/basics#api-errors
func (c PasswordCriteria) check(password string) error {
	const failed = "Meeting password validation failed. "
	atLeast := func(n int, what string) error {
		if n == 1 {
			return invalid(failed+"At least one %s is required.", what)
		}
		return invalid(failed+"At least %d %ss are required.", n, what)
	}
	switch {
	case c.MixedCase && (count(password, unicode.IsUpper) == 0 || count(password, unicode.IsLower) == 0):
		return invalid(failed + "A mix of uppercase and lowercase letters (A, a, B, b, C, c, etc.) is required.")
	case count(password, unicode.IsDigit) < c.MinNumeric:
		return atLeast(c.MinNumeric, "number")
	case count(password, unicode.IsLetter) < c.MinAlpha:
		return atLeast(c.MinAlpha, "letter")
	case count(password, special) < c.MinSpecial:
		return atLeast(c.MinSpecial, "special character")
	case utf8.RuneCountInString(password) < c.MinLength:
		return atLeast(c.MinLength, "character")
	}
	return nil
}

// password draws one that the site takes.
func (s *Server) password(c PasswordCriteria) string {
	const lower, upper, digits, signs = "abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!?*#%"
	var b strings.Builder
	b.WriteString(s.from(upper, 1) + s.from(lower, 3) + s.from(upper, 2) + s.from(lower, 2))
	b.WriteString(s.from(lower, max(0, c.MinAlpha-8)))
	b.WriteString(s.from(signs, c.MinSpecial))
	b.WriteString(s.from(digits, max(3, c.MinNumeric, c.MinLength-b.Len())))
	return b.String()
}

// deaf are the properties that a converged site does not honour: dotted, those
// within an object. https://developer.webex.com/docs/meetings#warnings
var deaf = []string{"publicMeeting", "audioConnectionOptions.entryAndExitTone", "audioConnectionOptions.audioConnectionType",
	"meetingOptions.enabledPolling", "meetingOptions.enabledNote", "meetingOptions.noteType", "meetingOptions.enabledUCFRichMedia"}

// allow holds what the site has to say about the options that a request sets.
// Both refusals are the sandbox's choice.
func (site Site) allow(c *call, f fields, set map[string]any) error {
	if before, _ := set["enabledJoinBeforeHost"].(bool); before && site.NoJoinBeforeHost && f.has("enabledJoinBeforeHost") {
		return invalid("Parameter 'enabledJoinBeforeHost' is not allowed by the site.")
	}
	warn := false
	for _, path := range deaf {
		name, member, inner := strings.Cut(path, ".")
		switch o, _ := set[name].(object); {
		case !site.Converged:
		case !inner && set[name] != nil:
			delete(set, name)
			warn = warn || f.has(name)
		case inner && o[member] != nil:
			delete(o, member)
			warn = warn || f.has(name)
		}
	}
	if warn {
		c.header.Add("Warning", strconv.Itoa(1001)) // the form beside the number is the sandbox's choice
	}
	audio, _ := set["audioConnectionOptions"].(object)
	kind := audio["audioConnectionType"]
	switch {
	case kind != nil && !slices.Contains(site.Audio.connections(), kind):
		return invalid("Parameter 'audioConnectionType' is not allowed by the site: '%s'.", kind)
	case kind == nil && site.Audio != "" && site.Audio != WebexAudio:
		if audio == nil {
			audio = object{}
		}
		audio["audioConnectionType"] = site.Audio.connections()[0]
		set["audioConnectionOptions"] = audio
	}
	return nil
}

// getCommonSettings is GET /v1/admin/meeting/config/commonSettings, for
// administrators of the site.
// https://developer.webex.com/docs/api/v1/site/get-meeting-common-settings-configuration
func (s *Server) getCommonSettings(c *call) (any, error) {
	url := c.query.Get("siteUrl")
	if url == "" && len(c.person.Sites) > 0 {
		url = c.person.Sites[0]
	}
	if !slices.Contains(c.person.Sites, url) {
		return nil, refuse(404, textNotFound)
	}
	site := s.site(url)
	rule := site.criteria()
	phone := site.Audio == "" || site.Audio == WebexAudio
	support := map[Audio]string{"": "WebexTeleconferencing", WebexAudio: "WebexTeleconferencing", OtherAudio: "Other"}
	return object{
		"siteOptions": object{"allowCustomPersonalRoomURL": true},
		"telephonyConfig": object{"allowCallIn": phone, "allowCallBack": phone, "allowOtherTeleconf": site.Audio == OtherAudio,
			"allowTollFreeCallin": false, "allowInternationalCallin": phone, "allowInternationalCallback": phone, "VoIP": phone || site.Audio == VoIPOnly},
		"defaultSchedulerOptions": object{"entryAndExitTone": "Beep", "joinTeleconfNotPress1": false,
			"telephonySupport": cmp.Or(support[site.Audio], "None"), "tollFree": false, "VoIP": phone || site.Audio == VoIPOnly},
		"scheduleMeetingOptions": object{"emailReminders": true},
		"securityOptions": object{
			"joinBeforeHost": !site.NoJoinBeforeHost, "audioBeforeHost": !site.NoJoinBeforeHost, "firstAttendeeAsPresenter": true,
			"unlistAllMeetings": false, "requireLoginBeforeAccess": false, "allowMobileScreenCapture": true, "requireStrongPassword": true,
			"passwordCriteria": object{"mixedCase": rule.MixedCase, "minLength": rule.MinLength, "minNumeric": rule.MinNumeric,
				"minAlpha": rule.MinAlpha, "minSpecial": rule.MinSpecial, "disallowDynamicWebText": false, "disallowList": false, "disallowValues": []any{}},
		},
	}, nil
}
