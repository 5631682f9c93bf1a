package fakems

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Four calls for one mailbox at a time, of one app; the fifth is throttled, and
// another mailbox is not.
func TestConcurrencyLimit(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{}, 4)
	w := setup(t, func(s *Server) {
		s.OnRequest = func(r *http.Request) *Fault {
			if r.Header.Get("client-request-id") != "slow" {
				return nil
			}
			arrived <- struct{}{}
			return &Fault{Hang: time.Minute}
		}
	})
	ana := w.as(w.ana)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got := ana.with("client-request-id", "slow").do("GET", "/me/events", nil); got.status != 200 {
				t.Errorf("slow call: %d %s", got.status, got.raw)
			}
		})
	}
	for range 4 {
		<-arrived
	}
	got := ana.do("GET", "/me/events", nil)
	w.refused(got, 429, "ApplicationThrottled")
	if got.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	batch := ana.must(200, "POST", "/$batch", map[string]any{"requests": []any{map[string]any{"id": "1", "method": "GET", "url": "/me/events"}}})
	if batch.at("responses", 0, "status") != 429.0 || batch.at("responses", 0, "headers", "Retry-After") == nil {
		t.Errorf("a throttled part: %s", batch.raw)
	}
	w.as(w.bo).must(200, "GET", "/me/events", nil)
	if err := w.clock.BlockUntilContext(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(time.Minute)
	wg.Wait()
	ana.must(200, "GET", "/me/events", nil)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	var fault atomic.Pointer[Fault]
	w := setup(t, func(s *Server) { s.OnRequest = func(*http.Request) *Fault { return fault.Load() } })
	ana := w.as(w.ana)
	event := map[string]any{"subject": "x", "start": At(nine, "UTC"), "end": At(nine, "UTC")}

	fault.Store(&Fault{Status: 503, Code: "ServiceUnavailable", RetryAfter: 1500 * time.Millisecond})
	got := ana.do("POST", "/me/events", event)
	w.refused(got, 503, "ServiceUnavailable")
	if got.header.Get("Retry-After") != "2" || got.header.Get("request-id") == "" {
		t.Errorf("headers %v", got.header)
	}
	fault.Store(&Fault{Status: 504, When: After})
	w.refused(ana.do("POST", "/me/events", event), 504, "UnknownError")
	if n := len(w.Events(w.ana.ID, time.Time{}, time.Time{})); n != 1 {
		t.Errorf("%d events after a fault before and one after the work, want 1", n)
	}
	for _, f := range []*Fault{{Reset: true}, {Reset: true, When: After}} {
		fault.Store(f)
		r, err := http.NewRequestWithContext(t.Context(), "POST", w.BaseURL+"/v1.0/me/events",
			strings.NewReader(`{"start":{"dateTime":"2026-03-02","timeZone":"UTC"},"end":{"dateTime":"2026-03-02","timeZone":"UTC"}}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+ana.token)
		r.Header.Set("Content-Type", "application/json")
		if answered, err := w.web.Do(r); err == nil {
			answered.Body.Close()
			t.Errorf("%+v answered %d", f, answered.StatusCode)
		}
	}
	if n := len(w.Events(w.ana.ID, time.Time{}, time.Time{})); n != 2 {
		t.Errorf("%d events, want 2: one connection was cut after the work", n)
	}
	var names []string
	for _, entry := range w.Log.Since(0) {
		if entry.Fault != "" {
			names = append(names, fmt.Sprint(entry.Fault, " ", entry.Status, " ", entry.Write))
		}
	}
	if want := []string{"503 503 false", "504 504 true", "reset 0 false", "reset after the work 0 true"}; !slices.Equal(names, want) {
		t.Errorf("log %q, want %q", names, want)
	}
}
