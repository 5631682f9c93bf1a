package plan

import (
	"slices"
	"time"

	"webex-scheduler/internal/meeting"
)

// linked plans for an event that has a meeting: first whether it still should
// have it, then whether the meeting follows the event, then whether the event
// shows the meeting.
func linked(in Input) []Action {
	actions := last(shown(in))
	if in.series == nil {
		return actions
	}
	at, changes := len(actions), false
	for i, a := range actions {
		switch a.Do {
		case Note:
			if a.State == meeting.LinkEnded {
				return actions
			}
		case Reassign, Update, Invite:
			changes = true // the dates are planned for once it is known what that does to them
		case Wait:
			at = min(at, i) // that ends the turn
		}
	}
	if changes {
		return actions[:at]
	}
	dates, again := in.dates()
	return sooner(slices.Insert(actions, at, dates...), again)
}

// sooner has the turn end in a look at that time, at the latest; zero: need not.
func sooner(actions []Action, at time.Time) []Action {
	if at.IsZero() {
		return actions
	}
	for i, a := range actions {
		if a.Do == Wait {
			if a.At.After(at) && !a.Hold {
				actions[i].At, actions[i].Reason = at, meeting.WaitSecondRead
			}
			return actions
		}
	}
	return append(actions, Action{Do: Wait, Reason: meeting.WaitSecondRead, At: at})
}

// last puts off the wait for another look at the meeting: it ends the turn, and
// nothing else need wait for it.
func last(actions []Action) []Action {
	for i, a := range actions {
		if a.Do == Wait && a.Reason == meeting.WaitSecondRead {
			return append(slices.Delete(actions, i, i+1), a)
		}
	}
	return actions
}

// shown plans for the meeting and what the event shows of it.
func shown(in Input) []Action {
	e, link := in.Event, in.Link
	show := Action{Do: Show, Block: true}
	switch {
	case in.Body.has(link.Key):
		if in.Body.Damaged || !in.Body.Current {
			show.Reason = meeting.BlockDamaged
		}
	case len(in.Body.Keys) > 0:
		if in.Owner != nil && in.Owner.Mailbox != in.Account.ID && !in.copies() {
			return nil
		}
		if in.Owner != nil {
			show.Reason = meeting.EventCopied // somebody pasted over ours
		}
	case link.For != "": // from the pane, and the server's to write
		show.Reason = meeting.BlockMissing
	case asks(e.Location, link):
		// What was never shown need not wait, nor need the first repair wait for
		// the write that made the block.
		if at := lastWrite(link).Add(putBack); !link.ShownAt.IsZero() && len(link.BodyWrites) > 1 && at.After(in.Now) {
			return append(follow(in), Action{Do: Wait, Reason: meeting.WaitPutBack, At: at})
		}
		show.Reason = meeting.BlockMissing
	case e.IsDraft && !link.ShownAt.IsZero():
		return follow(in)
	case link.BareSince.IsZero():
		return []Action{
			{Do: Note, Reason: meeting.WaitSecondRead, State: link.State, Problem: link.Problem, Text: link.Location, Bare: true},
			{Do: Wait, Reason: meeting.WaitSecondRead, At: in.Now.Add(secondRead)},
		}
	case in.Now.Sub(link.BareSince) < secondRead:
		return []Action{{Do: Wait, Reason: meeting.WaitSecondRead, At: link.BareSince.Add(secondRead)}}
	default:
		return end(in, meeting.BlockRemoved)
	}

	actions := follow(in)
	switch {
	case show.Reason == "" && !in.Body.Damaged && len(in.Body.Keys) == 1:
		return append(actions, in.retire()...)
	case show.Reason == "":
		return actions
	case in.inPane() && (link.Removing() || show.Reason == meeting.BlockDamaged && !in.Body.Damaged):
		// Who has it open takes it out, or writes it.
		return append(actions, Action{Do: Wait, Reason: meeting.WaitPane, At: link.Asked.At.Add(paneWrites)})
	}
	if tooMany(link, in.Now) {
		if link.Problem == "" { // one problem at a time, or two would take turns
			actions = append(actions, in.note(meeting.ProblemTooManyWrites)...)
		}
		return actions
	}
	if link.Join.WebLink != "" && e.Location != link.Join.WebLink && meeting.LocationIsOurs(e.Location) {
		show.Location = &link.Join.WebLink
	}
	return append(actions, show)
}

// asks reports whether an event without a block still asks for its meeting by
// its location. Our own sentence stands there for a wish until the meeting is
// shown. A wish that was withdrawn while the meeting was made is none any more.
func asks(location string, link *meeting.Link) bool {
	return meeting.ReadWish(location) != meeting.NoWish || meeting.IsJoinLink(location) ||
		link.ShownAt.IsZero() && meeting.IsNotAdded(location)
}

// follow plans what the meeting lacks to be what the event says.
func follow(in Input) []Action {
	link, p := in.Link, in.series
	if link.Options.Room() {
		return in.solved() // nothing at Webex follows the event
	}
	if actions := in.reassign(); actions != nil {
		return actions
	}
	shape, ok := in.shape()
	switch {
	case ok && p != nil && p.Problem != "":
		shape = shape.At(link.Wanted)
	case ok && p != nil && p.Remake && p.Ask:
		return []Action{{Do: Expand, Reason: meeting.SeriesDates}}
	case ok && p != nil && p.Remake:
		shape = p.at(shape)
	case ok && p != nil:
		shape = shape.At(link.Wanted) // the series' own times are as they were made
	}
	if !ok {
		// What Webex can hold follows all the same, at the time that the meeting has.
		kept := link.Wanted
		if kept.Start.IsZero() { // a change of it was begun: it is set right
			kept = kept.At(link.Got)
			if !kept.End.After(in.Now) {
				return in.note(meeting.ProblemTooLong)
			}
		}
		shape = shape.At(kept)
	}
	var actions []Action
	if in.Seen != nil {
		if actions = merge(in, shape); in.Seen.Meeting == nil {
			return actions
		}
	}
	remake := ok && p != nil && p.Problem == "" && p.Remake
	wanted := link.Wanted
	if remake || p == nil {
		wanted = oneDate(link)
	}
	if wanted.Equal(shape) && !remake {
		switch {
		case p == nil && link.Rhythm.Once() && in.Event.Type == meeting.SingleInstance:
			// It repeats no more, and its meeting is as it should be.
			return append(actions, Action{Do: Hold, Reason: meeting.EventChanged, Wanted: wanted})
		case len(actions) > 0:
			return actions
		case !ok:
			return in.note(meeting.ProblemTooLong)
		case p != nil && p.Problem != "":
			return in.note(p.Problem)
		}
		return in.solved()
	}
	if p := in.blind(); p != "" {
		return in.waitForPerson(p)
	}
	if refused(link.Problem) && link.Refused.Equal(shape) {
		return nil
	}
	var patch meeting.MeetingPatch
	after := wanted
	if wanted.Title != shape.Title {
		patch.Title, after.Title = &shape.Title, shape.Title
	}
	var rhythm *meeting.Rhythm
	if !wanted.SameTime(shape) || remake {
		at := notBefore(shape, in.Now)
		patch.Start, patch.End, patch.Zone = &at.Start, &at.End, at.Zone
		if remake {
			rhythm = &p.Rhythm
		}
		if shape.Rule != "" || link.Wanted.Rule != "" || link.Rhythm != nil {
			patch.Rule = &shape.Rule
		}
		after = after.At(shape)
	}
	if patch != (meeting.MeetingPatch{}) {
		actions = append(actions, Action{Do: Update, Reason: meeting.EventChanged, Patch: patch, Wanted: after, Goal: shape, Rhythm: rhythm})
	}
	if !wanted.SameInvitees(shape) {
		add, remove := meeting.InviteeDiff(wanted.Invitees, shape.Invitees)
		after.Invitees = shape.Invitees
		actions = append(actions, Action{Do: Invite, Reason: meeting.EventChanged, Add: add, Remove: remove, Wanted: after, Goal: shape})
	}
	return actions
}

// oneDate is what the link's meeting is, as far as it is known: that of a series
// with one date within reach does not repeat at Webex, and departs with that date.
func oneDate(link *meeting.Link) meeting.Shape {
	shape, h := link.Wanted, link.Rhythm
	if h == nil || h.Rule != "" {
		return shape
	}
	slot, departs := h.Slots[h.Start]
	if !departs || slot.Gone {
		return shape
	}
	shape.Title, shape.Start, shape.End = slot.Title, slot.Start, slot.End
	if slot.Invitees != nil {
		shape.Invitees = append(slices.Clone(slot.Invitees), meeting.Invitee{Email: meeting.Unsure})
	}
	return shape
}

// blind tells why the meeting of Link cannot be touched: only the grant that
// made it sees it.
func (in Input) blind() meeting.Reason {
	switch {
	case in.made() && in.Maker.State == meeting.GrantLive:
		return ""
	case in.Host.ID == "" && in.Authority == meeting.TenantWide:
		return meeting.ProblemNoHost
	case in.Host.ID == "" || in.Host.State != meeting.GrantLive:
		return meeting.ProblemSignedOut
	case in.Host.ID != in.Link.Grant:
		return meeting.ProblemUnseen
	}
	return ""
}

// signedOutWait is how long work waits for a person before it is dropped;
// connecting again makes it due at once.
const signedOutWait = 30 * 24 * time.Hour

func (in Input) waitForPerson(p meeting.Reason) []Action {
	return append(in.note(p), Action{Do: Wait, Reason: meeting.WaitSignedOut, At: in.Now.Add(signedOutWait)})
}

// note stores a problem of a linked event, once.
func (in Input) note(p meeting.Reason) []Action {
	if in.Link.Problem == p {
		return nil
	}
	return []Action{{Do: Note, Reason: p, State: in.Link.State, Problem: p, Text: in.Link.Location}}
}

// solved clears a problem that is no more.
func (in Input) solved() []Action {
	switch {
	case in.hostKept():
		return in.note(meeting.ProblemHostKept)
	case in.Link.Problem == meeting.ProblemTooManyWrites && tooMany(in.Link, in.Now),
		in.Link.Problem.OfBothSides(), // stands until the next change
		in.Link.Problem != "" && in.askRefused():
		return nil
	}
	return in.note("")
}

func lastWrite(l *meeting.Link) time.Time {
	if n := len(l.BodyWrites); n > 0 {
		return l.BodyWrites[n-1]
	}
	return time.Time{}
}

// tooMany reports whether somebody else keeps undoing our writes.
func tooMany(l *meeting.Link, now time.Time) bool {
	hour, day := 0, 0
	for _, at := range l.BodyWrites {
		if now.Sub(at) < time.Hour {
			hour++
		}
		if now.Sub(at) < 24*time.Hour {
			day++
		}
	}
	return hour >= perHour || day >= perDay
}
