package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/sandbox/trace"
)

// later starts a world whose clock the test moves, with Ana connected.
func later(t *testing.T, settings ...string) (*apptest.World, *apptest.Browser) {
	t.Helper()
	clock := clockwork.NewFakeClockAt(time.Now().UTC().Truncate(24 * time.Hour).Add(9 * time.Hour))
	o := apptest.Options{Clock: clock, Settings: map[string]string{}}
	for i := 0; i < len(settings); i += 2 {
		o.Settings[settings[i]] = settings[i+1]
	}
	w := apptest.Start(t, o)
	b := w.Connect(apptest.Ana)
	w.AwaitRest()
	return w, b
}

func body(e fakems.Event) string { return strings.ReplaceAll(e.Body.Content, "&amp;", "&") }

func TestJoinDetailsRemovedByHand(t *testing.T) {
	w, _ := later(t)
	e := create(t, w, review(func(e *fakems.Event) { e.Body.ContentType, e.Body.Content = "html", "<p>Agenda</p>" }))
	change(t, w, e.ID, func(e *fakems.Event) { e.Body.Content, e.Location.DisplayName = "<p>Agenda</p>", "" })
	one(t, w) // one read is no proof
	w.Advance(2 * time.Minute)
	if all := meetings(w); len(all) != 0 {
		t.Errorf("two reads saw the join details gone, %d meetings are left", len(all))
	}
	if got := show(t, w, e.ID); strings.Contains(body(got), "webex") || got.Location.DisplayName != "" {
		t.Errorf("the event was written to again: %q %s", got.Location.DisplayName, body(got))
	}
	// The wish, typed anew, is met anew.
	change(t, w, e.ID, func(e *fakems.Event) { e.Location.DisplayName = "@webex" })
	one(t, w)
}

func TestRestoredFromDeletedItems(t *testing.T) {
	w, _ := later(t)
	e := create(t, w, review())
	saved := show(t, w, e.ID)
	if err := w.Sandbox.Microsoft.DeleteEvent(apptest.Ana, e.ID); err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	if all := meetings(w); len(all) != 0 {
		t.Fatalf("%d meetings after the event was deleted", len(all))
	}
	// Outlook's undo makes an event of the same content.
	again, err := w.Sandbox.Microsoft.CreateEvent(apptest.Ana, fakems.Event{Subject: saved.Subject, Start: saved.Start, End: saved.End, Body: saved.Body, Location: saved.Location})
	if err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	if m := one(t, w); !strings.Contains(body(show(t, w, again.ID)), m.WebLink) {
		t.Error("the restored event does not show its new meeting")
	}
}

func TestLostNotificationsAreFoundBySweep(t *testing.T) {
	w, _ := later(t)
	e := create(t, w, review())
	gone := create(t, w, review(func(e *fakems.Event) { e.Subject = "Stand-up" }))
	w.Sandbox.Microsoft.DropNotifications(-1)
	change(t, w, e.ID, func(e *fakems.Event) { e.Subject = "Retro" })
	if err := w.Sandbox.Microsoft.DeleteEvent(apptest.Ana, gone.ID); err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	if n := len(meetings(w)); n != 2 {
		t.Fatalf("%d meetings: the notifications were not lost, the test shows nothing", n)
	}
	w.Advance(16 * time.Minute)
	if m := one(t, w); m.Title != "Retro" {
		t.Errorf("title = %q, want what the sweep found", m.Title)
	}
}

func TestLostAnswerOfACreateMakesNoSecondMeeting(t *testing.T) {
	w, _ := later(t)
	lost := 0
	w.Sandbox.Webex.OnRequest = func(r *http.Request) *fakewebex.Fault {
		if r.Method == "POST" && strings.HasSuffix(r.URL.Path, "/v1/meetings") && lost == 0 {
			lost++
			return &fakewebex.Fault{After: true, Reset: true}
		}
		return nil
	}
	e := create(t, w, review())
	w.Advance(3 * time.Minute)
	if m := one(t, w); !strings.Contains(body(show(t, w, e.ID)), m.WebLink) {
		t.Error("the event does not show the meeting whose create had no answer")
	}
	if lost != 1 {
		t.Fatal("the fault did not happen")
	}
	w.Advance(20 * time.Minute)
	one(t, w)
}

func TestLostCreateIsFoundThoughTheIndexLags(t *testing.T) {
	w, _ := later(t)
	lost := 0
	w.Sandbox.Webex.SetLag(0, 5*time.Minute)
	w.Sandbox.Webex.OnRequest = func(r *http.Request) *fakewebex.Fault {
		if r.Method == "POST" && strings.HasSuffix(r.URL.Path, "/v1/meetings") && lost == 0 {
			lost++
			return &fakewebex.Fault{After: true, Status: http.StatusBadGateway}
		}
		return nil
	}
	e := create(t, w, review())
	w.Advance(30 * time.Minute)
	if m := one(t, w); !strings.Contains(body(show(t, w, e.ID)), m.WebLink) {
		t.Error("the event shows another meeting than the one that is left")
	}
}

func TestAnHourOfThrottlingStopsTheIdentityOnce(t *testing.T) {
	w, _ := later(t)
	refused := 0
	w.Sandbox.Webex.OnRequest = func(r *http.Request) *fakewebex.Fault {
		if strings.HasPrefix(r.URL.Path, "/v1/meetings") && refused == 0 {
			refused++
			return &fakewebex.Fault{Status: http.StatusTooManyRequests, RetryAfter: time.Hour}
		}
		return nil
	}
	seq := w.Sandbox.Trace.Last()
	for i := range 5 {
		create(t, w, review(func(e *fakems.Event) { e.Subject = fmt.Sprint("Review ", i) }))
	}
	w.Advance(50 * time.Minute)
	reads, writes := w.Calls(trace.Webex, seq)
	if n := len(reads) + len(writes); n != 1 {
		t.Errorf("%d calls within the hour that Webex asked for, want the refused one alone", n)
	}
	w.Advance(15 * time.Minute)
	if n := len(meetings(w)); n != 5 {
		t.Errorf("%d meetings after the hour, want 5", n)
	}
}

func TestManyDeletionsWaitForAYes(t *testing.T) {
	w, b := later(t)
	var ids []string
	for i := range 12 {
		ids = append(ids, create(t, w, review(func(e *fakems.Event) { e.Subject = fmt.Sprint("Review ", i) })).ID)
	}
	for _, id := range ids {
		if err := w.Sandbox.Microsoft.DeleteEvent(apptest.Ana, id); err != nil {
			t.Fatal(err)
		}
		w.AwaitRest()
	}
	if n := len(meetings(w)); n != 6 {
		t.Errorf("%d meetings are left, want half of the 12 held", n)
	}
	b.Open(w.URL + "/account")
	b.Shows("6 of these meetings would be deleted")
	b.Click("Delete these meetings")
	w.AwaitRest()
	if n := len(meetings(w)); n != 0 {
		t.Errorf("%d meetings are left after the yes", n)
	}
}

func TestAWishThatCannotBeMetIsToldWhereThePersonLooks(t *testing.T) {
	w, b := later(t)
	e := create(t, w, review(func(e *fakems.Event) { e.Location.DisplayName = ":space" }))
	if got := show(t, w, e.ID).Location.DisplayName; got != "Webex: not added, see "+w.URL+"/account" {
		t.Errorf("location = %q", got)
	}
	b.Open(w.URL + "/account")
	b.Shows("Needs your attention", "Review of plans", "spaces")
	change(t, w, e.ID, func(e *fakems.Event) { e.Location.DisplayName = "@webex" })
	one(t, w)
}

func TestRunningMeetingFollowsWhenItEnds(t *testing.T) {
	w, b := later(t)
	now := w.Now().UTC()
	zoned := func(t time.Time) fakems.DateTimeTimeZone {
		return fakems.DateTimeTimeZone{DateTime: t.Format("2006-01-02T15:04:05.0000000"), TimeZone: "UTC"}
	}
	e := create(t, w, review(func(e *fakems.Event) { e.Start, e.End = zoned(now.Add(10*time.Minute)), zoned(now.Add(time.Hour)) }))
	w.Advance(20 * time.Minute)
	m := one(t, w)
	if err := w.Sandbox.Webex.StartMeeting(m.ID); err != nil {
		t.Fatal(err)
	}
	change(t, w, e.ID, func(e *fakems.Event) { e.Subject, e.End = "Retro", zoned(now.Add(2*time.Hour)) })
	if got := one(t, w).Title; got != "Review of plans" {
		t.Fatalf("title = %q: the running meeting could be changed, the test shows nothing", got)
	}
	b.Open(w.URL + "/account")
	b.Shows("The change follows when it ends")
	if err := w.Sandbox.Webex.EndMeeting(m.ID); err != nil {
		t.Fatal(err)
	}
	w.Advance(43 * time.Minute) // two minutes past its scheduled end
	if got := one(t, w); got.Title != "Retro" || !got.End.Equal(now.Add(2*time.Hour)) {
		t.Errorf("meeting = %q until %v, want what the event says since", got.Title, got.End)
	}
}

func TestDeadGrantIsToldOnceAndHealedByConnecting(t *testing.T) {
	w, b := later(t)
	e := create(t, w, review())
	w.Sandbox.Webex.RevokeGrant(apptest.Ana)
	change(t, w, e.ID, func(e *fakems.Event) { e.Subject = "Retro" })
	b.Open(w.URL + "/account")
	b.Shows("Signed out", "Connect Webex")
	w.Connect(apptest.Ana)
	w.AwaitRest()
	if m := one(t, w); m.Title != "Retro" {
		t.Errorf("title = %q: what was missed is not made up for", m.Title)
	}

	w.Sandbox.Microsoft.RevokeTokens(apptest.Ana)
	w.Sandbox.Microsoft.ExpireTokens(apptest.Ana)
	w.Advance(20 * time.Minute) // the sweep notices
	b.Open(w.URL + "/account")
	b.Shows("Signed out", "Sign in")
	change(t, w, e.ID, func(e *fakems.Event) { e.Subject = "Review again" })
	w.SignIn(apptest.Ana)
	w.AwaitRest()
	if m := one(t, w); m.Title != "Review again" {
		t.Errorf("title = %q after signing in again", m.Title)
	}
}

func TestShortLivedSubscriptionIsRenewedInTime(t *testing.T) {
	w, _ := later(t)
	w.Sandbox.Microsoft.SubscriptionLifetime = time.Minute
	subs := w.Sandbox.Microsoft.Subscriptions(apptest.Ana)
	if len(subs) != 1 {
		t.Fatalf("%d subscriptions", len(subs))
	}
	w.Sandbox.Microsoft.SendLifecycle(subs[0].ID, "reauthorizationRequired")
	w.AwaitRest()
	w.Advance(11 * time.Minute)
	seq := w.Sandbox.Trace.Last()
	for range 6 {
		w.Advance(time.Minute)
		if n := len(w.Sandbox.Microsoft.Subscriptions(apptest.Ana)); n != 1 {
			t.Fatalf("%d live subscriptions", n)
		}
	}
	_, writes := w.Calls(trace.Graph, seq)
	if len(writes) < 6 {
		t.Errorf("%d renewals in six minutes of one-minute lifetimes", len(writes))
	}
}

func TestVanishedSubscriptionIsReplaced(t *testing.T) {
	w, _ := later(t)
	e := create(t, w, review())
	old := w.Sandbox.Microsoft.Subscriptions(apptest.Ana)[0]
	w.Sandbox.Microsoft.ExpireSubscription(old.ID)
	change(t, w, e.ID, func(e *fakems.Event) { e.Subject = "Retro" })
	w.Advance(20 * time.Minute)
	if m := one(t, w); m.Title != "Retro" {
		t.Errorf("title = %q", m.Title)
	}
	subs := w.Sandbox.Microsoft.Subscriptions(apptest.Ana)
	if len(subs) != 1 || subs[0].ID == old.ID {
		t.Errorf("subscriptions = %+v, want a new one", subs)
	}
}

// TestDeletedBeforeTheLostCreateIsFound: nobody is left to see the meeting, so
// it must not stay.
func TestDeletedBeforeTheLostCreateIsFound(t *testing.T) {
	for name, binned := range map[string]bool{"the event answers 404": false, "the event is still readable in Deleted Items": true} {
		t.Run(name, func(t *testing.T) {
			w, _ := later(t)
			w.Sandbox.Microsoft.BinReadable = binned
			lost := false
			w.Sandbox.Webex.OnRequest = func(r *http.Request) *fakewebex.Fault {
				if r.Method == "POST" && strings.HasSuffix(r.URL.Path, "/v1/meetings") && !lost {
					lost = true
					return &fakewebex.Fault{After: true, Reset: true}
				}
				return nil
			}
			e := create(t, w, review())
			if n := len(meetings(w)); n != 1 {
				t.Fatalf("%d meetings: the create had no effect, the test shows nothing", n)
			}
			if err := w.Sandbox.Microsoft.DeleteEvent(apptest.Ana, e.ID); err != nil {
				t.Fatal(err)
			}
			w.AwaitRest()
			w.Advance(5 * time.Minute)
			if n := len(meetings(w)); n != 0 {
				t.Errorf("%d meetings are left of an event that is gone", n)
			}
		})
	}
}

// TestChangedBackBeforeALostAnswerIsKnown: the change reached Webex, its answer
// did not reach us, and the event is again what it was.
func TestChangedBackBeforeALostAnswerIsKnown(t *testing.T) {
	guest := fakems.Attendee{Type: "required", EmailAddress: fakems.EmailAddress{Address: "guest@elsewhere.example"}}
	for name, test := range map[string]struct {
		method, path string
		there, back  func(*fakems.Event)
	}{
		"title": {"PATCH", "/v1/meetings/", func(e *fakems.Event) { e.Subject = "Retro" }, func(e *fakems.Event) { e.Subject = "Review of plans" }},
		"time": {"PATCH", "/v1/meetings/", func(e *fakems.Event) { e.Start, e.End = at(15, 0), at(16, 0) },
			func(e *fakems.Event) { e.Start, e.End = at(10, 0), at(11, 0) }},
		"a guest taken off": {"DELETE", "/v1/meetingInvitees", func(e *fakems.Event) { e.Attendees = nil },
			func(e *fakems.Event) { e.Attendees = []fakems.Attendee{guest} }},
	} {
		t.Run(name, func(t *testing.T) {
			w, _ := later(t)
			e := create(t, w, review(func(e *fakems.Event) { e.Attendees = []fakems.Attendee{guest} }))
			want := one(t, w)
			lost := false
			w.Sandbox.Webex.OnRequest = func(r *http.Request) *fakewebex.Fault {
				if r.Method == test.method && strings.HasPrefix(r.URL.Path, test.path) && !lost {
					lost = true
					return &fakewebex.Fault{After: true, Reset: true}
				}
				return nil
			}
			change(t, w, e.ID, test.there)
			if !lost {
				t.Fatal("the fault did not happen")
			}
			change(t, w, e.ID, test.back)
			w.Advance(time.Minute)
			got := one(t, w)
			if got.Title != want.Title || !got.Start.Equal(want.Start) || len(got.Invitees) != len(want.Invitees) {
				t.Errorf("meeting = %q at %v with %d invitees, want it as before: %q at %v with %d",
					got.Title, got.Start, len(got.Invitees), want.Title, want.Start, len(want.Invitees))
			}
		})
	}
}
