package web

import (
	"cmp"
	"maps"

	"webex-scheduler/internal/meeting"
)

// apiOptions is what may be chosen of a meeting. The password is only ever
// written: it is told as part of the join details.
type apiOptions struct {
	Kind             meeting.Kind `json:"kind"`
	Template         string       `json:"template"`
	Password         string       `json:"password,omitempty"`
	LeaveOutPassword bool         `json:"leaveOutPassword"`
	JoinBeforeHost   string       `json:"joinBeforeHost"`
	Lobby            string       `json:"lobby"`
	Audio            string       `json:"audio"`
	EntryTone        string       `json:"entryTone"`
	CoHosts          []string     `json:"coHosts"`

	TrackingCodes map[string]string `json:"trackingCodes"` // values by name
}

func newAPIOptions(o meeting.Options) apiOptions {
	codes := map[string]string{}
	maps.Copy(codes, o.TrackingCodes)
	return apiOptions{
		Kind: cmp.Or(o.Kind, meeting.OwnKind), Template: o.Template, LeaveOutPassword: o.LeaveOutPassword,
		JoinBeforeHost: o.JoinBeforeHost, Lobby: o.Lobby, Audio: o.Audio, EntryTone: o.EntryTone,
		CoHosts: append([]string{}, o.CoHosts...), TrackingCodes: codes,
	}
}

// checked returns the options as they are kept.
func (a apiOptions) checked() (meeting.Options, error) {
	o, err := meeting.Options{
		Kind: a.Kind, Template: a.Template, Password: meeting.NewSecret(a.Password), LeaveOutPassword: a.LeaveOutPassword,
		JoinBeforeHost: a.JoinBeforeHost, Lobby: a.Lobby, Audio: a.Audio, EntryTone: a.EntryTone, CoHosts: a.CoHosts,
		TrackingCodes: a.TrackingCodes,
	}.Check()
	return o, refused(err)
}

// apiChange is the same for a change: what is not given, or null, stays.
type apiChange struct {
	Kind             *meeting.Kind `json:"kind"`
	Template         *string       `json:"template"`
	Password         *string       `json:"password"`
	LeaveOutPassword *bool         `json:"leaveOutPassword"`
	JoinBeforeHost   *string       `json:"joinBeforeHost"`
	Lobby            *string       `json:"lobby"`
	Audio            *string       `json:"audio"`
	EntryTone        *string       `json:"entryTone"`
	CoHosts          *[]string     `json:"coHosts"`

	TrackingCodes *map[string]string `json:"trackingCodes"` // all of them
}

// on returns has with the changes made. Kind and template belong to the
// meeting's making: another of them is another meeting.
func (a apiChange) on(has meeting.Options) (meeting.Options, error) {
	if a.Kind != nil && *a.Kind != cmp.Or(has.Kind, meeting.OwnKind) || a.Template != nil && *a.Template != has.Template {
		return has, conflict("another kind or template", "Kind and template of a meeting can't be changed. Remove the meeting and add another one.")
	}
	for _, field := range []struct {
		to   *string
		from *string
	}{{&has.JoinBeforeHost, a.JoinBeforeHost}, {&has.Lobby, a.Lobby}, {&has.Audio, a.Audio}, {&has.EntryTone, a.EntryTone}} {
		if field.from != nil {
			*field.to = *field.from
		}
	}
	if a.LeaveOutPassword != nil {
		has.LeaveOutPassword = *a.LeaveOutPassword
	}
	if a.Password != nil && *a.Password != "" { // a meeting never loses its password
		has.Password = meeting.NewSecret(*a.Password)
	}
	if a.CoHosts != nil {
		has.CoHosts = *a.CoHosts
	}
	if a.TrackingCodes != nil {
		has.TrackingCodes = *a.TrackingCodes
	}
	has, err := has.Check()
	return has, refused(err)
}
