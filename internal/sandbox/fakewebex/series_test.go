package fakewebex

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// weekly makes Anna's series on Thursdays at 11:00 in Prague from tomorrow, 5 March 2026,
// of five dates.
func (b *testbed) weekly(extra string) string {
	b.t.Helper()
	return id(b.repeating("FREQ=WEEKLY;INTERVAL=1;COUNT=5;BYDAY=TH", extra))
}

func (b *testbed) repeating(rule, extra string) map[string]any {
	b.t.Helper()
	a := b.do("POST", "/v1/meetings", `{"title":"Plan","start":"2026-03-05T11:00:00+01:00","end":"2026-03-05T12:00:00+01:00",
		"timezone":"Europe/Prague","sendEmail":false,"recurrence":"`+rule+`"`+extra+`}`)
	if a.status != 200 {
		b.t.Fatalf("create: %d %s", a.status, a.raw)
	}
	return a.body
}

// listed are the series' occurrences in the next year: suffix of the id, start,
// state and, if it is one, that it is an exception.
func (b *testbed) listed(series string) (list []string) {
	b.t.Helper()
	from := b.clock.Now().AddDate(0, -6, 0)
	a := b.do("GET", "/v1/meetings?"+query("meetingSeriesId", series, "meetingType", "scheduledMeeting", "max", "100",
		"from", from.Format(time.RFC3339), "to", from.AddDate(1, 0, 0).Format(time.RFC3339)), "")
	for _, o := range a.items() {
		line := fmt.Sprintf("%s at %s %s", strings.TrimPrefix(id(o), series+"_"), o["start"].(string)[5:16], o["state"])
		if o["isModified"] == true {
			line += " modified"
		}
		list = append(list, line)
	}
	return list
}

func (b *testbed) patch(id, body string) answer {
	b.t.Helper()
	return b.do("PATCH", "/v1/meetings/"+id, `{"sendEmail":false,`+body+`}`)
}

// move takes an occurrence to 14:00 UTC of a day.
func (b *testbed) move(id, day string) answer {
	b.t.Helper()
	return b.patch(id, `"start":"`+day+`T14:00:00Z","end":"`+day+`T15:00:00Z"`)
}

func TestSeries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	made := b.repeating("FREQ=WEEKLY;INTERVAL=1;COUNT=5;BYDAY=TH", "")
	m := id(made)
	if got := []any{made["recurrence"], made["meetingType"], made["start"], made["state"]}; !cmp.Equal(got, []any{"FREQ=WEEKLY;COUNT=5;INTERVAL=1;BYDAY=TH", "meetingSeries", "2026-03-05T11:00:00+01:00", "active"}) {
		t.Errorf("made %v", got)
	}
	// The clocks change on 29 March: it is 11:00 in Prague all the time.
	want := []string{
		"20260305T100000Z at 03-05T10:00 ready", "20260312T100000Z at 03-12T10:00 scheduled", "20260319T100000Z at 03-19T10:00 scheduled",
		"20260326T100000Z at 03-26T10:00 scheduled", "20260402T090000Z at 04-02T09:00 scheduled",
	}
	if diff := cmp.Diff(want, b.listed(m)); diff != "" {
		t.Errorf("occurrences (-want +got):\n%s", diff)
	}
	o := b.do("GET", "/v1/meetings/"+m+"_20260402T090000Z", "").body
	if got := []any{o["meetingType"], o["meetingSeriesId"], o["isModified"], o["recurrence"], o["meetingNumber"]}; !cmp.Equal(got, []any{"scheduledMeeting", m, false, nil, made["meetingNumber"]}) {
		t.Errorf("an occurrence is %v", got)
	}
	for _, other := range []string{"_20260403T090000Z", "_20260409T090000Z", "_20260402T100000Z", "_x"} {
		if a := b.do("GET", "/v1/meetings/"+m+other, ""); a.status != 404 {
			t.Errorf("occurrence %s: %d", other, a.status)
		}
	}
	// The list shows the occurrence that comes next, the read the first one.
	b.clock.Advance(8 * 24 * time.Hour)
	starts := func(path string) string {
		a := b.do("GET", path, "")
		if items := a.items(); len(items) > 0 {
			return items[0]["id"].(string)[32:] + " " + items[0]["start"].(string)
		}
		return a.body["id"].(string)[32:] + " " + a.body["start"].(string)
	}
	for path, want := range map[string]string{
		"/v1/meetings/" + m:                   " 2026-03-05T10:00:00Z",
		"/v1/meetings/" + m + "?current=true": "_20260319T100000Z 2026-03-19T10:00:00Z",
		"/v1/meetings":                        " 2026-03-19T10:00:00Z",
		"/v1/meetings?current=false":          " 2026-03-05T10:00:00Z",
		"/v1/meetings?meetingNumber=" + made["meetingNumber"].(string): "_20260319T100000Z 2026-03-19T10:00:00Z",
	} {
		if got := starts(path); got != want {
			t.Errorf("%s shows %q, want %q", path, got, want)
		}
	}
}

func TestExceptions(t *testing.T) {
	t.Parallel()
	b := setup(t)
	m := b.weekly("")
	a := b.move(m+"_20260312T100000Z", "2026-03-13")
	if got := []any{a.status, a.body["id"], a.body["isModified"], a.body["start"]}; !cmp.Equal(got, []any{200, m + "_20260312T100000Z", true, "2026-03-13T14:00:00Z"}) {
		t.Errorf("moved %v", got)
	}
	b.patch(m+"_20260319T100000Z", `"title":"Its own"`)
	if a := b.do("DELETE", "/v1/meetings/"+m+"_20260326T100000Z?sendEmail=false", ""); a.status != 204 {
		t.Errorf("delete: %d %s", a.status, a.raw)
	}
	checkAnswer(t, b.do("DELETE", "/v1/meetings/"+m+"_20260326T100000Z?sendEmail=false", ""), 404, textNoMeeting)
	checkAnswer(t, b.move(m+"_20260326T100000Z", "2026-03-26"), 404, textNoMeeting)
	exceptions := []string{
		"20260305T100000Z at 03-05T10:00 ready", "20260312T100000Z at 03-13T14:00 scheduled modified",
		"20260319T100000Z at 03-19T10:00 scheduled modified", "20260402T090000Z at 04-02T09:00 scheduled",
	}
	if diff := cmp.Diff(exceptions, b.listed(m)); diff != "" {
		t.Errorf("exceptions (-want +got):\n%s", diff)
	}
	year := []string{"meetingSeriesId", m, "meetingType", "scheduledMeeting", "from", "2026-03-01", "to", "2027-01-01"}
	for modified, want := range map[string]int{"true": 2, "false": 2} {
		if got := b.do("GET", "/v1/meetings?"+query(append(year, "isModified", modified)...), "").items(); len(got) != want {
			t.Errorf("%d are listed with isModified %s", len(got), modified)
		}
	}
	// A title of the series leaves exceptions with theirs and where they are.
	b.patch(m, `"title":"Renamed"`)
	if diff := cmp.Diff(exceptions, b.listed(m)); diff != "" {
		t.Errorf("renamed (-want +got):\n%s", diff)
	}
	for suffix, want := range map[string]string{"": "Renamed", "_20260312T100000Z": "Renamed", "_20260319T100000Z": "Its own", "_20260402T090000Z": "Renamed"} {
		if got := b.do("GET", "/v1/meetings/"+m+suffix, "").body["title"]; got != want {
			t.Errorf("title of %q is %v, want %s", suffix, got, want)
		}
	}
	// Another hour makes all of it new.
	b.patch(m, `"start":"2026-03-05T12:00:00+01:00","end":"2026-03-05T13:00:00+01:00","timezone":"Europe/Prague"`)
	want := []string{
		"20260305T110000Z at 03-05T11:00 ready", "20260312T110000Z at 03-12T11:00 scheduled", "20260319T110000Z at 03-19T11:00 scheduled",
		"20260326T110000Z at 03-26T11:00 scheduled", "20260402T100000Z at 04-02T10:00 scheduled",
	}
	if diff := cmp.Diff(want, b.listed(m)); diff != "" {
		t.Errorf("another hour (-want +got):\n%s", diff)
	}
	if len(b.Mails()) != 0 {
		t.Errorf("mails were sent: %v", b.Mails())
	}
}

// TestSameTimes: what a series is sent unchanged may wipe all the same.
func TestSameTimes(t *testing.T) {
	t.Parallel()
	const times = `"start":"2026-03-05T11:00:00+01:00","end":"2026-03-05T12:00:00+01:00","timezone":"Europe/Prague"`
	for _, tt := range []struct {
		name, body string
		keep       bool
		kept       bool
	}{
		{"times", times, false, false},
		{"times, kept", times, true, true},
		{"rule in other words", `"recurrence":"FREQ=WEEKLY;COUNT=5;BYDAY=TH"`, false, false},
		{"rule in other words, kept", `"recurrence":"FREQ=WEEKLY;COUNT=5;BYDAY=TH"`, true, true},
		{"another end", `"recurrence":"FREQ=WEEKLY;COUNT=6;BYDAY=TH"`, true, false},
		{"an hour longer", `"end":"2026-03-05T13:00:00+01:00","timezone":"Europe/Prague"`, true, false},
		{"the same in another zone", `"start":"2026-03-05T10:00:00Z","end":"2026-03-05T11:00:00Z","timezone":"UTC"`, true, false},
		{"a zone alone", `"timezone":"Asia/Tokyo"`, false, true},
		{"agenda", `"agenda":"All of it"`, false, true},
	} {
		b := setup(t, func(s *Server) { s.KeepSameTimes = tt.keep })
		m := b.weekly("")
		b.patch(m+"_20260312T100000Z", `"title":"Its own"`)
		if a := b.patch(m, tt.body); a.status != 200 {
			t.Fatalf("%s: %d %s", tt.name, a.status, a.raw)
		}
		kept := slices.ContainsFunc(b.listed(m), func(line string) bool { return strings.HasSuffix(line, "modified") })
		if kept != tt.kept {
			t.Errorf("%s: exceptions were kept: %t", tt.name, kept)
		}
	}
}

// TestRenamedSeries: what becomes of the titles of exceptions is documented nowhere.
func TestRenamedSeries(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		copied, overwrites bool
		moved, titled      string
	}{
		{false, false, "Renamed", "Its own"}, {true, false, "Plan", "Its own"}, {false, true, "Renamed", "Renamed"}, {true, true, "Renamed", "Renamed"},
	} {
		b := setup(t, func(s *Server) { s.CopiedExceptions, s.RenameOverwrites = tt.copied, tt.overwrites })
		m := b.weekly("")
		b.move(m+"_20260312T100000Z", "2026-03-13")
		b.patch(m+"_20260319T100000Z", `"title":"Its own"`)
		b.patch(m, `"title":"Renamed"`)
		for suffix, want := range map[string]string{"_20260312T100000Z": tt.moved, "_20260319T100000Z": tt.titled, "_20260326T100000Z": "Renamed"} {
			o := b.do("GET", "/v1/meetings/"+m+suffix, "").body
			if changed := suffix != "_20260326T100000Z"; o["title"] != want || o["isModified"] != changed {
				t.Errorf("copied %t, overwrites %t: %s is %v, modified %v", tt.copied, tt.overwrites, suffix, o["title"], o["isModified"])
			}
		}
	}
}

func TestSeriesAndSingle(t *testing.T) {
	t.Parallel()
	b := setup(t)
	m := b.weekly("")
	b.patch(m+"_20260312T100000Z", `"title":"Its own"`)
	if a := b.patch(m, `"recurrence":null`); a.status != 200 || a.body["id"] != m || a.body["recurrence"] != nil {
		t.Errorf("to single: %d %s", a.status, a.raw)
	}
	if diff := cmp.Diff([]string{"20260305T100000Z at 03-05T10:00 ready"}, b.listed(m)); diff != "" {
		t.Errorf("single (-want +got):\n%s", diff)
	}
	if a := b.patch(m, `"recurrence":"FREQ=DAILY;COUNT=2"`); a.status != 200 || a.body["recurrence"] != "FREQ=DAILY;COUNT=2;INTERVAL=1" {
		t.Errorf("to series: %d %s", a.status, a.raw)
	}
	if diff := cmp.Diff([]string{"20260305T100000Z at 03-05T10:00 ready", "20260306T100000Z at 03-06T10:00 scheduled"}, b.listed(m)); diff != "" {
		t.Errorf("series (-want +got):\n%s", diff)
	}
}

func TestStatesOfSeries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	m := b.weekly("")
	step := func(name string, d time.Duration, want ...string) {
		t.Helper()
		b.clock.Advance(d)
		b.token, _ = b.IssueTokens(anna, b.client.ClientID, allScopes...)
		got := []string{b.do("GET", "/v1/meetings/"+m, "").body["state"].(string)}
		for _, line := range b.listed(m) {
			got = append(got, strings.Fields(line)[3])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	const day = 24 * time.Hour
	step("before", 0, "active", "ready", "scheduled", "scheduled", "scheduled", "scheduled")
	b.clock.Advance(22 * time.Hour)
	b.StartMeeting(m)
	step("running", time.Minute, "inProgress", "ready", "scheduled", "scheduled", "scheduled", "scheduled")
	step("running on", 90*time.Minute, "inProgress", "ready", "ready", "scheduled", "scheduled", "scheduled")
	checkAnswer(t, b.patch(m, `"title":"X"`), 403, "Meeting is in progress")
	checkAnswer(t, b.patch(m+"_20260305T100000Z", `"title":"X"`), 403, "Meeting is in progress")
	checkAnswer(t, b.do("DELETE", "/v1/meetings/"+m+"_20260305T100000Z?sendEmail=false", ""), 403, "Meeting is in progress")
	if a := b.patch(m+"_20260319T100000Z", `"agenda":"X"`); a.status != 200 {
		t.Errorf("another date of a running series: %d %s", a.status, a.raw)
	}
	b.EndMeeting(m)
	step("over", 0, "active", "ended", "ready", "scheduled", "scheduled", "scheduled")
	step("nobody came", 7*day, "active", "ended", "missed", "ready", "scheduled", "scheduled")
	if a := b.move(m+"_20260312T100000Z", "2026-03-17"); a.status != 200 {
		t.Errorf("moved ahead: %d %s", a.status, a.raw)
	}
	step("moved ahead", 0, "active", "ended", "ready", "scheduled", "scheduled", "scheduled")
	step("after the last", 22*day, "expired", "ended", "missed", "missed", "missed", "missed")
	checkAnswer(t, b.patch(m, `"start":"2026-03-05T11:00:00+01:00","end":"2026-03-05T12:00:00+01:00","timezone":"Europe/Prague"`), 400, "Parameter 'start' or 'end' is before current time.")
	b.clock.Advance(181 * day)
	b.token, _ = b.IssueTokens(anna, b.client.ClientID, allScopes...)
	checkAnswer(t, b.do("GET", "/v1/meetings/"+m, ""), 404, textNoMeeting)
}

// TestLastOccurrenceDeleted leaves an expired series.
func TestLastOccurrenceDeleted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	m := id(b.repeating("FREQ=DAILY;COUNT=2", ""))
	for _, suffix := range []string{"_20260305T100000Z", "_20260306T100000Z"} {
		b.do("DELETE", "/v1/meetings/"+m+suffix+"?sendEmail=false", "")
	}
	if a := b.do("GET", "/v1/meetings/"+m, ""); a.body["state"] != "expired" || len(b.listed(m)) != 0 {
		t.Errorf("%d %v, occurrences %v", a.status, a.body["state"], b.listed(m))
	}
	if a := b.do("GET", "/v1/meetings/"+m+"?current=true", ""); a.status != 200 {
		t.Errorf("current: %d", a.status)
	}
}

func TestRefusedSeries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	m := b.weekly("")
	const one = "_20260312T100000Z"
	for _, tt := range []struct {
		name, id, body, text string
	}{
		{"start that does not fit", m, `"recurrence":"FREQ=WEEKLY;BYDAY=FR"`, "Parameter 'start' does not fit the recurrence."},
		{"until before the start", m, `"recurrence":"FREQ=DAILY;UNTIL=20260304T000000Z"`, "Parameter 'recurrence' is invalid: UNTIL is before the first date."},
		{"rule that is a number", m, `"recurrence":7`, "Parameter 'recurrence' must be a string."},
		{"rule of an occurrence", m + one, `"recurrence":"FREQ=DAILY"`, "Parameter 'recurrence' can be changed for a meeting series only."},
		{"no rule of an occurrence", m + one, `"recurrence":null`, "Parameter 'recurrence' can be changed for a meeting series only."},
		{"tags of an occurrence", m + one, `"integrationTags":["a"]`, "Parameter 'integrationTags' can be changed for a meeting series only."},
		{"occurrence into the past", m + one, `"start":"2026-03-04T10:00:00Z","end":"2026-03-12T11:00:00Z"`, "Parameter 'start' or 'end' is before current time."},
		{"occurrence too short", m + one, `"end":"2026-03-12T10:05:00Z"`, "Duration between 'start' and 'end' cannot be shorter than 10 minutes or longer than 23 hours 59 minutes."},
	} {
		a := b.patch(tt.id, tt.body)
		if a.status != 400 || a.text() != tt.text {
			t.Errorf("%s: %d %q, want %q", tt.name, a.status, a.text(), tt.text)
		}
	}
	checkAnswer(t, b.patch(m, `"recurrence":"FREQ=MONTHLY;BYDAY=1TH"`), 400, "Parameter 'recurrence' is invalid: BYDAY in a monthly rule.")
	b.wantComplaint(t, "not documented")

	b.ShiftStart = true
	if a := b.patch(m, `"recurrence":"FREQ=WEEKLY;COUNT=2;BYDAY=MO"`); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	if diff := cmp.Diff([]string{"20260309T100000Z at 03-09T10:00 ready", "20260316T100000Z at 03-16T10:00 scheduled"}, b.listed(m)); diff != "" {
		t.Errorf("shifted (-want +got):\n%s", diff)
	}
}

// TestSilentCuts: a series with an end is cut to so many dates.
func TestSilentCuts(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]int{
		"FREQ=DAILY;COUNT=2000": 1826, "FREQ=WEEKLY;BYDAY=TH;COUNT=300": 261, "FREQ=WEEKLY;BYDAY=TH,FR;COUNT=300": 261,
		"FREQ=MONTHLY;COUNT=80": 60, "FREQ=YEARLY;COUNT=9": 5, "FREQ=MONTHLY;INTERVAL=12;COUNT=20": 5,
		"FREQ=DAILY;UNTIL=20400101T000000Z": 1826, "FREQ=WEEKLY;INTERVAL=1;BYDAY=TH;COUNT=260": 260,
	} {
		b := setup(t)
		made := b.repeating(rule, "")
		n := 0
		v, _ := b.Meeting(id(made))
		for range v.series.originals(noon.AddDate(30, 0, 0)) {
			n++
		}
		if n != want {
			t.Errorf("%s (%v) has %d dates, want %d", rule, made["recurrence"], n, want)
		}
	}
	b := setup(t)
	endless, n := id(b.repeating("FREQ=DAILY", "")), 0
	v, _ := b.Meeting(endless)
	for range v.series.originals(noon.AddDate(9, 0, 0)) {
		n++
	}
	if n != 9*365+2 {
		t.Errorf("an endless series has %d dates in nine years", n)
	}
}

func TestInviteesOfOccurrences(t *testing.T) {
	t.Parallel()
	for _, apart := range []bool{false, true} {
		b := setup(t, func(s *Server) { s.InviteesApart = apart })
		m := b.weekly(`,"invitees":[{"email":"bob@contoso.com"}]`)
		own, moved, plain := m+"_20260312T100000Z", m+"_20260319T100000Z", m+"_20260326T100000Z"
		invited := func(id string) []string {
			var list []string
			for _, i := range b.do("GET", "/v1/meetingInvitees?meetingId="+id, "").items() {
				list = append(list, strings.TrimPrefix(i["id"].(string), id)[:1]+i["email"].(string))
			}
			return list
		}
		add := func(id, email string) answer {
			return b.do("POST", "/v1/meetingInvitees/bulkInsert", `{"meetingId":"`+id+`","items":[{"email":"`+email+`","sendEmail":false}]}`)
		}
		b.move(moved, "2026-03-20")
		if a := add(own, "carl@fabrikam.com"); a.status != 200 || !strings.HasPrefix(id(a.items()[0]), own+"_") || a.items()[0]["meetingId"] != own {
			t.Fatalf("add: %d %s", a.status, a.raw)
		}
		checkAnswer(t, add(own, "bob@contoso.com"), 409, textSomeAre)
		bobs := b.do("GET", "/v1/meetingInvitees?meetingId="+own, "").items()[0]
		if a := b.do("DELETE", "/v1/meetingInvitees/"+id(bobs)+"?sendEmail=false", ""); a.status != 204 {
			t.Errorf("remove: %d %s", a.status, a.raw)
		}
		add(m, "dora@fabrikam.com")
		want := map[string][]string{
			m: {"_bob@contoso.com", "_dora@fabrikam.com"}, plain: {"_bob@contoso.com", "_dora@fabrikam.com"},
			own: {"_carl@fabrikam.com", "_dora@fabrikam.com"}, moved: {"_bob@contoso.com", "_dora@fabrikam.com"},
		}
		if apart {
			want[own], want[moved] = []string{"_carl@fabrikam.com"}, []string{"_bob@contoso.com"}
		}
		for id, want := range want {
			if diff := cmp.Diff(want, invited(id)); diff != "" {
				t.Errorf("apart %t, %s (-want +got):\n%s", apart, id[32:], diff)
			}
		}
		if a := b.do("GET", "/v1/meetings/"+own, ""); a.body["isModified"] != true {
			t.Error("an occurrence with its own invitees is not modified")
		}
		if len(b.Mails()) != 0 {
			t.Errorf("mails were sent: %v", b.Mails())
		}
	}
}

// TestInterval: a move inside an occurrence's interval is never refused, one
// outside always is, in any order and with all knobs.
func TestInterval(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(6, 2))
	for range 40 {
		present, free, rule := random.IntN(2) == 0, random.IntN(2) == 0, "FREQ=DAILY;INTERVAL="+fmt.Sprint(1+random.IntN(9))
		if random.IntN(2) == 0 {
			rule = "FREQ=WEEKLY;BYDAY=TH" + []string{"", ",MO", ",FR,SA"}[random.IntN(3)]
		}
		b := setup(t, func(s *Server) { s.PresentBounds, s.DeletedFree, s.RateLimit = present, free, -1 })
		m := id(b.repeating(rule+";COUNT=8", ""))
		prague, _ := time.LoadLocation("Europe/Prague")
		midnight := func(t time.Time) time.Time {
			y, m, d := t.In(prague).Date()
			return time.Date(y, m, d, 0, 0, 0, 0, prague)
		}
		for range 25 {
			all := b.Server.Occurrences(m, noon.AddDate(-1, 0, 0), noon.AddDate(1, 0, 0))
			slices.SortFunc(all, func(a, b Occurrence) int { return a.Original.Compare(b.Original) })
			n := random.IntN(len(all))
			one := all[n]
			if one.Deleted {
				continue
			}
			if random.IntN(8) == 0 {
				b.do("DELETE", "/v1/meetings/"+one.ID+"?sendEmail=false", "")
				continue
			}
			bound := func(o Occurrence) time.Time {
				if present && !o.Deleted {
					return midnight(o.Start)
				}
				return midnight(o.Original)
			}
			counts := func(o Occurrence) bool { return !o.Deleted || !free }
			lower, upper := time.Time{}, time.Time{} // none
			if slices.ContainsFunc(all[:n], counts) {
				lower = bound(one)
			}
			if i := slices.IndexFunc(all[n+1:], counts); i >= 0 {
				upper = bound(all[n+1+i])
			}
			start := midnight(one.Start).AddDate(0, 0, random.IntN(12)-6).Add(time.Duration(random.IntN(24*60)) * time.Minute)
			switch random.IntN(4) {
			case 0:
				start = edge(upper, start)
			case 1:
				start = edge(upper, start).Add(-time.Minute)
			case 2:
				start = edge(lower, start)
			}
			if start.Before(noon.Add(time.Hour)) {
				continue
			}
			inside := !start.Before(lower) && (upper.IsZero() || start.Before(upper)) || start.Equal(one.Start)
			a := b.patch(one.ID, fmt.Sprintf(`"start":%q,"end":%q`, start.Format(time.RFC3339), start.Add(time.Hour).Format(time.RFC3339)))
			if inside && a.status != 200 || !inside && (a.status != 400 || a.text() != textInterval) {
				t.Fatalf("%s, present %t, free %t: %s from %s to %s, bounds %s and %s: %d %s", rule, present, free, one.ID[32:], one.Start, start, lower, upper, a.status, a.raw)
			}
		}
	}
}

// edge is bound if there is one.
func edge(bound, otherwise time.Time) time.Time {
	if bound.IsZero() {
		return otherwise
	}
	return bound
}
