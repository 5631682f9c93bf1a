package fakems

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAttendeesHaveTheSeries(t *testing.T) {
	t.Parallel()
	w := setup(t)
	eve := w.AddUser(User{UserPrincipalName: "eve@contoso.example", DisplayName: "Eve", TenantID: w.contoso.ID})
	series := weekly(w.bo)
	series.Properties = map[string]string{"key": "1"}
	master := w.create(w.ana, series)
	bos, ours := w.dated(w.bo, "2026-03-09"), w.dated(w.ana, "2026-03-09")
	if bos.ICalUID != ours.ICalUID || bos.ID == ours.ID || bos.IsOrganizer || bos.Properties != nil || bos.OriginalStart != ours.OriginalStart {
		t.Errorf("bo's date %+v", bos)
	}

	// Eve is asked to one date only, then bo is not.
	with := func(us ...User) func(*Event) {
		return func(e *Event) { e.Attendees = meeting("", nine, us...).Attendees }
	}
	w.edit(w.ana, w.dated(w.ana, "2026-03-09").ID, with(w.bo, eve))
	w.edit(w.ana, w.dated(w.ana, "2026-03-16").ID, with(eve))
	w.edit(w.ana, w.dated(w.ana, "2026-03-23").ID, rename("Special"))
	if got := w.shown(w.bo, "2026-04-01"); got != "02 Planning, 09 Planning, 16 Canceled: Planning, 23 Special, 30 Planning" {
		t.Errorf("bo is shown %q", got)
	}
	if got := w.shown(eve, "2026-04-01"); got != "09 Planning, 16 Planning" {
		t.Errorf("eve is shown %q", got)
	}
	eves := w.dated(eve, "2026-03-09")
	if eves.Type != "singleInstance" || eves.ICalUID != ours.ICalUID || eves.SeriesMasterID != "" {
		t.Errorf("eve's date %+v", eves)
	}

	answer := func(u User, date, response string) {
		t.Helper()
		if _, err := w.Respond(u.ID, w.dated(u, date).ID, response); err != nil {
			t.Fatal(err)
		}
	}
	answers := func(date string) (all []string) {
		for _, a := range w.dated(w.ana, date).Attendees {
			all = append(all, a.EmailAddress.Name+" "+a.Status.Response)
		}
		return all
	}
	if _, err := w.Respond(w.bo.ID, w.dated(w.bo, "2026-03-30").SeriesMasterID, "accepted"); err != nil {
		t.Fatal(err)
	}
	answer(w.bo, "2026-03-23", "declined")
	answer(eve, "2026-03-09", "tentativelyAccepted")
	for date, want := range map[string][]string{
		"2026-03-02": {"Bo accepted"}, "2026-03-09": {"Bo none", "Eve tentativelyAccepted"}, "2026-03-16": {"Eve none"}, "2026-03-23": {"Bo declined"}, "2026-03-30": {"Bo accepted"},
	} {
		if diff := cmp.Diff(want, answers(date)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", date, diff)
		}
	}
	// Deleting one date declines it; an update brings it back.
	if err := w.DeleteEvent(w.bo.ID, w.dated(w.bo, "2026-03-30").ID); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Bo declined"}, answers("2026-03-30")); diff != "" {
		t.Error(diff)
	}
	w.edit(w.ana, w.dated(w.ana, "2026-03-30").ID, rename("Please come"))
	if got := w.dated(w.bo, "2026-03-30").Subject; got != "Please come" {
		t.Errorf("bo's is %q", got)
	}

	// Who joins later gets what the series is by then.
	w.edit(w.ana, w.dated(w.ana, "2026-03-09").ID, rename("Only one"))
	if e := w.dated(eve, "2026-03-09"); e.Subject != "Only one" || e.Type != "singleInstance" || !e.OriginalStart.IsZero() {
		t.Errorf("eve's only date %+v", e)
	}
	w.edit(w.ana, master.ID, func(e *Event) { e.Attendees = append(e.Attendees, meeting("", nine, eve).Attendees...) })
	if got := w.shown(eve, "2026-04-14"); got != "02 Planning, 09 Only one, 16 Planning, 06 Planning, 13 Planning" {
		t.Errorf("eve is shown %q", got)
	}
	if err := w.DeleteEvent(w.ana.ID, master.ID); err != nil {
		t.Fatal(err)
	}
	if got := w.dated(w.bo, "2026-04-06"); !got.IsCancelled {
		t.Errorf("bo's date of a cancelled series %+v", got)
	}
	if got := w.dated(w.bo, "2026-03-09"); !got.IsCancelled || got.Type != "exception" {
		t.Errorf("bo's exception of a cancelled series %+v", got)
	}
}

func TestDraftSeriesTellsNobody(t *testing.T) {
	t.Parallel()
	w := setup(t)
	draft := weekly(w.bo)
	draft.IsDraft = true
	master := w.create(w.ana, draft)
	w.edit(w.ana, w.dated(w.ana, "2026-03-09").ID, rename("Special"))
	if err := w.DeleteEvent(w.ana.ID, w.dated(w.ana, "2026-03-16").ID); err != nil {
		t.Fatal(err)
	}
	if len(w.Events(w.bo.ID, time.Time{}, time.Time{})) != 0 || len(w.Mails()) != 0 {
		t.Errorf("a draft mailed %q", w.mailed())
	}
	w.edit(w.ana, master.ID, func(e *Event) { e.IsDraft = false })
	for _, u := range []User{w.ana, w.bo} {
		if got := w.shown(u, "2026-04-01"); got != "02 Planning, 09 Special, 23 Planning, 30 Planning" {
			t.Errorf("%s is shown %q", u.DisplayName, got)
		}
	}
	if w.dated(w.ana, "2026-03-09").IsDraft {
		t.Error("the exception is still a draft")
	}
}

func TestNoticesOfOneDate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		told   ToldOf
		want   string
		bodies int
	}{
		{ToldTogether, "updated master, updated date, updated master, deleted date", 2},
		{ToldApart, "updated master, updated date, updated master, deleted date", 4},
		{ToldMaster, "updated master, updated master", 2},
		{ToldException, "updated date, deleted date", 2},
	} {
		w, h := setup(t, func(s *Server) { s.Series.Told = c.told }), newHook(t)
		master := w.create(w.ana, weekly())
		o := w.dated(w.ana, "2026-03-09")
		w.as(w.ana).with("Prefer", `IdType="ImmutableId"`).must(201, "POST", "/subscriptions", w.form(h, nil))
		w.edit(w.ana, o.ID, rename("Special"))
		w.quiet()
		if err := w.DeleteEvent(w.ana.ID, o.ID); err != nil {
			t.Fatal(err)
		}
		w.quiet()
		var got []string
		for _, item := range h.items {
			what := map[any]string{master.ID: "master", o.ID: "date"}[item.at("resourceData", "id")]
			got = append(got, item.at("changeType").(string)+" "+what)
		}
		if got := strings.Join(got, ", "); got != c.want || h.bodies != c.bodies {
			t.Errorf("%s: %q in %d deliveries, want %q in %d", c.told, got, h.bodies, c.want, c.bodies)
		}
	}
}
