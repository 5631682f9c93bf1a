package fakems

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"

	"webex-scheduler/internal/sandbox/trace"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a server with two organisations, for tests.
type world struct {
	*Server
	t                 *testing.T
	clock             *clockwork.FakeClock
	web               *http.Client
	contoso, fabrikam Tenant
	ana, bo, zoe      User // ana and bo in contoso, zoe in fabrikam
	app               App

	mu        sync.Mutex
	surprises []string
}

// setup starts a calm server on a fake clock. What is unexpected fails the
// test, unless it calls surprised.
func setup(t *testing.T, opts ...func(*Server)) *world {
	t.Helper()
	w := &world{t: t, clock: clockwork.NewFakeClockAt(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))}
	w.Server = &Server{Clock: w.clock, Seed: 7, Calm: true, Log: &trace.Log{}}
	w.Unexpected = func(msg string) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.surprises = append(w.surprises, msg)
	}
	for _, opt := range opts {
		opt(w.Server)
	}
	transport := &http.Transport{}
	w.web = &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	web := httptest.NewServer(w.Server)
	w.BaseURL = web.URL
	t.Cleanup(func() {
		w.Close()
		transport.CloseIdleConnections()
		web.Close()
		for _, msg := range w.surprises {
			t.Error(msg)
		}
	})
	w.contoso = w.AddTenant(Tenant{Name: "Contoso", Domain: "contoso.example"})
	w.fabrikam = w.AddTenant(Tenant{Name: "Fabrikam", Domain: "fabrikam.example"})
	w.ana = w.AddUser(User{UserPrincipalName: "ana@contoso.example", DisplayName: "Ana Horák", TenantID: w.contoso.ID, TimeZone: "Central Europe Standard Time"})
	w.bo = w.AddUser(User{UserPrincipalName: "bo@contoso.example", DisplayName: "Bo", TenantID: w.contoso.ID})
	w.zoe = w.AddUser(User{UserPrincipalName: "zoe@fabrikam.example", DisplayName: "Zoe", TenantID: w.fabrikam.ID})
	w.app = w.AddApp(App{Name: "Webex Scheduler", Secret: "s3cret+/=", RedirectURIs: []string{"http://127.0.0.1:1/callback"}})
	return w
}

// surprised checks that exactly one thing was unexpected, and what it was about.
func (w *world) surprised(about string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.surprises) != 1 || !strings.Contains(w.surprises[0], about) {
		w.t.Errorf("unexpected: %q, want one about %q", w.surprises, about)
	}
	w.surprises = nil
}

// caller calls Graph as somebody.
type caller struct {
	w      *world
	token  string
	header http.Header
}

func (w *world) as(u User, scopes ...string) *caller {
	if len(scopes) == 0 {
		scopes = []string{"User.Read", "Calendars.ReadWrite"}
	}
	token, _ := w.IssueTokens(u.ID, w.app.ClientID, scopes...)
	return &caller{w: w, token: token, header: http.Header{}}
}

// with returns a caller that sends one more header.
func (c *caller) with(name, value string) *caller {
	next := *c
	next.header = maps.Clone(c.header)
	next.header.Add(name, value)
	return &next
}

type reply struct {
	status int
	header http.Header
	raw    []byte
	body   map[string]any
}

// do calls Graph with a path below /v1.0, or a whole address.
func (c *caller) do(method, path string, body any) reply {
	c.w.t.Helper()
	address := path
	if !strings.HasPrefix(path, "http") {
		address = c.w.BaseURL + "/v1.0" + path
	}
	var payload io.Reader
	if body != nil {
		data, ok := body.(string)
		if !ok {
			b, err := json.Marshal(body)
			if err != nil {
				c.w.t.Fatal(err)
			}
			data = string(b)
		}
		payload = bytes.NewBufferString(data)
	}
	r, err := http.NewRequestWithContext(c.w.t.Context(), method, address, payload)
	if err != nil {
		c.w.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	for name, values := range c.header {
		r.Header[name] = values
	}
	answered, err := c.w.web.Do(r)
	if err != nil {
		c.w.t.Fatal(err)
	}
	defer answered.Body.Close()
	raw, err := io.ReadAll(answered.Body)
	if err != nil {
		c.w.t.Fatal(err)
	}
	got := reply{status: answered.StatusCode, header: answered.Header, raw: raw}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &got.body); err != nil {
			c.w.t.Fatalf("%s %s: %v in %s", method, path, err, raw)
		}
	}
	return got
}

// must is do with the status checked.
func (c *caller) must(status int, method, path string, body any) reply {
	c.w.t.Helper()
	got := c.do(method, path, body)
	if got.status != status {
		c.w.t.Fatalf("%s %s = %d %s, want %d", method, path, got.status, got.raw, status)
	}
	return got
}

// at digs into a JSON value: at("error", "code").
func (r reply) at(path ...any) any {
	var v any = r.body
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			list, _ := v.([]any)
			if step >= len(list) {
				return nil
			}
			v = list[step]
		}
	}
	return v
}

func (r reply) code() string { s, _ := r.at("error", "code").(string); return s }

// refused checks status and error code of an answer.
func (w *world) refused(got reply, status int, code string) {
	w.t.Helper()
	if got.status != status || got.code() != code {
		w.t.Errorf("got %d %s, want %d %s", got.status, got.raw, status, code)
	}
}

// meeting is an event of an hour, for verbs.
func meeting(subject string, start time.Time, attendees ...User) Event {
	e := Event{Subject: subject, Start: At(start, "UTC"), End: At(start.Add(time.Hour), "UTC")}
	for _, u := range attendees {
		e.Attendees = append(e.Attendees, Attendee{EmailAddress: EmailAddress{Name: u.DisplayName, Address: u.Mail}})
	}
	return e
}

func (w *world) create(u User, e Event) Event {
	w.t.Helper()
	made, err := w.CreateEvent(u.ID, e)
	if err != nil {
		w.t.Fatal(err)
	}
	return made
}
