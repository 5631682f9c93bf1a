package worldtest

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// script is a world and what happens in it. It says everything: the same
// script runs again, with some of its steps if need be.
type script struct {
	Seed   uint64
	Start  time.Time
	People int // of the sandbox's, from the first
	Rough  bool

	BinReadable   bool
	Delay         time.Duration // of notifications
	Subscriptions time.Duration // longest life; 0: as asked
	RotateRefresh bool
	Sweep         time.Duration

	Steps []step
}

// step is one thing that happens, and how long nothing else does afterwards.
// A step about an event that was not made is none.
type step struct {
	Do    verb
	Who   int    // a person
	Event string // the event's name in the script
	From  string // another event's name
	Text  string
	In    time.Duration // start of the event, from then on; or a length of time
	Long  time.Duration
	Zone  string // Windows name
	Guest []string
	Rule  rule
	Flag  bool
	N     int

	// Class and Form tell a fault of N calls after Skip. With another verb the
	// step happens during the call after Skip of Class.
	Class class
	Form  form
	Skip  int

	Wait time.Duration
}

// verb is a kind of step.
type verb string

// What people do in Outlook.
const (
	create  verb = "create"  // Text: location, In, Long, Zone, Guest; Flag: plain text body; N: see kinds
	rename  verb = "rename"  // Text
	move    verb = "move"    // In
	resize  verb = "resize"  // Long
	rezone  verb = "rezone"  // Zone, the hour on the wall stays
	invite  verb = "invite"  // Guest
	place   verb = "place"   // Text: location
	write   verb = "write"   // Text: a paragraph; Flag: at the end, below the block
	unblock verb = "unblock" // the block is deleted; Flag: and the location
	tear    verb = "tear"    // half of the block is deleted; Flag: the first half
	twice   verb = "twice"   // the block is pasted a second time
	lift    verb = "lift"    // the block is moved to the top
	stale   verb = "stale"   // Outlook saves body and location as they were N edits ago
	copied  verb = "copy"    // From, In
	erase   verb = "erase"   // deleted
	restore verb = "restore" // from Deleted Items
	cancel  verb = "cancel"
	allDay  verb = "all day" // Flag; else an hour again
	private verb = "private" // Flag
	send    verb = "send"    // a draft's invitations
	respond verb = "respond" // a colleague answers
	adopt   verb = "adopt"   // a colleague copies the invitation into a meeting of their own
)

// What people do in the pane.
const (
	compose verb = "compose" // a new form, and Add: In, Long, Zone, Guest, Text; N: asked once more; From: by a delegate
	add     verb = "add"     // to a saved event; Flag: by a script; N: asked once more; From: by a delegate
	save    verb = "save"    // the form with what the pane wrote; N: a new one before that, by itself
	shut    verb = "shut"    // the form is discarded, and the pane with it
	drop    verb = "drop"    // Remove; Flag: by a script; N: the form is not saved
	choose  verb = "choose"  // another password; Flag: the form is open, and not saved
)

// What else happens.
const (
	fault     verb = "fault"
	calm      verb = "calm" // all faults of calls end
	lose      verb = "lose" // N notifications; -1: all from now on
	post      verb = "post" // N notifications go wrong as Text says, by In
	lag       verb = "lag"  // of Webex: In for reads, Long for the index of tags
	expire    verb = "expire tokens"
	revoke    verb = "revoke" // the grant; Flag: Webex, else Microsoft. Signed in anew at the end
	forget    verb = "forget subscription"
	lifecycle verb = "lifecycle"       // Text
	meet      verb = "start meeting"   // in Webex; Flag: end it
	retitle   verb = "rename in Webex" // Text
	shift     verb = "move in Webex"   // In
	deaf      verb = "lose webhooks"   // N of them; -1: all from now on
	stop      verb = "stop"            // the program, as SIGTERM does
	start     verb = "start"
	crash     verb = "crash" // at the call after Skip of Class; Flag: its effect remains
	jump      verb = "jump"  // the clock, by In
)

// String is the step in one line.
func (s step) String() string {
	v := reflect.ValueOf(s)
	var b strings.Builder
	fmt.Fprint(&b, s.Do)
	for i := 1; i < v.NumField(); i++ {
		if name := v.Type().Field(i).Name; name == "Who" || !v.Field(i).IsZero() {
			fmt.Fprintf(&b, " %s=%v", name, v.Field(i).Interface())
		}
	}
	return b.String()
}

func (s script) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d from %s, %d people, rough=%v bin=%v delay=%v subscriptions=%v rotate=%v sweep=%v\n", s.Seed,
		s.Start.Format(time.DateTime), s.People, s.Rough, s.BinReadable, s.Delay, s.Subscriptions, s.RotateRefresh, s.Sweep)
	for i, st := range s.Steps {
		fmt.Fprintf(&b, "%3d. %v\n", i+1, st)
	}
	return b.String()
}
