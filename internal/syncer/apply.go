package syncer

import (
	"context"
	"slices"
	"time"

	"webex-scheduler/internal/block"
	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// apply carries out one action and stores its result. again: the world is not
// what was planned for; plan once more. An error ends the round.
func (t *turn) apply(ctx context.Context, a plan.Action, in plan.Input) (out outcome, again bool, err error) {
	switch a.Do {
	case plan.Adopt:
		moved := *in.Owner
		moved.Event, moved.UpdatedAt = t.work.Event, t.Clock.Now()
		err = t.Store.MoveLink(ctx, t.claim, in.Owner.Event, moved)
		t.link = &moved
		return outcome{}, false, err
	case plan.Relink:
		if err := t.ensureLink(); err != nil {
			return outcome{}, false, err
		}
		t.link.Key, t.link.Location = in.Body.Keys[0], t.event.Location
		// Whatever differs from the event is brought in line by the next plan.
		t.linkTo(*in.Found, t.host.Host(), shapeOf(*in.Found, nil))
		t.link.Reason = a.Reason
		t.note()
		return outcome{}, false, t.save(ctx, "")
	case plan.Create:
		return t.create(ctx, a)
	case plan.Update:
		return t.update(ctx, a, in.Seen != nil)
	case plan.Invite:
		return t.invite(ctx, a)
	case plan.Show:
		return t.show(ctx, a)
	case plan.Delete:
		if err := t.webex.DeleteMeeting(ctx, t.made(), t.link.Meeting); err != nil {
			return t.keeps(ctx, err)
		}
		t.link.EndedAt = t.Clock.Now() // stored by the note that follows
		return outcome{}, false, nil
	case plan.Note:
		return outcome{}, false, t.store(ctx, a)
	case plan.Wait:
		return outcome{at: a.At, hold: a.Hold, reason: a.Reason}, false, nil
	}
	return outcome{}, false, errs.New(errs.Internal, "unknown action %q", a.Do)
}

// create writes the intent, makes the meeting under its tag and stores the
// link: at any instant a crash leaves either no meeting or a trace of it.
func (t *turn) create(ctx context.Context, a plan.Action) (outcome, bool, error) {
	nonce, err := t.newNonce()
	if err != nil {
		return outcome{}, false, err
	}
	now := t.Clock.Now()
	intent := meeting.Intent{
		Nonce: nonce, Mailbox: t.claim.Mailbox, Event: t.work.Event, Grant: t.host.ID, Host: t.host.HostEmail,
		Start: a.Spec.Start, End: a.Spec.End, MadeAt: now, LookAt: now.Add(lookAgain[0]),
	}
	if err := t.Store.SaveIntent(ctx, t.claim, intent); err != nil {
		return outcome{}, false, err
	}
	a.Spec.Tags = []string{nonceTag(nonce), t.eventTag(t.claim.Mailbox, t.work.Event)}
	m, err := t.webex.CreateMeeting(ctx, t.host.Host(), a.Spec)
	switch {
	case errs.Is(err, errs.Uncertain):
		return outcome{at: intent.LookAt, hold: true, reason: meeting.WaitLook, err: err}, false, nil
	case err != nil:
		// Known to have had no effect.
		if gone := t.Store.DeleteIntent(ctx, t.claim, nonce); gone != nil {
			return outcome{}, false, gone
		}
		if linkErr := t.ensureLink(); linkErr != nil {
			return outcome{}, false, linkErr
		}
		t.link.State, t.link.Location, t.link.Grant = meeting.LinkWished, wishText(t.link, t.event), t.host.ID
		t.note()
		return t.refused(ctx, err, a.Goal)
	}
	if err := t.ensureLink(); err != nil {
		return outcome{}, false, err
	}
	t.link.Location = wishText(t.link, t.event)
	t.linkTo(m, t.host.Host(), a.Wanted)
	t.link.Reason = a.Reason
	t.note()
	return outcome{}, false, t.save(ctx, nonce)
}

// wishText is the location text that the wish was read from: our own sentence
// may stand in its place.
func wishText(l *meeting.Link, e *meeting.Event) string {
	if meeting.IsNotAdded(e.Location) && l.Location != "" {
		return l.Location
	}
	return e.Location
}

// made says on whose behalf the link's meeting was made.
func (t *turn) made() meeting.Host { return meeting.Host{Grant: t.link.Grant, Email: t.link.Host} }

// aliases are the addresses of who holds the link's meeting.
func (t *turn) aliases() []string {
	if t.by.ID != "" && t.link.Grant == t.by.ID {
		return t.by.Aliases
	}
	return t.host.Aliases
}

// linkTo makes the link hold m, not shown in the event yet.
func (t *turn) linkTo(m meeting.Meeting, host meeting.Host, wanted meeting.Shape) {
	l := t.link
	l.State, l.Problem = meeting.LinkLinked, ""
	l.Meeting, l.Grant, l.Host, l.SiteURL, l.Join = m.ID, host.Grant, host.Email, m.SiteURL, m.Join
	l.Wanted, l.Got, l.Refused = wanted, shapeOf(m, wanted.Invitees), meeting.Shape{}
	l.ShownAt, l.BareSince = time.Time{}, time.Time{}
}

// shapeOf is the projection of a meeting as Webex answered. Invitees are never
// in that answer.
func shapeOf(m meeting.Meeting, invitees []meeting.Invitee) meeting.Shape {
	return meeting.Shape{Title: m.Title, Start: m.Start, End: m.End, Zone: "UTC", Invitees: invitees}
}

// update changes the meeting. looked: the plan rests on a look at the meeting,
// so that what it noted of both sides stands until the next change.
func (t *turn) update(ctx context.Context, a plan.Action, looked bool) (outcome, bool, error) {
	l, before := t.link, t.link.Wanted
	// What is begun is noted first: a crash, or an answer that is lost, must not
	// leave us believing that the meeting is as it was.
	if a.Patch.Title != nil {
		l.Wanted.Title = ""
	}
	if a.Patch.Start != nil {
		l.Wanted.Start, l.Wanted.End = time.Time{}, time.Time{}
	}
	if err := t.save(ctx, ""); err != nil {
		return outcome{}, false, err
	}
	m, err := t.webex.UpdateMeeting(ctx, t.made(), l.Meeting, a.Patch)
	if err != nil {
		if !errs.Is(err, errs.Uncertain) {
			l.Wanted = before
		}
		return t.refused(ctx, err, a.Goal)
	}
	l.Replaced, l.WroteAt = l.Got, t.Clock.Now()
	if a.Patch.Title != nil {
		l.Wanted.Title = a.Wanted.Title
	}
	if a.Patch.Start != nil {
		l.Wanted = l.Wanted.At(a.Wanted)
	}
	l.Got, l.Refused = shapeOf(m, l.Got.Invitees), meeting.Shape{}
	if !looked || l.Problem != meeting.ProblemBothChanged {
		l.Problem = ""
	}
	if m.Join.WebLink != "" {
		l.Join = m.Join
	}
	return outcome{}, false, t.save(ctx, "")
}

func (t *turn) invite(ctx context.Context, a plan.Action) (outcome, bool, error) {
	// As for update: until all is done nobody knows who is invited.
	unsure := append(slices.Clone(t.link.Wanted.Invitees), a.Add...)
	t.link.Wanted.Invitees = append(unsure, meeting.Invitee{Email: meeting.Unsure})
	if err := t.save(ctx, ""); err != nil {
		return outcome{}, false, err
	}
	if len(a.Remove) > 0 {
		there, err := t.webex.Invitees(ctx, t.made(), t.link.Meeting)
		if err != nil {
			return t.refused(ctx, err, a.Goal)
		}
		for _, invitee := range there {
			if !slices.ContainsFunc(a.Remove, func(r meeting.Invitee) bool { return r.Email == invitee.Email }) {
				continue
			}
			if err := t.webex.RemoveInvitee(ctx, t.made(), invitee.ID); err != nil {
				return t.refused(ctx, err, a.Goal)
			}
		}
	}
	if len(a.Add) > 0 {
		if err := t.webex.AddInvitees(ctx, t.made(), t.link.Meeting, a.Add); err != nil {
			return t.refused(ctx, err, a.Goal)
		}
	}
	l := t.link
	l.Wanted.Invitees, l.Got.Invitees = a.Wanted.Invitees, a.Wanted.Invitees
	l.Problem, l.Refused = "", meeting.Shape{}
	return outcome{}, false, t.save(ctx, "")
}

// show writes block and location in one PATCH, since each one mails the
// attendees, and only onto the event that was planned for.
func (t *turn) show(ctx context.Context, a plan.Action) (outcome, bool, error) {
	patch := meeting.EventPatch{Location: a.Location, Subject: a.Subject, Start: a.Start, End: a.End}
	if a.Start != nil {
		patch.Zone = t.event.Zone
	}
	switch {
	case a.Block:
		if body, changed := block.Put(t.event.Body, t.content()); changed {
			patch.Body = &body
		}
	case a.Unblock:
		if body, changed := block.Remove(t.event.Body); changed {
			patch.Body = &body
		}
	}
	now := t.Clock.Now()
	if patch != (meeting.EventPatch{}) {
		if err := t.holds(); err != nil {
			return t.failed(err), false, nil
		}
		e, err := t.Calendar.WriteEvent(ctx, t.claim.Mailbox, t.work.Event, t.event.ETag, patch)
		switch {
		case errs.Is(err, errs.Conflict):
			return t.reread(ctx)
		case errs.Is(err, errs.Uncertain):
			return outcome{at: now.Add(t.backoff(t.work.Attempts + 1)), reason: meeting.WaitUnavailable, err: err}, false, nil
		case err != nil:
			return t.failed(err), false, nil
		}
		t.event = &e
	}
	if t.link == nil {
		return outcome{}, false, nil
	}
	if patch.Body != nil {
		recent := slices.DeleteFunc(t.link.BodyWrites, func(at time.Time) bool { return now.Sub(at) > 24*time.Hour })
		t.link.BodyWrites = append(recent, now)
	}
	if a.Block {
		t.link.ShownAt, t.link.BareSince = now, time.Time{}
		if t.link.Problem == meeting.ProblemTooManyWrites {
			t.link.Problem = ""
		}
	}
	if a.Subject != nil || a.Start != nil {
		// What came from Webex is agreed on now.
		if shape, ok := meeting.ShapeOf(*t.event, t.account, t.aliases(), t.settings.PrivateTitle); ok {
			if a.Subject != nil {
				t.link.Wanted.Title, t.link.Got.Title = shape.Title, shape.Title
			}
			if a.Start != nil {
				t.link.Wanted = t.link.Wanted.At(shape)
				t.link.Got.Start, t.link.Got.End = shape.Start, shape.End
			}
		}
	}
	t.note()
	return outcome{}, false, t.save(ctx, "")
}

// reread fetches the event that somebody changed while we wrote.
func (t *turn) reread(ctx context.Context) (outcome, bool, error) {
	t.did = append(t.did, "reread")
	seen, err := t.Calendar.Events(ctx, t.claim.Mailbox, []meeting.EventID{t.work.Event})
	if err != nil {
		return t.failed(err), false, nil
	}
	if seen[0].Err != nil {
		return outcome{at: t.Clock.Now().Add(t.backoff(t.work.Attempts + 1)), reason: meeting.OverwrittenElsewhere, err: seen[0].Err}, false, nil
	}
	t.event = seen[0].Event
	return outcome{}, true, nil
}

// store carries out a Note.
func (t *turn) store(ctx context.Context, a plan.Action) error {
	if err := t.ensureLink(); err != nil {
		return err
	}
	l := t.link
	l.State, l.Reason, l.Problem, l.Location = a.State, a.Reason, a.Problem, a.Text
	switch {
	case a.State == meeting.LinkEnded:
		l.Meeting, l.Join, l.BareSince, l.ShownAt = "", meeting.Join{}, time.Time{}, time.Time{}
	case a.Bare:
		l.BareSince = t.Clock.Now()
	}
	if t.event != nil {
		t.note()
	}
	return t.save(ctx, "")
}
