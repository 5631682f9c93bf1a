package sandbox_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/sandbox"
)

const control = "control-token-of-the-test"

// wednesday is in the middle of a week without a change of clocks.
var wednesday = time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)

type world struct {
	*sandbox.Sandbox
	t     *testing.T
	clock *clockwork.FakeClock
	url   string
}

func setup(t *testing.T) *world {
	t.Helper()
	clock := clockwork.NewFakeClockAt(wednesday)
	s := sandbox.New(sandbox.Config{Clock: clock, Seed: 1, Calm: true, ControlToken: control, ApplicationPermissions: []string{"Calendars.ReadWrite"},
		SchedulerURL: "http://localhost:8080", RedirectURIs: []string{"http://localhost:8080/signin/callback"}})
	server := httptest.NewServer(s.Handler())
	s.SetBaseURL(server.URL)
	t.Cleanup(func() {
		s.Close() // ends the streams that server.Close would wait for
		server.Close()
	})
	return &world{Sandbox: s, t: t, clock: clock, url: server.URL}
}

// do sends a request with the control token and decodes the answer into it.
func (w *world) do(method, path string, body, into any) int {
	w.t.Helper()
	req := w.request(method, path, body)
	req.Header.Set("Authorization", "Bearer "+control)
	return w.send(req, into)
}

func (w *world) request(method, path string, body any) *http.Request {
	w.t.Helper()
	var payload io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			w.t.Fatal(err)
		}
		payload = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, payload)
	if err != nil {
		w.t.Fatal(err)
	}
	return req
}

func (w *world) send(req *http.Request, into any) int {
	w.t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	if into != nil {
		if err := json.NewDecoder(res.Body).Decode(into); err != nil {
			w.t.Fatalf("%s %s: %d: %v", req.Method, req.URL.Path, res.StatusCode, err)
		}
	}
	return res.StatusCode
}

type object = map[string]any

func TestOneAddressServesAll(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, c := range []struct {
		path   string
		status int
	}{
		{"/", 200},
		{"/sandbox/", 200},
		{"/sandbox/static/page.js", 200},
		{"/sandbox/people", 200},
		{"/sandbox/nothing", 404},
		{"/v1.0/me", 401},
		{"/v1/people/me", 401},
		{"/organizations/v2.0/.well-known/openid-configuration", 200},
		{"/favicon.ico", 200},
		{"/nothing", 404},
	} {
		if got := w.send(w.request("GET", c.path, nil), nil); got != c.status {
			t.Errorf("GET %s: %d, want %d", c.path, got, c.status)
		}
	}
}

func TestOtherHostsAreRefused(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for host, status := range map[string]int{
		"localhost:8081": 200, "LOCALHOST": 200, "127.0.0.1": 200, "127.0.0.1:80": 200, "[::1]:8081": 200, "[::1]": 200,
		"sandbox.example": 421, "localhost.evil.example:8081": 421, "127.0.0.1.nip.io": 421, "192.168.1.7:8081": 421, "[::2]:80": 421,
	} {
		for _, path := range []string{"/", "/organizations/discovery/v2.0/keys"} {
			req := w.request("GET", path, nil)
			req.Host = host
			if got := w.send(req, nil); got != status {
				t.Errorf("GET %s with Host %s: %d, want %d", path, host, got, status)
			}
		}
	}
}

func TestWhoMayChangeTheWorld(t *testing.T) {
	t.Parallel()
	w := setup(t)
	page := pageToken(w)
	for _, c := range []struct {
		name   string
		header map[string]string
		status int
	}{
		{"a script with the control token", map[string]string{"Authorization": "Bearer " + control}, 201},
		{"a script with another token", map[string]string{"Authorization": "Bearer guess"}, 401},
		{"a script with an empty token", map[string]string{"Authorization": "Bearer "}, 401},
		{"a script with nothing", nil, 401},
		{"our page", map[string]string{"X-Sandbox-Page": page, "Origin": w.url}, 201},
		{"our page's token from another site", map[string]string{"X-Sandbox-Page": page, "Origin": "https://evil.example"}, 403},
		{"our page's token without an origin", map[string]string{"X-Sandbox-Page": page}, 403},
		{"our origin without the page's token", map[string]string{"Origin": w.url}, 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := w.request("POST", "/sandbox/calendar/events?user=ana@contoso.example",
				object{"title": "Chess", "start": "2026-03-05T18:00", "end": "2026-03-05T19:00"})
			for name, value := range c.header {
				req.Header.Set(name, value)
			}
			if got := w.send(req, nil); got != c.status {
				t.Errorf("status %d, want %d", got, c.status)
			}
		})
	}
}

func TestWithoutControlTokenNoScriptMayChangeTheWorld(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Config{Clock: clockwork.NewFakeClockAt(wednesday)})
	defer s.Close()
	req := httptest.NewRequest("DELETE", "http://localhost/sandbox/calendar/events/x?user=ana@contoso.example", nil)
	req.Header.Set("Authorization", "Bearer ")
	rec := httptest.NewRecorder()
	s.Handler().ServeHTTP(rec, req)
	if rec.Code != 401 {
		t.Errorf("status %d, want 401", rec.Code)
	}
}

func pageToken(w *world) string {
	_, rest, _ := strings.Cut(w.page("/"), `name="sandbox-token" content="`)
	token, _, ok := strings.Cut(rest, `"`)
	if !ok || token == "" {
		w.t.Fatal("the page has no token")
	}
	return token
}

func (w *world) page(path string) string {
	w.t.Helper()
	res, err := http.Get(w.url + path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(body)
}

func TestPageShowsWhoIsAskedFor(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for query, name := range map[string]string{
		"":                           "Ana Nováková",
		"?as=bo@contoso.example":     "Bo Larsen",
		"?as=BO@contoso.example":     "Bo Larsen",
		"?as=mia@fabrikam.example":   "Mia Torres",
		"?as=erik@contoso.example":   "Ana Nováková", // no mailbox to show
		"?as=%3Cscript%3E@x.invalid": "Ana Nováková",
	} {
		page := w.page("/" + query)
		_, option, _ := strings.Cut(page, " selected ")
		_, option, _ = strings.Cut(option, ">")
		if got, _, _ := strings.Cut(option, "<"); got != name {
			t.Errorf("%s: selected %q, want %q", query, got, name)
		}
		for _, absent := range []string{"Erik", "#EXT#", "<script>@"} {
			if strings.Contains(page, absent) {
				t.Errorf("%s: the page contains %q", query, absent)
			}
		}
	}
	if !strings.Contains(w.page("/"), `href="http://localhost:8080/account"`) {
		t.Error("no link to the program's account page")
	}
}
