package fakewebex

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

const (
	root   = "root@contoso.com"  // administers Anna's and Bob's organisation
	gil    = "gil@contoso.com"   // attends there, and hosts nowhere
	alien  = "xena@fabrikam.com" // of another organisation
	nosite = "nora@contoso.com"  // of the organisation, and on no site
)

var adminScopes = []string{adminReadSchedules, adminWriteSchedules, adminReadPreferences, adminReadPeople, adminReadOrgs}

// setupAdmin is setup with Root's token, who has admin scopes alone.
func setupAdmin(t *testing.T, knobs ...func(*Server)) *testbed {
	t.Helper()
	b := setup(t, knobs...)
	b.AddPerson(Person{Email: root, DisplayName: "Root Rooney", Sites: []string{siteURL}, Roles: []Role{FullAdmin}})
	b.AddPerson(Person{Email: gil, Attends: []string{siteURL}})
	b.AddPerson(Person{Email: nosite})
	b.AddPerson(Person{Email: alien, Sites: []string{"fabrikam.webex.com"}, Org: "fab", Roles: []Role{FullAdmin}})
	b.token, _ = b.IssueTokens(root, b.client.ClientID, adminScopes...)
	return b
}

// spread puts the names into a path or body: M a meeting of Anna's, I its
// invitee Bob.
func (b *testbed) spread(t *testing.T, h string) func(string) string {
	t.Helper()
	m := id(b.as(anna).create(`,"invitees":[{"email":"bob@contoso.com"}]`))
	v, _ := b.Meeting(m)
	return strings.NewReplacer("{M}", m, "{I}", v.Invitees[0].ID, "{H}", h).Replace
}

// places are the endpoints that act for a host, each naming {H} where Webex
// wants it, and where it does not.
var places = []struct {
	name, method, path, body string
	status                   int
	wrong                    string // path or body that names the host elsewhere
}{
	{"create", "POST", "/v1/meetings", `{"title":"x","start":"2026-03-05T10:00:00Z","end":"2026-03-05T11:00:00Z","sendEmail":false,"hostEmail":"{H}"}`, 200, "/v1/meetings?hostEmail={H}"},
	{"list", "GET", "/v1/meetings?hostEmail={H}", "", 200, `{"hostEmail":"{H}"}`},
	{"get", "GET", "/v1/meetings/{M}?hostEmail={H}", "", 200, `{"hostEmail":"{H}"}`},
	{"patch", "PATCH", "/v1/meetings/{M}", `{"title":"x","sendEmail":false,"hostEmail":"{H}"}`, 200, "/v1/meetings/{M}?hostEmail={H}"},
	{"delete", "DELETE", "/v1/meetings/{M}?sendEmail=false&hostEmail={H}", "", 204, `{"hostEmail":"{H}"}`},
	{"list of invitees", "GET", "/v1/meetingInvitees?meetingId={M}&hostEmail={H}", "", 200, `{"hostEmail":"{H}"}`},
	{"invitee", "GET", "/v1/meetingInvitees/{I}?hostEmail={H}", "", 200, `{"hostEmail":"{H}"}`},
	{"add invitee", "POST", "/v1/meetingInvitees", `{"meetingId":"{M}","email":"a@b.cz","sendEmail":false,"hostEmail":"{H}"}`, 200, "/v1/meetingInvitees?hostEmail={H}"},
	{"add invitees", "POST", "/v1/meetingInvitees/bulkInsert", `{"meetingId":"{M}","items":[{"email":"a@b.cz","sendEmail":false}],"hostEmail":"{H}"}`, 200, "/v1/meetingInvitees/bulkInsert?hostEmail={H}"},
	{"change invitee", "PUT", "/v1/meetingInvitees/{I}", `{"email":"a@b.cz","sendEmail":false,"hostEmail":"{H}"}`, 200, "/v1/meetingInvitees/{I}?hostEmail={H}"},
	{"join", "POST", "/v1/meetings/join", `{"meetingId":"{M}","joinDirectly":false,"hostEmail":"{H}"}`, 200, "/v1/meetings/join?hostEmail={H}"},
	{"templates", "GET", "/v1/meetings/templates?hostEmail={H}", "", 200, `{"hostEmail":"{H}"}`},
	{"remove invitee", "DELETE", "/v1/meetingInvitees/{I}?sendEmail=false&hostEmail={H}", "", 204, `{"hostEmail":"{H}"}`},
}

func TestHostEmail(t *testing.T) {
	t.Parallel()
	for _, tt := range places {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setupAdmin(t)
			fill := b.spread(t, anna)
			if a := b.do(tt.method, fill(tt.path), fill(tt.body)); a.status != tt.status {
				t.Errorf("got %d %s, want %d", a.status, a.raw, tt.status)
			}
			last := b.Log.Since(0)[b.Log.Last()-1]
			if last.Actor != root || !strings.HasPrefix(last.Note, "for "+anna) {
				t.Errorf("traced as %+v", last)
			}
			if len(b.Mails()) != 0 {
				t.Errorf("mails were sent: %v", b.Mails())
			}
		})
	}
}

// In the wrong place the host is ignored: the call acts as the administrator.
func TestHostEmailElsewhere(t *testing.T) {
	t.Parallel()
	for _, tt := range places {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setupAdmin(t)
			fill := b.spread(t, anna)
			path, body := fill(tt.path), fill(tt.body)
			if strings.HasPrefix(tt.wrong, "/") {
				path, body = fill(tt.wrong), strings.ReplaceAll(body, `,"hostEmail":"anna@contoso.com"`, "")
			} else {
				path, body = strings.TrimRight(strings.ReplaceAll(path, "hostEmail=anna@contoso.com", ""), "?&"), fill(tt.wrong)
			}
			a := b.do(tt.method, path, body)
			b.wantComplaint(t, "ignored")
			switch tt.name {
			case "create":
				if a.body["hostEmail"] != root {
					t.Errorf("host is %v, want the administrator", a.body["hostEmail"])
				}
			case "list", "templates":
				if len(a.items()) != 0 {
					t.Errorf("lists %d, want the administrator's own: none", len(a.items()))
				}
			default:
				checkAnswer(t, a, 404, "The meeting is not found.")
			}
		})
	}
	b := setupAdmin(t)
	fill := b.spread(t, anna)
	checkAnswer(t, b.do("GET", fill("/v1/meetings/{M}"), "", "hostEmail", anna), 404, "The meeting is not found.")
	b.wantComplaint(t, "header hostEmail is ignored")
}

// Nobody is told apart: another organisation's person looks like none.
func TestUnknownHost(t *testing.T) {
	t.Parallel()
	for _, who := range []string{"nobody@contoso.com", alien, nosite, "ann@contoso.com"} {
		b := setupAdmin(t)
		if err := b.EditPerson(anna, func(p *Person) { p.Aliases = []string{"ann@contoso.com"} }); err != nil {
			t.Fatal(err)
		}
		fill := b.spread(t, who)
		for _, tt := range places {
			want, text := 400, fmt.Sprintf("Parameter 'hostEmail' is invalid: '%s'.", who)
			if tt.method == "GET" || tt.method == "DELETE" {
				want, text = 404, "The requested resource could not be found."
			}
			checkAnswer(t, b.do(tt.method, fill(tt.path), fill(tt.body)), want, text)
		}
	}
}

func TestHostEmailIsForAdministrators(t *testing.T) {
	t.Parallel()
	const scope = "The server understood the request, but refused to fulfill it because the access token is missing required scopes or the user is missing required roles or licenses."
	for _, tt := range []struct {
		name, who string
		scopes    []string
		demote    bool
		text      string
	}{
		{"user scopes", anna, allScopes, false, "The hostEmail parameter requires an admin-level scope."},
		{"user scopes of an administrator", root, allScopes, false, "The hostEmail parameter requires an admin-level scope."},
		{"admin scopes of somebody who is none", bob, adminScopes, false, scope},
		{"administrator who lost the role", root, adminScopes, true, scope},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setupAdmin(t)
			fill := b.spread(t, anna)
			b.token, _ = b.IssueTokens(tt.who, b.client.ClientID, tt.scopes...)
			if tt.demote {
				b.EditPerson(tt.who, func(p *Person) { p.Roles = nil })
			}
			for _, p := range places {
				checkAnswer(t, b.do(p.method, fill(p.path), fill(p.body)), 403, tt.text)
			}
		})
	}
}

// A list shows where the host is invited too; the rest only what is hosted.
func TestInvitedHost(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t)
	fill := b.spread(t, bob)
	if got := b.do("GET", fill("/v1/meetings?hostEmail={H}"), "").items(); len(got) != 1 || got[0]["hostEmail"] != anna {
		t.Errorf("Bob's list is %v", got)
	}
	for _, tt := range places {
		if tt.name != "list" && tt.name != "create" && tt.name != "templates" {
			checkAnswer(t, b.do(tt.method, fill(tt.path), fill(tt.body)), 404, "The meeting is not found.")
		}
	}
}

func TestWhoMayHost(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t)
	create := func(who, site string) answer {
		return b.do("POST", "/v1/meetings", meetingBody(t, change{"hostEmail": who, "siteUrl": site}))
	}
	if a := create("BOB@contoso.com", siteURL); a.status != 200 || a.body["hostEmail"] != bob || a.body["hostDisplayName"] != "Bob Brown" || a.body["hostKey"] == nil {
		t.Errorf("for Bob: %d %s", a.status, a.raw)
	}
	checkAnswer(t, create(bob, "lab.webex.com"), 400, "Parameter 'siteUrl' is invalid: 'lab.webex.com'.")
	if got := create(gil, siteURL).status; got != 403 {
		t.Errorf("for an attendee: %d", got)
	}
	for name, edit := range map[string]func(*Person){
		"invited": func(p *Person) { p.InvitePending = true },
		"left":    func(p *Person) { p.LoginDisabled = true },
	} {
		who := b.AddPerson(Person{Email: name + "@contoso.com", Sites: []string{siteURL}}).Email
		m := create(who, siteURL)
		b.EditPerson(who, edit)
		if got := create(who, siteURL).status; got != 403 {
			t.Errorf("for somebody who has %s: %d", name, got)
		}
		if got := b.do("DELETE", "/v1/meetings/"+id(m.body)+"?sendEmail=false&hostEmail="+who, "").status; got != 204 {
			t.Errorf("their old meeting is deleted with %d", got)
		}
	}
}

func TestAdminQuotas(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t, func(s *Server) { s.RateLimit, s.AdminCreateQuota, s.HostCreateQuota, s.CreateQuota = -1, 5, 3, 1 })
	create := func(who string) answer {
		return b.do("POST", "/v1/meetings", meetingBody(t, change{"hostEmail": who}))
	}
	var got []int
	for _, who := range []string{anna, anna, anna, anna, bob, bob} {
		got = append(got, create(who).status)
	}
	if want := []int{200, 200, 200, 429, 200, 429}; !slices.Equal(got, want) {
		t.Errorf("three for a host and five in all: %v, want %v", got, want)
	}
	if a := create(bob); a.header.Get("Retry-After") != "86400" {
		t.Errorf("again after %q", a.header.Get("Retry-After"))
	}
	b.as(anna).create("") // Anna's own quota is untouched
	b.clock.Advance(25 * time.Hour)
	if a := b.do("POST", "/v1/meetings", meetingBody(t, change{"hostEmail": anna, "start": "2026-03-06T10:00:00Z", "end": "2026-03-06T11:00:00Z"})); a.status != 200 {
		t.Errorf("a day later: %d %s", a.status, a.raw)
	}
}

func TestUsualAdminQuotas(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t, func(s *Server) { s.RateLimit = -1 })
	count := func(who string, n int) (made int) {
		for range n {
			if b.do("POST", "/v1/meetings", `{"title":"x","hostEmail":"`+who+`"}`).status == 400 { // failures count
				made++
			}
		}
		return made
	}
	if got := count(anna, 801); got != 800 {
		t.Errorf("%d for one host", got)
	}
	if got := count("nobody@contoso.com", 2200); got != 2199 {
		t.Errorf("%d more in all, want 3000 with the one that was refused", got)
	}
}

// All hosts of an administrator share one rate.
func TestAdminRate(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t, func(s *Server) { s.RateLimit = 2 })
	var got []int
	for _, who := range []string{anna, bob, gil} {
		got = append(got, b.do("GET", "/v1/meetings?hostEmail="+who, "").status)
	}
	if !slices.Equal(got, []int{200, 200, 429}) {
		t.Errorf("got %v", got)
	}
	if got := b.as(anna).do("GET", "/v1/meetings", "").status; got != 200 {
		t.Errorf("Anna herself: %d", got)
	}
}

func TestAdminPreferences(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t)
	if room := b.do("GET", "/v1/meetingPreferences/personalMeetingRoom?userEmail="+bob, "").body; room["personalMeetingRoomLink"] != "https://contoso.webex.com/meet/bob" {
		t.Errorf("Bob's room is %v", room)
	}
	if room := b.do("GET", "/v1/meetingPreferences/personalMeetingRoom?hostEmail="+bob, "").body; room["personalMeetingRoomLink"] != "https://contoso.webex.com/meet/root" {
		t.Errorf("with hostEmail the room is %v, want the administrator's own", room)
	}
	b.wantComplaint(t, `"hostEmail" is ignored`)
	if got := b.do("GET", "/v1/meetingPreferences/sites?userEmail="+alien, "").status; got != 404 {
		t.Errorf("somebody of another organisation: %d", got)
	}
}

func TestAdminConsent(t *testing.T) {
	t.Parallel()
	b := setupAdmin(t)
	b.client = b.AddIntegration(Integration{Name: "Scheduler", RedirectURIs: b.client.RedirectURIs, Scopes: slices.Concat(allScopes, adminScopes)})
	conf := b.oauth()
	conf.Scopes = b.client.Scopes
	address := conf.AuthCodeURL("s1")
	came := func(callback string, err error) url.Values {
		t.Helper()
		u, bad := url.Parse(callback)
		if err != nil || bad != nil {
			t.Fatal(err, bad)
		}
		return u.Query()
	}
	if q := came(b.Accept(address, anna)); q.Get("error") != "invalid_scope" || q.Get("state") != "s1" || q.Has("code") {
		t.Errorf("a user accepts admin scopes: %v", q)
	}
	page := get(t, address+"&account="+root)
	if !strings.Contains(page.text, "meetings for everybody in your organisation") {
		t.Error("the page does not say what an administrator grants")
	}
	form := page.fields("")
	form.Set("decision", "accept")
	form.Set("account", anna) // by hand
	if q := post(t, b.http.URL+"/v1/authorize", form).Query(); q.Get("error") != "invalid_scope" {
		t.Errorf("a user posts the administrator's form: %v", q)
	}
	q := came(b.Accept(address, root))
	tok, err := conf.Exchange(t.Context(), q.Get("code"), oauth2.SetAuthURLParam("redirect_uri", conf.RedirectURL))
	if err != nil {
		t.Fatal(err)
	}
	b.token = tok.AccessToken
	if a := b.do("POST", "/v1/meetings", meetingBody(t, change{"hostEmail": anna})); a.status != 200 || a.body["hostEmail"] != anna {
		t.Errorf("create for Anna: %d %s", a.status, a.raw)
	}
}
