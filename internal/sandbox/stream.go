package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"webex-scheduler/internal/sandbox/trace"
)

// GET /sandbox/log?since=
func (s *Sandbox) showLog(w http.ResponseWriter, r *http.Request) {
	since, err := strconv.ParseInt(or(r.FormValue("since"), "0"), 10, 64)
	if err != nil {
		refuse(w, http.StatusBadRequest, "since: a number of an entry")
		return
	}
	entries := s.Trace.Since(since)
	if entries == nil {
		entries = []trace.Entry{}
	}
	last := max(since, 0)
	if n := len(entries); n > 0 {
		last = entries[n-1].Seq
	}
	answer(w, http.StatusOK, struct {
		Last    int64         `json:"last"` // ask for what comes after it next time
		Entries []trace.Entry `json:"entries"`
	}{last, entries})
}

// backlog is how many old entries a new listener is told, as many as the page
// shows.
const backlog = 200

// GET /sandbox/events
//
// Each entry of the trace is an event "call" with its number as id; after those
// that changed the world comes a "changed". A listener that comes back with
// Last-Event-ID misses nothing.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
func (s *Sandbox) stream(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.open, cancel)()
	out := http.NewResponseController(w)
	out.SetWriteDeadline(time.Time{}) // a stream outlives the server's WriteTimeout; not all servers can

	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	last := max(0, s.Trace.Last()-backlog)
	if id, err := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64); err == nil && id <= s.Trace.Last() {
		last = max(last, id)
	}
	fmt.Fprint(w, "retry: 1000\n\n")
	for {
		changed := false
		for _, e := range s.Trace.Since(last) {
			data, err := json.Marshal(e)
			if err != nil {
				panic(err) // all values are ours
			}
			fmt.Fprintf(w, "event: call\nid: %d\ndata: %s\n\n", e.Seq, data)
			changed = changed || e.Write || e.Service == trace.Person || e.Service == trace.Mail
			last = e.Seq
		}
		if changed {
			fmt.Fprintf(w, "event: changed\ndata: %d\n\n", last)
		}
		if out.Flush() != nil {
			return
		}
		if _, err := s.Trace.Await(ctx, last, func(trace.Entry) bool { return true }); err != nil {
			return
		}
	}
}

func or(v, otherwise string) string {
	if v == "" {
		return otherwise
	}
	return v
}
