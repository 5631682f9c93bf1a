package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// batchLimit is the most requests of a $batch.
// https://learn.microsoft.com/graph/json-batching
const batchLimit = 20

// Events reads the events with their bodies: a GET for one, else a $batch for
// each 20 of them. What Graph answers about an event is in its Sighting, a
// refusal too; the error is for what concerns them all: no token, no answer.
func (c *Client) Events(ctx context.Context, mailbox meeting.AccountID, ids []meeting.EventID) (seen []meeting.Sighting, err error) {
	defer wrap(&err, "read events")
	for len(ids) > 0 {
		n := min(len(ids), batchLimit)
		some, err := c.readSome(ctx, mailbox, ids[:n])
		if err != nil {
			return nil, err
		}
		seen, ids = append(seen, some...), ids[n:]
	}
	return seen, nil
}

// readSome halves a batch whose answer is too large: one fat event must not
// hide its neighbours.
func (c *Client) readSome(ctx context.Context, mailbox meeting.AccountID, ids []meeting.EventID) ([]meeting.Sighting, error) {
	if len(ids) == 1 {
		return c.readOne(ctx, mailbox, ids[0])
	}
	seen, err := c.readBatch(ctx, mailbox, ids)
	if !errs.Is(err, errs.TooLarge) {
		return seen, err
	}
	half := len(ids) / 2
	first, err := c.readSome(ctx, mailbox, ids[:half])
	if err != nil {
		return nil, err
	}
	second, err := c.readSome(ctx, mailbox, ids[half:])
	return append(first, second...), err
}

func (c *Client) readOne(ctx context.Context, mailbox meeting.AccountID, id meeting.EventID) ([]meeting.Sighting, error) {
	call := wire.Call{Op: "read event", Method: http.MethodGet, URL: "/v1.0" + readPath(mailbox, id)}
	a, err := c.do(ctx, mailbox, call)
	switch {
	case err == nil:
		e, err := decodeEvent(a.Body)
		return []meeting.Sighting{sighting(id, e, err)}, nil
	case a.Status != 0 && a.Status != http.StatusUnauthorized:
		return []meeting.Sighting{{ID: id, Err: err}}, nil
	}
	return nil, err
}

func readPath(mailbox meeting.AccountID, id meeting.EventID) string {
	return eventPath(mailbox, id) + query("$select", eventFields)
}

func sighting(id meeting.EventID, e meeting.Event, err error) meeting.Sighting {
	if err != nil {
		return meeting.Sighting{ID: id, Err: err}
	}
	return meeting.Sighting{ID: id, Event: &e}
}

type batchRequest struct {
	Requests []batchPart `json:"requests"`
}

type batchPart struct {
	ID      string            `json:"id"`
	Method  string            `json:"method"`
	URL     string            `json:"url"`     // below the version
	Headers map[string]string `json:"headers"` // those of the batch itself do not count
}

type batchAnswer struct {
	Responses []batchReply `json:"responses"`
}

type batchReply struct {
	ID      wire.Text            `json:"id"`
	Status  int                  `json:"status"`
	Headers map[string]wire.Text `json:"headers"`
	Body    json.RawMessage      `json:"body"`
}

func (r batchReply) answer() wire.Answer {
	a := wire.Answer{Status: r.Status, Header: http.Header{}, Body: r.Body}
	for name, value := range r.Headers {
		a.Header.Set(name, string(value))
	}
	return a
}

func (c *Client) readBatch(ctx context.Context, mailbox meeting.AccountID, ids []meeting.EventID) ([]meeting.Sighting, error) {
	var req batchRequest
	for i, id := range ids {
		req.Requests = append(req.Requests, batchPart{
			ID: strconv.Itoa(i + 1), Method: http.MethodGet, URL: readPath(mailbox, id),
			Headers: map[string]string{"Prefer": prefer},
		})
	}
	call := wire.Call{
		Op: "read batch", Method: http.MethodPost, URL: "/v1.0/$batch", Body: req, ReadOnly: true,
		Refused: anyPartRefused,
	}
	a, err := c.doAs(ctx, mailbox, "", call, len(ids)) // Graph runs them four at a time
	if err != nil {
		return nil, err
	}
	var answer batchAnswer
	if err := wire.Decode(call, a, &answer); err != nil {
		return nil, err
	}
	replies := map[string]batchReply{} // they come in any order
	for _, r := range answer.Responses {
		replies[string(r.ID)] = r
	}
	var seen []meeting.Sighting
	for i, id := range ids {
		seen = append(seen, c.readPart(id, replies, req.Requests[i]))
	}
	return seen, nil
}

func (c *Client) readPart(id meeting.EventID, replies map[string]batchReply, part batchPart) meeting.Sighting {
	r, ok := replies[part.ID]
	if !ok {
		return meeting.Sighting{ID: id, Err: fmt.Errorf("part of a batch: %w", errs.New(errs.Unavailable, "no answer"))}
	}
	if a := r.answer(); !a.OK() {
		return meeting.Sighting{ID: id, Err: c.refusal(wire.Call{Method: part.Method}, a)}
	}
	e, err := decodeEvent(r.Body)
	return sighting(id, e, err)
}

// anyPartRefused reports whether a part was answered 401: a token may end
// between Graph's door and the mailbox.
func anyPartRefused(a wire.Answer) bool {
	var answer batchAnswer
	if !a.OK() || json.Unmarshal(a.Body, &answer) != nil {
		return false
	}
	for _, r := range answer.Responses {
		if r.Status == http.StatusUnauthorized {
			return true
		}
	}
	return false
}
