package storetest

import (
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func testConnect(w *world) {
	ctx := w.Context()
	woken := 0
	w.OnMark(func() { woken++ })
	connect := func(want bool, what string) {
		w.Helper()
		got, err := w.Connect(ctx, anna)
		w.must(err)
		w.same(got, want, what)
	}
	connect(false, "without grants")
	w.grant(anna, meeting.Microsoft, "anna")
	connect(false, "with one grant")
	webex := w.grant(anna, meeting.Webex, "anna")
	w.grant(ben, meeting.Webex, "ben")
	if woken != 0 {
		w.Errorf("woken %d times before the mailbox is connected", woken)
	}
	connect(true, "with both")
	if woken != 1 {
		w.Errorf("woken %d times, want 1", woken)
	}
	state, err := w.Mailbox(ctx, anna)
	w.must(err)
	w.same(state, meeting.Mailbox{Account: anna, Connected: true, Authority: meeting.Individual, DueAt: start}, "mailbox")
	state, err = w.Mailbox(ctx, ben)
	w.must(err)
	w.same(state, meeting.Mailbox{}, "mailbox that is not kept")

	claim := w.claim(anna)
	want := meeting.Claim{Mailbox: anna, Lease: claim.Lease, Until: start.Add(time.Hour), SweepDue: start, SubscriptionDue: start, Authority: meeting.Individual}
	w.same(claim, want, "claim of a mailbox just connected")

	// Work waits for the person; the Webex grant dies and is given again.
	w.must(w.SubscriptionWork(ctx, claim, start.Add(5*24*time.Hour), false))
	w.must(w.Swept(ctx, claim, start, []meeting.Mark{{Mailbox: anna, Event: "waits"}, {Mailbox: anna, Event: "throttled"}}, start.Add(15*time.Minute)))
	for _, work := range w.bite(claim) {
		work.NotBefore, work.Reason = start.Add(30*24*time.Hour), meeting.WaitSignedOut
		if work.Event == "throttled" {
			work.NotBefore, work.Reason = start.Add(time.Hour), meeting.WaitThrottled
		}
		w.must(w.Postpone(ctx, claim, work, work.Event == "throttled"))
	}
	w.must(w.Release(ctx, claim))
	w.same(w.dueIn(), 15*time.Minute, "due")
	_, version, err := w.Tokens(ctx, webex)
	w.must(err)
	w.must(w.EndGrant(ctx, webex, version, meeting.GrantRevoked))
	w.clock.Advance(time.Minute)
	connect(false, "with a dead grant")
	w.grant(anna, meeting.Webex, "anna")
	connect(true, "with the grant given again")
	w.same(w.dueIn(), time.Duration(0), "due after connecting again")
	claim = w.claim(anna)
	now := w.clock.Now()
	w.same([]time.Time{claim.SweepDue, claim.SubscriptionDue, claim.SweptAt}, []time.Time{now, now, start}, "sweep, subscription, last sweep")
	works := w.bite(claim)
	if len(works) != 1 || works[0].Event != "waits" {
		w.Errorf("got %+v, want the work that waited for the person", works)
	}
}

func testDisconnectAtOnce(w *world) {
	ctx := w.Context()
	w.idle(anna)
	w.must(w.CreateSession(ctx, meeting.NewSecret("session"), anna))
	w.must(w.SaveFlow(ctx, newFlow("state")))
	w.mark(anna, "event")
	claim := w.claim(anna)
	link := meeting.Link{Mailbox: anna, Event: "event", State: meeting.LinkLinked, Meeting: "meeting"}
	w.must(w.SaveLink(ctx, claim, link, ""))
	w.must(w.SaveIntent(ctx, claim, meeting.Intent{Nonce: "nonce", Mailbox: anna, Event: "event"}))
	w.connectBeside(claim)
	w.must(w.Disconnect(ctx, anna))

	_, err := w.Session(ctx, meeting.NewSecret("session"))
	w.is(err, errs.NotFound, "session")
	flow := newFlow("state")
	_, err = w.TakeFlow(ctx, flow.Kind, flow.State, flow.Browser)
	w.is(err, errs.NotFound, "flow that was under way")
	w.is(w.Done(ctx, claim, meeting.Work{Event: "event"}), errs.Conflict, "claim of the mailbox")
	links, err := w.AccountLinks(ctx, anna)
	w.must(err)
	_, err = w.Account(ctx, anna)
	w.must(err)
	link, err = w.LinkByMeeting(ctx, "meeting")
	w.must(err)
	w.same([]any{len(links), link.Event}, []any{0, meeting.EventID("event")}, "links shown (it has no end), link kept")
	w.onlyAccountAndLinks(anna)
}

// connectBeside connects a neighbour, who must not be touched.
func (w *world) connectBeside(meeting.Claim) {
	w.Helper()
	w.connect(ben)
	w.must(w.CreateSession(w.Context(), meeting.NewSecret("session of ben"), ben))
	w.mark(ben, "event of ben")
}

// onlyAccountAndLinks checks what a disconnected person leaves behind, and that
// ben is all there.
func (w *world) onlyAccountAndLinks(account meeting.AccountID) {
	w.Helper()
	dump := w.Dump(w)
	for line := range strings.Lines(dump) {
		table, _, _ := strings.Cut(line, " ")
		if strings.Contains(line, string(account)) && table != "accounts" && table != "links" {
			w.Errorf("left behind: %s", line)
		}
	}
	if got := strings.Count(dump, "\ntokens "); got != 2 {
		w.Errorf("got tokens of %d grants, want the neighbour's 2", got)
	}
	for _, table := range []string{"sessions", "mailboxes", "work", "grants"} {
		if !strings.Contains(dump, "\n"+table+" ") {
			w.Errorf("neighbour's %s are gone", table)
		}
	}
}

func testDisconnectClosing(w *world) {
	ctx := w.Context()
	w.idle(anna)
	w.mark(anna, "event")
	claim := w.claim(anna)
	w.subscription(claim, "sub")
	w.must(w.Disconnect(ctx, anna))
	w.must(w.SubscriptionWork(ctx, claim, start.Add(24*time.Hour), false)) // the holder was at it
	w.must(w.Swept(ctx, claim, start, []meeting.Mark{{Mailbox: anna, Event: "late"}}, start.Add(time.Minute)))
	w.mark(anna, "later")
	w.same(len(w.bite(claim)), 0, "work of a closing mailbox")
	w.must(w.Release(ctx, claim))

	state, err := w.Mailbox(ctx, anna)
	w.must(err)
	w.same([]bool{state.Connected, state.Closing}, []bool{false, true}, "connected, closing")
	grant, err := w.Grant(ctx, anna, meeting.Microsoft)
	w.must(err)
	w.same(grant.State, meeting.GrantClosing, "grant")
	if _, _, err := w.Tokens(ctx, grant.ID); err != nil {
		w.Errorf("tokens for taking down: %v", err)
	}
	claim = w.claim(anna)
	w.same([]any{claim.Closing, claim.SweepDue.IsZero()}, []any{true, true}, "claim closing, without sweep")
	w.connectBeside(claim)
	w.must(w.DeleteSubscription(ctx, claim, "sub"))
	w.must(w.Closed(ctx, claim))
	w.must(w.Release(ctx, claim))
	w.onlyAccountAndLinks(anna)
}

func testConnectWhileClosing(w *world) {
	ctx := w.Context()
	w.idle(anna)
	w.mark(anna, "event")
	claim := w.claim(anna)
	w.subscription(claim, "sub")
	w.must(w.Release(ctx, claim))
	w.must(w.Disconnect(ctx, anna))
	claim = w.claim(anna)

	microsoft := w.grant(anna, meeting.Microsoft, string(anna.Object()))
	connected, err := w.Connect(ctx, anna)
	w.must(err)
	w.same(connected, false, "connected with one grant closing")
	w.grant(anna, meeting.Webex, "webex-"+string(anna.Object()))
	connected, err = w.Connect(ctx, anna)
	w.must(err)
	w.same(connected, true, "connected with both given again")

	w.must(w.DeleteSubscription(ctx, claim, "sub")) // the holder does not know yet
	w.is(w.Closed(ctx, claim), errs.Conflict, "close a mailbox that was connected again")
	w.must(w.Release(ctx, claim))
	if _, _, err := w.Tokens(ctx, microsoft); err != nil {
		w.Errorf("tokens given anew: %v", err)
	}
	claim = w.claim(anna)
	w.same([]any{claim.Closing, claim.SubscriptionDue.IsZero(), claim.SweepDue.IsZero()}, []any{false, false, false}, "next claim")
	w.same(claim.SweptAt, time.Time{}, "last sweep: the work of before is gone, and a first one marks all that comes")
}

func testClosingGivenUp(w *world) {
	ctx := w.Context()
	w.idle(anna)
	w.mark(anna, "event")
	claim := w.claim(anna)
	w.subscription(claim, "sub")
	w.must(w.Release(ctx, claim))
	w.must(w.Disconnect(ctx, anna))
	w.connectBeside(claim)
	w.grant(anna, meeting.Microsoft, "signed in again") // and never linked Webex

	w.clock.Advance(24*time.Hour - time.Second)
	w.must(w.PurgeExpired(ctx))
	state, err := w.Mailbox(ctx, anna)
	w.must(err)
	w.same(state.Closing, true, "closing within 24 hours")
	w.clock.Advance(time.Second)
	w.must(w.CreateSession(ctx, meeting.NewSecret("session"), ben)) // the older one is past its end
	w.must(w.PurgeExpired(ctx))
	state, err = w.Mailbox(ctx, anna)
	w.must(err)
	w.same(state, meeting.Mailbox{}, "mailbox after 24 hours")
	grant, err := w.Grant(ctx, anna, meeting.Microsoft)
	w.must(err)
	w.same(grant.State, meeting.GrantLive, "grant given meanwhile")
	_, err = w.Grant(ctx, anna, meeting.Webex)
	w.is(err, errs.NotFound, "grant that was closing")
}

func testPurge(w *world) {
	ctx := w.Context()
	month := 30 * 24 * time.Hour
	w.idle(anna)
	w.mark(anna, "waits")
	claims, err := w.Claim(ctx, 1, 10*month) // on SQLite leases follow the test's clock
	w.must(err)
	claim := claims[0]
	work := w.bite(claim)[0]
	work.Reason, work.NotBefore = meeting.WaitSignedOut, start.Add(10*month)
	w.must(w.Postpone(ctx, claim, work, false))
	for event, l := range map[meeting.EventID]meeting.Link{
		"ended, event over":                    {State: meeting.LinkEnded, Ends: start, UpdatedAt: start},
		"ended late":                           {State: meeting.LinkEnded, Ends: start, UpdatedAt: start.Add(time.Second)},
		"ended, event to come":                 {State: meeting.LinkEnded, Ends: start.Add(2 * month), UpdatedAt: start},
		"linked, its meeting may be asked for": {State: meeting.LinkLinked, Ends: start, UpdatedAt: start},
	} {
		l.Mailbox, l.Event = anna, event
		w.must(w.SaveLink(ctx, claim, l, ""))
	}
	w.must(w.CreateSession(ctx, meeting.NewSecret("old"), anna))
	w.must(w.SaveFlow(ctx, newFlow("old")))

	w.clock.Advance(month)
	w.must(w.CreateSession(ctx, meeting.NewSecret("new"), anna))
	flow := newFlow("new")
	flow.ExpiresAt = w.clock.Now().Add(time.Minute)
	w.must(w.SaveFlow(ctx, flow))
	w.mark(anna, "fresh")
	w.must(w.PurgeExpired(ctx))

	counts := map[string]int{}
	for line := range strings.Lines(w.Dump(w)) {
		table, _, _ := strings.Cut(line, " ")
		counts[table]++
	}
	for table, want := range map[string]int{"sessions": 1, "flows": 1, "work": 1, "links": 3} {
		w.same(counts[table], want, table)
	}
	links, err := w.Links(ctx, anna, []meeting.EventID{"ended, event over"})
	w.must(err)
	w.same(len(links), 0, "link ended and over")
}
