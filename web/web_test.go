package web_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/static"
	"webex-scheduler/web"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, method, address string
		status                int
		to                    string
	}{
		{"the front page", "GET", "/", 303, "/account"},
		{"an account without session", "GET", "/account", 303, "/signin?return_to=%2Faccount"},
		{"linking without session", "GET", "/connect/webex", 303, "/signin?return_to=%2Fconnect%2Fwebex"},
		{"the end of linking without session", "GET", "/connect/webex/callback?code=secret&state=x", 303, "/signin?return_to=%2Fconnect%2Fwebex"},
		{"disconnecting without session", "POST", "/account/disconnect", 303, "/signin?return_to=%2Faccount"},
		{"alive", "GET", "/healthz", 200, ""},
		{"alive, asked briefly", "HEAD", "/healthz", 200, ""},
		{"ready", "GET", "/readyz", 200, ""},
		{"nothing there", "GET", "/nothing", 404, ""},
		{"nothing there, asked briefly", "HEAD", "/nothing", 404, ""},
		{"an address with too much at its end", "GET", "/account/", 404, ""},
		{"the pane", "GET", "/taskpane", 200, ""},
		{"the function file", "GET", "/taskpane/commands", 200, ""},
		{"the pane's sign-in without a challenge", "GET", "/taskpane/signin", 400, ""},
		{"the pane's linking without session", "GET", "/taskpane/webex?login_hint=j@x", 303, "/signin?login_hint=j%40x&return_to=%2Ftaskpane%2Fwebex%3Fagain%3D1%26login_hint%3Dj%2540x"},
		{"the end of the pane's linking", "GET", "/taskpane/linked", 200, ""},
		{"the pane's token by a link", "GET", "/taskpane/token", 405, ""},
		{"the console without session", "GET", "/admin?state=held", 303, "/signin?return_to=%2Fadmin%3Fstate%3Dheld"},
		{"the consent page without session", "GET", "/admin/consent", 303, "/signin?return_to=%2Fadmin%2Fconsent"},
		{"asking Microsoft without session", "GET", "/admin/consent/start", 303, "/signin?return_to=%2Fadmin%2Fconsent"},
		{"the end of a consent without session", "GET", "/admin/consent/callback?admin_consent=True&tenant=x&state=secret", 303, "/signin?return_to=%2Fadmin%2Fconsent"},
		{"a mailbox without session", "GET", "/admin/mailboxes/a@contoso.example", 303, "/signin?return_to=%2Fadmin%2Fmailboxes%2Fa%40contoso.example"},
		{"choosing mailboxes without session", "POST", "/admin/mailboxes", 303, "/signin?return_to=%2Fadmin"},
		{"settings without session", "POST", "/admin/settings", 303, "/signin?return_to=%2Fadmin"},
		{"choosing mailboxes by a link", "GET", "/admin/mailboxes", 405, ""},
		{"pausing by a link", "GET", "/admin/pause", 405, ""},
		{"the API's document", "GET", "/api/v1/openapi.json", 200, ""},
		{"the API without a bearer", "GET", "/api/v1/me", 401, ""},
		{"nothing of the API", "GET", "/api/v1/nothing", 404, ""},
		{"looking again without session", "POST", "/account/look", 303, "/signin?return_to=%2Faccount"},
		{"the download without session", "GET", "/account/export", 303, "/signin?return_to=%2Faccount%2Fexport"},
		{"erasing without session", "POST", "/account/erase", 303, "/signin?return_to=%2Faccount"},
		{"erasing by a link", "GET", "/account/erase", 405, ""},
		{"history without session", "GET", "/account/history", 303, "/signin?return_to=%2Faccount%2Fhistory"},
		{"bringing back without session", "POST", "/account/history/restore", 303, "/signin?return_to=%2Faccount"},
		{"a meeting without an event without session", "POST", "/account/orphans", 303, "/signin?return_to=%2Faccount"},
		{"preferences without session", "POST", "/account/preferences", 303, "/signin?return_to=%2Faccount"},
		{"Webex's hook, unsigned", "POST", "/hooks/webex?h=x", 401, ""},
		{"the manifest", "GET", "/manifest.xml", 200, ""},
		{"the manifest, asked briefly", "HEAD", "/manifest.xml", 200, ""},
		{"an icon of the add-in", "GET", "/manifest/icon-32.png", 200, ""},
		{"no icon of the add-in", "GET", "/manifest/icon-33.png", 404, ""},
		{"a way out of the icons", "GET", "/manifest/..%2fmanifest.go", 404, ""},
		{"signing out by a link", "GET", "/signout", 405, ""},
		{"disconnecting by a link", "GET", "/account/disconnect", 405, ""},
		{"writing to a page", "PUT", "/account", 405, ""},
		{"a file", "GET", "/static/app.css", 200, ""},
		{"no file", "GET", "/static/gone.css", 404, ""},
		{"the source", "GET", "/static/static.go", 404, ""},
		{"a way out of the files", "GET", "/static/..%2fgo.mod", 404, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			res := r.browser(t).do(c.method, c.address, "")
			wantStatus(t, res, c.status)
			if got := res.Header.Get("Location"); got != c.to {
				t.Errorf("leads to %q, want %q", got, c.to)
			}
			if strings.Contains(r.log.String(), "secret") {
				t.Errorf("the query is in the log: %s", r.log)
			}
			if c.status == 405 && res.Header.Get("Allow") == "" {
				t.Error("no Allow")
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	r := setup(t)
	for _, address := range []string{"/account", "/nothing", "/m/x", "/static/app.css", "/signin"} {
		res := r.signedIn(t, jana).get(address)
		for name, want := range map[string]string{
			"Content-Security-Policy":    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self' https://login.example; frame-ancestors 'none'; base-uri 'none'",
			"X-Content-Type-Options":     "nosniff",
			"Strict-Transport-Security":  "max-age=31536000",
			"Cross-Origin-Opener-Policy": "same-origin",
		} {
			if address == "/signin" && name == "Cross-Origin-Opener-Policy" {
				want = "" // may be met in a dialog of the pane
			}
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s = %q, want %q", address, name, got, want)
			}
		}
		if res.Header.Get("Referrer-Policy") == "" {
			t.Errorf("%s: no Referrer-Policy", address)
		}
		if res.Header.Get("Cache-Control") != "no-store" && address != "/static/app.css" {
			t.Errorf("%s: Cache-Control = %q", address, res.Header.Get("Cache-Control"))
		}
	}
	plain := setup(t, func(c *web.Config) { c.PublicURL = "http://127.0.0.1:8080" })
	if got := plain.browser(t).get("/account").Header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("on http: Strict-Transport-Security = %q", got)
	}
}

func TestForeignRequests(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"/signout", "/account/disconnect"} {
		for _, c := range []struct {
			name    string
			headers []string
			status  int
		}{
			{"our own page", []string{"Sec-Fetch-Site", "same-origin"}, 200},
			{"our own page, seen under another name", []string{"Sec-Fetch-Site", "cross-site", "Origin", public}, 200},
			{"no browser", nil, 200},
			{"another site", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
			{"a sibling site", []string{"Sec-Fetch-Site", "same-site", "Origin", "https://www.scheduler.example"}, 403},
			{"another site, old browser", []string{"Origin", "https://evil.example"}, 403},
			{"no origin that counts", []string{"Origin", "null"}, 403},
		} {
			t.Run(address+" from "+c.name, func(t *testing.T) {
				t.Parallel()
				r := setup(t)
				res := r.signedIn(t, jana).do(http.MethodPost, address, "", c.headers...)
				wantStatus(t, res, c.status)
				if c.status == 403 && (len(r.store.sessions) != 1 || len(r.store.disconnected) != 0) {
					t.Error("something was changed")
				}
			})
		}
	}
}

func TestErrorsTellNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		break_ func(*rig)
		status int
	}{
		{"an error without kind", func(r *rig) { r.store.fail = errs.New(errs.Internal, "secret thought") }, 500},
		{"a panic", func(r *rig) { r.store.panics = true }, 500},
		{"the database away", func(r *rig) { r.store.fail = errs.New(errs.Busy, "secret thought") }, 503},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			b := r.signedIn(t, jana)
			c.break_(r)
			res := b.get("/account")
			wantStatus(t, res, c.status)
			page, id := text(t, res), res.Header.Get("X-Request-Id")
			if strings.Contains(page, "secret thought") {
				t.Errorf("the page tells: %s", page)
			}
			if !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(id) || !strings.Contains(page, id) {
				t.Errorf("request id %q is not on the page:\n%s", id, page)
			}
			if log := r.log.String(); !strings.Contains(log, "secret thought") || !strings.Contains(log, id) {
				t.Errorf("log = %s", log)
			}
			if (res.Header.Get("Retry-After") == "5") != (c.status == 503) {
				t.Errorf("Retry-After = %q", res.Header.Get("Retry-After"))
			}
		})
	}
}

func TestErrorsForPrograms(t *testing.T) {
	t.Parallel()
	r := setup(t)
	for _, c := range []struct{ accept, want string }{
		{"application/json", "application/problem+json"},
		{"application/problem+json, */*", "application/problem+json"},
		{"text/html,application/json", "text/html; charset=UTF-8"},
		{"*/*", "text/html; charset=UTF-8"},
		{"", "text/html; charset=UTF-8"},
	} {
		res := r.browser(t).get("/nothing", "Accept", c.accept)
		wantStatus(t, res, http.StatusNotFound)
		if got := res.Header.Get("Content-Type"); got != c.want {
			t.Errorf("Accept %q: Content-Type = %q, want %q", c.accept, got, c.want)
		}
	}
	var problem struct {
		Type, Title, Detail string
		Status              int
		RequestID           string `json:"request_id"`
	}
	res := r.browser(t).get("/nothing", "Accept", "application/json")
	if err := json.Unmarshal([]byte(text(t, res)), &problem); err != nil {
		t.Fatal(err)
	}
	if problem.Status != 404 || problem.Type != "about:blank" || problem.Title != "Not Found" || problem.Detail == "" || problem.RequestID != res.Header.Get("X-Request-Id") {
		t.Errorf("problem = %+v", problem)
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	b.get("/account?notice=secret-query", "X-Request-Id", "forged")
	b.get("/m/secret-key")
	b.do(http.MethodPost, "/hooks/graph", "secret-body", "Content-Type", "application/json")
	log := r.log.String()
	for _, want := range []string{
		"level=INFO msg=request method=GET route=/account status=200",
		"route=/m/:key status=404",
		"level=DEBUG msg=request method=POST route=/hooks/graph status=202",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %q:\n%s", want, log)
		}
	}
	for _, secret := range []string{"secret", "forged", "jana@", "Nováková", b.cookies["__Host-session"].Value} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q:\n%s", secret, log)
		}
	}
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	r := setup(t)
	r.store.fail = errs.New(errs.Busy, "secret thought")
	res := r.browser(t).get("/readyz")
	wantStatus(t, res, http.StatusServiceUnavailable)
	if got := text(t, res); got != "unavailable" {
		t.Errorf("body = %q", got)
	}
	res = r.browser(t).get("/healthz") // lives without its database
	wantStatus(t, res, http.StatusOK)
	if got := text(t, res); got != "ok" {
		t.Errorf("body = %q", got)
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	r := setup(t)
	page := text(t, r.signedIn(t, jana).get("/account"))
	for _, file := range []string{static.Style, static.Icon, static.LocalTime} {
		address := "/static/" + static.Name(file)
		if !strings.Contains(page, `"`+address+`"`) {
			t.Errorf("the page does not link %s", address)
		}
		res := r.browser(t).get(address)
		wantStatus(t, res, http.StatusOK)
		if got := res.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control = %q", address, got)
		}
		again := r.browser(t).get("/static/"+file, "If-None-Match", res.Header.Get("ETag"))
		wantStatus(t, again, http.StatusNotModified)
		if got := again.Header.Get("Cache-Control"); got != "no-cache" {
			t.Errorf("%s: Cache-Control = %q", file, got)
		}
	}
}

func TestSessionOfSomebodyForgotten(t *testing.T) {
	t.Parallel()
	r := setup(t)
	b := r.signedIn(t, jana)
	delete(r.store.accounts, meeting.AccountID(jana))
	wantRedirect(t, b.get("/account"), "/signin")
}

func TestNew(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "scheduler.example", "ftp://scheduler.example", "https://", "https://a:b@scheduler.example"} {
		if _, err := web.New(web.Config{PublicURL: bad}); err == nil {
			t.Errorf("New takes the public URL %q", bad)
		}
	}
}
