package fakewebex

import (
	"fmt"
	"time"
)

// session is an actual meeting of people, an "instance".
// https://developer.webex.com/docs/meetings#meeting-series-scheduled-meetings-and-meeting-instances
type session struct {
	id         string    // meeting id, "_I_" and 18 digits
	original   time.Time // which occurrence of a series it is
	start, end time.Time

	host, attendees bool // who came in
	waiting         bool // somebody is in the lobby
}

func (e session) running(at time.Time) bool {
	return !e.start.After(at) && (e.end.IsZero() || e.end.After(at))
}

// state of an instance; while nobody is in but somebody waits it is lobby.
func (e session) state(at time.Time) string {
	switch {
	case !e.running(at):
		return "ended"
	case !e.host && !e.attendees:
		return "lobby"
	}
	return "inProgress"
}

// of is the original start of the session's occurrence.
func (e session) of(v *Meeting) time.Time {
	if v.series == nil {
		return v.Start
	}
	return e.original
}

// StartMeeting lets the host start a session of the meeting.
func (s *Server) StartMeeting(id string) error {
	return s.verb(id, "", "started", func(m *meeting, v Meeting, now time.Time) error {
		if v.State == InProgress {
			return fmt.Errorf("it is in progress already")
		}
		s.enterSession(m, v, host, now)
		return nil
	})
}

// Join lets somebody (e-mail address, anybody's; empty is the host) join the
// meeting by its link, at any time. Who comes before the host waits in the lobby
// unless the meeting lets people join before the host by then; host and cohosts
// let everybody in.
// https://developer.webex.com/docs/meetings
func (s *Server) Join(id, email string) error {
	return s.verb(id, email, "joined", func(m *meeting, v Meeting, now time.Time) error {
		who := host
		if email != "" {
			who = v.role(email, "")
		}
		s.enterSession(m, v, who, now)
		return nil
	})
}

func (s *Server) enterSession(m *meeting, v Meeting, who role, now time.Time) {
	o, _ := v.current(now)
	if v.State != InProgress {
		m.sessions = append(m.sessions, session{id: v.ID + "_I_" + s.digits(18), original: o.Original, start: now.UTC()})
		s.tellHooks("started", v, m.sessions[len(m.sessions)-1].id, instanceType)
	}
	e := &m.sessions[len(m.sessions)-1]
	switch {
	case who >= cohost:
		e.host = e.host || who == host
		e.attendees = e.attendees || e.waiting || who == cohost
		e.waiting = false
	case e.host || e.attendees || v.open(o.Start, now):
		e.attendees = true
	default:
		e.waiting = true
	}
}

// open reports whether people may come in though the host is not there.
func (v Meeting) open(start, now time.Time) bool {
	before, _ := v.Options["enabledJoinBeforeHost"].(bool)
	minutes, _ := v.Options["joinBeforeHostMinutes"].(float64)
	return before && !now.Before(start.Add(-time.Duration(minutes)*time.Minute))
}

// EndMeeting ends the running session.
func (s *Server) EndMeeting(id string) error {
	return s.verb(id, "", "ended", func(m *meeting, v Meeting, now time.Time) error {
		if v.State != InProgress {
			return fmt.Errorf("it is not in progress")
		}
		e := &m.sessions[len(m.sessions)-1]
		e.end = now.UTC()
		s.tellHooks("ended", v, e.id, instanceType)
		return nil
	})
}
