package worldtest

import (
	"slices"
	"strings"
	"sync"
	"time"

	"webex-scheduler/internal/sandbox/fakems"
)

// wants is whether an event should have a meeting, by what people did to it.
type wants string

// The answers. Maybe: it hangs on what the program saw, and when.
const (
	none  wants = "none"
	must  wants = "must"
	room  wants = "room" // the Personal Room's details
	maybe wants = "maybe"
)

// entry is an event of somebody's own, as that person knows it.
type entry struct {
	name  string
	owner string
	id    string
	html  bool
	text  []string // what people wrote into the body, from top to bottom
	wants wants
	wish  string // the location last typed
	known bool   // the program may have had a reason to write to it
	alien bool   // its block is another mailbox's
	// stranger: a copy of somebody else's invitation; alien until a person takes
	// that block out.
	stranger bool
	last     fakems.Event
	past     []draft
	gone     bool
	spent    bool // was over, or without its meeting's rules, while linked
	torn     bool // a person damaged the block

	host    string // link of the owner's Personal Room; empty: none
	roomed  bool   // once had the Personal Room's details, perhaps
	adds    int    // meetings that the pane asked for
	served  bool   // one of them the server was to write
	met     bool   // a session of its meeting was begun: one that nobody saved stays all the same
	inWebex bool   // the host renamed or moved the meeting in Webex: the calendar follows
	// delegated: a delegate asked for one of its meetings, and is that one's cohost.
	delegated bool
	removing  bool // a removal was asked for, and may be carried out at any time

	links     []string // of meetings that it was seen with
	inherited []string // of meetings that a copy began with

	// era are those of links seen since the event last had to have a meeting:
	// people hold invitations with the link, which lasts.
	era    []string
	ended  []string  // links of the eras before: an old block may show them again
	bareAt time.Time // when the meeting was last given up
}

// draft is an event as some window of Outlook still shows it.
type draft struct {
	body     fakems.ItemBody
	location fakems.Location
	text     []string
}

// kind is what a location says.
type kind int

const (
	nothing kind = iota
	wish         // a meeting of its own
	unmet        // a wish that cannot be met
	myroom       // the Personal Room
	join         // a Webex link
	ours         // "Webex: not added …"
)

// places are the locations people type, with what they mean; open: the program
// may put the join link in their stead.
var places = map[string]struct {
	kind kind
	open bool
}{
	"":                                  {nothing, true},
	"@webex":                            {wish, true},
	"@meet":                             {wish, true},
	"@Webex":                            {wish, true},
	"Room 4, @webex":                    {wish, false},
	"@webex (Kronborg)":                 {wish, false},
	"Room 4":                            {nothing, false},
	"bo@webex.com":                      {nothing, false},
	"@webexample":                       {nothing, false},
	"Sál Vltava, 3. patro":              {nothing, false},
	":myroom":                           {myroom, true},
	"@webex:myroom":                     {myroom, true},
	":space":                            {unmet, true},
	"https://teams.example/l/meetup/42": {nothing, false},
}

func kindOf(location string) kind {
	switch {
	case strings.HasPrefix(location, "Webex: not added, see "):
		return ours
	case joinLink.MatchString(location), roomLink.MatchString(location):
		return join
	}
	return places[location].kind
}

// replaceable reports whether the program may set such a location.
func replaceable(location string) bool {
	k := kindOf(location)
	return k == ours || k == join || places[location].open
}

// saw takes in how the event stands after a person's edit.
func (e *entry) saw(after fakems.Event, now time.Time) {
	e.last = after
	e.past = append(e.past, draft{after.Body, after.Location, slices.Clone(e.text)})
	at := after.Location.DisplayName
	is := kindOf(at)
	if is == ours {
		is = kindOf(e.wish)
	} else {
		e.wish = at
	}
	shape := shapeOf(after)
	if e.stranger {
		e.alien = slices.ContainsFunc(e.inherited, func(link string) bool { return strings.Contains(after.Body.Content, link) })
	}
	foreign := slices.ContainsFunc(e.text, joinLink.MatchString)
	hindered := !shape.fits || foreign
	marked := keyAnywhere.MatchString(after.Body.Content)
	was := e.wants
	if is == myroom && (e.host == "" || foreign) {
		is = unmet
	}
	switch {
	case kindOf(at) == ours && !marked && slices.ContainsFunc(e.past, func(old draft) bool { return keyAnywhere.MatchString(old.body.Content) }):
		e.wants = maybe // an old window brought the sentence back, and took the block
	case e.alien && len(e.links) > 0:
		e.wants = maybe // an old window brought the stranger's block back
	case e.alien:
		e.wants = none
	case marked && hindered && len(e.links) == 0 && len(e.inherited) > 0:
		e.wants = maybe // a copy that cannot have a meeting of its own
	case marked && was == room:
	case marked:
		e.wants = must
	case is == wish && !hindered:
		e.wants = must
	case is == wish && e.wants != none:
		e.wants = maybe
	case is == myroom && (was == none || was == room) && !e.known:
		e.wants = room
	case is == myroom && was == room:
	case is == myroom:
		e.wants = maybe
	case is == join && e.wants == must && len(e.links) == 0:
		e.wants = maybe // the link is not known to be this event's
	case is == join && e.wants == none && len(e.links) > 0:
		e.wants = maybe // an old window brought the link back, perhaps in time
	case is == join:
	case is == unmet && e.known: // a keyword brings the block of a meeting back that was not yet taken away
		e.wants = maybe
	case after.IsDraft && e.wants != none:
		e.wants = maybe // a draft loses nothing
	default:
		e.wants = none
	}
	e.roomed = e.roomed || e.wants == room || is == myroom || roomLink.MatchString(after.Body.Content)
	if e.removing || e.served && e.wants == none || e.roomed && e.wants != none && (e.wants != room || len(e.links) > 0 || e.adds > 0) {
		e.wants = maybe // it hangs on what the program did first
	}
	e.turn(was, now)
	if was == maybe && e.wants == must && hindered {
		e.wants = maybe
	}
	if e.wants != none || is == wish || is == unmet || is == myroom {
		e.known = true
	}
	if !shape.end.After(now) {
		e.spent = true
	}
}

// second is how long after a first look a second one finds that join details
// are gone for good.
const second = time.Minute

// turn begins a new era when the meeting may have been given up in between.
func (e *entry) turn(was wants, now time.Time) {
	switch {
	case e.wants != must && was == must:
		e.bareAt = now
	case e.wants == must && was != must && (e.bareAt.IsZero() || now.Sub(e.bareAt) >= second):
		e.endEra()
	}
}

func (e *entry) endEra() {
	e.ended = append(e.ended, e.era...)
	e.era = nil
}

// shows notes the meetings that the event is seen with.
func (e *entry) shows(links []string) {
	for _, link := range links {
		if slices.Contains(e.inherited, link) || strings.HasPrefix(link, typed) {
			continue
		}
		if !slices.Contains(e.links, link) {
			e.links = append(e.links, link)
		}
		if !slices.Contains(e.era, link) && !slices.Contains(e.ended, link) {
			e.era = append(e.era, link)
		}
	}
}

// frozen reports whether the program may not act on the event: its invitation
// is not sent.
func frozen(e fakems.Event) bool { return e.IsDraft && len(e.Attendees) > 0 }

// idle reports whether the program leaves the event as it is.
func (e *entry) idle(now time.Time) bool {
	return e.alien || frozen(e.last) || !shapeOf(e.last).end.After(now)
}

// bound reports whether the event's meeting has to be its own. One that was
// cancelled, or restored since, is not written to.
func (e *entry) bound(now time.Time) bool {
	return e.wants != maybe && !e.idle(now) && !e.last.IsCancelled
}

// shape is what the meeting of an event has to be.
type shape struct {
	title      string
	start, end time.Time
	zone       *time.Location
	guests     []string
	fits       bool // a meeting may be that long
}

// addresses are those of everybody in the sandbox who has more than one.
var addresses = map[string][]string{
	"ana@contoso.example": {"ana.novakova@contoso.example"},
}

// zones are the time zones people use, by their Windows name.
var zones = map[string]string{
	"UTC":                          "UTC",
	"Central Europe Standard Time": "Europe/Prague",
	"Romance Standard Time":        "Europe/Paris",
	"India Standard Time":          "Asia/Kolkata",
	"Pacific Standard Time":        "America/Los_Angeles",
	"Nepal Standard Time":          "Asia/Kathmandu",
	"AUS Eastern Standard Time":    "Australia/Sydney",
	"GMT Standard Time":            "Europe/London",
	"Newfoundland Standard Time":   "America/St_Johns",
}

var locations sync.Map // by Windows name

// zone is one of zones, read once.
func zone(windows string) *time.Location {
	if loc, ok := locations.Load(windows); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(zones[windows])
	if err != nil {
		panic(err)
	}
	locations.Store(windows, loc)
	return loc
}

// shapeOf says it from the rules of the product alone.
func shapeOf(e fakems.Event) shape {
	var s shape
	loc := zone(e.OriginalStartTimeZone)
	s.zone = loc
	s.title = strings.Join(strings.Fields(e.Subject), " ")
	if s.title == "" {
		s.title = "(no subject)"
	}
	if e.Sensitivity == "private" || e.Sensitivity == "confidential" {
		s.title = "Private meeting"
	}
	start, err1 := e.Start.Time()
	end, err2 := e.End.Time()
	if err1 != nil || err2 != nil {
		panic("an event without times")
	}
	if e.IsAllDay {
		first, _ := time.Parse("2006-01-02", e.Start.DateTime[:10])
		until, _ := time.Parse("2006-01-02", e.End.DateTime[:10])
		y, m, d := first.Date()
		s.start = time.Date(y, m, d, 0, 0, 0, 0, loc)
		s.end = time.Date(y, m, d, 23, 59, 0, 0, loc)
		s.end = s.start.Add(min(s.end.Sub(s.start), 24*time.Hour-time.Minute))
		s.fits = until.Sub(first) == 24*time.Hour
	} else {
		s.start, s.end = start.Truncate(time.Minute), end.Truncate(time.Minute)
		s.end = s.start.Add(max(s.end.Sub(s.start), 10*time.Minute))
		s.fits = s.end.Sub(s.start) <= 23*time.Hour+59*time.Minute
	}
	own := append([]string{strings.ToLower(e.Organizer.EmailAddress.Address)}, addresses[e.Organizer.EmailAddress.Address]...)
	for _, a := range e.Attendees {
		address := strings.ToLower(a.EmailAddress.Address)
		if a.Type != "resource" && !slices.Contains(own, address) && !slices.Contains(s.guests, address) {
			s.guests = append(s.guests, address)
		}
	}
	slices.Sort(s.guests)
	return s
}
