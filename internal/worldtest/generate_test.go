package worldtest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/sandbox/fakems"
)

// dice makes a script; the same seed makes the same.
type dice struct {
	*rand.Rand
	script script
	made   []string       // names of events
	owner  map[string]int // by name
	notes  int            // paragraphs so far

	series   []string // names of series
	repeated int      // of them and their copies
}

// maxSteps is how many steps a script has at most.
const maxSteps = 40

// generate makes the world of a seed.
func generate(seed uint64) script {
	d := &dice{Rand: rand.New(rand.NewPCG(seed, 0x776f726c64)), owner: map[string]int{}}
	days := []time.Time{ // around changes of clocks, and not
		time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), time.Date(2026, 3, 26, 16, 40, 0, 0, time.UTC),
		time.Date(2026, 10, 23, 22, 5, 0, 0, time.UTC), time.Date(2026, 12, 30, 7, 30, 0, 0, time.UTC),
	}
	d.script = script{
		Seed: seed, Start: pick(d, days).Add(time.Duration(d.IntN(3600)) * time.Second),
		People: pick(d, []int{1, 1, 1, 2, 2, 3, 4}), Rough: d.IntN(3) == 0, BinReadable: d.IntN(2) == 0,
		Delay:         pick(d, []time.Duration{0, 0, 0, 2 * time.Second, 40 * time.Second, 3 * time.Minute}),
		Subscriptions: pick(d, []time.Duration{0, 0, 0, 0, time.Hour, 10 * time.Minute}),
		RotateRefresh: d.IntN(2) == 0, Sweep: pick(d, []time.Duration{15 * time.Minute, 15 * time.Minute, time.Hour}),
	}
	steps := 4 + d.IntN(maxSteps-3)
	for range 1 + d.IntN(3) {
		d.add(d.create())
	}
	for len(d.script.Steps) < steps {
		d.roll()
	}
	d.script.Steps = d.script.Steps[:min(steps, len(d.script.Steps))]
	if seed%2 == 0 {
		d.script.Steps = d.script.Steps[:len(d.script.Steps)/2]
		d.withSeries()
	}
	return d.script
}

// chance is a kind of step and how often it comes.
type chance struct {
	weight int
	roll   func(*dice) step
}

var chances = []chance{
	{14, (*dice).create},
	{6, func(d *dice) step { return d.edit(step{Do: rename, Text: d.subject()}) }},
	{7, func(d *dice) step { return d.edit(step{Do: move, In: d.ahead()}) }},
	{4, func(d *dice) step { return d.edit(step{Do: resize, Long: d.length()}) }},
	{3, func(d *dice) step { return d.edit(step{Do: rezone, Zone: d.zone()}) }},
	{6, func(d *dice) step { return d.edit(step{Do: invite, Guest: d.guests()}) }},
	{8, func(d *dice) step { return d.edit(step{Do: place, Text: d.place()}) }},
	{5, func(d *dice) step { return d.edit(step{Do: write, Text: d.paragraph(), Flag: d.IntN(2) == 0}) }},
	{6, func(d *dice) step { return d.edit(step{Do: unblock, Flag: d.IntN(3) > 0}) }},
	{3, (*dice).regret},
	{4, func(d *dice) step { return d.edit(step{Do: tear, Flag: d.IntN(2) == 0}) }},
	{2, func(d *dice) step { return d.edit(step{Do: twice}) }},
	{2, func(d *dice) step { return d.edit(step{Do: lift}) }},
	{3, func(d *dice) step { return d.edit(step{Do: stale, N: 1 + d.IntN(3)}) }},
	{4, func(d *dice) step { return d.edit(step{Do: erase}) }},
	{3, func(d *dice) step { return d.edit(step{Do: restore}) }},
	{2, func(d *dice) step { return d.edit(step{Do: cancel}) }},
	{3, func(d *dice) step { return d.edit(step{Do: allDay, Flag: d.IntN(3) > 0, In: d.ahead()}) }},
	{2, func(d *dice) step { return d.edit(step{Do: private, Flag: d.IntN(2) == 0}) }},
	{3, func(d *dice) step { return d.edit(step{Do: send}) }},
	{2, func(d *dice) step {
		return d.edit(step{Do: respond, Who: d.IntN(4), Text: pick(d, []string{"accepted", "declined", "tentativelyAccepted"})})
	}},
	{5, func(d *dice) step { return d.another(copied) }},
	{2, func(d *dice) step { return d.another(adopt) }},

	{14, (*dice).compose},
	{8, (*dice).addTo},
	{3, func(d *dice) step { return d.edit(step{Do: add, Flag: true, N: d.IntN(3) / 2}) }},
	{3, func(d *dice) step { return d.edit(step{Do: save}) }},
	{4, func(d *dice) step { return d.edit(step{Do: drop, Flag: d.IntN(2) == 0, N: d.IntN(3) / 2}) }},
	{3, func(d *dice) step { return d.edit(step{Do: choose, Flag: d.IntN(2) == 0}) }},

	{16, (*dice).fault},
	{2, func(d *dice) step { return step{Do: calm} }},
	{4, func(d *dice) step { return step{Do: lose, N: pick(d, []int{1, 1, 2, 3, -1, 0})} }},
	{3, func(d *dice) step {
		kinds := []fakems.Trouble{fakems.NoticeDoubled, fakems.NoticeLate, fakems.NoticeReordered, fakems.NoticeEarly}
		return step{Do: post, N: 1 + d.IntN(4), Text: string(pick(d, kinds)), In: pick(d, []time.Duration{time.Second, time.Minute, 30 * time.Minute})}
	}},
	{4, func(d *dice) step {
		lags := []time.Duration{0, 2 * time.Second, 30 * time.Second, 5 * time.Minute, 10 * time.Minute}
		return step{Do: lag, In: pick(d, lags), Long: pick(d, lags)}
	}},
	{2, func(d *dice) step { return step{Do: expire, Who: d.IntN(4)} }},
	{1, func(d *dice) step { return step{Do: revoke, Who: d.IntN(4), Flag: d.IntN(2) == 0} }},
	{2, func(d *dice) step { return step{Do: forget, Who: d.IntN(4)} }},
	{2, func(d *dice) step {
		return step{Do: lifecycle, Who: d.IntN(4), Text: pick(d, []string{"reauthorizationRequired", "subscriptionRemoved", "missed"})}
	}},
	{5, func(d *dice) step { return d.edit(step{Do: retitle, Text: d.subject()}) }},
	{4, func(d *dice) step { return d.edit(step{Do: shift, In: max(d.ahead(), time.Hour)}) }},
	{2, func(d *dice) step { return step{Do: deaf, N: pick(d, []int{1, 2, -1, 0})} }},
	{3, func(d *dice) step { return d.edit(step{Do: meet, Flag: d.IntN(3) == 0}) }},
	{3, func(d *dice) step { return step{Do: stop} }},
	{5, func(d *dice) step {
		calls := []class{batch, get, list, patch, patch, make_, make_, change, remove, look, guests}
		return step{Do: crash, Class: pick(d, calls), Skip: d.IntN(2), Flag: d.IntN(2) == 0}
	}},
	{3, func(d *dice) step {
		return step{Do: jump, In: pick(d, []time.Duration{7 * time.Minute, 2 * time.Hour, 26 * time.Hour})}
	}},
}

// roll adds a step.
func (d *dice) roll() {
	total := 0
	for _, c := range chances {
		total += c.weight
	}
	at := d.IntN(total)
	for _, c := range chances {
		if at -= c.weight; at < 0 {
			d.add(c.roll(d))
			return
		}
	}
}

// add appends a step. What waits for a call, a fault or a death or an edit made
// during the call, is followed by edits that bring such a call about.
func (d *dice) add(s step) {
	// One in six edits happens during a call.
	if outlook[s.Do] && d.IntN(6) == 0 {
		s.Class, s.Skip = pick(d, []class{get, patch, patch, patch, make_, make_, change, guests, remove, list}), pick(d, []int{0, 0, 0, 1})
	}
	if s.Class == "" && s.Do != lose && s.Do != post && s.Do != stop {
		s.Wait = d.pause()
		d.script.Steps = append(d.script.Steps, s)
		return
	}
	d.script.Steps = append(d.script.Steps, s)
	if s.Do == stop {
		defer func() { d.script.Steps = append(d.script.Steps, step{Do: start, Wait: d.pause()}) }()
	}
	for range 1 + d.IntN(3) {
		s := d.cause(s.Class, s.Event)
		s.Wait = pick(d, []time.Duration{0, 0, time.Second, time.Second, 20 * time.Second})
		d.script.Steps = append(d.script.Steps, s)
	}
	d.script.Steps[len(d.script.Steps)-1].Wait = d.pause()
}

func (d *dice) pause() time.Duration {
	return pick(d, []time.Duration{
		0, 0, time.Second, 3 * time.Second, 3 * time.Second, 20 * time.Second, 20 * time.Second, 70 * time.Second, 70 * time.Second,
		5 * time.Minute, 20 * time.Minute, 40 * time.Minute,
	})
}

// cause is an edit that makes the program call so, of event if it can be.
func (d *dice) cause(c class, event string) step {
	var s step
	switch c {
	case make_:
		return pick(d, []func() step{d.create, d.create, func() step { return d.another(copied) }})()
	case patch, look:
		s = pick(d, []step{{Do: tear}, {Do: place, Text: "@webex"}, {Do: unblock}, {Do: create}})
		if s.Do == create {
			return d.create()
		}
	case change:
		s = pick(d, []step{{Do: rename, Text: d.subject()}, {Do: move, In: d.ahead()}, {Do: resize, Long: d.length()}})
	case remove, list:
		s = pick(d, []step{{Do: erase}, {Do: unblock, Flag: true}, {Do: cancel}})
	case guests:
		s = step{Do: invite, Guest: d.guests()}
	default:
		s = pick(d, []step{{Do: rename, Text: d.subject()}, {Do: move, In: d.ahead()}, {Do: place, Text: d.place()}, {Do: erase}, {Do: create}})
		if s.Do == create {
			return d.create()
		}
	}
	s = d.edit(s)
	if event != "" && d.IntN(2) == 0 {
		s.Event = event
	}
	return s
}

// outlook tells the edits of events that are there.
var outlook = map[verb]bool{
	rename: true, move: true, resize: true, rezone: true, invite: true, place: true, write: true, unblock: true, tear: true,
	twice: true, lift: true, stale: true, erase: true, allDay: true, private: true, send: true, copied: true, respond: true,
}

func pick[T any](d *dice, list []T) T { return list[d.IntN(len(list))] }

func (d *dice) name(owner int) string {
	name := fmt.Sprintf("e%d", len(d.made)+1)
	d.made = append(d.made, name)
	d.owner[name] = owner
	return name
}

func (d *dice) create() step {
	s := step{
		Do: create, Who: d.IntN(d.script.People), In: d.ahead(), Long: d.length(), Zone: d.zone(), Guest: d.guests(),
		Text: pick(d, []string{"@webex", "@webex", "@webex", "@meet", d.place()}), Flag: d.IntN(6) == 0,
		N: pick(d, []int{isPlain, isPlain, isPlain, isPlain, isPlain, isPlain, isPlain, isDraft, isPrivate, isAllDay}),
	}
	if d.IntN(2) == 0 {
		s.From = d.paragraph()
	}
	s.Event = d.name(s.Who)
	return s
}

// edit makes s about an event, one of the last ones mostly.
func (d *dice) edit(s step) step {
	s.Event = d.made[max(0, len(d.made)-1-min(d.IntN(len(d.made)), d.IntN(6)))]
	return s
}

// regret deletes the block and soon undoes that.
func (d *dice) regret() step {
	first := d.edit(step{Do: unblock, Flag: true})
	first.Wait = pick(d, []time.Duration{time.Second, 20 * time.Second, 50 * time.Second})
	d.script.Steps = append(d.script.Steps, first)
	return step{Do: stale, Event: first.Event, N: 1}
}

func (d *dice) another(do verb) step {
	from := d.edit(step{}).Event
	s := step{Do: do, Who: d.owner[from], From: from, In: d.ahead()}
	if do == adopt {
		s.Who = d.IntN(d.script.People)
	}
	s.Event = d.name(s.Who)
	return s
}

// compose asks for a meeting for a form that may be saved, or not.
func (d *dice) compose() step {
	s := d.create()
	s.Do, s.From, s.N, s.Text = compose, d.delegate(), d.IntN(4)/3, pick(d, []string{"", "", "@webex", "Room 4"})
	return d.close(s)
}

// delegate is who uses the pane on the owner's behalf; empty: the owner does.
func (d *dice) delegate() string {
	if d.IntN(2) == 0 {
		return delegate
	}
	return ""
}

// addTo asks for a meeting for a saved event, and types a keyword meanwhile, or not.
func (d *dice) addTo() step {
	s := d.edit(step{Do: add, N: d.IntN(4) / 3, From: d.delegate()})
	types := step{Do: place, Event: s.Event, Text: "@webex", Wait: pick(d, []time.Duration{0, 0, time.Second})}
	if d.IntN(4) == 0 {
		d.script.Steps = append(d.script.Steps, types)
	}
	if d.IntN(4) == 0 {
		defer func() { d.script.Steps = append(d.script.Steps, types) }()
	}
	return d.close(s)
}

// close appends the step and returns how the form is closed after it.
func (d *dice) close(s step) step {
	s.Wait = pick(d, []time.Duration{0, time.Second, 3 * time.Second, 20 * time.Second, 70 * time.Second})
	d.script.Steps = append(d.script.Steps, s)
	if s.Do == compose && d.IntN(3) == 0 {
		early := step{Do: save, Event: s.Event, N: 1, Wait: pick(d, []time.Duration{0, 3 * time.Second, 20 * time.Second, 5 * time.Minute})}
		d.script.Steps = append(d.script.Steps, early)
	}
	return step{Do: pick(d, []verb{save, save, save, shut}), Event: s.Event}
}

func (d *dice) fault() step {
	s := step{Do: fault, N: 1 + d.IntN(4), Skip: pick(d, []int{0, 0, 0, 1, 2})}
	s.Class = pick(d, []class{batch, part, get, get, list, patch, patch, patch, subscribe, upkeep, entra, make_, make_, make_, make_, change, change, remove, remove, look, guests, webexToken})
	forms := []form{throttled, throttledDate, throttledMute, broken, brokenLater, unavailable, reset, resetAfter, hang, hangAfter}
	switch s.Class {
	case part, get, patch:
		forms = append(forms, unknown)
	case make_, change, remove:
		forms = append(forms, locked, brokenLater, resetAfter, hangAfter)
	}
	s.Form = pick(d, forms)
	s.In = pick(d, []time.Duration{time.Second, 5 * time.Second, time.Minute, 10 * time.Minute, time.Hour})
	return s
}

// ahead is when an event begins, from now.
func (d *dice) ahead() time.Duration {
	span := func(from, to time.Duration) time.Duration {
		return from + time.Duration(d.Int64N(int64((to-from)/time.Minute)))*time.Minute
	}
	const day = 24 * time.Hour
	switch d.IntN(12) {
	case 0:
		return span(-30*time.Minute, 4*time.Hour)
	case 1:
		return span(10*time.Minute, 8*time.Hour)
	case 2, 3, 4:
		return span(8*day, 40*day)
	case 5:
		return span(30*day, 200*day)
	}
	return span(2*day, 7*day)
}

func (d *dice) length() time.Duration {
	return pick(d, []time.Duration{0, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute, 30 * time.Minute, time.Hour, time.Hour, time.Hour,
		90 * time.Minute, 90 * time.Minute, 2 * time.Hour, 4 * time.Hour, 90 * time.Second, 23*time.Hour + 59*time.Minute, 24 * time.Hour, 72 * time.Hour})
}

func (d *dice) zone() string { return pick(d, slices.Sorted(maps.Keys(zones))) }

func (d *dice) place() string { return pick(d, slices.Sorted(maps.Keys(places))) }

func (d *dice) subject() string {
	return pick(d, []string{
		"Retro", "Plán na čtvrtletí – 🚀", "", "   ", "Two  spaces\tand a tab", strings.Repeat("Long talk about nothing. ", 8),
		strings.Repeat("🐎", 70), "<b>Bold</b> & co", fmt.Sprintf("Talk %d", d.IntN(1000)),
	})
}

func (d *dice) guests() []string {
	pool := []string{"ana@contoso.example", "bo@contoso.example", "deepa@contoso.example", "Extern@Elsewhere.example", "extern@elsewhere.example",
		"room:kronborg@contoso.example", "guest@fabrikam.example"}
	var list []string
	if d.IntN(2) == 0 {
		return list
	}
	for _, address := range pool {
		if d.IntN(4) == 0 {
			list = append(list, address)
		}
	}
	return list
}

// typed begins the links that people type: of meetings made elsewhere.
const typed = "https://fabrikam.webex.com/fabrikam/j.php?MTID=m0123456789abcdef0123456789abcd"

func (d *dice) paragraph() string {
	d.notes++
	return fmt.Sprintf(pick(d, []string{
		"<p>Note %d: bring the figures &amp; tea.</p>", "<ul><li>First</li><li>Point %d</li></ul>",
		`<p>See <a href="https://wiki.contoso.example/%d">the wiki</a>.</p>`, "<p>Žluťoučký kůň 🐎 %d</p>",
		"<div>Line %d<br>and another</div>", "<p>Dial in, %d</p>", "<p>Read page %d</p>", "<p>Join " + typed + "%02d</p>",
	}), d.notes)
}
