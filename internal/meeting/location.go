package meeting

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// Wish is what a keyword in an event's location asks for.
type Wish string

// The wishes. `@webex` and `@meet` mean OwnMeeting unless the tenant maps the
// bare words to PersonalRoom.
// https://help.webex.com/article/niqovwv
const (
	NoWish       Wish = ""
	OwnMeeting   Wish = "meeting"
	PersonalRoom Wish = "personal room" // :myroom
	Space        Wish = "space"         // :space, not offered
)

// keyword is a word of its own: "bo@webex.com" and "@webexample" are none.
var keyword = regexp.MustCompile(`(?i)(?:^|[^\pL\pN._%+\-@:/])(?:@(?:webex|meet)(:myroom|:space)?|(:myroom|:space))(?:$|[.!?]?(?:\s|$)|[,;|)\]])`)

// ReadWish finds a keyword anywhere in the location's text.
func ReadWish(location string) Wish {
	wish, _ := readWish(location)
	return wish
}

// readWish also tells whether the keyword stood alone, without :myroom or :space.
func readWish(location string) (wish Wish, bare bool) {
	m := keyword.FindStringSubmatch(location)
	switch {
	case m == nil:
		return NoWish, false
	case strings.EqualFold(m[1]+m[2], ":myroom"):
		return PersonalRoom, false
	case strings.EqualFold(m[1]+m[2], ":space"):
		return Space, false
	}
	return OwnMeeting, true
}

// sentence begins what we write into the location when a wish cannot be met.
const sentence = "Webex: not added, see "

// NotAdded is the location's text for a wish that cannot be met.
func NotAdded(publicURL string) string { return sentence + publicURL + "/account" }

// IsNotAdded reports whether the location holds that sentence, of any public address.
func IsNotAdded(location string) bool {
	return strings.HasPrefix(strings.TrimSpace(location), sentence)
}

// IsJoinLink reports whether the location holds nothing but a Webex link.
func IsJoinLink(location string) bool {
	text := strings.TrimSpace(location)
	u, err := url.Parse(text)
	// Outlook puts several places into one text: "https://…; Room 1".
	if err != nil || u.Scheme != "https" || strings.ContainsFunc(text, unicode.IsSpace) {
		return false
	}
	host := strings.ToLower(u.Hostname())
	return host == "webex.com" || strings.HasSuffix(host, ".webex.com")
}

// LocationIsOurs reports whether we may set the location: it is empty or holds
// only a keyword, a join link, or a sentence of ours.
func LocationIsOurs(location string) bool {
	text := strings.TrimSpace(location)
	return text == "" || IsNotAdded(text) || IsJoinLink(text) || onlyKeyword(text)
}

func onlyKeyword(text string) bool {
	return !strings.ContainsAny(text, " \t,;|()[]") && ReadWish(text) != NoWish
}
