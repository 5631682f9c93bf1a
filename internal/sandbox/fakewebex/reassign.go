package fakewebex

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// several is an answer of many parts, each with a status of its own.
type several struct {
	items []any
	write bool // some of them changed something
}

// reassignHost is POST /v1/meetings/reassignHost: an administrator gives up to
// 100 meetings or series of a site to another host. 204 if all went well, else
// 207 with what became of each; 403 if the host is unfit for all of them. That a
// host may not be unknown or without the site, that a meeting may not be in
// progress, and the items of those that went well, are the sandbox's choice.
// https://developer.webex.com/docs/api/v1/meetings/reassign-meetings-to-a-new-host
func (s *Server) reassignHost(c *call) (any, error) {
	f, err := c.json([]string{"hostEmail", "meetingIds"})
	if err != nil {
		return nil, err
	}
	var email string
	var ids []string
	if err := read(f, "hostEmail", "a string", &email); err != nil {
		return nil, err
	}
	if err := read(f, "meetingIds", "an array of strings", &ids); err != nil {
		return nil, err
	}
	switch {
	case email == "":
		return nil, invalid("Parameter 'hostEmail' is required.")
	case len(ids) == 0 || len(ids) > 100:
		return nil, invalid("Parameter 'meetingIds' must have 1 to 100 items.")
	}
	site := c.r.Header.Get("siteUrl")
	if site == "" {
		c.complain("no header siteUrl: the caller's preferred site is meant")
		if len(c.person.Sites) > 0 {
			site = c.person.Sites[0]
		}
	}
	p := s.person(email)
	if p == nil || p.Org != c.person.Org || !p.mayHost() || !slices.Contains(p.Sites, site) {
		return nil, forbidden("The new host may not host meetings on this site.")
	}
	c.host, c.behalf = p, true
	answer, failed := several{}, false
	for _, id := range ids {
		item := object{"meetingId": id, "httpStatus": s.statusText(http.StatusNoContent)}
		if no := s.reassign(c, p, site, id); no != nil {
			failed = true
			item["httpStatus"], item["message"] = s.statusText(no.status), no.message
			item["errors"] = []any{object{"description": cmp.Or(no.description, no.message)}}
		} else {
			answer.write = true
		}
		answer.items = append(answer.items, item)
	}
	if failed {
		return answer, nil
	}
	return nil, nil
}

// statusText is a string by the page's type, and a number in its sample.
func (s *Server) statusText(status int) any {
	if s.unpleasant(2) {
		return json.Number(strconv.Itoa(status))
	}
	return strconv.Itoa(status)
}

// reassign gives one meeting to another host. Who was invited and hosts now is
// an invitee no more; who hosted before is nothing: the sandbox's choice.
func (s *Server) reassign(c *call, to *Person, site, id string) *refusal {
	if strings.Contains(id, "_") {
		return invalid("Meeting ID '%s' is not allowed for this API.", id)
	}
	m := s.world.meetings[id]
	if m == nil {
		return refuse(http.StatusNotFound, textNoMeeting)
	}
	v, there := m.at(c.now)
	from := s.person(v.Host)
	switch {
	case !there || v.Site != site || from != nil && from.Org != c.person.Org:
		return refuse(http.StatusNotFound, textNoMeeting)
	case v.State == InProgress:
		return &refusal{status: http.StatusForbidden, message: textForbidden, description: "Meeting is in progress"}
	case v.Connector || v.FixedHost:
		return forbidden("This meeting cannot be reassigned.")
	case sameAddress(v.Host, to.Email):
		return nil
	}
	v = v.clone()
	v.Host = to.Email
	v.Invitees = slices.DeleteFunc(v.Invitees, func(i Invitee) bool { return sameAddress(i.Email, to.Email) })
	if s.NewLinks {
		before, _, _ := strings.Cut(v.WebLink, "MTID=")
		v.WebLink = before + "MTID=m" + s.hex(32)
	}
	m.put(v, c.now)
	s.tellHooks("updated", v, v.ID, seriesType)
	c.note = "“" + v.Title + "” went to " + to.Email
	return nil
}
