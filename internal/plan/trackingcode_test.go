package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// TestRefusedForATrackingCode: what was refused for want of a tracking code is tried
// again when the person prefers others, and not before.
func TestRefusedForATrackingCode(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		problem   meeting.Reason
		preferred map[string]string
		want      bool // another try
	}{
		"as before":              {meeting.ProblemTrackingCode, map[string]string{"Cost centre": "1"}, false},
		"another value":          {meeting.ProblemTrackingCode, map[string]string{"Cost centre": "4711"}, true},
		"none any more":          {meeting.ProblemTrackingCode, nil, true},
		"refused for all it was": {meeting.ProblemRefused, map[string]string{"Cost centre": "4711"}, false},
	} {
		in := in(event(), nil)
		first := plan.Event(in)
		if len(first) == 0 || first[0].Do != plan.Create {
			t.Fatalf("a keyword brings %v", first)
		}
		in.Link = &meeting.Link{Mailbox: in.Account.ID, Event: in.Event.ID, State: meeting.LinkWished, Problem: test.problem, Location: in.Event.Location,
			Grant: in.Host.ID, Refused: first[0].Goal, Options: meeting.Options{TrackingCodes: map[string]string{"Cost centre": "1"}}}
		in.Preferred = test.preferred
		tried := false
		for _, a := range plan.Event(in) {
			tried = tried || a.Do == plan.Create
		}
		if tried != test.want {
			t.Errorf("%s: tried is %v", name, tried)
		}
	}
}

// TestChangedTrackingCodes: Webex is told all of them, as a change replaces the list.
func TestChangedTrackingCodes(t *testing.T) {
	t.Parallel()
	had := map[string]string{"Cost centre": "4711", "Project": "Moon"}
	for name, want := range map[string]map[string]string{"one less": {"Cost centre": "4711"}, "another": {"Cost centre": "4712", "Project": "Moon"}, "none": {}} {
		l := fromPane(func(l *meeting.Link) { l.Options.TrackingCodes = had }, asked(func(a *meeting.Asked) { a.Options.TrackingCodes = want }))
		actions := plan.Draft(in(nil, l))
		if len(actions) != 2 || actions[0].Do != plan.Update || actions[1].Do != plan.Serve {
			t.Fatalf("%s: %v", name, actions)
		}
		if diff := cmp.Diff(want, actions[0].Patch.Options.TrackingCodes); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
