package storetest

import (
	"crypto/rand"
	"sync"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// newDraft is a meeting that anna asked for in the pane.
func (w *world) newDraft(clientKey string) meeting.Link {
	w.Helper()
	key, err := meeting.NewLinkKey(rand.Reader)
	w.must(err)
	return meeting.Link{
		Mailbox: anna, Event: meeting.DraftEvent(key), Key: key, State: meeting.LinkWished, Subject: "Review", ClientKey: clientKey,
		Starts: start.Add(24 * time.Hour), Ends: start.Add(25 * time.Hour), Wanted: fullLink().Wanted,
		Options: meeting.Options{Kind: meeting.OwnKind, Password: meeting.NewSecret("draft-pa55word"), CoHosts: []string{"ben@contoso.example"}},
		For:     "saved event", Open: true, CreatedAt: start, UpdatedAt: start,
	}
}

func testDraft(w *world) {
	ctx := w.Context()
	draft := w.newDraft("client-key-000001")
	_, err := w.SaveDraft(ctx, draft)
	w.is(err, errs.NotFound, "draft in a mailbox that is not kept in step")
	w.idle(anna)
	w.idle(ben)
	woken, hurried := 0, []meeting.AccountID{}
	w.OnMark(func() { woken++ })
	w.OnUrgent(func(mailbox meeting.AccountID) { hurried = append(hurried, mailbox) })
	w.mark(anna, "older mark")
	w.clock.Advance(time.Second)

	got, err := w.SaveDraft(ctx, draft)
	w.must(err)
	w.same(got, draft, "draft")
	w.same([]any{woken, hurried}, []any{2, []meeting.AccountID{anna}}, "who was told")
	again := w.newDraft("client-key-000001")
	got, err = w.SaveDraft(ctx, again)
	w.must(err)
	w.same(got, draft, "draft asked for again with its client's key")
	_, err = w.LinkByKey(ctx, again.Key)
	w.is(err, errs.NotFound, "key of the second request")
	other := again
	other.Mailbox = ben
	got, err = w.SaveDraft(ctx, other)
	w.must(err)
	w.same(got.Key, again.Key, "the same client key in another mailbox")
	for name, l := range map[string]meeting.Link{
		"without client key": w.newDraft(""),
		"of an event":        {Mailbox: anna, Event: "event", Key: "key", ClientKey: "client-key-000002"},
	} {
		_, err = w.SaveDraft(ctx, l)
		w.is(err, errs.Invalid, "draft "+name)
	}

	claims, err := w.Claim(ctx, 1, time.Hour)
	w.must(err)
	works := w.bite(claims[0])
	w.same([]any{works[0].Event, works[0].Urgent, works[1].Event, works[1].Urgent, len(works)},
		[]any{draft.Event, true, meeting.EventID("older mark"), false, 2}, "what is urgent comes first")

	// It is no event, and belongs to one.
	live, err := w.LiveLinks(ctx, anna, start)
	w.must(err)
	w.same(len(live), 0, "live links")
	unread, err := w.Unread(ctx, anna)
	w.must(err)
	w.same(unread, true, "an event was not read")
	w.must(w.Done(ctx, claims[0], works[1]))
	unread, err = w.Unread(ctx, anna)
	w.must(err)
	w.same(unread, false, "nothing but the draft is left")
	drafts, err := w.Drafts(ctx, anna)
	w.must(err)
	w.same(drafts, []meeting.Link{draft}, "drafts")
	links, err := w.Links(ctx, anna, []meeting.EventID{"saved event", draft.Event, "other"})
	w.must(err)
	w.same(links, []meeting.Link{draft}, "links of the event that it is for")
	links, err = w.AccountLinks(ctx, anna)
	w.must(err)
	w.same(links, []meeting.Link{draft}, "links of the account")
	got, err = w.EventLink(ctx, anna, "saved event")
	w.must(err)
	w.same(got, draft, "link of the event")
	linked := draft
	linked.State, linked.Meeting, linked.EndedAt = meeting.LinkLinked, "m", start
	w.must(w.SaveLink(ctx, claims[0], linked, ""))
	d, err := w.Deletions(ctx, anna, start.Add(-time.Hour))
	w.must(err)
	w.same(d, meeting.Deletions{}, "what a hold is judged by")

	_, err = w.MailboxLink(ctx, ben, draft.Key)
	w.is(err, errs.NotFound, "link of another mailbox")
	_, err = w.MailboxLink(ctx, anna, "")
	w.is(err, errs.NotFound, "no key")
	got, err = w.MailboxLink(ctx, anna, draft.Key)
	w.must(err)
	w.same(got, linked, "link of the mailbox")
}

func testEventLink(w *world) {
	ctx := w.Context()
	claim := w.claimed(anna)
	link := func() meeting.LinkKey {
		w.Helper()
		l, err := w.EventLink(ctx, anna, "saved event")
		if err != nil {
			w.is(err, errs.NotFound, "link of the event")
		}
		return l.Key
	}
	w.same(link(), meeting.LinkKey(""), "no link")
	own := meeting.Link{Mailbox: anna, Event: "saved event", Key: "own", State: meeting.LinkWished, Ends: start.Add(time.Hour)}
	w.must(w.SaveLink(ctx, claim, own, ""))
	w.same(link(), own.Key, "a wish alone")
	first, second := w.newDraft("client-key-000001"), w.newDraft("client-key-000002")
	second.CreatedAt, second.UpdatedAt = start.Add(time.Minute), start.Add(time.Minute)
	for _, l := range []meeting.Link{second, first} {
		_, err := w.SaveDraft(ctx, l)
		w.must(err)
	}
	w.same(link(), second.Key, "a wish, and two drafts")
	own.State = meeting.LinkLinked
	w.must(w.SaveLink(ctx, claim, own, ""))
	w.same(link(), own.Key, "the event's own meeting")
	own.State, second.State = meeting.LinkEnded, meeting.LinkEnded
	w.must(w.SaveLink(ctx, claim, own, ""))
	w.must(w.SaveLink(ctx, claim, second, ""))
	w.same(link(), first.Key, "what has not ended")
	first.State = meeting.LinkEnded
	w.must(w.SaveLink(ctx, claim, first, ""))
	w.same(link(), meeting.LinkKey(""), "all ended")
}

// testAsk: what is asked of a link is never lost by who works it.
func testAsk(w *world) {
	ctx := w.Context()
	claim := w.claimed(anna)
	draft := w.newDraft("client-key-000001")
	_, err := w.SaveDraft(ctx, draft)
	w.must(err)
	for _, work := range w.bite(claim) {
		w.must(w.Done(ctx, claim, work))
	}
	asked := meeting.Asked{Options: meeting.Options{Kind: meeting.OwnKind, Password: meeting.NewSecret("asked-pa55word"), Lobby: "allowJoin"}, Open: true, At: start.Add(time.Minute)}
	_, err = w.Ask(ctx, ben, draft.Key, asked)
	w.is(err, errs.NotFound, "asked in a mailbox that is not kept in step")
	_, err = w.Ask(ctx, anna, "unknown", asked)
	w.is(err, errs.NotFound, "asked of an unknown link")
	got, err := w.Ask(ctx, anna, draft.Key, asked)
	w.must(err)
	want := draft
	want.Asked = asked
	want.Asked.Revision = 1
	w.same(got, want, "link that something was asked of")
	works := w.bite(claim)
	w.same([]any{len(works), works[0].Event, works[0].Urgent}, []any{1, draft.Event, true}, "work")

	// Who worked it meanwhile knows nothing of it.
	worked := draft
	worked.State, worked.Problem = meeting.LinkLinked, meeting.ProblemQuota
	w.must(w.SaveLink(ctx, claim, worked, ""))
	got, err = w.MailboxLink(ctx, anna, draft.Key)
	w.must(err)
	w.same(got.Asked, want.Asked, "after a save")
	w.same(got.Problem, meeting.ProblemQuota, "what was saved")

	// Nor who binds it.
	bound := worked
	bound.Event, bound.For, bound.Open, bound.Served = "event", "", false, 0
	had := meeting.Link{Mailbox: anna, Event: "event", Key: "had", State: meeting.LinkLinked, Meeting: "m0", Ends: start.Add(time.Hour)}
	w.must(w.SaveLink(ctx, claim, had, ""))
	bound.Former = []meeting.Former{{Meeting: "m0", Grant: "grant", Host: "ana@contoso.example"}}
	w.must(w.MoveLink(ctx, claim, draft.Event, bound))
	got, err = w.MailboxLink(ctx, anna, draft.Key)
	w.must(err)
	bound.Asked = want.Asked
	w.same(got, bound, "after the draft was bound")
	former, err := w.LinkByKey(ctx, "had")
	w.must(err)
	w.same([]any{former.Event, former.State, former.Meeting}, []any{meeting.DraftEvent("had"), meeting.LinkEnded, meeting.MeetingID("")}, "the link that the event had")
	again, err := w.SaveDraft(ctx, w.newDraft("client-key-000001"))
	w.must(err)
	w.same(again.Event, meeting.EventID("event"), "the client's key names the event now")
	bound.Served = 1
	w.must(w.SaveLink(ctx, claim, bound, ""))

	asked.Remove = true
	got, err = w.Ask(ctx, anna, draft.Key, asked)
	w.must(err)
	w.same([]any{got.Event, got.Asked.Revision, got.Served, got.Asked.Remove}, []any{meeting.EventID("event"), int64(2), int64(1), true}, "asked again")
	w.must(w.MarkEvent(ctx, anna, "looked at"))
	w.must(w.MarkEvent(ctx, ben, "nobody keeps this mailbox"))
	w.same(w.bite(claim)[2].Event, meeting.EventID("looked at"), "marked event")
}

// testAskRace: people ask while the link goes from draft to event and is saved.
func testAskRace(w *world) {
	ctx := w.Context()
	claim := w.claimed(anna)
	draft := w.newDraft("client-key-000001")
	_, err := w.SaveDraft(ctx, draft)
	w.must(err)
	const times = 20
	var all sync.WaitGroup
	all.Go(func() {
		for range times {
			if _, err := w.Ask(ctx, anna, draft.Key, meeting.Asked{Remove: true}); err != nil {
				w.Error(err)
			}
		}
	})
	at := draft
	for i := range times {
		moved := at
		moved.Event = meeting.EventID([]string{"one", "two"}[i%2])
		if err := w.MoveLink(ctx, claim, at.Event, moved); err != nil {
			w.Error(err)
		}
		if at = moved; w.SaveLink(ctx, claim, at, "") != nil {
			w.Error("not saved")
		}
	}
	all.Wait()
	got, err := w.MailboxLink(ctx, anna, draft.Key)
	w.must(err)
	w.same(got.Asked.Revision, int64(times), "requests that were kept")
}

func testPreferences(w *world) {
	ctx := w.Context()
	none, err := w.Preferences(ctx, anna)
	w.must(err)
	w.same(none, meeting.Preferences{}, "of somebody unknown")
	w.is(w.SavePreferences(ctx, anna, none), errs.NotFound, "of somebody unknown")
	w.idle(anna)
	want := meeting.Preferences{Options: meeting.Options{Kind: meeting.RoomKind, Template: "t", JoinBeforeHost: "5", Lobby: "allowJoin", Audio: "VoIP", EntryTone: "beep", LeaveOutPassword: true, TrackingCodes: map[string]string{"Cost centre": "4711"}}}
	given := want
	given.Options.Password, given.Options.CoHosts = meeting.NewSecret("kept nowhere"), []string{"ben@contoso.example"}
	save := func(p meeting.Preferences) {
		w.Helper()
		w.must(w.SavePreferences(ctx, anna, p))
		got, err := w.Preferences(ctx, anna)
		w.must(err)
		p.Options.Password, p.Options.CoHosts = meeting.Secret{}, nil
		w.same(got, p, "preferences")
	}
	save(given)
	w.same(w.dueIn(), time.Duration(-1), "nothing is due: the keywords are as before")
	want.KeywordsOff = true
	save(want)
	w.must(w.SaveAccount(ctx, meeting.Account{ID: anna, Name: "Anna Nová"}))
	account, err := w.Account(ctx, anna)
	w.must(err)
	w.same([]any{account.Name, account.KeywordsOff}, []any{"Anna Nová", true}, "account")
	claim := w.claim(anna)
	w.same([]any{claim.SweepDue, claim.SweptAt}, []any{start, start}, "sweep after keywords were turned off")
	w.must(w.Swept(ctx, claim, start, nil, time.Time{}))
	w.must(w.Release(ctx, claim))
	save(meeting.Preferences{})
	claim = w.claim(anna)
	w.same([]any{claim.SweepDue, claim.SweptAt}, []any{start, time.Time{}}, "sweep after keywords were turned on: as the first")
	w.must(w.Swept(ctx, claim, start, nil, time.Time{}))
	w.must(w.Release(ctx, claim))

	w.is(w.SweepMailbox(ctx, ben), errs.NotFound, "sweep of a mailbox that is not kept in step")
	w.must(w.SweepMailbox(ctx, anna))
	w.same(w.claim(anna).SweepDue, start, "sweep that was asked for")
}

// testUncodedWishes: those that a site refused for want of a tracking code are looked
// at again once the person prefers others.
func testUncodedWishes(w *world) {
	ctx := w.Context()
	w.idle(anna)
	w.mark(anna, "another")
	claim := w.claim(anna)
	wish := meeting.Link{Mailbox: anna, State: meeting.LinkWished, Problem: meeting.ProblemTrackingCode, CreatedAt: start, UpdatedAt: start}
	for event, change := range map[meeting.EventID]func(*meeting.Link){
		"waits":            func(*meeting.Link) {},
		"something else":   func(l *meeting.Link) { l.Problem = meeting.ProblemRefused },
		"is there":         func(l *meeting.Link) { l.State = meeting.LinkLinked },
		"is there no more": func(l *meeting.Link) { l.State = meeting.LinkEnded },
	} {
		link := wish
		link.Event, link.Key = event, meeting.LinkKey("key of "+event)
		change(&link)
		w.must(w.SaveLink(ctx, claim, link, ""))
	}
	w.must(w.Done(ctx, claim, w.bite(claim)[0]))
	w.must(w.Release(ctx, claim))
	woken := 0
	w.OnMark(func() { woken++ })
	save := func(codes map[string]string) {
		w.Helper()
		w.must(w.SavePreferences(ctx, anna, meeting.Preferences{Options: meeting.Options{Lobby: "allowJoin", TrackingCodes: codes}}))
	}
	save(nil)
	w.same([]any{w.dueIn(), woken}, []any{time.Duration(-1), 0}, "due without a tracking code")
	save(map[string]string{"Cost centre": "4711"})
	claim = w.claim(anna)
	works := w.bite(claim)
	w.same(len(works), 1, "events marked")
	w.same([]any{works[0].Event, works[0].Urgent, woken}, []any{meeting.EventID("waits"), true, 1}, "what is looked at")
	w.must(w.Done(ctx, claim, works[0]))
	w.must(w.Release(ctx, claim))
	save(map[string]string{"Cost centre": "4711"})
	w.same(w.dueIn(), time.Duration(-1), "due with the same")
}
