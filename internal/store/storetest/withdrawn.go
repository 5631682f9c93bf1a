package storetest

import "webex-scheduler/internal/meeting"

// testWithdrawnFallsBack: a consent that is gone keeps nobody from working on
// the own one.
func testWithdrawnFallsBack(w *world) {
	ctx := w.Context()
	state := func(who meeting.AccountID) []any {
		w.Helper()
		m := w.mailbox(who)
		return []any{m.Connected, m.Authority}
	}
	connect := func(who meeting.AccountID, want bool, what string) {
		w.Helper()
		got, err := w.Connect(ctx, who)
		w.must(err)
		w.same(got, want, "connect "+what)
	}
	w.connect(anna)
	w.must(w.SaveAccount(ctx, meeting.Account{ID: ben}))
	w.authorise(contoso)
	w.apply(meeting.MemberChange{Member: member(anna)}, meeting.MemberChange{Member: member(ben)})
	w.same(state(anna), []any{true, meeting.TenantWide}, "of the tenant")

	w.must(w.PauseTenant(ctx, contoso, true))
	connect(ben, true, "in a pause")
	w.same(state(ben), []any{true, meeting.TenantWide}, "in a pause")
	w.must(w.PauseTenant(ctx, contoso, false))

	w.stand(contoso, meeting.TenantWithdrawn)
	w.same(state(anna), []any{true, meeting.Individual}, "withdrawn, with both own grants")
	w.same(w.claim(anna).Authority, meeting.Individual, "claim of who goes on alone")
	w.same(state(ben), []any{false, meeting.TenantWide}, "withdrawn, without own grants")
	connect(ben, false, "without own grants")
	w.grant(ben, meeting.Microsoft, "ben")
	connect(ben, false, "with one grant")
	w.grant(ben, meeting.Webex, "webex-ben")
	connect(ben, true, "with both")
	w.same(state(ben), []any{true, meeting.Individual}, "connected while withdrawn")
	w.same(w.claim(ben).Authority, meeting.Individual, "claim of who connected while withdrawn")

	w.must(w.BeginProof(ctx, contoso))
	w.same(state(ben), []any{true, meeting.Individual}, "while it is proven again")
	w.stand(contoso, meeting.TenantAuthorised)
	for _, who := range []meeting.AccountID{anna, ben} {
		w.same(state(who), []any{true, meeting.TenantWide}, "authorised again")
	}
}
