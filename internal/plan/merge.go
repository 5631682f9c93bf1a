package plan

import (
	"time"

	"webex-scheduler/internal/meeting"
)

// Times of the rules for what people do in Webex.
const (
	confirm = 30 * time.Second // between two reads of a change
	absent  = 10 * time.Minute // between two reads that did not find the meeting
)

// Seen is what Webex showed of the link's meeting just now.
type Seen struct {
	Meeting *meeting.Meeting // nil: 404
	// Before is the meeting as a read at least 30 seconds earlier showed it; nil: there was none.
	Before *meeting.Meeting
	// Missing is when the first of the reads was that said 404, without another
	// in between; of a meeting that is there zero.
	Missing time.Time
	// Dates are those of a series that are otherwise than we know them, by base
	// date, since Since, as far as two reads show the same. Remade: the series has
	// other times than it was given.
	Dates  map[meeting.Date]meeting.Slot
	Since  time.Time
	Remade bool
	Told   bool // a "deleted" webhook named the meeting
	Other  bool // another read with the same grant succeeds
}

// side tells where a field was changed since both sides agreed.
type side int

const (
	neither side = iota
	calendar
	webex
	both
)

// compare judges one field, last written or taken over at. For a while after
// that a read of Webex may show any state before it: what it shows then is no
// change yet, and unsure says that a later look has to tell.
func (in Input) compare(eventChanged, meetingChanged bool, at time.Time) (s side, unsure bool) {
	lagging := in.Now.Sub(at) < meeting.WebexLag
	switch {
	case eventChanged && meetingChanged && !lagging:
		return both, false
	case eventChanged:
		return calendar, false
	case meetingChanged && lagging:
		return neither, true
	case meetingChanged:
		return webex, false
	}
	return neither, false
}

// merge plans what a look at the meeting adds to what the event says: a field
// changed in Webex alone goes into the event, in one write; where both changed
// the calendar wins (follow sends it) and the account page says so.
func merge(in Input, shape meeting.Shape) []Action {
	link, now := in.Link, in.Seen.Meeting
	if now == nil {
		return vanished(in)
	}
	title, late := in.compare(link.Wanted.Title != shape.Title, now.Title != link.Got.Title && !(in.series != nil && link.Rhythm.Once()), link.TitleAt)
	var again time.Time // when to look once more
	if late {
		again = link.TitleAt.Add(meeting.WebexLag)
	}
	times := neither
	if link.Rhythm == nil { // of a series Webex shows some date's
		times, late = in.compare(!link.Wanted.SameTime(shape), !sameInstants(*now, link.Got), link.TimesAt)
		if at := link.TimesAt.Add(meeting.WebexLag); late && at.After(again) {
			again = at
		}
	}
	var actions []Action
	if title == both || times == both {
		actions = append(actions, in.note(meeting.ProblemBothChanged)...)
	}
	before := in.Seen.Before
	switch {
	case title != webex && times != webex:
	case before == nil || title == webex && before.Title != now.Title ||
		times == webex && !sameInstants(*before, meeting.Shape{Start: now.Start, End: now.End}):
		again = in.Now.Add(confirm)
	default:
		show := Action{Do: Show, Reason: meeting.MeetingChanged}
		back := Action{Do: Update, Reason: meeting.MeetingChanged, Wanted: link.Wanted, Goal: shape}
		// A private event's title stands for another, and times for whole days:
		// they never flow back, so Webex gets them again.
		switch {
		case title == webex && in.Event.Private:
			back.Patch.Title = &shape.Title
		case title == webex:
			show.Subject = &now.Title
		}
		switch at := notBefore(shape, in.Now); {
		case times == webex && in.Event.AllDay:
			back.Patch.Start, back.Patch.End, back.Patch.Zone = &at.Start, &at.End, at.Zone
		case times == webex:
			show.Start, show.End = &now.Start, &now.End
		}
		if show.Subject != nil || show.Start != nil {
			actions = append(actions, show)
		}
		if back.Patch != (meeting.MeetingPatch{}) {
			actions = append(actions, back)
		}
	}
	if !again.IsZero() {
		actions = append(actions, Action{Do: Wait, Reason: meeting.WaitSecondRead, At: again})
	}
	return actions
}

func sameInstants(m meeting.Meeting, s meeting.Shape) bool {
	return m.Start.Equal(s.Start) && m.End.Equal(s.End)
}

// vanished plans for a meeting that Webex does not show any more. Only where it
// is sure that a person deleted it is it taken out of the event; otherwise
// nothing is written, and nothing is ever made anew.
func vanished(in Input) []Action {
	twice := in.Now.Sub(in.Seen.Missing) >= absent
	if !in.Seen.Told && !twice && in.Seen.Other {
		return []Action{{Do: Wait, Reason: meeting.WaitSecondRead, At: in.Seen.Missing.Add(absent)}}
	}
	if !in.Seen.Other || in.blind() != "" {
		return in.note(meeting.ProblemUnseen)
	}
	show := Action{Do: Show, Reason: meeting.MeetingDeleted, Unblock: true}
	if in.Event.Location != "" && meeting.LocationIsOurs(in.Event.Location) {
		none := ""
		show.Location = &none
	}
	end := Action{Do: Note, Reason: meeting.MeetingDeleted, State: meeting.LinkEnded, Text: in.Event.Location}
	if show.Location != nil {
		end.Text = ""
	}
	return append(append([]Action{show}, in.retire()...), end)
}
