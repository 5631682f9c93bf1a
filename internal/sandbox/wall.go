package sandbox

import (
	"fmt"
	"time"

	"webex-scheduler/internal/sandbox/fakems"
)

// wall is a date and time on the wall of some zone that is told apart. The
// page thinks in them: a calendar shows what the clock there shows.
type wall struct{ t time.Time } // t's own zone, UTC, means nothing

const wallForm = "2006-01-02T15:04:05"

// wallOf is what clocks show in the zone of that Windows name at t.
func wallOf(t time.Time, zone string) wall {
	w, err := parseWall(fakems.At(t, zone).DateTime)
	if err != nil {
		panic(err) // fakems made it
	}
	return w
}

// parseWall reads a date, or a date and time, without offset.
func parseWall(s string) (wall, error) {
	for _, form := range []string{wallForm, "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(form, s); err == nil {
			return wall{t}, nil
		}
	}
	return wall{}, fmt.Errorf("%q is no local date and time like 2026-03-02T09:00", s)
}

func (w wall) String() string { return w.t.Format(wallForm) }

func (w wall) in(zone string) fakems.DateTimeTimeZone {
	return fakems.DateTimeTimeZone{DateTime: w.String(), TimeZone: zone}
}

// instant fails when there is no such zone.
func (w wall) instant(zone string) (time.Time, error) { return w.in(zone).Time() }

func (w wall) days(n int) wall           { return wall{w.t.AddDate(0, 0, n)} }
func (w wall) plus(d time.Duration) wall { return wall{w.t.Add(d)} }
func (w wall) midnight() wall            { return wall{w.t.Truncate(24 * time.Hour)} }

// monday is the first midnight of the week.
func (w wall) monday() wall { return w.midnight().days(-(int(w.t.Weekday()) + 6) % 7) }

// at is the time of that day given as 15:04. It panics on anything else.
func (w wall) at(clock string) wall {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		panic(err)
	}
	return w.midnight().plus(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}
