package webex

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/sandbox/fakewebex"
)

// TestJoined: whoever was in the meeting, or waits for it, counts, however long
// ago; only in the quarter of an hour after its end a session cannot be seen.
func TestJoined(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		do   func(w *world, id string, later func(time.Duration))
		want bool
	}{
		{"nobody", func(*world, string, func(time.Duration)) {}, false},
		{"the host is in it", func(w *world, id string, _ func(time.Duration)) { w.fake.Join(id, "") }, true},
		{"somebody waits", func(w *world, id string, _ func(time.Duration)) { w.fake.Join(id, "ana@contoso.example") }, true},
		{"over for 20 minutes", func(w *world, id string, later func(time.Duration)) {
			w.fake.Join(id, "")
			later(time.Minute)
			w.fake.EndMeeting(id)
			later(20 * time.Minute)
		}, true},
		{"a month ago, before its time", func(w *world, id string, later func(time.Duration)) {
			w.fake.Join(id, "")
			later(time.Minute)
			w.fake.EndMeeting(id)
			later(30 * 24 * time.Hour)
		}, true},
		{"only another meeting was joined", func(w *world, id string, _ func(time.Duration)) {
			other, err := w.fake.AddMeeting(fakewebex.Meeting{Host: bo, Title: "Other", Start: now, End: now.Add(time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
			w.fake.Join(other.ID, "")
		}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			s := spec("Plan")
			s.Start, s.End = now.AddDate(0, 2, 0), now.AddDate(0, 2, 0).Add(time.Hour)
			m := create(t, w, s)
			test.do(w, string(m.ID), func(d time.Duration) {
				w.fake.Clock.(*clockwork.FakeClock).Advance(d)
				w.token, _ = w.fake.IssueTokens(bo, w.integration.ClientID, w.scopes...)
			})
			if got, err := w.Joined(t.Context(), host, m.ID); err != nil || got != test.want {
				t.Errorf("joined: %v, %v, want %v", got, err, test.want)
			}
		})
	}
	w := setup(t)
	if _, err := w.Joined(t.Context(), host, "0"); !errs.Is(err, errs.NotFound) {
		t.Errorf("a meeting that is gone: %v (%s)", err, errs.KindOf(err))
	}
}

func TestStartLink(t *testing.T) {
	t.Parallel()
	w := setup(t)
	m := create(t, w, spec("Plan"))
	start, join, err := w.StartLink(t.Context(), host, m.ID)
	if err != nil || start == "" || join == "" || start == join {
		t.Errorf("links %q and %q, %v", start, join, err)
	}
	if _, _, err := w.StartLink(t.Context(), host, "0"); !errs.Is(err, errs.NotFound) {
		t.Errorf("a meeting that is gone: %v (%s)", err, errs.KindOf(err))
	}
	theirs, err := w.fake.AddMeeting(fakewebex.Meeting{Host: w.fake.AddPerson(fakewebex.Person{Email: "cy@contoso.example", Sites: []string{"contoso.webex.com"}}).Email,
		Title: "Theirs", Start: now.Add(time.Hour), End: now.Add(2 * time.Hour), Invitees: []fakewebex.Invitee{{Email: bo}}})
	if err != nil {
		t.Fatal(err)
	}
	if start, _, err := w.StartLink(t.Context(), host, meeting.MeetingID(theirs.ID)); !errs.Is(err, errs.Forbidden) || start != "" {
		t.Errorf("another host's: %q, %v (%s), want forbidden", start, err, errs.KindOf(err))
	}
	for body, want := range map[string]errs.Kind{
		`{"joinLink":"https://contoso.webex.com/j"}`:                                               errs.Forbidden,
		`{"startLink":"https://evil.example/s","joinLink":"https://contoso.webex.com/j"}`:          errs.Internal,
		`{"startLink":"https://contoso.webex.com/s","joinLink":"javascript:alert(1)//.webex.com"}`: errs.Internal,
	} {
		c, _ := answering(t, 200, nil, body)
		if start, join, err := c.StartLink(t.Context(), host, "a"); !errs.Is(err, want) || start+join != "" {
			t.Errorf("answered %s: %q %q, %v (%s), want %q", body, start, join, err, errs.KindOf(err), want)
		}
	}
}

func TestRoom(t *testing.T) {
	t.Parallel()
	w := setup(t)
	room, err := w.Room(t.Context(), host)
	want := meeting.Meeting{Title: "Bo Beran's Personal Room", SiteURL: "contoso.webex.com", Join: room.Join}
	if diff := cmp.Diff(want, room, secrets); err != nil || diff != "" {
		t.Errorf("room: %v (-want +got):\n%s", err, diff)
	}
	j := room.Join
	if j.WebLink != "https://contoso.webex.com/meet/bo" || j.SIPAddress != "bo@contoso.webex.com" || len(j.Number) != 11 || len(j.CallIn) == 0 || !j.Password.Empty() {
		t.Errorf("joined by %+v", j)
	}
	w.fake.EditPerson(bo, func(p *fakewebex.Person) { p.NoPersonalRoom = true })
	if _, err := w.Room(t.Context(), host); !errs.Is(err, errs.NotFound) {
		t.Errorf("no room: %v (%s), want not found", err, errs.KindOf(err))
	}
}
