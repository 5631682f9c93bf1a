package storetest

import (
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func (w *world) offer(tenant meeting.TenantID, subject, org string) meeting.GrantID {
	w.Helper()
	id, err := w.OfferWebex(w.Context(), tenant, "Org "+org, meeting.Grant{Subject: subject + "@contoso.example", SubjectID: subject, OrgID: org},
		meeting.Tokens{Access: meeting.NewSecret("access of " + subject), Refresh: meeting.NewSecret("refresh of " + subject)})
	w.must(err)
	return id
}

func testOrganization(w *world) {
	ctx := w.Context()
	w.authorise(contoso)
	w.authorise(fabrikam)
	host := hosted(anna)
	w.apply(meeting.MemberChange{Member: host}, meeting.MemberChange{Member: member(ben)})
	_, err := w.Host(ctx, anna)
	w.is(err, errs.NotFound, "host while there is neither organisation nor own grant")
	own := w.grant(anna, meeting.Webex, "anna-own")
	tenant := func() meeting.Tenant {
		w.Helper()
		got, err := w.Tenant(ctx, contoso)
		w.must(err)
		return got
	}
	state := func(id meeting.GrantID) any {
		w.Helper()
		got, err := w.GrantByID(ctx, id)
		w.must(err)
		return []any{got.Account, got.State, got.Reason}
	}
	organization := meeting.TenantAccount(contoso)

	dropped := w.offer(contoso, "first", "org")
	offered := w.offer(contoso, "admin", "org")
	_, err = w.GrantByID(ctx, dropped)
	w.is(err, errs.NotFound, "older offer")
	w.same(state(offered), []any{organization, meeting.GrantOffered, meeting.Reason("")}, "offer")
	w.same([]any{tenant().WebexGrant, tenant().WebexOffered, tenant().WebexWaiting}, []any{meeting.GrantID(""), offered, "Org org"}, "tenant with an offer")
	_, err = w.Grant(ctx, organization, meeting.Webex)
	w.is(err, errs.NotFound, "the organisation's grant before it is confirmed")
	got, err := w.Host(ctx, anna)
	w.must(err)
	w.same([]any{got.ID, got.HostEmail}, []any{own, ""}, "host before it is confirmed")
	_, version, err := w.Tokens(ctx, offered)
	w.must(err)

	w.is(w.ConfirmWebex(ctx, contoso, dropped), errs.Conflict, "confirm an offer that was dropped")
	w.is(w.ConfirmWebex(ctx, contoso, ""), errs.Conflict, "confirm nothing")
	w.is(w.ConfirmWebex(ctx, fabrikam, offered), errs.Conflict, "confirm another tenant's offer")
	w.must(w.ConfirmWebex(ctx, contoso, offered))
	w.is(w.ConfirmWebex(ctx, contoso, offered), errs.Conflict, "confirm twice")
	w.same(state(offered), []any{organization, meeting.GrantLive, meeting.Reason("")}, "confirmed")
	w.same([]any{tenant().WebexGrant, tenant().WebexName, tenant().WebexOffered, tenant().WebexWaiting},
		[]any{offered, "Org org", meeting.GrantID(""), ""}, "tenant after that")

	got, err = w.Host(ctx, anna)
	w.must(err)
	w.same([]any{got.ID, got.HostEmail, got.HostID, got.Aliases, got.Site, got.OrgID, got.State},
		[]any{offered, host.Host.Email, host.Host.ID, host.Host.Aliases, "contoso.webex.com", "org", meeting.GrantLive}, "host of the organisation")
	host.Host.Sites = []string{"a.webex.com", "b.webex.com"}
	w.apply(meeting.MemberChange{Member: host})
	got, err = w.Host(ctx, anna)
	w.must(err)
	w.same(got.Site, "", "site of a host with two")
	_, err = w.Host(ctx, ben)
	w.is(err, errs.NotFound, "mailbox without a host")
	w.grant(ben, meeting.Webex, "ben-own")
	got, err = w.Host(ctx, ben)
	w.must(err)
	w.same([]any{got.Account, got.HostEmail}, []any{ben, ""}, "its person's own grant")
	carl := person("contoso", 3)
	w.connect(carl)
	got, err = w.Host(ctx, carl)
	w.must(err)
	w.same(got.Account, carl, "host of a mailbox that its person connected")

	// Another organisation takes its place; work that waited for Webex goes on.
	claims, err := w.Claim(ctx, 10, time.Hour)
	w.must(err)
	for _, claim := range claims {
		if claim.Mailbox == anna {
			w.mark(anna, "waits")
			work := w.bite(claim)[0]
			work.NotBefore, work.Reason = start.Add(24*time.Hour), meeting.ProblemSignedOut
			w.must(w.Postpone(ctx, claim, work, false))
		}
		w.must(w.SubscriptionWork(ctx, claim, time.Time{}, false))
		w.must(w.Swept(ctx, claim, start, nil, time.Time{}))
		w.must(w.Release(ctx, claim))
	}
	w.same(w.dueIn(), 24*time.Hour, "due")
	again := w.offer(contoso, "admin", "org") // the same person renews what is in use
	w.same([]any{again, state(again)}, []any{offered, []any{organization, meeting.GrantLive, meeting.Reason("")}}, "the grant in use, given again")
	_, newer, err := w.Tokens(ctx, offered)
	w.must(err)
	if newer <= version {
		w.Errorf("version of its tokens: got %d after %d", newer, version)
	}
	other := w.offer(contoso, "other", "org-2")
	w.same(state(offered), []any{organization, meeting.GrantLive, meeting.Reason("")}, "in use while another is offered")
	w.must(w.ConfirmWebex(ctx, contoso, other))
	w.same(state(offered), []any{organization, meeting.GrantDead, meeting.GrantReplaced}, "replaced")
	_, _, err = w.Tokens(ctx, offered)
	w.is(err, errs.SignedOut, "tokens of the replaced grant")
	w.same(w.dueIn(), time.Duration(0), "due after another organisation was confirmed")
	got, err = w.Grant(ctx, organization, meeting.Webex)
	w.must(err)
	w.same(got.ID, other, "the organisation's grant")

	// Refused by Webex: the mailbox still names it, so that nothing is made with another.
	_, version, err = w.Tokens(ctx, other)
	w.must(err)
	w.must(w.EndGrant(ctx, other, version, meeting.GrantRevoked))
	got, err = w.Host(ctx, anna)
	w.must(err)
	w.same([]any{got.ID, got.State, got.Reason}, []any{other, meeting.GrantDead, meeting.GrantRevoked}, "host whose grant is dead")
	last := w.offer(contoso, "last", "org")
	_, version, err = w.Tokens(ctx, last)
	w.must(err)
	w.must(w.EndGrant(ctx, last, version, meeting.GrantRevoked))
	w.is(w.ConfirmWebex(ctx, contoso, last), errs.Conflict, "confirm an offer that Webex refused")
}

func testTenantPurge(w *world) {
	ctx := w.Context()
	w.authorise(contoso)
	w.apply(meeting.MemberChange{Member: member(anna)})
	used := w.offer(contoso, "admin", "org")
	w.must(w.ConfirmWebex(ctx, contoso, used))
	w.clock.Advance(time.Minute)
	w.offer(contoso, "admin", "org") // renewed
	w.must(w.BeginProof(ctx, fabrikam))
	offered := w.offer(fabrikam, "admin", "org")
	w.stand(contoso, meeting.TenantWithdrawn)
	w.clock.Advance(24*time.Hour - time.Second)
	w.must(w.PurgeExpired(ctx))
	_, err := w.GrantByID(ctx, offered)
	w.must(err)
	w.clock.Advance(time.Second)
	w.must(w.PurgeExpired(ctx))
	_, err = w.GrantByID(ctx, offered)
	w.is(err, errs.NotFound, "offer that nobody confirmed in a day")
	for _, id := range []meeting.TenantID{contoso, fabrikam} {
		tenant, err := w.Tenant(ctx, id)
		w.must(err)
		w.same([]any{tenant.WebexOffered, tenant.WebexWaiting}, []any{meeting.GrantID(""), ""}, "offer of "+string(id))
	}
	if strings.Count(w.Dump(w), "\ntokens ") != 1 {
		w.Error("want the tokens of the grant in use alone")
	}

	w.clock.Advance(29*24*time.Hour - time.Minute)
	w.must(w.PurgeExpired(ctx))
	_, err = w.Tenant(ctx, fabrikam)
	w.must(err)
	w.clock.Advance(time.Hour)
	w.must(w.PurgeExpired(ctx))
	_, err = w.Tenant(ctx, fabrikam)
	w.is(err, errs.NotFound, "tenant whose consent never came")
	_, err = w.Tenant(ctx, contoso)
	w.must(err)
	members, err := w.Members(ctx, contoso)
	w.must(err)
	w.same([]any{len(members), w.mailbox(anna).Account}, []any{1, anna}, "member and mailbox of a tenant whose consent is gone")
}

func testTenantDeletions(w *world) {
	ctx := w.Context()
	carl := person("contoso", 3)
	w.connect(carl)
	w.authorise(contoso)
	w.authorise(fabrikam)
	w.apply(meeting.MemberChange{Member: member(anna)}, meeting.MemberChange{Member: member(ben)})
	w.apply(meeting.MemberChange{Member: member(person("fabrikam", 1))})
	claims, err := w.Claim(ctx, 10, time.Hour)
	w.must(err)
	w.same(len(claims), 4, "claims")
	for _, claim := range claims {
		for event, link := range map[meeting.EventID]meeting.Link{
			"upcoming": {State: meeting.LinkLinked, Ends: start.Add(time.Hour)},
			"over":     {State: meeting.LinkLinked, Ends: start.Add(-time.Hour)},
			"deleted":  {State: meeting.LinkEnded, Ends: start.Add(time.Hour), EndedAt: start.Add(-time.Minute)},
		} {
			link.Mailbox, link.Event = claim.Mailbox, event
			w.must(w.SaveLink(ctx, claim, link, ""))
		}
	}
	for account, want := range map[meeting.AccountID]meeting.Deletions{
		anna:                  {Done: 1, Upcoming: 1, TenantDone: 2, TenantUpcoming: 2},
		carl:                  {Done: 1, Upcoming: 1},
		person("fabrikam", 1): {Done: 1, Upcoming: 1, TenantDone: 1, TenantUpcoming: 1},
	} {
		got, err := w.Deletions(ctx, account, start.Add(-time.Hour))
		w.must(err)
		w.same(got, want, "deletions of "+string(account))
	}
}
