package webex

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/sandbox/fakewebex"
)

// weekly makes a series on Tuesdays, 11:00 in Prague, from tomorrow on.
func weekly(t *testing.T, w *world) meeting.MeetingID {
	t.Helper()
	s := spec("Plan")
	s.Rule = "FREQ=WEEKLY;INTERVAL=1;COUNT=5;BYDAY=TU"
	return create(t, w, s).ID
}

// occurrences are the series' in the next half year.
func occurrences(t *testing.T, w *world, id meeting.MeetingID) []meeting.WebexOccurrence {
	t.Helper()
	list, err := w.Occurrences(t.Context(), host, id, now, now.AddDate(0, 6, 0))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestSeriesLife(t *testing.T) {
	t.Parallel()
	w := setup(t)
	id := weekly(t, w)
	first := now.Add(24 * time.Hour)
	week := func(n int) time.Time { return first.AddDate(0, 0, 7*n) }
	one := func(n int) meeting.MeetingID { return meeting.OccurrenceID(id, week(n)) }
	var want []meeting.WebexOccurrence
	for n := range 5 {
		state := "scheduled"
		if n == 0 {
			state = "ready"
		}
		want = append(want, meeting.WebexOccurrence{ID: one(n), Original: week(n), Start: week(n), End: week(n).Add(time.Hour), Title: "Plan", State: state})
	}
	check := func(name string) {
		t.Helper()
		if diff := cmp.Diff(want, occurrences(t, w, id)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	check("made")

	start, end, title := week(1).Add(26*time.Hour), week(1).Add(28*time.Hour), "Its own"
	moved, err := w.UpdateMeeting(t.Context(), host, one(1), meeting.MeetingPatch{Title: &title, Start: &start, End: &end, Zone: "Europe/Prague"})
	if err != nil || moved.ID != one(1) || !moved.Start.Equal(start) {
		t.Errorf("moved: %s at %s, %v", moved.ID, moved.Start, err)
	}
	want[1].Start, want[1].End, want[1].Title, want[1].Modified = start, end, title, true
	check("moved")

	far := week(3)
	_, err = w.UpdateMeeting(t.Context(), host, one(2), meeting.MeetingPatch{Start: &far, End: new(far.Add(time.Hour)), Zone: "Europe/Prague"})
	if !errs.Is(err, errs.Invalid) || errs.CodeOf(err) != CodeInterval {
		t.Errorf("moved to the next one's day: %v (%s, %q)", err, errs.KindOf(err), errs.CodeOf(err))
	}
	for range 2 { // gone is success
		if err := w.DeleteMeeting(t.Context(), host, one(2)); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if _, err := w.UpdateMeeting(t.Context(), host, one(2), meeting.MeetingPatch{Title: &title}); !errs.Is(err, errs.NotFound) {
		t.Errorf("changed what was deleted: %v (%s)", err, errs.KindOf(err))
	}
	want = slices.Delete(want, 2, 3)
	check("deleted")

	// What is not sent cannot undo what was changed of single dates.
	other := "Renamed"
	if _, err := w.UpdateMeeting(t.Context(), host, id, meeting.MeetingPatch{Title: &other}); err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if want[i].Title == "Plan" {
			want[i].Title = other
		}
	}
	check("renamed")

	if _, err := w.UpdateMeeting(t.Context(), host, id, meeting.MeetingPatch{Rule: new("FREQ=DAILY;INTERVAL=1;COUNT=2")}); err != nil {
		t.Fatal(err)
	}
	want = []meeting.WebexOccurrence{
		{ID: one(0), Original: first, Start: first, End: first.Add(time.Hour), Title: other, State: "ready"},
		{ID: meeting.OccurrenceID(id, first.AddDate(0, 0, 1)), Original: first.AddDate(0, 0, 1), Start: first.AddDate(0, 0, 1), End: first.AddDate(0, 0, 1).Add(time.Hour), Title: other, State: "scheduled"},
	}
	check("another rule")
	if _, err := w.UpdateMeeting(t.Context(), host, id, meeting.MeetingPatch{Rule: new("")}); err != nil {
		t.Fatal(err)
	}
	want = want[:1]
	check("single")
	if n := len(w.fake.Mails()); n != 0 {
		t.Errorf("%d mails were sent", n)
	}
	if err := w.DeleteMeeting(t.Context(), host, id); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Occurrences(t.Context(), host, id, now, now.AddDate(0, 6, 0)); !errs.Is(err, errs.NotFound) {
		t.Errorf("occurrences of what was deleted: %v (%s)", err, errs.KindOf(err))
	}
}

func TestInviteesOfOneOccurrence(t *testing.T) {
	t.Parallel()
	w := setup(t)
	id := weekly(t, w)
	one := occurrences(t, w, id)[1].ID
	if err := w.AddInvitees(t.Context(), host, one, []meeting.Invitee{{Email: "ana@contoso.example", CoHost: true}, {Email: "eva@contoso.example"}}); err != nil {
		t.Fatal(err)
	}
	list, err := w.Invitees(t.Context(), host, one)
	if err != nil || len(list) != 2 || !list[0].CoHost || list[1].Email != "eva@contoso.example" {
		t.Fatalf("invitees %+v, %v", list, err)
	}
	for range 2 {
		if err := w.RemoveInvitee(t.Context(), host, list[1].ID); err != nil {
			t.Errorf("remove: %v", err)
		}
	}
	if list, err = w.Invitees(t.Context(), host, one); err != nil || len(list) != 1 {
		t.Errorf("after it %+v, %v", list, err)
	}
	if list, err = w.Invitees(t.Context(), host, id); err != nil || len(list) != 1 || list[0].CoHost {
		t.Errorf("of the series %+v, %v", list, err)
	}
}

// TestRunningSeries: neither the series nor the occurrence that runs can be changed.
func TestRunningSeries(t *testing.T) {
	t.Parallel()
	w := setup(t)
	id := weekly(t, w)
	all := occurrences(t, w, id)
	if err := w.fake.StartMeeting(string(id)); err != nil {
		t.Fatal(err)
	}
	title := "X"
	for _, running := range []meeting.MeetingID{id, all[0].ID} {
		if _, err := w.UpdateMeeting(t.Context(), host, running, meeting.MeetingPatch{Title: &title}); !errs.Is(err, errs.InProgress) {
			t.Errorf("change of %s: %v (%s)", running, err, errs.KindOf(err))
		}
		if err := w.DeleteMeeting(t.Context(), host, running); !errs.Is(err, errs.InProgress) {
			t.Errorf("delete of %s: %v (%s)", running, err, errs.KindOf(err))
		}
	}
	if _, err := w.UpdateMeeting(t.Context(), host, all[1].ID, meeting.MeetingPatch{Title: &title}); err != nil {
		t.Errorf("another date: %v", err)
	}
}

// TestManyOccurrences come on pages of any size, some of them empty.
func TestManyOccurrences(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		w := setup(t, func(f *fakewebex.Server) { f.Calm, f.Seed, f.RateLimit = false, seed, -1 })
		clock := w.fake.Clock.(*clockwork.FakeClock)
		again := func(call func() error) {
			t.Helper()
			err := call()
			for errs.Is(err, errs.Throttled) { // a sudden 429
				clock.Advance(time.Second)
				err = call()
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		s := spec("Plan")
		s.Rule = "FREQ=DAILY;INTERVAL=1"
		var made meeting.Meeting
		again(func() (err error) { made, err = w.CreateMeeting(t.Context(), host, s); return err })
		var list []meeting.WebexOccurrence
		again(func() (err error) {
			list, err = w.Occurrences(t.Context(), host, made.ID, now, now.AddDate(0, 0, 397))
			return err
		})
		if len(list) != 396 || !list[395].Original.Equal(time.Date(2027, 12, 24, 10, 0, 0, 0, time.UTC)) {
			t.Errorf("seed %d: %d occurrences", seed, len(list))
		}
	}
}
