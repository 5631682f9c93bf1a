package fakewebex

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// TrackingCode is what a site wants to know of each meeting, such as a cost
// centre. A value of a host's own, which takes the place of the site's default,
// is not modelled.
// https://developer.webex.com/docs/api/v1/meetings/list-meeting-tracking-codes
type TrackingCode struct {
	ID      string // made when empty
	Name    string
	Options []string // values to choose from
	Default string   // the option that is preset; empty: none
	Input   InputMode
	Type    CodeType
}

// TrackingValue is what a meeting says of one tracking code.
type TrackingValue struct{ Name, Value string }

// InputMode is how a tracking code's value is given.
type InputMode string

// The input modes. Free text is that of a code that says none.
const (
	TextInput           InputMode = "text"
	SelectInput         InputMode = "select" // one of the options
	EditableSelectInput InputMode = "editableSelect"
	HostProfileInput    InputMode = "hostProfileSelect" // never for meetings
)

// CodeType is whether a service wants a tracking code.
type CodeType string

// The types. A code that says none is optional.
const (
	OptionalCode      CodeType = "optional"
	RequiredCode      CodeType = "required"
	AdminSetCode      CodeType = "adminSet"
	NotUsedCode       CodeType = "notUsed"
	NotApplicableCode CodeType = "notApplicable"
)

// maxTracking is how long name and value may be.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
const maxTracking = 120

// takes reports whether a meeting may say something of the code.
func (t TrackingCode) takes() bool {
	return t.Input != HostProfileInput && (t.Type == "" || t.Type == OptionalCode || t.Type == RequiredCode)
}

// readTrackingCodes puts what the body says into v, in place of what was there.
// A body without them leaves a meeting as it is, but cannot make one without
// those that the site requires. The texts are the sandbox's choice, and so is
// that a default counts for nothing here.
// https://developer.webex.com/docs/api/v1/meetings/list-meeting-tracking-codes
func (s *Server) readTrackingCodes(f fields, v *Meeting, creates bool) error {
	const name = "trackingCodes"
	if _, said := f[name]; !said && !creates {
		return nil
	}
	site := s.site(v.Site)
	var given []struct{ Name, Value string }
	if err := read(f, name, "a list of objects with name and value", &given); err != nil {
		return err
	}
	var values []TrackingValue
	for _, g := range given {
		for _, one := range []struct{ name, value string }{{"name", g.Name}, {"value", g.Value}} {
			switch {
			case strings.TrimSpace(one.value) == "":
				return invalid("Parameter '%s' of 'trackingCodes' cannot be empty.", one.name)
			case utf8.RuneCountInString(one.value) > maxTracking:
				return invalid("Parameter '%s' of 'trackingCodes' cannot exceed %d characters.", one.name, maxTracking)
			}
		}
		i := slices.IndexFunc(site.TrackingCodes, func(t TrackingCode) bool { return t.Name == g.Name && t.takes() })
		switch {
		case i < 0:
			return invalid("Tracking code '%s' is not one of the site's.", g.Name)
		case site.TrackingCodes[i].Input == SelectInput && !slices.Contains(site.TrackingCodes[i].Options, g.Value):
			return invalid("Tracking code '%s' has no option '%s'.", g.Name, g.Value)
		case slices.ContainsFunc(values, func(v TrackingValue) bool { return v.Name == g.Name }):
			return invalid("Tracking code '%s' is given twice.", g.Name)
		}
		values = append(values, TrackingValue(g))
	}
	for _, t := range site.TrackingCodes {
		if t.Type == RequiredCode && t.takes() && !slices.ContainsFunc(values, func(v TrackingValue) bool { return v.Name == t.Name }) {
			return invalid("Tracking code '%s' is required.", t.Name)
		}
	}
	v.TrackingCodes = values
	return nil
}

// listTrackingCodes is GET /v1/meetings/trackingCodes. The service has to be
// said; others than that of meetings are not modelled.
// https://developer.webex.com/docs/api/v1/meetings/list-meeting-tracking-codes
func (s *Server) listTrackingCodes(c *call) (any, error) {
	site, err := s.forHost(c)
	if err != nil {
		return nil, err
	}
	switch service := c.query.Get("service"); service {
	case "MeetingCenter":
	case "":
		return nil, invalid("Parameter 'service' is required.")
	case "All", "EventCenter", "TrainingCenter", "SupportCenter":
		return nil, c.notModelled("tracking codes of " + service)
	default:
		return nil, invalid("Parameter 'service' is invalid: '%s'.", service)
	}
	items := []any{}
	for _, t := range site.TrackingCodes {
		options := []any{}
		for _, value := range t.Options {
			options = append(options, object{"value": value, "defaultValue": value == t.Default})
		}
		items = append(items, object{"id": t.ID, "name": t.Name, "siteUrl": site.URL, "options": options,
			"inputMode": cmp.Or(t.Input, TextInput), "service": "MeetingCenter", "type": cmp.Or(t.Type, OptionalCode)})
	}
	return object{"items": items}, nil
}

// shownCodes are a meeting's tracking codes as answers show them.
func shownCodes(values []TrackingValue) []any {
	list := []any{}
	for _, v := range values {
		list = append(list, object{"name": v.Name, "value": v.Value})
	}
	return list
}
