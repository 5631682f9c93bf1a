package storetest

import (
	"sync"
	"sync/atomic"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

var (
	anna = person("contoso", 1)
	ben  = person("contoso", 2)
	dora = person("contoso", 4)
)

func testMigrate(w *world) {
	ctx := w.Context()
	w.must(w.Migrated(ctx))
	w.must(w.Ready(ctx))
	before := w.Dump(w)
	w.must(w.Migrate(ctx))
	w.same(w.Dump(w), before, "migrated again")
	w.must(w.Close())
	w.is(w.Ready(ctx), errs.Internal, "closed database") // not Busy: nobody should wait for it
}

func testInstallation(w *world) {
	first, err := w.Installation(w.Context())
	w.must(err)
	again, err := w.Installation(w.Context())
	w.must(err)
	if first != again || len(first) != 32 {
		w.Errorf("got %q, then %q, want the same 32 digits", first, again)
	}
}

func testAccount(w *world) {
	ctx := w.Context()
	_, err := w.Account(ctx, anna)
	w.is(err, errs.NotFound, "nobody signed in")
	want := meeting.Account{
		ID: anna, UPN: "anna@contoso.example", Name: "Anna", Mail: "anna@contoso.example",
		Addresses: []string{"anna@contoso.example", "a@contoso.example"}, Language: "cs", KeywordsOff: true,
	}
	w.must(w.SaveAccount(ctx, want))
	got, err := w.Account(ctx, anna)
	w.must(err)
	w.same(got, want, "account")
	for _, address := range []string{"A@contoso.example", "anna@contoso.example"} {
		id, err := w.AccountByAddress(ctx, anna.Tenant(), address)
		w.must(err)
		w.same(id, anna, "whose address it is")
	}
	for _, address := range []string{"na@contoso.example", "_@contoso.example", "", "%"} {
		_, err = w.AccountByAddress(ctx, anna.Tenant(), address)
		w.is(err, errs.NotFound, "nobody's address "+address)
	}
	_, err = w.AccountByAddress(ctx, "fabrikam", "anna@contoso.example")
	w.is(err, errs.NotFound, "address of another tenant")

	// Somebody else gets the same address, a guest comes with it, and then the
	// name itself is given away.
	other := want
	other.ID, other.UPN, other.Addresses, other.Mail = ben, "ben@contoso.example", []string{"a@contoso.example"}, ""
	w.must(w.SaveAccount(ctx, other))
	_, err = w.AccountByAddress(ctx, anna.Tenant(), "a@contoso.example")
	w.is(err, errs.Conflict, "address of two")
	other.Guest = true
	w.must(w.SaveAccount(ctx, other))
	id, err := w.AccountByAddress(ctx, anna.Tenant(), "a@contoso.example")
	w.must(err)
	w.same(id, anna, "address of a member and a guest")
	other.Guest, other.UPN = false, "Anna@contoso.example"
	w.must(w.SaveAccount(ctx, other))
	got, err = w.Account(ctx, anna)
	w.must(err)
	w.same(got.UPN, "", "a name that is another's now")
	other.UPN = "ben@contoso.example"
	w.must(w.SaveAccount(ctx, other))
	w.must(w.SaveAccount(ctx, want))

	want.Name, want.Addresses, want.KeywordsOff, want.Guest = "Anna Nová", nil, false, true
	w.must(w.SaveAccount(ctx, want))
	got, err = w.Account(ctx, anna)
	w.must(err)
	want.KeywordsOff = true
	w.same(got, want, "updated account")
}

func testSession(w *world) {
	ctx := w.Context()
	session := func(id string) (meeting.Session, error) { return w.Session(ctx, meeting.NewSecret(id)) }
	create := func(id string) { w.Helper(); w.must(w.CreateSession(ctx, meeting.NewSecret(id), anna)) }
	create("idle")
	create("used")

	w.clock.Advance(30 * time.Second)
	got, err := session("used")
	w.must(err)
	w.same(got, meeting.Session{Account: anna, CreatedAt: start, SeenAt: start}, "seen within a minute")

	w.clock.Advance(12*time.Hour - 31*time.Second)
	got, err = session("used")
	w.must(err)
	w.same(got.SeenAt, w.clock.Now(), "seen just before the end")
	w.clock.Advance(time.Second)
	_, err = session("idle")
	w.is(err, errs.NotFound, "idle for 12 hours")

	for w.clock.Since(start) < 7*24*time.Hour-11*time.Hour {
		w.clock.Advance(11 * time.Hour)
		if _, err = session("used"); err != nil {
			w.Fatalf("after %v: %v", w.clock.Since(start), err)
		}
	}
	w.clock.Advance(7*24*time.Hour - w.clock.Since(start))
	_, err = session("used")
	w.is(err, errs.NotFound, "7 days old")

	create("one")
	create("two")
	create("three")
	w.must(w.EndSession(ctx, meeting.NewSecret("one")))
	w.must(w.EndSession(ctx, meeting.NewSecret("one")))
	_, err = session("one")
	w.is(err, errs.NotFound, "signed out")
	_, err = session("two")
	w.must(err)
	w.must(w.EndSessions(ctx, anna))
	for _, id := range []string{"two", "three", "never", ""} {
		_, err = session(id)
		w.is(err, errs.NotFound, "session "+id)
	}
	w.is(w.CreateSession(ctx, meeting.Secret{}, anna), errs.Invalid, "session without id")
}

func newFlow(state string) meeting.Flow {
	return meeting.Flow{
		State: meeting.NewSecret(state), Kind: meeting.FlowWebex, Browser: meeting.NewSecret("browser-of-anna"),
		Account: anna, Nonce: "nonce", Verifier: meeting.NewSecret("verifier-of-anna"), ReturnTo: "/account",
		ExpiresAt: start.Add(10 * time.Minute),
	}
}

func testFlow(w *world) {
	ctx := w.Context()
	want := newFlow("state")
	w.must(w.SaveFlow(ctx, want))
	for _, c := range []struct {
		name           string
		kind           meeting.FlowKind
		state, browser meeting.Secret
	}{
		{"another browser", want.Kind, want.State, meeting.NewSecret("browser-of-mallory")},
		{"no browser", want.Kind, want.State, meeting.Secret{}},
		{"another kind", meeting.FlowSignin, want.State, want.Browser},
		{"another state", want.Kind, meeting.NewSecret("other"), want.Browser},
	} {
		_, err := w.TakeFlow(ctx, c.kind, c.state, c.browser)
		w.is(err, errs.NotFound, c.name)
	}
	got, err := w.TakeFlow(ctx, want.Kind, want.State, want.Browser)
	w.must(err)
	w.same(got, want, "flow, after strangers tried")
	_, err = w.TakeFlow(ctx, want.Kind, want.State, want.Browser)
	w.is(err, errs.NotFound, "used flow")

	late := newFlow("late")
	w.must(w.SaveFlow(ctx, late))
	w.clock.Advance(10 * time.Minute)
	_, err = w.TakeFlow(ctx, late.Kind, late.State, late.Browser)
	w.is(err, errs.NotFound, "expired flow")

	w.is(w.SaveFlow(ctx, meeting.Flow{Kind: meeting.FlowSignin, ExpiresAt: start}), errs.Invalid, "flow without state")
}

func testFlowRace(w *world) {
	flow := newFlow("state")
	w.must(w.SaveFlow(w.Context(), flow))
	var taken atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := w.TakeFlow(w.Context(), flow.Kind, flow.State, flow.Browser)
			if err == nil {
				taken.Add(1)
			} else if !errs.Is(err, errs.NotFound) {
				w.Error(err)
			}
		})
	}
	all.Wait()
	if taken.Load() != 1 {
		w.Errorf("got %d takers, want 1", taken.Load())
	}
}
