package sandbox

import (
	"slices"
	"time"

	"webex-scheduler/internal/sandbox/fakems"
)

const (
	ana   = "ana@contoso.example"
	bo    = "bo@contoso.example"
	deepa = "deepa@contoso.example"
	erik  = "erik@contoso.example"
	mia   = "mia@fabrikam.example"
)

// habit is an event that somebody has this week, in their own time zone.
type habit struct {
	who       string
	title     string
	days      []int  // 0 is Monday
	at        string // 15:04; empty: all day
	minutes   int
	place     string
	attendees []string
	body      string
	showAs    string // busy when empty
	private   bool
	draft     bool
}

var workdays = []int{0, 1, 2, 3, 4}

var habits = []habit{
	{who: ana, title: "Stand-up", days: workdays, at: "09:15", minutes: 15, place: "Room 3", attendees: []string{bo, deepa}},
	{who: bo, title: "Design review", days: []int{1}, at: "14:00", minutes: 60, place: "Room Kronborg", attendees: []string{ana, deepa},
		body: `<p>Please look at the drafts beforehand.</p><ul><li>Onboarding</li><li>Settings page</li></ul>`},
	{who: ana, title: "Roadmap review", days: []int{3}, at: "10:30", minutes: 90, attendees: []string{bo, erik, mia},
		body: `<p>Goals of the next quarter. Notes are in the <a href="https://wiki.contoso.example/roadmap">wiki</a>.</p>`},
	{who: ana, title: "Budget 2027", days: []int{4}, at: "13:30", minutes: 30, attendees: []string{erik}, draft: true},
	{who: ana, title: "Product fair", days: []int{4}, place: "Brno", showAs: "free"},
	{who: bo, title: "Dentist", days: []int{2}, at: "08:30", minutes: 45, showAs: "oof", private: true},
	{who: bo, title: "Pairing with Deepa", days: []int{0, 3}, at: "13:00", minutes: 90, attendees: []string{deepa}},
	{who: bo, title: "Working from Aarhus", days: []int{4}, showAs: "workingElsewhere"},
	{who: deepa, title: "Focus time", days: []int{0, 2}, at: "10:00", minutes: 120},
	{who: deepa, title: "Usability test", days: []int{3}, at: "16:00", minutes: 60, place: "Lab", attendees: []string{bo}},
	{who: mia, title: "Client day", days: []int{2}, showAs: "oof", place: "Seattle"},
	{who: mia, title: "Invoices", days: []int{4}, at: "15:00", minutes: 45},
}

// fillWeek puts the habits and everybody's lunch into the calendars of the
// week that it is for each of them.
func (s *Sandbox) fillWeek() {
	for _, r := range everybody() {
		if r.lunch != "" {
			s.follow(habit{who: r.user.UserPrincipalName, title: r.lunch, days: workdays, at: "12:00", minutes: 45, showAs: "free"})
		}
	}
	for _, h := range slices.Concat(habits, own()) {
		s.follow(h)
	}
}

func (s *Sandbox) follow(h habit) {
	u, _ := s.Microsoft.User(h.who)
	e := fakems.Event{
		Subject:  h.title,
		Location: fakems.Location{DisplayName: h.place},
		Body:     fakems.ItemBody{ContentType: "html", Content: h.body},
		IsAllDay: h.at == "",
		ShowAs:   h.showAs,
		IsDraft:  h.draft,
	}
	if h.private {
		e.Sensitivity = "private"
	}
	for _, address := range h.attendees {
		e.Attendees = append(e.Attendees, s.attendee(address))
	}
	for _, day := range h.days {
		start := wallOf(s.clock.Now(), u.TimeZone).monday().days(day)
		end := start.days(1)
		if h.at != "" {
			start = start.at(h.at)
			end = start.plus(time.Duration(h.minutes) * time.Minute)
		}
		e.Start, e.End = start.in(u.TimeZone), end.in(u.TimeZone)
		if _, err := s.Microsoft.CreateEvent(h.who, e); err != nil {
			panic(err)
		}
	}
}
