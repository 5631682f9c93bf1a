package webex

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

// scopeConfig lets a site's administrator read how the site is set up.
// https://developer.webex.com/docs/meetings
const scopeConfig = "meeting:admin_config_read"

// Offer returns what the host may choose of a meeting, as far as the grant can
// know: a site tells people who are no administrators little. Of what it can be
// asked, a part that it refuses to tell, or tells in a way we do not know, is not
// offered; of the rest everything is, and the site may still refuse it.
// Errors are those that pass: no token, throttled, Webex is down.
// https://developer.webex.com/docs/api/v1/meeting-preferences
func (c *Client) Offer(ctx context.Context, grant meeting.Grant, language string) (offer meeting.Offer, err error) {
	defer wrap(&err, "read what the site offers")
	offer = meeting.Offer{JoinBeforeHost: slices.Clone(meeting.JoinBeforeHostValues), Lobby: slices.Clone(meeting.LobbyValues)}
	for _, part := range []func(context.Context, meeting.Grant, *meeting.Offer) error{
		func(ctx context.Context, grant meeting.Grant, offer *meeting.Offer) (err error) {
			offer.Templates, err = c.templates(ctx, grant.Host(), language)
			return err
		},
		func(ctx context.Context, grant meeting.Grant, offer *meeting.Offer) error {
			_, err := c.Room(ctx, grant.Host())
			offer.PersonalRoom = err == nil
			return err
		},
		func(ctx context.Context, grant meeting.Grant, offer *meeting.Offer) (err error) {
			offer.TrackingCodes, err = c.TrackingCodes(ctx, grant.Host(), grant.Site)
			return err
		},
		c.offerAudio, c.offerSettings,
	} {
		if err := part(ctx, grant, &offer); passes(ctx, err) {
			return meeting.Offer{}, err
		}
	}
	return offer, nil
}

// passes reports whether the same call may be answered at another time.
func passes(ctx context.Context, err error) bool {
	switch errs.KindOf(err) {
	case errs.SignedOut, errs.Throttled, errs.Unavailable, errs.Uncertain, errs.Busy:
		return true
	}
	return err != nil && ctx.Err() != nil
}

// locales are Webex's names of languages; the first of a language is for all
// regions without their own.
var locales = []string{"en_US", "en_GB", "cs_CZ", "da_DK", "de_DE", "es_ES", "es_MX", "fr_FR", "fr_CA", "hu_HU", "it_IT", "ja_JP",
	"ko_KR", "nl_NL", "nb_NO", "pl_PL", "pt_BR", "ro_RO", "ru_RU", "sv_SE", "tr_TR", "zh_CN", "zh_TW"}

func locale(language string) string {
	tag := strings.ReplaceAll(language, "-", "_")
	primary, _, _ := strings.Cut(strings.ToLower(tag), "_")
	found := locales[0]
	for _, known := range slices.Backward(locales) {
		if strings.EqualFold(known, tag) {
			return known
		}
		if strings.HasPrefix(known, primary+"_") {
			found = known
		}
	}
	return found
}

// templates lists the host's meeting templates, in Webex's order: in English if
// Webex does not have the language, or none of the site's are in it.
// https://developer.webex.com/docs/api/v1/meetings/list-meeting-templates
func (c *Client) templates(ctx context.Context, host meeting.Host, language string) (all []meeting.Template, err error) {
	type item struct {
		ID   wire.Text `json:"id"`
		Name wire.Text `json:"name"`
		Type wire.Text `json:"templateType"`
	}
	var items []item
	for _, name := range slices.Compact([]string{locale(language), locales[0]}) {
		q := url.Values{"templateType": {"meeting"}, "locale": {name}}
		items, err = list[item](ctx, c, host, "list templates", address("/v1/meetings/templates", q, host))
		if err == nil && len(items) > 0 || err != nil && !errs.Is(err, errs.Invalid) {
			break
		}
	}
	for _, i := range items {
		if i.ID != "" && i.Name != "" && (i.Type == "" || i.Type == "meeting") {
			all = append(all, meeting.Template{ID: string(i.ID), Name: string(i.Name)})
		}
	}
	return all, err
}

// offerAudio goes by what the host's own default is, the one thing that a site
// tells of its audio. Its words differ from those of a meeting.
// https://developer.webex.com/docs/api/v1/meeting-preferences/get-audio-options
func (c *Client) offerAudio(ctx context.Context, grant meeting.Grant, offer *meeting.Offer) error {
	var audio struct {
		Default wire.Text `json:"defaultAudioType"`
	}
	if err := c.preference(ctx, grant.Host(), "read audio options", "audio", &audio); err != nil {
		return err
	}
	switch audio.Default {
	case "webexAudio":
		offer.Audio, offer.EntryTone = slices.Clone(meeting.AudioValues), slices.Clone(meeting.EntryToneValues)
	case "voipOnly":
		offer.Audio = []string{"VoIP"}
	}
	return nil
}

// offerSettings goes by how the site is set up, which only its administrators
// may read.
// https://developer.webex.com/docs/api/v1/site/get-meeting-common-settings-configuration
func (c *Client) offerSettings(ctx context.Context, grant meeting.Grant, offer *meeting.Offer) error {
	if !slices.Contains(grant.Scopes, scopeConfig) {
		return nil
	}
	var settings struct {
		Security struct {
			JoinBeforeHost *wire.Flag `json:"joinBeforeHost"`
			Strong         wire.Flag  `json:"requireStrongPassword"`
			Criteria       *struct {
				MixedCase  wire.Flag `json:"mixedCase"`
				MinLength  int       `json:"minLength"`
				MinNumeric int       `json:"minNumeric"`
				MinAlpha   int       `json:"minAlpha"`
				MinSpecial int       `json:"minSpecial"`
			} `json:"passwordCriteria"`
		} `json:"securityOptions"`
	}
	path := "/v1/admin/meeting/config/commonSettings"
	if grant.Site != "" {
		path += "?" + url.Values{"siteUrl": {grant.Site}}.Encode()
	}
	if _, err := c.do(ctx, wire.Call{
		Op: "read site settings", Method: http.MethodGet, URL: path, Token: c.token(grant.ID),
	}, &settings); err != nil {
		return err
	}
	security := settings.Security
	if before := security.JoinBeforeHost; before != nil && !bool(*before) {
		offer.JoinBeforeHost = nil
	}
	if rule := security.Criteria; rule != nil && bool(security.Strong) {
		offer.Password = &meeting.PasswordRule{MinLength: rule.MinLength, MinNumeric: rule.MinNumeric,
			MinAlpha: rule.MinAlpha, MinSpecial: rule.MinSpecial, MixedCase: bool(rule.MixedCase)}
	}
	return nil
}
