package syncer

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"log/slog"
	"strings"
	"sync/atomic"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// IntakeStore is what the intake needs of the store.
type IntakeStore interface {
	// SubscriptionByState returns mailbox and SHA-256 of the client state of
	// the row with that id; errs.NotFound if there is none.
	SubscriptionByState(ctx context.Context, id string) (meeting.AccountID, [sha256.Size]byte, error)
	Mark(ctx context.Context, marks []meeting.Mark) error
	MarkLifecycle(ctx context.Context, mailbox meeting.AccountID, id string, event meeting.LifecycleEvent) error
}

// Intake turns notifications into marks. An item that does not prove itself is
// ignored, counted and logged; it never costs its neighbours.
type Intake struct {
	Store   IntakeStore
	Log     *slog.Logger
	Ignored atomic.Int64
	// Count is told how many were marked, ignored or failed; may be nil.
	Count func(result string, n int)
}

func (in *Intake) count(result string, n int) {
	if in.Count != nil && n > 0 {
		in.Count(result, n)
	}
}

// Receive marks what the items name and returns once that is durable. errs.Busy:
// the sender has to come again.
func (in *Intake) Receive(ctx context.Context, items []meeting.Notification) error {
	marks := make([]meeting.Mark, 0, len(items))
	for _, item := range items {
		id, mailbox, err := in.verify(ctx, item)
		switch {
		case errs.Is(err, errs.Forbidden):
			in.ignore(id, err)
		case err != nil:
			in.count("failed", len(items))
			return errs.New(errs.Busy, "read subscription: %w", err)
		case item.Lifecycle != "":
			switch err := in.Store.MarkLifecycle(ctx, mailbox, id, item.Lifecycle); {
			case errs.Is(err, errs.Invalid):
				in.ignore(id, errs.New(errs.Forbidden, "unknown lifecycle event"))
			case err != nil:
				return err
			}
		case item.Event == "":
			in.ignore(id, errs.New(errs.Forbidden, "item names no event"))
		default:
			marks = append(marks, meeting.Mark{Mailbox: mailbox, Event: item.Event, Deleted: item.Deleted})
		}
	}
	if len(marks) == 0 {
		return nil
	}
	if err := in.Store.Mark(ctx, marks); err != nil {
		in.count("failed", len(marks))
		return err
	}
	in.count("marked", len(marks))
	return nil
}

// verify checks an item against the row that its client state names.
func (in *Intake) verify(ctx context.Context, item meeting.Notification) (id string, mailbox meeting.AccountID, err error) {
	id, _, ok := strings.Cut(item.ClientState.Reveal(), ".")
	if !ok {
		return "", "", errs.New(errs.Forbidden, "no client state of ours")
	}
	mailbox, want, err := in.Store.SubscriptionByState(ctx, id)
	if errs.Is(err, errs.NotFound) {
		return "", "", errs.New(errs.Forbidden, "unknown subscription")
	}
	if err != nil {
		return "", "", err
	}
	got := sha256.Sum256([]byte(item.ClientState.Reveal()))
	if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
		return id, "", errs.New(errs.Forbidden, "wrong client state")
	}
	if !strings.EqualFold(string(item.Tenant), string(mailbox.Tenant())) {
		return id, "", errs.New(errs.Forbidden, "wrong tenant")
	}
	return id, mailbox, nil
}

func (in *Intake) ignore(id string, why error) {
	in.Ignored.Add(1)
	in.count("ignored", 1)
	in.Log.Warn("notification ignored", "subscription", id, keyReason, why.Error())
}
