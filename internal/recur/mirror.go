package recur

import (
	"fmt"
	"slices"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// Years that Webex counts from the request.
const (
	endYears   = 5  // how far an end may lie; beyond it a series is cut
	startYears = 10 // how far a start may lie
)

// Mirror is the Webex side of a calendar series, as of one day.
type Mirror struct {
	Treatment Treatment
	// Start is the first date to send. Without a Rule the meeting is a single
	// one on that date.
	Start meeting.Date
	Rule  string // RFC 5545's RRULE value
	// Unended: the series has an end which is not sent yet, since Webex would cut
	// the series there or before. Once the rest is short enough it is sent.
	Unended bool
	// Last is the true last date; zero: there is none, or it is over five years away.
	Last meeting.Date
	// Occurrences are those that the rule makes up to the horizon, in order.
	Occurrences []Occurrence
	// Alone is a date ahead that the series cannot have any more, since the date
	// it would be moved from has passed: it needs a meeting of its own. Zero: none.
	Alone meeting.Date
}

// Occurrence is one that the rule makes on Base.
type Occurrence struct {
	Base meeting.Date
	True meeting.Date // where it belongs
	Gone bool         // nowhere: it is to be deleted
	Next meeting.Date // base date of the one after it; zero: it is the last
}

// New mirrors the series, of which the dates before from are over; from is the
// first date whose start Webex still takes. What it says of occurrences reaches
// up to horizon, and to the second true date in any case.
//
// errs.Gone: no date is left; errs.Invalid: not Graph's; errs.Internal: the rule
// would not make the dates, which would be our fault.
func New(r meeting.Recurrence, anchor Anchor, from, horizon meeting.Date) (Mirror, error) {
	err := r.Check()
	if err != nil {
		return Mirror{}, err
	}
	limit := later(from, endYears)
	all, complete := some(r, anchor, from, max(limit, horizon))
	dates := ahead(all, from)
	if len(dates) == 0 {
		return Mirror{}, errs.New(errs.Gone, "recur: no date from %s on", from)
	}
	m := Mirror{Treatment: Native, Start: dates[0]}
	if complete {
		m.Last = dates[len(dates)-1]
		if len(dates) == 1 {
			return m, nil
		}
	}
	b := newBase(r, all[0])
	m.Treatment = b.treatment
	if b.of(dates[0]) < from {
		// Only the first one's lower bound is free at Webex, and it has gone by.
		m.Alone, dates = dates[0], dates[1:]
	}
	m.Start = b.of(dates[0])
	if complete && len(dates) == 1 {
		m.Start, m.Treatment = dates[0], Native
		return m, nil
	}
	m.Rule = b.rule
	if complete {
		count := b.count(r, dates)
		if count > caps[b.frequency] || m.Last > limit {
			m.Unended = true
		} else {
			m.Rule += fmt.Sprintf(";COUNT=%d", count)
		}
	}
	m.Unended = m.Unended || !complete && (r.End != 0 || r.Count != 0)
	if len(dates) > 1 {
		horizon = max(horizon, dates[1])
	}
	horizon = min(horizon, later(from, startYears)-1)
	m.Occurrences, err = Between(r, anchor, m.Start, m.Start, horizon, m.Unended)
	if err != nil {
		return Mirror{}, err
	}
	return m, b.check(m, dates)
}

// Between returns the occurrences of a series that was made with its first date
// at start: those whose base or true date is from on, with bases up to to.
func Between(r meeting.Recurrence, anchor Anchor, start, from, to meeting.Date, unended bool) (list []Occurrence, err error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	beyond := to + step(r) // where the last one's successor is
	all, complete := some(r, anchor, start, beyond+maxMove)
	if len(all) == 0 {
		return nil, nil
	}
	b := newBase(r, all[0])
	dates := all
	for len(dates) > 0 && b.of(dates[0]) < start {
		dates = dates[1:]
	}
	if len(dates) == 0 {
		return nil, nil
	}
	end, goesOn := beyond, complete && unended
	if complete && !unended {
		end = min(end, dates[len(dates)-1])
	}
	known := dates
	for _, at := range b.made(r, anchor, dates, end, goesOn) {
		o := Occurrence{Base: at, Gone: true}
		if len(known) > 0 && b.of(known[0]) == at {
			o, known = Occurrence{Base: at, True: known[0]}, known[1:]
		}
		if n := len(list); n > 0 {
			list[n-1].Next = at
		}
		list = append(list, o)
	}
	return slices.DeleteFunc(list, func(o Occurrence) bool {
		return o.Base > to || o.Base < from && (o.Gone || o.True < from)
	}), nil
}

// step is more days than lie between any two base dates.
func step(r meeting.Recurrence) meeting.Date {
	longest := map[meeting.PatternType]int{
		meeting.Daily: 1, meeting.Weekly: 7, meeting.AbsoluteMonthly: 31, meeting.RelativeMonthly: 31,
		meeting.AbsoluteYearly: 366, meeting.RelativeYearly: 366,
	}
	return meeting.Date(longest[r.Type]*r.Interval + 1)
}

// maxMove is more days than lie between any base date and its true date.
const maxMove = 31

// TooFar reports whether the mirror begins later than Webex takes meetings, as
// asked on that day.
func (m Mirror) TooFar(today meeting.Date) bool { return m.Start >= later(today, startYears) }

// of is the base date of a true date.
func (b base) of(date meeting.Date) meeting.Date {
	if b.day == 0 {
		return date
	}
	year, month, _ := date.Split()
	return meeting.NewDate(year, month, b.day)
}

// count is how many occurrences the rule makes from the first date to the last.
func (b base) count(r meeting.Recurrence, dates []meeting.Date) int {
	if !b.surplus {
		return len(dates)
	}
	n := 0
	for range b.between(r, dates[0], dates[len(dates)-1]) {
		n++
	}
	return n
}

// between are the base dates from that of one true date to that of another,
// both included.
func (b base) between(r meeting.Recurrence, first, last meeting.Date) (bases []meeting.Date) {
	switch b.frequency {
	case weekly:
		for d := first; d <= last; d++ {
			if r.Days.Has(d.Weekday()) {
				bases = append(bases, d)
			}
		}
	case yearly:
		from, _, _ := first.Split()
		to, _, _ := last.Split()
		for year := from; year <= to; year++ {
			bases = append(bases, meeting.NewDate(year, r.Month, b.day))
		}
	}
	return bases
}

// made are the dates that the rule makes up to end; goesOn: also after the last
// true date.
func (b base) made(r meeting.Recurrence, anchor Anchor, dates []meeting.Date, end meeting.Date, goesOn bool) (bases []meeting.Date) {
	if b.surplus {
		return slices.DeleteFunc(b.between(r, dates[0], end), func(d meeting.Date) bool { return d > end })
	}
	for _, d := range dates {
		bases = append(bases, b.of(d))
	}
	if last := dates[len(dates)-1]; goesOn {
		endless := r
		endless.End, endless.Count = 0, 0
		for d := range Dates(endless, anchor) {
			if b.of(d) > end {
				break
			}
			if d > last {
				bases = append(bases, b.of(d))
			}
		}
	}
	return slices.DeleteFunc(bases, func(d meeting.Date) bool { return d > end })
}

// check holds what makes all moves possible: each true date is in the interval
// of its own base date, which reaches up to the next one.
func (b base) check(m Mirror, dates []meeting.Date) error {
	for i, o := range m.Occurrences {
		if o.Gone {
			continue
		}
		_, belongs := slices.BinarySearch(dates, o.True)
		early, late := o.True < o.Base, i+1 < len(m.Occurrences) && o.True >= m.Occurrences[i+1].Base
		if early || late || !belongs || b.treatment != Moved && o.True != o.Base {
			return errs.New(errs.Internal, "recur: %s does not reach %s", m.Rule, o.True)
		}
	}
	return nil
}

// later is the same day so many years on.
func later(d meeting.Date, years int) meeting.Date {
	year, month, day := d.Split()
	return meeting.NewDate(year+years, month, day)
}
