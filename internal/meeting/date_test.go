package meeting_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"webex-scheduler/internal/meeting"
)

func TestClocksThatChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, date, clock string
		overlap                 meeting.Overlap
		want                    string
	}{
		{"an ordinary morning", "Europe/Berlin", "2026-03-02", "09:00", 0, "2026-03-02T09:00:00+01:00"},
		{"and one in summer", "Europe/Berlin", "2026-07-02", "09:00", 0, "2026-07-02T09:00:00+02:00"},
		{"a time that is skipped", "Europe/Berlin", "2026-03-29", "02:30", 0, "2026-03-29T03:30:00+02:00"},
		{"the first that is not", "Europe/Berlin", "2026-03-29", "03:00", 0, "2026-03-29T03:00:00+02:00"},
		{"half an hour skipped", "Australia/Lord_Howe", "2026-10-04", "02:15", 0, "2026-10-04T02:45:00+11:00"},
		{"midnight skipped", "America/Scoresbysund", "2026-03-28", "23:30", 0, "2026-03-29T00:30:00-01:00"},
		{"shown twice, first", "Europe/Berlin", "2026-10-25", "02:30", meeting.FirstReading, "2026-10-25T02:30:00+02:00"},
		{"shown twice, second", "Europe/Berlin", "2026-10-25", "02:30", meeting.SecondReading, "2026-10-25T02:30:00+01:00"},
		{"far east", "Pacific/Auckland", "2026-04-05", "02:30", meeting.SecondReading, "2026-04-05T02:30:00+12:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			day, err := meeting.ParseDate(c.date)
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse("15:04", c.clock)
			if err != nil {
				t.Fatal(err)
			}
			clock := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
			if got := day.At(clock, zone, c.overlap).Format(time.RFC3339); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestAtShowsTheClock: an instant shows the clock that it was made of, or, if
// that is skipped, a later one within hours.
func TestAtShowsTheClock(t *testing.T) {
	t.Parallel()
	zones := []string{"Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Scoresbysund", "Africa/Casablanca", "Pacific/Apia", "UTC"}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		day := meeting.NewDate(2024, 1, 1) + meeting.Date(rapid.IntRange(0, 3000).Draw(t, "day"))
		clock := time.Duration(rapid.IntRange(0, 1439).Draw(t, "minute")) * time.Minute
		overlap := meeting.Overlap(rapid.IntRange(0, 1).Draw(t, "overlap"))
		got := day.At(clock, zone, overlap)
		shown := meeting.DateOf(got).Midnight().Add(time.Duration(got.Hour())*time.Hour + time.Duration(got.Minute())*time.Minute)
		want := day.Midnight().Add(clock)
		if shown.Equal(want) {
			return
		}
		// Skipped: no instant near it shows it.
		for at := got.Add(-26 * time.Hour); at.Before(got.Add(26 * time.Hour)); at = at.Add(time.Minute) {
			if at.Hour() == want.Hour() && at.Minute() == want.Minute() && meeting.DateOf(at) == day {
				t.Fatalf("%s %v in %s: got %s, though %s shows it", day, clock, zone, got, at)
			}
		}
		if late := shown.Sub(want); late < 0 || late > 24*time.Hour {
			t.Fatalf("%s %v in %s: got %s", day, clock, zone, got)
		}
	})
}
