package fakems

import (
	"slices"
)

// An exception stores what was changed in it; the rest shows what the master
// has. [MS-OXOCAL] 2.2.1.44 ExceptionInfo has a flag for each.
// https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxocal

// inherited are the parts that an exception has of its own once they differ.
var inherited = []struct {
	name   string
	differ func(a, b *Event) bool
	take   func(to, from *Event)
}{
	{"subject", func(a, b *Event) bool { return a.Subject != b.Subject },
		func(to, from *Event) { to.Subject = from.Subject }},
	{"body", func(a, b *Event) bool { return a.Body != b.Body },
		func(to, from *Event) { to.Body, to.BodyPreview = from.Body, from.BodyPreview }},
	{"location", func(a, b *Event) bool { return a.Location != b.Location || !slices.Equal(a.Locations, b.Locations) },
		func(to, from *Event) { to.Location, to.Locations = from.Location, slices.Clone(from.Locations) }},
	{"attendees", func(a, b *Event) bool { return !slices.Equal(a.Attendees, b.Attendees) },
		func(to, from *Event) { to.Attendees = slices.Clone(from.Attendees) }},
	{"categories", func(a, b *Event) bool { return !slices.Equal(a.Categories, b.Categories) },
		func(to, from *Event) { to.Categories = slices.Clone(from.Categories) }},
	{"sensitivity", func(a, b *Event) bool { return a.Sensitivity != b.Sensitivity },
		func(to, from *Event) { to.Sensitivity = from.Sensitivity }},
	{"showAs", func(a, b *Event) bool { return a.ShowAs != b.ShowAs },
		func(to, from *Event) { to.ShowAs = from.ShowAs }},
	{"importance", func(a, b *Event) bool { return a.Importance != b.Importance },
		func(to, from *Event) { to.Importance = from.Importance }},
	{"reminder", func(a, b *Event) bool {
		return a.IsReminderOn != b.IsReminderOn || a.ReminderMinutesBeforeStart != b.ReminderMinutesBeforeStart
	}, func(to, from *Event) {
		to.IsReminderOn, to.ReminderMinutesBeforeStart = from.IsReminderOn, from.ReminderMinutesBeforeStart
	}},
	{"responses", func(a, b *Event) bool {
		return a.ResponseRequested != b.ResponseRequested || a.AllowNewTimeProposals != b.AllowNewTimeProposals || a.HideAttendees != b.HideAttendees
	}, func(to, from *Event) {
		to.ResponseRequested, to.AllowNewTimeProposals, to.HideAttendees = from.ResponseRequested, from.AllowNewTimeProposals, from.HideAttendees
	}},
	{"draft", func(a, b *Event) bool { return a.IsDraft != b.IsDraft },
		func(to, from *Event) { to.IsDraft = from.IsDraft }},
	{"answer", func(a, b *Event) bool { return a.ResponseStatus != b.ResponseStatus },
		func(to, from *Event) { to.ResponseStatus = from.ResponseStatus }},
}

// when is the part that is compared with the occurrence as it was computed.
const when = "when"

// keep makes an occurrence an exception, which has a copy of the master's
// properties from then on.
func (it *item) keep() {
	if it.master == nil || it.event.Type == "exception" {
		return
	}
	it.event.Type, it.own = "exception", make(map[string]bool)
	it.master.series.exceptions[it.day] = it
}

// owns notes what an exception has of its own since before.
func (it *item) owns(before *Event) {
	if it.own == nil {
		return
	}
	for _, part := range inherited {
		if part.differ(before, &it.event) {
			it.own[part.name] = true
		}
	}
	if before.Start != it.event.Start || before.End != it.event.End || before.IsAllDay != it.event.IsAllDay {
		it.own[when] = true
	}
}

// ownsAs notes what an attendee's exception has of its own after an update: of
// the meeting what the organiser's has, of the rest what was changed.
func (it *item) ownsAs(theirs *item, before *Event) {
	it.owns(before)
	for _, part := range []string{"subject", "body", "location", "attendees", "sensitivity", "importance", when} {
		it.own[part] = theirs.own[part]
	}
}

// inherit takes over what the master has now and had not before, where it is
// not the exception's own.
func (it *item) inherit(before *Event, m *SeriesManners) {
	master := &it.master.event
	for _, part := range inherited {
		if !it.own[part.name] && !m.ExceptionsKeepAll && part.differ(before, master) {
			part.take(&it.event, master)
		}
	}
	if !it.own[when] {
		it.event.IsAllDay = master.IsAllDay
		it.event.Start, it.event.End = master.Recurrence.at(it.day, master.IsAllDay, m)
		it.event.OriginalStartTimeZone, it.event.OriginalEndTimeZone = master.OriginalStartTimeZone, master.OriginalEndTimeZone
	}
}

// settled brings an item in line with what was changed in it from before.
func (it *item) settled(before *Event, m *SeriesManners) {
	if it.master != nil {
		it.owns(before)
	} else if it.series != nil {
		it.reshape(before, m)
	}
}
