package worldtest

import (
	"context"
	"fmt"
	"slices"
	"time"

	joinblock "webex-scheduler/internal/block"
	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
)

// requests is the program's answer to the pane, behind its API.
type requests interface {
	SaveDraft(ctx context.Context, draft meeting.Link) (meeting.Link, error)
	MailboxLink(ctx context.Context, mailbox meeting.AccountID, key meeting.LinkKey) (meeting.Link, error)
	EventLink(ctx context.Context, mailbox meeting.AccountID, event meeting.EventID) (meeting.Link, error)
	Ask(ctx context.Context, mailbox meeting.AccountID, key meeting.LinkKey, asked meeting.Asked) (meeting.Link, error)
}

// window is a form that is open in Outlook, with the pane beside it.
type window struct {
	owner string
	key   meeting.LinkKey // of the meeting that was asked for
	form  *step           // of an event that was never saved; nil: of one that was
}

// pane carries out what a person does in it.
func (w *world) pane(s step) {
	w.mu.Lock()
	defer w.mu.Unlock()
	run := w.house.run
	if run == nil || closed(run.line.cut) {
		return // the pane says that nobody answers
	}
	switch s.Do {
	case compose:
		w.compose(s)
	case shut:
		delete(w.windows, s.Event)
	case save:
		w.save(s)
	default:
		e := w.entries[s.Event]
		if e == nil || e.gone || e.alien || !shapeOf(e.last).end.After(w.house.clock.Now()) {
			return
		}
		switch s.Do {
		case add:
			w.add(s, e)
		case drop:
			w.drop(s, e)
		case choose:
			w.choose(e, s)
		}
	}
}

func (w *world) mailbox(owner string) meeting.AccountID {
	u, _ := w.house.sandbox.Microsoft.User(owner)
	return meeting.NewAccountID(meeting.TenantID(u.TenantID), meeting.ObjectID(u.ID))
}

// ask asks for a meeting, twice if the answer was late.
func (w *world) ask(s step, owner string, want shape, change func(*meeting.Link)) (meeting.LinkKey, bool) {
	var is meeting.Link
	w.asked++
	for range 1 + s.N {
		key, err := meeting.NewLinkKey(&w.keys)
		if err != nil {
			w.t.Fatal(err)
		}
		draft := meeting.Link{
			Mailbox: w.mailbox(owner), Event: meeting.DraftEvent(key), Key: key, State: meeting.LinkWished, Open: true,
			ClientKey: fmt.Sprintf("request-%d-of-%d", w.asked, w.script.Seed), Starts: want.start.UTC(), Ends: want.end.UTC(),
			Subject: want.title, Wanted: meeting.Shape{Title: "From the pane", Start: want.start.UTC(), End: want.end.UTC(), Zone: want.zone.String()},
		}
		change(&draft)
		is, err = w.house.run.requests.SaveDraft(context.Background(), draft)
		if errs.Is(err, errs.NotFound) {
			return "", false // signed out
		}
		if err != nil {
			w.t.Errorf("%v: %v", s, err)
			return "", false
		}
	}
	return is.Key, true
}

// add asks for a meeting for a saved event; Flag: by a script, which leaves the
// event to the server. One that has a meeting is answered with that.
func (w *world) add(s step, e *entry) {
	link, err := w.house.run.requests.EventLink(context.Background(), w.mailbox(e.owner), meeting.EventID(e.id))
	if err == nil && link.State == meeting.LinkLinked && !link.Event.IsDraft() {
		return
	}
	key, ok := w.ask(s, e.owner, shapeOf(e.last), func(l *meeting.Link) {
		l.For, l.Open, l.Options.Delegate = meeting.EventID(e.id), !s.Flag, s.From
	})
	if !ok {
		return
	}
	e.adds++
	e.delegated = e.delegated || s.From != ""
	e.known = true
	if !s.Flag {
		w.windows[s.Event] = window{owner: e.owner, key: key}
		return
	}
	e.served = true
	if e.wants == none {
		e.wants = maybe
	}
}

// compose opens the form of a new event and asks for a meeting.
func (w *world) compose(s step) {
	start := minute(w.house.clock.Now().Add(s.In))
	want := shape{title: title(s.Event), start: start, end: start.Add(max(s.Long, 10*time.Minute)), zone: zone(s.Zone)}
	if key, ok := w.ask(s, w.people[s.Who], want, func(l *meeting.Link) { l.Options.Delegate = s.From }); ok {
		form := s
		form.In = time.Duration(start.UnixNano()) // the form keeps its time
		w.windows[s.Event] = window{owner: w.people[s.Who], key: key, form: &form}
	}
}

// save saves the form as the pane has written it by now: with join details, if
// they are there.
func (w *world) save(s step) {
	open, ok := w.windows[s.Event]
	if !ok {
		return
	}
	link, err := w.house.run.requests.MailboxLink(context.Background(), w.mailbox(open.owner), open.key)
	early := s.N > 0 && open.form != nil
	if err != nil || link.State == meeting.LinkWished && !early {
		return // the person waits for it
	}
	delete(w.windows, s.Event)
	put := func(body *fakems.ItemBody, location *fakems.Location) {
		if link.State != meeting.LinkLinked {
			return
		}
		with, _ := joinblock.Put(meeting.Body{HTML: body.ContentType == "html", Content: body.Content},
			joinblock.Content{Key: link.Key, PublicURL: w.house.url, Join: link.Shown()})
		body.Content = with.Content
		if replaceable(location.DisplayName) {
			location.DisplayName = link.Join.WebLink
		}
	}
	now, ms := w.house.clock.Now(), w.house.sandbox.Microsoft
	if f := open.form; f != nil {
		start := time.Unix(0, int64(f.In)).UTC()
		e := &entry{name: s.Event, owner: open.owner, html: !f.Flag, wants: none, adds: 1, host: w.roomOf(open.owner), delegated: f.From != ""}
		v := fakems.Event{
			Subject: title(s.Event), Location: fakems.Location{DisplayName: f.Text}, Body: e.body(), Attendees: attendees(f.Guest),
			Start: fakems.At(start, f.Zone), End: fakems.At(start.Add(f.Long), f.Zone), OriginalStartTimeZone: f.Zone,
		}
		if early {
			w.windows[s.Event] = window{owner: open.owner, key: open.key}
		} else {
			put(&v.Body, &v.Location)
		}
		made, err := ms.CreateEvent(open.owner, v)
		if err != nil {
			w.t.Errorf("%v: %v", s, err)
			return
		}
		e.id = made.ID
		w.entries[s.Event] = e
		e.saw(made, now)
		return
	}
	e := w.entries[s.Event]
	if e == nil || e.gone {
		return
	}
	after, err := ms.UpdateEvent(e.owner, e.id, func(v *fakems.Event) {
		v.Body = e.body()
		put(&v.Body, &v.Location)
	})
	if err != nil {
		w.t.Errorf("%v: %v", s, err)
		return
	}
	if e.adds++; link.State == meeting.LinkLinked {
		e.endEra()
	}
	e.saw(after, now)
}

// delegate is somebody who may write to everybody's calendar.
const delegate = "office@contoso.example"

// withDelegate adds who asked for the meeting on the owner's behalf, and is its
// cohost, where the program says that the event's meeting is such a one.
func (w *world) withDelegate(e *entry, guests []string, m fakewebex.Meeting, fail func(string, ...any)) []string {
	link, err := w.house.run.requests.EventLink(context.Background(), w.mailbox(e.owner), meeting.EventID(e.id))
	if err != nil || link.Options.Delegate == "" {
		return guests
	}
	compared.add("delegate's")
	if !e.delegated || link.Options.Delegate != delegate {
		fail("is %q's, who never asked for it", link.Options.Delegate)
	}
	if !slices.ContainsFunc(m.Invitees, func(i fakewebex.Invitee) bool { return i.Email == delegate && i.CoHost }) {
		fail("has not its delegate as cohost: %v", m.Invitees)
	}
	if !slices.Contains(guests, delegate) {
		guests = slices.Sorted(slices.Values(append(slices.Clone(guests), delegate)))
	}
	return guests
}

// drop removes the event's meeting. Flag: by a script, and the server clears the
// event; else the form is saved without join details, unless the pane is closed
// before (N).
func (w *world) drop(s step, e *entry) {
	requests, mailbox := w.house.run.requests, w.mailbox(e.owner)
	link, err := requests.EventLink(context.Background(), mailbox, meeting.EventID(e.id))
	if err != nil {
		return
	}
	if _, err := requests.Ask(context.Background(), mailbox, link.Key, meeting.Asked{Options: link.Options, Remove: true, Open: !s.Flag, At: w.house.clock.Now()}); err != nil {
		w.t.Errorf("%v: %v", s, err)
		return
	}
	delete(w.windows, s.Event)
	e.removing, e.known = true, true
	if s.Flag {
		e.wants = maybe // until then, and while the invitation is not sent
		return
	}
	if s.N > 0 {
		e.wants = maybe
		return
	}
	after, err := w.house.sandbox.Microsoft.UpdateEvent(e.owner, e.id, func(v *fakems.Event) {
		v.Body = e.body()
		if kindOf(v.Location.DisplayName) == join {
			v.Location = fakems.Location{}
		}
	})
	if err != nil {
		w.t.Errorf("%v: %v", s, err)
		return
	}
	e.saw(after, w.house.clock.Now())
}

// choose changes the password, and leaves the event to the server.
func (w *world) choose(e *entry, s step) {
	requests, mailbox := w.house.run.requests, w.mailbox(e.owner)
	link, err := requests.EventLink(context.Background(), mailbox, meeting.EventID(e.id))
	if err != nil {
		return
	}
	options := link.Options
	options.Password = meeting.NewSecret(fmt.Sprintf("Passw0rd-%d", w.asked))
	w.asked++
	if _, err := requests.Ask(context.Background(), mailbox, link.Key, meeting.Asked{Options: options, Open: s.Flag, At: w.house.clock.Now()}); err != nil {
		w.t.Errorf("%v: %v", s, err)
	}
}

// counter is random enough for keys.
type counter uint32

// Read implements io.Reader.
func (c *counter) Read(b []byte) (int, error) {
	for i := range b {
		*c = *c*1664525 + 1013904223
		b[i] = byte(*c >> 24)
	}
	return len(b), nil
}
