package syncer_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// TestMovesOver: who connected before the administrator did keeps the meetings,
// whatever became of the own grant, and so does who goes on alone afterwards.
func TestMovesOver(t *testing.T) {
	t.Parallel()
	const wide = "update with organisation for ana@contoso.example"
	alone := func(d *desk) { d.claim.Authority, d.host = meeting.Individual, own("webex-ana") }
	dead := own("webex-ana")
	dead.State = meeting.GrantDead
	older := organisation()
	older.ID, older.HostEmail, older.State = "older organisation", "a@contoso.example", meeting.GrantDead
	for name, test := range map[string]struct {
		made   meeting.Grant
		grant  *meeting.Grant // as it is stored now; nil: deleted
		change func(*desk)
		want   string
		after  meeting.GrantID
	}{
		"the own grant lives":          {own("webex-ana"), ptr(own("webex-ana")), nil, wide, "organisation"},
		"the own grant is dead":        {own("webex-ana"), &dead, nil, wide, "organisation"},
		"disconnected since":           {own("webex-ana"), nil, nil, wide, "organisation"},
		"another Webex person's lives": {own("webex-other"), ptr(own("webex-other")), nil, "update with webex-other", own("webex-other").ID},
		"another Webex person's, gone": {own("webex-other"), nil, nil, "", own("webex-other").ID},
		"the person goes on alone":     {organisation(), ptr(organisation()), alone, "update with webex-ana", own("webex-ana").ID},
		"another administrator":        {older, &older, nil, wide, "organisation"},
		"the organisation signed out":  {own("webex-ana"), ptr(own("webex-ana")), func(d *desk) { d.host.State = meeting.GrantDead }, "update with webex-ana", own("webex-ana").ID},
		"alone, with another account": {organisation(), ptr(organisation()), func(d *desk) {
			alone(d)
			d.host = own("webex-other")
			d.host.Aliases = []string{"ana@elsewhere.example"}
		}, "", "organisation"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.linked(test.made)
			if test.grant != nil {
				d.grants[test.grant.ID] = *test.grant
			}
			if test.change != nil {
				test.change(d)
			}
			d.event.Subject = "Retro"
			d.look()
			if d.called() != test.want || d.link.Grant != test.after {
				t.Errorf("%q, then the grant is %q, want %q and %q", d.called(), d.link.Grant, test.want, test.after)
			}
			if want := map[bool]meeting.Reason{true: meeting.ProblemUnseen}[test.want == ""]; d.link.Problem != want {
				t.Errorf("problem = %q, want %q", d.link.Problem, want)
			}
		})
	}
}

func ptr(g meeting.Grant) *meeting.Grant { return &g }

// TestSeenAgain: a meeting that could not be seen is looked at once the mailbox
// has its maker's host again.
func TestSeenAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.linked(own("webex-ana"))
	d.link.Problem = meeting.ProblemUnseen
	d.claim.SweepDue, d.claim.SweptAt = d.clock.Now(), d.clock.Now().Add(-time.Minute)
	d.turn()
	if d.called() != "mark event" {
		t.Errorf("a sweep did %q, want the event marked", d.called())
	}
}

func TestBudgets(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.look()
	d.linked(own("webex-other"))
	d.grants[d.link.Grant] = own("webex-other")
	d.event.Subject = "Retro"
	d.look()
	d.claim.Authority, d.host, d.link = meeting.Individual, own("webex-ana"), nil
	d.event.Location, d.event.Body = "@webex", meeting.Body{}
	d.look()
	want := []string{
		"admin: 1, 1 of 2950", "admin for webex-ana: 0, 1 of 790", // a person does not use up the organisation's
		"webex-other: 1, 0 of 98", // nor the organisation a person's
		"webex-ana: 1, 1 of 98",
	}
	if diff := cmp.Diff(want, d.spent); diff != "" {
		t.Errorf("spent (-want +got):\n%s", diff)
	}
}

func TestSubscriptionTakenOver(t *testing.T) {
	t.Parallel()
	delegated := func(d *desk) {
		d.rows = []meeting.Subscription{{ID: "row", Mailbox: ana, GraphID: "old", Authority: meeting.Individual, ExpiresAt: d.clock.Now().Add(72 * time.Hour), Granted: 144 * time.Hour}}
		d.claim.SubscriptionDue = d.clock.Now()
	}
	for name, test := range map[string]struct {
		stuck, refuse error
		want          string
		rows          int
		trouble       meeting.Reason
	}{
		"the new one first": {nil, nil, "subscribe as tenant, unsubscribe old as individual", 1, ""},
		"the person's grant is dead: the old one ends by itself": {errs.New(errs.SignedOut, "revoked"), nil, "subscribe as tenant, unsubscribe old as individual", 1, ""},
		"Graph fails: the old one is taken down later":           {errs.New(errs.Unavailable, "503"), nil, "subscribe as tenant, unsubscribe old as individual", 2, ""},
		"the tenant refuses: the old one goes on":                {nil, errs.New(errs.Forbidden, "no role"), "subscribe as tenant", 2, meeting.ProblemForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			delegated(d)
			d.stuck, d.refuse = test.stuck, test.refuse
			d.turn()
			if d.called() != test.want || len(d.rows) != test.rows || d.trouble != test.trouble {
				t.Errorf("%q, %d rows, trouble %q, want %q, %d, %q", d.called(), len(d.rows), d.trouble, test.want, test.rows, test.trouble)
			}
			if d.next.IsZero() {
				t.Error("subscriptions are never looked at again")
			}
		})
	}
}

// TestOwnSubscriptionInTheWay: one that Graph names is taken down on the yes it
// was made on, and is not asked for again.
func TestOwnSubscriptionInTheWay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		stuck   error
		want    string
		rows    int
		trouble meeting.Reason
	}{
		"taken down":               {nil, "subscribe as tenant, unsubscribe old as individual, subscribe as tenant", 1, ""},
		"the person's yes is dead": {errs.New(errs.SignedOut, "revoked"), "subscribe as tenant, unsubscribe old as individual", 2, meeting.WaitUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.rows = []meeting.Subscription{{ID: "row", Mailbox: ana, GraphID: "old", Authority: meeting.Individual, ExpiresAt: d.clock.Now().Add(72 * time.Hour), Granted: 144 * time.Hour}}
			d.claim.SubscriptionDue = d.clock.Now()
			d.inWay, d.stuck = "old", test.stuck
			d.turn()
			if d.called() != test.want || len(d.rows) != test.rows || d.trouble != test.trouble || d.looks != 0 {
				t.Errorf("%q, %d rows, trouble %q, %d looks at the tenant, want %q, %d, %q, none", d.called(), len(d.rows), d.trouble, d.looks, test.want, test.rows, test.trouble)
			}
		})
	}
}

// TestOldOneDoesNotStopRenewal: the wanted subscription lives on whatever
// becomes of another.
func TestOldOneDoesNotStopRenewal(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	now := d.clock.Now()
	d.rows = []meeting.Subscription{
		{ID: "old", Mailbox: ana, GraphID: "old", Authority: meeting.Individual, ExpiresAt: now.Add(72 * time.Hour), Granted: 144 * time.Hour},
		{ID: "live", Mailbox: ana, GraphID: "live", Authority: meeting.TenantWide, ExpiresAt: now.Add(time.Hour), Granted: 144 * time.Hour},
	}
	d.claim.SubscriptionDue, d.stuck = now, errs.New(errs.Unavailable, "503")
	d.turn()
	if want := "renew as tenant, unsubscribe old as individual"; d.called() != want || len(d.rows) != 2 || d.trouble != "" {
		t.Errorf("%q, %d rows, trouble %q, want %q, both rows, none", d.called(), len(d.rows), d.trouble, want)
	}
	if !d.next.Equal(now.Add(time.Minute)) {
		t.Errorf("looked at again at %v, want in a minute", d.next)
	}
}

func TestClosingDropsBoth(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, as := range []meeting.Authority{meeting.Individual, meeting.TenantWide} {
		d.rows = append(d.rows, meeting.Subscription{ID: string(as), Mailbox: ana, GraphID: string(as), Authority: as, ExpiresAt: d.clock.Now().Add(time.Hour)})
	}
	d.claim.Closing, d.stuck = true, errs.New(errs.SignedOut, "revoked")
	d.turn()
	if want := "unsubscribe individual as individual, unsubscribe tenant as tenant, closed"; d.called() != want {
		t.Errorf("closing did %q, want %q", d.called(), want)
	}
}

// TestRefusalIsLookedInto: a tenant that refuses us is looked at soon, but not
// for each of its mailboxes, and one barred mailbox is no such sign.
func TestRefusalIsLookedInto(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.refuse = errs.New(errs.SignedOut, "consent is gone")
	for range 5 {
		d.look()
	}
	if d.looks != 1 {
		t.Errorf("%d looks at the tenant for five refusals, want one", d.looks)
	}
	d.clock.Advance(time.Minute)
	d.look()
	if d.looks != 2 {
		t.Errorf("%d looks a minute later, want two", d.looks)
	}
	d.refuse = errs.New(errs.Forbidden, "a policy bars the mailbox")
	for range 14 {
		d.clock.Advance(time.Minute)
		d.look()
	}
	if d.looks != 2 {
		t.Errorf("%d looks for one barred mailbox within a sweep, want no more", d.looks)
	}
	d.claim.Authority = meeting.Individual
	d.refuse = errs.New(errs.SignedOut, "revoked")
	d.clock.Advance(time.Hour)
	d.look()
	if d.looks != 2 {
		t.Error("a person who signed out has the tenant looked at")
	}
}

// TestDryRunWritesNothing: neither to the calendar nor to Webex; its end has
// the event taken up.
func TestDryRunWritesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.settings.DryRun = true
	d.look()
	if d.called() != "" || d.link == nil || d.link.State != meeting.LinkWished || d.link.Reason != meeting.WaitDryRun || len(d.waiting) > 0 {
		t.Fatalf("%q, link %+v, waits %v: want it noted that it would get a meeting, and no more", d.called(), d.link, d.waiting)
	}
	d.claim.SweepDue, d.claim.SweptAt = d.clock.Now(), d.clock.Now().Add(-time.Minute)
	d.turn()
	if d.called() != "" {
		t.Errorf("a sweep in the dry run did %q", d.called())
	}
	d.settings.DryRun = false
	d.claim.SweepDue = d.clock.Now()
	d.turn()
	d.look()
	if want := "mark event, create with organisation for ana@contoso.example, write event"; d.called() != want {
		t.Errorf("afterwards %q, want %q", d.called(), want)
	}
	d.settings.DryRun, d.calls = true, nil
	d.event.Subject = "Retro"
	d.look()
	if d.called() != "" || len(d.waiting) != 1 || d.waiting[0] != meeting.WaitDryRun {
		t.Errorf("a change in the dry run: %q, waits %v, want it to wait", d.called(), d.waiting)
	}
	d.claim.Authority = meeting.Individual
	d.look()
	if d.called() == "" {
		t.Error("the tenant's dry run stops a mailbox that its person connected")
	}
}
