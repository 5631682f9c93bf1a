package fakewebex

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var townHall = Template{ID: "t-town", Name: "Town hall", Own: true, Agenda: "News", Minutes: 90, Options: map[string]any{
	"enabledJoinBeforeHost": true, "joinBeforeHostMinutes": 15, "unlockedMeetingJoinSecurity": "allowJoinWithLobby",
	"audioConnectionOptions": map[string]any{"audioConnectionType": "VoIP", "entryAndExitTone": "noTone"},
}}

func TestTemplates(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.AddSite(Site{URL: siteURL, Templates: []Template{{Name: "Default", Default: true}, townHall, {ID: "t-web", Name: "Show", Webinar: true}}})
	for q, want := range map[string][]string{
		"":                              {"Default", "Town hall", "Show"},
		"templateType=meeting":          {"Default", "Town hall"},
		"templateType=webinar":          {"Show"},
		"isDefault=true":                {"Default"},
		"isStandard=false":              {"Town hall"},
		"locale=cs_CZ&isStandard=false": {"Town hall"},
		"siteUrl=lab.webex.com":         nil,
	} {
		var got []string
		for _, o := range b.do("GET", "/v1/meetings/templates?"+q, "").items() {
			got = append(got, o["name"].(string))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", q, diff)
		}
	}
	got := b.do("GET", "/v1/meetings/templates?locale=cs_CZ&isStandard=false", "").items()[0]
	want := map[string]any{"id": "t-town", "name": "Town hall", "locale": "cs_CZ", "siteUrl": siteURL, "templateType": "meeting", "isDefault": false, "isStandard": false}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("template (-want +got):\n%s", diff)
	}
	for q, status := range map[string]int{"locale=cs": 400, "templateType=all": 400, "siteUrl=fabrikam.webex.com": 400, "isDefault=1": 400} {
		if a := b.do("GET", "/v1/meetings/templates?"+q, ""); a.status != status {
			t.Errorf("%s: got %d %s", q, a.status, a.raw)
		}
	}
	body := b.do("GET", "/v1/meetings/templates/t-town", "").body["meeting"].(map[string]any)
	if body["start"] != "2026-03-04T12:30:00Z" || body["end"] != "2026-03-04T14:00:00Z" || body["unlockedMeetingJoinSecurity"] != "allowJoinWithLobby" || body["agenda"] != "News" {
		t.Errorf("its meeting is %v", body)
	}
	if a := b.do("GET", "/v1/meetings/templates/unknown", ""); a.status != 404 {
		t.Errorf("unknown: %d", a.status)
	}
}

func TestCreateByTemplate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.AddSite(Site{URL: siteURL, Templates: []Template{townHall, {ID: "t-web", Name: "Show", Webinar: true}}})
	audio := func(a answer) string {
		o := a.body["audioConnectionOptions"].(map[string]any)
		return fmt.Sprint(o["audioConnectionType"], o["entryAndExitTone"], a.body["joinBeforeHostMinutes"], a.body["unlockedMeetingJoinSecurity"])
	}
	a := b.do("POST", "/v1/meetings", meetingBody(t, change{"templateId": "t-town"}))
	if a.status != 200 || audio(a) != "VoIPnoTone15allowJoinWithLobby" || a.body["agenda"] != "News" || a.body["start"] != "2026-03-05T10:00:00Z" {
		t.Errorf("by template: %d %s", a.status, a.raw)
	}
	if v, _ := b.Meeting(id(a.body)); v.Template != "t-town" {
		t.Errorf("its template is %q", v.Template)
	}
	// What is said counts for more.
	a = b.do("POST", "/v1/meetings", meetingBody(t, change{"templateId": "t-town", "joinBeforeHostMinutes": 5, "audioConnectionOptions": change{"entryAndExitTone": "beep"}}))
	if a.status != 200 || audio(a) != "VoIPbeep5allowJoinWithLobby" {
		t.Errorf("by template, with more: %d %s", a.status, a.raw)
	}
	if again := b.do("POST", "/v1/meetings", meetingBody(t, change{"templateId": "t-town"})); audio(again) != "VoIPnoTone15allowJoinWithLobby" {
		t.Errorf("the template changed: %s", audio(again))
	}
	a = b.do("POST", "/v1/meetings", meetingBody(t, change{"templateId": "t-town", "start": nil, "end": nil}))
	if v, _ := b.Meeting(id(a.body)); v.End.Sub(v.Start) != 90*time.Minute {
		t.Errorf("without times: %d %s", a.status, a.raw)
	}
	for _, unknown := range []string{"x", "t-web"} {
		if a := b.do("POST", "/v1/meetings", meetingBody(t, change{"templateId": unknown})); a.status != 400 {
			t.Errorf("%s: %d %s", unknown, a.status, a.raw)
		}
	}
	b.do("PATCH", "/v1/meetings/"+b.Meetings(anna)[0].ID, `{"templateId":"t-town","sendEmail":false}`)
	b.wantComplaint(t, `unknown property "templateId"`)
}
