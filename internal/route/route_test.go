package route_test

import (
	"net/url"
	"strings"
	"testing"

	"webex-scheduler/internal/route"
)

var challenge = strings.Repeat("c-_", 14) + "c"

func TestReturnTo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, raw, want string }{
		{"the account page", "/account", "/account"},
		{"the front page", "/", "/"},
		{"linking Webex", "/connect/webex", "/connect/webex"},
		{"the console", "/admin?state=held&q=x", "/admin?state=held&q=x"},
		{"the consent page", "/admin/consent", "/admin/consent"},
		{"the settings", "/admin/settings", "/admin/settings"},
		{"the owners", "/admin/owners", "/admin/owners"},
		{"linking the Webex organisation", "/admin/connect/webex", "/admin/connect/webex"},
		{"a mailbox", "/admin/mailboxes/22222222-2222-2222-2222-222222222222", "/admin/mailboxes/22222222-2222-2222-2222-222222222222"},
		{"a mailbox by address", "/admin/mailboxes/jana@contoso.example", "/admin/mailboxes/jana@contoso.example"},
		{"a form below a mailbox", "/admin/mailboxes/22222222/release", "/account"},
		{"a form beside the mailboxes", "/admin/mailboxes/preview", "/account"},
		{"dots for a mailbox", "/admin/mailboxes/..", "/account"},
		{"the end of a consent", "/admin/consent/callback?admin_consent=True", "/account"},
		{"asking Microsoft", "/admin/consent/start", "/account"},
		{"a query stays", "/account?notice=x", "/account?notice=x"},
		{"a fragment goes", "/account#meetings", "/account"},
		{"nothing", "", "/account"},
		{"another host", "https://evil.example/account", "/account"},
		{"another host without scheme", "//evil.example/account", "/account"},
		{"three slashes", "///evil.example", "/account"},
		{"a backslash", `/\evil.example`, "/account"},
		{"a backslash in the query", `/account?x=\`, "/account"},
		{"a tab that browsers drop", "/\t/evil.example", "/account"},
		{"a line end", "/account\r\nSet-Cookie: a=b", "/account"},
		{"no slash in front", "account", "/account"},
		{"a script", "javascript:alert(1)", "/account"},
		{"a page that is not a landing", "/signin", "/account"},
		{"a callback", "/signin/callback?code=1", "/account"},
		{"an address that only takes forms", "/account/disconnect", "/account"},
		{"an escaped slash", "/%2Fevil.example", "/account"},
		{"an escaped page", "/%61ccount", "/account"},
		{"dots", "/account/../account", "/account"},
		{"other letters", "/account?ä", "/account"},
		{"too long", "/account?" + strings.Repeat("x", 1100), "/account"},
		{"the pane itself", "/taskpane", "/account"},
		{"the pane's token", "/taskpane/token", "/account"},
		{"the end of linking in the pane", "/taskpane/linked", "/taskpane/linked"},
		{"linking in the pane", "/taskpane/webex?login_hint=jana%40contoso.example", "/taskpane/webex?login_hint=jana%40contoso.example"},
		{"linking in the pane, without a hint", "/taskpane/webex", "/taskpane/webex"},
		{"the pane's sign-in", "/taskpane/signin?login_hint=j@x&challenge=" + challenge, "/taskpane/signin?challenge=" + challenge + "&login_hint=j%40x"},
		{"the pane's sign-in, a second time", "/taskpane/signin?challenge=" + challenge + "&again=1", "/taskpane/signin?again=1&challenge=" + challenge},
		{"the pane's sign-in without a challenge", "/taskpane/signin?login_hint=j@x", "/account"},
		{"a short challenge", "/taskpane/signin?challenge=abc", "/account"},
		{"a long challenge", "/taskpane/signin?challenge=" + challenge + "a", "/account"},
		{"a challenge with a line end", "/taskpane/signin?challenge=" + challenge[:41] + "%0D%0A", "/account"},
		{"a line end after the challenge", "/taskpane/signin?challenge=" + challenge + "%0A", "/account"},
		{"two challenges", "/taskpane/signin?challenge=" + challenge + "&challenge=" + challenge, "/account"},
		{"more than is asked", "/taskpane/signin?challenge=" + challenge + "&x=1", "/account"},
		{"an odd again", "/taskpane/signin?challenge=" + challenge + "&again=2", "/account"},
		{"a hint with a line end", "/taskpane/webex?login_hint=a%0D%0Ab", "/account"},
		{"a query that does not parse", "/taskpane/webex?login_hint=%zz", "/account"},
		{"a path below", "/taskpane/signin/x?challenge=" + challenge, "/account"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := route.ReturnTo(c.raw); got != c.want {
				t.Errorf("ReturnTo(%q) = %q, want %q", c.raw, got, c.want)
			}
		})
	}
}

func FuzzReturnTo(f *testing.F) {
	for _, seed := range []string{"/account", "//evil.example", `/\evil.example`, "/account?a=b#c", "/%2f/x", "/;@evil.example/", "/taskpane/webex?login_hint=a", "/taskpane/signin?challenge=" + challenge} {
		f.Add(seed)
	}
	base, err := url.Parse("https://scheduler.example/signin/callback")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got := route.ReturnTo(raw)
		if strings.ContainsAny(got, "\\\r\n\t\x00") {
			t.Fatalf("ReturnTo(%q) = %q holds what a browser may misread", raw, got)
		}
		landed, err := base.Parse(got)
		if err != nil {
			t.Fatalf("ReturnTo(%q) = %q: %v", raw, got, err)
		}
		if landed.Scheme != base.Scheme || landed.Host != base.Host || landed.User != nil {
			t.Fatalf("ReturnTo(%q) = %q leads to %s", raw, got, landed)
		}
		switch landed.Path {
		case route.Home, route.Account, route.WebexConnect, route.Admin, route.AdminConsent, route.AdminWebex, route.AdminSettings, route.AdminOwners,
			route.TaskpaneLinked, route.TaskpaneSignin, route.TaskpaneWebex:
		default:
			if strings.HasPrefix(landed.Path, route.AdminMailboxes+"/") {
				break
			}
			t.Fatalf("ReturnTo(%q) = %q is no landing", raw, got)
		}
		if again := route.ReturnTo(got); again != got {
			t.Fatalf("ReturnTo(%q) = %q, a second time %q", raw, got, again)
		}
	})
}
