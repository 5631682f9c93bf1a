package fakewebex

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// keepExpired is how long a meeting is there after its end.
// https://developer.webex.com/docs/meetings
const keepExpired = 180 * 24 * time.Hour

// keepHistory is how far back ReadLag can look.
const keepHistory = time.Hour

// dialIn is the address that video systems call.
const dialIn = "192.168.100.100"

// meeting is a meeting with its past. Versions are never changed, only added.
type meeting struct {
	versions []version
	sessions []session
}

type version struct {
	Meeting
	since   time.Time
	deleted bool
}

// at returns the meeting as it stood at t, if it existed then.
func (m *meeting) at(t time.Time) (Meeting, bool) {
	return m.atFor(t, func(*Meeting) bool { return true })
}

// atFor is at for a meeting that may be none of the caller's business; it
// copies only what is.
func (m *meeting) atFor(t time.Time, wanted func(*Meeting) bool) (Meeting, bool) {
	for i := range slices.Backward(m.versions) {
		v := &m.versions[i]
		if v.since.After(t) {
			continue
		}
		if v.deleted || !wanted(&v.Meeting) {
			return Meeting{}, false
		}
		out := v.Meeting.clone()
		out.State = m.state(out, t)
		return out, true
	}
	return Meeting{}, false
}

// state follows https://developer.webex.com/docs/meetings#meeting-states.
func (m *meeting) state(v Meeting, t time.Time) State {
	switch {
	case slices.ContainsFunc(m.sessions, func(e session) bool { return e.running(t) }):
		return InProgress
	}
	if _, live := v.current(t); !live {
		return Expired
	}
	return Active
}

// put makes v the meeting's present.
func (m *meeting) put(v Meeting, now time.Time) {
	slices.SortFunc(v.Invitees, func(a, b Invitee) int { return cmp.Compare(a.Email, b.Email) })
	m.versions = append(m.versions, version{Meeting: v.clone(), since: now})
	for len(m.versions) > 1 && now.Sub(m.versions[1].since) > keepHistory {
		m.versions = m.versions[1:]
	}
}

func (m *meeting) delete(now time.Time) {
	gone := m.versions[len(m.versions)-1]
	gone.since, gone.deleted = now, true
	m.versions = append(m.versions, gone)
}

func (v Meeting) clone() Meeting {
	v.Invitees = slices.Clone(v.Invitees)
	v.Options = maps.Clone(v.Options) // series and exceptions are never changed in place
	tags := map[string][]string{}
	for client, list := range v.Tags {
		tags[client] = slices.Clone(list)
	}
	v.Tags = tags
	return v
}

// forget drops meetings that ended 180 days ago, and deleted ones that no lag
// can show any more.
func (s *Server) forget(now time.Time) {
	if now.Sub(s.world.forgot) < time.Minute {
		return
	}
	s.world.forgot = now
	for id, m := range s.world.meetings {
		last := m.versions[len(m.versions)-1]
		end, never := last.over()
		if end.IsZero() { // all its occurrences were deleted
			end = last.since
		}
		if !never && now.Sub(end) >= keepExpired || last.deleted && now.Sub(last.since) > keepHistory {
			delete(s.world.meetings, id)
		}
	}
}

// role is what a person is in a meeting.
type role int

const (
	stranger role = iota
	guest         // knows the password
	invitee
	cohost
	host
)

func (v *Meeting) role(email, password string) role {
	if sameAddress(v.Host, email) {
		return host
	}
	for _, i := range v.Invitees {
		if sameAddress(i.Email, email) {
			if i.CoHost {
				return cohost
			}
			return invitee
		}
	}
	if password != "" && password == v.Password {
		return guest
	}
	return stranger
}

func (c *call) role(v *Meeting) role { return v.role(c.host.Email, c.r.Header.Get("password")) }

// maySee reports whether the call may read a meeting whose id is known: with
// hostEmail it has to be "hosted by that user", being invited is not enough.
// https://developer.webex.com/docs/api/v1/meetings/get-a-meeting
func (c *call) maySee(v *Meeting) bool {
	if c.behalf {
		return c.role(v) == host
	}
	return c.role(v) != stranger
}

// takesPart reports whether a meeting is among those that a list shows.
func (c *call) takesPart(v *Meeting) bool { return v.role(c.host.Email, "") != stranger }

// present finds a meeting that the caller may see, as it is now.
func (s *Server) present(c *call, id string) (*meeting, Meeting, error) {
	if m := s.world.meetings[id]; m != nil {
		if v, ok := m.atFor(c.now, c.maySee); ok {
			return m, v, nil
		}
	}
	return nil, Meeting{}, refuse(http.StatusNotFound, textNoMeeting)
}

// target is what a call changes: a meeting, or one occurrence of a series.
type target struct {
	m   *meeting
	v   Meeting
	one *Occurrence // nil: the meeting as a whole
}

// meeting is what the call sees: the occurrence in the form of a meeting.
func (t *target) meeting() Meeting {
	seen := t.v
	if t.one != nil {
		seen.ID, seen.Title, seen.Agenda, seen.Start, seen.End = t.one.ID, t.one.Title, t.one.Agenda, t.one.Start, t.one.End
		seen.Invitees = slices.Clone(t.one.Invitees)
	}
	return seen
}

// pick finds the occurrence that the part of an id after the series' names.
func (s *Server) pick(c *call, m *meeting, v Meeting, id, rest string) (target, error) {
	t := target{m: m, v: v}
	if rest == "" {
		return t, nil
	}
	if v.series == nil {
		return t, c.notModelled("the occurrence of a single meeting")
	}
	o, ok := v.find(id)
	if !ok {
		return t, refuse(http.StatusNotFound, textNoMeeting)
	}
	t.one = &o
	return t, nil
}

// own finds what the caller may change, and refuses the ids of
// instances. Only the host may write; 403 is the sandbox's choice.
// https://developer.webex.com/docs/meetings#restrictions-on-updating-a-meeting
func (s *Server) own(c *call, id string) (target, error) {
	series, rest, _ := strings.Cut(id, "_")
	if strings.HasPrefix(rest, "I_") {
		return target{}, invalid("Meeting ID '%s' is not allowed for this API.", id)
	}
	m, v, err := s.present(c, series)
	switch {
	case err != nil:
		return target{}, err
	case c.role(&v) != host:
		return target{}, refuse(http.StatusForbidden, textForbidden)
	}
	c.note = "“" + v.Title + "”"
	return s.pick(c, m, v, id, rest)
}

// changeable is own for times and options: not while it is in progress, an
// occurrence not during its own session. The status is the sandbox's choice.
// https://developer.webex.com/docs/meetings#restrictions-on-updating-a-meeting
func (s *Server) changeable(c *call, id string) (target, error) {
	t, err := s.own(c, id)
	switch {
	case err != nil:
		return t, err
	case t.one == nil && t.v.State == InProgress, t.one != nil && t.m.running(t.one.Original, c.now):
		return t, &refusal{status: http.StatusForbidden, message: textForbidden, description: "Meeting is in progress"}
	}
	return t, nil
}

// getMeeting is GET /v1/meetings/{meetingId}. current is false by default,
// other than on the list.
// https://developer.webex.com/docs/api/v1/meetings/get-a-meeting
func (s *Server) getMeeting(c *call) (any, error) {
	if err := s.queryHost(c); err != nil {
		return nil, err
	}
	current, err := c.flag("current", false)
	if err != nil {
		return nil, err
	}
	zone, err := c.zone()
	if err != nil {
		return nil, err
	}
	series, rest, _ := strings.Cut(c.id, "_")
	at := s.shown(c)
	m := s.world.meetings[series]
	notFound := refuse(http.StatusNotFound, textNoMeeting)
	if m == nil {
		return nil, notFound
	}
	v, ok := m.atFor(at, c.maySee)
	if !ok {
		return nil, notFound
	}
	now, _ := v.current(at)
	switch {
	case rest == "" && (!current || now.ID == ""):
		return s.seriesObject(c, v, zone), nil
	case rest == "":
		return s.occurrenceObject(c, m, v, now, zone, at), nil
	}
	if o, ok := v.find(c.id); ok {
		return s.occurrenceObject(c, m, v, o, zone, at), nil
	}
	for _, e := range m.sessions {
		if e.id == c.id && !e.start.After(at) {
			return s.instanceObject(c, v, e, zone, at), nil
		}
	}
	return nil, notFound
}

// deleteMeeting is DELETE /v1/meetings/{meetingId}; the refusal while in
// progress is the sandbox's choice. A series whose last occurrence is deleted is
// expired, which is the sandbox's choice too.
// https://developer.webex.com/docs/api/v1/meetings/delete-a-meeting
func (s *Server) deleteMeeting(c *call) (any, error) {
	if err := s.queryHost(c); err != nil {
		return nil, err
	}
	send, err := c.flag("sendEmail", true)
	if err != nil {
		return nil, err
	}
	t, err := s.changeable(c, c.id)
	if err != nil {
		return nil, err
	}
	seen := t.meeting()
	if t.one == nil {
		t.m.delete(c.now)
		s.tellHooks("deleted", t.v, t.v.ID, seriesType)
	} else {
		s.tellHooks("deleted", t.v, t.one.ID, occurrenceType)
		e, _ := t.v.exception(t.one.Original)
		e.deleted = true
		t.v.except(e)
		t.m.put(t.v, c.now)
	}
	if send {
		s.mail(c, seen, seen.everybody()...)
	}
	return nil, nil
}
