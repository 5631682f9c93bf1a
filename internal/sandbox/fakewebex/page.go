package fakewebex

import (
	"bytes"
	_ "embed"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// page is an answer for a browser.
type page struct {
	status int
	html   []byte
}

//go:embed page.html
var pageSource string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// param is a hidden field that carries the request along.
type param struct{ Name, Value string }

type account struct {
	Email, Name, Initials string
	Hinted                bool
}

type pageData struct {
	Title, Text string
	Client      string
	Params      []param
	Accounts    []account
	Account     *account
	Back        string // address of the choice of accounts
	Scopes      []string
}

// scopeWords says what a scope allows, in the manner of
// https://developer.webex.com/docs/meetings.
var scopeWords = map[string]string{
	readSchedules:   "See your meetings, and who is invited to them",
	writeSchedules:  "Schedule, change and cancel meetings for you, and invite people to them",
	readPreferences: "See your meeting preferences: sites, Personal Room and scheduling options",
	readPeople:      "See your profile, and look up people in your organisation",

	adminReadSchedules:  "See the meetings of everybody in your organisation, and who is invited to them",
	adminWriteSchedules: "Schedule, change and cancel meetings for everybody in your organisation",
	writePreferences:    "Change your meeting preferences",

	adminWritePreferences: "Change the meeting preferences of everybody in your organisation",
	adminReadConfig:       "See how the sites of your organisation are set up",
	adminReadPreferences:  "See the meeting preferences of everybody in your organisation",
	adminReadPeople:       "See all people of your organisation, with their roles and licences",
	adminReadOrgs:         "See the name of your organisation",
}

func (s *Server) accountPage(a authorization, params []param, hint string) page {
	d := pageData{Title: "Choose an account", Client: a.client.Name, Params: params}
	for _, p := range s.world.people {
		d.Accounts = append(d.Accounts, accountOf(p, strings.EqualFold(p.Email, hint)))
	}
	slices.SortStableFunc(d.Accounts, func(x, y account) int {
		switch {
		case x.Hinted == y.Hinted:
			return 0
		case x.Hinted:
			return -1
		}
		return 1
	})
	return show(http.StatusOK, d)
}

func (s *Server) consentPage(a authorization, params []param, p *Person) page {
	acc := accountOf(p, false)
	back := url.Values{}
	for _, h := range params {
		back.Set(h.Name, h.Value)
	}
	d := pageData{Title: a.client.Name + " asks for access", Client: a.client.Name, Account: &acc,
		Params: append(params, param{"account", p.Email}), Back: "/v1/authorize?" + back.Encode()}
	for _, scope := range a.scopes {
		words := scopeWords[scope]
		if words == "" {
			words = scope
		}
		d.Scopes = append(d.Scopes, words)
	}
	return show(http.StatusOK, d)
}

func errorPage(title, text string) page {
	return show(http.StatusBadRequest, pageData{Title: title, Text: text})
}

func show(status int, d pageData) page {
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, d); err != nil {
		panic("fakewebex: page: " + err.Error()) // the template is ours
	}
	return page{status, b.Bytes()}
}

func accountOf(p *Person, hinted bool) account {
	a := account{Email: p.Email, Name: p.DisplayName, Hinted: hinted}
	for _, word := range strings.Fields(p.DisplayName) {
		if first := []rune(word)[:1]; len([]rune(a.Initials)) < 2 {
			a.Initials += strings.ToUpper(string(first))
		}
	}
	return a
}

// hidden are the fields that carry the query to the next page, account apart.
func hidden(q url.Values) []param {
	var out []param
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if name != "account" {
			out = append(out, param{name, q.Get(name)})
		}
	}
	return out
}
