package shapetest

import (
	"errors"
	"strings"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
)

// shape is one that a series, an exception or a copy can have, and what has to
// become of it. The dates are worked out by hand.
type shape struct {
	name string // what the event is
	does string // what the person does then; empty: nothing

	now    string // UTC; empty: 1 January 2026, 08:00
	start  string // in its zone; empty: act makes it
	long   time.Duration
	zone   string // empty: Berlin's
	iana   string // where to look at the clocks, if the zone's name says nothing
	rule   *fakems.Pattern
	times  int    // 0: last says
	last   string // empty: without end
	whole  bool   // all-day
	place  string // empty: @webex
	settle func(*person)
	act    func(*person)

	until     string   // when looking ends; empty: 31 January 2027
	meetings  []string // as [person.told] has them, by start
	says      string   // on the account page
	partly    bool     // only some of the dates asked for a meeting
	elsewhere bool     // not in the default calendar
}

func (s shape) length() time.Duration {
	switch {
	case s.long != 0:
		return s.long
	case s.whole:
		return 24 * time.Hour
	}
	return time.Hour
}

// hours are the usual ones of the shape's dates.
func (s shape) hours() string {
	_, clock, _ := strings.Cut(s.start, " ")
	from, err := time.Parse("15:04", clock)
	if err != nil {
		from, _ = time.Parse("15:04", "10:00")
	}
	to := from.Add(s.length())
	if s.whole {
		to = to.Add(-time.Minute)
	}
	return from.Format("15:04") + "–" + to.Format("15:04")
}

func (s shape) event(p *person) fakems.Event {
	from := at(p.t, s.start, time.UTC)
	e := fakems.Event{
		Subject: subject, Start: p.at(s.start), End: p.at(from.Add(s.length()).Format(local)), IsAllDay: s.whole,
		Location: fakems.Location{DisplayName: "@webex"}, Body: fakems.ItemBody{ContentType: "html", Content: "<p>Agenda</p>"},
	}
	if s.place != "" {
		e.Location.DisplayName = s.place
	}
	if s.rule != nil {
		e.Recurrence = s.recurrence()
	}
	return e
}

func (s shape) recurrence() *fakems.Recurrence {
	day, _, _ := strings.Cut(s.start, " ")
	r := &fakems.Recurrence{Pattern: *s.rule, Range: fakems.Range{Type: "noEnd", StartDate: day}}
	switch {
	case s.times > 0:
		r.Range.Type, r.Range.NumberOfOccurrences = "numbered", s.times
	case s.last != "":
		r.Range.Type, r.Range.EndDate = "endDate", s.last
	}
	return r
}

func daily(n int) *fakems.Pattern { return &fakems.Pattern{Type: "daily", Interval: n} }

func weekly(n int, first string, days ...string) *fakems.Pattern {
	return &fakems.Pattern{Type: "weekly", Interval: n, FirstDayOfWeek: first, DaysOfWeek: days}
}

func monthly(n, day int) *fakems.Pattern {
	return &fakems.Pattern{Type: "absoluteMonthly", Interval: n, DayOfMonth: day}
}

func monthlyOn(n int, index string, days ...string) *fakems.Pattern {
	return &fakems.Pattern{Type: "relativeMonthly", Interval: n, Index: index, DaysOfWeek: days}
}

func yearly(n, month, day int) *fakems.Pattern {
	return &fakems.Pattern{Type: "absoluteYearly", Interval: n, Month: month, DayOfMonth: day}
}

func yearlyOn(n, month int, index string, days ...string) *fakems.Pattern {
	return &fakems.Pattern{Type: "relativeYearly", Interval: n, Month: month, Index: index, DaysOfWeek: days}
}

var (
	workdays = strings.Fields("monday tuesday wednesday thursday friday")
	weekend  = strings.Fields("saturday sunday")
	anyDay   = strings.Fields("sunday monday tuesday wednesday thursday friday saturday")
)

const (
	threeDays  = "Mon 5 Jan, Tue 6 Jan, Wed 7 Jan"
	dailyThree = "`FREQ=DAILY;INTERVAL=1;COUNT=3` "
	mondays    = "`FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;COUNT=3` "
	threeWeeks = "Mon 5 Jan, Mon 12 Jan, Mon 19 Jan"
)

// chapter is a section of docs/shapes.md.
type chapter struct {
	title, text string
	shapes      []shape
}

// ofDays is a daily series of three dates from 5 January, ofWeeks a weekly one.
func ofDays(s shape) shape {
	s.name, s.start, s.rule, s.times = "Daily, three times", "2026-01-05 10:00", daily(1), 3
	return s
}

func ofWeeks(s shape) shape {
	s.name, s.start, s.rule, s.times = "Weekly, three times", "2026-01-05 10:00", weekly(1, "", "monday"), 3
	return s
}

var chapters = []chapter{
	{"How a series repeats", "Every kind of pattern, with and without an end.", []shape{
		{name: "Daily, a number of times", start: "2026-01-05 10:00", rule: daily(1), times: 3, meetings: []string{dailyThree + threeDays}},
		{name: "Every three days until a day", start: "2026-01-05 10:00", rule: daily(3), last: "2026-01-16",
			meetings: []string{"`FREQ=DAILY;INTERVAL=3;COUNT=4` Mon 5 Jan, Thu 8 Jan, Sun 11 Jan, Wed 14 Jan"}},
		{name: "Weekly without an end", start: "2026-01-06 10:00", rule: weekly(1, "", "tuesday"),
			meetings: []string{"`FREQ=WEEKLY;INTERVAL=1;BYDAY=TU` Tue 6 Jan, Tue 13 Jan, Tue 20 Jan, Tue 27 Jan, …"}},
		{name: "Every workday", start: "2026-01-05 10:00", rule: weekly(1, "", workdays...), times: 5,
			meetings: []string{"`FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR;COUNT=5` Mon 5 Jan, Tue 6 Jan, Wed 7 Jan, Thu 8 Jan, …"}},
		{name: "Every two weeks, Tuesday and Thursday, weeks from Sunday", start: "2026-01-06 10:00", rule: weekly(2, "sunday", "tuesday", "thursday"), times: 4,
			meetings: []string{"`FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=4` Tue 6 Jan, Thu 8 Jan, Tue 20 Jan, Thu 22 Jan"}},
		{name: "The same, weeks from Wednesday", start: "2026-01-06 10:00", rule: weekly(2, "wednesday", "tuesday", "thursday"), times: 4,
			meetings: []string{"`FREQ=WEEKLY;INTERVAL=1;BYDAY=TU,TH;COUNT=8` Tue 6 Jan, Thu 15 Jan, Tue 20 Jan, Thu 29 Jan"}},
		{name: "Monthly on the 15th", start: "2026-01-15 10:00", rule: monthly(1, 15), times: 3,
			meetings: []string{"`FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=15;COUNT=3` Thu 15 Jan, Sun 15 Feb, Sun 15 Mar"}},
		{name: "Monthly on the 29th", start: "2026-01-29 10:00", rule: monthly(1, 29), times: 3,
			meetings: []string{"`FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28;COUNT=3` Thu 29 Jan, Sat 28 Feb, Sun 29 Mar"}},
		{name: "Monthly on the 30th", start: "2026-01-30 10:00", rule: monthly(1, 30), times: 3,
			meetings: []string{"`FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28;COUNT=3` Fri 30 Jan, Sat 28 Feb, Mon 30 Mar"}},
		{name: "Monthly on the 31st", start: "2026-01-31 10:00", rule: monthly(1, 31), times: 4,
			meetings: []string{"`FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28;COUNT=4` Sat 31 Jan, Sat 28 Feb, Tue 31 Mar, Thu 30 Apr"}},
		{name: "Every two months on the 31st", start: "2026-08-31 10:00", rule: monthly(2, 31), times: 4, until: "2027-03-31",
			meetings: []string{"`FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=28;COUNT=4` Mon 31 Aug, Sat 31 Oct, Thu 31 Dec, Sun 28 Feb 2027"}},
		{name: "Every six months on the 31st", start: "2026-01-31 10:00", rule: monthly(6, 31), times: 2,
			meetings: []string{"`FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=31;COUNT=2` Sat 31 Jan, Fri 31 Jul"}},
		{name: "The second Thursday of the month", start: "2026-01-08 10:00", rule: monthlyOn(1, "second", "thursday"), times: 3,
			meetings: []string{"`FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=8;COUNT=3` Thu 8 Jan, Thu 12 Feb, Thu 12 Mar"}},
		{name: "The last workday of the month", start: "2026-01-30 10:00", rule: monthlyOn(1, "last", workdays...), times: 4,
			meetings: []string{"`FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=26;COUNT=4` Fri 30 Jan, Fri 27 Feb, Tue 31 Mar, Thu 30 Apr"}},
		{name: "The first weekend day of the month", start: "2026-02-01 10:00", rule: monthlyOn(1, "first", weekend...), times: 3,
			meetings: []string{"`FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=1;COUNT=3` Sun 1 Feb, Sun 1 Mar, Sat 4 Apr"}},
		{name: "The second workday of the month", start: "2026-01-02 10:00", rule: monthlyOn(1, "second", workdays...), times: 4,
			meetings: []string{"`FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=2;COUNT=4` Fri 2 Jan, Tue 3 Feb, Tue 3 Mar, Thu 2 Apr"}},
		{name: "The third day of the month, whatever day it is", start: "2026-01-03 10:00", rule: monthlyOn(1, "third", anyDay...), times: 3,
			meetings: []string{"`FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=3;COUNT=3` Sat 3 Jan, Tue 3 Feb, Tue 3 Mar"}},
		{name: "The last day of the month", start: "2026-01-31 10:00", rule: monthlyOn(1, "last", anyDay...), times: 3,
			meetings: []string{"`FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28;COUNT=3` Sat 31 Jan, Sat 28 Feb, Tue 31 Mar"}},
		{name: "Yearly on 15 March", start: "2026-03-15 10:00", rule: yearly(1, 3, 15), times: 3, until: "2028-12-31",
			meetings: []string{"`FREQ=YEARLY;INTERVAL=1;BYMONTH=3;BYMONTHDAY=15;COUNT=3` Sun 15 Mar, Mon 15 Mar 2027, Wed 15 Mar 2028"}},
		{name: "Every two years on 15 March", start: "2026-03-15 10:00", rule: yearly(2, 3, 15), times: 2, until: "2028-12-31",
			meetings: []string{"`FREQ=YEARLY;INTERVAL=1;BYMONTH=3;BYMONTHDAY=15;COUNT=3` Sun 15 Mar, Wed 15 Mar 2028"}},
		{name: "Yearly on 29 February", start: "2027-02-28 10:00", rule: yearly(1, 2, 29), times: 2, until: "2028-12-31",
			meetings: []string{"`FREQ=YEARLY;INTERVAL=1;BYMONTH=2;BYMONTHDAY=28;COUNT=2` Sun 28 Feb 2027, Tue 29 Feb 2028"}},
		{name: "The second Thursday of March, every two years", start: "2026-03-12 10:00", rule: yearlyOn(2, 3, "second", "thursday"), times: 2, until: "2028-12-31",
			meetings: []string{"`FREQ=YEARLY;INTERVAL=1;BYMONTH=3;BYMONTHDAY=8;COUNT=3` Thu 12 Mar, Thu 9 Mar 2028"}},
		{name: "The last workday of November", start: "2026-11-30 10:00", rule: yearlyOn(1, 11, "last", workdays...), times: 2, until: "2027-12-31",
			meetings: []string{"`FREQ=YEARLY;INTERVAL=1;BYMONTH=11;BYMONTHDAY=28;COUNT=2` Mon 30 Nov, Tue 30 Nov 2027"}},
		{name: "The first day of June, whatever day it is", start: "2026-06-01 10:00", rule: yearlyOn(1, 6, "first", anyDay...), times: 2, until: "2027-12-31",
			meetings: []string{"`FREQ=YEARLY;INTERVAL=1;BYMONTH=6;BYMONTHDAY=1;COUNT=2` Mon 1 Jun, Tue 1 Jun 2027"}},
		{name: "A series of one date", start: "2026-01-05 10:00", rule: daily(1), times: 1, meetings: []string{"Mon 5 Jan"}},
		{name: "A series that ends in more than five years", start: "2026-01-05 10:00", rule: weekly(1, "", "monday"), last: "2040-01-02",
			meetings: []string{"`FREQ=WEEKLY;INTERVAL=1;BYDAY=MO` Mon 5 Jan, Mon 12 Jan, Mon 19 Jan, Mon 26 Jan, …"},
			says:     "Webex shows this series without an end for now. Your calendar's end, 2 January 2040, still holds."},
		{name: "A series that begins in more than ten years", start: "2037-01-05 10:00", rule: daily(1), times: 3, partly: true,
			says: "Webex takes meetings up to ten years ahead. This one will be made when it comes within reach."},
		{name: "A series by another calendar than the Gregorian", start: "2026-01-05 10:00", rule: &fakems.Pattern{Type: "absoluteMonthly", Interval: 1, DayOfMonth: 5, Lunar: true}, times: 5, partly: true,
			says: "Webex cannot repeat a meeting by this calendar."},
		{name: "Made the day before its first date, when Webex's own first date is over", now: "2026-01-29 08:00", start: "2026-01-30 10:00", rule: monthlyOn(1, "last", workdays...), times: 4,
			meetings: []string{"Fri 30 Jan", "`FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=26;COUNT=3` Fri 27 Feb, Tue 31 Mar, Thu 30 Apr"},
			says:     "The first date, 30 January 2026, is too near to join this Webex series, so it has a Webex meeting of its own with its own link."},
		{name: "A series that has begun", start: "2025-12-02 10:00", rule: weekly(1, "", "tuesday"), times: 8,
			meetings: []string{"`FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;COUNT=3` Tue 6 Jan, Tue 13 Jan, Tue 20 Jan"}},
		{name: "A series that is over", start: "2025-12-02 10:00", rule: weekly(1, "", "tuesday"), times: 3, does: "makes it afterwards"},
	}},
	{"Changes to a whole series", "", []shape{
		{name: "A single event", start: "2026-01-05 10:00", does: "lets it repeat", act: func(p *person) {
			p.change(p.id, func(e *fakems.Event) { e.Recurrence = ofDays(shape{}).recurrence() })
		}, meetings: []string{dailyThree + threeDays}},
		ofDays(shape{does: "lets it repeat no more", act: func(p *person) {
			p.change(p.id, func(e *fakems.Event) { e.Recurrence = nil })
		}, meetings: []string{"Mon 5 Jan"}}),
		ofDays(shape{does: "renames it", act: func(p *person) { p.change(p.id, named("Review II")) },
			meetings: []string{"“Review II”: " + dailyThree + threeDays}}),
		ofDays(shape{does: "moves it by an hour", act: func(p *person) {
			p.change(p.id, p.during("2026-01-05 11:00", "2026-01-05 12:00"))
		}, meetings: []string{dailyThree + "Mon 5 Jan 11:00–12:00, Tue 6 Jan 11:00–12:00, Wed 7 Jan 11:00–12:00"}}),
		ofDays(shape{does: "gives it another rule", act: func(p *person) {
			p.change(p.id, func(e *fakems.Event) { e.Recurrence = ofWeeks(shape{}).recurrence() })
		}, meetings: []string{mondays + threeWeeks}}),
		ofDays(shape{does: "ends it a day earlier", act: func(p *person) {
			p.change(p.id, func(e *fakems.Event) { e.Recurrence.Range.NumberOfOccurrences = 2 })
		}, meetings: []string{"`FREQ=DAILY;INTERVAL=1;COUNT=2` Mon 5 Jan, Tue 6 Jan"}}),
		ofDays(shape{does: "invites Bo", act: func(p *person) {
			p.change(p.id, invites(apptest.Bo))
		}, meetings: []string{dailyThree + "Mon 5 Jan with bo, Tue 6 Jan with bo, Wed 7 Jan with bo"}}),
		ofDays(shape{does: "deletes it", act: func(p *person) { p.rest(p.ms.DeleteEvent(apptest.Ana, p.id)) }}),
		ofDays(shape{does: "deletes it, and takes it back out of Deleted Items", act: func(p *person) {
			p.rest(p.ms.DeleteEvent(apptest.Ana, p.id))
			p.restore()
		}, meetings: []string{dailyThree + threeDays}}),
		ofDays(shape{does: "moves it into another calendar of hers", elsewhere: true, act: func(p *person) {
			_, err := p.ms.MoveEvent(apptest.Ana, p.id, "Projects")
			p.rest(err)
			p.w.Advance(time.Hour)
		}, meetings: []string{dailyThree + threeDays}}),
		ofDays(shape{does: "hands it over to Bo, who organises it now, and renames it", elsewhere: true, partly: true, act: func(p *person) {
			p.rest(p.ms.HandOver(apptest.Ana, p.id, apptest.Bo))
			p.change(p.id, named("Review II"))
			p.w.Advance(time.Hour)
		}, meetings: []string{dailyThree + threeDays}}),
		ofDays(shape{does: "renames it from its second date on (“this and following”)", act: func(p *person) {
			_, err := p.ms.UpdateFollowing(apptest.Ana, p.date("2026-01-06"), named("Review II"))
			p.rest(err)
		}, meetings: []string{"Mon 5 Jan", "“Review II”: `FREQ=DAILY;INTERVAL=1;COUNT=2` Tue 6 Jan, Wed 7 Jan"}}),
		ofDays(shape{does: "deletes it from its third date on", act: func(p *person) {
			p.rest(p.ms.DeleteFollowing(apptest.Ana, p.date("2026-01-07")))
		}, meetings: []string{"`FREQ=DAILY;INTERVAL=1;COUNT=2` Mon 5 Jan, Tue 6 Jan"}}),
		ofDays(shape{does: "removes the join details from it, and the location", partly: true, act: func(p *person) {
			p.change(p.id, func(e *fakems.Event) { e.Body.Content, e.Location.DisplayName = "<p>Agenda</p>", "" })
			p.w.Advance(2 * time.Minute)
		}}),
	}},
	{"One date of a series", "", []shape{
		ofDays(shape{does: "moves the second date to the afternoon", act: func(p *person) {
			p.change(p.date("2026-01-06"), p.during("2026-01-06 15:00", "2026-01-06 16:00"))
		}, meetings: []string{dailyThree + "Mon 5 Jan, Tue 6 Jan 15:00–16:00, Wed 7 Jan"}}),
		ofWeeks(shape{does: "moves the second date three days later", act: func(p *person) {
			p.change(p.date("2026-01-12"), p.during("2026-01-15 10:00", "2026-01-15 11:00"))
		}, meetings: []string{mondays + "Mon 5 Jan, Thu 15 Jan, Mon 19 Jan"}}),
		ofWeeks(shape{does: "moves the second date four days earlier, which Webex refuses", act: func(p *person) {
			p.change(p.date("2026-01-12"), p.during("2026-01-08 10:00", "2026-01-08 11:00"))
		}, meetings: []string{mondays + "Mon 5 Jan, Mon 19 Jan", "Thu 8 Jan"},
			says: "The meeting on 12 January 2026 does not fit into the Webex series, so it has a Webex meeting of its own with its own link."}),
		ofWeeks(shape{does: "moves the second date four days earlier, and back", act: func(p *person) {
			p.change(p.date("2026-01-12"), p.during("2026-01-08 10:00", "2026-01-08 11:00"))
			p.change(p.date("2026-01-08"), p.during("2026-01-12 10:00", "2026-01-12 11:00"))
		}, meetings: []string{mondays + "Mon 5 Jan, Mon 19 Jan", "Mon 12 Jan"},
			says: "The meeting on 12 January 2026 does not fit into the Webex series, so it has a Webex meeting of its own with its own link."}),
		ofDays(shape{does: "makes the second date longer", act: func(p *person) {
			p.change(p.date("2026-01-06"), p.during("2026-01-06 10:00", "2026-01-06 12:00"))
		}, meetings: []string{dailyThree + "Mon 5 Jan, Tue 6 Jan 10:00–12:00, Wed 7 Jan"}}),
		ofDays(shape{does: "renames the second date", act: func(p *person) {
			p.change(p.date("2026-01-06"), named("Review with sales"))
		}, meetings: []string{dailyThree + "Mon 5 Jan, Tue 6 Jan “Review with sales”, Wed 7 Jan"}}),
		ofDays(shape{does: "invites Bo to the second date", act: func(p *person) {
			p.change(p.date("2026-01-06"), invites(apptest.Bo))
		}, meetings: []string{dailyThree + "Mon 5 Jan, Tue 6 Jan with bo, Wed 7 Jan"}}),
		ofDays(shape{does: "cancels the second date", act: func(p *person) {
			p.rest(p.ms.DeleteEvent(apptest.Ana, p.date("2026-01-06")))
		}, meetings: []string{dailyThree + "Mon 5 Jan, Wed 7 Jan"}}),
		ofDays(shape{does: "cancels the second date, and restores it", act: func(p *person) {
			p.rest(p.ms.DeleteEvent(apptest.Ana, p.date("2026-01-06")))
			_, err := p.ms.RestoreOccurrence(apptest.Ana, p.id, p.at("2026-01-06 10:00"))
			p.rest(err)
		}, meetings: []string{dailyThree + "Mon 5 Jan, Wed 7 Jan", "Tue 6 Jan"},
			says: "The meeting on 6 January 2026 does not fit into the Webex series, so it has a Webex meeting of its own with its own link."}),
		ofDays(shape{does: "cancels every date", act: func(p *person) {
			for _, day := range []string{"2026-01-05", "2026-01-06", "2026-01-07"} {
				p.rest(p.ms.DeleteEvent(apptest.Ana, p.date(day)))
			}
		}, meetings: []string{dailyThree + "no date left"}}),
		ofDays(shape{does: "moves the second date to 15:00, then the series to 11:00, where Outlook forgets what departs", act: func(p *person) {
			p.change(p.date("2026-01-06"), p.during("2026-01-06 15:00", "2026-01-06 16:00"))
			p.change(p.id, p.during("2026-01-05 11:00", "2026-01-05 12:00"))
		}, meetings: []string{dailyThree + "Mon 5 Jan 11:00–12:00, Tue 6 Jan 11:00–12:00, Wed 7 Jan 11:00–12:00"}}),
		ofDays(shape{does: "the same, where Outlook keeps what departs", settle: func(p *person) {
			p.ms.Series.TimesKeepExceptions = true
		}, act: func(p *person) {
			p.change(p.date("2026-01-06"), p.during("2026-01-06 15:00", "2026-01-06 16:00"))
			p.change(p.id, p.during("2026-01-05 11:00", "2026-01-05 12:00"))
		}, meetings: []string{dailyThree + "Mon 5 Jan 11:00–12:00, Tue 6 Jan 15:00–16:00, Wed 7 Jan 11:00–12:00"}}),
		ofDays(shape{does: "renames the second date, then the series", act: func(p *person) {
			p.change(p.date("2026-01-06"), named("Review with sales"))
			p.change(p.id, named("Review II"))
		}, meetings: []string{"“Review II”: " + dailyThree + "Mon 5 Jan, Tue 6 Jan “Review with sales”, Wed 7 Jan"}}),
		{name: "Daily, three times, in a room", start: "2026-01-05 10:00", rule: daily(1), times: 3, place: "Room 4", partly: true,
			does: "types @webex on the second date", act: func(p *person) {
				p.change(p.date("2026-01-06"), func(e *fakems.Event) { e.Location.DisplayName = "@webex" })
			}, meetings: []string{"Tue 6 Jan"}},
		{name: "The same, the second date at 15:00", start: "2026-01-05 10:00", rule: daily(1), times: 3, place: "Room 4", partly: true,
			does: "types @webex on that date", act: func(p *person) {
				p.change(p.date("2026-01-06"), p.during("2026-01-06 15:00", "2026-01-06 16:00"))
				p.change(p.date("2026-01-06"), func(e *fakems.Event) { e.Location.DisplayName = "@webex" })
			}, meetings: []string{"Tue 6 Jan 15:00–16:00"}},
		{name: "Daily, three times, in a room", start: "2026-01-05 10:00", rule: daily(1), times: 3, place: "Room 4",
			does: "types @webex on the whole series", act: func(p *person) {
				p.change(p.id, func(e *fakems.Event) { e.Location.DisplayName = "@webex" })
			}, meetings: []string{dailyThree + threeDays}},
	}},
	{"Copies", "A copy never shares a link: it has a meeting of its own, whichever way it was made.", []shape{
		ofDays(shape{does: "copies the series a week on (Ctrl and drag)", act: func(p *person) {
			_, err := p.ms.CopyEvent(apptest.Ana, p.id, at(p.t, "2026-01-12 10:00", p.zone))
			p.rest(err)
		}, meetings: []string{dailyThree + threeDays, dailyThree + "Mon 12 Jan, Tue 13 Jan, Wed 14 Jan"}}),
		ofDays(shape{does: "duplicates the series (“Duplicate event”)", act: func(p *person) {
			_, err := p.ms.DuplicateEvent(apptest.Ana, p.id)
			p.rest(err)
		}, meetings: []string{dailyThree + threeDays, dailyThree + threeDays}}),
		ofDays(shape{does: "copies a copy of the series", act: func(p *person) {
			made, err := p.ms.CopyEvent(apptest.Ana, p.id, at(p.t, "2026-01-12 10:00", p.zone))
			p.rest(err)
			_, err = p.ms.CopyEvent(apptest.Ana, made.ID, at(p.t, "2026-01-19 10:00", p.zone))
			p.rest(err)
		}, meetings: []string{dailyThree + threeDays, dailyThree + "Mon 12 Jan, Tue 13 Jan, Wed 14 Jan", dailyThree + "Mon 19 Jan, Tue 20 Jan, Wed 21 Jan"}}),
		ofDays(shape{does: "moves the second date to 15:00, cancels the third, and pastes the series at the same time", act: func(p *person) {
			p.change(p.date("2026-01-06"), p.during("2026-01-06 15:00", "2026-01-06 16:00"))
			p.rest(p.ms.DeleteEvent(apptest.Ana, p.date("2026-01-07")))
			_, err := p.ms.PasteEvent(apptest.Ana, p.id, "")
			p.rest(err)
		}, meetings: []string{dailyThree + "Mon 5 Jan, Tue 6 Jan 15:00–16:00", dailyThree + "Mon 5 Jan, Tue 6 Jan 15:00–16:00"}}),
		ofDays(shape{does: "pastes the series into another calendar of hers", elsewhere: true, act: func(p *person) {
			_, err := p.ms.PasteEvent(apptest.Ana, p.id, "Projects")
			p.rest(err)
			p.w.Advance(time.Hour)
		}, meetings: []string{dailyThree + threeDays, dailyThree + threeDays}}),
		ofDays(shape{does: "copies the second date a week on", act: func(p *person) {
			_, err := p.ms.CopyEvent(apptest.Ana, p.date("2026-01-06"), at(p.t, "2026-01-13 10:00", p.zone))
			p.rest(err)
		}, meetings: []string{dailyThree + threeDays, "Tue 13 Jan"}}),
		ofDays(shape{does: "duplicates the second date", act: func(p *person) {
			_, err := p.ms.DuplicateEvent(apptest.Ana, p.date("2026-01-06"))
			p.rest(err)
		}, meetings: []string{dailyThree + threeDays, "Tue 6 Jan"}}),
		ofDays(shape{does: "renames the second date, and copies it a week on", act: func(p *person) {
			p.change(p.date("2026-01-06"), named("Review with sales"))
			_, err := p.ms.CopyEvent(apptest.Ana, p.date("2026-01-06"), at(p.t, "2026-01-13 10:00", p.zone))
			p.rest(err)
		}, meetings: []string{dailyThree + "Mon 5 Jan, Tue 6 Jan “Review with sales”, Wed 7 Jan", "“Review with sales”: Tue 13 Jan"}}),
		ofWeeks(shape{does: "copies the date that has a meeting of its own a day on", act: func(p *person) {
			p.change(p.date("2026-01-12"), p.during("2026-01-08 10:00", "2026-01-08 11:00"))
			_, err := p.ms.CopyEvent(apptest.Ana, p.date("2026-01-08"), at(p.t, "2026-01-09 10:00", p.zone))
			p.rest(err)
		}, meetings: []string{mondays + "Mon 5 Jan, Mon 19 Jan", "Thu 8 Jan", "Fri 9 Jan"}}),
		{name: "An invitation from Bo, with his Webex link", does: "pastes it", partly: true, act: func(p *person) { p.invitation() }},
		{name: "The same, where the copy stays Bo's", does: "pastes it", partly: true, settle: func(p *person) {
			p.ms.Series.PastedKeepsUID = true
		}, act: func(p *person) { p.invitation() }},
	}},
	{"Time", "", []shape{
		{name: "A zone by its Windows name", start: "2026-03-27 10:00", rule: daily(1), times: 4,
			meetings: []string{"`FREQ=DAILY;INTERVAL=1;COUNT=4` Fri 27 Mar, Sat 28 Mar, Sun 29 Mar, Mon 30 Mar"}},
		{name: "A zone by its IANA name", start: "2026-03-27 10:00", zone: "Europe/Berlin", rule: daily(1), times: 4,
			meetings: []string{"`FREQ=DAILY;INTERVAL=1;COUNT=4` Fri 27 Mar, Sat 28 Mar, Sun 29 Mar, Mon 30 Mar"}},
		{name: "A zone without a name, whose clocks change on 3 March", start: "2026-03-02 10:00", rule: daily(1), times: 3,
			zone: fakems.ZoneWithRules(fakems.CustomTimeZone, "STD-1DST,J62,J300"), iana: "UTC",
			meetings: []string{dailyThree + "Mon 2 Mar 09:00–10:00, Tue 3 Mar 08:00–09:00, Wed 4 Mar 08:00–09:00"},
			says:     "This series uses a time zone without a name; its Webex times are checked one by one."},
		{name: "A zone that Exchange keeps by other rules, without daylight saving", start: "2026-03-28 10:00", rule: daily(1), times: 3,
			zone: fakems.ZoneWithRules(berlin, "STD-1"), iana: "Europe/Berlin",
			meetings: []string{dailyThree + "Sat 28 Mar, Sun 29 Mar 11:00–12:00, Mon 30 Mar 11:00–12:00"}},
		{name: "A time that the clocks skip on one date", start: "2026-03-28 02:30", rule: daily(1), times: 3,
			meetings: []string{dailyThree + "Sat 28 Mar, Sun 29 Mar 03:30–04:30, Mon 30 Mar"}},
		{name: "A time that the clocks show twice on one date", start: "2026-10-24 02:15", long: 30 * time.Minute, rule: daily(1), times: 3,
			meetings: []string{dailyThree + "Sat 24 Oct, Sun 25 Oct, Mon 26 Oct"}},
		{name: "Over midnight", start: "2026-01-05 23:30", rule: daily(1), times: 3, meetings: []string{dailyThree + threeDays}},
		{name: "Over midnight and the change of clocks", start: "2026-03-27 23:30", long: 5 * time.Hour, rule: daily(1), times: 3,
			meetings: []string{dailyThree + "Fri 27 Mar, Sat 28 Mar 23:30–05:30, Sun 29 Mar"}},
		{name: "All day", start: "2026-01-05 00:00", whole: true, rule: daily(2), times: 3,
			meetings: []string{"`FREQ=DAILY;INTERVAL=2;COUNT=3` Mon 5 Jan, Wed 7 Jan, Fri 9 Jan"}},
		{name: "All day, over the change of clocks", start: "2026-03-28 00:00", whole: true, rule: daily(1), times: 3,
			meetings: []string{dailyThree + "Sat 28 Mar, Sun 29 Mar, Mon 30 Mar"}},
		{name: "All day, from the day on which the clocks go forward", start: "2026-03-29 00:00", whole: true, rule: daily(1), times: 3,
			meetings: []string{dailyThree + "Sun 29 Mar, Mon 30 Mar, Tue 31 Mar"}},
		{name: "A date that the skipped hour takes to the next day, where Webex does the same", start: "2026-03-27 23:30", zone: "Greenland Standard Time", iana: "America/Nuuk", rule: daily(1), times: 3,
			meetings: []string{dailyThree + "Fri 27 Mar, Sun 29 Mar 00:30–01:30, Sun 29 Mar"}},
		{name: "The same, where Webex keeps the day", settle: func(p *person) { p.w.Sandbox.Webex.EarlyGaps = true }, start: "2026-03-27 23:30", zone: "Greenland Standard Time", iana: "America/Nuuk", rule: daily(1), times: 3,
			meetings: []string{dailyThree + "Fri 27 Mar, Sun 29 Mar", "Sun 29 Mar 00:30–01:30"},
			says:     "The meeting on 28 March 2026 does not fit into the Webex series, so it has a Webex meeting of its own with its own link."},
	}},
}

func invites(who string) func(*fakems.Event) {
	return func(e *fakems.Event) {
		e.Attendees = []fakems.Attendee{{Type: "required", EmailAddress: fakems.EmailAddress{Address: who}}}
	}
}

func (p *person) restore() {
	p.t.Helper()
	_, err := p.ms.RestoreEvent(apptest.Ana, p.id)
	p.rest(err)
}

// invitation has Bo invite Ana to a meeting that has a link, and Ana paste it.
func (p *person) invitation() {
	p.t.Helper()
	made, err := p.ms.CreateEvent(apptest.Bo, fakems.Event{
		Subject: subject, Start: p.at("2026-01-05 10:00"), End: p.at("2026-01-05 11:00"), Attendees: []fakems.Attendee{{Type: "required", EmailAddress: fakems.EmailAddress{Address: apptest.Ana}}},
		Body: fakems.ItemBody{ContentType: "html", Content: `<p>Join: <a href="https://fabrikam.webex.com/meet/bo">https://fabrikam.webex.com/meet/bo</a></p>`},
	})
	p.rest(err)
	for _, e := range p.ms.Events(apptest.Ana, time.Time{}, time.Time{}) {
		if e.ICalUID == made.ICalUID {
			_, err := p.ms.PasteInvitation(apptest.Ana, e.ID)
			p.rest(err)
			return
		}
	}
	p.rest(errors.New("Ana was not invited"))
}
