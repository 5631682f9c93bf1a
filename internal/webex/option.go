package webex

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"webex-scheduler/internal/meeting"
)

// choices are what a person may choose of a meeting, in a create or a change.
// What is not sent is left as the site, or the meeting, has it.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
type choices struct {
	Password        string        `json:"password,omitempty"`
	ExcludePassword *bool         `json:"excludePassword,omitempty"` // out of Webex's own mails and pages
	JoinBeforeHost  *bool         `json:"enabledJoinBeforeHost,omitempty"`
	JoinMinutes     *int          `json:"joinBeforeHostMinutes,omitempty"` // only with the former true
	Lobby           string        `json:"unlockedMeetingJoinSecurity,omitempty"`
	Audio           *audioChoices `json:"audioConnectionOptions,omitempty"`
	// TrackingCodes are all of them, or null: none from now on.
	TrackingCodes json.RawMessage `json:"trackingCodes,omitempty"`
}

type audioChoices struct {
	Type string `json:"audioConnectionType,omitempty"`
	Tone string `json:"entryAndExitTone,omitempty"`
}

func newChoices(o meeting.Options) choices {
	c := choices{Password: o.Password.Reveal(), Lobby: o.Lobby}
	if o.LeaveOutPassword {
		c.ExcludePassword = new(true)
	}
	if o.JoinBeforeHost != "" {
		minutes, err := strconv.Atoi(o.JoinBeforeHost)
		c.JoinBeforeHost = new(err == nil) // else "off"
		if err == nil {
			c.JoinMinutes = &minutes
		}
	}
	if o.Audio != "" || o.EntryTone != "" {
		c.Audio = &audioChoices{Type: o.Audio, Tone: o.EntryTone}
	}
	if o.TrackingCodes != nil {
		c.TrackingCodes = trackingValues(o.TrackingCodes)
	}
	return c
}

// trackingValues is a list on the way to Webex, by name.
func trackingValues(codes map[string]string) json.RawMessage {
	type value struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	var list []value
	for _, name := range slices.Sorted(maps.Keys(codes)) {
		list = append(list, value{name, codes[name]})
	}
	raw, err := json.Marshal(list) // null, if there are none
	if err != nil {
		panic(err) // strings can be written
	}
	return raw
}
