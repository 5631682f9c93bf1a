package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestManifestCommand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		args []string
		code int
		want string // in what is printed, or on standard error
	}{
		{"the public address alone is needed", []string{"--public-url=https://scheduler.example"}, 0, `"https://scheduler.example/taskpane"`},
		{"the format by name", []string{"--public-url=https://scheduler.example", "--format=xml"}, 0, "<OfficeApp "},
		{"a demo", []string{"--public-url=http://127.0.0.1:8080"}, 0, `"http://127.0.0.1:8080/taskpane"`},
		{"no address", nil, 1, "SCHEDULER_PUBLIC_URL: is missing"},
		{"plain http", []string{"--public-url=http://scheduler.example"}, 1, "SCHEDULER_PUBLIC_URL: must begin with https://"},
		{"a path", []string{"--public-url=https://scheduler.example/"}, 1, "SCHEDULER_PUBLIC_URL: must be an address without a path"},
		{"another format", []string{"--public-url=https://scheduler.example", "--format=json"}, 2, `"xml"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out, errOut bytes.Buffer
			code := run(t.Context(), append([]string{"manifest"}, c.args...), &out, &errOut)
			if code != c.code {
				t.Errorf("code %d, want %d", code, c.code)
			}
			said, silent := out.String(), errOut.String()
			if c.code != 0 {
				said, silent = silent, said
			}
			if !strings.Contains(said, c.want) || silent != "" {
				t.Errorf("said %q and beside it %q, want %q alone", said, silent, c.want)
			}
		})
	}
}
