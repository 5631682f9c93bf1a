package plan_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
	sure := plan.Seen{Told: true, Other: true}
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
		"Webex still shows what we replaced": {link: func(l *meeting.Link) {
			l.WroteAt, l.Replaced = now.Add(-10*time.Minute), meeting.Shape{Title: "Old", Start: l.Got.Start, End: l.Got.End}
		}, seen: plan.Seen{Meeting: meetingIs("Old", time.Hour), Before: meetingIs("Old", time.Hour)}, want: []string{}},
		"Webex shows it long after: a person set it back": {link: func(l *meeting.Link) {
			l.WroteAt, l.Replaced = now.Add(-16*time.Minute), meeting.Shape{Title: "Old", Start: l.Got.Start, End: l.Got.End}
		}, seen: plan.Seen{Meeting: meetingIs("Old", time.Hour), Before: meetingIs("Old", time.Hour)}, want: []string{"show: meeting changed in Webex"}},
		"a private title never flows back":      {event: private, link: func(l *meeting.Link) { l.Wanted.Title, l.Got.Title = meeting.PrivateTitle, meeting.PrivateTitle }, seen: plan.Seen{Meeting: meetingIs("Plans", time.Hour), Before: meetingIs("Plans", time.Hour)}, want: []string{}},
		"deleted in Webex, a webhook said so":   {seen: sure, want: []string{"show: meeting deleted in Webex → ", "note: meeting deleted in Webex"}},
		"deleted in Webex, two reads said so":   {seen: plan.Seen{Twice: true, Other: true}, want: []string{"show: meeting deleted in Webex → ", "note: meeting deleted in Webex"}},
		"not shown once: nothing is written":    {seen: plan.Seen{Other: true}, want: []string{"note: cannot be seen"}},
		"not shown, and nothing else is either": {seen: plan.Seen{Told: true, Twice: true}, want: []string{"note: cannot be seen"}},
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
