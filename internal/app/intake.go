package app

import (
	"context"

	"webex-scheduler/internal/graph"
	"webex-scheduler/internal/store"
	"webex-scheduler/internal/syncer"
)

// intake joins Graph's parser with the syncer's intake: web hands over raw
// bytes, Graph's JSON stays in graph.
type intake struct{ *syncer.Intake }

// Receive takes change notifications.
func (in intake) Receive(ctx context.Context, body []byte) error {
	items, err := graph.ParseNotifications(body)
	if err != nil {
		return err
	}
	return in.Intake.Receive(ctx, items)
}

// ReceiveLifecycle takes lifecycle notifications: the same form, and Graph may
// be given one address for both.
func (in intake) ReceiveLifecycle(ctx context.Context, body []byte) error {
	return in.Receive(ctx, body)
}

var _ syncer.Store = (*store.Store)(nil)
