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
	form  meeting.Event // in Outlook, not saved yet
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
		Store: h.db, Calendar: &h.event, Meetings: &h.webex, PublicURL: "https://scheduler.example", Lease: lease, SweepInterval: 15 * time.Minute,
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
	h.must(h.db.SubscriptionWork(ctx, claim, time.Time{}, false)) // neither of them is what most tests are about
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
	copied  *meeting.Event // nil: there is none
	changes int
	written int

	down       error // why it cannot be looked through
	unreadable error // why events cannot be read
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
	if c.copied != nil {
		list = append(list, *c.copied)
	}
	return list
}

func (c *calendar) Events(_ context.Context, _ meeting.AccountID, ids []meeting.EventID) (seen []meeting.Sighting, err error) {
	for _, id := range ids {
		if id.IsDraft() {
			return nil, errs.New(errs.Internal, "Graph is asked for a draft")
		}
		if c.unreadable != nil {
			return nil, c.unreadable
		}
		one := meeting.Sighting{ID: id, Err: &errs.Error{Kind: errs.NotFound, Code: "ErrorItemNotFound"}}
		for _, e := range c.all() {
			if e.ID == id {
				one.Event, one.Err = &e, nil
			}
		}
		seen = append(seen, one)
	}
	return seen, nil
}

func (c *calendar) EventsByICalUID(_ context.Context, _ meeting.AccountID, uid string) (list []meeting.Event, err error) {
	for _, e := range c.all() {
		if e.ICalUID == uid {
			list = append(list, e)
		}
	}
	return list, nil
}

// ChangedSince tells of all events as changed, as long as nothing is known of them.
func (c *calendar) ChangedSince(context.Context, meeting.AccountID, time.Time) (list []meeting.EventRef, err error) {
	if c.down != nil {
		return nil, c.down
	}
	for _, e := range c.all() {
		list = append(list, meeting.EventRef{ID: e.ID, Type: e.Type, ChangeKey: e.ETag, End: e.End})
	}
	return list, nil
}

func (c *calendar) EndingAfter(context.Context, meeting.AccountID, time.Time) ([]meeting.EventRef, error) {
	return nil, nil
}

func (c *calendar) View(context.Context, meeting.AccountID, time.Time, time.Time) (list []meeting.EventRef, err error) {
	for _, e := range c.all() {
		list = append(list, meeting.EventRef{ID: e.ID})
	}
	return list, nil
}

func (c *calendar) WriteEvent(_ context.Context, _ meeting.AccountID, id meeting.EventID, etag string, patch meeting.EventPatch) (meeting.Event, error) {
	if c.copied != nil && c.copied.ID == id { // one after the other, so that edit serves both
		c.now, c.copied = c.copied, c.now
		defer func() { c.now, c.copied = c.copied, c.now }()
	}
	c.written++
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
	guests  []string
	cohosts []string
	options meeting.Options
}

// webex has its effects only when arrive says so.
type webex struct {
	syncer.Meetings
	meetings map[meeting.MeetingID]*shown
	made     int
	writes   int
	arrive   func(effect func()) error // nil: at once, and with an answer
	room     string                    // link to the Personal Room; empty: there is none
	joined   bool
	rules    error // what a change of options is refused with
	codes    []meeting.TrackingCode
	listed   int   // how often the codes were
	unlisted error // why they cannot be
	refused  int   // creates
}

// TrackingCodes and what they do to a create are as at a strict site.
func (w *webex) TrackingCodes(context.Context, meeting.Host, string) ([]meeting.TrackingCode, error) {
	w.listed++
	return w.codes, w.unlisted
}

func (w *webex) uncoded(given map[string]string) bool {
	for _, c := range w.codes {
		if value := given[c.Name]; c.Required && value == "" || value != "" && !c.Takes(value) {
			return true
		}
	}
	for name := range given {
		if !slices.ContainsFunc(w.codes, func(c meeting.TrackingCode) bool { return c.Name == name }) {
			return true
		}
	}
	return false
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
	if w.uncoded(spec.Options.TrackingCodes) {
		w.refused++
		return m, errs.New(errs.Invalid, "in words that nobody knows")
	}
	w.made++
	m = meeting.Meeting{ID: meeting.MeetingID(fmt.Sprint("m", w.made)), Title: spec.Title, Start: spec.Start, End: spec.End, Tags: spec.Tags}
	m.Join.WebLink = "https://contoso.webex.com/contoso/j.php?MTID=" + string(m.ID)
	m.Join.Password = spec.Options.Password
	made := &shown{Meeting: m, options: spec.Options}
	for _, i := range spec.Invitees {
		made.guests = append(made.guests, i.Email)
		if i.CoHost {
			made.cohosts = append(made.cohosts, i.Email)
		}
	}
	return m, w.write(func() { w.meetings[m.ID] = made })
}

func (w *webex) UpdateMeeting(_ context.Context, _ meeting.Host, id meeting.MeetingID, patch meeting.MeetingPatch) (m meeting.Meeting, err error) {
	if w.meetings[id] == nil {
		return m, errs.New(errs.NotFound, "no such meeting")
	}
	if patch.Options != nil && w.rules != nil {
		return m, w.rules
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
		if o := patch.Options; o != nil {
			w.meetings[id].options = w.meetings[id].options.With(*o)
			w.meetings[id].Join.Password = w.meetings[id].options.Password
		}
		m = w.meetings[id].Meeting
	})
	return m, err
}

func (w *webex) DeleteMeeting(_ context.Context, _ meeting.Host, id meeting.MeetingID) error {
	return w.write(func() { delete(w.meetings, id) })
}

func (w *webex) MeetingsBetween(context.Context, meeting.Host, time.Time, time.Time) (all []meeting.Meeting, err error) {
	for _, m := range w.meetings {
		all = append(all, m.Meeting)
	}
	return all, nil
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
			m := w.meetings[id]
			if !slices.Contains(m.guests, i.Email) {
				m.guests = append(m.guests, i.Email)
				slices.Sort(m.guests)
			}
			m.cohosts = slices.DeleteFunc(m.cohosts, func(email string) bool { return email == i.Email })
			if i.CoHost {
				m.cohosts = append(m.cohosts, i.Email)
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

func (w *webex) Room(context.Context, meeting.Host) (m meeting.Meeting, err error) {
	if w.room == "" {
		return m, errs.New(errs.NotFound, "no room")
	}
	return meeting.Meeting{SiteURL: "contoso.webex.com", Join: meeting.Join{WebLink: w.room}}, nil
}

func (w *webex) Joined(_ context.Context, _ meeting.Host, id meeting.MeetingID) (bool, error) {
	if w.meetings[id] == nil {
		return false, errs.New(errs.NotFound, "no such meeting")
	}
	return w.joined, nil
}

func (w *webex) MeetingByLink(_ context.Context, _ meeting.Host, link string) (m meeting.Meeting, err error) {
	for _, m := range w.meetings {
		if m.Join.WebLink == link {
			return m.Meeting, nil
		}
	}
	return m, errs.New(errs.NotFound, "no such meeting")
}
