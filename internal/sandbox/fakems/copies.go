package fakems

import "slices"

// Attendees' copies of series. Same iCalUIds as the organiser's, ids of their
// own, no properties: those are not transmitted.
// https://learn.microsoft.com/office/dev/add-ins/outlook/metadata-for-an-outlook-add-in

// invitation is an event as it reaches an attendee.
func invitation(e Event) Event {
	e = e.clone()
	e.IsOrganizer, e.TransactionID = false, nil
	e.Categories, e.Properties = nil, nil
	e.ShowAs = "tentative"
	e.ResponseStatus = ResponseStatus{Response: "notResponded"}
	return e
}

// readmit finds the copy of it, putting back a date that its owner had removed:
// an update of the organiser's brings it again.
func (b *mailbox) readmit(it *item) *item {
	if it.master != nil {
		if master := b.copyOf(it.master.event.ICalUID); master != nil && master.series != nil {
			delete(master.series.gone, it.day)
		}
	}
	return b.counterpart(it)
}

// absorb removes the single dates that u had of a series before being invited
// to the whole.
func (s *Server) absorb(u *User, it *item) {
	box := s.boxes[u.ID]
	for _, old := range slices.Clone(box.items) {
		if master, d := undated(old.event.ICalUID); it.series != nil && d != 0 && master == it.event.ICalUID && !old.binned {
			box.items = slices.DeleteFunc(box.items, func(other *item) bool { return other == old })
			s.changed(u, old, deleted)
		}
	}
}

// off marks an item as cancelled, of a series the exceptions too.
func (it *item) off() {
	it.event.IsCancelled = true
	if it.series != nil {
		for _, ex := range it.series.exceptions {
			ex.event.IsCancelled = true
		}
	}
}

// receive fills the new copy of a series with the exceptions that its owner u is
// invited to; the other dates are missing in it.
func (it *item) receive(theirs *item, u *User) {
	if it.series == nil || theirs.series == nil {
		return
	}
	for d := range theirs.series.gone {
		it.series.gone[d] = true
	}
	for d, ex := range theirs.series.exceptions {
		invited := false
		for _, a := range ex.event.Attendees {
			invited = invited || u.has(a.EmailAddress.Address)
		}
		if !invited {
			it.series.gone[d] = true
			continue
		}
		mine := &item{event: invitation(ex.event), own: make(map[string]bool)}
		for part := range ex.own {
			mine.own[part] = true
		}
		it.series.exceptions[d] = mine
	}
}
