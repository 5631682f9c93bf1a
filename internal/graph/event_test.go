package graph

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func TestDecodeEvent(t *testing.T) {
	t.Parallel()
	got, err := decodeEvent(json.RawMessage(`{
		"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users('1')/events/$entity","@odata.etag":"W/\"Zm9v\"",
		"id":"AAMk=","changeKey":"Zm9v","iCalUId":"0400","type":"singleInstance","seriesMasterId":null,"subject":"Weekly",
		"start":{"dateTime":"2026-03-02T09:00:00.0000000","timeZone":"UTC"},"end":{"dateTime":"2026-03-02T10:00:30.5","timeZone":"UTC"},
		"originalStartTimeZone":"W. Europe Standard Time","isAllDay":false,"isOrganizer":true,"isCancelled":false,"isDraft":true,
		"isOnlineMeeting":true,"sensitivity":"confidential","organizer":{"emailAddress":{"name":"Bo","address":"bo@contoso.example"}},
		"attendees":[{"type":"required","status":{"response":"none","time":"0001-01-01T00:00:00Z"},"emailAddress":{"name":"Ana","address":"ana@contoso.example"}},
			{"type":"Resource","emailAddress":{"name":"Room","address":"room@contoso.example"}},{"type":"optional","emailAddress":{"name":"Who?","address":null}}],
		"body":{"contentType":"HTML","content":"<html></html>"},"location":{"displayName":"@webex","locationType":"default"},
		"lastModifiedDateTime":"2026-02-20T09:12:44.7654321+01:00","onlineMeeting":null,"new":{"of":["graph"]}}`))
	want := meeting.Event{
		ID: "AAMk=", ETag: `W/"Zm9v"`, ChangeKey: "Zm9v", ICalUID: "0400", Type: meeting.SingleInstance, Subject: "Weekly",
		Start: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), End: time.Date(2026, 3, 2, 10, 0, 30, 5e8, time.UTC), Zone: "Europe/Berlin",
		IsOrganizer: true, IsDraft: true, IsOnline: true, Private: true, Organizer: "bo@contoso.example",
		Attendees: []meeting.Attendee{{Address: "ana@contoso.example", Name: "Ana"}, {Address: "room@contoso.example", Name: "Room", Resource: true}},
		Body:      meeting.Body{HTML: true, Content: "<html></html>"}, Location: "@webex",
		ModifiedAt: time.Date(2026, 2, 20, 8, 12, 44, 765432100, time.UTC),
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestTimesOfEvents(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, time, zone string
		allDay           bool
		want             time.Time // zero: refused
	}{
		{"in UTC, as asked for", "2026-03-02T09:00:00.0000000", "UTC", false, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)},
		{"in a Windows zone nevertheless", "2026-07-02T09:00:00.0000000", "W. Europe Standard Time", false, time.Date(2026, 7, 2, 7, 0, 0, 0, time.UTC)},
		{"with an offset", "2026-07-02T09:00:00-07:00", "", false, time.Date(2026, 7, 2, 16, 0, 0, 0, time.UTC)},
		{"all day", "2026-03-02T00:00:00.0000000", "UTC", true, time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)},
		{"all day in a zone of the person's own", "2026-03-02T00:00:00.0000000", "tzone://Microsoft/Custom", true, time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)},
		{"all day in a zone far from UTC", "2026-03-02T00:00:00.0000000", "Tokyo Standard Time", true, time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)},
		{"in a zone of the person's own", "2026-03-02T09:00:00", "tzone://Microsoft/Custom", false, time.Time{}},
		{"no time", "", "UTC", false, time.Time{}},
		{"no date", "", "UTC", true, time.Time{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := dateTime{DateTime: test.time, TimeZone: test.zone}.time(test.allDay)
			if !got.Equal(test.want) || (err != nil) != test.want.IsZero() {
				t.Errorf("got %v, %v, want %v", got, err, test.want)
			}
		})
	}
}

func TestCodeOfARefusal(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, body, want string }{
		{"plain", `{"error":{"code":"ErrorItemNotFound","message":"x","innerError":{"date":"2026","request-id":"1"}}}`, "ErrorItemNotFound"},
		{"more specific inside", `{"error":{"code":"itemNotFound","innerError":{"code":"ErrorItemNotFound"}}}`, "ErrorItemNotFound"},
		{"status as a code inside", `{"error":{"code":"TooManyRequests","innerError":{"code":"429"}}}`, "TooManyRequests"},
		{"lower case and deep", `{"error":{"code":"generalException","innererror":{"code":"accessDenied","innererror":{"code":"syncStateNotFound"}}}}`, "syncStateNotFound"},
		{"generic inside", `{"error":{"code":"ErrorAccessDenied","innerError":{"code":"accessDenied"}}}`, "ErrorAccessDenied"},
		{"none", `{"error":{"message":"x"}}`, ""},
		{"other form", `{"error":"invalid_request"}`, ""},
		{"no JSON", `<html>`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, _ := answering(t, reply{status: 404, body: test.body})
			_, err := c.View(t.Context(), mailbox, now, now)
			if got := errs.CodeOf(err); got != test.want || !errs.Is(err, errs.NotFound) {
				t.Errorf("code of %v is %q, want %q", err, got, test.want)
			}
		})
	}
}

func FuzzDecodeEvent(f *testing.F) {
	f.Add([]byte(`{"id":"a","start":{"dateTime":"2026-03-02T09:00:00.0000000","timeZone":"UTC"},"end":{"dateTime":"2026-03-02T10:00:00","timeZone":"Japan"}}`))
	f.Add([]byte(`{"id":"a","isAllDay":true,"start":{"dateTime":"2026-03-02T00:00:00"},"end":{"dateTime":"2026-03-03"},"attendees":[null,{}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if e, err := decodeEvent(raw); err == nil {
			if e.ID == "" || e.Start.Location() != time.UTC || e.End.Location() != time.UTC {
				t.Errorf("decoded %+v", e)
			}
			if _, err := time.LoadLocation(e.Zone); err != nil {
				t.Errorf("zone %q does not load", e.Zone)
			}
		}
		if ref, err := decodeRef(raw); err == nil && ref.ID == "" {
			t.Errorf("decoded %+v", ref)
		}
	})
}
