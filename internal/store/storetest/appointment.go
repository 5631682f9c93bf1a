package storetest

import (
	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// testAppointments: a role is its tenant's, a later one takes an earlier one's
// place, and who loses it is signed out.
func testAppointments(w *world) {
	ctx := w.Context()
	reader := meeting.Appointment{Account: ben, UPN: "ben@contoso.example", Role: meeting.RoleReader, Since: start, Giver: anna}
	w.must(w.SaveAppointment(ctx, reader))
	before := w.Dump(w)
	for _, wrong := range []meeting.Appointment{
		{Account: ben, Role: meeting.RoleOwner, Giver: anna}, {Account: ben, Role: "king", Giver: anna}, {Account: ben, Giver: anna},
		{Account: meeting.NewAccountID(fabrikam, "carl"), Role: meeting.RoleReader, Giver: anna}, {Account: ben, Role: meeting.RoleReader}, {Role: meeting.RoleReader, Giver: anna},
	} {
		w.is(w.SaveAppointment(ctx, wrong), errs.Invalid, "wrong appointment")
	}
	w.is(w.DropAppointment(ctx, anna), errs.NotFound, "somebody without a role")
	w.same(w.Dump(w), before, "what was refused changed the database")
	appointments := func(tenant meeting.TenantID, want ...meeting.Appointment) {
		w.Helper()
		got, err := w.Appointments(ctx, tenant)
		w.must(err)
		w.same(got, want, "appointments")
	}
	appointments(contoso, reader)
	appointments(fabrikam)
	operator := reader
	operator.Role = meeting.RoleOperator
	w.must(w.SaveAppointment(ctx, operator))
	appointments(contoso, operator)
	session := meeting.NewSecret("session")
	w.must(w.SaveAccount(ctx, meeting.Account{ID: ben}))
	w.must(w.CreateSession(ctx, session, ben))
	w.must(w.DropAppointment(ctx, ben))
	appointments(contoso)
	_, err := w.Session(ctx, session)
	w.is(err, errs.NotFound, "session of who lost a role")
}
