package fakewebex

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCreate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.do("POST", "/v1/meetings", `{"title":"Plan","agenda":"All of it","start":"2026-03-05T10:00:00+01:00","end":"2026-03-05T11:00:00+01:00",
		"timezone":"Europe/Prague","integrationTags":["s1:x"],"sendEmail":false,"invitees":[{"email":"Carl@fabrikam.com"},{"email":"bob@contoso.com","coHost":true}]}`)
	if a.status != 200 || a.header.Get("Content-Type") != "application/json;charset=UTF-8" || a.header.Get("TrackingID") == "" {
		t.Fatalf("got %d %v %s", a.status, a.header, a.raw)
	}
	for member, form := range map[string]string{
		"id": `^[0-9a-f]{32}$`, "meetingNumber": `^\d{11}$`, "password": `^.{8,}$`, "phoneAndVideoSystemPassword": `^\d{8}$`, "hostKey": `^\d{6}$`,
		"webLink": `^https://contoso\.webex\.com/contoso/j\.php\?MTID=m[0-9a-f]{32}$`, "sipAddress": `^\d{11}@contoso\.webex\.com$`,
		"meetingType": `^meetingSeries$`, "state": `^active$`, "hostEmail": `^anna@contoso\.com$`, "agenda": `^All of it$`,
	} {
		if got := fmt.Sprint(a.body[member]); !regexp.MustCompile(form).MatchString(got) {
			t.Errorf("%s is %q", member, got)
		}
	}
	// The answer to a write is in the zone of the request, a read in UTC.
	if got := []any{a.body["start"], a.body["end"], a.body["timezone"]}; !cmp.Equal(got, []any{"2026-03-05T10:00:00+01:00", "2026-03-05T11:00:00+01:00", "Europe/Prague"}) {
		t.Errorf("times are %v", got)
	}
	if a.body["invitees"] != nil || a.body["sendEmail"] != nil {
		t.Error("the answer has members that are never in it")
	}
	if _, ok := a.body["telephony"].(map[string]any)["links"].([]any); !ok {
		t.Error("telephony.links is not an array")
	}
	read := b.do("GET", "/v1/meetings/"+id(a.body), "").body
	if got := []any{read["start"], read["end"], read["timezone"]}; !cmp.Equal(got, []any{"2026-03-05T09:00:00Z", "2026-03-05T10:00:00Z", "UTC"}) {
		t.Errorf("read times are %v", got)
	}
	read = b.do("GET", "/v1/meetings/"+id(a.body), "", "timezone", "Asia/Tokyo").body
	if got := []any{read["start"], read["timezone"]}; !cmp.Equal(got, []any{"2026-03-05T18:00:00+09:00", "Asia/Tokyo"}) {
		t.Errorf("times read in Tokyo are %v", got)
	}
	m, _ := b.Meeting(id(a.body))
	if len(m.Invitees) != 2 || m.Invitees[0].Email != bob || !m.Invitees[0].CoHost || m.Invitees[1].Email != "carl@fabrikam.com" {
		t.Errorf("invitees are %+v", m.Invitees)
	}
	if len(b.Mails()) != 0 {
		t.Errorf("mails were sent: %v", b.Mails())
	}
}

// meetingBody is a good create with members replaced; nil takes one away.
func meetingBody(t *testing.T, change map[string]any) string {
	t.Helper()
	body := map[string]any{"title": "Plan", "start": "2026-03-05T10:00:00Z", "end": "2026-03-05T11:00:00Z", "sendEmail": false}
	for name, v := range change {
		if body[name] = v; v == nil {
			delete(body, name)
		}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

type change = map[string]any

// people makes n invitees.
func people(n int) []any {
	var out []any
	for i := range n {
		out = append(out, change{"email": fmt.Sprintf("p%04d@fabrikam.com", i)})
	}
	return out
}

// writeRules are the rules of create and update alike.
var writeRules = []struct {
	name   string
	change change
	status int // 200 is allowed
	text   string
}{
	{"title of 128 letters", change{"title": strings.Repeat("ř", 128)}, 200, ""},
	{"title of 129 letters", change{"title": strings.Repeat("a", 129)}, 400, "Parameter 'title' cannot exceed 128 characters."},
	{"empty title", change{"title": " "}, 400, "Parameter 'title' cannot be empty."},
	{"title that is a number", change{"title": 7}, 400, "Parameter 'title' must be a string."},
	{"agenda of 1300 letters", change{"agenda": strings.Repeat("a", 1300)}, 200, ""},
	{"agenda of 1301 letters", change{"agenda": strings.Repeat("a", 1301)}, 400, "Parameter 'agenda' cannot exceed 1300 characters."},
	{"password in small letters", change{"password": "abcdefgh1"}, 400, "Meeting password validation failed. A mix of uppercase and lowercase letters (A, a, B, b, C, c, etc.) is required."},
	{"good password", change{"password": "BgJep@4323"}, 200, ""},
	{"start in the past", change{"start": "2026-03-04T11:59:00Z", "end": "2026-03-04T12:30:00Z"}, 400, "Parameter 'start' or 'end' is before current time."},
	{"start this minute", change{"start": "2026-03-04T12:00:00Z", "end": "2026-03-04T12:30:00Z"}, 200, ""},
	{"end before start", change{"start": "2026-03-05T11:00:00Z", "end": "2026-03-05T10:00:00Z"}, 400, "Parameter 'end' must be after 'start'."},
	{"nine minutes", change{"end": "2026-03-05T10:09:00Z"}, 400, "Duration between 'start' and 'end' cannot be shorter than 10 minutes or longer than 23 hours 59 minutes."},
	{"ten minutes", change{"end": "2026-03-05T10:10:00Z"}, 200, ""},
	{"23:59 hours", change{"end": "2026-03-06T09:59:00Z"}, 200, ""},
	{"24 hours", change{"end": "2026-03-06T10:00:00Z"}, 400, "Duration between 'start' and 'end' cannot be shorter than 10 minutes or longer than 23 hours 59 minutes."},
	{"ten years ahead", change{"start": "2036-03-05T10:00:00Z", "end": "2036-03-05T11:00:00Z"}, 400, "Parameter 'start' cannot be 10 years or more in the future."},
	{"offset of the zone", change{"timezone": "Europe/Prague", "start": "2026-03-05T10:00:00+01:00", "end": "2026-03-05T11:00:00+01:00"}, 200, ""},
	{"offset of another zone", change{"timezone": "Europe/Prague", "start": "2026-03-05T10:00:00+02:00", "end": "2026-03-05T11:00:00+02:00"}, 400, "timezone 'Europe/Prague' and timezone offset in '2026-03-05T10:00:00+02:00' do not match"},
	{"Z with a zone", change{"timezone": "Europe/Prague"}, 400, "timezone 'Europe/Prague' and timezone offset in '2026-03-05T10:00:00Z' do not match"},
	{"clocks change during the meeting", change{"timezone": "Europe/Prague", "start": "2026-03-29T01:30:00+01:00", "end": "2026-03-29T03:30:00+02:00"}, 200, ""},
	{"end with the offset of the start", change{"timezone": "Europe/Prague", "start": "2026-03-29T01:30:00+01:00", "end": "2026-03-29T03:30:00+01:00"}, 400, "timezone 'Europe/Prague' and timezone offset in '2026-03-29T03:30:00+01:00' do not match"},
	{"Windows zone", change{"timezone": "Central Europe Standard Time"}, 400, "Parameter 'timezone' is invalid: 'Central Europe Standard Time'."},
	{"alias of a zone", change{"timezone": "Asia/Calcutta", "start": "2026-03-05T10:00:00+05:30", "end": "2026-03-05T11:00:00+05:30"}, 200, ""},
	{"local times with a space", change{"timezone": "Europe/Prague", "start": "2026-03-05 10:00:00", "end": "2026-03-05 11:00:00"}, 200, ""},
	{"no time at all", change{"start": "tomorrow"}, 400, "Parameter 'start' is not a valid ISO 8601 date-time."},
	{"three tags of 64", change{"integrationTags": []any{strings.Repeat("a", 64), "b", "c"}}, 200, ""},
	{"four tags", change{"integrationTags": []any{"a", "b", "c", "d"}}, 400, "Parameter 'integrationTags' cannot have more than 3 items."},
	{"tag of 65", change{"integrationTags": []any{strings.Repeat("a", 65)}}, 400, "Each item of 'integrationTags' must have 1 to 64 characters."},
	{"joining 7 minutes before the host", change{"enabledJoinBeforeHost": true, "joinBeforeHostMinutes": 7}, 400, "Parameter 'joinBeforeHostMinutes' must be 0, 5, 10 or 15."},
	{"joining 5 minutes before the host", change{"enabledJoinBeforeHost": true, "joinBeforeHostMinutes": 5}, 200, ""},
	{"joining before the host switched off", change{"joinBeforeHostMinutes": 5}, 400, "Parameter 'joinBeforeHostMinutes' needs 'enabledJoinBeforeHost'."},
	{"lobby", change{"unlockedMeetingJoinSecurity": "allowJoinWithLobby"}, 200, ""},
	{"lobby misspelt", change{"unlockedMeetingJoinSecurity": "lobby"}, 400, "Parameter 'unlockedMeetingJoinSecurity' must be allowJoin, allowJoinWithLobby, blockFromJoin."},
	{"somebody else's hostEmail", change{"hostEmail": bob}, 403, "The hostEmail parameter requires an admin-level scope."},
	{"sendEmail as text", change{"sendEmail": "false"}, 400, "Parameter 'sendEmail' must be true or false."},
}

func TestCreateRules(t *testing.T) {
	t.Parallel()
	for _, tt := range writeRules {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			checkAnswer(t, setup(t).do("POST", "/v1/meetings", meetingBody(t, tt.change)), tt.status, tt.text)
		})
	}
	more := []struct {
		name   string
		change change
		status int
		text   string
		loud   string
	}{
		{"no title", change{"title": nil}, 400, "Parameter 'title' is required.", ""},
		{"no start", change{"start": nil}, 400, "Parameter 'start' is required.", ""},
		{"no end", change{"end": nil}, 400, "Parameter 'end' is required.", ""},
		{"site of another company", change{"siteUrl": "fabrikam.webex.com"}, 400, "Parameter 'siteUrl' is invalid: 'fabrikam.webex.com'.", ""},
		{"second site", change{"siteUrl": "lab.webex.com"}, 200, "", ""},
		{"thousand invitees", change{"invitees": people(1000)}, 200, "", ""},
		{"thousand and one", change{"invitees": people(1001)}, 400, "Parameter 'invitees' cannot have more than 1000 items.", ""},
		{"invitee without address", change{"invitees": []any{change{"displayName": "X"}}}, 400, "Parameter 'email' is required.", ""},
		{"invitee twice", change{"invitees": []any{change{"email": "a@b.cz"}, change{"email": "A@b.cz"}}}, 400, "Each invitee must have a unique 'email': 'a@b.cz'.", ""},
		{"host invited", change{"invitees": []any{change{"email": anna}}}, 400, "The host cannot be an invitee.", "the host is invited"},
		{"misspelt property is ignored", change{"enableJoinBeforeHost": true}, 200, "", `"enableJoinBeforeHost" is ignored`},
		{"misspelt member of an option is ignored", change{"meetingOptions": change{"enableChat": true}}, 200, "", `"enableChat" of "meetingOptions" is ignored`},
		{"webinar", change{"scheduledType": "webinar"}, 400, "The sandbox does not model scheduledType.", "not modelled"},
		{"ordinary meeting said so", change{"scheduledType": "meeting", "adhoc": false}, 200, "", ""},
	}
	for _, tt := range more {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			checkAnswer(t, b.do("POST", "/v1/meetings", meetingBody(t, tt.change)), tt.status, tt.text)
			if tt.loud != "" {
				b.wantComplaint(t, tt.loud)
			}
		})
	}
}

func checkAnswer(t *testing.T, a answer, status int, text string) {
	t.Helper()
	if a.status != status || a.text() != text {
		t.Errorf("got %d %q, want %d %q", a.status, a.text(), status, text)
	}
	if status >= 400 && (a.body["trackingId"] == "" || a.body["trackingId"] != a.header.Get("TrackingID")) {
		t.Errorf("trackingId %v is not the header's %q", a.body["trackingId"], a.header.Get("TrackingID"))
	}
}

func TestMinutes(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, start, end, want string }{
		{"seconds are cut", "2026-03-05T10:00:41.5Z", "2026-03-05T11:00:59Z", "2026-03-05T10:00:00Z 2026-03-05T11:00:00Z"},
		{"start in the current minute, earlier", "2026-03-04T12:00:10Z", "2026-03-04T13:00:00Z", "2026-03-04T12:01:00Z 2026-03-04T13:00:00Z"},
		{"start in the current minute, later", "2026-03-04T12:00:50Z", "2026-03-04T13:00:00Z", "2026-03-04T12:01:00Z 2026-03-04T13:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := setup(t).do("POST", "/v1/meetings", meetingBody(t, change{"start": tt.start, "end": tt.end}))
			if got := fmt.Sprint(a.body["start"], " ", a.body["end"]); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestCreateMails(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.do("POST", "/v1/meetings", meetingBody(t, change{"sendEmail": nil, "invitees": []any{change{"email": bob}}}))
	var to []string
	for _, m := range b.Mails() {
		to = append(to, m.To)
		if m.Because != "POST /v1/meetings" || m.About != "Plan" {
			t.Errorf("mail is %+v", m)
		}
	}
	if !cmp.Equal(to, []string{anna, bob}) {
		t.Errorf("mails went to %v", to)
	}
}
