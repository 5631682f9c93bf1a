package syncer_test

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/syncer"
)

const (
	mailbox = meeting.AccountID("tenant/ana")
	state   = "row1.secret"
)

// shelf knows one subscription.
type shelf struct {
	marks     []meeting.Mark
	lifecycle []meeting.LifecycleEvent
	away      bool
}

func (s *shelf) SubscriptionByState(_ context.Context, id string) (meeting.AccountID, [32]byte, error) {
	if s.away {
		return "", [32]byte{}, errs.New(errs.Unavailable, "database away")
	}
	if id != "row1" {
		return "", [32]byte{}, errs.New(errs.NotFound, "unknown")
	}
	return mailbox, sha256.Sum256([]byte(state)), nil
}

func (s *shelf) Mark(_ context.Context, marks []meeting.Mark) error {
	s.marks = append(s.marks, marks...)
	return nil
}

func (s *shelf) MarkLifecycle(_ context.Context, _ meeting.AccountID, _ string, event meeting.LifecycleEvent) error {
	switch event {
	case meeting.Missed, meeting.SubscriptionRemoved, meeting.ReauthorizationRequired:
		s.lifecycle = append(s.lifecycle, event)
		return nil
	}
	return errs.New(errs.Invalid, "unknown lifecycle event")
}

func item(change ...func(*meeting.Notification)) meeting.Notification {
	n := meeting.Notification{ClientState: meeting.NewSecret(state), Tenant: "TENANT", Event: "event"}
	for _, c := range change {
		c(&n)
	}
	return n
}

// TestABadItemNeverCostsItsNeighbours: whatever one item of a delivery is, the
// good one beside it is marked, and Graph is told that all is well.
func TestABadItemNeverCostsItsNeighbours(t *testing.T) {
	t.Parallel()
	as := func(state string) func(*meeting.Notification) {
		return func(n *meeting.Notification) { n.ClientState = meeting.NewSecret(state) }
	}
	for name, bad := range map[string]meeting.Notification{
		"no client state":           item(as("")),
		"another program's":         item(as("something")),
		"unknown row":               item(as("row2.secret")),
		"right row, wrong secret":   item(as("row1.guess")),
		"another tenant":            item(func(n *meeting.Notification) { n.Tenant = "other" }),
		"no event":                  item(func(n *meeting.Notification) { n.Event = "" }),
		"a lifecycle event of 2030": item(func(n *meeting.Notification) { n.Event, n.Lifecycle = "", "fancyNew" }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &shelf{}
			in := &syncer.Intake{Store: s, Log: slog.New(slog.DiscardHandler)}
			if err := in.Receive(t.Context(), []meeting.Notification{bad, item()}); err != nil {
				t.Errorf("receive: %v", err)
			}
			if diff := cmp.Diff([]meeting.Mark{{Mailbox: mailbox, Event: "event"}}, s.marks); diff != "" {
				t.Errorf("marks (-want +got):\n%s", diff)
			}
			if got := in.Ignored.Load(); got != 1 {
				t.Errorf("ignored %d, want the bad one", got)
			}
		})
	}
}

func TestIntakeTellsLifecycleAndDeletion(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	in := &syncer.Intake{Store: s, Log: slog.New(slog.DiscardHandler)}
	err := in.Receive(t.Context(), []meeting.Notification{
		item(func(n *meeting.Notification) { n.Deleted = true }),
		item(func(n *meeting.Notification) { n.Event, n.Lifecycle = "", meeting.Missed }),
	})
	if err != nil || len(s.marks) != 1 || !s.marks[0].Deleted || len(s.lifecycle) != 1 {
		t.Errorf("marks %+v, lifecycle %v, err %v", s.marks, s.lifecycle, err)
	}
}

// TestIntakeAsksToComeAgain: nothing is accepted that could not be checked.
func TestIntakeAsksToComeAgain(t *testing.T) {
	t.Parallel()
	in := &syncer.Intake{Store: &shelf{away: true}, Log: slog.New(slog.DiscardHandler)}
	if err := in.Receive(t.Context(), []meeting.Notification{item()}); !errs.Is(err, errs.Busy) {
		t.Errorf("err = %v, want Busy", err)
	}
}
