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

// readSeries reads a master whose series has a meeting, or is to have one, with
// all that departs from its rule.
func (r *round) readSeries(ctx context.Context, master meeting.EventID) (*meeting.Series, meeting.Sighting) {
	s, err := r.Calendar.Series(ctx, r.claim.Mailbox, master)
	if err != nil {
		return nil, meeting.Sighting{ID: master, Err: err}
	}
	return &s, meeting.Sighting{ID: master, Event: &s.Master}
}

// repeats reports whether the link is of a series as far as we know.
func repeats(l *meeting.Link) bool {
	return l != nil && l.Rhythm != nil && l.State != meeting.LinkEnded
}

// ofSeries finds out what one date of a series is of its own: most are judged by
// their master, which is marked.
func (t *turn) ofSeries(ctx context.Context) (outcome, bool, error) {
	e := t.event
	links, err := t.Store.Links(ctx, t.claim.Mailbox, []meeting.EventID{e.Series})
	if err != nil {
		return outcome{}, true, err
	}
	for i, l := range links {
		if l.Event == e.Series && l.State != meeting.LinkEnded {
			t.master = &links[i]
		}
	}
	master := t.master
	if master != nil && master.Rhythm != nil {
		for _, event := range master.Rhythm.Singles {
			if event == e.ID {
				t.alone = master
			}
		}
	}
	keys := block.Find(e.Body).Keys
	dropped := repeats(master) && slices.Contains(master.Rhythm.Dropped, e.ID) && !slices.Contains(keys, master.Key)
	if t.link != nil && t.link.State != meeting.LinkEnded || t.alone != nil || len(t.drafts) > 0 || dropped {
		t.single = true
		return outcome{}, false, nil
	}
	for _, key := range keys {
		owner, err := t.Store.LinkByKey(ctx, key)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return outcome{}, true, err
		}
		if err == nil && owner.Mailbox == t.claim.Mailbox && owner.Event.IsDraft() {
			t.single = true // from the pane, for this date
			return outcome{}, false, nil
		}
	}
	if master != nil {
		return outcome{reason: meeting.ByItsSeries}, true, t.markSeries(ctx, e.Series)
	}
	if e.Type != meeting.Exception || len(keys) == 0 && t.settings.Wish(e.Location) == meeting.NoWish && t.link == nil {
		return outcome{reason: meeting.NotOurs}, true, nil
	}
	// It has its master's location and text unless somebody changed them.
	seen, err := t.Calendar.Events(ctx, t.claim.Mailbox, []meeting.EventID{e.Series})
	if err == nil {
		err = seen[0].Err
	}
	if err != nil {
		return t.failed(err), true, nil
	}
	if m := seen[0].Event; t.settings.Wish(m.Location) != meeting.NoWish || len(block.Find(m.Body).Keys) > 0 {
		return outcome{reason: meeting.ByItsSeries}, true, t.markSeries(ctx, e.Series)
	}
	t.single = true
	return outcome{}, false, nil
}

// datesAsk has the dates looked at that ask for a meeting of their own, of a
// series that asks for none: perhaps only the series was told as changed.
func (t *turn) datesAsk(ctx context.Context) (outcome, bool, error) {
	if t.event == nil || t.event.Type != meeting.SeriesMaster || !t.event.IsOrganizer || t.concerns(block.Find(t.event.Body)) {
		return outcome{}, false, nil
	}
	series, seen := t.readSeries(ctx, t.work.Event)
	if seen.Err != nil {
		return t.failed(seen.Err), true, nil
	}
	var asking []meeting.EventID
	for _, e := range series.Exceptions {
		if t.settings.Wish(e.Location) != meeting.NoWish && e.End.After(t.Clock.Now()) {
			asking = append(asking, e.ID)
		}
	}
	if len(asking) == 0 {
		return outcome{}, false, nil
	}
	links, err := t.Store.Links(ctx, t.claim.Mailbox, asking)
	if err != nil {
		return outcome{}, true, err
	}
	var marks []meeting.Mark
	for _, id := range asking {
		if !t.beside[id] && !slices.ContainsFunc(links, func(l meeting.Link) bool { return l.Event == id }) {
			marks = append(marks, meeting.Mark{Mailbox: t.claim.Mailbox, Event: id})
		}
	}
	if len(marks) == 0 {
		return outcome{}, false, nil
	}
	return outcome{}, false, t.Store.Mark(ctx, marks)
}

// tellSeries has the series drop a date that has a meeting of its own now.
func (t *turn) tellSeries(ctx context.Context) error {
	if t.master == nil || t.alone != nil || t.link == nil || t.link.State != meeting.LinkLinked ||
		!slices.ContainsFunc(t.did, func(did string) bool {
			return did == string(plan.Create) || did == string(plan.Adopt) || did == string(plan.Room)
		}) {
		return nil
	}
	return t.markSeries(ctx, t.master.Event)
}

// markSeries has the master looked at, unless it is in hand anyway.
func (t *turn) markSeries(ctx context.Context, master meeting.EventID) error {
	if t.beside[master] {
		return nil
	}
	t.beside[master] = true
	return t.Store.Mark(ctx, []meeting.Mark{{Mailbox: t.claim.Mailbox, Event: master, Urgent: t.work.Urgent}})
}

// maxUnknown is how many series are looked at because of a date of which only
// its id was told, and that it is deleted.
const maxUnknown = 10

// unknownDate has the mailbox's series looked at: what was deleted may have been
// a date of one of them. If there are many, the daily look has to do.
func (t *turn) unknownDate(ctx context.Context) error {
	links, err := t.Store.LiveLinks(ctx, t.claim.Mailbox, t.Clock.Now())
	if err != nil {
		return err
	}
	var marks []meeting.Mark
	for i := range links {
		if repeats(&links[i]) && !t.beside[links[i].Event] {
			marks = append(marks, meeting.Mark{Mailbox: t.claim.Mailbox, Event: links[i].Event})
		}
	}
	if len(marks) == 0 || len(marks) > maxUnknown {
		return nil
	}
	for _, m := range marks {
		t.beside[m.Event] = true
	}
	return t.Store.Mark(ctx, marks)
}

// dates gathers what plan has to know of a master's dates.
func (t *turn) dates(ctx context.Context) (*plan.Dates, outcome, error) {
	if t.series == nil || t.datesMoved {
		series, seen := t.readSeries(ctx, t.work.Event)
		if seen.Err != nil {
			return nil, t.failed(seen.Err), nil
		}
		t.series, t.event, t.datesMoved = series, seen.Event, false
	}
	d := &plan.Dates{Series: *t.series, Instances: t.instances, Own: map[meeting.EventID]bool{}}
	var ids []meeting.EventID
	for _, e := range d.Series.Exceptions {
		ids = append(ids, e.ID)
	}
	if len(ids) > 0 {
		links, err := t.Store.Links(ctx, t.claim.Mailbox, ids)
		if err != nil {
			return nil, outcome{}, err
		}
		for _, l := range links {
			if !l.Event.IsDraft() && (l.State == meeting.LinkLinked || l.State == meeting.LinkEnding) {
				d.Own[l.Event] = true
			}
		}
	}
	if t.link == nil || t.link.State != meeting.LinkLinked {
		return d, outcome{}, nil
	}
	for _, e := range d.Series.Exceptions {
		switch found := block.Find(e.Body); {
		case !slices.Contains(found.Keys, t.link.Key): // none, or those of what the series was copied from
			d.Lacking = append(d.Lacking, e.ID)
		case !block.Carries(e.Body, t.content()):
			d.Stale = append(d.Stale, e.ID)
		}
	}
	return d, outcome{}, nil
}

// seriesAhead is how far the calendar is asked for the dates of a series.
const seriesAhead = 14*31*day + 7*day

// expand has the calendar list the dates of the series.
func (t *turn) expand(ctx context.Context) (outcome, bool, error) {
	now := t.Clock.Now()
	list, err := t.Calendar.Instances(ctx, t.claim.Mailbox, t.work.Event, now.Add(-day), now.Add(seriesAhead))
	if err != nil {
		return t.failed(err), false, nil
	}
	if t.instances = list; list == nil {
		t.instances = []meeting.Instance{}
	}
	return outcome{}, true, nil
}

// verify has Webex list them. For a while after a change it may show an older
// state.
func (t *turn) verify(ctx context.Context, in plan.Input) (outcome, bool, error) {
	input, ok := in.Series()
	if !ok || input.Held == nil {
		return outcome{}, true, nil
	}
	from, to := plan.Window(input)
	list, err := t.webex.Occurrences(ctx, t.made(), t.link.Meeting, from, to)
	if err != nil {
		if errs.Is(err, errs.NotFound) && t.Clock.Since(t.link.WroteAt) < staleFor {
			return outcome{at: t.Clock.Now().Add(staleLook), reason: meeting.SeriesChecked}, false, nil
		}
		return t.refused(ctx, err, t.link.Refused)
	}
	rhythm, doubtful, strayed := plan.Verify(input, list)
	if doubtful && t.Clock.Since(t.link.WroteAt) < staleFor {
		return outcome{at: t.Clock.Now().Add(staleLook), reason: meeting.SeriesChecked}, false, nil
	}
	t.link.Rhythm = &rhythm
	if err := t.save(ctx, ""); err != nil || !strayed {
		return outcome{}, true, err
	}
	return outcome{}, true, t.lookLater(ctx)
}

const (
	staleFor  = 15 * time.Minute // how long Webex may show what was before
	staleLook = time.Minute
)

// change changes or deletes one date at Webex. What is begun is noted first.
func (t *turn) change(ctx context.Context, s plan.Step) (outcome, bool, error) {
	l := t.link
	before := l.Rhythm
	id := l.Meeting
	if before.Rule != "" {
		id = meeting.OccurrenceID(l.Meeting, s.ID)
	}
	if s.Slot.Gone {
		if !s.Was.Gone {
			err := t.webex.DeleteMeeting(ctx, t.made(), id)
			if err != nil {
				return t.refused(ctx, err, l.Refused)
			}
			t.wroteDate(s.Base)
		}
		l.Rhythm = before.With(s.Base, s.Slot)
		return outcome{}, false, t.save(ctx, "")
	}
	begun := meeting.Slot{End: s.Was.End, Original: s.Was.Original, Invitees: s.Was.Invitees}
	if s.Slot.Invitees != nil {
		begun.Invitees = []meeting.Invitee{{Email: meeting.Unsure}}
	}
	l.Rhythm = before.With(s.Base, begun)
	if err := t.save(ctx, ""); err != nil {
		return outcome{}, false, err
	}
	err := t.carry(ctx, id, s)
	switch {
	case err == nil:
		t.wroteDate(s.Base)
		l.Rhythm = before.With(s.Base, s.Slot)
		return outcome{}, false, t.save(ctx, "")
	case errs.Is(err, errs.Invalid) && before.Rule != "":
		// Not where the event has it: then it stands alone.
		t.refusal = err
		alone := s.Was
		alone.Alone = true
		l.Rhythm = before.With(s.Base, alone)
		return outcome{}, true, t.save(ctx, "")
	case errs.Is(err, errs.NotFound) && before.Rule != "":
		// Either this date was deleted there, or the whole series.
		l.Rhythm = before.With(s.Base, s.Was)
		l.Rhythm.Checked = 0
		return outcome{}, true, t.save(ctx, "")
	case !errs.Is(err, errs.Uncertain):
		l.Rhythm = before
	}
	return t.refused(ctx, err, l.Refused)
}

// carry makes one date at Webex what its slot says.
func (t *turn) carry(ctx context.Context, id meeting.MeetingID, s plan.Step) error {
	var patch meeting.MeetingPatch
	if s.Slot.Title != s.Was.Title {
		patch.Title = &s.Slot.Title
	}
	if !s.Slot.Start.Equal(s.Was.Start) || !s.Slot.End.Equal(s.Was.End) {
		patch.Start, patch.End, patch.Zone = &s.Slot.Start, &s.Slot.End, t.link.Rhythm.Zone
	}
	if patch != (meeting.MeetingPatch{}) {
		if _, err := t.webex.UpdateMeeting(ctx, t.made(), id, patch); err != nil {
			return err
		}
	}
	return t.gather(ctx, id, s)
}

// gather invites to one date whom it alone invites, and takes off whom it does
// not. A date of its own is asked whom it invites, since it may have begun with
// the series' guests.
func (t *turn) gather(ctx context.Context, id meeting.MeetingID, s plan.Step) error {
	want := s.Slot.Invitees
	if want == nil && s.Was.Invitees == nil {
		return nil
	}
	if want == nil {
		want = t.link.Wanted.Sure().Invitees
	}
	there, err := t.webex.Invitees(ctx, t.made(), id)
	if err != nil {
		return err
	}
	add, remove := meeting.InviteeDiff(there, want)
	for _, i := range remove {
		if t.account.Has(i.Email) || slices.Contains(t.aliases(), i.Email) {
			continue
		}
		if err := t.webex.RemoveInvitee(ctx, t.made(), i.ID); err != nil {
			return err
		}
	}
	if len(add) == 0 {
		return nil
	}
	return t.webex.AddInvitees(ctx, t.made(), id, add)
}

// hold stores what is known of a series beside its slots, which others may have
// changed in this turn, and has those dates looked at that stand alone from now
// on, or do no more.
func (t *turn) hold(ctx context.Context, say meeting.Rhythm) error {
	held := *t.link.Rhythm
	held.Hours, held.Asked, held.Singles, held.Told = say.Hours, say.Asked, say.Singles, say.Told
	if err := t.markSingles(ctx, t.link.Rhythm, &held); err != nil {
		return err
	}
	t.link.Rhythm = &held
	return t.save(ctx, "")
}

// tellSingles has the dates looked at that stand alone: what their series has, and
// they don't have otherwise, is theirs, and nobody may tell of them.
func (t *turn) tellSingles(ctx context.Context) error {
	if !repeats(t.link) {
		return nil
	}
	var marks []meeting.Mark
	for _, event := range t.link.Rhythm.Singles {
		if event != "" {
			marks = append(marks, meeting.Mark{Mailbox: t.claim.Mailbox, Event: event})
		}
	}
	if len(marks) == 0 {
		return nil
	}
	return t.Store.Mark(ctx, marks)
}

// once lets the meeting of a series that had one date left be that of a single event.
func (t *turn) once(ctx context.Context, a plan.Action) error {
	l := t.link
	if err := t.markSingles(ctx, l.Rhythm, nil); err != nil {
		return err
	}
	if slot, departs := l.Rhythm.Slots[l.Rhythm.Start]; departs {
		l.Got.Title, l.Got.Start, l.Got.End = slot.Title, slot.Start, slot.End
	}
	l.Wanted, l.Rhythm = a.Wanted, nil
	return t.save(ctx, "")
}

// markSingles comes before what it tells of is stored: a crash in between tells
// it twice.
func (t *turn) markSingles(ctx context.Context, was, is *meeting.Rhythm) error {
	events := func(r *meeting.Rhythm) map[meeting.EventID]bool {
		set := map[meeting.EventID]bool{}
		if r != nil {
			for _, event := range r.Singles {
				set[event] = event != ""
			}
		}
		return set
	}
	before, after := events(was), events(is)
	var marks []meeting.Mark
	for event := range after {
		if !before[event] && event != "" {
			marks = append(marks, meeting.Mark{Mailbox: t.claim.Mailbox, Event: event})
		}
	}
	for event := range before {
		if !after[event] && event != "" {
			marks = append(marks, meeting.Mark{Mailbox: t.claim.Mailbox, Event: event, Missing: true})
		}
	}
	if len(marks) == 0 {
		return nil
	}
	return t.Store.Mark(ctx, marks)
}
