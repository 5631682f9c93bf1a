package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/meeting"
)

// weekly is a series of Mondays that began a year ago.
func weekly(e *meeting.Event) {
	e.Type = meeting.SeriesMaster
	e.Start, e.End = noon.AddDate(-1, 0, 0), noon.AddDate(-1, 0, 0).Add(time.Hour)
	e.Recurrence = &meeting.Recurrence{Type: meeting.Weekly, Interval: 1, Days: meeting.NewWeekdays(time.Monday), WeekStart: time.Sunday, Start: meeting.NewDate(2025, time.March, 3), Zone: "UTC"}
}

// TestCreateForSeries: a series that began long ago gets its meeting at its next
// date, not a refusal.
func TestCreateForSeries(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.store.drafted = ready
	r.saved(jana, "item", weekly)
	// Its form shows the first date.
	body := strings.Replace(ofItem(key1, "item", true), `"event":null`, `"event":{"title":"Round","start":"2025-03-03T12:00:00Z","end":"2025-03-03T13:00:00Z","timeZone":"UTC","attendees":[]}`, 1)
	wantStatus(t, r.client(t, jana).do("POST", "/api/v1/meetings", body), http.StatusCreated)
	if len(r.store.links) != 1 {
		t.Fatalf("%d links, want one", len(r.store.links))
	}
	if l := r.store.links[0]; !l.Ends.After(noon) || l.Ends.Sub(l.Starts) != time.Hour || l.Starts.Weekday() != time.Monday {
		t.Errorf("kept for %s to %s, want the Monday that is next", l.Starts, l.Ends)
	}
}

// TestDateOfSeries: one date answers with the meeting of its series, and says so;
// a date of a series without one may have its own.
func TestDateOfSeries(t *testing.T) {
	t.Parallel()
	for _, kind := range []meeting.EventType{meeting.Occurrence, meeting.Exception} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			c := r.client(t, jana)
			date := func(e *meeting.Event) { e.Type, e.Series = kind, "master" }
			r.saved(jana, "date", date)
			of := func() []shown {
				return read[struct{ Meetings []shown }](t, c.do("GET", "/api/v1/meetings?item=date", "")).Meetings
			}
			if got := of(); len(got) != 0 {
				t.Errorf("before: %+v, want none", got)
			}
			l := r.bound(jana, "master")
			l.Rhythm = &meeting.Rhythm{Recurrence: meeting.Recurrence{Type: meeting.Daily, Interval: 1, Start: meeting.DateOf(noon), Zone: "UTC"},
				Clock: 15 * time.Hour, Length: time.Hour, Zone: "UTC", Start: meeting.DateOf(noon), Rule: "FREQ=DAILY;INTERVAL=1"}
			r.store.links[0] = l
			got := of()
			if len(got) != 1 || got[0].Key != string(l.Key) || !got[0].Repeats || !got[0].OfSeries {
				t.Errorf("of a date: %+v, want its series' meeting %s", got, l.Key)
			}
			res := c.do("POST", "/api/v1/meetings", ofItem(key1, "date", true))
			wantStatus(t, res, http.StatusOK)
			if m := read[shown](t, res); m.Key != string(l.Key) || !m.OfSeries || len(r.store.links) != 1 {
				t.Errorf("asked for again: %+v, %d links; want the series' meeting and no other", m, len(r.store.links))
			}
		})
	}
}

// TestOwnMeetingOfDate: where the series has none, the date alone gets one.
func TestOwnMeetingOfDate(t *testing.T) {
	t.Parallel()
	r := setup(t)
	c := r.client(t, jana)
	r.store.drafted = ready
	r.saved(jana, "date", func(e *meeting.Event) { e.Type, e.Series = meeting.Occurrence, "master" })
	res := c.do("POST", "/api/v1/meetings", ofItem(key1, "date", true))
	wantStatus(t, res, http.StatusCreated)
	if m := read[shown](t, res); m.OfSeries || m.Repeats || len(r.store.links) != 1 || r.store.links[0].For != "immutable-date" {
		t.Errorf("meeting %+v, links %+v; want one for the date", m, r.store.links)
	}
}
