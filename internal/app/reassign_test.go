package app_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/sandbox/trace"
)

// writesSince are the writes to Webex and to calendars, without subscriptions.
func writesSince(w *apptest.World, seq int64) (webex, calendar []string) {
	for _, e := range w.Sandbox.Trace.Since(seq) {
		switch {
		case !e.Write || strings.Contains(e.Path, "/subscriptions") || strings.Contains(e.Path, "/webhooks"):
		case e.Service == trace.Webex:
			webex = append(webex, e.Method+" "+e.Path)
		case e.Service == trace.Graph && strings.Contains(e.Path, "/events"):
			calendar = append(calendar, e.Method+" "+e.Path)
		}
	}
	return webex, calendar
}

// TestHostChanges: the meetings to come go to the new host as they are, a series
// too; one that Webex keeps back stays with the former host, follows its event
// and is told of. Then nothing is written.
func TestHostChanges(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	w.Choose(b, "nobody")
	giveHost(w, b, reception, freja)
	old, now := desk{t, w, reception, freja}, desk{t, w, reception, haruki}
	old.put("Visit")
	kept := old.put("Audit")
	old.change(old.event("Supplier call").ID, func(e *fakems.Event) {
		e.Attendees = append(e.Attendees, fakems.Attendee{EmailAddress: fakems.EmailAddress{Address: haruki}, Type: "required"},
			fakems.Attendee{EmailAddress: fakems.EmailAddress{Address: freja}, Type: "required"})
	})
	_, err := w.Sandbox.Microsoft.CreateEvent(reception, review(func(e *fakems.Event) {
		e.Subject = "Standup"
		day, _, _ := strings.Cut(e.Start.DateTime, "T")
		e.Recurrence = &fakems.Recurrence{Pattern: fakems.Pattern{Type: "daily", Interval: 1}, Range: fakems.Range{Type: "numbered", StartDate: day, NumberOfOccurrences: 30}}
	}))
	if err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	old.has("Audit", "Standup", "Supplier call", "Visit")
	before := map[string]fakewebex.Meeting{}
	for _, m := range old.meetings() {
		before[m.Title] = m
	}
	if err := w.Sandbox.Webex.EditMeeting(before["Audit"].ID, func(m *fakewebex.Meeting) { m.FixedHost = true }); err != nil {
		t.Fatal(err)
	}
	w.AwaitRest()
	w.Advance(15 * time.Minute)
	seq := w.Sandbox.Trace.Last()
	giveHost(w, b, reception, haruki)
	old.has("Audit")
	now.has("Standup", "Supplier call", "Visit")
	for _, m := range now.meetings() {
		if was := before[m.Title]; m.ID != was.ID || m.WebLink != was.WebLink {
			t.Errorf("%s is another meeting: %s, was %s", m.Title, m.ID, was.ID)
		}
		if m.Title == "Supplier call" && (len(m.Invitees) != 1 || m.Invitees[0].Email != freja) {
			t.Errorf("invited: %+v, want the former host alone", m.Invitees)
		}
	}
	webex, calendar := writesSince(w, seq)
	if len(calendar) > 0 {
		t.Errorf("written to the calendar: %v", calendar)
	}
	if n := strings.Count(strings.Join(webex, " "), "reassignHost"); n != 3 { // what was refused changed nothing
		t.Errorf("%d reassigned: %v", n, webex)
	}
	b.Open(w.URL + "/admin/mailboxes/" + object(t, w, reception))
	b.Shows("haruki@contoso.example, chosen in the console", "Audit", "The former host keeps it; it follows the event as before.")

	old.rename(kept.ID, "Audit, postponed")
	old.one("Audit, postponed")
	w.Advance(15 * time.Minute)
	seq = w.Sandbox.Trace.Last()
	w.Advance(time.Hour)
	w.Advance(24 * time.Hour)
	if webex, calendar := writesSince(w, seq); len(webex)+len(calendar) > 0 {
		t.Errorf("at rest: %v %v", webex, calendar)
	}
	now.remove(now.event("Visit").ID)
	now.has("Standup", "Supplier call")
	old.remove(kept.ID)
	old.has()
}

// TestHostChangesJoinLink: where a new host means a new join link, the event
// shows that. Back with the mapping nothing is doubled.
func TestHostChangesJoinLink(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	w.Sandbox.Webex.NewLinks = true
	w.Choose(b, "listed", "addresses", freja)
	w.Advance(10 * time.Second)
	mapped, given := deskOf(t, w, freja), desk{t, w, freja, haruki}
	first := mapped.one("Release call")
	w.Advance(15 * time.Minute)
	giveHost(w, b, freja, haruki)
	mapped.has()
	second := given.one("Release call")
	if second.ID != first.ID || second.WebLink == first.WebLink {
		t.Fatalf("was %s by %s, is %s by %s", first.ID, first.WebLink, second.ID, second.WebLink)
	}
	shows := func(m fakewebex.Meeting) {
		t.Helper()
		e := mapped.event("Release call")
		if !strings.Contains(e.Body.Content, m.WebLink) || e.Location.DisplayName == first.WebLink && m.WebLink != first.WebLink {
			t.Errorf("the event is at %q and shows\n%s", e.Location.DisplayName, e.Body.Content)
		}
	}
	shows(second)
	w.Advance(15 * time.Minute)
	b.Post(w.URL+"/admin/hosts/remove", url.Values{"mailbox": {freja}})
	w.AwaitRest()
	w.Advance(10 * time.Second)
	given.has()
	shows(mapped.one("Release call"))
}

// TestHostChangesWhileWebexLags: reads show whose a meeting was before. It ends
// with whom the owner said last, and stays one meeting.
func TestHostChangesWhileWebexLags(t *testing.T) {
	t.Parallel()
	w, b := organisation(t, apptest.Options{})
	w.Choose(b, "nobody")
	giveHost(w, b, reception, freja)
	first, second := desk{t, w, reception, freja}, desk{t, w, reception, haruki}
	made := first.event("Supplier call")
	w.Advance(15 * time.Minute)
	w.Sandbox.Webex.SetLag(5*time.Minute, 5*time.Minute)
	giveHost(w, b, reception, haruki)
	second.one("Supplier call")
	w.Advance(2 * time.Minute)
	giveHost(w, b, reception, freja)
	for range 12 {
		w.Advance(2 * time.Minute)
	}
	first.one("Supplier call")
	second.has()
	first.rename(made.ID, "Supplier call, postponed")
	for range 8 {
		w.Advance(2 * time.Minute)
	}
	first.one("Supplier call, postponed")
	giveHost(w, b, reception, haruki)
	for range 8 {
		w.Advance(2 * time.Minute)
	}
	second.one("Supplier call, postponed")
	first.has()
}
