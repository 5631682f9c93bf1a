package storetest

import (
	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// testAssignments: hosts that owners give are the tenant's own, are taken up at
// once, and what was found without them is not carried out.
func testAssignments(w *world) {
	ctx := w.Context()
	desk := meeting.Assignment{Address: "desk@contoso.example", Shared: true, HostID: "webex-ben", HostEmail: "ben@contoso.example", Since: start}
	w.is(w.SaveAssignment(ctx, contoso, desk), errs.NotFound, "tenant that nobody asked for")
	w.authorise(contoso)
	w.authorise(fabrikam)
	everybody := meeting.Choice{Who: meeting.Everybody}
	w.must(w.SaveChoice(ctx, contoso, everybody))
	claim := w.lookAt(contoso)
	changes := []meeting.MemberChange{{Member: member(anna)}}
	w.is(w.SaveAssignment(ctx, contoso, meeting.Assignment{Address: "a@contoso.example"}), errs.Invalid, "no host")
	woken := 0
	w.OnTenant(func() { woken++ })
	w.must(w.SaveAssignment(ctx, contoso, desk))
	w.is(w.ApplyRoster(ctx, claim, everybody, changes, w.at), errs.Conflict, "a host was given meanwhile")
	tenant, err := w.Tenant(ctx, contoso)
	w.must(err)
	w.must(w.ApplyRoster(ctx, claim, tenant.Choice, changes, w.at))
	w.must(w.SaveChoice(ctx, contoso, everybody))
	w.must(w.ApplyRoster(ctx, claim, tenant.Choice, changes, w.at))

	desk.HostID, desk.HostEmail = "webex-anna", "anna@contoso.example"
	w.must(w.SaveAssignment(ctx, contoso, desk))
	a := meeting.Assignment{Address: "a@contoso.example", HostID: "webex-ben", HostEmail: "ben@contoso.example", Since: start}
	w.must(w.SaveAssignment(ctx, contoso, a))
	got, err := w.Assignments(ctx, contoso)
	w.must(err)
	w.same(got, []meeting.Assignment{a, desk}, "assignments, the later in place of the earlier")
	got, err = w.Assignments(ctx, fabrikam)
	w.must(err)
	w.same(len(got), 0, "assignments of another tenant")
	before := w.Dump(w)
	w.is(w.DropAssignment(ctx, fabrikam, desk.Address), errs.NotFound, "another tenant's")
	w.is(w.DropAssignment(ctx, contoso, "b@contoso.example"), errs.NotFound, "one that is not there")
	w.same(w.Dump(w), before, "what was refused changed the database")
	w.must(w.DropAssignment(ctx, contoso, desk.Address))
	got, err = w.Assignments(ctx, contoso)
	w.must(err)
	w.same(got, []meeting.Assignment{a}, "assignments")
	w.is(w.ApplyRoster(ctx, claim, tenant.Choice, changes, w.at), errs.Conflict, "a host was taken back meanwhile")
	w.same(woken, 5, "how often the tenant is looked at")

	m := hosted(anna)
	m.Assigned = "webex-ben"
	tenant, err = w.Tenant(ctx, contoso)
	w.must(err)
	w.must(w.ApplyRoster(ctx, claim, tenant.Choice, []meeting.MemberChange{{Member: m}}, w.at))
	members, err := w.Members(ctx, contoso)
	w.must(err)
	w.same(members, []meeting.Member{m}, "members")
	line, err := w.ConsoleMailbox(ctx, contoso, anna)
	w.must(err)
	w.same(line.Assigned, true, "the console tells that the host was given")
}
