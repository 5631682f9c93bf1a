package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/store"
	"webex-scheduler/internal/store/storetest"
)

// Three processes mark, claim, work and connect on one database, while the
// tenant takes the mailboxes over, pauses and gives them back:
// no call fails, which it would if two locked in different orders, and no mark
// is forgotten.
func TestPostgresFleet(t *testing.T) {
	t.Parallel()
	fixture := storetest.Postgres(t)
	clock := clockwork.NewRealClock()
	const mailboxes, rounds = 6, 40
	mailbox := func(i int) meeting.AccountID {
		return meeting.NewAccountID("contoso", meeting.ObjectID(fmt.Sprint("person-", i%mailboxes)))
	}
	var fleet []*store.Store
	for i := range 3 {
		s := fixture.Open(t, clock)
		if i == 0 {
			if err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			for i := range mailboxes {
				connect(t, s, mailbox(i))
			}
		}
		fleet = append(fleet, s)
	}

	var marking, working sync.WaitGroup
	work, stop := context.WithCancel(t.Context())
	defer stop()
	for n, s := range fleet {
		marking.Go(func() {
			for round := range rounds {
				var marks []meeting.Mark
				for i := range mailboxes { // in another order in each process
					event := meeting.EventID(fmt.Sprint("event-", round))
					marks = append(marks, meeting.Mark{Mailbox: mailbox(i*(n+1) + n), Event: event})
				}
				if err := s.Mark(t.Context(), marks); err != nil {
					t.Error(err)
				}
				if round%10 == 5 {
					connect(t, s, mailbox(round+n))
				}
			}
		})
		working.Go(func() {
			for work.Err() == nil {
				if err := workOnce(t.Context(), s); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	if err := fleet[0].BeginProof(t.Context(), "contoso"); err != nil {
		t.Fatal(err)
	}
	marking.Go(func() {
		for range 10 {
			if err := governOnce(t.Context(), fleet[1], mailboxes, mailbox); err != nil {
				t.Error(err)
				return
			}
		}
	})
	marking.Wait()
	for { // until everything is worked off
		at, ok, err := fleet[0].NextDue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !ok || at.After(clock.Now().Add(30*time.Minute)) {
			break
		}
	}
	stop()
	working.Wait()
	for i := range mailboxes {
		if state, err := fleet[0].Mailbox(t.Context(), mailbox(i)); err != nil || state.Waiting != 0 {
			t.Errorf("%s: got %+v, %v, want nothing waiting", mailbox(i), state, err)
		}
	}
}

func connect(t testing.TB, s *store.Store, account meeting.AccountID) {
	t.Helper()
	for _, service := range []meeting.Service{meeting.Microsoft, meeting.Webex} {
		if _, err := s.SaveGrant(t.Context(), meeting.Grant{Account: account, Service: service, SubjectID: "x"}, meeting.Tokens{}); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Connect(t.Context(), account); err != nil {
		t.Error(err)
	}
}

func workOnce(ctx context.Context, s *store.Store) error {
	claims, err := s.Claim(ctx, 2, time.Minute)
	if err != nil {
		return err
	}
	for _, claim := range claims {
		if err := s.SubscriptionWork(ctx, claim, time.Time{}, false); err != nil {
			return err
		}
		if err := s.Swept(ctx, claim, time.Now(), nil, time.Now().Add(time.Hour)); err != nil {
			return err
		}
		works, err := s.Bite(ctx, claim, 20)
		if err != nil {
			return err
		}
		for _, work := range works {
			if err := s.Done(ctx, claim, work); err != nil {
				return err
			}
		}
		if err := s.Release(ctx, claim); err != nil {
			return err
		}
	}
	return nil
}

// governOnce makes all mailboxes the tenant's, stops them for a moment, and gives
// them back to their persons.
func governOnce(ctx context.Context, s *store.Store, n int, mailbox func(i int) meeting.AccountID) error {
	if err := s.LookAtTenant(ctx, "contoso"); err != nil {
		return err
	}
	claim, _, err := s.ClaimTenant(ctx, time.Minute)
	if err != nil {
		return err
	}
	if err := s.SaveStanding(ctx, claim, meeting.Tenant{State: meeting.TenantAuthorised}); err != nil {
		return err
	}
	for _, gone := range []bool{false, true} {
		var changes []meeting.MemberChange
		for i := range n {
			changes = append(changes, meeting.MemberChange{Member: meeting.Member{Account: mailbox(n - i)}, Gone: gone})
		}
		if err := s.ApplyRoster(ctx, claim, meeting.Choice{}, changes, func(int) time.Time { return time.Now() }); err != nil {
			return err
		}
		for _, paused := range []bool{true, false} {
			if err := s.PauseTenant(ctx, "contoso", paused); err != nil {
				return err
			}
		}
	}
	return s.ReleaseTenant(ctx, claim, time.Time{})
}
