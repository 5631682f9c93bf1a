package fakewebex

import (
	"strings"
	"testing"
	"time"
)

func TestJoin(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.AddPerson(Person{Email: "cy@contoso.com", Sites: []string{siteURL}})
	m := b.create(`,"invitees":[{"email":"bob@contoso.com"},{"email":"cy@contoso.com","coHost":true}]`)
	byID := `"meetingId":"` + id(m) + `"`
	for _, test := range []struct {
		name, as, body string
		status         int
		start          bool
	}{
		{"host", anna, byID + `,"joinDirectly":false`, 200, true},
		{"by number", anna, `"meetingNumber":"` + m["meetingNumber"].(string) + `","joinDirectly":false`, 200, true},
		{"by link", anna, `"webLink":"` + m["webLink"].(string) + `","joinDirectly":false,"expirationMinutes":5`, 200, true},
		{"the occurrence", anna, `"meetingId":"` + id(m) + `_20260305T100000Z","joinDirectly":false`, 200, true},
		{"cohost", "cy@contoso.com", byID + `,"joinDirectly":false`, 200, true},
		{"invitee", bob, byID + `,"joinDirectly":false`, 200, false},
		{"for somebody else", anna, byID + `,"joinDirectly":false,"email":"bob@contoso.com","displayName":"Bob"`, 200, false},
		{"directly", anna, byID, 302, false},
		{"by two names", anna, byID + `,"meetingNumber":"1","joinDirectly":false`, 400, false},
		{"by none", anna, `"joinDirectly":false`, 400, false},
		{"an instance", anna, `"meetingId":"` + id(m) + `_I_123456789012345678","joinDirectly":false`, 400, false},
		{"a name without address", anna, byID + `,"joinDirectly":false,"displayName":"Bob"`, 400, false},
		{"for two hours", anna, byID + `,"joinDirectly":false,"expirationMinutes":120`, 400, false},
		{"unknown", anna, `"meetingId":"0","joinDirectly":false`, 404, false},
		{"for another host", anna, byID + `,"joinDirectly":false,"hostEmail":"bob@contoso.com"`, 403, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := b.as(test.as).do("POST", "/v1/meetings/join", "{"+test.body+"}")
			if a.status != test.status || (a.body["startLink"] != nil) != test.start {
				t.Fatalf("got %d %s", a.status, a.raw)
			}
			link, _ := a.body["joinLink"].(string)
			if a.status == 302 {
				link = a.header.Get("Location")
			}
			if a.status < 400 && !strings.HasPrefix(link, "https://contoso.webex.com/wbxmjs/joinservice/sites/contoso/meeting/download/") {
				t.Errorf("the link is %q", link)
			}
		})
	}
	other := b.create("")
	bobs := b.as(bob)
	if a := bobs.do("POST", "/v1/meetings/join", `{"meetingId":"`+id(other)+`","joinDirectly":false}`); a.status != 404 {
		t.Errorf("a stranger: %d", a.status)
	}
	if a := bobs.do("POST", "/v1/meetings/join", `{"meetingId":"`+id(other)+`","joinDirectly":false,"password":"`+other["password"].(string)+`"}`); a.status != 200 || a.body["startLink"] != nil {
		t.Errorf("somebody with the password: %d %s", a.status, a.raw)
	}
	if a := b.do("POST", "/v1/meetings/join", `{`+byID+`,"joinDirectly":false,"expirationMinutes":5}`); a.body["expiration"] != "2026-03-04T12:05:30Z" {
		t.Errorf("good until %v", a.body["expiration"])
	}
}

func TestWhoJoins(t *testing.T) {
	t.Parallel()
	type seen struct {
		state           any
		host, attendees any
	}
	for _, test := range []struct {
		name  string
		extra string
		early time.Duration // before the start
		who   []string
		want  seen
	}{
		{"the host", "", time.Hour, []string{""}, seen{"inProgress", true, false}},
		{"somebody waits", "", 0, []string{bob}, seen{"lobby", false, false}},
		{"somebody waits, then the host comes", "", 0, []string{bob, ""}, seen{"inProgress", true, true}},
		{"the host, then somebody", "", 0, []string{anna, "who@knows.com"}, seen{"inProgress", true, true}},
		{"before the host", `,"enabledJoinBeforeHost":true,"joinBeforeHostMinutes":5`, 5 * time.Minute, []string{bob}, seen{"inProgress", false, true}},
		{"before the host, too early", `,"enabledJoinBeforeHost":true,"joinBeforeHostMinutes":5`, 6 * time.Minute, []string{bob}, seen{"lobby", false, false}},
		{"a cohost alone", `,"invitees":[{"email":"bob@contoso.com","coHost":true}]`, time.Hour, []string{bob}, seen{"inProgress", false, true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			m := id(b.create(test.extra))
			start := time.Date(2026, 3, 5, 10, 0, 0, 0, time.UTC)
			b.clock.Advance(start.Add(-test.early).Sub(noon))
			for _, who := range test.who {
				if err := b.Join(m, who); err != nil {
					t.Fatal(err)
				}
			}
			if a := b.do("GET", "/v1/meetings/"+m, ""); a.body["state"] != "inProgress" {
				t.Errorf("the series is %v", a.body["state"])
			}
			b.clock.Advance(time.Second)
			list := func() []map[string]any {
				return b.do("GET", "/v1/meetings?"+query("meetingType", "meeting", "meetingSeriesId", m, "from", "2026-03-01T00:00:00Z", "to", "2026-03-09T00:00:00Z"), "").items()
			}
			all := list()
			if len(all) != 1 {
				t.Fatalf("%d sessions", len(all))
			}
			if got := (seen{all[0]["state"], all[0]["hostDidJoin"], all[0]["attendeeDidJoin"]}); got != test.want {
				t.Errorf("the session is %v, want %v", got, test.want)
			}
			if err := b.EndMeeting(m); err != nil {
				t.Fatal(err)
			}
			b.clock.Advance(shownLate)
			if all = list(); len(all) != 1 || all[0]["state"] != "ended" {
				t.Errorf("afterwards: %v", all)
			}
		})
	}
}
