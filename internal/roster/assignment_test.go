package roster_test

import (
	"testing"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// frontDesk is a shared mailbox.
func frontDesk() meeting.Person {
	p := person("desk")
	p.Disabled, p.Licensed = true, false
	return p
}

// give has the host assigned to the mailbox, as the console does.
func (o *office) give(address, host string) meeting.Reason {
	o.t.Helper()
	a, why, err := o.roster().Assign(o.t.Context(), contoso, address, host)
	if err != nil {
		o.t.Fatal(err)
	}
	if why == "" {
		o.ask(func() { o.given = append(o.given, a) })
	}
	return why
}

// TestAssignedHost: a shared mailbox with a host is found, kept, and let go,
// whether or not the directory may be read and Webex lists everybody.
func TestAssignedHost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		who      meeting.Who
		bare     bool
		listless error
		id       string
	}{
		"everybody":                         {meeting.Everybody, false, nil, "id-desk"},
		"nobody":                            {meeting.Nobody, false, nil, "id-desk"},
		"a list, by calendars alone":        {meeting.Listed, true, nil, "desk@contoso.example"},
		"everybody, Webex lists nobody":     {meeting.Everybody, false, errs.New(errs.Forbidden, "403"), "id-desk"},
		"nobody else, Webex without a list": {meeting.Nobody, false, errs.New(errs.NotFound, "404"), "id-desk"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open(t, func(t *testing.T, o *office) {
				o.tenant.Choice.Who, o.people = test.who, []meeting.Person{frontDesk()}
				if test.bare {
					o.granted = []string{meeting.CalendarsReadWrite}
				}
				o.hosts, o.listless = []meeting.WebexPerson{webex("bo"), webex("eva")}, test.listless
				o.pass(2 * time.Second)
				if len(o.kept()) > 0 {
					t.Fatalf("kept without a host: %v", o.kept())
				}
				if why := o.give("desk@contoso.example", "bo@contoso.example"); why != "" || o.hosted()[test.id] != "w-bo" {
					t.Fatalf("refused %q, hosts = %v", why, o.hosted())
				}
				before, looked := o.called("host "), len(o.batches)
				o.pass(20 * time.Hour)
				if n := o.called("host ") - before; n > 0 || len(o.batches) != looked || o.hosted()[test.id] != "w-bo" {
					t.Errorf("%d look-ups within a day, %d transactions, hosts = %v", n, len(o.batches)-looked, o.hosted())
				}
				o.ask(func() { o.given[0].HostID, o.given[0].HostEmail = "w-eva", "eva@contoso.example" })
				if o.hosted()[test.id] != "w-eva" {
					t.Errorf("hosts = %v, want the other at once", o.hosted())
				}
				o.ask(func() { o.given = nil })
				if len(o.kept()) > 0 {
					t.Errorf("kept after the host was taken back: %v", o.kept())
				}
			})
		})
	}
}

// TestAssignedInTrouble: who cannot be looked up now keeps what is known.
func TestAssignedInTrouble(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]error{
		"passing": errs.New(errs.Unavailable, "503"), "for good": errs.New(errs.SignedOut, "401"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open(t, func(t *testing.T, o *office) {
				o.tenant.Choice.Who, o.people = meeting.Nobody, []meeting.Person{frontDesk()}
				o.hosts = []meeting.WebexPerson{webex("bo")}
				o.pass(2 * time.Second)
				o.give("desk@contoso.example", "bo@contoso.example")
				o.ask(func() { o.odd = map[string]error{"person desk@contoso.example": trouble} })
				if o.hosted()["id-desk"] != "w-bo" || o.trouble() == "" {
					t.Errorf("hosts = %v, trouble %q", o.hosted(), o.trouble())
				}
				o.ask(func() { o.odd = nil })
				if o.hosted()["id-desk"] != "w-bo" || o.trouble() != "" {
					t.Errorf("afterwards: hosts = %v, trouble %q", o.hosted(), o.trouble())
				}
			})
		})
	}
}

func TestAssignRefused(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		guest := person("gus")
		guest.Guest = true
		idle := webex("idle")
		idle.MayHost = false
		o.tenant.Choice.Who, o.people, o.hosts = meeting.Nobody, []meeting.Person{frontDesk(), guest}, []meeting.WebexPerson{webex("bo"), idle}
		if _, _, err := o.roster().Assign(t.Context(), contoso, "desk@contoso.example", "bo@contoso.example"); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a tenant that is not authorised: %v", err)
		}
		o.pass(2 * time.Second)
		for _, c := range []struct {
			mailbox, host string
			want          meeting.Reason
		}{
			{"nobody@contoso.example", "bo@contoso.example", meeting.LeftUnknown},
			{"gus@contoso.example", "bo@contoso.example", meeting.LeftGuest},
			{"desk@contoso.example", "nobody@contoso.example", meeting.HostNone},
			{"desk@contoso.example", "idle@contoso.example", meeting.HostCannot},
		} {
			if why := o.give(c.mailbox, c.host); why != c.want {
				t.Errorf("%s to %s: refused %q, want %q", c.host, c.mailbox, why, c.want)
			}
		}
		o.ask(func() { o.unfound = errs.New(errs.Throttled, "429") })
		if _, _, err := o.roster().Assign(t.Context(), contoso, "desk@contoso.example", "bo@contoso.example"); !errs.Is(err, errs.Throttled) {
			t.Errorf("a Webex that throttles: %v", err)
		}
		o.ask(func() { o.unfound, o.grant = nil, meeting.GrantDead })
		if why := o.give("desk@contoso.example", "bo@contoso.example"); why != meeting.HostNoWebex {
			t.Errorf("a Webex that is signed out: %q", why)
		}
	})
}
