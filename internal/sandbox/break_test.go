package sandbox_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
)

const (
	ana = "ana@contoso.example"
	bo  = "bo@contoso.example"
)

func (w *world) breaks(b sandbox.Break) sandbox.Broken {
	w.t.Helper()
	broken, err := w.Break(b)
	if err != nil {
		w.t.Fatal(err)
	}
	return broken
}

// reply is an answer read to its end; status 0 is a connection cut.
type reply struct {
	status int
	header http.Header
	body   string
}

// as calls as the program does for somebody, with the token of the service
// that path belongs to.
func (w *world) as(ctx context.Context, who, method, path string, body any, header ...string) reply {
	w.t.Helper()
	req := w.request(method, path, body).WithContext(ctx)
	if strings.HasPrefix(path, "/v1/") {
		access, _ := w.Webex.IssueTokens(who, w.WebexClientID, "meeting:schedules_read", "meeting:schedules_write", "spark:people_read")
		req.Header.Set("Authorization", "Bearer "+access)
	} else {
		access, _ := w.Microsoft.IssueTokens(who, w.MicrosoftClientID, "User.Read", "Calendars.ReadWrite")
		req.Header.Set("Authorization", "Bearer "+access)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return w.exchange(req)
}

func (w *world) exchange(req *http.Request) reply {
	// A connection of its own: one that was kept open is tried twice by
	// net/http when it is cut.
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return reply{}
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Error(err)
	}
	return reply{res.StatusCode, res.Header, string(b)}
}

func (r reply) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.body), v); err != nil {
		t.Fatalf("%d %s: %v", r.status, r.body, err)
	}
}

var (
	graphEvent = object{"subject": "Chess", "start": object{"dateTime": "2026-03-05T18:00:00", "timeZone": "UTC"},
		"end": object{"dateTime": "2026-03-05T19:00:00", "timeZone": "UTC"}}
	webexMeeting = object{"title": "Chess", "start": "2026-03-05T18:00:00Z", "end": "2026-03-05T19:00:00Z", "sendEmail": false}
)

// made is how many of the things that a create makes ana has.
func (w *world) made() int {
	return len(w.Microsoft.Events(ana, wednesday, time.Time{})) + len(w.Webex.Meetings(ana))
}

func TestBrokenCalls(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault  sandbox.Fault
		wait   time.Duration
		status int // 0: the connection is cut
		after  string
		kind   string // of the body
		done   bool
	}{
		{fault: sandbox.GraphThrottled, status: 429, after: "5", kind: "application/json"},
		{fault: sandbox.GraphThrottled, wait: 90500 * time.Millisecond, status: 429, after: "91", kind: "application/json"},
		{fault: sandbox.GraphThrottledDate, wait: time.Minute, status: 429, after: "Wed, 04 Mar 2026 10:01:00 GMT", kind: "application/json"},
		{fault: sandbox.GraphThrottledBare, status: 429, kind: "application/json"},
		{fault: sandbox.GraphUnavailable, status: 503, kind: "application/json"},
		{fault: sandbox.GraphTimeout, status: 504, kind: "application/json"},
		{fault: sandbox.GraphTimeoutAfter, status: 504, kind: "application/json", done: true},
		{fault: sandbox.GraphReset},
		{fault: sandbox.GraphResetAfter, done: true},
		{fault: sandbox.WebexThrottled, wait: time.Hour, status: 429, after: "3600", kind: "text/html"},
		{fault: sandbox.WebexError, status: 500, kind: "application/json"},
		{fault: sandbox.WebexBadGateway, status: 502, kind: "text/html"},
		{fault: sandbox.WebexBadGatewayAfter, status: 502, kind: "text/html", done: true},
		{fault: sandbox.WebexUnavailable, status: 503, kind: "application/json"},
		{fault: sandbox.WebexReset},
		{fault: sandbox.WebexResetAfter, done: true},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			path, body := "/v1.0/me/events", graphEvent
			if strings.HasPrefix(string(c.fault), "webex") {
				path, body = "/v1/meetings", webexMeeting
			}
			w.breaks(sandbox.Break{Fault: c.fault, Times: 1, Wait: c.wait})
			before, mark := w.made(), w.Trace.Last()
			got := w.as(t.Context(), ana, "POST", path, body)
			if got.status != c.status || got.header.Get("Retry-After") != c.after || !strings.HasPrefix(got.header.Get("Content-Type"), c.kind) {
				t.Errorf("answered %d, Retry-After %q, %s; want %d, %q, %s", got.status, got.header.Get("Retry-After"), got.header.Get("Content-Type"), c.status, c.after, c.kind)
			}
			if done := w.made() > before; done != c.done {
				t.Errorf("done: %v, want %v", done, c.done)
			}
			if e := w.Trace.Since(mark)[0]; e.Fault != string(c.fault) || e.Status != c.status || e.Write != c.done || e.Actor != ana {
				t.Errorf("logged %+v", e)
			}
			if got := w.as(t.Context(), ana, "POST", path, body); got.status >= 300 || got.status == 0 {
				t.Errorf("the second call: %d %s", got.status, got.body)
			}
			if left := w.Broken(); len(left) != 0 {
				t.Errorf("still broken: %+v", left)
			}
		})
	}
}

func TestThrottledPartOfBatch(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.breaks(sandbox.Break{Fault: sandbox.GraphThrottledPart, Times: 1, Wait: 7 * time.Second})
	if got := w.as(t.Context(), ana, "GET", "/v1.0/me/events", nil); got.status != 200 {
		t.Errorf("a call of its own: %d", got.status)
	}
	got := w.as(t.Context(), ana, "POST", "/v1.0/$batch", object{"requests": []object{
		{"id": "1", "method": "GET", "url": "/me/events"}, {"id": "2", "method": "GET", "url": "/me/events"}}})
	var batch struct {
		Responses []struct {
			Status  int
			Headers map[string]string
		}
	}
	got.into(t, &batch)
	var waits []string
	for _, r := range batch.Responses {
		if r.Status == 429 {
			waits = append(waits, r.Headers["Retry-After"])
		}
	}
	if got.status != 200 || len(batch.Responses) != 2 || !slices.Equal(waits, []string{"7"}) {
		t.Errorf("%d, throttled %q: %s", got.status, waits, got.body)
	}
}

func TestPagesOfSignInAreSpared(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.breaks(sandbox.Break{Fault: sandbox.WebexError})
	w.breaks(sandbox.Break{Fault: sandbox.EntraUnavailable})
	for _, path := range []string{
		"/organizations/oauth2/v2.0/authorize?response_type=code&scope=openid&client_id=" + w.MicrosoftClientID,
		"/v1/authorize?response_type=code&scope=spark:people_read&client_id=" + w.WebexClientID,
	} {
		if page := w.page(path + "&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fsignin%2Fcallback"); !strings.Contains(page, ana) {
			t.Errorf("%s: %s", path, page)
		}
	}
}

// A fault strikes whom, what and while it is meant to.
func TestScopeOfBreak(t *testing.T) {
	t.Parallel()
	w := setup(t)
	get := func(who, path string) int { return w.as(t.Context(), who, "GET", path, nil).status }

	w.breaks(sandbox.Break{Fault: sandbox.WebexError, Who: "a0a00000-0000-4000-8000-000000000011", Times: 2})
	if got := get(bo, "/v1/meetings"); got != 200 {
		t.Errorf("bo, not meant: %d", got)
	}
	for i, want := range []int{500, 500, 200} {
		if got := get(ana, "/v1/meetings"); got != want {
			t.Errorf("ana's call %d: %d, want %d", i+1, got, want)
		}
	}

	w.breaks(sandbox.Break{Fault: sandbox.GraphUnavailable, For: time.Minute})
	for _, step := range []struct {
		pass time.Duration
		want int
	}{{0, 503}, {59 * time.Second, 503}, {time.Second, 200}} {
		w.clock.Advance(step.pass)
		if got := get(bo, "/v1.0/me/events"); got != step.want {
			t.Errorf("%s later: %d, want %d", step.pass, got, step.want)
		}
	}
	if left := w.Broken(); len(left) != 0 {
		t.Errorf("still broken after its time: %+v", left)
	}

	b := w.breaks(sandbox.Break{Fault: sandbox.WebexError, Call: "POST /v1/meetings"})
	if got := get(ana, "/v1/meetings"); got != 200 {
		t.Errorf("another method: %d", got)
	}
	if got := w.as(t.Context(), ana, "POST", "/v1/meetings", webexMeeting); got.status != 500 {
		t.Errorf("the call meant: %d", got.status)
	}
	if !w.Mend(b.ID) || w.Mend(b.ID) {
		t.Error("mended once and only once")
	}
	if got := w.as(t.Context(), ana, "POST", "/v1/meetings", webexMeeting); got.status != 200 {
		t.Errorf("mended: %d", got.status)
	}
}

// What a test's own hook decides goes first, and takes no turn.
func TestHooksGoBeforeBreaks(t *testing.T) {
	t.Parallel()
	w := setup(t)
	// Fields are set before the first request.
	w.Microsoft.OnRequest = func(r *http.Request) *fakems.Fault {
		if r.Header.Get("client-request-id") == "mine" {
			return &fakems.Fault{Status: 504}
		}
		return nil
	}
	w.Webex.OnRequest = func(r *http.Request) *fakewebex.Fault {
		if r.Header.Get("TrackingID") == "mine" {
			return &fakewebex.Fault{Status: 504}
		}
		return nil
	}
	w.breaks(sandbox.Break{Fault: sandbox.GraphUnavailable, Times: 1})
	w.breaks(sandbox.Break{Fault: sandbox.WebexUnavailable, Times: 1})
	for _, c := range []struct{ path, header string }{{"/v1.0/me/events", "client-request-id"}, {"/v1/meetings", "TrackingID"}} {
		if got := w.as(t.Context(), ana, "GET", c.path, nil, c.header, "mine"); got.status != 504 {
			t.Errorf("%s: the hook's call: %d", c.path, got.status)
		}
		if got := w.as(t.Context(), ana, "GET", c.path, nil); got.status != 503 {
			t.Errorf("%s: the next call: %d", c.path, got.status)
		}
	}
}
