package app

import (
	"context"
	"time"

	"webex-scheduler/internal/graph"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/store"
)

// What follows holds the tree together until syncer and store know of
// authorities; then it goes, and Run hands over db and calendar themselves.

type individually struct{ *store.Store }

func (individually) Authority(context.Context, meeting.AccountID) (meeting.Authority, error) {
	return meeting.Individual, nil
}

type subscriber struct{ graph *graph.Client }

func (s subscriber) Subscribe(ctx context.Context, mailbox meeting.AccountID, clientState meeting.Secret, until time.Time) (string, time.Time, error) {
	return s.graph.Subscribe(ctx, mailbox, meeting.Individual, clientState, until)
}

func (s subscriber) RenewSubscription(ctx context.Context, mailbox meeting.AccountID, graphID string, until time.Time) (time.Time, error) {
	return s.graph.RenewSubscription(ctx, individual(mailbox, graphID), until)
}

func (s subscriber) ReauthorizeSubscription(ctx context.Context, mailbox meeting.AccountID, graphID string) error {
	return s.graph.ReauthorizeSubscription(ctx, individual(mailbox, graphID))
}

func (s subscriber) Subscription(ctx context.Context, mailbox meeting.AccountID, graphID string) (time.Time, error) {
	return s.graph.Subscription(ctx, individual(mailbox, graphID))
}

func (s subscriber) Unsubscribe(ctx context.Context, mailbox meeting.AccountID, graphID string) error {
	return s.graph.Unsubscribe(ctx, individual(mailbox, graphID))
}

func individual(mailbox meeting.AccountID, graphID string) meeting.Subscription {
	return meeting.Subscription{Mailbox: mailbox, GraphID: graphID, Authority: meeting.Individual}
}
