package fakewebex

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// maxInvitees is the limit on create; for later additions it is the sandbox's
// choice. https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
const (
	maxInvitees = 1000
	maxBulk     = 100
)

var inviteeProperties = []string{"email", "displayName", "coHost", "panelist"}

func inviteeObject(v Meeting, i Invitee) object {
	return object{"id": i.ID, "email": i.Email, "displayName": i.DisplayName, "coHost": i.CoHost, "panelist": i.Panelist, "meetingId": v.ID}
}

// readInvitee reads the properties of one invitee of v into i. Refusing the
// host's own address is the sandbox's choice, and loud.
func (s *Server) readInvitee(c *call, f fields, v Meeting, i *Invitee) error {
	if !f.has("email") {
		return invalid("Parameter 'email' is required.")
	}
	if err := read(f, "email", "a string", &i.Email); err != nil {
		return err
	}
	if i.Email = strings.ToLower(i.Email); !address(i.Email) {
		return invalid("Parameter 'email' is invalid: '%s'.", i.Email)
	}
	if sameAddress(i.Email, v.Host) {
		c.complain("the host is invited")
		return invalid("The host cannot be an invitee.")
	}
	if err := f.text("displayName", 128, &i.DisplayName); err != nil {
		return err
	}
	if err := f.flag("coHost", &i.CoHost); err != nil {
		return err
	}
	if err := f.flag("panelist", &i.Panelist); err != nil {
		return err
	}
	if i.Panelist {
		return invalid("Parameter 'panelist' is for webinars only.")
	}
	s.nameInvitee(v, i)
	return nil
}

// nameInvitee fills in the id, and the name: that of the account, else the
// address, which is the sandbox's choice.
func (s *Server) nameInvitee(v Meeting, i *Invitee) {
	if i.ID == "" {
		i.ID = v.ID + "_" + s.digits(9)
	}
	if i.DisplayName == "" {
		i.DisplayName = i.Email
		if p := s.person(i.Email); p != nil {
			i.DisplayName = p.DisplayName
		}
	}
}

func (v Meeting) invited(email string) int {
	return slices.IndexFunc(v.Invitees, func(i Invitee) bool { return sameAddress(i.Email, email) })
}

// readItems reads an array of invitees; send tells which of them get mail.
func (s *Server) readItems(c *call, f fields, name string, limit int, v Meeting, known []string) (list []Invitee, send []bool, err error) {
	var items []json.RawMessage
	if err := read(f, name, "an array", &items); err != nil {
		return nil, nil, err
	}
	if len(items) > limit {
		return nil, nil, invalid("Parameter '%s' cannot have more than %d items.", name, limit)
	}
	for _, raw := range items {
		var item fields
		if json.Unmarshal(raw, &item) != nil || item == nil {
			return nil, nil, invalid("Each item of '%s' must be an object.", name)
		}
		for property := range item {
			if !slices.Contains(known, property) {
				c.complain("unknown property %q of %q is ignored", property, name)
			}
		}
		var i Invitee
		if err := s.readInvitee(c, item, v, &i); err != nil {
			return nil, nil, err
		}
		if slices.ContainsFunc(list, func(o Invitee) bool { return o.Email == i.Email }) {
			return nil, nil, invalid("Each invitee must have a unique 'email': '%s'.", i.Email)
		}
		mail, err := item.sendEmail()
		if err != nil {
			return nil, nil, err
		}
		list, send = append(list, i), append(send, mail)
	}
	return list, send, nil
}

// readInvitees are those of a create.
func (s *Server) readInvitees(c *call, f fields, v Meeting) ([]Invitee, error) {
	list, _, err := s.readItems(c, f, "invitees", maxInvitees, v, inviteeProperties)
	return list, err
}

// listInvitees is GET /v1/meetingInvitees, sorted by address. For an instance
// those of its meeting are listed.
// https://developer.webex.com/docs/api/v1/meeting-invitees/list-meeting-invitees
func (s *Server) listInvitees(c *call) (any, error) {
	if err := s.queryHost(c); err != nil {
		return nil, err
	}
	if !c.query.Has("meetingId") {
		return nil, invalid("Parameter 'meetingId' is required.")
	}
	panelist, err := c.flag("panelist", false)
	if err != nil {
		return nil, err
	}
	limit, err := c.max(10, 100)
	if err != nil {
		return nil, err
	}
	id := c.query.Get("meetingId")
	series, rest, _ := strings.Cut(id, "_")
	if strings.HasPrefix(rest, "I_") {
		rest = ""
	}
	m, v, err := s.seen(c, series)
	if err != nil {
		return nil, err
	}
	t, err := s.pick(c, m, v, id, rest)
	if err != nil {
		return nil, err
	}
	v = t.meeting()
	list := v.Invitees
	if panelist {
		list = nil
	}
	if list, err = paged(s, c, list, func(i Invitee) string { return i.Email }, limit); err != nil {
		return nil, err
	}
	items := []any{}
	for _, i := range list {
		items = append(items, inviteeObject(v, i))
	}
	return object{"items": items}, nil
}

// invitee finds by an invitee's id what they are invited to.
func (s *Server) invitee(c *call, find func(*call, string) (target, error)) (target, int, error) {
	id := c.id[:max(0, strings.LastIndexByte(c.id, '_'))]
	t, err := find(c, id)
	if err != nil {
		return t, 0, err
	}
	n := slices.IndexFunc(t.meeting().Invitees, func(i Invitee) bool { return i.ID == c.id })
	if n < 0 {
		return t, 0, refuse(http.StatusNotFound, textNotFound)
	}
	return t, n, nil
}

// shownTarget is own for a read.
func (s *Server) shownTarget(c *call, id string) (target, error) {
	series, rest, _ := strings.Cut(id, "_")
	m, v, err := s.seen(c, series)
	if err != nil {
		return target{}, err
	}
	return s.pick(c, m, v, id, rest)
}

// putInvitees makes list the invitees of what the call changes. Whether an
// occurrence that was changed hears of those of the series is InviteesApart's.
func (s *Server) putInvitees(t target, list []Invitee, now time.Time) {
	slices.SortFunc(list, func(a, b Invitee) int { return cmp.Compare(a.Email, b.Email) })
	if t.one != nil {
		e, _ := t.v.exception(t.one.Original)
		e.invitees = &list
		t.v.except(e)
		t.m.put(t.v, now)
		return
	}
	old := t.v.Invitees
	t.v.Invitees = list
	for _, e := range t.v.exceptions {
		if e.invitees == nil || s.InviteesApart {
			continue
		}
		id := t.v.occurrenceID(e.original)
		own := slices.Clone(*e.invitees)
		for _, was := range old {
			at := slices.IndexFunc(own, func(i Invitee) bool { return i.Email == was.Email })
			is := slices.IndexFunc(list, func(i Invitee) bool { return i.Email == was.Email })
			switch {
			case at < 0:
			case is < 0:
				own = slices.Delete(own, at, at+1)
			case list[is] != was:
				own[at] = list[is].of(id, t.v.ID)
			}
		}
		for _, i := range list {
			named := func(o Invitee) bool { return o.Email == i.Email }
			if !slices.ContainsFunc(old, named) && !slices.ContainsFunc(own, named) {
				own = append(own, i.of(id, t.v.ID))
			}
		}
		slices.SortFunc(own, func(a, b Invitee) int { return cmp.Compare(a.Email, b.Email) })
		e.invitees = &own
		t.v.except(e)
	}
	t.m.put(t.v, now)
}

// of is an invitee of the series as one of its occurrence.
func (i Invitee) of(occurrence, series string) Invitee {
	i.ID = occurrence + i.ID[len(series):]
	return i
}

// keepInvitees gives a changed occurrence invitees of its own where those of the
// series do not reach it.
func (s *Server) keepInvitees(t *target, e *exception) {
	if s.InviteesApart && e.invitees == nil {
		list := slices.Clone(t.one.Invitees)
		e.invitees = &list
	}
}

// getInvitee is GET /v1/meetingInvitees/{meetingInviteeId}.
func (s *Server) getInvitee(c *call) (any, error) {
	if err := s.queryHost(c); err != nil {
		return nil, err
	}
	t, n, err := s.invitee(c, s.shownTarget)
	if err != nil {
		return nil, err
	}
	v := t.meeting()
	return inviteeObject(v, v.Invitees[n]), nil
}

// inviteeJSON reads a body and finds the meeting it names.
func (s *Server) inviteeJSON(c *call, known ...string) (fields, target, error) {
	f, err := c.json(append(known, "meetingId", "hostEmail"))
	if err != nil {
		return nil, target{}, err
	}
	if err := s.bodyHost(c, f); err != nil {
		return nil, target{}, err
	}
	if !f.has("meetingId") {
		return nil, target{}, invalid("Parameter 'meetingId' is required.")
	}
	var id string
	if err := read(f, "meetingId", "a string", &id); err != nil {
		return nil, target{}, err
	}
	t, err := s.own(c, id)
	return f, t, err
}

// addInvitee is POST /v1/meetingInvitees.
// https://developer.webex.com/docs/api/v1/meeting-invitees/create-a-meeting-invitee
func (s *Server) addInvitee(c *call) (any, error) {
	f, t, err := s.inviteeJSON(c, append(inviteeProperties, "sendEmail")...)
	if err != nil {
		return nil, err
	}
	v := t.meeting()
	var i Invitee
	if err := s.readInvitee(c, f, v, &i); err != nil {
		return nil, err
	}
	send, err := f.sendEmail()
	if err != nil {
		return nil, err
	}
	if v.invited(i.Email) >= 0 {
		return nil, refuse(http.StatusConflict, textInvited)
	}
	return inviteeObject(v, i), s.invite(c, t, []Invitee{i}, []bool{send})
}

// addInvitees is POST /v1/meetingInvitees/bulkInsert. Its 409 does not tell
// who is invited already, and has no errors.
// https://developer.webex.com/docs/api/v1/meeting-invitees/create-meeting-invitees
func (s *Server) addInvitees(c *call) (any, error) {
	f, t, err := s.inviteeJSON(c, "items")
	if err != nil {
		return nil, err
	}
	v := t.meeting()
	if !f.has("items") {
		return nil, invalid("Parameter 'items' is required.")
	}
	list, send, err := s.readItems(c, f, "items", maxBulk, v, append(slices.Clone(inviteeProperties), "sendEmail"))
	if err != nil {
		return nil, err
	}
	items := []any{}
	for _, i := range list {
		if v.invited(i.Email) >= 0 {
			return nil, &refusal{status: http.StatusConflict, message: textSomeAre}
		}
		items = append(items, inviteeObject(v, i))
	}
	return object{"items": items}, s.invite(c, t, list, send)
}

func (s *Server) invite(c *call, t target, list []Invitee, send []bool) error {
	v := t.meeting()
	if len(v.Invitees)+len(list) > maxInvitees {
		return invalid("A meeting cannot have more than %d invitees.", maxInvitees)
	}
	s.putInvitees(t, append(slices.Clone(v.Invitees), list...), c.now)
	for n, i := range list {
		if send[n] {
			s.mail(c, v, i.Email)
		}
	}
	return nil
}

// updateInvitee is PUT /v1/meetingInvitees/{meetingInviteeId}: the address is
// needed even if unchanged, what is left out takes its default.
// https://developer.webex.com/docs/api/v1/meeting-invitees/update-a-meeting-invitee
func (s *Server) updateInvitee(c *call) (any, error) {
	f, err := c.json(append(slices.Clone(inviteeProperties), "sendEmail", "hostEmail"))
	if err != nil {
		return nil, err
	}
	if err := s.bodyHost(c, f); err != nil {
		return nil, err
	}
	t, n, err := s.invitee(c, s.own)
	if err != nil {
		return nil, err
	}
	v := t.meeting()
	i := Invitee{ID: c.id}
	if err := s.readInvitee(c, f, v, &i); err != nil {
		return nil, err
	}
	send, err := f.sendEmail()
	if err != nil {
		return nil, err
	}
	if other := v.invited(i.Email); other >= 0 && other != n {
		return nil, refuse(http.StatusConflict, textInvited)
	}
	list := slices.Clone(v.Invitees)
	list[n] = i
	s.putInvitees(t, list, c.now)
	if send {
		s.mail(c, v, i.Email)
	}
	return inviteeObject(v, i), nil
}

// deleteInvitee is DELETE /v1/meetingInvitees/{meetingInviteeId}.
// https://developer.webex.com/docs/api/v1/meeting-invitees/delete-a-meeting-invitee
func (s *Server) deleteInvitee(c *call) (any, error) {
	if err := s.queryHost(c); err != nil {
		return nil, err
	}
	send, err := c.flag("sendEmail", true)
	if err != nil {
		return nil, err
	}
	t, n, err := s.invitee(c, s.own)
	if err != nil {
		return nil, err
	}
	v := t.meeting()
	gone := v.Invitees[n]
	s.putInvitees(t, slices.Delete(slices.Clone(v.Invitees), n, n+1), c.now)
	if send {
		s.mail(c, v, gone.Email)
	}
	return nil, nil
}
