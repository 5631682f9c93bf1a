package graph

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/meeting"
)

// aMaster is an answer as the pages show it: fillers where the type uses nothing.
const aMaster = `{
  "@odata.etag": "W/\"1\"", "id": "master", "type": "seriesMaster", "subject": "Plans", "iCalUId": "u1",
  "start": {"dateTime": "2026-03-01T19:00:00.0000000", "timeZone": "UTC"},
  "end": {"dateTime": "2026-03-01T20:00:00.0000000", "timeZone": "UTC"},
  "originalStartTimeZone": "New Zealand Standard Time",
  "recurrence": {
    "pattern": {"type": "weekly", "interval": 2, "month": 0, "dayOfMonth": 0, "daysOfWeek": ["monday", "thursday"], "firstDayOfWeek": "monday", "index": "first"},
    "range": {"type": "endDate", "startDate": "2026-03-02", "endDate": "2026-06-29", "recurrenceTimeZone": "New Zealand Standard Time", "numberOfOccurrences": 0}},
  "cancelledOccurrences": ["OID.AAMk=.2026-03-19", "OID.AAMk=.2026-03-16"],
  "exceptionOccurrences": [
    {"id": "e2", "type": "exception", "seriesMasterId": "master", "originalStart": "2026-04-01T19:00:00Z",
     "start": {"dateTime": "2026-04-02T19:00:00.0000000", "timeZone": "UTC"}, "end": {"dateTime": "2026-04-02T20:00:00.0000000", "timeZone": "UTC"}},
    {"id": "e1", "type": "exception", "seriesMasterId": "master", "originalStart": "2026-03-04T19:00:00Z",
     "start": {"dateTime": "2026-03-04T19:00:00.0000000", "timeZone": "UTC"}, "end": {"dateTime": "2026-03-04T21:00:00.0000000", "timeZone": "UTC"}}]}`

func TestSeries(t *testing.T) {
	t.Parallel()
	c, requests := answering(t, reply{body: aMaster})
	got, err := c.Series(t.Context(), mailbox, "master")
	if err != nil {
		t.Fatal(err)
	}
	want := &meeting.Recurrence{
		Type: meeting.Weekly, Interval: 2, Days: meeting.NewWeekdays(time.Monday, time.Thursday), WeekStart: time.Monday,
		Start: meeting.NewDate(2026, 3, 2), End: meeting.NewDate(2026, 6, 29), Zone: "Pacific/Auckland",
	}
	if diff := cmp.Diff(got.Master.Recurrence, want); diff != "" {
		t.Errorf("recurrence (-got +want):\n%s", diff)
	}
	if !got.Known || !cmp.Equal(got.Cancelled, []meeting.Date{meeting.NewDate(2026, 3, 16), meeting.NewDate(2026, 3, 19)}) {
		t.Errorf("cancelled %v, known %t", got.Cancelled, got.Known)
	}
	if len(got.Exceptions) != 2 || got.Exceptions[0].ID != "e1" || !got.Exceptions[1].OriginalStart.Equal(time.Date(2026, 4, 1, 19, 0, 0, 0, time.UTC)) {
		t.Errorf("exceptions %+v", got.Exceptions)
	}
	uri := requests()[0].uri
	for _, part := range []string{"cancelledOccurrences", "&$expand=exceptionOccurrences"} {
		if !strings.Contains(uri, part) {
			t.Errorf("asked for %s, without %s", uri, part)
		}
	}
}

// TestSeriesThatTellsLess: what is cancelled is unknown, not nothing.
func TestSeriesThatTellsLess(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, from, to string }{
		{"no list", `"cancelledOccurrences": ["OID.AAMk=.2026-03-19", "OID.AAMk=.2026-03-16"],`, ``},
		{"ids of another form", `"OID.AAMk=.2026-03-16"`, `"AAMkXYZ"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client, _ := answering(t, reply{body: strings.Replace(aMaster, c.from, c.to, 1)})
			got, err := client.Series(t.Context(), mailbox, "master")
			if err != nil {
				t.Fatal(err)
			}
			if got.Known || len(got.Cancelled) > 0 {
				t.Errorf("cancelled %v, known %t", got.Cancelled, got.Known)
			}
		})
	}
}

func TestRecurrences(t *testing.T) {
	t.Parallel()
	day := meeting.NewDate(2026, 3, 2)
	for _, c := range []struct {
		name, pattern, span string
		want                *meeting.Recurrence
	}{
		{"daily", `"type":"daily","interval":3,"daysOfWeek":[],"index":"first"`, `"type":"noEnd","endDate":"0001-01-01"`,
			&meeting.Recurrence{Type: meeting.Daily, Interval: 3, Start: day, Zone: "Europe/Prague"}},
		{"the 31st, ten times", `"type":"absoluteMonthly","interval":1,"dayOfMonth":31,"daysOfWeek":[]`, `"type":"numbered","numberOfOccurrences":10`,
			&meeting.Recurrence{Type: meeting.AbsoluteMonthly, Interval: 1, DayOfMonth: 31, Start: day, Count: 10, Zone: "Europe/Prague"}},
		{"last weekday", `"type":"relativeMonthly","interval":1,"daysOfWeek":["monday","tuesday","wednesday","thursday","friday"],"index":"last"`, `"type":"noEnd"`,
			&meeting.Recurrence{Type: meeting.RelativeMonthly, Interval: 1, Days: 0b0111110, Index: meeting.Last, Start: day, Zone: "Europe/Prague"}},
		{"29 February", `"type":"absoluteYearly","interval":1,"dayOfMonth":29,"month":2`, `"type":"noEnd"`,
			&meeting.Recurrence{Type: meeting.AbsoluteYearly, Interval: 1, DayOfMonth: 29, Month: 2, Start: day, Zone: "Europe/Prague"}},
		{"second Thursday of March, no index said", `"type":"relativeYearly","interval":2,"daysOfWeek":["Thursday"],"month":3`, `"type":"noEnd"`,
			&meeting.Recurrence{Type: meeting.RelativeYearly, Interval: 2, Days: 0b0010000, Index: meeting.First, Month: 3, Start: day, Zone: "Europe/Prague"}},
		{"another calendar's", `"type":"hijriMonthly","interval":1`, `"type":"noEnd"`, nil},
		{"no days", `"type":"weekly","interval":1,"daysOfWeek":[]`, `"type":"noEnd"`, nil},
		{"an end before the start", `"type":"daily","interval":1`, `"type":"endDate","endDate":"2026-03-01"`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e, err := decodeEvent([]byte(`{"id":"1","type":"seriesMaster","originalStartTimeZone":"Central Europe Standard Time",
				"start":{"dateTime":"2026-03-02T09:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-02T10:00:00","timeZone":"UTC"},
				"recurrence":{"pattern":{` + c.pattern + `},"range":{` + c.span + `,"startDate":"2026-03-02","recurrenceTimeZone":"Europe/Prague"}}}`))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(e.Recurrence, c.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
		})
	}
}

func TestInstances(t *testing.T) {
	t.Parallel()
	c, requests := answering(t, reply{body: `{"value":[
		{"id":"o1","type":"occurrence","start":{"dateTime":"2026-03-02T08:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-02T09:00:00","timeZone":"UTC"},"originalStart":"2026-03-02T08:00:00Z"},
		{"id":"x1","type":"exception","start":{"dateTime":"2026-03-10T08:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-10T09:00:00","timeZone":"UTC"},"originalStart":"2026-03-09T08:00:00Z"}]}`})
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	got, err := c.Instances(t.Context(), mailbox, "master", from, from.AddDate(0, 1, 0))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[1].Type != meeting.Exception || got[1].OriginalStart.Day() != 9 || got[1].Start.Day() != 10 {
		t.Errorf("got %+v", got)
	}
	if uri := requests()[0].uri; !strings.Contains(uri, "/events/master/instances?") || !strings.Contains(uri, "startDateTime=2026-03-01T00%3A00%3A00Z") {
		t.Errorf("asked for %s", uri)
	}
}
