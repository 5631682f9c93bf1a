package fakewebex

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Template is a ready-made set of options for meetings of a site.
// https://developer.webex.com/docs/api/v1/meetings/list-meeting-templates
type Template struct {
	ID      string // made when empty
	Name    string
	Webinar bool
	Default bool // what a meeting without a template is like
	Own     bool // the site's, not one of those that every site has

	Agenda  string
	Minutes int            // how long its meetings are; 0 is 60
	Options map[string]any // as a create takes them
}

// locales are those of templates; which there are is the sandbox's choice. Each
// template is there for all of them, its name in one language.
var locales = []string{"cs_CZ", "da_DK", "de_DE", "en_GB", "en_US", "es_ES", "es_MX", "fr_CA", "fr_FR", "hu_HU", "it_IT", "ja_JP", "ko_KR",
	"nb_NO", "nl_NL", "pl_PL", "pt_BR", "ro_RO", "ru_RU", "sv_SE", "tr_TR", "zh_CN", "zh_TW"}

// templateID has the form of Cisco's samples.
func (s *Server) templateID() string {
	return base64.RawURLEncoding.EncodeToString([]byte(s.hex(32) + ":U-" + s.digits(6) + "-MC-en_US"))
}

// forHost finds the site of a call about templates.
func (s *Server) forHost(c *call) (Site, error) {
	if err := s.queryHost(c); err != nil {
		return Site{}, err
	}
	if !c.host.mayHost() {
		return Site{}, refuse(http.StatusForbidden, textForbidden)
	}
	url := cmp.Or(c.query.Get("siteUrl"), c.host.Sites[0])
	if !slices.Contains(c.host.Sites, url) {
		return Site{}, invalid("Parameter 'siteUrl' is invalid: '%s'.", url)
	}
	return s.site(url), nil
}

// listTemplates is GET /v1/meetings/templates.
// https://developer.webex.com/docs/api/v1/meetings/list-meeting-templates
func (s *Server) listTemplates(c *call) (any, error) {
	site, err := s.forHost(c)
	if err != nil {
		return nil, err
	}
	if err := among(c, "templateType", "meeting", "webinar"); err != nil {
		return nil, err
	}
	if err := among(c, "locale", locales...); err != nil {
		return nil, err
	}
	for _, name := range []string{"isDefault", "isStandard"} {
		if _, err := c.flag(name, false); err != nil {
			return nil, err
		}
	}
	var found []object
	for i, t := range site.Templates {
		o := t.object(site, cmp.Or(c.query.Get("locale"), "en_US"))
		matches := true
		for _, name := range []string{"templateType", "isDefault", "isStandard"} {
			if want := c.query.Get(name); want != "" && want != fmt.Sprint(o[name]) {
				matches = false
			}
		}
		if matches {
			o["order"] = fmt.Sprintf("%04d", i)
			found = append(found, o)
		}
	}
	found, err = paged(s, c, found, func(o object) string { return o["order"].(string) }, 100)
	if err != nil {
		return nil, err
	}
	items := []any{}
	for _, o := range found {
		delete(o, "order")
		items = append(items, o)
	}
	return object{"items": items}, nil
}

func (t Template) object(site Site, locale string) object {
	kind := "meeting"
	if t.Webinar {
		kind = "webinar"
	}
	return object{"id": t.ID, "name": t.Name, "locale": locale, "siteUrl": site.URL, "templateType": kind, "isDefault": t.Default, "isStandard": !t.Own}
}

// getTemplate is GET /v1/meetings/templates/{templateId}: with a create's body,
// whose times are good for the moment.
// https://developer.webex.com/docs/api/v1/meetings/get-a-meeting-template
func (s *Server) getTemplate(c *call) (any, error) {
	site, err := s.forHost(c)
	if err != nil {
		return nil, err
	}
	zone, err := c.zone()
	if err != nil {
		return nil, err
	}
	t, ok := site.template(c.id)
	if !ok {
		return nil, refuse(http.StatusNotFound, textNotFound)
	}
	start, end := t.times(c.now)
	o := t.object(site, "en_US")
	body := object{"title": t.Name, "agenda": t.Agenda, "password": s.password(site.criteria()), "start": render(start, zone), "end": render(end, zone),
		"timezone": zone.String(), "hostEmail": c.host.Email, "sendEmail": true, "invitees": []any{}}
	for name, value := range shownOptions(t.options()) {
		body[name] = value
	}
	o["meeting"] = body
	return o, nil
}

func (site Site) template(id string) (Template, bool) {
	i := slices.IndexFunc(site.Templates, func(t Template) bool { return t.ID == id })
	if i < 0 {
		return Template{}, false
	}
	return site.Templates[i], true
}

// times are for a meeting that says none: from the next half hour on.
func (t Template) times(now time.Time) (start, end time.Time) {
	start = now.UTC().Truncate(30 * time.Minute).Add(30 * time.Minute)
	return start, start.Add(time.Duration(cmp.Or(t.Minutes, 60)) * time.Minute)
}

// options are a copy of the template's, in the form in which a body's are read.
func (t Template) options() map[string]any {
	out := map[string]any{}
	raw, err := json.Marshal(t.Options)
	if err == nil && t.Options != nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		panic("fakewebex: template " + t.Name + ": " + err.Error()) // whoever made it has to mend it
	}
	return out
}

// applyTemplate begins a meeting by the template that the body names, if it names one.
// Refusing an unknown one, or a webinar's, with 400 is the sandbox's choice.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
func (s *Server) applyTemplate(c *call, f fields, v *Meeting) error {
	id := ""
	if err := read(f, "templateId", "a string", &id); err != nil {
		return err
	}
	if strings.TrimSpace(id) == "" {
		return nil
	}
	t, ok := s.site(v.Site).template(id)
	if !ok || t.Webinar {
		return invalid("Parameter 'templateId' is invalid: '%s'.", id)
	}
	v.Template, v.Agenda, v.Options = t.ID, t.Agenda, t.options()
	v.Start, v.End = t.times(c.now)
	return nil
}
