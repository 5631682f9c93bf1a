package fakewebex

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/sandbox/trace"
)

func TestDoor(t *testing.T) {
	t.Parallel()
	const token = "The request requires a valid access token set in the Authorization request header."
	tests := []struct {
		name, method, path, body string
		header                   []string
		status                   int
		text, loud               string
	}{
		{"unknown path", "GET", "/v1/rooms", "", nil, 404, "The requested resource could not be found.", "unknown path"},
		{"put of a meeting", "PUT", "/v1/meetings/x", "{}", nil, 404, "The requested resource could not be found.", "not modelled"},
		{"wrong method", "DELETE", "/v1/people/me", "", nil, 405, "The request was made to a resource using an HTTP request method that is not supported.", "method not allowed"},
		{"no token", "GET", "/v1/people/me", "", []string{"Authorization", ""}, 401, token, "Authorization is missing"},
		{"wrong token", "GET", "/v1/people/me", "", []string{"Authorization", "Bearer x"}, 401, token, ""},
		{"no content type", "POST", "/v1/meetings", "{}", []string{"Content-Type", ""}, 415, "The request was made to a resource without specifying a media type or used a media type that is not supported.", "content type"},
		{"patch as a create", "POST", "/v1/meetings", "{}", []string{"Content-Type", "application/json-patch+json"}, 415, "The request was made to a resource without specifying a media type or used a media type that is not supported.", "content type"},
		{"no JSON", "POST", "/v1/meetings", "{", nil, 400, "The request body is not a JSON object.", "not a JSON object"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			a := b.do(tt.method, tt.path, tt.body, tt.header...)
			checkAnswer(t, a, tt.status, tt.text)
			if tt.loud != "" {
				b.wantComplaint(t, tt.loud)
			}
		})
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	tests := []struct{ method, path, scope string }{
		{"GET", "/v1/people/me", readPeople}, {"GET", "/v1/people?email=x@y.cz", readPeople},
		{"GET", "/v1/meetings", readSchedules}, {"GET", "/v1/meetings/x", readSchedules}, {"POST", "/v1/meetings", writeSchedules},
		{"PATCH", "/v1/meetings/x", writeSchedules}, {"DELETE", "/v1/meetings/x", writeSchedules},
		{"GET", "/v1/meetingInvitees", readSchedules}, {"POST", "/v1/meetingInvitees", writeSchedules},
		{"GET", "/v1/meetingPreferences/sites", readPreferences},
	}
	for _, tt := range tests {
		b := setup(t)
		var others []string
		for _, scope := range allScopes {
			if scope != tt.scope {
				others = append(others, scope)
			}
		}
		b.token, _ = b.IssueTokens(anna, b.client.ClientID, others...)
		checkAnswer(t, b.do(tt.method, tt.path, ""), 403, "The server understood the request, but refused to fulfill it because the access token is missing required scopes or the user is missing required roles or licenses.")
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 150 {
		b.do("GET", "/v1/meetings", "")
	}
	b.clock.Advance(20 * time.Second)
	for range 150 {
		if a := b.do("GET", "/v1/meetings", ""); a.status != 200 {
			t.Fatal(a.status)
		}
	}
	a := b.do("GET", "/v1/meetings", "")
	if a.status != 429 || a.header.Get("Content-Type") != "text/html" || a.header.Get("Retry-After") != "40" {
		t.Errorf("call 301 of a minute: %d %v", a.status, a.header)
	}
	if a := b.as(bob).do("GET", "/v1/meetings", ""); a.status != 200 {
		t.Errorf("somebody else: %d", a.status)
	}
	b.clock.Advance(40 * time.Second)
	if a := b.do("GET", "/v1/meetings", ""); a.status != 200 {
		t.Errorf("after the wait: %d", a.status)
	}
}

func TestCreateQuota(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 100 { // failures count
		if a := b.do("POST", "/v1/meetings", `{"title":"x"}`); a.status != 400 {
			t.Fatalf("create %d: %d", i, a.status)
		}
	}
	if a := b.do("POST", "/v1/meetings", meetingBody(t, nil)); a.status != 429 || a.header.Get("Retry-After") != "86400" {
		t.Errorf("create 101: %d %v", a.status, a.header)
	}
	b.clock.Advance(25 * time.Hour)
	if a := b.do("POST", "/v1/meetings", meetingBody(t, change{"start": "2026-03-06T10:00:00Z", "end": "2026-03-06T11:00:00Z"})); a.status != 200 {
		t.Errorf("a day later: %d %s", a.status, a.raw)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	send := func(b *testbed, ctx context.Context) (*http.Response, error) {
		req, _ := http.NewRequestWithContext(ctx, "POST", b.http.URL+"/v1/meetings", strings.NewReader(meetingBody(t, nil)))
		req.Header.Set("Authorization", "Bearer "+b.token)
		req.Header.Set("Content-Type", "application/json")
		return http.DefaultTransport.RoundTrip(req)
	}
	tests := []struct {
		name   string
		fault  Fault
		status int // 0: no answer
		made   int
		traced string
	}{
		{"503 before", Fault{Status: 503, RetryAfter: 1500 * time.Millisecond}, 503, 0, "503"},
		{"429 before", Fault{Status: 429, RetryAfter: time.Hour}, 429, 0, "429"},
		{"500 after the effect", Fault{Status: 500, After: true}, 500, 1, "500 after the effect"},
		{"cut before", Fault{Reset: true}, 0, 0, "reset"},
		{"cut after the effect", Fault{Reset: true, After: true}, 0, 1, "reset after the effect"},
		{"hangs after the effect", Fault{Hang: true, After: true}, 0, 1, "hang after the effect"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.OnRequest = func(*http.Request) *Fault { return &tt.fault }
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if tt.fault.Hang { // until the caller gives up, once the call was seen
				go func() {
					b.Log.Await(ctx, 0, func(e trace.Entry) bool { return e.Service == trace.Webex })
					cancel()
				}()
			}
			res, err := send(b, ctx)
			status := 0
			if err == nil {
				res.Body.Close()
				status = res.StatusCode
			}
			if status != tt.status || len(b.Meetings(anna)) != tt.made {
				t.Errorf("got %d (%v) and %d meetings, want %d and %d", status, err, len(b.Meetings(anna)), tt.status, tt.made)
			}
			switch {
			case tt.status == 503 && res.Header.Get("Retry-After") != "2":
				t.Errorf("Retry-After is %q, want whole seconds, rounded up", res.Header.Get("Retry-After"))
			case tt.status == 429 && res.Header.Get("Content-Type") != "text/html":
				t.Errorf("429 is %q", res.Header.Get("Content-Type"))
			}
			e := b.Log.Since(0)[0]
			if e.Fault != tt.traced || e.Write != (tt.made == 1) || e.Actor != anna || e.Status != tt.status {
				t.Errorf("entry is %+v", e)
			}
		})
	}
}

func TestTrace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	m := id(b.create(""))
	b.do("GET", "/v1/meetings?integrationTag=a%20b", "")
	b.do("PATCH", "/v1/meetings/"+m, `{"start":"2020-01-01T00:00:00Z"}`)
	b.StartMeeting(m)
	code := b.accept(t)
	var got []string
	for _, e := range b.Log.Since(0) {
		line := string(e.Service) + " " + e.Actor + " " + e.Method + " " + e.Path
		if e.Write {
			line += " (write)"
		}
		got = append(got, line)
		if strings.Contains(e.Path+e.Note, code) || strings.Contains(e.Path+e.Note, b.token) {
			t.Errorf("a secret is in %+v", e)
		}
	}
	want := []string{
		"webex anna@contoso.com POST /v1/meetings (write)", "webex anna@contoso.com GET /v1/meetings?integrationTag=a b",
		"webex anna@contoso.com PATCH /v1/meetings/" + m, "person anna@contoso.com started " + m, "person anna@contoso.com accepted /v1/authorize",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPeopleAndPreferences(t *testing.T) {
	t.Parallel()
	b := setup(t)
	me := b.do("GET", "/v1/people/me", "").body
	if !cmp.Equal(me["emails"], []any{anna}) || me["displayName"] != "Anna Nováková" || me["timezone"] != "Europe/Prague" {
		t.Errorf("me is %v", me)
	}
	if got := b.do("GET", "/v1/people/"+me["id"].(string), "").body["id"]; got != me["id"] {
		t.Errorf("person is %v", got)
	}
	if got := b.do("GET", "/v1/people?email=BOB@contoso.com", "").items(); len(got) != 1 || got[0]["displayName"] != "Bob Brown" {
		t.Errorf("Bob is %v", got)
	}
	b.AddPerson(Person{Email: "x@fabrikam.com", Org: "another"})
	if a := b.do("GET", "/v1/people?email=x@fabrikam.com", ""); a.status != 200 || len(a.items()) != 0 {
		t.Errorf("somebody of another organisation: %d %v", a.status, a.items())
	}
	sites := b.do("GET", "/v1/meetingPreferences/sites", "").body
	want := map[string]any{"sites": []any{map[string]any{"siteUrl": siteURL, "default": true}, map[string]any{"siteUrl": "lab.webex.com", "default": false}}}
	if diff := cmp.Diff(want, sites); diff != "" {
		t.Errorf("sites (-want +got):\n%s", diff)
	}
	room := b.do("GET", "/v1/meetingPreferences/personalMeetingRoom", "").body
	if room["personalMeetingRoomLink"] != "https://contoso.webex.com/meet/anna" {
		t.Errorf("room is %v", room)
	}
	checkAnswer(t, b.do("GET", "/v1/meetingPreferences?userEmail=bob@contoso.com", ""), 403, "Not permitted to view or change other user's preferences.")
}

// The zero value with nothing but people works, unpleasantly.
func TestZeroValue(t *testing.T) {
	t.Parallel()
	var s Server
	s.AddPerson(Person{Email: anna, Sites: []string{siteURL}})
	start := time.Now().Add(time.Hour)
	m, err := s.AddMeeting(Meeting{Host: anna, Title: "Plan", Start: start, End: start.Add(time.Hour)})
	if err != nil || m.State != Active || !strings.HasPrefix(m.WebLink, "https://contoso.webex.com/contoso/j.php?MTID=m") {
		t.Errorf("got %+v, %v", m, err)
	}
}
