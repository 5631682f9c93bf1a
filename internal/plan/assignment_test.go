package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// shared is a mailbox that nobody signs in to.
func shared(name string) meeting.Person {
	return worker(name, func(p *meeting.Person) { p.Disabled, p.Licensed = true, false })
}

// given has a host assigned to a mailbox, as an owner did when it was p's.
func given(p meeting.Person, to string, change ...func(*plan.Assigned)) func(*plan.RosterInput) {
	a := plan.Assigned{Person: &p}
	a.Assignment, _ = plan.Assign(nil, p.Mail, p, host(to))
	for _, c := range change {
		c(&a)
	}
	return func(in *plan.RosterInput) { in.Assigned = append(in.Assigned, a) }
}

func TestAssigned(t *testing.T) {
	t.Parallel()
	ana, desk := worker("ana"), shared("desk")
	guest := worker("gus", func(p *meeting.Person) { p.Guest = true })
	leaver := worker("ana", func(p *meeting.Person) { p.Disabled = true })
	unlicensed := worker("room", func(p *meeting.Person) { p.Licensed = false })
	byBo := roster(meeting.Everybody, people(ana, desk), given(desk, "bo"), hosts(host("ana"), host("bo")))
	incomplete := func(in *plan.RosterInput) { in.Complete = false }
	silent := func(in *plan.RosterInput) { in.HostsSeen = false }
	unseen := func(a *plan.Assigned) { a.Person, a.Unseen = nil, true }
	for name, test := range map[string]struct {
		in   plan.RosterInput
		want []string
	}{
		"a shared mailbox without a host is left alone": {roster(meeting.Everybody, people(desk), hosts(host("bo"))), nil},
		"with one it is kept, and the host's own mailbox too": {
			roster(meeting.Everybody, people(worker("bo"), desk), given(desk, "bo"), hosts(host("bo"))),
			[]string{"id-bo hosted by webex-bo", "id-desk hosted by webex-bo"}},
		"one host for several": {
			roster(meeting.Nobody, given(desk, "bo"), given(shared("info"), "bo"), hosts(host("bo"))),
			[]string{"id-desk hosted by webex-bo", "id-info hosted by webex-bo"}},
		"whatever group was chosen": {
			roster(meeting.Group, people(ana), given(desk, "bo"), hosts(host("ana"), host("bo"))),
			[]string{"id-ana hosted by webex-ana", "id-desk hosted by webex-bo"}},
		"in the group, too": {
			roster(meeting.Group, people(desk), given(desk, "bo"), hosts(host("bo"))), []string{"id-desk hosted by webex-bo"}},
		"an account without a licence": {
			roster(meeting.Group, people(unlicensed), given(unlicensed, "bo"), hosts(host("bo"))), []string{"id-room hosted by webex-bo"}},
		"on the list, too": {
			roster(meeting.Listed, listed("desk@contoso.example", &desk), given(desk, "bo"), hosts(host("bo"))),
			[]string{"id-desk hosted by webex-bo"}},
		"by its calendar alone": {
			roster(meeting.Listed, given(*calendarOf("desk@contoso.example", "desk@contoso.example"), "bo"), hosts(host("bo"))),
			[]string{"desk@contoso.example hosted by webex-bo"}},
		"for a member it goes before the mapping": {
			roster(meeting.Everybody, people(ana), given(ana, "bo"), hosts(host("ana"), host("bo"))), []string{"id-ana hosted by webex-bo"}},
		"a mailbox of somebody is not kept for its host alone": {
			roster(meeting.Nobody, given(ana, "bo"), hosts(host("bo"))), nil},
		"nor does a leaver stay for it": {
			roster(meeting.Group, people(leaver), given(ana, "bo"), hosts(host("bo"))), []string{"id-ana: account disabled"}},
		"taken back from a member": {
			roster(meeting.Everybody, people(ana), hosts(host("ana"), host("bo")),
				after(roster(meeting.Everybody, people(ana), given(ana, "bo"), hosts(host("ana"), host("bo"))))),
			[]string{"id-ana hosted by webex-ana"}},
		"taken back while Webex does not answer": {
			roster(meeting.Everybody, people(ana), silent,
				after(roster(meeting.Everybody, people(ana), given(ana, "bo"), hosts(host("ana"), host("bo"))))),
			[]string{"id-ana: not looked up yet"}},
		"taken back from a shared mailbox": {
			roster(meeting.Everybody, people(ana, desk), hosts(host("ana"), host("bo")), after(byBo)), []string{"id-ana hosted by webex-ana"}},
		"given to another": {
			roster(meeting.Everybody, people(ana, desk), given(desk, "ana"), hosts(host("ana"), host("bo")), after(byBo)),
			[]string{"id-ana hosted by webex-ana", "id-desk hosted by webex-ana"}},
		"the look did not come to its end": {
			roster(meeting.Everybody, given(desk, "bo", unseen), hosts(host("ana"), host("bo")), after(byBo), incomplete),
			[]string{"id-ana hosted by webex-ana", "id-desk hosted by webex-bo"}},
		"nor did the first": {
			roster(meeting.Everybody, given(desk, "bo", unseen), hosts(host("bo")), incomplete), nil},
		"nobody could be asked whose it is, and the directory showed it": {
			roster(meeting.Everybody, people(ana), given(ana, "bo", unseen), hosts(host("ana"), host("bo")), incomplete),
			[]string{"id-ana hosted by webex-bo"}},
		"Webex does not answer": {
			roster(meeting.Everybody, people(ana, desk), given(desk, "bo"), silent, after(byBo)),
			[]string{"id-ana hosted by webex-ana", "id-desk hosted by webex-bo"}},
		"given to another while Webex does not answer": {
			roster(meeting.Everybody, people(ana, desk), given(desk, "ana"), silent, after(byBo)),
			[]string{"id-ana hosted by webex-ana", "id-desk: not looked up yet"}},
		"the host has left Webex": {
			roster(meeting.Everybody, people(ana, desk), given(desk, "bo"), hosts(host("ana")), after(byBo)),
			[]string{"id-ana hosted by webex-ana", "id-desk: assigned webex account gone"}},
		"the host has another address in Webex": {
			roster(meeting.Nobody, given(desk, "bo"), hosts(func() meeting.WebexPerson { h := host("eva"); h.ID = "webex-bo"; return h }())),
			[]string{"id-desk hosted by webex-bo"}},
		"the host may not host any more": {
			roster(meeting.Nobody, given(desk, "bo"), hosts(func() meeting.WebexPerson { h := host("bo"); h.MayHost = false; return h }())),
			[]string{"id-desk: webex account cannot host"}},
		"nobody has the address any more": {
			roster(meeting.Everybody, people(ana), given(desk, "bo", func(a *plan.Assigned) { a.Person = nil }), hosts(host("ana"), host("bo")), after(byBo)),
			[]string{"desk@contoso.example: unknown address", "id-ana hosted by webex-ana"}},
		"a guest is left out": {
			roster(meeting.Nobody, given(guest, "bo", func(a *plan.Assigned) { a.Shared = true }), hosts(host("bo"))), []string{"id-gus: guest"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(strings.Join(test.want, "\n"), roll(test.in)); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAssign(t *testing.T) {
	t.Parallel()
	may, idle := host("bo"), host("bo")
	idle.MayHost = false
	for name, test := range map[string]struct {
		person meeting.Person
		host   meeting.WebexPerson
		shared bool
		want   meeting.Reason
	}{
		"somebody's":             {worker("ana"), may, false, ""},
		"shared":                 {shared("desk"), may, true, ""},
		"known by its calendar":  {*calendarOf("desk@contoso.example", "desk@contoso.example"), may, true, ""},
		"a guest":                {worker("gus", func(p *meeting.Person) { p.Guest = true }), may, false, meeting.LeftGuest},
		"of a foreign domain":    {worker("fay", func(p *meeting.Person) { p.Mail = "fay@elsewhere.example" }), may, false, meeting.LeftDomain},
		"a host who cannot host": {shared("desk"), idle, true, meeting.HostCannot},
	} {
		a, why := plan.Assign([]string{"contoso.example"}, " Desk@Contoso.example ", test.person, test.host)
		want := meeting.Assignment{Address: "desk@contoso.example", Shared: test.shared, HostID: "webex-bo", HostEmail: "bo@contoso.example"}
		if diff := cmp.Diff(want, a); diff != "" || why != test.want {
			t.Errorf("%s: refused %q, want %q (-want +got):\n%s", name, why, test.want, diff)
		}
	}
}

// TestUnhostedAssigned: only the given host is looked for.
func TestUnhostedAssigned(t *testing.T) {
	t.Parallel()
	in := roster(meeting.Everybody, people(worker("ana")), given(worker("ana"), "bo"), hosts(host("ana")))
	rest := plan.Unhosted(in)
	if len(rest) != 1 || cmp.Diff([]string{"bo@contoso.example"}, rest[0].Addresses) != "" || rest[0].HostTrust != meeting.HostNotAsked {
		t.Errorf("looked for: %+v", rest)
	}
}
