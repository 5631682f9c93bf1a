package plan

import (
	"time"

	"webex-scheduler/internal/meeting"
)

// Times of the rules.
const (
	secondRead = time.Minute // between two reads that see join details missing
	putBack    = time.Hour   // between two repairs of a block
	perHour    = 3           // body writes to one event
	perDay     = 10
)

// Event plans for one event of one mailbox.
func Event(in Input) []Action {
	e, link := in.Event, in.Link
	if e == nil {
		return gone(in)
	}
	if !e.IsOrganizer {
		return nil // nothing is ever written to an event that is not ours
	}
	if !e.End.After(in.Now) {
		return over(in)
	}
	if e.IsCancelled {
		return end(in, meeting.EventCancelled)
	}
	if e.IsDraft && len(e.Attendees) > 0 {
		return nil // the invitation is not sent yet; sending it notifies us
	}
	switch {
	case link != nil && link.State == meeting.LinkLinked:
		return linked(in)
	case link != nil && link.State == meeting.LinkEnding:
		return finish(in)
	}
	return unlinked(in)
}

// over plans for an event that is over: nothing is written to it, nor is its
// meeting deleted, unless nobody can ever have heard of that.
func over(in Input) []Action {
	if link := in.Link; link != nil && link.State == meeting.LinkLinked && unheard(link, in.Now) {
		return end(in, meeting.EventOver)
	}
	return nil
}

// unheard reports whether the meeting is still to come and its event never
// showed it.
func unheard(l *meeting.Link, now time.Time) bool {
	return l.ShownAt.IsZero() && l.Got.End.After(now)
}

// gone plans for an event that two signs say is deleted.
func gone(in Input) []Action {
	if in.Link == nil {
		return nil
	}
	return end(in, meeting.EventGone)
}

// end takes a meeting away and ends the link. The row stays: a restored event
// finds its key known, and a keyword acts once per location text. One whose
// meeting the event never showed has not acted.
func end(in Input, why meeting.Reason) []Action {
	link := in.Link
	if link == nil || link.State == meeting.LinkEnded {
		return nil
	}
	var actions []Action
	if link.State != meeting.LinkWished && (link.Ends.IsZero() || link.Ends.After(in.Now) || unheard(link, in.Now)) {
		if p := in.blind(); p != "" {
			return in.waitForPerson(p)
		}
		actions = append(actions, Action{Do: Delete, Reason: why})
	}
	var text string
	switch {
	case link.ShownAt.IsZero():
	case in.Event != nil:
		text = in.Event.Location
	default:
		text = link.Location
	}
	return append(actions, Action{Do: Note, Reason: why, State: meeting.LinkEnded, Text: text})
}

// finish ends a deletion whose end is not known, though the event is back: its
// meeting may be gone, or go at any moment, so it is not kept. Without a text
// that the link has acted on the event is then judged like one that is new.
func finish(in Input) []Action {
	if p := in.blind(); p != "" {
		return in.waitForPerson(p)
	}
	return []Action{
		{Do: Delete, Reason: meeting.LostDelete},
		{Do: Note, Reason: meeting.LostDelete, State: meeting.LinkEnded},
	}
}

// unlinked plans for an event without a meeting.
func unlinked(in Input) []Action {
	e, link := in.Event, in.Link
	if len(in.Body.Keys) > 0 {
		if link != nil && in.Body.has(link.Key) {
			return in.create(meeting.BlockMissing, e.Location) // restored, or its removal undone
		}
		return foreignKey(in)
	}
	wish, text := in.wish()
	switch {
	case wish == meeting.NoWish:
		if link != nil && link.State == meeting.LinkWished {
			return end(in, meeting.BlockRemoved)
		}
		return nil
	case link != nil && link.State == meeting.LinkEnded && link.Location == e.Location:
		return nil // the keyword has acted on this text
	case e.Type != meeting.SingleInstance:
		return in.problem(meeting.ProblemSeries, text)
	case wish == meeting.PersonalRoom:
		return in.problem(meeting.ProblemPersonalRoom, text)
	case wish == meeting.Space:
		return in.problem(meeting.ProblemNoSpace, text)
	case in.Body.Foreign:
		return in.problem(meeting.ProblemForeignLink, text)
	}
	return in.create(meeting.ByKeyword, text)
}

// wish reads the keyword, or remembers it where our own sentence replaced it.
func (in Input) wish() (meeting.Wish, string) {
	if in.Account.KeywordsOff {
		return meeting.NoWish, ""
	}
	text := in.Event.Location
	if meeting.IsNotAdded(text) && in.Link != nil && in.Link.State == meeting.LinkWished {
		text = in.Link.Location
	}
	return in.Settings.Wish(text), text
}

// foreignKey plans for an event without a meeting whose block is another
// event's, or nobody's.
func foreignKey(in Input) []Action {
	switch {
	case in.Owner == nil && in.Found != nil && in.Event.Type == meeting.SingleInstance:
		return []Action{{Do: Relink, Reason: meeting.BlockKnownAgain}}
	case in.Owner == nil:
		return in.problem(meeting.ProblemUnknownBlock, in.Event.Location)
	case in.Owner.Mailbox != in.Account.ID && !in.copies():
		return nil // a key of another mailbox gives no right whatever
	case in.Event.Type == meeting.Occurrence || in.Event.Type == meeting.Exception:
		return nil // judged by its master
	case in.Event.Type != meeting.SingleInstance:
		return in.problem(meeting.ProblemSeries, in.Event.Location)
	case in.OwnerGone && in.Owner.Mailbox == in.Account.ID && in.Owner.State == meeting.LinkLinked:
		return []Action{{Do: Adopt, Reason: meeting.EventMoved}}
	}
	return in.create(meeting.EventCopied, in.Event.Location)
}

// copies reports whether the event is to have a meeting of its own though its
// block is another mailbox's: somebody copied an invitation and invited people.
func (in Input) copies() bool {
	return in.Settings.CopyReceived && len(in.Event.Attendees) > 0
}

// create plans a meeting of the event's own.
func (in Input) create(why meeting.Reason, text string) []Action {
	shape, ok := in.shape()
	switch {
	case !ok:
		return in.problem(meeting.ProblemTooLong, text)
	case in.Event.Type != meeting.SingleInstance:
		return in.problem(meeting.ProblemSeries, text)
	case in.Host.ID == "" && in.Authority == meeting.TenantWide:
		return in.problem(meeting.ProblemNoHost, text)
	case in.Host.ID == "":
		return in.problem(meeting.ProblemWebexNotLinked, text)
	case in.Host.State != meeting.GrantLive:
		return in.problem(meeting.ProblemSignedOut, text)
	}
	if l := in.Link; l != nil && l.State == meeting.LinkWished && refused(l.Problem) &&
		l.Grant == in.Host.ID && l.Refused.Equal(shape) {
		return in.problem(l.Problem, text) // tried again when the event, or the grant, changes
	}
	spec := meeting.MeetingSpec{Shape: notBefore(shape, in.Now), Site: in.Host.Site}
	return []Action{{Do: Create, Reason: why, Spec: spec, Wanted: shape, Goal: shape}}
}

func refused(p meeting.Reason) bool {
	return p == meeting.ProblemRefused || p == meeting.ProblemForbidden || p == meeting.ProblemUnseen
}

func (in Input) shape() (meeting.Shape, bool) {
	aliases := in.Host.Aliases
	if in.made() {
		aliases = in.Maker.Aliases
	}
	return meeting.ShapeOf(*in.Event, in.Account, aliases, in.Settings.PrivateTitle)
}

// made reports whether Link's meeting is Maker's.
func (in Input) made() bool {
	return in.Maker.ID != "" && in.Link != nil && in.Link.State != meeting.LinkWished && in.Link.Grant == in.Maker.ID
}

// notBefore moves a running event's meeting to the next minute, for ten
// minutes at the least: Webex refuses a start in the past.
func notBefore(s meeting.Shape, now time.Time) meeting.Shape {
	if s.Start.After(now) {
		return s
	}
	s.Start = now.UTC().Truncate(time.Minute).Add(time.Minute)
	if s.End.Sub(s.Start) < meeting.MinDuration {
		s.End = s.Start.Add(meeting.MinDuration)
	}
	return s
}

// problem stores a wish that cannot be met, and tells where the person looks
// if nobody else would be mailed.
func (in Input) problem(p meeting.Reason, text string) []Action {
	e, link := in.Event, in.Link
	var actions []Action
	if link == nil || link.State != meeting.LinkWished || link.Problem != p || link.Location != text {
		actions = append(actions, Action{Do: Note, Reason: p, State: meeting.LinkWished, Problem: p, Text: text})
	}
	told := meeting.NotAdded(in.PublicURL)
	if len(e.Attendees) == 0 && len(in.Body.Keys) == 0 && meeting.ReadWish(e.Location) != meeting.NoWish &&
		meeting.LocationIsOurs(e.Location) && e.Location != told {
		actions = append(actions, Action{Do: Show, Reason: p, Location: &told})
	}
	return actions
}
