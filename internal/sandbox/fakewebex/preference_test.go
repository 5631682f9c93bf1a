package fakewebex

import "testing"

func TestPreferencesArePeoplesOwn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.EditPerson(bob, func(p *Person) { p.NoPersonalRoom = true })
	b.AddSite(Site{URL: siteURL, Audio: VoIPOnly})
	b.token, _ = b.IssueTokens(anna, b.client.ClientID, readPreferences, writePreferences)
	bobs := b.as(bob)
	const prefix = "/v1/meetingPreferences/"
	for _, test := range []struct {
		part, body string
		status     int
		member     string
		want       any
	}{
		{"audio", "", 200, "defaultAudioType", "voipOnly"},
		{"audio", `{"defaultAudioType":"none"}`, 200, "defaultAudioType", "none"},
		{"audio", `{"enabledTollFree":true}`, 200, "defaultAudioType", "none"},
		{"audio", `{"defaultAudioType":"VoIP"}`, 400, "", nil},
		{"audio", `{"audioPin":"12"}`, 400, "", nil},
		{"schedulingOptions", `{"enabledJoinBeforeHost":true,"joinBeforeHostMinutes":10,"delegateEmails":null}`, 200, "joinBeforeHostMinutes", 10.0},
		{"schedulingOptions", `{"joinBeforeHostMinutes":7}`, 400, "", nil},
		{"personalMeetingRoom", "", 200, "topic", "Anna Nováková's Personal Room"},
		{"personalMeetingRoom", `{"topic":"Anna's corner","autoLockMinutes":0}`, 200, "topic", "Anna's corner"},
		{"personalMeetingRoom", "", 200, "personalMeetingRoomLink", "https://contoso.webex.com/meet/anna"},
		{"personalMeetingRoom", `{"topic":""}`, 400, "", nil},
	} {
		method := "PUT"
		if test.body == "" {
			method = "GET"
		}
		a := b.do(method, prefix+test.part, test.body)
		if a.status != test.status || a.status == 200 && a.body[test.member] != test.want {
			t.Errorf("%s %s %s: %d %s", method, test.part, test.body, a.status, a.raw)
		}
	}
	if a := bobs.do("GET", prefix+"audio", ""); a.body["defaultAudioType"] != "voipOnly" {
		t.Errorf("Bob's audio is %s", a.raw)
	}
	if a := bobs.do("PUT", prefix+"audio", `{"defaultAudioType":"none"}`); a.status != 403 {
		t.Errorf("without the scope: %d", a.status)
	}
	if a := bobs.do("GET", prefix+"personalMeetingRoom", ""); a.status != 404 {
		t.Errorf("Bob's room: %d %s", a.status, a.raw)
	}
	if a := bobs.do("GET", "/v1/meetingPreferences", ""); a.status != 200 || a.body["personalMeetingRoom"] != nil || a.body["audio"] == nil {
		t.Errorf("all of Bob's: %d %s", a.status, a.raw)
	}
}
