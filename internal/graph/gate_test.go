package graph

import (
	"context"
	"io"
	"net/http"
	"sync"
	"testing"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// full reports whether a call for the mailbox would have to wait.
func (g *gates) full(mailbox meeting.AccountID) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := g.open[mailbox]
	if at == nil {
		return false
	}
	free := at.places.TryAcquire(1)
	if free {
		at.places.Release(1)
	}
	return !free
}

func TestGate(t *testing.T) {
	t.Parallel()
	var g gates
	enter := func(mailbox meeting.AccountID, n int) func() {
		t.Helper()
		leave, err := g.enter(t.Context(), mailbox, n)
		if err != nil {
			t.Fatal(err)
		}
		return leave
	}
	var leave []func()
	for i := range 4 {
		if g.full("t/bo") {
			t.Errorf("full with %d calls", i)
		}
		leave = append(leave, enter("t/bo", 1))
	}
	if !g.full("t/bo") {
		t.Error("a fifth call enters")
	}
	enter("t/ana", 1)()

	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.enter(impatient, "t/bo", 1); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a call that gave up waiting: %v, want unavailable", err)
	}
	for _, f := range leave {
		f()
	}
	batch := enter("t/bo", 20)
	if !g.full("t/bo") {
		t.Error("a call enters beside a batch")
	}
	batch()
	if len(g.open) != 0 {
		t.Errorf("%d gates are kept", len(g.open))
	}
}

func TestCallsGoThroughTheGate(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan bool), make(chan bool)
	c := serving(t, func(w http.ResponseWriter, _ *http.Request) {
		arrived <- true
		<-release
		io.WriteString(w, `{"value":[],"responses":[]}`)
	})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { c.View(t.Context(), mailbox, now, now) })
	}
	for range 4 {
		<-arrived
	}
	if !c.gates.full(mailbox) {
		t.Error("four calls leave room for more")
	}
	for range 4 {
		release <- true
	}
	wg.Wait()

	wg.Go(func() { c.Events(t.Context(), mailbox, ids(20)) })
	<-arrived
	if !c.gates.full(mailbox) {
		t.Error("a batch leaves room for more")
	}
	release <- true
	wg.Wait()
}
