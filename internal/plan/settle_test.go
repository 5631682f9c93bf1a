package plan_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// world carries plans out as simply as can be said: one event, at most one
// link, at most one draft from the pane, the meetings that exist.
type world struct {
	now      time.Time
	event    *meeting.Event
	body     []meeting.LinkKey
	password string // that the last block we or the pane wrote shows
	link     *meeting.Link
	draft    *meeting.Link // not bound
	past     map[meeting.LinkKey]*meeting.Link
	room     bool // the host has one
	meetings map[meeting.MeetingID]meeting.Shape
	made     int
}

func (w *world) standing(host meeting.Grant, link *meeting.Link) plan.Input {
	return plan.Input{Now: w.now, PublicURL: "https://s.example", Account: meeting.Account{ID: me}, Host: host, Link: link}
}

func (w *world) input(host meeting.Grant) plan.Input {
	in := w.standing(host, w.link)
	in.Event = w.event
	in.Body.Keys = w.body
	in.Body.Damaged = len(w.body) > 1
	in.Body.Current = w.link != nil && len(w.body) == 1 && w.body[0] == w.link.Key && w.password == w.link.Options.Password.Reveal()
	for _, key := range w.body {
		if old := w.past[key]; old != nil && (w.link == nil || key != w.link.Key) && in.Owner == nil {
			in.Owner = old
		}
	}
	if d := w.draft; d != nil && d.State != meeting.LinkEnded {
		shown := slices.Contains(w.body, d.Key)
		if shown {
			in.Owner = d
		}
		if shown || d.For != "" && (w.link == nil || w.link.State != meeting.LinkLinked || d.CreatedAt.After(w.link.CreatedAt)) {
			in.Draft = d
		}
	}
	return in
}

func (w *world) apply(t *rapid.T, l *meeting.Link, a plan.Action) (waits bool) {
	switch a.Do {
	case plan.Adopt:
		w.adopt(*a.Link)
	case plan.Create:
		if l.State == meeting.LinkLinked {
			t.Fatal("a second meeting for a linked event")
		}
		w.made++
		id := meeting.MeetingID(fmt.Sprint("m", w.made))
		w.meetings[id] = a.Spec.Shape
		w.linked(l, a.Wanted)
		l.Meeting, l.Options = id, a.Spec.Options
		l.Join.WebLink = "https://contoso.webex.com/" + string(id)
	case plan.Room:
		if !w.room {
			l.State, l.Problem, l.Grant = meeting.LinkWished, meeting.ProblemPersonalRoom, "grant"
			if !meeting.IsNotAdded(w.event.Location) || l.Location == "" {
				l.Location = w.event.Location
			}
			return false
		}
		w.linked(l, l.Wanted)
		l.Options = meeting.Options{Kind: meeting.RoomKind}
		l.Join.WebLink = "https://contoso.webex.com/meet/me"
	case plan.Update, plan.Invite:
		m, there := w.meetings[l.Meeting]
		if !there {
			t.Fatal("changes a meeting that is not there")
		}
		if a.Patch.Title != nil {
			m.Title = *a.Patch.Title
		}
		if a.Patch.Start != nil {
			m.Start, m.End, m.Zone = *a.Patch.Start, *a.Patch.End, a.Patch.Zone
		}
		if a.Do == plan.Invite {
			m.Invitees = a.Wanted.Invitees
		}
		if a.Patch.Options != nil {
			l.Options = l.Options.With(*a.Patch.Options)
		}
		w.meetings[l.Meeting], l.Wanted, l.Problem = m, a.Wanted, ""
	case plan.Delete:
		delete(w.meetings, l.Meeting)
	case plan.Retire:
		delete(w.meetings, a.Former.Meeting)
		l.Former = slices.DeleteFunc(l.Former, func(f meeting.Former) bool { return f == a.Former })
	case plan.Serve:
		l.Served = a.Served
		if a.Options != nil {
			l.Options = *a.Options
		}
		if l.State == meeting.LinkEnded {
			l.Removed = a.Served
		}
	case plan.Note:
		l.State, l.Problem, l.Location = a.State, a.Problem, a.Text
		if a.Bare {
			l.BareSince = w.now
		}
		if a.State == meeting.LinkEnded {
			if len(l.Former) > 0 {
				t.Fatal("ended, and the former meeting is there")
			}
			l.Served = l.Asked.Revision
			if l.Asked.Remove {
				l.Removed = l.Asked.Revision
			}
			l.Meeting, l.ShownAt, l.BareSince = "", time.Time{}, time.Time{}
		}
	case plan.Show:
		if !w.event.IsOrganizer || !w.event.End.After(w.now) || w.event.IsDraft && len(w.event.Attendees) > 0 {
			t.Fatal("wrote to an event that is over, not sent yet, or somebody else's")
		}
		switch {
		case a.Block:
			w.body, l.ShownAt, l.BodyWrites = []meeting.LinkKey{l.Key}, w.now, append(l.BodyWrites, w.now)
			w.password, l.For = l.Options.Password.Reveal(), ""
		case a.Unblock:
			w.body = nil
		}
		if a.Location != nil {
			if !meeting.LocationIsOurs(w.event.Location) {
				t.Fatalf("overwrote the location %q", w.event.Location)
			}
			w.event.Location = *a.Location
		}
	case plan.Wait:
		if !a.At.After(w.now) {
			t.Fatalf("waits for %v, which is past", a.At)
		}
		return true
	default:
		t.Fatalf("unexpected %s", a.Do)
	}
	return false
}

func (w *world) linked(l *meeting.Link, wanted meeting.Shape) {
	l.State, l.Grant, l.Wanted = meeting.LinkLinked, "grant", wanted
	l.ShownAt, l.BareSince, l.Problem = time.Time{}, time.Time{}, ""
	if !l.Event.IsDraft() {
		l.Location = w.event.Location
		l.Starts, l.Ends = w.event.Start, w.event.End
	}
}

func (w *world) adopt(d meeting.Link) {
	d.Event, d.For, d.Open, d.Location = "event", "event", false, w.event.Location
	if had := w.link; had != nil {
		d.Former = had.Former
		if had.Meeting != "" {
			d.Former = append(d.Former, meeting.Former{Meeting: had.Meeting})
		}
		gone := *had
		gone.State, gone.Meeting, gone.Event = meeting.LinkEnded, "", meeting.DraftEvent(had.Key)
		w.past[had.Key] = &gone
	}
	w.link, w.draft = &d, nil
}

// settle plans for the draft, then for the event, until there is nothing to do.
func (w *world) settle(t *rapid.T, host meeting.Grant) {
	turn := func(what string, plans func() []plan.Action, link func([]plan.Action) *meeting.Link) {
		for range 10 {
			actions := plans()
			if again := plans(); !reflect.DeepEqual(actions, again) {
				t.Fatal("the same input gave another plan")
			}
			l := link(actions)
			waits, made, deleted := false, false, false
			for _, a := range actions {
				made, deleted = made || a.Do == plan.Create, deleted || a.Do == plan.Delete
				waits = w.apply(t, l, a) || waits
				if a.Do == plan.Adopt {
					break
				}
			}
			if made && deleted {
				t.Fatalf("made and deleted in one plan: %v", brief(actions))
			}
			if l := w.link; l != nil && slices.Contains(w.body, l.Key) {
				l.BareSince, l.For = time.Time{}, ""
				if l.State == meeting.LinkLinked && l.ShownAt.IsZero() {
					l.ShownAt = w.now
				}
			}
			if len(actions) == 0 || waits {
				return
			}
		}
		t.Fatalf("%s does not settle: %v", what, brief(plans()))
	}
	if w.draft != nil {
		made := w.draft.Meeting
		turn("the draft", func() []plan.Action { return plan.Draft(w.standing(host, w.draft)) },
			func([]plan.Action) *meeting.Link { return w.draft })
		if w.draft.State == meeting.LinkEnded {
			if !w.draft.Ends.After(w.now) {
				delete(w.meetings, made) // what is over is left alone
			}
			w.past[w.draft.Key], w.draft = w.draft, nil
		}
	}
	turn("the event", func() []plan.Action {
		if l := w.link; l != nil {
			l.Starts, l.Ends = w.event.Start, w.event.End
		}
		return plan.Event(w.input(host))
	}, func(actions []plan.Action) *meeting.Link {
		if w.link == nil && len(actions) > 0 && actions[0].Do != plan.Adopt && actions[0].Do != plan.Wait && !actions[0].Unblock {
			w.link = &meeting.Link{Mailbox: me, Event: "event", Key: "mine", State: meeting.LinkWished, CreatedAt: w.now}
		}
		return w.link
	})
}

// TestSettles: whatever people do to one event, a few rounds later the plan is
// empty or waits, there is one meeting or none, and it is what the event says.
func TestSettles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		host := live()
		w := &world{now: now, event: event(), room: rapid.Bool().Draw(t, "room"),
			meetings: map[meeting.MeetingID]meeting.Shape{}, past: map[meeting.LinkKey]*meeting.Link{}}
		drafts := 0
		ask := func(t *rapid.T, change func(*meeting.Asked)) {
			l := w.link
			if w.draft != nil && rapid.Bool().Draw(t, "of the draft") {
				l = w.draft
			}
			if l == nil {
				t.Skip("nothing to ask of")
			}
			revision := l.Asked.Revision + 1
			l.Asked = meeting.Asked{Options: l.Options, Open: rapid.Bool().Draw(t, "open"), At: w.now}
			change(&l.Asked)
			l.Asked.Revision = revision
		}
		people := map[string]func(*rapid.T){
			"rename": func(t *rapid.T) { w.event.Subject = rapid.StringN(0, 200, -1).Draw(t, "subject") },
			"move": func(t *rapid.T) {
				start := w.now.Add(time.Duration(rapid.IntRange(-120, 60*24*8).Draw(t, "start")) * time.Minute)
				w.event.Start, w.event.End = start, start.Add(time.Duration(rapid.IntRange(1, 26*60).Draw(t, "minutes"))*time.Minute)
			},
			"place": func(t *rapid.T) {
				w.event.Location = rapid.SampledFrom([]string{"", "@webex", "Room 1 @webex", "Room 1", ":space", "@webex:myroom"}).Draw(t, "location")
			},
			"invite": func(t *rapid.T) {
				w.event.Attendees = nil
				for _, name := range rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "me"}), 0, 3).Draw(t, "guests") {
					w.event.Attendees = append(w.event.Attendees, meeting.Attendee{Address: name + "@contoso.example"})
				}
			},
			"add in the pane": func(t *rapid.T) {
				if w.draft != nil {
					t.Skip("there is one")
				}
				drafts++
				key := meeting.LinkKey(fmt.Sprint("draft", drafts))
				shape, _ := meeting.ShapeOf(*w.event, meeting.Account{ID: me}, nil, "")
				w.draft = &meeting.Link{
					Mailbox: me, Event: meeting.DraftEvent(key), Key: key, State: meeting.LinkWished, Wanted: shape, CreatedAt: w.now,
					Starts: w.event.Start, Ends: w.event.End, For: rapid.SampledFrom([]meeting.EventID{"", "event"}).Draw(t, "for"),
					Options: meeting.Options{Kind: rapid.SampledFrom([]meeting.Kind{meeting.OwnKind, meeting.OwnKind, meeting.RoomKind}).Draw(t, "kind")},
				}
				w.draft.Open = w.draft.For == "" || rapid.Bool().Draw(t, "open")
			},
			"save the pane's block": func(t *rapid.T) {
				if w.draft == nil || w.draft.State != meeting.LinkLinked {
					t.Skip("there is none")
				}
				if rapid.Bool().Draw(t, "alone") {
					w.body = nil
				}
				w.body, w.password = append(slices.Clone(w.body), w.draft.Key), w.draft.Options.Password.Reveal()
			},
			"save the block again": func(t *rapid.T) {
				if w.link == nil || w.link.State != meeting.LinkLinked {
					t.Skip("there is none")
				}
				w.body, w.password = []meeting.LinkKey{w.link.Key}, w.link.Options.Password.Reveal()
			},
			"an old window": func(t *rapid.T) {
				for key := range w.past {
					w.body = []meeting.LinkKey{key}
					return
				}
			},
			"ask for options": func(t *rapid.T) {
				ask(t, func(a *meeting.Asked) {
					a.Options.Password = meeting.NewSecret(rapid.SampledFrom([]string{"", "one", "two"}).Draw(t, "password"))
					a.Options.LeaveOutPassword = rapid.Bool().Draw(t, "left out")
					a.Options.CoHosts = rapid.SampledFrom([][]string{nil, {"a@contoso.example"}, {"b@contoso.example", "c@contoso.example"}}).Draw(t, "cohosts")
				})
			},
			"ask for removal": func(t *rapid.T) { ask(t, func(a *meeting.Asked) { a.Remove = true }) },
			"remove block":    func(*rapid.T) { w.body = nil },
			"tear block":      func(*rapid.T) { w.body = append(slices.Clone(w.body), "mine") },
			"cancel":          func(t *rapid.T) { w.event.IsCancelled = rapid.Bool().Draw(t, "cancelled") },
			"a deletion without answer": func(t *rapid.T) {
				if l := w.link; l != nil && l.State == meeting.LinkLinked && !l.Options.Room() {
					l.State = meeting.LinkEnding
					if rapid.Bool().Draw(t, "arrived") {
						delete(w.meetings, l.Meeting)
					}
				}
			},
			"a late write": func(*rapid.T) {
				if l := w.link; l != nil && l.State == meeting.LinkLinked && !l.Options.Room() {
					l.Wanted = l.Wanted.Doubted()
				}
			},
			"draft": func(t *rapid.T) { w.event.IsDraft = rapid.Bool().Draw(t, "draft") },
			"sign out": func(t *rapid.T) {
				host.State = rapid.SampledFrom([]meeting.GrantState{meeting.GrantLive, meeting.GrantDead}).Draw(t, "grant")
			},
			"time passes": func(t *rapid.T) {
				w.now = w.now.Add(time.Duration(rapid.IntRange(1, 300).Draw(t, "minutes")) * time.Minute)
			},
			"": func(t *rapid.T) {
				w.settle(t, host)
				held := map[meeting.MeetingID]bool{}
				for _, l := range []*meeting.Link{w.link, w.draft} {
					if l == nil {
						continue
					}
					held[l.Meeting] = true
					for _, f := range l.Former {
						held[f.Meeting] = true
					}
				}
				for id := range w.meetings {
					if !held[id] {
						t.Fatalf("meeting %s is nobody's", id)
					}
				}
				l := w.link
				if l == nil || l.State != meeting.LinkLinked || l.Problem != "" || !w.event.End.After(w.now) ||
					w.event.IsCancelled || w.event.IsDraft && len(w.event.Attendees) > 0 || !l.BareSince.IsZero() || host.State != meeting.GrantLive {
					return
				}
				if slices.Equal(w.body, []meeting.LinkKey{l.Key}) && len(l.Former) > 0 && w.password == l.Options.Password.Reveal() {
					t.Fatalf("shown alone, and %v are there", l.Former)
				}
				if l.Asks() {
					t.Fatalf("asked %+v, served %d", l.Asked, l.Served)
				}
				if l.Options.Room() || l.Removing() {
					return
				}
				got, want := w.meetings[l.Meeting], l.Wanted
				if got.Title != want.Title || want.Start.After(w.now) && !got.SameTime(want) {
					t.Fatalf("at rest the meeting is %+v, the event %+v", got, want)
				}
			},
		}
		t.Repeat(people)
	})
}

// TestOrderOfGuestsDoesNotMatter: a meeting does not change because Graph
// lists attendees in another order.
func TestOrderOfGuestsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		guests := rapid.SliceOfN(rapid.StringMatching(`[a-e]{1,2}@x\.example`), 0, 6).Draw(t, "guests")
		of := func(list []string) *meeting.Event {
			e := event()
			for _, g := range list {
				e.Attendees = append(e.Attendees, meeting.Attendee{Address: g})
			}
			return e
		}
		shuffled := rapid.Permutation(guests).Draw(t, "shuffled")
		a, _ := meeting.ShapeOf(*of(guests), meeting.Account{ID: me}, nil, "")
		b, _ := meeting.ShapeOf(*of(shuffled), meeting.Account{ID: me}, nil, "")
		if diff := cmp.Diff(a, b); diff != "" {
			t.Fatalf("another order gives another shape:\n%s", diff)
		}
	})
}
