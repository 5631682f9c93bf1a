package storetest

import (
	"time"

	"webex-scheduler/internal/meeting"
)

// testSurvey: what is counted and listed for somebody who only looks.
func testSurvey(w *world) {
	ctx := w.Context()
	_, people, err := w.Known(ctx, "anna@contoso.example")
	w.must(err)
	w.same(people, false, "somebody signed in")
	w.connect(anna)
	claim := w.claim(anna)
	w.connect(ben)
	account, err := w.Account(ctx, anna)
	w.must(err)
	account.UPN = "Anna@Contoso.Example"
	w.must(w.SaveAccount(ctx, account))
	for name, want := range map[string]bool{"ANNA@contoso.example": true, string(anna): true, "nobody@contoso.example": false, string(anna) + "0": false} {
		known, people, err := w.Known(ctx, name)
		w.must(err)
		w.same([]bool{known, people}, []bool{want, true}, "known by "+name)
	}

	count := func(mailboxes, silent int, what string) {
		w.Helper()
		all, none, err := w.Subscribable(ctx)
		w.must(err)
		w.same([]int{all, none}, []int{mailboxes, silent}, what)
	}
	count(2, 2, "before a subscription")
	w.must(w.SaveSubscription(ctx, claim, meeting.Subscription{ID: "sub", Mailbox: anna, GraphID: "at Graph", ExpiresAt: w.clock.Now().Add(time.Hour)}, meeting.NewSecret("sub.x")))
	count(2, 1, "with one of two")
	subs, err := w.LiveSubscriptions(ctx, 10)
	w.must(err)
	w.same(len(subs), 1, "live subscriptions")
	w.same([]any{subs[0].GraphID, subs[0].Authority}, []any{"at Graph", meeting.Individual}, "the live subscription")
	none, err := w.LiveSubscriptions(ctx, 0)
	w.must(err)
	w.same(len(none), 0, "at the most none")
	w.must(w.SubscriptionTrouble(ctx, claim, meeting.ProblemNoMailbox))
	count(1, 1, "without a mailbox that is none")
	w.must(w.SubscriptionTrouble(ctx, claim, ""))
	w.clock.Advance(2 * time.Hour)
	count(2, 2, "after its end")

	grants := func(service meeting.Service) (states []string) {
		w.Helper()
		all, err := w.GrantsInUse(ctx, service)
		w.must(err)
		for _, g := range all {
			states = append(states, string(g.Account)+" "+string(g.State))
		}
		return states
	}
	live := []string{string(anna) + " live", string(ben) + " live"}
	w.same(grants(meeting.Microsoft), live, "grants at Microsoft")
	w.same(grants(meeting.Webex), live, "grants at Webex")
	grant, err := w.Grant(ctx, ben, meeting.Microsoft)
	w.must(err)
	_, version, err := w.Tokens(ctx, grant.ID)
	w.must(err)
	w.must(w.EndGrant(ctx, grant.ID, version, meeting.GrantRevoked))
	w.same(grants(meeting.Microsoft), []string{string(anna) + " live", string(ben) + " dead"}, "with one that ended")
	count(1, 1, "without the mailbox of a dead grant")

	w.authorise(contoso)
	tenants, err := w.Tenants(ctx)
	w.must(err)
	w.same(len(tenants), 1, "organisations")
	w.same([]any{tenants[0].ID, tenants[0].State}, []any{contoso, meeting.TenantAuthorised}, "the organisation")
	some, err := w.Somebody(ctx, contoso, 10)
	w.must(err)
	w.same(len(some), 0, "mailboxes of the organisation")

	got, want, err := w.Schema(ctx)
	w.must(err)
	w.same(got, want, "version of the schema")
}
