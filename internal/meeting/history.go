package meeting

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Side is where a change came from.
type Side string

// The sides.
const (
	InCalendar Side = "calendar" // somebody changed the event
	InWebex    Side = "webex"    // somebody changed the meeting
	InPane     Side = "pane"     // or a page of ours: a person asked for it
	ByProgram  Side = "program"  // nobody asked: it puts right, or follows a new host
)

// Happening is what became of a meeting.
type Happening string

// What happens to meetings. Before and After of an entry are what its comment says.
const (
	MeetingMade     Happening = "made"         // title
	MeetingReplaced Happening = "replaced"     // –
	MeetingEnded    Happening = "ended"        // title, –
	TitleChanged    Happening = "renamed"      // titles
	TimesChanged    Happening = "moved"        // spans
	SeriesChanged   Happening = "repeats"      // recurrence rules, as Webex has them
	DateMoved       Happening = "date moved"   // spans of one date
	DateRenamed     Happening = "date renamed" // titles of one date
	DateGone        Happening = "date removed" // its day, –
	GuestsChanged   Happening = "invited"      // addresses, one a line
	HostGiven       Happening = "host"         // hosts' addresses
	ProblemMet      Happening = "problem"      // reasons; no After: it is solved
)

// HistoryEntry is one change of a meeting, for the person and for who looks
// after the mailbox. It is what the program saw: who of several people did it,
// neither Microsoft nor Webex tells.
type HistoryEntry struct {
	Mailbox AccountID
	Key     LinkKey // of the link: it stays while the event goes by several ids
	Subject string  // of the event then
	At      time.Time
	Side    Side
	What    Happening
	Before  string
	After   string
	Reason  Reason
}

// FormatSpan and [ParseSpan] are how an entry tells times, both in UTC.
func FormatSpan(start, end time.Time) string {
	return start.UTC().Format(time.RFC3339) + "/" + end.UTC().Format(time.RFC3339)
}

// ParseSpan reads what [FormatSpan] wrote.
func ParseSpan(s string) (start, end time.Time, ok bool) {
	from, to, _ := strings.Cut(s, "/")
	start, err := time.Parse(time.RFC3339, from)
	end, err2 := time.Parse(time.RFC3339, to)
	return start, end, err == nil && err2 == nil
}

// History tells what became of a link's meeting from was to is; of single dates
// only if dates is set: that a rule of Webex's is brought to the calendar's dates
// is no news. Mailbox, key, subject, time, side and reason are for the caller to say.
func History(was, is Link, dates bool) (list []HistoryEntry) {
	add := func(what Happening, before, after string) {
		if before != after || what == MeetingReplaced {
			list = append(list, HistoryEntry{What: what, Before: before, After: after})
		}
	}
	add(ProblemMet, string(was.Problem), string(is.Problem))
	has := func(l Link) bool { return l.State == LinkLinked || l.State == LinkEnding }
	name := func(l Link) string { return cmp.Or(l.Got.Title, l.Subject) }
	switch {
	case !has(was) && !has(is):
		return list
	case !has(was):
		add(MeetingMade, "", cmp.Or(name(is), " "))
		return list
	case !has(is):
		add(MeetingEnded, cmp.Or(name(was), " "), "")
		return list
	case was.Meeting != is.Meeting || was.Options.Room() != is.Options.Room():
		add(MeetingReplaced, "", "")
	}
	if was.Got.Title != "" && is.Got.Title != "" {
		add(TitleChanged, was.Got.Title, is.Got.Title)
	}
	switch {
	case was.Rhythm == nil && is.Rhythm == nil:
		if !was.Got.Start.IsZero() && !is.Got.Start.IsZero() {
			add(TimesChanged, FormatSpan(was.Got.Start, was.Got.End), FormatSpan(is.Got.Start, is.Got.End))
		}
	case was.Rhythm.settled() && is.Rhythm.settled():
		add(SeriesChanged, was.Rhythm.summary(), is.Rhythm.summary())
	}
	if dates {
		list = append(list, dateHistory(was.Rhythm, is.Rhythm, was.Got.Title)...)
	}
	if !unsureOf(was.Got.Invitees) && !unsureOf(is.Got.Invitees) {
		add(GuestsChanged, addresses(was.Got.Invitees), addresses(is.Got.Invitees))
	}
	if was.Host != "" && is.Host != "" {
		add(HostGiven, was.Host, is.Host)
	}
	return list
}

// settled reports whether r is known; no rhythm is a single meeting's.
func (r *Rhythm) settled() bool { return r == nil || r.Recurrence != (Recurrence{}) }

// summary is how the series is made at Webex, in a line.
func (r *Rhythm) summary() string {
	if r == nil {
		return ""
	}
	start := r.Start.At(r.Clock, time.UTC, FirstReading)
	return strings.Join([]string{start.Format("2006-01-02 15:04") + "–" + start.Add(r.Length).Format("15:04"), r.Zone, cmp.Or(r.Rule, "once")}, ", ")
}

// dateHistory tells of single dates of a series that goes on as it is.
func dateHistory(was, is *Rhythm, title string) (list []HistoryEntry) {
	if was == nil || is == nil || was.settled() && is.settled() && was.summary() != is.summary() {
		return nil
	}
	bases := make([]Date, 0, len(is.Slots))
	for base := range is.Slots {
		bases = append(bases, base)
	}
	slices.Sort(bases)
	add := func(what Happening, before, after string) {
		if before != after {
			list = append(list, HistoryEntry{What: what, Before: before, After: after})
		}
	}
	for _, base := range bases {
		slot := is.Slots[base]
		before, known := was.Slots[base]
		if !known {
			before = is.plain(base, title)
		}
		switch {
		case slot.Alone: // its own link tells
		case slot.Gone && !before.Gone:
			add(DateGone, base.String(), "")
		case slot.Gone:
		default:
			if !before.Start.IsZero() && !slot.Start.IsZero() {
				add(DateMoved, FormatSpan(before.Start, before.End), FormatSpan(slot.Start, slot.End))
			}
			if before.Title != "" && slot.Title != "" {
				add(DateRenamed, before.Title, slot.Title)
			}
		}
	}
	return list
}

// plain is a date as the rule makes it.
func (r *Rhythm) plain(base Date, title string) Slot {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		zone = time.UTC
	}
	start := base.At(r.Clock, zone, FirstReading)
	return Slot{Start: start, End: start.Add(r.Length), Title: title}
}

// Remembered is the link that the next history is told from: where is does not
// know something, because a change of it is under way, was counts.
func Remembered(was, is Link) Link {
	if was.Rhythm != nil && !is.Rhythm.settled() {
		is.Rhythm = was.Rhythm
		return is
	}
	if was.Rhythm == nil || is.Rhythm == nil {
		return is
	}
	next := *is.Rhythm
	next.Slots = make(map[Date]Slot, len(is.Rhythm.Slots))
	for base, slot := range is.Rhythm.Slots {
		if before, known := was.Rhythm.Slots[base]; known && !slot.Gone {
			if slot.Start.IsZero() {
				slot.Start, slot.End = before.Start, before.End
			}
			slot.Title = cmp.Or(slot.Title, before.Title)
		}
		next.Slots[base] = slot
	}
	is.Rhythm = &next
	return is
}

func unsureOf(list []Invitee) bool {
	return slices.ContainsFunc(list, func(i Invitee) bool { return i.Email == Unsure })
}

func addresses(list []Invitee) string {
	all := make([]string, len(list))
	for i, invitee := range list {
		all[i] = invitee.Email
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}
