package meeting

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
)

// Limits of Webex. https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
const (
	maxTitle    = 128 // UTF-16 units, the narrowest reading of "characters"
	maxInvitees = 1000
	MinDuration = 10 * time.Minute
	MaxDuration = 23*time.Hour + 59*time.Minute
)

// Titles that stand for one that is missing or not to be shown.
const (
	NoTitle      = "(no subject)"
	PrivateTitle = "Private meeting"
)

// ShapeOf derives from an event what its meeting should be. It is one-way: what
// Webex cannot hold exactly (long titles, seconds, under ten minutes, all-day,
// private events) never flows back. aliases are the host's own addresses, which
// are not invited; private is the title of private events, PrivateTitle if it is
// empty. ok is false if no meeting can hold the event: it is longer
// than Webex allows.
func ShapeOf(e Event, own Account, aliases []string, private string) (shape Shape, ok bool) {
	shape = Shape{Title: titleOf(e, private), Zone: e.Zone, Invitees: inviteesOf(e, own, aliases)}
	if shape.Zone == "" {
		shape.Zone = "UTC"
	}
	shape.Start, shape.End = e.Start.UTC().Truncate(time.Minute), e.End.UTC().Truncate(time.Minute)
	if e.AllDay {
		shape.Start, shape.End, ok = allDay(e, shape.Zone)
		return shape, ok
	}
	if shape.End.Sub(shape.Start) < MinDuration {
		shape.End = shape.Start.Add(MinDuration)
	}
	return shape, shape.End.Sub(shape.Start) <= MaxDuration
}

// allDay maps one whole day to 00:00–23:59 in the event's zone. All-day events
// are dates, so they are never shifted through UTC.
func allDay(e Event, zone string) (start, end time.Time, ok bool) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	y, m, d := e.Start.UTC().Date()
	start = time.Date(y, m, d, 0, 0, 0, 0, loc).UTC()
	end = time.Date(y, m, d, 23, 59, 0, 0, loc).UTC()
	if end.Sub(start) > MaxDuration { // a day of 25 hours
		end = start.Add(MaxDuration)
	}
	return start, end, e.End.Sub(e.Start) <= 24*time.Hour
}

func titleOf(e Event, private string) string {
	subject := e.Subject
	if e.Private {
		subject = cmp.Or(private, PrivateTitle)
	}
	printable := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, subject)
	title := strings.Join(strings.Fields(printable), " ")
	if title == "" {
		return NoTitle
	}
	if units := utf16.Encode([]rune(title)); len(units) > maxTitle {
		cut := strings.TrimRight(string(utf16.Decode(units[:maxTitle-1])), "\uFFFD ")
		title = cut + "…"
	}
	return title
}

func inviteesOf(e Event, own Account, aliases []string) []Invitee {
	seen := map[string]bool{}
	for _, alias := range aliases {
		seen[strings.ToLower(alias)] = true
	}
	var list []Invitee
	for _, a := range e.Attendees {
		address := strings.ToLower(strings.TrimSpace(a.Address))
		if a.Resource || !strings.Contains(address, "@") || own.Has(address) || seen[address] {
			continue
		}
		seen[address] = true
		list = append(list, Invitee{Email: address}) // names stay in the tenant
	}
	if len(list) > maxInvitees {
		list = list[:maxInvitees]
	}
	slices.SortFunc(list, func(a, b Invitee) int { return cmp.Compare(a.Email, b.Email) })
	return list
}

// SameTime reports whether two shapes agree in start, end, zone and rule.
func (s Shape) SameTime(o Shape) bool {
	return s.Start.Equal(o.Start) && s.End.Equal(o.End) && s.Zone == o.Zone && s.Rule == o.Rule
}

// At returns s with the times and the rule of o.
func (s Shape) At(o Shape) Shape {
	s.Start, s.End, s.Zone, s.Rule = o.Start, o.End, o.Zone, o.Rule
	return s
}

// Equal reports whether a meeting of shape s needs no change to have shape o.
func (s Shape) Equal(o Shape) bool {
	return s.Title == o.Title && s.SameTime(o) && s.SameInvitees(o)
}

// SameInvitees reports whether both invite the same, by address and part, and
// are as sure of it.
func (s Shape) SameInvitees(o Shape) bool {
	all := func(has, in []Invitee) bool {
		return !slices.ContainsFunc(has, func(i Invitee) bool { return !plays(in, i) })
	}
	return all(s.Invitees, o.Invitees) && all(o.Invitees, s.Invitees)
}

// WithCoHosts returns s with those of its invitees as cohosts, and no others,
// whom o names: nobody becomes one who is not invited. Only the delegate who
// asked for the meeting is invited for that, unless it is the host, who has the
// aliases.
func (s Shape) WithCoHosts(o Options, aliases []string) Shape {
	list := slices.Clone(s.Invitees)
	for i := range list {
		list[i].CoHost = list[i].Email == o.Delegate || slices.Contains(o.CoHosts, list[i].Email)
	}
	same := func(alias string) bool { return strings.EqualFold(alias, o.Delegate) }
	if o.Delegate != "" && !invited(list, o.Delegate) && !slices.ContainsFunc(aliases, same) && len(list) < maxInvitees {
		list = append(list, Invitee{Email: o.Delegate, CoHost: true})
		slices.SortFunc(list, func(a, b Invitee) int { return cmp.Compare(a.Email, b.Email) })
	}
	s.Invitees = list
	return s
}

// Sure returns s with each invitee once, as it was before a change of them was
// begun whose end is not known.
func (s Shape) Sure() Shape {
	var list []Invitee
	for _, i := range s.Invitees {
		if i.Email != Unsure && !invited(list, i.Email) {
			list = append(list, i)
		}
	}
	s.Invitees = list
	return s
}

// plays reports whether the list has somebody of that address, in the same part.
func plays(list []Invitee, who Invitee) bool {
	return slices.ContainsFunc(list, func(i Invitee) bool { return i.Email == who.Email && i.CoHost == who.CoHost })
}

func invited(list []Invitee, email string) bool {
	return slices.ContainsFunc(list, func(i Invitee) bool { return i.Email == email })
}

// Unsure among the invitees of a shape says that a change of them was begun and
// its end is not known: everybody wanted is added again, who is there already
// being no error. Its title is empty, its start zero, for the same reason.
const Unsure = "?"

// Unsure reports whether some of s was being changed and its end is not known.
func (s Shape) Unsure() bool { return s.Title == "" || s.Start.IsZero() || invited(s.Invitees, Unsure) }

// Doubted returns s with all of it unsure.
func (s Shape) Doubted() Shape {
	s.Title, s.Start, s.End = "", time.Time{}, time.Time{}
	if !invited(s.Invitees, Unsure) {
		s.Invitees = append(slices.Clone(s.Invitees), Invitee{Email: Unsure})
	}
	return s
}

// InviteeDiff tells whom to add to and whom to remove from has, by address, to
// get want. Who is there in another part is added again.
func InviteeDiff(has, want []Invitee) (add, remove []Invitee) {
	unsure := invited(has, Unsure)
	for _, w := range want {
		if unsure || !plays(has, w) {
			add = append(add, w)
		}
	}
	for _, h := range has {
		if h.Email != Unsure && !invited(want, h.Email) {
			remove = append(remove, h)
		}
	}
	return add, remove
}
