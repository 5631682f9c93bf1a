package storetest

import (
	"fmt"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// member returns a member who is kept, without a host yet.
func member(account meeting.AccountID) meeting.Member {
	name := string(account.Object())
	address := name + "@" + string(account.Tenant()) + ".example"
	return meeting.Member{
		Account: account,
		Person: meeting.Person{ID: account.Object(), UPN: address, Name: strings.ToUpper(name[:1]) + name[1:], Mail: address,
			Addresses: []string{address, name + "@alias.example"}, Language: "de", Licensed: true},
		SeenAt: start,
	}
}

// hosted is member with a Webex host.
func hosted(account meeting.AccountID) meeting.Member {
	m := member(account)
	m.Host = meeting.WebexPerson{ID: "webex-" + string(account.Object()), Email: m.Person.Mail, Aliases: []string{m.Person.Mail, "w@contoso.example"},
		Sites: []string{"contoso.webex.com"}, MayHost: true}
	return m
}

func leftOut(m meeting.Member, why meeting.Reason) meeting.MemberChange {
	m.Standing = why
	return meeting.MemberChange{Member: m, Reason: why}
}

func (w *world) at(int) time.Time { return w.clock.Now() }

// apply carries out changes of one tenant.
func (w *world) apply(changes ...meeting.MemberChange) {
	w.Helper()
	claim := w.lookAt(changes[0].Member.Account.Tenant())
	w.must(w.ApplyRoster(w.Context(), claim, meeting.Choice{}, changes, w.at))
	w.must(w.ReleaseTenant(w.Context(), claim, time.Time{}))
}

func (w *world) mailbox(account meeting.AccountID) meeting.Mailbox {
	w.Helper()
	m, err := w.Mailbox(w.Context(), account)
	w.must(err)
	return m
}

func testRosterJoins(w *world) {
	ctx := w.Context()
	w.must(w.SaveAccount(ctx, meeting.Account{ID: ben, UPN: "old@contoso.example", Name: "Ben", Language: "cs", KeywordsOff: true}))
	w.authorise(contoso)
	claim := w.lookAt(contoso)
	nobody := member(ben)
	nobody.Person.Language, nobody.HostTrust = "", meeting.HostNone
	changes := []meeting.MemberChange{{Member: hosted(anna)}, {Member: nobody}, leftOut(member(person("contoso", 3)), meeting.LeftGuest)}
	w.must(w.ApplyRoster(ctx, claim, meeting.Choice{}, changes, func(i int) time.Time { return start.Add(time.Duration(i) * time.Minute) }))
	members, err := w.Members(ctx, contoso)
	w.must(err)
	w.same(members, []meeting.Member{changes[0].Member, changes[1].Member, changes[2].Member}, "members")
	account, err := w.Account(ctx, ben)
	w.must(err)
	w.same([]any{account.UPN, account.Language, account.KeywordsOff}, []any{nobody.Person.UPN, "cs", true}, "account with the person's own choices")
	w.same(w.mailbox(anna), meeting.Mailbox{Account: anna, Connected: true, Authority: meeting.TenantWide, DueAt: start}, "first mailbox")
	w.same(w.mailbox(ben).DueAt, start.Add(time.Minute), "second mailbox is due later")
	w.same(w.mailbox(person("contoso", 3)), meeting.Mailbox{}, "mailbox of somebody left out")
	first := w.claim(anna)
	w.same([]time.Time{first.SweepDue, first.SubscriptionDue}, []time.Time{start, start}, "sweep and subscription of a new mailbox")
	authority, err := w.Authority(ctx, anna)
	w.must(err)
	w.same(authority, meeting.TenantWide, "authority")
	authority, err = w.Authority(ctx, "contoso/nobody")
	w.must(err)
	w.same(authority, meeting.Individual, "authority of a mailbox that is not kept")

	before := w.Dump(w)
	foreign := []meeting.MemberChange{{Member: member(person("fabrikam", 1))}}
	w.is(w.ApplyRoster(ctx, claim, meeting.Choice{}, foreign, w.at), errs.Invalid, "member of another tenant")
	foreign = []meeting.MemberChange{{Member: member(anna), Was: "fabrikam/a@b.example"}}
	w.is(w.ApplyRoster(ctx, claim, meeting.Choice{}, foreign, w.at), errs.Invalid, "mailbox that was another tenant's")
	w.is(w.ApplyRoster(ctx, claim, meeting.Choice{}, make([]meeting.MemberChange, 501), w.at), errs.Invalid, "too many changes")
	w.same(w.Dump(w), before, "what was refused changed the database")
	members, err = w.Members(ctx, fabrikam)
	w.must(err)
	w.same(len(members), 0, "members of another tenant")
}

func testRosterTakesOver(w *world) {
	ctx := w.Context()
	w.idle(anna)
	w.mark(anna, "held", "waits")
	claim := w.claim(anna)
	link := meeting.Link{Mailbox: anna, Event: "event", State: meeting.LinkLinked, Meeting: "meeting", Ends: start.Add(time.Hour)}
	w.must(w.SaveLink(ctx, claim, link, ""))
	w.must(w.SaveIntent(ctx, claim, meeting.Intent{Nonce: "nonce", Mailbox: anna, Event: "waits"}))
	w.subscription(claim, "own")
	for _, work := range w.bite(claim) {
		work.NotBefore, work.Reason = start.Add(24*time.Hour), meeting.WaitHeld
		if work.Event == "waits" {
			work.Reason = meeting.WaitSignedOut
		}
		w.must(w.Postpone(ctx, claim, work, true))
	}
	w.must(w.SubscriptionWork(ctx, claim, start.Add(24*time.Hour), false))
	w.must(w.Swept(ctx, claim, start, nil, start.Add(12*time.Hour)))
	w.must(w.Release(ctx, claim))
	w.authorise(contoso)
	w.clock.Advance(time.Minute)
	w.apply(meeting.MemberChange{Member: hosted(anna)})

	claim = w.claim(anna)
	w.same([]any{claim.Authority, claim.SubscriptionDue, claim.SweepDue}, []any{meeting.TenantWide, w.clock.Now(), w.clock.Now()}, "claim, with a sweep for the host that was found")
	works := w.bite(claim)
	w.same([]any{len(works), works[0].Event}, []any{1, meeting.EventID("waits")}, "work that waited for the person alone is due")
	w.same(w.mailbox(anna).Waiting, 2, "work that is there")
	links, err := w.AccountLinks(ctx, anna)
	w.must(err)
	intents, err := w.Intents(ctx, anna, "waits")
	w.must(err)
	w.same([]int{len(links), len(intents)}, []int{1, 1}, "links and intents")
	subs, err := w.Subscriptions(ctx, anna)
	w.must(err)
	w.same([]any{len(subs), subs[0].Authority}, []any{1, meeting.Individual}, "the person's own subscription, to be taken down as theirs")
	w.must(w.SubscriptionWork(ctx, claim, time.Time{}, false))
	w.must(w.Release(ctx, claim))

	// The same again, and what does not concern the mailbox, leave it alone.
	before := w.mailbox(anna)
	renamed := hosted(anna)
	renamed.Person.Name = "Anna Nová"
	w.apply(meeting.MemberChange{Member: renamed})
	w.same(w.mailbox(anna), before, "mailbox after a change of name")

	// The person disconnects: the tenant keeps the mailbox, the grants go when
	// their subscription has gone.
	w.must(w.CreateSession(ctx, meeting.NewSecret("session"), anna))
	w.must(w.Disconnect(ctx, anna))
	_, err = w.Session(ctx, meeting.NewSecret("session"))
	w.is(err, errs.NotFound, "session")
	after := w.mailbox(anna)
	w.same([]any{after.Connected, after.Authority, after.Waiting}, []any{true, meeting.TenantWide, 2}, "mailbox of the tenant after its person disconnected")
	grant, err := w.Grant(ctx, anna, meeting.Microsoft)
	w.must(err)
	w.same(grant.State, meeting.GrantClosing, "grant while its subscription has to be taken down")
	claim = w.claim(anna)
	w.same([]any{claim.Closing, claim.SubscriptionDue}, []any{false, w.clock.Now()}, "claim for that")
	w.must(w.DeleteSubscription(ctx, claim, "own"))
	_, err = w.Grant(ctx, anna, meeting.Microsoft)
	w.is(err, errs.NotFound, "grant after its subscription has gone")
	if strings.Contains(w.Dump(w), "\ntokens ") {
		w.Error("tokens of a disconnected person are left")
	}
	w.must(w.Release(ctx, claim))

	// Without one they go at once; connecting needs none.
	w.grant(anna, meeting.Microsoft, "anna")
	w.must(w.Disconnect(ctx, anna))
	_, err = w.Grant(ctx, anna, meeting.Microsoft)
	w.is(err, errs.NotFound, "grant without a subscription")
	connected, err := w.Connect(ctx, anna)
	w.must(err)
	w.same([]any{connected, w.mailbox(anna).Authority}, []any{true, meeting.TenantWide}, "connected by the tenant")
	w.same(w.claim(anna).SweepDue, w.clock.Now(), "sweep after the person asked for it")
}

func testDisconnectedInTenantGivenUp(w *world) {
	ctx := w.Context()
	w.connect(anna)
	claim := w.claim(anna)
	w.subscription(claim, "own")
	w.must(w.Release(ctx, claim))
	w.authorise(contoso)
	w.apply(meeting.MemberChange{Member: member(anna)})
	w.must(w.Disconnect(ctx, anna))
	w.clock.Advance(24*time.Hour - time.Second)
	w.must(w.PurgeExpired(ctx))
	_, err := w.Grant(ctx, anna, meeting.Microsoft)
	w.must(err)
	w.clock.Advance(time.Second)
	w.must(w.PurgeExpired(ctx))
	_, err = w.Grant(ctx, anna, meeting.Microsoft)
	w.is(err, errs.NotFound, "grant whose subscription could not be taken down in a day")
	w.same(w.mailbox(anna).Connected, true, "mailbox of the tenant")
}

func testRosterLeaves(w *world) {
	ctx := w.Context()
	carl, dana, emil := person("contoso", 3), person("contoso", 4), person("contoso", 5)
	w.connect(anna)
	for _, who := range []meeting.AccountID{ben, carl, dana} {
		w.must(w.SaveAccount(ctx, meeting.Account{ID: who}))
	}
	w.grant(ben, meeting.Microsoft, "ben") // and no Webex
	w.connect(emil)                        // never chosen
	w.authorise(contoso)
	w.apply(meeting.MemberChange{Member: member(anna)}, meeting.MemberChange{Member: member(ben)},
		meeting.MemberChange{Member: member(carl)}, meeting.MemberChange{Member: member(dana)})
	w.mark(ben, "event")
	claims, err := w.Claim(ctx, 10, time.Hour)
	w.must(err)
	for _, claim := range claims {
		if claim.Mailbox != carl && claim.Mailbox != emil {
			w.must(w.SaveSubscription(ctx, claim, meeting.Subscription{ID: "of " + string(claim.Mailbox), Mailbox: claim.Mailbox,
				GraphID: "g", Authority: meeting.TenantWide, ExpiresAt: start.Add(time.Hour)}, meeting.NewSecret("x")))
		}
		w.must(w.SaveLink(ctx, claim, meeting.Link{Mailbox: claim.Mailbox, Event: "e", State: meeting.LinkLinked, Ends: start.Add(time.Hour)}, ""))
		w.must(w.SubscriptionWork(ctx, claim, time.Time{}, false))
		if claim.Mailbox == ben {
			w.must(w.Swept(ctx, claim, start, nil, start))
		}
		w.must(w.Release(ctx, claim))
	}
	gone := meeting.MemberChange{Member: member(anna), Gone: true}
	goneToo := meeting.MemberChange{Member: member(emil), Gone: true}
	w.apply(gone, leftOut(member(ben), meeting.LeftDisabled), leftOut(member(carl), meeting.LeftUnlicensed), goneToo)

	members, err := w.Members(ctx, contoso)
	w.must(err)
	var standing []string
	for _, m := range members {
		standing = append(standing, fmt.Sprint(m.Account.Object(), " ", m.Standing))
	}
	w.same(standing, []string{"person-002 account disabled", "person-003 no licence", "person-004 "}, "members")
	state := w.mailbox(anna)
	w.same([]any{state.Connected, state.Authority, state.DueAt}, []any{true, meeting.Individual, start}, "falls back to the person's own grants")
	state = w.mailbox(ben)
	w.same([]any{state.Closing, state.Authority, state.Waiting, state.DueAt}, []any{true, meeting.TenantWide, 0, start}, "closing, since a subscription is there")
	w.same(w.mailbox(carl), meeting.Mailbox{}, "gone at once, since there is none")
	w.same(w.mailbox(dana).Connected, true, "neighbour")
	w.same(w.mailbox(emil).Authority, meeting.Individual, "a mailbox that was never the tenant's")
	authority, err := w.Authority(ctx, ben)
	w.must(err)
	w.same(authority, meeting.Individual, "authority of a mailbox that is closing")
	for _, who := range []meeting.AccountID{anna, ben, carl} {
		links, err := w.AccountLinks(ctx, who)
		w.must(err)
		w.same(len(links), 1, "links of "+string(who))
	}

	// While paused it can still be taken down.
	w.must(w.PauseTenant(ctx, contoso, true))
	for i, claim := range func() []meeting.Claim {
		claims, err := w.Claim(ctx, 10, time.Hour)
		w.must(err)
		return claims
	}() {
		w.same(claim.Mailbox, []meeting.AccountID{anna, ben, emil}[i], "claimed in a pause")
		w.must(w.Release(ctx, claim))
	}
	w.must(w.PauseTenant(ctx, contoso, false))

	// Chosen again while it is closing.
	w.clock.Advance(time.Second)
	w.apply(meeting.MemberChange{Member: member(ben)})
	state = w.mailbox(ben)
	w.same([]any{state.Connected, state.Authority}, []any{true, meeting.TenantWide}, "chosen again")
	w.same(state.SweptAt, time.Time{}, "last sweep: the work of before is gone, and a first one marks all that comes")
	w.clock.Advance(24 * time.Hour)
	w.must(w.PurgeExpired(ctx))
	w.same(w.mailbox(ben).Connected, true, "a day later")

	// Closing when the person connects: the mailbox is theirs, consent or not.
	w.apply(leftOut(member(ben), meeting.LeftDisabled))
	w.stand(contoso, meeting.TenantWithdrawn)
	w.connect(ben)
	state = w.mailbox(ben)
	w.same([]any{state.Connected, state.Authority}, []any{true, meeting.Individual}, "connected by the person")
	claims, err = w.Claim(ctx, 10, time.Hour)
	w.must(err)
	w.same(len(claims), 3, "mailboxes that their persons connected, while the consent is gone")
}

func testHostFound(w *world) {
	ctx := w.Context()
	w.authorise(contoso)
	nobody := member(anna)
	nobody.HostTrust = meeting.HostNone
	w.apply(meeting.MemberChange{Member: nobody})
	settle := func() {
		w.Helper()
		claim := w.claim(anna)
		for _, work := range w.bite(claim) {
			work.NotBefore, work.Reason = w.clock.Now().Add(24*time.Hour), meeting.ProblemNoHost
			w.must(w.Postpone(ctx, claim, work, true))
		}
		w.must(w.SubscriptionWork(ctx, claim, time.Time{}, false))
		w.must(w.Swept(ctx, claim, w.clock.Now(), nil, time.Time{}))
		w.must(w.Release(ctx, claim))
		w.same(w.dueIn(), 24*time.Hour, "due while there is no host")
		w.clock.Advance(time.Minute)
	}
	w.mark(anna, "waits")
	settle()
	nobody.HostTrust = meeting.HostCannot
	w.apply(meeting.MemberChange{Member: nobody})
	w.same(w.dueIn(), 24*time.Hour-time.Minute, "due after another reason for there being none")
	host := hosted(anna)
	w.apply(meeting.MemberChange{Member: host})
	w.same(w.dueIn(), time.Duration(0), "due when a host was found")
	settle()
	host.Host.Email = "other@contoso.example"
	w.apply(meeting.MemberChange{Member: host})
	claim := w.claim(anna)
	w.same([]any{claim.SweepDue, claim.SubscriptionDue.IsZero(), len(w.bite(claim))}, []any{w.clock.Now(), true, 1}, "sweep, subscription, work after the host changed")
}
