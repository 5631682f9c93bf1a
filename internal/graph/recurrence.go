package graph

import (
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/zone"
)

// recurrence is Graph's patternedRecurrence. On reads all fields are present,
// those that the type does not use with fillers.
// https://learn.microsoft.com/graph/api/resources/patternedrecurrence
type recurrence struct {
	Pattern struct {
		Type           meeting.PatternType `json:"type"`
		Interval       int                 `json:"interval"`
		Month          int                 `json:"month"`
		DayOfMonth     int                 `json:"dayOfMonth"`
		DaysOfWeek     []string            `json:"daysOfWeek"`
		FirstDayOfWeek string              `json:"firstDayOfWeek"`
		Index          string              `json:"index"`
	} `json:"pattern"`
	Range struct {
		Type                string `json:"type"`
		StartDate           string `json:"startDate"`
		EndDate             string `json:"endDate"`
		RecurrenceTimeZone  string `json:"recurrenceTimeZone"`
		NumberOfOccurrences int    `json:"numberOfOccurrences"`
	} `json:"range"`
}

var (
	weekdays = map[string]time.Weekday{
		"sunday": time.Sunday, "monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday,
		"thursday": time.Thursday, "friday": time.Friday, "saturday": time.Saturday,
	}
	indexes = map[string]meeting.Index{
		"": meeting.First, "first": meeting.First, "second": meeting.Second, "third": meeting.Third,
		"fourth": meeting.Fourth, "last": meeting.Last,
	}
)

// recurrence returns nil for what is none of the documented patterns: its dates
// cannot be told from it. eventZone counts where the range names no zone.
func (p *recurrence) recurrence(eventZone string) *meeting.Recurrence {
	if p == nil {
		return nil
	}
	start, err := meeting.ParseDate(p.Range.StartDate)
	if err != nil {
		return nil
	}
	r := &meeting.Recurrence{Type: p.Pattern.Type, Interval: max(p.Pattern.Interval, 1), Start: start, Zone: eventZone}
	if iana, ok := zone.IANA(p.Range.RecurrenceTimeZone); ok {
		r.Zone = iana
	}
	for _, name := range p.Pattern.DaysOfWeek {
		day, ok := weekdays[strings.ToLower(name)]
		if !ok {
			return nil
		}
		r.Days |= meeting.NewWeekdays(day)
	}
	switch r.Type {
	case meeting.Daily:
		r.Days = 0
	case meeting.Weekly:
		r.WeekStart = weekdays[strings.ToLower(p.Pattern.FirstDayOfWeek)] // Sunday if there is none
	case meeting.AbsoluteMonthly, meeting.AbsoluteYearly:
		r.Days, r.DayOfMonth = 0, p.Pattern.DayOfMonth
	case meeting.RelativeMonthly, meeting.RelativeYearly:
		r.Index = indexes[strings.ToLower(p.Pattern.Index)]
	}
	if r.Type == meeting.AbsoluteYearly || r.Type == meeting.RelativeYearly {
		r.Month = time.Month(p.Pattern.Month)
	}
	switch strings.ToLower(p.Range.Type) {
	case "enddate":
		if r.End, err = meeting.ParseDate(p.Range.EndDate); err != nil {
			return nil
		}
	case "numbered":
		if r.Count = p.Range.NumberOfOccurrences; r.Count < 1 {
			return nil
		}
	case "noend":
	default:
		return nil
	}
	if r.Check() != nil {
		return nil
	}
	return r
}

// originalStart is a DateTimeOffset in UTC.
func originalStart(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		if t, err = time.Parse(localTime, s); err != nil {
			return time.Time{}, errs.New(errs.Internal, "unforeseen event: bad original start")
		}
	}
	return t.UTC(), nil
}
