package recurtest

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/recur"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/webex"
)

var patterns = flag.Int("patterns", 400, "how many generated patterns are carried out")

const (
	ana    = "ana@contoso.example"
	length = time.Hour
	months = 396 // days that are looked ahead: thirteen months
)

// zones change their clocks by an hour, by half an hour, at midnight, at
// different times of the year, and never.
var zones = []string{"Europe/Prague", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Kolkata", "UTC"}

// clocks are hours that the zones skip or show twice, and others.
var clocks = []time.Duration{0, 30 * time.Minute, 75 * time.Minute, 105 * time.Minute, 135 * time.Minute, 150 * time.Minute, 9 * time.Hour, 23*time.Hour + 30*time.Minute}

// world is one series on its way to Webex.
type world struct {
	seed   uint64
	r      meeting.Recurrence
	anchor recur.Anchor
	from   meeting.Date
	clock  time.Duration
	zone   *time.Location
	mirror recur.Mirror
	fake   *fakewebex.Server
	client *webex.Client
	token  string
}

// TestMirror draws patterns, hours and zones, and what Webex is free to do.
func TestMirror(t *testing.T) {
	t.Parallel()
	const parts = 4
	for part := range parts {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for n := range *patterns / parts {
				carryOut(t, uint64(n*parts+part))
				if t.Failed() {
					return
				}
			}
		})
	}
}

func carryOut(t *testing.T, seed uint64) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 6))
	w := &world{seed: seed, r: draw(random), clock: clocks[random.IntN(len(clocks))]}
	zone, err := time.LoadLocation(zones[random.IntN(len(zones))])
	if err != nil {
		t.Fatal(err)
	}
	w.zone, w.r.Zone = zone, zone.String()
	if _, change := w.at(w.r.Start).ZoneBounds(); random.IntN(6) == 0 && !change.IsZero() {
		// If the first date's hour is skipped, Webex takes it for that of all.
		shift := meeting.DateOf(change.In(zone)) - w.r.Start
		w.r.Start += shift
		if w.r.End != 0 {
			w.r.End += shift
		}
	}
	w.anchor = []recur.Anchor{recur.FromStart, recur.FromFirst}[random.IntN(2)]
	w.from = w.r.Start + meeting.Date(random.IntN(60)-30)
	if random.IntN(4) == 0 {
		w.from += meeting.Date(random.IntN(1200))
	}
	w.open(t, random)
	w.mirror, err = recur.New(w.r, w.anchor, w.from, w.from+months)
	switch {
	case errs.Is(err, errs.Gone):
		return // no date is left
	case err != nil:
		t.Errorf("%s: %v", w, err)
		return
	}
	if w.mirror.TooFar(meeting.DateOf(w.fake.Clock.Now().In(zone))) {
		return // waits until it comes within reach
	}
	made := w.create(t)
	want := w.dates()
	if w.mirror.Rule == "" {
		if !made.Start.Equal(w.at(w.mirror.Start)) {
			t.Errorf("%s: single meeting at %s", w, made.Start)
		}
		return
	}
	occurrences := w.bases(t, made.ID)
	if t.Failed() {
		return
	}
	// The order of the steps does not matter.
	random.Shuffle(len(occurrences), func(i, j int) { occurrences[i], occurrences[j] = occurrences[j], occurrences[i] })
	for _, o := range occurrences {
		w.step(t, o)
	}
	var got []string
	for _, o := range w.list(t, made.ID) {
		if w.dateOf(o.Start) <= w.from+months {
			got = append(got, o.Start.In(zone).Format(time.RFC3339))
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", w, got, want)
	}
}

// draw makes a series of any shape.
func draw(r *rand.Rand) meeting.Recurrence {
	c := meeting.Recurrence{
		Type: []meeting.PatternType{meeting.Daily, meeting.Weekly, meeting.AbsoluteMonthly, meeting.RelativeMonthly, meeting.AbsoluteYearly, meeting.RelativeYearly}[r.IntN(6)],
		Days: meeting.Weekdays(1 + r.IntN(127)), DayOfMonth: 1 + r.IntN(31), Month: time.Month(1 + r.IntN(12)),
		Index:    []meeting.Index{meeting.First, meeting.Second, meeting.Third, meeting.Fourth, meeting.Last}[r.IntN(5)],
		Interval: 1 + r.IntN(4), WeekStart: time.Weekday(r.IntN(7)),
		Start: meeting.NewDate(2024+r.IntN(6), time.Month(1+r.IntN(12)), 1+r.IntN(31)),
	}
	if r.IntN(10) == 0 {
		c.Interval = 1 + r.IntN(99)
	}
	switch r.IntN(4) {
	case 0:
		c.End = c.Start + meeting.Date(r.IntN(800))
	case 1:
		c.Count = 1 + r.IntN(40)
	}
	return c
}

// open starts Webex just before the first date that it is to take, with a mind
// of its own wherever no page tells what it does.
func (w *world) open(t *testing.T, r *rand.Rand) {
	t.Helper()
	flip := func() bool { return r.IntN(2) == 0 }
	clock := clockwork.NewFakeClockAt(w.at(w.from).Add(-time.Hour))
	w.fake = &fakewebex.Server{
		Clock: clock, Seed: w.seed, BaseURL: "http://localhost", Calm: true, RateLimit: -1,
		MondayWeeks: flip(), EarlyGaps: flip(), LateOverlaps: flip(), PresentBounds: flip(), DeletedFree: flip(),
		Unexpected: func(msg string) { t.Errorf("%s: %s", w, msg) },
	}
	w.fake.AddPerson(fakewebex.Person{Email: ana, Sites: []string{"contoso.webex.com"}})
	scopes := []string{"meeting:schedules_read", "meeting:schedules_write"}
	w.token, _ = w.fake.IssueTokens(ana, w.fake.AddIntegration(fakewebex.Integration{Scopes: scopes}).ClientID, scopes...)
	client, err := webex.New(webex.Config{BaseURL: "http://localhost", Tokens: w, Clock: clock, HTTP: w})
	if err != nil {
		t.Fatal(err)
	}
	w.client = client
}

// Token implements webex.Tokens.
func (w *world) Token(context.Context, meeting.GrantID, meeting.Secret) (meeting.Secret, error) {
	return meeting.NewSecret(w.token), nil
}

// RoundTrip implements http.RoundTripper without a network.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	w.fake.ServeHTTP(rec, r)
	return rec.Result(), nil
}

func (w *world) String() string {
	return fmt.Sprintf("seed %d: %s every %d, days %07b, day %d, month %d, index %d, weeks from %s, start %s, end %s, count %d, at %s in %s, from %s: %s from %s, %s (Monday %t, early %t, late %t, present %t, free %t)",
		w.seed, w.r.Type, w.r.Interval, w.r.Days, w.r.DayOfMonth, w.r.Month, w.r.Index, w.r.WeekStart, w.r.Start, w.r.End, w.r.Count, w.clock, w.zone, w.from,
		w.mirror.Rule, w.mirror.Start, w.mirror.Treatment, w.fake.MondayWeeks, w.fake.EarlyGaps, w.fake.LateOverlaps, w.fake.PresentBounds, w.fake.DeletedFree)
}

func (w *world) at(d meeting.Date) time.Time { return d.At(w.clock, w.zone, meeting.FirstReading) }

// dates are those of the calendar that Webex is to have, up to the horizon.
func (w *world) dates() (want []string) {
	for d := range recur.Dates(w.r, w.anchor) {
		if d > w.from+months {
			break
		}
		if d >= w.from && d != w.mirror.Alone {
			want = append(want, w.at(d).In(w.zone).Format(time.RFC3339))
		}
	}
	return want
}

func (w *world) create(t *testing.T) meeting.Meeting {
	t.Helper()
	start := w.at(w.mirror.Start)
	made, err := w.client.CreateMeeting(t.Context(), meeting.Host{Grant: "ana"}, meeting.MeetingSpec{
		Shape: meeting.Shape{Title: "Series", Start: start, End: start.Add(length), Zone: w.zone.String(), Rule: w.mirror.Rule},
	})
	if err != nil {
		t.Fatalf("%s: %v", w, err)
	}
	return made
}

func (w *world) list(t *testing.T, id meeting.MeetingID) []meeting.WebexOccurrence {
	t.Helper()
	to := w.from + months
	for _, o := range w.mirror.Occurrences {
		to = max(to, o.Base, o.True)
	}
	list, err := w.client.Occurrences(t.Context(), meeting.Host{Grant: "ana"}, id, w.at(w.from-2), w.at(to+2))
	if err != nil {
		t.Fatalf("%s: %v", w, err)
	}
	return list
}

// step is one occurrence as Webex made it and as it is to be.
type step struct {
	recur.Occurrence
	is meeting.WebexOccurrence
}

// bases holds what Webex made of the rule against what the mirror says of it.
func (w *world) bases(t *testing.T, id meeting.MeetingID) (steps []step) {
	t.Helper()
	made := map[meeting.Date]meeting.WebexOccurrence{}
	for _, o := range w.list(t, id) {
		made[w.dateOf(o.Original)] = o
	}
	last := w.from + months
	for _, o := range w.mirror.Occurrences {
		is, ok := made[o.Base]
		if !ok {
			t.Errorf("%s: Webex has nothing on %s", w, o.Base)
			return nil
		}
		delete(made, o.Base)
		steps = append(steps, step{o, is})
		last = max(last, o.Base)
	}
	for d := range made {
		if d <= last {
			t.Errorf("%s: Webex has %s, of which the mirror knows nothing", w, d)
		}
	}
	return steps
}

// dateOf is the day that a start is of. Its hour may be off by what the
// clocks skip, and so be on another day.
func (w *world) dateOf(start time.Time) meeting.Date {
	d := meeting.DateOf(start.In(w.zone))
	for _, near := range []meeting.Date{d, d + 1, d - 1} {
		if w.at(near).Sub(start).Abs() <= 2*time.Hour {
			return near
		}
	}
	return d
}

func (w *world) step(t *testing.T, s step) {
	t.Helper()
	host := meeting.Host{Grant: "ana"}
	if s.Gone {
		if err := w.client.DeleteMeeting(t.Context(), host, s.is.ID); err != nil {
			t.Errorf("%s: delete %s: %v", w, s.Base, err)
		}
		return
	}
	start := w.at(s.True)
	if s.is.Start.Equal(start) {
		return
	}
	end := start.Add(length)
	moved, err := w.client.UpdateMeeting(t.Context(), host, s.is.ID, meeting.MeetingPatch{Start: &start, End: &end, Zone: w.zone.String()})
	if err != nil || moved.ID != s.is.ID || !moved.Start.Equal(start) {
		t.Errorf("%s: move %s to %s: %s at %s, %v", w, s.Base, s.True, moved.ID, moved.Start, err)
	}
}
