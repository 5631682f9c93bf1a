package plan

import "webex-scheduler/internal/meeting"

// Policy runs after a plan and only takes away from it.
type Policy struct {
	DryRun    bool // nothing is written anywhere
	NoDeletes bool
	Deletions meeting.Deletions
}

// Limits of one mailbox's deletions in an hour: more is more likely an accident
// than a wish.
const (
	heldAbove = 20
	heldFrom  = 10 // upcoming meetings from which on half of them is too many
)

// Filter returns what of the actions may be done. In place of a deletion that
// is held the link notes it, and the event waits for a person.
func (p Policy) Filter(in Input, actions []Action) []Action {
	if p.DryRun {
		return nil
	}
	for i, a := range actions {
		if a.Do == Delete && (p.NoDeletes || p.holds()) {
			return append(append([]Action{}, actions[:i]...), in.held()...)
		}
	}
	return actions
}

func (p Policy) holds() bool {
	d := p.Deletions
	wanted, upcoming := d.Done+1, d.Upcoming+d.Done
	return !d.Lifted && (wanted > heldAbove || upcoming >= heldFrom && 2*wanted > upcoming)
}

func (in Input) held() []Action {
	return append(in.note(meeting.ProblemHeld),
		Action{Do: Wait, Reason: meeting.WaitHeld, At: in.Now.Add(signedOutWait)})
}
