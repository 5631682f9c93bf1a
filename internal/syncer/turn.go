package syncer

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/block"
	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
	"webex-scheduler/internal/receipt"
)

// turn is one marked event's turn in a round.
type turn struct {
	*round
	work     meeting.Work
	sighting meeting.Sighting
	link     *meeting.Link  // nil: none
	was      meeting.Link   // as it was when its history was last told
	doing    plan.Action    // that is being carried out
	intended bool           // an intent was found, or made: it may be open
	drafts   []meeting.Link // from the pane, for this event
	event    *meeting.Event // nil: confirmed gone; of a draft always

	series     *meeting.Series    // of a master, as read; nil: not read
	instances  []meeting.Instance // of a master, as listed; nil: not asked
	datesMoved bool               // its dates were written to since they were read
	master     *meeting.Link      // of a date: its series' link, if that has not ended
	alone      *meeting.Link      // of a date: its series' link, if it has to have a meeting of its own
	single     bool               // of a date: it may have one

	began    time.Time
	did      []string                 // actions, for the log
	refusal  error                    // what Webex refused, for the log
	by       meeting.Grant            // the person's own grant that made the link's meeting, where the host's is another
	beside   map[meeting.EventID]bool // events of the same bite
	stale    bool                     // others were worked since links and drafts were read
	seen     *plan.Seen               // what a look at the meeting showed; nil: nobody looked, or it is past
	glanced  bool                     // it was looked at
	unseen   error                    // why Webex did not show it
	confirms bool                     // all is sent again, in case that a late write changed it
}

// outcome is what becomes of the work: done, or again at a time.
type outcome struct {
	at     time.Time // zero: done
	hold   bool      // newer marks wait too
	reason meeting.Reason
	err    error // for the log
}

// settles bounds how often an event is planned in one turn: create, show and
// the empty plan are three, those of a series' dates three more, a few edits by
// people in between the rest.
const settles = 12

// order puts what is urgent first, and what may create before what deletes.
// Drafts that may go come last: their events may be among the others.
func (t *turn) order() int {
	switch {
	case t.work.Urgent:
		return -1
	case t.work.Event.IsDraft() && t.link != nil && t.link.State != meeting.LinkWished:
		return 3
	case t.sighting.Err != nil || t.work.Deleted || t.work.Missing:
		return 2
	case t.link != nil:
		return 1
	}
	return 0
}

// run works the event and stores what becomes of its mark. An error ends the
// round: the lease is lost or the database away.
func (t *turn) run(ctx context.Context) error {
	out, err := t.settle(ctx)
	if err != nil {
		return err
	}
	if out.at.IsZero() && t.intended {
		// An open intent is looked after even if the event needs nothing more.
		intents, err := t.Store.Intents(ctx, t.claim.Mailbox, t.work.Event)
		if err != nil {
			return err
		}
		if len(intents) > 0 {
			out.at, out.reason = intents[0].LookAt, meeting.WaitLook
		}
	}
	out = t.await(t.glanceAgain(out))
	if err := t.tellSeries(ctx); err != nil {
		return err
	}
	t.logOutcome(ctx, out)
	t.watched(out)
	if err := t.tell(ctx, out); err != nil {
		return err
	}
	if out.at.IsZero() {
		return t.Store.Done(ctx, t.claim, t.work)
	}
	t.work.Attempts++
	t.work.NotBefore, t.work.Reason = out.at, out.reason
	return t.Store.Postpone(ctx, t.claim, t.work, out.hold)
}

// watched tells who watches of the turn's end.
func (t *turn) watched(out outcome) {
	if t.Watch == nil {
		return
	}
	now, is := t.Clock.Now(), "done"
	switch {
	case out.err != nil || t.refusal != nil:
		is = "failed"
	case !out.at.IsZero():
		is = "waits"
	}
	t.Watch.Synced(is, string(out.reason), now.Sub(t.began))
	if is != "failed" && slices.ContainsFunc(t.did, func(did string) bool { return slices.Contains(writes, plan.Do(did)) }) {
		t.Watch.Followed(now.Sub(t.work.MarkedAt))
	}
}

// writes are the actions that bring a change of the calendar to Webex.
var writes = []plan.Do{plan.Create, plan.Update, plan.Invite, plan.Change, plan.Delete}

// tell lets the account page say that the event waits, and for what.
func (t *turn) tell(ctx context.Context, out outcome) error {
	if t.link == nil || t.link.UpdatedAt.IsZero() {
		return nil // not stored
	}
	is := t.link.Reason
	switch {
	case !out.at.IsZero() && out.reason.Waits():
		is = out.reason
	case is.Waits(), is == meeting.WaitDryRun && !t.settings.DryRun:
		is = meeting.NothingToDo
	}
	if is == t.link.Reason {
		return nil
	}
	t.link.Reason = is
	return t.save(ctx, "")
}

func (t *turn) settle(ctx context.Context) (outcome, error) {
	if err := t.reload(ctx); err != nil {
		return outcome{}, err
	}
	if t.work.Event.IsDraft() {
		return t.draft(ctx)
	}
	if out, done, err := t.look(ctx); done || err != nil {
		return out, err
	}
	if err := t.hosts(ctx); err != nil {
		return outcome{}, err
	}
	if out, done, err := t.see(ctx); done || err != nil {
		return out, err
	}
	if t.event != nil && t.event.OfSeries() {
		if out, done, err := t.ofSeries(ctx); done || err != nil {
			return out, err
		}
	}
	if err := t.remember(ctx); err != nil {
		return outcome{}, err
	}
	if out, done, err := t.datesAsk(ctx); done || err != nil {
		return out, err
	}
	t.doubt()
	return t.carryOut(ctx, t.input, plan.Event)
}

// hosts finds out with which grant the link's meeting is worked.
func (t *turn) hosts(ctx context.Context) (err error) {
	if err := t.takeOver(ctx); err != nil {
		return err
	}
	t.by, err = t.own(ctx)
	return err
}

// carryOut plans and applies until the plan is empty.
func (t *turn) carryOut(ctx context.Context, input func(context.Context) (plan.Input, outcome, error), planned func(plan.Input) []plan.Action) (outcome, error) {
	last := outcome{reason: meeting.NothingToDo}
	for range settles {
		in, out, err := input(ctx)
		if err != nil || !out.at.IsZero() {
			return out, err
		}
		actions, err := t.allowed(ctx, in, planned(in))
		if err != nil {
			return outcome{}, err
		}
		if len(actions) == 0 {
			return last, nil
		}
		for _, action := range actions {
			if err := ctx.Err(); err != nil {
				return outcome{}, err
			}
			if len(t.did) == 0 {
				last.reason = action.Reason // what began it
			}
			t.did = append(t.did, string(action.Do))
			receipt.BookOf(ctx).Because(cmp.Or(string(action.Reason), lookReason))
			t.doing = action
			out, again, err := t.apply(ctx, action, in)
			t.doing = plan.Action{}
			switch {
			case err != nil || !out.at.IsZero():
				return out, err
			case again:
			default:
				continue
			}
			break
		}
	}
	return outcome{at: t.Clock.Now().Add(time.Minute), reason: last.reason,
		err: errs.New(errs.Internal, "event did not settle")}, nil
}

// allowed runs the policies over a plan.
func (t *turn) allowed(ctx context.Context, in plan.Input, actions []plan.Action) ([]plan.Action, error) {
	if t.settings.DryRun {
		return plan.Policy{DryRun: true}.Filter(in, actions), nil
	}
	if t.work.Event.IsDraft() || !slices.ContainsFunc(actions, func(a plan.Action) bool { return a.Do == plan.Delete }) {
		return actions, nil // a draft is no event that an accident could have deleted
	}
	deletions, err := t.Store.Deletions(ctx, t.claim.Mailbox, in.Now.Add(-time.Hour))
	if err != nil {
		return nil, err
	}
	return plan.Policy{Deletions: deletions}.Filter(in, actions), nil
}

// standing is what plan has to know of everything.
func (t *turn) standing() plan.Input {
	return plan.Input{
		Now: t.Clock.Now(), PublicURL: t.PublicURL, Account: t.account, Authority: t.claim.Authority, Settings: t.settings,
		Host: t.host, Maker: t.by, Event: t.event, Link: t.link,
	}
}

// input gathers what plan has to know. A key of another link is looked up in
// our own rows, never by reading another mailbox.
func (t *turn) input(ctx context.Context) (plan.Input, outcome, error) {
	in := t.standing()
	if t.event == nil {
		return in, outcome{}, nil
	}
	found := block.Find(t.event.Body)
	if t.event.Type == meeting.SeriesMaster && t.concerns(found) {
		dates, out, err := t.dates(ctx)
		if err != nil || !out.at.IsZero() {
			return in, out, err
		}
		in.Dates, in.Event = dates, t.event
		found = block.Find(t.event.Body)
	}
	if l := t.link; l != nil && l.State == meeting.LinkWished && l.Problem == meeting.ProblemTrackingCode {
		preferred, err := t.preferred(ctx)
		if err != nil {
			return in, outcome{}, err
		}
		in.Preferred = preferred
	}
	in.Alone, in.Single = t.alone, t.single
	in.InSeries = t.alone == nil && repeats(t.master) && t.master.State == meeting.LinkLinked
	in.Body = plan.Body{Keys: found.Keys, Damaged: found.Damaged, Foreign: t.foreign(found)}
	if t.link != nil {
		in.Body.Current = block.Carries(t.event.Body, t.content())
	}
	seen, out, err := t.glance(ctx, in)
	if err != nil || !out.at.IsZero() {
		return in, out, err
	}
	in.Seen = seen
	var drafts []meeting.Link // that the event shows
	for _, key := range found.Keys {
		if t.link != nil && key == t.link.Key {
			continue
		}
		owner, err := t.Store.LinkByKey(ctx, key)
		switch {
		case errs.Is(err, errs.NotFound):
			if in.Owner == nil && in.Found == nil && len(drafts) == 0 {
				if in.Found, err = t.known(ctx); err != nil {
					return in, t.failed(err), nil
				}
			}
			continue
		case err != nil:
			return in, outcome{}, err
		case owner.Mailbox == t.claim.Mailbox && owner.Event.IsDraft() && owner.State != meeting.LinkEnded:
			drafts = append(drafts, owner)
		}
		if in.Owner == nil {
			in.Owner = &owner
		}
	}
	if len(found.Keys) == 0 {
		located, err := t.located(ctx)
		if err != nil {
			return in, outcome{}, err
		}
		drafts = append(drafts, located...)
	}
	in.Draft = t.candidate(drafts)
	if o := in.Owner; o != nil && o.Mailbox == t.claim.Mailbox && o.State == meeting.LinkLinked && !o.Event.IsDraft() && t.link == nil {
		probe := *o
		if o.Rhythm != nil {
			probe.Starts, probe.Ends = plan.AroundNext(&o.Rhythm.Recurrence, t.Clock.Now())
		}
		here, _, err := t.present(ctx, probe)
		if err != nil {
			return in, t.failed(err), nil
		}
		in.OwnerGone = !here
	}
	return in, outcome{}, nil
}

// concerns reports whether a master's dates matter: it has a meeting, or may get
// one.
func (t *turn) concerns(found block.Found) bool {
	return t.link != nil && t.link.State != meeting.LinkEnded || len(t.drafts) > 0 || len(found.Keys) > 0 ||
		t.settings.Wish(t.event.Location) != meeting.NoWish || meeting.IsJoinLink(t.event.Location)
}

// known looks for the meeting of a block whose key we do not know. It counts
// only if its host is this mailbox's host and no link of ours holds it: a
// look-up also shows meetings where the person is merely invited.
func (t *turn) known(ctx context.Context) (*meeting.Meeting, error) {
	if t.host.State != meeting.GrantLive || t.link != nil && t.link.State != meeting.LinkEnded {
		return nil, nil
	}
	for _, link := range block.Links(t.event.Body) {
		m, err := t.webex.MeetingByLink(ctx, t.host.Host(), link)
		if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Invalid) || errs.Is(err, errs.Forbidden) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if !slices.Contains(t.host.Aliases, strings.ToLower(m.HostEmail)) {
			continue
		}
		held, err := t.Store.LinkByMeeting(ctx, m.ID)
		if errs.Is(err, errs.NotFound) || err == nil && held.State == meeting.LinkEnded {
			return &m, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// foreign reports whether the body holds a Webex link that is not ours: what is
// left of our own block without its marker lines is none.
func (t *turn) foreign(found block.Found) bool {
	for _, link := range found.Foreign {
		if t.link == nil || link != t.link.Join.WebLink {
			return true
		}
	}
	return false
}

func (t *turn) content() block.Content {
	language := cmp.Or(t.account.Language, t.settings.Language)
	return block.Content{Key: t.link.Key, PublicURL: t.PublicURL, Language: language, Join: t.link.Shown()}
}

// remember keeps what the account page and the next sweep need of the event.
func (t *turn) remember(ctx context.Context) error {
	if t.link == nil || t.event == nil {
		return nil
	}
	was := *t.link
	t.note()
	if was.Subject == t.link.Subject && was.Starts.Equal(t.link.Starts) && was.Ends.Equal(t.link.Ends) &&
		was.ICalUID == t.link.ICalUID && was.ChangeKey == t.link.ChangeKey &&
		was.ShownAt.Equal(t.link.ShownAt) && was.BareSince.Equal(t.link.BareSince) {
		return nil
	}
	if was.ChangeKey != t.link.ChangeKey {
		if err := t.tellSingles(ctx); err != nil {
			return err
		}
	}
	return t.save(ctx, "")
}

// note copies from event to link, without storing.
func (t *turn) note() {
	if t.event == nil {
		return
	}
	e, l := t.event, t.link
	l.Subject, l.Starts, l.Ends, l.ICalUID, l.ChangeKey = e.Subject, e.Start, e.End, e.ICalUID, e.ChangeKey
	if e.Private {
		l.Subject = meeting.PrivateTitle
	}
	if e.Type == meeting.SeriesMaster {
		var exceptions []meeting.Event
		if t.series != nil {
			exceptions = t.series.Exceptions
		}
		l.Ends = plan.SeriesEnds(*e, exceptions, l.Rhythm != nil && l.Rhythm.FromFirst)
	}
	for _, key := range block.Find(e.Body).Keys {
		if key == l.Key {
			l.BareSince, l.For = time.Time{}, ""
			if l.ShownAt.IsZero() && l.State == meeting.LinkLinked {
				l.ShownAt = t.Clock.Now()
			}
		}
	}
}

// save stores the link, and tells what became of its meeting since it was stored
// last.
func (t *turn) save(ctx context.Context, settles string) error {
	t.link.UpdatedAt = t.Clock.Now()
	history := t.history()
	if err := t.Store.SaveLink(ctx, t.claim, *t.link, settles, history...); err != nil {
		return err
	}
	t.was = meeting.Remembered(t.was, *t.link)
	return nil
}

// ensureLink makes an unsaved link for an event that has none.
func (t *turn) ensureLink() error {
	if t.link != nil {
		return nil
	}
	key, err := meeting.NewLinkKey(t.Random)
	if err != nil {
		return err
	}
	t.link = &meeting.Link{
		Mailbox: t.claim.Mailbox, Event: t.work.Event, Key: key,
		State: meeting.LinkWished, CreatedAt: t.Clock.Now(),
	}
	return nil
}

func (t *turn) logOutcome(ctx context.Context, out outcome) {
	action, level := "none", slog.LevelDebug
	if len(t.did) > 0 {
		action, level = strings.Join(t.did, ","), slog.LevelInfo
	}
	if out.err == nil {
		out.err = t.refusal
	}
	if out.err != nil {
		level = slog.LevelWarn
		if out.reason == meeting.WaitThrottled {
			level = slog.LevelInfo // ordinary life
		}
	}
	attrs := []slog.Attr{
		slog.String(keyAccount, string(t.claim.Mailbox)), slog.String(keyEvent, string(t.work.Event)),
		slog.String(keyAction, action), slog.String(keyReason, string(out.reason)),
		slog.Duration(keyDuration, t.Clock.Since(t.began)),
	}
	if !out.at.IsZero() {
		attrs = append(attrs, slog.Time("again_at", out.at))
	}
	if out.err != nil {
		attrs = append(attrs, slog.String(keyError, out.err.Error()))
	}
	t.Log.LogAttrs(ctx, level, "event", attrs...)
}
