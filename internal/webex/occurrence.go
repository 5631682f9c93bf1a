package webex

import (
	"context"
	"net/url"
	"slices"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// Occurrences lists the dates of a series that overlap from (inclusive) to to
// (exclusive), by original start. Where they stand now counts: one that was
// moved out of that time is not listed, so whoever looks for what was deleted
// has to ask for more than the dates in question. Webex shows a deleted one
// nowhere. errs.Unavailable: one cannot be shown now, and would look as if it
// were deleted. errs.NotFound: the series is gone.
// https://developer.webex.com/docs/api/v1/meetings/list-meetings
func (c *Client) Occurrences(ctx context.Context, host meeting.Host, series meeting.MeetingID, from, to time.Time) (found []meeting.WebexOccurrence, err error) {
	defer wrap(&err, "list occurrences")
	if !from.Before(to) {
		return nil, nil
	}
	objects, err := list[object](ctx, c, host, "list occurrences", address("/v1/meetings", url.Values{
		"meetingSeriesId": {string(series)}, "meetingType": {"scheduledMeeting"}, "max": {"100"},
		"from": {from.UTC().Format(time.RFC3339)}, "to": {to.UTC().Format(time.RFC3339)},
	}, host))
	if err != nil {
		return nil, err
	}
	listed := map[meeting.MeetingID]bool{}
	for _, o := range objects {
		if o.unreadable() {
			return nil, errs.New(errs.Unavailable, "an occurrence cannot be shown")
		}
		if o.Kind != "" && o.Kind != "scheduledMeeting" || o.SeriesID != "" && o.SeriesID != wire.Text(series) {
			continue // not what was asked for
		}
		one, err := o.occurrence()
		if err != nil {
			return nil, err
		}
		if !listed[one.ID] { // a list that changes shows one on two pages
			listed[one.ID] = true
			found = append(found, one)
		}
	}
	slices.SortFunc(found, func(a, b meeting.WebexOccurrence) int { return a.Original.Compare(b.Original) })
	return found, nil
}

// occurrence reads the original start from the id. Of an id of another form it
// is known only while the occurrence stands where the rule puts it.
func (o object) occurrence() (meeting.WebexOccurrence, error) {
	m, err := o.meeting()
	if err != nil {
		return meeting.WebexOccurrence{}, err
	}
	_, original, ok := m.ID.Original()
	switch {
	case !ok && bool(o.Modified):
		return meeting.WebexOccurrence{}, errs.New(errs.Internal, "unforeseen occurrence: its id does not tell its date")
	case !ok:
		original = m.Start
	}
	return meeting.WebexOccurrence{
		ID: m.ID, Original: original, Start: m.Start, End: m.End,
		Title: m.Title, State: m.State, Modified: bool(o.Modified),
	}, nil
}
