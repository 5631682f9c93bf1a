package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// offerPatience is how long the account page waits for what the Webex site tells.
const offerPatience = 3 * time.Second

// choice is a field of the preferences: its name in the form, and what its
// values are called. The first one leaves it to the Webex site.
type choice struct {
	name, label string
	of          func(*meeting.Options) *string
	values      []views.Option
}

var asTheSite = views.Option{Text: "As the Webex site does"}

// choices are worded as the pane words them.
var choices = []choice{
	{"join_before_host", "Join before the host", func(o *meeting.Options) *string { return &o.JoinBeforeHost }, []views.Option{
		asTheSite, {Value: "off", Text: "Not allowed"}, {Value: "0", Text: "From the start time"}, {Value: "5", Text: "5 minutes before the start"},
		{Value: "10", Text: "10 minutes before the start"}, {Value: "15", Text: "15 minutes before the start"}}},
	{"lobby", "Guests join", func(o *meeting.Options) *string { return &o.Lobby }, []views.Option{
		asTheSite, {Value: "allowJoin", Text: "At once"}, {Value: "allowJoinWithLobby", Text: "From the lobby"}, {Value: "blockFromJoin", Text: "Not at all"}}},
	{"audio", "Audio", func(o *meeting.Options) *string { return &o.Audio }, []views.Option{
		asTheSite, {Value: "webexAudio", Text: "Computer and telephone"}, {Value: "VoIP", Text: "Computer only"}, {Value: "none", Text: "None"}}},
	{"entry_tone", "When somebody joins", func(o *meeting.Options) *string { return &o.EntryTone }, []views.Option{
		asTheSite, {Value: "beep", Text: "A beep"}, {Value: "announceName", Text: "The name is said"}, {Value: "noTone", Text: "No tone"}}},
}

// savePreferences keeps how the person likes their meetings: POST
// /account/preferences. What a form does not say stays as it is kept.
func (s *Server) savePreferences(c echo.Context, who meeting.Account) error {
	ctx := c.Request().Context()
	kept, err := s.Store.Preferences(ctx, who.ID)
	if err != nil {
		return err
	}
	asked, err := readPreferences(c, kept)
	if err != nil {
		text := "The form could not be read."
		if e, ok := errors.AsType[*errs.Error](err); ok {
			text = "Not saved: " + e.Message + "."
		}
		return s.sendAccount(c, who, http.StatusBadRequest, func(state *accountState) { state.refused = text })
	}
	if err := s.Store.SavePreferences(ctx, who.ID, asked); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.With(route.Account, "saved", "1")+"#preferences")
}

func readPreferences(c echo.Context, kept meeting.Preferences) (meeting.Preferences, error) {
	form, err := c.FormParams()
	if err != nil {
		return kept, err
	}
	if form.Has("kind") {
		kind := meeting.Kind(form.Get("kind"))
		if cmp.Or(kept.Options.Kind, meeting.OwnKind) != kind {
			kept.Options.Template = "" // was one of the other kind
		}
		kept.Options.Kind = kind
	}
	for _, field := range choices {
		if form.Has(field.name) {
			*field.of(&kept.Options) = form.Get(field.name)
		}
	}
	// A browser leaves out a box that is empty: a hidden field comes before it.
	if form.Has("leave_out_password") {
		kept.Options.LeaveOutPassword = slices.Contains(form["leave_out_password"], "on")
	}
	if form.Has("keywords") {
		kept.KeywordsOff = !slices.Contains(form["keywords"], "on")
	}
	if names, values := form["tracking_name"], form["tracking_value"]; len(names) > 0 && len(names) == len(values) {
		kept.Options.TrackingCodes = map[string]string{}
		for i, name := range names {
			kept.Options.TrackingCodes[name] = values[i]
		}
	}
	kept.Options, err = kept.Options.Check()
	return kept, err
}

func preferencesProps(state accountState) views.Preferences {
	o := state.preferences.Options
	props := views.Preferences{
		Saved: state.saved, Refused: state.refused, LeaveOutPassword: o.LeaveOutPassword, Keywords: !state.preferences.KeywordsOff,
		KeywordsByTenant: state.byTenant() && state.tenant.Settings.KeywordsOff,
		Kinds: []views.Option{
			{Value: string(meeting.OwnKind), Text: "A meeting of its own", Checked: !o.Room()},
			{Value: string(meeting.RoomKind), Text: "The Personal Room", Checked: o.Room()},
		},
	}
	for _, field := range choices {
		choice := views.Choice{Name: field.name, Label: field.label}
		for _, v := range field.values {
			v.Checked = v.Value == *field.of(&o)
			choice.Options = append(choice.Options, v)
		}
		props.Choices = append(props.Choices, choice)
	}
	for i, c := range state.codes {
		props.Codes = append(props.Codes, codeProps(fmt.Sprint("tracking-", i), c, o.TrackingCodes[c.Name]))
	}
	return props
}

func codeProps(id string, c meeting.TrackingCode, value string) views.Code {
	code := views.Code{ID: id, Name: c.Name, Required: c.Required, Value: value}
	if c.Input != meeting.SelectInput {
		code.Known = c.Options
		return code
	}
	none := "None"
	if c.Required && c.Default != "" {
		none = asTheSite.Text
	}
	code.Options = []views.Option{{Text: none, Checked: !c.Takes(value)}}
	for _, v := range c.Options {
		code.Options = append(code.Options, views.Option{Value: v, Text: v, Checked: v == value})
	}
	return code
}

// codes are the tracking codes that the page offers to preset. The site is asked
// only for people who use some, or whose meetings lack one; where it does not tell,
// what is kept can still be seen and changed.
func (s *Server) codes(ctx context.Context, state accountState, language string) (codes []meeting.TrackingCode) {
	kept := state.preferences.Options.TrackingCodes
	lacks := slices.ContainsFunc(state.links, func(l meeting.Link) bool { return l.Problem == meeting.ProblemTrackingCode })
	if len(kept) == 0 && !lacks {
		return nil
	}
	if live(state.host) {
		ctx, cancel := context.WithTimeout(ctx, offerPatience)
		defer cancel()
		offer, err := s.Sites.Offer(ctx, *state.host, language)
		if err == nil {
			return offer.TrackingCodes
		}
	}
	for _, name := range slices.Sorted(maps.Keys(kept)) {
		codes = append(codes, meeting.TrackingCode{Name: name, Input: meeting.TextInput})
	}
	return codes
}
