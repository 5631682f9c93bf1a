package plan

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/meeting"
)

// seenAgain is how often it is noted that a look still had a member.
const seenAgain = 24 * time.Hour

// RosterInput is everything that a tenant's roster may rest on.
type RosterInput struct {
	Now    time.Time
	Tenant meeting.TenantID
	Choice meeting.Choice
	// Domains are the verified ones; empty: unknown, then every domain counts.
	Domains []string
	// People are everybody whom the look at the directory showed for the choice:
	// of a list, under the addresses in Listed.
	People []meeting.Person
	Listed []Listed
	// Assigned are the mailboxes to which owners gave a host.
	Assigned []Assigned
	// Bare: the directory showed no more than ids of People, and calendars told
	// the rest: nothing is known of licences. NoMailbox are those without one.
	Bare      bool
	NoMailbox map[meeting.ObjectID]bool
	// Complete: the look came to its end. Otherwise nobody leaves.
	Complete bool
	// Members as stored.
	Members []meeting.Member
	// Hosts are the people of the Webex organisation, if HostsSeen: all that
	// anybody but Unasked can need. Connected: there is an organisation.
	Hosts     []meeting.WebexPerson
	HostsSeen bool
	Unasked   map[meeting.AccountID]bool // Webex was not asked about them this time
	Connected bool
}

// Listed is an address of a list, and whose it is.
type Listed struct {
	Address string
	Person  *meeting.Person // nil: nobody's
}

// Roster plans who is a member of a tenant, whose mailbox is kept in step and
// who hosts the meetings: the changes of what is stored, leavers first, then by
// account.
func Roster(in RosterInput) []meeting.MemberChange {
	next := in.chosen()
	was := in.named(next)
	changes := in.leavers(next, was)
	stored := in.stored()
	in.assignHosts(next, func(account meeting.AccountID) meeting.Member {
		return stored[cmp.Or(was[account], account)]
	})
	for _, account := range sortedAccounts(next) {
		m := *next[account]
		old, known := stored[account]
		change := meeting.MemberChange{Member: m, Was: was[account]}
		switch {
		case change.Was != "":
			change.Reason = meeting.MemberNamed
		case !known:
			change.Reason = meeting.MemberJoined
		case !sameMember(m, old):
			change.Reason = changeOf(m, old)
		case m.SeenAt.Sub(old.SeenAt) < seenAgain:
			continue
		default:
			change.Reason = meeting.MemberChanged
		}
		changes = append(changes, change)
	}
	return changes
}

func changeOf(m, old meeting.Member) meeting.Reason {
	switch {
	case m.Host.ID != "" && m.Host.ID != old.Host.ID:
		return meeting.HostFound
	case m.Host.ID == "" && old.Host.ID != "":
		return meeting.HostLost
	}
	return meeting.MemberChanged
}

// chosen makes a member of everybody whom the choice names, kept or left out.
func (in RosterInput) chosen() map[meeting.AccountID]*meeting.Member {
	next, assigned := map[meeting.AccountID]*meeting.Member{}, in.assigned()
	join := func(p meeting.Person, standing meeting.Reason) {
		account := meeting.NewAccountID(in.Tenant, p.ID)
		if _, twice := next[account]; !twice {
			next[account] = &meeting.Member{Person: p, Account: account, Standing: standing, SeenAt: in.Now, Assigned: assigned[p.ID].HostID}
		}
	}
	switch in.Choice.Who {
	case meeting.Everybody:
		for _, p := range tidied(in.People) {
			if !p.Guest && !p.Disabled && p.Licensed {
				join(p, in.standing(p, false))
			}
		}
	case meeting.Group:
		for _, p := range tidied(in.People) {
			shared := assigned[p.ID].Shared
			standing := in.standing(p, shared)
			switch {
			case in.NoMailbox[p.ID]:
				standing = meeting.LeftUnknown
			case standing == "" && !p.Licensed && !in.Bare && !shared:
				standing = meeting.LeftUnlicensed
			}
			join(p, standing)
		}
	}
	in.choose(join, assigned)
	return next
}

// standing tells why somebody's mailbox is left out. A licence is not asked for
// here: who is listed by address is believed to have a mailbox. Nobody has to
// sign in to a mailbox that an owner named as a shared one.
func (in RosterInput) standing(p meeting.Person, shared bool) meeting.Reason {
	switch {
	case p.Guest:
		return meeting.LeftGuest
	case !in.own(p):
		return meeting.LeftDomain
	case p.Disabled && !shared:
		return meeting.LeftDisabled
	}
	return ""
}

// own reports whether the primary address, or the UPN of somebody who has none,
// is of a verified domain.
func (in RosterInput) own(p meeting.Person) bool {
	_, domain, ok := strings.Cut(cmp.Or(p.Mail, p.UPN), "@")
	return !ok || len(in.Domains) == 0 ||
		slices.ContainsFunc(in.Domains, func(d string) bool { return strings.EqualFold(d, domain) })
}

// choose takes a list of addresses, and the shared mailboxes with a host: one
// that is nobody's is a member left out, and so are all but one of those that are
// the same mailbox.
func (in RosterInput) choose(join func(meeting.Person, meeting.Reason), assigned map[meeting.ObjectID]meeting.Assignment) {
	stored, byAddress := in.stored(), in.byAddress()
	byMailbox := map[string][]Listed{}
	rows := in.namedHere()
	if in.Choice.Who == meeting.Listed {
		rows = append(slices.Clone(in.Listed), rows...)
	}
	for _, row := range rows {
		address := strings.ToLower(row.Address)
		if row.Person == nil {
			old, known := stored[meeting.NewAccountID(in.Tenant, meeting.ObjectID(address))]
			if in.Complete || !known || !old.Kept() {
				join(namedBy(address), meeting.LeftUnknown)
			}
			continue
		}
		p := tidy(*row.Person)
		mailbox := string(p.ID)
		if named(p.ID) {
			mailbox = cmp.Or(p.Mail, mailbox) // two addresses, two ids, one mailbox
			if known, ok := byAddress[mailbox]; ok {
				p, mailbox = known, string(known.ID)
			}
		}
		byMailbox[mailbox] = append(byMailbox[mailbox], Listed{Address: address, Person: &p})
	}
	for _, same := range byMailbox {
		slices.SortFunc(same, func(a, b Listed) int {
			return cmp.Or(cmp.Compare(in.rank(a, stored), in.rank(b, stored)), cmp.Compare(a.Address, b.Address))
		})
		for i, row := range same {
			switch {
			case i == 0:
				join(*row.Person, in.standing(*row.Person, assigned[row.Person.ID].Shared))
			case row.Address != same[0].Address:
				twin := *row.Person
				twin.ID = meeting.ObjectID(row.Address)
				join(twin, meeting.LeftTwice)
			}
		}
	}
}

// byAddress leads to those whose object id is known: it is not forgotten when
// the directory cannot be read any more.
func (in RosterInput) byAddress() map[string]meeting.Person {
	now := slices.Clone(in.People)
	for _, row := range in.Listed {
		if row.Person != nil {
			now = append(now, *row.Person)
		}
	}
	for _, row := range in.Assigned {
		if row.Person != nil {
			now = append(now, *row.Person)
		}
	}
	index, seen := map[string]meeting.Person{}, map[meeting.ObjectID]bool{}
	enter := func(p meeting.Person) {
		if named(p.ID) {
			return
		}
		for _, address := range addressesOf(p) {
			index[address] = p
		}
	}
	now = tidied(now)
	for _, p := range now {
		seen[p.ID] = true
	}
	for _, m := range in.Members {
		if !seen[m.Person.ID] { // else what it was called before counts no more
			enter(m.Person)
		}
	}
	for _, p := range now {
		enter(p)
	}
	return index
}

// rank prefers, of several addresses of one mailbox, the one that it is kept
// under already, then any that was not the other one until now, then the
// primary one: so the choice stays as it is once made.
func (in RosterInput) rank(l Listed, stored map[meeting.AccountID]meeting.Member) int {
	old, known := stored[meeting.NewAccountID(in.Tenant, meeting.ObjectID(l.Address))]
	switch {
	case known && old.Standing != meeting.LeftTwice && old.Standing != meeting.LeftUnknown:
		return 0
	case known && old.Standing == meeting.LeftTwice:
		return 3
	case l.Address == l.Person.Mail:
		return 1
	}
	return 2
}

// namedBy is somebody of whom nothing but an address is known.
func namedBy(address string) meeting.Person {
	return meeting.Person{ID: meeting.ObjectID(address), Mail: address, Addresses: []string{address}}
}

// named reports whether the id is an address: the object's is not known.
func named(id meeting.ObjectID) bool { return strings.Contains(string(id), "@") }

// named finds, for those who are new under their object id, the member that
// stood for the same mailbox under an address.
func (in RosterInput) named(next map[meeting.AccountID]*meeting.Member) map[meeting.AccountID]meeting.AccountID {
	stored := in.stored()
	was := map[meeting.AccountID]meeting.AccountID{}
	taken := map[meeting.AccountID]bool{}
	for _, account := range sortedAccounts(next) {
		m := next[account]
		if _, known := stored[account]; known || named(m.Person.ID) {
			continue
		}
		for _, address := range addressesOf(m.Person) {
			old := meeting.NewAccountID(in.Tenant, meeting.ObjectID(address))
			row, known := stored[old]
			if !known || next[old] != nil || taken[old] {
				continue
			}
			if before, ok := was[account]; !ok || row.Kept() && !kept(stored, before) {
				was[account] = old
			}
		}
		taken[was[account]] = true
	}
	return was
}

func kept(stored map[meeting.AccountID]meeting.Member, account meeting.AccountID) bool {
	m, ok := stored[account]
	return ok && m.Kept()
}

// leavers lists the stored members who are not chosen any more. After a look
// that did not come to its end they stay.
func (in RosterInput) leavers(next map[meeting.AccountID]*meeting.Member, was map[meeting.AccountID]meeting.AccountID) []meeting.MemberChange {
	renamed := map[meeting.AccountID]bool{}
	for _, old := range was {
		renamed[old] = true
	}
	var gone []meeting.MemberChange
	assigned := in.assigned()
	for _, m := range in.Members {
		switch {
		case next[m.Account] != nil || renamed[m.Account]:
		case in.Complete:
			gone = append(gone, meeting.MemberChange{Member: m, Gone: true, Reason: meeting.MemberLeft})
		default:
			m.Assigned = assigned[m.Person.ID].HostID
			next[m.Account] = &m
		}
	}
	slices.SortFunc(gone, func(a, b meeting.MemberChange) int { return cmp.Compare(a.Member.Account, b.Member.Account) })
	return gone
}

func (in RosterInput) stored() map[meeting.AccountID]meeting.Member {
	stored := make(map[meeting.AccountID]meeting.Member, len(in.Members))
	for _, m := range in.Members {
		stored[m.Account] = m
	}
	return stored
}

func sortedAccounts(members map[meeting.AccountID]*meeting.Member) []meeting.AccountID {
	accounts := make([]meeting.AccountID, 0, len(members))
	for account := range members {
		accounts = append(accounts, account)
	}
	slices.Sort(accounts)
	return accounts
}
