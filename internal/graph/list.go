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
	maxPages = 10_000 // more is a server that goes round in circles
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

// list reads all pages of the mailbox, by the authority it is kept by.
func list[T any](ctx context.Context, c *Client, mailbox meeting.AccountID, op, address string, decode func(json.RawMessage) (T, error)) ([]T, error) {
	return listAs(ctx, c, mailbox, "", op, address, decode)
}

func listAs[T any](ctx context.Context, c *Client, mailbox meeting.AccountID, as meeting.Authority, op, address string, decode func(json.RawMessage) (T, error)) ([]T, error) {
	var all []T
	get := func(address string, into any) error { return c.getAs(ctx, mailbox, as, op, address, into) }
	err := eachPage(get, address, decode, func(some []T) error {
		all = append(all, some...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// eachPage reads pages until there is no next one. An item that cannot be read
// fails them all: what is missing from a list would count as gone.
func eachPage[T any](get func(address string, into any) error, address string, decode func(json.RawMessage) (T, error), take func([]T) error) error {
	for range maxPages {
		var p page
		if err := get(address, &p); err != nil {
			return err
		}
		items := make([]T, 0, len(p.Value))
		for i, raw := range p.Value {
			item, err := decode(raw)
			if err != nil {
				return fmt.Errorf("item %d: %w", i, err)
			}
			items = append(items, item)
		}
		if err := take(items); err != nil {
			return err
		}
		if p.Next == "" {
			return nil
		}
		address = p.Next
	}
	return errs.New(errs.Internal, "over %d pages", maxPages)
}
