package worldtest

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/sandbox/trace"
)

// world is a script at play.
type world struct {
	t      testing.TB
	script script
	house  *house
	storm  *storm
	people []string // connected, by user principal name

	mu      sync.Mutex
	entries map[string]*entry // by name
	windows map[string]window // by the event's name
	series  map[string]*series
	asked   int // requests of panes so far
	keys    counter
	revoked map[string]bool // people who have to sign in again

	// forgotten are people whose subscription went without a word: nobody
	// finds out before something changes.
	forgotten map[string]bool
}

// colleagues are those who may be connected, in order.
var colleagues = []string{apptest.Ana, apptest.Bo, apptest.Deepa, "mia@fabrikam.example"}

// stuck is how long a world may take on a real clock, on a busy machine: within
// a bubble, a program that spins on the spot stops time.
const stuck = 30 * time.Minute

// play runs a script in a bubble of its own and returns what is wrong in the
// end, and the program's log.
func play(t *testing.T, s script, d database) (wrong findings, log string) {
	endless := time.AfterFunc(stuck, func() { panic(fmt.Sprintf("a world does not come to an end: %v", s)) })
	defer endless.Stop()
	synctest.Test(t, func(t *testing.T) {
		p := &probe{TB: t}
		defer func() {
			if r := recover(); r != nil && r != p {
				p.Errorf("panic: %v\n%s", r, debug.Stack())
			}
			p.close()
			wrong = p.wrong
		}()
		time.Sleep(time.Until(s.Start))
		w := &world{t: p, script: s, entries: map[string]*entry{}, windows: map[string]window{}, series: map[string]*series{}, keys: counter(s.Seed), revoked: map[string]bool{}, forgotten: map[string]bool{}}
		defer func() {
			if w.house != nil {
				log = w.house.log.String()
				if _, panicked, found := strings.Cut(log, "panic: "); found {
					p.Errorf("the program goes on, but there was a panic: %.2000s", panicked)
				}
			}
		}()
		w.begin(d)
		for i, st := range s.Steps {
			w.take(st)
			if len(p.list()) > 0 {
				p.Errorf("after step %d", i+1)
				return
			}
		}
		w.settle()
		w.check()
	})
	return wrong, log
}

// begin connects everybody.
func (w *world) begin(d database) {
	s := w.script
	w.house = build(w.t, s.Seed, !s.Rough, d, map[string]string{"SWEEP_INTERVAL": s.Sweep.String()})
	w.storm = &storm{clock: w.house.clock}
	ms, webex := w.house.sandbox.Microsoft, w.house.sandbox.Webex
	ms.BinReadable, ms.Delay, ms.SubscriptionLifetime, ms.OnRequest = s.BinReadable, s.Delay, s.Subscriptions, w.storm.microsoft
	ms.Weather = w.storm
	w.behave()
	webex.RotateRefresh, webex.OnRequest, webex.CreateQuota = s.RotateRefresh, w.storm.webex, -1
	w.house.start()
	w.people = colleagues[:s.People]
	for i, upn := range w.people {
		w.house.connect(upn)
		for j, e := range ms.Events(upn, time.Time{}, time.Time{}) {
			if e.IsOrganizer {
				w.entries[fmt.Sprintf("week %d.%d", i, j)] = &entry{owner: upn, id: e.ID, html: true, wants: none, last: e, host: w.roomOf(upn)}
			}
		}
	}
	w.house.pass(time.Minute)
}

// take carries out one step.
func (w *world) take(s step) {
	ms, webex := w.house.sandbox.Microsoft, w.house.sandbox.Webex
	who := w.people[s.Who%len(w.people)]
	switch s.Do {
	case fault:
		w.storm.add(trouble{class: s.Class, form: s.Form, skip: s.Skip, times: s.N, wait: s.In})
	case calm:
		w.storm.clear(false)
	case lose:
		ms.DropNotifications(s.N)
	case post:
		w.storm.mislay(mishap{kind: fakems.Trouble(s.Text), times: s.N, wait: s.In})
	case lag:
		webex.SetLag(s.In, s.Long)
	case expire:
		ms.ExpireTokens(who)
		webex.ExpireTokens(who)
	case revoke:
		w.revoked[who] = true
		if s.Flag {
			webex.RevokeGrant(who)
		} else {
			ms.RevokeTokens(who)
			ms.ExpireTokens(who)
		}
	case forget:
		w.forgotten[who] = true
		for _, sub := range ms.Subscriptions(who) {
			ms.ExpireSubscription(sub.ID)
		}
	case lifecycle:
		for _, sub := range ms.Subscriptions(who) {
			ms.SendLifecycle(sub.ID, fakems.Lifecycle(s.Text))
		}
	case meet:
		w.meet(s)
	case retitle, shift:
		w.inWebex(s)
	case deaf:
		webex.DropWebhooks(s.N)
	case stop:
		w.house.stop()
	case start:
		w.house.start()
	case crash:
		if w.house.run != nil {
			w.house.run.line.doom(fate{class: s.Class, skip: s.Skip, after: s.Flag})
		}
	case jump:
		w.house.jump(s.In)
	case compose, add, save, shut, drop, choose:
		w.pane(s)
	default:
		if s.Class != "" {
			w.storm.lie(ambush{class: s.Class, skip: s.Skip, do: func() { w.outlook(s) }})
		} else {
			w.outlook(s)
		}
	}
	if s.Wait > 0 {
		w.house.pass(s.Wait)
	}
	w.look()
}

// meet starts or ends in Webex the meeting that an event shows. Webex refuses
// changes of a running meeting.
func (w *world) meet(s step) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.entries[s.Event]
	if e == nil || e.gone {
		return
	}
	v, ok := w.house.sandbox.Microsoft.Event(e.owner, e.id)
	if !ok {
		return
	}
	m := w.meetingOf(e, read(v.Body))
	switch {
	case m == nil:
		return
	case s.Flag:
		_ = w.house.sandbox.Webex.EndMeeting(m.ID) // none runs: all the same
	default:
		_ = w.house.sandbox.Webex.StartMeeting(m.ID)
	}
	e.met = true
}

// inWebex is what the host changes in Webex itself of the meeting that an event
// shows.
func (w *world) inWebex(s step) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.entries[s.Event]
	if e == nil || e.gone {
		return
	}
	v, ok := w.house.sandbox.Microsoft.Event(e.owner, e.id)
	if !ok || frozen(v) {
		return
	}
	m := w.meetingOf(e, read(v.Body))
	if m == nil || m.Recurrence != "" {
		return
	}
	e.inWebex = true
	for _, other := range w.entries { // a copy shows its original's until it has its own
		other.inWebex = other.inWebex || slices.Contains(other.links, m.WebLink)
	}
	_ = w.house.sandbox.Webex.EditMeeting(m.ID, func(m *fakewebex.Meeting) {
		if s.Do == retitle {
			m.Title = s.Text
			return
		}
		start := minute(w.house.clock.Now().Add(s.In))
		m.Start, m.End = start, start.Add(m.End.Sub(m.Start))
	})
}

// look notes which meetings events are seen with, and that no event is about
// to have a crowd of them.
func (w *world) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name, e := range w.entries {
		v, ok := w.house.sandbox.Microsoft.Event(e.owner, e.id)
		if !ok {
			continue
		}
		if !e.alien {
			e.shows(joinLinks(v.Body))
		}
		if len(e.era) > 1+e.adds && e.wants == must {
			w.t.Errorf("%s (%s): its meeting was replaced by another without need: %v", name, e.owner, e.era)
		}
		if !shapeOf(v).end.After(w.house.clock.Now()) {
			e.spent = true
		}
	}
	for tag, all := range w.byTag() {
		// Each create that was lost may have left one, for a quarter of an hour.
		if len(all) > w.holders(all)+w.storm.lost+w.house.deaths {
			w.t.Errorf("%d live meetings for one event (%s): %v", len(all), tag, ids(all))
		}
	}
}

// holders counts the events that show meetings of one tag: a copy may have taken
// over that of an event which was deleted, and is back. There may be one always.
func (w *world) holders(all []fakewebex.Meeting) int {
	of := map[string]bool{}
	for _, m := range all {
		for _, v := range w.house.sandbox.Microsoft.Events(m.Host, m.Start.AddDate(-1, 0, 0), m.End.AddDate(1, 0, 0)) {
			if slices.Contains(joinLinks(v.Body), m.WebLink) {
				of[cmp.Or(v.SeriesMasterID, v.ID)] = true
			}
		}
	}
	return max(1, len(of))
}

// byTag returns the meetings that the program made and that are not over, by
// the tag of their event.
func (w *world) byTag() map[string][]fakewebex.Meeting {
	groups := map[string][]fakewebex.Meeting{}
	for _, m := range w.live("") {
		for _, tag := range m.Tags[w.house.sandbox.WebexClientID] {
			if strings.HasPrefix(tag, "e1:") {
				groups[tag] = append(groups[tag], m)
			}
		}
	}
	return groups
}

// live returns a host's meetings, made by the program, that are not over.
func (w *world) live(host string) []fakewebex.Meeting {
	return slices.DeleteFunc(w.house.sandbox.Webex.Meetings(host), func(m fakewebex.Meeting) bool {
		return m.Client != w.house.sandbox.WebexClientID || !m.End.After(w.house.clock.Now())
	})
}

func ids(all []fakewebex.Meeting) []string {
	var list []string
	for _, m := range all {
		list = append(list, m.ID[:6]+" “"+m.Title+"”")
	}
	return list
}

// settle ends all faults and lets a day pass: half an hour as it comes, then
// in jumps.
func (w *world) settle() {
	w.storm.clear(true)
	ms, webex := w.house.sandbox.Microsoft, w.house.sandbox.Webex
	ms.DropNotifications(0)
	webex.SetLag(0, 0)
	webex.DropWebhooks(0)
	for _, m := range webex.Meetings("") {
		_ = webex.EndMeeting(m.ID)
	}
	if r := w.house.run; r != nil {
		r.line.spare()
	}
	w.house.start()
	w.house.pass(w.script.Sweep + time.Minute) // who is signed out is told so
	for _, upn := range w.people {
		if w.revoked[upn] || w.script.RotateRefresh && w.storm.adrift {
			w.house.connect(upn)
		}
	}
	w.house.pass(35 * time.Minute)
	jumps := 4
	if w.asked > 0 {
		jumps = 8 // what no event shows goes two days after it was asked for
	}
	for range jumps {
		w.house.jump(8 * time.Hour)
		w.house.pass(2 * time.Minute)
	}
	w.house.pass(20 * time.Minute)
	w.look()
	quiet := w.house.sandbox.Trace.Last()
	w.house.pass(w.script.Sweep + time.Minute)
	for _, e := range w.house.sandbox.Trace.Since(quiet) {
		if e.Write && !w.horizon(e) && (e.Service == trace.Graph || e.Service == trace.Webex) && !strings.HasPrefix(e.Path, "/v1.0/subscriptions") {
			w.t.Errorf("written at rest: %s %s %s %s", e.Time.Format(time.DateTime), e.Method, e.Path, e.Note)
		}
	}
}

// horizon reports whether a call is of a date that came within thirteen months
// just now, with a new month.
func (w *world) horizon(e trace.Entry) bool {
	_, date, ok := strings.Cut(e.Path, "_")
	if !ok || e.Service != trace.Webex {
		return false
	}
	at, err := time.Parse("20060102T150405Z", date)
	return err == nil && at.After(w.house.clock.Now().AddDate(0, 13, -1))
}

// probe collects what is wrong instead of failing its test.
type probe struct {
	testing.TB
	mu       sync.Mutex
	wrong    findings
	cleanups []func()
}

// finding is something wrong; findings of one kind have one format.
type finding struct{ format, text string }

type findings []finding

func (f findings) String() string {
	var b strings.Builder
	for _, one := range f {
		fmt.Fprintln(&b, one.text)
	}
	return b.String()
}

func (p *probe) Errorf(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wrong = append(p.wrong, finding{format, fmt.Sprintf(format, args...)})
}

func (p *probe) Error(args ...any) { p.Errorf("%s", fmt.Sprint(args...)) }

func (p *probe) Fatalf(format string, args ...any) {
	p.Errorf(format, args...)
	panic(p)
}

func (p *probe) Fatal(args ...any)   { p.Fatalf("%s", fmt.Sprint(args...)) }
func (p *probe) Cleanup(f func())    { p.cleanups = append(p.cleanups, f) }
func (p *probe) Helper()             {}
func (p *probe) Logf(string, ...any) {}
func (p *probe) close() {
	for _, f := range slices.Backward(p.cleanups) {
		f()
	}
}

func (p *probe) list() findings {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wrong
}
