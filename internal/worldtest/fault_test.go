package worldtest

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
)

// class is a kind of call.
type class string

// The calls that the program makes at work.
const (
	batch      class = "graph batch"
	part       class = "graph part" // of a batch; seen by the service alone
	get        class = "graph read" // of one event
	list       class = "graph list"
	patch      class = "graph write"
	subscribe  class = "graph subscribe"
	upkeep     class = "graph upkeep" // of a subscription
	entra      class = "entra token"
	make_      class = "webex create"
	change     class = "webex change"
	remove     class = "webex delete"
	look       class = "webex look"
	guests     class = "webex invitees"
	webexToken class = "webex token"
)

func classOf(r *http.Request) class {
	p := r.URL.Path
	switch {
	case fakems.IsPart(r):
		return part
	case p == "/v1.0/$batch":
		return batch
	case p == "/v1.0/subscriptions":
		return subscribe
	case strings.HasPrefix(p, "/v1.0/subscriptions/"):
		return upkeep
	case strings.HasPrefix(p, "/v1.0/users/") && r.Method == http.MethodPatch:
		return patch
	case strings.Contains(p, "/events/"):
		return get
	case strings.HasPrefix(p, "/v1.0/users/"):
		return list
	case strings.HasSuffix(p, "/oauth2/v2.0/token"):
		return entra
	case p == "/v1/access_token":
		return webexToken
	case strings.HasPrefix(p, "/v1/meetingInvitees"):
		return guests
	case p == "/v1/meetings" && r.Method == http.MethodPost:
		return make_
	case strings.HasPrefix(p, "/v1/meetings") && r.Method == http.MethodDelete:
		return remove
	case strings.HasPrefix(p, "/v1/meetings") && r.Method == http.MethodPatch:
		return change
	case strings.HasPrefix(p, "/v1/meetings"):
		return look
	}
	return ""
}

// form is how a call goes wrong.
type form string

// The forms of faults.
const (
	throttled     form = "429"       // Retry-After in seconds; HTML at Webex
	throttledDate form = "429 until" // Retry-After as a date
	throttledMute form = "429 without a word"
	broken        form = "500"
	brokenLater   form = "502 after" // the effect is there
	unavailable   form = "503"       // with Retry-After
	reset         form = "reset"
	resetAfter    form = "reset after"
	hang          form = "hang"
	hangAfter     form = "hang after"
	unknown       form = "404" // ErrorItemNotFound: a replica that does not know the event yet
	locked        form = "423"
)

// storm is what goes wrong with calls.
type storm struct {
	clock *clock

	mu       sync.Mutex
	faults   []*trouble
	ambushes []*ambush
	post     []*mishap
	lost     int  // creates that had an effect nobody heard of
	adrift   bool // new refresh tokens of Webex went where nobody heard of them
}

// mishap is what befalls notifications.
type mishap struct {
	kind  fakems.Trouble
	times int
	wait  time.Duration
}

type trouble struct {
	class       class
	form        form
	skip, times int
	wait        time.Duration
}

// ambush is what somebody does while a call is under way.
type ambush struct {
	class class
	skip  int
	do    func()
}

func (s *storm) add(t trouble) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &t)
}

func (s *storm) mislay(m mishap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.post = append(s.post, &m)
}

func (s *storm) lie(a ambush) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ambushes = append(s.ambushes, &a)
}

// clear ends all faults, and what was to happen during a call never does.
func (s *storm) clear(ambushes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.post = nil, nil
	if ambushes {
		s.ambushes = nil
	}
}

// strike lets happen what waits for this call, and tells what becomes of it.
func (s *storm) strike(c class) *trouble {
	s.mu.Lock()
	var sprung []*ambush
	for i := 0; i < len(s.ambushes); i++ {
		a := s.ambushes[i]
		if a.class != c {
			continue
		}
		if a.skip--; a.skip < 0 {
			sprung = append(sprung, a)
			s.ambushes = append(s.ambushes[:i:i], s.ambushes[i+1:]...)
			i--
		}
	}
	var struck *trouble
	for i, t := range s.faults {
		if t.class != c {
			continue
		}
		if t.skip--; t.skip >= 0 {
			continue
		}
		if t.times--; t.times <= 0 {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
		}
		struck = t
		if t.form == brokenLater || t.form == resetAfter || t.form == hangAfter {
			switch c {
			case make_:
				s.lost++
			case webexToken:
				s.adrift = true
			}
		}
		break
	}
	s.mu.Unlock()
	for _, a := range sprung {
		a.do()
	}
	return struck
}

// Request implements fakems.Weather: faults of calls come by OnRequest.
func (s *storm) Request(*http.Request, string) *fakems.Fault { return nil }

// Strikes implements fakems.Weather.
func (s *storm) Strikes(t fakems.Trouble, _ string) (fakems.Strike, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.post {
		if m.kind == t && m.times > 0 {
			m.times--
			return fakems.Strike{Wait: m.wait}, true
		}
	}
	return fakems.Strike{}, false
}

func (s *storm) microsoft(r *http.Request) *fakems.Fault {
	t := s.strike(classOf(r))
	if t == nil {
		return nil
	}
	f := &fakems.Fault{Name: string(t.form)}
	switch t.form {
	case throttled:
		f.Status, f.Code, f.RetryAfter = 429, "TooManyRequests", t.wait
	case throttledDate:
		f.Status, f.Code = 429, "ApplicationThrottled"
		f.Header = http.Header{"Retry-After": {s.clock.Now().Add(t.wait).UTC().Format(http.TimeFormat)}}
	case throttledMute:
		f.Status, f.Code = 429, "TooManyRequests"
	case broken:
		f.Status, f.Code = 500, "InternalServerError"
	case brokenLater:
		f.Status, f.When, f.Body = 502, fakems.After, "<html>Bad Gateway</html>"
	case unavailable:
		f.Status, f.Code, f.RetryAfter = 503, "ServiceNotAvailable", t.wait
	case reset:
		f.Reset = true
	case resetAfter:
		f.Reset, f.When = true, fakems.After
	case hang: // longer than the program waits: who is gone is not always noticed
		f.Hang, f.Reset = 40*time.Second, true
	case hangAfter:
		f.Hang, f.When = 40*time.Second, fakems.After
	case unknown:
		f.Status, f.Code = 404, "ErrorItemNotFound"
	default:
		f.Status = 503
	}
	return f
}

func (s *storm) webex(r *http.Request) *fakewebex.Fault {
	t := s.strike(classOf(r))
	if t == nil {
		return nil
	}
	switch t.form {
	case throttled, throttledDate:
		return &fakewebex.Fault{Status: 429, RetryAfter: t.wait}
	case throttledMute:
		return &fakewebex.Fault{Status: 429}
	case broken:
		return &fakewebex.Fault{Status: 500}
	case brokenLater:
		return &fakewebex.Fault{Status: 502, After: true, Body: "<html>Bad Gateway</html>"}
	case locked:
		return &fakewebex.Fault{Status: 423, RetryAfter: t.wait}
	case reset:
		return &fakewebex.Fault{Reset: true}
	case resetAfter:
		return &fakewebex.Fault{Reset: true, After: true}
	case hang:
		return &fakewebex.Fault{Hang: true}
	case hangAfter:
		return &fakewebex.Fault{Hang: true, After: true}
	}
	return &fakewebex.Fault{Status: 503, RetryAfter: t.wait}
}
