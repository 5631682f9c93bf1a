package fakems

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// registered lists permissions and makes ana an administrator.
func (w *world) registered() {
	w.app.RequiredApplication = []string{"Calendars.ReadWrite", "User.Read.All"}
	w.app.RequiredDelegated = []string{"openid", "profile", "offline_access", "User.Read", "Calendars.ReadWrite"}
	w.AddApp(w.app)
	w.ana.Wids = []string{GlobalAdministrator}
	w.AddUser(w.ana)
}

// consentURL is the address of the page, with the parameters of more over good
// ones.
func (w *world) consentURL(path string, more url.Values) string {
	q := url.Values{"client_id": {w.app.ClientID}, "redirect_uri": {w.app.RedirectURIs[0]}, "state": {"the state"}}
	if strings.HasSuffix(path, "/v2.0/adminconsent") {
		q.Set("scope", graphDefault)
	}
	for name, values := range more {
		q[name] = values
	}
	return w.BaseURL + path + "?" + q.Encode()
}

// query is what the application gets back.
func (s screen) query() map[string]string {
	if s.location == nil {
		return nil
	}
	got := map[string]string{}
	for name, values := range s.location.Query() {
		got[name] = values[0]
	}
	return got
}

func TestAdminConsent(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.registered()
	b := w.browser()
	picker := b.open(w.consentURL("/organizations/v2.0/adminconsent", nil))
	if picker.title() != "Pick an account" {
		t.Fatalf("first page %s", picker.html)
	}
	page := b.press(picker, "account", w.ana.ID)
	for _, words := range []string{"Permissions requested", "Review for your organization", "Read and write calendars in all mailboxes",
		"Read all users&#39; full profiles", "Have full access to user calendars", "Maintain access to data you have given it access to"} {
		if !strings.Contains(page.html, words) {
			t.Errorf("the page does not say %q: %s", words, page.html)
		}
	}
	if got := w.post(w.contoso.ID, w.bySecret()); got.number() != 700016 {
		t.Errorf("before the click: %d %s", got.status, got.raw)
	}
	if diff := cmp.Diff(b.press(page, "accept", "1").query(), map[string]string{
		"admin_consent": "True", "tenant": w.contoso.ID, "state": "the state",
		"scope": "openid profile offline_access https://graph.microsoft.com/User.Read https://graph.microsoft.com/Calendars.ReadWrite https://graph.microsoft.com/.default",
	}); diff != "" {
		t.Errorf("back (-got +want):\n%s", diff)
	}
	app := w.alone()
	app.must(200, "GET", "/users/"+w.bo.ID+"/events", nil)
	app.must(200, "GET", "/users", nil)

	// Nobody else is asked for what the administrator said yes to.
	bo := w.browser()
	if got := bo.press(bo.open(w.config("contoso.example", "openid", "Calendars.ReadWrite").AuthCodeURL("s")), "account", w.bo.ID); got.returned("code") == "" {
		t.Errorf("bo sees %q", got.title())
	}
	if got := bo.open(w.config("contoso.example", "email").AuthCodeURL("s") + "&login_hint=bo@contoso.example"); got.title() != "Permissions requested" {
		t.Errorf("asked for more, bo sees %q", got.title())
	}
	// What everybody has is in every token.
	w.as(w.bo, "openid").must(200, "GET", "/me/events", nil)
	// RevokeConsent is about what the person said.
	_, refresh := w.IssueTokens(w.bo.ID, w.app.ClientID, "Calendars.ReadWrite", "offline_access")
	w.RevokeConsent(w.bo.ID)
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {w.app.ClientID}, "client_secret": {w.app.Secret}, "refresh_token": {refresh}}
	if got := w.post(w.contoso.ID, form); got.status != 200 {
		t.Errorf("refresh after RevokeConsent: %d %s", got.status, got.raw)
	}
	// The page is used up.
	if again := b.press(page, "accept", "1"); again.location != nil || !strings.Contains(again.html, "AADSTS165000") {
		t.Errorf("pressed again: %d %v", again.status, again.location)
	}
}

func TestAdminConsentOfVersion1(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.registered()
	b := w.browser()
	open := func() screen {
		return b.press(b.open(w.consentURL("/common/adminconsent", nil)), "account", w.ana.ID)
	}
	if diff := cmp.Diff(b.press(open(), "cancel", "1").query(), map[string]string{
		"error": "permission_denied", "error_description": "The admin canceled the request", "state": "the state",
	}); diff != "" {
		t.Errorf("cancelled (-got +want):\n%s", diff)
	}
	if diff := cmp.Diff(b.press(open(), "accept", "1").query(), map[string]string{
		"admin_consent": "True", "tenant": w.contoso.ID, "state": "the state",
	}); diff != "" {
		t.Errorf("accepted (-got +want):\n%s", diff)
	}
	w.alone().must(200, "GET", "/users", nil)
}

func TestAdminConsentRefused(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.registered()
	b := w.browser()
	open := func() screen { return b.open(w.consentURL("/contoso.example/v2.0/adminconsent", nil)) }

	back := b.press(b.press(open(), "account", w.ana.ID), "cancel", "1")
	if diff := cmp.Diff(back.query(), map[string]string{
		"admin_consent": "True", "error": "consent_required", "state": "the state",
		"error_description": "AADSTS65004: The resource owner or authorization server denied the request.",
	}); diff != "" {
		t.Errorf("the administrator cancels (-got +want):\n%s", diff)
	}
	if got := b.press(open(), "cancel", "1"); got.returned("error") != "access_denied" || got.returned("admin_consent") != "True" {
		t.Errorf("cancelled before an account was picked: %v", got.location)
	}

	need := b.press(open(), "account", w.bo.ID)
	if need.title() != "Need admin approval" || !strings.Contains(need.html, "AADSTS90094") {
		t.Fatalf("bo sees %s", need.html)
	}
	// bo presses a button that is not there.
	forged, err := b.http.PostForm(w.BaseURL+"/contoso.example/v2.0/adminconsent", url.Values{"flow": {find(need.html, `name="flow" value="([^"]+)"`)}, "accept": {"1"}})
	if got := b.see(forged, err); got.location != nil {
		t.Errorf("bo accepts for everybody: %v", got.location)
	}
	back = b.press(need, "cancel", "1")
	if back.returned("error") != "access_denied" || back.returned("state") != "the state" || !strings.HasPrefix(back.returned("error_description"), "AADSTS90094: ") {
		t.Errorf("bo comes back with %v", back.location)
	}
	if got := w.post(w.contoso.ID, w.bySecret()); got.number() != 700016 {
		t.Errorf("after all refusals: %d %s", got.status, got.raw)
	}

	w.bo.Wids = []string{PrivilegedRoleAdministrator}
	w.AddUser(w.bo)
	if got := b.press(b.press(open(), "account", w.bo.ID), "accept", "1"); got.returned("tenant") != w.contoso.ID {
		t.Errorf("a privileged role administrator: %d %v", got.status, got.location)
	}
}

func TestAdminConsentPages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, path string
		more       url.Values
		page       string // AADSTS number
		about      string
	}{
		{name: "common in version 2", path: "/common/v2.0/adminconsent", page: "90130", about: "common"},
		{name: "personal accounts", path: "/consumers/v2.0/adminconsent", page: "90130", about: "consumers"},
		{name: "unknown tenant", path: "/nowhere.example/v2.0/adminconsent", page: "90002"},
		{name: "unregistered redirect address", path: "/organizations/v2.0/adminconsent", more: url.Values{"redirect_uri": {"http://127.0.0.1:1/elsewhere"}}, page: "50011"},
		{name: "unknown client", path: "/organizations/v2.0/adminconsent", more: url.Values{"client_id": {"nobody"}}, page: "700016"},
		{name: "no scope", path: "/organizations/v2.0/adminconsent", more: url.Values{"scope": {""}}, page: "900144", about: "scope"},
		{name: "an application permission by name", path: "/organizations/v2.0/adminconsent", more: url.Values{"scope": {"https://graph.microsoft.com/User.Read.All"}}, page: "650053", about: "User.Read.All"},
		{name: ".default and a permission", path: "/organizations/v2.0/adminconsent", more: url.Values{"scope": {graphDefault + " User.Read"}}, page: "70011", about: "User.Read"},
		{name: "an undocumented parameter", path: "/organizations/v2.0/adminconsent", more: url.Values{"prompt": {"login"}}, about: "prompt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			w.registered()
			got := w.browser().open(w.consentURL(c.path, c.more))
			if got.location != nil || !strings.Contains(got.html, "AADSTS"+c.page) && c.page != "" || c.page == "" && got.status != 200 {
				t.Errorf("got %d %v %q, want the page of AADSTS%s", got.status, got.location, got.title(), c.page)
			}
			if c.about != "" {
				w.surprised(c.about)
			}
		})
	}
}

func TestAdminConsentWrongAccount(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.registered()
	w.zoe.Wids = []string{GlobalAdministrator}
	w.AddUser(w.zoe)
	b := w.browser()
	picker := b.open(w.consentURL("/contoso.example/v2.0/adminconsent", nil))
	if strings.Contains(picker.html, "zoe@") {
		t.Error("the page of contoso offers zoe of fabrikam")
	}
	posted, err := b.http.PostForm(w.BaseURL+"/contoso.example/v2.0/adminconsent", url.Values{"flow": {find(picker.html, `name="flow" value="([^"]+)"`)}, "account": {w.zoe.ID}})
	if got := b.see(posted, err); !strings.Contains(got.html, "AADSTS50020") {
		t.Errorf("zoe at contoso's page: %d %s", got.status, got.html)
	}
	// At organizations each consents for the own tenant.
	if got := b.press(b.press(b.open(w.consentURL("/organizations/v2.0/adminconsent", nil)), "account", w.zoe.ID), "accept", "1"); got.returned("tenant") != w.fabrikam.ID {
		t.Errorf("zoe's consent: %v", got.location)
	}
	if got := w.post(w.contoso.ID, w.bySecret()); got.number() != 700016 {
		t.Errorf("contoso after zoe's consent: %d %s", got.status, got.raw)
	}
}

func TestPartialGrant(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.registered()
	w.contoso.Withhold = []string{"User.Read.All"}
	w.AddTenant(w.contoso)
	b := w.browser()
	back := b.press(b.press(b.open(w.consentURL("/organizations/v2.0/adminconsent", nil)), "account", w.ana.ID), "accept", "1")
	if back.returned("admin_consent") != "True" || back.returned("error") != "" {
		t.Errorf("back with %v", back.location)
	}
	app := w.alone()
	app.must(200, "GET", "/users/"+w.bo.ID+"/events", nil)
	w.refused(app.do("GET", "/users", nil), 403, "Authorization_RequestDenied")
}

// Delegated permissions may be asked for by name, for everybody.
func TestAdminConsentByName(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.registered()
	b := w.browser()
	page := b.press(b.open(w.consentURL("/organizations/v2.0/adminconsent", url.Values{"scope": {"openid https://graph.microsoft.com/Calendars.Read"}})), "account", w.ana.ID)
	if strings.Contains(page.html, "all mailboxes") || !strings.Contains(page.html, "Read user calendars") {
		t.Errorf("the page says %s", page.html)
	}
	if got := b.press(page, "accept", "1").returned("scope"); got != "openid https://graph.microsoft.com/Calendars.Read" {
		t.Errorf("scope %q", got)
	}
	w.refused(w.alone().do("GET", "/users/"+w.bo.ID+"/events", nil), 403, "ErrorAccessDenied")
}

func TestBugsOfATestPanic(t *testing.T) {
	t.Parallel()
	w := setup(t)
	foreign := w.AddGroup(Group{TenantID: w.fabrikam.ID, DisplayName: "Theirs"})
	for name, do := range map[string]func(){
		"application": func() { w.AddApp(App{RequiredApplication: []string{"Calendars.Write"}}) },
		"delegated":   func() { w.AddApp(App{RequiredDelegated: []string{"GroupMember.Read.All"}}) },
		"foreign":     func() { w.JoinGroup(w.ana.ID, foreign.ID) },
		"granted":     func() { w.GrantTenant(w.contoso.ID, w.app.ClientID, "User.Read") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			do()
		}()
	}
}
