package fakems

import (
	"slices"
	"strings"
	"time"
)

// Recurrence is how a series repeats.
// https://learn.microsoft.com/graph/api/resources/patternedrecurrence
type Recurrence struct {
	Pattern Pattern `json:"pattern"`
	Range   Range   `json:"range"`

	hours hours // of every occurrence, once settled
}

// Pattern says which dates. Only the fields of its Type count; written are
// those alone, besides the fillers that reads have.
// https://learn.microsoft.com/graph/api/resources/recurrencepattern
type Pattern struct {
	Type           string   `json:"type"` // daily weekly absoluteMonthly relativeMonthly absoluteYearly relativeYearly
	Interval       int      `json:"interval"`
	Month          int      `json:"month"`
	DayOfMonth     int      `json:"dayOfMonth"`
	DaysOfWeek     []string `json:"daysOfWeek"`
	FirstDayOfWeek string   `json:"firstDayOfWeek"` // sunday when empty
	Index          string   `json:"index"`          // first second third fourth last; first when empty

	// Lunar has a monthly pattern go by the months of the Hijri calendar, as
	// Outlook can and Graph does not show.
	Lunar bool `json:"-"`
}

// Range says from when and until when, in dates of RecurrenceTimeZone.
// https://learn.microsoft.com/graph/api/resources/recurrencerange
type Range struct {
	Type                string `json:"type"`      // endDate noEnd numbered
	StartDate           string `json:"startDate"` // 2006-01-02
	EndDate             string `json:"endDate"`   // inclusive
	NumberOfOccurrences int    `json:"numberOfOccurrences"`
	RecurrenceTimeZone  string `json:"recurrenceTimeZone"` // the event's when empty
}

// hours are when an occurrence begins on its date, and how long it lasts: in
// time that passes and as the clock on the wall shows it.
type hours struct {
	at, lasts, shows time.Duration
}

var weekdays = strings.Fields("sunday monday tuesday wednesday thursday friday saturday")
var indexes = strings.Fields("first second third fourth last")

// patternFields are what each type of pattern needs.
var patternFields = map[string]string{
	"daily":           "",
	"weekly":          "daysOfWeek",
	"absoluteMonthly": "dayOfMonth",
	"relativeMonthly": "daysOfWeek",
	"absoluteYearly":  "dayOfMonth month",
	"relativeYearly":  "daysOfWeek month",
}

func badRecurrence(format string, args ...any) error {
	return badRequest("ErrorPropertyValidationFailure", format, args...)
}

// clone returns a copy that shares nothing.
func (r *Recurrence) clone() *Recurrence {
	if r == nil {
		return nil
	}
	c := *r
	c.Pattern.DaysOfWeek = slices.Clone(r.Pattern.DaysOfWeek)
	return &c
}

// same reports whether two patterns are the same.
func (p Pattern) same(q Pattern) bool {
	return slices.Equal(p.DaysOfWeek, q.DaysOfWeek) && p.Type == q.Type && p.Interval == q.Interval && p.Month == q.Month && p.DayOfMonth == q.DayOfMonth &&
		p.FirstDayOfWeek == q.FirstDayOfWeek && p.Index == q.Index
}

func (r *Recurrence) settle() error {
	if err := r.Pattern.settle(); err != nil {
		return err
	}
	return r.Range.settle()
}

// settle refuses what is no pattern and fills in what reads show: month 0,
// dayOfMonth 0, firstDayOfWeek sunday and index first where they do not count.
// Only weekly patterns have a first day of the week of their own, and only
// relative ones an index.
func (p *Pattern) settle() error {
	needs, known := patternFields[p.Type]
	if !known {
		return badRequest("RequestBodyRead", "Requested value '%s' was not found.", p.Type)
	}
	has := func(field string) bool { return slices.Contains(strings.Fields(needs), field) }
	if limit := map[bool]int{true: 999, false: 99}[p.Type == "daily"]; p.Interval < 1 || p.Interval > limit {
		return badRecurrence("The interval %d of the recurrence is not in its range.", p.Interval)
	}
	switch {
	case has("daysOfWeek") && len(p.DaysOfWeek) == 0 || has("dayOfMonth") && p.DayOfMonth == 0 || has("month") && p.Month == 0:
		return badRecurrence("A pattern of type %s needs %s.", p.Type, needs)
	case !has("daysOfWeek") && len(p.DaysOfWeek) > 0 || !has("dayOfMonth") && p.DayOfMonth != 0 || !has("month") && p.Month != 0:
		return badRecurrence("A pattern of type %s has %s and nothing else.", p.Type, or(needs, "an interval"))
	case p.DayOfMonth < 0 || p.DayOfMonth > 31 || p.Month < 0 || p.Month > 12:
		return badRecurrence("Day %d of month %d is no date.", p.DayOfMonth, p.Month)
	}
	p.FirstDayOfWeek, p.Index = or(p.FirstDayOfWeek, "sunday"), or(p.Index, "first")
	for _, day := range append(slices.Clone(p.DaysOfWeek), p.FirstDayOfWeek) {
		if !slices.Contains(weekdays, day) {
			return badRequest("RequestBodyRead", "Requested value '%s' was not found.", day)
		}
	}
	if !slices.Contains(indexes, p.Index) {
		return badRequest("RequestBodyRead", "Requested value '%s' was not found.", p.Index)
	}
	if p.Type != "weekly" {
		p.FirstDayOfWeek = "sunday"
	}
	if !strings.HasPrefix(p.Type, "relative") {
		p.Index = "first"
	}
	p.DaysOfWeek = slices.Clone(p.DaysOfWeek)
	slices.SortFunc(p.DaysOfWeek, func(a, b string) int { return slices.Index(weekdays, a) - slices.Index(weekdays, b) })
	p.DaysOfWeek = slices.Compact(p.DaysOfWeek)
	return nil
}

// noDate is how reads show an end that there is not.
const noDate = "0001-01-01"

// lastDate is where Exchange ends every recurrence: "Recurrence end date can
// not exceed Sep 1, 4500", as recorded from the live service.
const lastDate = "4500-09-01"

func (r *Range) settle() error {
	start, err := parseDay(r.StartDate)
	if err != nil {
		return err
	}
	switch r.Type {
	case "endDate":
		end, err := parseDay(r.EndDate)
		if err != nil {
			return err
		}
		if end < start {
			return badRequest("ErrorRecurrenceHasNoOccurrence", "The recurrence has no occurrence.")
		}
		if r.EndDate > lastDate {
			return badRequest("ErrorRecurrenceEndDateTooBig", "Recurrence end date can not exceed Sep 1, 4500 00:00:00.")
		}
		r.NumberOfOccurrences = 0
	case "noEnd":
		r.EndDate, r.NumberOfOccurrences = noDate, 0
	case "numbered":
		if r.NumberOfOccurrences < 1 || r.NumberOfOccurrences > 999 {
			return badRecurrence("A series cannot have %d occurrences.", r.NumberOfOccurrences)
		}
		r.EndDate = noDate
	default:
		return badRequest("RequestBodyRead", "Requested value '%s' was not found.", r.Type)
	}
	return nil
}

// render is a recurrence as reads show it, with its fillers; a pattern without
// days has no daysOfWeek.
func (r *Recurrence) render() any {
	if r == nil {
		return nil
	}
	p := map[string]any{
		"type": r.Pattern.Type, "interval": r.Pattern.Interval, "month": r.Pattern.Month, "dayOfMonth": r.Pattern.DayOfMonth,
		"firstDayOfWeek": r.Pattern.FirstDayOfWeek, "index": r.Pattern.Index,
	}
	if len(r.Pattern.DaysOfWeek) > 0 {
		p["daysOfWeek"] = r.Pattern.DaysOfWeek
	}
	shown := r.Range
	shown.RecurrenceTimeZone = shownZone(shown.RecurrenceTimeZone)
	return map[string]any{"pattern": p, "range": shown}
}

// differs reports whether two series, or a series and a single event, have
// other dates.
func (r *Recurrence) differs(other *Recurrence) bool {
	if r == nil || other == nil {
		return r != other
	}
	return !r.Pattern.same(other.Pattern) || r.Range != other.Range
}

// begins fills in what a form leaves out of a new recurrence, and takes zone and
// first date along when a person changes those of the event.
func (e *Event) begins(before *Event) {
	r := e.Recurrence
	if r == nil {
		return
	}
	wall, err := e.Start.wall()
	if err != nil {
		return // which settle refuses
	}
	was := before != nil && before.Recurrence != nil
	if r.Range.StartDate == "" {
		r.Range.StartDate = dayOf(wall).String()
	}
	if r.Range.RecurrenceTimeZone == "" || was && e.Start.TimeZone != before.Start.TimeZone &&
		r.Range.RecurrenceTimeZone == before.Recurrence.Range.RecurrenceTimeZone {
		r.Range.RecurrenceTimeZone = e.Start.TimeZone
	}
}
