package fakewebex

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/sandbox/trace"
)

// noon is when tests begin: a Wednesday, 30 seconds into a minute.
var noon = time.Date(2026, 3, 4, 12, 0, 30, 0, time.UTC)

const (
	siteURL = "contoso.webex.com"
	anna    = "anna@contoso.com"
	bob     = "bob@contoso.com"
)

// testbed is a server with two people, an integration and Anna's token.
type testbed struct {
	*Server
	t      *testing.T
	clock  *clockwork.FakeClock
	http   *httptest.Server
	client Integration
	token  string

	mu   sync.Mutex
	loud []string
}

var allScopes = []string{readSchedules, writeSchedules, readPreferences, readPeople}

// setup makes a world, calm unless a knob says otherwise. What the server finds unexpected fails the test,
// unless the test takes it with complaints.
func setup(t *testing.T, knobs ...func(*Server)) *testbed {
	t.Helper()
	b := &testbed{t: t, clock: clockwork.NewFakeClockAt(noon)}
	b.Server = &Server{Clock: b.clock, Seed: 1, Calm: true, Log: &trace.Log{}}
	b.Unexpected = func(msg string) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.loud = append(b.loud, msg)
	}
	for _, turn := range knobs {
		turn(b.Server)
	}
	b.http = httptest.NewServer(b.Server)
	b.BaseURL = b.http.URL
	t.Cleanup(func() {
		b.http.Close()
		for _, msg := range b.complaints() {
			t.Error("unexpected:", msg)
		}
	})
	b.AddPerson(Person{Email: anna, DisplayName: "Anna Nováková", Sites: []string{siteURL, "lab.webex.com"}, TimeZone: "Europe/Prague"})
	b.AddPerson(Person{Email: bob, DisplayName: "Bob Brown", Sites: []string{siteURL}})
	b.client = b.AddIntegration(Integration{Name: "Scheduler", RedirectURIs: []string{"http://localhost:8080/connect/webex/callback"}, Scopes: allScopes})
	b.token, _ = b.IssueTokens(anna, b.client.ClientID, allScopes...)
	return b
}

// complaints takes what Unexpected was told.
func (b *testbed) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.loud
	b.loud = nil
	return out
}

func (b *testbed) wantComplaint(t *testing.T, part string) {
	t.Helper()
	got := b.complaints()
	if len(got) != 1 || !strings.Contains(got[0], part) {
		t.Errorf("Unexpected was told %q, want one with %q", got, part)
	}
}

// as returns the same world seen with another person's token.
func (b *testbed) as(email string) *testbed {
	token, _ := b.IssueTokens(email, b.client.ClientID, allScopes...)
	return &testbed{Server: b.Server, t: b.t, clock: b.clock, http: b.http, client: b.client, token: token}
}

type answer struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

// text is what went wrong: the description, else the message.
func (a answer) text() string {
	if list, ok := a.body["errors"].([]any); ok {
		return list[0].(map[string]any)["description"].(string)
	}
	message, _ := a.body["message"].(string)
	return message
}

func (a answer) items() []map[string]any {
	var out []map[string]any
	list, _ := a.body["items"].([]any)
	for _, v := range list {
		out = append(out, v.(map[string]any))
	}
	return out
}

// do calls with Anna's (or the testbed's) token. body is JSON text, "" is none.
func (b *testbed) do(method, path, body string, header ...string) answer {
	b.t.Helper()
	target := path
	if !strings.HasPrefix(path, "http") {
		target = b.http.URL + path
	}
	req, err := http.NewRequestWithContext(b.t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if b.token != "" {
		req.Header.Set("Authorization", "Bearer "+b.token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		if req.Header.Set(header[i], header[i+1]); header[i+1] == "" {
			req.Header.Del(header[i])
		}
	}
	res, err := http.DefaultTransport.RoundTrip(req) // follows no redirects
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, raw: string(raw)}
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(raw, &a.body); err != nil {
			b.t.Fatalf("%s %s: %v in %s", method, path, err, raw)
		}
	}
	return a
}

// create makes a meeting of Anna's tomorrow at 10:00 UTC for an hour; extra
// are more members, such as `,"agenda":"x"`.
func (b *testbed) create(extra string) map[string]any {
	b.t.Helper()
	a := b.do("POST", "/v1/meetings", `{"title":"Plan","start":"2026-03-05T10:00:00Z","end":"2026-03-05T11:00:00Z","sendEmail":false`+extra+`}`)
	if a.status != 200 {
		b.t.Fatalf("create: %d %s", a.status, a.raw)
	}
	return a.body
}

func id(meeting map[string]any) string { return meeting["id"].(string) }

func query(pairs ...string) string {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q.Encode()
}
