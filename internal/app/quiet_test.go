package app_test

import (
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/trace"
)

// TestQuietDay counts what a mailbox with meetings costs while nothing changes:
// docs/benchmarks.md has the figures.
func TestQuietDay(t *testing.T) {
	t.Parallel()
	w := moving(t, apptest.Options{})
	w.Connect(apptest.Deepa)
	d := deskOf(t, w, apptest.Deepa)
	for range 3 {
		e := d.put("Plan")
		d.change(e.ID, func(e *fakems.Event) { // to come for longer than we look
			start, err := e.Start.Time()
			if err != nil {
				t.Fatal(err)
			}
			e.Start, e.End = fakems.At(start.AddDate(0, 1, 0), "UTC"), fakems.At(start.AddDate(0, 1, 0).Add(time.Hour), "UTC")
		})
	}
	w.Advance(2 * time.Hour)
	seq := w.Sandbox.Trace.Last()
	const days = 1
	for range days * 24 * 12 {
		w.Advance(5 * time.Minute)
	}
	calls, writes := map[trace.Service]int{}, map[trace.Service]int{}
	for _, e := range w.Sandbox.Trace.Since(seq) {
		calls[e.Service]++
		if e.Write {
			writes[e.Service]++
		}
	}
	perDay := func(s trace.Service) float64 { return float64(calls[s]) / days }
	t.Logf("a day: %.1f calls to Graph, %.1f to Webex, %.1f for tokens; writes: %v", perDay(trace.Graph), perDay(trace.Webex), perDay(trace.Entra), writes)
	for service, most := range map[trace.Service]float64{
		trace.Graph: 200, // 96 sweeps of two, the daily list, a renewal in three days
		trace.Webex: 5,   // the daily lists of meetings and webhooks
		trace.Entra: 30,  // tokens for an hour
	} {
		if got := perDay(service); got > most {
			t.Errorf("%.1f calls a day to %s, want %v at the most", got, service, most)
		}
	}
	if writes[trace.Webex] > 0 {
		t.Errorf("%d writes at Webex while nothing changes", writes[trace.Webex])
	}
}
