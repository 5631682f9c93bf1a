//go:build killtest

package killtest

import (
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"time"

	"webex-scheduler/internal/sandbox/fakems"
)

// Of one person, so that no policy steps in: more deletions, or more of half
// of their meetings, would be held for a person to say yes.
const (
	maxDeleted     = 8
	createdADelete = 4
	maxCreated     = 90 // a day's quota of Webex is 100
)

// diary is what people did: the events that are to have a meeting.
type diary struct {
	events  map[string][]string // ids by person, deleted ones not
	created map[string]int
	deleted map[string]int
	edits   int
}

// edit lets somebody do something in Outlook.
func (w *world) edit() {
	w.t.Helper()
	who := w.people[w.random.IntN(len(w.people))]
	mine := w.diary.events[who]
	n := w.random.IntN(10)
	switch created, deleted := w.diary.created[who], w.diary.deleted[who]; {
	case len(mine) < 2, n < 4 && created < maxCreated:
		w.create(who)
	case n < 6:
		w.rename(who, mine[w.random.IntN(len(mine))], w.title())
	case n < 9 || deleted == maxDeleted || created < createdADelete*(deleted+1):
		from, to := slot(w.random)
		w.move(who, mine[w.random.IntN(len(mine))], from, to)
	default:
		w.remove(who, mine[w.random.IntN(len(mine))])
	}
}

// create saves an event with the keyword, sometimes with a guest, and returns
// its id.
func (w *world) create(who string) string {
	w.t.Helper()
	if w.diary.events == nil {
		w.diary.events, w.diary.created, w.diary.deleted = map[string][]string{}, map[string]int{}, map[string]int{}
	}
	e := fakems.Event{Subject: w.title()}
	e.Location.DisplayName = "@webex"
	e.Start, e.End = slot(w.random)
	if w.random.IntN(3) == 0 {
		guest := fakems.Attendee{Type: "required", EmailAddress: fakems.EmailAddress{Address: "guest@elsewhere.example"}}
		e.Attendees = []fakems.Attendee{guest}
	}
	made, err := w.box.Microsoft.CreateEvent(who, e)
	if err != nil {
		w.t.Fatal(err)
	}
	w.diary.events[who] = append(w.diary.events[who], made.ID)
	w.diary.created[who]++
	return made.ID
}

func (w *world) rename(who, id, title string) {
	w.t.Helper()
	w.change(who, id, func(e *fakems.Event) { e.Subject = title })
}

func (w *world) move(who, id string, from, to fakems.DateTimeTimeZone) {
	w.t.Helper()
	w.diary.edits++
	w.change(who, id, func(e *fakems.Event) { e.Start, e.End = from, to })
}

func (w *world) change(who, id string, f func(*fakems.Event)) {
	w.t.Helper()
	if _, err := w.box.Microsoft.UpdateEvent(who, id, f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) remove(who, id string) {
	w.t.Helper()
	w.diary.edits++
	if err := w.box.Microsoft.DeleteEvent(who, id); err != nil {
		w.t.Fatal(err)
	}
	w.diary.deleted[who]++
	w.diary.events[who] = slices.DeleteFunc(w.diary.events[who], func(other string) bool { return other == id })
}

// restore takes a removed event out of Deleted Items: it wants a meeting anew.
func (w *world) restore(who, id string) {
	w.t.Helper()
	if _, err := w.box.Microsoft.RestoreEvent(who, id); err != nil {
		w.t.Fatal(err)
	}
	w.diary.created[who]++
	w.diary.events[who] = append(w.diary.events[who], id)
}

// title is one of few: people also change their minds and go back.
func (w *world) title() string {
	w.diary.edits++
	return fmt.Sprint("Plan ", 1+w.random.IntN(4))
}

// slot is one of few times within the coming days.
func slot(random *mathrand.Rand) (from, to fakems.DateTimeTimeZone) {
	start := time.Now().UTC().Truncate(time.Hour).AddDate(0, 0, 1+random.IntN(2)).Add(time.Duration(random.IntN(2)) * 90 * time.Minute)
	return fakems.At(start, "UTC"), fakems.At(start.Add(time.Duration(2+random.IntN(2))*15*time.Minute), "UTC")
}
