package syncer

import (
	"context"
	"encoding/base64"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// hookHealth is how often a grant's webhooks are looked at: Webex disables one
// whose deliveries fail, and enables none by itself.
const hookHealth = 20 * time.Hour

// hookRetry is when they are looked at again after that failed.
const hookRetry = 10 * time.Minute

// Hooks is what the syncer needs of Webex's webhooks. Errors as for Calendar.
type Hooks interface {
	Hooks(ctx context.Context, grant meeting.GrantID, org bool) ([]meeting.WebexHook, error)
	CreateHook(ctx context.Context, h meeting.Hook, target string, org bool) (id string, err error)
	EnableHook(ctx context.Context, h meeting.Hook, target string) error
	// DeleteHook succeeds too when it is gone already.
	DeleteHook(ctx context.Context, grant meeting.GrantID, id string) error
}

// hookStore keeps webhooks.
type hookStore interface {
	// AddHook stores one about to be registered; errs.Conflict: the grant has one
	// for the event.
	AddHook(ctx context.Context, h meeting.Hook) error
	Hooks(ctx context.Context, grant meeting.GrantID) ([]meeting.Hook, error)
	AccountHooks(ctx context.Context, account meeting.AccountID) ([]meeting.Hook, error)
	// TakeHooks lets one caller look after those last checked before then, and
	// notes them as checked at another time.
	TakeHooks(ctx context.Context, grant meeting.GrantID, before, at time.Time) (taken bool, err error)
	SaveHook(ctx context.Context, h meeting.Hook) error
	DeleteHook(ctx context.Context, id string) error
}

// hookTarget is the address that Webex calls for a webhook.
func (s *Syncer) hookTarget(id string) string { return s.PublicURL + hookPath + id }

const hookPath = "/hooks/webex?h="

// keepHooks sees to it that Webex tells of changes to the meetings of the host's
// grant: five webhooks, of an organisation's grant for all of it. Trouble with
// them only makes changes in Webex late: the daily list finds them.
func (r *round) keepHooks(ctx context.Context) error {
	if r.Hooks == nil || r.host.State != meeting.GrantLive {
		return nil
	}
	rows, err := r.Store.Hooks(ctx, r.host.ID)
	if err != nil {
		return err
	}
	now := r.Clock.Now()
	if rows, err = r.lackingHooks(ctx, rows); err != nil {
		return err
	}
	due := now.Add(-hookHealth)
	if !slices.ContainsFunc(rows, func(h meeting.Hook) bool { return !h.CheckedAt.After(due) }) {
		return nil
	}
	taken, err := r.Store.TakeHooks(ctx, r.host.ID, due, due.Add(hookRetry))
	if err != nil || !taken {
		return err
	}
	if err := r.checkHooks(ctx, rows); err != nil {
		if ctx.Err() != nil {
			return err
		}
		r.Log.Log(ctx, severity(err), "webhooks", keyAccount, r.claim.Mailbox, keyError, err)
		return nil
	}
	_, err = r.Store.TakeHooks(ctx, r.host.ID, now, now)
	return err
}

// lackingHooks commits rows for events that have none, before Webex hears of
// them: a delivery may come before its answer.
func (r *round) lackingHooks(ctx context.Context, rows []meeting.Hook) ([]meeting.Hook, error) {
	has := map[string]bool{}
	for _, row := range rows {
		has[row.Event] = true
	}
	added := false
	for _, event := range meeting.HookEvents {
		if has[event] {
			continue
		}
		id, err := r.newNonce()
		if err != nil {
			return nil, err
		}
		var secret [32]byte
		if _, err := io.ReadFull(r.Random, secret[:]); err != nil {
			return nil, err
		}
		h := meeting.Hook{ID: id, Grant: r.host.ID, Event: event, Secret: meeting.NewSecret(base64.RawURLEncoding.EncodeToString(secret[:]))}
		if err := r.Store.AddHook(ctx, h); err != nil && !errs.Is(err, errs.Conflict) {
			return nil, err
		}
		added = true
	}
	if !added {
		return rows, nil
	}
	return r.Store.Hooks(ctx, r.host.ID)
}

// checkHooks brings Webex's list in line with ours.
func (r *round) checkHooks(ctx context.Context, rows []meeting.Hook) error {
	org := r.host.HostEmail != ""
	if err := r.holds(); err != nil {
		return err
	}
	list, err := r.Hooks.Hooks(ctx, r.host.ID, org)
	if err != nil {
		return err
	}
	there := map[string]meeting.WebexHook{}
	for _, h := range list {
		there[h.Target] = h
	}
	for _, row := range rows {
		target := r.hookTarget(row.ID)
		is, found := there[target]
		delete(there, target)
		if !found {
			if is.ID, err = r.Hooks.CreateHook(ctx, row, target, org); err != nil {
				return err
			}
			is.Active = true
		}
		if !is.Active {
			r.Log.Warn("webhook was disabled", keyAccount, r.claim.Mailbox, "webhook", row.Event,
				"hint", "can Webex reach "+r.PublicURL+"/hooks/webex?")
			row.WebexID = is.ID
			if err := r.Hooks.EnableHook(ctx, row, target); err != nil {
				return err
			}
		}
		if row.WebexID = is.ID; !found {
			if err := r.Store.SaveHook(ctx, row); err != nil {
				return err
			}
		}
	}
	for target, h := range there { // of an earlier life of this installation
		if strings.HasPrefix(target, r.hookTarget("")) {
			if err := r.Hooks.DeleteHook(ctx, r.host.ID, h.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropHooks takes down the webhooks of a person who disconnects.
func (r *round) dropHooks(ctx context.Context) error {
	if r.Hooks == nil {
		return nil
	}
	rows, err := r.Store.AccountHooks(ctx, r.claim.Mailbox)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.WebexID != "" {
			if err := r.holds(); err != nil {
				return err
			}
			if err := r.Hooks.DeleteHook(ctx, row.Grant, row.WebexID); err != nil && !errs.Is(err, errs.SignedOut) && !errs.Is(err, errs.Forbidden) {
				return err
			}
		}
		if err := r.Store.DeleteHook(ctx, row.ID); err != nil {
			return err
		}
	}
	return nil
}

// HookIntakeStore is what the intake of webhooks needs of the store.
type HookIntakeStore interface {
	LinkByMeeting(ctx context.Context, id meeting.MeetingID) (meeting.Link, error)
	Mark(ctx context.Context, marks []meeting.Mark) error
	// MeetingSession notes when a session of the link's meeting began, or ended.
	MeetingSession(ctx context.Context, link meeting.Link, at time.Time, ended bool) error
}

// HookIntake turns Webex's word of a meeting into a mark.
type HookIntake struct {
	Store HookIntakeStore
	Clock clockwork.Clock
}

// echo is how long after our own write the word of it may come, and settling how
// long it takes at the most until we know ourselves that we wrote.
const echo, settling = time.Minute, 2 * time.Second

// echoes reports whether what Webex told then is most likely of a write of ours.
func echoes(l meeting.Link, told time.Time) bool {
	return told.Sub(maxTime(l.WroteAt, l.CreatedAt)) < echo
}

// Receive marks the event of the meeting, if that is one which the webhook's
// grant made, and returns once that is durable. whole: it is said of the meeting
// as a whole, not of one of its dates or sessions. What comes on the heels of a
// write of ours is most likely its echo: then one look has to do, ten minutes later.
// errs.Busy: it has to come again.
func (in *HookIntake) Receive(ctx context.Context, h meeting.Hook, id meeting.MeetingID, whole bool) error {
	link, err := in.Store.LinkByMeeting(ctx, id)
	switch {
	case errs.Is(err, errs.NotFound):
		return nil // made elsewhere
	case err != nil:
		return errs.New(errs.Busy, "read link: %w", err)
	case link.Grant != h.Grant || link.State != meeting.LinkLinked:
		return nil
	}
	now := in.Clock.Now()
	mark := meeting.Mark{Mailbox: link.Mailbox, Event: link.Event, Webex: now.Add(glanceFor), After: now.Add(settling)}
	switch h.Event {
	case "started", "ended":
		return in.Store.MeetingSession(ctx, link, now, h.Event == "ended")
	case "deleted":
		mark.Vanished = whole
	}
	if !mark.Vanished && (link.Wanted.Unsure() || echoes(link, now)) {
		mark.After = mark.Webex
	}
	return in.Store.Mark(ctx, []meeting.Mark{mark})
}
