package shapetest

import (
	"html"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
)

const (
	subject = "Review"
	berlin  = "W. Europe Standard Time"
	local   = "2006-01-02 15:04"
)

// person is Ana in Outlook, with an event that asks for a meeting.
type person struct {
	t    *testing.T
	w    *apptest.World
	b    *apptest.Browser
	ms   *fakems.Server
	zone *time.Location // of her event
	name string         // Windows', IANA's or a custom zone
	id   string         // the event that she made
}

// begin has Ana make the event of s, if that has one.
func begin(t *testing.T, s shape) *person {
	t.Helper()
	now := "2026-01-01 08:00"
	if s.now != "" {
		now = s.now
	}
	clock := clockwork.NewFakeClockAt(at(t, now, time.UTC))
	w := apptest.Start(t, apptest.Options{Clock: clock, Quiet: true})
	p := &person{t: t, w: w, ms: w.Sandbox.Microsoft, name: berlin}
	if s.zone != "" {
		p.name = s.zone
	}
	p.zone = zoneOf(t, p.name, s.iana)
	p.b = w.Connect(apptest.Ana)
	w.AwaitRest()
	if s.settle != nil {
		s.settle(p)
	}
	if s.start != "" {
		p.id = p.make(s.event(p))
	}
	return p
}

// zoneOf is where a zone's clocks are looked at; iana is for those whose name
// says nothing.
func zoneOf(t *testing.T, name, iana string) *time.Location {
	t.Helper()
	if iana == "" {
		iana = map[string]string{berlin: "Europe/Berlin", "UTC": "UTC"}[name]
	}
	if iana == "" {
		iana = name
	}
	loc, err := time.LoadLocation(iana)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func at(t *testing.T, text string, loc *time.Location) time.Time {
	t.Helper()
	v, err := time.ParseInLocation(local, text, loc)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (p *person) at(text string) fakems.DateTimeTimeZone {
	p.t.Helper()
	day, hour, _ := strings.Cut(text, " ")
	return fakems.DateTimeTimeZone{DateTime: day + "T" + hour + ":00.0000000", TimeZone: p.name}
}

func (p *person) make(e fakems.Event) string {
	p.t.Helper()
	made, err := p.ms.CreateEvent(apptest.Ana, e)
	p.rest(err)
	return made.ID
}

// rest waits until what was done has been followed.
func (p *person) rest(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	p.w.AwaitRest()
}

func (p *person) change(id string, f func(*fakems.Event)) {
	p.t.Helper()
	_, err := p.ms.UpdateEvent(apptest.Ana, id, f)
	p.rest(err)
}

// date finds the one of the event's dates that begins on that day.
func (p *person) date(day string) string { p.t.Helper(); return p.dateOf(p.id, day) }

func (p *person) dateOf(master, day string) string {
	p.t.Helper()
	from := at(p.t, day+" 00:00", p.zone)
	for _, e := range p.ms.Events(apptest.Ana, from, from.AddDate(0, 0, 1)) {
		if e.SeriesMasterID == master && !start(p.t, e).Before(from) {
			return e.ID
		}
	}
	p.t.Fatalf("the series has no date on %s", day)
	return ""
}

func start(t *testing.T, e fakems.Event) time.Time {
	t.Helper()
	v, err := e.Start.Time()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// during moves an event to where it begins and ends.
func (p *person) during(begins, ends string) func(*fakems.Event) {
	return func(e *fakems.Event) { e.Start, e.End = p.at(begins), p.at(ends) }
}

func named(title string) func(*fakems.Event) {
	return func(e *fakems.Event) { e.Subject = title }
}

// ours are the meetings at Webex that were made for her events.
func (p *person) ours() []fakewebex.Meeting {
	all := p.w.Sandbox.Webex.Meetings(apptest.Ana)
	all = slices.DeleteFunc(all, func(m fakewebex.Meeting) bool { return !strings.HasPrefix(m.Title, subject) })
	slices.SortFunc(all, func(a, b fakewebex.Meeting) int { return strings.Compare(p.first(a), p.first(b)) })
	return all
}

func (p *person) first(m fakewebex.Meeting) string {
	list := p.dates(m, p.w.Now().AddDate(5, 0, 0))
	if len(list) == 0 {
		return "none"
	}
	return list[0].Start.UTC().Format(time.RFC3339) + m.Title + m.ID
}

// dates are those of a meeting that are still to come and not deleted.
func (p *person) dates(m fakewebex.Meeting, until time.Time) []fakewebex.Occurrence {
	list := p.w.Sandbox.Webex.Occurrences(m.ID, p.w.Now(), until)
	return slices.DeleteFunc(list, func(o fakewebex.Occurrence) bool { return o.Deleted })
}

// told is how a meeting looks at Webex: its rule, and its next four dates with
// whatever in them is not as usual.
func (p *person) told(s shape, m fakewebex.Meeting) string {
	until := at(p.t, "2027-01-31 00:00", p.zone)
	if s.until != "" {
		until = at(p.t, s.until+" 00:00", p.zone)
	}
	list := p.dates(m, until)
	var dates []string
	for i, o := range list {
		if i == 4 {
			dates = append(dates, "…")
			break
		}
		dates = append(dates, p.day(s, m, o))
	}
	text := strings.Join(dates, ", ")
	if m.Recurrence != "" {
		if text == "" {
			text = "no date left"
		}
		text = "`" + rule(m.Recurrence) + "` " + text
	}
	if m.Title != subject {
		text = "“" + m.Title + "”: " + text
	}
	return text
}

// rule has the parts of a rule in the order in which they are sent; Webex shows
// them in its own.
func rule(shown string) string {
	parts := strings.Split(shown, ";")
	rank := func(part string) int {
		name, _, _ := strings.Cut(part, "=")
		return slices.Index([]string{"FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "COUNT"}, name)
	}
	slices.SortFunc(parts, func(a, b string) int { return rank(a) - rank(b) })
	return strings.Join(parts, ";")
}

func (p *person) day(s shape, m fakewebex.Meeting, o fakewebex.Occurrence) string {
	from, to := o.Start.In(p.zone), o.End.In(p.zone)
	text := from.Format("Mon 2 Jan")
	if from.Year() != 2026 {
		text = from.Format("Mon 2 Jan 2006")
	}
	if hours := from.Format("15:04") + "–" + to.Format("15:04"); hours != s.hours() {
		text += " " + hours
	}
	if o.Title != m.Title {
		text += " “" + o.Title + "”"
	}
	var guests []string
	for _, i := range o.Invitees {
		name, _, _ := strings.Cut(i.Email, "@")
		guests = append(guests, name)
	}
	if len(guests) > 0 {
		text += " with " + strings.Join(guests, " and ")
	}
	return text
}

// agree checks what holds whatever the shape: over a year each date that Webex
// shows is one of the calendar's, alike in times and title, whose join details
// lead there; and unless only some dates asked, no date of hers lacks one.
func (p *person) agree(s shape) {
	p.t.Helper()
	from, to := p.w.Now(), p.w.Now().AddDate(1, 0, 0)
	key := func(start, end time.Time, title string) string {
		return start.UTC().Format(local) + "–" + end.UTC().Format(local) + " " + title
	}
	links := map[string][]string{} // of the meetings, by date
	for _, m := range p.ours() {
		for _, o := range p.dates(m, to) {
			if k := key(o.Start, o.End, o.Title); o.Start.After(from) && o.Start.Before(to) {
				links[k] = append(links[k], m.WebLink)
			}
		}
	}
	for _, e := range p.ms.Events(apptest.Ana, from, to) {
		if begins := start(p.t, e); !strings.HasPrefix(e.Subject, subject) || !e.IsOrganizer || !begins.After(from) || !begins.Before(to) {
			continue
		}
		end, err := e.End.Time()
		if err != nil {
			p.t.Fatal(err)
		}
		if e.IsAllDay {
			end = end.Add(-time.Minute) // Webex takes no day of 24 hours
		}
		k := key(start(p.t, e), end, e.Subject)
		found := slices.IndexFunc(links[k], func(link string) bool { return strings.Contains(html.UnescapeString(e.Body.Content), link) })
		switch {
		case found >= 0:
			links[k] = slices.Delete(links[k], found, found+1)
		case strings.Contains(e.Body.Content, "contoso.webex.com/"):
			p.t.Errorf("the join details of %s do not lead to its meeting", k)
		case !s.partly:
			p.t.Errorf("%s has no Webex meeting", k)
		}
	}
	if s.elsewhere {
		return
	}
	for k, left := range links {
		if len(left) > 0 {
			p.t.Errorf("only at Webex: %s", k)
		}
	}
}
