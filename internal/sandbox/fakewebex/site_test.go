package fakewebex

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
)

func TestPasswordCriteria(t *testing.T) {
	t.Parallel()
	strict := PasswordCriteria{MinLength: 10, MinNumeric: 2, MinAlpha: 4, MinSpecial: 1, MixedCase: true}
	for _, test := range []struct {
		name     string
		criteria *PasswordCriteria
		password string
		want     string // of the refusal; empty: it is taken
	}{
		{"ordinary", nil, "Abcdefg1", ""},
		{"in small letters", nil, "abcdefg1", "A mix of uppercase and lowercase letters (A, a, B, b, C, c, etc.) is required."},
		{"without a number", nil, "Abcdefgh", "At least one number is required."},
		{"short", nil, "Abcdef1", "At least 8 characters are required."},
		{"strict", &strict, "Abcdefgh?12", ""},
		{"strict, one number", &strict, "Abcdefghi?1", "At least 2 numbers are required."},
		{"strict, few letters", &strict, "Abc1234567?", "At least 4 letters are required."},
		{"strict, nothing special", &strict, "Abcdefgh12", "At least one special character is required."},
		{"strict, short", &strict, "Abcd?12", "At least 10 characters are required."},
		{"anything goes", &PasswordCriteria{}, "a", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.AddSite(Site{URL: siteURL, Password: test.criteria})
			made := id(b.create(""))
			for _, a := range []answer{
				b.do("POST", "/v1/meetings", meetingBody(t, change{"password": test.password})),
				b.do("PATCH", "/v1/meetings/"+made, fmt.Sprintf(`{"password":%q,"sendEmail":false}`, test.password)),
			} {
				switch {
				case test.want == "" && (a.status != 200 || a.body["password"] != test.password):
					t.Errorf("got %d %s", a.status, a.raw)
				case test.want != "" && (a.status != 400 || a.body["message"] != textInvalid || a.text() != "Meeting password validation failed. "+test.want):
					t.Errorf("got %d %s", a.status, a.raw)
				}
			}
		})
	}
}

func TestGeneratedPasswordsMeetTheCriteria(t *testing.T) {
	t.Parallel()
	for _, c := range []PasswordCriteria{{}, Site{}.criteria(), {MinLength: 20, MinNumeric: 7, MinAlpha: 12, MinSpecial: 3, MixedCase: true}} {
		b := setup(t)
		b.AddSite(Site{URL: siteURL, Password: &c})
		m := b.create("")
		if password := m["password"].(string); c.check(password) != nil || count(password, unicode.IsSpace) > 0 {
			t.Errorf("%+v drew %q: %v", c, password, c.check(password))
		}
		if v, _ := b.Meeting(id(m)); v.OwnPassword {
			t.Error("a drawn password counts as chosen")
		}
	}
}

func TestWhatASiteAllows(t *testing.T) {
	t.Parallel()
	const voip, tone, before = `"audioConnectionOptions":{"audioConnectionType":"VoIP"}`, `"audioConnectionOptions":{"entryAndExitTone":"noTone"}`, `"enabledJoinBeforeHost":true,"joinBeforeHostMinutes":5`
	for _, test := range []struct {
		name, body string
		site       Site
		want       string // of the refusal
		audio      string // type and tone of the answer
		numbers    int
		warning    string
	}{
		{name: "ordinary", audio: "webexAudio beep", numbers: 2},
		{name: "without a telephone", body: voip, audio: "VoIP beep"},
		{name: "no tone", body: tone, audio: "webexAudio noTone", numbers: 2},
		{name: "a site without a telephone", site: Site{Audio: VoIPOnly}, audio: "VoIP beep"},
		{name: "a telephone on a site without", site: Site{Audio: VoIPOnly}, body: `"audioConnectionOptions":{"audioConnectionType":"webexAudio"}`,
			want: "Parameter 'audioConnectionType' is not allowed by the site: 'webexAudio'."},
		{name: "a site without audio", site: Site{Audio: NoAudio}, audio: "none beep"},
		{name: "a strange type", body: `"audioConnectionOptions":{"audioConnectionType":"voipOnly"}`, want: "Parameter 'audioConnectionOptions' must be an object whose audioConnectionType is webexAudio, VoIP, other, none."},
		{name: "a strange tone", body: `"audioConnectionOptions":{"entryAndExitTone":"gong"}`, want: "Parameter 'audioConnectionOptions' must be an object whose entryAndExitTone is beep, announceName, noTone."},
		{name: "a strange lobby", body: `"unlockedMeetingJoinSecurity":"maybe"`, want: "Parameter 'unlockedMeetingJoinSecurity' must be allowJoin, allowJoinWithLobby, blockFromJoin."},
		{name: "strange minutes", body: `"enabledJoinBeforeHost":true,"joinBeforeHostMinutes":7`, want: "Parameter 'joinBeforeHostMinutes' must be 0, 5, 10 or 15."},
		{name: "before the host", body: before, audio: "webexAudio beep", numbers: 2},
		{name: "before the host, where nobody may", site: Site{NoJoinBeforeHost: true}, body: before, want: "Parameter 'enabledJoinBeforeHost' is not allowed by the site."},
		{name: "not before the host, where nobody may", site: Site{NoJoinBeforeHost: true}, body: `"enabledJoinBeforeHost":false`, audio: "webexAudio beep", numbers: 2},
		{name: "converged", site: Site{Converged: true}, audio: "webexAudio beep", numbers: 2},
		{name: "a tone on a converged site", site: Site{Converged: true}, body: tone, audio: "webexAudio beep", numbers: 2, warning: "1001"},
		{name: "a type on a converged site", site: Site{Converged: true}, body: voip, audio: "webexAudio beep", numbers: 2, warning: "1001"},
		{name: "other options on a converged site", site: Site{Converged: true}, body: before, audio: "webexAudio beep", numbers: 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			made := id(b.create(""))
			test.site.URL = siteURL
			b.AddSite(test.site)
			body := strings.TrimSuffix(meetingBody(t, nil), "}")
			patch := `{"sendEmail":false`
			if test.body != "" {
				body, patch = body+","+test.body, patch+","+test.body
			}
			answers := []answer{b.do("POST", "/v1/meetings", body+"}")}
			if test.site.Audio == "" { // a meeting keeps what its site had
				answers = append(answers, b.do("PATCH", "/v1/meetings/"+made, patch+"}"))
			}
			for _, a := range answers {
				if test.want != "" {
					if a.status != 400 || a.text() != test.want {
						t.Errorf("got %d %s", a.status, a.raw)
					}
					continue
				}
				if a.status != 200 {
					t.Fatalf("got %d %s", a.status, a.raw)
				}
				o := a.body["audioConnectionOptions"].(map[string]any)
				if got := fmt.Sprint(o["audioConnectionType"], " ", o["entryAndExitTone"]); got != test.audio {
					t.Errorf("audio is %s, want %s", got, test.audio)
				}
				if got := len(a.body["telephony"].(map[string]any)["callInNumbers"].([]any)); got != test.numbers {
					t.Errorf("%d numbers, want %d", got, test.numbers)
				}
				if got := a.header.Get("Warning"); got != test.warning {
					t.Errorf("warning is %q, want %q", got, test.warning)
				}
			}
		})
	}
}

func TestCommonSettings(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t)
	const path = "/v1/admin/meeting/config/commonSettings"
	if a := b.do("GET", path, ""); a.status != 403 || a.text() != textForbidden {
		t.Errorf("without the scope: %d %s", a.status, a.raw)
	}
	b.token, _ = b.IssueTokens(root, b.client.ClientID, adminReadConfig)
	b.AddSite(Site{URL: siteURL, NoJoinBeforeHost: true, Password: &PasswordCriteria{MinLength: 10, MinSpecial: 1, MixedCase: true}})
	security := b.do("GET", path, "").body["securityOptions"].(map[string]any)
	got := security["passwordCriteria"].(map[string]any)
	if security["joinBeforeHost"] != false || security["requireStrongPassword"] != true || got["minLength"] != 10.0 || got["minSpecial"] != 1.0 || got["mixedCase"] != true {
		t.Errorf("settings are %v", security)
	}
	if a := b.do("GET", path+"?siteUrl=fabrikam.webex.com", ""); a.status != 404 {
		t.Errorf("of another's site: %d %s", a.status, a.raw)
	}
	token, _ := b.IssueTokens(anna, b.client.ClientID, adminReadConfig)
	b.token = token
	if a := b.do("GET", path, ""); a.status != 403 {
		t.Errorf("by somebody who is no administrator: %d", a.status)
	}
}
