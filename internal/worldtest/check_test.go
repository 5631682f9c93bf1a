package worldtest

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/sandbox/trace"
)

// check compares calendars and meetings.
func (w *world) check() {
	if mails := w.house.sandbox.Webex.Mails(); len(mails) > 0 {
		w.t.Errorf("Webex mailed %d people", len(mails))
	}
	written := w.written()
	claimed := map[string]string{} // meeting id to event
	for _, name := range slices.Sorted(maps.Keys(w.entries)) {
		e := w.entries[name]
		v, ok := w.house.sandbox.Microsoft.Event(e.owner, e.id)
		if !ok {
			continue
		}
		fail := func(format string, args ...any) {
			w.t.Errorf("%s (%s, wants %s): "+format, slices.Concat([]any{name, e.owner, e.wants}, args)...)
		}
		c := read(v.Body)
		if !e.known && len(written[e.id]) > 0 {
			fail("written to without a reason: %v", written[e.id])
		}
		w.checkText(e, v, c, fail)
		w.checkEvent(name, e, v, c, claimed, tired(written[e.id]), fail)
	}
	w.checkSeries(claimed)
	w.checkStrays(claimed)
	for _, upn := range w.people {
		if n := len(w.house.sandbox.Microsoft.Subscriptions(upn)); n > 1 || n == 0 && !w.forgotten[upn] {
			w.t.Errorf("%s has %d subscriptions, want 1", upn, n)
		}
	}
}

// written tells when the program wrote to which event.
func (w *world) written() map[string][]time.Time {
	all := map[string][]time.Time{}
	for _, e := range w.house.sandbox.Trace.Since(0) {
		if e.Service == trace.Graph && e.Method == "PATCH" && e.Write {
			if _, id, ok := strings.Cut(e.Path, "/events/"); ok {
				all[id] = append(all[id], e.Time)
			}
		}
	}
	return all
}

// tired reports whether so much was written to an event that the program has
// stopped: it takes another product to be at work.
func tired(at []time.Time) bool {
	within := func(n int, d time.Duration) bool {
		for i := n - 1; i < len(at); i++ {
			if at[i].Sub(at[i-n+1]) < d {
				return true
			}
		}
		return false
	}
	return within(3, time.Hour) || within(10, 24*time.Hour)
}

// checkText compares what people wrote.
func (w *world) checkText(e *entry, v fakems.Event, c content, fail func(string, ...any)) {
	if c.halves > 0 && e.wants != must {
		return // torn by a person, and nobody's to mend
	}
	want := read(e.body()).rest
	if e.name == "" { // of the sandbox's first week
		want = read(e.last.Body).rest
	}
	if c.halves == 0 && c.rest != want {
		fail("the text is not what was written: %s", cmp.Diff(want, c.rest))
	}
	at, last := v.Location.DisplayName, e.last.Location.DisplayName
	shown := kindOf(at) == join || kindOf(at) == ours
	if at != last && (!replaceable(last) || !shown) && !(at == "" && e.removing && replaceable(last)) {
		fail("location is %q, a person wrote %q", at, last)
	}
}

func (w *world) checkEvent(name string, e *entry, v fakems.Event, c content, claimed map[string]string, tired bool, fail func(string, ...any)) {
	want := shapeOf(v)
	now := w.house.clock.Now()
	meeting := w.meetingOf(e, c)
	if meeting != nil {
		if other := claimed[meeting.ID]; other != "" && e.bound(now) && w.entries[other].bound(now) {
			fail("shares a meeting with %s", other)
		}
		claimed[meeting.ID] = name
	}
	switch {
	case e.idle(now) || v.IsCancelled || e.inWebex && !want.end.After(now):
		return
	case e.wants == room && (meeting != nil || !tired && (len(c.blocks) != 1 || c.halves > 0)):
		fail("has not its room: %d blocks, %d halves, meeting %v", len(c.blocks), c.halves, meeting != nil)
		return
	case e.wants == room:
		return
	case e.wants == none && (meeting != nil || len(c.blocks)+c.halves > 0):
		fail("has join details, or a meeting: %d blocks, %d halves, meeting %v", len(c.blocks), c.halves, meeting != nil)
		return
	case e.wants == none || e.wants == maybe && meeting == nil:
		return
	case tired && (len(c.blocks) != 1 || c.halves > 0):
		return
	case len(c.blocks) != 1 || c.halves > 0:
		fail("has %d blocks and %d halves of one", len(c.blocks), c.halves)
		return
	case meeting == nil && !want.fits:
		return // the meeting kept the time it had, and is over
	case meeting == nil:
		fail("its block leads to no live meeting: %v", c.blocks[0].links)
		return
	}
	if e.wants == maybe && slices.Contains(e.inherited, meeting.WebLink) {
		return // it shows the meeting of what it was copied from
	}
	if e.inWebex && meeting.Title == v.Subject {
		meeting.Title = want.title // as a person typed it there
	}
	want.guests = w.withDelegate(e, want.guests, *meeting, fail)
	w.compare(want, *meeting, now, fail)
}

// meetingOf finds the live meeting that an event shows, or was seen with.
func (w *world) meetingOf(e *entry, c content) *fakewebex.Meeting {
	var links []string
	for _, b := range c.blocks {
		links = append(links, b.links...)
	}
	if e.alien {
		return nil
	}
	for _, m := range w.live(e.owner) {
		if slices.Contains(links, m.WebLink) {
			return &m
		}
	}
	return nil
}

func (w *world) compare(want shape, m fakewebex.Meeting, now time.Time, fail func(string, ...any)) {
	if units(want.title) > 128 {
		if !strings.HasPrefix(want.title, strings.TrimRight(strings.TrimSuffix(m.Title, "…"), " ")) || units(m.Title) > 128 || units(m.Title) < 120 {
			fail("title is %q, want %q as far as 128 characters go", m.Title, want.title)
		}
	} else if m.Title != want.title {
		fail("title is %q, want %q", m.Title, want.title)
	}
	var guests []string
	for _, i := range m.Invitees {
		guests = append(guests, i.Email)
	}
	slices.Sort(guests)
	if !slices.Equal(guests, want.guests) {
		fail("invited are %v, want %v", guests, want.guests)
	}
	if !want.fits || !want.start.After(now) {
		return
	}
	if !m.Start.Equal(want.start) || !m.End.Equal(want.end) {
		fail("meeting is %v–%v, want %v–%v", m.Start, m.End, want.start.UTC(), want.end.UTC())
	}
	if loc, err := time.LoadLocation(m.TimeZone); err != nil || offset(want.start, loc) != offset(want.start, want.zone) ||
		offset(want.start.AddDate(0, 6, 0), loc) != offset(want.start.AddDate(0, 6, 0), want.zone) {
		fail("zone is %s, want %s", m.TimeZone, want.zone)
	}
}

// units is a length as JavaScript counts it, which may be Webex's way.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

func offset(t time.Time, loc *time.Location) int {
	_, seconds := t.In(loc).Zone()
	return seconds
}

// checkStrays finds live meetings that no event shows.
func (w *world) checkStrays(claimed map[string]string) {
	hidden := map[*entry]bool{} // their meetings wait for the invitation to be sent
	for _, m := range w.live("") {
		if claimed[m.ID] != "" {
			continue
		}
		var of *entry
		var waits *entry
		for _, e := range w.entries {
			switch {
			case e.owner != m.Host:
			case slices.Contains(e.links, m.WebLink):
				of = e
			case e.known && !e.gone && len(e.links) == 0 && frozen(e.last) && !hidden[e]:
				waits = e
			}
		}
		switch {
		case of == nil && waits != nil:
			hidden[waits] = true
		case of == nil:
			w.t.Errorf("meeting “%s” of %s at %v belongs to no event", m.Title, m.Host, m.Start)
		case of.gone && of.met && m.Title == "From the pane":
			// Somebody was in it, and the program never saw its event.
		case of.spent || of.wants == maybe || frozen(of.last):
			// what is over is left alone, also in Webex
		case !w.shows(of, m):
			w.t.Errorf("meeting “%s” of %s at %v is left from %s (gone %v, wants %s)", m.Title, m.Host, m.Start, of.name, of.gone, of.wants)
		}
	}
	for tag, all := range w.byTag() {
		if len(all) > w.holders(all) {
			w.t.Errorf("%d meetings for one event (%s): %v", len(all), tag, ids(all))
		}
	}
}

// shows reports whether an event, whose block may be gone by rights, still
// stands for the meeting: the program has written so often that it stopped.
func (w *world) shows(e *entry, m fakewebex.Meeting) bool {
	return !e.gone && e.wants == must && tired(w.written()[e.id])
}
