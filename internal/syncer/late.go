package syncer

import (
	"context"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// lateness is how long after it was sent a write may arrive whose sender is
// dead, or waits no longer. It is above every time-out on the way that we know.
const lateness = time.Minute

// wrote notes a Webex write of the turn in hand. If its result cannot be stored
// then somebody else may work the event, and this write, or one of theirs, may
// be the last to arrive.
func (r *round) wrote(err error) {
	at := r.Clock.Now()
	if errs.Is(err, errs.Uncertain) {
		at = at.Add(lateness) // perhaps it is still on its way
	}
	r.late = maxTime(r.late, at)
}

// lateWrite is what a round wrote and could not store.
type lateWrite struct {
	mark    meeting.Mark
	created *meeting.Intent // nil: it created nothing
}

// ownLate notes for confess that the turn in hand ended in an error after it wrote.
func (r *round) ownLate(event meeting.EventID) {
	if r.late.IsZero() {
		return
	}
	r.untold = &lateWrite{meeting.Mark{Mailbox: r.claim.Mailbox, Event: event, Late: r.late}, r.created}
}

// confess marks, without a lease, the event that this round wrote for and whose
// result it could not store: the next holder sets the meeting right from the
// calendar. The database may be what is away: it is asked again until ctx ends.
func (r *round) confess(ctx context.Context) {
	if r.untold == nil {
		return
	}
	attrs := []any{keyAccount, r.claim.Mailbox, keyEvent, r.untold.mark.Event}
	for {
		err := r.mark(context.WithoutCancel(ctx), *r.untold)
		if err == nil {
			r.Log.Warn("late write", attrs...)
			return
		}
		r.Log.Error("late write is not marked", append(attrs, keyError, err)...)
		if !errs.Is(err, errs.Busy) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-r.Clock.After(r.Poll):
		}
	}
}

// mark commits it. A create may have been looked for in vain by now, and given
// up: it is looked for once more, since what nobody links must not stay.
func (r *round) mark(ctx context.Context, late lateWrite) error {
	if late.created != nil {
		intent := *late.created
		intent.Given, intent.LookAt = true, late.mark.Late.Add(lastLook)
		if err := r.Store.ReopenIntent(ctx, intent); err != nil {
			return err
		}
	}
	return r.Store.Mark(ctx, []meeting.Mark{late.mark})
}

// doubt takes all that is known of the meeting for unsure, once no late write
// can arrive any more: the plan then sends everything again. Before that time
// there is nothing to do but to wait for it.
func (t *turn) doubt() {
	if t.work.Late.IsZero() || t.work.Late.After(t.Clock.Now()) {
		return
	}
	t.work.Late = time.Time{}
	if t.link == nil || t.link.State != meeting.LinkLinked || t.link.Options.Room() {
		return // a create is found by its tag, a deletion that was begun is finished
	}
	t.did = append(t.did, "doubt")
	t.confirms = !t.link.Wanted.Unsure()
	t.link.Wanted = t.link.Wanted.Doubted()
	t.link.Rhythm = t.link.Rhythm.Begun()
}

// suspect is asked before a write that begins with what is unsure. What left it
// so was a write of which nobody saw the end: it may arrive after this one.
// That the event has to be doubted then is noted first.
func (t *turn) suspect(ctx context.Context) error {
	if t.confirms || !t.link.Wanted.Unsure() {
		return nil
	}
	t.work.Late = t.Clock.Now().Add(lateness)
	return t.Store.Postpone(ctx, t.claim, t.work, false)
}

// await keeps the work until what may arrive late has arrived.
func (t *turn) await(out outcome) outcome {
	late := t.work.Late
	switch {
	case !late.After(t.Clock.Now()) || out.hold:
	case out.at.IsZero():
		out.at, out.reason = late, meeting.LateWrite
	default:
		out.at = minTime(out.at, late)
	}
	return out
}
