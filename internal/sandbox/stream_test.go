package sandbox_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// message is one server-sent event.
type message struct{ id, event, data string }

type listener struct {
	t     *testing.T
	lines *bufio.Scanner
}

// listen opens the stream; after is the id of the last message known, if any.
func (w *world) listen(after string) *listener {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 10*time.Second)
	w.t.Cleanup(cancel)
	req := w.request("GET", "/sandbox/events", nil).WithContext(ctx)
	if after != "" {
		req.Header.Set("Last-Event-ID", after)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { res.Body.Close() })
	if got := res.Header.Get("Content-Type"); got != "text/event-stream" {
		w.t.Fatalf("Content-Type %q", got)
	}
	return &listener{w.t, bufio.NewScanner(res.Body)}
}

// next waits for the next message; ok is false at the end of the stream.
func (l *listener) next() (m message, ok bool) {
	for l.lines.Scan() {
		name, value, _ := strings.Cut(l.lines.Text(), ": ")
		switch name {
		case "id":
			m.id = value
		case "event":
			m.event = value
		case "data":
			m.data = value
		case "":
			if m.event != "" {
				return m, true
			}
		}
	}
	return m, false
}

func TestStreamTellsCallsAndChanges(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.send(w.request("GET", "/v1/people/me", nil), nil) // before anybody listens
	l := w.listen("")
	m, _ := l.next()
	var e struct {
		Service, Method, Path string
		Status                int
	}
	if err := json.Unmarshal([]byte(m.data), &e); err != nil || m.event != "call" {
		t.Fatalf("%+v: %v", m, err)
	}
	if e.Service != "webex" || e.Method != "GET" || e.Path != "/v1/people/me" || e.Status != 401 {
		t.Errorf("told %+v", e)
	}
	w.make("ana@contoso.example", nil)
	m, _ = l.next()
	if err := json.Unmarshal([]byte(m.data), &e); err != nil || e.Service != "person" {
		t.Errorf("told %+v, want a person's click", m)
	}
	if after, _ := l.next(); after.event != "changed" {
		t.Errorf("told %+v, want changed", after)
	}

	// A listener that was away is told what it missed, and no more.
	w.make("ana@contoso.example", nil)
	back := w.listen(m.id)
	n, _ := strconv.Atoi(m.id)
	if missed, _ := back.next(); missed.id != strconv.Itoa(n+1) {
		t.Errorf("came back after %d, told %+v", n, missed)
	}
}

func TestCloseEndsStreams(t *testing.T) {
	t.Parallel()
	w := setup(t)
	l := w.listen("")
	w.Close()
	if m, ok := l.next(); ok {
		t.Errorf("told %+v after Close", m)
	}
	if err := l.lines.Err(); err != nil {
		t.Errorf("the stream did not end: %v", err)
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var log struct {
		Last    int64
		Entries []struct {
			Seq     int64
			Service string
		}
	}
	w.do("GET", "/sandbox/log", nil, &log)
	if log.Last != 0 || len(log.Entries) != 0 {
		t.Errorf("at first: %+v", log)
	}
	w.make("ana@contoso.example", object{"attendees": []string{"bo@contoso.example"}})
	w.do("GET", "/sandbox/log?since=0", nil, &log)
	if log.Last < 2 || int64(len(log.Entries)) != log.Last {
		t.Fatalf("a click and a mail: %+v", log)
	}
	last := log.Last
	w.do("GET", "/sandbox/log?since="+strconv.FormatInt(last, 10), nil, &log)
	if log.Last != last || len(log.Entries) != 0 {
		t.Errorf("nothing new: %+v", log)
	}
	if status := w.do("GET", "/sandbox/log?since=x", nil, nil); status != 400 {
		t.Errorf("since=x: status %d", status)
	}
}
