package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"webex-scheduler/internal/browsertest"
)

type dated struct {
	ID, Title, Start, ZoneStart, Type, Series string
	Repeat                                    *struct {
		Rule *struct {
			Pattern struct{ Type string }
			Range   struct{ Type, StartDate, EndDate, RecurrenceTimeZone string }
		}
	}
}

func (w *world) dates(user, query string) (all []dated) {
	w.t.Helper()
	var c struct{ Events []dated }
	if status := w.do("GET", "/sandbox/calendar?user="+user+query, nil, &c); status != 200 {
		w.t.Fatalf("status %d", status)
	}
	for _, e := range c.Events {
		if e.Series != "" {
			all = append(all, e)
		}
	}
	return all
}

func titles(dates []dated) string {
	var all []string
	for _, e := range dates {
		all = append(all, e.Start[8:10]+" "+e.Title)
	}
	return strings.Join(all, ", ")
}

func TestSeriesByHand(t *testing.T) {
	t.Parallel()
	w := setup(t)
	const ana, two = "ana@contoso.example", "&from=2026-03-02&to=2026-03-16"
	var made dated
	rule := object{"pattern": object{"type": "weekly", "interval": 1, "daysOfWeek": []string{"thursday", "tuesday"}}, "range": object{"type": "noEnd"}}
	status := w.do("POST", events+"?user="+ana, object{"title": "Chess", "start": "2026-03-03T18:00", "end": "2026-03-03T19:00", "attendees": []string{"bo@contoso.example"}, "repeat": object{"rule": rule}}, &made)
	if status != http.StatusCreated || made.Type != "seriesMaster" || made.Repeat.Rule.Range.StartDate != "2026-03-03" || made.Repeat.Rule.Range.RecurrenceTimeZone != "Central Europe Standard Time" {
		t.Fatalf("status %d, %+v", status, made)
	}
	shows := func(want string) {
		t.Helper()
		for _, user := range []string{ana, "bo@contoso.example"} {
			if got := titles(w.dates(user, two)); got != want {
				t.Errorf("%s is shown %q, want %q", user, got, want)
			}
		}
	}
	shows("03 Chess, 05 Chess, 10 Chess, 12 Chess")

	// One date, the following ones, the whole.
	dates := w.dates(ana, two)
	if status := w.do("PATCH", events+"/"+dates[1].ID+"?user="+ana, object{"title": "Blitz"}, nil); status != 200 {
		t.Fatalf("status %d", status)
	}
	shows("03 Chess, 05 Blitz, 10 Chess, 12 Chess")
	var rest dated
	if status := w.do("PATCH", events+"/"+dates[2].ID+"?of=following&user="+ana, object{"title": "Checkers"}, &rest); status != 200 || rest.ID == made.ID {
		t.Fatalf("status %d, %+v", status, rest)
	}
	shows("03 Chess, 05 Blitz, 10 Checkers, 12 Checkers")
	if status := w.do("PATCH", events+"/"+made.ID+"?user="+ana, object{"title": "Go"}, nil); status != 200 {
		t.Fatalf("status %d", status)
	}
	shows("03 Go, 05 Blitz, 10 Checkers, 12 Checkers")
	var whole dated
	if w.do("GET", events+"/"+made.ID+"?user="+ana, nil, &whole); whole.Repeat.Rule.Range.EndDate != "2026-03-09" || whole.ZoneStart != "2026-03-03T18:00:00" {
		t.Errorf("the whole %+v", whole)
	}

	if status := w.do("POST", events+"/"+dates[0].ID+"/duplicate?user="+ana, nil, &whole); status != 201 || whole.Type != "singleInstance" || whole.Start != "2026-03-03T18:00:00" {
		t.Errorf("duplicate: status %d, %+v", status, whole)
	}

	// A cancelled date comes back; of the new series nothing does.
	if status := w.do("DELETE", events+"/"+dates[0].ID+"?user="+ana, nil, nil); status != 204 {
		t.Fatalf("status %d", status)
	}
	for date, want := range map[string]int{"2026-03-05": 404, "soon": 400, "2026-03-03": 200} {
		if status := w.do("POST", events+"/"+made.ID+"/dates?user="+ana, object{"date": date}, nil); status != want {
			t.Errorf("%s: status %d, want %d", date, status, want)
		}
	}
	if status := w.do("DELETE", events+"/"+w.dates(ana, two)[3].ID+"?of=following&user="+ana, nil, nil); status != 204 {
		t.Fatalf("status %d", status)
	}
	shows("03 Go, 05 Blitz, 10 Checkers")
	if status := w.do("PATCH", events+"/"+rest.ID+"?user="+ana, object{"repeat": object{"rule": nil}}, &rest); status != 200 || rest.Type != "singleInstance" {
		t.Errorf("status %d, %+v", status, rest)
	}
	var no struct{ Error string }
	if status := w.do("PATCH", events+"/"+dates[0].ID+"?user="+ana, object{"start": "2026-03-05T18:00", "end": "2026-03-05T19:00"}, &no); status != 400 || !strings.Contains(no.Error, "Crossing") {
		t.Errorf("onto its neighbour: status %d, %s", status, no.Error)
	}
}

func TestSeriesOnThePage(t *testing.T) {
	t.Parallel()
	w := setup(t)
	b := browsertest.Start(t)
	b.Open(w.url + "/?as=ana@contoso.example")
	b.Click("button", "New event")
	b.Fill("Title", "Chess")
	b.Fill("Start", "2026-03-02T18:00")
	b.Fill("End", "2026-03-02T19:00")
	b.Fill("Repeat", "weekly")
	b.Click("field", "Wed")
	b.Click("field", "Mon")
	b.Fill("Ends", "numbered")
	b.Fill("Times", "4")
	b.Click("button", "Save")
	b.See("Saved.")
	shows := func(want string) {
		t.Helper()
		if got := titles(w.dates("ana@contoso.example", "&from=2026-03-02&to=2026-04-30")); got != want {
			t.Errorf("shown %q, want %q", got, want)
		}
	}
	shows("02 Chess, 04 Chess, 09 Chess, 11 Chess")
	change := func(of, title string) {
		t.Helper()
		b.Click("button", "Wednesday 4 March, 18:00 to 19:00, repeats")
		b.Fill("Change", of)
		b.Fill("Title", title)
		b.Click("button", "Save")
		b.Miss("Duplicate")
	}
	change("this", "Blitz")
	shows("02 Chess, 04 Blitz, 09 Chess, 11 Chess")
	change("following", "Checkers")
	shows("02 Chess, 04 Checkers, 09 Checkers, 11 Checkers")
	b.Click("button", "Wednesday 4 March, 18:00 to 19:00, repeats")
	b.Fill("Change", "series")
	if got := b.Value("Start"); got != "2026-03-04T18:00" {
		t.Errorf("the series starts %s", got)
	}
	b.Fill("Repeat", "daily")
	b.Fill("Ends", "endDate")
	b.Fill("Last day", "2026-03-06")
	b.Click("button", "Save")
	b.Miss("Duplicate")
	shows("02 Chess, 04 Checkers, 05 Checkers, 06 Checkers")
	b.Click("button", "Thursday 5 March, 18:00 to 19:00, repeats")
	b.Fill("Change", "following")
	b.Click("button", "Delete")
	b.Miss("Duplicate")
	shows("02 Chess, 04 Checkers")
	for _, problem := range b.Problems() {
		t.Error(problem)
	}
}

// What the pane sees of a date is that date's own item, and which series it is of.
func TestPaneOnADateOfASeries(t *testing.T) {
	t.Parallel()
	a := startAddin(t, "as="+ana)
	rule := object{"pattern": object{"type": "daily", "interval": 1}, "range": object{"type": "numbered", "numberOfOccurrences": 3}}
	var made dated
	if status := a.do("POST", events+"?user="+ana, object{"title": "Chess", "start": "2026-03-03T18:00", "end": "2026-03-03T19:00", "repeat": object{"rule": rule}}, &made); status != http.StatusCreated {
		t.Fatalf("status %d", status)
	}
	date := a.dates(ana, "&from=2026-03-04&to=2026-03-05")[0]
	const told = `const i = item(); return (await ask(i.getItemIdAsync)).value + ' ' + i.seriesId + ' ' + (await ask(i.start.getAsync)).value.toISOString()`
	a.Click("button", "Chess, Wednesday 4 March")
	a.Click("button", "Webex")
	ews := func(id string) string { return a.Microsoft.EWSID(ana, id) }
	if got, want := a.js(told), ews(date.ID)+" "+ews(made.ID)+" 2026-03-04T17:00:00.000Z"; got != want {
		t.Errorf("of a date\ngot  %s\nwant %s", got, want)
	}
	a.Fill("Change", "series")
	a.Click("button", "Webex")
	if got, want := a.js(told), ews(made.ID)+" null 2026-03-03T17:00:00.000Z"; got != want {
		t.Errorf("of the series\ngot  %s\nwant %s", got, want)
	}
}
