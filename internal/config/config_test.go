package config_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/config"
)

const (
	key    = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	secret = "do-not-print"
)

func settings(change map[string]string) func(string) string {
	all := map[string]string{
		"PUBLIC_URL": "https://scheduler.example", "SECRET_KEYS": key,
		"MICROSOFT_CLIENT_ID": "app", "MICROSOFT_CLIENT_SECRET": secret, "WEBEX_CLIENT_ID": "C1", "WEBEX_CLIENT_SECRET": secret,
	}
	for name, value := range change {
		all[name] = value
	}
	return func(name string) string { return all[name] }
}

var now = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func noFile(string) ([]byte, error) { return nil, errors.New("no such file") }

func TestDefaults(t *testing.T) {
	t.Parallel()
	c, err := config.Parse(settings(nil), noFile, now)
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != ":8080" || c.DatabaseURL != "sqlite://var/scheduler.db" || c.SweepInterval.String() != "15m0s" || c.Lease.String() != "30s" {
		t.Errorf("defaults = %+v", c)
	}
}

// TestAllProblemsAtOnce: whoever writes a configuration wants one list, not a
// game of one error after another.
func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	bad := map[string]string{
		"PUBLIC_URL": "https://scheduler.example/", "LISTEN": "8080", "DATABASE_URL": "mysql://x", "SECRET_KEYS": "c2hvcnQ=",
		"MICROSOFT_CLIENT_ID": "", "MICROSOFT_CERTIFICATE": "/nowhere", "MICROSOFT_GRAPH_URL": "http://graph.example",
		"WEBEX_CLIENT_SECRET": "", "ADMINS": "somebody", "SWEEP_INTERVAL": "soon", "LEASE": "10ms", "LOG_FORMAT": "xml", "LOG_LEVEL": "loud",
		"METRICS_LISTEN": "nowhere",
	}
	_, err := config.Parse(settings(bad), noFile, now)
	if err == nil {
		t.Fatal("accepted")
	}
	for name := range bad {
		if !strings.Contains(err.Error(), "\n  SCHEDULER_"+name+": ") {
			t.Errorf("no problem of %s in:\n%v", name, err)
		}
	}
	if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "c2hvcnQ") {
		t.Errorf("the message holds a secret:\n%v", err)
	}
}

func TestPublicURL(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{
		"https://scheduler.example": true, "https://scheduler.example:8443": true, "http://127.0.0.1:8080": true, "http://localhost:8080": true, "http://[::1]:8080": true,
		"http://scheduler.example": false, "https://scheduler.example/": false, "https://scheduler.example/path": false, "https://user@scheduler.example": false,
		"https://scheduler.example?x=1": false, "https://scheduler.example#": false, "scheduler.example": false, "ftp://scheduler.example": false, "https://": false,
	} {
		_, err := config.Parse(settings(map[string]string{"PUBLIC_URL": address}), noFile, now)
		if got := err == nil; got != ok {
			t.Errorf("%q: accepted = %v, want %v (%v)", address, got, ok, err)
		}
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	c, err := config.Parse(settings(map[string]string{"DATABASE_URL": "postgres://me:" + secret + "@db/scheduler?password=" + secret}), noFile, now)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	slog.New(slog.NewTextHandler(&out, nil)).Info("serving", "config", c)
	printed := fmt.Sprintf("%+v %#v", c.Microsoft, c.Webex) + fmt.Sprintf("%v", c.SecretKeys) + out.String()
	for _, s := range []string{secret, key} {
		if strings.Contains(printed, s) {
			t.Errorf("printed: %s", printed)
		}
	}
}
