package plan_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// world carries plans out as simply as can be said: one event, at most one
// link, the meetings that exist.
type world struct {
	now      time.Time
	event    *meeting.Event
	body     []meeting.LinkKey
	link     *meeting.Link
	meetings map[meeting.MeetingID]meeting.Shape
	made     int
}

func (w *world) input(host meeting.Grant) plan.Input {
	in := plan.Input{Now: w.now, PublicURL: "https://s.example", Account: meeting.Account{ID: me}, Host: host, Event: w.event, Link: w.link}
	in.Body.Keys = w.body
	in.Body.Damaged = len(w.body) > 1
	in.Body.Current = w.link != nil && len(w.body) == 1 && w.body[0] == w.link.Key
	return in
}

func (w *world) apply(t *rapid.T, a plan.Action) (waits bool) {
	if w.link == nil {
		w.link = &meeting.Link{Mailbox: me, Event: "event", Key: "mine", State: meeting.LinkWished}
	}
	l := w.link
	switch a.Do {
	case plan.Create:
		if l.State == meeting.LinkLinked {
			t.Fatal("a second meeting for a linked event")
		}
		w.made++
		id := meeting.MeetingID(fmt.Sprint("m", w.made))
		w.meetings[id] = a.Spec.Shape
		l.State, l.Meeting, l.Grant, l.Wanted = meeting.LinkLinked, id, "grant", a.Wanted
		l.Location, l.ShownAt, l.BareSince, l.Problem = w.event.Location, time.Time{}, time.Time{}, ""
		l.Join.WebLink = "https://contoso.webex.com/" + string(id)
		l.Starts, l.Ends = w.event.Start, w.event.End
	case plan.Update, plan.Invite:
		m := w.meetings[l.Meeting]
		if a.Patch.Title != nil {
			m.Title = *a.Patch.Title
		}
		if a.Patch.Start != nil {
			m.Start, m.End, m.Zone = *a.Patch.Start, *a.Patch.End, a.Patch.Zone
		}
		if a.Do == plan.Invite {
			m.Invitees = a.Wanted.Invitees
		}
		w.meetings[l.Meeting], l.Wanted, l.Problem = m, a.Wanted, ""
	case plan.Delete:
		delete(w.meetings, l.Meeting)
	case plan.Note:
		l.State, l.Problem, l.Location = a.State, a.Problem, a.Text
		if a.Bare {
			l.BareSince = w.now
		}
		if a.State == meeting.LinkEnded {
			l.Meeting, l.ShownAt, l.BareSince = "", time.Time{}, time.Time{}
		}
	case plan.Show:
		if !w.event.IsOrganizer || !w.event.End.After(w.now) {
			t.Fatal("wrote to an event that is over or somebody else's")
		}
		if a.Block {
			w.body, l.ShownAt, l.BodyWrites = []meeting.LinkKey{l.Key}, w.now, append(l.BodyWrites, w.now)
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

// TestSettles: whatever people do to one event, a few rounds later the plan is
// empty or waits, there is one meeting or none, and it is what the event says.
func TestSettles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		host := live()
		w := &world{now: now, event: event(), meetings: map[meeting.MeetingID]meeting.Shape{}}
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
			"remove block": func(*rapid.T) { w.body = nil },
			"tear block":   func(*rapid.T) { w.body = append(w.body, "mine") },
			"cancel":       func(t *rapid.T) { w.event.IsCancelled = rapid.Bool().Draw(t, "cancelled") },
			"draft":        func(t *rapid.T) { w.event.IsDraft = rapid.Bool().Draw(t, "draft") },
			"sign out": func(t *rapid.T) {
				host.State = rapid.SampledFrom([]meeting.GrantState{meeting.GrantLive, meeting.GrantDead}).Draw(t, "grant")
			},
			"time passes": func(t *rapid.T) {
				w.now = w.now.Add(time.Duration(rapid.IntRange(1, 300).Draw(t, "minutes")) * time.Minute)
			},
			"": func(t *rapid.T) {
				settled := false
				for range 8 {
					if l := w.link; l != nil {
						l.Starts, l.Ends = w.event.Start, w.event.End
					}
					actions := plan.Event(w.input(host))
					if again := plan.Event(w.input(host)); cmp.Diff(actions, again) != "" {
						t.Fatal("the same input gave another plan")
					}
					waits := false
					for _, a := range actions {
						waits = w.apply(t, a) || waits
					}
					if l := w.link; l != nil && slices.Contains(w.body, l.Key) {
						l.BareSince = time.Time{}
					}
					if settled = len(actions) == 0 || waits; settled {
						break
					}
				}
				if !settled {
					t.Fatalf("does not settle: %v", brief(plan.Event(w.input(host))))
				}
				if len(w.meetings) > 1 {
					t.Fatalf("%d meetings for one event", len(w.meetings))
				}
				l := w.link
				if l == nil || l.State != meeting.LinkLinked || l.Problem != "" || !w.event.End.After(w.now) ||
					w.event.IsCancelled || w.event.IsDraft && len(w.event.Attendees) > 0 || !l.BareSince.IsZero() || host.State != meeting.GrantLive {
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
