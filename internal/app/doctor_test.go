package app_test

import (
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/app"
	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/seal"
)

// TestDoctor: each fault alone is found, and the fix that is named is its own.
func TestDoctor(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	w.Connect(apptest.Bo)
	w.AwaitRest()
	stranger := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(stranger.Close)
	sick := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("X-Content-Type-Options", "nosniff")
		if r.URL.Path == "/readyz" {
			rw.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(sick.Close)
	stripped := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(stripped.Close)
	dead := httptest.NewServer(http.NotFoundHandler())
	dead.Close()
	for _, c := range []struct {
		name     string
		settings map[string]string
		check    string // where the fault is found; empty: nowhere
		fix      string
	}{
		{name: "all is well"},
		{name: "a variable is missing", settings: map[string]string{"WEBEX_CLIENT_ID": ""}, check: "configuration", fix: "SCHEDULER_WEBEX_CLIENT_ID"},
		{name: "an address with a path", settings: map[string]string{"PUBLIC_URL": w.URL + "/x"}, check: "configuration", fix: "SCHEDULER_PUBLIC_URL"},
		{name: "a key that is none", settings: map[string]string{"SECRET_KEYS": "secret"}, check: "configuration", fix: "SCHEDULER_SECRET_KEYS"},
		{name: "no database", settings: map[string]string{"DATABASE_URL": "sqlite://" + filepath.ToSlash(filepath.Join(t.TempDir(), "none.db"))}, check: "database", fix: "webex-scheduler migrate"},
		{name: "PostgreSQL is away", settings: map[string]string{"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, check: "database", fix: "Start the database"},
		{name: "another key", settings: map[string]string{"SECRET_KEYS": seal.NewKey(rand.Reader)}, check: "database", fix: "Add the old key"},
		{name: "nobody at the public address", settings: map[string]string{"PUBLIC_URL": dead.URL}, check: "public address", fix: "Start `serve`"},
		{name: "somebody else there", settings: map[string]string{"PUBLIC_URL": stranger.URL}, check: "public address", fix: "pass every path"},
		{name: "a server that cannot work", settings: map[string]string{"PUBLIC_URL": sick.URL}, check: "public address", fix: "server's log"},
		{name: "a proxy that strips headers", settings: map[string]string{"PUBLIC_URL": stripped.URL}, check: "public address", fix: "pass on the headers"},
		{name: "an unknown secret", settings: map[string]string{"MICROSOFT_CERTIFICATE": "", "MICROSOFT_CLIENT_SECRET": "wrong"}, check: "Microsoft sign-in", fix: "not its id"},
		{name: "an unknown program", settings: map[string]string{"MICROSOFT_CLIENT_ID": "00000000-0000-4000-8000-00000000dead"}, check: "Microsoft sign-in", fix: "SCHEDULER_MICROSOFT_CLIENT_ID"},
		{name: "Microsoft Graph elsewhere", settings: map[string]string{"MICROSOFT_GRAPH_URL": stranger.URL}, check: "Microsoft Graph", fix: "SCHEDULER_MICROSOFT_GRAPH_URL"},
		{name: "Microsoft Graph away", settings: map[string]string{"MICROSOFT_GRAPH_URL": dead.URL}, check: "Microsoft Graph", fix: "SCHEDULER_MICROSOFT_GRAPH_URL"},
		{name: "Webex away", settings: map[string]string{"WEBEX_API_URL": dead.URL}, check: "Webex", fix: "SCHEDULER_WEBEX_API_URL"},
		{name: "an unknown secret at Webex", settings: map[string]string{"WEBEX_CLIENT_SECRET": "wrong"}, check: "Webex", fix: "SCHEDULER_WEBEX_CLIENT_SECRET"},
		{name: "an unknown integration", settings: map[string]string{"WEBEX_CLIENT_ID": "wrong"}, check: "Webex", fix: "SCHEDULER_WEBEX_CLIENT_ID"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			findings := w.Doctor(c.settings, clockwork.NewRealClock())
			found(t, findings, c.check, c.fix)
		})
	}
	t.Run("Microsoft away", func(t *testing.T) {
		t.Parallel()
		findings := w.Doctor(map[string]string{"MICROSOFT_LOGIN_URL": dead.URL}, clockwork.NewRealClock())
		for _, f := range findings {
			if wrong := f.Check == "clock" || f.Check == "Microsoft sign-in"; f.OK == wrong {
				t.Errorf("%+v", f)
			}
		}
	})
	t.Run("the clock is off", func(t *testing.T) {
		t.Parallel()
		findings := w.Doctor(nil, clockwork.NewFakeClockAt(time.Now().Add(20*time.Minute)))
		for _, f := range findings {
			if f.Check == "clock" && (f.OK || !strings.Contains(f.Fix, "NTP")) {
				t.Errorf("%+v", f)
			}
		}
	})
	t.Run("a subscription that ended", func(t *testing.T) {
		t.Parallel()
		findings := w.Doctor(nil, clockwork.NewFakeClockAt(time.Now().Add(8*24*time.Hour)))
		for _, f := range findings {
			if f.Check == "subscriptions" && (f.OK || !strings.Contains(f.Detail, "1 of 1 mailboxes") || !strings.Contains(f.Fix, "serve")) {
				t.Errorf("%+v", f)
			}
		}
	})
}

// found expects one problem, or none.
func found(t *testing.T, findings []app.Finding, check, fix string) {
	t.Helper()
	seen := check == ""
	for _, f := range findings {
		switch wrong := f.Check == check; {
		case f.OK != (f.Fix == ""):
			t.Errorf("%+v: a problem has a fix, and nothing else has", f)
		case f.OK == wrong && !(f.Check == "subscriptions" && check == "database"):
			t.Errorf("%+v", f)
		case wrong && !strings.Contains(f.Fix, fix):
			t.Errorf("%+v, want a fix with %q", f, fix)
		}
		seen = seen || f.Check == check
	}
	if !seen {
		t.Errorf("no finding on %s in %+v", check, findings)
	}
}
