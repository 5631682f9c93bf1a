package plan

import (
	"time"

	"webex-scheduler/internal/meeting"
)

const (
	// unboundLife is how long a meeting asked for in the pane waits for its event.
	unboundLife = 48 * time.Hour
	// draftLook is when to look again for what is about to be there.
	draftLook = 10 * time.Second
)

// bind plans for a meeting from the pane that belongs to this event: its block is
// there, or its link in the location, or it was asked for this event and nobody
// else is about to write it.
// Binding writes nothing to the event.
func (in Input) bind() []Action {
	d, e := in.Draft, in.Event
	if d == nil {
		return nil
	}
	located := d.State == meeting.LinkLinked && d.Join.WebLink != "" && e.Location == d.Join.WebLink
	shown := in.Body.has(d.Key) || located && !d.Options.Room()
	switch {
	case shown && d.State != meeting.LinkLinked: // how it was made, or that it is gone, is about to be stored
		return []Action{{Do: Wait, Reason: meeting.WaitDraft, At: in.Now.Add(draftLook)}}
	case d.State != meeting.LinkLinked, d.Asked.Remove && !shown:
		return nil
	case !shown && d.Open && (!in.wishes() || frozen(e)):
		return nil // the pane writes it
	case !shown && frozen(e) && in.Link != nil && in.Link.State == meeting.LinkLinked && in.Body.has(in.Link.Key):
		return nil // what it shows is what people are about to be sent
	}
	return []Action{{Do: Adopt, Reason: meeting.DraftBound, Link: d}}
}

// wishes reports whether the location asks for a meeting, and may get one.
func (in Input) wishes() bool {
	wish, _ := in.wish()
	return wish != meeting.NoWish && wish != meeting.Space && !in.Body.Foreign
}

// frozen reports whether the invitation is not sent yet.
func frozen(e *meeting.Event) bool { return e.IsDraft && len(e.Attendees) > 0 }

// Draft plans for a meeting that was asked for in the pane and whose event was
// not seen yet.
func Draft(in Input) []Action {
	d := in.Link
	switch {
	case d.State == meeting.LinkEnded && d.Asks():
		return []Action{in.serve(nil, "")}
	case d.State == meeting.LinkEnded:
		return nil
	case d.State == meeting.LinkEnding:
		why := meeting.DraftUnused
		if d.Removing() {
			why = meeting.RemovedInPane
		}
		return end(in, why)
	case d.State == meeting.LinkWished:
		return in.make()
	case d.Removing():
		return end(in, meeting.RemovedInPane)
	}
	if actions := in.answer(); actions != nil {
		return actions
	}
	return in.unused()
}

// ended is the note that ends a link without doing anything.
func ended(why, problem meeting.Reason) Action {
	return Action{Do: Note, Reason: why, State: meeting.LinkEnded, Problem: problem}
}

// make plans the draft's meeting. What hinders for good ends the draft: the
// person is there, and is told.
func (in Input) make() []Action {
	d := in.Link
	fail := func(p meeting.Reason) []Action { return []Action{ended(p, p)} }
	switch {
	case d.Asks() && d.Asked.Remove:
		return []Action{ended(meeting.RemovedInPane, "")}
	case d.Asks():
		return in.answer()
	case d.Problem != "":
		return fail(d.Problem)
	case !d.Ends.After(in.Now):
		return fail(meeting.ProblemPast)
	case old(d, in.Now):
		return []Action{ended(meeting.DraftUnused, "")}
	case in.Settings.DryRun:
		return fail(meeting.WaitDryRun)
	case in.hostless() != "":
		return fail(in.hostless())
	case d.Options.Room():
		return []Action{{Do: Room, Reason: meeting.ByPane}}
	}
	shape := d.Wanted.WithCoHosts(d.Options, in.Host.Aliases)
	if shape.End.Sub(shape.Start) > meeting.MaxDuration {
		return fail(meeting.ProblemTooLong)
	}
	spec := meeting.MeetingSpec{Shape: notBefore(shape, in.Now), Site: in.Host.Site, Options: d.Options}
	return []Action{{Do: Create, Reason: meeting.ByPane, Spec: spec, Wanted: shape, Goal: shape}}
}

func old(d *meeting.Link, now time.Time) bool { return now.Sub(d.CreatedAt) >= unboundLife }

// Unused reports whether the draft waited for its event long enough, through a
// whole sweep of the mailbox: then it goes, unless a marked event was not read
// yet, or somebody joined. Until then it waits even if the time is over that the
// form showed: the form may have been moved since, and sent.
func Unused(in Input) bool {
	d := in.Link
	return d.State == meeting.LinkLinked && old(d, in.Now) && !in.SweptAt.Before(d.CreatedAt.Add(unboundLife))
}

func (in Input) unused() []Action {
	switch {
	case !Unused(in):
		return nil // a sweep marks it
	case in.Unread:
		return []Action{{Do: Wait, Reason: meeting.WaitDraft, At: in.Now.Add(time.Minute)}}
	case !in.Link.Ends.After(in.Now):
		return []Action{ended(meeting.EventOver, "")}
	case in.Joined:
		return []Action{ended(meeting.DraftUnused, "")}
	}
	return end(in, meeting.DraftUnused)
}

// DraftDue reports whether a sweep has to have the draft looked at.
func DraftDue(d meeting.Link, now time.Time) bool {
	return d.State != meeting.LinkLinked || d.Asks() || old(&d, now)
}
