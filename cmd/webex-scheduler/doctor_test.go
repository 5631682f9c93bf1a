package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// TestDoctorCommand: what is wrong with the configuration is said with its fix,
// for people and for machines, and the exit code tells scripts.
func TestDoctorCommand(t *testing.T) {
	t.Parallel()
	args := []string{"doctor", "--public-url=https://scheduler.example/path"}
	var out, errOut bytes.Buffer
	if code := run(t.Context(), args, &out, &errOut); code != 1 {
		t.Errorf("code %d, want 1", code)
	}
	for _, want := range []string{"PROBLEM  configuration: SCHEDULER_PUBLIC_URL: ", "SCHEDULER_SECRET_KEYS: is missing", "Set SCHEDULER_SECRET_KEYS right"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("printed %q, want %q in it", out.String(), want)
		}
	}
	if !strings.Contains(errOut.String(), "doctor: ") {
		t.Errorf("standard error says %q", errOut.String())
	}

	out.Reset()
	if code := run(t.Context(), append(args, "--json"), &out, &errOut); code != 1 {
		t.Errorf("code %d with --json, want 1", code)
	}
	var report struct {
		OK       *bool
		Findings []struct{ Check, Detail, Fix string }
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	if report.OK == nil || *report.OK || len(report.Findings) < 2 {
		t.Errorf("report: %s", out.String())
	}
	for _, f := range report.Findings {
		if f.Check != "configuration" || f.Detail == "" || f.Fix == "" {
			t.Errorf("finding %+v", f)
		}
	}
}
