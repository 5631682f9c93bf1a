package plan

import "webex-scheduler/internal/meeting"

// reassign plans to give the meeting to the mailbox's present host, where the
// same organisation made it for another one; nil: it is theirs, or Webex keeps it
// back.
func (in Input) reassign() []Action {
	if !in.ofOrganisation() || in.hostKept() || in.Link.Host == in.Host.HostEmail && in.Link.Moving == "" {
		return nil
	}
	return []Action{{Do: Reassign, Reason: meeting.HostChanged}} // what else differs is judged with the new host
}

// settleHost plans what comes before everything else that is done to a meeting
// of which nobody knows whose it is.
func (in Input) settleHost() []Action {
	if in.Link == nil || in.Link.Moving == "" {
		return nil
	}
	return in.reassign()
}

// hostKept reports whether Webex did not give it to the present host.
func (in Input) hostKept() bool {
	return in.ofOrganisation() && in.Link.Moving == "" && in.Link.Host != in.Host.HostEmail && in.Link.HostKept == in.Host.HostEmail
}

// ofOrganisation reports whether the meeting was made for somebody by the
// organisation whose grant the mailbox's meetings are made with.
func (in Input) ofOrganisation() bool {
	l := in.Link
	return in.Authority == meeting.TenantWide && in.Host.State == meeting.GrantLive && in.Host.HostEmail != "" &&
		l != nil && l.State == meeting.LinkLinked && !l.Options.Room() && l.Grant == in.Host.ID && l.Host != ""
}
