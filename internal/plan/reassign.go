package plan

import "webex-scheduler/internal/meeting"

// reassigns reports whether the meeting is to go to the mailbox's present host:
// it was made by the same organisation for another one.
func (in Input) reassigns() bool { return in.formerHost() && in.Link.HostKept != in.Host.HostEmail }

// hostKept reports whether Webex did not give it to the present host.
func (in Input) hostKept() bool { return in.formerHost() && in.Link.HostKept == in.Host.HostEmail }

func (in Input) formerHost() bool {
	l := in.Link
	return in.Authority == meeting.TenantWide && in.Host.State == meeting.GrantLive && in.Host.HostEmail != "" &&
		l != nil && l.State == meeting.LinkLinked && !l.Options.Room() &&
		l.Grant == in.Host.ID && l.Host != "" && l.Host != in.Host.HostEmail
}
