package sandbox_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/browsertest"
	"webex-scheduler/internal/sandbox/fakewebex"
)

// seriesAtWebex has the second of its dates moved and the third deleted.
func (w *world) seriesAtWebex() fakewebex.Meeting {
	w.t.Helper()
	start := wednesday.Add(24 * time.Hour)
	m, err := w.Webex.AddMeeting(fakewebex.Meeting{Host: ana, Title: "Chess", Start: start, End: start.Add(time.Hour), Recurrence: "FREQ=WEEKLY;COUNT=4"})
	if err != nil {
		w.t.Fatal(err)
	}
	second, third := start.AddDate(0, 0, 7), start.AddDate(0, 0, 14)
	id := func(at time.Time) string { return "/v1/meetings/" + m.ID + at.Format("_20060102T150405Z") }
	w.as(w.t.Context(), ana, "PATCH", id(second), object{"sendEmail": false,
		"start": second.Add(26 * time.Hour).Format(time.RFC3339), "end": second.Add(27 * time.Hour).Format(time.RFC3339)})
	w.as(w.t.Context(), ana, "DELETE", id(third)+"?sendEmail=false", nil)
	return m
}

func TestSeriesOnTheWebexSide(t *testing.T) {
	t.Parallel()
	w := setup(t)
	m := w.seriesAtWebex()
	type date struct {
		Start          string
		Moved, Deleted bool
	}
	var side struct {
		Meetings []struct {
			ID, Recurrence string
			Dates          []date
		}
	}
	w.do("GET", "/sandbox/webex?user="+ana, nil, &side)
	if len(side.Meetings) != 1 || side.Meetings[0].ID != m.ID || side.Meetings[0].Recurrence != "FREQ=WEEKLY;COUNT=4;INTERVAL=1" {
		t.Fatalf("meetings are %+v", side.Meetings)
	}
	want := []date{
		{"2026-03-05T11:00:00", false, false}, {"2026-03-13T13:00:00", true, false},
		{"2026-03-19T11:00:00", false, true}, {"2026-03-26T11:00:00", false, false},
	}
	if diff := cmp.Diff(want, side.Meetings[0].Dates); diff != "" {
		t.Errorf("dates (-want +got):\n%s", diff)
	}
}

func TestPageShowsASeries(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.seriesAtWebex()
	b := browsertest.Start(t)
	b.Resize(1440, 900)
	b.Open(w.url + "/?as=" + ana)
	b.See("FREQ=WEEKLY;COUNT=4;INTERVAL=1")
	b.See("moved")
	b.See("deleted")
}
