package web

import (
	"slices"
	"time"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/views"
)

// problemDays is how long a problem of an event that is over is still told.
const problemDays = 7

// eventRows sorts the links of a mailbox into what has to be seen to and what
// is to come, by their time. Held deletions are counted among the problems.
func eventRows(links []meeting.Link, connected bool, now time.Time) (problems, meetings []views.Meeting, held int) {
	links = slices.Clone(links)
	slices.SortStableFunc(links, func(a, b meeting.Link) int { return a.Starts.Compare(b.Starts) })
	for _, link := range links {
		switch {
		case link.Problem != "" && link.Ends.After(now.AddDate(0, 0, -problemDays)):
			if link.Problem == meeting.ProblemHeld {
				held++
			}
			problems = append(problems, problemRow(link, len(problems)+1, now))
		case link.Problem == "" && link.State != meeting.LinkEnded && link.Ends.After(now):
			meetings = append(meetings, meetingRow(link, len(meetings)+1, connected))
		}
	}
	return problems, meetings, held
}
