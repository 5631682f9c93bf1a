package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/config"
)

// report is what machines read: nothing may be renamed or taken away.
type report struct {
	OK       *bool `json:"ok"`
	Findings []struct {
		Check     string `json:"check"`
		OK        *bool  `json:"ok"`
		Detail    string `json:"detail"`
		Fix       string `json:"fix"`
		BlockedBy string `json:"blocked_by"`
	} `json:"findings"`
}

func examine(t *testing.T, args ...string) (code int, told string, r report) {
	t.Helper()
	var out, errOut bytes.Buffer
	code = run(t.Context(), append([]string{"doctor", "--json"}, args...), &out, &errOut)
	d := json.NewDecoder(&out)
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil || r.OK == nil {
		t.Fatalf("%v: %+v, %s", err, r, errOut.String())
	}
	return code, errOut.String(), r
}

// TestDoctorCommand: what is wrong with the configuration is said with its fix,
// for people and for machines; what does not need it is looked at all the same.
func TestDoctorCommand(t *testing.T) {
	t.Parallel()
	args := []string{"--public-url=https://scheduler.example/path", "--database-url=sqlite://" + t.TempDir() + "/none.db"}
	var out, errOut bytes.Buffer
	if code := run(t.Context(), append([]string{"doctor"}, args...), &out, &errOut); code != 1 {
		t.Errorf("code %d, want 1", code)
	}
	for _, want := range []string{
		"PROBLEM  configuration: SCHEDULER_PUBLIC_URL: ", "SCHEDULER_SECRET_KEYS: is missing", "Set SCHEDULER_SECRET_KEYS right",
		"PROBLEM  database: there is no database", "waits    public address: not looked at: SCHEDULER_PUBLIC_URL is not set right (mend first: configuration)",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("printed %q, want %q in it", out.String(), want)
		}
	}
	if !strings.Contains(errOut.String(), "doctor: ") {
		t.Errorf("standard error says %q", errOut.String())
	}
	code, _, r := examine(t, args...)
	if code != 1 || *r.OK {
		t.Errorf("code %d with --json, want 1: %+v", code, r)
	}
	for _, f := range r.Findings {
		if f.OK == nil || *f.OK == (f.Fix != "" || f.BlockedBy != "") {
			t.Errorf("finding %+v", f)
		}
	}
}

// TestDoctorWell: all is well with a program at work, and the exit code says so.
func TestDoctorWell(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Settings: map[string]string{"MICROSOFT_CERTIFICATE": ""}})
	w.Connect(apptest.Bo)
	w.AwaitRest()
	var args []string
	for _, v := range config.Variables {
		if value := w.Setting(v.Name); value != "" {
			args = append(args, "--"+strings.ToLower(strings.ReplaceAll(v.Name, "_", "-"))+"="+value)
		}
	}
	if code, told, r := examine(t, args...); code != 0 || !*r.OK || told != "" {
		t.Errorf("code %d, %q: %+v", code, told, r)
	}
}
