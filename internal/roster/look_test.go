package roster_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func TestEverybody(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.Choice.Who, o.people = meeting.Everybody, []meeting.Person{person("ana"), person("bo")}
		o.hosts = []meeting.WebexPerson{webex("ana")}
		o.pass(2 * time.Second)
		if diff := cmp.Diff([]string{"id-ana", "id-bo"}, o.kept()); diff != "" {
			t.Fatalf("mailboxes (-want +got):\n%s", diff)
		}
		if o.members[0].Host.ID != "w-ana" || o.members[1].HostTrust != meeting.HostNone {
			t.Errorf("members = %+v, want Ana hosted, Bo not", o.members)
		}
		// Somebody joins, somebody leaves.
		o.people = []meeting.Person{person("bo"), person("cy")}
		o.pass(16 * time.Minute)
		if diff := cmp.Diff([]string{"id-bo", "id-cy"}, o.kept()); diff != "" {
			t.Errorf("mailboxes (-want +got):\n%s", diff)
		}
		o.ask(func() { o.tenant.Choice.Who = meeting.Nobody })
		if diff := cmp.Diff([]string{}, o.kept()); diff != "" {
			t.Errorf("mailboxes (-want +got):\n%s", diff)
		}
	})
}

// TestManyMailboxes: a large tenant is taken up in bites, its mailboxes one
// after the other, and people see how far it has come.
func TestManyMailboxes(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.Choice.Who, o.people, o.slow = meeting.Everybody, many(1200), 4*time.Second
		for i := range o.people {
			o.hosts = append(o.hosts, webex(fmt.Sprintf("p%05d", i)))
		}
		o.pass(30 * time.Second)
		if p := o.tenant.Progress; p.Doing == "" || p.Done == 0 {
			t.Errorf("progress = %+v, want to see it come along", p)
		}
		o.pass(30 * time.Second)
		if diff := cmp.Diff([]int{500, 500, 200}, o.batches); diff != "" {
			t.Errorf("transactions (-want +got):\n%s", diff)
		}
		if last := o.starts[len(o.starts)-1].Sub(o.starts[0]); last < 20*time.Second {
			t.Errorf("1200 mailboxes begin within %v", last)
		}
		if o.renewed == 0 {
			t.Error("a look of a minute never renewed its lease of half of one")
		}
		if p := o.tenant.Progress; p.Doing != "" || p.Ended.IsZero() || p.Done != 1200 {
			t.Errorf("progress = %+v, want it ended", p)
		}
		before := len(o.batches)
		o.pass(time.Hour)
		if len(o.batches) != before {
			t.Errorf("%d more transactions though nothing changed", len(o.batches)-before)
		}
	})
}

// TestLookWithoutEnd: what Graph could not show has not left.
func TestLookWithoutEnd(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.Choice.Who, o.people = meeting.Everybody, many(250)
		o.pass(2 * time.Second)
		o.ask(func() { o.people, o.broken = append([]meeting.Person{person("new")}, many(250)...), 1 })
		if n := len(o.kept()); n != 251 || o.trouble() != meeting.WaitUnavailable {
			t.Errorf("%d mailboxes, trouble %q, want all 250 and the newcomer", n, o.trouble())
		}
		o.ask(func() { o.broken = 0 })
		if o.trouble() != "" {
			t.Errorf("trouble %q is shown still", o.trouble())
		}
	})
}

// TestLostClaim: another process has the tenant by now.
func TestLostClaim(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.pass(2 * time.Second)
		o.ask(func() {
			o.tenant.Choice.Who, o.people, o.slow, o.held = meeting.Everybody, many(3000), 4*time.Second, true
		})
		o.pass(time.Minute)
		if len(o.members) > 0 {
			t.Errorf("%d members stored without a claim", len(o.members))
		}
	})
}

func TestFeatureWithoutPermission(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.Choice.Who, o.people = meeting.Everybody, many(3)
		o.pass(2 * time.Second)
		all := o.granted
		o.ask(func() { o.granted = []string{meeting.CalendarsReadWrite} })
		if n := len(o.kept()); n != 3 || o.trouble() != meeting.Lacks(meeting.UserReadAll) {
			t.Errorf("%d mailboxes, trouble %q, want all three and what is missing", n, o.trouble())
		}
		o.ask(func() { o.tenant.Choice = meeting.Choice{Who: meeting.Group, Group: "sales"} })
		if n := len(o.kept()); n != 3 || o.trouble() != meeting.Lacks(meeting.GroupMemberReadAll) {
			t.Errorf("%d mailboxes, trouble %q, want all three and what is missing", n, o.trouble())
		}
		o.ask(func() { o.granted = all; o.tenant.Choice.Group = "deleted" })
		if n := len(o.kept()); n != 3 || o.trouble() != meeting.GroupUnknown {
			t.Errorf("%d mailboxes, trouble %q, want all three: a group deleted by mistake ends nothing", n, o.trouble())
		}
		if o.state() != meeting.TenantAuthorised {
			t.Errorf("%s, for want of an optional permission", o.state())
		}
	})
}

// TestListWithCalendarsAlone: the one permission is enough for a pasted list,
// and what is known is not asked for at each look.
func TestListWithCalendarsAlone(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		ana := person("ana")
		ana.Addresses = append(ana.Addresses, "a@contoso.example")
		o.people, o.granted = []meeting.Person{ana, person("bo")}, []string{meeting.CalendarsReadWrite}
		o.hosts = []meeting.WebexPerson{webex("ana")}
		o.barred = []meeting.ObjectID{"bo@contoso.example"}
		o.tenant.Choice = meeting.Choice{Who: meeting.Listed, Addresses: []string{"a@contoso.example", "bo@contoso.example", "typo@contoso.example"}}
		o.pass(2 * time.Second)
		if diff := cmp.Diff([]string{"a@contoso.example", "bo@contoso.example"}, o.kept()); diff != "" {
			t.Fatalf("mailboxes (-want +got):\n%s", diff)
		}
		if h := o.members[0].Host.ID; h != "w-ana" {
			t.Errorf("host = %q, want Ana by her primary address", h)
		}
		before := o.called("calendar")
		o.pass(2 * time.Hour)
		if n := o.called("calendar") - before; n > 10 {
			t.Errorf("%d calendars asked whose they are in two hours, want those that are not known alone", n)
		}
		if len(o.batches) != 1 {
			t.Errorf("%d transactions though nothing changed", len(o.batches))
		}
		before = o.called("calendar")
		o.granted = append(o.granted, meeting.UserReadAll)
		o.pass(16 * time.Minute)
		if diff := cmp.Diff([]string{"id-ana", "id-bo"}, o.kept()); diff != "" || o.called("calendar") != before {
			t.Errorf("with the directory (-want +got):\n%s", diff)
		}
	})
}

func TestWebexGrantIsDead(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.Choice.Who, o.people, o.hosts = meeting.Everybody, []meeting.Person{person("ana")}, []meeting.WebexPerson{webex("ana")}
		o.pass(2 * time.Second)
		o.ask(func() { o.grant, o.people = meeting.GrantDead, append(o.people, person("bo")) })
		if o.members[0].Host.ID != "w-ana" || o.members[1].HostTrust != meeting.HostNotAsked {
			t.Errorf("members = %+v, want the host that is known to stay", o.members)
		}
		o.ask(func() { o.tenant.WebexGrant = "" })
		if o.members[0].HostTrust != meeting.HostNoWebex {
			t.Errorf("members = %+v, want no hosts without an organisation", o.members)
		}
	})
}

// TestWebexDoesNotAnswer: nobody's calendar is told that nobody hosts, only
// because Webex was busy when they joined.
func TestWebexDoesNotAnswer(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.Choice.Who, o.people, o.hosts = meeting.Everybody, []meeting.Person{person("ana")}, []meeting.WebexPerson{webex("ana"), webex("bo")}
		o.pass(2 * time.Second)
		o.ask(func() { o.listless, o.people = errs.New(errs.Throttled, "busy"), []meeting.Person{person("bo")} })
		if len(o.kept()) != 0 || o.trouble() != meeting.WaitThrottled {
			t.Errorf("kept %v, trouble %q: want Ana to leave all the same, and Bo to wait", o.kept(), o.trouble())
		}
		o.listless = nil
		o.pass(time.Minute)
		if len(o.members) != 1 || o.members[0].Host.ID != "w-bo" || o.trouble() != "" {
			t.Errorf("members = %+v, trouble %q: want Bo with a host", o.members, o.trouble())
		}
	})
}

// TestLostLease: a look whose lease was lost is made again soon, not at its next
// time: else those it did not come to would wait for that.
func TestLostLease(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.Choice.Who, o.people, o.hosts = meeting.Everybody, []meeting.Person{person("ana")}, []meeting.WebexPerson{webex("ana")}
		o.held = true
		o.pass(2 * time.Second)
		if len(o.kept()) != 0 {
			t.Fatalf("kept %v under a lost lease", o.kept())
		}
		o.held = false
		o.pass(time.Minute)
		if len(o.kept()) != 1 {
			t.Errorf("kept %v a minute later, want Ana", o.kept())
		}
	})
}

func TestPaused(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.Choice.Who, o.people, o.tenant.Paused = meeting.Everybody, many(3), true
		o.pass(20 * time.Minute)
		if o.state() != meeting.TenantAuthorised || o.called("people") > 0 || len(o.members) > 0 {
			t.Errorf("%s, %d calls, %d members: want the consent proven and nothing more", o.state(), o.called("people"), len(o.members))
		}
	})
}

// TestPreview: a dry run tells what the choice then does.
func TestPreview(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		guest := person("gus")
		guest.Guest = true
		o.tenant.Choice.Who, o.people = meeting.Everybody, []meeting.Person{person("ana"), person("bo"), guest}
		o.hosts = []meeting.WebexPerson{webex("bo")}
		o.pass(2 * time.Second)
		before := len(o.batches)
		choice := meeting.Choice{Who: meeting.Listed, Addresses: []string{"bo@contoso.example", "gus@contoso.example", "typo@contoso.example"}}
		p, err := o.roster().Preview(t.Context(), contoso, choice)
		if err != nil {
			t.Fatal(err)
		}
		if len(o.batches) != before || len(o.kept()) != 2 {
			t.Error("the dry run changed something")
		}
		names := func(list []meeting.Member) []string {
			names := []string{}
			for _, m := range list {
				names = append(names, string(m.Person.ID)+" "+string(m.Standing)+string(m.HostTrust))
			}
			return names
		}
		got := map[string][]string{"begin": names(p.Begin), "end": names(p.End), "left out": names(p.LeftOut)}
		want := map[string][]string{"begin": {}, "end": {"id-ana " + string(meeting.HostNone)}, "left out": {"id-gus guest", "typo@contoso.example unknown address"}}
		if diff := cmp.Diff(want, got); diff != "" || p.Stay != 1 {
			t.Errorf("%d stay, want Bo alone; preview (-want +got):\n%s", p.Stay, diff)
		}
		o.ask(func() { o.tenant.Choice = choice })
		if diff := cmp.Diff([]string{"id-bo"}, o.kept()); diff != "" {
			t.Errorf("mailboxes after the dry run was made real (-want +got):\n%s", diff)
		}
		o.granted = []string{meeting.CalendarsReadWrite}
		o.ask(func() {})
		if _, err := o.roster().Preview(t.Context(), contoso, meeting.Choice{Who: meeting.Everybody}); errs.CodeOf(err) != meeting.UserReadAll {
			t.Errorf("preview without the permission: %v, want it named", err)
		}
	})
}

// TestListWithSomebodyConnected: whose mailbox it is is known where that person
// signed in, and there is one of it.
func TestListWithSomebodyConnected(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.people, o.granted, o.signedIn = []meeting.Person{person("ana"), person("bo")}, []string{meeting.CalendarsReadWrite}, "ana"
		o.tenant.Choice = meeting.Choice{Who: meeting.Listed, Addresses: []string{"ana@contoso.example", "bo@contoso.example"}}
		o.pass(2 * time.Second)
		if diff := cmp.Diff([]string{"bo@contoso.example", "id-ana"}, o.kept()); diff != "" {
			t.Errorf("mailboxes (-want +got):\n%s", diff)
		}
	})
}

// TestListWithTroubles: one address says nothing of the others.
func TestListWithTroubles(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]string{meeting.UserReadAll: "person ", meeting.CalendarsReadWrite: "calendar "} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			open(t, func(t *testing.T, o *office) {
				o.people, o.granted = many(9), []string{meeting.CalendarsReadWrite, name}
				o.tenant.Choice.Who = meeting.Listed
				for _, p := range o.people {
					o.tenant.Choice.Addresses = append(o.tenant.Choice.Addresses, p.Mail)
				}
				o.odd = map[string]error{
					call + o.people[1].Mail: errs.New(errs.Invalid, "400"),
					call + o.people[3].Mail: errs.New(errs.Throttled, "429"),
					call + o.people[5].Mail: errs.New(errs.Unavailable, "503"),
				}
				o.pass(2 * time.Second)
				if len(o.kept()) != 6 || len(o.members) != 7 || o.trouble() != meeting.WaitThrottled {
					t.Errorf("kept %v of %d, trouble %q, want all but one left out and two not found out about", o.kept(), len(o.members), o.trouble())
				}
				o.ask(func() { o.odd = nil })
				if len(o.kept()) != 9 || o.trouble() != "" {
					t.Errorf("kept %v, trouble %q, want all", o.kept(), o.trouble())
				}
				o.ask(func() {
					o.odd = map[string]error{call + o.people[3].Mail: errs.New(errs.Unavailable, "503")}
					o.tenant.Choice.Addresses = o.tenant.Choice.Addresses[1:]
				})
				if n := len(o.kept()); name == meeting.UserReadAll && n != 9 {
					t.Errorf("%d mailboxes after a look that did not come to its end, want that nobody leaves", n)
				}
			})
		})
	}
}

// TestPastedAddressIsTheUPN where calendars alone tell who is who: Webex may
// know the person by it.
func TestPastedAddressIsTheUPN(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		ana := person("ana")
		ana.Addresses = append(ana.Addresses, "a@contoso.example")
		bo := meeting.Person{ID: "id-bo", Addresses: []string{"bo@contoso.example"}} // whose calendar names no owner
		o.people, o.granted = []meeting.Person{ana, bo}, []string{meeting.CalendarsReadWrite}
		o.hosts = []meeting.WebexPerson{webex("a"), webex("bo")}
		o.tenant.Choice = meeting.Choice{Who: meeting.Listed, Addresses: []string{"a@contoso.example", "bo@contoso.example"}}
		o.pass(2 * time.Second)
		for i, want := range []meeting.Person{{UPN: "a@contoso.example", Mail: "ana@contoso.example"}, {UPN: "bo@contoso.example", Mail: "bo@contoso.example"}} {
			m := o.members[i]
			if m.Person.UPN != want.UPN || m.Person.Mail != want.Mail || m.Host.Email != want.UPN {
				t.Errorf("member %+v, want %s with the mail address %s, hosted by the UPN", m, want.UPN, want.Mail)
			}
		}
		o.ask(func() { o.hosts = append(o.hosts, webex("ana")) })
		if h := o.members[0].Host.ID; h != "w-ana" {
			t.Errorf("host %q, want the one by the primary address", h)
		}
	})
}

// TestGroupOfBareIds: without User.Read.All a group shows ids alone, and the
// calendars tell whose they are; a licence is not asked for.
func TestGroupOfBareIds(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.granted = []string{meeting.CalendarsReadWrite, meeting.GroupMemberReadAll}
		o.people = many(600)
		for i := range o.people {
			o.hosts = append(o.hosts, webex(fmt.Sprintf("p%05d", i)))
		}
		o.odd = map[string]error{
			"calendar id-p00001": errs.New(errs.NotFound, "no mailbox"),
			"calendar id-p00002": errs.New(errs.Unavailable, "503"),
		}
		o.barred = []meeting.ObjectID{"id-p00003"}
		o.tenant.Choice = meeting.Choice{Who: meeting.Group, Group: "sales"}
		o.pass(2 * time.Second)
		if n := len(o.kept()); n != 498 || o.called("calendar") != 500 || o.trouble() != meeting.WaitUnavailable {
			t.Errorf("%d mailboxes after %d calendars, trouble %q, want 498 of a first 500", n, o.called("calendar"), o.trouble())
		}
		o.odd["calendar id-p00002"] = nil
		o.pass(16 * time.Minute)
		if n := len(o.kept()); n != 599 || o.called("calendar") != 601 || o.trouble() != "" {
			t.Errorf("%d mailboxes after %d calendars, trouble %q, want all but one, asked once each", n, o.called("calendar"), o.trouble())
		}
		if m := o.members[0]; m.Person.Mail != "p00000@contoso.example" || m.Host.ID != "w-p00000" || o.members[1].Standing != meeting.LeftUnknown {
			t.Errorf("members %+v, %+v, want the first hosted, the second without a mailbox", m, o.members[1])
		}
		before := len(o.batches)
		o.pass(10 * time.Hour)
		if o.called("calendar") != 601 || len(o.batches) != before {
			t.Errorf("%d calendars asked, %d transactions within the day", o.called("calendar")-601, len(o.batches)-before)
		}
	})
}
