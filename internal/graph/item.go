package graph

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// maxItemID is far above the ids of Exchange, which have up to about 200 characters.
const maxItemID = 1024

// Item finds an event of the mailbox by the id that a client knows it by: an
// Office.js item id, which is that of Exchange Web Services, or one of Graph's,
// immutable or not. The event has its immutable id; only that of an occurrence
// may be the other kind. errs.NotFound: not there, not known to Graph yet, of
// another mailbox, or no id at all. What id says is never trusted: all calls
// name the mailbox's own owner.
// https://learn.microsoft.com/graph/outlook-immutable-id
func (c *Client) Item(ctx context.Context, mailbox meeting.AccountID, id string) (found meeting.Event, err error) {
	defer wrap(&err, "find item")
	rest, ok := restID(id)
	if !ok {
		return meeting.Event{}, errs.New(errs.NotFound, "not an item id")
	}
	found, err = c.readItem(ctx, mailbox, rest, http.Header{})
	if !errs.Is(err, errs.NotFound) {
		return found, err
	}
	// No page says that an id of the other kind is taken where immutable ones
	// are asked for. Read as what it is, the event has a name that both know.
	other, err := c.readItem(ctx, mailbox, rest, http.Header{"Prefer": nil})
	if err != nil || other.Type == meeting.Occurrence || other.Type == meeting.Exception {
		return other, err // Graph lists singles and masters
	}
	all, err := c.EventsByICalUID(ctx, mailbox, other.ICalUID)
	if err != nil {
		return meeting.Event{}, err
	}
	if i := slices.IndexFunc(all, func(e meeting.Event) bool { return e.ChangeKey == other.ChangeKey }); i >= 0 {
		return all[i], nil
	}
	if len(all) == 1 { // changed since
		return all[0], nil
	}
	return meeting.Event{}, errs.New(errs.NotFound, "%d events are called so", len(all))
}

// restID is the id as Graph writes it: that of Exchange Web Services in base64
// for addresses. It reports whether it can be one.
// https://learn.microsoft.com/javascript/api/outlook/office.mailbox
func restID(id string) (rest string, ok bool) {
	rest = strings.NewReplacer("/", "-", "+", "_").Replace(id)
	strange := strings.ContainsFunc(rest, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '-' || r == '_' || r == '=')
	})
	return rest, rest != "" && len(rest) <= maxItemID && !strange
}

// readItem takes any refusal of the id for not found: nothing else in the call
// could be wrong.
func (c *Client) readItem(ctx context.Context, mailbox meeting.AccountID, id string, header http.Header) (meeting.Event, error) {
	call := wire.Call{Op: "read item", Method: http.MethodGet, URL: "/v1.0" + readPath(mailbox, meeting.EventID(id)), Header: header}
	a, err := c.do(ctx, mailbox, call)
	switch {
	case err == nil:
		return decodeEvent(a.Body)
	case a.Status == http.StatusBadRequest || a.Status == http.StatusNotFound || a.Status == http.StatusGone:
		return meeting.Event{}, &errs.Error{Kind: errs.NotFound, Code: errs.CodeOf(err), Message: "no such item", Err: err}
	}
	return meeting.Event{}, err
}
