package block

import (
	"net"
	"net/url"
	"regexp"
	"strings"

	"webex-scheduler/internal/meeting"
)

const (
	endFragment = "end"
	helpLink    = "https://help.webex.com"
)

// unwrap cleans a link and takes Safe Links off.
// https://learn.microsoft.com/defender-office-365/safe-links-about
func unwrap(link string) string {
	link = strings.Join(strings.Fields(link), "") // a wrapped attribute; addresses hold no spaces
	for range 5 {
		u, err := url.Parse(link)
		if err != nil || !strings.HasSuffix(strings.ToLower(u.Hostname()), ".safelinks.protection.outlook.com") {
			break
		}
		inner := u.Query().Get("url")
		if inner == "" {
			break
		}
		if u.Fragment != "" && !strings.Contains(inner, "#") {
			inner += "#" + u.Fragment
		}
		link = inner
	}
	return link
}

// keyOf reads an unwrapped link to /m/{key}; end tells the end line's.
func keyOf(link string) (key meeting.LinkKey, end, ok bool) {
	u := web(link)
	if u == nil {
		return "", false, false
	}
	path := strings.TrimSuffix(u.Path, "/")
	at := strings.LastIndex(path, "/m/")
	if at < 0 {
		return "", false, false
	}
	key, err := meeting.ParseLinkKey(path[at+len("/m/"):])
	return key, strings.EqualFold(u.Fragment, endFragment), err == nil
}

// meetingPath is the path of a link that leads into a meeting or a registration.
var meetingPath = regexp.MustCompile(`(?i)^/(?:(?:meet|join)/[^/]+|weblink/register/r[0-9a-f]{32}|wbxmjs/joinservice/.+)/?$`)

var (
	classicPath = regexp.MustCompile(`(?i)^/[^/]+/j\.php$`)
	classicID   = regexp.MustCompile(`(?i)^m[0-9a-f]{32}$`)
)

// isMeetingLink reports whether an unwrapped link is one that Webex gives out
// for joining.
func isMeetingLink(link string) bool {
	u := web(link)
	if u == nil || !isWebex(u.Hostname()) {
		return false
	}
	if !classicPath.MatchString(u.Path) {
		return meetingPath.MatchString(u.Path)
	}
	for name, values := range u.Query() {
		if strings.EqualFold(name, "MTID") && classicID.MatchString(values[0]) {
			return true
		}
	}
	return false
}

// isOurKind reports whether an unwrapped link is of a kind that our lines carry.
func isOurKind(link string) bool {
	if scheme, _, _ := strings.Cut(strings.ToLower(link), ":"); scheme == "tel" || scheme == "sip" {
		return true
	}
	u := web(link)
	return u != nil && isWebex(u.Hostname())
}

func isWebex(host string) bool {
	host = strings.ToLower(host)
	return host == "webex.com" || strings.HasSuffix(host, ".webex.com")
}

// sameLink compares what links lead to, not how they are spelled.
func sameLink(a, b string) bool {
	u, v := web(a), web(b)
	return u != nil && v != nil && u.Scheme == v.Scheme && strings.EqualFold(u.Host, v.Host) &&
		u.Path == v.Path && u.Query().Encode() == v.Query().Encode() && u.Fragment == v.Fragment
}

// safeLink returns link if a body may point to it: https, or http on this
// machine as in the sandbox. Else it returns "".
func safeLink(link string) string {
	link = strings.TrimSpace(link)
	u := web(link)
	if u == nil || u.User != nil || urlLength(link, false) != len(link) {
		return ""
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "http" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return ""
	}
	return link
}

// web parses an absolute http or https address, nil if it is none.
func web(link string) *url.URL {
	if len(link) < len("http://x") || !strings.EqualFold(link[:4], "http") {
		return nil
	}
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	return u
}
