package plan

import (
	"cmp"
	"slices"
	"strings"

	"webex-scheduler/internal/meeting"
)

// How well a mailbox and a Webex account belong together, best first.
const (
	byPrimary = iota
	byAlias
	byUPN
)

// match is a mailbox's wish for a host.
type match struct {
	member *meeting.Member
	host   meeting.WebexPerson
	how    int
}

// assignHosts maps each mailbox that is kept to its Webex host: to the one that
// an owner gave it, else by the primary address, another address, or the UPN. By
// its address nobody hosts for two mailboxes: the better match has the host, and
// among equals who had it before.
func (in RosterInput) assignHosts(members map[meeting.AccountID]*meeting.Member, before func(meeting.AccountID) meeting.Member) {
	byAddress := hostsByAddress(in.Hosts)
	assignees := in.assignees(byAddress)
	var matches []match
	for _, account := range sortedAccounts(members) {
		m := members[account]
		old := before(account)
		m.Host, m.HostTrust = meeting.WebexPerson{}, ""
		switch {
		case !m.Kept():
		case !in.Connected:
			m.HostTrust = meeting.HostNoWebex
		case !in.HostsSeen && answered(old, *m):
			m.Host, m.HostTrust = old.Host, old.HostTrust
		case !in.HostsSeen:
			m.HostTrust = meeting.HostNotAsked
		case m.Assigned != "":
			switch host, found := assignees[m.Assigned]; {
			case !found:
				m.HostTrust = in.unhosted(account, old, *m)
			case !host.MayHost:
				m.HostTrust = meeting.HostCannot
			default:
				m.Host = host
			}
		default:
			if host, how, ok := hostOf(m.Person, byAddress); ok {
				m.HostTrust = meeting.HostNone // unless it is theirs in the end
				matches = append(matches, match{m, host, how})
			} else {
				m.HostTrust = in.unhosted(account, old, *m)
			}
		}
	}
	had := func(w match) int {
		if before(w.member.Account).Host.ID == w.host.ID {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(matches, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.how, b.how), cmp.Compare(had(a), had(b)), cmp.Compare(a.member.Account, b.member.Account))
	})
	taken := map[string]bool{}
	for _, w := range matches {
		switch {
		case taken[w.host.ID]:
		case !w.host.MayHost:
			w.member.HostTrust = meeting.HostCannot
		default:
			w.member.Host, w.member.HostTrust = w.host, ""
		}
		taken[w.host.ID] = true
	}
}

// answered reports whether it was known until now who hosts for a member, or
// that nobody does. What was known of another assignment answers nothing.
func answered(old, m meeting.Member) bool {
	return old.Account != "" && old.Kept() && old.Assigned == m.Assigned &&
		old.HostTrust != meeting.HostNoWebex && old.HostTrust != meeting.HostNotAsked
}

// unhosted tells why a member whom none of the hosts fits has none.
func (in RosterInput) unhosted(account meeting.AccountID, old, m meeting.Member) meeting.Reason {
	switch {
	case !in.Unasked[account] && m.Assigned != "":
		return meeting.HostGone
	case !in.Unasked[account]:
		return meeting.HostNone
	case answered(old, m) && old.HostTrust != "":
		return old.HostTrust
	}
	return meeting.HostNotAsked
}

// Hostless is a member whom none of the hosts fits, and the addresses under
// which Webex may know the host all the same.
type Hostless struct {
	meeting.Member
	Addresses []string
}

// Unhosted lists those who would be kept in step and whom none of the hosts
// fits, with what was known until now.
func Unhosted(in RosterInput) []Hostless {
	byAddress := hostsByAddress(in.Hosts)
	assignees := in.assignees(byAddress)
	emails := map[string]string{}
	for _, a := range byMailbox(in.Assigned) {
		emails[a.HostID] = a.HostEmail
	}
	next, stored := in.chosen(), in.stored()
	was := in.named(next)
	var list []Hostless
	for _, account := range sortedAccounts(next) {
		m := Hostless{Member: *next[account]}
		m.Addresses = addressesOf(m.Person)
		_, _, ok := hostOf(m.Person, byAddress)
		if m.Assigned != "" {
			_, ok = assignees[m.Assigned]
			m.Addresses = []string{emails[m.Assigned]}
		}
		if ok || !m.Kept() {
			continue
		}
		if old := stored[cmp.Or(was[account], account)]; answered(old, m.Member) {
			m.Host, m.HostTrust = old.Host, old.HostTrust
		} else {
			m.HostTrust = meeting.HostNotAsked
		}
		list = append(list, m)
	}
	return list
}

func hostOf(p meeting.Person, byAddress map[string]meeting.WebexPerson) (host meeting.WebexPerson, how int, ok bool) {
	for i, address := range addressesOf(p) {
		h, found := byAddress[address]
		switch {
		case !found:
			continue
		case i == 0 && address == p.Mail && address == h.Email:
			return h, byPrimary, true
		case address == strings.ToLower(p.UPN) && !slices.Contains(p.Addresses, address):
			return h, byUPN, true
		}
		return h, byAlias, true
	}
	return host, 0, false
}

// tidyHost gives what is told of a host one form.
func tidyHost(h meeting.WebexPerson) meeting.WebexPerson {
	h.Email = strings.ToLower(h.Email)
	h.Aliases = addresses(h.Email, h.Aliases)
	h.Sites = slices.Sorted(slices.Values(h.Sites))
	return h
}

// hostsByAddress leads from each address to one Webex account: to the one that
// has it as its primary address, else one that may host.
func hostsByAddress(hosts []meeting.WebexPerson) map[string]meeting.WebexPerson {
	list := make([]meeting.WebexPerson, len(hosts))
	for i, h := range hosts {
		list[i] = tidyHost(h)
	}
	better := func(a, b meeting.WebexPerson, address string) bool {
		switch {
		case (a.Email == address) != (b.Email == address):
			return a.Email == address
		case a.MayHost != b.MayHost:
			return a.MayHost
		}
		return a.ID < b.ID
	}
	index := make(map[string]meeting.WebexPerson, len(list))
	for _, h := range list {
		for _, address := range h.Aliases {
			if present, taken := index[address]; !taken || better(h, present, address) {
				index[address] = h
			}
		}
	}
	return index
}
