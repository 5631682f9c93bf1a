package token_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/token"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	account  = meeting.AccountID("aaaabbbb-0000-4ccc-8111-dddd2222eeee/11111111-2222-4333-8444-555555555555")
	calendar = meeting.GrantID("calendar")
	webex    = meeting.GrantID("webex")
)

// service is a token service that knows which refresh tokens are good.
type service struct {
	clock  clockwork.Clock
	life   time.Duration
	rotate bool // each refresh ends the token it used

	mu    sync.Mutex
	made  int
	good  map[string]bool
	calls []string // refresh tokens that came
	// next is asked first; nil means the usual answer. lost: it is given after
	// the work was done.
	next func(refresh string) (err error, lost bool)
}

func (s *service) Refresh(_ context.Context, _ meeting.Grant, refresh meeting.Secret) (meeting.Tokens, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, refresh.Reveal())
	var err error
	lost := false
	if s.next != nil {
		err, lost = s.next(refresh.Reveal())
	}
	if err != nil && !lost {
		return meeting.Tokens{}, err
	}
	if !s.good[refresh.Reveal()] {
		return meeting.Tokens{}, refusal{meeting.GrantRevoked}.error()
	}
	if s.rotate {
		delete(s.good, refresh.Reveal())
	}
	t := s.issue()
	if err != nil {
		return meeting.Tokens{}, err
	}
	return t, nil
}

func (s *service) issue() meeting.Tokens {
	s.made++
	refresh := fmt.Sprintf("refresh %d", s.made)
	s.good[refresh] = true
	now := s.clock.Now()
	return meeting.Tokens{
		Access:         meeting.NewSecret(fmt.Sprintf("access %d", s.made)),
		AccessExpires:  now.Add(s.life),
		Refresh:        meeting.NewSecret(refresh),
		RefreshExpires: now.Add(90 * 24 * time.Hour),
	}
}

func (s *service) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.calls...)
}

// answer makes the next refreshes end with err; nil makes them work again.
func (s *service) answer(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = func(string) (error, bool) { return err, false }
}

type refusal struct{ reason meeting.Reason }

func (r refusal) Error() string          { return "refused" }
func (r refusal) Reason() meeting.Reason { return r.reason }
func (r refusal) error() error           { return &errs.Error{Kind: errs.SignedOut, Message: "refused", Err: r} }

type world struct {
	clock     *clockwork.FakeClock
	store     *memory
	microsoft *service
	webex     *service
	tenants   *issuer
	source    *token.Source
	log       *bytes.Buffer
}

func setup(t *testing.T) *world {
	t.Helper()
	clock := clockwork.NewFakeClockAt(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	w := &world{clock: clock, store: &memory{clock: clock, rows: map[meeting.GrantID]*row{}}, log: new(bytes.Buffer)}
	w.microsoft = &service{clock: clock, life: 75 * time.Minute, good: map[string]bool{}}
	w.webex = &service{clock: clock, life: 14 * 24 * time.Hour, good: map[string]bool{}}
	w.tenants = &issuer{clock: clock}
	for id, s := range map[meeting.GrantID]*service{calendar: w.microsoft, webex: w.webex} {
		g := meeting.Grant{ID: id, Account: account, Service: meeting.Microsoft, State: meeting.GrantLive}
		if id == webex {
			g.Service = meeting.Webex
		}
		w.store.rows[id] = &row{grant: g, tokens: s.issue(), version: 1}
	}
	w.source = w.another("one")
	return w
}

// another is a Source of another process.
func (w *world) another(owner string) *token.Source {
	return token.New(token.Config{
		Store: w.store, Microsoft: w.microsoft, Webex: w.webex, Tenants: w.tenants, Owner: owner, Clock: w.clock,
		Log: slog.New(slog.NewTextHandler(w.log, nil)),
	})
}

func (w *world) token(t *testing.T, id meeting.GrantID, refused string) string {
	t.Helper()
	got, err := w.source.Token(t.Context(), id, meeting.NewSecret(refused))
	if err != nil {
		t.Fatal(err)
	}
	return got.Reveal()
}

func TestTokenIsRefreshedWhenDue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		id   meeting.GrantID
		wait time.Duration
		want string
	}{
		{"calendar token is young", calendar, 69 * time.Minute, "access 1"},
		{"calendar token has less than five minutes", calendar, 71 * time.Minute, "access 2"},
		{"calendar token is over", calendar, 3 * time.Hour, "access 2"},
		{"webex token has more than a quarter left", webex, 10 * 24 * time.Hour, "access 1"},
		{"webex token has less than a quarter left", webex, 11 * 24 * time.Hour, "access 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			if got := w.token(t, test.id, ""); got != "access 1" {
				t.Errorf("at first %q", got)
			}
			w.clock.Advance(test.wait)
			if got := w.token(t, test.id, ""); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestMailboxUsesTheCalendarGrant(t *testing.T) {
	t.Parallel()
	w := setup(t)
	boxes := w.source.Mailboxes()
	got, err := boxes.Token(t.Context(), account, meeting.Individual, meeting.Secret{})
	if err != nil || got.Reveal() != "access 1" {
		t.Errorf("got %q, %v", got.Reveal(), err)
	}
	got, err = boxes.Token(t.Context(), account, meeting.Individual, got)
	if err != nil || got.Reveal() != "access 2" {
		t.Errorf("after a refused one: got %q, %v", got.Reveal(), err)
	}
	_, err = boxes.Token(t.Context(), "stranger/stranger", "", meeting.Secret{})
	if !errs.Is(err, errs.SignedOut) {
		t.Errorf("no grant: got %v, want signed out", err)
	}
}

func TestFiftyGoroutinesRefreshOnce(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.clock.Advance(2 * time.Hour)
	var wrong atomic.Int32
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if got, err := w.source.Token(t.Context(), calendar, meeting.Secret{}); err != nil || got.Reveal() != "access 2" {
				wrong.Add(1)
			}
		})
	}
	group.Wait()
	if n := wrong.Load(); n > 0 {
		t.Errorf("%d of 50 did not get the new token", n)
	}
	if diff := cmp.Diff([]string{"refresh 1"}, w.microsoft.seen()); diff != "" {
		t.Errorf("refreshes: %s", diff)
	}
}

func TestOneRefreshAtATimeAmongProcesses(t *testing.T) {
	t.Parallel()
	w := setup(t)
	two := w.another("two")
	w.clock.Advance(2 * time.Hour)
	begun, finish := make(chan struct{}), make(chan struct{})
	w.microsoft.next = func(string) (error, bool) { close(begun); <-finish; return nil, false }

	first, second := make(chan string, 1), make(chan string, 1)
	ask := func(s *token.Source, got chan<- string) {
		secret, err := s.Token(t.Context(), calendar, meeting.Secret{})
		got <- fmt.Sprint(secret.Reveal(), err)
	}
	go ask(w.source, first)
	<-begun
	go ask(two, second)
	if err := w.clock.BlockUntilContext(t.Context(), 1); err != nil { // it waits for its next look
		t.Fatal(err)
	}
	close(finish)
	if got := <-first; got != "access 2<nil>" {
		t.Errorf("the one that refreshes: %s", got)
	}
	w.clock.Advance(time.Second)
	if got := <-second; got != "access 2<nil>" {
		t.Errorf("the one that waits: %s", got)
	}
	if got := len(w.microsoft.seen()); got != 1 {
		t.Errorf("%d refreshes, want 1", got)
	}
}

func TestProcessThatVanishesDuringRefresh(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.clock.Advance(2 * time.Hour)
	if ok, err := w.store.LeaseTokens(t.Context(), calendar, "vanished", 1, w.clock.Now().Add(time.Minute)); !ok || err != nil {
		t.Fatal(ok, err)
	}
	got := make(chan string, 1)
	go func() {
		secret, err := w.source.Token(t.Context(), calendar, meeting.Secret{})
		got <- fmt.Sprint(secret.Reveal(), err)
	}()
	if err := w.clock.BlockUntilContext(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(61 * time.Second) // its lease is over
	if got := <-got; got != "access 2<nil>" {
		t.Errorf("got %s", got)
	}
}

func TestStaleWriterOverwritesNothing(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.clock.Advance(2 * time.Hour)
	var again meeting.Tokens
	w.microsoft.next = func(string) (error, bool) {
		// The person connects anew while our refresh is under way.
		again = w.microsoft.issue()
		w.store.replace(calendar, again)
		return nil, false
	}
	if got := w.token(t, calendar, ""); got != again.Access.Reveal() {
		t.Errorf("got %q, want the person's own", got)
	}
	if got := w.store.row(calendar).tokens.Refresh; got != again.Refresh {
		t.Errorf("stored %q", got.Reveal())
	}
}

func TestRefusedGrantIsNotEndedOnceThePersonConnectedAnew(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.clock.Advance(2 * time.Hour)
	w.microsoft.next = func(string) (error, bool) {
		w.store.replace(calendar, w.microsoft.issue())
		return refusal{meeting.GrantRevoked}.error(), false
	}
	if got := w.token(t, calendar, ""); got != "access 2" {
		t.Errorf("got %q", got)
	}
	if got := w.store.row(calendar).grant.State; got != meeting.GrantLive {
		t.Errorf("grant is %s", got)
	}
}

func TestEachRefreshUsesTheNewestTokenAndKeepsTheOneBefore(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.microsoft.rotate = true
	for range 3 {
		w.clock.Advance(2 * time.Hour)
		w.token(t, calendar, "")
	}
	if diff := cmp.Diff([]string{"refresh 1", "refresh 2", "refresh 3"}, w.microsoft.seen()); diff != "" {
		t.Error(diff)
	}
	got := w.store.row(calendar).tokens
	if got.Refresh.Reveal() != "refresh 4" || got.PreviousRefresh.Reveal() != "refresh 3" {
		t.Errorf("stored %q, before it %q", got.Refresh.Reveal(), got.PreviousRefresh.Reveal())
	}
}

func TestLostAnswerOfARefresh(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.clock.Advance(2 * time.Hour)
	w.microsoft.next = func(string) (error, bool) { return errs.New(errs.Unavailable, "cut off"), true }
	if _, err := w.source.Token(t.Context(), calendar, meeting.Secret{}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("got %v, want unavailable", err)
	}
	if got := w.store.row(calendar); got.owner != "" || got.grant.State != meeting.GrantLive {
		t.Errorf("lease of %q, grant %s", got.owner, got.grant.State)
	}
	w.microsoft.answer(nil)
	w.clock.Advance(time.Minute)
	if got := w.token(t, calendar, ""); got != "access 3" {
		t.Errorf("then got %q", got)
	}
}

func TestNewestTokenRefusedButTheOneBeforeStillWorks(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.clock.Advance(2 * time.Hour)
	w.token(t, calendar, "")
	delete(w.microsoft.good, "refresh 2") // the service forgot that it gave it
	w.clock.Advance(2 * time.Hour)
	if got := w.token(t, calendar, ""); got != "access 3" {
		t.Errorf("got %q", got)
	}
	got := w.store.row(calendar)
	if got.grant.State != meeting.GrantLive || got.tokens.Refresh.Reveal() != "refresh 3" || got.tokens.PreviousRefresh.Reveal() != "refresh 1" {
		t.Errorf("grant %s with %q, before it %q", got.grant.State, got.tokens.Refresh.Reveal(), got.tokens.PreviousRefresh.Reveal())
	}
}

func TestRefusalOfBothEndsTheGrant(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.clock.Advance(2 * time.Hour)
	w.token(t, calendar, "")
	w.clock.Advance(2 * time.Hour)
	w.microsoft.answer(refusal{meeting.GrantWithdrawn}.error())
	for range 2 { // the second time without a call
		if _, err := w.source.Token(t.Context(), calendar, meeting.Secret{}); !errs.Is(err, errs.SignedOut) {
			t.Errorf("got %v, want signed out", err)
		}
	}
	if got := w.store.row(calendar).grant; got.State != meeting.GrantDead || got.Reason != meeting.GrantWithdrawn {
		t.Errorf("grant %s: %s", got.State, got.Reason)
	}
	if diff := cmp.Diff([]string{"refresh 1", "refresh 2", "refresh 1"}, w.microsoft.seen()); diff != "" {
		t.Errorf("calls: %s", diff)
	}
}

func TestOneRefusalAndOneUnclearAnswerEndNothing(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.clock.Advance(2 * time.Hour)
	w.token(t, calendar, "")
	w.clock.Advance(2 * time.Hour)
	w.microsoft.next = func(refresh string) (error, bool) {
		if refresh == "refresh 1" {
			return errs.New(errs.Unavailable, "no answer"), false
		}
		return refusal{meeting.GrantRevoked}.error(), false
	}
	if _, err := w.source.Token(t.Context(), calendar, meeting.Secret{}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("got %v, want unavailable", err)
	}
	if got := w.store.row(calendar).grant.State; got != meeting.GrantLive {
		t.Errorf("grant is %s", got)
	}
}

func TestWebexTokenOutOfUseForNinetyDaysIsExpired(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.webex.answer(refusal{meeting.GrantRevoked}.error()) // Webex never says why
	w.clock.Advance(91 * 24 * time.Hour)
	if _, err := w.source.Token(t.Context(), webex, meeting.Secret{}); !errs.Is(err, errs.SignedOut) {
		t.Errorf("got %v, want signed out", err)
	}
	if got := w.store.row(webex).grant.Reason; got != meeting.GrantExpired {
		t.Errorf("reason %q", got)
	}
}

func TestFailuresThatPass(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		err   *errs.Error
		pause time.Duration // no call before
	}{
		{"our own secret is wrong", &errs.Error{Message: "client secret"}, time.Minute},
		{"throttled until a time", &errs.Error{Kind: errs.Throttled}, 5 * time.Minute},
		{"throttled", &errs.Error{Kind: errs.Throttled}, time.Minute},
		{"the service is away", &errs.Error{Kind: errs.Unavailable}, 5 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			w.clock.Advance(2 * time.Hour)
			if test.pause == 5*time.Minute {
				test.err.RetryAt = w.clock.Now().Add(test.pause)
			}
			w.microsoft.answer(test.err)
			for range 5 {
				if _, err := w.source.Token(t.Context(), calendar, meeting.Secret{}); errs.KindOf(err) != test.err.Kind || err == nil {
					t.Errorf("got %v, want %v", err, test.err)
				}
			}
			w.microsoft.answer(nil)
			w.clock.Advance(test.pause - time.Second)
			if _, err := w.source.Token(t.Context(), calendar, meeting.Secret{}); err == nil {
				t.Error("tried again too early")
			}
			if got := len(w.microsoft.seen()); got != 1 {
				t.Errorf("%d calls, want 1", got)
			}
			w.clock.Advance(2 * time.Second)
			if got := w.token(t, calendar, ""); got != "access 2" {
				t.Errorf("got %q", got)
			}
			if got := w.store.row(calendar).grant.State; got != meeting.GrantLive {
				t.Errorf("grant is %s", got)
			}
		})
	}
}

func TestDueTokenIsUsedWhileTheServiceIsAway(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.clock.Advance(12 * 24 * time.Hour)
	w.webex.answer(errs.New(errs.Unavailable, "away"))
	if got := w.token(t, webex, ""); got != "access 1" {
		t.Errorf("got %q", got)
	}
	w.clock.Advance(2 * 24 * time.Hour) // over
	if _, err := w.source.Token(t.Context(), webex, meeting.Secret{}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("got %v, want unavailable", err)
	}
}

func TestShortLivedWebexTokensAreNotRefreshedOverAndOver(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.webex.life = 12 * time.Hour
	w.clock.Advance(15 * 24 * time.Hour)
	two := w.another("two")
	for range 8 * 60 {
		w.token(t, webex, "")
		if _, err := two.Token(t.Context(), webex, meeting.Secret{}); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(time.Minute)
	}
	// One for the old token, one when the second process sees the new one for the first time.
	if got := len(w.webex.seen()); got > 2 {
		t.Errorf("%d refreshes in eight hours", got)
	}
}

func TestRefusedAccessToken(t *testing.T) {
	t.Parallel()
	w := setup(t)
	two := w.another("two")
	w.token(t, calendar, "")
	if got := w.token(t, calendar, "access 1"); got != "access 2" {
		t.Errorf("got %q, want a fresh one", got)
	}
	if got := w.token(t, calendar, "access 1"); got != "access 2" {
		t.Errorf("a late caller got %q", got)
	}
	if got, err := two.Token(t.Context(), calendar, meeting.NewSecret("access 1")); err != nil || got.Reveal() != "access 2" {
		t.Errorf("the other process got %q, %v, want what is stored", got.Reveal(), err)
	}
	if got := len(w.microsoft.seen()); got != 1 {
		t.Errorf("%d refreshes, want 1", got)
	}
}

func TestTokenThatIsOverAtOnceIsNotGivenOut(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.clock.Advance(2 * time.Hour)
	w.microsoft.life = 0
	got, err := w.source.Token(t.Context(), calendar, meeting.Secret{})
	if !errs.Is(err, errs.Unavailable) || !got.Empty() {
		t.Errorf("got %q, %v, want unavailable", got.Reveal(), err)
	}
}

func TestStatesOfAGrant(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.store.rows[calendar].grant.State = meeting.GrantClosing
	w.clock.Advance(2 * time.Hour)
	if got := w.token(t, calendar, ""); got != "access 2" {
		t.Errorf("closing: got %q", got)
	}
	w.store.rows[webex].grant.State = meeting.GrantDead
	if _, err := w.source.Token(t.Context(), webex, meeting.Secret{}); !errs.Is(err, errs.SignedOut) {
		t.Errorf("dead: got %v, want signed out", err)
	}
	if _, err := w.source.Token(t.Context(), "none", meeting.Secret{}); !errs.Is(err, errs.SignedOut) {
		t.Errorf("none: got %v, want signed out", err)
	}
	if got := len(w.webex.seen()); got != 0 {
		t.Errorf("%d calls for a dead grant", got)
	}
}

func TestGrantEndedElsewhereIsNoticed(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.token(t, webex, "")
	if err := w.store.EndGrant(t.Context(), webex, 1, meeting.GrantRevoked); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(2 * time.Minute)
	if _, err := w.source.Token(t.Context(), webex, meeting.Secret{}); !errs.Is(err, errs.SignedOut) {
		t.Errorf("got %v, want signed out", err)
	}
}

func TestTokensTheDatabaseDidNotTakeAreNotLost(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.microsoft.rotate = true
	w.clock.Advance(2 * time.Hour)
	w.store.away = 3
	got := make(chan error, 1)
	go func() {
		_, err := w.source.Token(t.Context(), calendar, meeting.Secret{})
		got <- err
	}()
	for range 2 {
		if err := w.clock.BlockUntilContext(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(time.Second)
	}
	if err := <-got; !errs.Is(err, errs.Busy) {
		t.Fatalf("got %v, want busy", err)
	}
	w.clock.Advance(time.Minute)
	if got := w.token(t, calendar, ""); got != "access 2" {
		t.Errorf("got %q", got)
	}
	if got := w.store.row(calendar).tokens.Refresh.Reveal(); got != "refresh 2" {
		t.Errorf("stored %q", got)
	}
}

func TestCallerWhoLeavesLosesNoTokens(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.clock.Advance(2 * time.Hour)
	ctx, leave := context.WithCancel(t.Context())
	w.microsoft.next = func(string) (error, bool) { leave(); return nil, false }
	_, _ = w.source.Token(ctx, calendar, meeting.Secret{})
	if got := w.store.row(calendar).tokens.Refresh.Reveal(); got != "refresh 2" {
		t.Errorf("stored %q", got)
	}
}

func TestLogTellsOutcomesAndNoTokens(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.clock.Advance(2 * time.Hour)
	w.token(t, calendar, "")
	w.webex.answer(&errs.Error{Message: "client", Code: "invalid_client"})
	w.token(t, webex, "")
	_, _ = w.source.Token(t.Context(), webex, meeting.NewSecret("access 1"))
	log := w.log.String()
	for _, want := range []string{"level=INFO", "level=ERROR", "code=invalid_client", "grant_id=calendar", "service=webex"} {
		if !strings.Contains(log, want) {
			t.Errorf("log lacks %q:\n%s", want, log)
		}
	}
	for _, secret := range []string{"access 1", "access 2", "refresh 1", "refresh 2"} {
		if strings.Contains(log, secret) {
			t.Errorf("log holds %q", secret)
		}
	}
	if got := strings.Count(log, "\n"); got != 2 {
		t.Errorf("%d lines for two refreshes:\n%s", got, log)
	}
}
