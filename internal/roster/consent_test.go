package roster_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func TestConsent(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.pass(2 * time.Second)
		got := o.tenant
		if got.State != meeting.TenantAuthorised || got.Name != "Contoso" || !slices.Equal(got.Domains, []string{"contoso.example"}) {
			t.Errorf("tenant = %+v, want it authorised, with name and domains", got)
		}
		if diff := cmp.Diff([]string{"Mail.Read"}, got.Excess); diff != "" {
			t.Errorf("beyond need (-want +got):\n%s", diff)
		}
		if got.ProvenAt.IsZero() || got.Progress.Ended.IsZero() || o.called("people")+o.called("hosts") > 0 {
			t.Errorf("progress = %+v, calls %v: want a look that asks for nobody", got.Progress, o.calls)
		}
	})
}

// TestConsentSpreads: Microsoft knows of a new consent only after a while.
func TestConsentSpreads(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		all := o.granted
		o.refuse = errs.New(errs.SignedOut, "AADSTS700016")
		o.pass(30 * time.Second)
		if n := o.called("prove"); n < 3 || n > 6 || o.state() != meeting.TenantProving {
			t.Errorf("%s after %d tries in 30 s, want a few", o.state(), n)
		}
		if p := o.tenant.Progress; p.Doing == "" || o.tenant.Reason != meeting.ConsentUnseen {
			t.Errorf("progress %+v, reason %q, want to hear that it is waited for", p, o.tenant.Reason)
		}
		o.refuse, o.granted = nil, []string{meeting.UserReadAll}
		o.pass(time.Minute)
		if diff := cmp.Diff([]string{meeting.UserReadAll}, o.tenant.Granted); diff != "" || o.tenant.Reason != meeting.PermissionMissing {
			t.Errorf("reason %q, granted (-want +got):\n%s", o.tenant.Reason, diff)
		}
		o.granted = all
		o.pass(2 * time.Minute)
		if o.state() != meeting.TenantAuthorised || o.tenant.Progress.Doing != "" || o.tenant.Reason != "" {
			t.Errorf("tenant = %+v, want it authorised", o.tenant)
		}
	})
}

func TestConsentThatNeverCame(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.granted = nil
		o.pass(31 * time.Minute)
		if o.state() != meeting.TenantProving || o.tenant.Progress.Doing != "" || o.tenant.Reason != meeting.PermissionMissing {
			t.Errorf("tenant = %+v, want it to say what is missing", o.tenant)
		}
		before := o.called("prove " + meeting.CalendarsReadWrite)
		o.pass(50 * time.Minute)
		if n := o.called("prove "+meeting.CalendarsReadWrite) - before; n > 1 {
			t.Errorf("asked %d more times in an hour", n)
		}
	})
}

// TestWithdrawal: one refusal may be a hiccup of Microsoft's, two are a no.
func TestWithdrawal(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.pass(2 * time.Second)
		o.ask(func() { o.refuse = errs.New(errs.SignedOut, "AADSTS700016") })
		if o.state() != meeting.TenantAuthorised || o.tenant.RefusedAt.IsZero() {
			t.Errorf("%s, refused %v, want to wait for a second refusal", o.state(), o.tenant.RefusedAt)
		}
		o.ask(func() { o.refuse = nil })
		if !o.tenant.RefusedAt.IsZero() {
			t.Error("a refusal counts that a success came after")
		}
		o.ask(func() { o.refuse = errs.New(errs.SignedOut, "AADSTS700016") })
		o.ask(func() {}) // too soon to count
		if o.state() != meeting.TenantAuthorised {
			t.Error("two refusals within 20 s ended the tenant")
		}
		o.pass(25 * time.Second)
		if o.state() != meeting.TenantWithdrawn || o.tenant.Reason != meeting.GrantWithdrawn {
			t.Errorf("%s, %q, want it withdrawn", o.state(), o.tenant.Reason)
		}
		before := o.called("")
		o.pass(50 * time.Minute)
		if n := o.called("") - before; n > 0 {
			t.Errorf("%d calls within the hour", n)
		}
		o.refuse = nil
		o.pass(15 * time.Minute)
		if o.state() != meeting.TenantAuthorised {
			t.Errorf("%s, want the consent that came back to be noticed", o.state())
		}
		want := []meeting.TenantState{meeting.TenantAuthorised, meeting.TenantWithdrawn, meeting.TenantAuthorised}
		if diff := cmp.Diff(want, o.states); diff != "" {
			t.Errorf("states (-want +got):\n%s", diff)
		}
	})
}

// TestTroublesEndNoTenant: what passes, or is our own fault, is shown and tried
// again.
func TestTroublesEndNoTenant(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want meeting.Reason
	}{
		"Graph is away":              {errs.New(errs.Unavailable, "503"), meeting.WaitUnavailable},
		"Graph throttles":            {errs.New(errs.Throttled, "429"), meeting.WaitThrottled},
		"our certificate is refused": {errs.New(errs.Internal, "invalid_client"), meeting.OwnFault},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open(t, func(t *testing.T, o *office) {
				o.tenant.Choice.Who, o.people = meeting.Everybody, many(3)
				o.pass(2 * time.Second)
				o.ask(func() { o.refuse = test.err })
				asked := func() int { return o.called("") - o.called("forget") } // forgetting asks nobody
				before := asked()
				o.pass(time.Hour)
				if o.state() != meeting.TenantAuthorised || o.trouble() != test.want || len(o.kept()) != 3 {
					t.Errorf("%s with %d mailboxes, trouble %q, want %q and all three", o.state(), len(o.kept()), o.trouble(), test.want)
				}
				if n := asked() - before; n > 15 {
					t.Errorf("%d calls in an hour of it", n)
				}
				o.ask(func() { o.refuse = nil })
				if o.trouble() != "" {
					t.Errorf("trouble %q is shown still", o.trouble())
				}
			})
		})
	}
}

func TestThrottledUntil(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.pass(2 * time.Second)
		o.ask(func() {
			o.refuse = &errs.Error{Kind: errs.Throttled, RetryAt: time.Now().Add(40 * time.Minute)}
		})
		before := o.called("")
		o.pass(39 * time.Minute)
		if n := o.called("") - before; n > 0 {
			t.Errorf("%d calls before the time that Graph named", n)
		}
	})
}

// TestOneMailboxBarred: a policy of Exchange for one mailbox says nothing of
// the tenant.
func TestOneMailboxBarred(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.Choice.Who, o.people = meeting.Everybody, many(3)
		o.pass(2 * time.Second)
		o.ask(func() { o.barred = []meeting.ObjectID{"id-p00000"} })
		o.pass(time.Hour)
		if o.state() != meeting.TenantAuthorised {
			t.Errorf("%s, because one mailbox is barred", o.state())
		}
	})
}

// TestOptionalPermissionInTrouble: only the needed one's trouble ends a proof.
func TestOptionalPermissionInTrouble(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err   error
		known bool // the permission, afterwards
	}{
		"throttled":      {errs.New(errs.Throttled, "429"), true},
		"unavailable":    {errs.New(errs.Unavailable, "503"), true},
		"token refused":  {errs.New(errs.SignedOut, "401"), true},
		"not understood": {errs.New(errs.Invalid, "400"), false},
		"not there":      {errs.New(errs.NotFound, "404"), false},
		"unforeseen":     {errs.New(errs.Internal, "302"), false},
		"unsupported":    {errs.New(errs.Unsupported, "501"), false},
		"not granted":    {errs.New(errs.Forbidden, "403"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open(t, func(t *testing.T, o *office) {
				o.odd = map[string]error{"prove " + meeting.UserReadAll: test.err}
				o.pass(2 * time.Second)
				if o.state() != meeting.TenantAuthorised || o.tenant.Has(meeting.UserReadAll) || !o.tenant.Has(meeting.GroupMemberReadAll) {
					t.Errorf("%s with %v at first, want it authorised with all others", o.state(), o.tenant.Granted)
				}
				o.ask(func() { o.odd = nil })
				if !o.tenant.Has(meeting.UserReadAll) {
					t.Errorf("granted %v afterwards", o.tenant.Granted)
				}
				o.ask(func() { o.odd = map[string]error{"prove " + meeting.UserReadAll: test.err} })
				o.pass(20 * time.Minute)
				if o.state() != meeting.TenantAuthorised || o.tenant.Has(meeting.UserReadAll) != test.known || !o.tenant.RefusedAt.IsZero() || o.trouble() != "" {
					t.Errorf("%s with %v, refused at %v, trouble %q; want it known: %v", o.state(), o.tenant.Granted, o.tenant.RefusedAt, o.trouble(), test.known)
				}
			})
		})
	}
}

// TestOrganizationCannotBeRead: name and domains stay, and the look goes on.
func TestOrganizationCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, kind := range []errs.Kind{errs.Internal, errs.Invalid, errs.NotFound, errs.Throttled, errs.SignedOut} {
		open(t, func(t *testing.T, o *office) {
			o.tenant.Choice.Who, o.people = meeting.Everybody, many(3)
			o.tenant.Name, o.tenant.Domains = "Old", []string{"contoso.example"}
			o.odd = map[string]error{"organization": errs.New(kind, "no")}
			o.pass(2 * time.Second)
			if o.state() != meeting.TenantAuthorised || o.tenant.Name != "Old" || len(o.tenant.Domains) != 1 || len(o.kept()) != 3 || o.trouble() != "" {
				t.Errorf("%q: tenant = %+v with %d mailboxes, want all that was known and all three", kind, o.tenant, len(o.kept()))
			}
		})
	}
}

// TestGroupUnknownIsOfGroups alone.
func TestGroupUnknownIsOfGroups(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.Choice.Who, o.people = meeting.Everybody, many(3)
		o.odd = map[string]error{"people": errs.New(errs.NotFound, "404")}
		o.pass(2 * time.Second)
		if o.trouble() != meeting.OwnFault {
			t.Errorf("trouble %q, though nobody chose a group", o.trouble())
		}
	})
}

// TestWhoseCalendarProves: whoever has just consented is there for sure.
func TestWhoseCalendarProves(t *testing.T) {
	t.Parallel()
	owner := func(name string, since time.Duration) meeting.Owner {
		return meeting.Owner{Account: meeting.NewAccountID(contoso, meeting.ObjectID("id-"+name)), Since: time.Now().Add(since)}
	}
	for name, test := range map[string]struct {
		owners []meeting.Owner
		people []meeting.Person
		want   []meeting.ObjectID
	}{
		"nobody is known":    {nil, nil, []meeting.ObjectID{""}},
		"owners alone":       {[]meeting.Owner{owner("eve", -time.Hour), owner("ann", 0)}, nil, []meeting.ObjectID{"id-ann", "id-eve"}},
		"members alone":      {nil, many(5), []meeting.ObjectID{"id-p00000", "id-p00002", "id-p00004"}},
		"owners and members": {[]meeting.Owner{owner("eve", -time.Hour), owner("p00001", 0)}, many(5), []meeting.ObjectID{"id-p00001", "id-p00003", "id-p00004"}},
		"one member":         {[]meeting.Owner{owner("eve", 0), owner("p00000", -time.Hour)}, many(1), []meeting.ObjectID{"id-eve", "id-p00000"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open(t, func(t *testing.T, o *office) {
				o.owners, o.people, o.tenant.Choice.Who = test.owners, test.people, meeting.Everybody
				o.pass(2 * time.Second)
				o.ask(func() { o.tried, o.barred = nil, append([]meeting.ObjectID{""}, test.want...) })
				if diff := cmp.Diff(test.want, o.tried); diff != "" {
					t.Errorf("calendars tried (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestTokenIsDropped where its roles may be of yesterday, and not at each look.
func TestTokenIsDropped(t *testing.T) {
	t.Parallel()
	open(t, func(t *testing.T, o *office) {
		o.tenant.ConsentedAt = time.Now().Add(-time.Second)
		o.pass(2 * time.Second)
		forgot := func(want int, when string, change func()) {
			t.Helper()
			before := o.called("forget")
			if o.ask(change); o.called("forget")-before != want {
				t.Errorf("token dropped %d times %s, want %d", o.called("forget")-before, when, want)
			}
		}
		forgot(0, "at a look soon after another", func() {})
		forgot(1, "after a new consent", func() { o.tenant.ConsentedAt = time.Now().Add(-time.Millisecond) })
		forgot(0, "once that is proven", func() {})
		forgot(1, "after a refusal", func() { o.tenant.RefusedAt = time.Now() })
		time.Sleep(14 * time.Minute)
		forgot(0, "within a quarter of an hour", func() {})
		o.pass(2 * time.Minute)
		forgot(1, "when it is older than that", func() {})
	})
}
