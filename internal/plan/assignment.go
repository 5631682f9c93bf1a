package plan

import (
	"cmp"
	"slices"
	"strings"

	"webex-scheduler/internal/meeting"
)

// Assigned is a mailbox to which an owner gave a host, and whose it is.
type Assigned struct {
	meeting.Assignment
	Person *meeting.Person // nil: nobody's
	Unseen bool            // nobody could be asked whose it is
}

// Assign makes the assignment of host to the mailbox that the address leads to,
// or tells why it cannot be made.
func Assign(domains []string, address string, p meeting.Person, host meeting.WebexPerson) (meeting.Assignment, meeting.Reason) {
	p = tidy(p)
	a := meeting.Assignment{
		Address: strings.ToLower(strings.TrimSpace(address)), Shared: p.Disabled || !p.Licensed,
		HostID: host.ID, HostEmail: strings.ToLower(host.Email),
	}
	why := RosterInput{Domains: domains}.standing(p, a.Shared)
	if why == "" && !host.MayHost {
		why = meeting.HostCannot
	}
	return a, why
}

// byMailbox returns assignments in one order: of two for one host the last counts.
func byMailbox(list []Assigned) []Assigned {
	return slices.SortedFunc(slices.Values(list), func(a, b Assigned) int { return cmp.Compare(a.Address, b.Address) })
}

// assigned leads from mailboxes to the hosts that owners gave them. Of two
// addresses of one mailbox the first by name counts.
func (in RosterInput) assigned() map[meeting.ObjectID]meeting.Assignment {
	byAddress := in.byAddress()
	found := map[meeting.ObjectID]meeting.Assignment{}
	for _, a := range in.Assigned {
		id, address := meeting.ObjectID(a.Address), a.Address
		switch {
		case a.Person != nil:
			p := tidy(*a.Person)
			id, address = p.ID, p.Mail
		case !a.Unseen:
			continue
		}
		if known, ok := byAddress[address]; ok && named(id) {
			id = known.ID
		}
		if present, twice := found[id]; !twice || a.Address < present.Address {
			found[id] = a.Assignment
		}
	}
	return found
}

// namedHere are the shared mailboxes that belong to the chosen ones because an
// owner gave them a host.
func (in RosterInput) namedHere() (rows []Listed) {
	for _, a := range in.Assigned {
		if a.Shared && !a.Unseen {
			rows = append(rows, Listed{Address: a.Address, Person: a.Person})
		}
	}
	return rows
}

// assignees leads from the Webex person ids of assigned hosts to the people,
// under the id or, where that is another by now, the address.
func (in RosterInput) assignees(byAddress map[string]meeting.WebexPerson) map[string]meeting.WebexPerson {
	found := map[string]meeting.WebexPerson{}
	if len(in.Assigned) == 0 {
		return found
	}
	byID := make(map[string]meeting.WebexPerson, len(in.Hosts))
	for _, h := range in.Hosts {
		byID[h.ID] = tidyHost(h)
	}
	for _, a := range byMailbox(in.Assigned) {
		if h, ok := byID[a.HostID]; ok {
			found[a.HostID] = h
		} else if h, ok := byAddress[a.HostEmail]; ok {
			found[a.HostID] = h
		}
	}
	return found
}
