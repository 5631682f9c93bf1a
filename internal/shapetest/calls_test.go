package shapetest

import (
	"testing"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/trace"
)

// TestCalls counts what a series costs: a date that was moved two reads of the
// calendar and one write at Webex, a native series one create and one list.
func TestCalls(t *testing.T) {
	t.Parallel()
	p := begin(t, ofDays(shape{}))
	calls := func(service trace.Service, seq int64, reads, writes int) {
		t.Helper()
		r, w := p.w.Calls(service, seq)
		if len(r) > reads || len(w) > writes {
			t.Errorf("%s: reads %q, writes %q; want at most %d and %d", service, r, w, reads, writes)
		}
	}
	seq := p.w.Sandbox.Trace.Last()
	_, err := p.ms.UpdateEvent(apptest.Ana, p.date("2026-01-06"), p.during("2026-01-06 15:00", "2026-01-06 16:00"))
	p.rest(err)
	calls(trace.Webex, seq, 0, 1)
	calls(trace.Graph, seq, 2, 0)

	seq = p.w.Sandbox.Trace.Last()
	p.make(ofWeeks(shape{}).event(p))
	calls(trace.Webex, seq, 1, 1)
}
