package meeting

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"webex-scheduler/internal/errs"
)

// Kind is what a link gives people to join.
type Kind string

// The kinds. The empty Kind of older rows is a meeting.
const (
	OwnKind  Kind = "meeting"      // a Webex meeting that follows the event
	RoomKind Kind = "personalRoom" // the details of the person's Personal Room; nothing is made at Webex
)

// Values of Options, in Webex's own words where it has some.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
var (
	JoinBeforeHostValues = []string{"off", "0", "5", "10", "15"} // minutes before the start
	LobbyValues          = []string{"allowJoin", "allowJoinWithLobby", "blockFromJoin"}
	AudioValues          = []string{"webexAudio", "VoIP", "none"}
	EntryToneValues      = []string{"beep", "announceName", "noTone"}
)

// Options is what a person may choose of one meeting. An empty value leaves
// the choice to the Webex site.
type Options struct {
	Kind             Kind
	Template         string // id of a Webex meeting template; only at creation
	Password         Secret // empty: Webex draws one
	LeaveOutPassword bool   // out of the join details
	JoinBeforeHost   string
	Lobby            string // unlockedMeetingJoinSecurity
	Audio            string // audioConnectionType
	EntryTone        string // entryAndExitTone
	CoHosts          []string

	// TrackingCodes are values by name. In a change nil leaves them as they are;
	// otherwise they are all there are.
	TrackingCodes map[string]string

	// Delegate is the address, lower case, of who asked for the meeting on the
	// calendar owner's behalf, and is its cohost; empty: the owner.
	Delegate string
}

// Room reports whether the Personal Room is wanted.
func (o Options) Room() bool { return o.Kind == RoomKind }

// Equal reports whether nothing has to change to get from one to the other.
func (o Options) Equal(other Options) bool {
	return o.own() == other.own() && slices.Equal(o.CoHosts, other.CoHosts) && maps.Equal(o.TrackingCodes, other.TrackingCodes)
}

// comparableOptions is everything of Options but the cohosts and the tracking codes.
type comparableOptions struct {
	kind             Kind
	template         string
	password         string
	leaveOutPassword bool
	values           [4]string
	delegate         string
}

func (o Options) own() comparableOptions {
	return comparableOptions{cmp.Or(o.Kind, OwnKind), o.Template, o.Password.Reveal(), o.LeaveOutPassword,
		[4]string{o.JoinBeforeHost, o.Lobby, o.Audio, o.EntryTone}, o.Delegate}
}

// With returns the options after a change that Webex took.
func (o Options) With(patch Options) Options {
	if !patch.Password.Empty() {
		o.Password = patch.Password
	}
	o.LeaveOutPassword = patch.LeaveOutPassword
	o.JoinBeforeHost = cmp.Or(patch.JoinBeforeHost, o.JoinBeforeHost)
	o.Lobby = cmp.Or(patch.Lobby, o.Lobby)
	o.Audio = cmp.Or(patch.Audio, o.Audio)
	o.EntryTone = cmp.Or(patch.EntryTone, o.EntryTone)
	if patch.TrackingCodes != nil {
		o.TrackingCodes = nil
		if len(patch.TrackingCodes) > 0 {
			o.TrackingCodes = patch.TrackingCodes
		}
	}
	return o
}

// Check puts the options into the form in which they are kept: cohosts in lower
// case, sorted, each once; no empty tracking codes. errs.Invalid names the value that is none.
func (o Options) Check() (Options, error) {
	const maxPassword, maxTemplate, maxCoHosts = 64, 128, 100
	o.Kind = cmp.Or(o.Kind, OwnKind)
	if o.Kind != OwnKind && o.Kind != RoomKind {
		return o, errs.New(errs.Invalid, "kind: want meeting or personalRoom")
	}
	for _, v := range []struct {
		name, value string
		of          []string
	}{
		{"joinBeforeHost", o.JoinBeforeHost, JoinBeforeHostValues}, {"lobby", o.Lobby, LobbyValues},
		{"audio", o.Audio, AudioValues}, {"entryTone", o.EntryTone, EntryToneValues},
	} {
		if v.value != "" && !slices.Contains(v.of, v.value) {
			return o, errs.New(errs.Invalid, "%s: want one of %s", v.name, strings.Join(v.of, ", "))
		}
	}
	switch {
	case len(o.Password.Reveal()) > maxPassword:
		return o, errs.New(errs.Invalid, "password: %d characters at the most", maxPassword)
	case len(o.Template) > maxTemplate:
		return o, errs.New(errs.Invalid, "template: not an id of Webex")
	case len(o.CoHosts) > maxCoHosts:
		return o, errs.New(errs.Invalid, "coHosts: %d at the most", maxCoHosts)
	}
	var hosts []string
	for _, address := range o.CoHosts {
		address = strings.ToLower(strings.TrimSpace(address))
		if at := strings.IndexByte(address, '@'); at < 1 || at == len(address)-1 || len(address) > 254 || strings.ContainsAny(address, " \t\r\n,;<>\"") {
			return o, errs.New(errs.Invalid, "coHosts: want mail addresses")
		}
		hosts = append(hosts, address)
	}
	slices.Sort(hosts)
	o.CoHosts = slices.Compact(hosts)
	var err error
	o.TrackingCodes, err = checkTrackingCodes(o.TrackingCodes)
	return o, err
}

// Asked is what a person asked of a meeting that is there, through the pane or
// the API. The syncer answers it.
type Asked struct {
	Revision int64   // rises with each request; zero: nothing was asked
	Options  Options // all of them, as they shall be
	Remove   bool    // the meeting shall go
	Open     bool    // the event is open in Outlook: who asks writes it
	At       time.Time
}

// Offer is what a person's Webex site allows, as far as it can be known. What
// is empty is not to be shown.
// https://developer.webex.com/docs/api/v1/meeting-preferences
type Offer struct {
	PersonalRoom   bool
	Templates      []Template
	JoinBeforeHost []string
	Lobby          []string
	Audio          []string
	EntryTone      []string
	TrackingCodes  []TrackingCode
	Password       *PasswordRule // nil: not known
}

// Template is a Webex meeting template.
type Template struct {
	ID   string
	Name string
}

// PasswordRule is what the site asks of a meeting password.
type PasswordRule struct {
	MinLength, MinNumeric, MinAlpha, MinSpecial int
	MixedCase                                   bool
}

// Preferences are a person's own choices, kept with the account.
type Preferences struct {
	Options     Options // preset in the pane, used by the ribbon; without password and cohosts
	KeywordsOff bool
}
