package app_test

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"webex-scheduler/internal/app/apptest"
)

// TestEveryAddressOfTheManifestAnswers: Outlook shows an error, or nothing,
// where one doesn't. The account page, for people who want help, asks them to
// sign in; all others answer anybody, without a redirect.
func TestEveryAddressOfTheManifestAnswers(t *testing.T) {
	w := apptest.Start(t, apptest.Options{})
	manifest := fetch(t, w.URL+"/manifest.xml", http.StatusOK)
	var paths []string
	for _, found := range regexp.MustCompile(regexp.QuoteMeta(w.URL)+`(/[^"<]+)`).FindAllStringSubmatch(manifest, -1) {
		paths = append(paths, found[1])
	}
	slices.Sort(paths)
	paths = slices.Compact(paths)
	if len(paths) < 17 {
		t.Errorf("only %d addresses: %v", len(paths), paths)
	}
	for _, path := range paths {
		t.Run(strings.ReplaceAll(path[1:], "/", " "), func(t *testing.T) {
			want := http.StatusOK
			if path == "/account" {
				want = http.StatusSeeOther
			}
			fetch(t, w.URL+path, want)
		})
	}
}

// fetch gets an address as somebody without cookies and follows nothing.
func fetch(t *testing.T, address string, status int) string {
	t.Helper()
	res, err := http.DefaultTransport.RoundTrip(mustRequest(t, address))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != status {
		t.Errorf("%s answers %d (%v), want %d", address, res.StatusCode, err, status)
	}
	return string(body)
}

func mustRequest(t *testing.T, address string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}
