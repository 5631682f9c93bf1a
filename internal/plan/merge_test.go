package plan_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/plan"
)

// TestMerge: where event and meeting differ, who wins. The event of these
// cases is "Review" at 09:00–10:00, and both sides agreed on that.
func TestMerge(t *testing.T) {
	t.Parallel()
	meetingIs := func(title string, start time.Duration) *meeting.Meeting {
		return &meeting.Meeting{ID: "meeting", Title: title, Start: now.Add(start), End: now.Add(start + time.Hour)}
	}
	agreed := func(l *meeting.Link) {
		l.Got = meeting.Shape{Title: "Review", Start: now.Add(time.Hour), End: now.Add(2 * time.Hour)}
	}
	renamed := func(e *meeting.Event) { e.Subject = "Retro" }
	moved := func(e *meeting.Event) { e.Start, e.End = now.Add(3*time.Hour), now.Add(4*time.Hour) }
	private := func(e *meeting.Event) { e.Private, e.Subject = true, "Salary" }
	sure := plan.Seen{Missing: now, Told: true, Other: true}
	for name, test := range map[string]struct {
		event func(*meeting.Event)
		link  func(*meeting.Link)
		host  func(*plan.Input)
		seen  plan.Seen
		want  []string
	}{
		"nobody changed anything":                  {seen: plan.Seen{Meeting: meetingIs("Review", time.Hour)}, want: []string{}},
		"renamed in Webex: looked at once more":    {seen: plan.Seen{Meeting: meetingIs("Plans", time.Hour)}, want: []string{"wait: second read"}},
		"renamed in Webex, seen twice":             {seen: plan.Seen{Meeting: meetingIs("Plans", time.Hour), Before: meetingIs("Plans", time.Hour)}, want: []string{"show: meeting changed in Webex"}},
		"renamed in Webex, two reads disagree":     {seen: plan.Seen{Meeting: meetingIs("Plans", time.Hour), Before: meetingIs("Review", time.Hour)}, want: []string{"wait: second read"}},
		"moved in Webex, seen twice":               {seen: plan.Seen{Meeting: meetingIs("Review", 5*time.Hour), Before: meetingIs("Review", 5*time.Hour)}, want: []string{"show: meeting changed in Webex"}},
		"renamed in the calendar":                  {event: renamed, seen: plan.Seen{Meeting: meetingIs("Review", time.Hour)}, want: []string{"update: event changed"}},
		"renamed on both sides: the calendar wins": {event: renamed, seen: plan.Seen{Meeting: meetingIs("Plans", time.Hour), Before: meetingIs("Plans", time.Hour)}, want: []string{"note: changed on both sides", "update: event changed"}},
		"renamed in Webex, moved in the calendar":  {event: moved, seen: plan.Seen{Meeting: meetingIs("Plans", time.Hour), Before: meetingIs("Plans", time.Hour)}, want: []string{"show: meeting changed in Webex", "update: event changed"}},
		"right after our own change: looked at again when reads do not lag": {link: func(l *meeting.Link) { l.TitleAt = now.Add(-10 * time.Minute) },
			seen: plan.Seen{Meeting: meetingIs("Old", time.Hour), Before: meetingIs("Old", time.Hour)}, want: []string{"wait: second read"}},
		"our change was of the times": {link: func(l *meeting.Link) { l.TimesAt = now.Add(-10 * time.Minute) },
			seen: plan.Seen{Meeting: meetingIs("Plans", time.Hour), Before: meetingIs("Plans", time.Hour)}, want: []string{"show: meeting changed in Webex"}},
		"long after: a person set it back": {link: func(l *meeting.Link) { l.TitleAt = now.Add(-16 * time.Minute) },
			seen: plan.Seen{Meeting: meetingIs("Old", time.Hour), Before: meetingIs("Old", time.Hour)}, want: []string{"show: meeting changed in Webex"}},
		"renamed in Webex just after our change, and in the calendar": {event: renamed, link: func(l *meeting.Link) { l.TitleAt = now.Add(-time.Minute) },
			seen: plan.Seen{Meeting: meetingIs("Plans", time.Hour), Before: meetingIs("Plans", time.Hour)}, want: []string{"update: event changed"}},
		"moved in the calendar while a title waits for a second read": {event: moved,
			seen: plan.Seen{Meeting: meetingIs("Plans", time.Hour)}, want: []string{"update: event changed", "wait: second read"}},
		"of a series only the title comes from Webex": {event: func(e *meeting.Event) { e.Type = meeting.SeriesMaster }, link: func(l *meeting.Link) { l.Rhythm = &meeting.Rhythm{Rule: "FREQ=DAILY"} },
			seen: plan.Seen{Meeting: meetingIs("Review", 26*time.Hour), Before: meetingIs("Review", 26*time.Hour)}, want: []string{}},
		"a private title never flows back":      {event: private, link: func(l *meeting.Link) { l.Wanted.Title, l.Got.Title = meeting.PrivateTitle, meeting.PrivateTitle }, seen: plan.Seen{Meeting: meetingIs("Plans", time.Hour), Before: meetingIs("Plans", time.Hour)}, want: []string{"update: meeting changed in Webex"}},
		"deleted in Webex, a webhook said so":   {seen: sure, want: []string{"show: meeting deleted in Webex → ", "note: meeting deleted in Webex"}},
		"deleted in Webex, two reads said so":   {seen: plan.Seen{Missing: now.Add(-10 * time.Minute), Other: true}, want: []string{"show: meeting deleted in Webex → ", "note: meeting deleted in Webex"}},
		"not shown once: nothing is written":    {seen: plan.Seen{Missing: now.Add(-9 * time.Minute), Other: true}, want: []string{"wait: second read"}},
		"not shown, and nothing else is either": {seen: plan.Seen{Missing: now.Add(-time.Hour), Told: true}, want: []string{"note: cannot be seen"}},
		"not shown, by another Webex account":   {host: func(i *plan.Input) { i.Host.ID = "another" }, seen: sure, want: []string{"note: cannot be seen"}},
		"not shown, Webex signed out":           {host: func(i *plan.Input) { i.Host.State = meeting.GrantDead }, seen: sure, want: []string{"note: cannot be seen"}},
		"not shown, and the event is over":      {event: func(e *meeting.Event) { e.Start, e.End = now.Add(-2*time.Hour), now.Add(-time.Hour) }, seen: sure, want: []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := event(func(e *meeting.Event) { e.Location = link })
			l := held(t, e, agreed)
			if test.link != nil {
				test.link(l)
			}
			if test.event != nil {
				test.event(e)
			}
			i := in(e, l, shown)
			if test.host != nil {
				test.host(&i)
			}
			i.Seen = &test.seen
			got := brief(plan.Event(i))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatComesFromWebexIsOneWrite(t *testing.T) {
	t.Parallel()
	e := event(func(e *meeting.Event) { e.Location = link })
	l := held(t, e, func(l *meeting.Link) { l.Got = meeting.Shape{Title: "Review", Start: e.Start, End: e.End} })
	there := &meeting.Meeting{Title: "Plans", Start: now.Add(5 * time.Hour), End: now.Add(6 * time.Hour)}
	i := in(e, l, shown)
	i.Seen = &plan.Seen{Meeting: there, Before: there}
	got := plan.Event(i)
	if len(got) != 1 || got[0].Subject == nil || *got[0].Subject != "Plans" || got[0].Start == nil || !got[0].Start.Equal(there.Start) {
		t.Errorf("plan = %+v, want title and time in one write: each one mails the attendees", got)
	}
}

// A whole day is shorter in Webex: its times never flow back, so Webex gets them again.
func TestTimesOfAWholeDayStay(t *testing.T) {
	t.Parallel()
	day := now.Truncate(24 * time.Hour).Add(24 * time.Hour)
	e := event(func(e *meeting.Event) {
		e.Location, e.AllDay, e.Start, e.End = link, true, day, day.Add(24*time.Hour)
	})
	l := held(t, e, func(l *meeting.Link) { l.Got = l.Wanted })
	there := &meeting.Meeting{Title: l.Got.Title, Start: day.Add(9 * time.Hour), End: day.Add(10 * time.Hour)}
	i := in(e, l, shown)
	i.Seen = &plan.Seen{Meeting: there, Before: there}
	got := plan.Event(i)
	if len(got) != 1 || got[0].Do != plan.Update || got[0].Patch.Start == nil || !got[0].Patch.Start.Equal(l.Wanted.Start) {
		t.Errorf("plan = %+v, want the day's times for Webex", got)
	}
}

// TestNoEditIsRevertedByAStaleRead: edits of both sides, at whatever pace, and
// reads that show any state of the last ten minutes. Nothing older than what
// the event says is ever written into it.
func TestNoEditIsRevertedByAStaleRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		e := event(func(e *meeting.Event) { e.Location, e.Subject = link, "0" })
		l := held(t, e, func(l *meeting.Link) { l.Got = meeting.Shape{Title: "0", Start: e.Start, End: e.End} })
		l.Wanted.Title = "0"
		type state struct {
			at    time.Time
			title string
		}
		clock, next := now, 1
		webex := []state{{now.Add(-time.Hour), "0"}} // oldest first
		asked := 0                                   // the newest edit that the event has seen, of either side
		var before *state
		number := func(title string) int { n, _ := strconv.Atoi(title); return n }
		for range rapid.IntRange(1, 20).Draw(r, "steps") {
			clock = clock.Add(time.Duration(rapid.IntRange(1, 400).Draw(r, "seconds")) * time.Second)
			switch rapid.IntRange(0, 3).Draw(r, "step") {
			case 0:
				e.Subject = strconv.Itoa(next)
				asked, next = next, next+1
			case 1:
				webex = append(webex, state{clock, strconv.Itoa(next)})
				next++
			default:
				oldest := 0
				for i, s := range webex {
					if clock.Sub(s.at) >= 10*time.Minute {
						oldest = i
					}
				}
				shows := webex[rapid.IntRange(oldest, len(webex)-1).Draw(r, "shows")]
				m := &meeting.Meeting{ID: "meeting", Title: shows.title, Start: e.Start, End: e.End}
				seen := plan.Seen{Meeting: m}
				if before != nil && before.title == shows.title && clock.Sub(before.at) >= 30*time.Second {
					seen.Before = m
				} else if before == nil || before.title != shows.title {
					before = &state{clock, shows.title}
				}
				i := in(e, l, shown)
				i.Now, i.Seen = clock, &seen
				for _, a := range plan.Event(i) {
					switch {
					case a.Do == plan.Show && a.Subject != nil:
						if number(*a.Subject) < asked {
							r.Fatalf("%s was written over %s", *a.Subject, e.Subject)
						}
						e.Subject, asked = *a.Subject, number(*a.Subject)
						l.TitleAt = clock
						l.Wanted.Title, l.Got.Title, before = e.Subject, m.Title, nil
					case a.Do == plan.Update && a.Patch.Title != nil:
						webex = append(webex, state{clock, *a.Patch.Title})
						l.TitleAt = clock
						l.Wanted.Title, l.Got.Title, before = *a.Patch.Title, *a.Patch.Title, nil
					}
				}
			}
		}
	})
}
