package syncer

import (
	"context"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

const (
	sweepOverlap = 10 * time.Minute    // how far a sweep looks behind the last one
	firstLook    = 30 * 24 * time.Hour // how far the first one looks behind
	near         = 7 * 24 * time.Hour  // missing events this far ahead are found by every sweep
	day          = 24 * time.Hour      // the others once a day

	// noMailboxWait is how long an account without a mailbox is left alone.
	noMailboxWait = 6 * time.Hour
)

// sweep finds what no notification told of. Nothing it does is more than a
// mark: each find is read and judged like any other.
func (r *round) sweep(ctx context.Context) error {
	started := r.Clock.Now()
	// A host that came since the turn began asked for this sweep: it would count
	// as done without having seen the host.
	if err := r.know(ctx); err != nil {
		return err
	}
	if err := r.orphans(ctx); err != nil {
		return err
	}
	marks, err := r.finds(ctx, started)
	next := started.Add(r.SweepInterval)
	r.refusedBy(ctx, err)
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		r.Log.Log(ctx, severity(err), "sweep", keyAccount, r.claim.Mailbox, keyError, err)
		wait := min(r.SweepInterval, time.Minute)
		if at, ok := comeAgain(err, started); ok {
			wait = at.Sub(started)
		}
		if errs.Is(err, errs.SignedOut) || errs.Is(err, errs.Forbidden) {
			wait = r.SweepInterval
		}
		if noMailbox(err) {
			wait = max(r.SweepInterval, noMailboxWait)
		}
		return r.Store.Swept(ctx, r.claim, r.claim.SweptAt, nil, started.Add(wait))
	}
	if len(marks) > 0 && !r.claim.SweptAt.IsZero() {
		if err := r.doubt(ctx); err != nil {
			return err
		}
	}
	if err := r.keepHooks(ctx); err != nil {
		return err
	}
	r.Log.Debug("sweep", keyAccount, r.claim.Mailbox, "marks", len(marks), keyDuration, r.Clock.Since(started))
	return r.Store.Swept(ctx, r.claim, started, marks, next)
}

// doubt reads the subscription after a sweep found what no notification told:
// one that vanished without a word is replaced.
func (r *round) doubt(ctx context.Context) error {
	rows, err := r.Store.Subscriptions(ctx, r.claim.Mailbox)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.GraphID == "" || row.Removed {
			continue
		}
		if _, err := r.Subscriber.Subscription(ctx, row); !errs.Is(err, errs.NotFound) {
			continue // it lives, or cannot be read: its renewal will tell
		}
		row.Removed = true
		if err := r.Store.SaveSubscription(ctx, r.claim, row, meeting.Secret{}); err != nil {
			return err
		}
		return r.upkeep(ctx)
	}
	return nil
}

func (r *round) finds(ctx context.Context, now time.Time) ([]meeting.Mark, error) {
	links, err := r.Store.LiveLinks(ctx, r.claim.Mailbox, now)
	if err != nil {
		return nil, err
	}
	byEvent := make(map[meeting.EventID]meeting.Link, len(links))
	for _, l := range links {
		byEvent[l.Event] = l
	}
	marked := map[meeting.EventID]meeting.Mark{}
	mark := func(id meeting.EventID, missing bool) {
		m := marked[id]
		m.Mailbox, m.Event, m.Missing = r.claim.Mailbox, id, m.Missing || missing
		marked[id] = m
	}

	since := r.claim.SweptAt.Add(-sweepOverlap)
	first := r.claim.SweptAt.IsZero()
	if first {
		since = now.Add(-firstLook)
	}
	changed, err := r.Calendar.ChangedSince(ctx, r.claim.Mailbox, since)
	if err != nil {
		return nil, err
	}
	seen := map[meeting.EventID]bool{}
	for _, ref := range changed {
		seen[ref.ID] = true
		link, ok := byEvent[ref.ID]
		over := ref.Type == meeting.SingleInstance && ref.End.Before(now)
		if !over && (!ok || link.ChangeKey != ref.ChangeKey) {
			mark(ref.ID, false)
		}
	}

	// What the calendar shows of the coming week, and once a day of all that is
	// to come: a linked event that is in neither list is missing.
	horizon := now.Add(near)
	if first {
		horizon = now.Add(firstLook)
	}
	shown, err := r.Calendar.View(ctx, r.claim.Mailbox, now, horizon)
	if err != nil {
		return nil, err
	}
	for _, ref := range shown {
		seen[ref.Series] = true
		if _, linked := byEvent[ref.Series]; first && ref.Series != "" && !linked {
			mark(ref.Series, false) // a master that began earlier is listed nowhere else
		}
		if _, linked := byEvent[ref.ID]; ref.Type == meeting.Exception && !linked && r.settings.Wish(ref.Location) != meeting.NoWish {
			mark(ref.ID, false)
		}
	}
	daily := first || !sameDay(r.claim.SweptAt, now)
	if daily {
		coming, err := r.Calendar.EndingAfter(ctx, r.claim.Mailbox, now)
		if err != nil {
			return nil, err
		}
		for _, ref := range coming {
			if first {
				mark(ref.ID, false) // once through all for keywords and blocks
			}
		}
		shown, horizon = append(shown, coming...), time.Time{}
	}
	for _, ref := range shown {
		seen[ref.ID] = true
		if link, ok := byEvent[ref.ID]; ok && link.ChangeKey != ref.ChangeKey {
			mark(ref.ID, false)
		}
	}
	for _, l := range links {
		again, err := r.again(ctx, l)
		if err != nil {
			return nil, err
		}
		switch {
		case l.Rhythm != nil && daily:
			mark(l.Event, !seen[l.Event]) // what moves its master's stamps no page says
			for _, date := range l.Rhythm.Singles {
				if _, linked := byEvent[date]; !linked && date != "" {
					mark(date, false)
				}
			}
		case l.Problem == meeting.ProblemTooFar && daily:
			mark(l.Event, false) // it comes within reach
		case l.Rhythm != nil && !again:
		case !seen[l.Event] && (horizon.IsZero() || l.Starts.Before(horizon)):
			mark(l.Event, true)
		case again:
			mark(l.Event, false)
		}
	}
	asked := first || r.claim.SweepDue.Before(r.claim.SweptAt.Add(r.SweepInterval))
	if _, owed := r.unlisted.LoadAndDelete(r.claim.Mailbox); daily || owed || asked {
		for _, event := range r.changedInWebex(ctx, links, now, asked) {
			m := marked[event]
			m.Mailbox, m.Event, m.Webex = r.claim.Mailbox, event, now
			marked[event] = m
		}
	}
	drafts, err := r.Store.Drafts(ctx, r.claim.Mailbox)
	if err != nil {
		return nil, err
	}
	for _, d := range drafts {
		if plan.DraftDue(d, now) {
			mark(d.Event, false)
		}
		if d.For != "" {
			mark(d.For, false)
		}
	}
	list := make([]meeting.Mark, 0, len(marked))
	for _, m := range marked {
		list = append(list, m)
	}
	return list, nil
}

// again reports whether what the event waited for is there now, without a word
// from the calendar.
func (r *round) again(ctx context.Context, l meeting.Link) (bool, error) {
	switch {
	case l.Reason == meeting.WaitDryRun:
		return !r.settings.DryRun, nil
	case r.host.State != meeting.GrantLive:
		return false, nil
	case waitsForPerson(l.Problem):
		return true, nil
	case l.Problem == meeting.ProblemUnseen && l.Grant != r.host.ID:
		return r.actsFor(ctx, meeting.Host{Grant: l.Grant, Email: l.Host})
	case l.Moving != "":
		return true, nil
	case l.State == meeting.LinkLinked && !l.Options.Room() && l.Grant == r.host.ID && l.Host != "" && l.Host != r.host.HostEmail:
		return r.host.HostEmail != "" && l.HostKept != r.host.HostEmail, nil // to be given to the new host, or renamed
	case l.Problem == meeting.ProblemUnseen || l.Problem == meeting.ProblemForbidden:
		return l.Host != "" && l.Host != r.host.HostEmail, nil // the host was renamed, or is another one
	}
	return false, nil
}

func waitsForPerson(p meeting.Reason) bool {
	return p == meeting.ProblemWebexNotLinked || p == meeting.ProblemSignedOut || p == meeting.ProblemNoHost
}

func sameDay(a, b time.Time) bool { return a.UTC().Truncate(day).Equal(b.UTC().Truncate(day)) }
