package roster_test

import (
	"fmt"
	"testing"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// hosted tells of each member who hosts, or why nobody does.
func (o *office) hosted() map[string]string {
	defer o.lock()()
	of := map[string]string{}
	for _, m := range o.members {
		of[string(m.Person.ID)] = m.Host.ID + string(m.HostTrust)
	}
	return of
}

// TestHostsOneByOne: where Webex does not list everybody, or leaves somebody
// out, members are looked up by their addresses, and not again at each look.
func TestHostsOneByOne(t *testing.T) {
	t.Parallel()
	for name, listless := range map[string]error{
		"left out of the list": nil,
		"no such list":         errs.New(errs.NotFound, "404"),
		"list refused":         errs.New(errs.Forbidden, "403"),
		"list not understood":  errs.New(errs.Invalid, "400"),
		"list unreadable":      errs.New(errs.Internal, "unforeseen answer"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open(t, func(t *testing.T, o *office) {
				ana := person("ana")
				ana.Addresses = append(ana.Addresses, "a@contoso.example")
				o.tenant.Choice.Who, o.people = meeting.Everybody, []meeting.Person{ana, person("bo")}
				o.unlisted, o.listless = []meeting.WebexPerson{webex("a")}, listless
				o.pass(2 * time.Second)
				if got := o.hosted(); got["id-ana"] != "w-a" || got["id-bo"] != string(meeting.HostNone) {
					t.Fatalf("hosts = %v, want Ana's by her alias, none for Bo", got)
				}
				before := o.called("host ")
				o.pass(20 * time.Hour)
				if n := o.called("host ") - before; n > 0 {
					t.Errorf("%d look-ups within a day of the first", n)
				}
				if n := len(o.batches); n != 1 {
					t.Errorf("%d transactions though nothing changed", n)
				}
				o.unlisted = []meeting.WebexPerson{webex("bo")} // Ana's account is gone
				o.pass(6 * time.Hour)
				if got := o.hosted(); got["id-ana"] != string(meeting.HostNone) || got["id-bo"] != "w-bo" {
					t.Errorf("hosts = %v, want to see within a day who came and went", got)
				}
				o.ask(func() {
					o.people[0].Mail, o.people[0].Addresses = "eva@contoso.example", []string{"eva@contoso.example"}
				})
				o.ask(func() { o.unlisted = append(o.unlisted, webex("eva")) })
				o.pass(25 * time.Hour)
				if got := o.hosted(); got["id-ana"] != "w-eva" {
					t.Errorf("hosts = %v, want Ana's new one", got)
				}
			})
		})
	}
}

// TestHostWasRenamed: who has other addresses is looked up at once.
func TestHostWasRenamed(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.Choice.Who, o.people = meeting.Everybody, []meeting.Person{person("ana")}
		o.unlisted, o.listless = []meeting.WebexPerson{webex("ana")}, errs.New(errs.Forbidden, "403")
		o.pass(2 * time.Second)
		o.ask(func() {
			eva := person("eva")
			eva.ID = "id-ana"
			o.people, o.unlisted = []meeting.Person{eva}, []meeting.WebexPerson{webex("eva")}
		})
		if got := o.hosted(); got["id-ana"] != "w-eva" {
			t.Errorf("hosts = %v, want the account under the new name", got)
		}
	})
}

// TestManyHostsOneByOne: a large organisation is looked up in bites, who waits
// says so, and throttling costs nothing of what was found.
func TestManyHostsOneByOne(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.Choice.Who, o.people, o.listless = meeting.Everybody, many(250), errs.New(errs.Forbidden, "403")
		for i := range 240 {
			o.unlisted = append(o.unlisted, webex(fmt.Sprintf("p%05d", i)))
		}
		count := func() (found, waiting int) {
			for _, why := range o.hosted() {
				switch why {
				case string(meeting.HostNotAsked):
					waiting++
				case string(meeting.HostNone):
				default:
					found++
				}
			}
			return found, waiting
		}
		o.pass(2 * time.Second)
		if found, waiting := count(); found != 100 || waiting != 150 || o.called("host ") != 100 {
			t.Errorf("%d found, %d wait after %d look-ups, want a hundred", found, waiting, o.called("host "))
		}
		o.ask(func() { o.unfound = errs.New(errs.Throttled, "429") })
		if found, waiting := count(); found != 100 || waiting != 150 || o.trouble() != meeting.WaitThrottled || o.called("host ") != 101 {
			t.Errorf("%d found, %d wait, trouble %q after %d look-ups, want to stop at the first refusal", found, waiting, o.trouble(), o.called("host "))
		}
		o.ask(func() { o.unfound = nil })
		o.pass(16 * time.Minute)
		if found, waiting := count(); found != 240 || waiting != 0 {
			t.Errorf("%d found, %d wait, want all who are there", found, waiting)
		}
	})
}

// TestAddressThatWebexRefuses keeps nobody else from being looked up.
func TestAddressThatWebexRefuses(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.Choice.Who, o.people = meeting.Everybody, []meeting.Person{person("ana"), person("bo")}
		o.unlisted, o.listless = []meeting.WebexPerson{webex("bo")}, errs.New(errs.Invalid, "405")
		o.odd = map[string]error{"host ana@contoso.example": errs.New(errs.Invalid, "400")}
		o.pass(2 * time.Second)
		if got := o.hosted(); got["id-ana"] != string(meeting.HostNotAsked) || got["id-bo"] != "w-bo" || o.trouble() != "" {
			t.Errorf("hosts = %v, trouble %q, want Bo's, and Ana's not known", got, o.trouble())
		}
	})
}

// TestWebexAsksToWaitAnHour: that stops nothing at Microsoft, and who joins
// waits for a quarter of it.
func TestWebexAsksToWaitAnHour(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.Choice.Who, o.people, o.hosts = meeting.Everybody, []meeting.Person{person("ana")}, []meeting.WebexPerson{webex("ana"), webex("bo")}
		o.pass(2 * time.Second)
		listed := o.called("hosts")
		o.ask(func() {
			o.listless = &errs.Error{Kind: errs.Throttled, RetryAt: time.Now().Add(time.Hour)}
			o.people = append(o.people, person("bo"))
		})
		if got := o.hosted(); len(got) != 1 || o.trouble() != meeting.WaitThrottled {
			t.Errorf("hosts = %v, trouble %q, want Bo to wait", got, o.trouble())
		}
		o.listless = nil
		before := o.called("people")
		o.pass(16 * time.Minute)
		if got := o.hosted(); got["id-ana"] != "w-ana" || got["id-bo"] != string(meeting.HostNotAsked) {
			t.Errorf("hosts = %v, want Bo without one for now", got)
		}
		o.pass(35 * time.Minute)
		if n := o.called("people") - before; n != 3 || o.called("hosts") != listed+1 {
			t.Errorf("%d looks at the directory, %d at Webex within the hour, want three and one", n, o.called("hosts")-listed)
		}
		o.ask(func() { o.granted = nil }) // a proof goes on, too
		if o.tenant.RefusedAt.IsZero() {
			t.Error("the consent was not looked at")
		}
		o.ask(func() { o.granted = []string{meeting.CalendarsReadWrite, meeting.UserReadAll} })
		o.pass(16 * time.Minute)
		if got := o.hosted(); got["id-bo"] != "w-bo" || o.trouble() != "" {
			t.Errorf("hosts = %v, trouble %q, want Bo's after the hour", got, o.trouble())
		}
	})
}

// TestWebexAsksToWaitAMinute: who joins waits no longer than that.
func TestWebexAsksToWaitAMinute(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.Choice.Who, o.people, o.hosts = meeting.Everybody, []meeting.Person{person("bo")}, []meeting.WebexPerson{webex("bo")}
		o.listless = &errs.Error{Kind: errs.Throttled, RetryAt: time.Now().Add(time.Minute)}
		o.pass(2 * time.Second)
		o.listless = nil
		o.pass(time.Minute)
		if got := o.hosted(); got["id-bo"] != "w-bo" {
			t.Errorf("hosts = %v, want Bo's after a minute", got)
		}
	})
}
