package webex

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// Answers that Webex is known, or free, to give and the sandbox does not.

func TestRefusals(t *testing.T) {
	t.Parallel()
	const html = "<html><h1>Too Many Requests</h1></html>"
	for _, test := range []struct {
		name         string
		status       int
		body         string
		create, read errs.Kind
	}{
		{"throttled, in HTML", 429, html, errs.Throttled, errs.Throttled},
		{"locked", 423, `{"message":"Locked"}`, errs.Throttled, errs.Throttled},
		{"running, as 400", 400, `{"message":"The input parameters contain invalid items.","errors":[{"description":"Meeting is in progress"}]}`, errs.InProgress, errs.InProgress},
		{"running, as 403", 403, `{"message":"Meeting is in progress"}`, errs.InProgress, errs.InProgress},
		{"zone and offset differ, as 400", 400, `{"message":"timezone 'Europe/Prague' and timezone offset in '2026-11-23T10:00:00Z' do not match"}`, errs.Invalid, errs.Invalid},
		{"zone and offset differ, as 404", 404, `{"message":"timezone 'Europe/Prague' and timezone offset in '2026-11-23T10:00:00Z' do not match"}`, errs.Invalid, errs.Invalid},
		{"not found, without errors", 404, `{"message":"The meeting is not found."}`, errs.Invalid, errs.NotFound},
		{"forbidden", 403, `{"message":"missing required scopes","errors":[{"description":"x"}]}`, errs.Forbidden, errs.Forbidden},
		{"errors of another form", 400, `{"message":7,"errors":{"description":"x"}}`, errs.Invalid, errs.Invalid},
		{"no body", 400, "", errs.Invalid, errs.Invalid},
		{"down", 502, html, errs.Uncertain, errs.Unavailable},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, _ := answering(t, test.status, http.Header{"Retry-After": {"3600"}, "Trackingid": {"ROUTER_1"}}, test.body)
			_, err := c.CreateMeeting(t.Context(), host, spec("Plan"))
			if !errs.Is(err, test.create) {
				t.Errorf("create: %v (%s), want %s", err, errs.KindOf(err), test.create)
			}
			_, err = c.Meeting(t.Context(), host, "id")
			if !errs.Is(err, test.read) {
				t.Errorf("read: %v (%s), want %s", err, errs.KindOf(err), test.read)
			}
			if !strings.Contains(err.Error(), "ROUTER_1") {
				t.Errorf("error %q does not name the call", err)
			}
			if at, ok := errs.RetryAt(err); test.read == errs.Throttled && (!ok || !at.Equal(now.Add(time.Hour))) {
				t.Errorf("again at %v, %v, want in an hour", at, ok)
			}
		})
	}
}

func TestErrorsKeepTitlesAndAddressesToThemselves(t *testing.T) {
	t.Parallel()
	c, _ := answering(t, 400, nil, `{"message":"Meeting 'Secret plan' of ana@contoso.example is invalid.","errors":[{"description":"ana@contoso.example","errorCode":403021}]}`)
	_, err := c.CreateMeeting(t.Context(), host, spec("Secret plan"))
	if got, want := err.Error(), "webex: create meeting: invalid: status 400 (403021)"; got != want {
		t.Errorf("error is %q, want %q", got, want)
	}
	if got := errs.CodeOf(err); got != "403021" {
		t.Errorf("code is %q", got)
	}
}

// TestAnswerOfAWriteThatCannotBeRead: the meeting may be there.
func TestAnswerOfAWriteThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "<html>", `[]`, `{}`, `{"id":"a"}`, `{"id":"a","start":"soon","end":"later"}`} {
		c, _ := answering(t, 200, nil, body)
		if _, err := c.CreateMeeting(t.Context(), host, spec("Plan")); !errs.Is(err, errs.Uncertain) {
			t.Errorf("create, answered %q: %v (%s), want uncertain", body, err, errs.KindOf(err))
		}
		if _, err := c.Meeting(t.Context(), host, "a"); !errs.Is(err, errs.Internal) {
			t.Errorf("read, answered %q: %v (%s), want internal", body, err, errs.KindOf(err))
		}
	}
}

// TestUnreadableItems: Webex marks single items of a list that it cannot show.
func TestUnreadableItems(t *testing.T) {
	t.Parallel()
	const bad = `{"id":"b","errors":{"title":{"code":"kms_failure"}}}`
	const good = `{"id":"a","start":"2026-11-23T10:00:00Z","end":"2026-11-23T11:00:00Z"}`
	for _, test := range []struct {
		name, items string
		want        int
		kind        errs.Kind
	}{
		{"beside others", bad + "," + good, 1, ""},
		{"alone", bad, 0, errs.Unavailable},
		{"none", "", 0, ""},
	} {
		c, _ := answering(t, 200, nil, `{"items":[`+test.items+`]}`)
		found, err := c.MeetingsByTag(t.Context(), host, "tag", now, now.Add(time.Hour))
		if len(found) != test.want || (err != nil) != (test.kind != "") || err != nil && !errs.Is(err, test.kind) {
			t.Errorf("%s: %d found, %v, want %d, %q", test.name, len(found), err, test.want, test.kind)
		}
	}
}

func TestPagesOfAnotherServer(t *testing.T) {
	t.Parallel()
	c, calls := answering(t, 200, http.Header{"Link": {`<https://evil.example/v1/meetings>; rel="next"`}}, `{"items":[]}`)
	_, err := c.MeetingsByTag(t.Context(), host, "tag", now, now.Add(time.Hour))
	if err == nil || len(calls()) != 1 {
		t.Errorf("followed: %v after %d calls", err, len(calls()))
	}
}

// TestDefaultsThatMislead: lists begin with the current occurrence and hold ten.
func TestDefaultsThatMislead(t *testing.T) {
	t.Parallel()
	c, calls := answering(t, 200, nil, `{"items":[]}`)
	if _, err := c.MeetingsByTag(t.Context(), host, "s1:a+b", now, now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	want := "GET /v1/meetings?current=false&from=2026-11-23T10%3A00%3A00Z&integrationTag=s1%3Aa%2Bb&max=100&meetingType=meetingSeries&to=2026-11-23T11%3A00%3A00Z"
	if got := calls(); len(got) != 1 || got[0] != want {
		t.Errorf("asked %v, want %s", got, want)
	}
}

func decode(t *testing.T, raw string) (meeting.Meeting, error) {
	t.Helper()
	var o object
	if err := json.Unmarshal([]byte(raw), &o); err != nil {
		return meeting.Meeting{}, err
	}
	return o.meeting()
}

func TestNumbersWhereTextsWere(t *testing.T) {
	t.Parallel()
	m, err := decode(t, `{"id":"a","title":2026,"start":"2026-11-23T11:00:30+01:00","end":"2026-11-23 12:00:00","timezone":"Europe/Prague",
		"meetingNumber":25551234567,"password":12345,"phoneAndVideoSystemPassword":null,"telephony":{"accessCode":25551234567,
		"callInNumbers":[{"label":"Toll","callInNumber":442033,"tollType":"toll"}],"links":{"rel":"x"}},"hostKey":123456}`)
	if err != nil {
		t.Fatal(err)
	}
	if m.Title != "2026" || m.Join.Number != "25551234567" || m.Join.Password.Reveal() != "12345" || m.Join.CallIn[0].Number != "442033" {
		t.Errorf("read %+v", m)
	}
	if !m.Start.Equal(now) || !m.End.Equal(now.Add(time.Hour)) {
		t.Errorf("from %v to %v", m.Start, m.End)
	}
}

func TestJoinLink(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		link, site string
		ok         bool
	}{
		{"https://contoso.webex.com/contoso/j.php?MTID=m1", "contoso.webex.com", true},
		{"https://other.webex.com/j.php", "contoso.webex.com", true},
		{"https://webex.com/meet/bo", "", true},
		{"https://WEBEX.COM:443/meet/bo", "", true},
		{"https://meet.contoso.example/j.php", "meet.contoso.example", true},
		{"https://a.meet.contoso.example/j.php", "https://meet.contoso.example/", true},
		{"https://contoso.example/j.php", "meet.contoso.example", false},
		{"https://notwebex.com/j.php", "contoso.webex.com", false},
		{"https://webex.com.evil.example/j.php", "contoso.webex.com", false},
		{"https://webex.com@evil.example/j.php", "contoso.webex.com", false},
		{`https://evil.example\.webex.com/`, "contoso.webex.com", false},
		{"https://evil.example#.webex.com", "contoso.webex.com", false},
		{"https://evil.com/j.php", "com", false},
		{"https://contoso.webex.com:8443/j.php", "contoso.webex.com", false},
		{"http://contoso.webex.com/j.php", "contoso.webex.com", false},
		{"javascript:alert(1)//.webex.com", "contoso.webex.com", false},
		{"", "", false},
	} {
		want := ""
		if test.ok {
			want = test.link
		}
		if got := webLink(test.link, siteHost(test.site)); got != want {
			t.Errorf("link %q of site %q is %q, want %q", test.link, test.site, got, want)
		}
	}
}

func FuzzMeeting(f *testing.F) {
	f.Add(`{"id":"a","start":"2026-11-23T10:00:00Z","end":"2026-11-23T11:00:00Z","siteUrl":"contoso.webex.com","webLink":"https://contoso.webex.com/j.php"}`)
	f.Add(`{"id":1,"start":"2026-11-23 10:00:00","timezone":"Europe/Prague","telephony":null,"errors":[]}`)
	f.Fuzz(func(t *testing.T, raw string) {
		m, err := decode(t, raw)
		if err != nil {
			return
		}
		if m.ID == "" || m.Start.Location() != time.UTC || !m.Start.Equal(m.Start.Truncate(time.Minute)) {
			t.Errorf("read %+v", m)
		}
		if m.Join.WebLink != "" && !strings.HasPrefix(strings.ToLower(m.Join.WebLink), "https://") {
			t.Errorf("link is %q", m.Join.WebLink)
		}
	})
}

// TestWhatIsRefusedForGood says nothing of the token: /people/me took it.
func TestWhatIsRefusedForGood(t *testing.T) {
	t.Parallel()
	for status, passes := range map[int]bool{400: false, 401: false, 403: false, 404: false, 405: false, 501: false, 429: true, 503: true} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/v1/people/me" {
				io.WriteString(w, `{"id":"1","orgId":"contoso","emails":["bo@contoso.example"]}`)
				return
			}
			w.WriteHeader(status)
		}))
		c := newClient(t, server.URL, fixed{}, clockwork.NewFakeClockAt(now))
		id, name, err := c.Organization(t.Context(), meeting.NewSecret("token"))
		if (err != nil) != passes || !passes && id != "contoso" || name != "" {
			t.Errorf("name answered %d: %q %q, %v", status, id, name, err)
		}
		me, err := c.Me(t.Context(), meeting.NewSecret("token"))
		if status != 401 && (err != nil) != passes || err == nil && (me.OrgID != "contoso" || me.Site != "") {
			t.Errorf("sites answered %d: %+v, %v", status, me, err)
		}
		server.Close()
	}
}

// TestPeopleWhoseSitesAreNotTold may host, for all that is known.
func TestPeopleWhoseSitesAreNotTold(t *testing.T) {
	t.Parallel()
	for more, want := range map[string]bool{
		``: true, `,"siteUrls":null`: true, `,"siteUrls":[]`: true, `,"siteUrls":["contoso.webex.com"]`: true,
		`,"siteUrls":["contoso.webex.com#attendee"]`: false, `,"invitePending":true`: false, `,"loginEnabled":false`: false,
	} {
		c, _ := answering(t, 200, nil, `{"items":[{"id":"1","emails":["bo@contoso.example"]`+more+`}]}`)
		if got, err := c.FindHost(t.Context(), grant, bo); err != nil || got.MayHost != want {
			t.Errorf("a person with %q: %+v, %v, want may host %v", more, got, err, want)
		}
	}
}
