package main

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"webex-scheduler/internal/config"
)

// TestEveryVariableIsAFlag: the flag has the variable's name.
func TestEveryVariableIsAFlag(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	run(t.Context(), []string{"serve", "--help"}, &out, &out)
	for _, v := range config.Variables {
		flag := "--" + strings.ToLower(strings.ReplaceAll(v.Name, "_", "-")) + "="
		if !strings.Contains(out.String(), flag) {
			t.Errorf("%s%s has no flag %s", config.Prefix, v.Name, flag)
		}
	}
	if got, want := reflect.TypeFor[Settings]().NumField()-1, len(config.Variables); got != want {
		t.Errorf("%d flags, want %d", got, want)
	}
}

func TestBadConfigurationStopsTheStart(t *testing.T) {
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"serve", "--public-url=https://a.example/", "--secret-keys=abc"}, &out, &errOut); code == 0 {
		t.Error("code 0")
	}
	for _, want := range []string{"SCHEDULER_PUBLIC_URL: ", "SCHEDULER_SECRET_KEYS: ", "SCHEDULER_WEBEX_CLIENT_ID: is missing"} {
		if !strings.Contains(errOut.String(), want) {
			t.Errorf("no %q in:\n%s", want, errOut.String())
		}
	}
}

func TestEnvFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "scheduler.env")
	if err := os.WriteFile(path, []byte("# a comment\n\nexport SCHEDULER_LISTEN=\"no port\"\nSCHEDULER_LEASE=long\nOTHER=1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	run(t.Context(), []string{"serve", "--env-file=" + path, "--lease=1m"}, &out, &errOut)
	if !strings.Contains(errOut.String(), "SCHEDULER_LISTEN") {
		t.Errorf("the file was not read:\n%s", errOut.String())
	}
	if strings.Contains(errOut.String(), "SCHEDULER_LEASE") {
		t.Errorf("the file won over the flag:\n%s", errOut.String())
	}
	if code := run(t.Context(), []string{"serve", "--env-file=" + path + "x"}, &out, &errOut); code == 0 {
		t.Error("a missing file is accepted")
	}
}

func TestKeysPrintsAKeyAndNothingElse(t *testing.T) {
	t.Parallel()
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"keys"}, &out, &errOut); code != 0 || errOut.Len() > 0 {
		t.Fatalf("code %d: %s", code, errOut.String())
	}
	b, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(out.String(), "\n"))
	if err != nil || len(b) != 32 {
		t.Errorf("printed %q, want base64 of 32 bytes", out.String())
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"version"}, &out, &errOut); code != 0 || !strings.Contains(out.String(), "go1.") {
		t.Errorf("code %d: %s%s", code, out.String(), errOut.String())
	}
}
