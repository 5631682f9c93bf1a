package graph

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// series is what a master shows only to who asks for it by name.
// https://learn.microsoft.com/graph/api/resources/event
type series struct {
	CancelledOccurrences *[]string         `json:"cancelledOccurrences"`
	ExceptionOccurrences []json.RawMessage `json:"exceptionOccurrences"`
}

// Series reads a master with its exceptions and what was cancelled, in one call.
// Errors as for one event of Events.
// https://learn.microsoft.com/graph/api/event-get
func (c *Client) Series(ctx context.Context, mailbox meeting.AccountID, master meeting.EventID) (s meeting.Series, err error) {
	defer wrap(&err, "read series")
	call := wire.Call{Op: "read series", Method: http.MethodGet, URL: "/v1.0" + eventPath(mailbox, master) + query(
		"$select", eventFields+",cancelledOccurrences,exceptionOccurrences", "$expand", "exceptionOccurrences")}
	a, err := c.do(ctx, mailbox, call)
	if err != nil {
		return meeting.Series{}, err
	}
	if s.Master, err = decodeEvent(a.Body); err != nil {
		return meeting.Series{}, err
	}
	var more series
	if err := json.Unmarshal(a.Body, &more); err != nil {
		return meeting.Series{}, errs.New(errs.Internal, "unforeseen series: %w", err)
	}
	for _, raw := range more.ExceptionOccurrences {
		e, err := decodeEvent(raw)
		if err != nil {
			return meeting.Series{}, err
		}
		s.Exceptions = append(s.Exceptions, e)
	}
	slices.SortFunc(s.Exceptions, func(a, b meeting.Event) int {
		return cmp.Or(a.OriginalStart.Compare(b.OriginalStart), cmp.Compare(a.ID, b.ID))
	})
	if more.CancelledOccurrences == nil {
		return s, nil
	}
	s.Known = true
	for _, id := range *more.CancelledOccurrences {
		d, ok := cancelled(id)
		if !ok { // an id of another form than was ever seen
			s.Known, s.Cancelled = false, nil
			break
		}
		s.Cancelled = append(s.Cancelled, d)
	}
	slices.Sort(s.Cancelled)
	return s, nil
}

// cancelled reads the date at the end of "OID.{master}.{yyyy-MM-dd}".
func cancelled(id string) (meeting.Date, bool) {
	at := len(id) - len(time.DateOnly)
	if at < 1 || id[at-1] != '.' {
		return 0, false
	}
	d, err := meeting.ParseDate(id[at:])
	return d, err == nil
}

const instanceFields = "id,type,isAllDay,start,end,originalStart"

// Instances lists the dates of a series that overlap from to to, exceptions
// where they stand now, cancelled ones not.
// https://learn.microsoft.com/graph/api/event-list-instances
func (c *Client) Instances(ctx context.Context, mailbox meeting.AccountID, master meeting.EventID, from, to time.Time) (all []meeting.Instance, err error) {
	defer wrap(&err, "list instances")
	address := "/v1.0" + eventPath(mailbox, master) + "/instances" + query(
		"startDateTime", utc(from), "endDateTime", utc(to), "$select", instanceFields, "$top", pageSize)
	return list(ctx, c, mailbox, "list instances", address, decodeInstance)
}

func decodeInstance(raw json.RawMessage) (meeting.Instance, error) {
	var e event
	if err := json.Unmarshal(raw, &e); err != nil {
		return meeting.Instance{}, errs.New(errs.Internal, "unforeseen instance: %w", err)
	}
	start, err := e.Start.time(e.IsAllDay)
	if err != nil {
		return meeting.Instance{}, err
	}
	end, err := e.End.time(e.IsAllDay)
	if err != nil {
		return meeting.Instance{}, err
	}
	original := start // where the rule has it, unless it was moved
	if e.OriginalStart != "" {
		if original, err = originalStart(e.OriginalStart); err != nil {
			return meeting.Instance{}, err
		}
	}
	if e.ID == "" {
		return meeting.Instance{}, errs.New(errs.Internal, "unforeseen instance: no id")
	}
	return meeting.Instance{ID: meeting.EventID(e.ID), Type: e.Type, OriginalStart: original, Start: start, End: end}, nil
}
