package webex

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/sandbox/fakewebex"
)

// TestTrackingCodes: a site gets those of a meeting when it is made, and when they
// change; a change of something else leaves them.
func TestTrackingCodes(t *testing.T) {
	t.Parallel()
	w := setup(t, func(s *fakewebex.Server) {
		s.AddSite(fakewebex.Site{URL: "contoso.webex.com", TrackingCodes: []fakewebex.TrackingCode{
			{Name: "Cost centre", Options: []string{"4711", "4712"}, Input: fakewebex.SelectInput, Type: fakewebex.RequiredCode}, {Name: "Project"},
		}})
	})
	s := spec("Plan")
	for _, codes := range []map[string]string{nil, {}, {"Project": "Moon"}, {"Cost centre": "1"}} {
		s.Options.TrackingCodes = codes
		if _, err := w.CreateMeeting(t.Context(), host, s); !errs.Is(err, errs.Invalid) || errs.CodeOf(err) != CodeTracking {
			t.Errorf("created with %v: %v", codes, err)
		}
	}
	s.Options.TrackingCodes = map[string]string{"Project": "Moon", "Cost centre": "4711"}
	m := create(t, w, s)
	check := func(want ...fakewebex.TrackingValue) {
		t.Helper()
		real, _ := w.fake.Meeting(string(m.ID))
		if diff := cmp.Diff(want, real.TrackingCodes); diff != "" {
			t.Errorf("codes (-want +got):\n%s", diff)
		}
	}
	centre, project := fakewebex.TrackingValue{Name: "Cost centre", Value: "4711"}, fakewebex.TrackingValue{Name: "Project", Value: "Moon"}
	check(centre, project)
	update := func(codes map[string]string) error {
		_, err := w.UpdateMeeting(t.Context(), host, m.ID, meeting.MeetingPatch{Options: &meeting.Options{LeaveOutPassword: true, TrackingCodes: codes}})
		return err
	}
	if err := update(nil); err != nil {
		t.Fatal(err)
	}
	check(centre, project)
	centre.Value = "4712"
	if err := update(map[string]string{"Cost centre": "4712"}); err != nil {
		t.Fatal(err)
	}
	check(centre)
	if err := update(map[string]string{}); errs.CodeOf(err) != CodeTracking {
		t.Errorf("without the required one: %v", err)
	}
	check(centre)

	got, err := w.TrackingCodes(t.Context(), host, "contoso.webex.com")
	want := []meeting.TrackingCode{{Name: "Cost centre", Options: []string{"4711", "4712"}, Input: meeting.SelectInput, Required: true}, {Name: "Project", Input: meeting.TextInput}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
