package graph

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

func TestItem(t *testing.T) {
	t.Parallel()
	w := setup(t)
	made := w.create(t, "Plan", now.Add(24*time.Hour))
	got, err := w.Item(t.Context(), w.mailbox, made.ID)
	if err != nil || string(got.ID) != made.ID || got.Subject != "Plan" || got.ETag == "" {
		t.Errorf("item: %+v, %v", got, err)
	}
	if _, err := w.Item(t.Context(), w.mailbox, "AAMkAGNobody="); !errs.Is(err, errs.NotFound) {
		t.Errorf("unknown: %v (%s), want not found", err, errs.KindOf(err))
	}
	const other meeting.AccountID = "11111111-0000-4000-8000-000000000000/33333333-0000-4000-8000-000000000000"
	if _, err := w.Item(t.Context(), other, made.ID); !errs.Is(err, errs.SignedOut) {
		t.Errorf("another mailbox: %v (%s), want its own grant asked", err, errs.KindOf(err))
	}
}

// calendar plays a mailbox that knows each event by two ids, one immutable, and
// is particular about the kind it is asked for.
type calendar struct {
	malformed bool              // says 400 of an id of the wrong kind, not 404
	either    bool              // takes both kinds everywhere
	ids       map[string]string // immutable id by the other
	kind      meeting.EventType
	changed   bool // each answer shows another version

	mu    sync.Mutex
	calls []string
}

func (c *calendar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.calls = append(c.calls, r.Method+" "+r.URL.EscapedPath())
	version := fmt.Sprint(len(c.calls))
	c.mu.Unlock()
	if !c.changed {
		version = "1"
	}
	immutable := r.Header.Get("Prefer") == prefer
	event := func(id string) map[string]any {
		at := map[string]string{"dateTime": "2026-11-24T10:00:00", "timeZone": "UTC"}
		return map[string]any{"id": id, "iCalUId": "uid'1", "subject": "Plan", "start": at, "end": at, "type": c.kind, "changeKey": version}
	}
	owner := "/v1.0/users/22222222-0000-4000-8000-000000000000/events"
	if r.URL.Path == owner {
		var found []any
		if r.URL.Query().Get("$filter") == "iCalUId eq 'uid''1'" {
			for _, id := range c.ids {
				found = append(found, event(id))
			}
		}
		json.NewEncoder(w).Encode(map[string]any{"value": found})
		return
	}
	asked, ok := strings.CutPrefix(r.URL.Path, owner+"/")
	for other, id := range c.ids {
		switch {
		case !ok:
		case asked == id && immutable, asked == other && c.either && immutable:
			json.NewEncoder(w).Encode(event(id))
			return
		case asked == other && !immutable:
			json.NewEncoder(w).Encode(event(other))
			return
		}
	}
	status, code := http.StatusNotFound, "ErrorItemNotFound"
	if c.malformed {
		status, code = http.StatusBadRequest, "ErrorInvalidIdMalformed"
	}
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":{"code":%q}}`, code)
}

func TestItemByOtherIDs(t *testing.T) {
	t.Parallel()
	const ews, rest, immutable = "AAMk/AG+x/y==", "AAMk-AG_x-y==", "AAkALgAAA-I_D=="
	for _, test := range []struct {
		name  string
		id    string
		world *calendar
		want  string // id; empty: not found
		calls int
	}{
		{name: "immutable", id: immutable, want: immutable, calls: 1},
		{name: "of Exchange Web Services", id: ews, want: immutable, calls: 3},
		{name: "of Graph, not immutable", id: rest, want: immutable, calls: 3},
		{name: "either kind is taken", id: ews, world: &calendar{either: true}, want: immutable, calls: 1},
		{name: "the wrong kind is malformed", id: ews, world: &calendar{malformed: true}, want: immutable, calls: 3},
		{name: "changed between two calls", id: ews, world: &calendar{changed: true}, want: immutable, calls: 3},
		{name: "an occurrence", id: ews, world: &calendar{kind: meeting.Occurrence}, want: rest, calls: 2},
		{name: "unknown", id: "AAMkOther", want: "", calls: 2},
		{name: "two events of one name, both changed", id: ews, want: "", calls: 3,
			world: &calendar{changed: true, ids: map[string]string{rest: immutable, "AAMkCopy": "AAkCopy"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			world := test.world
			if world == nil {
				world = &calendar{}
			}
			if world.ids == nil {
				world.ids = map[string]string{rest: immutable}
			}
			server := httptest.NewServer(world)
			t.Cleanup(server.Close)
			c := newClient(t, server.URL, fixed{}, clockwork.NewFakeClockAt(now))
			got, err := c.Item(t.Context(), mailbox, test.id)
			if string(got.ID) != test.want || (test.want == "") != errs.Is(err, errs.NotFound) || test.want != "" && err != nil {
				t.Errorf("item %q, %v, want %q", got.ID, err, test.want)
			}
			if len(world.calls) != test.calls {
				t.Errorf("%d calls, want %d: %v", len(world.calls), test.calls, world.calls)
			}
		})
	}
}

// TestItemsThatAreNone: no text leads out of the mailbox's own events.
func TestItemsThatAreNone(t *testing.T) {
	t.Parallel()
	c, requests := answering(t, reply{body: `{}`})
	for _, id := range []string{"", ".", "..", "../../other/events/a", "a/../../x", "a?$select=body", "a#b", "a%2fb", "a b", "a\n", "é", "a'", strings.Repeat("A", 2000)} {
		_, err := c.Item(t.Context(), mailbox, id)
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("%.40q: %v (%s), want not found", id, err, errs.KindOf(err))
		}
	}
	if got := requests(); len(got) != 0 {
		t.Errorf("asked Graph: %v", got)
	}
}

// TestItemWhenGraphFails: only what Graph says of the id is "not found".
func TestItemWhenGraphFails(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]errs.Kind{400: errs.NotFound, 404: errs.NotFound, 410: errs.NotFound,
		401: errs.SignedOut, 403: errs.Forbidden, 429: errs.Throttled, 503: errs.Unavailable} {
		c, _ := answering(t, reply{status: status})
		if _, err := c.Item(t.Context(), mailbox, "AAMk"); !errs.Is(err, want) {
			t.Errorf("answered %d: %v (%s), want %s", status, err, errs.KindOf(err), want)
		}
	}
}
