package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/trace"
	"webex-scheduler/internal/store/storetest"
)

// coveredByCalendars are the calls that need nothing but Calendars.ReadWrite.
// https://learn.microsoft.com/graph/permissions-reference#calendarsreadwrite
var coveredByCalendars = regexp.MustCompile(`^/v1\.0/(\$batch|subscriptions(/[^/?]+)?|users/[^/?]+/(events(/[^/?]+)?|calendarView|calendar))(\?.*)?$`)

// calendarsAlone starts a world whose registration lists Calendars.ReadWrite
// alone, with a pasted list of mailboxes.
func calendarsAlone(t *testing.T, database string) (*apptest.World, *apptest.Browser) {
	t.Helper()
	w, b := organisation(t, apptest.Options{Permissions: []string{"Calendars.ReadWrite"}, DatabaseURL: database})
	w.Choose(b, "listed", "addresses", strings.Join([]string{freja, haruki, "betka@contoso.example", "typo@contoso.example", nora}, "\n"))
	w.Advance(10 * time.Second)
	return w, b
}

// TestCalendarsAlone: with one permission and a list of addresses all of the
// sync works, and nothing is asked that the permission does not cover.
func TestCalendarsAlone(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{Permissions: []string{"Calendars.ReadWrite"}})
	b := w.Authorise(apptest.Ana)
	proven := w.Sandbox.Trace.Last()
	w.Choose(b, "listed", "addresses", strings.Join([]string{freja, haruki, "betka@contoso.example", "typo@contoso.example", nora}, "\n"))
	w.Advance(10 * time.Second)

	d := deskOf(t, w, freja)
	d.has("Release call")
	e := d.put("Plan")
	d.has("Plan", "Release call")
	d.rename(e.ID, "Plan B")
	d.has("Plan B", "Release call")
	d.change(e.ID, func(e *fakems.Event) { e.Start, e.End = at(14, 0), at(15, 0) })
	for _, m := range d.meetings() {
		if m.Title == "Plan B" && m.Start.UTC().Format("15:04") != "14:00" {
			t.Errorf("moved to %v", m.Start)
		}
	}
	w.Sandbox.Microsoft.DropNotifications(-1)
	d.rename(e.ID, "Plan C")
	d.has("Plan B", "Release call")
	w.Advance(16 * time.Minute)
	d.has("Plan C", "Release call")
	w.Sandbox.Microsoft.DropNotifications(0)
	d.remove(e.ID)
	d.has("Release call")
	deskOf(t, w, haruki).has("設計レビュー")
	w.Advance(30 * time.Hour)

	b = w.Admin(apptest.Ana)
	b.Shows("3 kept", freja, haruki)
	b.Open(w.URL + "/admin?state=left+out")
	b.Shows("betka@contoso.example", "typo@contoso.example")
	for _, choice := range []struct{ who, group, lacks string }{
		{"everybody", "", "User.Read.All"}, {"group", productGroup, "GroupMember.Read.All"},
	} {
		b.Post(w.URL+"/admin/mailboxes", url.Values{"who": {choice.who}, "group": {choice.group}})
		if b.Status != 403 {
			t.Errorf("choosing %s: status %d", choice.who, b.Status)
		}
		b.Shows("Not possible without the permission " + choice.lacks)
	}
	w.AwaitRest()
	d.has("Release call")
	for _, e := range w.Sandbox.Trace.Since(proven) {
		if e.Service == trace.Graph && e.Actor != apptest.Ana && strings.HasPrefix(e.Path, "/v1.0/") && !coveredByCalendars.MatchString(e.Path) {
			t.Errorf("asked with Calendars.ReadWrite alone: %s %s (%d)", e.Method, e.Path, e.Status)
		}
	}
}

// TestPersonOfAListedMailbox: who signs in finds the own mailbox kept in step.
// There is one of it, and no calendar is asked for.
func TestPersonOfAListedMailbox(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(testing.TB) *storetest.Fixture{"SQLite": storetest.SQLite, "PostgreSQL": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			personOfAListedMailbox(t, database(t).URL)
		})
	}
}

func personOfAListedMailbox(t *testing.T, database string) {
	w, b := calendarsAlone(t, database)
	d := deskOf(t, w, freja)
	before := d.one("Release call")
	seq := w.Sandbox.Trace.Last()
	person := w.SignIn(freja)
	person.Shows("Release call")
	w.AwaitRest()
	codes := 0
	for _, e := range w.Sandbox.Trace.Since(seq) {
		if e.Service == trace.Entra && e.Note == "authorization_code" {
			codes++
		}
	}
	if codes != 1 {
		t.Errorf("%d sign-ins, want one: the own calendar is not asked for", codes)
	}

	kept := func() {
		t.Helper()
		b.Open(w.URL + "/admin/mailboxes/" + object(t, w, freja))
		if b.Status != 200 {
			t.Errorf("the mailbox is not under its object id: status %d", b.Status)
		}
		b.Open(w.URL + "/admin/mailboxes/" + freja)
		if b.Status != 404 {
			t.Errorf("the mailbox is under its address still: status %d", b.Status)
		}
		b.Open(w.URL + "/admin")
		b.Shows("3 kept")
	}
	kept()
	d.rename(d.event("Release call").ID, "Release")
	if m := d.one("Release"); m.ID != before.ID {
		t.Error("the meeting is another one")
	}
	for range 3 {
		w.Advance(16 * time.Minute)
	}
	kept()
	d.rename(d.event("Release").ID, "Release, again")
	if m := d.one("Release, again"); m.ID != before.ID {
		t.Error("the meeting is another one")
	}
	if subs := d.subscriptions(); len(subs) != 1 || !subs[0].AppOnly {
		t.Errorf("subscriptions: %+v, want one, the tenant's", subs)
	}
}
