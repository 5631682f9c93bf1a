package fakewebex

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// listWorld has Anna's meetings yesterday (held), tomorrow, in three and in
// ten days, and one of Bob's tomorrow with Anna invited.
func listWorld(t *testing.T) *testbed {
	b := setup(t)
	at := func(host, title string, start time.Time, who ...Invitee) {
		if _, err := b.AddMeeting(Meeting{Host: host, Title: title, Start: start, End: start.Add(time.Hour), Invitees: who,
			Tags: map[string][]string{b.client.ClientID: {"tag of " + title}}}); err != nil {
			t.Fatal(err)
		}
	}
	day := func(n int) time.Time { return noon.Truncate(time.Hour).AddDate(0, 0, n) }
	at(anna, "tomorrow", day(1))
	at(anna, "in three days", day(3))
	at(anna, "in ten days", day(10))
	at(anna, "yesterday", day(-1))
	at(bob, "Bob's", day(1).Add(time.Minute), Invitee{Email: anna})
	at(bob, "none of mine", day(1))
	return b
}

func titles(a answer) []string {
	out := []string{}
	for _, item := range a.items() {
		out = append(out, item["title"].(string))
	}
	return out
}

func TestList(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		query []string
		want  []string
	}{
		{"next seven days by default", nil, []string{"tomorrow", "Bob's", "in three days"}},
		{"from alone is seven days on", []string{"from", "2026-03-07T00:00:00Z"}, []string{"in three days"}},
		{"to alone is seven days back", []string{"to", "2026-03-05T00:00:00Z"}, []string{"yesterday"}},
		{"from and to", []string{"from", "2026-01-01T00:00:00+01:00", "to", "2027-01-01T00:00:00+01:00"}, []string{"yesterday", "tomorrow", "Bob's", "in three days", "in ten days"}},
		{"to excludes", []string{"from", "2026-03-05T00:00:00Z", "to", "2026-03-05T12:01:00Z"}, []string{"tomorrow"}},
		{"overlap is enough", []string{"from", "2026-03-05T12:59:00Z", "to", "2026-03-06T00:00:00Z"}, []string{"tomorrow", "Bob's"}},
		{"dates alone", []string{"from", "2026-03-14", "to", "2026-03-15"}, []string{"in ten days"}},
		{"tag in the window", []string{"integrationTag", "tag of tomorrow"}, []string{"tomorrow"}},
		{"tag outside the default window", []string{"integrationTag", "tag of in ten days"}, []string{}},
		{"tag with a wide window", []string{"integrationTag", "tag of in ten days", "from", "2026-01-01T00:00:00Z", "to", "2027-01-01T00:00:00Z", "current", "false", "max", "100"}, []string{"in ten days"}},
		{"tag is exact", []string{"integrationTag", "tag of"}, []string{}},
		{"expired", []string{"state", "expired", "from", "2026-03-01T00:00:00Z", "to", "2026-03-20T00:00:00Z"}, []string{"yesterday"}},
		{"occurrences", []string{"meetingType", "scheduledMeeting"}, []string{"tomorrow", "Bob's", "in three days"}},
		{"exceptions", []string{"meetingType", "scheduledMeeting", "isModified", "true"}, []string{}},
		{"sessions", []string{"meetingType", "meeting"}, []string{}},
		{"another site", []string{"siteUrl", "lab.webex.com"}, []string{}},
		{"two items a page", []string{"max", "2"}, []string{"tomorrow", "Bob's"}},
	}
	b := listWorld(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, titles(b.do("GET", "/v1/meetings?"+query(tt.query...), ""))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRefusedList(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query string
		status      int
		text        string
		loud        string
	}{
		{"from after to", "from=2026-03-06T00:00:00Z&to=2026-03-05T00:00:00Z", 400, "Parameter 'from' cannot be after 'to'.", ""},
		{"plus not escaped", "from=2026-03-06T00:00:00+01:00", 400, "Parameter 'from' is not a valid ISO 8601 date-time.", "has to be escaped"},
		{"number and link", "meetingNumber=1&webLink=x", 400, "Parameters 'meetingNumber', 'webLink' and 'roomId' are mutually exclusive.", ""},
		{"unknown type", "meetingType=series", 400, "Parameter 'meetingType' must be one of meetingSeries, scheduledMeeting, meeting.", ""},
		{"max that is no number", "max=all", 400, "Parameter 'max' must be a number from 1 to 100.", ""},
		{"hostEmail", "hostEmail=bob@contoso.com", 403, "The hostEmail parameter requires an admin-level scope.", ""},
		{"unknown series", "meetingSeriesId=0123456789abcdef0123456789abcdef", 404, "The meeting is not found.", ""},
		{"room", "roomId=x", 400, "The sandbox does not model roomId.", "not modelled"},
		{"misspelt parameter", "integrationTags=a", 200, "", `"integrationTags" is ignored`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			checkAnswer(t, b.do("GET", "/v1/meetings?"+tt.query, ""), tt.status, tt.text)
			if tt.loud != "" {
				b.wantComplaint(t, tt.loud)
			}
		})
	}
}

// Without a series the number and the link lead to the occurrence, unless
// current is false; the window does not count.
func TestLookUp(t *testing.T) {
	t.Parallel()
	b := listWorld(t)
	m := b.Meetings(anna)[0] // newest start first: in ten days
	for _, q := range [][]string{{"meetingNumber", m.Number}, {"webLink", m.WebLink}} {
		if got := b.do("GET", "/v1/meetings?"+query(q...), "").items(); len(got) != 1 || got[0]["id"] != m.occurrenceID(m.Start) {
			t.Errorf("%v leads to %v", q, got)
		}
		if got := b.do("GET", "/v1/meetings?"+query(append(q, "current", "false")...), "").items(); len(got) != 1 || got[0]["id"] != m.ID {
			t.Errorf("%v leads to the series %v", q, got)
		}
	}
	a := b.do("GET", "/v1/meetings?"+query("meetingSeriesId", m.ID, "from", "2026-03-01", "to", "2026-04-01"), "")
	if got := a.items(); len(got) != 1 || got[0]["id"] != m.occurrenceID(m.Start) {
		t.Errorf("the series has %v", got)
	}
}

func TestSessions(t *testing.T) {
	t.Parallel()
	b := setup(t)
	m := id(b.create(""))
	b.clock.Advance(22 * time.Hour)
	b.StartMeeting(m)
	b.clock.Advance(time.Minute) // the window ends now, exclusively
	list := func() []map[string]any { return b.do("GET", "/v1/meetings?meetingType=meeting", "").items() }
	if got := list(); len(got) != 1 || got[0]["state"] != "inProgress" || got[0]["end"] != nil || got[0]["start"] != "2026-03-05T10:00:30Z" {
		t.Fatalf("running: %v", got)
	}
	b.clock.Advance(19 * time.Minute)
	b.EndMeeting(m)
	b.clock.Advance(14 * time.Minute)
	if got := list(); len(got) != 0 {
		t.Errorf("14 minutes after its end the session is listed: %v", got)
	}
	b.clock.Advance(time.Minute)
	got := list()
	if len(got) != 1 || got[0]["state"] != "ended" || got[0]["end"] != "2026-03-05T10:20:30Z" || got[0]["password"] != nil {
		t.Fatalf("15 minutes after: %v", got)
	}
	if a := b.do("GET", "/v1/meetings/"+got[0]["id"].(string), ""); a.body["state"] != "ended" || a.body["meetingSeriesId"] != m {
		t.Errorf("read: %d %v", a.status, a.body)
	}
}

var nextLink = regexp.MustCompile(`^<([^>]+)>; rel="next"$`)

// all follows next links to the end.
func (b *testbed) all(t *testing.T, path string) (titles []string, pages int) {
	t.Helper()
	for path != "" {
		a := b.do("GET", path, "")
		if a.status == 429 {
			b.clock.Advance(time.Second)
			continue
		}
		if a.status != 200 {
			t.Fatalf("GET %s: %d %s", path, a.status, a.raw)
		}
		for _, item := range a.items() {
			titles = append(titles, fmt.Sprint(item["title"], item["email"]))
		}
		pages++
		path = ""
		if link := a.header.Get("Link"); link != "" {
			path = nextLink.FindStringSubmatch(link)[1]
		}
	}
	return titles, pages
}

func TestPaging(t *testing.T) {
	t.Parallel()
	most := 0
	for seed := range uint64(10) {
		b := setup(t, func(s *Server) { s.Calm, s.Seed = false, seed })
		var want []string
		for i := range 12 {
			start := noon.Add(time.Duration(i+1) * time.Hour)
			title := fmt.Sprintf("m%02d", i)
			want = append(want, title+"<nil>")
			if _, err := b.AddMeeting(Meeting{Host: anna, Title: title, Start: start, End: start.Add(time.Hour)}); err != nil {
				t.Fatal(err)
			}
		}
		got, pages := b.all(t, "/v1/meetings?max=5&from=2026-03-04T00:00:00%2B01:00&to=2026-03-06T00:00:00Z")
		if !slices.Equal(got, want) {
			t.Errorf("seed %d: got %v", seed, got)
		}
		most = max(most, pages)
	}
	if most < 4 {
		t.Errorf("at most %d pages of 12 items: not unpleasant", most)
	}
}

func TestCalmPaging(t *testing.T) {
	t.Parallel()
	b := listWorld(t)
	if got, pages := b.all(t, "/v1/meetings?max=2"); len(got) != 3 || pages != 2 {
		t.Errorf("%d items on %d pages", len(got), pages)
	}
	if got, pages := b.all(t, "/v1/meetings?max=3"); len(got) != 3 || pages != 1 {
		t.Errorf("%d items on %d pages", len(got), pages)
	}
	if got, pages := b.all(t, "/v1/meetings?max=1000"); len(got) != 3 || pages != 1 {
		t.Errorf("max is clamped: %d items on %d pages", len(got), pages)
	}
}
