package fakems

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// mailed is what was mailed so far, as "kind to: addresses".
func (w *world) mailed() []string {
	var all []string
	for _, m := range w.Mails() {
		all = append(all, string(m.Kind)+" to "+strings.Join(m.To, " "))
	}
	return all
}

func TestAttendeesHaveCopies(t *testing.T) {
	t.Parallel()
	w := setup(t)
	guest := User{DisplayName: "Guest", Mail: "guest@elsewhere.example"}
	e := w.create(w.ana, meeting("Plan", nine, w.bo, guest))
	copies := w.Events(w.bo.ID, time.Time{}, time.Time{})
	if len(copies) != 1 {
		t.Fatalf("bo has %d events", len(copies))
	}
	bos := copies[0]
	if bos.ICalUID != e.ICalUID || bos.ID == e.ID || bos.IsOrganizer || bos.Organizer.EmailAddress.Address != "ana@contoso.example" || bos.ResponseStatus.Response != "notResponded" {
		t.Errorf("bo's copy %+v", bos)
	}

	if _, err := w.UpdateEvent(w.ana.ID, e.ID, func(e *Event) { e.Categories = []string{"red"} }); err != nil {
		t.Fatal(err)
	}
	moved, err := w.UpdateEvent(w.ana.ID, e.ID, func(e *Event) {
		e.Start, e.End = At(nine.Add(time.Hour), "UTC"), At(nine.Add(2*time.Hour), "UTC")
	})
	if err != nil {
		t.Fatal(err)
	}
	if bos, _ = w.Event(w.bo.ID, bos.ID); bos.Start != moved.Start {
		t.Errorf("bo's copy starts %v", bos.Start)
	}
	if _, err := w.Respond(w.bo.ID, bos.ID, "accepted"); err != nil {
		t.Fatal(err)
	}
	if e, _ = w.Event(w.ana.ID, e.ID); e.Attendees[0].Status.Response != "accepted" {
		t.Errorf("ana sees %+v", e.Attendees)
	}

	// An attendee's own change is the attendee's alone.
	if _, err := w.UpdateEvent(w.bo.ID, bos.ID, func(e *Event) { e.Subject = "Ana's plan" }); err != nil {
		t.Fatal(err)
	}
	if e, _ = w.Event(w.ana.ID, e.ID); e.Subject != "Plan" {
		t.Errorf("ana's subject %q", e.Subject)
	}

	if _, err := w.UpdateEvent(w.ana.ID, e.ID, func(e *Event) { e.Attendees = e.Attendees[:1] }); err != nil {
		t.Fatal(err)
	}
	if err := w.DeleteEvent(w.ana.ID, e.ID); err != nil {
		t.Fatal(err)
	}
	if bos, _ = w.Event(w.bo.ID, bos.ID); !bos.IsCancelled || bos.Subject != "Canceled: Ana's plan" {
		t.Errorf("bo's copy after the deletion %+v", bos)
	}
	want := []string{
		"invitation to bo@contoso.example guest@elsewhere.example",
		"update to bo@contoso.example guest@elsewhere.example",
		"response to ana@contoso.example",
		"cancellation to guest@elsewhere.example",
		"cancellation to bo@contoso.example",
	}
	if diff := cmp.Diff(want, w.mailed()); diff != "" {
		t.Errorf("mails (-want +got)\n%s", diff)
	}
}

func TestDraftsTellNobody(t *testing.T) {
	t.Parallel()
	w := setup(t)
	draft := meeting("Plan", nine, w.bo)
	draft.IsDraft = true
	e := w.create(w.ana, draft)
	if _, err := w.UpdateEvent(w.ana.ID, e.ID, func(e *Event) { e.Subject = "Plan B" }); err != nil {
		t.Fatal(err)
	}
	if n := len(w.Events(w.bo.ID, time.Time{}, time.Time{})); n != 0 || len(w.Mails()) != 0 {
		t.Errorf("a draft made %d copies and %q", n, w.mailed())
	}
	if _, err := w.UpdateEvent(w.ana.ID, e.ID, func(e *Event) { e.IsDraft = false }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"invitation to bo@contoso.example"}, w.mailed()); diff != "" {
		t.Errorf("mails (-want +got)\n%s", diff)
	}
}

func TestDeclineByDeleting(t *testing.T) {
	t.Parallel()
	w := setup(t)
	e := w.create(w.ana, meeting("Plan", nine, w.bo))
	bos := w.Events(w.bo.ID, time.Time{}, time.Time{})[0]
	if err := w.DeleteEvent(w.bo.ID, bos.ID); err != nil {
		t.Fatal(err)
	}
	if e, _ = w.Event(w.ana.ID, e.ID); e.Attendees[0].Status.Response != "declined" {
		t.Errorf("ana sees %+v", e.Attendees)
	}
}

func TestCopy(t *testing.T) {
	t.Parallel()
	w := setup(t)
	original := meeting("Plan", nine, w.bo)
	original.Body = ItemBody{"html", `<a href="https://our.example/m/key">Join</a>`}
	original.Location.DisplayName = "https://join.example"
	e := w.create(w.ana, original)
	mails := len(w.Mails())
	c, err := w.CopyEvent(w.ana.ID, e.ID, nine.Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if c.ID == e.ID || c.ICalUID == e.ICalUID || c.Body != e.Body || c.Location != e.Location || len(c.Attendees) != 1 || !c.IsOrganizer {
		t.Errorf("copy %+v", c)
	}
	if start, end := instant(c.Start), instant(c.End); !start.Equal(nine.Add(24*time.Hour)) || end.Sub(start) != time.Hour {
		t.Errorf("copy at %v to %v", start, end)
	}
	if len(w.Mails()) != mails {
		t.Errorf("copying mailed %q", w.mailed()[mails:])
	}
	// A received invitation that is copied becomes the copier's own.
	bos := w.Events(w.bo.ID, time.Time{}, time.Time{})[0]
	if c, err = w.CopyEvent(w.bo.ID, bos.ID, nine); err != nil || !c.IsOrganizer || c.Organizer.EmailAddress.Address != "bo@contoso.example" {
		t.Errorf("bo's copy %+v, %v", c, err)
	}

	day := w.create(w.ana, Event{Subject: "Fair", IsAllDay: true,
		Start: DateTimeTimeZone{"2026-03-28T00:00:00", "Central Europe Standard Time"}, End: DateTimeTimeZone{"2026-03-30T00:00:00", "Central Europe Standard Time"}})
	c, err = w.CopyEvent(w.ana.ID, day.ID, time.Date(2026, 10, 24, 10, 0, 0, 0, time.UTC))
	if err != nil || c.Start.DateTime != "2026-10-24T00:00:00.0000000" || c.End.DateTime != "2026-10-26T00:00:00.0000000" {
		t.Errorf("copied days %v to %v, %v", c.Start, c.End, err)
	}
}

// The program's own writes mail attendees like a person's.
func TestGraphWritesMail(t *testing.T) {
	t.Parallel()
	w := setup(t)
	e := w.create(w.ana, meeting("Plan", nine, w.bo))
	ana := w.as(w.ana)
	ana.must(200, "PATCH", "/me/events/"+e.ID, map[string]any{"body": map[string]string{"contentType": "html", "content": "Join"}, "location": map[string]string{"displayName": "Online"}})
	ana.must(200, "PATCH", "/me/events/"+e.ID, map[string]any{"attendees": []any{}})
	want := []string{"invitation to bo@contoso.example", "update to bo@contoso.example", "cancellation to bo@contoso.example"}
	if diff := cmp.Diff(want, w.mailed()); diff != "" {
		t.Errorf("mails (-want +got)\n%s", diff)
	}
}
