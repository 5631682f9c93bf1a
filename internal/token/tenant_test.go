package token_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

const (
	contoso  = meeting.TenantID("aaaabbbb-0000-4ccc-8111-dddd2222eeee")
	fabrikam = meeting.TenantID("ffffbbbb-0000-4ccc-8111-dddd2222eeee")
)

// issuer gives a tenant's tokens, numbered.
type issuer struct {
	clock clockwork.Clock

	mu    sync.Mutex
	calls int
	err   error
	wait  chan struct{} // if not nil, an answer waits for it
	begun chan struct{} // if not nil, told of each call
}

func (i *issuer) AppToken(_ context.Context, tenant meeting.TenantID) (meeting.Tokens, error) {
	i.mu.Lock()
	i.calls++
	n, err, wait, begun := i.calls, i.err, i.wait, i.begun
	i.mu.Unlock()
	if begun != nil {
		begun <- struct{}{}
	}
	if wait != nil {
		<-wait
	}
	if err != nil {
		return meeting.Tokens{}, err
	}
	return meeting.Tokens{Access: meeting.NewSecret(fmt.Sprintf("%s %d", tenant[:4], n)), AccessExpires: i.clock.Now().Add(75 * time.Minute)}, nil
}

func (i *issuer) says(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.err = err
}

func (i *issuer) asked() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.calls
}

func (w *world) ofTenant(t *testing.T, tenant meeting.TenantID, refused string) string {
	t.Helper()
	got, err := w.source.TenantToken(t.Context(), tenant, meeting.NewSecret(refused))
	if err != nil {
		t.Fatal(err)
	}
	return got.Reveal()
}

func TestTenantTokenIsKeptUntilShortlyBeforeItsEnd(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, step := range []struct {
		wait   time.Duration
		tenant meeting.TenantID
		want   string
	}{
		{0, contoso, "aaaa 1"},
		{0, fabrikam, "ffff 2"},
		{69 * time.Minute, contoso, "aaaa 1"},
		{2 * time.Minute, contoso, "aaaa 3"},
		{0, fabrikam, "ffff 4"},
		{0, contoso, "aaaa 3"},
	} {
		w.clock.Advance(step.wait)
		if got := w.ofTenant(t, step.tenant, ""); got != step.want {
			t.Errorf("after %v more: %q, want %q", step.wait, got, step.want)
		}
	}
}

func TestManyMailboxesAskOnceForTheirTenant(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.tenants.wait, w.tenants.begun = make(chan struct{}), make(chan struct{}, 50)
	var group sync.WaitGroup
	var wrong atomic.Int32
	for range 50 {
		group.Go(func() {
			if got, err := w.source.TenantToken(t.Context(), contoso, meeting.Secret{}); err != nil || got.Reveal() != "aaaa 1" {
				wrong.Add(1)
			}
		})
	}
	<-w.tenants.begun
	close(w.tenants.wait)
	group.Wait()
	if wrong.Load() > 0 || w.tenants.asked() != 1 {
		t.Errorf("%d without the token after %d calls, want none after one", wrong.Load(), w.tenants.asked())
	}
}

// TestRefusedTenantToken: it may have been taken back before its end; a tenant
// that refuses the next one too is not asked for a third.
func TestRefusedTenantToken(t *testing.T) {
	t.Parallel()
	w := setup(t)
	first := w.ofTenant(t, contoso, "")
	second := w.ofTenant(t, contoso, first)
	if second == first {
		t.Fatal("the refused token was given out again")
	}
	if got := w.ofTenant(t, contoso, first); got != second {
		t.Errorf("another mailbox with the refused token gets %q, want %q", got, second)
	}
	for range 3 {
		if _, err := w.source.TenantToken(t.Context(), contoso, meeting.NewSecret(second)); !errs.Is(err, errs.SignedOut) {
			t.Errorf("second refused too: %v, want signed out", err)
		}
	}
	if w.tenants.asked() != 2 {
		t.Errorf("%d tokens were asked for, want 2", w.tenants.asked())
	}
	w.clock.Advance(2 * time.Minute)
	if got := w.ofTenant(t, contoso, second); got == second {
		t.Error("minutes later there is still no other")
	}
}

func TestTenantTokenThatCannotBeHad(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 9, 10, 0, 0, time.UTC)
	for _, test := range []struct {
		name  string
		err   error
		pause time.Duration
	}{
		{"withdrawn", refusal{meeting.GrantWithdrawn}.error(), time.Minute},
		{"throttled", errs.New(errs.Throttled, "x"), time.Minute},
		{"throttled until a time", &errs.Error{Kind: errs.Throttled, RetryAt: at}, 10 * time.Minute},
		{"down", errs.New(errs.Unavailable, "x"), 5 * time.Second},
		{"our own fault", errs.New(errs.Internal, "x"), time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			w.tenants.says(test.err)
			for _, wait := range []time.Duration{0, 0, test.pause - time.Second} {
				w.clock.Advance(wait)
				if _, err := w.source.TenantToken(t.Context(), contoso, meeting.Secret{}); errs.KindOf(err) != errs.KindOf(test.err) {
					t.Errorf("%v (%s), want %s", err, errs.KindOf(err), errs.KindOf(test.err))
				}
			}
			if w.tenants.asked() != 1 {
				t.Errorf("asked %d times within the pause", w.tenants.asked())
			}
			w.tenants.says(nil)
			w.clock.Advance(time.Second)
			w.ofTenant(t, contoso, "")
			if strings.Contains(w.log.String(), "aaaa 2") {
				t.Error("the log has the token")
			}
		})
	}
}

func TestDueTenantTokenIsUsedWhileTheServiceIsAway(t *testing.T) {
	t.Parallel()
	w := setup(t)
	first := w.ofTenant(t, contoso, "")
	w.tenants.says(errs.New(errs.Unavailable, "down"))
	w.clock.Advance(72 * time.Minute)
	if got := w.ofTenant(t, contoso, ""); got != first {
		t.Errorf("got %q, want the one that still has three minutes", got)
	}
	w.tenants.says(refusal{meeting.GrantWithdrawn}.error())
	w.clock.Advance(time.Minute)
	if _, err := w.source.TenantToken(t.Context(), contoso, meeting.Secret{}); !errs.Is(err, errs.SignedOut) {
		t.Errorf("withdrawn: %v, want signed out", err)
	}
}

// TestForgottenTenantToken: while a consent is waited for, a token with its
// permissions is wanted, and the refusal of a moment ago is no answer.
func TestForgottenTenantToken(t *testing.T) {
	t.Parallel()
	w := setup(t)
	boxes := w.source.Mailboxes()
	boxes.ForgetTenant(contoso) // never asked for
	w.ofTenant(t, contoso, "")
	boxes.ForgetTenant(contoso)
	if got := w.ofTenant(t, contoso, ""); got != "aaaa 2" {
		t.Errorf("after forgetting: %q", got)
	}
	boxes.ForgetTenant(contoso)
	w.tenants.says(refusal{meeting.GrantWithdrawn}.error())
	for range 2 {
		if _, err := boxes.TenantToken(t.Context(), contoso, meeting.Secret{}); !errs.Is(err, errs.SignedOut) {
			t.Errorf("not replicated yet: %v", err)
		}
		boxes.ForgetTenant(contoso)
	}
	if w.tenants.asked() != 4 {
		t.Errorf("asked %d times, want 4", w.tenants.asked())
	}
	w.tenants.says(errs.New(errs.Throttled, "x"))
	for range 3 {
		if _, err := boxes.TenantToken(t.Context(), contoso, meeting.Secret{}); !errs.Is(err, errs.Throttled) {
			t.Errorf("throttled: %v", err)
		}
		boxes.ForgetTenant(contoso)
	}
	if w.tenants.asked() != 5 {
		t.Errorf("forgetting made us ask %d times although we are throttled", w.tenants.asked()-4)
	}
}

// TestForgottenWhileOnItsWay: the token that comes has the permissions of
// before.
func TestForgottenWhileOnItsWay(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.tenants.wait, w.tenants.begun = make(chan struct{}), make(chan struct{}, 2)
	var group sync.WaitGroup
	group.Go(func() { _, _ = w.source.TenantToken(t.Context(), contoso, meeting.Secret{}) })
	<-w.tenants.begun
	w.source.ForgetTenant(contoso)
	close(w.tenants.wait)
	group.Wait()
	if got := w.ofTenant(t, contoso, ""); got != "aaaa 2" {
		t.Errorf("got %q, issued before it was forgotten", got)
	}
}

func TestWhoseTokenAMailboxGets(t *testing.T) {
	t.Parallel()
	w := setup(t)
	boxes := w.source.Mailboxes()
	ask := func(as meeting.Authority) string {
		t.Helper()
		got, err := boxes.Token(t.Context(), account, as, meeting.Secret{})
		if err != nil {
			t.Fatal(err)
		}
		return got.Reveal()
	}
	for _, step := range []struct {
		name string
		as   meeting.Authority
		want string
	}{
		{"kept by its person", "", "access 1"},
		{"the tenant's, said aloud", meeting.TenantWide, "aaaa 1"},
		{"still its person's", "", "access 1"},
	} {
		if got := ask(step.as); got != step.want {
			t.Errorf("%s: %q, want %q", step.name, got, step.want)
		}
	}
	w.store.authorities = map[meeting.AccountID]meeting.Authority{account: meeting.TenantWide}
	if got := ask(""); got != "access 1" || w.store.judged != 1 {
		t.Errorf("within a minute: %q after %d looks", got, w.store.judged)
	}
	w.clock.Advance(time.Minute)
	if got := ask(""); got != "aaaa 1" {
		t.Errorf("moved over a minute ago: %q", got)
	}
	if got := ask(meeting.Individual); got != "access 1" {
		t.Errorf("what the person's token made is taken down with %q", got)
	}
	w.clock.Advance(time.Minute)
	w.store.away = 1
	if _, err := boxes.Token(t.Context(), account, "", meeting.Secret{}); !errs.Is(err, errs.Busy) {
		t.Errorf("database away: %v, want its error", err)
	}
}

// TestMovedOverSignedOut: a refusal on a yes that counts no more is not told.
func TestMovedOverSignedOut(t *testing.T) {
	t.Parallel()
	w := setup(t)
	boxes := w.source.Mailboxes()
	w.store.authorities = map[meeting.AccountID]meeting.Authority{account: meeting.TenantWide}
	ask := func() (string, error) {
		got, err := boxes.Token(t.Context(), account, "", meeting.Secret{})
		return got.Reveal(), err
	}
	if got, err := ask(); err != nil || got != "aaaa 1" {
		t.Fatalf("kept by the tenant: %q, %v", got, err)
	}
	boxes.ForgetTenant(contoso)
	w.tenants.says(refusal{meeting.GrantWithdrawn}.error())
	if _, err := ask(); !errs.Is(err, errs.SignedOut) || w.store.judged != 2 {
		t.Errorf("withdrawn: %v after %d looks, want it signed out after another look", err, w.store.judged)
	}
	w.store.authorities[account] = meeting.Individual
	if got, err := ask(); err != nil || got != "access 1" {
		t.Errorf("fallen back within the minute: %q, %v", got, err)
	}
}
