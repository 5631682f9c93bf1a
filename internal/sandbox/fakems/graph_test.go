package fakems

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/sandbox/trace"
)

var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func TestDirectory(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ana := w.as(w.ana)
	me := ana.must(200, "GET", "/me", nil)
	if me.at("id") != w.ana.ID || me.at("userPrincipalName") != "ana@contoso.example" || me.at("proxyAddresses") != nil {
		t.Errorf("/me = %s", me.raw)
	}
	if got := ana.must(200, "GET", "/users/ANA@contoso.example?$select=mail,proxyAddresses", nil); got.at("proxyAddresses", 0) != "SMTP:ana@contoso.example" || got.at("id") != nil {
		t.Errorf("selected %s", got.raw)
	}
	org := ana.must(200, "GET", "/organization?$select=id,displayName,verifiedDomains", nil)
	if org.at("value", 0, "id") != w.contoso.ID || org.at("value", 0, "verifiedDomains", 0, "name") != "contoso.example" {
		t.Errorf("/organization = %s", org.raw)
	}
	w.refused(ana.do("GET", "/users/bo@contoso.example", nil), 403, "Authorization_RequestDenied")
	w.refused(w.as(w.bo, "Calendars.Read").do("GET", "/me", nil), 403, "Authorization_RequestDenied")
	w.refused(w.as(w.bo, "User.ReadBasic.All").do("GET", "/users/zoe@fabrikam.example", nil), 404, "Request_ResourceNotFound")
}

func TestTokenIsChecked(t *testing.T) {
	t.Parallel()
	w := setup(t)
	nobody := &caller{w: w, header: http.Header{}}
	got := nobody.do("GET", "/me", nil)
	w.refused(got, 401, "InvalidAuthenticationToken")
	if !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Bearer ") {
		t.Errorf("WWW-Authenticate %q", got.header.Get("WWW-Authenticate"))
	}
	nobody.token = "made.up.token"
	w.refused(nobody.do("GET", "/me", nil), 401, "InvalidAuthenticationToken")
	ana := w.as(w.ana)
	w.clock.Advance(75 * time.Minute)
	w.refused(ana.do("GET", "/me", nil), 401, "InvalidAuthenticationToken")
	ana = w.as(w.ana)
	w.ExpireTokens(w.ana.ID)
	w.refused(ana.do("GET", "/me", nil), 401, "InvalidAuthenticationToken")
}

func TestOnlyTheOwnMailbox(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ana := w.as(w.ana)
	for _, c := range []struct {
		name, path string
		status     int
		code       string
	}{
		{"a colleague", "/users/" + w.bo.ID + "/events", 403, "ErrorAccessDenied"},
		{"another tenant", "/users/" + w.zoe.ID + "/events", 404, "ErrorInvalidUser"},
		{"nobody", "/users/no@contoso.example/events", 404, "ErrorInvalidUser"},
	} {
		t.Run(c.name, func(t *testing.T) { w.refused(ana.do("GET", c.path, nil), c.status, c.code) })
	}
	bo := w.as(w.bo, "Calendars.Read")
	w.refused(bo.do("POST", "/me/events", map[string]any{}), 403, "ErrorAccessDenied")
	w.bo.NoMailbox = true
	w.AddUser(w.bo)
	w.refused(bo.do("GET", "/me/events", nil), 404, "MailboxNotEnabledForRESTAPI")
}

func TestWhatIsNotThereIsLoud(t *testing.T) {
	t.Parallel()
	event := func(more string) string {
		return `{"subject":"x","start":{"dateTime":"2026-03-02T09:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-02T10:00:00","timeZone":"UTC"}` + more + `}`
	}
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		about                    string
	}{
		{"unknown path", "GET", "/me/calendarGroups", "", 404, "calendarGroups"},
		{"unknown method", "PUT", "/me/events", "{}", 404, "PUT"},
		{"unknown selected property", "GET", "/me/events?$select=subjekt", "", 400, "subjekt"},
		{"beta property selected", "GET", "/me/events?$select=uid", "", 400, "uid"},
		{"unknown query", "GET", "/me/events?$expand=extensions", "", 400, "$expand"},
		{"filter with or", "GET", "/me/events?$filter=subject%20eq%20'a'%20or%20subject%20eq%20'b'", "", 400, "$filter"},
		{"instant in quotes", "GET", "/me/events?$filter=lastModifiedDateTime%20ge%20'2026-01-01T00:00:00Z'", "", 400, "$filter"},
		{"instant without zone", "GET", "/me/events?$filter=lastModifiedDateTime%20ge%202026-01-01T00:00:00", "", 400, "$filter"},
		{"too many at once", "GET", "/me/events?$top=1001", "", 400, "$top"},
		{"view without end", "GET", "/me/calendarView?startDateTime=2026-01-01T00:00:00Z", "", 400, "endDateTime"},
		{"lastModifiedDateTime in a view", "GET", "/me/calendarView?startDateTime=2026-01-01&endDateTime=2026-02-01&$select=lastModifiedDateTime", "", 400, "lastModifiedDateTime"},
		{"unknown property written", "POST", "/me/events", event(`,"colour":"red"`), 400, "colour"},
		{"unknown member written", "POST", "/me/events", event(`,"location":{"name":"x"}`), 400, "location"},
		{"read-only property written", "POST", "/me/events", event(`,"changeKey":"x"`), 400, "changeKey"},
		{"unknown word written", "POST", "/me/events", event(`,"showAs":"away"`), 400, "away"},
		{"recurrence written", "POST", "/me/events", event(`,"recurrence":{"pattern":{}}`), 400, "recurrence"},
		{"no start", "POST", "/me/events", `{"subject":"x"}`, 400, "start"},
		{"no JSON", "POST", "/me/events", `{`, 400, "JSON"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			var body any
			if c.body != "" {
				body = c.body
			}
			if got := w.as(w.ana).do(c.method, c.path, body); got.status != c.status || got.code() == "" {
				t.Errorf("got %d %s, want %d", got.status, got.raw, c.status)
			}
			w.surprised(c.about)
		})
	}
	t.Run("no content type", func(t *testing.T) {
		w := setup(t)
		got := w.as(w.ana).with("Content-Type", "text/plain").do("POST", "/me/events", event(""))
		if got.status != 415 {
			t.Errorf("got %d %s", got.status, got.raw)
		}
		w.surprised("text/plain")
	})
	t.Run("unknown preference", func(t *testing.T) {
		w := setup(t)
		w.as(w.ana).with("Prefer", `ImmutableId="true"`).must(200, "GET", "/me/events", nil)
		w.surprised("immutableid")
	})
}

func TestLogKeepsNoSecrets(t *testing.T) {
	t.Parallel()
	w := setup(t)
	code := w.code("organizations")
	token, err := w.config("organizations").Exchange(w.ctx(), code)
	if err != nil {
		t.Fatal(err)
	}
	ana := w.as(w.ana)
	ana.must(200, "GET", "/me/events?$select=subject", nil)
	found := false
	for _, entry := range w.Log.Since(0) {
		text := fmt.Sprint(entry)
		for _, secret := range []string{code, token.AccessToken, token.RefreshToken, w.app.Secret, ana.token} {
			if strings.Contains(text, secret) {
				t.Errorf("a secret in %s", text)
			}
		}
		found = found || entry.Service == trace.Graph && entry.Path == "/v1.0/me/events?$select=subject" && entry.Actor == "ana@contoso.example" && entry.Status == 200
	}
	if !found {
		t.Error("the Graph call is not in the log")
	}
}

func TestHandles(t *testing.T) {
	t.Parallel()
	var s Server
	for path, want := range map[string]bool{
		"/v1.0/me": true, "/v1.0/$batch": true, "/beta/me": true, "/oidc/userinfo": true,
		"/organizations/oauth2/v2.0/authorize": true, "/common/v2.0/.well-known/openid-configuration": true, "/x/discovery/v2.0/keys": true,
		"/v1/meetings": false, "/v1/authorize": false, "/": false, "/calendar": false, "/v1.0x": false,
	} {
		if got := s.Handles(path); got != want {
			t.Errorf("Handles(%q) = %v", path, got)
		}
	}
}
