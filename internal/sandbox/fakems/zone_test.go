package fakems

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestEveryZoneLoads(t *testing.T) {
	t.Parallel()
	windows, iana := zoneTable()
	if len(windows) < 130 || len(Zones()) != len(windows) {
		t.Errorf("%d Windows zones, %d listed", len(windows), len(Zones()))
	}
	for _, names := range []map[string]string{windows, iana} {
		for name := range names {
			if _, w, ok := zone(name); !ok || windows[w] == "" {
				t.Errorf("%s: %q %v", name, w, ok)
			}
		}
	}
	for name, want := range map[string]string{
		"Europe/Prague": "Central Europe Standard Time", "Asia/Kolkata": "India Standard Time", "America/New_York": "Eastern Standard Time", "Etc/UTC": "UTC",
	} {
		if _, got, _ := zone(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"", "CET", "GMT+1", "w. europe standard time", "W. Europe Daylight Time", "Local"} {
		if _, _, ok := zone(name); ok {
			t.Errorf("there is a zone %q", name)
		}
	}
}

func TestLocalTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, local, zone, want string }{
		{"winter", "2026-03-28T09:00:00", "W. Europe Standard Time", "2026-03-28T08:00:00Z"},
		{"summer, same name", "2026-03-30T09:00:00.0000000", "W. Europe Standard Time", "2026-03-30T07:00:00Z"},
		{"skipped in Berlin", "2026-03-29T02:30:00", "W. Europe Standard Time", "2026-03-29T01:30:00Z"},
		{"skipped in New York", "2026-03-08T02:30:00", "Eastern Standard Time", "2026-03-08T07:30:00Z"},
		{"repeated in Berlin", "2026-10-25T02:30:00", "W. Europe Standard Time", "2026-10-25T00:30:00Z"},
		{"repeated in New York", "2026-11-01T01:30:00", "Eastern Standard Time", "2026-11-01T05:30:00Z"},
		{"half an hour", "2026-01-01T00:00:00", "India Standard Time", "2025-12-31T18:30:00Z"},
		{"no seconds", "2026-01-01T10:15", "UTC", "2026-01-01T10:15:00Z"},
	} {
		got, err := DateTimeTimeZone{c.local, c.zone}.Time()
		if err != nil || got.UTC().Format(time.RFC3339) != c.want {
			t.Errorf("%s: %v, %v, want %s", c.name, got, err, c.want)
		}
	}
}

func TestAtAndTimeAreInverse(t *testing.T) {
	t.Parallel()
	zones := rapid.SampledFrom(Zones())
	rapid.Check(t, func(t *rapid.T) {
		want := time.Unix(rapid.Int64Range(1577836800, 2208988800).Draw(t, "instant"), 0)
		d := At(want, zones.Draw(t, "zone"))
		got, err := d.Time()
		if err != nil {
			t.Fatal(err)
		}
		// A repeated local time names the first of its two instants.
		if !got.Equal(want) && !(got.Before(want) && At(got, d.TimeZone) == d && want.Sub(got) <= 2*time.Hour) {
			t.Fatalf("%v is %v, which is %v", want, d, got)
		}
	})
}

func FuzzZone(f *testing.F) {
	f.Add("2026-03-29T02:30:00", "W. Europe Standard Time")
	f.Add("", "Europe/Prague")
	f.Fuzz(func(t *testing.T, local, name string) {
		at, err := DateTimeTimeZone{local, name}.Time()
		if err != nil {
			return
		}
		if at.Year() < 1 || at.Year() > 9998 {
			return // the ends of what can be written
		}
		if again, err := At(at, name).Time(); err != nil || again.After(at) || at.Sub(again) > 26*time.Hour {
			t.Errorf("%q in %q is %v, written again %v, %v", local, name, at, again, err)
		}
		if strings.TrimSpace(name) != name {
			t.Errorf("zone %q", name)
		}
	})
}
