package worldtest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
)

// What people do with series. A step about a date names it by N, among those
// that the calendar shows.
const (
	repeat     verb = "repeat"     // a series: Text: location, In, Long, Zone, Guest, Rule; Flag: all-day
	dateMove   verb = "date move"  // In: by; Long
	dateName   verb = "date title" //
	dateInvite verb = "date guest" // Guest
	dateWish   verb = "date place" // Text: location
	dateCancel verb = "date cancel"
	dateBack   verb = "date restore" // one that was cancelled
	dateCopy   verb = "date copy"    // In: by
	following  verb = "following"    // this and all after it; In: by
	seriesMove verb = "series move"  // In: by
	seriesName verb = "series title" // Guest
	seriesRule verb = "series rule"  // Rule
	seriesOnce verb = "series once"  // it repeats no more; again it does by Rule
	seriesCopy verb = "series copy"  // Flag: pasted, with all that departs from its rule
	seriesGone verb = "series delete"
	seriesBack verb = "series restore"

	// In Webex, as the host.
	dateShift   verb = "date moved in Webex" // In: by; Long
	dateRename  verb = "date renamed in Webex"
	dateDrop    verb = "date deleted in Webex"
	seriesShift verb = "series moved in Webex" // In: by: it is put back
	seriesTitle verb = "series renamed in Webex"
)

// rule is how a series repeats.
type rule struct {
	Pattern fakems.Pattern
	Days    int // from its start to its end; 0: it has none
	Times   int // occurrences; 0: Days says
}

func (r rule) of(start time.Time) *fakems.Recurrence {
	c := &fakems.Recurrence{Pattern: r.Pattern, Range: fakems.Range{Type: "noEnd", StartDate: start.Format(time.DateOnly)}}
	switch {
	case r.Times > 0:
		c.Range.Type, c.Range.NumberOfOccurrences = "numbered", r.Times
	case r.Days > 0:
		c.Range.Type, c.Range.EndDate = "endDate", start.AddDate(0, 0, r.Days).Format(time.DateOnly)
	}
	return c
}

// series is one that somebody made.
type series struct {
	owner, id string
	zone      string // Windows name
	asks      bool   // its location asked for a meeting
	gone      bool
	cancelled []time.Time // dates, by the rule
	dropped   bool        // some of its dates were deleted in Webex
	steps     int
}

// titled begins the titles of series and their dates, and of nothing else.
const titled = "Series "

// repeats carries out what a person does with a series. What Exchange refuses
// does not happen.
func (w *world) repeats(s step) {
	ms := w.house.sandbox.Microsoft
	if s.Do == repeat {
		w.repeat(s)
		return
	}
	e := w.series[s.Event]
	if e == nil || e.gone != (s.Do == seriesBack) {
		return
	}
	e.steps++
	title := fmt.Sprintf("%s%s.%d", titled, s.Event, e.steps)
	master := func(change func(*fakems.Event)) { _, _ = ms.UpdateEvent(e.owner, e.id, change) }
	switch s.Do {
	case dateMove, dateName, dateInvite, dateWish, dateCancel, dateCopy, following:
		w.date(s, e, title)
	case dateShift, dateRename, dateDrop, seriesShift, seriesTitle:
		w.seriesInWebex(s, e, title)
	case dateBack:
		if len(e.cancelled) > 0 {
			at := e.cancelled[s.N%len(e.cancelled)]
			_, _ = ms.RestoreOccurrence(e.owner, e.id, fakems.At(at, e.zone))
		}
	case seriesMove:
		master(func(v *fakems.Event) { by(v, s.In, 0) })
	case seriesName:
		master(func(v *fakems.Event) { v.Subject, v.Attendees = title, attendees(s.Guest) })
	case seriesRule:
		master(func(v *fakems.Event) {
			if start, err := v.Start.Time(); err == nil {
				v.Recurrence = s.Rule.of(start.In(zone(e.zone)))
			}
		})
	case seriesOnce:
		master(func(v *fakems.Event) { v.Recurrence = nil })
	case seriesCopy:
		copying := ms.DuplicateEvent
		if s.Flag {
			copying = func(user, id string) (fakems.Event, error) { return ms.PasteEvent(user, id, "") }
		}
		if made, err := copying(e.owner, e.id); err == nil {
			// The sentence that stands for a wish says nothing without its link.
			asks := e.asks && kindOf(made.Location.DisplayName) != ours
			w.series[s.From] = &series{owner: e.owner, id: made.ID, zone: e.zone, asks: asks}
		}
	case seriesGone:
		e.gone = ms.DeleteEvent(e.owner, e.id) == nil
	case seriesBack:
		_, err := ms.RestoreEvent(e.owner, e.id)
		e.gone = err != nil
	}
}

func (w *world) repeat(s step) {
	start := minute(w.house.clock.Now().Add(s.In)).In(zone(s.Zone))
	v := fakems.Event{
		Subject: titled + s.Event, Location: fakems.Location{DisplayName: s.Text}, Attendees: attendees(s.Guest),
		Start: fakems.At(start, s.Zone), End: fakems.At(start.Add(s.Long), s.Zone),
		OriginalStartTimeZone: s.Zone, OriginalEndTimeZone: s.Zone, Recurrence: s.Rule.of(start),
	}
	if s.Flag {
		days(&v, start)
	}
	who := w.people[s.Who%len(w.people)]
	made, err := w.house.sandbox.Microsoft.CreateEvent(who, v)
	if err != nil {
		return // no date fits
	}
	w.series[s.Event] = &series{owner: who, id: made.ID, zone: s.Zone, asks: kindOf(s.Text) == wish}
}

// by moves an event, and gives it another length if that is not zero.
func by(v *fakems.Event, move, long time.Duration) {
	start, err1 := v.Start.Time()
	end, err2 := v.End.Time()
	if err1 != nil || err2 != nil || v.IsAllDay {
		return
	}
	if long == 0 {
		long = end.Sub(start)
	}
	zone := v.OriginalStartTimeZone
	if zone == "" {
		zone = v.Start.TimeZone
	}
	v.Start, v.End = fakems.At(start.Add(move), zone), fakems.At(start.Add(move+long), zone)
}

// date changes one date of a series.
func (w *world) date(s step, e *series, title string) {
	ms := w.house.sandbox.Microsoft
	now := w.house.clock.Now()
	var dates []fakems.Event
	for _, v := range ms.Events(e.owner, now.Add(24*time.Hour), now.AddDate(0, 0, 120)) {
		if v.SeriesMasterID == e.id {
			dates = append(dates, v)
		}
	}
	if len(dates) == 0 {
		return
	}
	v := dates[s.N%min(len(dates), 12)]
	update := func(change func(*fakems.Event)) { _, _ = ms.UpdateEvent(e.owner, v.ID, change) }
	switch s.Do {
	case dateMove:
		if start, err := v.Start.Time(); err != nil || !start.Add(s.In).After(now) {
			return
		}
		update(func(v *fakems.Event) { by(v, s.In, s.Long) })
	case dateName:
		update(func(v *fakems.Event) { v.Subject = title })
	case dateInvite:
		update(func(v *fakems.Event) { v.Attendees = attendees(s.Guest) })
	case dateWish:
		if !e.asks {
			update(func(v *fakems.Event) { v.Location = fakems.Location{DisplayName: s.Text} })
		}
	case dateCancel:
		if ms.DeleteEvent(e.owner, v.ID) == nil {
			e.cancelled = append(e.cancelled, v.OriginalStart)
		}
	case dateCopy:
		if start, err := v.Start.Time(); err == nil {
			_, _ = ms.CopyEvent(e.owner, v.ID, start.Add(s.In))
		}
	case following:
		made, err := ms.UpdateFollowing(e.owner, v.ID, func(v *fakems.Event) { v.Subject = title; by(v, s.In, 0) })
		if err == nil && made.ID != e.id {
			w.series[s.From] = &series{owner: e.owner, id: made.ID, zone: e.zone, asks: e.asks}
		}
	}
}

// seriesInWebex is what the host does in Webex with the meeting that a series
// shows, or with one of its dates. What Webex refuses does not happen.
func (w *world) seriesInWebex(s step, e *series, title string) {
	ms, webex := w.house.sandbox.Microsoft, w.house.sandbox.Webex
	now := w.house.clock.Now()
	v, ok := ms.Event(e.owner, e.id)
	if !ok {
		return
	}
	links := joinLinks(v.Body)
	for _, m := range w.live(e.owner) {
		if !slices.Contains(links, m.WebLink) {
			continue
		}
		switch s.Do {
		case seriesTitle:
			_ = webex.EditMeeting(m.ID, func(m *fakewebex.Meeting) { m.Title = title })
			return
		case seriesShift:
			_ = webex.EditMeeting(m.ID, func(m *fakewebex.Meeting) { m.Start, m.End = m.Start.Add(s.In), m.End.Add(s.In) })
			return
		}
		dates := slices.DeleteFunc(webex.Occurrences(m.ID, now.Add(24*time.Hour), now.AddDate(0, 0, 120)),
			func(o fakewebex.Occurrence) bool { return o.Deleted })
		if len(dates) == 0 {
			return
		}
		switch o := dates[s.N%min(len(dates), 12)]; {
		case s.Do == dateDrop:
			if webex.DeleteOccurrence(o.ID) == nil {
				e.dropped = true
			}
		case s.Do == dateRename:
			_ = webex.EditOccurrence(o.ID, func(o *fakewebex.Occurrence) { o.Title = title })
		case o.Start.Add(s.In).After(now):
			_ = webex.EditOccurrence(o.ID, func(o *fakewebex.Occurrence) {
				if o.Start, o.End = o.Start.Add(s.In), o.End.Add(s.In); s.Long > 0 {
					o.End = o.Start.Add(s.Long)
				}
			})
		}
		return
	}
}

// deletedInWebex reports whether a date has no join details because its meeting
// was deleted in Webex.
func (w *world) deletedInWebex(v fakems.Event) bool {
	for _, e := range w.series {
		if e.id == v.SeriesMasterID {
			return e.dropped && v.Type == "exception" && len(read(v.Body).blocks) == 0 && kindOf(v.Location.DisplayName) != wish
		}
	}
	return false
}

// ahead is from when to when both sides are compared: what is near may have begun
// or be refused, and beyond thirteen months Webex shows what the rule makes.
func (w *world) ahead() (from, to time.Time) {
	now := w.house.clock.Now()
	return now.Add(48 * time.Hour), now.AddDate(0, 12, 0)
}

// held is one date as a meeting holds it.
type held struct {
	start, end time.Time
	title      string
	guests     string
}

func (h held) String() string {
	return fmt.Sprintf("“%s” %s–%s with [%s]", h.title, h.start.UTC().Format(time.DateTime), h.end.UTC().Format(time.DateTime), h.guests)
}

// compared counts what was compared of series, and of delegates, over all worlds.
var compared = kinds{of: map[string]int{}}

type kinds struct {
	sync.Mutex
	of map[string]int
}

func (k *kinds) add(kind string) {
	k.Lock()
	defer k.Unlock()
	k.of[kind]++
}

// lacks names what was never compared.
func (k *kinds) lacks() (kinds []string) {
	k.Lock()
	defer k.Unlock()
	for _, kind := range []string{"occurrence", "exception", "singleInstance", "delegate's"} {
		if k.of[kind] == 0 {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// checkSeries compares series date by date, and claims their meetings.
func (w *world) checkSeries(claimed map[string]string) {
	from, to := w.ahead()
	written := w.written()
	for _, who := range w.people {
		want, got := map[held]int{}, map[held]int{}
		by := map[string][]time.Time{} // starts by join link
		for _, m := range w.house.sandbox.Webex.Meetings(who) {
			if !strings.HasPrefix(m.Title, titled) || m.Client != w.house.sandbox.WebexClientID {
				continue
			}
			claimed[m.ID] = "a series"
			for _, o := range w.house.sandbox.Webex.Occurrences(m.ID, from, to) {
				if o.Deleted || o.Start.Before(from) || !o.Start.Before(to) {
					continue
				}
				var guests []string
				for _, i := range o.Invitees {
					guests = append(guests, i.Email)
				}
				slices.Sort(guests)
				got[held{o.Start.UTC(), o.End.UTC(), o.Title, strings.Join(guests, " ")}]++
				by[m.WebLink] = append(by[m.WebLink], o.Start.UTC())
			}
		}
		for _, v := range w.house.sandbox.Microsoft.Events(who, from, to) {
			if !v.IsOrganizer || !strings.HasPrefix(v.Subject, titled) || !w.asksFor(v) || w.deletedInWebex(v) {
				continue
			}
			s := shapeOf(v)
			if s.start.Before(from) || !s.start.Before(to) {
				continue
			}
			want[held{s.start.UTC(), s.end.UTC(), s.title, strings.Join(s.guests, " ")}]++
			compared.add(v.Type)
			if c := read(v.Body); !tired(written[v.ID]) && !tired(written[v.SeriesMasterID]) &&
				(len(c.blocks) != 1 || !slices.ContainsFunc(c.blocks[0].links, func(l string) bool { return slices.Contains(by[l], s.start.UTC()) })) {
				w.t.Errorf("the join details of %s lead not to its meeting (%d blocks)", v.Subject, len(c.blocks))
			}
		}
		for _, h := range slices.SortedFunc(maps.Keys(want), func(a, b held) int { return a.start.Compare(b.start) }) {
			if got[h] < want[h] {
				w.t.Errorf("%s: not at Webex: %v", who, h)
			}
		}
		for _, h := range slices.SortedFunc(maps.Keys(got), func(a, b held) int { return a.start.Compare(b.start) }) {
			if got[h] > want[h] {
				w.t.Errorf("%s: only at Webex: %v", who, h)
			}
		}
	}
}

// asksFor reports whether a date, or what was copied of one, has to have a
// meeting: its series asks, or its own location does.
func (w *world) asksFor(v fakems.Event) bool {
	for _, e := range w.series {
		if e.id == v.SeriesMasterID || e.id == v.ID {
			if e.asks {
				return true
			}
			return v.Type == "exception" && (kindOf(v.Location.DisplayName) == wish || kindOf(v.Location.DisplayName) == join)
		}
	}
	return kindOf(v.Location.DisplayName) == wish || kindOf(v.Location.DisplayName) == join
}

// behave has both services behave as the script says where no page tells.
func (w *world) behave() {
	r := rand.New(rand.NewPCG(w.script.Seed, 0x6d616e6e6572))
	flip := func() bool { return r.IntN(2) == 0 }
	ms, webex := w.house.sandbox.Microsoft, w.house.sandbox.Webex
	ms.Series = fakems.SeriesManners{
		CountFromFirstFit: flip(), SkippedIsEarlier: flip(), SecondOfTwo: flip(), TimesKeepExceptions: flip(), EndDiscards: flip(),
		ExceptionsKeepAll: flip(), MasterStill: flip(), PastedKeepsUID: flip(),
		Told: []fakems.ToldOf{fakems.ToldTogether, fakems.ToldApart, fakems.ToldMaster, fakems.ToldException}[r.IntN(4)],
	}
	webex.MondayWeeks, webex.EarlyGaps, webex.LateOverlaps, webex.KeepSameTimes, webex.PresentBounds = flip(), flip(), flip(), flip(), flip()
	webex.DeletedFree, webex.CopiedExceptions, webex.RenameOverwrites, webex.InviteesApart = flip(), flip(), flip(), flip()
}

// withSeries puts what people do with series between the steps of a script.
func (d *dice) withSeries() {
	var added []step
	for n := 1 + d.IntN(2); n > 0; n-- {
		added = append(added, d.repeat())
	}
	for n := 2 + d.IntN(9); n > 0; n-- {
		added = append(added, d.recur())
	}
	steps := d.script.Steps
	d.script.Steps = nil
	for len(steps)+len(added) > 0 {
		if at := d.IntN(len(steps) + len(added)); at < len(added) {
			d.script.Steps, added = append(d.script.Steps, added[0]), added[1:]
		} else {
			d.script.Steps, steps = append(d.script.Steps, steps[0]), steps[1:]
		}
	}
}

func (d *dice) repeat() step {
	d.repeated++
	s := step{
		Do: repeat, Event: fmt.Sprintf("s%d", d.repeated), Who: d.IntN(d.script.People), Zone: d.zone(), Rule: d.rule(), Guest: d.guests(),
		Text: pick(d, []string{"@webex", "@webex", "@webex", "@meet", "Room 4"}), Flag: d.IntN(8) == 0, Wait: d.pause(),
		In: time.Duration(d.IntN(20*48)-3*48) * 30 * time.Minute, Long: pick(d, []time.Duration{30 * time.Minute, time.Hour, 90 * time.Minute}),
	}
	d.series = append(d.series, s.Event)
	return s
}

func (d *dice) rule() rule {
	week := strings.Fields("sunday monday tuesday wednesday thursday friday saturday")
	d.Shuffle(7, func(i, j int) { week[i], week[j] = week[j], week[i] })
	p := fakems.Pattern{
		Type:     pick(d, []string{"daily", "weekly", "weekly", "absoluteMonthly", "relativeMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly"}),
		Interval: pick(d, []int{1, 1, 1, 2, 3}), DaysOfWeek: week[:pick(d, []int{1, 1, 2, 3, 5, 7})], DayOfMonth: 1 + d.IntN(31),
		Month: 1 + d.IntN(12), FirstDayOfWeek: pick(d, []string{"sunday", "monday", "wednesday"}), Index: pick(d, []string{"first", "second", "third", "fourth", "last"}),
	}
	uses := func(types ...string) bool { return slices.Contains(types, p.Type) }
	if !uses("weekly", "relativeMonthly", "relativeYearly") {
		p.DaysOfWeek = nil
	}
	if !uses("weekly") {
		p.FirstDayOfWeek = ""
	}
	if !uses("relativeMonthly", "relativeYearly") {
		p.Index = ""
	}
	if !uses("absoluteMonthly", "absoluteYearly") {
		p.DayOfMonth = 0
	}
	if !uses("absoluteYearly", "relativeYearly") {
		p.Month = 0
	}
	if p.Type == "absoluteYearly" && p.DayOfMonth > 28 {
		p.DayOfMonth = 28 // in every month
	}
	r := rule{Pattern: p}
	switch d.IntN(3) {
	case 0:
		r.Days = 10 + d.IntN(400)
	case 1:
		r.Times = 1 + d.IntN(30)
	}
	return r
}

// recur is something done with a series.
func (d *dice) recur() step {
	s := step{Event: pick(d, d.series), N: d.IntN(12), Wait: d.pause()}
	if d.IntN(5) == 0 {
		s.Wait = pick(d, []time.Duration{5 * time.Hour, 26 * time.Hour})
	}
	hours := func(n int) time.Duration { return time.Duration(d.IntN(2*n+1)-n) * time.Hour }
	switch s.Do = pick(d, []verb{
		dateMove, dateMove, dateMove, dateName, dateInvite, dateWish, dateCancel, dateCancel, dateBack, dateCopy, following, following,
		seriesMove, seriesName, seriesRule, seriesOnce, seriesCopy, seriesGone, seriesBack,
		dateShift, dateShift, dateRename, dateDrop, seriesShift, seriesTitle,
	}); s.Do {
	case dateMove, dateShift:
		s.In, s.Long = pick(d, []time.Duration{hours(4), hours(100)}), pick(d, []time.Duration{0, 0, 45 * time.Minute, 2 * time.Hour})
	case dateInvite, seriesName:
		s.Guest = d.guests()
	case dateWish:
		s.Text = "@webex"
	case dateCopy:
		s.In = 3 * time.Hour
	case seriesMove, following, seriesShift:
		s.In = hours(3)
	case seriesRule:
		s.Rule = d.rule()
	}
	if s.Do == seriesCopy || s.Do == following {
		d.repeated++
		s.From = fmt.Sprintf("s%d", d.repeated)
		d.series = append(d.series, s.From)
	}
	if d.IntN(8) == 0 {
		s.Class, s.Skip = pick(d, []class{get, patch, make_, change, remove, list}), d.IntN(2)
	}
	return s
}
