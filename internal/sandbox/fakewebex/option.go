package fakewebex

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// option is a setting of a meeting that this server keeps and shows, but does
// not act on. check says what a value must be; "" is fine.
type option struct {
	absent any
	check  func(v any) string
}

// Options of https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
// with the defaults seen in its sample.
var options = map[string]option{
	"enabledAutoRecordMeeting":     flagOption(false),
	"allowAnyUserToBeCoHost":       flagOption(false),
	"allowFirstUserToBeCoHost":     flagOption(false),
	"allowAuthenticatedDevices":    flagOption(false),
	"enabledJoinBeforeHost":        flagOption(false),
	"enableConnectAudioBeforeHost": flagOption(false),
	"joinBeforeHostMinutes":        {0.0, oneOf("0, 5, 10 or 15", 0.0, 5.0, 10.0, 15.0)},
	"excludePassword":              flagOption(false),
	"publicMeeting":                flagOption(false),
	"reminderTime":                 {10.0, between("a number of minutes", 0, 10080)},
	"unlockedMeetingJoinSecurity":  choiceOption("allowJoin", "allowJoinWithLobby", "blockFromJoin"),
	"sessionTypeId":                {3.0, between("a number", 0, 1<<31)},
	"enableAutomaticLock":          flagOption(false),
	"automaticLockMinutes":         {0.0, between("a number of minutes", 0, 1440)},
	"enabledAudioWatermark":        flagOption(false),
	"enabledVisualWatermark":       flagOption(false),
	"visualWatermarkOpacity":       {10.0, between("from 5 to 80", 5, 80)},
	"meetingOptions": objectOption(map[string]option{
		"enabledChat": flagOption(true), "enabledVideo": flagOption(true), "enabledPolling": flagOption(false),
		"enabledNote": flagOption(true), "enabledFileTransfer": flagOption(false), "enabledUCFRichMedia": flagOption(false),
		"noteType": choiceOption("allowAll", "allowOne"),
	}),
	"attendeePrivileges": objectOption(map[string]option{
		"enabledShareContent": flagOption(true), "enabledSaveDocument": flagOption(false), "enabledPrintDocument": flagOption(false),
		"enabledAnnotate": flagOption(false), "enabledViewParticipantList": flagOption(true), "enabledViewThumbnails": flagOption(false),
		"enabledRemoteControl": flagOption(true), "enabledViewAnyDocument": flagOption(false), "enabledViewAnyPage": flagOption(false),
		"enabledContactOperatorPrivately": flagOption(false), "enabledChatHost": flagOption(true),
		"enabledChatPresenter": flagOption(true), "enabledChatOtherParticipants": flagOption(true),
	}),
	"audioConnectionOptions": objectOption(map[string]option{
		"audioConnectionType":   choiceOption("webexAudio", "VoIP", "other", "none"),
		"enabledTollFreeCallIn": flagOption(false), "enabledGlobalCallIn": flagOption(true), "enabledAudienceCallBack": flagOption(false),
		"entryAndExitTone":              choiceOption("beep", "announceName", "noTone"),
		"allowHostToUnmuteParticipants": flagOption(false), "allowAttendeeToUnmuteSelf": flagOption(true), "muteAttendeeUponEntry": flagOption(false),
	}),
}

func flagOption(absent bool) option {
	return option{absent, func(v any) string {
		if _, ok := v.(bool); !ok {
			return "true or false"
		}
		return ""
	}}
}

// choiceOption has the first value as its default.
func choiceOption(values ...any) option {
	var words []string
	for _, v := range values {
		words = append(words, v.(string))
	}
	return option{values[0], oneOf(strings.Join(words, ", "), values...)}
}

func oneOf(want string, values ...any) func(any) string {
	return func(v any) string {
		if _, ok := v.(map[string]any); ok || !slices.Contains(values, v) {
			return want
		}
		return ""
	}
}

func between(want string, least, most float64) func(any) string {
	return func(v any) string {
		if n, ok := v.(float64); !ok || n < least || n > most {
			return want
		}
		return ""
	}
}

func objectOption(members map[string]option) option {
	absent := object{}
	for name, m := range members {
		absent[name] = m.absent
	}
	return option{absent, func(v any) string {
		o, ok := v.(map[string]any)
		if !ok {
			return "an object"
		}
		for name, value := range o {
			m, known := members[name]
			if !known {
				continue // ignored; readOptions complains
			}
			if want := m.check(value); want != "" {
				return "an object whose " + name + " is " + want
			}
		}
		return ""
	}}
}

// readOptions returns current with the body's options merged in.
func readOptions(c *call, f fields, current map[string]any) (map[string]any, error) {
	out := maps.Clone(current)
	if out == nil {
		out = map[string]any{}
	}
	for _, name := range slices.Sorted(maps.Keys(options)) {
		if !f.has(name) {
			continue
		}
		var v any
		if err := json.Unmarshal(f[name], &v); err != nil {
			return nil, malformed("%v", err)
		}
		if want := options[name].check(v); want != "" {
			return nil, invalid("Parameter '%s' must be %s.", name, want)
		}
		if members, ok := v.(map[string]any); ok {
			v = mergeOption(c, name, out[name], members)
		}
		out[name] = v
	}
	// Both only with enabledJoinBeforeHost; refusing is the sandbox's choice.
	if before, _ := out["enabledJoinBeforeHost"].(bool); !before {
		if n, _ := out["joinBeforeHostMinutes"].(float64); f.has("joinBeforeHostMinutes") && n != 0 {
			return nil, invalid("Parameter 'joinBeforeHostMinutes' needs 'enabledJoinBeforeHost'.")
		}
		if audio, _ := out["enableConnectAudioBeforeHost"].(bool); f.has("enableConnectAudioBeforeHost") && audio {
			return nil, invalid("Parameter 'enableConnectAudioBeforeHost' needs 'enabledJoinBeforeHost'.")
		}
	}
	return out, nil
}

func mergeOption(c *call, name string, old any, members map[string]any) any {
	merged := object{}
	if before, ok := old.(map[string]any); ok {
		maps.Copy(merged, before)
	}
	known := options[name].absent.(object)
	for _, member := range slices.Sorted(maps.Keys(members)) {
		if _, ok := known[member]; !ok {
			c.complain("unknown property %q of %q is ignored", member, name)
			continue
		}
		merged[member] = members[member]
	}
	return merged
}

// shownOptions are all options, the defaults where nothing was set.
func shownOptions(set map[string]any) map[string]any {
	out := map[string]any{}
	for name, opt := range options {
		out[name] = opt.absent
		if def, ok := opt.absent.(object); ok {
			members := maps.Clone(def)
			if given, ok := set[name].(map[string]any); ok {
				maps.Copy(members, given)
			}
			out[name] = members
		} else if v, ok := set[name]; ok {
			out[name] = v
		}
	}
	return out
}
