package syncer_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/store"
	"webex-scheduler/internal/store/storetest"
	"webex-scheduler/internal/syncer"
)

const lease = 30 * time.Second

// house is a database, a calendar with one event, and Webex. Each round in it
// may be another process's.
type house struct {
	t     *testing.T
	db    *store.Store
	clock *clockwork.FakeClock
	sync  *syncer.Syncer
	event calendar
	webex webex
}

func newHouse(t *testing.T) *house {
	t.Helper()
	clock := clockwork.NewFakeClockAt(time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC))
	h := &house{t: t, clock: clock, db: storetest.New(t, clock), webex: webex{meetings: map[meeting.MeetingID]*shown{}}}
	h.event.now = &meeting.Event{
		ID: "event", ICalUID: "uid", Type: meeting.SingleInstance, Subject: "First", IsOrganizer: true, ETag: "1",
		Start: clock.Now().Add(24 * time.Hour), End: clock.Now().Add(25 * time.Hour), Zone: "Europe/Prague", Location: "@webex",
	}
	h.sync = syncer.New(syncer.Config{
		Store: h.db, Calendar: &h.event, Meetings: &h.webex, PublicURL: "https://scheduler.example", Lease: lease,
		Clock: clock, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	})
	ctx := t.Context()
	h.must(h.db.SaveAccount(ctx, meeting.Account{ID: mailbox, UPN: "ana@contoso.example"}))
	for _, service := range []meeting.Service{meeting.Microsoft, meeting.Webex} {
		_, err := h.db.SaveGrant(ctx, meeting.Grant{Account: mailbox, Service: service, SubjectID: "ana"}, meeting.Tokens{Access: meeting.NewSecret("a")})
		h.must(err)
	}
	_, err := h.db.Connect(ctx, mailbox)
	h.must(err)
	claim := h.claim()
	h.must(h.db.SubscriptionWork(ctx, claim, time.Time{}, false)) // neither of them is what these tests are about
	h.must(h.db.Swept(ctx, claim, clock.Now(), nil, time.Time{}))
	h.must(h.db.Release(ctx, claim))
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) claim() meeting.Claim {
	h.t.Helper()
	claims, err := h.db.Claim(h.t.Context(), 1, lease)
	h.must(err)
	if len(claims) != 1 {
		h.t.Fatal("the mailbox is not due")
	}
	return claims[0]
}

// change lets a person change the event, and Graph tell of it.
func (h *house) change(f func(*meeting.Event)) {
	h.t.Helper()
	h.event.edit(f)
	h.must(h.db.Mark(h.t.Context(), []meeting.Mark{{Mailbox: mailbox, Event: "event"}}))
}

// round is one turn of whoever claims the mailbox.
func (h *house) round() error {
	h.t.Helper()
	claim := h.claim()
	err := h.sync.Round(h.t.Context(), claim)
	h.must(h.db.Release(h.t.Context(), claim))
	return err
}

// rest works what is due until nothing is, as far as the time has come.
func (h *house) rest() {
	h.t.Helper()
	for range 10 {
		at, ok, err := h.db.NextDue(h.t.Context())
		h.must(err)
		if !ok || at.After(h.clock.Now()) {
			return
		}
		h.must(h.round())
	}
	h.t.Fatal("there is always something due")
}

// right fails the test unless there is one meeting and it is what the event says.
func (h *house) right(when string) {
	h.t.Helper()
	if len(h.webex.meetings) != 1 {
		h.t.Fatalf("%s: %d meetings, want 1", when, len(h.webex.meetings))
	}
	if wrong := h.wrong(); wrong != "" {
		h.t.Errorf("%s: %s", when, wrong)
	}
}

func (h *house) wrong() string {
	e := h.event.now
	var want []string
	for _, a := range e.Attendees {
		want = append(want, a.Address)
	}
	for _, m := range h.webex.meetings {
		if m.Title != e.Subject || !m.Start.Equal(e.Start) || !slices.Equal(m.guests, want) || m.Join.WebLink != e.Location {
			return fmt.Sprintf("the meeting is %q at %v with %v by %s, the event %q at %v with %v by %s",
				m.Title, m.Start, m.guests, m.Join.WebLink, e.Subject, e.Start, want, e.Location)
		}
	}
	return ""
}

// calendar is Graph with one event, or none.
type calendar struct {
	syncer.Calendar
	now     *meeting.Event // nil: deleted
	changes int
}

func (c *calendar) edit(f func(*meeting.Event)) {
	e := *c.now
	f(&e)
	c.changes++
	e.ETag = fmt.Sprint("change ", c.changes)
	c.now = &e
}

func (c *calendar) all() (list []meeting.Event) {
	if c.now != nil {
		list = append(list, *c.now)
	}
	return list
}

func (c *calendar) Events(_ context.Context, _ meeting.AccountID, ids []meeting.EventID) ([]meeting.Sighting, error) {
	seen := meeting.Sighting{ID: ids[0], Err: &errs.Error{Kind: errs.NotFound, Code: "ErrorItemNotFound"}}
	for _, e := range c.all() {
		seen.Event, seen.Err = &e, nil
	}
	return []meeting.Sighting{seen}, nil
}

func (c *calendar) EventsByICalUID(context.Context, meeting.AccountID, string) ([]meeting.Event, error) {
	return c.all(), nil
}

func (c *calendar) View(context.Context, meeting.AccountID, time.Time, time.Time) (list []meeting.EventRef, err error) {
	for _, e := range c.all() {
		list = append(list, meeting.EventRef{ID: e.ID})
	}
	return list, nil
}

func (c *calendar) WriteEvent(_ context.Context, _ meeting.AccountID, _ meeting.EventID, etag string, patch meeting.EventPatch) (meeting.Event, error) {
	if c.now.ETag != etag {
		return meeting.Event{}, errs.New(errs.Conflict, "changed meanwhile")
	}
	c.edit(func(e *meeting.Event) {
		if patch.Body != nil {
			e.Body = *patch.Body
		}
		if patch.Location != nil {
			e.Location = *patch.Location
		}
	})
	return *c.now, nil
}

type shown struct {
	meeting.Meeting
	guests []string
}

// webex has its effects only when arrive says so.
type webex struct {
	syncer.Meetings
	meetings map[meeting.MeetingID]*shown
	made     int
	writes   int
	arrive   func(effect func()) error // nil: at once, and with an answer
}

func (w *webex) write(effect func()) error {
	w.writes++
	if arrive := w.arrive; arrive != nil {
		w.arrive = nil
		return arrive(effect)
	}
	effect()
	return nil
}

func (w *webex) CreateMeeting(_ context.Context, _ meeting.Host, spec meeting.MeetingSpec) (m meeting.Meeting, err error) {
	w.made++
	m = meeting.Meeting{ID: meeting.MeetingID(fmt.Sprint("m", w.made)), Title: spec.Title, Start: spec.Start, End: spec.End, Tags: spec.Tags}
	m.Join.WebLink = "https://contoso.webex.com/contoso/j.php?MTID=" + string(m.ID)
	made := &shown{Meeting: m}
	for _, i := range spec.Invitees {
		made.guests = append(made.guests, i.Email)
	}
	return m, w.write(func() { w.meetings[m.ID] = made })
}

func (w *webex) UpdateMeeting(_ context.Context, _ meeting.Host, id meeting.MeetingID, patch meeting.MeetingPatch) (m meeting.Meeting, err error) {
	if w.meetings[id] == nil {
		return m, errs.New(errs.NotFound, "no such meeting")
	}
	err = w.write(func() {
		if w.meetings[id] == nil {
			return
		}
		if patch.Title != nil {
			w.meetings[id].Title = *patch.Title
		}
		if patch.Start != nil {
			w.meetings[id].Start, w.meetings[id].End = *patch.Start, *patch.End
		}
		m = w.meetings[id].Meeting
	})
	return m, err
}

func (w *webex) DeleteMeeting(_ context.Context, _ meeting.Host, id meeting.MeetingID) error {
	return w.write(func() { delete(w.meetings, id) })
}

func (w *webex) MeetingsByTag(_ context.Context, _ meeting.Host, tag string, _, _ time.Time) (found []meeting.Meeting, err error) {
	for _, m := range w.meetings {
		if slices.Contains(m.Tags, tag) {
			found = append(found, m.Meeting)
		}
	}
	return found, nil
}

func (w *webex) Invitees(_ context.Context, _ meeting.Host, id meeting.MeetingID) (list []meeting.Invitee, err error) {
	for _, guest := range w.meetings[id].guests {
		list = append(list, meeting.Invitee{ID: string(id) + " " + guest, Email: guest})
	}
	return list, nil
}

func (w *webex) AddInvitees(_ context.Context, _ meeting.Host, id meeting.MeetingID, add []meeting.Invitee) error {
	return w.write(func() {
		for _, i := range add {
			if guests := &w.meetings[id].guests; !slices.Contains(*guests, i.Email) {
				*guests = append(*guests, i.Email)
				slices.Sort(*guests)
			}
		}
	})
}

func (w *webex) RemoveInvitee(_ context.Context, _ meeting.Host, invitee string) error {
	return w.write(func() {
		for id, m := range w.meetings {
			m.guests = slices.DeleteFunc(m.guests, func(guest string) bool { return string(id)+" "+guest == invitee })
		}
	})
}

func titled(title string) func(*meeting.Event) {
	return func(e *meeting.Event) { e.Subject = title }
}

func moved(hours int) func(*meeting.Event) {
	return func(e *meeting.Event) {
		e.Start = time.Date(2026, time.March, 3, 9+hours, 0, 0, 0, time.UTC)
		e.End = e.Start.Add(time.Hour)
	}
}

func inviting(guests ...string) func(*meeting.Event) {
	return func(e *meeting.Event) {
		e.Attendees = nil
		for _, guest := range guests {
			e.Attendees = append(e.Attendees, meeting.Attendee{Address: guest + "@elsewhere.example"})
		}
	}
}

// lateWrites are changes, an earlier one whose write arrives late and a later
// one that somebody else has followed by then.
var lateWrites = map[string]struct{ first, earlier, later func(*meeting.Event) }{
	"title":                         {titled("First"), titled("Earlier"), titled("Later")},
	"title, changed back":           {titled("First"), titled("Earlier"), titled("First")},
	"time":                          {moved(1), moved(2), moved(3)},
	"a guest invited, then another": {inviting(), inviting("a"), inviting("b")},
	"a guest invited, and not":      {inviting("b"), inviting("a", "b"), inviting("b")},
	"a guest taken off, and not":    {inviting("a", "b"), inviting("b"), inviting("a", "b")},
	"title, then a guest":           {titled("First"), titled("Earlier"), func(e *meeting.Event) { titled("First")(e); inviting("a")(e) }},
}

// TestLateWrite: a write is sent under a lease that is lost before it arrives,
// the next holder follows a newer change, and then it arrives. Its sender marks
// that, and it is mended: at once, or a minute after the newer write.
func TestLateWrite(t *testing.T) {
	t.Parallel()
	for name, test := range lateWrites {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lateWrite(t, test.first, test.earlier, test.later, 0)
		})
		t.Run(name+", hours later", func(t *testing.T) {
			t.Parallel()
			lateWrite(t, test.first, test.earlier, test.later, 3*time.Hour)
		})
	}
}

func lateWrite(t *testing.T, first, earlier, later func(*meeting.Event), frozen time.Duration) {
	h := newHouse(t)
	h.change(first)
	h.rest()
	h.right("at the beginning")
	h.webex.arrive = func(effect func()) error {
		h.clock.Advance(lease + time.Second)
		h.change(later)
		h.must(h.round())
		h.right("followed by the next holder")
		h.clock.Advance(frozen)
		h.rest()
		effect()
		return nil
	}
	h.change(earlier)
	if err := h.round(); !errs.Is(err, errs.Conflict) {
		t.Fatalf("round under a lost lease: got %v, want kind conflict", err)
	}
	if h.wrong() == "" {
		t.Fatal("the late write changed nothing: the test shows nothing")
	}
	if frozen == 0 {
		h.clock.Advance(time.Minute)
	}
	h.rest()
	h.right("at the end")
	h.resting()
}

// resting fails the test if something is written although nothing changed.
func (h *house) resting() {
	h.t.Helper()
	writes := h.webex.writes
	h.change(func(*meeting.Event) {})
	h.clock.Advance(time.Hour)
	h.rest()
	if h.webex.writes != writes {
		h.t.Error("at rest something is written")
	}
}

// died is what a process says that is killed in the middle of a write.
type died struct{}

func (h *house) dies() {
	h.t.Helper()
	defer func() {
		if p := recover(); p != (died{}) {
			h.t.Fatalf("the process did not come to where it is killed: %v", p)
		}
	}()
	_ = h.round()
}

// TestLateWriteOfTheDead: the sender is killed, or waits no longer, and nobody
// is left to tell that the write arrived after all.
func TestLateWriteOfTheDead(t *testing.T) {
	t.Parallel()
	for end, sent := range map[string]func(*house){
		"killed":        func(h *house) { h.dies(); h.clock.Advance(lease + time.Second) },
		"waits no more": func(h *house) { h.must(h.round()) },
	} {
		for name, test := range lateWrites {
			t.Run(end+", "+name, func(t *testing.T) {
				t.Parallel()
				h := newHouse(t)
				h.change(test.first)
				h.rest()
				var late func()
				h.webex.arrive = func(effect func()) error {
					late = effect
					if end == "killed" {
						panic(died{})
					}
					return errs.New(errs.Uncertain, "no answer")
				}
				h.change(test.earlier)
				sent(h)
				h.change(test.later)
				h.rest()
				h.right("followed by the next holder")
				h.clock.Advance(30 * time.Second)
				late()
				if h.wrong() == "" {
					t.Fatal("the late write changed nothing: the test shows nothing")
				}
				h.clock.Advance(31 * time.Second)
				h.rest()
				h.right("a minute later")
				h.resting()
			})
		}
	}
}

// TestLateDelete: a meeting whose deletion is on its way is not kept for an
// event that comes back; it gets another.
func TestLateDelete(t *testing.T) {
	t.Parallel()
	for end, answers := range map[string]bool{"frozen": true, "killed": false} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.change(titled("First"))
			h.rest()
			back := *h.event.now
			var late func()
			restored := func() {
				h.clock.Advance(lease + time.Second)
				h.event.now = &back
				h.change(titled("Restored"))
				h.must(h.round())
				h.right("restored")
			}
			h.webex.arrive = func(effect func()) error {
				if late = effect; !answers {
					panic(died{})
				}
				restored()
				effect()
				return nil
			}
			h.event.now = nil
			h.must(h.db.Mark(t.Context(), []meeting.Mark{{Mailbox: mailbox, Event: "event", Deleted: true}}))
			if answers {
				if err := h.round(); !errs.Is(err, errs.Conflict) {
					t.Fatalf("round under a lost lease: got %v, want kind conflict", err)
				}
			} else {
				h.dies()
				restored()
				late()
			}
			h.clock.Advance(2 * time.Minute)
			h.rest()
			h.right("at the end")
		})
	}
}

// TestLateCreate: a create arrives when it was looked for in vain, given up and
// made anew, and its intent is gone.
func TestLateCreate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.webex.arrive = func(effect func()) error {
		for range 20 {
			h.clock.Advance(time.Minute)
			h.rest()
		}
		h.right("made by the next holder")
		effect()
		return nil
	}
	h.change(titled("First"))
	if err := h.round(); !errs.Is(err, errs.Conflict) {
		t.Fatalf("round under a lost lease: got %v, want kind conflict", err)
	}
	if n := len(h.webex.meetings); n != 2 {
		t.Fatalf("%d meetings, want 2: the test shows nothing", n)
	}
	h.rest()
	h.clock.Advance(15 * time.Minute)
	h.rest()
	h.right("at the end")
	h.resting()
}

// TestLateWriteWhileTheDatabaseIsAway: who cannot tell of a late write goes on trying.
func TestLateWriteWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.change(titled("First"))
	h.rest()
	away := &away{Store: h.db, clock: h.clock, left: 3}
	lost := syncer.New(func() syncer.Config { c := h.sync.Config; c.Store = away; return c }())
	h.webex.arrive = func(effect func()) error {
		h.clock.Advance(lease + time.Second)
		h.change(titled("Later"))
		h.must(h.round())
		h.clock.Advance(time.Hour)
		h.rest()
		effect()
		return nil
	}
	h.change(titled("Earlier"))
	if err := lost.Round(t.Context(), h.claim()); !errs.Is(err, errs.Conflict) {
		t.Fatalf("round under a lost lease: got %v, want kind conflict", err)
	}
	if away.left != 0 {
		t.Fatal("the database was not away: the test shows nothing")
	}
	h.rest()
	h.right("at the end")
}

// away is a store that cannot take marks for a while.
type away struct {
	syncer.Store
	clock *clockwork.FakeClock
	left  int
}

func (a *away) Mark(ctx context.Context, marks []meeting.Mark) error {
	if a.left == 0 {
		return a.Store.Mark(ctx, marks)
	}
	a.left--
	go func() { _ = a.clock.BlockUntilContext(ctx, 1); a.clock.Advance(time.Second) }()
	return errs.New(errs.Busy, "database away")
}
