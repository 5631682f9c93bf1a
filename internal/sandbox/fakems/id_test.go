package fakems

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestTranslateIDs(t *testing.T) {
	t.Parallel()
	w := setup(t)
	e := w.create(w.ana, meeting("x", w.clock.Now()))
	c := w.as(w.ana)
	rest := c.must(200, "GET", "/me/events/"+e.ID, nil).at("id").(string)
	ews := w.EWSID(w.ana.ID, e.ID)
	if !strings.ContainsAny(ews, "/+") || ews == rest {
		t.Fatalf("EWS id %s, REST id %s", ews, rest)
	}
	theirs := w.create(w.bo, meeting("y", w.clock.Now()))
	for _, x := range []struct{ name, id, from, to, want string }{
		{"EWS to REST", ews, "ewsId", "restId", rest},
		{"REST to EWS", rest, "restId", "ewsId", ews},
		{"EWS to immutable", ews, "ewsId", "restImmutableEntryId", e.ID},
		{"REST to immutable", rest, "restId", "restImmutableEntryId", e.ID},
		{"immutable to REST", e.ID, "restImmutableEntryId", "restId", rest},
		{"a colleague's", w.EWSID(w.bo.ID, theirs.ID), "ewsId", "restImmutableEntryId", "ErrorItemNotFound"},
		{"an EWS id called REST", ews, "restId", "restImmutableEntryId", "ErrorInvalidIdMalformed"},
		{"no id", "x", "ewsId", "restId", "ErrorInvalidIdMalformed"},
	} {
		got := c.must(200, "POST", "/me/translateExchangeIds", map[string]any{"inputIds": []string{x.id}, "sourceIdType": x.from, "targetIdType": x.to})
		answer := got.at("value", 0, "targetId")
		if answer == nil {
			answer = got.at("value", 0, "errorDetails", "code")
		}
		if answer != x.want || got.at("value", 0, "sourceId") != x.id {
			t.Errorf("%s: %s, want %s", x.name, got.raw, x.want)
		}
	}
	w.refused(c.do("POST", "/me/translateExchangeIds", map[string]any{"inputIds": []string{ews}, "sourceIdType": "ewsId", "targetIdType": "entryId"}), 400, "RequestBodyRead")
	w.surprised("entryId")
}

// Whatever a pane may ask with: only an id that Graph spells and that lies in
// the mailbox finds something.
func TestEventsAreFoundByTheirIDs(t *testing.T) {
	t.Parallel()
	w := setup(t)
	e, theirs := w.create(w.ana, meeting("x", w.clock.Now())), w.create(w.bo, meeting("y", w.clock.Now()))
	c := w.as(w.ana)
	rest := c.must(200, "GET", "/me/events/"+e.ID, nil).at("id").(string)
	for _, asked := range []*caller{c, c.with("Prefer", `IdType="ImmutableId"`)} {
		for _, id := range []string{e.ID, rest} {
			asked.must(200, "GET", "/me/events/"+id, nil)
		}
		w.refused(asked.do("GET", "/me/events/"+theirs.ID, nil), 404, "ErrorItemNotFound")
		w.refused(asked.do("GET", "/me/events/"+toREST.Replace(w.EWSID(w.bo.ID, theirs.ID)), nil), 404, "ErrorItemNotFound")
		w.refused(asked.do("GET", "/me/events/"+url.PathEscape(w.EWSID(w.ana.ID, e.ID)), nil), 400, "ErrorInvalidIdMalformed")
	}
	if got := c.with("Prefer", `IdType="ImmutableId"`).must(200, "GET", "/me/events/"+rest, nil).at("id"); got != e.ID {
		t.Errorf("asked for immutable ids: %v, want %s", got, e.ID)
	}
}

// An event that a client saved ahead of the server is nowhere in Graph, and
// nobody hears of it, before its time.
func TestSavedEventIsLate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	h := newHook(t)
	w.as(w.ana).must(201, "POST", "/subscriptions", w.form(h, nil))
	draft := meeting("x", w.clock.Now().Add(time.Hour), w.bo)
	draft.IsDraft = true
	e, err := w.SaveEvent(w.ana.ID, draft, 3*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	c := w.as(w.ana)
	view := "/me/calendarView?startDateTime=2026-03-02T00:00:00Z&endDateTime=2026-03-03T00:00:00Z"
	translate := map[string]any{"inputIds": []string{w.EWSID(w.ana.ID, e.ID)}, "sourceIdType": "ewsId", "targetIdType": "restImmutableEntryId"}
	look := func() (there int) {
		there += len(c.must(200, "GET", "/me/events", nil).at("value").([]any))
		there += len(c.must(200, "GET", view, nil).at("value").([]any))
		if c.must(200, "POST", "/me/translateExchangeIds", translate).at("value", 0, "targetId") == e.ID {
			there++
		}
		if c.do("GET", "/me/events/"+e.ID, nil).status == 200 {
			there++
		}
		return there
	}
	if there := look(); there != 0 {
		t.Errorf("the event is already at %d of 4 places", there)
	}
	if _, err := w.UpdateEvent(w.ana.ID, e.ID, func(e *Event) { e.Subject = "y" }); err != nil {
		t.Fatal(err)
	}
	if events := w.Events(w.ana.ID, time.Time{}, time.Time{}); len(events) != 1 {
		t.Error("Outlook itself does not show the event")
	}
	w.clock.Advance(3 * time.Second)
	if there := look(); there != 4 {
		t.Errorf("after its time the event is at %d of 4 places", there)
	}
	w.quiet()
	if got := strings.Join(h.got(), ","); got != "created" {
		t.Errorf("told %q, want created", got)
	}
}
