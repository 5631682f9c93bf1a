package syncer

import (
	"context"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// lookAgain is when a create without an answer is looked for: Webex's index may
// lag. After the last look it is given up and tried anew.
var lookAgain = []time.Duration{2 * time.Second, 10 * time.Second, time.Minute}

// lastLook is when, after a create that was given up, the tag is listed once
// more: what turns up then and is not linked has a twin, and nobody saw its link.
const lastLook = 15 * time.Minute

// look settles what is left of creates whose answer was lost: by a time-out, or
// because the process died.
func (t *turn) look(ctx context.Context) (outcome, bool, error) {
	intents, err := t.Store.Intents(ctx, t.claim.Mailbox, t.work.Event)
	if err != nil {
		return outcome{}, true, err
	}
	for _, intent := range intents {
		t.intended = true
		if intent.LookAt.After(t.Clock.Now()) {
			if intent.Given {
				continue
			}
			return outcome{at: intent.LookAt, hold: true, reason: meeting.WaitLook}, true, nil
		}
		if out, done, err := t.lookFor(ctx, intent); done || err != nil {
			return out, done, err
		}
	}
	return outcome{}, false, nil
}

func (t *turn) lookFor(ctx context.Context, intent meeting.Intent) (outcome, bool, error) {
	from, to := intent.Start, intent.End
	if e := t.sighting.Event; e != nil {
		from, to = minTime(from, e.Start), maxTime(to, e.End)
	}
	const day = 24 * time.Hour
	host := meeting.Host{Grant: intent.Grant, Email: intent.Host}
	if same, err := t.actsFor(ctx, host); err != nil {
		return outcome{}, true, err
	} else if same {
		host = t.host.Host() // the grant of then may be dead
	}
	found, err := t.webex.MeetingsByTag(ctx, host, nonceTag(intent.Nonce), from.Add(-day), to.Add(day))
	if err != nil {
		return t.failed(err), true, nil
	}
	t.did = append(t.did, "look")
	if len(found) > 0 && !intent.Given && t.lacks() {
		if err := t.ensureLink(); err != nil {
			return outcome{}, true, err
		}
		if !t.work.Event.IsDraft() {
			t.link.Starts, t.link.Ends = found[0].Start, found[0].End
		}
		if e := t.sighting.Event; e != nil {
			t.link.Location, t.link.ICalUID, t.link.Subject = e.Location, e.ICalUID, e.Subject
			t.link.Starts, t.link.Ends = e.Start, e.End
		}
		if t.link.Options.Room() && !t.work.Event.IsDraft() {
			t.link.Options = meeting.Options{}
		}
		wanted := t.link.Wanted // a draft's was made so
		if !t.work.Event.IsDraft() {
			invited, err := t.invited(ctx, host, found[0].ID)
			if err != nil {
				return t.failed(err), true, nil
			}
			wanted = shapeOf(found[0], invited)
		}
		t.linkTo(found[0], host, wanted)
		t.link.Reason = meeting.LostCreate
		return outcome{}, false, t.save(ctx, intent.Nonce)
	}
	for _, m := range found {
		linked, err := t.Store.LinkByMeeting(ctx, m.ID)
		if err == nil && linked.State == meeting.LinkLinked {
			continue
		}
		if err != nil && !errs.Is(err, errs.NotFound) {
			return outcome{}, true, err
		}
		if err := t.webex.DeleteMeeting(ctx, host, m.ID); err != nil {
			return t.failed(err), true, nil
		}
		t.did = append(t.did, "delete twin")
	}
	if intent.Given || len(found) > 0 {
		return outcome{}, false, t.Store.DeleteIntent(ctx, t.claim, intent.Nonce)
	}
	intent.Looks++
	if intent.Looks < len(lookAgain) {
		intent.LookAt = t.Clock.Now().Add(lookAgain[intent.Looks])
		return outcome{at: intent.LookAt, hold: true, reason: meeting.WaitLook}, true, t.Store.SaveIntent(ctx, t.claim, intent)
	}
	intent.Given, intent.LookAt = true, intent.MadeAt.Add(lastLook)
	return outcome{}, false, t.Store.SaveIntent(ctx, t.claim, intent)
}

// lacks reports whether what was made by a lost create is wanted. A draft that
// ended, or that has gone to its event, wants nothing more.
func (t *turn) lacks() bool {
	if t.work.Event.IsDraft() {
		return t.link != nil && t.link.State == meeting.LinkWished
	}
	return t.link == nil || t.link.State != meeting.LinkLinked
}

func minTime(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func maxTime(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
