package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/sandbox/trace"
)

// weather is what is broken now. Ends are looked up, not waited for: a clock
// that has passed one has passed it for everybody.
type weather struct {
	clock clockwork.Clock
	trace *trace.Log

	mu     sync.Mutex
	broken []*broken
	made   int
	calmed chan struct{} // closed by calm: lets go what hangs
}

type broken struct {
	Broken
	entry  *entry
	target target
	until  <-chan struct{} // closed when all is calm
}

func newWeather(clock clockwork.Clock, log *trace.Log) *weather {
	return &weather{clock: clock, trace: log, calmed: make(chan struct{})}
}

func (w *weather) log(e trace.Entry) {
	e.Time, e.Service = w.clock.Now(), trace.Fault
	w.trace.Add(e)
}

func begun(b Break, sentence string) trace.Entry {
	return trace.Entry{Method: "begins", Actor: b.Who, Fault: string(b.Fault), Note: sentence}
}

func (w *weather) add(b Break, e *entry, t target) Broken {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.made++
	n := &broken{Broken{ID: w.made, Break: b, Left: b.Times}, e, t, w.calmed}
	if b.For > 0 {
		n.Ends = w.clock.Now().Add(b.For)
	}
	w.broken = append(w.broken, n)
	told := n.told(w.clock.Now())
	w.log(begun(b, told.Sentence))
	return told
}

// told is n with the sentence of now.
func (n *broken) told(now time.Time) Broken {
	b := n.Break
	b.Times = n.Left
	if !n.Ends.IsZero() {
		// The rest of a minute is a minute to people.
		b.For = n.Ends.Sub(now)
		if b.For > time.Minute {
			b.For = (b.For + time.Minute - 1).Truncate(time.Minute)
		} else {
			b.For = (b.For + time.Second - 1).Truncate(time.Second)
		}
	}
	out := n.Broken
	out.Sentence = n.entry.sentence(b, n.target)
	return out
}

// live drops what has ended. The lock is held.
func (w *weather) live() []*broken {
	now := w.clock.Now()
	w.broken = slices.DeleteFunc(w.broken, func(n *broken) bool { return !n.Ends.IsZero() && !now.Before(n.Ends) })
	return w.broken
}

func (w *weather) all() []Broken {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := []Broken{}
	for _, n := range w.live() {
		out = append(out, n.told(w.clock.Now()))
	}
	return out
}

func (w *weather) mend(id int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.live(), func(n *broken) bool { return n.ID == id })
	if i < 0 {
		return false
	}
	w.log(trace.Entry{Method: "mended", Actor: w.broken[i].Who, Note: w.broken[i].told(w.clock.Now()).Sentence})
	w.broken = slices.Delete(w.broken, i, i+1)
	return true
}

func (w *weather) calm() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.live()) > 0 {
		w.log(trace.Entry{Method: "calm", Note: "Nothing is broken any more"})
	}
	w.broken = nil
	close(w.calmed)
	w.calmed = make(chan struct{})
}

// meets takes a turn of the oldest that fits, false when there is none.
func (w *weather) meets(fits func(*broken) bool) (broken, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.live(), fits)
	if i < 0 {
		return broken{}, false
	}
	n := w.broken[i]
	if n.Left > 0 {
		if n.Left--; n.Left == 0 {
			w.broken = slices.Delete(w.broken, i, i+1)
		}
	}
	return *n, true
}

// call takes a turn of a fault that meets a call.
func (w *weather) call(service trace.Service, r *http.Request, part bool, mine func(target) bool) (broken, bool) {
	return w.meets(func(n *broken) bool {
		return n.entry.service == service && mine(n.target) && names(n.Call, r) &&
			(n.Fault != GraphThrottledPart || part)
	})
}

// names reports whether a Call is about r. Without one the pages where people
// sign in are left alone.
func names(call string, r *http.Request) bool {
	method, path, ok := strings.Cut(call, " ")
	if !ok {
		method, path = r.Method, call
	}
	if call == "" && strings.HasSuffix(r.URL.Path, "/authorize") {
		return false
	}
	return strings.EqualFold(method, r.Method) && strings.HasPrefix(r.URL.Path, path)
}

// microsoftWeather is the weather over fakems.
type microsoftWeather struct{ *weather }

func (w microsoftWeather) Strikes(t fakems.Trouble, user string) (fakems.Strike, bool) {
	b, ok := w.meets(func(n *broken) bool { return n.Fault == Fault(t) && n.target.isUser(user) })
	return fakems.Strike{Wait: b.Wait, Code: b.Code}, ok
}

func (w microsoftWeather) Request(r *http.Request, user string) *fakems.Fault {
	service := trace.Graph
	if strings.Contains(r.URL.Path, "/oauth2/") {
		service = trace.Entra
		if !strings.HasSuffix(r.URL.Path, "/token") {
			return nil
		}
	} else if !strings.HasPrefix(r.URL.Path, "/v1.0/") {
		return nil
	}
	b, ok := w.call(service, r, fakems.IsPart(r), func(t target) bool { return t.isUser(user) })
	if !ok {
		return nil
	}
	f := &fakems.Fault{Name: string(b.Fault), Until: b.until}
	const throttled = "Please retry again later."
	switch b.Fault {
	case GraphThrottled:
		f.Status, f.Code, f.Message, f.RetryAfter = http.StatusTooManyRequests, "TooManyRequests", throttled, b.Wait
	case GraphThrottledDate:
		// Dates have whole seconds, and too early is worse than too late.
		at := w.clock.Now().Add(b.Wait + time.Second - 1).UTC().Format(http.TimeFormat)
		f.Status, f.Code, f.Message, f.Header = http.StatusTooManyRequests, "TooManyRequests", throttled, http.Header{"Retry-After": {at}}
	case GraphThrottledBare:
		f.Status, f.Code, f.Message = http.StatusTooManyRequests, "TooManyRequests", throttled
	case GraphThrottledPart:
		f.Status, f.Code, f.RetryAfter = http.StatusTooManyRequests, "ApplicationThrottled", b.Wait
		f.Message = "Application is over its MailboxConcurrency limit."
	case GraphUnavailable:
		f.Status, f.Code, f.Message = http.StatusServiceUnavailable, "ServiceUnavailable", "The service is temporarily unavailable."
	case GraphTimeout, GraphTimeoutAfter:
		f.Status = http.StatusGatewayTimeout
	case EntraThrottled:
		f.Status, f.Code, f.RetryAfter = http.StatusTooManyRequests, "temporarily_unavailable", b.Wait
	case EntraUnavailable:
		f.Status, f.Code = http.StatusServiceUnavailable, "temporarily_unavailable"
	case GraphHangs, GraphHangsAfter, EntraHangs:
		f.Hang = b.Wait
	case GraphReset, GraphResetAfter, EntraReset, EntraResetAfter:
		f.Reset = true
	default:
		panic(fmt.Sprintf("sandbox: %s is no fault of calls to Microsoft", b.Fault))
	}
	if b.Fault.after() {
		f.When = fakems.After
	}
	return f
}

// after reports whether the work is done all the same.
func (f Fault) after() bool { return strings.HasSuffix(string(f), "-after") }

// webexWeather is the weather over fakewebex.
type webexWeather struct{ *weather }

func (w webexWeather) Strikes(t fakewebex.Trouble, email string) (time.Duration, bool) {
	b, ok := w.meets(func(n *broken) bool { return n.Fault == Fault(t) && n.target.isHost(email) })
	return b.Wait, ok
}

func (w webexWeather) Request(r *http.Request, email string) *fakewebex.Fault {
	b, ok := w.call(trace.Webex, r, false, func(t target) bool { return t.isHost(email) })
	if !ok {
		return nil
	}
	f := &fakewebex.Fault{Name: string(b.Fault), After: b.Fault.after(), Until: b.until}
	switch b.Fault {
	case WebexThrottled:
		f.Status, f.RetryAfter = http.StatusTooManyRequests, b.Wait
	case WebexError:
		f.Status = http.StatusInternalServerError
	case WebexBadGateway, WebexBadGatewayAfter:
		f.Status = http.StatusBadGateway
		f.Body = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"
	case WebexUnavailable:
		f.Status = http.StatusServiceUnavailable
	case WebexHangs, WebexHangsAfter:
		f.Delay = b.Wait
	case WebexReset, WebexResetAfter:
		f.Reset = true
	default:
		panic(fmt.Sprintf("sandbox: %s is no fault of calls to Webex", b.Fault))
	}
	return f
}
