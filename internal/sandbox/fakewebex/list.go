package fakewebex

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// shownLate is how long after its end an ended instance appears.
// https://developer.webex.com/docs/api/v1/meetings/list-meetings
const shownLate = 15 * time.Minute

// listQuery is what a list asks for, checked.
type listQuery struct {
	kind     string // meetingType; empty means both kinds below a series
	series   string
	number   string
	link     string
	tag      string
	state    string
	site     string
	modified string
	current  bool
	from, to time.Time
	zone     *time.Location
	at       time.Time // what the answer shows: the past, with a lag
}

// listed is one item, with its start for order and paging.
type listed struct {
	start time.Time
	id    string
	item  object
}

// key sorts by start, then id: the sandbox's choice.
func (l listed) key() string { return l.start.UTC().Format(time.RFC3339) + " " + l.id }

// listMeetings is GET /v1/meetings: where the caller, or who hostEmail names,
// is host or invitee.
// https://developer.webex.com/docs/api/v1/meetings/list-meetings
func (s *Server) listMeetings(c *call) (any, error) {
	q, err := s.readList(c)
	if err != nil {
		return nil, err
	}
	limit, err := c.max(10, 100)
	if err != nil {
		return nil, err
	}
	var found []listed
	seen := false
	for id, m := range s.world.meetings {
		v, ok := m.atFor(q.at, c.takesPart)
		if !ok || q.series != "" && q.series != id {
			continue
		}
		seen = true
		found = append(found, s.listMeeting(c, q, m, v)...)
	}
	if q.series != "" && !seen {
		return nil, refuse(http.StatusNotFound, textNoMeeting)
	}
	slices.SortFunc(found, func(a, b listed) int { return cmp.Compare(a.key(), b.key()) })
	if found, err = paged(s, c, found, listed.key, limit); err != nil {
		return nil, err
	}
	items := []any{}
	for _, l := range found {
		items = append(items, l.item)
	}
	return object{"items": items}, nil
}

// listMeeting returns what of one meeting the list has.
func (s *Server) listMeeting(c *call, q listQuery, m *meeting, v Meeting) []listed {
	next, live := v.current(q.at)
	shown := v // as one item: its times are those of the occurrence that is on or comes next
	if q.current && next.ID != "" {
		shown.Start, shown.End = next.Start, next.End
	}
	if q.number != "" || q.link != "" {
		switch {
		case q.number != "" && v.Number != q.number, q.link != "" && v.WebLink != q.link:
			return nil
		case q.current && next.ID != "":
			return []listed{{next.Start, next.ID, s.occurrenceObject(c, m, v, next, q.zone, q.at)}}
		}
		return []listed{{v.Start, v.ID, s.seriesObject(c, v, q.zone)}}
	}
	if q.site != "" && q.site != v.Site || q.tag != "" && !slices.Contains(v.Tags[c.client], q.tag) {
		return nil
	}
	var out []listed
	add := func(kind string, l listed) {
		state := l.item["state"]
		if st, ok := state.(State); ok {
			state = string(st)
		}
		if (q.kind == "" || q.kind == kind) && (q.state == "" || q.state == state) {
			out = append(out, l)
		}
	}
	if !live {
		next.ID = ""
	}
	// An endless series is listed ten years ahead, which is the sandbox's choice.
	to, seen := q.to, false
	if end := q.at.AddDate(yearsAhead, 0, 0); v.series != nil && end.Before(to) {
		to = end
	}
	for o := range v.between(q.from, to) {
		seen = true
		if q.kind == "meetingSeries" || q.kind == "meeting" {
			break
		}
		if q.modified == "" || q.modified == strconv.FormatBool(o.Modified) {
			add("scheduledMeeting", listed{o.Start, o.ID, s.occurrenceOf(c, m, v, o, next.ID, q.zone, q.at)})
		}
	}
	if q.series == "" && seen {
		add("meetingSeries", listed{shown.Start, v.ID, s.seriesObject(c, shown, q.zone)})
	}
	for _, e := range m.sessions {
		end := e.end
		switch {
		case e.start.After(q.at):
			continue
		case e.running(q.at):
			end = q.at.Add(time.Second)
		case q.at.Sub(e.end) < shownLate:
			continue
		}
		if e.start.Before(q.to) && end.After(q.from) {
			add("meeting", listed{e.start, e.id, s.instanceObject(c, v, e, q.zone, q.at)})
		}
	}
	return out
}

// readList holds the rules of the parameters.
func (s *Server) readList(c *call) (q listQuery, err error) {
	get := c.query.Get
	if err := s.queryHost(c); err != nil {
		return q, err
	}
	if c.query.Has("roomId") {
		return q, c.notModelled("roomId")
	}
	q = listQuery{kind: get("meetingType"), series: get("meetingSeriesId"), number: get("meetingNumber"), link: get("webLink"),
		tag: get("integrationTag"), state: get("state"), site: get("siteUrl"), modified: get("isModified")}
	if q.current, err = c.flag("current", true); err != nil {
		return q, err
	}
	if q.zone, err = c.zone(); err != nil {
		return q, err
	}
	if err := among(c, "meetingType", "meetingSeries", "scheduledMeeting", "meeting"); err != nil {
		return q, err
	}
	if err := among(c, "state", "active", "scheduled", "ready", "lobby", "inProgress", "ended", "missed", "expired"); err != nil {
		return q, err
	}
	if err := among(c, "scheduledType", "meeting", "webinar", "personalRoomMeeting"); err != nil {
		return q, err
	}
	if err := among(c, "isModified", "true", "false"); err != nil {
		return q, err
	}
	if t := get("scheduledType"); t != "" && t != "meeting" {
		return q, c.notModelled("scheduledType " + t)
	}
	if q.series != "" { // makes these be ignored
		q.number, q.link, q.tag, q.site, q.current = "", "", "", "", true
		if q.kind == "meetingSeries" {
			q.kind = ""
		}
	} else if q.kind == "" {
		q.kind = "meetingSeries"
	}
	if q.number != "" && q.link != "" {
		return q, invalid("Parameters 'meetingNumber', 'webLink' and 'roomId' are mutually exclusive.")
	}
	if q.kind != "scheduledMeeting" {
		q.modified = ""
	}
	q.at = s.shown(c)
	if q.tag != "" {
		lag := s.TagLag
		if wait, bad := s.struck(c, TagUnindexed); bad {
			lag = max(lag, wait)
		}
		if indexed := c.now.Add(-lag); indexed.Before(q.at) {
			q.at = indexed
		}
	}
	if q.number != "" || q.link != "" {
		return q, nil // from and to are ignored
	}
	q.from, q.to, err = window(c, q.kind, q.zone)
	return q, err
}

// window is the time that a list covers. A look-up by tag is bound to it too.
func window(c *call, kind string, zone *time.Location) (from, to time.Time, err error) {
	const week = 7 * 24 * time.Hour
	if from, err = listTime(c, "from", zone); err != nil {
		return
	}
	if to, err = listTime(c, "to", zone); err != nil {
		return
	}
	switch {
	case from.IsZero() && to.IsZero() && kind == "meeting":
		from, to = c.now.Add(-week), c.now
	case from.IsZero() && to.IsZero():
		from, to = c.now, c.now.Add(week)
	case from.IsZero():
		from = to.Add(-week)
	case to.IsZero():
		to = from.Add(week)
	case from.After(to):
		err = invalid("Parameter 'from' cannot be after 'to'.")
	}
	return
}

func listTime(c *call, name string, zone *time.Location) (time.Time, error) {
	value := c.query.Get(name)
	if value == "" {
		return time.Time{}, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, value, zone); err == nil {
		return t, nil
	}
	t, _, ok := readTime(value, zone)
	if !ok {
		if strings.Count(value, " ") > 0 {
			c.complain("%s has a space: a + in a query has to be escaped", name)
		}
		return t, invalid("Parameter '%s' is not a valid ISO 8601 date-time.", name)
	}
	return t, nil
}

// among refuses a query parameter whose value is none of values.
func among(c *call, name string, values ...string) error {
	if v := c.query.Get(name); v != "" && !slices.Contains(values, v) {
		return invalid("Parameter '%s' must be one of %s.", name, strings.Join(values, ", "))
	}
	return nil
}
