package fakems

import (
	"fmt"
	"strings"
	"testing"

	"webex-scheduler/internal/sandbox/trace"
)

func TestBatch(t *testing.T) {
	t.Parallel()
	w := setup(t)
	e := w.create(w.ana, meeting("Call", nine))
	ana := w.as(w.ana).with("Prefer", `IdType="ImmutableId"`)
	part := func(id, method, url string, more ...map[string]any) map[string]any {
		p := map[string]any{"id": id, "method": method, "url": url}
		for _, m := range more {
			for k, v := range m {
				p[k] = v
			}
		}
		return p
	}
	json := map[string]any{"headers": map[string]string{"Content-Type": "application/json"}, "body": map[string]string{"subject": "Renamed"}}
	got := ana.must(200, "POST", "/$batch", map[string]any{"requests": []any{
		part("1", "GET", "/me/events/"+e.ID+"?$select=subject"),
		part("2", "GET", "/me/events/"+e.ID, map[string]any{"headers": map[string]string{"Prefer": `IdType="ImmutableId"`}}),
		part("3", "GET", "/me/events/malformed"),
		part("4", "DELETE", "/me/events/"+e.ID, map[string]any{"dependsOn": []string{"3"}}),
		part("5", "PATCH", "me/events/"+e.ID, json, map[string]any{"dependsOn": []string{"1", "2"}}),
	}})
	for i, want := range []float64{200, 200, 400, 424, 200} {
		if got.at("responses", i, "status") != want || got.at("responses", i, "id") != fmt.Sprint(i+1) {
			t.Errorf("part %d: %v, want %v", i+1, got.at("responses", i), want)
		}
	}
	if got.at("responses", 0, "body", "id") == e.ID || got.at("responses", 1, "body", "id") != e.ID {
		t.Error("the outer Prefer applies to parts, or the inner one does not")
	}
	if now, ok := w.Event(w.ana.ID, e.ID); !ok || now.Subject != "Renamed" {
		t.Errorf("the event is %v %+v", ok, now)
	}
	parts, writes := 0, 0
	for _, entry := range w.Log.Since(0) {
		if entry.Part && entry.Service == trace.Graph {
			parts++
			if entry.Write {
				writes++
			}
		}
	}
	if parts != 4 || writes != 1 {
		t.Errorf("%d parts with %d writes in the log, want 4 and 1 (one was never run)", parts, writes)
	}
}

func TestBatchRefusals(t *testing.T) {
	t.Parallel()
	get := func(id any, url string) map[string]any { return map[string]any{"id": id, "method": "GET", "url": url} }
	var many []any
	for i := range 21 {
		many = append(many, get(fmt.Sprint(i), "/me"))
	}
	for _, c := range []struct {
		name   string
		parts  []any
		about  string
		status int // of the part; 0: the batch itself is refused
	}{
		{"21 parts", many, "20", 0},
		{"no parts", []any{}, "20", 0},
		{"two of one id", []any{get("1", "/me"), get("1", "/me")}, "unique", 0},
		{"id is a number", []any{get(1, "/me")}, "property requests", 0},
		{"body without content type", []any{map[string]any{"id": "1", "method": "PATCH", "url": "/me/events/x", "body": map[string]any{}}}, "Content-Type", 0},
		{"depends on a later one", []any{map[string]any{"id": "1", "method": "GET", "url": "/me", "dependsOn": []string{"2"}}}, "depends", 0},
		{"whole address", []any{get("1", "https://graph.microsoft.com/v1.0/me")}, "relative", 400},
		{"version in the url", []any{get("1", "/v1.0/me")}, "relative", 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			got := w.as(w.ana).do("POST", "/$batch", map[string]any{"requests": c.parts})
			switch {
			case c.status == 0 && got.status != 400:
				t.Errorf("got %d %s", got.status, got.raw)
			case c.status != 0 && got.at("responses", 0, "status") != float64(c.status):
				t.Errorf("got %d %s", got.status, got.raw)
			}
			w.mu.Lock()
			defer w.mu.Unlock()
			if len(w.surprises) == 0 || !strings.Contains(strings.Join(w.surprises, "\n"), c.about) {
				t.Errorf("unexpected: %q, want %q", w.surprises, c.about)
			}
			w.surprises = nil
		})
	}
}
