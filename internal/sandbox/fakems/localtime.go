package fakems

import "time"

// DateTimeTimeZone is a local time without offset, such as
// 2026-03-02T09:00:00.0000000, and the Windows or IANA name of its zone.
// https://learn.microsoft.com/graph/api/resources/datetimetimezone
type DateTimeTimeZone struct {
	DateTime string `json:"dateTime"`
	TimeZone string `json:"timeZone"`
}

// localForm is how Graph writes local times. Fractions may have any length on
// the way in.
const localForm = "2006-01-02T15:04:05.0000000"

// At returns t in the zone of that Windows or IANA name. It panics when the
// zone is unknown.
func At(t time.Time, zoneName string) DateTimeTimeZone {
	loc, _, ok := zone(zoneName)
	if !ok {
		panic("fakems: no time zone " + zoneName)
	}
	return DateTimeTimeZone{DateTime: t.In(loc).Format(localForm), TimeZone: zoneName}
}

// Time returns the instant. A local time that a change of clocks skips counts
// as that much later, as Exchange has it; of a repeated one the first is
// taken. It fails when the zone is unknown or the time malformed.
func (d DateTimeTimeZone) Time() (time.Time, error) {
	loc, _, ok := zone(d.TimeZone)
	if !ok {
		return time.Time{}, badZone(d.TimeZone)
	}
	wall, err := d.wall()
	if err != nil {
		return time.Time{}, err
	}
	return fromWall(wall, loc), nil
}

// wall is the local time as if it were UTC.
func (d DateTimeTimeZone) wall() (time.Time, error) {
	for _, form := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.Parse(form, d.DateTime); err == nil {
			return t, nil
		}
	}
	return time.Time{}, badRequest("ErrorPropertyValidationFailure",
		"The value '%s' of property 'dateTime' is not a local date and time.", d.DateTime)
}

// fromWall reads a local time with the offset of the day before; if the clock
// never showed that, with the offset of the day after. In a gap neither is
// right and the first makes the time later by the gap. (time.Date goes either
// way, by the sign of the offset.)
func fromWall(wall time.Time, loc *time.Location) time.Time {
	at := func(day time.Duration) time.Time {
		_, offset := wall.Add(day).In(loc).Zone()
		return wall.Add(-time.Duration(offset) * time.Second).In(loc)
	}
	shows := func(t time.Time) bool { return t.Format(localForm) == wall.Format(localForm) }
	before, after := at(-24*time.Hour), at(24*time.Hour)
	if !shows(before) && shows(after) {
		return after
	}
	return before
}
