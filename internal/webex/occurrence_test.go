package webex

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// Answers about series that Webex is free to give and the sandbox does not.

const first, second = "2026-12-01T10:00:00Z", "2026-12-02T10:00:00Z"

// item is an occurrence as a list shows it.
func item(id, start string, more ...string) string {
	return fmt.Sprintf(`{"id":%q,"meetingType":"scheduledMeeting","title":"Plan","state":"scheduled","start":%q,"end":"2026-12-31T11:00:00Z"%s}`,
		id, start, strings.Join(more, ""))
}

func originals(list []meeting.WebexOccurrence) (got []string) {
	for _, o := range list {
		got = append(got, o.Original.Format(time.RFC3339))
	}
	return got
}

func TestOccurrenceForms(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, items string
		want        []string // original starts
	}{
		{"none", "", nil},
		{"the id tells the original start", item("a_20261201T100000Z", "2026-12-01T15:30:00Z", `,"isModified":true`), []string{first}},
		{"isModified as a text", item("a_20261201T100000Z", "2026-12-01T15:30:00Z", `,"isModified":"true"`), []string{first}},
		{"in another order", item("a_20261202T100000Z", second) + "," + item("a_20261201T100000Z", first), []string{first, second}},
		{"one on two pages", item("a_20261201T100000Z", first) + "," + item("a_20261201T100000Z", first), []string{first}},
		{"opaque id", item("8f2c", first), []string{first}},
		{"no errors, said aloud", item("a_20261201T100000Z", first, `,"errors":null`), []string{first}},
		{"of another series", item("b_20261201T100000Z", first, `,"meetingSeriesId":"b"`), nil},
		{"a session among them", `{"id":"a_I_123456789012345678","meetingType":"meeting","start":"` + first + `","meetingSeriesId":"a"}`, nil},
	} {
		c, _ := answering(t, 200, nil, `{"items":[`+test.items+`]}`)
		list, err := c.Occurrences(t.Context(), host, "a", now, now.AddDate(0, 13, 0))
		if diff := cmp.Diff(test.want, originals(list)); diff != "" || err != nil {
			t.Errorf("%s: %v, original starts (-want +got):\n%s", test.name, err, diff)
		}
	}
}

// TestOccurrencesThatCannotBeTold: what is missing from the list was deleted, so
// one that cannot be read must not be missing.
func TestOccurrencesThatCannotBeTold(t *testing.T) {
	t.Parallel()
	good := item("a_20261201T100000Z", first)
	for _, test := range []struct {
		name, bad string
		kind      errs.Kind
	}{
		{"not shown", `{"id":"a_20261202T100000Z","errors":{"title":{"code":"kms_failure"}}}`, errs.Unavailable},
		{"not even named", `{"errors":[{"description":"x"}]}`, errs.Unavailable},
		{"moved, with an opaque id", item("8f2c", second, `,"isModified":true`), errs.Internal},
		{"with a start that is none", item("a_20261202T100000Z", "soon"), errs.Internal},
	} {
		c, _ := answering(t, 200, nil, `{"items":[`+good+","+test.bad+`]}`)
		list, err := c.Occurrences(t.Context(), host, "a", now, now.AddDate(0, 13, 0))
		if err == nil || !errs.Is(err, test.kind) || list != nil {
			t.Errorf("%s: %v, %v (%s), want %q", test.name, list, err, errs.KindOf(err), test.kind)
		}
	}
}

// TestOccurrencePages: a page may be empty and still have a next link.
func TestOccurrencePages(t *testing.T) {
	t.Parallel()
	pages := []string{"", item("a_20261201T100000Z", first), "", item("a_20261202T100000Z", second)}
	var mu sync.Mutex
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		n := len(asked)
		asked = append(asked, r.RequestURI)
		if n+1 < len(pages) {
			w.Header().Set("Link", fmt.Sprintf(`<http://%s/v1/meetings?cursor=%d>; rel="next"`, r.Host, n+1))
		}
		io.WriteString(w, `{"items":[`+pages[n]+`]}`)
	}))
	t.Cleanup(server.Close)
	c := newClient(t, server.URL, fixed{}, clockwork.NewFakeClockAt(now))
	list, err := c.Occurrences(t.Context(), host, "a", now, now.AddDate(0, 13, 0))
	if diff := cmp.Diff([]string{first, second}, originals(list)); diff != "" || err != nil {
		t.Errorf("%v, original starts (-want +got):\n%s", err, diff)
	}
	want := "/v1/meetings?from=2026-11-23T10%3A00%3A00Z&max=100&meetingSeriesId=a&meetingType=scheduledMeeting&to=2027-12-23T10%3A00%3A00Z"
	if len(asked) != len(pages) || asked[0] != want {
		t.Errorf("asked %v, want first %s", asked, want)
	}
}

func TestMoveTooFar(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 403, 409} {
		c, _ := answering(t, status, nil, `{"message":"meeting.err.two_meeting_schedule_at_same_day"}`)
		start := now.AddDate(0, 0, 9)
		_, err := c.UpdateMeeting(t.Context(), host, "a_20261201T100000Z", meeting.MeetingPatch{Start: &start, End: &start})
		if !errs.Is(err, errs.Invalid) || errs.CodeOf(err) != CodeInterval {
			t.Errorf("refused with %d: %v (%s, %q)", status, err, errs.KindOf(err), errs.CodeOf(err))
		}
	}
}

// TestRuleOnTheWire: a rule that is not changed is not sent, since it would
// undo everything that was changed of single dates.
func TestRuleOnTheWire(t *testing.T) {
	t.Parallel()
	var sent map[string]any
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent = map[string]any{}
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			t.Error(err)
		}
		io.WriteString(w, item("a", first))
	}))
	t.Cleanup(server.Close)
	c := newClient(t, server.URL, fixed{}, clockwork.NewFakeClockAt(now))
	const rule = "FREQ=DAILY;INTERVAL=1"
	series := spec("Plan")
	series.Rule = rule
	title := "Plan B"
	for _, test := range []struct {
		name string
		call func() error
		said bool
		want any
	}{
		{"series", func() error { _, err := c.CreateMeeting(t.Context(), host, series); return err }, true, rule},
		{"single meeting", func() error { _, err := c.CreateMeeting(t.Context(), host, spec("Plan")); return err }, false, nil},
		{"another rule", func() error {
			_, err := c.UpdateMeeting(t.Context(), host, "a", meeting.MeetingPatch{Rule: new(rule)})
			return err
		}, true, rule},
		{"single from now on", func() error {
			_, err := c.UpdateMeeting(t.Context(), host, "a", meeting.MeetingPatch{Rule: new("")})
			return err
		}, true, nil},
		{"another title", func() error {
			_, err := c.UpdateMeeting(t.Context(), host, "a", meeting.MeetingPatch{Title: &title})
			return err
		}, false, nil},
	} {
		if err := test.call(); err != nil {
			t.Fatal(err)
		}
		got, said := sent["recurrence"]
		if said != test.said || got != test.want {
			t.Errorf("%s: sent %v (said: %t), want %v (%t)", test.name, got, said, test.want, test.said)
		}
		if _, times := sent["start"]; test.name == "another title" && times {
			t.Error("times were sent that did not change")
		}
	}
}
