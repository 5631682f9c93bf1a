package plan_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

const house = meeting.TenantID("tenant")

// worker is somebody with a licence and a mailbox.
func worker(name string, change ...func(*meeting.Person)) meeting.Person {
	address := name + "@contoso.example"
	p := meeting.Person{ID: meeting.ObjectID("id-" + name), UPN: address, Name: name, Mail: address, Addresses: []string{address}, Licensed: true}
	for _, c := range change {
		c(&p)
	}
	return p
}

func host(name string) meeting.WebexPerson {
	address := name + "@contoso.example"
	return meeting.WebexPerson{ID: "webex-" + name, Email: address, Aliases: []string{address}, Sites: []string{"contoso.webex.com"}, MayHost: true}
}

func alias(address string) func(*meeting.Person) {
	return func(p *meeting.Person) { p.Addresses = append(p.Addresses, address) }
}

// calendarOf is what a calendar tells without the directory.
func calendarOf(given, primary string) *meeting.Person {
	return &meeting.Person{ID: meeting.ObjectID(given), Mail: primary, Addresses: []string{primary}}
}

func roster(who meeting.Who, change ...func(*plan.RosterInput)) plan.RosterInput {
	in := plan.RosterInput{
		Now: now, Tenant: house, Choice: meeting.Choice{Who: who}, Complete: true, Domains: []string{"contoso.example"},
		HostsSeen: true, Connected: true,
	}
	for _, c := range change {
		c(&in)
	}
	return in
}

func people(list ...meeting.Person) func(*plan.RosterInput) {
	return func(in *plan.RosterInput) { in.People = list }
}

func listed(address string, p *meeting.Person) func(*plan.RosterInput) {
	return func(in *plan.RosterInput) {
		in.Listed = append(in.Listed, plan.Listed{Address: address, Person: p})
	}
}

func hosts(list ...meeting.WebexPerson) func(*plan.RosterInput) {
	return func(in *plan.RosterInput) { in.Hosts = list }
}

// after has the roster that another input led to stored.
func after(before plan.RosterInput) func(*plan.RosterInput) {
	return func(in *plan.RosterInput) {
		before.Now = now.Add(-time.Minute)
		in.Members = plan.Members(before.Members, plan.Roster(before))
	}
}

// roll is what the changes lead to, a member a line.
func roll(in plan.RosterInput) string {
	var lines []string
	for _, m := range plan.Members(in.Members, plan.Roster(in)) {
		line := string(m.Account.Object())
		switch {
		case !m.Kept():
			line += ": " + string(m.Standing)
		case m.Host.ID != "":
			line += " hosted by " + m.Host.ID
		default:
			line += ": " + string(m.HostTrust)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestRoster(t *testing.T) {
	t.Parallel()
	ana, bo := worker("ana"), worker("bo")
	guest := worker("gus", func(p *meeting.Person) { p.Guest = true })
	leaver := worker("leo", func(p *meeting.Person) { p.Disabled = true })
	room := worker("room", func(p *meeting.Person) { p.Licensed = false })
	foreign := worker("fay", func(p *meeting.Person) { p.Mail = "fay@elsewhere.example" })
	mailless := worker("mo", func(p *meeting.Person) { p.Mail, p.Addresses, p.UPN = "", nil, "mo@elsewhere.example" })
	aliased := worker("al", alias("al.fred@contoso.example"))
	renamed := worker("ana", func(p *meeting.Person) {
		p.Mail, p.UPN, p.Addresses = "nova@contoso.example", "nova@contoso.example", []string{"nova@contoso.example", "ana@contoso.example"}
	})
	pasted := roster(meeting.Listed, listed("ana@contoso.example", calendarOf("ana@contoso.example", "ana@contoso.example")), hosts(host("ana")))
	for name, test := range map[string]struct {
		in   plan.RosterInput
		want []string
	}{
		"nobody": {roster(meeting.Nobody, after(roster(meeting.Everybody, people(ana)))), nil},
		"everybody is who has a licence; foreign domains are told": {
			roster(meeting.Everybody, people(ana, guest, leaver, room, foreign)),
			[]string{"id-ana: no webex account", "id-fay: foreign domain"}},
		"every domain counts while none is known": {
			roster(meeting.Everybody, people(foreign), func(in *plan.RosterInput) { in.Domains = nil }),
			[]string{"id-fay: no webex account"}},
		"without a primary address the UPN tells the domain": {
			roster(meeting.Everybody, people(mailless)), []string{"id-mo: foreign domain"}},
		"of a group those left out are told": {
			roster(meeting.Group, people(ana, guest, leaver, room, foreign)),
			[]string{"id-ana: no webex account", "id-fay: foreign domain", "id-gus: guest", "id-leo: account disabled", "id-room: no licence"}},
		"somebody in two groups of the group": {
			roster(meeting.Group, people(ana, ana)), []string{"id-ana: no webex account"}},
		"a list, with an address of nobody": {
			roster(meeting.Listed, listed("ana@contoso.example", &ana), listed("gus@contoso.example", &guest), listed("typo@contoso.example", nil)),
			[]string{"id-ana: no webex account", "id-gus: guest", "typo@contoso.example: unknown address"}},
		"a room without a licence, listed by its address": {
			roster(meeting.Listed, listed("room@contoso.example", &room)), []string{"id-room: no webex account"}},
		"one person listed twice": {
			roster(meeting.Listed, listed("al.fred@contoso.example", &aliased), listed("al@contoso.example", &aliased)),
			[]string{"al.fred@contoso.example: listed twice", "id-al: no webex account"}},
		"one mailbox listed twice, without the directory": {
			roster(meeting.Listed, listed("a@contoso.example", calendarOf("a@contoso.example", "ana@contoso.example")),
				listed("ana@contoso.example", calendarOf("ana@contoso.example", "ana@contoso.example"))),
			[]string{"a@contoso.example: listed twice", "ana@contoso.example: no webex account"}},
		"the primary address is added to the list: the mailbox stays under the other one": {
			roster(meeting.Listed, listed("a@contoso.example", calendarOf("a@contoso.example", "ana@contoso.example")),
				listed("ana@contoso.example", calendarOf("ana@contoso.example", "ana@contoso.example")),
				after(roster(meeting.Listed, listed("a@contoso.example", calendarOf("a@contoso.example", "ana@contoso.example"))))),
			[]string{"a@contoso.example: no webex account", "ana@contoso.example: listed twice"}},
		"the directory can be read from now on": {
			roster(meeting.Listed, listed("ana@contoso.example", &ana), hosts(host("ana")), after(pasted)),
			[]string{"id-ana hosted by webex-ana"}},
		"and no more": {
			roster(meeting.Listed, listed("ana@contoso.example", calendarOf("ana@contoso.example", "ana@contoso.example")), hosts(host("ana")),
				after(roster(meeting.Listed, listed("ana@contoso.example", &ana)))),
			[]string{"id-ana hosted by webex-ana"}},
		"the list becomes everybody": {
			roster(meeting.Everybody, people(ana, bo), after(pasted)), []string{"id-ana: no webex account", "id-bo: no webex account"}},
		"somebody left": {
			roster(meeting.Everybody, people(bo), after(roster(meeting.Everybody, people(ana, bo)))), []string{"id-bo: no webex account"}},
		"the look did not come to its end": {
			roster(meeting.Everybody, people(bo), after(roster(meeting.Everybody, people(ana))), func(in *plan.RosterInput) { in.Complete = false }),
			[]string{"id-ana: no webex account", "id-bo: no webex account"}},
		"an address that was somebody's, and the look did not come to its end": {
			roster(meeting.Listed, listed("ana@contoso.example", nil), hosts(host("ana")), after(pasted), func(in *plan.RosterInput) { in.Complete = false }),
			[]string{"ana@contoso.example hosted by webex-ana"}},
		"renamed, and hosted under the old name": {
			roster(meeting.Everybody, people(renamed), hosts(host("ana")), after(roster(meeting.Everybody, people(ana), hosts(host("ana"))))),
			[]string{"id-ana hosted by webex-ana"}},
		"a host by the UPN alone": {
			roster(meeting.Everybody, people(worker("ana", func(p *meeting.Person) { p.UPN = "a.n@contoso.example" })), hosts(host("a.n"))),
			[]string{"id-ana hosted by webex-a.n"}},
		"an alias in Webex": {
			roster(meeting.Everybody, people(ana), hosts(meeting.WebexPerson{ID: "w", Email: "x@contoso.example", Aliases: []string{"x@contoso.example", "Ana@contoso.example"}, MayHost: true})),
			[]string{"id-ana hosted by w"}},
		"the primary address goes before an alias": {
			roster(meeting.Everybody, people(worker("ana", alias("bo@contoso.example"))), hosts(host("bo"), host("ana"))),
			[]string{"id-ana hosted by webex-ana"}},
		"may not host": {
			roster(meeting.Everybody, people(ana), hosts(func() meeting.WebexPerson { h := host("ana"); h.MayHost = false; return h }())),
			[]string{"id-ana: webex account cannot host"}},
		"one host for two mailboxes: whose primary address it is": {
			roster(meeting.Everybody, people(worker("al", alias("bo@contoso.example")), bo), hosts(host("bo"))),
			[]string{"id-al: no webex account", "id-bo hosted by webex-bo"}},
		"no Webex organisation": {
			roster(meeting.Everybody, people(ana), hosts(host("ana")), func(in *plan.RosterInput) { in.Connected = false }),
			[]string{"id-ana: webex organisation not connected"}},
		"Webex does not answer: hosts stay, newcomers wait": {
			roster(meeting.Everybody, people(ana, bo), after(roster(meeting.Everybody, people(ana), hosts(host("ana")))),
				func(in *plan.RosterInput) { in.HostsSeen = false }),
			[]string{"id-ana hosted by webex-ana", "id-bo: not looked up yet"}},
		"Webex does not answer while the object id becomes known": {
			roster(meeting.Listed, listed("ana@contoso.example", &ana), after(pasted), func(in *plan.RosterInput) { in.HostsSeen = false }),
			[]string{"id-ana hosted by webex-ana"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(strings.Join(test.want, "\n"), roll(test.in)); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRosterNamesMailboxes: what becomes known by its object id is the mailbox
// it was: nothing of it ends.
func TestRosterNamesMailboxes(t *testing.T) {
	t.Parallel()
	ana := worker("ana")
	pasted := roster(meeting.Listed, listed("ana@contoso.example", calendarOf("ana@contoso.example", "ana@contoso.example")))
	in := roster(meeting.Everybody, people(ana), after(pasted))
	changes := plan.Roster(in)
	if len(changes) != 1 || changes[0].Was != "tenant/ana@contoso.example" || changes[0].Member.Account != "tenant/id-ana" ||
		changes[0].Reason != meeting.MemberNamed || changes[0].Gone {
		t.Errorf("changes = %+v, want the mailbox of the address to become that of the id", changes)
	}
	if p := plan.Rehearse(in.Choice, in.Members, changes); p.Stay != 1 || len(p.Begin)+len(p.End) != 0 {
		t.Errorf("preview = %+v, want one mailbox that stays", p)
	}
}

// company draws a directory, a choice and what Webex knows, out of few names:
// clashes are frequent.
func company(t *rapid.T, in *plan.RosterInput) {
	address := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "name") + "@" + rapid.SampledFrom([]string{"contoso.example", "contoso.example", "elsewhere.example"}).Draw(t, "domain")
	})
	ids := rapid.SliceOfNDistinct(rapid.IntRange(1, 6), 0, 5, rapid.ID).Draw(t, "ids")
	free := rapid.Permutation([]string{"a", "b", "c", "d", "e", "f", "g", "h"}).Draw(t, "addresses")
	var all []meeting.Person
	for _, id := range ids {
		p := meeting.Person{ID: meeting.ObjectID(fmt.Sprint("id-", id)), Licensed: rapid.Bool().Draw(t, "licensed"),
			Guest: rapid.IntRange(0, 5).Draw(t, "guest") == 0, Disabled: rapid.IntRange(0, 5).Draw(t, "disabled") == 0}
		for range rapid.IntRange(0, min(2, len(free))).Draw(t, "has") {
			p.Addresses = append(p.Addresses, free[0]+"@"+rapid.SampledFrom([]string{"contoso.example", "elsewhere.example"}).Draw(t, "domain"))
			free = free[1:]
		}
		if len(p.Addresses) > 0 {
			p.Mail, p.UPN = p.Addresses[0], p.Addresses[len(p.Addresses)-1]
		}
		all = append(all, p)
	}
	in.Choice.Who = rapid.SampledFrom([]meeting.Who{meeting.Nobody, meeting.Everybody, meeting.Group, meeting.Listed}).Draw(t, "who")
	in.People, in.Listed = nil, nil
	switch in.Choice.Who {
	case meeting.Everybody, meeting.Group:
		in.People = all
	case meeting.Listed:
		directory := rapid.Bool().Draw(t, "directory")
		for _, name := range rapid.SliceOfNDistinct(address, 0, 6, rapid.ID).Draw(t, "listed") {
			row := plan.Listed{Address: name}
			for _, p := range all {
				if meeting.WebexPerson.Has(meeting.WebexPerson{Aliases: p.Addresses}, name) {
					row.Person = &p
					if !directory {
						row.Person = calendarOf(name, p.Mail)
					}
				}
			}
			in.Listed = append(in.Listed, row)
		}
	}
	in.Domains = rapid.SampledFrom([][]string{nil, {"contoso.example"}}).Draw(t, "domains")
	in.Complete = rapid.IntRange(0, 3).Draw(t, "complete") > 0
	in.Connected, in.HostsSeen = rapid.IntRange(0, 3).Draw(t, "connected") > 0, rapid.IntRange(0, 3).Draw(t, "hosts seen") > 0
	in.Hosts = nil
	for i := range rapid.IntRange(0, 4).Draw(t, "hosts") {
		aliases := rapid.SliceOfNDistinct(address, 1, 3, rapid.ID).Draw(t, "aliases")
		in.Hosts = append(in.Hosts, meeting.WebexPerson{ID: fmt.Sprint("w", i), Email: aliases[0], Aliases: aliases, MayHost: rapid.IntRange(0, 3).Draw(t, "may") > 0})
	}
	in.Assigned = nil
	for _, name := range rapid.SliceOfNDistinct(address, 0, 3, rapid.ID).Draw(t, "assigned") {
		a := plan.Assigned{Assignment: meeting.Assignment{Address: name, Shared: rapid.Bool().Draw(t, "shared"),
			HostID: fmt.Sprint("w", rapid.IntRange(0, 4).Draw(t, "given")), HostEmail: address.Draw(t, "host")}}
		for _, p := range all {
			if meeting.WebexPerson.Has(meeting.WebexPerson{Aliases: p.Addresses}, name) {
				a.Person = &p
			}
		}
		if !in.Complete && rapid.Bool().Draw(t, "unseen") {
			a.Person, a.Unseen = nil, true
		}
		in.Assigned = append(in.Assigned, a)
	}
	in.Now = in.Now.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "hours")) * time.Hour)
}

// TestRosterProperties: whatever the directory, the list and Webex say from one
// look to the next.
func TestRosterProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := plan.RosterInput{Now: now, Tenant: house}
		for range rapid.IntRange(1, 4).Draw(t, "looks") {
			company(t, &in)
			changes := plan.Roster(in)
			after := plan.Members(in.Members, changes)

			shuffled := in
			shuffled.People = rapid.Permutation(in.People).Draw(t, "people")
			shuffled.Listed = rapid.Permutation(in.Listed).Draw(t, "list")
			shuffled.Hosts = rapid.Permutation(in.Hosts).Draw(t, "webex")
			shuffled.Assigned = rapid.Permutation(in.Assigned).Draw(t, "assigned again")
			shuffled.Members = rapid.Permutation(in.Members).Draw(t, "members")
			if diff := cmp.Diff(changes, plan.Roster(shuffled)); diff != "" {
				t.Fatalf("another order gives another plan:\n%s", diff)
			}

			is := map[meeting.AccountID]meeting.Member{}
			hosted := map[string]meeting.AccountID{}
			for _, m := range after {
				is[m.Account] = m
				if other, twice := hosted[m.Host.ID]; twice && m.Host.ID != "" && m.Assigned == "" {
					t.Fatalf("%s hosts for %s and %s", m.Host.ID, other, m.Account)
				}
				if m.Assigned == "" {
					hosted[m.Host.ID] = m.Account
				}
				if m.Kept() == (m.Host.ID == "" && m.HostTrust == "") {
					t.Fatalf("kept: %v, and host %q, trust %q", m.Kept(), m.Host.ID, m.HostTrust)
				}
			}
			touched, was := map[meeting.AccountID]int{}, map[meeting.AccountID]meeting.AccountID{}
			for _, c := range changes {
				touched[c.Member.Account]++
				if c.Was != "" {
					touched[c.Was]++
					was[c.Was] = c.Member.Account
				}
			}
			for account, n := range touched {
				if n > 1 {
					t.Fatalf("%s is changed %d times at once: %+v", account, n, changes)
				}
			}
			if !in.Complete {
				for _, m := range in.Members {
					now, there := is[m.Account]
					if named, ok := was[m.Account]; ok {
						now, there = is[named]
					}
					if !there || m.Kept() && (now.Standing == meeting.LeftUnknown) {
						t.Fatalf("%s left after a look without end", m.Account)
					}
				}
			}

			preview := plan.Rehearse(in.Choice, in.Members, changes)
			kept := 0
			for _, m := range after {
				if m.Kept() {
					kept++
				}
			}
			if kept != len(preview.Begin)+preview.Stay {
				t.Fatalf("the preview tells of %d + %d mailboxes, there are %d", len(preview.Begin), preview.Stay, kept)
			}

			in.Members = after
			if again := plan.Roster(in); len(again) > 0 {
				t.Fatalf("does not settle: %+v", again)
			}
		}
	})
}
