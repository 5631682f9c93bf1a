package plan

import (
	"slices"
	"time"

	"webex-scheduler/internal/meeting"
)

// Dates are those of a master, and what is known of them.
type Dates struct {
	Series    meeting.Series
	Instances []meeting.Instance // as the calendar listed them; nil: not asked
	// Own are exceptions that have a meeting of their own.
	Own map[meeting.EventID]bool
	// Lacking are exceptions whose body has not the series' join details, Stale
	// those that have them, not as they are now.
	Lacking, Stale []meeting.EventID
}

// repeats plans for the dates of a master; nil: the event is none, or no meeting
// can be so long.
func (in Input) repeats() *SeriesPlan {
	if in.Event == nil || in.Dates == nil {
		return nil
	}
	input, ok := in.Series()
	if !ok {
		return nil
	}
	p := Series(input)
	return &p
}

// Series is what in says of a master's dates; ok is false if no meeting can hold
// one.
func (in Input) Series() (s SeriesInput, ok bool) {
	s = SeriesInput{
		Now: in.Now, Series: in.Dates.Series, Instances: in.Dates.Instances, Own: in.Dates.Own,
		Exceptions: map[meeting.EventID]meeting.Shape{},
	}
	if s.Shape, ok = in.shape(); !ok {
		return s, false
	}
	for _, e := range s.Series.Exceptions {
		if shape, fits := in.shapeOf(e); fits {
			s.Exceptions[e.ID] = shape
		}
	}
	if in.Link != nil && in.Link.State != meeting.LinkWished && in.Link.State != meeting.LinkEnded {
		s.Held = in.undropped(in.Link.Rhythm)
	}
	if in.Seen != nil {
		s.Seen = in.Seen.Dates
	}
	return s, true
}

// undropped returns h without the dates deleted in Webex that show the series'
// join details again: their exception was reset with a move of the series, or
// somebody put them back.
func (in Input) undropped(h *meeting.Rhythm) *meeting.Rhythm {
	back := func(id meeting.EventID) bool {
		there := slices.ContainsFunc(in.Dates.Series.Exceptions, func(e meeting.Event) bool { return e.ID == id })
		return there && !slices.Contains(in.Dates.Lacking, id)
	}
	if h == nil || !slices.ContainsFunc(h.Dropped, back) {
		return h
	}
	next := *h
	next.Dropped = slices.DeleteFunc(slices.Clone(h.Dropped), back)
	return &next
}

// at gives a series' shape the times and the rule that are sent.
func (p SeriesPlan) at(s meeting.Shape) meeting.Shape {
	s.Start, s.End, s.Zone, s.Rule = p.Start, p.End, p.Rhythm.Zone, p.Rhythm.Rule
	return s
}

// dates plans what the dates of a linked master lack, once the series is made,
// and when to look at Webex's once more; zero: need not.
func (in Input) dates() (actions []Action, again time.Time) {
	link, p := in.Link, in.series
	if p == nil || p.Remake || p.Problem != "" || link.Rhythm == nil || link.Options.Room() {
		return nil, again
	}
	if p.Ask || p.lacksEvent() && in.Dates.Instances == nil {
		return []Action{{Do: Expand, Reason: meeting.SeriesDates}}, again
	}
	unlisted := p.unlisted()
	switch blind := in.blind(); {
	case blind != "" && (unlisted || len(p.Steps) > 0):
		return in.waitForPerson(blind), again
	case unlisted:
		return []Action{{Do: List, Reason: meeting.SeriesChecked}}, again
	}
	if actions, again = in.strays(); len(actions) > 0 {
		return actions, again // the rest once it is known what that does to them
	}
	for _, step := range p.Steps {
		why := meeting.EventChanged
		if step.Mapping {
			why = meeting.SeriesDates
		}
		actions = append(actions, Action{Do: Change, Reason: why, Step: step})
	}
	tell, told := in.tell()
	actions = append(actions, tell...)
	if held := p.Rhythm; told || !p.keeps(link.Rhythm) {
		held.Told = held.Told || told
		actions = append(actions, Action{Do: Hold, Reason: meeting.SeriesDates, Rhythm: &held})
	}
	return actions, again
}

// checkAgain is how many days of dates may come within the horizon before they
// are looked at in Webex: more than the zones' dates differ by.
const checkAgain = 20

// unlisted reports whether what Webex made of the rule has to be looked at.
func (p SeriesPlan) unlisted() bool {
	return p.Rhythm.Rule != "" && p.Horizon-p.Rhythm.Checked >= checkAgain
}

// keeps reports whether all that p says beside steps is stored.
func (p SeriesPlan) keeps(held *meeting.Rhythm) bool {
	if !p.Rhythm.Asked.Equal(held.Asked) || len(p.Rhythm.Singles) != len(held.Singles) || len(p.Rhythm.Dropped) != len(held.Dropped) {
		return false
	}
	for d, event := range p.Rhythm.Singles {
		if was, there := held.Singles[d]; !there || was != event {
			return false
		}
	}
	return true
}

// tell plans the join details of exceptions that were there before the meeting,
// once, and sets right those that changed since. told: that once is now.
func (in Input) tell() (actions []Action, told bool) {
	link := in.Link
	if link.ShownAt.IsZero() || !in.Body.has(link.Key) || tooMany(link, in.Now) {
		return nil, false
	}
	list := in.Dates.Stale
	if told = !link.Rhythm.Told; told {
		list = slices.Concat(in.Dates.Stale, in.Dates.Lacking)
	}
	for i, e := range in.Dates.Series.Exceptions {
		if in.Dates.Own[e.ID] || !e.End.After(in.Now) || !slices.Contains(list, e.ID) {
			continue
		}
		actions = append(actions, Action{Do: Show, Reason: meeting.BlockMissing, Block: true, Date: &in.Dates.Series.Exceptions[i]})
	}
	return actions, told
}

// untell plans to take the series' join details out of exceptions that keep
// their own text.
func (in Input) untell() (actions []Action) {
	if in.Dates == nil || in.Event == nil || frozen(in.Event) {
		return nil
	}
	for i, e := range in.Dates.Series.Exceptions {
		if in.Dates.Own[e.ID] || !e.End.After(in.Now) || slices.Contains(in.Dates.Lacking, e.ID) {
			continue
		}
		actions = append(actions, Action{Do: Show, Reason: meeting.BlockRemoved, Unblock: true, Date: &in.Dates.Series.Exceptions[i]})
	}
	return actions
}
