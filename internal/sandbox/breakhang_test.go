package sandbox_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/sandbox/trace"
)

func TestHangingCalls(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault sandbox.Fault
		done  bool // while it hangs
	}{
		{sandbox.GraphHangs, false}, {sandbox.GraphHangsAfter, true}, {sandbox.WebexHangs, false}, {sandbox.WebexHangsAfter, true},
	} {
		path, body := "/v1.0/me/events", graphEvent
		if strings.HasPrefix(string(c.fault), "webex") {
			path, body = "/v1/meetings", webexMeeting
		}
		start := func(t *testing.T, ctx context.Context) (*world, int, chan reply) {
			w := setup(t)
			w.breaks(sandbox.Break{Fault: c.fault, Times: 1, Wait: time.Minute})
			before, answered := w.made(), make(chan reply, 1)
			go func() { answered <- w.as(ctx, ana, "POST", path, body) }()
			if err := w.clock.BlockUntilContext(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			if done := w.made() > before; done != c.done {
				t.Errorf("done while it hangs: %v, want %v", done, c.done)
			}
			return w, before, answered
		}
		t.Run(string(c.fault)+" for its time", func(t *testing.T) {
			t.Parallel()
			w, before, answered := start(t, t.Context())
			w.clock.Advance(59 * time.Second)
			select {
			case got := <-answered:
				t.Errorf("answered %d too early", got.status)
			default:
			}
			w.clock.Advance(time.Second)
			if got := <-answered; got.status >= 300 || got.status == 0 || w.made() != before+1 {
				t.Errorf("at last: %d %s", got.status, got.body)
			}
		})
		t.Run(string(c.fault)+" until all is calm", func(t *testing.T) {
			t.Parallel()
			w, before, answered := start(t, t.Context())
			w.Calm()
			if got := <-answered; got.status >= 300 || got.status == 0 || w.made() != before+1 {
				t.Errorf("when calm: %d %s", got.status, got.body)
			}
		})
		t.Run(string(c.fault)+" until the caller gives up", func(t *testing.T) {
			t.Parallel()
			ctx, giveUp := context.WithCancel(t.Context())
			w, before, answered := start(t, ctx)
			mark := w.Trace.Last()
			giveUp()
			<-answered
			if !c.done { // else it is logged already, or soon
				if _, err := w.Trace.Await(t.Context(), mark, func(e trace.Entry) bool { return e.Fault == string(c.fault) }); err != nil {
					t.Fatal(err)
				}
			}
			w.clock.Advance(time.Hour)
			if done := w.made() > before; done != c.done {
				t.Errorf("done in the end: %v, want %v", done, c.done)
			}
		})
	}
}
