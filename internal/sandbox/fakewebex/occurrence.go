package fakewebex

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"
)

// Occurrence is one date of a meeting.
type Occurrence struct {
	ID         string
	Original   time.Time // where the recurrence puts it, UTC; the id has it
	Start, End time.Time // where it stands, UTC
	Title      string
	Agenda     string
	Invitees   []Invitee
	State      string // scheduled, ready, ended or missed, by the clock
	Modified   bool
	Deleted    bool // only Server.Occurrences shows it
}

// exception is an occurrence that is not as the series has it. What it was not
// given goes on following the series: its own values are kept when those of the
// series change, which no page tells. It is never changed once made.
type exception struct {
	original   time.Time
	deleted    bool
	start, end time.Time  // zero: the series'
	title      *string    // nil: the series'
	agenda     *string    //
	invitees   *[]Invitee //
}

// farAhead is how far a look ahead in an endless series goes.
const farAhead = 20

// dates yields the occurrences of a meeting that the recurrence puts before limit,
// deleted ones among them, and those that were moved from beyond.
func (v *Meeting) dates(limit time.Time) iter.Seq[Occurrence] {
	return func(yield func(Occurrence) bool) {
		if v.series == nil {
			yield(Occurrence{ID: v.occurrenceID(v.Start), Original: v.Start, Start: v.Start, End: v.End,
				Title: v.Title, Agenda: v.Agenda})
			return
		}
		for t := range v.series.originals(limit) {
			if !yield(v.occurrence(t)) {
				return
			}
		}
		for _, e := range v.exceptions {
			if !e.original.Before(limit) && !yield(v.occurrence(e.original)) {
				return
			}
		}
	}
}

// occurrence is the one of that original start, which the recurrence has.
func (v *Meeting) occurrence(original time.Time) Occurrence {
	o := Occurrence{ID: v.occurrenceID(original), Original: original, Start: original, End: original.Add(v.series.length),
		Title: v.Title, Agenda: v.Agenda}
	e, there := v.exception(original)
	o.Modified, o.Deleted = there, e.deleted
	if !e.start.IsZero() {
		o.Start, o.End = e.start, e.end
	}
	if e.title != nil {
		o.Title = *e.title
	}
	if e.agenda != nil {
		o.Agenda = *e.agenda
	}
	return o
}

// exception finds what differs from the series; there is one only if there is.
func (v *Meeting) exception(original time.Time) (exception, bool) {
	i, there := v.exceptionAt(original)
	if !there {
		return exception{original: original}, false
	}
	return v.exceptions[i], true
}

func (v *Meeting) exceptionAt(original time.Time) (int, bool) {
	return slices.BinarySearchFunc(v.exceptions, original, func(e exception, t time.Time) int { return e.original.Compare(t) })
}

// except puts an exception in its place. Other versions of the meeting keep theirs.
func (v *Meeting) except(e exception) {
	list := slices.Clone(v.exceptions)
	if i, there := v.exceptionAt(e.original); there {
		list[i] = e
	} else {
		list = slices.Insert(list, i, e)
	}
	v.exceptions = list
}

// find returns the occurrence with that id, unless it was deleted.
func (v *Meeting) find(id string) (Occurrence, bool) {
	suffix, ours := strings.CutPrefix(id, v.ID+"_")
	t, err := time.Parse(untilForm, suffix)
	if err != nil || !ours {
		return Occurrence{}, false
	}
	for o := range v.dates(t.Add(time.Minute)) {
		if o.ID == id {
			o.Invitees = v.inviteesOf(o)
			return o, !o.Deleted
		}
	}
	return Occurrence{}, false
}

// current is the occurrence that is on or comes next; live is false if all are
// over, and then it is the last one, or none if all were deleted.
func (v *Meeting) current(t time.Time) (found Occurrence, live bool) {
	var last, next Occurrence
	for o := range v.dates(t.AddDate(farAhead, 0, 0)) {
		switch {
		case o.Deleted:
		case !o.End.After(t):
			if last.ID == "" || o.End.After(last.End) {
				last = o
			}
		case next.ID == "" || o.Start.Before(next.Start):
			next = o
		}
		// Only the first date can have been moved before others.
		if next.ID != "" && !o.Deleted && !o.Modified {
			break
		}
	}
	if next.ID != "" {
		return next, true
	}
	return last, false
}

// between yields, in order of the recurrence, what stands in [from, to).
func (v *Meeting) between(from, to time.Time) iter.Seq[Occurrence] {
	return func(yield func(Occurrence) bool) {
		for o := range v.dates(to) {
			if !o.Deleted && o.Start.Before(to) && o.End.After(from) && !yield(o) {
				return
			}
		}
	}
}

// over is when the meeting's last date ends; never is true of an endless series.
func (v *Meeting) over() (end time.Time, never bool) {
	if v.series != nil && !v.series.ends() {
		return time.Time{}, true
	}
	for o := range v.dates(v.Start.AddDate(farAhead, 0, 0)) {
		if !o.Deleted && o.End.After(end) {
			end = o.End
		}
	}
	return end, false
}

// occurrenceState follows
// https://developer.webex.com/docs/meetings#meeting-states: the next one is ready,
// also one that was missed and moved ahead; the one whose session runs stays so.
func (m *meeting) occurrenceState(v *Meeting, o Occurrence, next string, at time.Time) string {
	held := false
	for _, e := range m.sessions {
		if e.start.After(at) || v.series != nil && !e.original.Equal(o.Original) {
			continue
		}
		if held = true; e.running(at) {
			return "ready"
		}
	}
	switch {
	case o.ID == next:
		return "ready"
	case o.End.After(at):
		return "scheduled"
	case held:
		return "ended"
	}
	return "missed"
}

// running reports whether a session of the occurrence runs.
func (m *meeting) running(original, at time.Time) bool {
	return slices.ContainsFunc(m.sessions, func(e session) bool { return e.original.Equal(original) && e.running(at) })
}

// inviteesOf are an occurrence's own, or those of the series as its own: their ids
// begin with the occurrence's.
func (v *Meeting) inviteesOf(o Occurrence) []Invitee {
	if v.series == nil {
		return slices.Clone(v.Invitees)
	}
	if e, _ := v.exception(o.Original); e.invitees != nil {
		return slices.Clone(*e.invitees)
	}
	list := slices.Clone(v.Invitees)
	for i := range list {
		list[i] = list[i].of(o.ID, v.ID)
	}
	return list
}

// Occurrences returns the dates of a meeting that stand between from (inclusive)
// and to (exclusive), by start, and those that were deleted there.
func (s *Server) Occurrences(id string, from, to time.Time) []Occurrence {
	s.lock()
	defer s.mu.Unlock()
	now := s.Clock.Now()
	m := s.world.meetings[id]
	if m == nil {
		return nil
	}
	v, ok := m.at(now)
	if !ok {
		return nil
	}
	var out []Occurrence
	next, live := v.current(now)
	if !live {
		next.ID = ""
	}
	for o := range v.dates(to) {
		if o.Start.Before(to) && o.End.After(from) {
			o.State, o.Invitees = m.occurrenceState(&v, o, next.ID, now), v.inviteesOf(o)
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b Occurrence) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID)) })
	return out
}
