package plan

import (
	"cmp"
	"slices"
	"strings"

	"webex-scheduler/internal/meeting"
)

// tidied returns people in one order, whatever order they were found in, with
// their addresses in one form.
func tidied(people []meeting.Person) []meeting.Person {
	list := make([]meeting.Person, len(people))
	for i, p := range people {
		list[i] = tidy(p)
	}
	slices.SortStableFunc(list, func(a, b meeting.Person) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// tidy gives a person's addresses one form: lower case, the primary one first,
// the others in order.
func tidy(p meeting.Person) meeting.Person {
	p.ID = meeting.ObjectID(strings.ToLower(string(p.ID)))
	p.Mail = strings.ToLower(strings.TrimSpace(p.Mail))
	p.Addresses = addresses(p.Mail, p.Addresses)
	return p
}

// addresses puts the primary address first and the others in order.
func addresses(primary string, others []string) []string {
	var list []string
	for _, address := range others {
		if address = strings.ToLower(strings.TrimSpace(address)); address != "" && address != primary {
			list = append(list, address)
		}
	}
	slices.Sort(list)
	list = slices.Compact(list)
	if primary != "" {
		list = append([]string{primary}, list...)
	}
	return list
}

// addressesOf lists what a person may be known by, the UPN last.
func addressesOf(p meeting.Person) []string {
	list := addresses(p.Mail, p.Addresses)
	if upn := strings.ToLower(p.UPN); upn != "" && !slices.Contains(list, upn) {
		list = append(list, upn)
	}
	return list
}

// sameMember compares all but when they were seen.
func sameMember(a, b meeting.Member) bool {
	p, q := a.Person, b.Person
	return a.Account == b.Account && a.Standing == b.Standing && a.HostTrust == b.HostTrust && a.Assigned == b.Assigned &&
		p.ID == q.ID && p.UPN == q.UPN && p.Name == q.Name && p.Mail == q.Mail && p.Language == q.Language &&
		p.Disabled == q.Disabled && p.Guest == q.Guest && p.Licensed == q.Licensed && slices.Equal(p.Addresses, q.Addresses) &&
		a.Host.ID == b.Host.ID && a.Host.Email == b.Host.Email && a.Host.MayHost == b.Host.MayHost &&
		slices.Equal(a.Host.Aliases, b.Host.Aliases) && slices.Equal(a.Host.Sites, b.Host.Sites)
}
