package worldtest

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"

	"webex-scheduler/internal/sandbox/fakems"
)

// outlook carries out what a person does there. It is called by one goroutine
// at a time, also while the program's calls are under way.
func (w *world) outlook(s step) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch s.Do {
	case repeat, dateMove, dateName, dateInvite, dateWish, dateCancel, dateBack, dateCopy, following,
		seriesMove, seriesName, seriesRule, seriesOnce, seriesCopy, seriesGone, seriesBack,
		dateShift, dateRename, dateDrop, seriesShift, seriesTitle:
		w.repeats(s)
		return
	case create:
		w.create(s)
		return
	case copied, adopt:
		w.copy(s)
		return
	}
	e := w.entries[s.Event]
	if e == nil {
		return
	}
	ms := w.house.sandbox.Microsoft
	now := w.house.clock.Now()
	switch s.Do {
	case erase, cancel:
		if e.gone {
			return
		}
		do := ms.DeleteEvent
		if s.Do == cancel {
			do = ms.CancelEvent
		}
		if err := do(e.owner, e.id); err != nil {
			w.t.Errorf("%v: %v", s, err)
		}
		e.gone = true
		e.endEra()
		if !shapeOf(e.last).end.After(now) {
			e.spent = true
		}
		return
	case restore:
		if !e.gone {
			return
		}
		after, err := ms.RestoreEvent(e.owner, e.id)
		if err != nil {
			w.t.Errorf("%v: %v", s, err)
			return
		}
		e.gone = false
		e.ended = append(e.ended, joinLinks(after.Body)...) // perhaps written in Deleted Items
		e.saw(after, now)
		return
	case respond:
		w.respond(s, e)
		return
	}
	if e.gone {
		return
	}
	e.saw(w.change(s, e, now), now)
}

func (w *world) change(s step, e *entry, now time.Time) fakems.Event {
	after, err := w.house.sandbox.Microsoft.UpdateEvent(e.owner, e.id, func(v *fakems.Event) {
		switch s.Do {
		case rename:
			v.Subject = s.Text
		case move:
			length := shapeOf(*v)
			if v.IsAllDay {
				days(v, now.Add(s.In))
				return
			}
			zone := v.OriginalStartTimeZone
			start := minute(now.Add(s.In))
			v.Start, v.End = fakems.At(start, zone), fakems.At(start.Add(length.end.Sub(length.start)), zone)
		case resize:
			if start, err := v.Start.Time(); err == nil && !v.IsAllDay {
				v.End = fakems.At(start.Add(s.Long), v.OriginalStartTimeZone)
			}
		case rezone:
			v.Start.TimeZone, v.End.TimeZone = s.Zone, s.Zone
		case invite:
			v.Attendees = attendees(s.Guest)
		case place:
			v.Location = fakems.Location{DisplayName: s.Text}
		case write:
			e.write(&v.Body, s.Text, s.Flag)
		case unblock:
			v.Body = e.body()
			if s.Flag {
				v.Location = fakems.Location{}
			}
		case tear:
			e.torn = edit(&v.Body, func(body *html.Node) bool { return tearBlock(body, s.Flag) }) || e.torn
		case twice:
			e.torn = edit(&v.Body, func(body *html.Node) bool {
				b := block(body)
				if b == nil {
					return false
				}
				b.Parent.InsertBefore(clone(b), b)
				return true
			}) || e.torn
		case lift:
			edit(&v.Body, func(body *html.Node) bool {
				b := block(body)
				if b == nil {
					return false
				}
				b.Parent.RemoveChild(b)
				body.InsertBefore(b, body.FirstChild)
				return true
			})
		case stale:
			if len(e.past) > s.N {
				old := e.past[len(e.past)-1-s.N]
				v.Body, v.Location, e.text = old.body, old.location, slices.Clone(old.text)
			}
		case allDay:
			switch {
			case s.Flag && !v.IsAllDay:
				start, _ := v.Start.Time()
				days(v, start)
			case !s.Flag && v.IsAllDay:
				v.IsAllDay = false
				start := minute(now.Add(s.In))
				v.Start, v.End = fakems.At(start, v.OriginalStartTimeZone), fakems.At(start.Add(time.Hour), v.OriginalStartTimeZone)
			}
		case private:
			v.Sensitivity = "normal"
			if s.Flag {
				v.Sensitivity = "private"
			}
		case send:
			v.IsDraft = false
		default:
			panic("no such edit: " + s.Do)
		}
	})
	if err != nil {
		w.t.Errorf("%v: %v", s, err)
		return e.last
	}
	return after
}

func (w *world) create(s step) {
	now := w.house.clock.Now()
	owner := w.people[s.Who]
	start := minute(now.Add(s.In))
	e := &entry{name: s.Event, owner: owner, html: !s.Flag, wants: none, host: w.roomOf(owner)}
	if s.From != "" { // what the body begins with
		e.text = []string{e.paragraph(s.From)}
	}
	v := fakems.Event{
		Subject: title(s.Event), Location: fakems.Location{DisplayName: s.Text}, Body: e.body(), Attendees: attendees(s.Guest),
		Start: fakems.At(start, s.Zone), End: fakems.At(start.Add(s.Long), s.Zone), OriginalStartTimeZone: s.Zone,
	}
	switch s.N {
	case isDraft:
		v.IsDraft = true
	case isPrivate:
		v.Sensitivity = "confidential"
	case isAllDay:
		days(&v, start)
	}
	made, err := w.house.sandbox.Microsoft.CreateEvent(owner, v)
	if err != nil {
		w.t.Errorf("%v: %v", s, err)
		return
	}
	e.id = made.ID
	w.entries[s.Event] = e
	e.saw(made, now)
}

// roomOf is the link to somebody's Personal Room, if there is one.
func (w *world) roomOf(owner string) string {
	for _, p := range w.house.sandbox.Webex.People() {
		if p.Email == owner {
			link, _, _ := p.PersonalRoom()
			return link
		}
	}
	return ""
}

// Kinds of new events.
const (
	isPlain = iota
	isDraft
	isPrivate
	isAllDay
)

func title(name string) string { return "Talk " + name }

func (w *world) copy(s step) {
	from := w.entries[s.From]
	if from == nil || from.gone {
		return
	}
	now := w.house.clock.Now()
	ms := w.house.sandbox.Microsoft
	owner, id := from.owner, from.id
	if s.Do == adopt {
		owner = w.people[s.Who]
		if owner == from.owner {
			return
		}
		if id = w.invitation(owner, from); id == "" {
			return
		}
	}
	made, err := ms.CopyEvent(owner, id, minute(now.Add(s.In)))
	if err != nil {
		w.t.Errorf("%v: %v", s, err)
		return
	}
	e := &entry{name: s.Event, owner: owner, id: made.ID, html: from.html, text: slices.Clone(from.text), wants: none, torn: from.torn, host: w.roomOf(owner)}
	e.roomed = from.roomed
	if from.wants == room {
		e.wants = room
	}
	e.stranger = owner != from.owner || from.alien
	// Of two that show a meeting from the pane before the program sees either, it
	// takes the first it reads for the one that was saved.
	e.delegated = from.delegated && owner == from.owner
	e.inherited = joinLinks(made.Body)
	w.entries[s.Event] = e
	e.saw(made, now)
}

// invitation finds somebody's copy of an event.
func (w *world) invitation(of string, e *entry) (id string) {
	for _, v := range w.house.sandbox.Microsoft.Events(of, time.Time{}, time.Time{}) {
		if v.ICalUID == e.last.ICalUID && !v.IsOrganizer {
			return v.ID
		}
	}
	return ""
}

func (w *world) respond(s step, e *entry) {
	if e.gone {
		return
	}
	who := w.people[s.Who%len(w.people)]
	id := w.invitation(who, e)
	if who == e.owner || id == "" {
		return
	}
	if _, err := w.house.sandbox.Microsoft.Respond(who, id, s.Text); err != nil {
		w.t.Errorf("%v: %v", s, err)
	}
}

// body is what people wrote and nothing else.
func (e *entry) body() fakems.ItemBody {
	if !e.html {
		return fakems.ItemBody{ContentType: "text", Content: strings.Join(e.text, "\r\n")}
	}
	return fakems.ItemBody{ContentType: "html", Content: strings.Join(e.text, "")}
}

// write adds a paragraph.
func (e *entry) write(b *fakems.ItemBody, text string, below bool) {
	text = e.paragraph(text)
	if below {
		e.text = append(e.text, text)
	} else {
		e.text = slices.Insert(e.text, 0, text)
	}
	switch {
	case b.ContentType != "html" && below:
		b.Content += "\r\n" + text
	case b.ContentType != "html":
		b.Content = text + "\r\n" + b.Content
	case b.Content == "":
		b.Content = text
	case below:
		b.Content = strings.Replace(b.Content, "</body>", text+"</body>", 1)
	default:
		b.Content = strings.Replace(b.Content, "<body>", "<body>"+text, 1)
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

// paragraph is the text in the format of the event's body.
func (e *entry) paragraph(text string) string {
	if e.html {
		return text
	}
	return html.UnescapeString(tags.ReplaceAllString(text, ""))
}

// tearBlock deletes half of the block.
func tearBlock(body *html.Node, firstHalf bool) bool {
	b := block(body)
	if b == nil {
		return false
	}
	var lines []*html.Node
	for n := b.FirstChild; n != nil; n = n.NextSibling {
		lines = append(lines, n)
	}
	doomed := lines[len(lines)/2:]
	if firstHalf {
		doomed = lines[:len(lines)/2]
	}
	for _, n := range doomed {
		b.RemoveChild(n)
	}
	return len(doomed) > 0
}

// attendees reads addresses; "room:" before one tells a resource.
func attendees(list []string) []fakems.Attendee {
	var all []fakems.Attendee
	for _, address := range list {
		a := fakems.Attendee{Type: "required"}
		if room, ok := strings.CutPrefix(address, "room:"); ok {
			a.Type, address = "resource", room
		}
		a.EmailAddress.Address = address
		all = append(all, a)
	}
	return all
}

// days makes an event last the whole day of start, in its zone.
func days(v *fakems.Event, start time.Time) {
	v.IsAllDay = true
	first := fakems.At(start, v.OriginalStartTimeZone)
	day, _ := time.Parse("2006-01-02", first.DateTime[:10])
	first.DateTime = day.Format("2006-01-02T15:04:05")
	v.Start, v.End = first, first
	v.End.DateTime = day.AddDate(0, 0, 1).Format("2006-01-02T15:04:05")
}

func minute(t time.Time) time.Time { return t.Truncate(time.Minute) }
