package syncer

import (
	"context"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// reload reads what the turn stands on anew, where others of the same bite may
// have changed it: drafts go to their events.
func (t *turn) reload(ctx context.Context) error {
	if !t.stale && !t.work.Event.IsDraft() && len(t.drafts) == 0 {
		return nil
	}
	links, err := t.Store.Links(ctx, t.claim.Mailbox, []meeting.EventID{t.work.Event})
	if err != nil {
		return err
	}
	t.find(links)
	return nil
}

// find picks from links the event's own, and the drafts that are for it.
func (t *turn) find(links []meeting.Link) {
	t.link, t.drafts, t.was = nil, nil, meeting.Link{}
	for i := range links {
		switch l := &links[i]; {
		case l.Event == t.work.Event:
			t.link, t.was = l, *l
		case l.Event.IsDraft() && l.For == t.work.Event && l.State != meeting.LinkEnded:
			t.drafts = append(t.drafts, *l)
		}
	}
}

// draft is the turn of a meeting that was asked for in the pane and whose event
// was not seen yet. No calendar is read for it.
func (t *turn) draft(ctx context.Context) (outcome, error) {
	t.work.Deleted, t.work.Missing = false, false // it is no event
	if out, done, err := t.look(ctx); done || err != nil {
		return out, err
	}
	if t.link == nil {
		return outcome{reason: meeting.NothingToDo}, t.passOn(ctx)
	}
	if !t.work.Late.After(t.Clock.Now()) {
		t.work.Late = time.Time{} // nothing is doubted: only what it is tells what it should be
	}
	if err := t.hosts(ctx); err != nil {
		return outcome{}, err
	}
	out, err := t.carryOut(ctx, t.draftInput, plan.Draft)
	if err == nil && t.link.For != "" && t.link.State != meeting.LinkWished {
		// Its event waits for it, or has to do without.
		err = t.Store.Mark(ctx, []meeting.Mark{{Mailbox: t.claim.Mailbox, Event: t.link.For, Urgent: t.work.Urgent}})
	}
	return out, err
}

// passOn marks the event that the draft was bound to meanwhile, if something was
// asked while it was still a draft.
func (t *turn) passOn(ctx context.Context) error {
	key := strings.TrimPrefix(string(t.work.Event), string(meeting.DraftEvent("")))
	bound, err := t.Store.LinkByKey(ctx, meeting.LinkKey(key))
	if errs.Is(err, errs.NotFound) || err == nil && (bound.Mailbox != t.claim.Mailbox || !bound.Asks()) {
		return nil
	}
	if err != nil {
		return err
	}
	return t.Store.Mark(ctx, []meeting.Mark{{Mailbox: t.claim.Mailbox, Event: bound.Event, Urgent: true}})
}

// draftInput gathers what plan has to know of a draft.
func (t *turn) draftInput(ctx context.Context) (in plan.Input, out outcome, err error) {
	in = t.standing()
	in.SweptAt = t.claim.SweptAt
	if !plan.Unused(in) {
		return in, outcome{}, nil
	}
	if in.Unread, err = t.Store.Unread(ctx, t.claim.Mailbox); err != nil || in.Unread || t.link.Meeting == "" {
		return in, outcome{}, err
	}
	in.Joined, err = t.webex.Joined(ctx, t.made(), t.link.Meeting)
	switch {
	case errs.Is(err, errs.NotFound): // it is gone: so be it
		return in, outcome{}, nil
	case errs.Is(err, errs.Forbidden), errs.Is(err, errs.Invalid):
		in.Joined = true // nothing is deleted because something cannot be read
		return in, outcome{}, nil
	case err != nil:
		return in, t.failed(err), nil
	}
	return in, outcome{}, nil
}

// located finds drafts whose link is the event's location: of what the pane wrote
// a person took out the rest.
func (t *turn) located(ctx context.Context) (drafts []meeting.Link, err error) {
	at := t.event.Location
	if !meeting.IsJoinLink(at) || t.link != nil && t.link.Join.WebLink == at {
		return nil, nil
	}
	all, err := t.Store.Drafts(ctx, t.claim.Mailbox)
	for _, d := range all {
		if d.Join.WebLink == at && !d.Options.Room() {
			drafts = append(drafts, d)
		}
	}
	return drafts, err
}

// candidate picks the draft that belongs to the event: the newest that is shown,
// else the newest that is for it, unless the event has a newer one from the pane.
func (t *turn) candidate(shown []meeting.Link) *meeting.Link {
	newest := func(list []meeting.Link) (best *meeting.Link) {
		for i := range list {
			if best == nil || list[i].CreatedAt.After(best.CreatedAt) {
				best = &list[i]
			}
		}
		return best
	}
	if d := newest(shown); d != nil {
		return d
	}
	d := newest(t.drafts)
	if l := t.link; d != nil && l != nil && l.State == meeting.LinkLinked && l.ClientKey != "" && !d.CreatedAt.After(l.CreatedAt) {
		return nil
	}
	return d
}

// adopt gives the link, whose event is gone or was not seen yet, to this event.
// A meeting that the event had before goes later, when the new one is seen alone.
func (t *turn) adopt(ctx context.Context, link meeting.Link) error {
	from, had := link.Event, t.link
	link.Event, link.UpdatedAt = t.work.Event, t.Clock.Now()
	if from.IsDraft() {
		// Until it is shown it is the server that has to write it.
		link.For, link.Open, link.Reason = t.work.Event, false, meeting.DraftBound
		link.Location = t.event.Location // a keyword in it is met
	}
	if had != nil {
		link.BodyWrites = append(slices.Clone(had.BodyWrites), link.BodyWrites...)
		link.Former = append(link.Former, had.Former...)
		if had.Meeting != "" && (had.State == meeting.LinkLinked || had.State == meeting.LinkEnding) {
			link.Former = append(link.Former, meeting.Former{Meeting: had.Meeting, Grant: had.Grant, Host: had.Host})
		}
	}
	t.link, t.was = &link, link
	t.note()
	return t.Store.MoveLink(ctx, t.claim, from, link)
}

// retire deletes a meeting that the event had before. What refuses for good is
// let be: the event does not show it.
func (t *turn) retire(ctx context.Context, former meeting.Former) (outcome, bool, error) {
	host := meeting.Host{Grant: former.Grant, Email: former.Host}
	if same, err := t.actsFor(ctx, host); err != nil {
		return outcome{}, false, err
	} else if same {
		host = t.host.Host()
	}
	err := t.webex.DeleteMeeting(ctx, host, former.Meeting)
	switch {
	case errs.Is(err, errs.Forbidden), errs.Is(err, errs.Invalid), errs.Is(err, errs.Conflict), errs.Is(err, errs.NotFound), errs.Is(err, errs.Gone):
		t.refusal = err
	case err != nil:
		return t.failed(err), false, nil
	}
	var left []meeting.Former
	for _, f := range t.link.Former {
		if f != former {
			left = append(left, f)
		}
	}
	t.link.Former = left
	return outcome{}, false, t.save(ctx, "")
}

// room gives the link the host's Personal Room: nothing is made at Webex.
func (t *turn) room(ctx context.Context, a plan.Action) (outcome, bool, error) {
	if err := t.ensureLink(); err != nil {
		return outcome{}, false, err
	}
	l := t.link
	l.Location = wishText(l, t.event)
	m, err := t.webex.Room(ctx, t.host.Host())
	switch {
	case errs.Is(err, errs.NotFound), errs.Is(err, errs.Forbidden), errs.Is(err, errs.Invalid):
		t.refusal = err
		l.State, l.Problem, l.Grant = meeting.LinkWished, meeting.ProblemPersonalRoom, t.host.ID
		t.note()
		return outcome{}, true, t.save(ctx, "")
	case err != nil:
		t.note()
		return t.refused(ctx, err, meeting.Shape{})
	}
	m.ID = ""
	t.linkTo(m, t.host.Host(), l.Wanted)
	l.Options = meeting.Options{Kind: meeting.RoomKind, LeaveOutPassword: l.Options.LeaveOutPassword && l.Options.Room()}
	l.Reason = a.Reason
	t.note()
	return outcome{}, false, t.save(ctx, "")
}

// serve answers what was asked.
func (t *turn) serve(ctx context.Context, a plan.Action) error {
	l := t.link
	l.Served = a.Served
	switch {
	case a.Problem != "":
		l.Problem = a.Problem
	case a.Options != nil:
		l.Options = *a.Options
		if l.Problem == meeting.ProblemPassword || l.Problem == meeting.ProblemTrackingCode {
			l.Problem = ""
		}
	}
	if l.State == meeting.LinkEnded && l.Asked.Remove {
		l.Removed = a.Served
	}
	return t.save(ctx, "")
}

// refuses answers with the problem that was met what was asked of a meeting.
func (t *turn) refuses() {
	if t.link.Asks() {
		t.link.Served = t.link.Asked.Revision
	}
}
