package plan

import (
	"time"

	"webex-scheduler/internal/meeting"
)

// Times of the rules for what people do in Webex.
const (
	lag     = 15 * time.Minute // how long Webex may still show what we replaced
	confirm = 30 * time.Second // between two reads of a change
)

// Seen is what Webex showed of the link's meeting just now.
type Seen struct {
	Meeting *meeting.Meeting // nil: 404
	// Before is the meeting as a read at least 30 seconds earlier showed it; nil: there was none.
	Before *meeting.Meeting
	Told   bool // a "deleted" webhook named the meeting
	Twice  bool // two reads at least ten minutes apart said 404
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

// compare judges one field. For a while after our own write a read of Webex
// that shows what we replaced is lag, not a change.
func compare(eventChanged, meetingChanged, lagging bool) side {
	meetingChanged = meetingChanged && !lagging
	switch {
	case eventChanged && meetingChanged:
		return both
	case eventChanged:
		return calendar
	case meetingChanged:
		return webex
	}
	return neither
}

// merge plans what a look at the meeting adds to what the event says: a field
// changed in Webex alone goes into the event, in one write; where both changed
// the calendar wins (follow sends it) and the account page says so.
func merge(in Input, shape meeting.Shape) []Action {
	link, now := in.Link, in.Seen.Meeting
	if now == nil {
		return vanished(in)
	}
	fresh := in.Now.Sub(link.WroteAt) < lag
	title := compare(link.Wanted.Title != shape.Title, now.Title != link.Got.Title, fresh && now.Title == link.Replaced.Title)
	times := compare(!link.Wanted.SameTime(shape), !sameInstants(*now, link.Got), fresh && sameInstants(*now, link.Replaced))
	var actions []Action
	if title == both || times == both {
		actions = append(actions, in.note(meeting.ProblemBothChanged)...)
	}
	if title != webex && times != webex {
		return actions
	}
	before := in.Seen.Before
	if before == nil || title == webex && before.Title != now.Title ||
		times == webex && !sameInstants(*before, meeting.Shape{Start: now.Start, End: now.End}) {
		return append(actions, Action{Do: Wait, Reason: meeting.WaitSecondRead, At: in.Now.Add(confirm)})
	}
	show := Action{Do: Show, Reason: meeting.MeetingChanged}
	// A private event's title stands for another: it never flows back.
	if title == webex && !in.Event.Private {
		show.Subject = &now.Title
	}
	if times == webex && !in.Event.AllDay {
		show.Start, show.End = &now.Start, &now.End
	}
	if show.Subject == nil && show.Start == nil {
		return actions
	}
	return append(actions, show)
}

func sameInstants(m meeting.Meeting, s meeting.Shape) bool {
	return m.Start.Equal(s.Start) && m.End.Equal(s.End)
}

// vanished plans for a meeting that Webex does not show any more. Only where it
// is sure that a person deleted it is it taken out of the event; otherwise
// nothing is written, and nothing is ever made anew.
func vanished(in Input) []Action {
	sure := (in.Seen.Told || in.Seen.Twice) && in.Seen.Other && in.blind() == ""
	if !sure {
		return in.note(meeting.ProblemUnseen)
	}
	show := Action{Do: Show, Reason: meeting.MeetingDeleted, Unblock: true}
	if in.Event.Location == in.Link.Join.WebLink {
		none := ""
		show.Location = &none
	}
	end := Action{Do: Note, Reason: meeting.MeetingDeleted, State: meeting.LinkEnded, Text: in.Event.Location}
	if show.Location != nil {
		end.Text = ""
	}
	return append(append([]Action{show}, in.retire()...), end)
}
