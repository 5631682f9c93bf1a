package roster

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// calendarDay is how long it is believed whose calendar an address leads to,
// where the directory cannot be read.
const calendarDay = 24 * time.Hour

// look finds what a tenant's roster rests on. It changes nothing.
type look struct {
	*Roster
	tenant  meeting.Tenant
	choice  meeting.Choice
	members []meeting.Member
	given   []meeting.Assignment
	lookups int                             // of hosts one by one, at the most
	asked   map[meeting.AccountID]time.Time // when that was done for whom
	mute    mute                            // what Webex said last
	tell    func(doing string, done, total int) error
}

// input is what the directory and Webex say now. With an error it holds what
// was found before; away is what keeps Webex from telling who may host.
func (l look) input(ctx context.Context) (in plan.RosterInput, err, away error) {
	in = plan.RosterInput{
		Now: l.Clock.Now(), Tenant: l.tenant.ID, Choice: l.choice, Domains: l.tenant.Domains,
		Members: l.members, Connected: l.tenant.WebexGrant != "",
	}
	err = l.people(ctx, &in)
	err = cmp.Or(err, l.assigned(ctx, &in))
	in.Complete = err == nil
	return in, err, l.hosts(ctx, &in)
}

func (l look) people(ctx context.Context, in *plan.RosterInput) error {
	page := func(people []meeting.Person) error {
		in.People = append(in.People, people...)
		return l.tell("Looking through the directory", len(in.People), 0)
	}
	switch l.choice.Who {
	case meeting.Everybody:
		if err := l.needs(meeting.UserReadAll); err != nil {
			return err
		}
		return l.Directory.People(ctx, l.tenant.ID, page)
	case meeting.Group:
		if err := l.needs(meeting.GroupMemberReadAll); err != nil {
			return err
		}
		if err := l.Directory.GroupPeople(ctx, l.tenant.ID, l.choice.Group, page); err != nil || l.tenant.Has(meeting.UserReadAll) {
			return err
		}
		return l.fillIn(ctx, in)
	case meeting.Listed:
		return l.listed(ctx, in)
	}
	return nil
}

// How many people of a group are found by their calendars in one look, and in
// one that somebody waits for.
const calendars, fewCalendars = 500, 50

// fillIn finds out by their calendars who a group's members are, where the
// directory shows ids alone: of whom nothing is known first, the others once a
// day. Whoever is new and has to wait for a later look joins with that.
func (l look) fillIn(ctx context.Context, in *plan.RosterInput) error {
	in.Bare, in.NoMailbox = true, map[meeting.ObjectID]bool{}
	stored := map[meeting.ObjectID]meeting.Member{}
	for _, m := range l.members {
		stored[m.Person.ID] = m
	}
	bare := in.People
	in.People = nil
	slices.SortStableFunc(bare, func(a, b meeting.Person) int { return stored[a.ID].SeenAt.Compare(stored[b.ID].SeenAt) })
	var trouble error
	row, asked, most := 0, 0, calendars
	preview := l.asked == nil
	if preview {
		most = fewCalendars
	}
	for i, p := range bare {
		old, known := stored[p.ID]
		if p.Mail != "" || p.UPN != "" {
			in.People = append(in.People, p)
			continue
		}
		keep := func() {
			if known {
				in.People = append(in.People, old.Person)
				in.NoMailbox[p.ID] = old.Standing == meeting.LeftUnknown
			} else if preview {
				in.People = append(in.People, p) // will be found out about
			}
		}
		if known && l.Clock.Since(old.SeenAt) < calendarDay || asked >= most || row == inARow {
			keep()
			continue
		}
		asked++
		owner, err := l.Directory.CalendarOwner(ctx, l.tenant.ID, p.ID)
		switch {
		case err == nil:
			owner.ID, row = p.ID, 0
			owner.Mail = strings.ToLower(owner.Mail)
			if known {
				owner.UPN, owner.Language, owner.Licensed = old.Person.UPN, old.Person.Language, old.Person.Licensed
				owner.Addresses = append(owner.Addresses, old.Person.Addresses...)
			}
			in.People = append(in.People, owner)
		case errs.Is(err, errs.NotFound), errs.Is(err, errs.Invalid):
			in.People = append(in.People, p)
			in.NoMailbox[p.ID], row = true, 0
		case errs.Is(err, errs.Forbidden): // barred by a policy: its subscription will tell
			if row = 0; known {
				p = old.Person
			}
			in.People = append(in.People, p)
		case passes(err):
			trouble = cmp.Or(trouble, err)
			row++
			keep()
		default:
			return err
		}
		if err := l.tell("Looking up the group's calendars", i+1, len(bare)); err != nil {
			return err
		}
	}
	return trouble
}

// needs is an error if the permission was not proven: the feature is off.
func (l look) needs(permission string) error {
	if l.tenant.Has(permission) {
		return nil
	}
	return &errs.Error{Kind: errs.Forbidden, Code: permission, Message: "a permission is not granted"}
}

// inARow is how many look-ups may meet a passing trouble one after the other
// before the rest is left for the next look: it is not about one mailbox then.
const inARow = 3

// listed finds whose the addresses of a list are. An address that is refused
// for what it says is nobody's. One that is in passing trouble keeps no other
// from being found, and the first such trouble is returned in the end.
func (l look) listed(ctx context.Context, in *plan.RosterInput) error {
	find := l.finder()
	var trouble error
	row := 0
	for i, address := range l.choice.Addresses {
		p, err := find(ctx, address)
		switch {
		case err == nil:
			in.Listed = append(in.Listed, plan.Listed{Address: address, Person: &p})
			row = 0
		case errs.Is(err, errs.NotFound), errs.Is(err, errs.Invalid):
			in.Listed = append(in.Listed, plan.Listed{Address: address})
			row = 0
		case passes(err):
			trouble = cmp.Or(trouble, err)
			if row++; row == inARow {
				return trouble
			}
		default:
			return err
		}
		if err := l.tell("Looking up the addresses", i+1, len(l.choice.Addresses)); err != nil {
			return err
		}
	}
	return trouble
}

// finder returns how the tenant lets us find out whose an address is.
func (l look) finder() func(context.Context, string) (meeting.Person, error) {
	if l.tenant.Has(meeting.UserReadAll) {
		return l.inDirectory
	}
	return l.inCalendars()
}

func (l look) inDirectory(ctx context.Context, address string) (meeting.Person, error) {
	return l.Directory.PersonByAddress(ctx, l.tenant.ID, address)
}

// inCalendars asks the calendars themselves, those known already once a day.
func (l look) inCalendars() func(context.Context, string) (meeting.Person, error) {
	known := map[string]meeting.Member{}
	for _, m := range l.members {
		if m.Standing == meeting.LeftUnknown {
			continue
		}
		if id := string(m.Person.ID); strings.Contains(id, "@") {
			known[id] = m
			continue
		}
		for _, address := range append(m.Person.Addresses, m.Person.Mail, strings.ToLower(m.Person.UPN)) {
			known[address] = m
		}
	}
	return func(ctx context.Context, address string) (meeting.Person, error) {
		p := meeting.Person{ID: meeting.ObjectID(address)}
		if m, ok := known[address]; ok {
			if p = m.Person; l.Clock.Since(m.SeenAt) < calendarDay {
				return p, nil
			}
		} else if account, err := l.Store.AccountByAddress(ctx, l.tenant.ID, address); err == nil {
			p.ID = account.Object() // who connected the mailbox before; else there would be two of it
		} else if !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Conflict) { // of several it is nobody's
			return p, err
		}
		owner, err := l.Directory.CalendarOwner(ctx, l.tenant.ID, p.ID)
		switch {
		case errs.Is(err, errs.Forbidden):
			// A policy of Exchange keeps us out of this one mailbox: its
			// subscription will tell.
			return addressed(p, address), nil
		case err != nil:
			return p, err
		}
		if owner.Name != "" {
			p.Name = owner.Name
		}
		if owner.Mail != "" {
			p.Mail = strings.ToLower(owner.Mail)
			p.Addresses = append([]string{p.Mail}, p.Addresses...)
		}
		return addressed(p, address), nil
	}
}

// addressed is a person found by a calendar: Graph finds those by UPN alone.
func addressed(p meeting.Person, address string) meeting.Person {
	p.UPN, p.Mail = cmp.Or(p.UPN, address), cmp.Or(p.Mail, address)
	return p
}

// hosts asks Webex once for all its people, if the organisation's grant is good
// and anybody needs one, and one by one for those whom it does not list.
func (l look) hosts(ctx context.Context, in *plan.RosterInput) error {
	if l.tenant.WebexGrant == "" || len(in.People)+len(in.Listed)+len(in.Assigned) == 0 {
		return nil
	}
	grant, err := l.Store.GrantByID(ctx, l.tenant.WebexGrant)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if err != nil || grant.State != meeting.GrantLive {
		return nil // told where meetings wait for it
	}
	if l.Clock.Now().Before(l.mute.until) {
		return l.mute.err
	}
	var hosts []meeting.WebexPerson
	var told error
	err = l.Hosts.Hosts(ctx, grant.ID, func(page []meeting.WebexPerson) error {
		hosts = append(hosts, page...)
		told = l.tell("Asking Webex who may host", len(hosts), 0)
		return told
	})
	switch {
	case told != nil:
		return told
	case ctx.Err() != nil:
		return err
	case errs.Is(err, errs.SignedOut): // an administrator no more
		l.Log.Warn("list Webex hosts", keyTenant, l.tenant.ID, keyError, err)
		return nil
	case passes(err):
		return err
	case err != nil: // not everywhere may everybody be listed
		l.Log.Info("list Webex hosts", keyTenant, l.tenant.ID, keyError, err)
		hosts = nil
	}
	in.Hosts = hosts
	return l.oneByOne(ctx, grant.ID, in)
}

const (
	lookups = 100            // of hosts one by one, in one look
	hostDay = 24 * time.Hour // how long it is believed what such a look-up said
)

// oneByOne looks up those members whom the list of hosts does not have: of whom
// nothing is known first. Whoever is not asked about keeps what was known.
func (l look) oneByOne(ctx context.Context, grant meeting.GrantID, in *plan.RosterInput) error {
	rest := plan.Unhosted(*in)
	unknown := func(m plan.Hostless) bool { return m.HostTrust == meeting.HostNotAsked }
	slices.SortStableFunc(rest, func(a, b plan.Hostless) int {
		if unknown(a) != unknown(b) {
			return map[bool]int{true: -1, false: 1}[unknown(a)]
		}
		return l.asked[a.Account].Compare(l.asked[b.Account])
	})
	in.Unasked, in.HostsSeen = map[meeting.AccountID]bool{}, true
	skip := func(m plan.Hostless) {
		in.Unasked[m.Account] = true
		if m.Host.ID != "" {
			in.Hosts = append(in.Hosts, m.Host)
		}
	}
	var trouble error
	left := l.lookups
	for i, m := range rest {
		addresses := m.Addresses
		known := !unknown(m) && in.Now.Sub(l.asked[m.Account]) < hostDay && (m.Host.ID == "" || slices.ContainsFunc(addresses, m.Host.Has))
		if known || trouble != nil || len(addresses) > left {
			skip(m)
			continue
		}
		host, calls, err := l.find(ctx, grant, addresses)
		left -= calls
		switch {
		case err == nil:
			in.Hosts = append(in.Hosts, host)
		case errs.Is(err, errs.NotFound):
		case errs.Is(err, errs.Invalid): // about this address, and no other
			l.Log.Info("find Webex host", keyTenant, l.tenant.ID, keyError, err)
			skip(m)
		case errs.Is(err, errs.SignedOut), errs.Is(err, errs.Forbidden): // never an administrator
			l.Log.Warn("find Webex host", keyTenant, l.tenant.ID, keyError, err)
			in.Hosts, in.HostsSeen = nil, false
			return nil
		default:
			trouble = err
			skip(m)
			continue
		}
		l.asked[m.Account] = in.Now
		if err := l.tell("Asking Webex who may host", i+1, len(rest)); err != nil {
			return err
		}
	}
	return trouble
}

// find looks for the first of the addresses that Webex knows.
func (l look) find(ctx context.Context, grant meeting.GrantID, addresses []string) (host meeting.WebexPerson, calls int, err error) {
	err = errs.New(errs.NotFound, "no address")
	for _, address := range addresses {
		calls++
		if host, err = l.Hosts.FindHost(ctx, grant, address); !errs.Is(err, errs.NotFound) {
			return host, calls, err
		}
	}
	return host, calls, err
}
