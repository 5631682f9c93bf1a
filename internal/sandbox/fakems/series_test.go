package fakems

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// weekly is a series of ten Mondays at nine in Prague, from 2 March 2026 on.
func weekly(attendees ...User) Event {
	e := meeting("Planning", nine, attendees...)
	e.Start, e.End = DateTimeTimeZone{"2026-03-02T09:00:00", "Central Europe Standard Time"}, DateTimeTimeZone{"2026-03-02T10:00:00", "Central Europe Standard Time"}
	e.Body = ItemBody{"html", "<p>Agenda</p>"}
	e.Location.DisplayName = "Room 1"
	e.Recurrence = &Recurrence{
		Pattern: Pattern{Type: "weekly", Interval: 1, DaysOfWeek: []string{"monday"}},
		Range:   Range{Type: "numbered", NumberOfOccurrences: 10},
	}
	return e
}

const march = "startDateTime=2026-03-01&endDateTime=2026-04-01"

// dated is the event of u's calendar that begins on that date.
func (w *world) dated(u User, date string) Event {
	w.t.Helper()
	for _, e := range w.Events(u.ID, time.Time{}, time.Time{}) {
		if strings.HasPrefix(e.Start.DateTime, date) {
			return e
		}
	}
	w.t.Fatalf("%s has nothing on %s", u.DisplayName, date)
	return Event{}
}

// shown is u's calendar until a date: "02 Planning" for each event, of the month
// it is in.
func (w *world) shown(u User, until string) string {
	w.t.Helper()
	to, err := time.Parse(time.DateOnly, until)
	if err != nil {
		w.t.Fatal(err)
	}
	var all []string
	for _, e := range w.Events(u.ID, time.Time{}, to) {
		all = append(all, e.Start.DateTime[8:10]+" "+e.Subject)
	}
	return strings.Join(all, ", ")
}

func (w *world) edit(u User, id string, change func(*Event)) Event {
	w.t.Helper()
	e, err := w.UpdateEvent(u.ID, id, change)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

func rename(to string) func(*Event) { return func(e *Event) { e.Subject = to } }

func TestSeriesIsRead(t *testing.T) {
	t.Parallel()
	w := setup(t)
	single := w.create(w.ana, meeting("Single", nine.Add(24*time.Hour)))
	master := w.create(w.ana, weekly(w.bo))
	ana := w.as(w.ana).with("Prefer", `IdType="ImmutableId"`)

	got := ana.must(200, "GET", "/me/events/"+master.ID+"?$select=start,recurrence,type,seriesMasterId", nil)
	want := map[string]any{
		"pattern": map[string]any{"type": "weekly", "interval": 1.0, "month": 0.0, "dayOfMonth": 0.0, "daysOfWeek": []any{"monday"}, "firstDayOfWeek": "sunday", "index": "first"},
		"range": map[string]any{"type": "numbered", "startDate": "2026-03-02", "endDate": "0001-01-01", "numberOfOccurrences": 10.0,
			"recurrenceTimeZone": "Central Europe Standard Time"},
	}
	if diff := cmp.Diff(any(want), got.at("recurrence")); diff != "" {
		t.Errorf("recurrence (-want +got)\n%s", diff)
	}
	if got.at("start", "dateTime") != "2026-03-02T08:00:00.0000000" || got.at("start", "timeZone") != "UTC" || got.at("type") != "seriesMaster" || got.body["originalStart"] != nil {
		t.Errorf("master %s", got.raw)
	}

	list := ana.must(200, "GET", "/me/events?$select=type", nil)
	if list.at("value", 0, "type") != "singleInstance" || list.at("value", 1, "id") != master.ID || list.at("value", 2) != nil {
		t.Errorf("events %s", list.raw)
	}
	view := ana.must(200, "GET", "/me/calendarView?$select=type,originalStart,seriesMasterId,iCalUId,recurrence&"+march, nil)
	var kinds []any
	seen := map[any]bool{master.ID: true, master.ICalUID: true, single.ICalUID: true}
	for i := range 6 {
		e := func(name string) any { return view.at("value", i, name) }
		kinds = append(kinds, e("type"))
		if e("type") == "singleInstance" {
			continue
		}
		if e("seriesMasterId") != master.ID || e("recurrence") != nil || seen[e("id")] || seen[e("iCalUId")] {
			t.Errorf("occurrence %v", view.at("value", i))
		}
		seen[e("id")], seen[e("iCalUId")] = true, true
		one := ana.must(200, "GET", "/me/events/"+e("id").(string), nil)
		if one.at("originalStart") != e("originalStart") || one.at("id") != e("id") || one.at("subject") != "Planning" {
			t.Errorf("read alone: %s", one.raw)
		}
		if found := ana.must(200, "GET", "/me/events?$filter=iCalUId%20eq%20'"+e("iCalUId").(string)+"'", nil); found.at("value", 0) != nil {
			t.Errorf("the filter finds an occurrence: %s", found.raw)
		}
	}
	if diff := cmp.Diff([]any{"occurrence", "singleInstance", "occurrence", "occurrence", "occurrence", "occurrence"}, kinds); diff != "" {
		t.Errorf("view (-want +got)\n%s", diff)
	}
	if got := view.at("value", 5, "originalStart"); got != "2026-03-30T07:00:00.0000000Z" {
		t.Errorf("originalStart %v", got)
	}
	if found := ana.must(200, "GET", "/me/events?$filter=iCalUId%20eq%20'"+master.ICalUID+"'", nil); found.at("value", 0, "id") != master.ID {
		t.Errorf("the filter finds %s", found.raw)
	}

	// The default ids of dates are others, and name the master by its own.
	plain := w.as(w.ana).must(200, "GET", "/me/events/"+master.ID+"/instances?"+march, nil)
	rest := w.as(w.ana).must(200, "GET", "/me/events/"+master.ID, nil).at("id")
	if plain.at("value", 0, "seriesMasterId") != rest || seen[plain.at("value", 0, "id")] {
		t.Errorf("with default ids %v", plain.at("value", 0))
	}
	ana.must(200, "GET", "/me/events/"+plain.at("value", 0, "id").(string), nil)
}

func TestInstances(t *testing.T) {
	t.Parallel()
	w := setup(t, func(s *Server) { s.Calm = false })
	master := w.create(w.ana, weekly())
	single := w.create(w.ana, meeting("Single", nine))
	ana := w.as(w.ana).with("Prefer", `IdType="ImmutableId"`)
	w.edit(w.ana, w.dated(w.ana, "2026-03-16").ID, func(e *Event) {
		e.Start.DateTime, e.End.DateTime = "2026-03-20T09:00:00", "2026-03-20T10:00:00"
	})
	if err := w.DeleteEvent(w.ana.ID, w.dated(w.ana, "2026-03-23").ID); err != nil {
		t.Fatal(err)
	}
	all := func(query string) (dates []string) {
		t.Helper()
		for next := "/me/events/" + master.ID + "/instances?" + query; next != ""; {
			page := ana.must(200, "GET", next, nil)
			for _, v := range page.at("value").([]any) {
				v := v.(map[string]any)
				dates = append(dates, v["start"].(map[string]any)["dateTime"].(string)[8:10]+v["originalStart"].(string)[8:10])
			}
			next, _ = page.at("@odata.nextLink").(string)
		}
		return dates
	}
	for query, want := range map[string]string{
		"$select=start,originalStart&startDateTime=2026-03-01&endDateTime=2026-04-01":                                    "0202 0909 2016 3030",
		"startDateTime=2026-03-19&endDateTime=2026-03-21":                                                                "2016",
		"startDateTime=2026-03-16&endDateTime=2026-03-18":                                                                "",
		"startDateTime=2026-03-02T09:00:00%2B01:00&endDateTime=2026-03-02T09:00:00Z":                                     "0202",
		"startDateTime=2026-03-02T09:00:00Z&endDateTime=2026-03-09T08:00:00Z":                                            "",
		"startDateTime=2026-05-01T00:00:00.0000000&endDateTime=2030-01-01T00:00:00.000":                                  "0404",
		"$top=3&$select=start,originalStart&startDateTime=2026-03-01T00:00:00-08:00&endDateTime=2026-04-01T00:00:00Z":    "0202 0909 2016 3030",
		"$top=1&$skip=1&$select=start,originalStart&startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-03-12T00:00:00Z": "0909",
	} {
		if got := strings.Join(all(query), " "); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	for query, about := range map[string]string{
		"":                         "startDateTime",
		"startDateTime=2026-01-01": "endDateTime",
		"endDateTime=2026-01-01":   "startDateTime",
	} {
		w.refused(ana.do("GET", "/me/events/"+master.ID+"/instances?"+query, nil), 400, "ErrorInvalidParameter")
		w.surprised(about)
	}
	w.refused(ana.do("GET", "/me/events/"+single.ID+"/instances?"+march, nil), 400, "ErrorInvalidRequest")
	w.surprised("no series master")
}

func TestCancelledAndExceptionOccurrences(t *testing.T) {
	t.Parallel()
	w := setup(t)
	master := w.create(w.ana, weekly())
	gone, renamed := w.dated(w.ana, "2026-03-09"), w.dated(w.ana, "2026-03-16")
	ana := w.as(w.ana).with("Prefer", `IdType="ImmutableId"`)
	ana.must(204, "DELETE", "/me/events/"+gone.ID, nil)
	ana.must(200, "PATCH", "/me/events/"+renamed.ID, map[string]any{"subject": "Special"})
	w.refused(ana.do("GET", "/me/events/"+gone.ID, nil), 404, "ErrorItemNotFound")
	w.refused(ana.do("GET", "/me/events/"+datedID(master.ID, dayOf(nine)+1), nil), 404, "ErrorItemNotFound")

	path := "/me/events/" + master.ID
	both := ana.must(200, "GET", path+"?$select=subject,cancelledOccurrences,exceptionOccurrences&$expand=exceptionOccurrences", nil)
	if diff := cmp.Diff(any([]any{"OID." + master.ID + ".2026-03-09"}), both.at("cancelledOccurrences")); diff != "" {
		t.Errorf("cancelled (-want +got)\n%s", diff)
	}
	if ex := func(name string) any { return both.at("exceptionOccurrences", 0, name) }; ex("id") != renamed.ID || ex("type") != "exception" ||
		ex("subject") != "Special" || ex("originalStart") != "2026-03-16T08:00:00.0000000Z" || ex("seriesMasterId") != master.ID {
		t.Errorf("exceptions %v", both.at("exceptionOccurrences"))
	}
	for _, query := range []string{"", "?$select=subject", "?$expand=exceptionOccurrences", "?$select=exceptionOccurrences"} {
		if got := ana.must(200, "GET", path+query, nil); got.body["cancelledOccurrences"] != nil || got.body["exceptionOccurrences"] != nil {
			t.Errorf("%s shows them: %s", query, got.raw)
		}
	}
	batch := ana.must(200, "POST", "/$batch", map[string]any{"requests": []any{
		map[string]any{"id": "1", "method": "GET", "url": path + "?$select=cancelledOccurrences"},
		map[string]any{"id": "2", "method": "GET", "url": path + "/instances?" + march},
		map[string]any{"id": "3", "method": "PATCH", "url": "/me/events/" + renamed.ID, "headers": map[string]string{"Content-Type": "application/json"}, "body": map[string]any{"showAs": "free"}},
	}})
	for i := range 3 {
		if batch.at("responses", i, "status") != 200.0 {
			t.Errorf("batch %v", batch.at("responses", i))
		}
	}
	w.refused(ana.do("GET", path+"?$expand=instances", nil), 400, "BadRequest")
	w.surprised("$expand")
}

func TestMasterIsInUTCAndPatternIsNot(t *testing.T) {
	t.Parallel()
	w := setup(t)
	e := w.create(w.ana, Event{Start: DateTimeTimeZone{"2026-03-02T08:00:00", "Pacific/Auckland"}, End: DateTimeTimeZone{"2026-03-02T09:00:00", "New Zealand Standard Time"},
		Recurrence: &Recurrence{Pattern: Pattern{Type: "weekly", Interval: 1, DaysOfWeek: []string{"monday"}}, Range: Range{Type: "noEnd"}}})
	got := w.as(w.ana).must(200, "GET", "/me/events/"+e.ID, nil)
	if got.at("start", "dateTime") != "2026-03-01T19:00:00.0000000" || got.at("recurrence", "range", "startDate") != "2026-03-02" ||
		got.at("recurrence", "range", "recurrenceTimeZone") != "New Zealand Standard Time" || got.at("recurrence", "range", "endDate") != "0001-01-01" {
		t.Errorf("master %s", got.raw)
	}
	got = w.as(w.ana).with("Prefer", `outlook.timezone="New Zealand Standard Time"`).must(200, "GET", "/me/events/"+e.ID, nil)
	if got.at("start", "dateTime") != "2026-03-02T08:00:00.0000000" {
		t.Errorf("in its zone %v", got.at("start"))
	}
}

func TestWholeDaySeries(t *testing.T) {
	t.Parallel()
	w := setup(t)
	e := w.create(w.ana, Event{Subject: "Fair", IsAllDay: true, Start: DateTimeTimeZone{"2026-03-28T00:00:00", "Central Europe Standard Time"}, End: DateTimeTimeZone{"2026-03-30T00:00:00", "Central Europe Standard Time"},
		Recurrence: &Recurrence{Pattern: Pattern{Type: "absoluteMonthly", Interval: 1, DayOfMonth: 28}, Range: Range{Type: "endDate", EndDate: "2026-05-28"}}})
	for _, zone := range []string{"UTC", "Hawaiian Standard Time", "Tokyo Standard Time"} {
		got := w.as(w.ana).with("Prefer", `outlook.timezone="`+zone+`"`).must(200, "GET", "/me/events/"+e.ID+"/instances?startDateTime=2026-01-01&endDateTime=2027-01-01", nil)
		if got.at("value", 1, "start", "dateTime") != "2026-04-28T00:00:00.0000000" || got.at("value", 1, "end", "dateTime") != "2026-04-30T00:00:00.0000000" ||
			got.at("value", 1, "originalStart") != "2026-04-28T00:00:00.0000000Z" || got.at("value", 2) == nil || got.at("value", 3) != nil {
			t.Errorf("in %s: %s", zone, got.raw)
		}
	}
}

func TestSeriesIsWritten(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ana := w.as(w.ana).with("Prefer", `IdType="ImmutableId"`)
	at := func(text string) map[string]string {
		return map[string]string{"dateTime": text, "timeZone": "Europe/Prague"}
	}
	made := ana.must(201, "POST", "/me/events", `{"subject":"Plan","transactionId":"s1","start":{"dateTime":"2026-03-02T09:00:00","timeZone":"Europe/Prague"},"end":{"dateTime":"2026-03-02T10:00:00","timeZone":"Europe/Prague"},
		"recurrence":{"pattern":{"type":"weekly","interval":1,"daysOfWeek":["monday"],"firstDayOfWeek":"monday"},"range":{"type":"endDate","startDate":"2026-03-02","endDate":"2026-03-30"}}}`)
	id, path := made.at("id").(string), "/me/events/"+made.at("id").(string)
	if made.at("type") != "seriesMaster" {
		t.Fatalf("made %s", made.raw)
	}
	march16 := func() string { return w.dated(w.ana, "2026-03-16").ID }
	ana.must(200, "PATCH", "/me/events/"+march16(), map[string]any{"subject": "Special"})
	ana.must(204, "DELETE", "/me/events/"+w.dated(w.ana, "2026-03-23").ID, nil)
	shows := func(want string) {
		t.Helper()
		if got := w.shown(w.ana, "2026-04-10"); got != want {
			t.Errorf("shown %q, want %q", got, want)
		}
	}
	shows("02 Plan, 09 Plan, 16 Special, 30 Plan")

	ana.must(200, "PATCH", path, map[string]any{"subject": "Plans", "recurrence": made.at("recurrence")}) // the same rule
	shows("02 Plans, 09 Plans, 16 Special, 30 Plans")

	read := ana.must(200, "GET", path, nil) // the same times, in UTC
	ana.must(200, "PATCH", path, map[string]any{"start": read.at("start"), "end": read.at("end")})
	shows("02 Plans, 09 Plans, 16 Special, 30 Plans")

	longer := made.at("recurrence").(map[string]any)
	longer["range"].(map[string]any)["endDate"] = "2026-04-06"
	ana.must(200, "PATCH", path, map[string]any{"recurrence": longer})
	shows("02 Plans, 09 Plans, 16 Special, 30 Plans, 06 Plans")

	longer["pattern"].(map[string]any)["interval"] = 2
	ana.must(200, "PATCH", path, map[string]any{"recurrence": longer}) // another pattern: exceptions are gone
	shows("02 Plans, 16 Plans, 30 Plans")

	ana.must(200, "PATCH", "/me/events/"+march16(), map[string]any{"subject": "Special"})
	ana.must(200, "PATCH", path, map[string]any{"start": at("2026-03-02T11:00:00"), "end": at("2026-03-02T12:00:00")})
	shows("02 Plans, 16 Plans, 30 Plans")

	// A start given in UTC leaves the zone of the rule.
	moved := ana.must(200, "PATCH", path, map[string]any{
		"start": map[string]string{"dateTime": "2026-03-09T08:00:00", "timeZone": "UTC"}, "end": map[string]string{"dateTime": "2026-03-09T09:00:00", "timeZone": "UTC"},
	})
	if moved.at("recurrence", "range", "startDate") != "2026-03-09" || moved.at("recurrence", "range", "recurrenceTimeZone") != "Central Europe Standard Time" {
		t.Errorf("moved %s", moved.raw)
	}
	shows("09 Plans, 23 Plans, 06 Plans")
	if got := w.dated(w.ana, "2026-04-06").OriginalStart.Format(time.TimeOnly); got != "07:00:00" {
		t.Errorf("after the change of clocks at %s", got)
	}

	single := ana.must(200, "PATCH", path, map[string]any{"recurrence": nil})
	if single.at("type") != "singleInstance" || single.at("recurrence") != nil || single.at("id") != id {
		t.Errorf("single %s", single.raw)
	}
	shows("09 Plans")
	again := ana.must(200, "PATCH", path, `{"recurrence":{"pattern":{"type":"daily","interval":20},"range":{"type":"numbered","startDate":"2026-03-09","numberOfOccurrences":2}}}`)
	if again.at("type") != "seriesMaster" || again.at("iCalUId") != made.at("iCalUId") {
		t.Errorf("again %s", again.raw)
	}
	shows("09 Plans, 29 Plans")

	etag := ana.must(200, "GET", path, nil).at("@odata.etag").(string)
	date := w.dated(w.ana, "2026-03-29").ID
	ana.must(200, "PATCH", "/me/events/"+date, map[string]any{"subject": "Last"})
	w.refused(ana.with("If-Match", etag).do("PATCH", path, map[string]any{"subject": "late"}), 412, "ErrorIrresolvableConflict")
	w.refused(ana.with("If-Match", etag).do("PATCH", "/me/events/"+date, map[string]any{"subject": "late"}), 412, "ErrorIrresolvableConflict")
	etag = ana.must(200, "GET", "/me/events/"+date, nil).at("@odata.etag").(string)
	ana.with("If-Match", etag).must(204, "DELETE", "/me/events/"+date, nil)
	ana.must(202, "POST", path+"/cancel", map[string]any{"comment": "Sorry"})
	shows("")
	w.refused(ana.do("GET", path, nil), 404, "ErrorItemNotFound")
	w.refused(ana.do("GET", "/me/events/"+date, nil), 404, "ErrorItemNotFound")
}

func TestRulesThatAreNone(t *testing.T) {
	t.Parallel()
	const days = `"range":{"type":"noEnd","startDate":"2026-03-02"}`
	const daily = `"pattern":{"type":"daily","interval":1}`
	for _, c := range []struct{ name, rule, code string }{
		{"no type", `{"pattern":{"interval":1},` + days + `}`, "RequestBodyRead"},
		{"hourly", `{"pattern":{"type":"hourly","interval":1},` + days + `}`, "RequestBodyRead"},
		{"no interval", `{"pattern":{"type":"daily"},` + days + `}`, "ErrorPropertyValidationFailure"},
		{"interval in quotes", `{"pattern":{"type":"daily","interval":"1"},` + days + `}`, "RequestBodyRead"},
		{"weekly without days", `{"pattern":{"type":"weekly","interval":1},` + days + `}`, "ErrorPropertyValidationFailure"},
		{"weekly by date", `{"pattern":{"type":"weekly","interval":1,"daysOfWeek":["monday"],"dayOfMonth":2},` + days + `}`, "ErrorPropertyValidationFailure"},
		{"Monday in capitals", `{"pattern":{"type":"weekly","interval":1,"daysOfWeek":["Mon"]},` + days + `}`, "RequestBodyRead"},
		{"day 32", `{"pattern":{"type":"absoluteMonthly","interval":1,"dayOfMonth":32},` + days + `}`, "ErrorPropertyValidationFailure"},
		{"yearly without month", `{"pattern":{"type":"absoluteYearly","interval":1,"dayOfMonth":2},` + days + `}`, "ErrorPropertyValidationFailure"},
		{"fifth Monday", `{"pattern":{"type":"relativeMonthly","interval":1,"daysOfWeek":["monday"],"index":"fifth"},` + days + `}`, "RequestBodyRead"},
		{"unknown field", `{"pattern":{"type":"daily","interval":1,"count":3},` + days + `}`, "RequestBodyRead"},
		{"no range", `{` + daily + `}`, "ErrorPropertyValidationFailure"},
		{"not from the start", `{` + daily + `,"range":{"type":"noEnd","startDate":"2026-03-03"}}`, "ErrorPropertyValidationFailure"},
		{"no occurrences", `{` + daily + `,"range":{"type":"numbered","startDate":"2026-03-02","numberOfOccurrences":0}}`, "ErrorPropertyValidationFailure"},
		{"ends before it starts", `{` + daily + `,"range":{"type":"endDate","startDate":"2026-03-02","endDate":"2026-03-01"}}`, "ErrorRecurrenceHasNoOccurrence"},
		{"ends before a date fits", `{"pattern":{"type":"weekly","interval":1,"daysOfWeek":["sunday"]},"range":{"type":"endDate","startDate":"2026-03-02","endDate":"2026-03-07"}}`, "ErrorRecurrenceHasNoOccurrence"},
		{"ends too late", `{` + daily + `,"range":{"type":"endDate","startDate":"2026-03-02","endDate":"4501-01-01"}}`, "ErrorRecurrenceEndDateTooBig"},
		{"no end date", `{` + daily + `,"range":{"type":"endDate","startDate":"2026-03-02"}}`, "ErrorPropertyValidationFailure"},
		{"unknown zone", `{` + daily + `,"range":{"type":"noEnd","startDate":"2026-03-02","recurrenceTimeZone":"Mars Standard Time"}}`, "TimeZoneNotSupportedException"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			got := w.as(w.ana).do("POST", "/me/events", `{"start":{"dateTime":"2026-03-02T09:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-02T10:00:00","timeZone":"UTC"},"recurrence":`+c.rule+`}`)
			w.refused(got, 400, c.code)
			w.mu.Lock()
			w.surprises = nil
			w.mu.Unlock()
			if n := len(w.Events(w.ana.ID, time.Time{}, time.Time{})); n != 0 {
				t.Errorf("%d events were made", n)
			}
		})
	}
}

func TestFillersMayBeWritten(t *testing.T) {
	t.Parallel()
	w := setup(t)
	e := w.create(w.ana, meeting("Plan", nine))
	got := w.as(w.ana).must(200, "PATCH", "/me/events/"+e.ID, `{"recurrence":{"pattern":{"type":"daily","interval":3,"month":0,"dayOfMonth":0,"daysOfWeek":[],"firstDayOfWeek":"monday","index":"last"},
		"range":{"type":"noEnd","startDate":"2026-03-02","endDate":"0001-01-01","recurrenceTimeZone":"UTC","numberOfOccurrences":0}}}`)
	if got.at("recurrence", "pattern", "firstDayOfWeek") != "sunday" || got.at("recurrence", "pattern", "index") != "first" || got.at("recurrence", "pattern", "daysOfWeek") != nil {
		t.Errorf("pattern %v", got.at("recurrence", "pattern"))
	}
}

func TestOccurrencesDoNotCross(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.create(w.ana, weekly())
	ana := w.as(w.ana)
	move := func(from, to string, status int) {
		t.Helper()
		got := ana.do("PATCH", "/me/events/"+w.dated(w.ana, from).ID, map[string]any{
			"start": DateTimeTimeZone{to, "Europe/Prague"}, "end": DateTimeTimeZone{to[:11] + "23:59:00", "Europe/Prague"},
		})
		if got.status != status || status == 400 && got.code() != "ErrorOccurrenceCrossingBoundary" {
			t.Errorf("%s to %s: %d %s, want %d", from, to, got.status, got.raw, status)
		}
	}
	move("2026-03-09", "2026-03-16T00:00:00", 400)
	move("2026-03-09", "2026-03-17T09:00:00", 400)
	move("2026-03-09", "2026-03-02T23:00:00", 400)
	move("2026-03-09", "2026-03-15T23:00:00", 200)
	move("2026-03-02", "2026-02-01T09:00:00", 200) // nothing is before the first
	move("2026-03-15", "2026-02-02T09:00:00", 200)
	move("2026-03-16", "2026-03-03T09:00:00", 200) // where its neighbour is no longer
	move("2026-05-04", "2027-01-01T09:00:00", 200)
	if err := w.DeleteEvent(w.ana.ID, w.dated(w.ana, "2026-04-06").ID); err != nil {
		t.Fatal(err)
	}
	move("2026-03-30", "2026-04-06T09:00:00", 200) // a cancelled one is no neighbour
	w.refused(ana.do("PATCH", "/me/events/"+w.dated(w.ana, "2026-03-23").ID, `{"recurrence":{"pattern":{"type":"daily","interval":1},"range":{"type":"noEnd","startDate":"2026-03-23"}}}`), 400, "ErrorInvalidPropertySet")
}

func TestExceptionsFollowWhatTheyDidNotChange(t *testing.T) {
	t.Parallel()
	w := setup(t)
	series := weekly(w.bo)
	series.Properties = map[string]string{"key": "1"}
	master := w.create(w.ana, series)
	place := w.edit(w.ana, w.dated(w.ana, "2026-03-09").ID, func(e *Event) { e.Location = Location{DisplayName: "Room 2"} })
	if place.Type != "exception" || place.Properties["key"] != "1" {
		t.Errorf("exception %+v", place)
	}
	moved := w.edit(w.ana, w.dated(w.ana, "2026-03-16").ID, func(e *Event) {
		e.Start.DateTime, e.End.DateTime, e.Attendees = "2026-03-17T08:00:00", "2026-03-17T11:00:00", nil
	})
	w.edit(w.ana, master.ID, func(e *Event) {
		e.Subject, e.Body, e.Location = "Plans", ItemBody{"html", "<p>New</p>"}, Location{DisplayName: "Room 9"}
		e.Properties = map[string]string{"key": "2"}
	})
	place, _ = w.Event(w.ana.ID, place.ID)
	moved, _ = w.Event(w.ana.ID, moved.ID)
	if place.Subject != "Plans" || place.Location.DisplayName != "Room 2" || place.BodyPreview != "New" || place.Properties["key"] != "1" || len(place.Attendees) != 1 {
		t.Errorf("the one elsewhere: %+v", place)
	}
	if moved.Subject != "Plans" || moved.Location.DisplayName != "Room 9" || !strings.HasPrefix(moved.Start.DateTime, "2026-03-17T08") || len(moved.Attendees) != 0 {
		t.Errorf("the moved one: %+v", moved)
	}
	if o := w.dated(w.ana, "2026-03-23"); o.Properties["key"] != "2" || o.Subject != "Plans" {
		t.Errorf("the others: %+v", o)
	}
	if bo := w.shown(w.bo, "2026-03-20"); bo != "02 Plans, 09 Plans, 16 Canceled: Planning" {
		t.Errorf("bo sees %q", bo)
	}
}

func TestWhatDiscardsExceptions(t *testing.T) {
	t.Parallel()
	later := func(e *Event) {
		e.Start.DateTime, e.End.DateTime = "2026-03-02T10:00:00", "2026-03-02T11:00:00"
	}
	shorter := func(e *Event) { e.Recurrence.Range.NumberOfOccurrences = 4 }
	fortnightly := func(e *Event) { e.Recurrence.Pattern.Interval = 2 }
	for _, c := range []struct {
		name    string
		manners SeriesManners
		change  func(*Event)
		want    string
	}{
		{"rename", SeriesManners{}, rename("Plans"), "02 Plans, 16 Special, 23 Plans, 30 Plans"},
		{"rename, exceptions keep all", SeriesManners{ExceptionsKeepAll: true}, rename("Plans"), "02 Plans, 16 Special, 23 Plans, 30 Plans"},
		{"times", SeriesManners{}, later, "02 Planning, 09 Planning, 16 Planning, 23 Planning, 30 Planning"},
		{"times, kept", SeriesManners{TimesKeepExceptions: true}, later, "02 Planning, 16 Special, 23 Planning, 30 Planning"},
		{"end", SeriesManners{}, shorter, "02 Planning, 16 Special, 23 Planning"},
		{"end, discarding", SeriesManners{EndDiscards: true}, shorter, "02 Planning, 09 Planning, 16 Planning, 23 Planning"},
		{"pattern", SeriesManners{TimesKeepExceptions: true}, fortnightly, "02 Planning, 16 Planning, 30 Planning"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t, func(s *Server) { s.Series = c.manners })
			master := w.create(w.ana, weekly(w.bo))
			special := w.edit(w.ana, w.dated(w.ana, "2026-03-16").ID, rename("Special"))
			if err := w.DeleteEvent(w.ana.ID, w.dated(w.ana, "2026-03-09").ID); err != nil {
				t.Fatal(err)
			}
			w.edit(w.ana, master.ID, c.change)
			if got := w.shown(w.ana, "2026-04-01"); got != c.want {
				t.Errorf("shown %q, want %q", got, c.want)
			}
			want := strings.ReplaceAll(c.want, ", 16", ", 09 Canceled: Planning, 16")
			if strings.Contains(c.want, "09") || c.name == "pattern" {
				want = c.want
			}
			if got := w.shown(w.bo, "2026-04-01"); got != want {
				t.Errorf("bo is shown %q, want %q", got, want)
			}
			// An exception that was not moved keeps to the hours of the series.
			if e, ok := w.Event(w.ana.ID, special.ID); ok && c.name == "times, kept" && !strings.Contains(e.Start.DateTime, "T10:") {
				t.Errorf("the exception is at %s", e.Start.DateTime)
			}
		})
	}
}

func TestMasterMovesWithItsDatesOrNot(t *testing.T) {
	t.Parallel()
	for _, still := range []bool{false, true} {
		w := setup(t, func(s *Server) { s.Series.MasterStill = still })
		master := w.create(w.ana, weekly())
		w.clock.Advance(time.Minute)
		w.edit(w.ana, w.dated(w.ana, "2026-03-09").ID, rename("Special"))
		if err := w.DeleteEvent(w.ana.ID, w.dated(w.ana, "2026-03-16").ID); err != nil {
			t.Fatal(err)
		}
		now, _ := w.Event(w.ana.ID, master.ID)
		if moved := now.ChangeKey != master.ChangeKey; moved == still || now.LastModifiedDateTime.Equal(master.LastModifiedDateTime) != still {
			t.Errorf("still %v: the master moved: %v", still, moved)
		}
	}
}

// Ids, and what they lead to, stay whatever happens to other dates.
func TestOccurrenceIDsAreStable(t *testing.T) {
	t.Parallel()
	w := setup(t)
	master := w.create(w.ana, weekly())
	o := w.dated(w.ana, "2026-03-16")
	w.edit(w.ana, w.dated(w.ana, "2026-03-09").ID, rename("Special"))
	w.edit(w.ana, o.ID, rename("Other"))
	e, ok := w.Event(w.ana.ID, o.ID)
	if !ok || e.ICalUID != o.ICalUID || e.ID != o.ID || e.Type != "exception" || !e.OriginalStart.Equal(o.OriginalStart) {
		t.Errorf("now %+v", e)
	}
	if ews := w.EWSID(w.ana.ID, o.ID); ews == "" || ews == w.EWSID(w.ana.ID, master.ID) {
		t.Errorf("its EWS id is %q", ews)
	}
	if err := w.DeleteEvent(w.ana.ID, master.ID); err != nil {
		t.Fatal(err)
	}
	if _, ok := w.Event(w.ana.ID, o.ID); ok {
		t.Error("a date outlives its series")
	}
	if _, err := w.RestoreEvent(w.ana.ID, master.ID); err != nil {
		t.Fatal(err)
	}
	if e, ok := w.Event(w.ana.ID, o.ID); !ok || e.Subject != "Other" {
		t.Errorf("restored %+v", e)
	}
}

func FuzzRecurrenceWrite(f *testing.F) {
	for _, rule := range []string{
		`{"pattern":{"type":"weekly","interval":2,"daysOfWeek":["monday","friday"],"firstDayOfWeek":"monday"},"range":{"type":"endDate","startDate":"2026-03-02","endDate":"2026-06-29"}}`,
		`{"pattern":{"type":"relativeYearly","interval":1,"month":2,"daysOfWeek":["sunday"],"index":"last"},"range":{"type":"numbered","startDate":"2026-03-02","numberOfOccurrences":3}}`,
		`{"pattern":{"type":"absoluteMonthly","interval":99,"dayOfMonth":31},"range":{"type":"noEnd","startDate":"2026-03-02","recurrenceTimeZone":"Europe/Prague"}}`,
		`{"pattern":null,"range":null}`, `[]`, `null`, `{"pattern":{"type":"daily","interval":1e9}}`,
	} {
		f.Add(rule)
	}
	f.Fuzz(func(t *testing.T, rule string) {
		s := &Server{Calm: true}
		defer s.Close()
		tenant := s.AddTenant(Tenant{Name: "T", Domain: "t.example"})
		u := s.AddUser(User{UserPrincipalName: "a@t.example", TenantID: tenant.ID})
		e, err := s.CreateEvent(u.ID, meeting("x", nine))
		if err != nil {
			t.Fatal(err)
		}
		changed := e.clone()
		unlock := s.lock()
		if err = s.patch(&changed, map[string]json.RawMessage{"recurrence": json.RawMessage(rule)}); err == nil {
			err = s.update(s.person(u.ID), s.boxes[u.ID].live(e.ID), changed)
		}
		unlock()
		events := s.Events(u.ID, time.Time{}, nine.AddDate(30, 0, 0))
		if len(events) == 0 && err != nil {
			t.Errorf("refused (%v) and lost", err)
		}
		if !slices.IsSortedFunc(events, func(a, b Event) int { return instant(a.Start).Compare(instant(b.Start)) }) {
			t.Error("out of order")
		}
		if now, _ := s.Event(u.ID, e.ID); now.Recurrence != nil && (now.Recurrence.settle() != nil || len(events) > 0 && events[0].Start != now.Start) {
			t.Errorf("master %+v of %+v", now, events[0])
		}
	})
}
