package fakems

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCreateReadPatchDelete(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ana := w.as(w.ana).with("Prefer", `IdType="ImmutableId"`)
	made := ana.must(201, "POST", "/me/events", map[string]any{
		"subject": "Review", "transactionId": "t1",
		"start":    map[string]string{"dateTime": "2026-03-30T09:30:00", "timeZone": "Europe/Prague"},
		"end":      map[string]string{"dateTime": "2026-03-30T10:30:00.0000000", "timeZone": "Central Europe Standard Time"},
		"location": map[string]string{"displayName": "@webex"},
		"body":     map[string]string{"contentType": "HTML", "content": "Hi <!-- gone --><b data-x=1>there</b>"},
	})
	want := map[any]any{
		"type": "singleInstance", "isOrganizer": true, "isDraft": false, "seriesMasterId": nil, "recurrence": nil,
		"originalStartTimeZone": "Central Europe Standard Time", "bodyPreview": "Hi there", "showAs": "busy", "onlineMeetingProvider": "unknown",
	}
	for name, value := range want {
		if got := made.at(name); got != value {
			t.Errorf("%s = %v, want %v", name, got, value)
		}
	}
	// Summer time has begun the day before.
	if got, want := made.at("start"), (map[string]any{"dateTime": "2026-03-30T07:30:00.0000000", "timeZone": "UTC"}); !cmp.Equal(got, any(want)) {
		t.Errorf("start %v, want %v", got, want)
	}
	if got, want := made.at("body", "content"), "<html>\r\n<head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\r\n</head>\r\n<body>Hi <b>there</b></body>\r\n</html>"; got != want {
		t.Errorf("body %q, want %q", got, want)
	}
	id, etag := made.at("id").(string), made.at("@odata.etag").(string)

	again := ana.must(201, "POST", "/me/events", map[string]any{
		"transactionId": "t1", "start": made.at("start"), "end": made.at("end"),
	})
	if again.at("id") != id || len(w.Events(w.ana.ID, time.Time{}, time.Time{})) != 1 {
		t.Error("the same transactionId made a second event")
	}

	w.clock.Advance(time.Minute)
	changed := ana.with("If-Match", etag).must(200, "PATCH", "/users/"+w.ana.ID+"/events/"+id, map[string]any{"subject": "Review 2"})
	if changed.at("subject") != "Review 2" || changed.at("location", "displayName") != "@webex" || changed.at("changeKey") == made.at("changeKey") ||
		changed.at("lastModifiedDateTime") == made.at("lastModifiedDateTime") || changed.header.Get("ETag") != changed.at("@odata.etag") {
		t.Errorf("patched %s", changed.raw)
	}
	w.refused(ana.with("If-Match", etag).do("PATCH", "/me/events/"+id, map[string]any{"subject": "late"}), 412, "ErrorIrresolvableConflict")

	few := ana.must(200, "GET", "/me/events/"+id+"?$select=subject,changeKey", nil)
	if few.at("id") != id || few.at("@odata.etag") == nil || few.at("body") != nil || few.at("subject") != "Review 2" {
		t.Errorf("selected %s", few.raw)
	}

	ana.must(204, "DELETE", "/me/events/"+id, nil)
	w.refused(ana.do("GET", "/me/events/"+id, nil), 404, "ErrorItemNotFound")
	w.refused(ana.do("DELETE", "/me/events/"+id, nil), 404, "ErrorItemNotFound")
	if got := ana.must(200, "GET", "/me/events", nil).at("value", 0); got != nil {
		t.Errorf("the list still has %v", got)
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	w := setup(t, func(s *Server) { s.BinReadable = true })
	e := w.create(w.ana, meeting("Call", nine))
	plain, immutable := w.as(w.ana), w.as(w.ana).with("Prefer", `outlook.timezone="UTC", IdType="ImmutableId"`)
	rest := plain.must(200, "GET", "/me/events/"+e.ID, nil).at("id").(string)
	if rest == e.ID {
		t.Error("without the header the id is immutable")
	}
	back := immutable.must(200, "GET", "/me/events/"+rest, nil)
	if back.at("id") != e.ID {
		t.Error("with the header the id is not the immutable one")
	}
	if got := back.header.Get("Preference-Applied"); got != `outlook.timezone="UTC", IdType="ImmutableId"` {
		t.Errorf("Preference-Applied %q", got)
	}
	for _, bad := range []string{"no-such-event", "AAMk%2Fabc%2B", strings.ToLower(e.ID)} {
		w.refused(plain.do("GET", "/me/events/"+bad, nil), 400, "ErrorInvalidIdMalformed")
	}
	w.refused(w.as(w.bo).do("GET", "/me/events/"+e.ID, nil), 404, "ErrorItemNotFound")

	if err := w.DeleteEvent(w.ana.ID, rest); err != nil {
		t.Fatal(err)
	}
	immutable.must(200, "GET", "/me/events/"+e.ID, nil)
	w.refused(plain.do("GET", "/me/events/"+rest, nil), 404, "ErrorItemNotFound")
	if got := immutable.must(200, "GET", "/me/events?$filter=iCalUId%20eq%20'"+e.ICalUID+"'", nil).at("value", 0); got != nil {
		t.Errorf("a deleted event is in the list: %v", got)
	}
}

func TestTimeZonePreference(t *testing.T) {
	t.Parallel()
	w := setup(t)
	timed := w.create(w.ana, Event{Subject: "Call", Start: DateTimeTimeZone{"2026-07-01T09:00:00", "New Zealand Standard Time"}, End: DateTimeTimeZone{"2026-07-01T10:00:00", "Pacific/Auckland"}})
	days := w.create(w.ana, Event{Subject: "Fair", IsAllDay: true, Start: DateTimeTimeZone{"2026-07-01T00:00:00", "New Zealand Standard Time"}, End: DateTimeTimeZone{"2026-07-03T00:00:00", "New Zealand Standard Time"}})
	for _, c := range []struct{ zone, start, label string }{
		{"", "2026-06-30T21:00:00.0000000", "UTC"},
		{"W. Europe Standard Time", "2026-06-30T23:00:00.0000000", "W. Europe Standard Time"},
		{"America/New_York", "2026-06-30T17:00:00.0000000", "America/New_York"},
		{"India Standard Time", "2026-07-01T02:30:00.0000000", "India Standard Time"},
	} {
		ana := w.as(w.ana)
		if c.zone != "" {
			ana = ana.with("Prefer", `outlook.timezone="`+c.zone+`"`)
		}
		got := ana.must(200, "GET", "/me/events/"+timed.ID, nil)
		if got.at("start", "dateTime") != c.start || got.at("start", "timeZone") != c.label {
			t.Errorf("in %q: %v, want %s %s", c.zone, got.at("start"), c.start, c.label)
		}
		got = ana.must(200, "GET", "/me/events/"+days.ID, nil)
		if got.at("start", "dateTime") != "2026-07-01T00:00:00.0000000" || got.at("end", "dateTime") != "2026-07-03T00:00:00.0000000" || got.at("start", "timeZone") != c.label {
			t.Errorf("all day in %q: %v to %v", c.zone, got.at("start"), got.at("end"))
		}
	}
	w.refused(w.as(w.ana).with("Prefer", `outlook.timezone="Mars Standard Time"`).do("GET", "/me/events", nil), 400, "TimeZoneNotSupportedException")
	w.surprised("Mars")
}

func TestBodyPreference(t *testing.T) {
	t.Parallel()
	w := setup(t)
	rich, plain := meeting("Rich", nine), meeting("Plain", nine)
	rich.Body = ItemBody{"html", `<p>See <a href="https://join.example/1">here</a></p><p>Bye</p>`}
	plain.Body = ItemBody{"text", "a < b\nsecond"}
	richID, plainID := w.create(w.ana, rich).ID, w.create(w.ana, plain).ID
	for _, c := range []struct{ id, prefer, kind, has string }{
		{richID, "", "html", `<p>See <a href="https://join.example/1">here</a></p>`},
		{richID, "text", "text", "See here<https://join.example/1>\r\nBye"},
		{plainID, "", "text", "a < b\r\nsecond"},
		{plainID, "html", "html", "a &lt; b<br>second"},
	} {
		ana := w.as(w.ana)
		if c.prefer != "" {
			ana = ana.with("Prefer", `outlook.body-content-type="`+c.prefer+`"`)
		}
		got := ana.must(200, "GET", "/me/events/"+c.id+"?$select=body", nil)
		if content, _ := got.at("body", "content").(string); got.at("body", "contentType") != c.kind || !strings.Contains(content, c.has) {
			t.Errorf("preferring %q: %s, want %s with %q", c.prefer, got.raw, c.kind, c.has)
		}
	}
}

func TestImpossibleTimes(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, c := range []struct {
		name string
		e    Event
		code string
	}{
		{"end before start", Event{Start: At(nine, "UTC"), End: At(nine.Add(-time.Hour), "UTC")}, "ErrorPropertyValidationFailure"},
		{"all day not at midnight", Event{IsAllDay: true, Start: At(nine, "UTC"), End: At(nine.Add(24*time.Hour), "UTC")}, "ErrorPropertyValidationFailure"},
		{"unknown zone", Event{Start: DateTimeTimeZone{"2026-03-02T09:00:00", "Middle Earth"}, End: At(nine, "UTC")}, "TimeZoneNotSupportedException"},
		{"an offset in the time", Event{Start: DateTimeTimeZone{"2026-03-02T09:00:00Z", "UTC"}, End: At(nine, "UTC")}, "ErrorPropertyValidationFailure"},
	} {
		got := w.as(w.ana).do("POST", "/me/events", map[string]any{"start": c.e.Start, "end": c.e.End, "isAllDay": c.e.IsAllDay})
		w.refused(got, 400, c.code)
	}
}
