package fakewebex

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

// updateMeeting is PATCH /v1/meetings/{meetingId}: a partial object, merged.
// The spec names the type application/json-patch+json, clients send
// application/json; an RFC 6902 array is refused.
// https://developer.webex.com/docs/api/v1/meetings/patch-a-meeting
func (s *Server) updateMeeting(c *call) (any, error) {
	f, err := s.meetingJSON(c, updateProperties, "application/json-patch+json")
	if err != nil {
		return nil, err
	}
	t, err := s.changeable(c, c.id)
	if err != nil {
		return nil, err
	}
	if t.v.Connector {
		return nil, &refusal{status: http.StatusForbidden, message: textForbidden,
			description: "Updating a meeting that was created via a calendar connector is not allowed."}
	}
	send, err := f.sendEmail()
	if err != nil {
		return nil, err
	}
	var zone *time.Location
	if t.one == nil {
		zone, err = s.changeSeries(c, f, &t)
	} else {
		zone, err = s.changeOccurrence(c, f, &t)
	}
	if err != nil {
		return nil, err
	}
	t.m.put(t.v, c.now)
	id, kind := t.v.ID, seriesType
	if t.one != nil {
		id, kind = t.one.ID, occurrenceType
	}
	s.tellHooks("updated", t.v, id, kind)
	c.note = "“" + t.meeting().Title + "” was changed"
	v, _ := t.m.at(c.now)
	if t.one != nil {
		o, _ := v.find(t.one.ID)
		t.one = &o
	}
	seen := t.meeting()
	if send {
		s.mail(c, seen, seen.everybody()...)
	}
	if t.one != nil {
		return s.occurrenceObject(c, t.m, v, *t.one, zone, c.now), nil
	}
	return s.seriesObject(c, v, zone), nil
}

// changeSeries changes a meeting as a whole. Other times or another recurrence
// undo whatever was changed of single occurrences, and give them other ids.
// https://developer.webex.com/docs/api/v1/meetings/patch-a-meeting
func (s *Server) changeSeries(c *call, f fields, t *target) (*time.Location, error) {
	v, old := &t.v, t.v
	zone, err := s.readMeeting(c, f, v)
	if err != nil {
		return nil, err
	}
	if err := s.readTrackingCodes(f, v, false); err != nil {
		return nil, err
	}
	if s.RenameOverwrites {
		v.overwrite(f.has("title"), f.has("agenda") || f.null("agenda"))
	}
	_, says := f["recurrence"]
	says = says || f.has("start") || f.has("end")
	if v.series != nil && !says {
		v.TimeZone = old.TimeZone // of the answer alone
	}
	if v.series == nil && !f.has("recurrence") || !says {
		return zone, nil
	}
	if f.null("recurrence") {
		v.Recurrence, v.series, v.exceptions = "", nil, nil
		return zone, nil
	}
	next, err := s.readRule(c, f)
	if err != nil {
		return nil, err
	}
	if next == nil {
		next = &v.series.rule
	}
	same := v.series != nil && v.Start.Equal(old.Start) && v.End.Equal(old.End) && v.TimeZone == old.TimeZone && next.String() == old.Recurrence
	if same && s.KeepSameTimes {
		return zone, nil
	}
	return zone, s.repeat(v, *next, c.now)
}

// changeOccurrence changes one date of a series, which keeps its id. What it may
// have of its own beside times, title and agenda is not modelled.
// https://developer.webex.com/docs/api/v1/meetings/patch-a-meeting
func (s *Server) changeOccurrence(c *call, f fields, t *target) (*time.Location, error) {
	for _, name := range []string{"recurrence", "integrationTags"} {
		if _, said := f[name]; said {
			return nil, invalid("Parameter '%s' can be changed for a meeting series only.", name)
		}
	}
	for _, name := range append(slices.Sorted(maps.Keys(options)), "password", "trackingCodes") {
		if f.has(name) {
			return nil, c.notModelled(name + " of a single occurrence")
		}
	}
	v := t.meeting()
	zone, err := s.readMeeting(c, f, &v)
	if err != nil {
		return nil, err
	}
	if !v.Start.Equal(t.one.Start) && !s.within(&t.v, *t.one, v.Start) {
		return nil, refuse(http.StatusBadRequest, textInterval)
	}
	e, _ := t.v.exception(t.one.Original)
	if f.has("start") || f.has("end") {
		e.start, e.end = v.Start, v.End
	}
	if f.has("title") {
		e.title = &v.Title
	}
	if f.has("agenda") || f.null("agenda") {
		e.agenda = &v.Agenda
	}
	if s.CopiedExceptions && e.title == nil {
		e.title = &t.one.Title
	}
	if s.CopiedExceptions && e.agenda == nil {
		e.agenda = &t.one.Agenda
	}
	s.keepInvitees(t, &e)
	t.v.except(e)
	return zone, nil
}

// overwrite gives exceptions the title or agenda of the series.
func (v *Meeting) overwrite(title, agenda bool) {
	for _, e := range v.exceptions {
		if title {
			e.title = nil
		}
		if agenda {
			e.agenda = nil
		}
		v.except(e)
	}
}

// within holds an occurrence to its interval: from the beginning of its own day
// up to that of the next one's, in the zone of the series. The first may be moved
// back, the last ahead as far as one likes. Only the start counts.
// https://developer.webex.com/docs/meetings#restrictions-on-updating-a-meeting
func (s *Server) within(v *Meeting, one Occurrence, start time.Time) bool {
	day := func(t time.Time) int { return dayOf(t.In(v.series.zone)) }
	stands := func(o Occurrence) time.Time {
		if s.PresentBounds && !o.Deleted {
			return o.Start
		}
		return o.Original
	}
	first, passed := true, false
	for t := range v.series.originals(one.Original.AddDate(2000, 0, 0)) {
		switch o := v.occurrence(t); {
		case t.Equal(one.Original):
			if passed = true; !first && day(start) < day(stands(o)) {
				return false
			}
		case o.Deleted && s.DeletedFree:
		case passed:
			return day(start) < day(stands(o))
		default:
			first = false
		}
	}
	return true
}
