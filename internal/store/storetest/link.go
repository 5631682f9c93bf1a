package storetest

import (
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// claimed connects a mailbox and claims it for the time of a test.
func (w *world) claimed(account meeting.AccountID) meeting.Claim {
	w.Helper()
	w.connect(account)
	claims, err := w.Claim(w.Context(), 1, 100_000*time.Hour)
	w.must(err)
	if len(claims) != 1 || claims[0].Mailbox != account {
		w.Fatalf("claim: got %+v, want %s", claims, account)
	}
	return claims[0]
}

func fullLink() meeting.Link {
	shape := meeting.Shape{
		Title: "Status — ÄÖ 😀", Start: start.Add(24 * time.Hour), End: start.Add(25 * time.Hour), Zone: "Europe/Prague",
		Invitees: []meeting.Invitee{{ID: "i1", Email: "ben@contoso.example", Name: "Ben"}},
	}
	got, refused := shape, shape
	got.Title, refused.Title, refused.Invitees = "Status", "Refused", nil
	return meeting.Link{
		Mailbox: anna, Event: "event", ICalUID: "uid", Key: "key", State: meeting.LinkLinked, Reason: meeting.ByKeyword,
		Problem: meeting.ProblemQuota, Location: "@webex", Subject: "Status", Starts: start.Add(24 * time.Hour), Ends: start.Add(25 * time.Hour),
		Meeting: "meeting", Grant: "grant", Host: "ana@contoso.example", HostKept: "ben@contoso.example", Moving: "eva@contoso.example", SiteURL: "contoso.webex.com",
		Join: meeting.Join{
			WebLink: "https://contoso.webex.com/contoso/j.php?MTID=m1", Number: "25556662233", Password: meeting.NewSecret("pa55word"),
			PhonePassword: meeting.NewSecret("72559673"), SIPAddress: "25556662233@contoso.webex.com", DialInIP: "173.243.2.68",
			AccessCode: "25556662233", CallIn: []meeting.CallIn{{Label: "Czechia", Number: "+420-1"}},
		},
		Wanted: shape, Got: got, Refused: refused, ChangeKey: "ck", ShownAt: start.Add(time.Microsecond), BareSince: start.Add(time.Minute), EndedAt: start.Add(2 * time.Minute), WroteAt: start.Add(4 * time.Minute), TitleAt: start.Add(5 * time.Minute), TimesAt: start.Add(6 * time.Minute), Glance: &meeting.Glance{At: start, Title: "Seen", Start: start, End: start.Add(time.Hour)},
		BodyWrites: []time.Time{start, start.Add(time.Second)}, CreatedAt: start, UpdatedAt: start.Add(time.Hour),
		Options: meeting.Options{
			Kind: meeting.OwnKind, Template: "template", Password: meeting.NewSecret("pa55word"), LeaveOutPassword: true, JoinBeforeHost: "10",
			Lobby: "blockFromJoin", Audio: "VoIP", EntryTone: "noTone", CoHosts: []string{"ben@contoso.example"},
			TrackingCodes: map[string]string{"Cost centre": "4711"},
		},
		Served: 3, Removed: 2, For: "saved event", Open: true, Former: []meeting.Former{{Meeting: "former", Grant: "grant", Host: "ana@contoso.example"}},
		Rhythm: &meeting.Rhythm{
			Recurrence: meeting.Recurrence{Type: meeting.Weekly, Interval: 1, Days: meeting.NewWeekdays(time.Monday), Start: 20000, Zone: "Europe/Prague"},
			Clock:      9 * time.Hour, Length: time.Hour, Zone: "Europe/Prague", Start: 20000, Rule: "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO", Checked: 20300,
			Slots: map[meeting.Date]meeting.Slot{
				20007: {Gone: true},
				20014: {Start: start, End: start.Add(time.Hour), Title: "Status", Invitees: []meeting.Invitee{}},
			},
		},
	}
}

func testLinks(w *world) {
	ctx := w.Context()
	claim := w.claimed(anna)
	want := fullLink()
	w.must(w.SaveLink(ctx, claim, want, ""))
	got, err := w.Links(ctx, anna, []meeting.EventID{"other", "event"})
	w.must(err)
	w.same(got, []meeting.Link{want}, "link")

	want = meeting.Link{Mailbox: anna, Event: "event", State: meeting.LinkEnded}
	w.must(w.SaveLink(ctx, claim, want, ""))
	got, err = w.Links(ctx, anna, []meeting.EventID{"event"})
	w.must(err)
	w.same(got, []meeting.Link{want}, "link that was replaced by an all but empty one")

	w.must(w.DeleteLink(ctx, claim, "event"))
	w.must(w.DeleteLink(ctx, claim, "event"))
	got, err = w.Links(ctx, anna, []meeting.EventID{"event"})
	w.must(err)
	w.same(len(got), 0, "links after deletion")

	foreign := fullLink()
	foreign.Mailbox = ben
	w.is(w.SaveLink(ctx, claim, foreign, ""), errs.Invalid, "link of a mailbox that the claim does not hold")
}

func testLinkQueries(w *world) {
	ctx := w.Context()
	claims := map[meeting.AccountID]meeting.Claim{anna: w.claimed(anna), ben: w.claimed(ben)}
	save := func(mailbox meeting.AccountID, event meeting.EventID, key meeting.LinkKey, id meeting.MeetingID, state meeting.LinkState, starts time.Duration) {
		w.Helper()
		at := start.Add(starts)
		w.must(w.SaveLink(ctx, claims[mailbox], meeting.Link{
			Mailbox: mailbox, Event: event, Key: key, Meeting: id, State: state, Starts: at, Ends: at.Add(time.Hour), UpdatedAt: at,
		}, ""))
	}
	day := 24 * time.Hour
	save(anna, "tomorrow", "k1", "m1", meeting.LinkLinked, day)
	save(anna, "today", "", "", meeting.LinkWished, time.Hour)
	save(anna, "second wish", "", "", meeting.LinkWished, 2*time.Hour) // no keys yet: no clash
	save(anna, "ended", "k2", "m2", meeting.LinkEnded, 3*day)
	save(anna, "last week", "k3", "m3", meeting.LinkLinked, -7*day)
	save(anna, "long ago", "k4", "m4", meeting.LinkLinked, -31*day)
	save(ben, "of ben", "k5", "m2", meeting.LinkLinked, day) // the meeting of anna's ended link

	events := func(links []meeting.Link, err error) (ids []meeting.EventID) {
		w.Helper()
		w.must(err)
		for _, l := range links {
			ids = append(ids, l.Event)
		}
		return ids
	}
	w.same(events(w.LiveLinks(ctx, anna, start)), []meeting.EventID{"today", "second wish", "tomorrow"}, "live links")
	w.same(events(w.AccountLinks(ctx, anna)), []meeting.EventID{"ended", "tomorrow", "second wish", "today", "last week"}, "links of the account")

	one := func(l meeting.Link, err error) meeting.EventID { w.Helper(); w.must(err); return l.Event }
	w.same(one(w.LinkByKey(ctx, "k5")), meeting.EventID("of ben"), "by key")
	w.same(one(w.LinkByMeeting(ctx, "m1")), meeting.EventID("tomorrow"), "by meeting")
	w.same(one(w.LinkByMeeting(ctx, "m2")), meeting.EventID("of ben"), "by meeting: the live one")
	for _, key := range []meeting.LinkKey{"k9", ""} {
		_, err := w.LinkByKey(ctx, key)
		w.is(err, errs.NotFound, "by key "+string(key))
	}
	for _, id := range []meeting.MeetingID{"m9", ""} {
		_, err := w.LinkByMeeting(ctx, id)
		w.is(err, errs.NotFound, "by meeting "+string(id))
	}

	moved, err := w.LinkByKey(ctx, "k1")
	w.must(err)
	moved.Event = "tomorrow, moved"
	w.must(w.MoveLink(ctx, claims[anna], "tomorrow", moved))
	w.same(one(w.LinkByKey(ctx, "k1")), meeting.EventID("tomorrow, moved"), "by key after the event moved")
	w.same(events(w.LiveLinks(ctx, anna, start)), []meeting.EventID{"today", "second wish", "tomorrow, moved"}, "live links after the event moved")
}

func testIntents(w *world) {
	ctx := w.Context()
	claim := w.claimed(anna)
	first := meeting.Intent{
		Nonce: "n1", Mailbox: anna, Event: "event", Grant: "grant", Start: start.Add(time.Hour), End: start.Add(2 * time.Hour),
		MadeAt: start, Looks: 1, LookAt: start.Add(2 * time.Second), Given: true,
	}
	later := meeting.Intent{Nonce: "n0", Mailbox: anna, Event: "event", MadeAt: start.Add(time.Minute)}
	other := meeting.Intent{Nonce: "n2", Mailbox: anna, Event: "other", MadeAt: start}
	for _, intent := range []meeting.Intent{later, other, {Nonce: "n1", Mailbox: anna, Event: "event"}, first} {
		w.must(w.SaveIntent(ctx, claim, intent))
	}
	intents := func(event meeting.EventID) []meeting.Intent {
		w.Helper()
		got, err := w.Intents(ctx, anna, event)
		w.must(err)
		return got
	}
	w.same(intents("event"), []meeting.Intent{first, later}, "intents, oldest first")
	w.must(w.SaveLink(ctx, claim, meeting.Link{Mailbox: anna, Event: "event", State: meeting.LinkLinked}, "n1"))
	w.same(intents("event"), []meeting.Intent{later}, "intents after the link that settles one")
	w.must(w.DeleteIntent(ctx, claim, "n0"))
	w.must(w.DeleteIntent(ctx, claim, "n0"))
	w.same(len(intents("event")), 0, "intents at the end")
	w.same(intents("other"), []meeting.Intent{other}, "intents of the neighbour")
}

func testReopenIntent(w *world) {
	ctx := w.Context()
	claim := w.claimed(anna)
	late := meeting.Intent{Nonce: "n1", Mailbox: anna, Event: "event", MadeAt: start, LookAt: start.Add(time.Hour), Given: true}
	open := late
	open.Looks, open.LookAt, open.Given = 2, start.Add(time.Minute), false
	intents := func() []meeting.Intent {
		w.Helper()
		got, err := w.Intents(ctx, anna, "event")
		w.must(err)
		return got
	}
	w.must(w.SaveIntent(ctx, claim, open))
	w.must(w.ReopenIntent(ctx, late))
	w.same(intents(), []meeting.Intent{open}, "intent that is still open")
	w.must(w.DeleteIntent(ctx, claim, "n1"))
	w.must(w.ReopenIntent(ctx, late))
	w.same(intents(), []meeting.Intent{late}, "intent that was settled")
	before := w.Dump(w)
	w.must(w.ReopenIntent(ctx, meeting.Intent{Nonce: "n2", Mailbox: ben, Event: "nobody keeps this mailbox"}))
	w.same(w.Dump(w), before, "intent of a mailbox that is not kept in step")
}
