package syncer

import (
	"context"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// glanceFor is how long after word of a change in Webex its meeting is looked
// at, and glances when before the end of that time: at once, after 30 seconds,
// after two minutes, and last of all after ten. A read may lag behind the word.
// https://developer.webex.com/docs/api/guides/webhooks
const glanceFor = 10 * time.Minute

var glances = []time.Duration{glanceFor - 30*time.Second, glanceFor - 2*time.Minute, 0}

// glance looks at the link's meeting, once a turn, where somebody may have
// changed it in Webex. nil: there is no reason to, or nothing to look at.
func (t *turn) glance(ctx context.Context, in plan.Input) (*plan.Seen, outcome, error) {
	l := t.link
	if t.glanced || !t.looks() || l == nil || l.State != meeting.LinkLinked || l.Options.Room() || l.Moving != "" || !t.event.End.After(t.Clock.Now()) && l.Rhythm == nil {
		return t.seen, outcome{}, nil
	}
	if live, err := t.liveGrant(ctx); err != nil || !live {
		return nil, outcome{}, err
	}
	t.glanced = true
	m, err := t.webex.Meeting(ctx, t.made(), l.Meeting)
	now := t.Clock.Now()
	is := meeting.Glance{At: now, Title: m.Title, Start: m.Start, End: m.End}
	switch {
	case errs.Is(err, errs.NotFound):
		is = meeting.Glance{At: now, Missing: true}
	case err != nil: // the event is followed all the same; the next look may tell
		t.unseen = err
		t.Log.Debug("look at meeting", keyAccount, t.claim.Mailbox, keyEvent, t.work.Event, keyError, err)
		return nil, outcome{}, ctx.Err()
	}
	if err == nil && in.Dates != nil {
		if err := t.glanceDates(ctx, in, m, &is); err != nil {
			t.unseen = err
			t.Log.Debug("look at dates", keyAccount, t.claim.Mailbox, keyEvent, t.work.Event, keyError, err)
			return nil, outcome{}, ctx.Err()
		}
	}
	before := l.Glance
	switch {
	case !is.Missing && (m.Title == l.Got.Title || in.Dates != nil && l.Rhythm.Once()) && len(is.Dates) == 0 && !is.Remade &&
		(l.Rhythm != nil || m.Start.Equal(l.Got.Start) && m.End.Equal(l.Got.End)):
		l.Glance = nil
	case before == nil || !before.Same(is):
		l.Glance = &is
	}
	if l.Glance != before {
		if err := t.save(ctx, ""); err != nil {
			return nil, outcome{}, err
		}
	}
	t.seen = &plan.Seen{Told: t.work.Vanished}
	if is.Missing {
		t.seen.Missing = l.Glance.At
		// That nothing else can be read either would be no sign of a deletion.
		_, err := t.webex.MeetingsByTag(ctx, t.made(), t.eventTag(t.claim.Mailbox, t.work.Event), now.Add(-day), now.Add(day))
		t.seen.Other = err == nil
		return t.seen, outcome{}, nil
	}
	t.seen.Meeting, t.seen.Dates, t.seen.Remade = &m, is.Dates, is.Remade
	if l.Glance != nil {
		t.seen.Since = l.Glance.At
	}
	if before != nil && before.Same(is) && now.Sub(before.At) >= confirmFor {
		t.seen.Before = &m
	}
	return t.seen, outcome{}, nil
}

// looks reports whether it is time to look at the meeting: at once after Webex's
// word, unless that seems to be of our own write; at the end of the time in any case.
func (t *turn) looks() bool {
	switch until := t.work.Webex; {
	case until.IsZero() || t.link == nil:
		return false
	case !until.After(t.Clock.Now()):
		return true
	default:
		return t.work.Vanished || !echoes(*t.link, until.Add(-glanceFor))
	}
}

// unseenFor is when to look again at what Webex did not show.
const unseenFor = 2 * time.Minute

// confirmFor is how long apart two reads have to be that show a change.
const confirmFor = 30 * time.Second

// liveGrant reports whether the grant that made the meeting may be asked.
func (t *turn) liveGrant(ctx context.Context) (bool, error) {
	g, err := t.Store.GrantByID(ctx, t.link.Grant)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	return g.State == meeting.GrantLive, err
}

// agree notes that title or times are changed on both sides now: what was seen
// of the meeting is past.
func (t *turn) agree(title, times bool) {
	if title {
		t.link.TitleAt = t.Clock.Now()
	}
	if times {
		t.link.TimesAt = t.Clock.Now()
	}
	t.link.Glance, t.seen = nil, nil
}

// glanceAgain keeps the work for the next look at its meeting.
func (t *turn) glanceAgain(out outcome) outcome {
	if !out.at.IsZero() || t.link == nil || t.link.State != meeting.LinkLinked {
		return out
	}
	if t.unseen != nil {
		out.at, out.reason = t.Clock.Now().Add(unseenFor), meeting.NothingToDo
		if at, named := comeAgain(t.unseen, t.Clock.Now()); named {
			out.at = at
		}
		return out
	}
	for _, before := range glances {
		if at := t.work.Webex.Add(-before); at.After(t.Clock.Now()) && (before == 0 || t.looks()) {
			out.at, out.reason = at, meeting.NothingToDo
			break
		}
	}
	return out
}

// changedInWebex finds, once a day, the links whose meetings Webex shows
// otherwise than we know them, or not at all: a webhook may be lost. A list says
// nothing of a series' dates, so that each series is looked at. far: somebody
// asked, and the list goes as far ahead as meetings are made.
func (r *round) changedInWebex(ctx context.Context, links []meeting.Link, now time.Time, far bool) (events []meeting.EventID) {
	if r.host.State != meeting.GrantLive {
		return nil
	}
	single := map[meeting.MeetingID]meeting.Link{}
	until := now.Add(near)
	if far {
		until = now.Add(farAhead)
	}
	for _, l := range links {
		switch {
		case l.State != meeting.LinkLinked || l.Options.Room() || l.Grant != r.host.ID || l.Host != r.host.HostEmail:
		case l.Rhythm != nil:
			events = append(events, l.Event)
		default:
			single[l.Meeting], until = l, maxTime(until, l.Ends.Add(day))
		}
	}
	if len(single) == 0 && !far {
		return events
	}
	list, err := r.webex.MeetingsBetween(ctx, r.host.Host(), now, until)
	if err == nil {
		err = r.findOrphans(ctx, list, links, until)
	}
	if err != nil {
		r.unlisted.Store(r.claim.Mailbox, true) // at the next sweep
		r.Log.Log(ctx, severity(err), "meetings are not listed", keyAccount, r.claim.Mailbox, keyError, err)
		return nil
	}
	for _, m := range list {
		l, known := single[m.ID]
		if !known {
			continue
		}
		delete(single, m.ID)
		if m.Title != l.Got.Title || !(m.Start.Equal(l.Got.Start) && m.End.Equal(l.Got.End)) {
			events = append(events, l.Event)
		}
	}
	for _, l := range single {
		events = append(events, l.Event)
	}
	return events
}
