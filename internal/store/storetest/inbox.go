package storetest

import (
	"fmt"
	"slices"
	"time"

	"webex-scheduler/internal/meeting"
)

// crowd is more marks than are written one by one: of events e000 to e099, the
// first of them deleted.
func crowd(account meeting.AccountID) (marks []meeting.Mark) {
	for i := range 100 {
		marks = append(marks, meeting.Mark{Mailbox: account, Event: meeting.EventID(fmt.Sprintf("e%03d", i)), Deleted: i == 0})
	}
	return append(marks, meeting.Mark{Mailbox: ben, Event: "nobody keeps this mailbox"}, meeting.Mark{Mailbox: account, Event: "e001", Missing: true})
}

// wantCrowd claims the mailbox, and checks that the crowd's work is there, once.
func (w *world) wantCrowd(account meeting.AccountID) {
	w.Helper()
	w.same(w.dueIn(), time.Duration(0), "due")
	unread, err := w.Unread(w.Context(), account)
	w.must(err)
	w.same(unread, true, "unread")
	claim := w.claim(account)
	works := w.bite(claim)
	w.same(len(works), 100, "works")
	for _, work := range works {
		if work.Deleted != (work.Event == "e000") || work.Missing != (work.Event == "e001") {
			w.Errorf("%s: got deleted %t, missing %t", work.Event, work.Deleted, work.Missing)
		}
		w.must(w.Done(w.Context(), claim, work))
	}
	w.must(w.Release(w.Context(), claim))
	if in := w.dueIn(); in != -1 {
		w.Errorf("afterwards: due in %v, want never", in)
	}
}

func testCrowd(w *world) {
	w.idle(anna)
	woken := 0
	w.OnMark(func() { woken++ })
	w.must(w.Mark(w.Context(), crowd(anna)))
	w.same(woken, 1, "woken")
	w.clock.Advance(time.Second)
	waiting, due, oldest, err := w.Work(w.Context())
	w.must(err)
	w.same([]any{waiting, due, oldest}, []any{101, 101, start}, "waiting, due, oldest")
	w.wantCrowd(anna)
}

// A mark that comes while its event is worked is kept, also when it came in a crowd.
func testCrowdDuringBite(w *world) {
	w.idle(anna)
	w.mark(anna, "e005")
	claim := w.claim(anna)
	works := w.bite(claim)
	w.must(w.Mark(w.Context(), crowd(anna)))
	w.must(w.Done(w.Context(), claim, works[0]))
	w.must(w.Release(w.Context(), claim))
	w.wantCrowd(anna)
}

// What a process had taken and not folded when it ended is the next one's.
func testCrowdOfAnother(w *world) {
	w.idle(anna)
	w.must(w.Mark(w.Context(), crowd(anna)))
	w.must(w.Close())
	w.Store = w.Open(w, w.clock)
	w.same(w.dueIn(), 5*time.Second, "due") // its own process may be about to fold it
	if claims, err := w.Claim(w.Context(), 100, time.Hour); err != nil || len(claims) > 0 {
		w.Errorf("at once: got %+v, %v, want nothing", claims, err)
	}
	w.clock.Advance(5 * time.Second)
	w.wantCrowd(anna)
}

// Marks of a mailbox that was closed meanwhile go.
func testCrowdOfClosed(w *world) {
	w.idle(anna)
	w.idle(dora)
	w.must(w.Mark(w.Context(), slices.Concat(crowd(anna), crowd(dora))))
	w.must(w.Disconnect(w.Context(), anna))
	claims, err := w.Claim(w.Context(), 100, time.Hour)
	w.must(err)
	for _, claim := range claims {
		want := 100
		if claim.Mailbox == anna {
			want = 0
		}
		w.same(len(w.bite(claim)), want, "works of "+string(claim.Mailbox))
	}
}
