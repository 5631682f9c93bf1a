package web

import (
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/route"
)

func bare(t *testing.T) *Server {
	t.Helper()
	s, err := New(Config{PublicURL: "https://scheduler.example", Clock: clockwork.NewFakeClock(), Random: rand.NewChaCha8([32]byte{}), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Not one address may be framed but the pane's two, whatever comes of the
// request: this server has no store, so that most end in our own fault.
func TestNoRouteMayBeFramed(t *testing.T) {
	t.Parallel()
	s := bare(t)
	for _, r := range s.echo.Routes() {
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, httptest.NewRequest(r.Method, strings.ReplaceAll(r.Path, ":key", "x"), nil))
		got := rec.Header().Get("Content-Security-Policy")
		pane := r.Path == route.Taskpane || r.Path == route.TaskpaneCommands
		if got == "" || strings.Contains(got, "frame-ancestors 'none'") == pane || strings.Contains(got, "unsafe") {
			t.Errorf("%s %s (%d): %s", r.Method, r.Path, rec.Code, got)
		}
		if rec.Header().Get("X-Frame-Options") != "" && pane {
			t.Errorf("%s can't be framed by Outlook", r.Path)
		}
	}
}

// The document and the router know the same operations.
func TestDocumentHasEveryRoute(t *testing.T) {
	t.Parallel()
	s := bare(t)
	var routed []string
	for _, r := range s.echo.Routes() {
		if strings.HasPrefix(r.Path, route.API+"/") {
			routed = append(routed, r.Method+" "+regexp.MustCompile(`:(\w+)`).ReplaceAllString(r.Path, "{$1}"))
		}
	}
	var doc struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		t.Fatal(err)
	}
	var described []string
	for path, item := range doc.Paths {
		for method := range item {
			if method != "parameters" {
				described = append(described, strings.ToUpper(method)+" "+path)
			}
		}
	}
	slices.Sort(routed)
	slices.Sort(described)
	if diff := cmp.Diff(routed, described); diff != "" {
		t.Errorf("(-routed +described)\n%s", diff)
	}
}
