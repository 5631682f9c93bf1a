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
		if err = t.adopt(ctx, *a.Link); err == nil {
			err = t.hosts(ctx)
		}
		return outcome{}, true, err
	case plan.Relink:
		if err := t.ensureLink(); err != nil {
			return outcome{}, false, err
		}
		invited, err := t.invited(ctx, t.host.Host(), in.Found.ID)
		if err != nil {
			return t.failed(err), false, nil
		}
		t.link.Key, t.link.Location = in.Body.Keys[0], t.event.Location
		// Whatever differs from the event is brought in line by the next plan.
		t.linkTo(*in.Found, t.host.Host(), shapeOf(*in.Found, invited))
		t.link.Reason = a.Reason
		t.note()
		return outcome{}, false, t.save(ctx, "")
	case plan.Create:
		return t.create(ctx, a)
	case plan.Reassign:
		return t.reassign(ctx)
	case plan.Update:
		return t.update(ctx, a, in.Seen != nil)
	case plan.Invite:
		return t.invite(ctx, a)
	case plan.Show:
		if a.Date != nil {
			return t.showDate(ctx, a)
		}
		return t.show(ctx, a)
	case plan.Expand:
		return t.expand(ctx)
	case plan.List:
		return t.verify(ctx, in)
	case plan.Change:
		return t.change(ctx, a.Step)
	case plan.Bring:
		return t.bring(ctx, a)
	case plan.Take:
		return outcome{}, false, t.take(ctx, a)
	case plan.Hold:
		if a.Rhythm == nil {
			return outcome{}, false, t.once(ctx, a)
		}
		return outcome{}, false, t.hold(ctx, *a.Rhythm)
	case plan.Delete:
		return t.remove(ctx)
	case plan.Room:
		return t.room(ctx, a)
	case plan.Retire:
		return t.retire(ctx, a.Former)
	case plan.Serve:
		return outcome{}, false, t.serve(ctx, a)
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
	preferred, err := t.preferred(ctx)
	if err != nil {
		return outcome{}, false, err
	}
	now := t.Clock.Now()
	intent := meeting.Intent{
		Nonce: nonce, Mailbox: t.claim.Mailbox, Event: t.work.Event, Grant: t.host.ID, Host: t.host.HostEmail,
		Start: a.Spec.Start, End: a.Spec.End, MadeAt: now, LookAt: now.Add(lookAgain[0]),
	}
	t.intended = true
	if err := t.Store.SaveIntent(ctx, t.claim, intent); err != nil {
		return outcome{}, false, err
	}
	a.Spec.Tags = []string{nonceTag(nonce), t.eventTag(t.claim.Mailbox, t.work.Event)}
	t.created = &intent
	m, err := t.makeMeeting(ctx, &a.Spec, preferred)
	switch {
	case errs.Is(err, errs.Uncertain):
		return outcome{at: intent.LookAt, hold: true, reason: meeting.WaitLook, err: err}, false, nil
	case err != nil:
		// Known to have had no effect.
		t.created = nil
		if gone := t.Store.DeleteIntent(ctx, t.claim, nonce); gone != nil {
			return outcome{}, false, gone
		}
		if linkErr := t.ensureLink(); linkErr != nil {
			return outcome{}, false, linkErr
		}
		t.link.State, t.link.Location, t.link.Grant = meeting.LinkWished, wishText(t.link, t.event), t.host.ID
		t.link.Rhythm = nil
		if problemOf(err) == meeting.ProblemTrackingCode && !t.work.Event.IsDraft() {
			t.link.Options.TrackingCodes = preferred // with others it is worth another try
		}
		t.note()
		return t.refused(ctx, err, a.Goal)
	}
	if err := t.ensureLink(); err != nil {
		return outcome{}, false, err
	}
	t.link.Location = wishText(t.link, t.event)
	t.link.Options = a.Spec.Options
	t.linkTo(m, t.host.Host(), a.Wanted)
	t.link.Reason, t.link.Rhythm = a.Reason, a.Rhythm
	if a.Rhythm != nil {
		t.link.WroteAt = now // its dates may not be listed yet
	}
	t.note()
	if err := t.markSingles(ctx, nil, a.Rhythm); err != nil {
		return outcome{}, false, err
	}
	if err := t.save(ctx, nonce); err != nil {
		return outcome{}, false, err
	}
	t.created = nil
	return outcome{}, false, nil
}

// wishText is the location text that the wish was read from: our own sentence
// may stand in its place.
func wishText(l *meeting.Link, e *meeting.Event) string {
	if e == nil || meeting.IsNotAdded(e.Location) && l.Location != "" {
		return l.Location
	}
	return e.Location
}

// made says on whose behalf the link's meeting was made.
func (t *turn) made() meeting.Host { return meeting.Host{Grant: t.link.Grant, Email: t.link.Host} }

// aliases are the addresses of who holds the link's meeting.
func (t *turn) aliases() []string {
	switch l := t.link; {
	case t.by.ID != "" && l.Grant == t.by.ID:
		return t.by.Aliases
	case l.HostKept != "" && l.HostKept == t.host.HostEmail && l.Host != l.HostKept:
		return []string{l.Host}
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
	l.HostKept, l.Moving = "", ""
}

// invited reads whom a meeting invites that was made without our seeing the
// answer: the event may invite others by now.
func (t *turn) invited(ctx context.Context, host meeting.Host, id meeting.MeetingID) ([]meeting.Invitee, error) {
	there, err := t.webex.Invitees(ctx, host, id)
	if err != nil {
		return nil, err
	}
	var list []meeting.Invitee
	for _, i := range there {
		if !t.account.Has(i.Email) && !slices.Contains(t.host.Aliases, i.Email) {
			list = append(list, meeting.Invitee{Email: i.Email, CoHost: i.CoHost})
		}
	}
	return list, nil
}

// shapeOf is the projection of a meeting as Webex answered. Invitees are never
// in that answer.
func shapeOf(m meeting.Meeting, invitees []meeting.Invitee) meeting.Shape {
	return meeting.Shape{Title: m.Title, Start: m.Start, End: m.End, Zone: "UTC", Invitees: invitees, Rule: m.Rule}
}

// update changes the meeting. looked: the plan rests on a look at the meeting,
// so that what it noted of both sides stands until the next change.
func (t *turn) update(ctx context.Context, a plan.Action, looked bool) (outcome, bool, error) {
	if err := t.suspect(ctx); err != nil {
		return outcome{}, false, err
	}
	l, before := t.link, t.link.Wanted
	// What is begun is noted first: a crash, or an answer that is lost, must not
	// leave us believing that the meeting is as it was.
	if a.Patch.Title != nil {
		l.Wanted.Title = ""
	}
	rhythm := l.Rhythm
	if a.Patch.Start != nil {
		l.Wanted.Start, l.Wanted.End = time.Time{}, time.Time{}
		l.Rhythm = rhythm.Begun()
	}
	if err := t.save(ctx, ""); err != nil {
		return outcome{}, false, err
	}
	m, err := t.webex.UpdateMeeting(ctx, t.made(), l.Meeting, a.Patch)
	if err != nil {
		if !errs.Is(err, errs.Uncertain) {
			l.Wanted, l.Rhythm = before, rhythm
		}
		return t.refused(ctx, err, a.Goal)
	}
	if o := a.Patch.Options; o != nil {
		l.Options = l.Options.With(*o)
	}
	l.WroteAt = t.Clock.Now()
	t.agree(a.Patch.Title != nil, a.Patch.Start != nil)
	if a.Patch.Title != nil {
		l.Wanted.Title, l.Rhythm = a.Wanted.Title, l.Rhythm.Renamed().Single(func(s *meeting.Slot) { s.Title = a.Wanted.Title })
	}
	if a.Patch.Start != nil {
		l.Wanted = l.Wanted.At(a.Wanted)
		l.Rhythm = a.Rhythm
	}
	if err := t.answered(ctx, a.Patch, m); err != nil {
		return outcome{}, false, err
	}
	l.Refused = meeting.Shape{}
	if !looked || !l.Problem.OfBothSides() {
		l.Problem = ""
	}
	if m.Join.WebLink != "" {
		l.Join = m.Join
	}
	t.note()
	if err := t.markSingles(ctx, rhythm, l.Rhythm); err != nil {
		return outcome{}, false, err
	}
	return outcome{}, false, t.save(ctx, "")
}

// answered takes in what the answer to a change shows of the meeting. What was
// not sent and is otherwise all the same was changed in Webex: that is no
// agreement, but a reason to look.
func (t *turn) answered(ctx context.Context, patch meeting.MeetingPatch, m meeting.Meeting) error {
	l := t.link
	got := shapeOf(m, l.Got.Invitees)
	changed := patch.Title == nil && got.Title != l.Got.Title
	if patch.Title == nil {
		got.Title = l.Got.Title
	}
	if patch.Start == nil && l.Rhythm == nil { // of a series Webex shows some date's
		changed = changed || !got.Start.Equal(l.Got.Start) || !got.End.Equal(l.Got.End)
		got.Start, got.End = l.Got.Start, l.Got.End
	}
	l.Got = got
	if !changed {
		return nil
	}
	return t.lookLater(ctx)
}

// lookLater has the meeting looked at: somebody seems to have changed it in Webex.
func (t *turn) lookLater(ctx context.Context) error {
	until := t.Clock.Now().Add(glanceFor)
	return t.Store.Mark(ctx, []meeting.Mark{{Mailbox: t.claim.Mailbox, Event: t.work.Event, Webex: until, After: until}})
}

func (t *turn) invite(ctx context.Context, a plan.Action) (outcome, bool, error) {
	if err := t.suspect(ctx); err != nil {
		return outcome{}, false, err
	}
	// As for update: until all is done nobody knows who is invited.
	unsure := append(slices.Clone(t.link.Wanted.Invitees), a.Add...)
	t.link.Wanted.Invitees = append(unsure, meeting.Invitee{Email: meeting.Unsure})
	if err := t.save(ctx, ""); err != nil {
		return outcome{}, false, err
	}
	if len(a.Remove) > 0 || t.confirms {
		there, err := t.webex.Invitees(ctx, t.made(), t.link.Meeting)
		if err != nil {
			return t.refused(ctx, err, a.Goal)
		}
		for _, invitee := range there {
			if !t.goes(invitee, a) {
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
	l.Rhythm = l.Rhythm.Invited().Single(func(s *meeting.Slot) { s.Invitees = nil })
	return outcome{}, false, t.save(ctx, "")
}

// goes reports whether somebody invited is to be taken off. Whom a late write
// invited nobody knows any more: then everybody goes whom the event does not name.
func (t *turn) goes(there meeting.Invitee, a plan.Action) bool {
	in := func(list []meeting.Invitee) bool {
		return slices.ContainsFunc(list, func(i meeting.Invitee) bool { return i.Email == there.Email })
	}
	host := t.account.Has(there.Email) || slices.Contains(t.aliases(), there.Email)
	return in(a.Remove) || t.confirms && !host && !in(a.Wanted.Invitees)
}

// remove deletes the meeting. What is begun is noted first, as for update: a
// meeting is not kept whose deletion may have arrived, or arrive late.
func (t *turn) remove(ctx context.Context) (outcome, bool, error) {
	l, before := t.link, t.link.State
	l.State = meeting.LinkEnding
	if err := t.save(ctx, ""); err != nil {
		return outcome{}, false, err
	}
	if err := t.webex.DeleteMeeting(ctx, t.made(), l.Meeting); err != nil {
		if !errs.Is(err, errs.Uncertain) {
			l.State = before
		}
		return t.keeps(ctx, err)
	}
	l.EndedAt = t.Clock.Now() // stored by the note that follows
	return outcome{}, false, nil
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
		if err := t.renamed(ctx, e.ID); err != nil {
			return outcome{}, false, err
		}
		t.event = &e
		if t.series != nil && patch.Body != nil && (len(t.series.Exceptions) > 0 || t.link != nil && t.link.Rhythm != nil && !t.link.Rhythm.Told) {
			t.series = nil // its exceptions may have the new text, or not, and some may be new
		} else if t.series != nil {
			t.series.Master = e
		}
	}
	if t.link == nil {
		return outcome{}, false, nil
	}
	if patch.Body != nil && a.Block { // what a person asked for is no quarrel with another product
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
		if err := t.tellSingles(ctx); err != nil {
			return outcome{}, false, err
		}
		// What came from Webex is agreed on now.
		if shape, ok := meeting.ShapeOf(*t.event, t.account, t.aliases(), t.settings.PrivateTitle); ok {
			t.agree(a.Subject != nil, a.Start != nil)
			if a.Subject != nil {
				t.link.Wanted.Title, t.link.Got.Title = shape.Title, *a.Subject
			}
			if a.Start != nil {
				t.link.Wanted = t.link.Wanted.At(shape)
				t.link.Got.Start, t.link.Got.End = *a.Start, *a.End
			}
		}
	}
	t.note()
	return outcome{}, false, t.save(ctx, "")
}

// showDate writes the block into, or takes it out of, one date of the series that
// keeps a text of its own.
func (t *turn) showDate(ctx context.Context, a plan.Action) (outcome, bool, error) {
	body, changed := block.Remove(a.Date.Body)
	if a.Block {
		body, changed = block.Put(a.Date.Body, t.content())
	}
	if !changed {
		return outcome{}, false, nil
	}
	if err := t.holds(); err != nil {
		return t.failed(err), false, nil
	}
	_, err := t.Calendar.WriteEvent(ctx, t.claim.Mailbox, a.Date.ID, a.Date.ETag, meeting.EventPatch{Body: &body})
	switch {
	case errs.Is(err, errs.Conflict), errs.Is(err, errs.NotFound):
		t.series = nil // somebody changed it
		return outcome{}, true, nil
	case errs.Is(err, errs.Uncertain):
		return outcome{at: t.Clock.Now().Add(t.backoff(t.work.Attempts + 1)), reason: meeting.WaitUnavailable, err: err}, false, nil
	case err != nil:
		return t.failed(err), false, nil
	}
	t.series = nil // as it is now it is read before anything else is done
	return outcome{}, false, nil
}

// renamed gives the link to the id that its event has since it was written: a
// date of a series may get another when it is first changed.
func (t *turn) renamed(ctx context.Context, id meeting.EventID) error {
	if t.link == nil || id == "" || id == t.link.Event || t.link.UpdatedAt.IsZero() {
		return nil
	}
	from := t.link.Event
	t.link.Event = id
	return t.Store.MoveLink(ctx, t.claim, from, *t.link)
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
	t.event, t.series = seen[0].Event, nil
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
		l.Served, l.Former = l.Asked.Revision, nil // whatever was asked is past
		if !l.Event.IsDraft() {
			l.For = ""
		}
		if l.Asked.Remove {
			l.Removed = l.Asked.Revision
		}
		l.Meeting, l.Join, l.BareSince, l.ShownAt = "", meeting.Join{}, time.Time{}, time.Time{}
		l.HostKept, l.Moving = "", ""
		if err := t.markSingles(ctx, l.Rhythm, nil); err != nil {
			return err
		}
		l.Rhythm = nil
	case a.Bare:
		l.BareSince = t.Clock.Now()
	}
	t.note()
	return t.save(ctx, "")
}
