package fakems

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/sandbox/trace"
)

// mailbox is the calendar of one user with its Deleted Items.
type mailbox struct {
	items   []*item
	manners *SeriesManners
}

// item is an event as stored: its own zone, its immutable id.
type item struct {
	event  Event
	restID string // the default id, which changes when the item moves
	binned bool

	known time.Time // Graph knows the item from then on

	calendar string  // name of the calendar it lies in; empty: the default one
	series   *series // of a master
	repeated bool    // it was one

	// Of an occurrence or exception: its master, its original date, and what an
	// exception has of its own.
	master *item
	day    day
	own    map[string]bool
}

func (b *mailbox) find(id string) *item {
	for _, it := range b.items {
		if it.event.ID == id || it.restID == id {
			return it
		}
	}
	return b.dated(id)
}

// live finds an item of the calendar itself.
func (b *mailbox) live(id string) *item {
	if it := b.find(id); it != nil && !it.binned {
		return it
	}
	return nil
}

// copyOf finds the calendar's item with that iCalUId.
func (b *mailbox) copyOf(uid string) *item {
	for _, it := range b.items {
		if it.event.ICalUID == uid && !it.binned {
			return it
		}
	}
	return nil
}

// between returns the calendar's items that overlap [from, to), by start: singles,
// occurrences and exceptions. Zero times are open; series are shown until
// horizon then.
func (b *mailbox) between(from, to, horizon time.Time) []*item {
	var found []*item
	if !to.IsZero() {
		horizon = to
	}
	for _, it := range b.items {
		shown := []*item{it}
		if it.binned {
			continue
		}
		if it.series != nil {
			shown = it.within(from, horizon, b.manners)
		}
		for _, it := range shown {
			if it.overlaps(from, to) {
				found = append(found, it)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b *item) int { return a.start().Compare(b.start()) })
	return found
}

// overlaps reports whether an item lies in [from, to) or reaches into it. One
// without length lies in the view that begins at its start.
func (it *item) overlaps(from, to time.Time) bool {
	if !to.IsZero() && !it.start().Before(to) {
		return false
	}
	return from.IsZero() || it.end().After(from) || it.start().Equal(from)
}

func (it *item) start() time.Time { return instant(it.event.Start) }
func (it *item) end() time.Time   { return instant(it.event.End) }

func instant(d DateTimeTimeZone) time.Time {
	t, err := d.Time()
	if err != nil {
		panic(err) // stored times have been settled
	}
	return t
}

// Ids are base64url of bytes; the first ones tell the kinds apart, and make
// them begin like Exchange's. Both kinds are case-sensitive.
// https://learn.microsoft.com/graph/outlook-immutable-id
var (
	restMark      = []byte{0x00, 0x03, 0x24, 0x03}
	immutableMark = []byte{0x00, 0x09, 0x00, 0x2e}
)

func (s *Server) itemID(mark []byte) string {
	return base64.URLEncoding.EncodeToString(append(slices.Clone(mark), s.bytes(109)...))
}

// wellFormed reports whether id could be an item's; an EWS id with its / and +
// is not.
func wellFormed(id string) bool {
	b, err := base64.URLEncoding.DecodeString(id)
	return err == nil && len(b) == 113 && (string(b[:4]) == string(restMark) || string(b[:4]) == string(immutableMark))
}

// add stores a new item in u's calendar and tells of it.
func (s *Server) add(u *User, e Event) *item {
	it := s.store(u, e)
	s.changed(u, it, created)
	return it
}

// store puts a new item into u's calendar.
func (s *Server) store(u *User, e Event) *item {
	e.ID, e.Type = s.itemID(immutableMark), "singleInstance"
	e.SeriesMasterID, e.OriginalStart = "", time.Time{}
	if e.ICalUID == "" {
		uid := s.bytes(40)
		clear(uid[:4]) // the date of an occurrence, see datedUID
		e.ICalUID = fmt.Sprintf("040000008200E00074C5B7101A82E008%X", uid)
	}
	e.CreatedDateTime = s.Clock.Now()
	it := &item{event: e, restID: s.itemID(restMark)}
	if e.Recurrence != nil {
		it.event.Type, it.series = "seriesMaster", newSeries()
	}
	box := s.boxes[u.ID]
	box.items = append(box.items, it)
	s.touch(it)
	return it
}

// touch gives an item a new version.
func (s *Server) touch(it *item) {
	version := binary.BigEndian.AppendUint64(s.bytes(16), s.rng.Uint64())
	it.event.ChangeKey = base64.StdEncoding.EncodeToString(version)
	it.event.ETag = `W/"` + it.event.ChangeKey + `"`
	it.event.LastModifiedDateTime = s.Clock.Now()
	it.event.WebLink = "https://outlook.office365.com/owa/?itemid=" +
		strings.ReplaceAll(it.restID, "=", "%3D") + "&exvsurl=1&path=/calendar/item"
}

// edited gives an item of u a new version because of an edit, and its master
// too.
func (s *Server) edited(u *User, it *item) {
	if it.master != nil && !s.Series.MasterStill {
		s.edited(u, it.master)
	}
	before := it.event.LastModifiedDateTime
	s.touch(it)
	if _, bad := s.strikes(EditUnlisted, u); bad {
		it.event.LastModifiedDateTime = before
		s.trace(trace.Entry{Service: trace.Graph, Actor: u.UserPrincipalName, Method: "edit", Path: "/calendar/" + it.event.ID,
			Fault: string(EditUnlisted), Note: "lastModifiedDateTime stayed as it was"})
	}
}

// bin moves an item to Deleted Items: its default id changes, its immutable one
// stays, and subscribers hear "deleted".
// https://learn.microsoft.com/graph/outlook-change-notifications-overview
func (s *Server) bin(u *User, it *item) {
	told := *it
	it.binned = true
	it.restID = s.itemID(restMark)
	s.changed(u, &told, deleted)
}

// unbin moves an item back into the calendar, which is another move: a new
// default id, and "created" for the folder it comes into.
func (s *Server) unbin(u *User, it *item) {
	it.binned = false
	it.restID = s.itemID(restMark)
	s.edited(u, it)
	s.changed(u, it, created)
}

// newEvent is an event as Outlook's form shows it before anything is typed.
func newEvent(u *User) Event {
	return Event{
		Body:                       ItemBody{ContentType: "html"},
		Organizer:                  Recipient{u.address()},
		IsOrganizer:                true,
		ResponseStatus:             ResponseStatus{Response: "organizer"},
		IsReminderOn:               true,
		ReminderMinutesBeforeStart: 15,
		ResponseRequested:          true,
		AllowNewTimeProposals:      true,
	}
}
