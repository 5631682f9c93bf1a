package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/sandbox/trace"
	"webex-scheduler/internal/store/storetest"
)

// at is a time of the day after tomorrow in UTC, as Outlook would store it.
func at(hour, minute int) fakems.DateTimeTimeZone {
	d := time.Now().UTC().AddDate(0, 0, 2)
	t := time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, time.UTC)
	return fakems.DateTimeTimeZone{DateTime: t.Format("2006-01-02T15:04:05.0000000"), TimeZone: "UTC"}
}

func review(change ...func(*fakems.Event)) fakems.Event {
	e := fakems.Event{Subject: "Review of plans", Start: at(10, 0), End: at(11, 0)}
	e.Location.DisplayName = "@webex"
	for _, c := range change {
		c(&e)
	}
	return e
}

func create(t *testing.T, w *apptest.World, e fakems.Event) fakems.Event {
	t.Helper()
	made, err := w.Sandbox.Microsoft.CreateEvent(apptest.Ana, e)
	if err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	return made
}

func change(t *testing.T, w *apptest.World, id string, f func(*fakems.Event)) {
	t.Helper()
	if _, err := w.Sandbox.Microsoft.UpdateEvent(apptest.Ana, id, f); err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
}

func show(t *testing.T, w *apptest.World, id string) fakems.Event {
	t.Helper()
	e, ok := w.Sandbox.Microsoft.Event(apptest.Ana, id)
	if !ok {
		t.Fatal("the event is gone")
	}
	return e
}

// meetings returns Ana's meetings that are neither deleted nor over.
func meetings(w *apptest.World) []fakewebex.Meeting {
	return w.Sandbox.Webex.Meetings(apptest.Ana)
}

func one(t *testing.T, w *apptest.World) fakewebex.Meeting {
	t.Helper()
	all := meetings(w)
	if len(all) != 1 {
		t.Fatalf("%d Webex meetings, want 1: %+v", len(all), all)
	}
	return all[0]
}

func TestTheMeetingFollowsTheEvent(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(testing.TB) *storetest.Fixture{"SQLite": storetest.SQLite, "PostgreSQL": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			follows(t, apptest.Start(t, apptest.Options{DatabaseURL: database(t).URL}))
		})
	}
}

func follows(t *testing.T, w *apptest.World) {
	browser := w.Connect(apptest.Ana)
	browser.Shows(apptest.Ana)
	if _, err := w.Sandbox.Microsoft.AwaitSubscription(w.Context(), apptest.Ana); err != nil {
		t.Fatalf("no subscription: %v", err)
	}
	w.AwaitRest()

	e := create(t, w, review(func(e *fakems.Event) { e.Body.ContentType, e.Body.Content = "html", "<p>Bring the numbers.</p>" }))
	m := one(t, w)
	if m.Title != "Review of plans" || m.Start.UTC().Format("15:04") != "10:00" || m.End.Sub(m.Start) != time.Hour {
		t.Errorf("meeting = %q %v–%v, want the event's title and times", m.Title, m.Start, m.End)
	}
	got := show(t, w, e.ID)
	for _, part := range []string{"Bring the numbers.", m.WebLink, w.URL + "/m/"} {
		if !strings.Contains(strings.ReplaceAll(got.Body.Content, "&amp;", "&"), part) {
			t.Errorf("the body lacks %q:\n%s", part, got.Body.Content)
		}
	}
	if got.Location.DisplayName != m.WebLink {
		t.Errorf("location = %q, want the join link %q", got.Location.DisplayName, m.WebLink)
	}

	seq := w.Sandbox.Trace.Last()
	change(t, w, e.ID, func(e *fakems.Event) { e.Subject = "Review of figures" })
	if m := one(t, w); m.Title != "Review of figures" {
		t.Errorf("renamed: title = %q", m.Title)
	}
	costs(t, w, seq, 1, 0, 0, 1)

	seq = w.Sandbox.Trace.Last()
	change(t, w, e.ID, func(e *fakems.Event) { e.Start, e.End = at(14, 30), at(16, 0) })
	if m := one(t, w); m.Start.UTC().Format("15:04") != "14:30" || m.End.Sub(m.Start) != 90*time.Minute {
		t.Errorf("moved: %v–%v", m.Start, m.End)
	}
	costs(t, w, seq, 1, 0, 0, 1)

	seq = w.Sandbox.Trace.Last()
	plain := create(t, w, review(func(e *fakems.Event) { e.Location.DisplayName = "Room 1" }))
	costs(t, w, seq, 1, 0, 0, 0)
	if got := show(t, w, plain.ID); got.Location.DisplayName != "Room 1" {
		t.Errorf("an event without a wish was touched: %q", got.Location.DisplayName)
	}

	browser.Open(w.URL + "/account")
	browser.Shows("Review of figures", apptest.Ana)

	if err := w.Sandbox.Microsoft.DeleteEvent(apptest.Ana, e.ID); err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	if all := meetings(w); len(all) != 0 {
		t.Errorf("the event is deleted, %d meetings are left", len(all))
	}
	if mails := w.Sandbox.Webex.Mails(); len(mails) != 0 {
		t.Errorf("Webex mailed %d people; nobody is to get mail from Webex", len(mails))
	}
	for _, secret := range []string{m.Password, "Review of", apptest.Ana, "Bearer"} {
		if strings.Contains(w.Log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// costs checks what a change cost: Graph reads and writes, Webex reads and writes.
func costs(t *testing.T, w *apptest.World, seq int64, want ...int) {
	t.Helper()
	graphReads, graphWrites := w.Calls(trace.Graph, seq)
	webexReads, webexWrites := w.Calls(trace.Webex, seq)
	got := []int{len(graphReads), len(graphWrites), len(webexReads), len(webexWrites)}
	if !slices.Equal(got, want) {
		t.Errorf("calls = %v, want %v (Graph reads, writes, Webex reads, writes):\n%s", got, want,
			strings.Join(slices.Concat(graphReads, graphWrites, webexReads, webexWrites), "\n"))
	}
}

func TestGuestsAreInvitedWithoutMail(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	w.Connect(apptest.Ana)
	guest := func(addresses ...string) func(*fakems.Event) {
		return func(e *fakems.Event) {
			e.Attendees = nil
			for _, a := range addresses {
				e.Attendees = append(e.Attendees, fakems.Attendee{Type: "required", EmailAddress: fakems.EmailAddress{Address: a}})
			}
		}
	}
	invited := func() (list []string) {
		for _, i := range one(t, w).Invitees {
			list = append(list, i.Email)
		}
		slices.Sort(list)
		return list
	}
	e := create(t, w, review(guest(apptest.Bo, "extern@elsewhere.example")))
	if got, want := invited(), []string{apptest.Bo, "extern@elsewhere.example"}; !slices.Equal(got, want) {
		t.Errorf("invited %v, want %v", got, want)
	}
	change(t, w, e.ID, guest(apptest.Deepa, "extern@elsewhere.example"))
	if got, want := invited(), []string{apptest.Deepa, "extern@elsewhere.example"}; !slices.Equal(got, want) {
		t.Errorf("invited %v, want %v", got, want)
	}
	if mails := w.Sandbox.Webex.Mails(); len(mails) != 0 {
		t.Errorf("Webex mailed: %+v", mails)
	}
}

func TestACopyGetsAMeetingOfItsOwn(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	w.Connect(apptest.Ana)
	e := create(t, w, review())
	original := show(t, w, e.ID)
	copied, err := w.Sandbox.Microsoft.CopyEvent(apptest.Ana, e.ID, time.Now().UTC().AddDate(0, 0, 3).Truncate(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	all := meetings(w)
	if len(all) != 2 {
		t.Fatalf("%d meetings for an event and its copy, want 2", len(all))
	}
	after := show(t, w, e.ID)
	if after.ChangeKey != original.ChangeKey {
		t.Error("the original was written to")
	}
	body := strings.ReplaceAll(show(t, w, copied.ID).Body.Content, "&amp;", "&")
	links := 0
	for _, m := range all {
		if strings.Contains(body, m.WebLink) {
			links++
			if strings.Contains(strings.ReplaceAll(original.Body.Content, "&amp;", "&"), m.WebLink) {
				t.Error("the copy still shows the original's join link")
			}
		}
	}
	if links != 1 {
		t.Errorf("the copy shows %d of the meetings, want its own alone", links)
	}
}

func TestUnpleasantWeatherEndsTheSame(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Unpleasant: true, Seed: 5})
	w.Connect(apptest.Ana)
	e := create(t, w, review())
	change(t, w, e.ID, func(e *fakems.Event) { e.Subject = "Retro" })
	// A throttled call is tried again a second later.
	for range 50 {
		if all := meetings(w); len(all) == 1 && all[0].Title == "Retro" {
			break
		}
		if _, err := w.Sandbox.Trace.Await(w.Context(), w.Sandbox.Trace.Last(), func(trace.Entry) bool { return true }); err != nil {
			t.Fatal("the meeting does not follow")
		}
	}
	w.AwaitRest()
	if m := one(t, w); m.Title != "Retro" {
		t.Errorf("title = %q", m.Title)
	}
	if !strings.Contains(strings.ReplaceAll(show(t, w, e.ID).Body.Content, "&amp;", "&"), one(t, w).WebLink) {
		t.Error("the event does not show its meeting")
	}
}
