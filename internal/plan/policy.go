package plan

import "webex-scheduler/internal/meeting"

// Policy runs after a plan and only takes away from it.
type Policy struct {
	DryRun    bool // nothing is written anywhere
	NoDeletes bool
	Deletions meeting.Deletions
}

// Limits of deletions in an hour, of one mailbox and of a tenant: more is more
// likely an accident than a wish.
const (
	heldAbove = 20
	heldFrom  = 10 // upcoming meetings from which on half of them is too many

	tenantHeldAbove = 200
	tenantHeldShare = 50 // one in so many of the upcoming meetings
)

// Filter returns what of the actions may be done. In place of a deletion that
// is held the link notes it, and the event waits for a person.
func (p Policy) Filter(in Input, actions []Action) []Action {
	if p.DryRun {
		return in.dry(actions)
	}
	for i, a := range actions {
		if a.Do == Delete && (p.NoDeletes || p.holds()) {
			for i > 0 && actions[i-1].Unblock { // nor do its join details go
				i--
			}
			return append(append([]Action{}, actions[:i]...), in.held()...)
		}
	}
	return actions
}

func (p Policy) holds() bool {
	d := p.Deletions
	wanted, upcoming := d.Done+1, d.Upcoming+d.Done
	all, allUpcoming := d.TenantDone+1, d.TenantUpcoming+d.TenantDone
	return !d.Lifted && (wanted > heldAbove || upcoming >= heldFrom && 2*wanted > upcoming ||
		all > tenantHeldAbove && tenantHeldShare*all > allUpcoming)
}

// dry leaves of a plan what nobody outside sees. An event that would get a
// meeting says so and is done with; what else would be written waits for the
// end of the dry run, which makes it due.
func (in Input) dry(actions []Action) []Action {
	for i, a := range actions {
		switch a.Do {
		case Note, Wait, Serve, Expand, List, Hold, Take:
			continue
		case Create, Room:
			return append(actions[:i:i], in.wouldGet()...)
		}
		return append(actions[:i:i], Action{Do: Wait, Reason: meeting.WaitDryRun, At: in.Now.Add(signedOutWait)})
	}
	return actions
}

// wouldGet notes, once, that the event would get a meeting.
func (in Input) wouldGet() []Action {
	text, link := in.text(), in.Link
	if link != nil && link.State == meeting.LinkWished && link.Reason == meeting.WaitDryRun && link.Problem == "" && link.Location == text {
		return nil
	}
	return []Action{{Do: Note, Reason: meeting.WaitDryRun, State: meeting.LinkWished, Text: text}}
}

func (in Input) held() []Action {
	return append(in.note(meeting.ProblemHeld),
		Action{Do: Wait, Reason: meeting.WaitHeld, At: in.Now.Add(signedOutWait)})
}
