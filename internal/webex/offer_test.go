package webex

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/sandbox/fakewebex"
)

// siteClient is a client of a Webex that answers each path as given, or with a
// status: "status 404".
func siteClient(t *testing.T, answers map[string]string) *Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := cmp.Or(answers[r.URL.Path], "status 404")
		if status, ok := strings.CutPrefix(answer, "status "); ok {
			code, _ := strconv.Atoi(status)
			w.WriteHeader(code)
			return
		}
		io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	return newClient(t, server.URL, fixed{}, clockwork.NewFakeClockAt(now))
}

const (
	templatesPath = "/v1/meetings/templates"
	roomPath      = "/v1/meetingPreferences/personalMeetingRoom"
	audioPath     = "/v1/meetingPreferences/audio"
	codesPath     = "/v1/meetings/trackingCodes"
	settingsPath  = "/v1/admin/meeting/config/commonSettings"
)

func TestOffer(t *testing.T) {
	t.Parallel()
	all := func() map[string]string {
		return map[string]string{
			templatesPath: `{"items":[{"id":"t1","name":"Weekly","templateType":"meeting"},{"id":"t2","name":"Town hall","templateType":"webinar"},{"id":3,"name":"Plain"},{"errors":{}}]}`,
			roomPath:      `{"topic":"Bo","hostPin":"1234","personalMeetingRoomLink":"https://contoso.webex.com/meet/bo"}`,
			audioPath:     `{"defaultAudioType":"webexAudio"}`,
			codesPath: `{"items":[
				{"name":"Cost centre","inputMode":"select","type":"required","service":"MeetingCenter","options":[{"value":"4711","defaultValue":false},{"value":4712,"defaultValue":true}]},
				{"name":"Project","inputMode":"editableSelect","type":"optional","options":[{"value":"Moon"},{"value":""}]},
				{"name":"Client","type":"optional","options":null},
				{"name":"Badge","inputMode":"hostProfileSelect","type":"required"},{"name":"Region","inputMode":"text","type":"adminSet"},
				{"name":"Old","inputMode":"text","type":"notUsed"},{"name":"Older","inputMode":"text","type":"notApplicable"},{"type":"required"},{"name":"Newer","inputMode":"sliders","type":"optional"}]}`,
			settingsPath: `{"securityOptions":{"joinBeforeHost":false,"requireStrongPassword":true,
				"passwordCriteria":{"mixedCase":true,"minLength":8,"minNumeric":2,"minAlpha":4,"minSpecial":1,"disallowValues":["pwd"]}}}`,
		}
	}
	full := func(change func(*meeting.Offer)) meeting.Offer {
		o := meeting.Offer{
			PersonalRoom: true, Templates: []meeting.Template{{ID: "t1", Name: "Weekly"}, {ID: "3", Name: "Plain"}},
			JoinBeforeHost: []string{"off", "0", "5", "10", "15"}, Lobby: []string{"allowJoin", "allowJoinWithLobby", "blockFromJoin"},
			TrackingCodes: []meeting.TrackingCode{
				{Name: "Cost centre", Options: []string{"4711", "4712"}, Default: "4712", Input: meeting.SelectInput, Required: true},
				{Name: "Project", Options: []string{"Moon"}, Input: meeting.EditableSelectInput},
				{Name: "Client", Input: meeting.TextInput},
			},
			Audio: []string{"webexAudio", "VoIP", "none"}, EntryTone: []string{"beep", "announceName", "noTone"},
		}
		change(&o)
		return o
	}
	noRoom := func(o *meeting.Offer) { o.PersonalRoom = false }
	silent := func(o *meeting.Offer) { o.Audio, o.EntryTone = nil, nil }
	for _, test := range []struct {
		name   string
		change map[string]string
		scopes []string
		want   func(*meeting.Offer)
	}{
		{"all that a person can know", nil, nil, func(*meeting.Offer) {}},
		{"what an administrator of the site knows", nil, []string{scopeConfig}, func(o *meeting.Offer) {
			o.JoinBeforeHost = nil
			o.Password = &meeting.PasswordRule{MinLength: 8, MinNumeric: 2, MinAlpha: 4, MinSpecial: 1, MixedCase: true}
		}},
		{"passwords may be weak", map[string]string{settingsPath: `{"securityOptions":{"joinBeforeHost":true,"requireStrongPassword":false,"passwordCriteria":{"minLength":8}}}`},
			[]string{scopeConfig}, func(*meeting.Offer) {}},
		{"settings are refused", map[string]string{settingsPath: "status 403"}, []string{scopeConfig}, func(*meeting.Offer) {}},
		{"settings of another form", map[string]string{settingsPath: `{"securityOptions":[]}`}, []string{scopeConfig}, func(*meeting.Offer) {}},
		{"no room", map[string]string{roomPath: "status 404"}, nil, noRoom},
		{"rooms are refused", map[string]string{roomPath: "status 403"}, nil, noRoom},
		{"a room without a link", map[string]string{roomPath: `{"topic":"Bo"}`}, nil, noRoom},
		{"a room elsewhere", map[string]string{roomPath: `{"personalMeetingRoomLink":"https://evil.example/meet/bo"}`}, nil, noRoom},
		{"no templates", map[string]string{templatesPath: `{"items":[]}`}, nil, func(o *meeting.Offer) { o.Templates = nil }},
		{"templates are not known", map[string]string{templatesPath: "status 501"}, nil, func(o *meeting.Offer) { o.Templates = nil }},
		{"voice over IP alone", map[string]string{audioPath: `{"defaultAudioType":"voipOnly"}`}, nil, func(o *meeting.Offer) {
			o.Audio, o.EntryTone = []string{"VoIP"}, nil
		}},
		{"tracking codes are refused", map[string]string{codesPath: "status 403"}, nil, func(o *meeting.Offer) { o.TrackingCodes = nil }},
		{"a site without tracking codes", map[string]string{codesPath: `{"items":[]}`}, nil, func(o *meeting.Offer) { o.TrackingCodes = nil }},
		{"tracking codes of another form", map[string]string{codesPath: `{"items":[{"name":{}}]}`}, nil, func(o *meeting.Offer) { o.TrackingCodes = nil }},
		{"no audio", map[string]string{audioPath: `{"defaultAudioType":"none"}`}, nil, silent},
		{"audio of another service", map[string]string{audioPath: `{"defaultAudioType":"otherTeleconferenceService"}`}, nil, silent},
		{"audio that came later", map[string]string{audioPath: `{"defaultAudioType":"telepathy"}`}, nil, silent},
		{"audio is refused", map[string]string{audioPath: "status 403"}, nil, silent},
		{"audio of another form", map[string]string{audioPath: `[]`}, nil, silent},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			answers := all()
			for path, answer := range test.change {
				answers[path] = answer
			}
			g := meeting.Grant{ID: grant, Scopes: test.scopes, Site: "contoso.webex.com"}
			got, err := siteClient(t, answers).Offer(t.Context(), g, "en-US")
			if err != nil {
				t.Fatal(err)
			}
			if d := diff.Diff(full(test.want), got); d != "" {
				t.Errorf("offer (-want +got):\n%s", d)
			}
		})
	}
	for _, path := range []string{templatesPath, roomPath, codesPath, audioPath, settingsPath} {
		for answer, want := range map[string]errs.Kind{"status 401": errs.SignedOut, "status 429": errs.Throttled, "status 503": errs.Unavailable} {
			answers := all()
			answers[path] = answer
			got, err := siteClient(t, answers).Offer(t.Context(), meeting.Grant{ID: grant, Scopes: []string{scopeConfig}}, "")
			if !errs.Is(err, want) {
				t.Errorf("%s with %s: %v, %v (%s), want %s", path, answer, got, err, errs.KindOf(err), want)
			}
		}
	}
}

func TestLocale(t *testing.T) {
	t.Parallel()
	for language, want := range map[string]string{
		"": "en_US", "en": "en_US", "en-US": "en_US", "en-GB": "en_GB", "en-IN": "en_US", "cs": "cs_CZ", "cs-CZ": "cs_CZ", "CS_cz": "cs_CZ",
		"de-AT": "de_DE", "fr-CA": "fr_CA", "fr-BE": "fr_FR", "zh-TW": "zh_TW", "zh-Hans-CN": "zh_CN", "tlh": "en_US", "e": "en_US", "&max=1": "en_US",
	} {
		if got := locale(language); got != want {
			t.Errorf("locale of %q is %q, want %q", language, got, want)
		}
	}
}

// TestTemplatesInALanguageThatWebexLacks are there in English.
func TestTemplatesInALanguageThatWebexLacks(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusBadRequest, http.StatusOK} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("locale") == "en_US" {
				io.WriteString(w, `{"items":[{"id":"t1","name":"Weekly"}]}`)
				return
			}
			w.WriteHeader(status)
			io.WriteString(w, `{"items":[]}`)
		}))
		t.Cleanup(server.Close)
		got, err := newClient(t, server.URL, fixed{}, clockwork.NewFakeClockAt(now)).templates(t.Context(), host, "cs")
		if err != nil || len(got) != 1 {
			t.Errorf("answered %d in Czech: %v, %v", status, got, err)
		}
	}
}

// TestOfferOfTheSandbox: Webex itself, as the sandbox plays it, to a person and
// to an administrator, in small pages.
func TestOfferOfTheSandbox(t *testing.T) {
	t.Parallel()
	w := setup(t, func(s *fakewebex.Server) {
		s.Calm = false
		site := fakewebex.Site{URL: "contoso.webex.com", Password: &fakewebex.PasswordCriteria{MinLength: 12, MinSpecial: 1}, Audio: fakewebex.VoIPOnly}
		for i := range 7 {
			site.Templates = append(site.Templates, fakewebex.Template{ID: fmt.Sprint("t", i), Name: fmt.Sprint("Template ", i), Webinar: i == 3})
		}
		s.AddSite(site)
	})
	patiently := func(g meeting.Grant) meeting.Offer {
		for {
			offer, err := w.Offer(t.Context(), g, "cs")
			if errs.Is(err, errs.Throttled) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			return offer
		}
	}
	got := patiently(meeting.Grant{ID: grant})
	if len(got.Templates) != 6 || got.Templates[3].ID != "t4" || !got.PersonalRoom || len(got.Audio) != 1 || len(got.EntryTone) != 0 || got.Password != nil {
		t.Errorf("to a person: %+v", got)
	}
	w.fake.EditPerson(bo, func(p *fakewebex.Person) { p.Roles, p.NoPersonalRoom = []fakewebex.Role{fakewebex.FullAdmin}, true })
	w.scopes = append(w.scopes, scopeConfig)
	w.token, _ = w.fake.IssueTokens(bo, w.integration.ClientID, w.scopes...)
	got = patiently(meeting.Grant{ID: grant, Scopes: w.scopes})
	if got.PersonalRoom || got.Password == nil || got.Password.MinLength != 12 || got.Password.MinSpecial != 1 {
		t.Errorf("to an administrator: %+v", got)
	}
}
