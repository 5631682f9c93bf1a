package storetest

import (
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func testGrantAgain(w *world) {
	ctx := w.Context()
	_, err := w.Grant(ctx, anna, meeting.Webex)
	w.is(err, errs.NotFound, "never granted")
	want := meeting.Grant{
		Account: anna, Service: meeting.Webex, Subject: "anna@contoso.example", SubjectID: "person-1", OrgID: "org-1",
		Site: "contoso.webex.com", Aliases: []string{"a@contoso.example"}, Scopes: []string{"meeting:schedules_write"},
		CreatedAt: start.Add(-time.Hour),
	}
	tokens := meeting.Tokens{
		Access: meeting.NewSecret("access-1"), AccessExpires: start.Add(time.Hour), Refresh: meeting.NewSecret("refresh-1"),
		RefreshExpires: start.Add(90 * 24 * time.Hour), PreviousRefresh: meeting.NewSecret("refresh-0"),
	}
	want.ID, err = w.SaveGrant(ctx, want, tokens)
	w.must(err)
	want.State = meeting.GrantLive
	got, err := w.Grant(ctx, anna, meeting.Webex)
	w.must(err)
	w.same(got, want, "grant")
	_, err = w.Grant(ctx, anna, meeting.Microsoft)
	w.is(err, errs.NotFound, "other service")
	gotTokens, version, err := w.Tokens(ctx, want.ID)
	w.must(err)
	w.same(gotTokens, tokens, "tokens")

	w.must(w.EndGrant(ctx, want.ID, version, meeting.GrantRevoked))
	tokens.Access, tokens.PreviousRefresh = meeting.NewSecret("access-2"), meeting.Secret{}
	again, err := w.SaveGrant(ctx, want, tokens)
	w.must(err)
	w.same(again, want.ID, "id of a grant given again")
	got, err = w.GrantByID(ctx, again)
	w.must(err)
	w.same(got, want, "revived grant")
	gotTokens, newer, err := w.Tokens(ctx, again)
	w.must(err)
	w.same(gotTokens, tokens, "new tokens")
	if newer <= version {
		w.Errorf("version of new tokens: got %d after %d", newer, version)
	}
}

func testGrantReplaced(w *world) {
	ctx := w.Context()
	older := w.grant(anna, meeting.Webex, "private-account")
	others := w.grant(ben, meeting.Webex, "ben")
	microsoft := w.grant(anna, meeting.Microsoft, "anna")
	newer := w.grant(anna, meeting.Webex, "work-account")
	for id, want := range map[meeting.GrantID]meeting.GrantState{
		older: meeting.GrantDead, newer: meeting.GrantLive, others: meeting.GrantLive, microsoft: meeting.GrantLive,
	} {
		got, err := w.GrantByID(ctx, id)
		w.must(err)
		w.same(got.State, want, "state of the grant of "+got.SubjectID)
	}
	got, err := w.Grant(ctx, anna, meeting.Webex)
	w.must(err)
	w.same(got.ID, newer, "newest grant")
	_, _, err = w.Tokens(ctx, older)
	w.is(err, errs.SignedOut, "tokens of the replaced grant")

	w.same(w.grant(anna, meeting.Webex, "private-account"), older, "id of the first, given again")
	got, err = w.Grant(ctx, anna, meeting.Webex)
	w.must(err)
	w.same(got.ID, older, "newest grant after going back")
}

func testGrantEnds(w *world) {
	ctx := w.Context()
	id := w.grant(anna, meeting.Microsoft, "anna")
	tokens, version, err := w.Tokens(ctx, id)
	w.must(err)
	leased, err := w.LeaseTokens(ctx, id, "us", version, w.clock.Now().Add(time.Minute))
	w.must(err)
	saved, err := w.SaveTokens(ctx, id, "us", version, tokens)
	w.must(err)
	if !leased || !saved {
		w.Fatalf("refresh: leased %t, saved %t", leased, saved)
	}
	w.is(w.EndGrant(ctx, id, version, meeting.GrantRevoked), errs.Conflict, "refusal of older tokens")
	got, err := w.GrantByID(ctx, id)
	w.must(err)
	w.same(got.State, meeting.GrantLive, "state after that")

	w.must(w.EndGrant(ctx, id, version+1, meeting.GrantExpired))
	got, err = w.Grant(ctx, anna, meeting.Microsoft)
	w.must(err)
	w.same([]any{got.State, got.Reason}, []any{meeting.GrantDead, meeting.GrantExpired}, "ended grant")
	_, _, err = w.Tokens(ctx, id)
	w.is(err, errs.SignedOut, "tokens of a dead grant")
	_, _, err = w.Tokens(ctx, "no-such-grant")
	w.is(err, errs.NotFound, "tokens of no grant")
}

func testTokens(w *world) {
	ctx := w.Context()
	id := w.grant(anna, meeting.Webex, "anna")
	_, version, err := w.Tokens(ctx, id)
	w.must(err)
	soon, over := w.clock.Now().Add(time.Hour), w.clock.Now()
	lease := func(owner string, version int64, until time.Time, want bool, what string) {
		w.Helper()
		got, err := w.LeaseTokens(ctx, id, owner, version, until)
		w.must(err)
		w.same(got, want, what)
	}
	fresh := meeting.Tokens{Access: meeting.NewSecret("fresh"), AccessExpires: soon, Refresh: meeting.NewSecret("r")}
	save := func(owner string, version int64, want bool, what string) {
		w.Helper()
		got, err := w.SaveTokens(ctx, id, owner, version, fresh)
		w.must(err)
		w.same(got, want, what)
	}
	save("a", version, false, "save without lease")
	lease("a", version+1, soon, false, "lease of another version")
	lease("a", version, soon, true, "first lease")
	lease("b", version, soon, false, "lease while another runs")
	lease("a", version, soon, true, "own lease again")
	save("b", version, false, "save by another owner")
	w.must(w.FreeTokens(ctx, id, "b"))
	lease("b", version, soon, false, "lease after the wrong owner freed it")
	w.must(w.FreeTokens(ctx, id, "a"))
	lease("b", version, over, true, "lease after it was freed")
	save("b", version, true, "save with a lease that ran out and that nobody took")
	save("b", version, false, "save twice")
	lease("a", version, soon, false, "lease of the version before")
	lease("b", version+1, over, true, "lease of the new version")
	lease("a", version+1, soon, true, "lease after another ran out")
	save("a", version, false, "save in place of older tokens")
	save("b", version+1, false, "save after the lease was lost to another")
	got, now, err := w.Tokens(ctx, id)
	w.must(err)
	w.same(got, fresh, "tokens")
	w.same(now, version+1, "version")
}
