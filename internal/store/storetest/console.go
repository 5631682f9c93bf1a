package storetest

import (
	"fmt"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// plantConsole makes one mailbox of each state, and returns which is which.
func (w *world) plantConsole() map[meeting.MailboxState]meeting.AccountID {
	w.Helper()
	ctx := w.Context()
	w.authorise(contoso)
	who := map[meeting.MailboxState]meeting.AccountID{}
	var changes []meeting.MemberChange
	for i, state := range meeting.MailboxStates {
		who[state] = person("contoso", i)
		m := hosted(who[state])
		switch state {
		case meeting.MailboxLeftOut:
			m.Standing = meeting.LeftGuest
		case meeting.MailboxNoHost:
			m.Host, m.HostTrust = meeting.WebexPerson{}, meeting.HostNone
		case meeting.MailboxOwnGrant:
			w.connect(who[state])
			continue
		}
		changes = append(changes, meeting.MemberChange{Member: m})
	}
	w.apply(changes...)
	w.authorise(fabrikam)
	w.apply(meeting.MemberChange{Member: member(person("fabrikam", 1))})
	w.connect(person("fabrikam", 2))
	claims, err := w.Claim(ctx, 20, time.Hour)
	w.must(err)
	for _, claim := range claims {
		if claim.Mailbox == who[meeting.MailboxStarting] {
			continue
		}
		w.must(w.Swept(ctx, claim, start, []meeting.Mark{{Mailbox: claim.Mailbox, Event: "e"}}, time.Time{}))
		if claim.Mailbox != who[meeting.MailboxTrouble] {
			w.must(w.SaveSubscription(ctx, claim, meeting.Subscription{ID: string(claim.Mailbox), Mailbox: claim.Mailbox, GraphID: "g",
				Authority: claim.Authority, ExpiresAt: start.Add(time.Hour)}, meeting.NewSecret("x")))
		} else {
			w.must(w.SubscriptionTrouble(ctx, claim, meeting.ProblemNoMailbox))
		}
		for event, link := range map[meeting.EventID]meeting.Link{
			"upcoming": {State: meeting.LinkLinked, Ends: start.Add(time.Hour)},
			"problem":  {State: meeting.LinkLinked, Ends: start.Add(time.Hour), Problem: meeting.ProblemQuota},
			"over":     {State: meeting.LinkLinked, Ends: start.Add(-time.Hour), Problem: meeting.ProblemQuota},
		} {
			if link.Mailbox, link.Event = claim.Mailbox, event; event != "problem" || claim.Mailbox != who[meeting.MailboxInStep] {
				w.must(w.SaveLink(ctx, claim, link, ""))
			}
		}
		if claim.Mailbox == who[meeting.MailboxHeld] {
			work := w.bite(claim)[0]
			work.NotBefore, work.Reason = start.Add(24*time.Hour), meeting.WaitHeld
			w.must(w.Postpone(ctx, claim, work, false))
		}
	}
	return who
}

func testConsole(w *world) {
	ctx := w.Context()
	who := w.plantConsole()
	counts, err := w.MailboxCounts(ctx, contoso)
	w.must(err)
	want := map[meeting.MailboxState]int{}
	for state := range who {
		want[state] = 1
	}
	w.same(counts, want, "counts, one of each state")
	counts, err = w.MailboxCounts(ctx, fabrikam)
	w.must(err)
	w.same(counts, map[meeting.MailboxState]int{meeting.MailboxProblems: 1, meeting.MailboxOwnGrant: 1}, "counts of the other tenant")

	why := map[meeting.MailboxState]meeting.Reason{
		meeting.MailboxLeftOut: meeting.LeftGuest, meeting.MailboxNoHost: meeting.HostNone, meeting.MailboxTrouble: meeting.ProblemNoMailbox,
	}
	for state, account := range who {
		got, err := w.ConsoleMailbox(ctx, contoso, account)
		w.must(err)
		m := hosted(account)
		want := meeting.ConsoleMailbox{Account: account, UPN: m.Person.UPN, Name: m.Person.Name, State: state, Why: why[state],
			Host: m.Host.Email, Meetings: 2, Problems: 1, SweptAt: start}
		switch state {
		case meeting.MailboxHeld:
			want.Held = 1
		case meeting.MailboxInStep:
			want.Meetings, want.Problems = 1, 0
		case meeting.MailboxNoHost:
			want.Host = ""
		case meeting.MailboxStarting, meeting.MailboxLeftOut:
			want.Meetings, want.Problems, want.SweptAt = 0, 0, time.Time{}
		case meeting.MailboxOwnGrant:
			want.UPN, want.Name, want.Host = "", "", ""
		}
		w.same(got, want, "mailbox that is "+string(state))
		page, err := w.ConsoleMailboxes(ctx, contoso, meeting.ConsoleQuery{State: state})
		w.must(err)
		w.same(page, []meeting.ConsoleMailbox{want}, "those that are "+string(state))
		_, err = w.ConsoleMailbox(ctx, fabrikam, account)
		w.is(err, errs.NotFound, "seen by another tenant")
	}
	var seen []meeting.AccountID
	for after := meeting.AccountID(""); ; {
		page, err := w.ConsoleMailboxes(ctx, contoso, meeting.ConsoleQuery{After: after, Limit: 3})
		w.must(err)
		if len(page) == 0 {
			break
		}
		for _, m := range page {
			seen = append(seen, m.Account)
		}
		after = seen[len(seen)-1]
	}
	w.same(len(seen), len(who), "mailboxes page by page")
	for i, account := range seen {
		w.same(account, person("contoso", i), fmt.Sprint("mailbox ", i))
	}

	// One is closing: it is not the tenant's any more, and nobody's.
	w.apply(meeting.MemberChange{Member: member(who[meeting.MailboxInStep]), Gone: true})
	_, err = w.ConsoleMailbox(ctx, contoso, who[meeting.MailboxInStep])
	w.is(err, errs.NotFound, "a mailbox that is closing, of somebody who has gone")
	// The person's own Webex account serves where the organisation has none.
	w.grant(who[meeting.MailboxNoHost], meeting.Webex, "own")
	got, err := w.ConsoleMailbox(ctx, contoso, who[meeting.MailboxNoHost])
	w.must(err)
	w.same(got.State, meeting.MailboxProblems, "with a Webex grant of their own")
	w.clock.Advance(2 * time.Hour)
	got, err = w.ConsoleMailbox(ctx, contoso, who[meeting.MailboxProblems])
	w.must(err)
	w.same([]any{got.State, got.Problems, got.Meetings}, []any{meeting.MailboxTrouble, 0, 0}, "after the subscription and the events ended")
}

func testConsoleSearch(w *world) {
	ctx := w.Context()
	w.authorise(contoso)
	w.authorise(fabrikam)
	odd := member(anna)
	odd.Person = meeting.Person{ID: anna.Object(), UPN: "A_1@contoso.example", Name: "Šárka 100% Nová", Mail: "sarka.nova@contoso.example", Addresses: []string{"alias!x@contoso.example"}}
	plain := member(ben)
	plain.Person = meeting.Person{ID: ben.Object(), UPN: "ab1@contoso.example", Name: "Ben 1000", Mail: "b@contoso.example"}
	w.apply(meeting.MemberChange{Member: odd}, meeting.MemberChange{Member: plain})
	foreign := odd
	foreign.Account = person("fabrikam", 1)
	w.apply(meeting.MemberChange{Member: foreign})
	for search, want := range map[string][]meeting.AccountID{
		"":           {anna, ben},
		"CONTOSO":    {anna, ben},
		" a_1@":      {anna},
		"00%":        {anna},
		"%":          {anna},
		"šÁRKA":      {anna},
		"sarka.NOVA": {anna},
		"alias!X":    {anna},
		"ben 1":      {ben},
		"nobody":     nil,
		"' OR 1=1":   nil,
	} {
		page, err := w.ConsoleMailboxes(ctx, contoso, meeting.ConsoleQuery{Search: search})
		w.must(err)
		var got []meeting.AccountID
		for _, m := range page {
			got = append(got, m.Account)
		}
		w.same(got, want, fmt.Sprintf("search for %q", search))
	}
}
