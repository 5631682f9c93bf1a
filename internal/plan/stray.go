package plan

import (
	"slices"
	"time"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/recur"
)

// Strays are the dates that Webex lists otherwise than the link holds them, by
// base date: changed there by somebody, or not shown yet as we changed them.
// title is that of the series at Webex: a date that has it has none of its own.
// remade: the series was given other times there.
func Strays(in SeriesInput, title string, list []meeting.WebexOccurrence) (strays map[meeting.Date]meeting.Slot, remade bool) {
	if in.Held == nil {
		return nil, false
	}
	r := *in.Held
	s, ok := in.read(r.Recurrence)
	if !ok {
		return nil, false
	}
	made := only(r)
	if r.Rule != "" {
		var err error
		if made, err = recur.Between(r.Recurrence, s.anchor, r.Start, s.from-reach, s.horizon, r.Unended); err != nil {
			return nil, false
		}
	}
	_, to := Window(in)
	there := s.byBase(list)
	if r.Rule != "" && s.foreign(r, made, there) {
		return nil, true
	}
	strays = map[meeting.Date]meeting.Slot{}
	stand := 0
	for _, o := range made {
		is, changed := r.Slots[o.Base]
		if changed && !is.Gone && (is.Start.IsZero() || is.Title == "" || is.Alone) {
			continue // being changed
		}
		if !changed {
			is = s.plain(o.Base)
		}
		found, listed := there[o.Base]
		if listed {
			stand++
		}
		switch {
		case is.Gone || !is.End.After(in.Now) || r.Rule != "" && o.Base > r.Checked:
		case !listed && is.Start.Before(to):
			strays[o.Base] = meeting.Slot{Gone: true, Original: is.Original}
		case !listed:
		case !found.Original.Equal(s.original(o.Base, is)):
			return nil, true
		default:
			seen := is
			seen.Start, seen.End = found.Start, found.End
			if found.Title != title || changed && is.Title != s.Shape.Title {
				seen.Title = found.Title
			}
			if !sameSlot(seen, is) {
				strays[o.Base] = seen
			}
		}
	}
	if stand == 0 && len(strays) >= manyDates {
		return nil, true // nobody deletes so many one by one; what cannot be read deletes nothing
	}
	return strays, false
}

// manyDates is how many dates are never taken for deleted all at once.
const manyDates = 4

// foreign reports whether Webex lists a date to come that the rule does not make,
// nor was there when the series was checked: somebody gave the series another rule,
// or an hour that is of another day.
func (s *series) foreign(r meeting.Rhythm, made []recur.Occurrence, there map[meeting.Date]meeting.WebexOccurrence) bool {
	for base, o := range there {
		_, known := r.Slots[base]
		if !known && o.End.After(s.Now) && base <= min(s.horizon, r.Checked) &&
			!slices.ContainsFunc(made, func(o recur.Occurrence) bool { return o.Base == base }) {
			return true
		}
	}
	return false
}

// only is the date of a series that does not repeat at Webex.
func only(r meeting.Rhythm) []recur.Occurrence {
	return []recur.Occurrence{{Base: r.Start, True: r.Start}}
}

// OnlyStart is when the rule has the date of a series that does not repeat at Webex.
func OnlyStart(in SeriesInput) time.Time {
	s, ok := in.read(in.Held.Recurrence)
	if !ok {
		return time.Time{}
	}
	return s.original(in.Held.Start, in.Held.Slots[in.Held.Start])
}

// original is the start by the rule of the occurrence of that base date, as its
// id at Webex says it.
func (s *series) original(base meeting.Date, is meeting.Slot) time.Time {
	if is.Original.IsZero() {
		return s.start(base)
	}
	return is.Original
}

// byBase finds Webex's occurrences by their dates: they are instants there, also
// of an all-day event.
func (s *series) byBase(list []meeting.WebexOccurrence) map[meeting.Date]meeting.WebexOccurrence {
	there := make(map[meeting.Date]meeting.WebexOccurrence, len(list))
	for _, o := range list {
		there[s.day(o.Original)] = o
	}
	return there
}

// Stray is a date that Webex was seen to have otherwise than the link holds it.
type Stray struct {
	Base           meeting.Date
	Is, Seen, Want meeting.Slot
	Event          meeting.EventID // of the date; empty: not known
	Frozen         bool            // its times never come from Webex
}

// strays tells what is known of each date that Webex shows otherwise.
func (s *series) strays(h meeting.Rhythm, made []recur.Occurrence) (all []Stray) {
	for _, o := range made {
		seen, there := s.Seen[o.Base]
		if !there {
			continue
		}
		is, changed := h.Slots[o.Base]
		if !changed {
			is = s.plain(o.Base)
		}
		stray := Stray{Base: o.Base, Is: is, Seen: seen, Want: s.wanted(o, bounds(o, h), h), Frozen: s.Series.Master.AllDay}
		if e, there := s.exception[o.True]; there {
			stray.Event, stray.Frozen = e.ID, e.AllDay
		} else if i, there := s.shown[o.True]; there {
			stray.Event = i.ID
		}
		all = append(all, stray)
	}
	return all
}

// strays plans for what people changed of single dates in Webex: what was changed
// there alone goes into the date's event; where both sides changed the same the
// calendar wins. again is when to look once more; zero: need not.
func (in Input) strays() (actions []Action, again time.Time) {
	seen, link, p := in.Seen, in.Link, in.series
	if seen == nil || seen.Meeting == nil || len(seen.Dates) == 0 && !seen.Remade {
		return nil, time.Time{}
	}
	if settled := link.WroteAt.Add(meeting.WebexLag); settled.After(in.Now) {
		return nil, settled
	}
	if seen.Before == nil {
		return nil, in.Now.Add(confirm)
	}
	if seen.Remade {
		// Which of the calendar's dates would have to go where nobody can tell.
		return append(in.note(meeting.ProblemDates), Action{Do: Take, Reason: meeting.MeetingChanged, Rhythm: link.Rhythm.Begun()}), time.Time{}
	}
	var take []Action
	bothChanged := false
	for _, d := range p.Strays {
		act := Action{Reason: meeting.MeetingChanged, Event: d.Event, Step: Step{Base: d.Base, Slot: d.Seen, Was: d.Is}}
		title, times := d.Seen.Title != d.Is.Title, !d.Seen.Start.Equal(d.Is.Start) || !d.Seen.End.Equal(d.Is.End)
		switch {
		case d.Seen.Gone && d.Want.Gone:
			act.Do = Take
		case d.Seen.Gone && in.Now.Sub(seen.Since) < absent:
			if at := seen.Since.Add(absent); again.IsZero() || at.Before(again) {
				again = at
			}
			continue
		case d.Seen.Gone:
			act.Do, act.Reason = Bring, meeting.MeetingDeleted
		case d.Want.Gone:
			continue // it goes
		case !sameSlot(d.Want, d.Is):
			bothChanged = bothChanged || title && d.Want.Title != d.Is.Title ||
				times && !(d.Want.Start.Equal(d.Is.Start) && d.Want.End.Equal(d.Is.End))
			continue // the calendar's change goes first
		default:
			act.Do = Take // and back
			if title && !in.Event.Private && d.Seen.Title != seen.Meeting.Title {
				act.Do, act.Subject = Bring, &act.Step.Slot.Title
			}
			if times && !d.Frozen && d.Seen.Start.After(in.Now) {
				act.Do, act.Start, act.End = Bring, &act.Step.Slot.Start, &act.Step.Slot.End
			}
		}
		if act.Do == Take {
			take = append(take, act)
			continue
		}
		actions = append(actions, act)
	}
	if bothChanged {
		actions = append(actions, in.note(meeting.ProblemBothChanged)...)
	}
	return append(actions, take...), again
}

// lacksEvent reports whether a date that Webex shows otherwise is of an event
// that only the calendar's list can name.
func (p SeriesPlan) lacksEvent() bool {
	return slices.ContainsFunc(p.Strays, func(d Stray) bool { return d.Event == "" && !d.Want.Gone })
}
