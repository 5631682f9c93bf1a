package storetest

import (
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

const (
	contoso  meeting.TenantID = "contoso"
	fabrikam meeting.TenantID = "fabrikam"
)

// lookAt claims the tenant, which is made due for it.
func (w *world) lookAt(tenant meeting.TenantID) meeting.TenantClaim {
	w.Helper()
	w.must(w.LookAtTenant(w.Context(), tenant))
	claim, ok, err := w.ClaimTenant(w.Context(), 1000*time.Hour)
	w.must(err)
	if !ok || claim.Tenant != tenant {
		w.Fatalf("claim tenant: got %+v, %t, want %s", claim, ok, tenant)
	}
	return claim
}

// stand gives the tenant a state.
func (w *world) stand(tenant meeting.TenantID, state meeting.TenantState) {
	w.Helper()
	claim := w.lookAt(tenant)
	now, err := w.Tenant(w.Context(), tenant)
	w.must(err)
	now.State = state
	w.must(w.SaveStanding(w.Context(), claim, now))
	w.must(w.ReleaseTenant(w.Context(), claim, time.Time{}))
}

func (w *world) authorise(tenant meeting.TenantID) {
	w.Helper()
	w.must(w.BeginProof(w.Context(), tenant))
	w.stand(tenant, meeting.TenantAuthorised)
}

func testTenant(w *world) {
	ctx := w.Context()
	woken := 0
	w.OnTenant(func() { woken++ })
	_, err := w.Tenant(ctx, contoso)
	w.is(err, errs.NotFound, "tenant that nobody asked for")
	for name, err := range map[string]error{
		"look":     w.LookAtTenant(ctx, contoso),
		"choice":   w.SaveChoice(ctx, contoso, meeting.Choice{Who: meeting.Everybody}),
		"settings": w.SaveSettings(ctx, contoso, meeting.Settings{DryRun: true}),
		"pause":    w.PauseTenant(ctx, contoso, true),
	} {
		w.is(err, errs.NotFound, name+" of a tenant that nobody asked for")
	}
	settings, err := w.Settings(ctx, contoso)
	w.must(err)
	w.same(settings, meeting.Settings{}, "settings of a tenant that nobody asked for")
	w.same(woken, 0, "woken before anybody asked")

	w.must(w.BeginProof(ctx, contoso))
	w.must(w.BeginProof(ctx, fabrikam))
	w.same(woken, 2, "woken")
	want := meeting.Tenant{ID: contoso, State: meeting.TenantProving, ConsentedAt: start}
	tenant := func(id meeting.TenantID) meeting.Tenant {
		w.Helper()
		got, err := w.Tenant(ctx, id)
		w.must(err)
		return got
	}
	w.same(tenant(contoso), want, "tenant just back from the consent page")

	want.Name, want.Domains, want.State = "Contoso", []string{"contoso.example", "contoso.test"}, meeting.TenantAuthorised
	want.Granted, want.Excess = []string{meeting.CalendarsReadWrite}, []string{"Mail.Send"}
	want.Reason, want.RefusedAt, want.ProvenAt = "a reason", start.Add(time.Minute), start.Add(2*time.Minute)
	want.Choice = meeting.Choice{Who: meeting.Listed, Addresses: []string{"a@contoso.example"}}
	want.Settings = meeting.Settings{BareIsRoom: true, PrivateTitle: "Busy", Language: "cs", DryRun: true}
	want.Paused = true
	want.Progress = meeting.Progress{Doing: "reading people", Done: 3, Total: 9, Since: start, Ended: start.Add(time.Second), Trouble: meeting.WaitThrottled}
	claim := w.lookAt(contoso)
	changed := want
	changed.Choice, changed.Settings, changed.Paused, changed.Progress = meeting.Choice{}, meeting.Settings{}, false, meeting.Progress{}
	w.must(w.SaveChoice(ctx, contoso, want.Choice))
	w.must(w.SaveSettings(ctx, contoso, want.Settings))
	w.must(w.PauseTenant(ctx, contoso, true))
	w.must(w.SaveStanding(ctx, claim, changed)) // leaves alone what owners decide
	w.must(w.SaveProgress(ctx, claim, want.Progress))
	w.must(w.ReleaseTenant(ctx, claim, time.Time{}))
	w.same(tenant(contoso), want, "tenant")
	w.same(tenant(fabrikam), meeting.Tenant{ID: fabrikam, State: meeting.TenantProving, ConsentedAt: start}, "the other tenant")
	settings, err = w.Settings(ctx, contoso)
	w.must(err)
	w.same(settings, want.Settings, "settings")

	// An administrator says yes again.
	w.clock.Advance(time.Hour)
	w.must(w.BeginProof(ctx, contoso))
	want.ConsentedAt = w.clock.Now()
	w.same(tenant(contoso), want, "authorised tenant whose administrator says yes again")
	claim = w.lookAt(contoso)
	want.State, want.Reason = meeting.TenantWithdrawn, meeting.GrantWithdrawn
	w.must(w.SaveStanding(ctx, claim, want))
	w.clock.Advance(time.Hour)
	w.must(w.BeginProof(ctx, contoso))
	stale := want // a refusal that was seen before the administrator came back
	want.State, want.Reason, want.RefusedAt, want.ConsentedAt = meeting.TenantProving, "", time.Time{}, w.clock.Now()
	w.same(tenant(contoso), want, "withdrawn tenant whose administrator says yes again")
	w.must(w.SaveStanding(ctx, claim, stale))
	w.same(tenant(contoso), want, "a refusal from before says nothing about now")
}

func testTenantLease(w *world) {
	ctx := w.Context()
	if _, ok, err := w.ClaimTenant(ctx, time.Hour); ok || err != nil {
		w.Errorf("claim of no tenant: got %t, %v", ok, err)
	}
	due := func() time.Duration {
		w.Helper()
		at, ok, err := w.NextTenantDue(ctx)
		w.must(err)
		if !ok {
			return -1
		}
		return max(0, at.Sub(w.clock.Now()))
	}
	w.same(due(), time.Duration(-1), "due while there is no tenant")
	w.must(w.BeginProof(ctx, contoso))
	w.clock.Advance(time.Second)
	w.must(w.BeginProof(ctx, fabrikam))
	w.same(due(), time.Duration(0), "due")
	lost, ok, err := w.ClaimTenant(ctx, 0) // over as soon as it is given
	w.must(err)
	w.same([]any{ok, lost.Tenant}, []any{true, contoso}, "the one due longest")
	holder, _, err := w.ClaimTenant(ctx, time.Hour)
	w.must(err)
	w.same(holder.Tenant, contoso, "a lease that is over may be claimed")
	other, _, err := w.ClaimTenant(ctx, time.Hour)
	w.must(err)
	w.same(other.Tenant, fabrikam, "the next claim")
	if _, ok, err := w.ClaimTenant(ctx, time.Hour); ok || err != nil {
		w.Errorf("claim while both are held: got %t, %v", ok, err)
	}
	if d := due(); d < 59*time.Minute || d > time.Hour {
		w.Errorf("due while both are held: got in %v, want in an hour", d)
	}

	before := w.Dump(w)
	for name, err := range map[string]error{
		"renew":    w.RenewTenant(ctx, lost, time.Hour),
		"standing": w.SaveStanding(ctx, lost, meeting.Tenant{State: meeting.TenantAuthorised}),
		"progress": w.SaveProgress(ctx, lost, meeting.Progress{Doing: "x"}),
		"roster":   w.ApplyRoster(ctx, lost, meeting.Choice{}, []meeting.MemberChange{{Member: member(anna)}}, w.at),
	} {
		w.is(err, errs.Conflict, name+" with a lost lease")
	}
	w.must(w.ReleaseTenant(ctx, lost, w.clock.Now()))
	w.same(w.Dump(w), before, "a lost lease changed the database")

	w.must(w.RenewTenant(ctx, other, 2*time.Hour))
	w.must(w.ReleaseTenant(ctx, other, time.Time{}))
	w.must(w.ReleaseTenant(ctx, holder, w.clock.Now().Add(10*time.Minute)))
	w.same(due(), 10*time.Minute, "due after the release")
	holder = w.lookAt(contoso)
	w.must(w.SaveChoice(ctx, contoso, meeting.Choice{Who: meeting.Everybody}))
	w.must(w.ReleaseTenant(ctx, holder, w.clock.Now().Add(10*time.Minute)))
	w.same(due(), time.Duration(0), "due after an owner chose while it was looked at")
	holder = w.lookAt(contoso)
	w.must(w.ReleaseTenant(ctx, holder, time.Time{}))
	w.same(due(), time.Duration(-1), "never due")
}

func testStopped(w *world) {
	ctx := w.Context()
	carl := person("contoso", 3)
	w.idle(carl) // connected by himself
	w.authorise(contoso)
	w.apply(meeting.MemberChange{Member: member(anna)}, meeting.MemberChange{Member: member(ben)})
	claims, err := w.Claim(ctx, 10, time.Hour)
	w.must(err)
	w.same(len(claims), 2, "mailboxes of the tenant that are due")
	w.same(claims[0].Authority, meeting.TenantWide, "authority of the claim")
	for _, claim := range claims {
		w.must(w.SubscriptionWork(ctx, claim, start.Add(48*time.Hour), false))
		w.must(w.Swept(ctx, claim, start, nil, start.Add(24*time.Hour)))
		w.must(w.Release(ctx, claim))
	}

	for name, turn := range map[string]struct{ stop, start func() }{
		"paused":    {func() { w.must(w.PauseTenant(ctx, contoso, true)) }, func() { w.must(w.PauseTenant(ctx, contoso, false)) }},
		"withdrawn": {func() { w.stand(contoso, meeting.TenantWithdrawn) }, func() { w.stand(contoso, meeting.TenantAuthorised) }},
	} {
		turn.stop()
		w.same(w.dueIn(), time.Duration(-1), name+": due")
		event := meeting.EventID(name)
		w.mark(anna, event)
		w.mark(carl, event)
		claim := w.claim(carl) // alone
		w.same(claim.Authority, meeting.Individual, name+": authority of a person's own mailbox")
		w.must(w.Done(ctx, claim, w.bite(claim)[0]))
		w.must(w.Release(ctx, claim))
		w.same(w.dueIn(), time.Duration(-1), name+": due though something is marked")

		turn.start()
		w.same(w.dueIn(), time.Duration(0), name+": due when it goes on")
		claim = w.claim(anna)
		now := w.clock.Now()
		w.same([]time.Time{claim.SubscriptionDue, claim.SweepDue}, []time.Time{now, now}, name+": subscription and sweep when it goes on")
		works := w.bite(claim)
		w.same([]any{len(works), works[0].Event}, []any{1, event}, name+": what was marked meanwhile")
		w.must(w.Done(ctx, claim, works[0]))
		w.same(w.dueIn(), 20*time.Millisecond, name+": the next one goes on a little later")
		w.clock.Advance(time.Second)
		next := w.claim(ben)
		for _, c := range []meeting.Claim{claim, next} {
			w.must(w.SubscriptionWork(ctx, c, w.clock.Now().Add(48*time.Hour), false))
			w.must(w.Swept(ctx, c, w.clock.Now(), nil, w.clock.Now().Add(24*time.Hour)))
			w.must(w.Release(ctx, c))
		}
	}

	// Paused and then withdrawn: both have to end.
	w.must(w.PauseTenant(ctx, contoso, true))
	w.stand(contoso, meeting.TenantWithdrawn)
	w.must(w.PauseTenant(ctx, contoso, false))
	w.same(w.dueIn(), time.Duration(-1), "pause is over, consent still gone")
	w.apply(meeting.MemberChange{Member: member(person("contoso", 4))})
	w.same(w.dueIn(), time.Duration(-1), "mailbox added while the consent is gone")
	w.stand(contoso, meeting.TenantAuthorised)
	w.same(w.dueIn(), time.Duration(0), "consent is back")
}

func testDryRunEnds(w *world) {
	ctx := w.Context()
	w.authorise(contoso)
	w.must(w.SaveSettings(ctx, contoso, meeting.Settings{DryRun: true}))
	w.apply(meeting.MemberChange{Member: member(anna)})
	w.mark(anna, "waits", "throttled")
	claim := w.claim(anna)
	for _, work := range w.bite(claim) {
		work.NotBefore, work.Reason = start.Add(24*time.Hour), meeting.WaitDryRun
		if work.Event == "throttled" {
			work.Reason = meeting.WaitThrottled
		}
		w.must(w.Postpone(ctx, claim, work, true))
	}
	w.must(w.SubscriptionWork(ctx, claim, time.Time{}, false))
	w.must(w.Swept(ctx, claim, start, nil, start.Add(12*time.Hour)))
	w.must(w.Release(ctx, claim))
	w.clock.Advance(time.Minute)
	w.must(w.SaveSettings(ctx, contoso, meeting.Settings{DryRun: true, Language: "cs"}))
	w.same(w.dueIn(), 12*time.Hour-time.Minute, "due while the dry run goes on")
	w.must(w.SaveSettings(ctx, contoso, meeting.Settings{}))
	_, asked, err := w.NextTenantDue(ctx)
	w.must(err)
	w.same(asked, false, "directory to be looked at for other settings")
	claim = w.claim(anna)
	works := w.bite(claim)
	w.same([]any{claim.SweepDue, len(works), works[0].Event}, []any{w.clock.Now(), 1, meeting.EventID("waits")}, "sweep and work after the dry run")
}

// testSettingsBeginAnew: what was looked at before may mean something else now.
func testSettingsBeginAnew(w *world) {
	ctx := w.Context()
	w.authorise(contoso)
	w.must(w.SaveSettings(ctx, contoso, meeting.Settings{KeywordsOff: true}))
	w.apply(meeting.MemberChange{Member: member(anna)})
	for _, step := range []struct {
		what     string
		settings meeting.Settings
		anew     bool
	}{
		{"another language", meeting.Settings{KeywordsOff: true, Language: "cs"}, false},
		{"keywords on", meeting.Settings{}, true},
		{"keywords off", meeting.Settings{KeywordsOff: true}, false},
		{"copies begun", meeting.Settings{KeywordsOff: true, CopyReceived: true}, true},
		{"copies go on", meeting.Settings{KeywordsOff: true, CopyReceived: true, BareIsRoom: true}, false},
	} {
		claims, err := w.Claim(ctx, 1, time.Hour)
		w.must(err)
		for _, claim := range claims {
			w.must(w.SubscriptionWork(ctx, claim, time.Time{}, false))
			w.must(w.Swept(ctx, claim, w.clock.Now(), nil, w.clock.Now().Add(12*time.Hour)))
			w.must(w.Release(ctx, claim))
		}
		w.clock.Advance(time.Minute)
		w.must(w.SaveSettings(ctx, contoso, step.settings))
		w.same([]any{w.mailbox(anna).SweptAt.IsZero(), w.dueIn() == 0}, []any{step.anew, step.anew}, step.what+": first sweep, due")
	}
}

func testOwners(w *world) {
	ctx := w.Context()
	carl := person("fabrikam", 1)
	bind := func(upn string, account meeting.AccountID, want bool, what string) {
		w.Helper()
		got, err := w.BindOwner(ctx, upn, account)
		w.must(err)
		w.same(got, want, what)
	}
	bind("Admin@contoso.example", anna, true, "first who signs in with the name")
	bind("admin@CONTOSO.example", anna, true, "again")
	bind("admin@contoso.example", ben, false, "another with the same name")
	bind("admin@contoso.example", carl, true, "the same name in another tenant")
	bind("second@contoso.example", anna, true, "another name of the same person")
	names, err := w.BoundNames(ctx, anna)
	w.must(err)
	w.same(names, []string{"admin@contoso.example", "second@contoso.example"}, "names")
	names, err = w.BoundNames(ctx, ben)
	w.must(err)
	w.same(len(names), 0, "names of somebody else")

	proven := meeting.Owner{Account: ben, UPN: "ben@contoso.example", By: meeting.OwnerProven, Since: start}
	w.must(w.SaveOwner(ctx, proven))
	again := proven
	again.By, again.Giver, again.UPN = meeting.OwnerAppointed, anna, "other"
	w.must(w.SaveOwner(ctx, again))
	w.is(w.SaveOwner(ctx, meeting.Owner{Account: carl, By: meeting.OwnerAppointed, Giver: anna}), errs.Invalid, "appointed from another tenant")
	owners, err := w.Owners(ctx, contoso)
	w.must(err)
	w.same(owners, []meeting.Owner{{Account: anna, UPN: "admin@contoso.example", By: meeting.OwnerConfigured}, proven}, "owners")
	owners, err = w.Owners(ctx, fabrikam)
	w.must(err)
	w.same(len(owners), 1, "owners of the other tenant")

	w.must(w.CreateSession(ctx, meeting.NewSecret("of ben"), ben))
	w.must(w.CreateSession(ctx, meeting.NewSecret("of anna"), anna))
	w.is(w.DropOwner(ctx, ben, false), errs.Conflict, "the last owner")
	w.must(w.DropOwner(ctx, ben, true))
	_, err = w.Session(ctx, meeting.NewSecret("of ben"))
	w.is(err, errs.NotFound, "session of a dropped owner")
	_, err = w.Session(ctx, meeting.NewSecret("of anna"))
	w.must(err)
	w.is(w.DropOwner(ctx, ben, true), errs.NotFound, "dropped twice")
	w.is(w.DropOwner(ctx, anna, true), errs.NotFound, "an owner of the configuration alone")
	for range 5 { // two remove each other at once
		w.must(w.SaveOwner(ctx, proven))
		w.must(w.SaveOwner(ctx, meeting.Owner{Account: anna, By: meeting.OwnerProven}))
		ended := make(chan error, 2)
		for _, who := range []meeting.AccountID{anna, ben} {
			go func() { ended <- w.DropOwner(ctx, who, false) }()
		}
		if one, other := <-ended, <-ended; (one == nil) == (other == nil) {
			w.Errorf("removed each other: %v, %v, want one of them refused", one, other)
		}
	}
	_ = w.DropOwner(ctx, anna, true)
	_ = w.DropOwner(ctx, ben, true)
	if strings.Contains(w.Dump(w), "owners account="+string(ben)) {
		w.Error("a dropped owner is still there")
	}
}
