package fakewebex

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"webex-scheduler/internal/sandbox/trace"
)

// AddIntegration registers an OAuth client and returns it with what was left
// empty filled in.
func (s *Server) AddIntegration(i Integration) Integration {
	s.lock()
	defer s.mu.Unlock()
	i.ClientID = cmp.Or(i.ClientID, "C"+s.hex(64))
	i.Secret = cmp.Or(i.Secret, s.hex(64))
	i.Name = cmp.Or(i.Name, i.ClientID)
	i.RedirectURIs, i.Scopes = slices.Clone(i.RedirectURIs), slices.Clone(i.Scopes)
	s.world.integrations[i.ClientID] = &i
	return i
}

// Meetings returns the meetings of a host (e-mail address), newest start
// first; an empty host means everybody's.
func (s *Server) Meetings(host string) []Meeting {
	s.lock()
	defer s.mu.Unlock()
	now := s.Clock.Now()
	s.forget(now)
	var out []Meeting
	for _, m := range s.world.meetings {
		if v, ok := m.at(now); ok && (host == "" || sameAddress(v.Host, host)) {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b Meeting) int { return cmp.Or(b.Start.Compare(a.Start), cmp.Compare(a.ID, b.ID)) })
	return out
}

// Meeting returns one meeting; false when there is none.
func (s *Server) Meeting(id string) (Meeting, bool) {
	s.lock()
	defer s.mu.Unlock()
	now := s.Clock.Now()
	s.forget(now)
	if m := s.world.meetings[id]; m != nil {
		return m.at(now)
	}
	return Meeting{}, false
}

// AddMeeting schedules a meeting as its host would in Webex itself. Host,
// Title, Start and End are needed; what else is empty is made.
func (s *Server) AddMeeting(v Meeting) (Meeting, error) {
	s.lock()
	defer s.mu.Unlock()
	p := s.person(v.Host)
	if p == nil || len(p.Sites) == 0 {
		return v, fmt.Errorf("fakewebex: add meeting: %q may not host", v.Host)
	}
	if !v.End.After(v.Start) {
		return v, fmt.Errorf("fakewebex: add meeting: end is not after start")
	}
	v = v.clone()
	v.Host, v.Site = p.Email, cmp.Or(v.Site, p.Sites[0])
	m := s.schedule(&v)
	s.tidy(&v)
	now := s.Clock.Now()
	if err := s.rewrite(&v, now); err != nil {
		return v, fmt.Errorf("fakewebex: add meeting: %w", err)
	}
	m.put(v, now)
	s.world.meetings[v.ID] = m
	s.tellHooks("created", v, v.ID, seriesType)
	s.click(v, "", "scheduled")
	v, _ = m.at(now)
	return v, nil
}

// EditMeeting changes a meeting as its host would in Webex itself, where the
// API's rules do not hold. ID, Number, WebLink and State are kept.
func (s *Server) EditMeeting(id string, edit func(*Meeting)) error {
	return s.verb(id, "", "edited", func(m *meeting, v Meeting, now time.Time) error {
		old := v
		v = v.clone()
		edit(&v)
		v.ID, v.Number, v.WebLink, v.State = old.ID, old.Number, old.WebLink, old.State
		if !v.End.After(v.Start) {
			return fmt.Errorf("end is not after start")
		}
		if v.Title = strings.TrimSpace(v.Title); v.Title == "" || len(utf16.Encode([]rune(v.Title))) > 128 {
			return fmt.Errorf("title is empty, or over 128 characters")
		}
		s.tidy(&v)
		if v.Recurrence != old.Recurrence || v.series != nil && !(v.Start.Equal(old.Start) && v.End.Equal(old.End) && v.TimeZone == old.TimeZone) {
			if err := s.rewrite(&v, now); err != nil {
				return err
			}
		}
		m.put(v, now)
		s.tellHooks("updated", v, v.ID, seriesType)
		return nil
	})
}

// rewrite makes the dates of a meeting whose recurrence a person chose.
func (s *Server) rewrite(v *Meeting, now time.Time) error {
	if v.Recurrence == "" {
		v.series, v.exceptions = nil, nil
		return nil
	}
	r, _, err := parseRule(v.Recurrence, Take)
	if err != nil {
		return err
	}
	return s.repeat(v, r, now)
}

// DeleteMeeting cancels a meeting as its host would in Webex itself.
func (s *Server) DeleteMeeting(id string) error {
	return s.verb(id, "", "deleted", func(m *meeting, v Meeting, now time.Time) error {
		m.delete(now)
		s.tellHooks("deleted", v, v.ID, seriesType)
		return nil
	})
}

// EditOccurrence changes one date of a series, by its id, as the host would in
// Webex itself: start, end and title alone are taken over.
func (s *Server) EditOccurrence(id string, edit func(*Occurrence)) error {
	return s.occurrenceVerb(id, "edited", "updated", func(v *Meeting, one Occurrence, e *exception) error {
		old := one
		edit(&one)
		one.Start, one.End = minutes(one.Start), minutes(one.End)
		if !one.End.After(one.Start) {
			return fmt.Errorf("end is not after start")
		}
		if !one.Start.Equal(old.Start) && !s.within(v, old, one.Start) {
			return fmt.Errorf("a date can't be moved beyond its neighbours")
		}
		if !one.Start.Equal(old.Start) || !one.End.Equal(old.End) {
			e.start, e.end = one.Start, one.End
		}
		if one.Title != old.Title {
			e.title = &one.Title
		}
		return nil
	})
}

// DeleteOccurrence cancels one date of a series, by its id, as the host would in
// Webex itself.
func (s *Server) DeleteOccurrence(id string) error {
	return s.occurrenceVerb(id, "deleted", "deleted", func(_ *Meeting, _ Occurrence, e *exception) error {
		e.deleted = true
		return nil
	})
}

func (s *Server) occurrenceVerb(id, name, event string, change func(*Meeting, Occurrence, *exception) error) error {
	series, _, _ := strings.Cut(id, "_")
	return s.verb(series, "", name, func(m *meeting, v Meeting, now time.Time) error {
		one, there := v.find(id)
		if v.series == nil || !there {
			return fmt.Errorf("it has no date %s", id)
		}
		v = v.clone()
		e, _ := v.exception(one.Original)
		if err := change(&v, one, &e); err != nil {
			return err
		}
		v.except(e)
		m.put(v, now)
		s.tellHooks(event, v, one.ID, occurrenceType)
		return nil
	})
}

// verb does what a person clicks in Webex, the host if actor is empty, and
// records it.
func (s *Server) verb(id, actor, name string, do func(*meeting, Meeting, time.Time) error) error {
	s.lock()
	defer s.mu.Unlock()
	now := s.Clock.Now()
	s.forget(now)
	m := s.world.meetings[id]
	if m == nil {
		return fmt.Errorf("fakewebex: meeting %s cannot be %s: there is none", id, name)
	}
	v, ok := m.at(now)
	if !ok {
		return fmt.Errorf("fakewebex: meeting %s cannot be %s: there is none", id, name)
	}
	if err := do(m, v, now); err != nil {
		return fmt.Errorf("fakewebex: meeting %s cannot be %s: %w", id, name, err)
	}
	s.click(v, actor, name)
	return nil
}

func (s *Server) click(v Meeting, actor, name string) {
	s.trace(trace.Entry{Service: trace.Person, Actor: cmp.Or(actor, v.Host), Method: name, Path: v.ID, Note: "“" + v.Title + "” was " + name + " in Webex"})
}

// tidy brings what a person entered into form.
func (s *Server) tidy(v *Meeting) {
	v.Start, v.End = minutes(v.Start), minutes(v.End)
	for n := range v.Invitees {
		v.Invitees[n].Email = strings.ToLower(v.Invitees[n].Email)
		s.nameInvitee(*v, &v.Invitees[n])
	}
}

// RevokeGrant ends everything a person (e-mail address) has granted: all
// access and refresh tokens die at once.
func (s *Server) RevokeGrant(email string) {
	s.lock()
	defer s.mu.Unlock()
	for value, t := range s.world.access {
		if sameAddress(t.grant.person.Email, email) {
			delete(s.world.access, value)
		}
	}
	for value, t := range s.world.refresh {
		if sameAddress(t.grant.person.Email, email) {
			delete(s.world.refresh, value)
		}
	}
	s.trace(trace.Entry{Service: trace.Person, Actor: email, Method: "revoked", Note: "access was revoked in Webex"})
}

// ExpireTokens ends a person's access tokens; refresh tokens stay good.
func (s *Server) ExpireTokens(email string) {
	s.lock()
	defer s.mu.Unlock()
	for value, t := range s.world.access {
		if sameAddress(t.grant.person.Email, email) {
			delete(s.world.access, value)
		}
	}
	s.trace(trace.Entry{Service: trace.Person, Actor: email, Method: "expired", Note: "the access tokens were ended by hand"})
}

// IssueTokens grants scopes to an integration without a browser and returns
// an access and a refresh token. Person and integration have to exist.
func (s *Server) IssueTokens(email, clientID string, scopes ...string) (access, refresh string) {
	s.lock()
	defer s.mu.Unlock()
	p := s.person(email)
	if p == nil || s.world.integrations[clientID] == nil {
		panic(fmt.Sprintf("fakewebex: issue tokens: no account %q or no integration %q", email, clientID))
	}
	g := grant{person: p, client: clientID, scopes: slices.Clone(scopes)}
	now := s.Clock.Now()
	return s.newAccess(g, now), s.newRefresh(g, now)
}
