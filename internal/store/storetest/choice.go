package storetest

import (
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// testChoiceTakenBack: what was found for another choice is not carried out.
func testChoiceTakenBack(w *world) {
	ctx := w.Context()
	w.authorise(contoso)
	everybody := meeting.Choice{Who: meeting.Everybody}
	listed := meeting.Choice{Who: meeting.Listed, Addresses: []string{"a@contoso.example"}}
	w.must(w.SaveChoice(ctx, contoso, everybody))
	claim := w.lookAt(contoso)
	changes := []meeting.MemberChange{{Member: member(anna)}}
	w.must(w.SaveChoice(ctx, contoso, listed))
	before := w.Dump(w)
	w.is(w.ApplyRoster(ctx, claim, everybody, changes, w.at), errs.Conflict, "another choice was made")
	w.is(w.ApplyRoster(ctx, claim, meeting.Choice{Who: meeting.Listed}, changes, w.at), errs.Conflict, "another list was made")
	w.same(w.Dump(w), before, "what was refused changed the database")
	w.must(w.ApplyRoster(ctx, claim, listed, changes, w.at))
	w.must(w.ReleaseTenant(ctx, claim, time.Time{}))
	w.same(w.mailbox(anna).Connected, true, "the choice that was made")
}
