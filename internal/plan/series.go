package plan

import (
	"cmp"
	"slices"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/recur"
)

// horizonMonths is how far ahead, at the least, the occurrences of a series are
// kept as they should be; beyond it Webex shows what the rule makes.
const horizonMonths = 13

// horizon is the last date that is kept: it moves on with the months, so that a
// series is quiet in between.
func horizon(today meeting.Date) meeting.Date {
	year, month, _ := today.Split()
	return meeting.NewDate(year, month+horizonMonths+1, 1) - 1
}

// SeriesInput is everything that a decision about a series may rest on.
type SeriesInput struct {
	Now    time.Time
	Series meeting.Series
	// Instances are what the calendar shows up to the horizon; nil: not asked.
	// What they say of hours wins over what the rule says.
	Instances []meeting.Instance
	// Shape is the master's, Exceptions those of Series.Exceptions, by event; an
	// event without one is too long for Webex.
	Shape      meeting.Shape
	Exceptions map[meeting.EventID]meeting.Shape
	// Own are exceptions that have a meeting of their own, which they keep.
	Own map[meeting.EventID]bool
	// Held is how the series was made; nil: it was not.
	Held *meeting.Rhythm
	// Seen are the dates that Webex shows otherwise than Held, by base date.
	Seen map[meeting.Date]meeting.Slot
}

// SeriesPlan is what a series lacks at Webex.
type SeriesPlan struct {
	// Problem is why there is nothing to be done; empty: there is none.
	Problem meeting.Reason
	// Over: no date of it is left. Cut: though there were some when it was made.
	// Empty: the one that was left is cancelled.
	Over, Cut, Empty bool
	// Remake: start, end and rule are to be sent, which undoes all that was
	// changed of occurrences. Rhythm is then what is to be held after it, else
	// what is held. Start and End are those of its first date.
	Remake     bool
	Rhythm     meeting.Rhythm
	Start, End time.Time
	// Steps are what occurrences lack, nearest first. After Remake they can be
	// carried out in any order, and a crash between two leaves nothing wrong.
	Steps []Step
	// Strays are the dates that Webex shows otherwise than they are held.
	Strays []Stray
	// Alone are the dates that have a meeting of their own, by the rule: their
	// events are planned for like single ones.
	Alone []meeting.Date
	// Ask: without the calendar's own list of dates the rest is a guess.
	Ask bool
	// Horizon is the last date that was planned for.
	Horizon meeting.Date
	// ShownUntil is set if Webex shows the series without its end.
	ShownUntil meeting.Date
}

// Step changes or deletes one occurrence. Base is its date by the rule at
// Webex; ID says of which instant there.
type Step struct {
	Base meeting.Date
	ID   time.Time    // the occurrence's start by the rule, UTC
	Slot meeting.Slot // as it shall be
	Was  meeting.Slot // as it is
	// Mapping: it makes the rule's date the calendar's; nobody changed it there.
	Mapping bool
}

// Series plans for a series whose event asks for a meeting.
func Series(in SeriesInput) SeriesPlan {
	r := in.Series.Master.Recurrence
	if r == nil {
		return SeriesPlan{Problem: meeting.ProblemCalendar}
	}
	s, ok := in.read(*r)
	if !ok {
		return SeriesPlan{Problem: meeting.ProblemCalendar}
	}
	p := s.remade()
	// From where an interval is counted decides whether there are any dates, and
	// only the calendar's own list tells.
	if in.Instances == nil && !s.same() && r.Interval > 1 && (p.Problem != "" || p.Over) {
		return SeriesPlan{Remake: true, Ask: true}
	}
	if p.Problem != "" || p.Over {
		return p
	}
	p.Ask = in.Instances == nil && (p.Remake || p.Rhythm.Asked.IsZero() || in.Now.Sub(p.Rhythm.Asked) > askAgain || !in.Series.Known)
	if in.Instances != nil {
		p.Rhythm.Hours, p.Rhythm.Asked = s.hours(), in.Now
	}
	p.Horizon = s.horizon
	s.held = p.Rhythm
	s.steps(&p)
	p.Rhythm.Singles = s.singles(p.Alone)
	for _, event := range p.Rhythm.Singles {
		p.Ask = p.Ask || event == "" && in.Instances == nil
	}
	return p
}

// askAgain is after how long the calendar is asked again for the dates of a
// series, of which new ones come within the horizon every day.
const askAgain = 7 * 24 * time.Hour

// hours are the starts that the calendar shows elsewhere than the rule has them:
// its own clocks may be set by other rules than ours.
func (s *series) hours() map[meeting.Date]time.Time {
	var hours map[meeting.Date]time.Time
	if s.Series.Master.AllDay {
		return nil
	}
	for d, i := range s.shown {
		at := i.Start.Truncate(time.Minute)
		if i.Type != meeting.Occurrence || at.Equal(s.start(d)) {
			continue
		}
		if hours == nil {
			hours = map[meeting.Date]time.Time{}
		}
		hours[d] = at.UTC()
	}
	return hours
}

// singles are the events of the dates that stand alone, as far as they are
// known.
func (s *series) singles(alone []meeting.Date) map[meeting.Date]meeting.EventID {
	if len(alone) == 0 {
		return nil
	}
	singles := make(map[meeting.Date]meeting.EventID, len(alone))
	for _, d := range alone {
		e, changed := s.exception[d]
		i, shown := s.shown[d]
		switch {
		case changed:
			singles[d] = e.ID
		case shown:
			singles[d] = i.ID
		default:
			singles[d] = s.held.Singles[d]
		}
	}
	return singles
}

// series is the input, read.
type series struct {
	SeriesInput
	rule      meeting.Recurrence
	anchor    recur.Anchor
	zone      *time.Location
	clock     time.Duration
	length    time.Duration
	from      meeting.Date                          // the first date whose start is still ahead
	horizon   meeting.Date                          //
	exception map[meeting.Date]meeting.Event        // by true date
	shown     map[meeting.Date]meeting.Instance     // by true date; empty: not asked
	cancelled func(meeting.Date) (gone, known bool) //
	held      meeting.Rhythm                        // that is planned by
}

// read puts what the calendar says into dates. ok is false if its dates are not
// those of the pattern.
func (in SeriesInput) read(r meeting.Recurrence) (s series, ok bool) {
	s = series{SeriesInput: in, rule: r, exception: map[meeting.Date]meeting.Event{}, shown: map[meeting.Date]meeting.Instance{}}
	zone, err := time.LoadLocation(cmp.Or(r.Zone, in.Shape.Zone))
	if err != nil {
		zone = time.UTC
	}
	s.zone = zone
	local := in.Shape.Start.In(zone)
	s.clock = time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
	s.length = in.Shape.End.Sub(in.Shape.Start)
	if in.Series.Master.AllDay { // the first day may be a short one
		s.length = meeting.MaxDuration
	}
	s.from = meeting.DateOf(in.Now.In(zone))
	if !s.start(s.from).After(in.Now) {
		s.from++
	}
	for _, e := range in.Series.Exceptions {
		s.exception[s.date(e.OriginalStart)] = e
	}
	for _, i := range in.Instances {
		s.shown[s.date(i.OriginalStart)] = i
	}
	s.cancelled = func(d meeting.Date) (bool, bool) {
		if in.Series.Known {
			_, gone := slices.BinarySearch(in.Series.Cancelled, d)
			return gone, true
		}
		if in.Instances == nil || d > horizon(meeting.DateOf(in.Now.In(zone))) {
			return false, false
		}
		_, there := s.shown[d]
		_, changed := s.exception[d] // perhaps to where nobody looked
		return !there && !changed, true
	}
	ok = s.anchored()
	s.horizon = s.kept()
	return s, ok
}

// maxYears is how far ahead Webex takes anything.
const maxYears = 10

// kept is the last date that is kept: by [horizon] or, of a series with longer
// intervals, the second to come.
func (s *series) kept() meeting.Date {
	until := horizon(meeting.DateOf(s.Now.In(s.zone)))
	year, month, day := s.from.Split()
	most := meeting.NewDate(year+maxYears, month, day) - 1
	coming := 0
	for d := range recur.Dates(s.rule, s.anchor) {
		if d > most {
			return max(until, most)
		}
		if d >= s.from {
			coming++
		}
		if coming == 2 {
			return max(until, d)
		}
	}
	return until
}

// clocksDiffer is more than two readings of a time can be apart: of one that the
// clocks skip, or by other rules of the same zone.
const clocksDiffer = 3 * time.Hour

// date is the day of an original start in the calendar. All-day events have
// dates for times.
func (s *series) date(original time.Time) meeting.Date {
	if s.Series.Master.AllDay {
		return meeting.DateOf(original.UTC())
	}
	return s.day(original)
}

// day is the date, by the series' own clocks, of an original start, which the
// clocks may have put on the day before or after where they change at midnight.
func (s *series) day(original time.Time) meeting.Date {
	day := meeting.DateOf(original.In(s.zone))
	for _, d := range []meeting.Date{day, day - 1, day + 1} {
		if s.start(d).Sub(original).Abs() < clocksDiffer {
			return d
		}
	}
	return day
}

// start is when the occurrence of that date begins by the rule.
func (s *series) start(d meeting.Date) time.Time {
	return d.At(s.clock, s.zone, meeting.FirstReading).UTC()
}

// anchored finds from where the interval is counted, and whether the pattern has
// the dates that the calendar shows.
func (s *series) anchored() bool {
	if len(s.shown) == 0 {
		if s.Held != nil && s.Held.FromFirst {
			s.anchor = recur.FromFirst
		}
		return true
	}
	for _, anchor := range []recur.Anchor{recur.FromStart, recur.FromFirst} {
		if s.agrees(anchor) {
			s.anchor = anchor
			return true
		}
	}
	return false
}

// agrees reports whether each date that is shown is one of the pattern's.
// Dates that are not shown may be cancelled.
func (s *series) agrees(anchor recur.Anchor) bool {
	last := meeting.Date(0)
	for d := range s.shown {
		last = max(last, d)
	}
	left := len(s.shown)
	for d := range recur.Dates(s.rule, anchor) {
		if d > last {
			break
		}
		if _, there := s.shown[d]; there {
			left--
		}
	}
	return left == 0
}

// same reports whether the series is still made as it was.
func (s *series) same() bool {
	h := s.Held
	return h != nil && h.Recurrence == s.rule && h.Clock == s.clock && h.Length == s.length && h.Zone == s.zone.String() &&
		h.FromFirst == (s.anchor == recur.FromFirst)
}

// remade tells how the series is made, now or anew.
func (s *series) remade() SeriesPlan {
	m, err := recur.New(s.rule, s.anchor, s.from, s.horizon)
	switch {
	case errs.Is(err, errs.Gone) && s.same():
		return SeriesPlan{Rhythm: *s.Held}
	case errs.Is(err, errs.Gone):
		return SeriesPlan{Over: true, Cut: s.cut()}
	case err != nil:
		return SeriesPlan{Problem: meeting.ProblemCalendar}
	case m.TooFar(s.from):
		return SeriesPlan{Problem: meeting.ProblemTooFar}
	}
	p := SeriesPlan{}
	if m.Unended {
		p.ShownUntil = s.horizon
	}
	// The end of a series that was too long for Webex is sent once it is not.
	if s.same() && (!s.Held.Unended || m.Unended) {
		p.Rhythm = *s.Held
		return p
	}
	p.Remake = true
	p.Rhythm = meeting.Rhythm{
		Recurrence: s.rule, Clock: s.clock, Length: s.length, Zone: s.zone.String(), FromFirst: s.anchor == recur.FromFirst,
		Start: m.Start, Rule: m.Rule, Unended: m.Unended, Alone: m.Alone,
	}
	if s.Held != nil {
		p.Rhythm.Told, p.Rhythm.Dropped = s.Held.Told, s.Held.Dropped
	}
	if h := s.Held; h != nil && h.Alone != 0 && h.Alone >= s.from && p.Rhythm.Alone == 0 && s.hasDate(h.Alone) && h.Alone < m.Start {
		p.Rhythm.Alone = h.Alone
	}
	p.Start = s.start(m.Start)
	p.End = p.Start.Add(s.length)
	return p
}

// cut reports whether Webex shows dates of the series that the calendar has no more.
func (s *series) cut() bool {
	h := s.Held
	return h != nil && outlasts(*h, s.anchor, s.from)
}

// outlasts reports whether Webex shows dates of the series from then on, or may:
// a change of it was under way.
func outlasts(h meeting.Rhythm, anchor recur.Anchor, from meeting.Date) bool {
	if h.Recurrence == (meeting.Recurrence{}) {
		return true
	}
	last, ends := recur.Last(h.Recurrence, anchor)
	return !ends || h.Unended || last >= from
}

func (s *series) hasDate(want meeting.Date) bool {
	for d := range recur.Dates(s.rule, s.anchor) {
		if d >= want {
			return d == want
		}
	}
	return false
}

// steps tells what each occurrence lacks.
func (s *series) steps(p *SeriesPlan) {
	h := p.Rhythm
	if h.Alone != 0 {
		if gone, _ := s.cancelled(h.Alone); !gone && s.ahead(h.Alone) {
			p.Alone = append(p.Alone, h.Alone)
		}
	}
	// What was moved ahead from before the first date that was sent.
	for d, e := range s.exception {
		if d < h.Start && d != h.Alone && e.End.After(s.Now) {
			p.Alone = append(p.Alone, d)
		}
	}
	slices.Sort(p.Alone)
	if h.Rule == "" {
		s.single(p)
		return
	}
	// An occurrence that a person moved stays within reach for a while.
	occurrences, err := recur.Between(h.Recurrence, s.anchor, h.Start, s.from-reach, s.horizon, h.Unended)
	if err != nil {
		p.Problem = meeting.ProblemCalendar
		return
	}
	for _, o := range occurrences {
		want := s.wanted(o, bounds(o, h), h)
		is, changed := h.Slots[o.Base]
		if !changed {
			is = s.plain(o.Base)
		}
		if want.Alone {
			p.Alone = append(p.Alone, o.True)
		}
		if sameSlot(is, want) || !s.possible(is, want) {
			continue
		}
		step := s.step(o.Base, is, want)
		step.Mapping = !changed && (o.Gone || sameSlot(want, s.plain(o.True)))
		p.Steps = append(p.Steps, step)
	}
	p.Steps = append(p.Steps, s.surplus(h, occurrences)...)
	p.Strays = s.strays(h, occurrences)
	slices.Sort(p.Alone)
}

func (s *series) step(base meeting.Date, is, want meeting.Slot) Step {
	want.Original = is.Original
	id := is.Original
	if id.IsZero() {
		id = s.start(base)
	}
	return Step{Base: base, ID: id, Slot: want, Was: is}
}

// surplus are steps that delete what Webex was seen to have and the rule does
// not make.
func (s *series) surplus(h meeting.Rhythm, made []recur.Occurrence) (steps []Step) {
	for base, is := range h.Slots {
		if is.Gone || is.Original.IsZero() || base < s.from || base > s.horizon ||
			slices.ContainsFunc(made, func(o recur.Occurrence) bool { return o.Base == base }) {
			continue
		}
		if gone := (meeting.Slot{Gone: true}); s.possible(is, gone) {
			step := s.step(base, is, gone)
			step.Mapping = true
			steps = append(steps, step)
		}
	}
	slices.SortFunc(steps, func(a, b Step) int { return cmp.Compare(a.Base, b.Base) })
	return steps
}

// reach is how many days after its date by the rule an occurrence may still be
// ahead.
const reach = 62

// plain is an occurrence as the rule makes it.
func (s *series) plain(base meeting.Date) meeting.Slot {
	start := s.start(base)
	return meeting.Slot{Start: start, End: start.Add(s.length), Title: s.Shape.Title}
}

// end is when the occurrence of that date ends. A day on which the clocks go
// forward is shorter than what a rule makes of it.
func (s *series) end(d meeting.Date) time.Time {
	end := s.start(d).Add(s.length)
	if !s.Series.Master.AllDay {
		return end
	}
	if midnight := s.start(d + 1); end.After(midnight) {
		return midnight.Add(-time.Minute)
	}
	return end
}

// interval is where Webex lets an occurrence be moved: from the day of its base
// date to before the next one's; the first has no lower bound, the last no upper.
// https://developer.webex.com/docs/meetings
type interval struct {
	first    bool
	from, to meeting.Date // to: zero for the last
}

func bounds(o recur.Occurrence, h meeting.Rhythm) interval {
	return interval{first: o.Base == h.Start, from: o.Base, to: o.Next}
}

func (i interval) has(d meeting.Date) bool {
	return (i.first || d >= i.from) && (i.to == 0 || d < i.to)
}

// wanted is an occurrence as it should be.
func (s *series) wanted(o recur.Occurrence, bounds interval, h meeting.Rhythm) meeting.Slot {
	if o.Gone {
		return meeting.Slot{Gone: true}
	}
	was := h.Slots[o.Base]
	if gone, known := s.cancelled(o.True); gone || !known && was.Gone && !was.Alone {
		return meeting.Slot{Gone: true}
	}
	want := s.plain(o.True)
	want.End = s.end(o.True)
	if at, there := h.Hours[o.True]; there {
		want.Start, want.End = at, at.Add(s.length)
	}
	if e, there := s.exception[o.True]; there {
		shape, fits := s.Exceptions[e.ID]
		switch {
		case s.Own[e.ID]:
			return meeting.Slot{Gone: true, Alone: true}
		case slices.Contains(h.Dropped, e.ID):
			return meeting.Slot{Gone: true}
		case !fits && was.Start.IsZero():
			return want
		case !fits: // it stays at the time that it has
			return was
		}
		want.Start, want.End, want.Title = shape.Start, shape.End, shape.Title
		if !shape.SameInvitees(s.Shape) {
			want.Invitees = shape.Invitees
			if want.Invitees == nil {
				want.Invitees = []meeting.Invitee{}
			}
		}
	}
	// What was deleted at Webex cannot come back, and what leaves its interval
	// cannot go there.
	stands := was.Start
	if stands.IsZero() {
		stands = s.start(o.Base)
	}
	if was.Gone || was.Alone || !want.Start.Equal(stands) && !bounds.has(meeting.DateOf(want.Start.In(s.zone))) {
		return meeting.Slot{Gone: true, Alone: true}
	}
	return want
}

// possible reports whether Webex takes the change: nothing that is over is
// changed, unless it is to be held at a time to come, nor moved to where it would
// be over.
func (s *series) possible(is, want meeting.Slot) bool {
	over := !is.Gone && !is.End.After(s.Now)
	if want.Gone {
		return !over && (!is.Gone || is.Alone != want.Alone)
	}
	return want.Start.After(s.Now) || !over && want.Start.Equal(is.Start) && want.End.Equal(is.End)
}

// single plans for a series of which one date is left: its meeting has no rule.
func (s *series) single(p *SeriesPlan) {
	h := p.Rhythm
	if gone, _ := s.cancelled(h.Start); gone {
		p.Over, p.Empty = len(p.Alone) == 0, true
		return
	}
	p.Strays = s.strays(h, only(h))
	is, changed := h.Slots[h.Start]
	if !changed {
		is = s.plain(h.Start)
	}
	want := s.wanted(recur.Occurrence{Base: h.Start, True: h.Start}, interval{first: true}, h)
	if want.Gone { // what is left of the series has no occurrences that could go
		p.Over, p.Empty = len(p.Alone) == 0, true
		return
	}
	if !sameSlot(is, want) && s.possible(is, want) {
		p.Steps = append(p.Steps, s.step(h.Start, is, want))
	}
}

func (s *series) ahead(d meeting.Date) bool {
	if e, there := s.exception[d]; there {
		return e.End.After(s.Now)
	}
	return s.start(d).Add(s.length).After(s.Now)
}

func sameSlot(a, b meeting.Slot) bool {
	if a.Gone || b.Gone {
		return a.Gone == b.Gone && a.Alone == b.Alone
	}
	same := meeting.Shape{Invitees: a.Invitees}.SameInvitees(meeting.Shape{Invitees: b.Invitees})
	return a.Start.Equal(b.Start) && a.End.Equal(b.End) && a.Title == b.Title && (a.Invitees == nil) == (b.Invitees == nil) && same
}
