package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

func TestHold(t *testing.T) {
	t.Parallel()
	const goes, waits = "delete: event deleted", "note: deletion held"
	for name, test := range map[string]struct {
		policy plan.Policy
		want   []string
	}{
		"one of few":                             {plan.Policy{Deletions: meeting.Deletions{Upcoming: 3}}, []string{goes, "note: event deleted"}},
		"all nine of a small calendar":           {plan.Policy{Deletions: meeting.Deletions{Done: 8, Upcoming: 1}}, []string{goes, "note: event deleted"}},
		"half of ten":                            {plan.Policy{Deletions: meeting.Deletions{Done: 4, Upcoming: 6}}, []string{goes, "note: event deleted"}},
		"more than half of ten":                  {plan.Policy{Deletions: meeting.Deletions{Done: 5, Upcoming: 5}}, []string{waits, "wait: held"}},
		"the twentieth of many":                  {plan.Policy{Deletions: meeting.Deletions{Done: 19, Upcoming: 500}}, []string{goes, "note: event deleted"}},
		"the twenty-first of many":               {plan.Policy{Deletions: meeting.Deletions{Done: 20, Upcoming: 500}}, []string{waits, "wait: held"}},
		"the twenty-first, and a person said so": {plan.Policy{Deletions: meeting.Deletions{Done: 20, Upcoming: 500, Lifted: true}}, []string{goes, "note: event deleted"}},
		"no deletes at all":                      {plan.Policy{NoDeletes: true}, []string{waits, "wait: held"}},
		"dry run":                                {plan.Policy{DryRun: true}, []string{"wait: dry run"}},
		"the two hundredth of a tenant":          {plan.Policy{Deletions: meeting.Deletions{TenantDone: 199, TenantUpcoming: 1000}}, []string{goes, "note: event deleted"}},
		"one more":                               {plan.Policy{Deletions: meeting.Deletions{TenantDone: 200, TenantUpcoming: 1000}}, []string{waits, "wait: held"}},
		"one more, and a person said so":         {plan.Policy{Deletions: meeting.Deletions{TenantDone: 200, TenantUpcoming: 1000, Lifted: true}}, []string{goes, "note: event deleted"}},
		"300 of a tenant's 20,000":               {plan.Policy{Deletions: meeting.Deletions{TenantDone: 299, TenantUpcoming: 20_000}}, []string{goes, "note: event deleted"}},
		"500 of a tenant's 20,000":               {plan.Policy{Deletions: meeting.Deletions{TenantDone: 499, TenantUpcoming: 20_000}}, []string{waits, "wait: held"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := in(nil, held(t, event()))
			got := brief(test.policy.Filter(i, plan.Event(i)))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("filtered plan (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDryRun: nothing outside changes, and what would is known.
func TestDryRun(t *testing.T) {
	t.Parallel()
	dry := plan.Policy{DryRun: true}
	renamed := event(func(e *meeting.Event) { e.Subject = "Retro" })
	for name, test := range map[string]struct {
		in   plan.Input
		want []string
	}{
		"would get a meeting": {in(event(), nil), []string{"note: dry run"}},
		"and says so once": {in(event(), &meeting.Link{
			Mailbox: me, Event: "event", Key: "mine", State: meeting.LinkWished, Reason: meeting.WaitDryRun, Location: "@webex",
		}), []string{}},
		"could not get one": {in(event(), nil, func(i *plan.Input) { i.Host = meeting.Grant{} }), []string{"note: webex not linked", "wait: dry run"}},
		"wants one no more": {in(event(func(e *meeting.Event) { e.Location = "" }), &meeting.Link{
			Mailbox: me, Event: "event", Key: "mine", State: meeting.LinkWished, Reason: meeting.WaitDryRun, Location: "@webex",
		}), []string{"note: join details removed"}},
		"would follow":        {in(renamed, held(t, event()), shown), []string{"wait: dry run"}},
		"has nothing to do":   {in(event(), held(t, event()), shown), []string{}},
		"was cancelled":       {in(event(func(e *meeting.Event) { e.IsCancelled = true }), held(t, event()), shown), []string{"wait: dry run"}},
		"lost its block once": {in(event(func(e *meeting.Event) { e.Location = "" }), held(t, event())), []string{"note: second read", "wait: second read"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, brief(dry.Filter(test.in, plan.Event(test.in)))); diff != "" {
				t.Errorf("filtered plan (-want +got):\n%s", diff)
			}
		})
	}
}
