package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

const (
	pageSize = "100"
	maxPages = 1000 // more is a server that goes round in circles
)

// EventsByICalUID returns the mailbox's events, singles and masters, with that
// iCalUId. https://learn.microsoft.com/graph/api/user-list-events
func (c *Client) EventsByICalUID(ctx context.Context, mailbox meeting.AccountID, uid string) (found []meeting.Event, err error) {
	defer wrap(&err, "find events")
	address := "/v1.0" + userPath(mailbox) + "/events" + query(
		"$filter", "iCalUId eq '"+strings.ReplaceAll(uid, "'", "''")+"'",
		"$select", eventFields, "$top", pageSize)
	return list(ctx, c, mailbox, "find events", address, decodeEvent)
}

// View returns what the calendar shows between from and to: singles,
// occurrences and exceptions, never masters.
// https://learn.microsoft.com/graph/api/user-list-calendarview
func (c *Client) View(ctx context.Context, mailbox meeting.AccountID, from, to time.Time) (refs []meeting.EventRef, err error) {
	defer wrap(&err, "view calendar")
	address := "/v1.0" + userPath(mailbox) + "/calendarView" + query(
		"startDateTime", utc(from), "endDateTime", utc(to), "$select", refFields, "$top", pageSize)
	return list(ctx, c, mailbox, "view calendar", address, decodeRef)
}

// ChangedSince returns singles and masters whose last modification is not before since.
func (c *Client) ChangedSince(ctx context.Context, mailbox meeting.AccountID, since time.Time) (refs []meeting.EventRef, err error) {
	defer wrap(&err, "list changed events")
	address := "/v1.0" + userPath(mailbox) + "/events" + query(
		"$filter", "lastModifiedDateTime ge "+utc(since), "$select", refFields, "$top", pageSize)
	return list(ctx, c, mailbox, "list changed events", address, decodeRef)
}

// EndingAfter returns singles that end at t or later, and masters whose first
// occurrence does: Graph compares a master by that, and no page says that type
// can be filtered by. Masters that began earlier are seen through View.
func (c *Client) EndingAfter(ctx context.Context, mailbox meeting.AccountID, t time.Time) (refs []meeting.EventRef, err error) {
	defer wrap(&err, "list coming events")
	address := "/v1.0" + userPath(mailbox) + "/events" + query(
		"$filter", "end/dateTime ge '"+t.UTC().Format(localTime)+"'", "$select", refFields, "$top", pageSize)
	return list(ctx, c, mailbox, "list coming events", address, decodeRef)
}

func utc(t time.Time) string { return t.UTC().Format(localTime + "Z") }

type page struct {
	Value []json.RawMessage `json:"value"`
	Next  string            `json:"@odata.nextLink"`
}

// list reads all pages. An item that cannot be read fails the list: what is
// missing from it would count as gone.
func list[T any](ctx context.Context, c *Client, mailbox meeting.AccountID, op, address string, decode func(json.RawMessage) (T, error)) ([]T, error) {
	var all []T
	for range maxPages {
		var p page
		if err := c.get(ctx, mailbox, op, address, &p); err != nil {
			return nil, err
		}
		for i, raw := range p.Value {
			item, err := decode(raw)
			if err != nil {
				return nil, fmt.Errorf("item %d: %w", i, err)
			}
			all = append(all, item)
		}
		if p.Next == "" {
			return all, nil
		}
		address = p.Next
	}
	return nil, errs.New(errs.Internal, "over %d pages", maxPages)
}
