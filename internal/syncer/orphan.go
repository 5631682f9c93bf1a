package syncer

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/block"
	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
	"webex-scheduler/internal/receipt"
)

// farAhead is how far ahead meetings are looked for that no event has: as far as
// those of a series are made.
const farAhead = 396 * day

// orphansAtOnce is for how many an event is looked for in one sweep.
const orphansAtOnce = 20

// findOrphans finds among the host's meetings those of our own making that
// nothing holds, and stores them for the person to decide on.
func (r *round) findOrphans(ctx context.Context, list []meeting.Meeting, links []meeting.Link, until time.Time) error {
	ours := map[meeting.MeetingID]string{}
	for _, m := range list {
		nonce := nonceOf(m)
		former := slices.ContainsFunc(links, func(l meeting.Link) bool {
			return slices.ContainsFunc(l.Former, func(f meeting.Former) bool { return f.Meeting == m.ID })
		})
		if nonce != "" && !former && slices.Contains(r.host.Aliases, strings.ToLower(m.HostEmail)) {
			ours[m.ID] = nonce
		}
	}
	known, err := r.Store.Orphans(ctx, r.claim.Mailbox)
	if err != nil || len(ours) == 0 && len(known) == 0 {
		return err
	}
	strangers, err := r.Store.Strangers(ctx, ours)
	if err != nil {
		return err
	}
	var found []meeting.Orphan
	looked := 0
	for _, m := range list {
		if !strangers[m.ID] {
			continue
		}
		o := meeting.Orphan{Mailbox: r.claim.Mailbox, Meeting: m.ID, Title: m.Title, Start: m.Start, End: m.End, Repeats: m.Rule != ""}
		settled := slices.ContainsFunc(known, func(k meeting.Orphan) bool { return k.Meeting == m.ID && (k.Event != "" || k.Wish != "") })
		if !settled && looked < orphansAtOnce {
			looked++
			if err := r.findHome(ctx, &o); err != nil {
				return err
			}
		}
		found = append(found, o)
	}
	return r.Store.SaveOrphans(ctx, r.claim, until, found)
}

// nonceOf is the nonce that a meeting of ours was made under; empty: it is not ours.
func nonceOf(m meeting.Meeting) string {
	for _, tag := range m.Tags {
		if nonce, ok := strings.CutPrefix(tag, nonceTag("")); ok {
			return nonce
		}
	}
	return ""
}

// findHome looks for an event at the orphan's time that could have it: of
// several the one of the same title.
func (r *round) findHome(ctx context.Context, o *meeting.Orphan) error {
	o.Event, o.Subject = "", ""
	shown, err := r.Calendar.View(ctx, r.claim.Mailbox, o.Start, o.End)
	if err != nil {
		return err
	}
	var ids []meeting.EventID
	for _, ref := range shown {
		switch {
		case o.Repeats && ref.Series != "":
			ids = append(ids, ref.Series)
		case !o.Repeats && ref.Type == meeting.SingleInstance && ref.End.Equal(o.End):
			ids = append(ids, ref.ID)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) > biteEvents {
		ids = ids[:biteEvents]
	}
	homes, err := r.homes(ctx, *o, ids)
	if err != nil || len(homes) == 0 {
		return err
	}
	best := slices.MinFunc(homes, func(a, b meeting.Event) int { return cmp.Compare(alike(*o, b), alike(*o, a)) })
	o.Event, o.Subject = best.ID, best.Subject
	if best.Private {
		o.Subject = meeting.PrivateTitle
	}
	return nil
}

func alike(o meeting.Orphan, e meeting.Event) int {
	if strings.EqualFold(strings.TrimSpace(e.Subject), o.Title) {
		return 1
	}
	return 0
}

// homes returns those of the events that could have the orphan: the person's
// own, at its time, without a meeting.
func (r *round) homes(ctx context.Context, o meeting.Orphan, ids []meeting.EventID) (homes []meeting.Event, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	seen, err := r.Calendar.Events(ctx, r.claim.Mailbox, ids)
	if err != nil {
		return nil, err
	}
	links, err := r.Store.Links(ctx, r.claim.Mailbox, ids)
	if err != nil {
		return nil, err
	}
	for _, s := range seen {
		if s.Err != nil && !errs.Is(s.Err, errs.NotFound) {
			return nil, s.Err
		}
		e := s.Event
		taken := slices.ContainsFunc(links, func(l meeting.Link) bool {
			return (l.Event == s.ID || l.For == s.ID) && l.State != meeting.LinkEnded
		})
		if e == nil || taken || !e.IsOrganizer || e.IsCancelled || e.OfSeries() || (e.Type == meeting.SeriesMaster) != o.Repeats ||
			!o.Repeats && !(e.Start.Equal(o.Start) && e.End.Equal(o.End)) {
			continue
		}
		if found := block.Find(e.Body); len(found.Keys) == 0 && len(found.Foreign) == 0 {
			homes = append(homes, *e)
		}
	}
	return homes, nil
}

// orphans does with orphans what the person wanted. What cannot be done now is
// tried again with the next sweep.
func (r *round) orphans(ctx context.Context) error {
	all, err := r.Store.Orphans(ctx, r.claim.Mailbox)
	if err != nil || r.host.State != meeting.GrantLive || r.settings.DryRun {
		return err
	}
	for _, o := range all {
		var does func(context.Context, meeting.Orphan) error
		switch o.Wish {
		case meeting.AdoptOrphan:
			does = r.adoptOrphan
		case meeting.DeleteOrphan:
			does = r.deleteOrphan
		default:
			continue
		}
		strangers, err := r.Store.Strangers(ctx, map[meeting.MeetingID]string{o.Meeting: ""})
		if err != nil {
			return err
		}
		if !strangers[o.Meeting] { // something has it meanwhile
			err = r.Store.DropOrphan(ctx, r.claim, o.Meeting)
		} else {
			err = does(ctx, o)
		}
		switch {
		case errs.Is(err, errs.Conflict), ctx.Err() != nil:
			return err // the lease is lost
		case err != nil:
			r.Log.Log(ctx, severity(err), "meeting without an event", keyAccount, r.claim.Mailbox, keyAction, string(o.Wish), keyError, err)
		}
	}
	return nil
}

func (r *round) deleteOrphan(ctx context.Context, o meeting.Orphan) error {
	receipt.BookOf(ctx).Because(string(meeting.OrphanDeleted))
	err := r.webex.DeleteMeeting(ctx, r.host.Host(), o.Meeting)
	switch {
	case err == nil, errs.Is(err, errs.NotFound):
		r.Log.Info("meeting without an event", keyAccount, r.claim.Mailbox, keyAction, string(o.Wish))
		return r.Store.DropOrphan(ctx, r.claim, o.Meeting)
	case errs.Is(err, errs.Forbidden), errs.Is(err, errs.Invalid), errs.Is(err, errs.Conflict):
		return r.offerAgain(ctx, o, err)
	}
	return err
}

// adoptOrphan gives the orphan to its event, whose next turn shows it there and
// brings it in line. An event that cannot have it any more is none to offer.
func (r *round) adoptOrphan(ctx context.Context, o meeting.Orphan) error {
	receipt.BookOf(ctx).Because(string(meeting.OrphanAdopted))
	host := r.host.Host()
	m, err := r.webex.Meeting(ctx, host, o.Meeting)
	if errs.Is(err, errs.NotFound) {
		return r.Store.DropOrphan(ctx, r.claim, o.Meeting)
	}
	if err != nil {
		return err
	}
	homes, err := r.homes(ctx, o, []meeting.EventID{o.Event})
	if err != nil {
		return err
	}
	if len(homes) == 0 {
		return r.offerAgain(ctx, o, errs.New(errs.Invalid, "its event is gone, or has another meeting, or another time"))
	}
	e := homes[0]
	work := meeting.Work{Mailbox: r.claim.Mailbox, Event: e.ID}
	t := &turn{round: r, work: work, event: &e, doing: plan.Action{Reason: meeting.OrphanAdopted}}
	links, err := r.Store.Links(ctx, r.claim.Mailbox, []meeting.EventID{e.ID})
	if err != nil {
		return err
	}
	t.find(links)
	if err := t.ensureLink(); err != nil {
		return err
	}
	invited, err := t.invited(ctx, host, m.ID)
	if err != nil {
		return err
	}
	t.linkTo(m, host, shapeOf(m, invited))
	t.link.For, t.link.Location, t.link.Reason = e.ID, e.Location, meeting.OrphanAdopted // to be shown there
	t.note()
	if err := t.save(ctx, ""); err != nil {
		return err
	}
	if err := r.Store.DropOrphan(ctx, r.claim, o.Meeting); err != nil {
		return err
	}
	return r.Store.Mark(ctx, []meeting.Mark{{Mailbox: r.claim.Mailbox, Event: e.ID, Urgent: true}})
}

// offerAgain asks the person once more: what they wanted cannot be done.
func (r *round) offerAgain(ctx context.Context, o meeting.Orphan, why error) error {
	r.Log.Log(ctx, severity(why), "meeting without an event", keyAccount, r.claim.Mailbox, keyAction, string(o.Wish), keyError, why)
	if o.Wish == meeting.AdoptOrphan {
		o.Event, o.Subject = "", ""
	}
	o.Wish = ""
	return r.Store.SaveOrphan(ctx, r.claim, o)
}
