package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/sandbox/fakewebex"
)

type event struct {
	ID, Title, Location, Start, End, TimeZone, ZoneStart, ZoneEnd, StartsAt, Body, Version string
	AllDay, Own, Draft                                                                     bool
	Attendees                                                                              []struct{ Name, Address, Response string }
	Webex                                                                                  *struct{ Link, Number, Password, MeetingID string }
}

const events = "/sandbox/calendar/events"

func (w *world) calendar(user, query string) []event {
	w.t.Helper()
	var c struct{ Events []event }
	if status := w.do("GET", "/sandbox/calendar?user="+user+query, nil, &c); status != 200 {
		w.t.Fatalf("calendar of %s: status %d", user, status)
	}
	return c.Events
}

func (w *world) find(user, title string) event {
	w.t.Helper()
	for _, e := range w.calendar(user, "") {
		if e.Title == title {
			return e
		}
	}
	w.t.Fatalf("%s has no %q", user, title)
	return event{}
}

// make creates an event with the usual hours and what else is given.
func (w *world) make(user string, with object) event {
	w.t.Helper()
	in := object{"title": "Chess", "start": "2026-03-05T18:00", "end": "2026-03-05T19:00"}
	for k, v := range with {
		in[k] = v
	}
	var e event
	if status := w.do("POST", events+"?user="+user, in, &e); status != 201 {
		w.t.Fatalf("create: status %d", status)
	}
	return e
}

func TestEventIsMadeInTheMailboxZone(t *testing.T) {
	t.Parallel()
	w := setup(t)
	e := w.make("deepa@contoso.example", object{"location": "@webex", "attendees": []string{"bo@contoso.example", " ext@else.example"}})
	if e.TimeZone != "India Standard Time" || e.StartsAt != "2026-03-05T12:30:00Z" || e.Start != "2026-03-05T18:00:00" {
		t.Errorf("made at %s, %s, %s", e.Start, e.StartsAt, e.TimeZone)
	}
	if len(e.Attendees) != 2 || e.Attendees[0].Name != "Bo Larsen" || e.Attendees[1].Address != "ext@else.example" {
		t.Errorf("attendees %+v", e.Attendees)
	}
	theirs := w.find("bo@contoso.example", "Chess")
	if theirs.Own || theirs.Start != "2026-03-05T13:30:00" || theirs.Location != "@webex" {
		t.Errorf("the attendee has %+v", theirs)
	}
}

func TestEdits(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, c := range []struct {
		name string
		with object // of the event, made 18:00–19:00 in Prague
		edit object
		want event
	}{
		{
			name: "rename leaves the times",
			edit: object{"title": "Checkers"},
			want: event{Title: "Checkers", ZoneStart: "2026-03-05T18:00:00", ZoneEnd: "2026-03-05T19:00:00", TimeZone: "Central Europe Standard Time"},
		}, {
			name: "drag in another zone's calendar keeps the event's zone",
			edit: object{"start": "2026-03-05T09:00", "end": "2026-03-05T10:00", "in": "Pacific Standard Time"},
			want: event{Title: "Chess", ZoneStart: "2026-03-05T18:00:00", ZoneEnd: "2026-03-05T19:00:00", TimeZone: "Central Europe Standard Time"},
		}, {
			name: "new zone alone keeps what the clock shows",
			edit: object{"timeZone": "Pacific Standard Time"},
			want: event{Title: "Chess", ZoneStart: "2026-03-05T18:00:00", ZoneEnd: "2026-03-05T19:00:00", TimeZone: "Pacific Standard Time"},
		}, {
			name: "all day",
			edit: object{"allDay": true, "start": "2026-03-05", "end": "2026-03-07"},
			want: event{Title: "Chess", AllDay: true, ZoneStart: "2026-03-05T00:00:00", ZoneEnd: "2026-03-07T00:00:00", TimeZone: "Central Europe Standard Time"},
		}, {
			name: "place",
			with: object{"location": "Room 3"},
			edit: object{"location": ""},
			want: event{Title: "Chess", ZoneStart: "2026-03-05T18:00:00", ZoneEnd: "2026-03-05T19:00:00", TimeZone: "Central Europe Standard Time"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			made := w.make("ana@contoso.example", c.with)
			var e event
			if status := w.do("PATCH", events+"/"+made.ID+"?user=ana@contoso.example", c.edit, &e); status != 200 {
				t.Fatalf("status %d", status)
			}
			if e.Version == made.Version {
				t.Error("the version stays")
			}
			got := event{Title: e.Title, Location: e.Location, AllDay: e.AllDay, ZoneStart: e.ZoneStart, ZoneEnd: e.ZoneEnd, TimeZone: e.TimeZone}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	w := setup(t)
	made := w.make("ana@contoso.example", nil)
	one := events + "/" + made.ID
	for _, c := range []struct {
		name, method, path string
		body               object
		status             int
	}{
		{"nobody named", "GET", "/sandbox/calendar", nil, 404},
		{"unknown person", "GET", "/sandbox/calendar?user=x@y.example", nil, 404},
		{"no mailbox", "GET", "/sandbox/calendar?user=erik@contoso.example", nil, 404},
		{"malformed from", "GET", "/sandbox/calendar?user=ana@contoso.example&from=monday", nil, 400},
		{"unknown event", "PATCH", events + "/nothing?user=ana@contoso.example", object{"title": "x"}, 404},
		{"someone else's event", "DELETE", one + "?user=bo@contoso.example", nil, 404},
		{"copy of nothing", "POST", events + "/nothing/copy?user=ana@contoso.example", nil, 404},
		{"misspelt property", "PATCH", one + "?user=ana@contoso.example", object{"subject": "x"}, 400},
		{"no such zone", "PATCH", one + "?user=ana@contoso.example", object{"timeZone": "Mars Standard Time", "start": "2026-03-05T18:00"}, 400},
		{"no such zone alone", "PATCH", one + "?user=ana@contoso.example", object{"timeZone": "Mars Standard Time"}, 400},
		{"drag in no such zone", "PATCH", one + "?user=ana@contoso.example", object{"start": "2026-03-05T18:00", "in": "Mars Standard Time"}, 400},
		{"malformed time", "PATCH", one + "?user=ana@contoso.example", object{"start": "now"}, 400},
		{"end before start", "PATCH", one + "?user=ana@contoso.example", object{"end": "2026-03-05T17:00"}, 400},
		{"no times", "POST", events + "?user=ana@contoso.example", object{"title": "x"}, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			var no struct{ Error string }
			if got := w.do(c.method, c.path, c.body, &no); got != c.status || no.Error == "" {
				t.Errorf("status %d, want %d: %s", got, c.status, no.Error)
			}
		})
	}
	if e, _ := w.Microsoft.Event("ana@contoso.example", made.ID); e.ChangeKey != made.Version {
		t.Error("a refused edit changed the event")
	}
}

func TestCopyAndDelete(t *testing.T) {
	t.Parallel()
	w := setup(t)
	made := w.make("ana@contoso.example", object{"body": "<p>Bring a board.</p>", "attendees": []string{"bo@contoso.example"}})
	path := events + "/" + made.ID
	var next, there event
	if status := w.do("POST", path+"/copy?user=ana@contoso.example", nil, &next); status != 201 || next.Start != "2026-03-06T18:00:00" {
		t.Errorf("copy: status %d, starts %s", status, next.Start)
	}
	if next.ID == made.ID || !strings.Contains(next.Body, "Bring a board.") {
		t.Errorf("the copy is %+v", next)
	}
	status := w.do("POST", path+"/copy?user=ana@contoso.example", object{"start": "2026-03-04T08:00", "in": "Eastern Standard Time"}, &there)
	if status != 201 || there.Start != "2026-03-04T14:00:00" {
		t.Errorf("copy elsewhere: status %d, starts %s", status, there.Start)
	}
	if status := w.do("DELETE", path+"?user=ana@contoso.example", nil, nil); status != 204 {
		t.Errorf("delete: status %d", status)
	}
	if status := w.do("DELETE", path+"?user=ana@contoso.example", nil, nil); status != 404 {
		t.Errorf("second delete: status %d", status)
	}
}

func TestWeekHoldsWhatOverlaps(t *testing.T) {
	t.Parallel()
	w := setup(t)
	// The Pacific's all-day events lie on their dates, whatever zone they were
	// made in.
	mia := "mia@fabrikam.example"
	for title, in := range map[string]object{
		"into the week":      {"start": "2026-03-08T23:00", "end": "2026-03-09T01:00"},
		"until its midnight": {"start": "2026-03-08T23:00", "end": "2026-03-09T00:00"},
		"from its midnight":  {"start": "2026-03-09T00:00", "end": "2026-03-09T00:00"},
		"after":              {"start": "2026-03-16T00:00", "end": "2026-03-16T01:00"},
		"day of the week":    {"start": "2026-03-09", "end": "2026-03-10", "allDay": true, "timeZone": "Tokyo Standard Time"},
		"day before":         {"start": "2026-03-08", "end": "2026-03-09", "allDay": true, "timeZone": "Tokyo Standard Time"},
		"last day":           {"start": "2026-03-15", "end": "2026-03-16", "allDay": true, "timeZone": "Hawaiian Standard Time"},
		"day after":          {"start": "2026-03-16", "end": "2026-03-17", "allDay": true, "timeZone": "Tokyo Standard Time"},
	} {
		in["title"] = title
		w.make(mia, in)
	}
	got := map[string]bool{}
	for _, e := range w.calendar(mia, "&from=2026-03-09") {
		got[e.Title] = true
	}
	want := map[string]bool{"into the week": true, "from its midnight": true, "day of the week": true, "last day": true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestWebexSide(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ana := "ana@contoso.example"
	m, err := w.Webex.AddMeeting(fakewebex.Meeting{Host: ana, Title: "Chess", Start: wednesday.Add(26 * 3600e9), End: wednesday.Add(27 * 3600e9),
		Invitees: []fakewebex.Invitee{{Email: "bo@contoso.example"}}})
	if err != nil {
		t.Fatal(err)
	}
	w.make(ana, object{"body": `<a href="` + strings.ReplaceAll(m.WebLink, "&", "&amp;") + `">Join</a>`, "attendees": []string{"bo@contoso.example"}})
	if e := w.find(ana, "Chess"); e.Webex == nil || e.Webex.Link != m.WebLink || e.Webex.MeetingID != m.ID || e.Webex.Password != m.Password {
		t.Errorf("the event's meeting: %+v, want %s", e.Webex, m.WebLink)
	}
	if e := w.find(ana, "Stand-up"); e.Webex != nil {
		t.Errorf("an event without link: %+v", e.Webex)
	}

	var side struct {
		Account  *struct{ Email, Site string }
		Meetings []struct {
			Title, Start, State, Link string
			Invitees                  []string
		}
		WebexMails   []struct{ To string }
		OutlookMails []struct{ Kind, Subject string }
	}
	w.do("GET", "/sandbox/webex?user="+ana, nil, &side)
	if len(side.Meetings) != 1 || side.Meetings[0].Start != "2026-03-05T13:00:00" || len(side.Meetings[0].Invitees) != 1 {
		t.Errorf("meetings %+v", side.Meetings)
	}
	if side.Account == nil || side.Account.Email != ana || side.Account.Site != "contoso.webex.com" {
		t.Errorf("account %+v", side.Account)
	}
	if len(side.WebexMails) != 0 || len(side.OutlookMails) != 1 || side.OutlookMails[0].Kind != "invitation" {
		t.Errorf("mails %+v, %+v", side.WebexMails, side.OutlookMails)
	}
	w.do("GET", "/sandbox/webex?user=bo@contoso.example", nil, &side)
	if len(side.Meetings) != 0 || len(side.OutlookMails) != 0 {
		t.Errorf("somebody else's: %+v", side)
	}
	var none struct{ Account *struct{} }
	w.do("GET", "/sandbox/webex?user=mia_fabrikam.example%23EXT%23@contoso.example", nil, &none)
	if none.Account != nil {
		t.Error("the guest has a Webex account")
	}
}

func TestBodyIsAPageThatDoesNothing(t *testing.T) {
	t.Parallel()
	w := setup(t)
	e := w.make("ana@contoso.example", object{"body": `<p>Notes</p>`})
	req := w.request("GET", events+"/"+e.ID+"/body?user=ana@contoso.example", nil)
	rec, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Body.Close()
	csp := rec.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(csp, "sandbox allow-popups") || !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "allow-scripts") {
		t.Errorf("Content-Security-Policy: %s", csp)
	}
}
