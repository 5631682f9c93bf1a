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

// session is an actual meeting of people, an "instance".
type session struct {
	id         string // meeting id, "_I_" and 18 digits
	start, end time.Time
}

func (e session) running(at time.Time) bool {
	return !e.start.After(at) && (e.end.IsZero() || e.end.After(at))
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
	case !v.End.After(t):
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
	v.Options = maps.Clone(v.Options)
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
		if now.Sub(last.End) >= keepExpired || last.deleted && now.Sub(last.since) > keepHistory {
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

// own finds a meeting that the caller may change, and refuses the ids of
// instances. Only the host may write; 403 is the sandbox's choice.
// https://developer.webex.com/docs/meetings#restrictions-on-updating-a-meeting
func (s *Server) own(c *call, id string) (*meeting, Meeting, error) {
	series, rest, _ := strings.Cut(id, "_")
	if strings.HasPrefix(rest, "I_") {
		return nil, Meeting{}, invalid("Meeting ID '%s' is not allowed for this API.", id)
	}
	m, v, err := s.present(c, series)
	switch {
	case err != nil:
		return nil, v, err
	case c.role(&v) != host:
		return nil, v, refuse(http.StatusForbidden, textForbidden)
	case rest != "":
		return nil, v, c.notModelled("writing to a single occurrence")
	}
	c.note = "“" + v.Title + "”"
	return m, v, nil
}

// changeable is own for a meeting's times and options: not while it is in
// progress, and not if a calendar connector made it. Both statuses and the
// connector's text are the sandbox's choice.
// https://developer.webex.com/docs/api/v1/meetings/patch-a-meeting
func (s *Server) changeable(c *call, id string) (*meeting, Meeting, error) {
	m, v, err := s.own(c, id)
	switch {
	case err != nil:
		return nil, v, err
	case v.State == InProgress:
		return nil, v, &refusal{status: http.StatusForbidden, message: textForbidden, description: "Meeting is in progress"}
	}
	return m, v, nil
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
	switch {
	case rest == "" && !current:
		return s.seriesObject(c, v, zone), nil
	case rest == "", c.id == v.occurrenceID():
		return s.occurrenceObject(c, m, v, zone, at), nil
	}
	for _, e := range m.sessions {
		if e.id == c.id && !e.start.After(at) {
			return s.instanceObject(c, v, e, zone, at), nil
		}
	}
	return nil, notFound
}

// deleteMeeting is DELETE /v1/meetings/{meetingId}; the refusal while in
// progress is the sandbox's choice.
// https://developer.webex.com/docs/api/v1/meetings/delete-a-meeting
func (s *Server) deleteMeeting(c *call) (any, error) {
	if err := s.queryHost(c); err != nil {
		return nil, err
	}
	send, err := c.flag("sendEmail", true)
	if err != nil {
		return nil, err
	}
	m, v, err := s.changeable(c, c.id)
	if err != nil {
		return nil, err
	}
	m.delete(c.now)
	if send {
		s.mail(c, v, v.everybody()...)
	}
	return nil, nil
}
