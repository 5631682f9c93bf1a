package plan

import (
	"cmp"
	"slices"

	"webex-scheduler/internal/meeting"
)

// Members returns what the stored members are once the changes were made, by account.
func Members(stored []meeting.Member, changes []meeting.MemberChange) []meeting.Member {
	members := make(map[meeting.AccountID]meeting.Member, len(stored))
	for _, m := range stored {
		members[m.Account] = m
	}
	for _, c := range changes {
		delete(members, c.Was)
		if c.Gone {
			delete(members, c.Member.Account)
			continue
		}
		members[c.Member.Account] = c.Member
	}
	list := make([]meeting.Member, 0, len(members))
	for _, m := range members {
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b meeting.Member) int { return cmp.Compare(a.Account, b.Account) })
	return list
}

// Rehearse tells what the changes of a choice mean, without making them.
func Rehearse(choice meeting.Choice, stored []meeting.Member, changes []meeting.MemberChange) meeting.Preview {
	preview := meeting.Preview{Choice: choice}
	was := map[meeting.AccountID]bool{} // kept until now, by the name it would have
	for _, m := range stored {
		was[m.Account] = m.Kept()
	}
	for _, c := range changes {
		switch {
		case c.Was != "":
			was[c.Member.Account] = was[c.Was]
		case c.Gone && c.Member.Kept():
			preview.End = append(preview.End, c.Member)
		}
	}
	for _, m := range Members(stored, changes) {
		switch {
		case !m.Kept():
			preview.LeftOut = append(preview.LeftOut, m)
			if was[m.Account] {
				preview.End = append(preview.End, m)
			}
			continue
		case was[m.Account]:
			preview.Stay++
		default:
			preview.Begin = append(preview.Begin, m)
		}
		if m.HostTrust != "" {
			preview.NoHost = append(preview.NoHost, m)
		}
	}
	slices.SortFunc(preview.End, func(a, b meeting.Member) int { return cmp.Compare(a.Account, b.Account) })
	return preview
}
