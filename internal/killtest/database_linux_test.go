//go:build killtest

package killtest

import (
	"bytes"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"webex-scheduler/internal/store/storetest"
)

// wired makes a world whose processes each reach the database over a wire.
func wired(t *testing.T, processes int, seed uint64, people ...string) (*world, []*wire) {
	t.Helper()
	database := storetest.PostgresDatabase(t).URL
	wires := make([]*wire, processes)
	for n := range wires {
		wires[n] = newWire(t, database)
	}
	return newWorld(t, options{
		processes: processes, seed: seed, people: people,
		behind: func(n int) string { return wires[n].address },
	}), wires
}

// TestDatabaseWire cuts and stalls what lies between three processes and their
// database, one by one and all at once. No process may end of it.
func TestDatabaseWire(t *testing.T) {
	t.Parallel()
	w, wires := wired(t, 3, 21)
	for range 12 {
		w.busy(3)
		some := wires
		if w.random.IntN(3) > 0 {
			n := w.random.IntN(len(wires))
			some = wires[n : n+1]
		}
		long := w.random.IntN(2) == 0
		for _, wire := range some {
			if long {
				wire.stall()
				defer wire.resume()
			} else {
				wire.cut()
			}
		}
		if long {
			w.edit()
			<-time.After(lease + lease/2) // the fault itself: longer than a lease
			for _, wire := range some {
				wire.resume()
			}
		}
	}
	w.rest()
}

// TestDatabaseSilent loses connections without a word. What was asked on them
// is never answered; the process has to find out by itself.
func TestDatabaseSilent(t *testing.T) {
	t.Parallel()
	w, wires := wired(t, 1, 22, ana)
	w.awaitMeeting(ana, w.create(ana))
	wires[0].awaitIdle(lease / 8) // then the next to ask is who looks for due mailboxes
	select {
	case <-wires[0].lose():
	case <-w.within(time.Minute).Done():
		t.Fatal("the process asks its database nothing")
	}
	w.awaitMeeting(ana, w.create(ana))
	w.rest()
}

// freezeAt freezes the first process that sends all of the parts, one after the
// other, before the last of them arrives.
func (w *world) freezeAt(wires []*wire, parts ...string) (frozen <-chan *process) {
	done := make(chan *process, 1)
	var once sync.Once
	for n, wire := range wires {
		left := slices.Clone(parts)
		var mu sync.Mutex // a process has several connections
		wire.watch(func(part []byte) {
			mu.Lock()
			defer mu.Unlock()
			if len(left) > 0 && bytes.Contains(part, []byte(left[0])) {
				left = left[1:]
				if len(left) == 0 {
					once.Do(func() { w.fleet[n].signal(syscall.SIGSTOP); done <- w.fleet[n] })
				}
			}
		})
	}
	return done
}

// TestFrozenInTransaction freezes a process that has rows locked. The others
// must not wait for it.
func TestFrozenInTransaction(t *testing.T) {
	t.Parallel()
	w, wires := wired(t, 3, 23, ana, bo)
	frozen := w.freezeAt(wires, `INSERT INTO "links"`)
	w.create(ana)
	still := w.awaitFrozen(frozen)
	w.awaitMeeting(ana, w.create(ana))
	w.awaitMeeting(bo, w.create(bo))
	still.signal(syscall.SIGCONT)
	w.rest()
}

// TestFrozenBeforeCreate freezes a process that has noted what it is about to
// create, until others have given that up and made the meeting. When it wakes
// up it must not go on.
func TestFrozenBeforeCreate(t *testing.T) {
	t.Parallel()
	w, wires := wired(t, 3, 24, ana)
	frozen := w.freezeAt(wires, `INSERT INTO "intents"`, "commit")
	id := w.create(ana)
	still := w.awaitFrozen(frozen)
	w.awaitMeetingFor(2*time.Minute, ana, id)
	still.signal(syscall.SIGCONT)
	w.rest()
}

func (w *world) awaitFrozen(frozen <-chan *process) *process {
	w.t.Helper()
	select {
	case p := <-frozen:
		return p
	case <-w.within(time.Minute).Done():
		w.t.Fatal("no process comes to where it is to be frozen")
		return nil
	}
}
