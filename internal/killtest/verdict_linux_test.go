//go:build killtest

package killtest

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/sandbox/trace"
)

// settled bounds the wait for rest. A create that a kill cut off is looked for
// after 2, 10 and 60 seconds before it is tried anew.
const settled = 3 * time.Minute

// verdict is what is wrong at an instant.
type verdict struct {
	lost    []string // an event without its meeting, or with one that is not like it, or that it does not show
	doubled []string // a meeting that belongs to no event, or one too many
	words   []string // ids of all that, to look for in logs
}

func (v *verdict) clean() bool { return len(v.lost)+len(v.doubled) == 0 }

func (v *verdict) String() string {
	return fmt.Sprintf("%d lost, %d doubled\n%s", len(v.lost), len(v.doubled), strings.Join(slices.Concat(v.lost, v.doubled), "\n"))
}

// judge compares both sides as they are now.
func (w *world) judge() *verdict {
	v := &verdict{}
	for _, who := range w.people {
		meetings := w.box.Webex.Meetings(who)
		for _, id := range w.diary.events[who] {
			e, ok := w.box.Microsoft.Event(who, id)
			if !ok {
				w.t.Errorf("%s: event %s is gone, and nobody deleted it", who, id)
				continue
			}
			body := strings.ReplaceAll(e.Body.Content, "&amp;", "&")
			mine := slices.IndexFunc(meetings, func(m fakewebex.Meeting) bool { return strings.Contains(body, m.WebLink) })
			if mine < 0 {
				v.lost = append(v.lost, fmt.Sprintf("%s: %q shows no meeting (location %q), event %s", who, e.Subject, e.Location.DisplayName, id))
				v.words = append(v.words, id)
				continue
			}
			m := meetings[mine]
			meetings = slices.Delete(meetings, mine, mine+1)
			if wrong := w.compare(e, m, body); wrong != "" {
				v.lost = append(v.lost, fmt.Sprintf("%s: %q: %s, event %s, meeting %s", who, e.Subject, wrong, id, m.ID))
				v.words = append(v.words, id, m.ID)
			}
		}
		for _, m := range meetings {
			v.doubled = append(v.doubled, fmt.Sprintf("%s: no event shows the meeting %q %s, tags %v", who, m.Title, m.ID, m.Tags))
			v.words = append(v.words, m.ID)
		}
	}
	return v
}

// compare tells in what a meeting is not its event's.
func (w *world) compare(e fakems.Event, m fakewebex.Meeting, body string) string {
	from, err1 := e.Start.Time()
	to, err2 := e.End.Time()
	switch {
	case err1 != nil || err2 != nil:
		return fmt.Sprint(err1, err2)
	case m.Title != e.Subject:
		return fmt.Sprintf("the meeting's title is %q", m.Title)
	case !m.Start.Equal(from) || !m.End.Equal(to):
		return fmt.Sprintf("the meeting is at %v to %v, the event at %v to %v", m.Start, m.End, from, to)
	case len(m.Invitees) != len(e.Attendees):
		return fmt.Sprintf("the meeting has %d invitees, the event %d", len(m.Invitees), len(e.Attendees))
	case e.Location.DisplayName != m.WebLink:
		return fmt.Sprintf("the location is %q", e.Location.DisplayName)
	case len(keysIn(body, w.url)) != 1:
		return fmt.Sprintf("the body has blocks of the keys %q, want one", keysIn(body, w.url))
	}
	return ""
}

// keysIn returns the keys of the join blocks of a body, each once.
func keysIn(body, publicURL string) []string {
	var keys []string
	for _, found := range regexp.MustCompile(regexp.QuoteMeta(publicURL)+`/m/([A-Za-z0-9_-]+)`).FindAllStringSubmatch(body, -1) {
		keys = append(keys, found[1])
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// rest waits until all processes serve, no notification is on its way, both
// sides are right, and two whole sweeps of each mailbox have written nothing.
// What is wrong when that does not come fails the test.
func (w *world) rest() *verdict {
	w.t.Helper()
	ctx := w.within(settled)
	for _, p := range w.fleet {
		p.awaitServing(ctx)
	}
	v, quiet := w.await(ctx)
	if v.clean() && quiet {
		if made, wished := w.creates(), w.wishes(); made > wished {
			w.t.Errorf("%d meetings were made for %d events", made, wished)
		}
		return v
	}
	lines := w.about(v.words...)
	if !quiet {
		lines += "\nwrites go on:\n" + w.lastWrites(20)
	}
	w.t.Errorf("no rest after %v (quiet: %t): %v\n%s", settled, quiet, v, lines)
	return v
}

// about returns what logs and trace hold of the words, for whoever mends it.
func (w *world) about(words ...string) string {
	var lines []string
	for _, p := range w.fleet {
		lines = append(lines, p.mentions(words...)...)
	}
	for _, e := range w.box.Trace.Since(0) {
		if slices.ContainsFunc(words, func(word string) bool { return strings.Contains(e.Path+" "+e.Actor, word) }) {
			path, _, _ := strings.Cut(e.Path, "?")
			lines = append(lines, fmt.Sprintf("trace: %s %s %s %s %d %s", e.Time.Format("15:04:05.000"), e.Service, e.Method, path, e.Status, e.Fault))
		}
	}
	return strings.Join(lines, "\n")
}

// await returns once there is rest, or what is wrong when ctx ends.
func (w *world) await(ctx context.Context) (v *verdict, quiet bool) {
	seq, swept := w.box.Trace.Last(), map[string]int{}
	for {
		delivered := w.box.Microsoft.AwaitQuiet(ctx) == nil
		for _, e := range w.box.Trace.Since(seq) {
			seq = e.Seq
			switch {
			case e.Write && (e.Service == trace.Graph || e.Service == trace.Webex):
				clear(swept)
			case e.Service == trace.Graph && sweeps(e.Path):
				swept[e.Actor]++
			}
		}
		// The begin of a third sweep is the end of the second.
		quiet = delivered && !slices.ContainsFunc(w.people, func(who string) bool { return swept[who] < 3 })
		if v = w.judge(); quiet && v.clean() || ctx.Err() != nil {
			return v, quiet
		}
		_, _ = w.box.Trace.Await(ctx, seq, func(trace.Entry) bool { return true })
	}
}

// sweeps reports whether the call is the first of a sweep.
func sweeps(path string) bool {
	query, err := url.QueryUnescape(path)
	return err == nil && strings.Contains(query, "lastModifiedDateTime ge ")
}

// creates counts the meetings ever made, wishes the events ever made for one.
func (w *world) creates() (n int) {
	for _, e := range w.box.Trace.Since(0) {
		if e.Service == trace.Webex && e.Method == "POST" && e.Path == "/v1/meetings" && e.Write {
			n++
		}
	}
	return n
}

func (w *world) wishes() (n int) {
	for _, created := range w.diary.created {
		n += created
	}
	return n
}

func (w *world) lastWrites(n int) string {
	var lines []string
	for _, e := range w.box.Trace.Since(0) {
		if e.Write {
			lines = append(lines, fmt.Sprintf("%s %s %s %s %d", e.Time.Format("15:04:05.000"), e.Service, e.Method, e.Path, e.Status))
		}
	}
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
