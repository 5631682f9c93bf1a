package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/meeting"
)

// TestAccountSeries: the account page tells that an event repeats, when it is
// held next, and what Webex cannot hold within the series.
func TestAccountSeries(t *testing.T) {
	t.Parallel()
	today := meeting.DateOf(noon)
	l := meeting.Link{Event: "master", Key: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", State: meeting.LinkLinked, Subject: "Daily"}
	l.Starts, l.Ends = noon.AddDate(-1, 0, 0), meeting.Forever
	l.Rhythm = &meeting.Rhythm{
		Recurrence: meeting.Recurrence{Type: meeting.Daily, Interval: 1, Start: today - 365, End: today + 4000, Zone: ""},
		Clock:      9 * time.Hour, Length: time.Hour, Zone: "UTC", Start: today + 1, Rule: "FREQ=DAILY;INTERVAL=1", Unended: true, Alone: today,
		Slots:   map[meeting.Date]meeting.Slot{today + 1: {Gone: true}, today + 3: {Gone: true, Alone: true}},
		Singles: map[meeting.Date]meeting.EventID{today: "first", today + 3: "moved"},
	}
	rows := eventRows([]meeting.Link{l}, true, noon).meetings
	if len(rows) != 1 || !rows[0].Repeats {
		t.Fatalf("rows: %+v, want one that repeats", rows)
	}
	page := fmt.Sprint(rows[0].Start, " ", rows[0].Text)
	for _, want := range []string{
		(today + 2).Midnight().Format("2006-01-02") + "T09:00:00Z",
		"The first date, " + today.Midnight().Format("2 January 2006") + ", is too near to join this Webex series",
		"The meeting on " + (today + 3).Midnight().Format("2 January 2006") + " does not fit into the Webex series",
		"Webex shows this series without an end for now.",
		(today + 4000).Midnight().Format("2 January 2006"),
		"This series uses a time zone without a name",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the row lacks %q", want)
		}
	}
}
