package syncer_test

import (
	"crypto/rand"
	"testing"
	"time"

	"webex-scheduler/internal/block"
	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

const publicURL = "https://scheduler.example"

// newPane is a house whose event has no keyword, and is not saved yet.
func newPane(t *testing.T) *house {
	h := newHouse(t)
	h.db.OnUrgent(h.sync.Hurry)
	h.event.edit(func(e *meeting.Event) { e.Location = "" })
	h.form, h.event.now = *h.event.now, nil
	return h
}

// saved saves the form, and Graph tells of it.
func (h *house) saved(change ...func(*meeting.Event)) {
	h.t.Helper()
	if h.event.now == nil {
		h.event.now = &h.form
	}
	h.change(func(e *meeting.Event) {
		for _, f := range change {
			f(e)
		}
	})
}

// asks has the pane ask for a meeting for the form.
func (h *house) asks(change ...func(*meeting.Link)) meeting.Link {
	h.t.Helper()
	e := h.form
	if h.event.now != nil {
		e = *h.event.now
	}
	key, err := meeting.NewLinkKey(rand.Reader)
	h.must(err)
	shape, _ := meeting.ShapeOf(e, meeting.Account{ID: mailbox}, nil, "")
	draft := meeting.Link{
		Mailbox: mailbox, Event: meeting.DraftEvent(key), Key: key, State: meeting.LinkWished, Wanted: shape,
		Subject: e.Subject, Starts: e.Start, Ends: e.End, Options: meeting.Options{Kind: meeting.OwnKind}, ClientKey: string(key),
	}
	for _, f := range change {
		f(&draft)
	}
	draft, err = h.db.SaveDraft(h.t.Context(), draft)
	h.must(err)
	return draft
}

func forEvent(open bool) func(*meeting.Link) {
	return func(l *meeting.Link) { l.For, l.Open = "event", open }
}

// ask has the pane ask for something of the meeting.
func (h *house) ask(l meeting.Link, change func(*meeting.Asked)) {
	h.t.Helper()
	asked := meeting.Asked{Options: h.linkOf(l).Options, At: h.clock.Now()}
	change(&asked)
	_, err := h.db.Ask(h.t.Context(), mailbox, l.Key, asked)
	h.must(err)
}

func (h *house) linkOf(l meeting.Link) meeting.Link {
	h.t.Helper()
	l, err := h.db.MailboxLink(h.t.Context(), mailbox, l.Key)
	h.must(err)
	return l
}

func content(l meeting.Link) block.Content {
	return block.Content{Key: l.Key, PublicURL: publicURL, Join: l.Shown()}
}

// showing is the event with the link's join details, as the pane writes them.
func (h *house) showing(l meeting.Link) func(*meeting.Event) {
	h.t.Helper()
	l = h.linkOf(l)
	return func(e *meeting.Event) {
		e.Body, _ = block.Put(e.Body, content(l))
		if meeting.LocationIsOurs(e.Location) {
			e.Location = l.Join.WebLink
		}
	}
}

// bare is the event without join details, as the pane leaves it.
func bare(e *meeting.Event) { e.Body, _ = block.Remove(e.Body); e.Location = "" }

// sweep has the mailbox looked through.
func (h *house) sweep() {
	h.t.Helper()
	h.must(h.db.SweepMailbox(h.t.Context(), mailbox))
	h.rest()
	h.clock.Advance(15 * time.Minute)
	h.rest()
}

// one fails the test unless there is one meeting, and the event shows it alone.
func (h *house) one(when string) meeting.Link {
	h.t.Helper()
	links, err := h.db.Links(h.t.Context(), mailbox, []meeting.EventID{"event"})
	h.must(err)
	if len(h.webex.meetings) != 1 || len(links) != 1 || h.webex.meetings[links[0].Meeting] == nil {
		h.t.Fatalf("%s: %d meetings, links %+v, want one of each", when, len(h.webex.meetings), links)
	}
	if !block.Carries(h.event.now.Body, content(links[0])) {
		h.t.Fatalf("%s: the event does not show its meeting alone: %s", when, h.event.now.Body.Content)
	}
	if m := h.webex.meetings[links[0].Meeting]; m.Title != h.event.now.Subject || !m.Start.Equal(h.event.now.Start) {
		h.t.Errorf("%s: the meeting is %q at %v", when, m.Title, m.Start)
	}
	return links[0]
}

func (h *house) none(when string) {
	h.t.Helper()
	if len(h.webex.meetings) != 0 {
		h.t.Fatalf("%s: %d meetings, want none", when, len(h.webex.meetings))
	}
}

// TestPaneDraft: a meeting is made for a form, and bound once the form is saved.
func TestPaneDraft(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*meeting.Event){
		"an appointment": func(e *meeting.Event) { e.Subject = "Renamed before it was saved" },
		"an invitation that is not sent yet": func(e *meeting.Event) {
			inviting("a")(e)
			e.IsDraft = true
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newPane(t)
			d := h.asks(func(l *meeting.Link) { l.Options.Password = meeting.NewSecret("chosen") })
			h.rest()
			d = h.linkOf(d)
			if d.State != meeting.LinkLinked || d.Join.Password.Reveal() != "chosen" || len(h.webex.meetings) != 1 {
				t.Fatalf("the draft is %s (%s), %d meetings", d.State, d.Problem, len(h.webex.meetings))
			}
			h.saved(h.showing(d), change)
			h.rest()
			if got := h.linkOf(d); got.Event != "event" || got.For != "" || got.ShownAt.IsZero() {
				t.Errorf("the link is of %s, shown at %v", got.Event, got.ShownAt)
			}
			h.saved(func(e *meeting.Event) { e.IsDraft = false })
			h.rest()
			h.one("once it is sent")
			if h.event.written > 0 {
				t.Errorf("the event was written %d times", h.event.written)
			}
			h.resting()
		})
	}
}

// TestPaneDraftByLocation: nobody looked before a person took the block out again.
func TestPaneDraftByLocation(t *testing.T) {
	t.Parallel()
	h := newPane(t)
	d := h.asks()
	h.rest()
	h.saved(h.showing(d))
	h.saved(func(e *meeting.Event) { e.Body = meeting.Body{} })
	h.rest()
	if l := h.one("put back"); l.Key != d.Key {
		t.Errorf("the event shows %s, want %s", l.Key, d.Key)
	}
	h.resting()
}

// TestPaneAndKeyword: @webex is typed and Add pressed at the same time.
func TestPaneAndKeyword(t *testing.T) {
	t.Parallel()
	keyword := func(e *meeting.Event) { e.Location = "@webex" }
	for name, test := range map[string]func(h *house){
		"the keyword's meeting is shown, then the form is saved over it": func(h *house) {
			h.saved(keyword)
			h.rest()
			d := h.asks(forEvent(true))
			h.rest()
			h.saved(bare, h.showing(d))
		},
		"the form is saved with both": func(h *house) {
			h.saved(keyword)
			h.rest()
			both := h.event.now.Body
			d := h.asks(forEvent(true))
			h.rest()
			h.saved(bare, h.showing(d), func(e *meeting.Event) { e.Body.Content = both.Content + e.Body.Content })
		},
		"the keyword is saved, Add is pressed, nobody looked yet": func(h *house) {
			h.saved(keyword)
			d := h.asks(forEvent(true))
			h.rest()
			h.saved(h.showing(d))
		},
		"Add first, the keyword before the meeting is there": func(h *house) {
			h.saved()
			h.rest()
			d := h.asks(forEvent(true))
			h.webex.arrive = func(func()) error { h.saved(keyword); return errs.New(errs.Unavailable, "down") }
			h.rest()
			h.clock.Advance(time.Minute)
			h.rest()
			h.saved(h.showing(d))
		},
		"Add, the keyword, and the pane closed": func(h *house) {
			h.saved()
			h.rest()
			h.asks(forEvent(true))
			h.rest()
			h.saved(keyword)
		},
		"Add from an unsaved form, saved with the keyword first": func(h *house) {
			d := h.asks()
			h.rest()
			h.saved(keyword)
			h.rest()
			h.saved(bare, h.showing(d))
		},
		"bound, then the keyword": func(h *house) {
			d := h.asks()
			h.rest()
			h.saved(h.showing(d))
			h.rest()
			h.saved(keyword)
		},
		"a script asks, and the keyword is there": func(h *house) {
			h.saved(keyword)
			h.asks(forEvent(false))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newPane(t)
			test(h)
			h.rest()
			h.one("at the end")
			h.resting()
			h.one("at rest")
		})
	}
}

// TestPaneAsksTwice: the same request again makes no second meeting.
func TestPaneAsksTwice(t *testing.T) {
	t.Parallel()
	h := newPane(t)
	same := func(l *meeting.Link) { l.ClientKey = "one-and-the-same" }
	d := h.asks(same)
	h.rest()
	again := h.asks(same)
	h.rest()
	h.saved(h.showing(d))
	h.rest()
	third := h.asks(same)
	h.rest()
	if again.Key != d.Key || third.Key != d.Key || third.Event != "event" {
		t.Errorf("got links %s, %s, %s", d.Key, again.Key, third.Key)
	}
	h.one("at the end")
}

// TestPaneLostCreate: the answer to the draft's create is lost.
func TestPaneLostCreate(t *testing.T) {
	t.Parallel()
	for name, lost := range map[string]func(*house){
		"killed after the create": func(h *house) {
			h.webex.arrive = func(effect func()) error { effect(); panic(died{}) }
			h.dies()
			h.clock.Advance(lease + time.Second)
		},
		"killed before it arrived": func(h *house) {
			h.webex.arrive = func(func()) error { panic(died{}) }
			h.dies()
			h.clock.Advance(lease + time.Second)
		},
		"no answer": func(h *house) {
			h.webex.arrive = func(effect func()) error { effect(); return errs.New(errs.Uncertain, "no answer") }
			h.rest()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newPane(t)
			d := h.asks()
			lost(h)
			// Whoever shows the key already waits for the rest.
			h.saved(func(e *meeting.Event) { e.Body, _ = block.Put(e.Body, content(d)) })
			for range 30 {
				h.clock.Advance(10 * time.Second)
				h.rest()
			}
			link := h.one("at the end")
			if link.Key != d.Key {
				t.Errorf("the event has link %s, want the pane's %s", link.Key, d.Key)
			}
			h.clock.Advance(time.Hour)
			h.rest()
			h.one("an hour later")
		})
	}
}

// TestPaneRefused: what cannot be met for good leaves nothing behind.
func TestPaneRefused(t *testing.T) {
	t.Parallel()
	refusal := func(err error) func(*house) {
		return func(h *house) { h.webex.arrive = func(func()) error { return err } }
	}
	for name, test := range map[string]struct {
		before func(*house)
		change func(*meeting.Link)
		want   meeting.Reason
	}{
		"by Webex":              {refusal(errs.New(errs.Invalid, "bad")), nil, meeting.ProblemRefused},
		"for its password":      {refusal(&errs.Error{Kind: errs.Invalid, Code: "password"}), nil, meeting.ProblemPassword},
		"forbidden":             {refusal(errs.New(errs.Forbidden, "no")), nil, meeting.ProblemForbidden},
		"signed out":            {refusal(errs.New(errs.SignedOut, "no")), nil, meeting.ProblemSignedOut},
		"quota used up":         {refusal(&errs.Error{Kind: errs.Throttled, Code: "creates"}), nil, meeting.ProblemQuota},
		"longer than it may be": {nil, func(l *meeting.Link) { l.Wanted.End = l.Wanted.Start.Add(25 * time.Hour) }, meeting.ProblemTooLong},
		"over":                  {nil, func(l *meeting.Link) { l.Ends = l.CreatedAt.Add(-time.Hour) }, meeting.ProblemPast},
		"no Personal Room":      {nil, func(l *meeting.Link) { l.Options.Kind = meeting.RoomKind }, meeting.ProblemPersonalRoom},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newPane(t)
			if test.before != nil {
				test.before(h)
			}
			d := h.asks(func(l *meeting.Link) {
				l.CreatedAt = h.clock.Now()
				if test.change != nil {
					test.change(l)
				}
			})
			h.rest()
			if got := h.linkOf(d); got.State != meeting.LinkEnded || got.Problem != test.want {
				t.Errorf("the draft is %s with problem %q, want it ended with %q", got.State, got.Problem, test.want)
			}
			h.none("after the refusal")
			h.clock.Advance(24 * time.Hour)
			h.rest()
			h.none("a day later")
		})
	}
}

func TestPaneTriesOn(t *testing.T) {
	t.Parallel()
	h := newPane(t)
	h.webex.arrive = func(func()) error { return errs.New(errs.Unavailable, "down") }
	d := h.asks()
	h.rest()
	if got := h.linkOf(d); got.State != meeting.LinkWished || got.Problem != "" {
		t.Fatalf("the draft is %s with problem %q", got.State, got.Problem)
	}
	h.clock.Advance(time.Minute)
	h.rest()
	if got := h.linkOf(d); got.State != meeting.LinkLinked {
		t.Errorf("the draft is %s a minute later", got.State)
	}
}

// TestPaneDiscarded: a form that is never saved leaves no meeting behind.
func TestPaneDiscarded(t *testing.T) {
	t.Parallel()
	h := newPane(t)
	h.form.Start, h.form.End = h.form.Start.Add(240*time.Hour), h.form.End.Add(240*time.Hour)
	d := h.asks()
	h.rest()
	for h.clock.Since(d.CreatedAt) < 40*time.Hour {
		h.clock.Advance(6 * time.Hour)
		h.sweep()
	}
	if len(h.webex.meetings) != 1 {
		t.Fatalf("%d meetings before the time", len(h.webex.meetings))
	}
	h.clock.Advance(6 * time.Hour)
	h.rest()
	if len(h.webex.meetings) != 1 {
		t.Fatal("gone before a sweep that began after its time was worked")
	}
	h.sweep()
	h.sweep()
	h.none("after it was in no event")
	if got := h.linkOf(d); got.State != meeting.LinkEnded || got.Reason != meeting.DraftUnused {
		t.Errorf("the draft is %s (%s)", got.State, got.Reason)
	}
}

// TestPaneKept: an unbound meeting stays while an invitation may be out.
func TestPaneKept(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(*house, meeting.Link){
		"somebody joined": func(h *house, _ meeting.Link) { h.webex.joined = true },
		"the event is there, and every notification was lost": func(h *house, d meeting.Link) {
			h.form.Start, h.form.End = h.form.Start.Add(100*time.Hour), h.form.End.Add(100*time.Hour)
			h.event.now = &h.form
			h.event.edit(h.showing(d))
		},
		"no sweep succeeds": func(h *house, _ meeting.Link) { h.event.down = errs.New(errs.Unavailable, "down") },
		"the event cannot be read": func(h *house, d meeting.Link) {
			h.saved(h.showing(d))
			h.event.unreadable = errs.New(errs.Unavailable, "down")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newPane(t)
			h.form.Start, h.form.End = h.form.Start.Add(240*time.Hour), h.form.End.Add(240*time.Hour)
			d := h.asks()
			h.rest()
			test(h, d)
			h.clock.Advance(48 * time.Hour)
			for range 4 {
				h.sweep()
			}
			if len(h.webex.meetings) != 1 {
				t.Fatalf("%d meetings, want 1", len(h.webex.meetings))
			}
			h.event.down, h.event.unreadable = nil, nil
			if h.event.now != nil {
				h.clock.Advance(time.Hour)
				h.rest()
				h.one("in the end")
			}
		})
	}
}

// TestPaneOver: a draft whose time has passed waits as long as any other, since
// its form may have been moved; what is over is then left alone.
func TestPaneOver(t *testing.T) {
	t.Parallel()
	h := newPane(t)
	d := h.asks()
	h.rest()
	h.clock.Advance(26 * time.Hour)
	h.sweep()
	if got := h.linkOf(d); got.State != meeting.LinkLinked {
		t.Errorf("the draft is %s after a day, want it waiting", got.State)
	}
	h.clock.Advance(48 * time.Hour)
	for range 4 {
		h.sweep()
	}
	if got := h.linkOf(d); got.State != meeting.LinkEnded || len(h.webex.meetings) != 1 {
		t.Errorf("the draft is %s, %d meetings; want it ended, and the meeting that is over left alone", got.State, len(h.webex.meetings))
	}
}

// TestPaneMovedBeforeItWasSent: the form was moved and sent after the time had
// passed that it showed when the meeting was added.
func TestPaneMovedBeforeItWasSent(t *testing.T) {
	t.Parallel()
	h := newPane(t)
	d := h.asks()
	h.rest()
	h.clock.Advance(26 * time.Hour)
	h.sweep()
	h.form.Start, h.form.End = h.form.Start.Add(100*time.Hour), h.form.End.Add(100*time.Hour)
	h.saved(h.showing(d))
	h.rest()
	if l := h.one("once it is sent"); l.Key != d.Key {
		t.Error("another meeting than the one whose details were sent")
	}
	h.right("once it is sent")
}

// TestPaneServerWrites: an item that nobody has open is written by the server.
func TestPaneServerWrites(t *testing.T) {
	t.Parallel()
	h := newPane(t)
	h.saved(inviting("a", "b"))
	h.rest()
	h.asks(forEvent(false), func(l *meeting.Link) {
		l.Options.CoHosts = []string{"b@elsewhere.example", "stranger@elsewhere.example"}
	})
	h.rest()
	l := h.one("at the end")
	h.right("at the end")
	if h.event.written != 1 {
		t.Errorf("the event was written %d times, want once", h.event.written)
	}
	if got := h.webex.meetings[l.Meeting].cohosts; len(got) != 1 || got[0] != "b@elsewhere.example" {
		t.Errorf("cohosts are %v, want the one who is invited", got)
	}
	h.resting()
}

// TestPaneCopies: a draft's key in a second event is an ordinary copy.
func TestPaneCopies(t *testing.T) {
	t.Parallel()
	h := newPane(t)
	d := h.asks()
	h.rest()
	h.saved(h.showing(d))
	h.rest()
	copied := *h.event.now
	copied.ID, copied.ICalUID = "copy", "uid of the copy"
	h.event.copied = &copied
	h.must(h.db.Mark(t.Context(), []meeting.Mark{{Mailbox: mailbox, Event: "copy"}}))
	h.rest()
	if len(h.webex.meetings) != 2 {
		t.Fatalf("%d meetings, want 2", len(h.webex.meetings))
	}
	if keys := block.Find(h.event.copied.Body).Keys; len(keys) != 1 || keys[0] == d.Key {
		t.Errorf("the copy shows %v, want a key of its own", keys)
	}
	if got := h.linkOf(d).Event; got != "event" {
		t.Errorf("the draft is bound to %s", got)
	}
}

// TestFormerMeetingGoesWithTheEvent, also if the new one was never seen alone.
func TestFormerMeetingGoesWithTheEvent(t *testing.T) {
	t.Parallel()
	h := newPane(t)
	h.saved(func(e *meeting.Event) { e.Location = "@webex" })
	h.rest()
	d := h.asks(forEvent(true))
	h.rest()
	h.saved(h.showing(d), inviting("a"), func(e *meeting.Event) { e.IsDraft = true })
	h.rest()
	if got := h.linkOf(d); got.Event != "event" || len(got.Former) != 1 || len(h.webex.meetings) != 2 {
		t.Fatalf("link of %s with %v, %d meetings: the test shows nothing", got.Event, got.Former, len(h.webex.meetings))
	}
	h.event.now = nil
	h.must(h.db.Mark(t.Context(), []meeting.Mark{{Mailbox: mailbox, Event: "event", Deleted: true}}))
	h.rest()
	h.none("after the event was deleted")
}

// TestPaneOptions: what is asked of a meeting that is there.
func TestPaneOptions(t *testing.T) {
	t.Parallel()
	bound := func(t *testing.T) (*house, meeting.Link) {
		h := newPane(t)
		h.saved(inviting("a", "b"))
		h.rest()
		d := h.asks(forEvent(true), func(l *meeting.Link) { l.Options.Password = meeting.NewSecret("first") })
		h.rest()
		h.saved(h.showing(d))
		h.rest()
		return h, h.one("at the beginning")
	}
	password := func(open bool) func(*meeting.Asked) {
		return func(a *meeting.Asked) { a.Options.Password, a.Open = meeting.NewSecret("second"), open }
	}
	served := func(h *house, l meeting.Link) meeting.Link {
		h.t.Helper()
		l = h.linkOf(l)
		if l.Served != l.Asked.Revision {
			h.t.Errorf("served is revision %d of %d", l.Served, l.Asked.Revision)
		}
		return l
	}
	t.Run("the server writes the new password", func(t *testing.T) {
		t.Parallel()
		h, l := bound(t)
		h.ask(l, password(false))
		h.rest()
		if l = served(h, l); l.Join.Password.Reveal() != "second" || l.Options.Password.Reveal() != "second" {
			t.Errorf("the password is %q", l.Join.Password.Reveal())
		}
		h.one("at the end")
		h.resting()
	})
	t.Run("the pane writes it", func(t *testing.T) {
		t.Parallel()
		h, l := bound(t)
		h.ask(l, password(true))
		h.rest()
		served(h, l)
		h.clock.Advance(9 * time.Minute)
		h.rest()
		if h.event.written > 0 {
			t.Fatal("written while it is open in the pane")
		}
		h.saved(h.showing(l))
		h.rest()
		h.one("at the end")
		if h.clock.Advance(time.Hour); h.event.written > 0 {
			t.Error("written though the pane did it")
		}
	})
	t.Run("the pane is closed before it writes it", func(t *testing.T) {
		t.Parallel()
		h, l := bound(t)
		h.ask(l, password(true))
		h.rest()
		h.clock.Advance(10 * time.Minute)
		h.rest()
		h.one("at the end")
	})
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		h, l := bound(t)
		h.webex.rules = &errs.Error{Kind: errs.Invalid, Code: "password"}
		h.ask(l, password(true))
		h.rest()
		if l = served(h, l); l.Problem != meeting.ProblemPassword || l.Options.Password.Reveal() != "first" {
			t.Errorf("problem %q, password %q", l.Problem, l.Options.Password.Reveal())
		}
		h.webex.rules = nil
		h.ask(l, func(a *meeting.Asked) { a.Options.Lobby = "blockFromJoin" })
		h.rest()
		if l = served(h, l); l.Problem != "" || l.Options.Lobby != "blockFromJoin" {
			t.Errorf("problem %q, lobby %q", l.Problem, l.Options.Lobby)
		}
		h.one("at the end")
	})
	t.Run("the refusal does not stand for ever", func(t *testing.T) {
		t.Parallel()
		h, l := bound(t)
		h.webex.rules = &errs.Error{Kind: errs.Invalid, Code: "password"}
		h.ask(l, password(true))
		h.rest()
		h.clock.Advance(time.Hour)
		h.saved()
		h.rest()
		if l = h.linkOf(l); l.Problem != "" {
			t.Errorf("problem %q", l.Problem)
		}
	})
	t.Run("cohosts, while the invitation is not sent", func(t *testing.T) {
		t.Parallel()
		h, l := bound(t)
		h.saved(func(e *meeting.Event) { e.IsDraft = true })
		h.rest()
		cohosts := func(want ...string) {
			t.Helper()
			h.ask(l, func(a *meeting.Asked) { a.Options.CoHosts, a.Open = want, true })
			h.rest()
			served(h, l)
			if got := h.webex.meetings[l.Meeting].cohosts; len(got) != len(want) || len(got) > 0 && got[0] != want[0] {
				t.Errorf("cohosts are %v, want %v", got, want)
			}
		}
		cohosts("a@elsewhere.example")
		cohosts("b@elsewhere.example")
		cohosts()
		h.resting()
	})
	t.Run("left out of the join details", func(t *testing.T) {
		t.Parallel()
		h, l := bound(t)
		h.ask(l, func(a *meeting.Asked) { a.Options.LeaveOutPassword = true })
		h.rest()
		served(h, l)
		h.one("at the end")
		if found := block.Carries(h.event.now.Body, block.Content{Key: l.Key, PublicURL: publicURL, Join: l.Join}); found {
			t.Error("the event still shows the password")
		}
		h.resting()
	})
	t.Run("of a draft, before and after it is made", func(t *testing.T) {
		t.Parallel()
		h := newPane(t)
		d := h.asks()
		h.ask(d, func(a *meeting.Asked) { a.Options.Lobby = "allowJoin" })
		h.rest()
		d = served(h, d)
		if got := h.webex.meetings[d.Meeting].options.Lobby; got != "allowJoin" {
			t.Errorf("made with lobby %q", got)
		}
		h.ask(d, password(true))
		h.rest()
		if d = served(h, d); d.Join.Password.Reveal() != "second" || d.Options.Lobby != "allowJoin" {
			t.Errorf("password %q, lobby %q", d.Join.Password.Reveal(), d.Options.Lobby)
		}
	})
}

// TestPaneRemoves: a person takes a meeting away in the pane.
func TestPaneRemoves(t *testing.T) {
	t.Parallel()
	removed := func(open bool) func(*meeting.Asked) {
		return func(a *meeting.Asked) { a.Remove, a.Open = true, open }
	}
	bound := func(t *testing.T, change ...func(*meeting.Event)) (*house, meeting.Link) {
		h := newPane(t)
		d := h.asks()
		h.rest()
		h.saved(append(change, h.showing(d))...)
		h.rest()
		return h, h.one("at the beginning")
	}
	gone := func(h *house, l meeting.Link) {
		h.t.Helper()
		h.none("after the removal")
		if l = h.linkOf(l); l.State != meeting.LinkEnded || l.Reason != meeting.RemovedInPane || l.Asks() {
			h.t.Errorf("the link is %s (%s), served %d of %d", l.State, l.Reason, l.Served, l.Asked.Revision)
		}
		h.saved()
		h.rest()
		h.none("looked at again")
	}
	t.Run("a draft", func(t *testing.T) {
		t.Parallel()
		h := newPane(t)
		d := h.asks()
		h.rest()
		h.ask(d, removed(true))
		h.rest()
		h.none("after the removal")
	})
	t.Run("a draft that is not made yet", func(t *testing.T) {
		t.Parallel()
		h := newPane(t)
		d := h.asks()
		h.ask(d, removed(true))
		h.rest()
		if h.webex.made != 0 || h.linkOf(d).State != meeting.LinkEnded {
			t.Error("it was made all the same")
		}
	})
	t.Run("a draft whose block was saved meanwhile", func(t *testing.T) {
		t.Parallel()
		h := newPane(t)
		d := h.asks()
		h.rest()
		shown := h.showing(d)
		h.ask(d, removed(true))
		h.rest()
		h.saved(shown)
		h.rest()
		h.none("while it is open")
		h.clock.Advance(10 * time.Minute)
		h.rest()
		h.none("later")
		if e := h.event.now; len(block.Find(e.Body).Keys) > 0 || e.Location != "" {
			t.Errorf("the event still shows it, in %q", e.Location)
		}
	})
	t.Run("by a script", func(t *testing.T) {
		t.Parallel()
		h, l := bound(t)
		h.ask(l, removed(false))
		h.rest()
		if e := h.event.now; len(block.Find(e.Body).Keys) > 0 || e.Location != "" || h.event.written != 1 {
			t.Errorf("the event still shows it, in %q, written %d times", e.Location, h.event.written)
		}
		gone(h, l)
	})
	t.Run("by a script, with a keyword in the location", func(t *testing.T) {
		t.Parallel()
		h, l := bound(t, func(e *meeting.Event) { e.Location = "Room 1 @webex" })
		h.ask(l, removed(false))
		h.rest()
		gone(h, l)
		h.saved(func(e *meeting.Event) { e.Location = "Room 2 @webex" })
		h.rest()
		h.one("the keyword typed anew")
		h.resting()
	})
	t.Run("by a script, killed in the middle", func(t *testing.T) {
		t.Parallel()
		h, l := bound(t, func(e *meeting.Event) { e.Location = "Room 1 @webex" })
		h.ask(l, removed(false))
		h.webex.arrive = func(func()) error { panic(died{}) }
		h.dies()
		h.clock.Advance(lease + time.Second)
		h.rest()
		gone(h, l)
	})
	t.Run("in an open form", func(t *testing.T) {
		t.Parallel()
		h, l := bound(t)
		h.ask(l, removed(true))
		h.rest()
		if l = h.linkOf(l); l.Asks() || l.State != meeting.LinkLinked {
			t.Errorf("served %d of %d, the link is %s", l.Served, l.Asked.Revision, l.State)
		}
		h.clock.Advance(time.Hour)
		h.saved()
		h.rest()
		h.one("while the event shows it")
		h.saved(bare)
		h.rest()
		gone(h, l)
		if h.event.written > 0 {
			t.Error("written by the server")
		}
	})
	t.Run("withdrawn", func(t *testing.T) {
		t.Parallel()
		h, l := bound(t)
		h.ask(l, removed(true))
		h.rest()
		h.ask(l, func(a *meeting.Asked) { a.Open = true })
		h.rest()
		h.one("at the end")
	})
}

// TestRoom: a keyword, or the pane, asks for the Personal Room.
func TestRoom(t *testing.T) {
	t.Parallel()
	const link = "https://contoso.webex.com/meet/ana"
	shows := func(h *house, when string) {
		h.t.Helper()
		links, err := h.db.Links(h.t.Context(), mailbox, []meeting.EventID{"event"})
		h.must(err)
		if len(links) != 1 || links[0].Meeting != "" || !links[0].Options.Room() || !block.Carries(h.event.now.Body, content(links[0])) || h.event.now.Location != link {
			h.t.Fatalf("%s: links %+v, location %q", when, links, h.event.now.Location)
		}
		if h.webex.writes > 0 {
			h.t.Errorf("%s: %d writes to Webex", when, h.webex.writes)
		}
	}
	t.Run("by keyword, for longer than a meeting may be", func(t *testing.T) {
		t.Parallel()
		h := newPane(t)
		h.webex.room = link
		h.saved(func(e *meeting.Event) { e.Location, e.End = ":myroom", e.Start.Add(48*time.Hour) })
		h.rest()
		shows(h, "at the beginning")
		h.saved(titled("Renamed"), moved(3), inviting("a"))
		h.rest()
		shows(h, "after changes")
		h.event.now = nil
		h.must(h.db.Mark(t.Context(), []meeting.Mark{{Mailbox: mailbox, Event: "event", Deleted: true}}))
		h.rest()
		if h.webex.writes > 0 {
			t.Error("something was deleted")
		}
	})
	t.Run("there is none", func(t *testing.T) {
		t.Parallel()
		h := newPane(t)
		h.saved(func(e *meeting.Event) { e.Location = ":myroom" })
		h.rest()
		if e := h.event.now; !meeting.IsNotAdded(e.Location) {
			t.Errorf("the location is %q", e.Location)
		}
		h.resting()
	})
	t.Run("from the pane", func(t *testing.T) {
		t.Parallel()
		h := newPane(t)
		h.webex.room = link
		d := h.asks(func(l *meeting.Link) { l.Options.Kind = meeting.RoomKind })
		h.rest()
		h.saved(h.showing(d))
		h.rest()
		shows(h, "bound")
		h.ask(d, func(a *meeting.Asked) { a.Remove = true })
		h.rest()
		if e := h.event.now; len(block.Find(e.Body).Keys) > 0 || e.Location != "" || h.linkOf(d).State != meeting.LinkEnded {
			t.Errorf("still shown, in %q", e.Location)
		}
	})
	t.Run("discarded", func(t *testing.T) {
		t.Parallel()
		h := newPane(t)
		h.webex.room = link
		h.form.End = h.form.End.Add(100 * time.Hour)
		d := h.asks(func(l *meeting.Link) { l.Options.Kind = meeting.RoomKind })
		h.rest()
		h.clock.Advance(48 * time.Hour)
		h.sweep()
		h.sweep()
		if got := h.linkOf(d).State; got != meeting.LinkEnded {
			t.Errorf("the draft is %s", got)
		}
	})
}

// TestHurry: who waits in the pane is served before the next event of a bite.
func TestHurry(t *testing.T) {
	t.Parallel()
	h := newPane(t)
	h.saved(func(e *meeting.Event) { e.Location = "@webex" })
	second := *h.event.now
	second.ID, second.ICalUID, second.Subject = "second", "uid of the second", "Second"
	h.event.copied = &second
	h.must(h.db.Mark(t.Context(), []meeting.Mark{{Mailbox: mailbox, Event: "second"}}))
	h.webex.arrive = func(effect func()) error {
		effect()
		h.asks(func(l *meeting.Link) { l.Wanted.Title = "Waits in the pane" })
		return nil
	}
	h.must(h.round())
	if got := h.webex.meetings["m2"]; got == nil || got.Title != "Waits in the pane" {
		t.Errorf("the second meeting that was made is %+v", got)
	}
	if len(h.webex.meetings) != 3 {
		t.Errorf("%d meetings, want 3", len(h.webex.meetings))
	}
}

// TestHurryForTheNextEvent: what was read of the next event of a bite is of
// before: it gets the meeting that a script asked for meanwhile, and no other.
func TestHurryForTheNextEvent(t *testing.T) {
	t.Parallel()
	h := newPane(t)
	second := h.form
	second.ID, second.ICalUID, second.Location = "another", "uid of the other", "@webex" // worked first, in order of ids
	h.event.copied = &second
	h.must(h.db.Mark(t.Context(), []meeting.Mark{{Mailbox: mailbox, Event: "another"}}))
	h.saved(func(e *meeting.Event) { e.Location = "@webex" })
	var d meeting.Link
	h.webex.arrive = func(effect func()) error {
		effect()
		d = h.asks(forEvent(false))
		return nil
	}
	h.rest()
	if len(h.webex.meetings) != 2 || h.webex.made != 2 {
		t.Errorf("%d meetings, %d made, want one for each event", len(h.webex.meetings), h.webex.made)
	}
	if got := h.linkOf(d); got.Event != "event" || !block.Carries(h.event.now.Body, content(got)) {
		t.Errorf("what was asked for is of %s", got.Event)
	}
}
