package meeting_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "webex-scheduler/internal/meeting"
)

func TestHistory(t *testing.T) {
	t.Parallel()
	day := NewDate(2026, time.March, 2)
	at := func(hour int) time.Time { return day.Midnight().Add(time.Duration(hour) * time.Hour) }
	linked := Link{State: LinkLinked, Meeting: "m", Subject: "Review", Host: "ana@contoso.example",
		Got: Shape{Title: "Review", Start: at(9), End: at(10), Invitees: []Invitee{{Email: "bo@contoso.example"}}}}
	series := linked
	series.Rhythm = &Rhythm{Recurrence: Recurrence{Type: Daily, Interval: 1, Start: day}, Clock: 9 * time.Hour, Length: time.Hour, Zone: "UTC", Start: day, Rule: "FREQ=DAILY;INTERVAL=1"}
	with := func(l Link, change func(*Link)) Link { change(&l); return l }
	slot := func(l Link, s Slot) Link { l.Rhythm = l.Rhythm.With(day+1, s); return l }
	for name, c := range map[string]struct {
		was, is Link
		want    []HistoryEntry
	}{
		"nothing":          {linked, linked, nil},
		"a wish":           {Link{}, Link{State: LinkWished, Subject: "Review"}, nil},
		"a wish refused":   {Link{State: LinkWished}, Link{State: LinkWished, Problem: ProblemRefused}, []HistoryEntry{{What: ProblemMet, After: string(ProblemRefused)}}},
		"made":             {Link{State: LinkWished, Problem: ProblemRefused}, linked, []HistoryEntry{{What: ProblemMet, Before: string(ProblemRefused)}, {What: MeetingMade, After: "Review"}}},
		"made, a room":     {Link{}, Link{State: LinkLinked}, []HistoryEntry{{What: MeetingMade, After: " "}}},
		"being deleted":    {linked, with(linked, func(l *Link) { l.State = LinkEnding }), nil},
		"deleted":          {linked, Link{State: LinkEnded}, []HistoryEntry{{What: MeetingEnded, Before: "Review"}}},
		"another":          {linked, with(linked, func(l *Link) { l.Meeting = "n" }), []HistoryEntry{{What: MeetingReplaced}}},
		"renamed":          {linked, with(linked, func(l *Link) { l.Got.Title = "Retro" }), []HistoryEntry{{What: TitleChanged, Before: "Review", After: "Retro"}}},
		"moved":            {linked, with(linked, func(l *Link) { l.Got.End = at(11) }), []HistoryEntry{{What: TimesChanged, Before: "2026-03-02T09:00:00Z/2026-03-02T10:00:00Z", After: "2026-03-02T09:00:00Z/2026-03-02T11:00:00Z"}}},
		"nobody invited":   {linked, with(linked, func(l *Link) { l.Got.Invitees = nil }), []HistoryEntry{{What: GuestsChanged, Before: "bo@contoso.example"}}},
		"guests not known": {linked, with(linked, func(l *Link) { l.Got.Invitees = []Invitee{{Email: Unsure}} }), nil},
		"another host":     {linked, with(linked, func(l *Link) { l.Host = "bo@contoso.example" }), []HistoryEntry{{What: HostGiven, Before: "ana@contoso.example", After: "bo@contoso.example"}}},
		"repeats now":      {linked, series, []HistoryEntry{{What: SeriesChanged, Before: "", After: "2026-03-02 09:00–10:00, UTC, FREQ=DAILY;INTERVAL=1"}}},
		"another hour": {series, with(series, func(l *Link) {
			r := *l.Rhythm
			r.Clock += time.Hour
			r.Slots = map[Date]Slot{day: {Gone: true}}
			l.Rhythm = &r
		}),
			[]HistoryEntry{{What: SeriesChanged, Before: "2026-03-02 09:00–10:00, UTC, FREQ=DAILY;INTERVAL=1", After: "2026-03-02 10:00–11:00, UTC, FREQ=DAILY;INTERVAL=1"}}},
		"a change of the series under way": {series, with(series, func(l *Link) { l.Rhythm = l.Rhythm.Begun() }), nil},
		"a date moved":                     {series, slot(series, Slot{Start: at(30), End: at(31), Title: "Review"}), []HistoryEntry{{What: DateMoved, Before: "2026-03-03T09:00:00Z/2026-03-03T10:00:00Z", After: "2026-03-03T06:00:00Z/2026-03-03T07:00:00Z"}}},
		"a date renamed at its time":       {series, slot(series, Slot{Start: at(33), End: at(34), Title: "Retro"}), []HistoryEntry{{What: DateRenamed, Before: "Review", After: "Retro"}}},
		"a date renamed":                   {slot(series, Slot{Start: at(30), End: at(31), Title: "Review"}), slot(series, Slot{Start: at(30), End: at(31), Title: "Retro"}), []HistoryEntry{{What: DateRenamed, Before: "Review", After: "Retro"}}},
		"a date removed":                   {series, slot(series, Slot{Gone: true}), []HistoryEntry{{What: DateGone, Before: "2026-03-03"}}},
		"a date alone":                     {series, slot(series, Slot{Gone: true, Alone: true}), nil},
		"a date being changed":             {series, slot(series, Slot{}), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, History(c.was, c.is, true)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got := History(series, slot(series, Slot{Gone: true}), false); got != nil {
		t.Errorf("of dates that are not to be told: %v", got)
	}
	// While a change is under way what was counts, so that its end is told in full.
	begun := with(series, func(l *Link) { l.Rhythm = l.Rhythm.Begun() })
	moved := slot(series, Slot{Start: at(30), End: at(31), Title: "Review"})
	for _, underWay := range []struct{ was, now, then Link }{
		{series, begun, with(series, func(l *Link) { r := *l.Rhythm; r.Clock += time.Hour; l.Rhythm = &r })},
		{moved, slot(series, Slot{End: at(31)}), slot(series, Slot{Start: at(32), End: at(33), Title: "Retro"})},
	} {
		want := History(underWay.was, underWay.then, true)
		if diff := cmp.Diff(want, History(Remembered(underWay.was, underWay.now), underWay.then, true)); diff != "" || len(want) == 0 {
			t.Errorf("once it is done (-want +got):\n%s", diff)
		}
	}
}
