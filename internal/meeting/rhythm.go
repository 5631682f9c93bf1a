package meeting

import (
	"maps"
	"slices"
	"time"
)

// Rhythm is how a series was made at Webex, and what became of its occurrences.
type Rhythm struct {
	Recurrence Recurrence    `json:"recurrence"`
	Clock      time.Duration `json:"clock"`  // wall-clock start
	Length     time.Duration `json:"length"` // elapsed
	Zone       string        `json:"zone"`   // IANA: of clock and dates
	FromFirst  bool          `json:"from_first,omitempty"`
	Start      Date          `json:"start"`          // first date that was sent
	Rule       string        `json:"rule,omitempty"` // RRULE; empty: a single meeting
	Unended    bool          `json:"unended,omitempty"`
	Alone      Date          `json:"alone,omitempty"` // a date before Start that stands alone
	// Checked is up to where the occurrences were listed and are as Slots says.
	Checked Date `json:"checked,omitempty"`
	// Slots are the occurrences that are not as the rule makes them, by base date.
	Slots map[Date]Slot `json:"slots,omitempty"`

	// Hours are starts that the calendar shows elsewhere than Clock in Zone says,
	// by true date, as of Asked, when its instances were listed last.
	Hours map[Date]time.Time `json:"hours,omitempty"`
	Asked time.Time          `json:"asked,omitzero"`
	// Singles are the dates that have a meeting of their own, with their events;
	// empty: not known.
	Singles map[Date]EventID `json:"singles,omitempty"`
	// Dropped are dates that a person deleted in Webex: they have no meeting, unless
	// they are given one of their own.
	Dropped []EventID `json:"dropped,omitempty"`
	// Told: exceptions that were there before the meeting show its join details.
	Told bool `json:"told,omitempty"`
}

// Of reports whether r is how a series of that recurrence was made; false too
// while a change of it was begun whose end is not known.
func (r *Rhythm) Of(recurrence Recurrence) bool { return r != nil && r.Recurrence == recurrence }

// Once reports whether Webex holds one date of the series alone, in a meeting that
// does not repeat.
func (r *Rhythm) Once() bool { return r != nil && r.Rule == "" }

// Begun returns r as it is while a change of the whole series is under way:
// nobody knows what it is of.
func (r *Rhythm) Begun() *Rhythm {
	if r == nil {
		return nil
	}
	begun := *r
	begun.Recurrence, begun.Checked = Recurrence{}, 0
	return &begun
}

// Renamed returns r without knowledge of the titles of dates that were changed,
// Invited without that of their guests: whether a change of the series reaches
// them no page says.
func (r *Rhythm) Renamed() *Rhythm {
	return r.unsure(func(s *Slot) { s.Title = "" })
}

// Invited is like Renamed, of guests.
func (r *Rhythm) Invited() *Rhythm {
	return r.unsure(func(s *Slot) { s.Invitees = []Invitee{{Email: Unsure}} })
}

// Single returns r after the one meeting that it is at Webex was changed: what was
// changed of its date is known, as change says.
func (r *Rhythm) Single(change func(*Slot)) *Rhythm {
	if !r.Once() {
		return r
	}
	slot, departs := r.Slots[r.Start]
	if !departs || slot.Gone {
		return r
	}
	change(&slot)
	return r.With(r.Start, slot)
}

func (r *Rhythm) unsure(forget func(*Slot)) *Rhythm {
	if r == nil || len(r.Slots) == 0 {
		return r
	}
	next := *r
	next.Slots = make(map[Date]Slot, len(r.Slots))
	for d, s := range r.Slots {
		if !s.Gone {
			forget(&s)
		}
		next.Slots[d] = s
	}
	return &next
}

// Dropping returns r with the date of that event as deleted in Webex.
func (r Rhythm) Dropping(event EventID) *Rhythm {
	r.Dropped = append(slices.Clone(r.Dropped), event)
	return &r
}

// With returns r with that slot.
func (r Rhythm) With(base Date, slot Slot) *Rhythm {
	r.Slots = maps.Clone(r.Slots)
	if r.Slots == nil {
		r.Slots = map[Date]Slot{}
	}
	r.Slots[base] = slot
	return &r
}

// Slot is an occurrence of a Webex series that was changed.
type Slot struct {
	Gone  bool `json:"gone,omitempty"`  // deleted there; it cannot come back
	Alone bool `json:"alone,omitempty"` // its event has a meeting of its own instead, or is to have one
	// Original is its start by the rule, if Webex reads the clocks otherwise than
	// we do: its id says so.
	Original time.Time `json:"original,omitzero"`
	// As Webex last showed it, unless it is gone. While a change is under way Start
	// is zero and Title empty.
	Start time.Time `json:"start,omitzero"`
	End   time.Time `json:"end,omitzero"`
	Title string    `json:"title,omitempty"`
	// Invitees beside or instead of the series' own; nil: the same.
	Invitees []Invitee `json:"invitees,omitzero"`
}
