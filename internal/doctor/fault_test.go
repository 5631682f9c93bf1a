package doctor_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"database/sql"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/doctor"
	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
	"webex-scheduler/internal/seal"
	"webex-scheduler/internal/store/storetest"
)

const wrongSecret = "not-the-secret-0123456789"

// fault is one thing that is wrong, and what the doctor has to say of it. All
// else is well.
type fault struct {
	name     string
	settings map[string]string                // of the doctor's: its own configuration is wrong
	proxy    proxy                            // between the doctor and the public address
	clock    clockwork.Clock                  // of the doctor; nil: the real one
	seed     func(*testing.T, *apptest.World) // makes it wrong in a world of its own

	check string // which finds it
	says  string // in the detail
	fix   string
}

// proxy passes a request on to the program as next does, or does not.
type proxy func(next http.RoundTripper, r *http.Request) (*http.Response, error)

// transport has the requests to one address go through a proxy.
type transport struct {
	address string
	proxy   proxy
}

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.proxy == nil || r.URL.Scheme+"://"+r.URL.Host != t.address {
		return http.DefaultTransport.RoundTrip(r)
	}
	return t.proxy(http.DefaultTransport, r)
}

// settled is a world in which all is well: Bo connected both accounts, Ana
// authorised Contoso and its Webex organisation for Deepa's mailbox.
func settled(t *testing.T) *apptest.World {
	t.Helper()
	w := apptest.Start(t, apptest.Options{Quiet: true, Settings: map[string]string{"ADMINS": apptest.Ana}, Settle: func(s *sandbox.Sandbox) {
		s.Webex.Unexpected = nil // an address that is not registered is no program's doing
	}})
	w.Connect(apptest.Bo)
	w.Choose(w.Authorise(apptest.Ana), "listed", "addresses", apptest.Deepa)
	w.AwaitRest()
	return w
}

// TestFaults seeds each fault alone: exactly the check that is meant finds it,
// and names its fix; every other says that all is well, or waits for that one.
func TestFaults(t *testing.T) {
	t.Parallel()
	shared := settled(t)
	before, seq := dump(t, shared), shared.Sandbox.Trace.Last()
	t.Run("seeded", func(t *testing.T) {
		for _, f := range slices.Concat(configured(t, shared), proxied(), broken()) {
			t.Run(f.name, func(t *testing.T) {
				t.Parallel()
				w := shared
				if f.seed != nil {
					w = settled(t)
					f.seed(t, w)
				}
				clock := f.clock
				if clock == nil {
					clock = clockwork.NewRealClock()
				}
				f.judge(t, w.Doctor(f.settings, clock, transport{w.URL, f.proxy}))
			})
		}
	})
	// Dozens of examinations of a program at work have changed nothing.
	if after := dump(t, shared); before != after {
		t.Errorf("the database was\n%s\nand is now\n%s", before, after)
	}
	for _, e := range shared.Sandbox.Trace.Since(seq) {
		if e.Write {
			t.Errorf("the doctor wrote: %s %s", e.Method, e.Path)
		}
	}
}

func (f fault) judge(t *testing.T, findings []doctor.Finding) {
	t.Helper()
	problems := map[string]bool{}
	for _, found := range findings {
		switch {
		case found.OK != (found.Fix == "" && found.BlockedBy == "") || found.Detail == "":
			t.Errorf("%+v: a problem has a fix, a check that waits something to wait for, and nothing else has either", found)
		case found.Fix != "":
			problems[found.Check] = true
			if found.Check != f.check || !strings.Contains(found.Detail, f.says) || !strings.Contains(found.Fix, f.fix) {
				t.Errorf("found %+v", found)
			}
		}
	}
	if len(problems) == 0 && f.check != "" {
		t.Errorf("not found: %+v", findings)
	}
	for _, found := range findings {
		if found.BlockedBy != "" && !problems[found.BlockedBy] {
			t.Errorf("%+v: waits for what is well", found)
		}
	}
	names := map[string]bool{}
	for _, found := range findings {
		names[found.Check] = true
	}
	if len(names) != len(doctor.Checks) {
		t.Errorf("%d checks have a finding, want all %d", len(names), len(doctor.Checks))
	}
	text, err := json.Marshal(findings)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{wrongSecret, "sandbox-microsoft-secret", "sandbox-webex-secret", "PRIVATE KEY", f.settings["SECRET_KEYS"]} {
		if secret != "" && bytes.Contains(text, []byte(secret)) {
			t.Errorf("a secret is printed: %s", text)
		}
	}
}

// configured are faults of the doctor's own configuration.
func configured(t *testing.T, w *apptest.World) []fault {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	young, old := certificate(t, key, now.Add(365*24*time.Hour)), certificate(t, key, now.Add(-24*time.Hour))
	near := certificate(t, key, now.Add(9*24*time.Hour))
	elsewhere := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(elsewhere.Close)
	nowhere := httptest.NewServer(http.NotFoundHandler())
	nowhere.Close()
	alone := func(path string) map[string]string {
		return map[string]string{"MICROSOFT_CERTIFICATE": path, "MICROSOFT_CLIENT_SECRET": ""}
	}
	return []fault{
		{name: "nothing"},
		{name: "a variable is missing", settings: map[string]string{"WEBEX_CLIENT_ID": ""}, check: "configuration", says: "is missing", fix: "Set SCHEDULER_WEBEX_CLIENT_ID"},
		{name: "two variables are wrong", settings: map[string]string{"PUBLIC_URL": w.URL + "/x", "SWEEP_INTERVAL": "soon"}, check: "configuration", says: "must be", fix: "Set SCHEDULER_"},
		{name: "a key that is none", settings: map[string]string{"SECRET_KEYS": wrongSecret}, check: "configuration", says: "SCHEDULER_SECRET_KEYS", fix: "webex-scheduler keys"},
		{name: "no certificate's file", settings: alone(filepath.Join(dir, "none.pem")), check: "configuration", says: "cannot be read", fix: "server's user may read"},
		{name: "a certificate without its key", settings: alone(file("bare.pem", young)), check: "configuration", says: "no private key", fix: "into the file"},
		{name: "a certificate with another kind of key", settings: alone(file("curve.pem", certificate(t, curve, now.Add(24*time.Hour))+private(t, curve))),
			check: "configuration", says: "not RSA", fix: "keys certificate"},
		{name: "an expired certificate and no secret", settings: alone(file("old.pem", old+private(t, key))), check: "configuration", says: "expired on", fix: "upload it"},
		{name: "an expired certificate beside a secret", settings: map[string]string{"MICROSOFT_CERTIFICATE": file("old2.pem", old+private(t, key))},
			check: "certificate", says: "expired on", fix: "upload it"},
		{name: "a certificate that ends soon", settings: map[string]string{"MICROSOFT_CERTIFICATE": file("near.pem", near+private(t, key))}, seed: func(t *testing.T, w *apptest.World) {
			block, _ := pem.Decode([]byte(near))
			leaf, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			a, _ := w.Sandbox.Microsoft.App(w.Sandbox.MicrosoftClientID)
			a.Certificates = append(a.Certificates, leaf)
			w.Sandbox.Microsoft.AddApp(a)
		}, check: "certificate", says: "ends on", fix: "upload it"},
		{name: "a certificate that Microsoft does not know", settings: alone(file("young.pem", young+private(t, key))),
			check: "Microsoft sign-in", says: "does not know the certificate", fix: "Upload the certificate"},
		{name: "no certificate for an authorised organisation", settings: map[string]string{"MICROSOFT_CERTIFICATE": ""},
			check: "organisations", says: "there is no certificate", fix: "set SCHEDULER_MICROSOFT_CERTIFICATE"},
		{name: "owners without form", settings: map[string]string{"ADMINS": "somebody"}, check: "configuration", says: "SCHEDULER_ADMINS", fix: "tenant-id/object-id"},
		{name: "an owner whom nobody knows", settings: map[string]string{"ADMINS": apptest.Bo + ",nobody@contoso.example"},
			check: "administrators", says: "as nobody@contoso.example, ", fix: "sign in once"},
		{name: "an owner's id that nobody has", settings: map[string]string{"ADMINS": apptest.Contoso + "/00000000-0000-4000-8000-00000000dead"},
			check: "administrators", says: "dead", fix: "Set SCHEDULER_ADMINS right"},
		{name: "no database", settings: map[string]string{"DATABASE_URL": "sqlite://" + filepath.ToSlash(filepath.Join(dir, "none.db"))}, check: "database", says: "no database", fix: "webex-scheduler migrate"},
		{name: "a database that is away", settings: map[string]string{"DATABASE_URL": "postgres://nobody:" + wrongSecret + "@127.0.0.1:1/none"},
			check: "database", says: "does not answer", fix: "Start the database"},
		{name: "a database that is not migrated", settings: map[string]string{"DATABASE_URL": "sqlite://" + filepath.ToSlash(file("empty.db", ""))},
			check: "database", says: "at version 0", fix: "webex-scheduler migrate"},
		{name: "a key was lost", settings: map[string]string{"SECRET_KEYS": seal.NewKey(rand.Reader)}, check: "stored secrets", says: "stored secrets were sealed", fix: "Add the old key"},
		{name: "nobody at the public address", settings: map[string]string{"PUBLIC_URL": nowhere.URL}, check: "public address", says: "does not answer", fix: "Start `serve`"},
		{name: "another program there", settings: map[string]string{"PUBLIC_URL": elsewhere.URL}, check: "public address", says: "/healthz is 404", fix: "lead to `serve`"},
		{name: "an unknown client id", settings: map[string]string{"MICROSOFT_CLIENT_ID": "00000000-0000-4000-8000-00000000dead"},
			check: "Microsoft sign-in", says: "does not know the application", fix: "SCHEDULER_MICROSOFT_CLIENT_ID"},
		{name: "a wrong client secret", settings: map[string]string{"MICROSOFT_CERTIFICATE": "", "MICROSOFT_CLIENT_SECRET": wrongSecret},
			check: "Microsoft sign-in", says: "does not know the client secret", fix: "not its id"},
		{name: "Microsoft sign-in away", settings: map[string]string{"MICROSOFT_LOGIN_URL": nowhere.URL}, check: "Microsoft sign-in", says: "does not answer", fix: "SCHEDULER_MICROSOFT_LOGIN_URL"},
		{name: "Microsoft Graph away", settings: map[string]string{"MICROSOFT_GRAPH_URL": nowhere.URL}, check: "Microsoft Graph", says: "does not answer", fix: "SCHEDULER_MICROSOFT_GRAPH_URL"},
		{name: "somebody else for Microsoft Graph", settings: map[string]string{"MICROSOFT_GRAPH_URL": elsewhere.URL}, check: "Microsoft Graph", says: "answers 404", fix: "SCHEDULER_MICROSOFT_GRAPH_URL"},
		{name: "Webex away", settings: map[string]string{"WEBEX_API_URL": nowhere.URL}, check: "Webex", says: "does not answer", fix: "SCHEDULER_WEBEX_API_URL"},
		{name: "an unknown client id at Webex", settings: map[string]string{"WEBEX_CLIENT_ID": "C" + strings.Repeat("0", 64)}, check: "Webex", says: "does not know", fix: "SCHEDULER_WEBEX_CLIENT_ID"},
		{name: "a wrong client secret at Webex", settings: map[string]string{"WEBEX_CLIENT_SECRET": wrongSecret}, check: "Webex", says: "does not know", fix: "SCHEDULER_WEBEX_CLIENT_SECRET"},
		{name: "a clock that goes before", clock: clockwork.NewFakeClockAt(time.Now().Add(20 * time.Minute)), check: "clock", says: "differs by", fix: "NTP"},
		{name: "a clock that goes after", clock: clockwork.NewFakeClockAt(time.Now().Add(-20 * time.Minute)), check: "clock", says: "differs by", fix: "NTP"},
	}
}

// proxied are faults between the internet and the program.
func proxied() []fault {
	slow := clockwork.NewFakeClockAt(time.Now())
	const pass = "pass on the header"
	return []fault{
		{name: "a page for everything", proxy: func(http.RoundTripper, *http.Request) (*http.Response, error) { return page(200, "<p>Sign in"), nil },
			check: "public address", says: "somebody else answers", fix: "without a login"},
		{name: "a login before everything", proxy: func(http.RoundTripper, *http.Request) (*http.Response, error) { return page(302, ""), nil },
			check: "public address", says: "/healthz is 302", fix: "without a login"},
		{name: "a server that cannot work", proxy: at("/readyz", func(*http.Request) *http.Response { return page(503, "unavailable") }),
			check: "public address", says: "cannot work", fix: "server's log"},
		{name: "answers without a header", proxy: changing(func(res *http.Response) { res.Header.Del("Content-Security-Policy") }),
			check: "proxy", says: "the header Content-Security-Policy off our answers", fix: "pass on the headers"},
		{name: "requests without Authorization", proxy: without("Authorization"), check: "proxy", says: "Authorization", fix: pass + " Authorization"},
		{name: "a login before the API", proxy: at("/api/v1/me", func(*http.Request) *http.Response { return page(401, "") }), check: "proxy", says: "/api/v1/me", fix: "as it is"},
		{name: "a cache", proxy: cached(), check: "proxy", says: "cache", fix: "no-store"},
		{name: "requests without their query", proxy: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			r.URL.RawQuery = ""
			return next.RoundTrip(r)
		}, check: "proxy", says: "query", fix: "pass on the query"},
		{name: "somebody who answers for the hooks", proxy: at("/hooks/graph", func(*http.Request) *http.Response { return page(200, "OK") }),
			check: "notifications from Microsoft", says: "/hooks/graph does not give back", fix: "as they are"},
		{name: "a login before the hooks", proxy: at("/hooks/graph/lifecycle", func(*http.Request) *http.Response { return page(403, "") }),
			check: "notifications from Microsoft", says: "/hooks/graph/lifecycle: it is 403", fix: "without login page"},
		{name: "answers that are rewritten", proxy: at("/hooks/graph", func(r *http.Request) *http.Response { return page(200, r.URL.Query().Get("validationToken")+"\n") }),
			check: "notifications from Microsoft", says: "does not give back", fix: "as they are"},
		{name: "hooks that answer too late", clock: slow, proxy: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			if r.URL.Path == "/hooks/graph" {
				slow.Advance(4 * time.Second)
			}
			return next.RoundTrip(r)
		}, check: "notifications from Microsoft", says: "takes 4s", fix: "faster"},
		{name: "requests without X-Spark-Signature", proxy: without("X-Spark-Signature"), check: "notifications from Webex", says: "X-Spark-Signature", fix: pass + " X-Spark-Signature"},
		{name: "requests without X-Webex-Signature", proxy: without("X-Webex-Signature"), check: "notifications from Webex", says: "X-Webex-Signature", fix: pass + " X-Webex-Signature"},
		{name: "bodies that are rewritten", proxy: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			body, _ := io.ReadAll(r.Body)
			var compact bytes.Buffer
			if json.Compact(&compact, body) == nil {
				body = compact.Bytes()
			}
			r = r.Clone(r.Context())
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			return next.RoundTrip(r)
		}, check: "notifications from Webex", says: "rewrites the bodies", fix: "byte for byte"},
		{name: "somebody who answers for Webex's hook", proxy: at("/hooks/webex", func(*http.Request) *http.Response { return page(200, "OK") }),
			check: "notifications from Webex", says: "it is 200", fix: "without login page"},
		{name: "another installation there", proxy: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			if r.Header.Get("X-Spark-Signature")+r.Header.Get("X-Webex-Signature") != "" { // its keys are others
				r = r.Clone(r.Context())
				r.Header.Set("X-Spark-Signature", strings.Repeat("0", 40))
				r.Header.Del("X-Webex-Signature")
			}
			return next.RoundTrip(r)
		}, check: "notifications from Webex", says: "does not know our keys", fix: "the same SCHEDULER_SECRET_KEYS"},
	}
}

// broken are faults at Microsoft, at Webex and in the database.
func broken() []fault {
	app := func(change func(*fakems.App)) func(*testing.T, *apptest.World) {
		return func(t *testing.T, w *apptest.World) {
			a, _ := w.Sandbox.Microsoft.App(w.Sandbox.MicrosoftClientID)
			change(&a)
			w.Sandbox.Microsoft.AddApp(a)
		}
	}
	unregister := func(path string) func(*testing.T, *apptest.World) {
		return app(func(a *fakems.App) {
			a.RedirectURIs = slices.DeleteFunc(slices.Clone(a.RedirectURIs), func(uri string) bool { return strings.HasSuffix(uri, path) })
		})
	}
	integration := func(scopes, paths []string) func(*testing.T, *apptest.World) {
		return func(t *testing.T, w *apptest.World) {
			i := fakewebex.Integration{ClientID: w.Sandbox.WebexClientID, Secret: w.Sandbox.WebexClientSecret, Scopes: scopes}
			for _, path := range paths {
				i.RedirectURIs = append(i.RedirectURIs, w.URL+path)
			}
			w.Sandbox.Webex.AddIntegration(i)
		}
	}
	scopes := []string{"meeting:schedules_read", "meeting:schedules_write", "meeting:preferences_read", "spark:people_read"}
	withdraw := func(permissions ...string) func(*testing.T, *apptest.World) {
		return func(t *testing.T, w *apptest.World) {
			w.Sandbox.Microsoft.WithdrawTenant(apptest.Contoso, w.Sandbox.MicrosoftClientID, permissions...)
		}
	}
	rows := func(statement string) func(*testing.T, *apptest.World) {
		return func(t *testing.T, w *apptest.World) {
			if _, err := open(t, w).Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
	}
	const again = "consent again at"
	return []fault{
		{name: "an expired client secret", seed: app(func(a *fakems.App) { a.RefuseWith = 7000222 }), check: "Microsoft sign-in", says: "has expired", fix: "Make another"},
		{name: "no redirect address for sign-in", seed: unregister("/signin/callback"), check: "redirect addresses at Microsoft", says: "/signin/callback", fix: "platform Web"},
		{name: "no redirect address for an organisation's consent", seed: unregister("/admin/consent/callback"),
			check: "redirect addresses at Microsoft", says: "/admin/consent/callback", fix: "platform Web"},
		{name: "no redirect address at Webex", seed: integration(scopes, []string{"/another"}), check: "redirect address at Webex", says: "/connect/webex/callback", fix: "letter by letter"},
		{name: "an integration without a scope", seed: integration(scopes[1:], []string{"/connect/webex/callback"}),
			check: "redirect address at Webex", says: "meeting:schedules_read", fix: "Add them to the integration"},
		{name: "a permission of a chosen group is missing", seed: func(t *testing.T, w *apptest.World) {
			rows(`UPDATE tenants SET choice = '{"who":"group","group":"`+sandbox.ProductGroup+`"}'`)(t, w)
			withdraw("GroupMember.Read.All")(t, w)
		}, check: "permissions", says: "GroupMember.Read.All", fix: again},
		{name: "a permission to find everybody is missing", seed: func(t *testing.T, w *apptest.World) {
			rows(`UPDATE tenants SET choice = '{"who":"everybody"}'`)(t, w)
			withdraw("User.Read.All")(t, w)
		}, check: "permissions", says: "User.Read.All", fix: again},
		{name: "a permission beyond need", seed: func(t *testing.T, w *apptest.World) {
			w.Sandbox.Microsoft.GrantTenant(apptest.Contoso, w.Sandbox.MicrosoftClientID, "Mail.Read")
		}, check: "permissions", says: "Mail.Read", fix: "Remove it"},
		{name: "calendars are not granted any more", seed: withdraw("Calendars.ReadWrite"), check: "organisations", says: "Calendars.ReadWrite", fix: again},
		{name: "the program was removed from an organisation", seed: func(t *testing.T, w *apptest.World) {
			rows("DELETE FROM mailboxes WHERE authority = 'individual'")(t, w) // Bo's own consent goes along
			withdraw()(t, w)
		}, check: "organisations", says: "has withdrawn", fix: again},
		{name: "an organisation known to have withdrawn", seed: rows("UPDATE tenants SET state = 'withdrawn'"), check: "organisations", says: "has withdrawn", fix: again},
		{name: "a person's sessions were revoked", seed: func(t *testing.T, w *apptest.World) { w.Sandbox.Microsoft.RevokeTokens(apptest.Bo) },
			check: "connections to Microsoft", says: "b0b00000", fix: "sign in again"},
		{name: "a person's consent was withdrawn", seed: func(t *testing.T, w *apptest.World) {
			w.Sandbox.Microsoft.RefuseTokens(apptest.Bo, 65001)
		}, check: "connections to Microsoft", says: "b0b00000", fix: "sign in again"},
		{name: "a person known to have gone", seed: rows("UPDATE grants SET state = 'dead' WHERE service = 'microsoft'"), check: "connections to Microsoft", says: "b0b00000", fix: "sign in again"},
		{name: "a subscription that Graph does not know", seed: func(t *testing.T, w *apptest.World) {
			w.Sandbox.Microsoft.ExpireSubscription(w.Sandbox.Microsoft.Subscriptions(apptest.Bo)[0].ID)
		}, check: "subscriptions", says: "does not know 1", fix: "a sweep"},
		{name: "an organisation's subscription that Graph does not know", seed: func(t *testing.T, w *apptest.World) {
			w.Sandbox.Microsoft.ExpireSubscription(w.Sandbox.Microsoft.Subscriptions(apptest.Deepa)[0].ID)
		}, check: "subscriptions", says: "does not know 1", fix: "a sweep"},
		{name: "a mailbox without a subscription", seed: rows("DELETE FROM subscriptions WHERE authority = 'individual'"), check: "subscriptions", says: "of 1 of 2 mailboxes", fix: "Keep `serve` running"},
		{name: "Webex was revoked", seed: func(t *testing.T, w *apptest.World) { w.Sandbox.Webex.RevokeGrant(apptest.Bo) },
			check: "connections to Webex", says: "b0b00000", fix: "connect Webex again"},
		{name: "a Webex connection with too few scopes", seed: rows(`UPDATE grants SET scopes = '["spark:people_read"]' WHERE service = 'webex' AND account LIKE '%b0b00000%'`),
			check: "connections to Webex", says: "meeting:schedules_read", fix: "connect Webex again"},
		{name: "webhooks are missing", seed: func(t *testing.T, w *apptest.World) { w.Sandbox.Webex.ForgetWebhooks() }, check: "webhooks at Webex", says: "lacks", fix: "Keep `serve` running"},
		{name: "webhooks were disabled", seed: func(t *testing.T, w *apptest.World) { w.Sandbox.Webex.DisableWebhooks() }, check: "webhooks at Webex", says: "disabled", fix: "reach /hooks/webex"},
		{name: "a newer program's database", seed: rows("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)"), check: "database", says: "newer program", fix: "newer version"},
		{name: "a stored secret is damaged", seed: rows("UPDATE tokens SET refresh_sealed = substr(refresh_sealed, 1, 60)"), check: "stored secrets", says: "damaged", fix: "backup"},
	}
}

func at(path string, answer func(*http.Request) *http.Response) proxy {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		if r.URL.Path == path {
			return answer(r), nil
		}
		return next.RoundTrip(r)
	}
}

func without(header string) proxy {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.Header.Del(header)
		return next.RoundTrip(r)
	}
}

func changing(change func(*http.Response)) proxy {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		res, err := next.RoundTrip(r)
		if err == nil {
			change(res)
		}
		return res, err
	}
}

// cached keeps what GET answered.
func cached() proxy {
	kept := map[string]*http.Response{}
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		res := kept[r.URL.Path]
		if res == nil || r.Method != http.MethodGet {
			var err error
			if res, err = next.RoundTrip(r); err != nil {
				return nil, err
			}
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		copied := *res
		copied.Body, res.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
		kept[r.URL.Path] = res
		return &copied, err
	}
}

func page(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Location": {"https://login.example/"}}, Body: io.NopCloser(strings.NewReader(body))}
}

func certificate(t *testing.T, key crypto.Signer, end time.Time) string {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: end.AddDate(-2, 0, 0), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func private(t *testing.T, key crypto.Signer) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// open opens the program's database beside it.
func open(t *testing.T, w *apptest.World) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(w.Setting("DATABASE_URL"), "sqlite://")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// dump is everything in the program's database that is about people.
func dump(t *testing.T, w *apptest.World) string {
	t.Helper()
	var all strings.Builder
	for _, table := range []string{"accounts", "sessions", "grants", "tokens", "mailboxes", "work", "inbox", "links", "subscriptions", "hooks", "tenants", "settings", "goose_db_version"} {
		rows, err := open(t, w).Query("SELECT * FROM " + table + " ORDER BY 1")
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			line, err := json.Marshal(values)
			if err != nil {
				t.Fatal(err)
			}
			all.WriteString(table + string(line) + "\n")
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// TestOnPostgres: beside a server on PostgreSQL all is well too, and a key that
// was lost is found.
func TestOnPostgres(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Quiet: true, DatabaseURL: storetest.PostgresDatabase(t).URL})
	w.Connect(apptest.Bo)
	w.Choose(w.Authorise(apptest.Ana), "listed", "addresses", apptest.Deepa)
	w.AwaitRest()
	clock := clockwork.NewRealClock()
	fault{}.judge(t, w.Doctor(nil, clock, nil))
	fault{check: "stored secrets", fix: "Add the old key"}.judge(t, w.Doctor(map[string]string{"SECRET_KEYS": seal.NewKey(rand.Reader)}, clock, nil))
}
