package token_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/seal"
	"webex-scheduler/internal/store"
	"webex-scheduler/internal/token"
)

// The rules of Store's comments, kept by the real one.
func TestTwoSourcesOnADatabase(t *testing.T) {
	t.Parallel()
	w := setup(t)
	keys, err := seal.ParseKeys(seal.NewKey(rand.Reader))
	if err != nil {
		t.Fatal(err)
	}
	box, err := seal.New(keys)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), "sqlite://"+t.TempDir()+"/scheduler.db", box, w.clock, rand.Reader, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.SaveAccount(t.Context(), meeting.Account{ID: account, UPN: "bo@contoso.example"}); err != nil {
		t.Fatal(err)
	}
	grant := meeting.Grant{Account: account, Service: meeting.Microsoft, SubjectID: string(account.Object()), CreatedAt: w.clock.Now()}
	id, err := db.SaveGrant(t.Context(), grant, w.microsoft.issue())
	if err != nil {
		t.Fatal(err)
	}
	w.microsoft.rotate = true
	var sources []token.Mailboxes
	for _, owner := range []string{"one", "two"} {
		sources = append(sources, token.New(token.Config{
			Store: individually{db}, Microsoft: w.microsoft, Webex: w.webex, Owner: owner, Clock: w.clock,
		}).Mailboxes())
	}

	for round := range 3 {
		w.clock.Advance(2 * time.Hour)
		begun, finish := make(chan struct{}), make(chan struct{})
		w.microsoft.next = func(string) (error, bool) { close(begun); <-finish; return nil, false }
		var wrong atomic.Int32
		ask := func(source token.Mailboxes) {
			if _, err := source.Token(t.Context(), account, meeting.Individual, meeting.Secret{}); err != nil {
				wrong.Add(1)
			}
		}
		var first, others sync.WaitGroup
		first.Go(func() { ask(sources[round%2]) })
		<-begun
		for i := range 20 {
			others.Go(func() { ask(sources[i%2]) })
		}
		if err := w.clock.BlockUntilContext(t.Context(), 1); err != nil { // one of the other source waits for its next look
			t.Fatal(err)
		}
		close(finish)
		first.Wait()
		w.clock.Advance(time.Second)
		others.Wait()
		if n := wrong.Load(); n > 0 {
			t.Errorf("%d callers got no token", n)
		}
		if got := len(w.microsoft.seen()); got != round+1 {
			t.Errorf("%d refreshes after %d rounds", got, round+1)
		}
	}

	w.clock.Advance(2 * time.Hour)
	w.microsoft.answer(refusal{meeting.GrantWithdrawn}.error())
	for _, source := range sources {
		if _, err := source.Token(t.Context(), account, meeting.Individual, meeting.Secret{}); !errs.Is(err, errs.SignedOut) {
			t.Errorf("got %v, want signed out", err)
		}
	}
	dead, err := db.GrantByID(t.Context(), id)
	if err != nil || dead.State != meeting.GrantDead || dead.Reason != meeting.GrantWithdrawn {
		t.Errorf("grant is %s (%s), %v", dead.State, dead.Reason, err)
	}
	w.microsoft.answer(nil)
	if _, err := db.SaveGrant(t.Context(), grant, w.microsoft.issue()); err != nil {
		t.Fatal(err)
	}
	for _, source := range sources {
		if _, err := source.Token(t.Context(), account, meeting.Individual, meeting.Secret{}); err != nil {
			t.Errorf("connected anew: %v", err)
		}
	}
}

// individually is a store of mailboxes that no tenant keeps.
type individually struct{ *store.Store }

func (individually) Authority(context.Context, meeting.AccountID) (meeting.Authority, error) {
	return meeting.Individual, nil
}
