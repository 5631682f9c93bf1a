package web

import (
	"slices"
	"strconv"
	"time"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// problemDays is how long a problem of an event that is over is still told, and
// a meeting that is over still shown.
const problemDays = 7

// rows are the links of a mailbox as its page shows them, by their time.
type rows struct {
	problems []views.Meeting // to be seen to
	meetings []views.Meeting // to come, without a problem
	waiting  []views.Meeting // those of them that are not as they shall be yet
	past     []views.Meeting // newest first
	held     int             // deletions among the problems
}

// eventRows sorts the links of a mailbox.
func eventRows(links []meeting.Link, connected bool, now time.Time) rows {
	links = slices.Clone(links)
	slices.SortStableFunc(links, func(a, b meeting.Link) int { return startOf(a, now).Compare(startOf(b, now)) })
	var r rows
	for _, link := range links {
		recent := link.Ends.After(now.AddDate(0, 0, -problemDays))
		switch {
		case link.Problem != "" && recent:
			if link.Problem == meeting.ProblemHeld {
				r.held++
			}
			r.problems = append(r.problems, problemRow(link, len(r.problems)+1, now))
		case link.Problem != "" || link.State == meeting.LinkEnded:
		case link.Ends.After(now):
			row := meetingRow(link, len(r.meetings)+1, connected, now)
			r.meetings = append(r.meetings, row)
			if row.Tone == views.Wait {
				r.waiting = append(r.waiting, row)
			}
		case recent && link.State == meeting.LinkLinked:
			row := eventRow(link, now)
			row.ID, row.State, row.Tone, row.Join = "past-"+strconv.Itoa(len(r.past)+1), "Over", views.Plain, ""
			r.past = append(r.past, row)
		}
	}
	slices.Reverse(r.past)
	return r
}

// What the account page may be asked to show.
const (
	showAttention = "attention"
	showWaiting   = "waiting"
	showPast      = "past"
)

// pick puts those rows on the page that were asked for; the problems are on it
// whenever what is to come is.
func (r rows) pick(page *views.Account, show string) {
	switch show {
	case showAttention:
		page.Problems, page.Held = r.problems, r.held
		page.Empty = "Nothing needs your attention."
	case showWaiting:
		page.Meetings, page.Empty = r.waiting, "Nothing is being waited for."
	case showPast:
		page.Meetings, page.Empty = r.past, "No event of the last seven days had a Webex meeting."
	default:
		show = ""
		page.Problems, page.Held, page.Meetings = r.problems, r.held, r.meetings
		page.Empty = "No upcoming event has a Webex meeting at the moment."
	}
	page.Show = show
	if len(r.problems)+len(r.meetings)+len(r.past) == 0 && show == "" {
		return // nothing to choose from
	}
	for _, f := range []struct {
		show, text string
		count      int
	}{
		{"", "All", len(r.problems) + len(r.meetings)}, {showAttention, "Needs attention", len(r.problems)},
		{showWaiting, "Waiting", len(r.waiting)}, {showPast, "Past", len(r.past)},
	} {
		page.Filters = append(page.Filters, views.Filter{
			Text: f.text, Count: strconv.Itoa(f.count), URL: route.With(route.Account, "show", f.show) + "#meetings", Current: f.show == show,
		})
	}
}
