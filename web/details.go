package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// webexDomain is where Webex's own join links lead.
const webexDomain = "webex.com"

// showDetails leads from an invitation's "meeting details" link to the meeting
// at Webex: GET /m/{key}. Anybody may hold such a link, so it tells nothing:
// no title, no people, and one answer for all keys that lead nowhere.
func (s *Server) showDetails(c echo.Context) error {
	callback(c)
	c.Response().Header().Set("X-Robots-Tag", "noindex")
	key, err := meeting.ParseLinkKey(c.Param("key"))
	if err != nil {
		return noMeeting(err)
	}
	link, err := s.Store.LinkByKey(c.Request().Context(), key)
	if err != nil {
		return noMeeting(err)
	}
	address, ok := joinAddress(link)
	if !ok {
		return noMeeting(errs.New(errs.NotFound, "link has no meeting to join"))
	}
	return c.Redirect(http.StatusSeeOther, address)
}

// noMeeting says that a key leads nowhere; an error of the store stays what it is.
func noMeeting(err error) error {
	if !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Invalid) {
		return err
	}
	return &told{
		err: err, status: http.StatusNotFound, title: "No meeting here",
		text: "There is no Webex meeting at this address; it may have been taken out of the event.",
	}
}

// joinAddress returns where a link's meeting is joined. The address is Webex's
// word, kept by us; still it may lead only to Webex, so that our own address
// lends its good name to nobody else.
func joinAddress(link meeting.Link) (string, bool) {
	if link.State != meeting.LinkLinked {
		return "", false
	}
	u, err := url.Parse(link.Join.WebLink)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Port() != "" {
		return "", false
	}
	host := strings.ToLower(u.Hostname())
	if !under(host, webexDomain) && !under(host, strings.ToLower(link.SiteURL)) {
		return "", false
	}
	return u.String(), true
}

// under reports whether host is domain or one of its subdomains.
func under(host, domain string) bool {
	return domain != "" && (host == domain || strings.HasSuffix(host, "."+domain))
}
