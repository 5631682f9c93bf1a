package fakewebex

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // zones have to be known on a bare machine too
)

// Limits of https://developer.webex.com/docs/api/v1/meetings/create-a-meeting.
const (
	shortest   = 10 * time.Minute
	longest    = 23*time.Hour + 59*time.Minute
	yearsAhead = 10
)

var (
	offsetLayouts = []string{
		"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00",
		"2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z0700",
		"2006-01-02T15:04:05Z07", "20060102T150405Z0700",
	}
	localLayouts = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "20060102T150405"}
)

// loadZone finds an IANA zone. Windows names are refused, and Go's own "Local".
func loadZone(name string) (*time.Location, bool) {
	if name == "" || name == "Local" {
		return nil, false
	}
	loc, err := time.LoadLocation(name)
	return loc, err == nil
}

// readTime reads a date-time of ISO 8601, with an offset or local in zone; a
// space may stand for the T, as in Cisco's create example.
func readTime(value string, zone *time.Location) (t time.Time, hasOffset, ok bool) {
	value = strings.ToUpper(value)
	if len(value) > 10 && value[10] == ' ' {
		value = value[:10] + "T" + value[11:]
	}
	for _, layout := range offsetLayouts {
		if t, err := time.Parse(layout, value); err == nil {
			return t, true, true
		}
	}
	for _, layout := range localLayouts {
		if t, err := time.ParseInLocation(layout, value, zone); err == nil {
			return t, false, true
		}
	}
	return time.Time{}, false, false
}

// meetingTime reads the property name of a request. If the request names a
// zone, the value's offset has to be that zone's at that instant: seen in
// https://github.com/calcom/cal.diy/pull/7651. Status 400 is the sandbox's
// choice.
func meetingTime(name, value, zoneName string) (time.Time, error) {
	zone := time.UTC
	if zoneName != "" {
		loc, ok := loadZone(zoneName)
		if !ok {
			return time.Time{}, invalid("Parameter 'timezone' is invalid: '%s'.", zoneName)
		}
		zone = loc
	}
	t, hasOffset, ok := readTime(value, zone)
	if !ok {
		return time.Time{}, invalid("Parameter '%s' is not a valid ISO 8601 date-time.", name)
	}
	if zoneName != "" && hasOffset {
		_, wrote := t.Zone()
		if _, is := t.In(zone).Zone(); wrote != is {
			return time.Time{}, &refusal{status: 400,
				message: fmt.Sprintf("timezone '%s' and timezone offset in '%s' do not match", zoneName, value)}
		}
	}
	return t.UTC(), nil
}

// minutes cuts a time to Webex's precision; a start within the current minute
// becomes the next one.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
func minutes(t time.Time) time.Time { return t.UTC().Truncate(time.Minute) }

func startMinute(t, now time.Time) time.Time {
	t = minutes(t)
	if t.Equal(minutes(now)) {
		return t.Add(time.Minute)
	}
	return t
}

// checkTimes holds the rules of a schedule; newStart and newEnd tell which of
// the two the request gave.
// https://developer.webex.com/docs/meetings#restrictions-on-updating-a-meeting
func checkTimes(start, end, now time.Time, newStart, newEnd bool) error {
	switch {
	case newStart && start.Before(now), newEnd && end.Before(now):
		return invalid("Parameter 'start' or 'end' is before current time.")
	case !end.After(start):
		return invalid("Parameter 'end' must be after 'start'.")
	case end.Sub(start) < shortest, end.Sub(start) > longest:
		return invalid("Duration between 'start' and 'end' cannot be shorter than 10 minutes or longer than 23 hours 59 minutes.")
	case !start.Before(now.AddDate(yearsAhead, 0, 0)):
		return invalid("Parameter 'start' cannot be 10 years or more in the future.")
	}
	return nil
}

// render writes a time as answers do: with Z in UTC, else with the offset.
func render(t time.Time, zone *time.Location) string { return t.In(zone).Format(time.RFC3339) }
