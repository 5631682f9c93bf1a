package meeting

import (
	"slices"
	"strings"
	"unicode/utf8"

	"webex-scheduler/internal/errs"
)

// Limits of the tracking codes of one meeting: Webex's own for names and values.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
const (
	maxTrackingCodes = 50
	maxTrackingText  = 120
)

// TrackingCode is what a Webex site wants to know of each meeting, such as a cost
// centre.
// https://developer.webex.com/docs/api/v1/meetings/list-meeting-tracking-codes
type TrackingCode struct {
	Name     string
	Options  []string // values to choose from
	Default  string   // the one that is preset for the host; empty: none
	Input    InputMode
	Required bool
}

// InputMode is how the value of a tracking code is given, in Webex's words.
type InputMode string

// The input modes.
const (
	TextInput           InputMode = "text"
	SelectInput         InputMode = "select"         // one of the options
	EditableSelectInput InputMode = "editableSelect" // one of them, or another
)

// Takes reports whether the site takes the value.
func (c TrackingCode) Takes(value string) bool {
	return value != "" && (c.Input != SelectInput || slices.Contains(c.Options, value))
}

// FillTrackingCodes returns the values of a meeting, by name, as a site with these
// codes takes them: where one that it requires is not given, the preferred value,
// else the site's default. What the site does not know is left out. ok is false if
// one is missing, or given with a value that the site does not take.
func FillTrackingCodes(codes []TrackingCode, given, preferred map[string]string) (filled map[string]string, ok bool) {
	ok = true
	for _, c := range codes {
		value := given[c.Name]
		if value == "" && c.Required {
			for _, value = range []string{preferred[c.Name], c.Default} {
				if c.Takes(value) {
					break
				}
			}
		}
		switch {
		case c.Takes(value):
			if filled == nil {
				filled = map[string]string{}
			}
			filled[c.Name] = value
		case value != "" || c.Required:
			ok = false
		}
	}
	return filled, ok
}

// checkTrackingCodes returns the values that are given, without space around them.
func checkTrackingCodes(given map[string]string) (map[string]string, error) {
	var kept map[string]string
	for name, value := range given {
		value = strings.TrimSpace(value)
		switch {
		case value == "":
			continue
		case name == "" || utf8.RuneCountInString(name) > maxTrackingText || utf8.RuneCountInString(value) > maxTrackingText:
			return nil, errs.New(errs.Invalid, "trackingCodes: want names and values of at most %d characters", maxTrackingText)
		case !utf8.ValidString(name) || !utf8.ValidString(value):
			return nil, errs.New(errs.Invalid, "trackingCodes: want text")
		}
		if kept == nil {
			kept = map[string]string{}
		}
		kept[name] = value
	}
	if len(kept) > maxTrackingCodes {
		return nil, errs.New(errs.Invalid, "trackingCodes: %d at the most", maxTrackingCodes)
	}
	return kept, nil
}
