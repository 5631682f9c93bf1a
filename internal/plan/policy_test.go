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
		"dry run":                                {plan.Policy{DryRun: true}, []string{}},
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
