package store

import (
	"encoding/json"
	"time"

	"webex-scheduler/internal/meeting"
)

// optionsRecord is meeting.Options as it is stored: a Secret hides itself from
// JSON. With a password it is stored sealed alone.
type optionsRecord struct {
	Kind             meeting.Kind `json:"kind,omitempty"`
	Template         string       `json:"template,omitempty"`
	Password         string       `json:"password,omitempty"`
	LeaveOutPassword bool         `json:"leaveOutPassword,omitempty"`
	JoinBeforeHost   string       `json:"joinBeforeHost,omitempty"`
	Lobby            string       `json:"lobby,omitempty"`
	Audio            string       `json:"audio,omitempty"`
	EntryTone        string       `json:"entryTone,omitempty"`
	CoHosts          []string     `json:"coHosts,omitempty"`
	Delegate         string       `json:"delegate,omitempty"`

	TrackingCodes map[string]string `json:"trackingCodes,omitempty"`
}

func newOptionsRecord(o meeting.Options) optionsRecord {
	return optionsRecord{o.Kind, o.Template, o.Password.Reveal(), o.LeaveOutPassword, o.JoinBeforeHost, o.Lobby, o.Audio, o.EntryTone, o.CoHosts, o.Delegate, o.TrackingCodes}
}

func (r optionsRecord) options() meeting.Options {
	return meeting.Options{
		Kind: r.Kind, Template: r.Template, Password: meeting.NewSecret(r.Password), LeaveOutPassword: r.LeaveOutPassword,
		JoinBeforeHost: r.JoinBeforeHost, Lobby: r.Lobby, Audio: r.Audio, EntryTone: r.EntryTone, CoHosts: r.CoHosts, Delegate: r.Delegate,
		TrackingCodes: r.TrackingCodes,
	}
}

// askedRecord is meeting.Asked without its revision, which is a column.
type askedRecord struct {
	Options optionsRecord `json:"options"`
	Remove  bool          `json:"remove,omitempty"`
	Open    bool          `json:"open,omitempty"`
	At      time.Time     `json:"at"`
}

func newAskedRecord(a meeting.Asked) askedRecord {
	return askedRecord{newOptionsRecord(a.Options), a.Remove, a.Open, a.At}
}

func (r askedRecord) asked(revision int64) meeting.Asked {
	return meeting.Asked{Revision: revision, Options: r.Options.options(), Remove: r.Remove, Open: r.Open, At: r.At}
}

// sealJSON encrypts a value for its place.
func (s *Store) sealJSON(value any, place string) ([]byte, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return s.box.Seal(plain, place)
}

// openJSON is the inverse of sealJSON; of nothing it makes nothing.
func (s *Store) openJSON(sealed []byte, place string, value any) error {
	if len(sealed) == 0 {
		return nil
	}
	plain, err := s.box.Open(sealed, place)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, value)
}
