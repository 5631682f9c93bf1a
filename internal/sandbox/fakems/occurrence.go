package fakems

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"net/http"
	"slices"
	"time"
)

// The id of an occurrence holds that of its master and the original date, as
// Exchange's does; the last eight bytes are the date and a check sum. 105 bytes
// are 140 letters of base64, without a rest.
const (
	masterBytes   = 105
	masterLetters = 140
)

// datedID is the id of an occurrence.
func datedID(master string, d day) string {
	b, _ := base64.URLEncoding.DecodeString(master)
	b = binary.BigEndian.AppendUint32(b[:masterBytes], uint32(d))
	return base64.URLEncoding.EncodeToString(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b)))
}

// dateOf reads the date out of an occurrence's id.
func dateOf(id string) (day, bool) {
	b, err := base64.URLEncoding.DecodeString(id)
	if err != nil || len(b) != masterBytes+8 || binary.BigEndian.Uint32(b[masterBytes+4:]) != crc32.ChecksumIEEE(b[:masterBytes+4]) {
		return 0, false
	}
	return day(binary.BigEndian.Uint32(b[masterBytes:])), true
}

// datedUID is an occurrence's iCalUId: the master's with the original date in
// its bytes 17 to 20, which are zero in the master's. [MS-OXOCAL] 2.2.1.27
// https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxocal
func datedUID(master string, d day) string {
	if len(master) < 40 {
		return master + d.time().Format("20060102")
	}
	y, m, date := d.time().Date()
	return fmt.Sprintf("%s%04X%02X%02X%s", master[:32], y, int(m), date, master[40:])
}

// dated finds the occurrence with that id.
func (b *mailbox) dated(id string) *item {
	d, ok := dateOf(id)
	if !ok {
		return nil
	}
	for _, it := range b.items {
		if it.series != nil && (it.event.ID[:masterLetters] == id[:masterLetters] || it.restID[:masterLetters] == id[:masterLetters]) {
			return it.on(d, b.manners)
		}
	}
	return nil
}

// counterpart finds the copy that this mailbox has of another's item.
func (b *mailbox) counterpart(it *item) *item {
	if it.master != nil {
		if master := b.copyOf(it.master.event.ICalUID); master != nil && master.series != nil {
			return master.on(it.day, b.manners)
		}
	}
	if mine := b.copyOf(it.event.ICalUID); mine != nil {
		return mine
	}
	// Who was invited to one date only has a single event, the organiser a series.
	series, d := undated(it.event.ICalUID)
	if master := b.copyOf(series); master != nil && d != 0 {
		return master.on(d, b.manners)
	}
	return nil
}

// undated undoes datedUID.
func undated(uid string) (master string, d day) {
	var y, m, date int
	if len(uid) < 40 {
		return uid, 0
	}
	if _, err := fmt.Sscanf(uid[32:40], "%04X%02X%02X", &y, &m, &date); err != nil || y == 0 {
		return uid, 0
	}
	return uid[:32] + "00000000" + uid[40:], dayOf(time.Date(y, time.Month(m), date, 0, 0, 0, 0, time.UTC))
}

// updateOccurrence replaces what one date shows. It becomes an exception, also
// when nothing differs.
func (s *Server) updateOccurrence(u *User, it *item, changed Event) error {
	if changed.Recurrence != nil {
		return badRequest("ErrorInvalidPropertySet", "Set action is invalid for property 'recurrence'.")
	}
	before := it.event.clone()
	if err := changed.settle(); err != nil {
		return err
	}
	if changed.Start == before.Start && changed.End == before.End {
		changed.OriginalStartTimeZone, changed.OriginalEndTimeZone = before.OriginalStartTimeZone, before.OriginalEndTimeZone
	} else if err := it.reaches(&changed, &s.Series); err != nil {
		return err
	}
	it.keep()
	it.event = changed
	it.event.Type = "exception"
	it.owns(&before)
	s.edited(u, it)
	if it.binned {
		return nil
	}
	s.changed(u, it, updated)
	if it.event.IsOrganizer {
		s.tellAttendees(u, it, before)
	}
	return nil
}

// reaches refuses a new time on or beyond the day that a neighbour is on now.
// Cancelled dates are no neighbours.
// https://learn.microsoft.com/graph/api/event-update
func (it *item) reaches(changed *Event, m *SeriesManners) error {
	to := it.master.localDay(changed)
	if to == it.master.localDay(&it.event) {
		return nil
	}
	var previous, next *item
	for d := range it.master.event.Recurrence.dates(m) {
		if it.master.series.gone[d] || d == it.day {
			continue
		}
		if d > it.day {
			next = it.master.occurrence(d, m)
			break
		}
		previous = it.master.occurrence(d, m)
	}
	if previous != nil && to <= it.master.localDay(&previous.event) || next != nil && to >= it.master.localDay(&next.event) {
		return &refusal{http.StatusBadRequest, "ErrorOccurrenceCrossingBoundary", "Modified occurrence is crossing or overlapping adjacent occurrence."}
	}
	return nil
}

// localDay is the date an occurrence of the series begins on.
func (it *item) localDay(e *Event) day {
	name := it.event.Recurrence.Range.RecurrenceTimeZone
	loc, _, _ := zone(name)
	return dayOf(e.Start.in(name, loc, e.IsAllDay))
}

// drop takes one date out of a series: its organiser cancels it, an attendee
// declines it.
func (s *Server) drop(u *User, it *item) {
	delete(it.master.series.exceptions, it.day)
	it.master.series.gone[it.day] = true
	it.binned = true // nothing more is stored of it
	if !s.Series.MasterStill {
		s.edited(u, it.master)
	}
	s.changed(u, it, deleted)
	s.withdraw(u, it)
}

// RestoreOccurrence undoes the cancellation of a date: original is its
// originalStart. The exception that it may have been is forgotten. Attendees
// get an update.
func (s *Server) RestoreOccurrence(user, master string, original DateTimeTimeZone) (Event, error) {
	defer s.lock()()
	u := s.person(user)
	it := s.boxes[u.ID].live(master)
	if it == nil || it.series == nil {
		return Event{}, ErrNotFound
	}
	d := it.localDay(&Event{Start: original, IsAllDay: it.event.IsAllDay})
	if !it.series.gone[d] {
		return Event{}, ErrNotFound
	}
	delete(it.series.gone, d)
	o := it.on(d, &s.Series)
	if o == nil {
		return Event{}, ErrNotFound
	}
	if !s.Series.MasterStill {
		s.edited(u, it)
	}
	s.clicked(u, "restore", o)
	s.changed(u, o, updated)
	if o.event.IsOrganizer && !o.event.IsDraft {
		s.mail(u, o, Update, o.event.Attendees)
		s.deliver(u, o, o.event.Attendees)
	}
	return o.event.clone(), nil
}

// tellOf notifies of a change of one date as Told says.
func (s *Server) tellOf(u *User, it *item, kind change) {
	if s.Series.Told != ToldException {
		s.gathering = s.Series.Told == ToldTogether
		s.notify(u, it.master, updated)
	}
	if s.Series.Told != ToldMaster {
		s.notify(u, it, kind)
	}
	if !s.gathering {
		return
	}
	s.gathering = false
	for _, sub := range s.liveSubscriptions() {
		n := &notice{sub: sub}
		if c := s.couriers[n.courier()]; c != nil {
			s.send(c)
		}
	}
}

// cancelledIDs names the cancelled dates of a master. The form is as recorded.
// https://learn.microsoft.com/graph/api/resources/event
func (it *item) cancelledIDs(master string) []string {
	ids := []string{}
	for _, d := range slices.Sorted(maps.Keys(it.series.gone)) {
		ids = append(ids, "OID."+master+"."+d.String())
	}
	return ids
}
