package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/trace"
)

// Break says what is to break, whose, and for how long. Tests, the JSON API
// and the page all use it.
type Break struct {
	Fault Fault

	// Who is a user principal name, an object id or a mail address. Empty:
	// everybody, and calls that bring no token.
	Who string

	// Call narrows a fault of calls: "POST /v1/meetings" are those of that
	// method whose path begins so, "/v1/meetings" those of any. A part of a
	// $batch has the path of a call of its own. Empty: any.
	Call string

	Times int           // so many turns: calls, notifications, reads, …; 0 is no limit
	For   time.Duration // on the sandbox's clock; 0 is no limit

	Wait time.Duration // Retry-After, hang, lag, lifetime, …; 0 is the fault's default
	Code int           // AADSTS number; 0 is the fault's default
}

// Broken is a Break at work.
type Broken struct {
	ID int // 0 for what happened at once and is over
	Break
	Left     int       // turns; 0 is no limit
	Ends     time.Time // zero is never
	Sentence string    // what is broken, for people
}

// Break breaks something until its turns are used up, its time is over, or
// Mend or Calm. Faults that happen at once have happened when it returns. They
// come after the hooks and fields that tests set on the servers: an OnRequest
// that returns a fault goes first. Of several faults that meet one call the
// oldest happens.
func (s *Sandbox) Break(b Break) (Broken, error) {
	t, err := s.check(&b)
	if err != nil {
		return Broken{}, fmt.Errorf("sandbox: break %s: %w", b.Fault, err)
	}
	e := entryOf(b.Fault)
	if e.isAct() {
		if err := s.act(b.Fault, t); err != nil {
			return Broken{}, fmt.Errorf("sandbox: break %s: %w", b.Fault, err)
		}
		s.weather.log(begun(b, e.sentence(b, t)))
		return Broken{Break: b, Sentence: e.sentence(b, t)}, nil
	}
	return s.weather.add(b, e, t), nil
}

// Mend ends one Break, and reports whether it was still at work.
func (s *Sandbox) Mend(id int) bool { return s.weather.mend(id) }

// Calm ends all of them, and the calls that hang because of them. What
// happened at once stays as it is, and so do the manners of Config.Calm.
func (s *Sandbox) Calm() { s.weather.calm() }

// Broken returns what is at work, oldest first.
func (s *Sandbox) Broken() []Broken { return s.weather.all() }

// target is whom a Break is about.
type target struct {
	everybody bool
	user      string // object id; empty: no Microsoft account
	email     string // empty: no Webex account
	name      string
}

func (t target) isUser(id string) bool { return t.everybody || id != "" && t.user == id }
func (t target) isHost(email string) bool {
	return t.everybody || email != "" && strings.EqualFold(t.email, email)
}

// check refuses what cannot be broken so, fills in defaults and finds whom it
// is about.
func (s *Sandbox) check(b *Break) (target, error) {
	e := entryOf(b.Fault)
	switch {
	case e == nil:
		return target{}, errors.New("there is no such fault")
	case b.Call != "" && e.service == "":
		return target{}, errors.New("call: the fault is none of calls")
	case b.Call != "" && !e.names(b.Call):
		return target{}, errors.New("call: the start of a path of that service, perhaps after a method")
	case b.Times < 0 || b.For < 0:
		return target{}, errors.New("times and for cannot be negative")
	case e.isAct() && (b.Times != 0 || b.For != 0):
		return target{}, errors.New("it happens at once: times and for have no meaning")
	case b.Wait != 0 && e.wait == nil:
		return target{}, errors.New("wait has no meaning")
	case b.Code != 0 && (e.codes == nil || !fakems.KnownRefusal(b.Code)):
		return target{}, errors.New("code is not known, or has no meaning")
	case b.Who != "" && e.nobody:
		return target{}, errors.New("who has no meaning")
	}
	defaults := e.defaults()
	b.Wait, b.Code = cmp.Or(b.Wait, defaults.Wait), cmp.Or(b.Code, defaults.Code)
	if b.Wait < e.least || b.Wait > e.most {
		return target{}, fmt.Errorf("wait must be from %s to %s", words(e.least), words(e.most))
	}
	return s.target(b.Who)
}

// defaults is the Break of a fault of which nothing more is said.
func (e *entry) defaults() Break {
	b := Break{Fault: e.fault}
	if e.wait != nil {
		b.Wait = e.wait[0]
	}
	if e.codes != nil {
		b.Code = e.codes[0]
	}
	return b
}

// names reports whether a Call can be one of the fault's service.
func (e *entry) names(call string) bool {
	_, path, ok := strings.Cut(call, " ")
	if !ok {
		path = call
	}
	switch e.service {
	case trace.Graph:
		return strings.HasPrefix(path, "/v1.0/")
	case trace.Webex:
		return strings.HasPrefix(path, "/v1/")
	}
	return strings.HasPrefix(path, "/")
}

func (s *Sandbox) target(who string) (target, error) {
	if who == "" {
		return target{everybody: true}, nil
	}
	for _, u := range s.Microsoft.Users() {
		if strings.EqualFold(u.ID, who) || strings.EqualFold(u.UserPrincipalName, who) || strings.EqualFold(u.Mail, who) && !isGuest(u) {
			a, _ := s.webexAccount(u)
			return target{user: u.ID, email: a.Email, name: u.DisplayName}, nil
		}
	}
	for _, p := range s.Webex.People() {
		if strings.EqualFold(p.Email, who) {
			return target{email: p.Email, name: p.DisplayName}, nil
		}
	}
	return target{}, fmt.Errorf("who: there is no %s", who)
}

// sentence says what b breaks, to people.
func (e *entry) sentence(b Break, t target) string {
	text := e.many
	switch {
	case e.isAct():
	case b.Times == 1:
		text = "The next " + e.one
	case b.Times > 1:
		text = fmt.Sprintf("The next %d %s", b.Times, e.many)
	case b.For > 0:
		text = "For " + words(b.For) + " all " + e.many
	default:
		text = "All " + e.many
	}
	text = strings.NewReplacer("{wait}", words(b.Wait), "{code}", strconv.Itoa(b.Code)).Replace(text)
	if b.Times > 0 && b.For > 0 {
		text += ", within " + words(b.For)
	}
	if about := strings.Trim(b.Call+"; "+t.name, "; "); about != "" {
		text += " (" + about + ")"
	}
	return text
}

type unit struct {
	length time.Duration
	name   string
}

// units are those of words, the largest first.
var units = []unit{{day, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}}

// words is a length of time in the largest unit that divides it.
func words(d time.Duration) string {
	i := slices.IndexFunc(units, func(u unit) bool { return d%u.length == 0 })
	switch {
	case d == 0:
		return "0 seconds"
	case i < 0:
		return d.String()
	case d == units[i].length:
		return "1 " + units[i].name
	}
	return fmt.Sprintf("%d %ss", d/units[i].length, units[i].name)
}
