package syncer_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/meeting"
)

// TestPanicStaysInItsEvent: a fault of ours in one event takes neither the process
// along nor the mailbox, and the event is tried again.
func TestPanicStaysInItsEvent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var log bytes.Buffer
	h.sync.Log = slog.New(slog.NewTextHandler(&log, nil))
	h.sync.Workers, h.sync.Poll = 1, time.Hour
	panics := 0
	h.webex.arrive = func(func()) error { panics++; panic("a bug") }
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.sync.Run(ctx) }()
	rest := func() {
		h.sync.Wake()
		h.must(h.sync.AwaitRest(ctx))
	}
	h.must(h.db.Mark(ctx, []meeting.Mark{{Mailbox: mailbox, Event: "event"}}))
	rest()
	if panics != 1 || len(h.webex.meetings) != 0 {
		t.Fatalf("%d attempts, %d meetings; want one that panics", panics, len(h.webex.meetings))
	}
	for range 4 { // what was made, if anything, is looked for first
		h.clock.Advance(time.Minute)
		rest()
	}
	stop()
	h.must(<-ended)
	h.right("after the second attempt")
	if !strings.Contains(log.String(), "a bug") || !strings.Contains(log.String(), "runner_test.go") {
		t.Errorf("the log does not say where it happened:\n%s", log.String())
	}
}
