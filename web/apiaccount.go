package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/meeting"
)

type apiMe struct {
	Account  apiPerson `json:"account"`
	Calendar string    `json:"calendar"`
	Webex    apiWebex  `json:"webex"`
	Language string    `json:"language"`
}

type apiPerson struct {
	Name      string   `json:"name"`
	UPN       string   `json:"upn"`
	Addresses []string `json:"addresses"`
}

type apiWebex struct {
	State string `json:"state"`
	Email string `json:"email"`
	Site  string `json:"site"`
}

// States of a connection in the API.
const (
	connected   = "connected"
	missing     = "missing"
	dead        = "dead"
	ofTheirOrgs = "organization"
)

// showMe says who calls, and what is connected: GET /api/v1/me.
func (s *Server) showMe(c echo.Context, who caller) error {
	state, err := s.standing(c.Request().Context(), who)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, newAPIMe(state))
}

func newAPIMe(state footing) apiMe {
	a := state.account
	me := apiMe{
		Account:  apiPerson{Name: personName(a), UPN: a.UPN, Addresses: ownAddresses(a)},
		Calendar: connection(state.microsoft), Webex: apiWebex{State: connection(state.webex)}, Language: a.Language,
	}
	if state.byTenant() {
		me.Calendar = connected
		if state.tenant.State == meeting.TenantWithdrawn {
			me.Calendar = dead
		}
	}
	switch {
	case state.byOrganization():
		me.Webex = apiWebex{State: ofTheirOrgs, Email: state.host.HostEmail, Site: state.host.Site}
		if !live(state.host) {
			me.Webex.State = dead
		}
	case state.webex != nil:
		me.Webex.Email, me.Webex.Site = state.webex.Subject, state.webex.Site
	}
	return me
}

// ownAddresses are the person's mail addresses, as far as they are known.
func ownAddresses(a meeting.Account) []string {
	list := slices.Clone(a.Addresses)
	if mail := strings.ToLower(a.Mail); mail != "" && !slices.Contains(list, mail) {
		list = append(list, mail)
	}
	return append([]string{}, list...)
}

func connection(g *meeting.Grant) string {
	switch {
	case g == nil:
		return missing
	case live(g):
		return connected
	}
	return dead
}

// apiPreferences is how a person likes their meetings.
type apiPreferences struct {
	Options  *apiOptions `json:"options"`
	Keywords *bool       `json:"keywords"`
}

func newAPIPreferences(p meeting.Preferences) apiPreferences {
	options, keywords := newAPIOptions(p.Options), !p.KeywordsOff
	return apiPreferences{Options: &options, Keywords: &keywords}
}

// showPreferences: GET /api/v1/preferences.
func (s *Server) showPreferences(c echo.Context, who caller) error {
	preferences, err := s.Store.Preferences(c.Request().Context(), who.ID)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, newAPIPreferences(preferences))
}

// putPreferences: PUT /api/v1/preferences.
func (s *Server) putPreferences(c echo.Context, who caller) error {
	var request apiPreferences
	if err := readJSON(c, maxJSON, &request); err != nil {
		return err
	}
	switch {
	case request.Options == nil || request.Keywords == nil:
		return invalid("options and keywords: want both.")
	case request.Options.Password != "" || len(request.Options.CoHosts) > 0:
		return invalid("options: password and coHosts belong to one meeting; they are not kept.")
	}
	options, err := request.Options.checked()
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	err = s.Store.SavePreferences(ctx, who.ID, meeting.Preferences{Options: options, KeywordsOff: !*request.Keywords})
	if err != nil {
		return nowhere(err)
	}
	return s.showPreferences(c, who)
}

type apiOffer struct {
	PersonalRoom   bool          `json:"personalRoom"`
	Templates      []apiTemplate `json:"templates"`
	JoinBeforeHost []string      `json:"joinBeforeHost"`
	Lobby          []string      `json:"lobby"`
	Audio          []string      `json:"audio"`
	EntryTone      []string      `json:"entryTone"`
	Password       *apiPassword  `json:"password"`

	TrackingCodes []apiTrackingCode `json:"trackingCodes"`
}

type apiTemplate struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// apiTrackingCode is what the site wants to know of each meeting.
type apiTrackingCode struct {
	Name     string            `json:"name"`
	Options  []string          `json:"options"`
	Default  string            `json:"default"`
	Input    meeting.InputMode `json:"input"`
	Required bool              `json:"required"`
}

type apiPassword struct {
	MinLength  int  `json:"minLength"`
	MixedCase  bool `json:"mixedCase"`
	MinNumeric int  `json:"minNumeric"`
	MinAlpha   int  `json:"minAlpha"`
	MinSpecial int  `json:"minSpecial"`
}

// showOffer says what the person's site allows: GET /api/v1/offer.
func (s *Server) showOffer(c echo.Context, who caller) error {
	ctx := c.Request().Context()
	state, err := s.standing(ctx, who)
	if err != nil {
		return err
	}
	host := state.host
	if host == nil || !live(host) {
		if err := state.refusal(); err != nil {
			return err
		}
		return cannot("no host", requestSentence(meeting.ProblemWebexNotLinked))
	}
	offer, err := s.Sites.Offer(ctx, *host, who.Language)
	if err != nil {
		return remote(err)
	}
	answer := apiOffer{
		PersonalRoom: offer.PersonalRoom, Templates: []apiTemplate{}, JoinBeforeHost: append([]string{}, offer.JoinBeforeHost...),
		Lobby: append([]string{}, offer.Lobby...), Audio: append([]string{}, offer.Audio...), EntryTone: append([]string{}, offer.EntryTone...),
		TrackingCodes: []apiTrackingCode{},
	}
	for _, t := range offer.Templates {
		answer.Templates = append(answer.Templates, apiTemplate(t))
	}
	for _, t := range offer.TrackingCodes {
		t.Options = append([]string{}, t.Options...)
		answer.TrackingCodes = append(answer.TrackingCodes, apiTrackingCode(t))
	}
	if p := offer.Password; p != nil {
		answer.Password = &apiPassword{p.MinLength, p.MixedCase, p.MinNumeric, p.MinAlpha, p.MinSpecial}
	}
	return c.JSON(http.StatusOK, answer)
}
